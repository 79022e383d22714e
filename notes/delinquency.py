"""The one definition of how far behind a note is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notes.frame import Notes
from notes.history import UNKNOWN, PaymentHistory
from notes.months import Days, add_months, whole_months_between
from notes.tape import Tape


def months_behind_on(next_due_date: Days, as_of_date: Days) -> NDArray[np.float64]:
    """Count the months behind by the MBA method.

    An instalment is a month behind when nothing came by the end of the day before the next one falls due: due on 1 April
    and unpaid on 30 April is one month (30 days), on 29 April none.

    Returns
    -------
    float64, shape (n_notes,), whole months >= 0; 0 when paid ahead.  NaN where a date is missing.

    Examples
    --------
    >>> due = np.array(["2024-04-01"], dtype="datetime64[D]")
    >>> months_behind_on(due, np.array(["2024-04-29", "2024-04-30", "2024-05-31"], dtype="datetime64[D]"))
    array([0., 1., 2.])

    Notes
    -----
    Source: MBA and OTS methods compared, Andrew Davidson & Co., *The Dime*, April 2005.
    """
    return np.maximum(whole_months_between(next_due_date, as_of_date + np.timedelta64(1, "D")), 0.0)


def next_due_date(tape: Tape) -> Days:
    """Give the due date of the oldest unpaid instalment: as stated, else one month after ``paid_to_date``, else NaT."""
    stated, paid_to = tape.notes.days("next_due_date"), tape.notes.days("paid_to_date")
    return np.where(np.isnat(stated), add_months(paid_to, 1), stated)


def months_delinquent(tape: Tape) -> NDArray[np.float64]:
    """Say how many months each note is behind on its ``as_of_date``.

    From the due date where there is one, else from the payment history's as-of month.

    Returns
    -------
    float64, shape (n_notes,), whole months >= 0.  NaN where neither is known: such a note cannot be priced.
    """
    by_date = months_behind_on(next_due_date(tape), tape.notes.days("as_of_date"))
    last = tape.history.months_delinquent[:, -1]
    return np.where(np.isnan(by_date), np.where(last == UNKNOWN, np.nan, last), by_date)


def without_history(tape: Tape, *, months: bool = True, receipts: bool = True) -> Tape:
    """Give the notes as a tape without payment history would: each as far behind as before, by a due date alone.

    A note that has no due date of its own gets the one that :func:`months_delinquent` counts to the same months.

    Parameters
    ----------
    months, receipts
        What of it is taken away: how far behind it was each month, and what was received.
    """
    history = tape.history
    if not months:
        nothing = np.full_like(history.amount_received, np.nan) if receipts else history.amount_received
        return Tape(tape.notes, PaymentHistory(history.months_delinquent, nothing))
    notes, as_of = tape.notes, tape.notes.days("as_of_date")
    due, behind = next_due_date(tape), months_delinquent(tape)
    told = np.isnat(due) & ~np.isnan(behind)
    back = np.where(told, behind, 0).astype(np.int64)
    reckoned = np.where(told, add_months(as_of + np.timedelta64(1, "D"), -back), notes.days("next_due_date"))
    frame = notes.frame.assign(next_due_date=reckoned)
    unknown = PaymentHistory.unknown(len(tape))
    received = unknown.amount_received if receipts else history.amount_received
    return Tape(Notes(frame), PaymentHistory(unknown.months_delinquent, received))
