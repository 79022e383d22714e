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
4. **Months behind**, where ``last_payment_date`` is missing: a note m months behind brought nothing in its last m
   months, unless the history shows a payment while behind: in a month that ended behind or, where its status is
   unknown, in the last m - 1 months.  A borrower may have paid while behind; a seller who can show it does, and what is
   not told must not raise a bid.

Two moves of the status prove nothing and are left to rules 3 and 4: a stay at 9 in a history that never shows more than
9 (in a pay string 9 stands for nine or more), and a fall in the month of a modification, which capitalises arrears unpaid.
Two instalments in one month are one month with a full payment.  Months are calendar months: an as-of date early in its
month leaves that month's money still to come, and the month may read as missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from notes.history import HISTORY_MONTHS, UNKNOWN
from notes.months import month_index

if TYPE_CHECKING:
    from features.known import Column, Flags, Known

FULL_SHARE = 0.97
"""Share of ``p_and_i`` from which a payment counts as full.  Full instalments arrive a little short: rounding, a bank
charge, a small reset of the rate, an instalment restated since.  Borrowers who pay a part pay half or a round sum, far
under 97 %.  Amounts are stored as float32, so an exact comparison would fail by itself."""


_UNKNOWN, _MISSED, _PARTIAL, _FULL = (np.int8(code) for code in range(4))
_MONTHS_AGO = HISTORY_MONTHS - 1 - np.arange(HISTORY_MONTHS, dtype=np.float64)


@dataclass(frozen=True)
class Instalments:
    """What each month brought; every array of shape (n_notes, 60), oldest first.

    Parameters
    ----------
    full, partial, missed
        bool, at most one of them true in a month; none where it is unknown.
    measured
        bool: it is known how much came, as ``cents`` (rule 1) or as ``counted`` (rules 2 and 3).
    cents
        float64: cents received, whole numbers so that sums are exact in any order; 0 where ``counted`` speaks.
    counted
        float64: instalments paid; 0 where ``cents`` speaks.
    """

    full: Flags
    partial: Flags
    missed: Flags
    measured: Flags
    cents: Column
    counted: Column

    @cached_property
    def known(self) -> Flags:
        """Whether it is known what a month brought, bool, shape (n_notes, 60)."""
        known: Flags = self.full | self.partial | self.missed
        return known

    @classmethod
    def of(cls, known: Known) -> Instalments:
        """Work out what each month brought by the four rules of this module."""
        amount, paid = known.tape.history.amount_received, _paid_by_status(known)
        by_amount = _judge_amount(amount, FULL_SHARE * known.p_and_i[:, None])
        by_status = _judge_status(paid, amount)
        told = np.where(by_amount != _UNKNOWN, by_amount, by_status)
        lately = known.months_behind[:, None] - 1 > _MONTHS_AGO
        while_behind = np.where(known.status == UNKNOWN, lately, known.status > 0)
        paid_behind: Flags = np.asarray(((told > _MISSED) & while_behind).any(axis=1))
        by_date = _judge_last_payment(known, amount, paid_behind)
        kind = np.where(told != _UNKNOWN, told, by_date)

        in_cents = (by_amount != _UNKNOWN) & ~np.isnan(known.p_and_i)[:, None]
        counted = np.where(by_status != _UNKNOWN, paid, np.where(by_date == _FULL, 1.0, 0.0))
        measured = in_cents | (kind == _MISSED) | (kind == _FULL)
        return cls(
            full=kind == _FULL,
            partial=kind == _PARTIAL,
            missed=kind == _MISSED,
            measured=measured,
            cents=np.where(in_cents, np.rint(amount.astype(np.float64) * 100.0), 0.0),
            counted=np.where(measured & (by_amount == _UNKNOWN), counted, 0.0),
        )


def _judge_amount(amount: NDArray[np.float32], least: Column) -> NDArray[np.int8]:
    """Apply rule 1; ``least`` is the smallest full payment, NaN where the instalment is missing."""
    came = amount > 0
    # The codes are in order, so adding the yeses gives the code; three times as fast as nested choices.
    kind = _MISSED * ~np.isnan(amount) + came + (amount >= least)
    kind[came & np.isnan(least)] = _UNKNOWN
    return kind


def _judge_status(paid: Column, amount: NDArray[np.float32]) -> NDArray[np.int8]:
    """Apply rule 2 to the instalments that the status shows, NaN where it shows nothing."""
    unpaid = paid < 1
    return _MISSED * unpaid + (unpaid & (amount > 0)) + _FULL * (paid >= 1)


def _judge_last_payment(known: Known, amount: NDArray[np.float32], paid_behind: Flags) -> NDArray[np.int8]:
    """Apply rules 3 and 4; ``paid_behind`` tells the notes that paid while behind."""
    ago = _months_before(known, "last_payment_date")[:, None]
    is_partial = known.number("last_payment_amount") < FULL_SHARE * known.p_and_i
    last = np.where(is_partial, _PARTIAL, _FULL)[:, None]
    behind = np.where(paid_behind, np.nan, known.months_behind)[:, None]
    since = np.where(np.isnan(ago), behind, ago)
    after = (since > _MONTHS_AGO) & ~(amount > 0)
    return np.where(ago == _MONTHS_AGO, last, np.where(after, _MISSED, _UNKNOWN))


def _paid_by_status(known: Known) -> Column:
    """Count the instalments that the move of the status shows, shape (n_notes, 60), NaN where it shows nothing."""
    before, status = known.before, known.status
    paid = np.where(known.moved, np.maximum(1 + before - status, 0), np.nan)
    paid[(before == UNKNOWN) & (status == 0)] = 1.0
    modified = _months_before(known, "modification_date")[:, None] == _MONTHS_AGO
    paid[modified & ((before == UNKNOWN) | (status < before))] = np.nan
    return paid


def _months_before(known: Known, name: str) -> Column:
    """Count calendar months from an event's month to the as-of month, NaN where the event is missing."""
    return month_index(known.as_of) - month_index(known.event(name))
