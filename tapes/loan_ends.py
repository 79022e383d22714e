"""Several snapshots of one loan in a resolutions file: what they say became of it must be possible together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import Outcome
from notes.months import Days, month_index
from tapes.columns import Columns
from tapes.findings import Findings

if TYPE_CHECKING:
    from tapes.outcomes import Outcomes

_ENDS = (str(Outcome.DEED_IN_LIEU), str(Outcome.FORECLOSURE))
"""After these the note is no more; after the others it may fall behind again."""


def check_loan_ends(columns: Columns, found: Outcomes, as_of: Days, findings: Findings) -> None:
    """Except the rows of loans that were lost to a deed or a sale in one row and in another were not.

    Once a loan has ended it has no later snapshot, no later month in which it was seen open, and no other outcome after it;
    and a later snapshot of it cannot have come to another outcome first, or the earlier one would have too.  An earlier
    snapshot may have another outcome before the end: it performed again, and was lost in the end.

    Nobody knows which row is wrong, so the row with the end and all that contradict it are excepted, each with the number of
    the row that it contradicts.  Dates are compared by month.
    """
    outcome, resolved = found.outcome.astype(str), month_index(found.resolution_date)
    usable = columns.filled("loan_id") & ~findings.excepted & ~np.isnat(as_of)
    ended = np.isin(outcome, _ENDS) & usable
    if not ended.any():
        return
    first = _first_end(columns, as_of, resolved, ended)
    has_end = (first >= 0) & usable
    row, end = np.flatnonzero(has_end), first[has_end]
    other = (outcome[row] != "") & (outcome[row] != outcome[end])
    against = month_index(as_of)[row] > resolved[end]
    against |= (outcome[row] == "") & (month_index(found.observed_through)[row] > resolved[end])
    against |= other & ((as_of[row] >= as_of[end]) | (resolved[row] > resolved[end]))
    against &= row != end
    if not against.any():
        return
    beside: NDArray[np.object_] = np.full(len(as_of), "", dtype=object)
    numbers = columns.table.rows
    for one, other_row in ((row[against], end[against]), (end[against], row[against])):
        beside[one] = [str(int(number)) for number in numbers[other_row]]
    findings.refuse_rows(beside != "", "E_LOAN_ENDS", "outcome", beside)


def _first_end(
    columns: Columns, as_of: Days, resolved: NDArray[np.float64], ended: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Give for each row the row of its loan with the earliest end, of several the earliest snapshot; -1 for none."""
    loan = pd.DataFrame({name: columns.cells(name).to_pandas() for name in ("loan_id", "seller")})
    number = loan.groupby(["loan_id", "seller"], dropna=False, sort=False).ngroup().to_numpy()
    order = np.flatnonzero(ended)
    order = order[np.lexsort((as_of[order].astype(np.int64), resolved[order]))]
    first = np.full(number.max(initial=0) + 1, -1, dtype=np.intp)
    first[number[order[::-1]]] = order[::-1]
    found: NDArray[np.intp] = first[number]
    return found
