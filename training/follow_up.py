"""How long notes were followed, stratum by stratum: the curves that censoring weights are read from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import Tape
from notes.delinquency import months_delinquent
from notes.strata import STRATA, behind_of, stratum_of
from pricing import Assumptions
from pricing.timeline import sale_timeline
from training.weights import Floats, Labels

Ints = NDArray[np.int64]
REST = "all other strata together"
MIN_AT_RISK = 5.0
"""Notes (weight) still followed, under which a stratum's history counts as ended."""


@dataclass(frozen=True)
class FollowUp:
    """What is known of each snapshot beside its label; arrays of shape (n,).

    Parameters
    ----------
    stratum
        int64, position in ``names``.
    names
        The strata; a last one may hold all that are too small.
    band
        int64, snapshots that cure, work out and give up at the same pace: the band of months behind.
    sale_months
        float64, mean months from ``as_of_date`` to a forced sale by the state's timeline; NaN where no source gives it.
    """

    stratum: Ints
    names: tuple[str, ...]
    band: Ints
    sale_months: Floats

    @classmethod
    def of_tape(cls, tape: Tape, assumptions: Assumptions) -> FollowUp:
        """Read strata and timelines off the notes: the state's facts times the multiplier of the assumptions."""
        behind = months_delinquent(tape)
        timeline, _ = sale_timeline(tape.notes, np.nan_to_num(behind), np.zeros(len(tape)), assumptions)
        months = timeline.months + assumptions.closing.months_to_close
        return cls(stratum_of(tape), STRATA, behind_of(tape), months)

    def take(self, rows: NDArray[np.intp]) -> FollowUp:
        """Pick snapshots by position."""
        return FollowUp(self.stratum[rows], self.names, self.band[rows], self.sale_months[rows])

    def without_small(self, weight: Floats, least: float) -> FollowUp:
        """Put strata of less than ``least`` notes (weight) together into one, the last."""
        size = np.bincount(self.stratum, weight, minlength=len(self.names))
        small = (size < least) & (size > 0)
        if not small.any():
            return self
        stratum = np.where(small[self.stratum], len(self.names), self.stratum)
        return replace(self, stratum=stratum, names=(*self.names, REST))


@dataclass(frozen=True)
class FollowUpCurves:
    """Chance of having been followed, and how far that can be relied on.

    Parameters
    ----------
    before
        float64, shape (n_strata, horizon + 1): G(t-), the chance of being followed to the end of month t.
    last
        int64, shape (n_strata,): the month to which weights reach.
    max_weight
        Largest 1 / G.
    """

    before: Floats
    last: Ints
    max_weight: float

    def inverse(self, months: Floats, stratum: Ints, short: NDArray[np.bool_]) -> Floats:
        """Give 1 / G(t-), shape (n,); in a ``short`` stratum at most its value in the last month."""
        month = months.astype(np.int64)
        month = np.where(short[stratum], np.minimum(month, self.last[stratum]), month)
        inverse: Floats = 1 / np.maximum(self.before[stratum, month], 1 / self.max_weight)
        return inverse


def follow_up_curves(
    labels: Labels, weight: Floats, follow_up: FollowUp, *, max_weight: float, prior_notes: float
) -> FollowUpCurves:
    r"""Estimate each stratum's curve of being followed, shrunk month by month to that of all notes.

    Parameters
    ----------
    labels
        Months are whole.
    max_weight
        Largest 1 / G; where a curve falls under its inverse, the stratum's history counts as ended.
    prior_notes
        How many notes the curve of all counts as in each stratum.

    Notes
    -----
    :math:`G_s(t-) = \prod_{u<t} (1 - h_s(u))`, :math:`h_s = (l_s + \kappa h) / (n_s + \kappa)`: :math:`l_s` lost to sight at
    :math:`u`, :math:`n_s` at risk of it (resolved at :math:`u` are not), :math:`h` the same of all notes together.
    """
    month, n_strata = labels.months.astype(np.int64), len(follow_up.names)
    horizon = int(month.max(initial=0))
    shape = (n_strata, horizon + 1)
    cell = follow_up.stratum * (horizon + 1) + month
    gone = ~labels.resolved & ~labels.beyond_horizon
    cut = np.bincount(cell, weight * ~labels.resolved, minlength=n_strata * (horizon + 1)).reshape(shape)
    ended = np.bincount(cell, weight * labels.resolved, minlength=n_strata * (horizon + 1)).reshape(shape)
    lost = np.bincount(cell, weight * gone, minlength=n_strata * (horizon + 1)).reshape(shape)
    there = np.cumsum((cut + ended)[:, ::-1], axis=1)[:, ::-1]
    at_risk = there - ended
    pooled = _ratio(lost.sum(axis=0), at_risk.sum(axis=0))
    hazard = _ratio(lost + prior_notes * pooled, (at_risk + prior_notes).astype(np.float64))
    before = np.ones(shape)
    before[:, 1:] = np.cumprod(1 - np.clip(hazard, 0.0, 1.0), axis=1)[:, :-1]
    reached = (before >= 1 / max_weight - 1e-12) & (there >= np.minimum(MIN_AT_RISK, there[:, :1]))
    last = np.where(reached, np.arange(horizon + 1), 0).max(axis=1)
    return FollowUpCurves(before, last.astype(np.int64), max_weight)


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)
    return ratio
