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

from notes import OUTCOMES
from training.evaluate import Floats
from training.parts import Part, Watched
from training.tail import FORECLOSURE, fit_timing, sold_later

SMALLEST_SHARE = 0.005
"""Of an open note's fractional outcomes; smaller ones are left out."""
PRIOR_LATER = 0.5
"""Of one note more of each outcome, this share comes later than any month: a rare outcome is never ruled out."""
ALL_BANDS = 40.0
"""How many notes the pace of all counts as beside that of the notes as far behind."""
SMALLEST_LATER = 1e-6
"""So that a note open long after every outcome but a sale has run out still has four chances."""
USUAL_SALE_MONTHS = 24.0
"""Where no state of the tape has a sourced timeline; it scales all notes alike."""
Predict = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class LikelyEnds:
    """The snapshots of which a part is made, open ones included.

    Parameters
    ----------
    rows
        Their positions.
    timeline_log_sd
        Standard deviation of the log of months to a forced sale around the state's timeline.
    """

    watched: Watched
    rows: NDArray[np.intp]
    timeline_log_sd: float

    def in_proportion(self, loans: NDArray[np.int64], among: NDArray[np.int64], seed: int) -> LikelyEnds:
        """Keep the snapshots of some loans, and of those that are open throughout as large a share.

        Parameters
        ----------
        loans
            Drawn from ``among``, the loans that the fit has without open notes; those outside it are open throughout.
        seed
            The same seed gives nested draws.
        """
        loan = self.watched.snapshots.loan[self.rows]
        others = np.random.default_rng(seed).permutation(np.setdiff1d(loan, among))
        n_kept = round(len(others) * len(np.unique(loans)) / len(np.unique(among)))
        return replace(self, rows=self.rows[np.isin(loan, np.concatenate([loans, others[:n_kept]]))])

    def join(self, part: Part, predict: Predict) -> Part:
        """Give the part with every open note in it, once for each outcome that it may yet have.

        Resolved and open notes count by their own weight alone.  A note followed to the horizon stays out.

        Parameters
        ----------
        predict
            The first model: features to probabilities, shape (n, 4), columns in the order of ``OUTCOMES``.
        """
        watched, labels, base = self.watched, self.watched.labels, self.watched.snapshots.weight
        rows = self.rows[~labels.resolved[self.rows] & ~labels.beyond_horizon[self.rows]]
        if len(rows) == 0:
            return part
        later = np.where(self._is_short(part)[rows, None], self._later_by_prior(part, rows), self._later(part, rows))
        chances = predict(watched.features.iloc[rows]) * later
        chances /= chances.sum(axis=1, keepdims=True)
        note, outcome = np.nonzero(chances >= SMALLEST_SHARE)
        joined, seen = rows[note], labels.resolved[part.rows]
        return replace(
            part,
            features=pd.concat([part.features[seen], watched.features.iloc[joined]]),
            outcome=np.concatenate([part.outcome[seen], np.array([str(name) for name in OUTCOMES])[outcome]]),
            weight=np.concatenate([base[part.rows[seen]], base[joined] * chances[note, outcome]]),
            loan=np.concatenate([part.loan[seen], watched.snapshots.loan[joined]]),
            rows=np.concatenate([part.rows[seen], joined]),
        )

    def _is_short(self, part: Part) -> NDArray[np.bool_]:
        """Say which snapshots are of strata whose history is too short to show its own later months."""
        names = [name for one in part.censoring.strata if one.short for name in one.members]
        short: NDArray[np.bool_] = np.isin(self._strata(), names)
        return short

    def _strata(self) -> NDArray[np.str_]:
        return np.array(self.watched.follow_up.names)[self.watched.follow_up.stratum]

    def _later_by_prior(self, part: Part, rows: NDArray[np.intp]) -> Floats:
        """Give the same as :meth:`_later` by the state's timeline and each band's own pace: see :mod:`training.tail`."""
        labels, follow_up = self.watched.labels, self.watched.follow_up
        followed = {name: one.followed_months for one in part.censoring.strata for name in one.members}
        end = np.array([float(followed.get(name, 0)) for name in self._strata()])
        weight: Floats = np.bincount(part.rows, part.weight, minlength=len(labels.months)) * labels.resolved.astype(
            float
        )
        timing = fit_timing(labels.take(self.rows), weight[self.rows], follow_up.band[self.rows], end[self.rows])
        later = timing.beyond(labels.months[rows], follow_up.band[rows]) + SMALLEST_LATER
        later[:, FORECLOSURE] = sold_later(labels.months[rows], self._sale_months()[rows], self.timeline_log_sd)
        return later

    def _sale_months(self) -> Floats:
        """The state's timeline; that of the middle note where no source gives one, and alike if none has one."""
        months = self.watched.follow_up.sale_months
        known = months[~np.isnan(months)]
        filled: Floats = np.where(np.isnan(months), np.median(known) if len(known) else USUAL_SALE_MONTHS, months)
        return filled

    def _later(self, part: Part, rows: NDArray[np.intp]) -> Floats:
        """Give the share of each outcome that comes later than each note was followed, shape (n, 4).

        Counted among the part's resolved notes with their weights, those as far behind as the note: a note far behind takes
        longer to cure than one that is current, so among all notes too few cures would be left to it.  Where few are as far
        behind, all notes are counted with them as :data:`ALL_BANDS` notes.  A forced sale's months are in multiples of the
        state's timeline.
        """
        labels, resolved = self.watched.labels, self.watched.labels.resolved[part.rows]
        seen, weight = part.rows[resolved], part.weight[resolved]
        timeline, band = self._sale_months(), self.watched.follow_up.band
        later = np.empty((len(rows), len(OUTCOMES)))
        for k in range(len(OUTCOMES)):
            months = labels.months / (timeline if k == FORECLOSURE else 1.0)
            those = labels.outcome[seen] == k
            among, mass = seen[those], weight[those]
            more, total = _more_than(months[rows], months[among], mass)
            later[:, k] = (more + PRIOR_LATER) / (total + 1.0)
            for one in np.unique(band[rows]):
                mine, alike = band[rows] == one, band[among] == one
                more, total = _more_than(months[rows[mine]], months[among[alike]], mass[alike])
                later[mine, k] = (more + ALL_BANDS * later[mine, k]) / (total + ALL_BANDS)
        return later


def _more_than(months: Floats, seen: Floats, mass: Floats) -> tuple[Floats, float]:
    """Give the mass that was seen at more than each of ``months``, and the mass in all."""
    order = np.argsort(seen, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(mass[order])])
    return reached[-1] - reached[np.searchsorted(seen[order], months, side="right")], float(reached[-1])
