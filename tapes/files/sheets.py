"""Which sheet of a workbook is the tape."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from notes import UsageError
from tapes.files.cells import cell_text, is_empty
from tapes.files.heading import find_heading
from tapes.files.sheet_facts import WorkbookFacts
from tapes.files.table import HEADING_WITHIN, Knows, Source
from tapes.refusal import Place, refusal

_FEWEST = 3
_LOAN_NUMBER = re.compile(
    r"(?:^|[\s_.#-]|(?<=[a-z])(?=[A-Z]))(?:id|ID|Id|no|NO|No|nbr|NBR|Nbr|num|NUM|Num|[Nn]umber|NUMBER)\.?$|#$"
    r"|^(?i:loan|note|acct|account|asset|deal)[\s_]?(?i:id|no|nbr|num|number|#)?\.?$"
)


class Sheets:
    """A workbook's sheets, each parsed when first asked for and once."""

    def __init__(self, workbook: Any, parse: Callable[[str], Any]) -> None:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        listed = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        self.names = [str(one.name) for one in listed]
        self.visible = [str(one.name) for one in listed if one.visible == SheetVisibleEnum.Visible]
        self.hidden = [name for name in self.names if name not in self.visible]
        self._parse = parse
        self._parsed: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """Give a sheet."""
        if name not in self._parsed:
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def pop(self, name: str) -> Any:
        """Give a sheet and forget all."""
        sheet = self.get(name)
        self._parsed.clear()
        return sheet


def choose_sheet(sheets: Sheets, facts: WorkbookFacts, source: Source, knows: Knows) -> tuple[str, list[str]]:
    """Choose the sheet asked for, else the only visible one with a tape's heading, else the only one with rows.

    Returns
    -------
    The sheet, and what is to be said about the others.

    Raises
    ------
    TapeError
        No visible sheet holds anything.
    UsageError
        Several might be meant, or the sheet asked for is not there.
    """
    place = Place(source.path)
    if source.sheet is not None:
        if source.sheet not in sheets.names:
            raise UsageError(f"{place}: there is no sheet {source.sheet!r}; it has {_listed(sheets.names)}.")
        return source.sheet, []
    filled = [name for name in sheets.visible if sheets.get(name).end or facts.of(name).lost]
    found = [name for name in filled if _is_tape(sheets.get(name), knows)] if len(filled) > 1 else filled
    if len(found) > 1 or (not found and filled):
        which = "look like tapes" if found else "hold rows, and none has a tape's heading"
        several = _listed(found or filled)
        raise UsageError(
            f"{place}: several sheets {which} ({several}); name one with --sheet (make: SHEET=).{_also(sheets.hidden)}"
        )
    if not found:
        fix = f"Read one with --sheet: {_listed(sheets.hidden)} are hidden." if sheets.hidden else ""
        raise refusal(place, "no visible sheet holds anything", "A sheet holds a heading and at least one note.", fix)
    return found[0], _remarks(found[0], filled, sheets.hidden)


def _is_tape(sheet: Any, knows: Knows) -> bool:
    """Tell a sheet with at least three known headings, a loan number's among them, and rows under them."""
    rows = (
        [[cell_text(cell) for cell in row] for row in islice(sheet.iter_rows(), HEADING_WITHIN)] if sheet.start else []
    )
    heading = find_heading(list(enumerate(rows)), knows, {})
    if heading is None or heading.n_known < _FEWEST:
        return False
    under = rows[heading.start + len(heading.cells) :]
    has_rows = sheet.height > HEADING_WITHIN or any(not all(map(is_empty, row)) for row in under)
    return has_rows and any(_LOAN_NUMBER.search(name) for name in heading.names if name and knows(name))


def _remarks(chosen: str, filled: list[str], hidden: list[str]) -> list[str]:
    others = [name for name in filled if name != chosen]
    remarks = [f"Sheet {chosen!r} was read; left aside: {_listed(others)}."] if others else []
    return remarks + ([f"Hidden sheets are not read: {_listed(hidden)}."] if hidden else [])


def _also(hidden: list[str]) -> str:
    return f" Hidden are {_listed(hidden)}." if hidden else ""


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names))
