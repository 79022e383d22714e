"""What each month of the history brought: a full instalment, a part of one, nothing, or nobody knows.

For each month the first of these that decides:

1. **The amount received**, where it and ``p_and_i`` are known.  At least :data:`FULL_SHARE` of the instalment is a full
   payment, more than 0 a partial one; 0, or a reversal (negative), is a missed month.  An amount of 0 decides without
   ``p_and_i``.
2. **The move of the status.**  From m months behind to m' in one month, 1 + m - m' instalments were paid, floored at 0;
   at least 1 is a full payment.  Without an earlier status, 0 months behind means that the month's instalment was paid.
   A part payment leaves no trace in the status; where money came (its amount known, ``p_and_i`` not) and the status
   shows no instalment, the payment was partial.
3. **last_payment_date**: nothing came in the months after it; what came in its own month is judged by
   ``last_payment_amount``, and taken for a full payment where that or ``p_and_i`` is missing.

Two moves of the status prove nothing and are left to rule 3: a stay at 9 in a history that never shows more than 9 (in a
pay string 9 stands for nine or more), and a fall in the month of a modification, which capitalises arrears unpaid.
Two instalments in one month are one month with a full payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from notes.history import HISTORY_MONTHS, UNKNOWN
from notes.months import month_index

if TYPE_CHECKING:
    from features.known import Column, Known

FULL_SHARE = 0.97
"""Share of ``p_and_i`` from which a payment counts as full.  Full instalments arrive a little short: rounding, a bank
charge, a small reset of the rate, an instalment restated since.  Borrowers who pay a part pay half or a round sum, far
under 97 %.  Amounts are stored as float32, so an exact comparison would fail by itself."""

PAY_STRING_CEILING = 9
"""The highest months behind that a pay string can write; it then means nine or more."""


@dataclass(frozen=True)
class Instalments:
    """What each month brought.

    Parameters
    ----------
    full, partial, missed
        bool, shape (n_notes, 60), oldest first, at most one of them true in a month; none where it is unknown.
    cents
        float64, the same shape: cents received, whole numbers so that sums are exact in any order; 0 where ``counted``.
    counted
        float64, the same shape: instalments paid where no amount tells (rules 2 and 3), else 0.
    measured
        bool, the same shape: whether ``cents`` or ``counted`` says how much came.
    """

    full: NDArray[np.bool_]
    partial: NDArray[np.bool_]
    missed: NDArray[np.bool_]
    cents: Column
    counted: Column
    measured: NDArray[np.bool_]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether it is known what a month brought."""
        return self.full | self.partial | self.missed

    @classmethod
    def of(cls, known: Known) -> Instalments:
        """Work out what each month brought by the three rules of this module."""
        amount = known.tape.history.amount_received.astype(np.float64)
        least = FULL_SHARE * known.p_and_i[:, None]
        full, partial, missed = amount >= least, (amount > 0) & (amount < least), amount <= 0
        weighed = full | partial | missed

        paid = _paid_by_status(known)
        by_status = ~weighed & ~np.isnan(paid)
        full |= by_status & (paid >= 1)
        partial |= by_status & (paid == 0) & (amount > 0)
        missed |= by_status & (paid == 0) & ~(amount > 0)

        after, during, during_full = _by_last_payment(known)
        silent = ~(full | partial | missed)
        missed |= silent & after & ~(amount > 0)
        full |= silent & during & during_full[:, None]
        partial |= silent & during & ~during_full[:, None]

        by_amount = weighed & ~np.isnan(least)
        counted = np.where(by_status, paid, np.where(silent & during & during_full[:, None], 1.0, 0.0))
        cents = np.where(by_amount, np.rint(amount * 100.0), 0.0)
        vague = partial & ~by_amount
        measured = (full | partial | missed) & ~vague
        return cls(full, partial, missed, cents, np.where(measured & ~by_amount, counted, 0.0), measured)


def _paid_by_status(known: Known) -> Column:
    """Count the instalments that the move of the status shows, shape (n_notes, 60), NaN where it shows nothing."""
    status = known.status
    before = np.full_like(status, UNKNOWN)
    before[:, 1:] = status[:, :-1]
    moved = (before != UNKNOWN) & (status != UNKNOWN)
    paid = np.where(moved, np.maximum(1 + before - status, 0), np.nan)
    paid[(before == UNKNOWN) & (status == 0)] = 1.0

    at_ceiling = (status.max(axis=1, initial=UNKNOWN) == PAY_STRING_CEILING)[:, None]
    stay_at_ceiling = at_ceiling & (before == PAY_STRING_CEILING) & (status == PAY_STRING_CEILING)
    modified = _months_ago() == _months_before(known, "modification_date")[:, None]
    paid[stay_at_ceiling | (modified & (status < before))] = np.nan
    return paid


def _by_last_payment(known: Known) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which months lie after the last payment, which month it fell in, and whether that payment was full."""
    ago = _months_before(known, "last_payment_date")[:, None]
    partial = known.number("last_payment_amount") < FULL_SHARE * known.p_and_i
    return _months_ago() < ago, _months_ago() == ago, ~partial


def _months_ago() -> Column:
    return np.arange(HISTORY_MONTHS - 1, -1, -1, dtype=np.float64)


def _months_before(known: Known, name: str) -> Column:
    """Count calendar months from an event's month to the as-of month, NaN where the event is missing."""
    return month_index(known.as_of) - month_index(known.event(name))
