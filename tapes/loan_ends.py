"""Several snapshots of one loan in a resolutions file: what they say became of it must be possible together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import Outcome
from notes.months import Days, month_index
from tapes.columns import Columns
from tapes.findings import Findings, Mask
from tapes.resolutions import LabelSettings

LATE_MONTHS = 3
"""Files date one end by the sale, the deed or the day of booking: so many months apart are no contradiction."""
_LOST = (str(Outcome.DEED_IN_LIEU), str(Outcome.FORECLOSURE))
_HORIZON = LabelSettings().horizon_months
_LONG_AGO, _NEVER = -np.inf, np.inf

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


def check_loan_ends(
    columns: Columns, became: tuple[Texts, Texts], dates: tuple[Days, Days, Days], found: Findings
) -> None:
    """Except the rows of loans of which one row says that they ended and another that they did not.

    A loan ends with a deed, a sale or a payoff.  It cannot have been alive after that: known on a later day, seen open, or
    come to any outcome.  Nor can a later snapshot have come first to another outcome than the loss that an earlier one
    states, which would have come to it too.  An earlier snapshot may: it performed again, and was lost in the end.

    Nobody knows which row is wrong, so all that contradict one another are excepted.  Months are compared, and
    :data:`LATE_MONTHS` allowed for; an open row is alive up to the horizon, after which nobody looked.

    Parameters
    ----------
    became
        Outcome and detail of each row, empty where open.
    dates
        ``as_of_date``, ``resolution_date`` and ``observed_through``, NaT where missing.
    """
    outcome, detail = (one.astype(str) for one in became)
    as_of, resolved, observed = (month_index(one) for one in dates)
    usable = columns.filled("loan_id") & ~found.excepted & ~np.isnan(as_of)
    lost = np.isin(outcome, _LOST) & usable
    ended = lost | ((detail == "payoff") & usable)
    if not ended.any():
        return
    loan = _loan_numbers(columns)
    alive = np.where(outcome == "", np.minimum(observed, as_of + _HORIZON), resolved)
    alive = np.where(usable, np.fmax(as_of, alive), _LONG_AGO)
    first_end = _per_loan(np.minimum, loan, np.where(ended, resolved, _NEVER))
    last_alive = _per_loan(np.maximum, loan, alive)
    other = usable & (outcome != "") & ~lost
    first_lost = _per_loan(np.minimum, loan, np.where(lost, as_of, _NEVER))
    last_other = _per_loan(np.maximum, loan, np.where(other, as_of, _LONG_AGO))
    bad: Mask = (alive > first_end + LATE_MONTHS) | (ended & (last_alive > resolved + LATE_MONTHS))
    bad |= (other & (as_of >= first_lost)) | (lost & (as_of <= last_other))
    found.refuse_rows(bad & usable, "E_LOAN_ENDS", "outcome", columns.cells("outcome"))


def _loan_numbers(columns: Columns) -> NDArray[np.int64]:
    """Number the loans: a loan number and its seller."""
    loan = pd.DataFrame({name: columns.cells(name).to_pandas() for name in ("loan_id", "seller")})
    number: NDArray[np.int64] = loan.groupby(["loan_id", "seller"], dropna=False, sort=False).ngroup().to_numpy()
    return number


def _per_loan(function: np.ufunc, loan: NDArray[np.int64], values: Floats) -> Floats:
    """Give each row the least or the largest value of its loan."""
    found = np.full(loan.max(initial=0) + 1, _NEVER if function is np.minimum else _LONG_AGO)
    function.at(found, loan, values)
    whole: Floats = found[loan]
    return whole
