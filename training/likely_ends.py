r"""Notes still open, joined to the fit with the outcomes that they may yet have.

Weights make resolved notes stand for open ones and throw away what the open ones look like.  With few notes that is a
loss: once a first model is fitted, a note open after :math:`t` months is one of outcome :math:`k` with the chance

.. math:: \pi_k = p_k (1 - A_k(t)) / \sum_l p_l (1 - A_l(t))

:math:`p` the first model's probabilities, :math:`1 - A_k(t)` the share of outcome k that comes later than t.  It is one
step of the EM algorithm that :mod:`training.tail` runs on whole strata.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome
from training.evaluate import Floats
from training.parts import Part, Watched

SMALLEST_SHARE = 0.005
"""Of an open note's fractional outcomes; smaller ones are left out."""
PRIOR_LATER = 0.5
"""Of one note more of each outcome, this share comes later than any month: a rare outcome is never ruled out."""
FORECLOSURE = OUTCOMES.index(Outcome.FORECLOSURE)
Predict = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class LikelyEnds:
    """The snapshots of which a part is made, open ones included; ``rows`` are their positions."""

    watched: Watched
    rows: NDArray[np.intp]

    def join(self, part: Part, predict: Predict) -> Part:
        """Give the part with every open note in it, once for each outcome that it may yet have.

        Where a stratum has a short history, the part holds its open notes already, and they stay as they are.  In the
        others resolved and open notes count by their own weight alone.  A note followed to the horizon stays out.

        Parameters
        ----------
        predict
            The first model: features to probabilities, shape (n, 4), columns in the order of ``OUTCOMES``.
        """
        watched, short = self.watched, self._in_short_strata(part)
        labels = watched.labels
        is_open = ~labels.resolved[self.rows] & ~labels.beyond_horizon[self.rows] & ~short[self.rows]
        rows = self.rows[is_open]
        if len(rows) == 0:
            return part
        chances = predict(watched.features.iloc[rows]) * self._later(part, rows)
        chances /= chances.sum(axis=1, keepdims=True)
        note, outcome = np.nonzero(chances >= SMALLEST_SHARE)
        base = watched.snapshots.weight
        own = np.where(short[part.rows], part.weight, base[part.rows])
        joined = rows[note]
        return replace(
            part,
            features=pd.concat([part.features, watched.features.iloc[joined]]),
            outcome=np.concatenate([part.outcome, np.array([str(name) for name in OUTCOMES])[outcome]]),
            weight=np.concatenate([own, base[joined] * chances[note, outcome]]),
            loan=np.concatenate([part.loan, watched.snapshots.loan[joined]]),
            rows=np.concatenate([part.rows, joined]),
        )

    def _in_short_strata(self, part: Part) -> NDArray[np.bool_]:
        names = np.array(self.watched.follow_up.names)[self.watched.follow_up.stratum]
        flagged = [name for one in part.censoring.strata if one.short for name in one.members]
        short: NDArray[np.bool_] = np.isin(names, flagged)
        return short

    def _later(self, part: Part, rows: NDArray[np.intp]) -> Floats:
        """Give the share of each outcome that comes later than each note was followed, shape (n, 4).

        Counted among the part's resolved notes with their weights; a forced sale's months in multiples of the state's
        timeline, where every note has one.
        """
        labels, resolved = self.watched.labels, self.watched.labels.resolved[part.rows]
        seen, weight = part.rows[resolved], part.weight[resolved]
        timeline = self.watched.follow_up.sale_months
        timeline = np.where(np.isnan(timeline), np.nanmedian(timeline) if (timeline > 0).any() else 1.0, timeline)
        later = np.empty((len(rows), len(OUTCOMES)))
        for k in range(len(OUTCOMES)):
            pace = timeline if k == FORECLOSURE else np.ones(len(timeline))
            those = labels.outcome[seen] == k
            months, mass = (labels.months / pace)[seen[those]], weight[those]
            order = np.argsort(months, kind="stable")
            total = np.concatenate([[0.0], np.cumsum(mass[order])])
            gone = total[np.searchsorted(months[order], (labels.months / pace)[rows], side="right")]
            later[:, k] = (total[-1] - gone + PRIOR_LATER) / (total[-1] + 1.0)
        return later
