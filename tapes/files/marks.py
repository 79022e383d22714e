"""Marks by which a spreadsheet is told that a cell is text, and which are no part of what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow.compute as pc

from tapes.files.table import TextTable

_FORMULA = r'^="([^"]*)"$'
_QUOTED = r"^'([0-9][^']*)$"


def without_marks(table: TextTable) -> TextTable:
    """Unwrap cells that are written ``="0001"``, or ``'0001`` with the quote that a spreadsheet hides, and say so."""
    columns, changed = list(table.columns), []
    for i, column in enumerate(columns):
        new = _unwrapped(_unwrapped(column, '="', _FORMULA), "'", _QUOTED)
        if new is not column and pc.any(pc.not_equal(new, column)).as_py():
            columns[i] = new
            changed.append(table.letter(i))
    if not changed:
        return table
    plural = "s" if len(changed) > 1 else ""
    marks = 'marks for text (="..." or a quote in front); they are read without.'
    said = f"The cells of column{plural} {', '.join(changed)} carry a spreadsheet's {marks}"
    return replace(table, columns=tuple(columns), remarks=(*table.remarks, said))


def _unwrapped(column: Any, begins: str, pattern: str) -> Any:
    if not pc.any(pc.starts_with(column, begins)).as_py():
        return column
    return pc.replace_substring_regex(column, pattern, r"\1")
