"""Dates as sellers write them: shapes told apart a column at a time, by explicit forms only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.date_cells import DateCell, Shape, calendar_day, read_date_cell, serial_day
from tapes.forms.day_order import DAY_FIRST, MONTH_FIRST, DayOrder, Triple, settle_order
from tapes.forms.distinct import Distinct, is_cell_error
from tapes.forms.formed import Context, Formed
from tapes.forms.missing import missing_remark, stands_for_nothing

SERIAL, MONTH_YEAR, SWAPPED = "serial", "month_year", "swapped"
"""What a mapping file may say of a column of dates under ``[units]``, beside :data:`tapes.forms.day_order.ORDERS`:
numbers of any size count days; five digits are a month and a year; a spreadsheet has changed day and month about where
it could."""

ISO = "dates YYYY-MM-DD"
_LATEST = frozenset({"maturity_date", "modified_maturity_date", "balloon_date", "io_end_date", "next_rate_reset_date"})
_MONTH_ENDS = frozenset({"as_of_date", "observed_through", "resolution_date"})
_FIRST_DAY, _LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
_MONTHS = 12
_MANY = 100_000
"""Of so many distinct texts most differ in their time of day only, which goes first."""
_MOST_COUNTED = 100
_ISO_TIME = r"^(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$"
_SUSPECT = 5
"""So many different true dates without one day over 12 are hardly chance (below 1 %)."""


@dataclass(frozen=True)
class _Column:
    """A column's distinct cells as read one by one.

    Parameters
    ----------
    month_year
        Digits are a month and a year, ``122019``, of which a spreadsheet drops a leading 0.
    """

    one: Field
    context: Context
    distinct: Distinct
    cells: list[DateCell]
    first_year: int
    month_year: bool = False

    def having(self, shape: Shape) -> list[int]:
        return [i for i, cell in enumerate(self.cells) if cell.shape is shape]

    @property
    def triples(self) -> list[Triple]:
        texts, counts = self.distinct.texts, self.distinct.counts
        return [Triple(texts[i], self.cells[i], int(counts[i])) for i in self.having(Shape.TRIPLE)]


def form_dates(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of dates into ISO form.

    A month without a day is its first day; for as-of and resolution dates its last.  Two digits of a year lie in
    1950-2049, for dates that a note's terms set in the future in 1970-2069.  Sentinels (``00/00/0000``, ``1/1/1900``,
    ``12/31/9999``, ...) stand for nothing; a masked day is missing and flagged; what is no day of 1950 to 2100 stays as
    written.

    Examples
    --------
    >>> from notes.schema import field
    >>> formed = form_dates(pa.chunked_array([["3/15/24", "Mar-24", "45352"]]), field("next_due_date"), Context("NDD"))
    >>> formed.text.to_pylist()
    ['2024-03-15', '2024-03-01', '2024-03-01']
    """
    if _is_iso(text):
        return Formed(text, ISO)
    column = _read(text, one, context)
    distinct, context = column.distinct, column.context
    order = settle_order(column.triples, one, context, column.first_year, _doubtless(column))
    question = order.question or _month_year_question(column) or _swapped_question(column, order)
    if question is not None:
        return Formed(distinct.spread([None] * len(column.cells)), "not known", question=question)
    kept = [_as_text(column, i, order) for i in range(len(column.cells))]
    masked = np.array([cell.shape is Shape.MASKED for cell in column.cells], dtype=bool)
    nothing = np.array([cell.shape is Shape.NOTHING for cell in column.cells], dtype=bool)
    words = [distinct.texts[i] for i in np.flatnonzero(nothing)]
    return Formed(
        distinct.spread(kept),
        _unit(column, order),
        flagged=(("W_DATE_MASKED", distinct.mask(masked)),) if masked.any() else (),
        remarks=missing_remark(context.heading, distinct.count(nothing), words),
        day_order=order.proof,
    )


def _doubtless(column: _Column) -> list[date]:
    """Give the days of the cells that have one reading, each as often as it stands."""
    found = []
    for i in column.having(Shape.DAY) + ([] if column.month_year else column.having(Shape.SERIAL)):
        cell = column.cells[i]
        day = cell.day or serial_day(cell.number, column.context.date_1904)
        found += [] if day is None else [day] * min(int(column.distinct.counts[i]), _MOST_COUNTED)
    return found


def _is_iso(text: Any) -> bool:
    try:
        days = pc.cast(text, pa.date32())
    except pa.ArrowInvalid:
        return False
    ends = pc.min_max(days).as_py()
    return ends["min"] is None or bool(ends["min"] >= _FIRST_DAY and ends["max"] <= _LAST_DAY)


def _read(text: Any, one: Field, context: Context) -> _Column:
    distinct = Distinct(text)
    if len(distinct.texts) > _MANY:
        distinct = Distinct(pc.replace_substring_regex(text, _ISO_TIME, r"\1"))
    first_year = 1970 if one.name in _LATEST else 1950
    cells = [_cell(each, first_year) for each in distinct.texts]
    column = _Column(one, context, distinct, cells, first_year, context.stated == MONTH_YEAR)
    return _with_six_digits(column)


def _cell(text: str, first_year: int) -> DateCell:
    if is_cell_error(text):
        return DateCell(Shape.BAD)
    return DateCell(Shape.NOTHING) if stands_for_nothing(text) else read_date_cell(text, first_year)


def _with_six_digits(column: _Column) -> _Column:
    """Take six digits for YYYYMM where all can be that, else for MMYYYY where all can be that, else for three numbers."""
    cells, at = list(column.cells), column.having(Shape.SIX)
    forms: list[tuple[bool, Callable[[int], date | None]]] = [
        (False, lambda number: calendar_day(number // 100, number % 100, 1)),
        (True, _month_and_year),
    ]
    for month_year, read in forms:
        months = [read(cells[i].number) for i in at]
        if at and None not in months:
            for i, month in zip(at, months, strict=True):
                cells[i] = DateCell(Shape.MONTH, month)
            return replace(column, cells=cells, month_year=column.month_year or month_year)
    for i in at:
        cells[i] = replace(cells[i], shape=Shape.TRIPLE)
    return replace(column, cells=cells)


def _month_and_year(number: int) -> date | None:
    return calendar_day(number % 10_000, number // 10_000, 1)


def _day(column: _Column, i: int, order: DayOrder) -> date | None:
    cell, context = column.cells[i], column.context
    if cell.shape is Shape.TRIPLE:
        assert order.order is not None
        triple = Triple(column.distinct.texts[i], cell, 1)
        return triple.day(order.order, column.first_year)
    if cell.shape is Shape.MONTH or (cell.shape is Shape.SERIAL and column.month_year):
        month = cell.day or _month_and_year(cell.number)
        return _month_end(month) if month is not None and column.one.name in _MONTH_ENDS else month
    day = cell.day
    if cell.shape is Shape.SERIAL:
        day = serial_day(cell.number, context.date_1904, window=context.stated != SERIAL)
    if day is not None and context.stated == SWAPPED and day.day <= _MONTHS:
        return day.replace(month=day.day, day=day.month)
    return day


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _as_text(column: _Column, i: int, order: DayOrder) -> str | None:
    if column.cells[i].shape in (Shape.NOTHING, Shape.MASKED):
        return None
    day = _day(column, i, order)
    return column.distinct.texts[i] if day is None else day.isoformat()


def _unit(column: _Column, order: DayOrder) -> str:
    """Say in which shapes the column writes its dates."""
    said = [str(order)] if column.triples else []
    if column.having(Shape.DAY):
        said.append("days without doubt")
    if column.having(Shape.SERIAL) and not column.month_year:
        said.append("serial numbers" + (" from 1904" if column.context.date_1904 else ""))
    if column.having(Shape.MONTH) or column.month_year:
        said.append(f"months, taken for their {'last' if column.one.name in _MONTH_ENDS else 'first'} day")
    if any(triple.cell.short for triple in column.triples):
        said.append(f"years from {column.first_year} to {column.first_year + 99}")
    if column.context.stated == SWAPPED:
        said.append("day and month of true dates changed back")
    return "dates " + (", ".join(said) or "of no known shape")


def _month_year_question(column: _Column) -> Question | None:
    """Ask about five digits that all begin with a month and end in a year: 32024 is March 2024, or a serial."""
    numbers = [column.cells[i].number for i in column.having(Shape.SERIAL)]
    if column.context.stated is not None or column.month_year or not numbers:
        return None
    if not all(number >= 10_000 and _month_and_year(number) for number in numbers):
        return None
    shown, serial = numbers[0], serial_day(numbers[0], column.context.date_1904, window=False)
    return Question(
        column.context.heading,
        f"{shown} and all cells like it may be a month and a year that lost a leading 0, or a spreadsheet's number of days",
        "Are these months or numbers of days?",
        (
            Answer(f"{shown} is {_month_and_year(shown):%B %Y}", "units", column.context.heading, MONTH_YEAR),
            Answer(f"{shown} is {serial}", "units", column.context.heading, SERIAL),
        ),
    )


def _swapped_question(column: _Column, order: DayOrder) -> Question | None:
    """Ask where a spreadsheet seems to have read day for month wherever it could, and left the rest as text."""
    triples = column.triples
    if column.context.stated is not None or not triples or order.proof is None or not order.proof[1]:
        return None
    other = DAY_FIRST if order.order == MONTH_FIRST else MONTH_FIRST
    if any(triple.day(other, column.first_year) is not None for triple in triples):
        return None
    true = {_day(column, i, order) for shape in (Shape.DAY, Shape.SERIAL) for i in column.having(shape)} - {None}
    days = {day.day for day in true if day is not None}
    if len(true) < _SUSPECT or len(days) < 2 or max(days) > _MONTHS:
        return None
    text = triples[0].text
    return Question(
        column.context.heading,
        f"the {len(true):,} true dates have no day over {_MONTHS}, and what stands as text, such as {text!r}, has no other "
        "reading: a spreadsheet set to the other order may have changed day and month about wherever it could",
        "Are the true dates right, or changed about?",
        (
            Answer("they are right as they stand", "units", column.context.heading, str(order.order)),
            Answer("their day and month are changed back", "units", column.context.heading, SWAPPED),
        ),
    )
