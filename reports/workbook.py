"""``bids.xlsx``: the bid sheet for a person, with the exceptions, the assumptions and a page that explains it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reports.bid_columns import BID_COLUMNS, CONTEXT_COLUMNS, OVERVIEW_COLUMNS, RANGE_NOTES, BidColumn, Format
from reports.exceptions import EXCEPTION_COLUMNS
from reports.safe_text import is_formula_like, storable
from reports.summary import BidSummary

EXCEL_MAX_ROWS = 1_048_576
_CREATED = dt.datetime(2000, 1, 1)
_HEADING_ROW = 2
_NUMBER_FORMATS = {
    Format.DOLLARS: "#,##0;[Red]-#,##0",
    Format.MONEY: "#,##0;[Red]-#,##0",
    Format.SHARE: "0.0%",
    Format.MONTHS: "0.0",
}
COLUMN_HEADINGS = ("column of the tape", "read as", "how", "unit")
_TOTALLED = ("upb", "as_is_value", "legal_balance", "expected_price", "floor_price", "max_bid", "bid", "opening_bid")


@dataclass(frozen=True)
class WorkbookText:
    """What the workbook says beside its numbers.

    Parameters
    ----------
    title
        First line of the first sheet.
    warning
        Shown in red above everything on every sheet, or empty.
    read_me
        Lines of the Read me sheet, as (heading, text); an empty heading continues the one before.
    assumptions
        Rows of the Assumptions sheet: key, value, unit, meaning and source.
    """

    title: str
    warning: str
    read_me: Sequence[tuple[str, str]]
    assumptions: Sequence[tuple[str, Any, str, str]]


@dataclass(frozen=True)
class WorkbookTables:
    """The rows of the workbook.

    Parameters
    ----------
    bids
        The frame of a bid sheet, its columns as in :data:`reports.bid_columns.BID_COLUMNS`.
    context
        :data:`reports.bid_columns.CONTEXT_COLUMNS` of the same notes, row by row.
    exceptions
        The frame of ``exceptions.csv``.
    columns
        Of each column of the tape, in :data:`COLUMN_HEADINGS`: what it was taken for.
    carried
        Heading to cells, note by note, of columns of the tape that were asked for: a sheet of their own.
    """

    bids: pd.DataFrame
    context: pd.DataFrame
    exceptions: pd.DataFrame
    columns: Sequence[tuple[str, str, str, str]] = ()
    carried: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_workbook(path: Path, tables: WorkbookTables, summary: BidSummary, text: WorkbookText) -> None:
    """Write the workbook; the same input gives the same bytes.

    Raises
    ------
    ValueError
        More notes than a sheet has rows (1,048,576 less the headings).

    Notes
    -----
    Text is always stored as text: nothing from a tape can become a formula or a link, also when a person edits the cell.
    """
    bids = tables.bids
    if len(bids) > EXCEL_MAX_ROWS - _HEADING_ROW - 1:
        raise ValueError(f"{len(bids):,} notes do not fit a sheet of {EXCEL_MAX_ROWS:,} rows")
    overview = pd.concat([bids.reset_index(drop=True), tables.context[list(CONTEXT_COLUMNS)]], axis=1)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "notebid", "created": _CREATED})
        pens = _Pens(book)
        _write_notes(book.add_worksheet("Overview"), pens, overview, OVERVIEW_COLUMNS, text)
        _write_notes(book.add_worksheet("Bids"), pens, bids, BID_COLUMNS, text)
        if tables.carried:
            _write_carried(book.add_worksheet("From the tape"), pens, tables, text)
        _write_exceptions(book.add_worksheet("Exceptions"), pens, tables.exceptions, text)
        _write_columns(book.add_worksheet("Columns"), pens, tables.columns, text)
        _write_assumptions(book.add_worksheet("Assumptions"), pens, text)
        _write_read_me(book.add_worksheet("Read me"), pens, summary, text)


class _Pens:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.warning = book.add_format({"bold": True, "font_color": "#C00000"})
        self.heading = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "top",
                "bg_color": "#1F3864",
                "font_color": "white",
                "border": 1,
            }
        )
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.total = book.add_format({"bold": True, "num_format": "#,##0", "top": 1, "bottom": 1})
        self.plain = {style: book.add_format({"num_format": code}) for style, code in _NUMBER_FORMATS.items()}
        self.plain[Format.TEXT] = book.add_format({"indent": 1})
        self.quoted = book.add_format({"indent": 1, "quote_prefix": True})
        self.review = book.add_format({"bg_color": "#FFF2CC"})
        self.no_bid = book.add_format({"bg_color": "#F2DCDB"})


def _write_notes(
    sheet: Any, pens: _Pens, notes: pd.DataFrame, columns: Sequence[BidColumn], text: WorkbookText
) -> None:
    first, last = _HEADING_ROW + 1, _HEADING_ROW + max(len(notes), 1)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, pens.plain[column.format])
    sheet.write_string(0, 0, storable(text.title), pens.title)
    if text.warning:
        sheet.write_string(0, 4, storable(text.warning), pens.warning)
    sheet.write_string(1, 0, f"{len(notes):,} notes", pens.bold)
    for index, column in enumerate(columns):
        if column.name in _TOTALLED:
            letter = xl_col_to_name(index)
            formula = f"=SUBTOTAL(109,{letter}{first + 1}:{letter}{last + 1})"
            sheet.write_formula(1, index, formula, pens.total, float(notes[column.name].sum()))
    sheet.set_row(_HEADING_ROW, 45)
    for index, column in enumerate(columns):
        sheet.write_string(_HEADING_ROW, index, column.heading or column.name, pens.heading)
    _write_rows(sheet, pens, notes, columns, first)
    sheet.freeze_panes(first, 1)
    sheet.autofilter(_HEADING_ROW, 0, last, len(columns) - 1)
    for status, pen in (("REVIEW", pens.review), ("NO_BID", pens.no_bid)):
        rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": pen}
        sheet.conditional_format(first, 1, last, 1, rule)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADING_ROW)


def _write_rows(sheet: Any, pens: _Pens, notes: pd.DataFrame, columns: Sequence[BidColumn], first: int) -> None:
    cells: list[list[Any]] = []
    for column in columns:
        values = notes[column.name]
        if column.format is Format.TEXT:
            cells.append([str(one) for one in values.fillna("")])
        else:
            cells.append(values.to_numpy(dtype=np.float64).tolist())
    for offset, row in enumerate(zip(*cells, strict=True)):
        for index, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    _write_text(sheet, pens, (first + offset, index), value)
            elif value == value:  # NaN stays an empty cell
                sheet.write_number(first + offset, index, value)


def _write_exceptions(sheet: Any, pens: _Pens, exceptions: pd.DataFrame, text: WorkbookText) -> None:
    top = _write_headings(sheet, pens, EXCEPTION_COLUMNS, (8, 18, 22, 28, 20, 80), text)
    for offset, row in enumerate(exceptions.fillna("").itertuples(index=False, name=None)):
        sheet.write_number(top + offset, 0, int(row[0]))
        for index, value in enumerate(row[1:], start=1):
            _write_text(sheet, pens, (top + offset, index), str(value))
    sheet.freeze_panes(top, 0)
    sheet.autofilter(top - 1, 0, top - 1 + max(len(exceptions), 1), len(EXCEPTION_COLUMNS) - 1)


def _write_carried(sheet: Any, pens: _Pens, tables: WorkbookTables, text: WorkbookText) -> None:
    names = ("loan_id", *tables.carried)
    top = _write_headings(sheet, pens, names, (34, *[24] * len(tables.carried)), text)
    for offset, row in enumerate(zip(tables.bids["loan_id"], *tables.carried.values(), strict=True)):
        for index, value in enumerate(row):
            _write_text(sheet, pens, (top + offset, index), str(value))
    sheet.freeze_panes(top, 1)
    sheet.autofilter(top - 1, 0, top - 1 + max(len(tables.bids), 1), len(names) - 1)


def _write_columns(sheet: Any, pens: _Pens, columns: Sequence[tuple[str, str, str, str]], text: WorkbookText) -> None:
    top = _write_headings(sheet, pens, COLUMN_HEADINGS, (44, 30, 14, 60), text)
    for offset, row in enumerate(columns):
        for index, value in enumerate(row):
            _write_text(sheet, pens, (top + offset, index), value)
    sheet.freeze_panes(top, 0)
    sheet.autofilter(top - 1, 0, top - 1 + max(len(columns), 1), len(COLUMN_HEADINGS) - 1)


def _write_assumptions(sheet: Any, pens: _Pens, text: WorkbookText) -> None:
    names = ("key", "value", "unit", "meaning and source")
    top = _write_headings(sheet, pens, names, (44, 14, 18, 90), text)
    for offset, (key, value, unit, meaning) in enumerate(text.assumptions, start=top):
        _write_text(sheet, pens, (offset, 0), key, pens.bold)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(offset, 1, value)
        else:
            _write_text(sheet, pens, (offset, 1), str(value))
        _write_text(sheet, pens, (offset, 2), unit)
        _write_text(sheet, pens, (offset, 3), meaning, pens.wrap)
    sheet.freeze_panes(top, 1)


def _write_headings(sheet: Any, pens: _Pens, names: Sequence[str], widths: Sequence[int], text: WorkbookText) -> int:
    """Write the warning, where there is one, and the headings; give the first row under them."""
    row = 0
    if text.warning:
        sheet.write_string(0, 0, storable(text.warning), pens.warning)
        row = 1
    for index, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(row, index, storable(name), pens.heading)
    return row + 1


def _write_text(sheet: Any, pens: _Pens, place: tuple[int, int], text: str, pen: Any = None) -> None:
    """Write text as text; what looks like a formula is marked as text, so that editing the cell leaves it so."""
    kept = storable(text)
    if kept:
        sheet.write_string(*place, kept, pens.quoted if is_formula_like(kept) else pen)


def _write_read_me(sheet: Any, pens: _Pens, summary: BidSummary, text: WorkbookText) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    rows = [*text.read_me, ("", "")]
    rows += [("Totals", f"{summary.n_notes:,} notes, UPB ${summary.upb:,.0f}, bid ${summary.bid:,.0f}")]
    rows += [("", f"{status}: {count:,}") for status, count in summary.statuses.items()]
    rows += [("", ""), ("Columns of Bids", "")]
    rows += [(column.name, column.meaning) for column in BID_COLUMNS]
    rows += [("", ""), *RANGE_NOTES]
    sheet.write_string(0, 0, storable(text.title), pens.title)
    if text.warning:
        sheet.write_string(1, 0, storable(text.warning), pens.warning)
    for offset, (heading, line) in enumerate(rows, start=3):
        _write_text(sheet, pens, (offset, 0), heading, pens.bold)
        _write_text(sheet, pens, (offset, 1), line, pens.wrap)
