"""What the gate asks of the file itself: its open notes, outcomes as late as it says, payments of most notes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notes.counts import count_of
from notes.history import UNKNOWN
from training.file_facts import FileFacts
from training.gate import Check
from training.judge_settings import GateSettings
from training.judgement_leakage import LeakageReport, leak_check
from training.left_out import ENDS, LeftOut, left_out_check, name_of, shares_moved
from training.snapshots import Snapshots
from training.stopped_sellers import stopped_file, stopped_sellers
from training.summary import RECENT_MONTHS, YOUNG_MONTHS, DataSummary, has_history

LEAST_YOUNG, LEAST_YOUNG_OPEN = 20, 0.05
"""Of so many young notes this share is open at least, or else open notes are not in the file."""
LEAST_RECENT, LEAST_RECENT_OPEN = 100, 0.01
"""The same of the last three years, where too few are of the last: a sale takes that long in most states."""
LEAST_WITH_PAYMENTS = 0.1
"""A seller with payments for under this share of its notes gives none: what is lacking there is not lost."""
LEAST_NOTES = 50.0
Mask = NDArray[np.bool_]


def file_checks(
    file: FileFacts, data: DataSummary, snapshots: Snapshots, leakage: LeakageReport, settings: GateSettings
) -> tuple[Check, ...]:
    """Give what is wrong with the file that a model was made of, whatever the test says."""
    found = (
        left_out_check(file.left_out, settings),
        open_notes_check(data),
        outcomes_check(snapshots, settings),
        payments_check(snapshots, settings),
        leak_check(leakage, file.columns),
    )
    return tuple(one for one in found if one is not None)


def open_notes_check(data: DataSummary) -> Check | None:
    """Refuse a model of a file that lacks its open notes, and with them what ends slowly; None where they are in it."""
    months, n, n_open = YOUNG_MONTHS, data.n_young, data.n_young_open
    if n < LEAST_YOUNG and data.n_recent >= LEAST_RECENT:
        months, n, n_open = RECENT_MONTHS, data.n_recent, data.n_recent_open
    if n < LEAST_YOUNG or n_open >= (LEAST_YOUNG_OPEN if months == YOUNG_MONTHS else LEAST_RECENT_OPEN) * n:
        return None
    figures = (
        f"of {n:,} notes known in the last {months:.0f} months before the end of what was seen, {n_open:,} are open. If "
        "open notes were kept from the file, it lacks those that end slowly, foreclosures above all, and a model of it bids "
        "too much: give the open notes too (outcome and resolution_date empty)"
    )
    return Check("open notes are in the file", False, True, figures)


def outcomes_check(snapshots: Snapshots, settings: GateSettings) -> Check | None:
    """Refuse, or warn of, a file that takes notes for open of which it is not known what became of them."""
    stopped = stopped_sellers(snapshots)
    together, missing = stopped_file(snapshots), sum(one.expected for one in stopped)
    if together is not None and together.expected > missing:
        stopped, missing = [together, *stopped], together.expected
    if not stopped:
        return None
    told = "; ".join(str(one) for one in stopped[:3])
    more = f"; and {count_of(len(stopped) - 3, 'more seller')}" if len(stopped) > 3 else ""
    most = settings.max_outcomes_missing
    figures = (
        f"{told}{more}. If outcomes are known through an earlier day only, or open notes were sold, put that day into "
        "observed_through: as it is, the model takes them for notes that nothing became of. Notes that kept paying for six "
        f"months are reperform. Refused where more than {most:.0f} are missing (gate.max_outcomes_missing)"
    )
    return Check("outcomes are known as long as notes were followed", False, missing > most, figures)


def payments_check(snapshots: Snapshots, settings: GateSettings) -> Check | None:
    """Refuse a model of a file of which many notes lack the payments that others of the same seller have.

    Also where one outcome lacks more than others do.  That open notes lack more or less is warned of only: whose oldest
    notes have no history lacks it of notes that ended.
    Of a ledger nothing is asked: it has no row for a note that never paid.
    """
    resolutions, weight = snapshots.resolutions, snapshots.weight
    history = resolutions.tape.history
    has = has_history(history)
    with_status = (history.months_delinquent != UNKNOWN).any(axis=1)
    _, seller = np.unique(resolutions.tape.notes.text("seller").astype(str), return_inverse=True)
    share = np.bincount(seller, weight * with_status) / np.bincount(seller, weight)
    counted = share[seller] >= LEAST_WITH_PAYMENTS
    total = float(weight[counted].sum())
    without = counted & ~has
    lacking = float(weight[without].sum())
    of_outcome, moved = _moved_by_gap(snapshots, counted & has, without, settings)
    refused = of_outcome or lacking > settings.max_without_payments * total
    if total < LEAST_NOTES or not (refused or moved):
        return None
    outcome = resolutions.outcome.astype(str)
    parts = []
    for one in ENDS:
        whole, lost = counted & (outcome == one), without & (outcome == one)
        if weight[whole].sum() > 0:
            parts.append(f"{name_of(one)} {weight[lost].sum() / weight[whole].sum():.0%}")
    figures = (
        f"no payment history for {lacking / total:.0%} of the notes of sellers who give one ({', '.join(parts)}), allowed "
        f"{settings.max_without_payments:.0%} (gate.max_without_payments), and of every outcome alike{moved}. Most likely "
        "loan numbers are written otherwise in the payments, or their months end before as_of_date: a model learns from the "
        "gap what payments should tell it"
    )
    return Check("payments are in the file", False, refused, figures)


def _moved_by_gap(snapshots: Snapshots, told: Mask, without: Mask, settings: GateSettings) -> tuple[bool, str]:
    """Say whose share the notes with payments have too much or too little of, beyond what matters and chance; else empty.

    Returns
    -------
    Whether it is an outcome's among resolved notes, and the words.
    """
    outcome, loan = snapshots.resolutions.outcome.astype(str), snapshots.loan
    with_any, everything = np.isin(loan, loan[told]), np.ones(len(loan), dtype=bool)
    resolved = ~snapshots.resolutions.is_open

    def loans(rows: Mask) -> dict[str, int]:
        return {end: len(np.unique(loan[rows & (outcome == end)])) for end in ENDS}

    for some, words in ((resolved, "resolved notes"), (everything, "the file")):
        kept, lost = told & some, without & ~with_any & some
        rows = LeftOut(loans(kept), loans(lost))
        moved = shares_moved(rows, settings, "those with payments", words) if kept.any() and lost.any() else []
        if moved:
            return some is resolved, f": {moved[0]}"
    return False, ""
