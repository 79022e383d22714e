"""Whether the month or the day comes first in ``3/4/24``: proven by the column, known from its file, or asked; no guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from notes.schema import Field, Kind
from tapes.asking import Answer, Question
from tapes.forms.date_cells import DateCell, calendar_day, whole_year
from tapes.forms.formed import Context, Formed
from tapes.refusal import masked

MONTH_FIRST, DAY_FIRST, YEAR_FIRST = "month_first", "day_first", "year_first"
ORDERS = (MONTH_FIRST, DAY_FIRST, YEAR_FIRST)
"""What a mapping file may say of a column under ``[units]``."""

_FALL_DUE = frozenset(
    {"next_due_date", "paid_to_date", "first_payment_date", "maturity_date", "balloon_date", "modified_maturity_date"}
)
"""Instalments fall due on the first of a month far more often than all in one month."""
_LETTERS = {MONTH_FIRST: "M/D/Y", DAY_FIRST: "D/M/Y", YEAR_FIRST: "Y/M/D"}
_SHOWN = 3
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Triple:
    """A text of three numbers, and how many cells hold it."""

    text: str
    cell: DateCell
    count: int

    def day(self, order: str, first_year: int) -> date | None:
        """Give the day that it is in an order, None where there is no such day."""
        a, b, c = self.cell.parts
        if order == YEAR_FIRST:
            return calendar_day(whole_year(a, first_year), b, c) if self.cell.padded else None
        year = whole_year(c, first_year) if self.cell.short else c
        return calendar_day(year, a, b) if order == MONTH_FIRST else calendar_day(year, b, a)


@dataclass(frozen=True)
class DayOrder:
    """What was settled.

    Parameters
    ----------
    order
        One of :data:`ORDERS`; None where it has to be asked, or where there is nothing to settle.
    because
        Why, in a few words.
    proof
        The order that these cells show by themselves, and whether for sure.
    """

    order: str | None
    because: str = ""
    proof: tuple[str, bool] | None = None
    question: Question | None = None

    def __str__(self) -> str:
        return "" if self.order is None else f"{_LETTERS[self.order]} ({self.because})"


def file_order(columns: Iterable[Formed]) -> str | None:
    """Give the one order that a file's date columns show, the sure ones before the likely; None where they differ."""
    proofs = [one.day_order for one in columns if one.day_order is not None]
    for certain in (True, False):
        orders = {order for order, sure in proofs if sure is certain}
        if orders:
            return orders.pop() if len(orders) == 1 else None
    return None


def waits_for_file_order(formed: Formed, one: Field) -> bool:
    """Tell a column of dates that leaves its order open, or shows it only as likely."""
    likely = formed.day_order is not None and not formed.day_order[1]
    return one.kind is Kind.DATE and (formed.question is not None or likely)


def settle_order(
    triples: Sequence[Triple], one: Field, context: Context, first_year: int, others: Sequence[date] = ()
) -> DayOrder:
    """Settle the order of a column's triples.

    What the mapping says goes first; then the heading; then what only one order can read (a part over 12); then, for
    dates on which instalments fall due, that they do so on the first of a month; then what the file's other columns
    show.

    Parameters
    ----------
    others
        The column's days that stand without doubt.
    """
    if not triples:
        return DayOrder(None)
    if context.stated in ORDERS:
        return DayOrder(context.stated, "the mapping says so", (context.stated, True))
    allowed = ORDERS if all(triple.cell.padded for triple in triples) else ORDERS[:2]
    days = {order: [triple.day(order, first_year) for triple in triples] for order in allowed}
    read = [i for i in range(len(triples)) if any(days[order][i] is not None for order in allowed)]
    fits = [order for order in allowed if all(days[order][i] is not None for i in read)]
    if not read:
        return DayOrder(MONTH_FIRST, "no cell is a date in any order")
    if not fits:
        return DayOrder(None, question=_contradiction(triples, days, context))
    if context.unit_hint in ORDERS:
        if context.unit_hint not in fits:
            return DayOrder(None, question=_contradiction(triples, days, context))
        return DayOrder(context.unit_hint, "the heading says so", (context.unit_hint, True))
    if len({tuple(days[order][i] for i in read) for order in fits}) == 1:
        sure = len(fits) == 1
        shows = next((triples[i].text for i in read if _only(days, i) == fits[0]), "")
        return DayOrder(
            fits[0], f"{shows!r} shows it" if sure else "no matter in which order", (fits[0], True) if sure else None
        )
    likely = _likely([triples[i] for i in read], one, others)
    if likely in fits and context.file_order in (None, likely):
        return DayOrder(likely, "every one is then the first of a month", (str(likely), False))
    if likely is None and context.file_order in fits:
        return DayOrder(context.file_order, "another date column shows it")
    return DayOrder(None, question=_open(triples, days, fits, context))


def _only(days: dict[str, list[date | None]], i: int) -> str | None:
    orders = [order for order, found in days.items() if found[i] is not None]
    return orders[0] if len(orders) == 1 else None


def _likely(triples: Sequence[Triple], one: Field, others: Sequence[date]) -> str | None:
    if one.name not in _FALL_DUE:
        return None
    first, second, third = (
        {triple.cell.parts[i] % (100 if i == 2 else 10_000) for triple in triples} for i in (0, 1, 2)
    )
    like_others = len(others) > 2 and sum(day.day == 1 for day in others) >= _NEARLY_ALL * len(others)
    if second == {1} and (len(first) > 1 or like_others):
        return MONTH_FIRST
    if first == {1} and like_others:
        return DAY_FIRST
    # All in January of one year is possible; all in January of several years, on different days, is not.
    return DAY_FIRST if first == {1} and len(second) > 2 and len(third) > 1 else None


def _contradiction(triples: Sequence[Triple], days: dict[str, list[date | None]], context: Context) -> Question:
    said = []
    for order in days:
        alone = [triple for i, triple in enumerate(triples) if _only(days, i) == order]
        if alone:
            shown = ", ".join(repr(masked(triple.text)) for triple in alone[:_SHOWN])
            said.append(f"{sum(triple.count for triple in alone):,} cells can only be {_LETTERS[order]} ({shown})")
    if context.unit_hint in ORDERS:
        said.append(f"the heading says {_LETTERS[str(context.unit_hint)]}")
    answers = tuple(
        Answer(f"{_LETTERS[order]}; the cells that do not fit are excepted", "units", context.heading, order)
        for order in days
    )
    return Question(context.heading, ", ".join(said), "In which order are day and month?", answers)


def _open(
    triples: Sequence[Triple], days: dict[str, list[date | None]], fits: Sequence[str], context: Context
) -> Question:
    n_cells = sum(triple.count for triple in triples)
    i = next(i for i in range(len(triples)) if len({days[order][i] for order in fits} - {None}) > 1)
    readings = [f"{day.day} {day:%B %Y} ({_LETTERS[order]})" for order in fits if (day := days[order][i]) is not None]
    evidence = (
        f"{masked(triples[i].text)!r} may be {' or '.join(readings)}, and so for {n_cells:,} cells: "
        "no part of them is over 12 where it would tell"
    )
    if context.file_order is not None:
        evidence += f"; another date column shows {_LETTERS[context.file_order]}, which does not fit"
    answers = tuple(
        Answer(f"{masked(triples[i].text)} is {days[order][i]}", "units", context.heading, order) for order in fits
    )
    return Question(context.heading, evidence, "Does the month come first or the day?", answers)
