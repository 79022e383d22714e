"""What resolutions say beside the four probabilities: when each outcome comes, which way it goes and what it brings."""

from __future__ import annotations

from collections.abc import Sequence

from notes import Outcome
from notes.outcome_times import OutcomeTimes
from pricing import Assumptions, DeskTerms, OwnResolutions
from pricing.own_resolutions import BranchShare, Recovery
from training.config import CensoringSettings
from training.follow_up import FollowUp
from training.open_notes import OpenSettings, weigh_open_notes
from training.severity import fit_own_resolutions
from training.snapshots import Snapshots
from training.timelines import fit_outcome_times
from training.weights import Labels


def learn_desk_terms(
    snapshots: Snapshots, labels: Labels, follow_up: FollowUp, settings: CensoringSettings, assumptions: Assumptions
) -> DeskTerms:
    """Learn them from all snapshots, open ones weighed as for the fit."""
    terms = OpenSettings(settings.max_weight, settings.stratum_notes, settings.timeline_log_sd)
    weights = weigh_open_notes(labels, snapshots.weight, follow_up, terms)
    tape, base = snapshots.resolutions.tape, snapshots.weight
    times = fit_outcome_times(tape, labels, weights, base, follow_up, settings.timeline_log_sd)
    return DeskTerms(times, fit_own_resolutions(snapshots, assumptions), weights.flagged_strata)


def own_rows(own: OwnResolutions) -> list[Sequence[str]]:
    """Set own figures beside the assumed ones: what, n, own, assumed, blended; rows of text."""
    figures: list[tuple[str, BranchShare | Recovery]] = [(f"share {name}", one) for name, one in own.branches.items()]
    recovered = [(f"recovery {name}", one) for name, one in own.recoveries.items()]
    return [
        (name, f"{one.n:,.0f}", f"{one.own:.3f}", f"{one.assumed:.3f}", f"{one.blended:.3f}")
        for name, one in [*figures, *recovered]
    ]


def time_rows(times: OutcomeTimes) -> list[Sequence[str]]:
    """Give each cell's months: outcome and cell, n, three points; a foreclosure's in multiples of the state's process."""
    rows: list[Sequence[str]] = []
    for outcome in Outcome:
        for name, one in times.cells.get(outcome, {}).items():
            shown = [f"{point:.2f} x" if outcome is Outcome.FORECLOSURE else f"{point:.0f}" for point in one.points]
            rows.append((f"{outcome}: {name}", f"{one.n:,.0f}", *shown))
    return rows
