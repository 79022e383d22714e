"""The records of a binary workbook (.xlsb), as far as a parser does not pass them on.

A part is a row of records: a number of one or two bytes, a length of one to four bytes of seven bits each, and as many
bytes ([MS-XLSB] 2.1.4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tapes.files.sheet_facts import ERRORS, SheetFacts

_ROW, _LAST_CELL, _COLUMN, _FILTER = 0, 11, 60, 163
_ERRORS = (3, 11)
_SHORTEST = (8, 12)
"""Bytes that a cell and a row have at least."""
_BOOK, _SHEET = 153, 156
_IS_HIDDEN_ROW, _IS_HIDDEN_COLUMN, _IS_1904 = 0x10, 0x01, 0x01
_MOST_COLUMNS = 16_384


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give each record's number, and where its bytes begin and end; a record cut short ends the part."""
    at, end = 0, len(data)
    while at < end - 1:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size, shift = 0, 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if at + size > end:
            return
        yield kind, at, at + size
        at += size


def scan_xlsb_part(data: bytes) -> SheetFacts:
    """Look through a sheet's part.

    Raises
    ------
    ValueError
        A row or cell is shorter than any can be: a parser would take the rest of it from the record before.
    """
    facts = SheetFacts()
    row = 0
    for kind, at, end in records(data):
        size = end - at
        if kind <= _LAST_CELL and size < _SHORTEST[kind == _ROW]:
            raise ValueError(f"a damaged record at byte {at:,} of a sheet")
        if kind == _ROW:
            row = int.from_bytes(data[at : at + 4], "little") + 1
            facts.last_row = max(facts.last_row, row)
            if data[at + 11] & _IS_HIDDEN_ROW:
                facts.hidden_rows.append(row)
        elif kind <= _LAST_CELL:
            column = int.from_bytes(data[at : at + 4], "little") + 1
            facts.n_cells += 1
            facts.last_column = max(facts.last_column, column)
            if kind in _ERRORS and size >= 9:
                facts.lost[row, column] = ERRORS.get(data[at + 8], "#N/A")
        elif kind == _COLUMN and size >= 18 and data[at + 16] & _IS_HIDDEN_COLUMN:
            first, last = struct.unpack_from("<II", data, at)
            facts.hidden_columns += range(first + 1, min(last, _MOST_COLUMNS) + 2)
        elif kind == _FILTER:
            facts.is_filtered = True
    return facts


def xlsb_sheets(data: bytes) -> tuple[list[tuple[str, str]], bool]:
    """Read a workbook part: its sheets, each with its relation's name, and whether days count from 1904.

    Raises
    ------
    ValueError
        A record is shorter than it says.
    """
    sheets, date_1904 = [], False
    try:
        for kind, at, end in records(data):
            if kind == _BOOK and end - at >= 4:
                date_1904 = bool(data[at] & _IS_1904)
            elif kind == _SHEET:
                relation, after = _wide(data, at + 8)
                sheets.append((_wide(data, after)[0], relation))
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"a damaged list of sheets ({error})") from None
    return sheets, date_1904


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """Read a text in UTF-16 behind its length, and give where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    if end > len(data):
        raise ValueError("a text longer than its part")
    return data[at + 4 : end].decode("utf-16-le"), end
