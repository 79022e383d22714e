"""Payment behaviour: how far behind, what was paid and when, runs, rolls and cures, and what people call performing."""

from __future__ import annotations

import numpy as np

from features.known import Column, Flags, Known
from features.windows import count_months, is_window_known, longest_run, months_since, slope
from notes.history import UNKNOWN
from notes.months import month_index


def months_behind(known: Known) -> Column:
    """Months behind on the as-of date by the MBA method: from the due date, else from the history's as-of month.

    Whole months >= 0; NaN: neither is known.
    """
    return known.months_behind


def months_behind_3_ago(known: Known) -> Column:
    """Months behind at the month end 3 months before the as-of month."""
    return _months_behind_ago(known, 3)


def months_behind_6_ago(known: Known) -> Column:
    """Months behind at the month end 6 months before the as-of month."""
    return _months_behind_ago(known, 6)


def months_behind_12_ago(known: Known) -> Column:
    """Months behind at the month end 12 months before the as-of month."""
    return _months_behind_ago(known, 12)


def months_behind_24_ago(known: Known) -> Column:
    """Months behind at the month end 24 months before the as-of month."""
    return _months_behind_ago(known, 24)


def months_behind_change_6m(known: Known) -> Column:
    """Months behind on the as-of date less those six months before: 6 paid nothing, 0 kept pace, under 0 caught up.

    NaN also where a pay string's 9 stands for the month six months ago: it means nine or more.
    """
    then = np.where(known.at_ceiling[:, -7], np.nan, _months_behind_ago(known, 6))
    return known.months_behind - then


def max_months_behind_12m(known: Known) -> Column:
    """Most months behind at any known month end of the last 12, the as-of date included."""
    return _max_months_behind(known, 12)


def max_months_behind_24m(known: Known) -> Column:
    """Most months behind at any known month end of the last 24, the as-of date included."""
    return _max_months_behind(known, 24)


def months_behind_slope_12m(known: Known) -> Column:
    """Trend of the months behind over the last 12 month ends: 1 pays nothing, 0 keeps pace, under 0 catches up.

    Least squares over the known month ends; NaN: under three quarters of them are known (a pay string's 9 is not: it
    means nine or more).
    """
    return slope(known.status, (known.status != UNKNOWN) & ~known.at_ceiling, 12)


def full_payments_3m(known: Known) -> Column:
    """Months of the last 3 in which a full instalment came in; all three must be known."""
    return _full_payments(known, 3)


def full_payments_6m(known: Known) -> Column:
    """Months of the last 6 in which a full instalment came in; NaN: under three quarters of them are known."""
    return _full_payments(known, 6)


def full_payments_12m(known: Known) -> Column:
    """Months of the last 12 in which a full instalment came in; NaN: under three quarters of them are known."""
    return _full_payments(known, 12)


def full_payments_24m(known: Known) -> Column:
    """Months of the last 24 in which a full instalment came in; NaN: under three quarters of them are known."""
    return _full_payments(known, 24)


def full_payments_36m(known: Known) -> Column:
    """Months of the last 36 in which a full instalment came in; NaN: under three quarters of them are known."""
    return _full_payments(known, 36)


def partial_payments_3m(known: Known) -> Column:
    """Months of the last 3 in which some money came in but no full instalment; all three must be known."""
    return _partial_payments(known, 3)


def partial_payments_12m(known: Known) -> Column:
    """Months of the last 12 in which some money came in but no full instalment; NaN: under three quarters are known."""
    return _partial_payments(known, 12)


def partial_payments_36m(known: Known) -> Column:
    """Months of the last 36 in which some money came in but no full instalment; NaN: under three quarters are known."""
    return _partial_payments(known, 36)


def share_collected_3m(known: Known) -> Column:
    """Money received over the instalments due in the last 3 months; above 1 where arrears were caught up."""
    return _share_collected(known, 3)


def share_collected_6m(known: Known) -> Column:
    """Money received over the instalments due in the last 6 months; NaN: the money of under three quarters is known."""
    return _share_collected(known, 6)


def share_collected_12m(known: Known) -> Column:
    """Money received over the instalments due in the last 12 months; above 1 where arrears were caught up.

    Reversals count against it.  Only months whose money is known are in both sums; NaN: under three quarters are.
    """
    return _share_collected(known, 12)


def months_since_last_payment(known: Known) -> Column:
    """Whole months since the last month in which a full instalment was received, 0 for the as-of month.

    Where the 60 months of history show none, ``last_payment_date`` if it lies before them, whatever came then.  Where
    no payment is told at all, a note that is behind has paid nothing for as many months as it is behind, or as its
    history shows none, whichever is more.  NaN: none is known, which is not the same as long ago; ``history_months`` says
    how long the history is.
    """
    in_history = months_since(known.instalments.full)
    by_date = month_index(known.as_of) - month_index(known.event("last_payment_date"))
    empty = months_since(~known.instalments.missed)
    least = np.where(np.isnan(empty), float(known.status.shape[1]), empty)
    by_status = np.where(known.months_behind >= 1, np.maximum(known.months_behind, least), np.nan)
    otherwise = np.where(by_date >= known.status.shape[1], by_date, np.where(np.isnan(by_date), by_status, np.nan))
    return np.where(np.isnan(in_history), otherwise, in_history)


def months_since_any_money(known: Known) -> Column:
    """Whole months since money last came in, a part of an instalment too; the later of history and last_payment_date.

    0 for the as-of month.  Where nothing tells of money, as :func:`months_since_last_payment`.
    """
    in_history = months_since(known.instalments.full | known.instalments.partial)
    by_date = month_index(known.as_of) - month_index(known.event("last_payment_date"))
    latest = np.fmin(in_history, by_date)
    return np.where(np.isnan(latest), months_since_last_payment(known), latest)


def months_since_current(known: Known) -> Column:
    """Whole months since the last month end at 0 months behind, 0 when current now; NaN: none in the known history."""
    return months_since(known.month_ends == 0)


def longest_run_paid(known: Known) -> Column:
    """Most months in a row with a full instalment in the known history; an unknown month ends a run."""
    return longest_run(known.instalments.full, known.instalments.known)


def longest_run_missed(known: Known) -> Column:
    """Most months in a row in which nothing came in, in the known history; an unknown month ends a run."""
    return longest_run(known.instalments.missed, known.instalments.known)


def rolls_24m(known: Known) -> Column:
    """Months of the last 24 in which the note fell further behind; NaN: under three quarters of the moves are known.

    In a pay string a stay at 9 (nine or more) is not a known move.
    """
    return count_months(known.moved & (known.status > known.before), known.moved, 24)


def kept_pace_3m(known: Known) -> Column:
    """Share of the last 3 months in which the note did not fall further behind; all three moves must be known."""
    return _kept_pace(known, 3)


def kept_pace_12m(known: Known) -> Column:
    """Share of the known moves of the last 12 months in which the note did not fall further behind.

    A modification that takes the arrears away kept pace too.  NaN: under three quarters of the moves are known.
    """
    return _kept_pace(known, 12)


def first_payment_default(known: Known) -> Column:
    """1 where the instalment that is due next is the first one ever due, and it is late; else 0; NaN: a date is missing."""
    first, due = known.agreed("first_payment_date"), known.agreed("next_due_date")
    never_paid = (due <= first) & (known.months_behind >= 1)
    return np.where(np.isnat(first) | np.isnat(due), np.nan, never_paid.astype(np.float64))


def cures_24m(known: Known) -> Column:
    """Times in the last 24 months that the note came from behind to current, by payment or by modification."""
    return count_months(known.moved & (known.before > 0) & (known.status == 0), known.moved, 24)


def payments_while_behind_12m(known: Known) -> Column:
    """Months of the last 12 with a full instalment that yet ended behind: paying, but not catching up."""
    seen = known.instalments.known & (known.month_ends != UNKNOWN)
    return count_months(seen & known.instalments.full & (known.month_ends > 0), seen, 12)


def performing_current_now(known: Known) -> Column:
    """Performing, first meaning: the note is current on the as-of date (1 or 0)."""
    return _yes_no(known.months_behind == 0, known.months_behind > 0)


def performing_clean_12m(known: Known) -> Column:
    """Performing, second meaning: current now, and no missed payment in the last 12 months (1 or 0).

    A payment is missed where a month ends behind, or, its status unknown, brought no full instalment.  NaN: nothing
    missed is known, but under three quarters of the months are.
    """
    ends, paid = known.month_ends, known.instalments
    missed = (ends > 0) | ((ends == UNKNOWN) & (paid.partial | paid.missed))
    any_missed = missed[:, -12:].any(axis=1)
    seen = (ends != UNKNOWN) | paid.known
    clean = is_window_known(seen, 12) & (known.months_behind == 0) & ~any_missed
    return _yes_no(clean, any_missed)


def performing_never_delinquent(known: Known) -> Column:
    """Performing, third meaning: no month end behind in all the known history (1 or 0); see ``history_months``."""
    worst = _max_months_behind(known, known.month_ends.shape[1])
    return _yes_no(worst == 0, worst > 0)


def performing_paid_last_3m(known: Known) -> Column:
    """Performing, fourth meaning: a full instalment in each of the last three months, however far behind (1 or 0)."""
    paid = _full_payments(known, 3)
    return _yes_no(paid == 3, paid < 3)


def history_months(known: Known) -> Column:
    """Months of the last 60 of which the status or the money is known, 0 to 60."""
    history = known.tape.history
    seen = (history.months_delinquent != UNKNOWN) | ~np.isnan(history.amount_received)
    months: Column = np.count_nonzero(seen, axis=1).astype(np.float64)
    return months


def _months_behind_ago(known: Known, months: int) -> Column:
    status = known.status[:, -1 - months]
    return np.where(status == UNKNOWN, np.nan, status)


def _max_months_behind(known: Known, months: int) -> Column:
    worst = known.month_ends[:, -months:].max(axis=1, initial=UNKNOWN)
    return np.where(worst == UNKNOWN, np.nan, worst)


def _full_payments(known: Known, months: int) -> Column:
    return count_months(known.instalments.full, known.instalments.known, months)


def _partial_payments(known: Known, months: int) -> Column:
    return count_months(known.instalments.partial, known.instalments.known, months)


def _kept_pace(known: Known, months: int) -> Column:
    kept = count_months(known.moved & (known.status <= known.before), known.moved, months)
    moves = np.count_nonzero(known.moved[:, -months:], axis=1)
    share: Column = kept / np.maximum(moves, 1)
    return share


def _share_collected(known: Known, months: int) -> Column:
    paid = known.instalments
    cents = paid.cents[:, -months:].sum(axis=1)
    by_amount = np.where(cents == 0, 0.0, cents / (100.0 * known.p_and_i))
    instalments = by_amount + paid.counted[:, -months:].sum(axis=1)
    months_measured = np.count_nonzero(paid.measured[:, -months:], axis=1)
    share = instalments / np.maximum(months_measured, 1)
    return np.where(is_window_known(paid.measured, months), share, np.nan)


def _yes_no(yes: Flags, no: Flags) -> Column:
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan))
