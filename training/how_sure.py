"""How sure a model is at a few probabilities, outcome by outcome: its spread in plain figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.predictor import Floats
from models.spread import log_odds
from models.uncertainty import SHORT_HISTORY_FACTOR, Uncertainty
from notes import OUTCOMES
from notes.doubt import Z_90
from training.stratum_report import StratumReport

SHOWN = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75)
"""Predicted probabilities at which it is told."""


@dataclass(frozen=True)
class SureAt:
    """Where the true probability of an outcome is to be sought when ``probability`` is predicted: 5 % and 95 % points."""

    outcome: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class HowSure:
    """What a report says of it.

    Parameters
    ----------
    intervals
        Of a note with a long history, at each of :data:`SHOWN` that lies within what was seen in training; outcome by
        outcome.
    short_intervals
        The same of a note in the middle one, by notes, of the strata with a short history; empty where there is none.
    short_history_share
        Share of the training notes in those strata, flagged ``SHORT_HISTORY`` or not.
    n_estimated
        Open notes of those strata that were given likely ends.
    """

    intervals: tuple[SureAt, ...]
    short_intervals: tuple[SureAt, ...]
    short_history_share: float
    n_estimated: int = 0


def how_sure(uncertainty: Mapping[str, Any], strata: Iterable[StratumReport]) -> HowSure | None:
    """Read it off what a bundle keeps; None where it keeps nothing.

    Parameters
    ----------
    uncertainty
        As :meth:`models.uncertainty.Uncertainty.to_dict` gives it; empty: it was not learned.
    strata
        Those of all the notes.
    """
    if not uncertainty:
        return None
    uncertain, counted = Uncertainty.from_dict(uncertainty), tuple(strata)
    short = [(one, uncertain.short_history[one.members[0]]) for one in counted if one.short]
    wider: tuple[SureAt, ...] = ()
    if short:
        middle = _middle(np.array([sd for _, sd in short]), [one.n_notes for one, _ in short])
        wider = _intervals(uncertain, SHORT_HISTORY_FACTOR, middle)
    n_notes = sum(one.n_notes for one in counted)
    share = sum(one.n_notes for one, _ in short) / max(n_notes, 1)
    estimated = sum(one.n_estimated for one, _ in short)
    return HowSure(_intervals(uncertain, 1.0, np.zeros(len(OUTCOMES))), wider, share, estimated)


def _intervals(uncertain: Uncertainty, factor: float, timelines: Floats) -> tuple[SureAt, ...]:
    """Give the intervals that :meth:`models.uncertainty.Uncertainty.doubt` has for a note of such a stratum."""
    spread = uncertain.spread
    shown = np.repeat(np.array(SHOWN)[:, None], len(OUTCOMES), axis=1)
    x = log_odds(shown)
    down, up = (np.hypot(factor * sd, timelines) for sd in spread.sd(shown))
    low, high = (1 / (1 + np.exp(-one)) for one in (x - Z_90 * down, x + Z_90 * up))
    seen = (spread.edges[:, 0] <= x) & (x <= spread.edges[:, 1])
    return tuple(
        SureAt(str(outcome), p, float(low[i, k]), float(high[i, k]))
        for k, outcome in enumerate(OUTCOMES)
        for i, p in enumerate(SHOWN)
        if seen[i, k]
    )


def _middle(sds: Floats, n_notes: Sequence[int]) -> Floats:
    """Give the deviations of the stratum that half of the notes lie at or below, by the length of its four together."""
    order = np.argsort(np.linalg.norm(sds, axis=1), kind="stable")
    reached = np.cumsum(np.array(n_notes, dtype=np.float64)[order]) >= 0.5 * sum(n_notes)
    middle: Floats = sds[order][np.argmax(reached)]
    return middle
