"""The month that a note's day falls into: payments drawn later tell how it ended, which nobody knew on that day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.counts import count_of
from notes.history import UNKNOWN
from notes.months import Days, month_index
from tapes.findings import Findings, Mask


def is_within_month(as_of: Days) -> Mask:
    """Say which days are not the last of their month; false where there is no day.

    Examples
    --------
    >>> is_within_month(np.array(["2024-06-29", "2024-06-30", "NaT"], dtype="datetime64[D]"))
    array([ True, False, False])
    """
    within: Mask = month_index(as_of + np.timedelta64(1, "D")) == month_index(as_of)
    return within


def without_begun_month(history: PaymentHistory, as_of: Days, source: str, findings: Findings) -> PaymentHistory:
    """Take the as-of month out of the histories of notes whose day does not end it, and warn how many knew it.

    Parameters
    ----------
    as_of
        datetime64[D], shape (n_notes,).
    source
        What the history is of, to begin the warning with.
    """
    months, received = history.months_delinquent.copy(), history.amount_received.copy()
    told = is_within_month(as_of) & ((months[:, -1] != UNKNOWN) | ~np.isnan(received[:, -1]))
    if not told.any():
        return history
    months[told, -1], received[told, -1] = UNKNOWN, np.nan
    findings.warnings.append(
        f"{source}: months go on after as_of_date, so what is told of the month that it falls into is of that month's end, "
        f"and is not read of {count_of(int(told.sum()), 'note')}. If it was known on the day, give payments with as_of_date."
    )
    return PaymentHistory(months, received)


def as_at_last_month_end(history: PaymentHistory, due: Days, as_of: Days, findings: Findings) -> PaymentHistory:
    """Say of notes without a due date, of whose begun month nothing is told, that they are as far behind as at its start.

    What falls due within a month puts a note no further behind before the month ends.

    Parameters
    ----------
    due
        datetime64[D], shape (n_notes,): due date of the oldest unpaid instalment, NaT unknown.
    """
    months: NDArray[np.int16] = history.months_delinquent.copy()
    rows = np.isnat(due) & is_within_month(as_of) & (months[:, -1] == UNKNOWN) & (months[:, -2] != UNKNOWN)
    if not rows.any():
        return history
    months[rows, -1] = months[rows, -2]
    findings.warnings.append(
        f"{count_of(int(rows.sum()), 'note')} without a due date and with an as_of_date within a month: taken for as far "
        "behind as at the end of the month before."
    )
    return PaymentHistory(months, history.amount_received)
