"""Numbers that a workbook shows with leading zeros: a loan number 12 in the format ``000000`` is 000012.

Only the .xlsx and .xlsm say so here; an .xls or .xlsb is read without its number formats, and such zeros are not shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tapes.files.sheet_facts import SheetFacts
from tapes.files.table import TextTable, column_letters

_TAG = rb"<(?:\w{1,20}:)?"
_FORMAT = re.compile(_TAG + rb"numFmt\s[^<>]*>")
_STYLES = re.compile(_TAG + rb"cellXfs[\s>]")
_STYLES_END = re.compile(rb"</(?:\w{1,20}:)?cellXfs")
_STYLE = re.compile(_TAG + rb"xf\s[^<>]*>")
_ID = re.compile(rb"\snumFmtId\s*=\s*[\"'](\d{1,9})[\"']")
_CODE = re.compile(rb"\sformatCode\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BRACKET = re.compile(r"\[([^\]]*)\]")
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
_ABOVE = re.compile(r">=?0")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|(#+(?=[#0]))|(0+)|([- /.]|\$(?=0))')
_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\])*')
_SHAPE = re.compile(r"([^0]*)(0+(?:[- ]0+){0,4})")
"""What is shown before the digits, and the digits in their groups."""
_FEWEST, _FEWEST_BEHIND = 2, 4
"""Zeros of a format that shows leading ones; behind a word more, which a measure (``"No. "00``) has not."""
_LONGEST, _MOST_STYLES = 30, 500


def zero_styles(styles: bytes) -> dict[int, str]:
    """Give the cell styles whose format shows leading zeros: style to what it shows, as :func:`_zeros` gives it.

    Parameters
    ----------
    styles
        The workbook's part ``xl/styles.xml``.

    Examples
    --------
    >>> zero_styles(b'<numFmt numFmtId="164" formatCode="00000"/><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>')
    {1: '00000'}
    """
    formats = {}
    for tag in _FORMAT.findall(styles):
        number, code = _ID.search(tag), _CODE.search(tag)
        if number and code and (zeros := _zeros((code[1] or code[2] or b"").decode(errors="replace"))):
            formats[int(number[1])] = zeros
    begin = _STYLES.search(styles) if formats else None
    if begin is None:
        return {}
    end = _STYLES_END.search(styles, begin.end())
    tags = _STYLE.findall(styles, begin.end(), end.start() if end else len(styles))
    numbers = [int(found[1]) if (found := _ID.search(tag)) else 0 for tag in tags]
    found_styles = {i: formats[number] for i, number in enumerate(numbers) if number in formats}
    return dict(list(found_styles.items())[:_MOST_STYLES])


def _zeros(code: str) -> str:
    """Give what a format shows of a number above zero, a ``0`` for each digit: ``LN0000000000``.

    Colours, padding and the sections for other numbers are no part of it; nothing where it is another format (``0.00``), or
    one with fewer than two zeros.

    Examples
    --------
    >>> [_zeros(one) for one in ('"LN"0000_)', "[>0]0000;General", "#000-00", "0000_);[Red]0000", "0.00", "yyyy0")]
    ['LN0000', '0000', '000-00', '0000', '', '']
    """
    section = _SECTION.match(html.unescape(code))
    plain = "" if section is None else section[0]
    brackets = _BRACKET.findall(plain)
    if not all(_COLOUR.fullmatch(one) or _ABOVE.fullmatch(one.replace(" ", "")) for one in brackets):
        return ""
    shown, at, plain = "", 0, _BRACKET.sub("", plain).strip(" ")
    while at < len(plain):
        token = _TOKEN.match(plain, at)
        if token is None:
            return ""
        literal = token[1] or token[2] or ""
        if "0" in literal:
            return ""
        shown, at = shown + literal + (token[4] or "") + (token[5] or ""), token.end()
    shown = shown.strip(" ")
    found = _SHAPE.fullmatch(shown)
    fewest = _FEWEST_BEHIND if found and found[1] else _FEWEST
    return shown if found and found[2].count("0") >= fewest and len(shown) <= _LONGEST else ""


def with_leading_zeros(table: TextTable, facts: SheetFacts, formats: Mapping[int, str]) -> TextTable:
    """Show whole numbers with the zeros that the workbook shows; they stay numbers in ``table.numeric``."""
    columns, changed = list(table.columns), []
    places = {table.letter(i): i for i in table.numeric}
    for (number, style), rows in sorted(facts.styled.items()):
        at = places.get(column_letters(number - 1))
        if at is None:
            continue
        shown = _shown(columns[at], formats[style])
        mask = np.isin(table.rows, np.array(rows, dtype=np.int64)) & table.numeric[at]
        new = pc.if_else(pa.array(mask), shown, columns[at])
        if pc.any(pc.not_equal(new, columns[at])).as_py():
            columns[at] = new
            changed.append(at)
    if not changed:
        return table
    letters = ", ".join(table.letter(at) for at in dict.fromkeys(changed))
    plural = "s" if len(set(changed)) > 1 else ""
    said = f"The numbers of column{plural} {letters} are shown with leading zeros, as the workbook does."
    return replace(table, columns=tuple(columns), remarks=(*table.remarks, said))


def _shown(column: pa.ChunkedArray, zeros: str) -> pa.ChunkedArray:
    """Give each whole number that is not negative as its format shows it; other cells as they are."""
    found = _SHAPE.fullmatch(zeros)
    assert found is not None, zeros
    groups = [len(group) for group in re.split("[- ]", found[2])]
    marks = re.findall("[- ]", found[2])
    whole = pc.fill_null(pc.match_substring_regex(column, r"^\d+$"), False)
    shown = pc.utf8_lpad(column, sum(groups), "0")
    if len(groups) > 1:
        pattern = r"^(\d+)" + "".join(rf"(\d{{{n}}})" for n in groups[1:]) + "$"
        laid = r"\1" + "".join(f"{mark}\\{i}" for i, mark in enumerate(marks, 2))
        shown = pc.replace_substring_regex(shown, pattern, laid)
    shown = pc.binary_join_element_wise(found[1], shown, "")
    return pc.if_else(whole, shown, column)
