"""Files of sellers, servicers and agencies into notes with payment history, and back into files of the contract."""

from tapes.codes import CODES, Code
from tapes.read import read_resolutions, read_tape
from tapes.reading import ExceptedField, LineCounts, ReadOptions, ResolutionsReading, TapeReading
from tapes.write import write_payments, write_resolutions, write_tape

__all__ = [
    "CODES",
    "Code",
    "ExceptedField",
    "LineCounts",
    "ReadOptions",
    "ResolutionsReading",
    "TapeReading",
    "read_resolutions",
    "read_tape",
    "write_payments",
    "write_resolutions",
    "write_tape",
]
