"""What the gate asks of the file itself: its open notes, outcomes as late as it says, payments of most notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.counts import count_of
from notes.history import UNKNOWN
from notes.months import format_month, month_index
from training.gate import Check
from training.judge_settings import GateSettings
from training.left_out import ENDS, name_of
from training.snapshots import Snapshots
from training.summary import YOUNG_MONTHS, DataSummary
from training.weights import Floats, months_followed

LEAST_YOUNG, LEAST_YOUNG_OPEN = 20, 0.05
"""Of so many young notes this share is open at least, or else open notes are not in the file."""
LEAST_EXPECTED, LEAST_GAP = 15.0, 2.0
"""A seller of whose notes so many should have ended in so many last months, and none has, has outcomes that stop early.  By
chance none of fifteen comes in 3 of ten million cases; at half the pace that was expected still in 6 of ten thousand."""
LEAST_WITH_PAYMENTS = 0.1
"""A seller with payments for under this share of its notes gives none: what is lacking there is not lost."""
LEAST_NOTES = 50.0


def file_checks(data: DataSummary, snapshots: Snapshots, settings: GateSettings) -> tuple[Check | None, ...]:
    """Give what is wrong with the file that a model was made of, whatever the test says; None for nothing."""
    return open_notes_check(data), outcomes_check(snapshots), payments_check(snapshots, settings)


def open_notes_check(data: DataSummary) -> Check | None:
    """Refuse a model of a file that lacks its open notes, and with them what ends slowly; None where they are in it."""
    if data.n_young < LEAST_YOUNG or data.n_young_open >= LEAST_YOUNG_OPEN * data.n_young:
        return None
    figures = (
        f"of {data.n_young:,} notes known in the last {YOUNG_MONTHS:.0f} months before the end of what was seen, "
        f"{data.n_young_open:,} are open. If open notes were kept from the file, it lacks those that end slowly, "
        "foreclosures above all, and a model of it bids too much: give the open notes too (outcome and resolution_date "
        "empty)"
    )
    return Check("open notes are in the file", False, True, figures)


@dataclass(frozen=True)
class Stopped:
    """A seller whose outcomes end long before its notes do.

    Parameters
    ----------
    last, seen
        Months (numbered as :func:`notes.months.month_index`): of its last outcome, None where it has none; and through which
        its open notes were seen.
    expected
        Loans that should have ended in between.
    """

    seller: str
    last: int | None
    seen: int
    expected: float


def stopped_sellers(snapshots: Snapshots) -> list[Stopped]:
    r"""Find the sellers of whose notes none ended in their last months though many should have.

    Notes
    -----
    Expected are :math:`\sum_i w_i (1 - e^{H(\max(l, a_i) - a_i) - H(s_i - a_i)})` over a seller's open snapshots of weight
    w, as-of month a and last month seen s, with l the month of the seller's last outcome and H the cumulative hazard of
    ending by age (Nelson-Aalen) among the snapshots of all sellers, each up to its own seller's l; times the seller's own
    pace up to l beside that of all, where it is slower.  By age, since a fresh note never ends within its first months.
    """
    resolutions, weight = snapshots.resolutions, snapshots.weight
    start = resolutions.tape.notes.month("as_of_date").astype(np.int64)
    seen = start + months_followed(resolutions).astype(np.int64)
    ended = ~resolutions.is_open
    end = np.where(ended, month_index(np.where(ended, resolutions.resolution_date, resolutions.observed_through)), seen)
    names, seller = np.unique(resolutions.tape.notes.text("seller").astype(str), return_inverse=True)
    n_sellers = len(names)
    last = np.full(n_sellers, start.max())
    np.minimum.at(last, seller, start)  # without an outcome a seller's notes show no age at which none came
    np.maximum.at(last, seller[ended], end[ended].astype(np.int64))
    shown = np.clip(np.minimum(end, last[seller]) - start, 0, None).astype(np.int64)
    hazard = _cumulative_hazard(shown, weight * ended, weight)
    gap = hazard[seen - start] - hazard[np.clip(last[seller] - start, 0, seen - start)]
    due = np.bincount(seller, weight * np.where(ended, 0.0, -np.expm1(-gap)), n_sellers)
    came = np.bincount(seller, weight * ended, n_sellers)
    usual = np.bincount(seller, weight * hazard[shown], n_sellers)
    due *= np.divide(np.minimum(came, usual), usual, out=np.ones(n_sellers), where=usual > 0)
    through = np.full(n_sellers, -1)
    np.maximum.at(through, seller, np.where(ended, -1, seen))
    return [
        Stopped(str(names[one]), int(last[one]) if came[one] > 0 else None, int(through[one]), float(due[one]))
        for one in np.flatnonzero((due >= LEAST_EXPECTED) & (through - last >= LEAST_GAP))
    ]


def _cumulative_hazard(months: NDArray[np.int64], events: Floats, weight: Floats) -> Floats:
    """Give H at every age in months, beyond the last one that was seen as it was there."""
    longest = 1_200
    came, left = np.bincount(months, events, longest + 1), np.bincount(months, weight, longest + 1)
    at_risk = left[::-1].cumsum()[::-1]
    hazard: Floats = np.divide(came, at_risk, out=np.zeros(longest + 1), where=at_risk > 0).cumsum()
    return hazard


def outcomes_check(snapshots: Snapshots) -> Check | None:
    """Refuse a model of a file that takes notes for open of which it is not known what became of them."""
    stopped = stopped_sellers(snapshots)
    if not stopped:
        return None
    told = "; ".join(
        f"{one.seller or 'the notes without a seller'}: {_last_of(one)}, open notes seen through "
        f"{format_month(one.seen)}, and some {one.expected:.0f} should have ended in between"
        for one in sorted(stopped, key=lambda one: -one.expected)[:3]
    )
    more = f"; and {count_of(len(stopped) - 3, 'more seller')}" if len(stopped) > 3 else ""
    figures = (
        f"{told}{more}. If outcomes are known through an earlier day only, or open notes were sold, put that day into "
        "observed_through: as it is, the model takes them for notes that nothing became of"
    )
    return Check("outcomes are known as long as notes were followed", False, True, figures)


def _last_of(one: Stopped) -> str:
    return "no outcome" if one.last is None else f"last outcome {format_month(one.last)}"


def payments_check(snapshots: Snapshots, settings: GateSettings) -> Check | None:
    """Refuse a model of a file of which many notes lack the payments that others of the same seller have."""
    resolutions, weight = snapshots.resolutions, snapshots.weight
    has = has_history(resolutions.tape.history)
    _, seller = np.unique(resolutions.tape.notes.text("seller").astype(str), return_inverse=True)
    share = np.bincount(seller, weight * has) / np.bincount(seller, weight)
    counted = share[seller] >= LEAST_WITH_PAYMENTS
    total = float(weight[counted].sum())
    without = counted & ~has
    lacking = float(weight[without].sum())
    if total < LEAST_NOTES or lacking <= settings.max_without_payments * total:
        return None
    outcome = resolutions.outcome.astype(str)
    parts = []
    for one in ENDS:
        whole, lost = counted & (outcome == one), without & (outcome == one)
        if weight[whole].sum() > 0:
            parts.append(f"{name_of(one)} {weight[lost].sum() / weight[whole].sum():.0%}")
    figures = (
        f"no payment history for {lacking / total:.0%} of the notes of sellers who give one ({', '.join(parts)}), allowed "
        f"{settings.max_without_payments:.0%} (gate.max_without_payments). Most likely loan numbers are written otherwise "
        "in the payments, or their months end before as_of_date: a model learns from the gap what payments should tell it"
    )
    return Check("payments are in the file", False, True, figures)


def has_history(history: PaymentHistory) -> NDArray[np.bool_]:
    """Say of which notes anything is known of their payments, bool, shape (n,)."""
    known: NDArray[np.bool_] = (history.months_delinquent != UNKNOWN).any(axis=1)
    return known | ~np.isnan(history.amount_received).all(axis=1)
