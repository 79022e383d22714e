"""The records of an old workbook (.xls, BIFF8), as far as a parser does not pass them on.

A stream is a row of records: number and length of two bytes each, and as many bytes ([MS-XLS] 2.1.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from tapes.files.sheet_facts import ERRORS, SheetFacts, WorkbookFacts

_BOF, _EOF, _SHEET, _DATE_MODE, _LOCKED = 0x0809, 0x000A, 0x0085, 0x0022, 0x002F
_ROW, _COLUMN, _BOOL_OR_ERROR, _FORMULA, _FILTER = 0x0208, 0x007D, 0x0205, 0x0006, 0x009B
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_IS_HIDDEN_ROW, _IS_HIDDEN_COLUMN = 0x20, 0x01
_MOST_COLUMNS = 256


def is_locked(stream: bytes) -> bool:
    """Tell whether a workbook's stream is encrypted."""
    return any(kind == _LOCKED for kind, _, _ in _records(stream, 0))


def xls_facts(stream: bytes) -> WorkbookFacts:
    """Look a workbook's stream through.

    A formula that nobody has worked out is not told from one whose value is the empty text: the format has one form for
    both.
    """
    sheets, date_1904 = {}, False
    for kind, at, end in _records(stream, 0):
        if kind == _DATE_MODE and end - at >= 2:
            date_1904 = stream[at] == 1
        elif kind == _SHEET and end - at >= 8:
            (start,) = unpack_from("<I", stream, at)
            sheets[_name(stream[at + 6 : end])] = _sheet(stream, start)
    return WorkbookFacts(sheets, date_1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Give the records of one part of a stream, those of parts inside it left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        end = at + 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if end > len(stream) or depth <= 0:
            return
        if depth == 1:
            yield kind, at + 4, end
        at = end


def _sheet(stream: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, at, end in _records(stream, start):
        size = end - at
        if kind in _CELLS and size >= 6:
            row, column = unpack_from("<HH", stream, at)
            facts.n_cells += 1
            facts.last_row, facts.last_column = max(facts.last_row, row + 1), max(facts.last_column, column + 1)
            code = _error(kind, stream[at:end])
            if code is not None:
                facts.lost[row + 1, column + 1] = ERRORS.get(code, "#N/A")
        elif kind == _ROW and size >= 16:
            (row,) = unpack_from("<H", stream, at)
            if stream[at + 12] & _IS_HIDDEN_ROW:
                facts.hidden_rows.append(row + 1)
        elif kind == _COLUMN and size >= 10 and stream[at + 8] & _IS_HIDDEN_COLUMN:
            first, last = unpack_from("<HH", stream, at)
            facts.hidden_columns += range(first + 1, min(last, _MOST_COLUMNS - 1) + 2)
        elif kind == _FILTER:
            facts.is_filtered = True
    return facts


def _error(kind: int, record: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR and len(record) >= 8 and record[7] == 1:
        return record[6]
    if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2:
        return record[8]
    return None


def _name(record: bytes) -> str:
    """Read a text behind its length of one byte, in one or two bytes a character."""
    length, is_wide = record[0], record[1] & 1
    text = record[2 : 2 + length * (2 if is_wide else 1)]
    return text.decode("utf-16-le" if is_wide else "latin-1", errors="replace")
