"""Which row of a tape each row of a payments file belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import HISTORY_MONTHS
from notes.counts import count_of
from notes.months import Days, month_index
from tapes.columns import Columns
from tapes.convert import to_days
from tapes.findings import Findings
from tapes.histories.strangers import Match, called, tell_strangers
from tapes.refusal import masked, refusal

MonthsOf = Callable[[], NDArray[np.float64]]
"""Gives the calendar month of each row of a payments file, numbered as :func:`notes.months.month_index`, NaN unknown."""


@dataclass(frozen=True)
class Belonging:
    """What rows of a payments file belong to.

    Parameters
    ----------
    row
        int64: positions in the file; a row that belongs to several snapshots of a loan is there once for each.
    note
        int64, as long: position on the tape, -1 none.
    is_shared
        A row of one month belongs to several snapshots of a loan.
    """

    row: NDArray[np.int64]
    note: NDArray[np.int64]
    is_shared: bool = False


def rows_of_notes(
    columns: Columns, tape: Columns, as_of: Days, findings: Findings, *, months: MonthsOf | None = None
) -> Belonging:
    """Find the row of the tape that each payments row belongs to.

    Rows are matched by ``loan_id``, with ``seller`` where both files have it and with ``as_of_date`` where the payments
    file has it.  Where it has not, and the tape has a loan on several dates, a row of one month belongs to all of them in
    or after that month, within the months that are kept.

    Parameters
    ----------
    months
        Gives the calendar month of each row of the file, NaN where it cannot be read; None: a row is not of one month.

    Raises
    ------
    TapeError
        The tape has several rows of a loan and the payments file lacks the column that tells them apart; or no row belongs
        to a row of the tape, or neither half of the rows do nor half of the tape's notes have one.
    """
    by_seller = "seller" in columns.text and "seller" in tape.text
    by_day = "as_of_date" in columns.text
    tape_keys = _keys(tape, by_seller, as_of if by_day else None)
    file_keys = _keys(columns, by_seller, _file_days(columns) if by_day else None)
    codes, uniques = pd.factorize(tape_keys.to_pandas())
    on_all = _refuse_ambiguous(columns, tape, as_of, codes, row_a_month=months is not None)
    first = np.full(len(uniques) + 1, -1, dtype=np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    first[codes[known]] = known
    found = pc.fill_null(pc.index_in(file_keys, value_set=pa.array(uniques, pa.string())), len(uniques)).to_numpy()
    note: NDArray[np.int64] = first[found]
    if (note < 0).any():
        tell_strangers(Match(columns, tape, note), findings)
    if on_all and months is not None:
        return _on_all_dates(codes, found, len(uniques), months(), as_of)
    return Belonging(np.arange(len(note)), note)


def _on_all_dates(
    codes: NDArray[np.int64],
    found: NDArray[np.int64],
    n_keys: int,
    month: NDArray[np.float64],
    as_of: Days,
) -> Belonging:
    """Give each payments row the rows of its key on the tape that it is told to.

    ``found`` is the key of each payments row, ``n_keys`` where there is none.

    A row that is told to none of them stays once, with the latest: it is late there too, old, or of no month.
    """
    known = np.flatnonzero(codes >= 0)
    by_key = known[np.lexsort((as_of[known], codes[known]))]
    times = np.bincount(codes[known], minlength=n_keys + 1)
    start = np.cumsum(times) - times
    copies = np.maximum(times[found], 1)
    row = np.repeat(np.arange(len(found)), copies)
    which = np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
    strange = found[row] == n_keys
    note = np.where(strange, -1, by_key[np.where(strange, 0, start[found[row]] + which)])
    back = np.where(strange, np.nan, month_index(as_of)[note] - month[row])
    told = (back >= 0) & (back < HISTORY_MONTHS)
    last = which == copies[row] - 1
    untold = np.bincount(row, told, len(found))[row] == 0
    keep = told | (untold & last)
    return Belonging(row[keep], note[keep], is_shared=True)


def _keys(columns: Columns, by_seller: bool, days: Days | None) -> Any:
    """Join what a row is known by; null where it has no loan number."""
    keys = columns.cells("loan_id")
    if by_seller:
        keys = pc.binary_join_element_wise(keys, pc.fill_null(columns.cells("seller"), ""), "\x1f")
    if days is not None:
        encoded, where = np.unique(days, return_inverse=True)
        text = pa.array(np.datetime_as_string(encoded).astype(object)).take(pa.array(where))
        keys = pc.binary_join_element_wise(keys, pa.chunked_array([text]), "\x1f")
    return keys


def _file_days(columns: Columns) -> Days:
    cells = columns.cells("as_of_date")
    days, bad = to_days(cells)
    wrong = bad | np.isnat(days)
    if wrong.any():
        position = int(np.argmax(wrong))
        raise refusal(
            columns.table.place(position, "as_of_date"),
            repr(masked(cells[position].as_py() or "")),
            "A row belongs to one snapshot, by its date YYYY-MM-DD.",
            "Correct it, or take the column out.",
        )
    return days


def _refuse_ambiguous(
    columns: Columns, tape: Columns, as_of: Days, codes: NDArray[np.int64], *, row_a_month: bool
) -> bool:
    """Refuse a file that lacks the columns by which several rows of one loan are told apart.

    Say whether its rows belong to several rows of a loan, which their dates tell apart.
    """
    rows = pd.DataFrame({"key": codes, "seller": tape.cells("seller").to_pandas(), "as_of_date": as_of})
    rows = rows[codes >= 0].drop_duplicates()
    doubled = rows.duplicated("key", keep=False)
    if not doubled.any():
        return False
    twice, name = rows[doubled], called(tape)
    n_loans = len(twice["key"].unique())
    ways = _told_apart_by(twice)
    one_seller = len(twice[["key", "seller"]].drop_duplicates()) == n_loans
    if row_a_month and ("as_of_date",) in ways and one_seller:
        return True
    named = " or ".join(" and ".join(one) for one in ways)
    missing = "the columns are missing" if len(ways[0]) > 1 else "the column is missing"
    raise refusal(
        columns.table.place(column=named),
        f"{missing}, and {count_of(n_loans, 'loan')} of the {name} {'has' if n_loans == 1 else 'have'} several rows",
        f"A payments row belongs to one row of the {name}.",
        f"Add {named}.",
    )


def _told_apart_by(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give the columns that tell all rows of each loan apart: each one that does so alone, else both."""
    alone = [(one,) for one in ("seller", "as_of_date") if not rows.duplicated(["key", one]).any()]
    return [*alone] or [("seller", "as_of_date")]
