"""Weights that make up for notes still open: each resolved note stands for those not followed long enough to see theirs.

Dropping open notes keeps the fast outcomes and loses the slow ones (foreclosure).  Inverse-probability-of-censoring
weighting gives a note that took ``T`` months the weight ``1 / G(T)``, where ``G(t)`` is the chance of having been followed
for ``t`` months, estimated by Kaplan and Meier with the roles of resolution and loss to sight exchanged (Robins and
Rotnitzky 1992; Satten and Datta 2001).  It needs follow-up that does not depend on the outcome, and it cannot supply what
nobody was followed long enough to see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES, Resolutions
from notes.months import month_index
from training.stratum_report import StratumReport

Floats = NDArray[np.float64]

OPEN = -1
"""Class index of a note whose outcome is not known within the horizon."""


@dataclass(frozen=True)
class Labels:
    """What became of each snapshot, within the horizon.

    Parameters
    ----------
    outcome
        int64, shape (n,): position in ``OUTCOMES``; -1 open, or decided later than the horizon.
    months
        float64, shape (n,): months from ``as_of_date`` to the resolution, or for an open note to the last month end at
        which it was seen; at most the horizon.
    beyond_horizon
        bool, shape (n,): decided or followed to a month past the horizon, so open at the horizon.
    """

    outcome: NDArray[np.int64]
    months: Floats
    beyond_horizon: NDArray[np.bool_]

    @property
    def resolved(self) -> NDArray[np.bool_]:
        """Whether the outcome is known within the horizon, bool, shape (n,)."""
        resolved: NDArray[np.bool_] = self.outcome != OPEN
        return resolved

    def take(self, rows: NDArray[np.intp]) -> Labels:
        """Pick snapshots by position."""
        return Labels(self.outcome[rows], self.months[rows], self.beyond_horizon[rows])


def label(resolutions: Resolutions, horizon_months: int) -> Labels:
    """Read off each snapshot's outcome and months, closing every one at the horizon and at its seller's last whole month.

    Of the month in which the file ends only what resolved early can be seen.  A note that resolved then was open at the last
    whole month end as all others were, and is taken so: else the quick outcomes of that month count and the rest does not.
    """
    is_open = resolutions.is_open | (
        month_index(resolutions.resolution_date) > _last_whole_month_of_seller(resolutions)
    )
    seen = np.where(resolutions.is_open, months_followed(resolutions), followed_by_seller(resolutions))
    months = np.where(is_open, seen, months_to_resolution(resolutions))
    beyond = np.where(is_open, months >= horizon_months, months > horizon_months)
    names = resolutions.outcome.astype(str)
    outcome = np.full(len(names), OPEN, dtype=np.int64)
    for position, name in enumerate(OUTCOMES):
        outcome[(names == name) & ~is_open & ~beyond] = position
    return Labels(outcome, np.minimum(months, float(horizon_months)), beyond)


def ended_in_last_month(resolutions: Resolutions, labels: Labels) -> NDArray[np.bool_]:
    """Say which snapshots :func:`label` takes for open though their end is known, bool, shape (n,)."""
    early: NDArray[np.bool_] = ~resolutions.is_open & ~labels.resolved & ~labels.beyond_horizon
    return early


def months_to_resolution(resolutions: Resolutions) -> Floats:
    """Count the month ends from ``as_of_date`` to the resolution: float64, shape (n,), >= 0; NaN while open."""
    return month_index(resolutions.resolution_date) - month_index(resolutions.tape.notes.days("as_of_date"))


def months_followed(resolutions: Resolutions) -> Floats:
    """Count the month ends after ``as_of_date`` that were seen: float64, shape (n,), >= 0.

    The month of ``observed_through`` counts only when it was seen to its last day.
    """
    return np.maximum(_last_whole_month(resolutions) - month_index(resolutions.tape.notes.days("as_of_date")), 0.0)


def _last_whole_month(resolutions: Resolutions) -> Floats:
    """Number the last calendar month that each note was seen to the end of."""
    return month_index(resolutions.observed_through + np.timedelta64(1, "D")) - 1


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan-Meier curve: a step function, right-continuous, 1 before the first step.

    Parameters
    ----------
    months
        float64, shape (k,), ascending: where the curve steps down.
    survival
        float64, shape (k,): its value from each step on.
    """

    months: Floats
    survival: Floats

    def at(self, months: Floats) -> Floats:
        """Give S(t), the share still there after whatever happens at ``t``."""
        return self._value(np.searchsorted(self.months, months, side="right"))

    def before(self, months: Floats) -> Floats:
        """Give S(t-), the share still there just before ``t``."""
        return self._value(np.searchsorted(self.months, months, side="left"))

    def _value(self, steps_taken: NDArray[np.intp]) -> Floats:
        return np.concatenate([[1.0], self.survival])[steps_taken]

    def quantile(self, share: float) -> float:
        """Give the first month by which ``share`` of what the curve loses in all is lost; NaN if it never steps."""
        if len(self.months) == 0:
            return float("nan")
        lost = 1 - self.survival
        return float(self.months[np.argmax(lost >= share * lost[-1] - 1e-12)])


def followed_by_seller(resolutions: Resolutions) -> Floats:
    """Give the months from each snapshot to the last whole one in which any note of its seller was seen.

    A file may write a resolved note's own end as the last day on which it was observed.

    Returns
    -------
    float64, shape (n_snapshots,), >= 0.
    """
    return np.maximum(_last_whole_month_of_seller(resolutions) - resolutions.tape.notes.month("as_of_date"), 0.0)


def _last_whole_month_of_seller(resolutions: Resolutions) -> Floats:
    by_seller = pd.Series(_last_whole_month(resolutions)).groupby(resolutions.tape.notes.text("seller"))
    last: Floats = by_seller.transform("max").to_numpy(dtype=np.float64)
    return last


def kaplan_meier(
    months: Floats, ended: NDArray[np.bool_], weight: Floats, *, others_first: bool = False
) -> SurvivalCurve:
    r"""Estimate a survival curve from durations of which some were cut short.

    Parameters
    ----------
    months
        Duration, float64, shape (n,).
    ended
        Whether it ended in the event; False: cut short at ``months``.
    weight
        Weight of each, >= 0.
    others_first
        At a tie, whether those cut short leave before the event takes place.  False is the textbook rule; True is its
        mirror, for the curve of being lost to sight.

    Notes
    -----
    :math:`S(t) = \prod_{s \le t} (1 - d_s / n_s)` with :math:`d_s` the weight of the events at :math:`s` and :math:`n_s` the
    weight at risk.  Kaplan and Meier, JASA 53 (1958).
    """
    steps, position = np.unique(months, return_inverse=True)
    left = np.bincount(position, weight, minlength=len(steps))
    events = np.bincount(position, weight * ended, minlength=len(steps))
    at_risk = np.cumsum(left[::-1])[::-1]
    if others_first:
        at_risk = at_risk - (left - events)
    happened = events > 0
    factor = np.clip(1 - events[happened] / at_risk[happened], 0.0, 1.0)
    return SurvivalCurve(steps[happened].astype(np.float64), np.cumprod(factor).astype(np.float64))


@dataclass(frozen=True)
class CensoringWeights:
    """Weights of the snapshots, and what to know before trusting them.

    Parameters
    ----------
    weight
        float64, shape (n,): base weight / G for resolved notes, 0 for open ones; sums to the base weight of all.
    largest
        The largest 1 / G used, after the cap.
    n_capped
        How many resolved notes met the cap.
    effective_sample_size
        (sum of weights)^2 / sum of squares, over resolved notes.
    open_share
        Share of the base weight that is open: without an outcome within the months that the labels reach.
    n_resolved
        How many notes are resolved.
    n_estimated
        How many open notes are given likely ends.
    strata
        Each stratum's follow-up, where it was looked at stratum by stratum (:mod:`training.open_notes`).
    """

    weight: Floats
    largest: float
    n_capped: int
    effective_sample_size: float
    open_share: float
    n_resolved: int
    n_estimated: int
    strata: tuple[StratumReport, ...] = ()

    @property
    def flagged_strata(self) -> tuple[str, ...]:
        """Names of the strata flagged ``SHORT_HISTORY``, as :func:`notes.strata.in_strata` takes them."""
        return tuple(name for one in self.strata if one.flagged for name in one.members)


def censoring_weights(
    labels: Labels, base_weight: Floats, max_weight: float, stratum: NDArray[np.object_] | None = None
) -> CensoringWeights:
    """Weigh resolved notes by the inverse of their chance of having been followed long enough.

    Parameters
    ----------
    labels
        Outcomes and months, from :func:`label`.
    base_weight
        float64, shape (n,), >= 0: a loan's snapshots share a weight of 1.
    max_weight
        Cap on 1 / G.
    stratum
        Shape (n,): follow-up is estimated apart in each stratum (say each seller); None: one for all.  A stratum needs
        some hundred notes to be worth its noise.

    Notes
    -----
    Being lost to sight at ``t`` happens after any resolution at ``t``: the month end ``t`` was seen.  So the chance of
    seeing a resolution at ``T`` is G(T-).  A note open at the horizon was not lost: it is known not to have resolved.
    The weights are scaled to sum to the base weight, so that counts keep the size of the book.
    """
    inverse = np.zeros(len(base_weight))
    strata = np.zeros(len(base_weight)) if stratum is None else np.unique(stratum.astype(str), return_inverse=True)[1]
    for one in np.unique(strata):
        rows = strata == one
        lost = ~labels.resolved & ~labels.beyond_horizon
        curve = kaplan_meier(labels.months[rows], lost[rows], base_weight[rows], others_first=True)
        followed = curve.before(labels.months[rows])
        inverse[rows] = 1 / np.maximum(followed, 1 / max_weight)
    inverse[~labels.resolved] = 0.0
    raw = base_weight * inverse
    total = raw.sum()
    scaled = raw * (base_weight.sum() / total) if total > 0 else raw
    return CensoringWeights(
        weight=scaled,
        largest=float(inverse.max(initial=0.0)),
        n_capped=int((inverse >= max_weight * (1 - 1e-12)).sum()),
        effective_sample_size=effective_sample_size(raw),
        open_share=float(base_weight[~labels.resolved].sum() / base_weight.sum()) if len(base_weight) else 0.0,
        n_resolved=int(labels.resolved.sum()),
        n_estimated=0,
    )


def effective_sample_size(weight: Floats) -> float:
    """Give Kish's effective sample size, (sum w)^2 / sum w^2; 0 when every weight is 0."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0


def share_unseen(labels: Labels, base_weight: Floats, months: float) -> float:
    """Estimate the share of resolutions within the horizon that take longer than ``months`` (Kaplan-Meier)."""
    curve = kaplan_meier(labels.months, labels.resolved, base_weight)
    if len(curve.months) == 0:
        return 0.0
    return float(1 - (1 - curve.at(np.array([months]))[0]) / (1 - curve.survival[-1]))
