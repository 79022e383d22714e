"""How sure a model is at a few probabilities, outcome by outcome: its spread in plain figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.spread import log_odds
from models.uncertainty import Uncertainty
from notes import OUTCOMES
from notes.doubt import Z_90
from training.weights import StratumReport

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
    short_history_share
        Share of the training notes in strata with a short history, flagged or not, whose intervals are wider.
    """

    intervals: tuple[SureAt, ...]
    short_history_share: float


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
    spread, counted = Uncertainty.from_dict(uncertainty).spread, tuple(strata)
    shown = np.repeat(np.array(SHOWN)[:, None], len(OUTCOMES), axis=1)
    x = log_odds(shown)
    down, up = spread.sd(shown)
    low, high = (1 / (1 + np.exp(-one)) for one in (x - Z_90 * down, x + Z_90 * up))
    seen = (spread.edges[:, 0] <= x) & (x <= spread.edges[:, 1])
    intervals = tuple(
        SureAt(str(outcome), p, float(low[i, k]), float(high[i, k]))
        for k, outcome in enumerate(OUTCOMES)
        for i, p in enumerate(SHOWN)
        if seen[i, k]
    )
    n_notes = sum(one.n_notes for one in counted)
    return HowSure(intervals, sum(one.n_notes for one in counted if one.short) / max(n_notes, 1))
