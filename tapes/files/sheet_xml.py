"""One pass over a sheet's XML, before a parser lays its cells out: how large it is, what is hidden, what gets lost.

A parser lays out every cell from the first to the last.  One stray cell at the end of an empty sheet turns a file of a few
thousand bytes into more memory than the machine has, and the process is killed without an error.
"""

from __future__ import annotations

import html
import re
import zipfile
from array import array
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tapes.files.sheet_facts import UNCALCULATED, SheetFacts

_BYTES_AT_ONCE = 1 << 24
_MOST_LOST = 2_000_000
_MOST_COLUMNS, _FAR = 16_384, 1_000_000_000
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)(\d{1,9})[\"']")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ANY_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_COLUMN_TAG = re.compile(rb"<(?:\w{1,20}:)?col\s[^<>]*>")
_IS_TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")
_TAGS_BACK, _LONGEST_TAG = 6, 1_000
_MARKUP = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
_OPEN, _COLON, _C, _R, _EQUALS, _QUOTE, _SPACE = b'<:cr=" '


class DeclarationError(ValueError):
    """A part declares a document type or entities, or is XML in a wide encoding: no spreadsheet program writes that."""


def scan_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, styles: tuple[int, ...] = ()) -> SheetFacts:
    """Look once through a part of a workbook, whatever it is: any may be named as a sheet.

    Parameters
    ----------
    styles
        Of which the cells are noted, where they have a reference.

    Raises
    ------
    zipfile.BadZipFile, OSError, RuntimeError, zlib.error
        The part is damaged or encrypted.
    DeclarationError
        It has a document type.
    """
    facts = SheetFacts()
    prefix, is_xml = b"", False
    for i, xml in enumerate(_whole_rows(archive, info)):
        if i == 0:
            is_xml = xml.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
            prefix = _prefix(xml)
            if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"<" in xml[:4] and b"\x00" in xml[:4]):
                raise DeclarationError("XML in UTF-16")
        if is_xml and _MARKUP.search(xml):
            raise DeclarationError("a document type or entity declaration")
        _measure(xml, prefix, facts)
        _note_hidden(xml, prefix, facts)
        _note_lost(xml, prefix, facts)
        if styles:
            _note_styled(xml, _styled(prefix, styles), facts)
    return facts


def _whole_rows(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part's bytes in pieces that end before a row begins."""
    with archive.open(info) as part:
        rest = b""
        while more := part.read(_BYTES_AT_ONCE):
            end = len(rest) + max(more.rfind(b"<row"), more.rfind(b":row "), 0)
            rest += more
            if end:
                end = rest.rfind(b"<", 0, end + 1)
                yield rest[:end]
                rest = rest[end:]
        yield rest


def _prefix(xml: bytes) -> bytes:
    found = re.search(rb"<(\w{1,20}:)?worksheet[\s>]", xml[:4096])
    return (found[1] or b"") if found else b""


def _measure(xml: bytes, prefix: bytes, facts: SheetFacts) -> None:
    """Take rows and cells into account; those without a reference stand behind the one before them."""
    rows = _patterns(prefix).row.findall(xml)
    numbers = [int(found[1]) for row in rows if (found := _ROW_NUMBER.search(row))]
    n_rows = len(rows) if len(numbers) < len(rows) or prefix else 0
    data = np.frombuffer(xml + bytes(16), dtype=np.uint8)
    at = np.flatnonzero((data[1:-15] == _C) & ((data[:-16] == _OPEN) | (data[:-16] == _COLON))) + 1
    usual = (data[at + 1] == _SPACE) & (data[at + 2] == _R) & (data[at + 3] == _EQUALS) & (data[at + 4] == _QUOTE)
    at = at[usual | np.isin(data[at + 1], list(b" \t\r\n/>"))]
    if len(at) > int(usual.sum()):
        _measure_unusual(xml, facts)
        return
    facts.n_cells += len(at)
    facts.last_row = max([facts.last_row + n_rows, *numbers]) if n_rows else max([facts.last_row, *numbers])
    if len(at):
        column, row = _references(data, at + 5)
        facts.last_column, facts.last_row = max(facts.last_column, column), max(facts.last_row, row)


def _measure_unusual(xml: bytes, facts: SheetFacts) -> None:
    references = _REFERENCE.findall(xml)
    n_tags = len(_ANY_CELL.findall(xml))
    facts.n_cells += max(n_tags, len(references))
    n_rows = facts.last_row + len(_ANY_ROW.findall(xml))
    numbers = [*map(int, set(_ROW_NUMBER.findall(xml))), *(int(row) for _, row in references)]
    facts.last_row = max([n_rows, *numbers])
    facts.last_column = max([facts.last_column, *map(column_number, {letters for letters, _ in references})])
    if n_tags > len(references):
        most = max(len(_ANY_CELL.findall(row)) for row in _ANY_ROW.split(xml))
        facts.last_column = max(facts.last_column, most)


def _references(data: NDArray[np.uint8], start: NDArray[np.intp]) -> tuple[int, int]:
    """Give the largest column and row of references that begin at ``start``."""
    column = np.zeros(len(start), dtype=np.int64)
    place = start.copy()
    for i in range(4):
        letter = data[start + i] & 0xDF
        more = (letter >= ord("A")) & (letter <= ord("Z")) & (place == start + i)
        column = np.where(more, 26 * column + letter - (ord("A") - 1), column)
        place += more
    column[place == start + 4] = _FAR
    n_digits = np.zeros(len(start), dtype=np.int64)
    alive = np.ones(len(start), dtype=bool)
    for i in range(8):
        digit = data[np.minimum(place + i, len(data) - 1)]
        alive &= (digit >= ord("0")) & (digit <= ord("9"))
        if not alive.any():
            break
        n_digits += alive
    longest = int(n_digits.max(initial=0))
    row = np.zeros(1, dtype=np.int64)
    for i in range(longest):
        ends = place[n_digits == longest] + i
        row = 10 * row + data[ends] - ord("0")
    return int(column.max(initial=0)), int(row.max(initial=0))


def _note_hidden(xml: bytes, prefix: bytes, facts: SheetFacts) -> None:
    if b"hidden" in xml:
        for tag in _patterns(prefix).row.findall(xml):
            number = _ROW_NUMBER.search(tag) if _HIDDEN.search(tag) else None
            if number:
                facts.hidden_rows.append(int(number[1]))
        head = xml[: xml.find(b"sheetData") + 1]
        for tag in _COLUMN_TAG.findall(head):
            ends = [re.search(rb"\s" + name + rb"\s*=\s*[\"'](\d{1,5})[\"']", tag) for name in (b"min", b"max")]
            if _HIDDEN.search(tag) and ends[0] and ends[1]:
                facts.hidden_columns += range(int(ends[0][1]), min(int(ends[1][1]), _MOST_COLUMNS) + 1)
    facts.is_filtered |= b"<" + prefix + b"filterColumn" in xml


def _note_lost(xml: bytes, prefix: bytes, facts: SheetFacts) -> None:
    patterns = _patterns(prefix)
    if b'"e"' in xml or b"'e'" in xml:
        for found in patterns.error.finditer(xml):
            value = patterns.value.match(xml, found.end())
            _keep(facts, found[0], html.unescape(value[1].decode(errors="replace")).strip() if value else "#N/A")
    if b"<" + prefix + b"f" not in xml:
        return
    for found in patterns.no_value.finditer(xml):
        tag = _cell_before(xml, found.start())
        if not _IS_TEXT.search(tag):
            _keep(facts, tag, UNCALCULATED)


def _note_styled(xml: bytes, cell: re.Pattern[bytes], facts: SheetFacts) -> None:
    numbers: dict[bytes, int] = {}
    for found in cell.finditer(xml):
        reference = _REFERENCE.search(found[0])
        if reference:
            letters = reference[1]
            column = numbers.get(letters) or numbers.setdefault(letters, column_number(letters))
            facts.styled.setdefault((column, int(found[1])), array("Q")).append(int(reference[2]))


def _keep(facts: SheetFacts, tag: bytes, text: str) -> None:
    reference = _REFERENCE.search(tag)
    if reference:
        if len(facts.lost) >= _MOST_LOST:
            raise ValueError(f"over {_MOST_LOST:,} cells are errors")
        facts.lost.setdefault((int(reference[2]), column_number(reference[1])), text)


def _cell_before(xml: bytes, end: int) -> bytes:
    """Give the tag of the cell in which a formula stands; nothing where none is near."""
    for _ in range(_TAGS_BACK):
        end = xml.rfind(b"<", max(end - _LONGEST_TAG, 0), max(end, 0))
        if end < 0:
            break
        if _ANY_CELL.match(xml, end):
            return xml[end : end + _LONGEST_TAG].split(b">", 1)[0]
    return b""


class _Patterns:
    """What is looked for, in a sheet whose elements have a prefix; a pattern with a fixed beginning is found fast."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        gap = rb"\s{0,20}"
        formula = rb"<" + p + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</" + p + rb"f" + gap + rb">)"
        formula_end = rb"(?:</" + p + rb"f" + gap + rb">|<" + p + rb"f(?:\s[^<>]*)?/>)"
        no_value = rb"(?:<" + p + rb"v" + gap + rb"(?:/>|></" + p + rb"v" + gap + rb">))?"
        self.row = re.compile(rb"<" + p + rb"row(?:\s[^<>]*)?>")
        self.error = re.compile(rb"<" + p + rb"c\s[^<>]*?\bt\s*=\s*[\"']e[\"'][^<>]*>")
        self.value = re.compile(gap + rb"(?:" + formula + rb")?" + gap + rb"<" + p + rb"v(?:\s[^<>]*)?>([^<]{1,100})<")
        self.no_value = re.compile(formula_end + gap + no_value + gap + rb"</" + p + rb"c" + gap + rb">")


@lru_cache(maxsize=8)
def _patterns(prefix: bytes) -> _Patterns:
    return _Patterns(prefix)


@lru_cache(maxsize=8)
def _styled(prefix: bytes, styles: tuple[int, ...]) -> re.Pattern[bytes]:
    which = b"|".join(b"%d" % style for style in styles)
    has_style = rb"(?=\s(?:[^<>]{0,200}?\s)?s\s*=\s*[\"'](" + which + rb")[\"'])"
    return re.compile(rb"<" + re.escape(prefix) + rb"c" + has_style + rb"[^<>]*>")


def column_number(letters: bytes) -> int:
    """Give a column's number: A is 1, AA 27; more letters than any column has stand for one far away."""
    number = 0
    if len(letters) > 3:
        return _FAR
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number
