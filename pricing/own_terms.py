"""What a desk's own resolutions change in the legs: months and recoveries, note by note (docs/pricing.md, section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome, OutcomeRecoveries, OutcomeTimelines, Tape
from pricing.assumptions import Assumptions
from pricing.facts import NoteFacts, note_facts
from pricing.leg import Leg
from pricing.legs import Legs, OutcomeLegs

Floats = NDArray[np.float64]
TABLE = "table"


@dataclass(frozen=True)
class OwnTerms:
    """Own months and recoveries of the notes of one tape; None: the table's and the assumptions'."""

    timelines: OutcomeTimelines | None = None
    recoveries: OutcomeRecoveries | None = None

    def refuse_other_notes(self, n_notes: int) -> None:
        """Make sure that the terms are of so many notes.

        Raises
        ------
        ValueError
            They are not.
        """
        for name, array in (
            ("timelines", None if self.timelines is None else self.timelines.months),
            ("recoveries", None if self.recoveries is None else self.recoveries.share),
        ):
            if array is not None and len(array) != n_notes:
                raise ValueError(f"own {name} are of {len(array)} notes, the tape of {n_notes}")

    def take(self, rows: NDArray[np.intp]) -> OwnTerms:
        """Pick notes by position."""
        times, shares = self.timelines, self.recoveries
        return OwnTerms(
            None if times is None else OutcomeTimelines(times.months[rows], times.weights, times.source[rows]),
            None if shares is None else OutcomeRecoveries(shares.share[rows], shares.source[rows]),
        )

    def at_own_recovery(self, one: OutcomeLegs) -> OutcomeLegs:
        """Scale what an outcome's branches bring so that on the whole it is the own share of the claim."""
        if self.recoveries is None:
            return one
        k = OUTCOMES.index(one.outcome)
        brought, claimed = brought_and_claimed(one)
        own = (self.recoveries.source[:, k] != TABLE) & (brought > 0)
        factor = np.where(own, self.recoveries.share[:, k] * claimed / np.where(brought > 0, brought, 1.0), 1.0)
        legs: list[Leg] = list(one.legs)
        for proceeds in one.proceeds:
            leg = legs[proceeds.leg]
            dollars = leg.dollars_at_first
            scaled = np.minimum(np.maximum(factor * dollars, 0.0), np.maximum(dollars, proceeds.claim))
            legs[proceeds.leg] = replace(leg, dollars_at_first=np.where(own, scaled, dollars))
        return replace(one, legs=tuple(legs))


NOTHING_OWN = OwnTerms()
"""The table's months and the assumptions' recoveries."""


def brought_and_claimed(one: OutcomeLegs) -> tuple[Floats, Floats]:
    """Add up what an outcome's branches bring and the claims then, weights included; US dollars, shape (n_notes,)."""
    brought = np.zeros(len(one.branches[0].weight))
    claimed = np.zeros_like(brought)
    for proceeds in one.proceeds:
        leg = one.legs[proceeds.leg]
        brought = brought + leg.weight * leg.dollars_at_first
        claimed = claimed + leg.weight * np.maximum(proceeds.claim, 0.0)
    return brought, claimed


def table_recoveries(legs: Legs) -> OutcomeRecoveries:
    """Give the share of the claim that each outcome brings by the assumptions; 0 for the two that the note survives."""
    share = np.zeros((len(legs), len(OUTCOMES)))
    for k, one in enumerate(legs.outcomes):
        brought, claimed = brought_and_claimed(one)
        share[:, k] = np.where(claimed > 0, brought / np.where(claimed > 0, claimed, 1.0), 0.0)
    return OutcomeRecoveries(share, np.full(share.shape, TABLE))


def table_timelines(tape: Tape, assumptions: Assumptions) -> OutcomeTimelines:
    """Give the months from closing to each outcome by the state table and the assumptions, three equal points.

    What :meth:`notes.outcome_times.OutcomeTimes.timelines` blends own months with.
    """
    months = _table_months(note_facts(tape, assumptions), assumptions)
    points = np.repeat(months[:, :, None], 3, axis=2)
    return OutcomeTimelines(points, np.full(3, 1 / 3), np.full(months.shape, TABLE))


def _table_months(facts: NoteFacts, assumptions: Assumptions) -> Floats:
    boarding, help_, deed = assumptions.closing.boarding_months, assumptions.loss_mitigation, assumptions.deed_in_lieu
    workout = help_.modification_share * (boarding + help_.trial_months)
    workout += (1 - help_.modification_share) * (boarding + help_.forbearance_months + help_.plan_months)
    agreed = deed.deed_share * deed.deed_months + deed.short_sale_share * deed.short_sale_months
    agreed += deed.discounted_payoff_share * deed.discounted_payoff_months
    one = np.ones(len(facts))
    by_outcome = {
        Outcome.REPERFORM: max(assumptions.reperform.payoff_months, 1 + boarding) * one,
        Outcome.LOSS_MITIGATION: workout * one,
        Outcome.DEED_IN_LIEU: agreed * one,
        Outcome.FORECLOSURE: facts.sale.months,
    }
    return np.stack([by_outcome[outcome] for outcome in OUTCOMES], axis=1)
