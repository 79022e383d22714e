"""Monthly columns of statuses and of receipts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from notes import HISTORY_MONTHS
from notes.months import Days, month_index
from tapes.asking import Answer, Question
from tapes.convert import to_days, to_numbers
from tapes.fields import PAYMENT_FIELDS
from tapes.findings import Findings, Mask
from tapes.forms import Context, form_column
from tapes.headings.registry import RECEIPTS_MONTH, STATUS_MONTH
from tapes.histories.alphabets import FOREIGN, Alphabet
from tapes.histories.evidence import ByDueDate
from tapes.histories.foreign import Source, except_foreign, shown_codes
from tapes.histories.ledger import FEW_RECEIPTS, refuse_negative
from tapes.histories.months import MonthCells, line_up, of_columns
from tapes.histories.series import LEFT, RIGHT, Cut, Series, cut_after, read_series
from tapes.histories.settle import Column, Reading, Said, ask, settle, weigh
from tapes.histories.spoken import month_alphabets
from tapes.mapped import MappedTable

_AMOUNT = next(one for one in PAYMENT_FIELDS if one.name == "amount_received")
_PROOF, _TIMES = 3, 5
"""Notes that it takes to prove which month a column is of, and how many times as many as speak against it."""


@dataclass(frozen=True)
class Receipts:
    """What came in month by month.

    Parameters
    ----------
    amounts
        float32, shape (n_rows, 60), dollars, reversals negative, NaN unknown.
    """

    amounts: NDArray[np.float32]
    cut: Cut
    units: dict[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


def read_status_months(
    mapped: MappedTable, by_due: ByDueDate, as_of: Days, said: Said, findings: Findings
) -> tuple[Reading | Question | None, Cut]:
    """Read monthly status columns: codes of any alphabet of one character, months, days or words.

    Returns
    -------
    reading
        A question where several readings are left; None where the file has no such column, or an empty one.
    cut
        Filled cells after a note's as-of month.

    Raises
    ------
    TapeError
        Two columns of one month, labels of different kinds, or over a tenth of the cells cannot be read.
    """
    series = read_series(mapped, STATUS_MONTH, as_of, _months_late(mapped, as_of))
    if series is None:
        return None, Cut.nothing(len(as_of))
    columns = _columns(mapped, series)
    cells = of_columns(columns, series.ends)
    cut = cut_after(series, cells.ids > 0)
    _warn_cut(cut, series, findings)
    if not cells.written():
        return None, cut
    alphabets = month_alphabets(cells.counts)
    heading = f"{series.headings[0]} ... {series.headings[-1]}"
    said = for_columns(said, alphabets, series.sides)
    column = Column(heading, "monthly columns", cells, by_due, said, alphabets, series.sides)
    readings = weigh(column)
    found = settle(column, readings) if readings else no_reading(column)
    if isinstance(found, Reading):
        source = Source(STATUS_MONTH, _shown_rows(cells, column.codes(found.evidence), found))
        except_foreign(column, found.evidence, source, findings)
        findings.refuse_rows(found.statuses.ended, "E_RESOLVED", STATUS_MONTH, source.text)
        found = replace(found, told=f"{found.told}; {series.told}")
    return found, cut


def no_reading(column: Column) -> Question:
    """Ask of cells that no alphabet reads."""
    return ask(column, (), "No alphabet reads the cells " + shown_codes(column.cells))


def read_receipts(
    mapped: MappedTable, as_of: Days, said: Said, status: Reading | Question | None, findings: Findings
) -> Receipts:
    """Read monthly columns of money received; an empty cell is unknown, not nothing.

    Parameters
    ----------
    status
        What the status columns were found to be: numbered receipts run the same way.

    Raises
    ------
    TapeError
        Two columns of one month, labels of different kinds, or a fifth of the cells is no money.
    """
    series = read_series(mapped, RECEIPTS_MONTH, as_of, _months_late(mapped, as_of))
    nothing = np.full((len(as_of), HISTORY_MONTHS), np.nan, dtype=np.float32)
    none_cut = Cut.nothing(len(as_of))
    if series is None:
        return Receipts(nothing, none_cut)
    amounts, unit, question = _money(mapped, series, findings)
    if question is not None:
        return Receipts(nothing, none_cut, questions=(question,))
    refuse_negative(amounts, mapped.table.place(column=series.headings[0]), FEW_RECEIPTS)
    cut = cut_after(series, ~np.isnan(amounts))
    _warn_cut(cut, series, findings)
    side: str | None = RIGHT
    if series.numbered:
        numbered = isinstance(status, Reading) and any(
            (one.month or "").startswith("#") for one in mapped.assignment.all_of(STATUS_MONTH)
        )
        side = said.newest or (status.evidence.newest if numbered and isinstance(status, Reading) else None)
        side = side or _side_by_last_payment(mapped, amounts, as_of)
    if side is None:
        return Receipts(nothing, cut, questions=(_ask_side(series),))
    lined = amounts[:, ::-1] if side == LEFT else line_up(amounts, series.ends, np.nan)
    wide = min(lined.shape[1], HISTORY_MONTHS)
    nothing[:, HISTORY_MONTHS - wide :] = lined[:, -wide:]
    told = f"{unit}; {series.told}" + (f", newest {side}" if series.numbered else "")
    return Receipts(nothing, cut, dict.fromkeys(series.headings, told))


def _columns(mapped: MappedTable, series: Series) -> list[Any]:
    return [None if one is None else mapped.table.columns[one.position] for one in series.columns]


def for_columns(said: Said, alphabets: tuple[Alphabet, ...], sides: tuple[str, ...]) -> Said:
    """Take what is said of pay strings for columns, as far as it can be meant: two characters a month are numbers there."""
    alphabet = "months_behind" if said.alphabet in ("canonical", "fannie") else said.alphabet
    named = alphabet if alphabet in [one.name for one in alphabets] else None
    return replace(said, alphabet=named, newest=said.newest if said.newest in sides else None)


def _money(mapped: MappedTable, series: Series, findings: Findings) -> tuple[NDArray[np.float64], str, Question | None]:
    """Convert all columns as one, since one hand wrote them; a row with a cell that is no money is excepted."""
    n, columns = len(mapped.table), _columns(mapped, series)
    empty = pa.chunked_array([pa.nulls(n, pa.string())])
    text = pa.chunked_array([chunk for one in columns for chunk in (empty if one is None else one).chunks], pa.string())
    none = np.zeros(n, dtype=bool)
    numeric = np.concatenate(
        [none if one is None else mapped.table.numeric.get(one.position, none) for one in series.columns]
    )
    first = next(one for one in series.columns if one is not None)
    stated = mapped.mapping.units.get(first.heading)
    formed = form_column(text, _AMOUNT, Context(first.heading, first.unit, stated, numeric, mapped.table.date_1904))
    values, bad = to_numbers(formed.text)
    low, high = _AMOUNT.low or 0.0, _AMOUNT.high or 0.0
    bad |= ~np.isnan(values) & ~((values >= low) & (values <= high))
    for _, mask in formed.refused:
        bad |= mask
    findings.warnings += formed.remarks
    for code, mask in formed.flagged:
        findings.flag(_in_row(mask, n), code)
    if bad.any():
        wrong, which = _in_row(bad, n), bad.reshape(-1, n).argmax(axis=0)
        cells = [text[int(which[i]) * n + i].as_py() if wrong[i] else "" for i in range(n)]
        findings.refuse_cells(wrong, "E_MONEY", RECEIPTS_MONTH, pa.chunked_array([pa.array(cells)]))
    amounts = np.where(bad, np.nan, values).reshape(-1, n).T
    return amounts, formed.unit, formed.question


def _in_row(mask: Mask, n_rows: int) -> Mask:
    """Say of each row whether a cell of one of its columns is meant; the columns stand one under another."""
    found: Mask = np.asarray(mask.reshape(-1, n_rows).any(axis=0))
    return found


def _months_late(mapped: MappedTable, as_of: Days) -> int:
    """Tell whether the newest column that counts back is of the month before the as-of month: last payments prove it.

    Without proof the newest column is of the as-of month.
    """
    newest = next((one for one in mapped.assignment.all_of(RECEIPTS_MONTH) if one.month in ("-0", "0")), None)
    if newest is None:
        return 0
    amounts, _ = to_numbers(mapped.table.columns[newest.position])
    ago = month_index(as_of) - month_index(_last_payment(mapped))
    came = amounts > 0
    now, before = int((came & (ago == 0)).sum()), int((came & (ago == 1)).sum())
    return int(before >= _PROOF and before >= _TIMES * now)


def _side_by_last_payment(mapped: MappedTable, amounts: NDArray[np.float64], as_of: Days) -> str | None:
    """Find the end at which the newest month is from the month of the last payment; None where that does not tell."""
    ago = month_index(as_of) - month_index(_last_payment(mapped))
    came = amounts > 0
    some = came.any(axis=1)
    from_left = np.where(some, came.argmax(axis=1), np.nan)
    from_right = np.where(some, came[:, ::-1].argmax(axis=1), np.nan)
    tells = from_left != from_right
    left, right = int((tells & (from_left == ago)).sum()), int((tells & (from_right == ago)).sum())
    if left >= _PROOF and left >= _TIMES * right:
        return LEFT
    return RIGHT if right >= _PROOF and right >= _TIMES * left else None


def _last_payment(mapped: MappedTable) -> Days:
    return to_days(mapped.columns.cells("last_payment_date"))[0]


def _ask_side(series: Series) -> Question:
    return Question(
        f"{series.headings[0]} ... {series.headings[-1]}",
        "Nothing in the file tells at which end of these monthly receipts the newest month is: last_payment_date, by "
        "which it could be seen, is missing or fits neither",
        "At which end is the newest month?",
        tuple(
            Answer(f"{series.headings[0 if side == LEFT else -1]} is the newest", "pay_string", "newest", side)
            for side in (LEFT, RIGHT)
        ),
    )


def _warn_cut(cut: Cut, series: Series, findings: Findings) -> None:
    if cut.n_cells:
        findings.warnings.append(
            f"{cut.n_cells:,} cells of monthly columns ({series.headings[0]!r} ... {series.headings[-1]!r}) are dated after "
            "their note's as-of month and were cut."
        )


def _shown_rows(cells: MonthCells, codes: NDArray[np.int16], found: Reading) -> Any:
    """Give what is shown of a row: what cannot be read in it, or its newest month."""
    foreign = np.asarray((codes == FOREIGN).any(axis=1))
    filled = np.asarray((cells.ids > 0).any(axis=1))
    shown = np.full(len(filled), None, dtype=object)
    shown[filled] = ""
    for i in np.flatnonzero(foreign | found.statuses.ended):
        texts = [cells.tokens[int(one)] for one in cells.ids[i] if one]
        shown[i] = ", ".join(dict.fromkeys(texts))[:60]
    return pa.chunked_array([pa.array(shown.tolist(), pa.string())])
