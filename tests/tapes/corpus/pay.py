"""How a seller tells the payment history: strings of every alphabet, columns a month, receipts, a ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.tapes.corpus.truth import AS_OF, MONTHS, Note, months_on

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Pay:
    """Columns that tell a history.

    Parameters
    ----------
    headings
        Of the columns.
    cells
        From a note that has a history to its cells; a note without one has empty cells.
    months
        How many months up to the as-of month they tell; 0: they tell none.
    tells
        ``behind``, ``received`` or both.
    """

    headings: tuple[str, ...] = ()
    cells: Callable[[Note], Sequence[object]] = lambda note: ()
    months: int = 0
    tells: tuple[str, ...] = ()


NOTHING = Pay()


def _string(heading: str, months: int, write: Callable[[tuple[int, ...]], str]) -> Pay:
    return Pay((heading,), lambda note: (write(note.behind[-months:]),), months, ("behind",))


def newest_right(heading: str = "Pay String", months: int = 24) -> Pay:
    """Months behind, oldest first: the contract's own form."""
    return _string(heading, months, lambda behind: "".join(map(str, behind)))


def newest_left(heading: str = "Pay String", months: int = 24) -> Pay:
    return _string(heading, months, lambda behind: "".join(map(str, reversed(behind))))


def fannie(heading: str = "PMT_HISTORY", months: int = 24) -> Pay:
    """Two digits a month, newest right."""
    return _string(heading, months, lambda behind: "".join(f"{one:02d}" for one in behind))


def dv01(heading: str = "paystring", months: int = 24, newest_first: bool = False) -> Pay:
    """C current, 2 one month behind, 3 two, up to 7 six and more."""

    def write(behind: tuple[int, ...]) -> str:
        text = "".join("C" if one == 0 else str(one + 1) for one in behind)
        return text[::-1] if newest_first else text

    return _string(heading, months, write)


def thirties(heading: str = "Payment History", months: int = 24) -> Pay:
    """0, 3 thirty days, 6 sixty, 9 ninety and more, oldest first."""
    return _string(heading, months, lambda behind: "".join("0369"[min(one, 3)] for one in behind))


def ots(heading: str = "Pay String", months: int = 24) -> Pay:
    """Months behind as the OTS method counts them: a month less than by the MBA's."""
    return _string(heading, months, lambda behind: "".join(str(max(one - 1, 0)) for one in behind))


def bureau(heading: str = "Payment Profile", months: int = 24) -> Pay:
    """The credit bureaus' grid: 0 current, 1 to 6 buckets, newest left."""
    return _string(heading, months, lambda behind: "".join(map(str, reversed(behind))))


def numbered(names: Sequence[str], months: int, newest_first: bool = True, text: bool = False) -> Pay:
    """A column a month with the months behind."""

    def cells(note: Note) -> list[object]:
        behind = [str(one) if text else Decimal(one) for one in note.behind[-months:]]
        return list(reversed(behind)) if newest_first else list(behind)

    return Pay(tuple(names), cells, months, ("behind",))


def receipts(names: Sequence[str], months: int) -> Pay:
    """A column a month with the dollars received, newest first."""
    return Pay(tuple(names), lambda note: list(reversed(note.received[-months:])), months, ("received",))


def both(status: Pay, money: Pay) -> Pay:
    """Status and receipts side by side."""
    assert status.months == money.months
    return Pay(
        status.headings + money.headings,
        lambda note: [*status.cells(note), *money.cells(note)],
        status.months,
        ("behind", "received"),
    )


def last_months(months: int, newest_first: bool = False) -> list[date]:
    """Give the first days of the last months up to the as-of month."""
    days = [months_on(AS_OF.replace(day=1), -back) for back in range(months)]
    return days if newest_first else days[::-1]


def short_months(months: int, newest_first: bool = False) -> list[str]:
    return [f"{_MONTH_NAMES[day.month - 1]}-{day:%y}" for day in last_months(months, newest_first)]


def ledger(notes: Sequence[Note], months: int = 24) -> str:
    """Write a payments file in long form with months behind and receipts."""
    lines = ["loan_id,month,months_delinquent,amount_received"]
    for note in notes:
        for back in range(min(months, len(note.behind)) - 1, -1, -1):
            month = months_on(AS_OF.replace(day=1), -back)
            at = MONTHS - 1 - back
            lines.append(f"{note.loan_id},{month:%Y-%m},{note.behind[at]},{note.received[at]}")
    return "\n".join(lines) + "\n"


def receipts_ledger(notes: Sequence[Note], months: int = 24) -> str:
    """Write a servicer's ledger: a line for each receipt, with its day."""
    lines = ["Loan Number,Transaction Date,Amount"]
    for note in notes:
        for back in range(min(months, len(note.received)) - 1, -1, -1):
            amount = note.received[MONTHS - 1 - back]
            if amount:
                day = months_on(date(2025, 6, 3 + back % 20), -back)
                lines.append(f"{note.loan_id},{day:%m/%d/%Y},{amount}")
    return "\n".join(lines) + "\n"
