"""How large a workbook's sheets are, told from their XML before a parser lays the cells out.

A parser lays out every cell from the first to the last.  One stray cell at the end of an empty sheet turns a file of a few
thousand bytes into more memory than the machine has, and the process is killed without an error.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

_BYTES_AT_ONCE = 1 << 24
_REFERENCE = rb"\sr\s*=\s*[\"']"
_COLUMN = re.compile(_REFERENCE + rb"([A-Za-z]+)\d")
_ROW = re.compile(_REFERENCE + rb"[A-Za-z]*(\d+)")
_NEW_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


@dataclass(frozen=True)
class SheetSize:
    """A workbook's extent.

    Parameters
    ----------
    n_laid_out
        Cells from the first to the last of its largest sheet, empty ones among them.
    n_cells
        Cells that are there, on all sheets.
    """

    n_laid_out: int
    n_cells: int


def sheet_size(archive: zipfile.ZipFile) -> SheetSize:
    """Measure a workbook.

    Every part of the archive is looked at, since any may be named as a sheet; other parts hold no cells.  Cells and rows
    without a reference stand behind the one before them and are counted.

    Raises
    ------
    zipfile.BadZipFile, OSError, RuntimeError
        A part is damaged or encrypted.
    """
    largest, n_cells = 0, 0
    for info in archive.infolist():
        n_rows, n_columns, last_row = 0, 0, 0
        for xml in whole_rows(archive, info):
            names = _COLUMN.findall(xml)
            tags = len(_CELL.findall(xml))
            n_cells += max(tags, len(names))
            n_rows += len(_NEW_ROW.findall(xml))
            last_row = max([last_row, *map(int, set(_ROW.findall(xml)))])
            n_columns = max([n_columns, *map(column_number, set(names))])
            if tags > len(names):
                n_columns = max(n_columns, *(len(_CELL.findall(row)) for row in _NEW_ROW.split(xml)))
        largest = max(largest, max(n_rows, last_row) * n_columns)
    return SheetSize(largest, n_cells)


def whole_rows(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part's bytes in pieces that end before a row begins."""
    with archive.open(info) as part:
        rest = b""
        while more := part.read(_BYTES_AT_ONCE):
            end = len(rest) + max(more.rfind(b"<row"), 0)
            rest += more
            if end:
                yield rest[:end]
                rest = rest[end:]
        yield rest


def column_number(letters: bytes) -> int:
    """Give a column's number: A is 1, AA 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number
