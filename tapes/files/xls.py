"""The records of an old workbook (.xls, BIFF5 and BIFF8), as far as a parser does not pass them on.

A stream is a row of records: number and length of two bytes each, and as many bytes ([MS-XLS] 2.1.4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tapes.files.sheet_facts import ERRORS, SheetFacts, WorkbookFacts

_EOF, _SHEET, _DATE_MODE, _LOCKED, _TEXTS, _EXTENT = 0x000A, 0x0085, 0x0022, 0x002F, 0x00FC, 0x0200
_ROW, _COLUMN, _BOOL_OR_ERROR, _FORMULA, _FILTER = 0x0208, 0x007D, 0x0205, 0x0006, 0x009B
_NUMBERS, _BIFF_5 = 0x00BD, b"\x00\x05"
_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_IS_HIDDEN_ROW, _IS_HIDDEN_COLUMN = 0x20, 0x01
_MOST_COLUMNS, _MOST_CELLS = 256, 20_000_000
_EXTENTS = (65_536, 65_536, 256, 256)


def is_locked(stream: bytes) -> bool:
    """Tell whether a workbook's stream is encrypted."""
    return any(kind == _LOCKED for kind, _, _ in _records(stream, 0))


def xls_facts(stream: bytes) -> WorkbookFacts:
    """Look a workbook's stream through.

    A formula that nobody has worked out is not told from one whose value is the empty text: the format has one form for
    both.

    Raises
    ------
    ValueError
        A record says what no workbook holds, which a parser would believe: more rows, columns or texts than there can be.
    """
    sheets: dict[str, SheetFacts] = {}
    starts: set[int] = set()
    date_1904, is_short = False, stream[4:6] == _BIFF_5
    for kind, at, end in _records(stream, 0):
        if kind == _DATE_MODE and end - at >= 2:
            date_1904 = stream[at] == 1
        elif kind == _TEXTS and (end - at < 8 or struct.unpack_from("<i", stream, at + 4)[0] not in range(len(stream))):
            raise ValueError("a damaged list of texts")
        elif kind == _SHEET:
            (start,) = struct.unpack_from("<I", stream, at)
            if end - at < 8 or start in starts:
                raise ValueError("a damaged list of sheets")
            starts.add(start)
            sheets[_name(stream[at + 6 : end], is_short)] = _sheet(stream, start)
            if sum(one.n_cells for one in sheets.values()) > _MOST_CELLS:
                raise ValueError(f"over {_MOST_CELLS:,} cells")
    return WorkbookFacts(sheets, date_1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Give the records from one place up to the first end of a part, as a parser goes through them."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        end = at + 4 + size
        if end > len(stream) or kind == _EOF:
            return
        yield kind, at + 4, end
        at = end


def _sheet(stream: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, at, end in _records(stream, start):
        size = end - at
        if kind in _CELLS and size >= 6:
            _add_cell(facts, kind, stream[at:end])
        elif kind == _ROW and size >= 16:
            if stream[at + 12] & _IS_HIDDEN_ROW:
                facts.hidden_rows.append(struct.unpack_from("<H", stream, at)[0] + 1)
        elif kind == _COLUMN and size >= 10 and stream[at + 8] & _IS_HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", stream, at)
            facts.hidden_columns += range(first + 1, min(last, _MOST_COLUMNS - 1) + 2)
        elif kind == _EXTENT:
            _check_extent(stream[at:end])
        elif kind == _FILTER:
            facts.is_filtered = True
    return facts


def _add_cell(facts: SheetFacts, kind: int, record: bytes) -> None:
    row, column = struct.unpack_from("<HH", record)
    last = struct.unpack_from("<H", record, len(record) - 2)[0] if kind == _NUMBERS else column
    if max(column, last) >= _MOST_COLUMNS:
        raise ValueError(f"a cell in column {max(column, last) + 1:,}, where there are at most {_MOST_COLUMNS}")
    facts.n_cells += max(last - column, 0) + 1
    facts.last_row, facts.last_column = max(facts.last_row, row + 1), max(facts.last_column, last + 1)
    code = _error(kind, record)
    if code is not None:
        facts.lost[row + 1, column + 1] = ERRORS.get(code, "#N/A")


def _check_extent(record: bytes) -> None:
    form = {10: "<HHHH", 14: "<IIHH"}.get(len(record))
    extent = () if form is None else struct.unpack_from(form, record)
    whole = extent and all(one <= most for one, most in zip(extent, _EXTENTS, strict=True))
    if not (whole and extent[0] <= extent[1] and extent[2] <= extent[3]):
        raise ValueError("a sheet of more rows or columns than there can be, or of fewer than none")


def _error(kind: int, record: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR and len(record) >= 8 and record[7] == 1:
        return record[6]
    if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2:
        return record[8]
    return None


def _name(record: bytes, is_short: bool) -> str:
    """Read a text behind its length of one byte, in one or two bytes a character; the older format has one always."""
    length, is_wide = record[0], not is_short and bool(record[1] & 1)
    start = 1 if is_short else 2
    text = record[start : start + length * (2 if is_wide else 1)]
    return text.decode("utf-16-le" if is_wide else "cp1252", errors="replace").replace("\0", "")
