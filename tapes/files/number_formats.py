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
_ZEROS = re.compile(r"0+(?:-0+){0,4}")
_LONGEST, _MOST_STYLES = 30, 500


def zero_styles(styles: bytes) -> dict[int, str]:
    """Give the cell styles whose format is nothing but zeros, with dashes or without: style to format.

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
    """Give a format code's zeros and plain dashes; nothing where it is another format."""
    plain = html.unescape(code).split(";")[0].replace("\\-", "-").replace('"-"', "-")
    return plain if _ZEROS.fullmatch(plain) and plain.count("0") >= 2 and len(plain) <= _LONGEST else ""


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
    groups = [len(group) for group in zeros.split("-")]
    whole = pc.fill_null(pc.match_substring_regex(column, r"^\d+$"), False)
    shown = pc.utf8_lpad(column, sum(groups), "0")
    if len(groups) > 1:
        pattern = r"^(\d+)" + "".join(rf"(\d{{{n}}})" for n in groups[1:]) + "$"
        shown = pc.replace_substring_regex(shown, pattern, "-".join(rf"\{i}" for i in range(1, len(groups) + 1)))
    return pc.if_else(whole, shown, column)
