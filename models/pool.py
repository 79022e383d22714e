"""How much of each member, and how little is never nothing: the weights and offsets of a log-linear pool, and its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.labels import Codes
from models.losses import effective_loans, log_loss, loss_and_slope
from models.predictor import Floats

PRIOR_NOTES = 20.0
"""How many notes' worth of say equal weights have: a few hundred notes cannot tell the members apart."""
OFFSET_NOTES = 2.0
"""How strongly offsets are pulled to 0: :math:`c \\sum_k b_k^2` nats, which is a standard deviation of 0.5."""
FLOORS = (2e-4, 5e-4, 1e-3, 2e-3, 4e-3)
"""Floors that are tried besides the least: how often a note does what nothing in its file speaks for."""
FLOOR_GAIN = 1.92
"""Least gain in held-out log likelihood, nats over the effective number of loans, for which a floor above the least is
taken: half the 95 % point of chi-square with one degree of freedom (3.84)."""


@dataclass(frozen=True)
class Pool:
    """What makes one model of the members.

    Parameters
    ----------
    weights
        float64, shape (n_members,), each >= 0.  They need not sum to 1: their sum sharpens or softens the pool.
    offsets
        float64, shape (n_classes,), log odds added to each class, sum 0.
    floor
        The least probability of a class.
    """

    weights: Floats
    offsets: Floats
    floor: float

    def scores(self, members: Sequence[Floats]) -> Floats:
        """Pool the scores of the members, each of the shape (n_rows, n_classes), into one of that shape."""
        pooled: Floats = np.tensordot(self.weights, np.stack(members), axes=1) + self.offsets
        return pooled


def fit_pool_and_floor(
    members: Sequence[Floats],
    codes: Codes,
    weights: Floats,
    groups: NDArray[Any] | None,
    floors: Sequence[float],
    prior_notes: float = PRIOR_NOTES,
) -> Pool:
    """Choose weights and offsets, and with them the floor, by the weighted log loss of held-out scores.

    Parameters
    ----------
    members, codes, weights, prior_notes
        As for :func:`fit_pool`.
    groups
        Loan of each row: a loan that surprises in seven snapshots is one surprise.  None: each row is its own.
    floors
        Each > 0, ascending; the first is taken unless another gains :data:`FLOOR_GAIN`.
    """
    n_loans = effective_loans(weights, groups)
    tried: list[tuple[float, Pool]] = []
    for floor in floors:
        start = tried[-1][1] if tried else None
        pool = fit_pool(members, codes, weights, floor, prior_notes=prior_notes, n_loans=n_loans, start=start)
        tried.append((-n_loans * log_loss(pool.scores(members), codes, weights, floor=floor), pool))
    best = max(tried, key=lambda one: one[0])
    return best[1] if best[0] - tried[0][0] >= FLOOR_GAIN else tried[0][1]


def fit_pool(
    members: Sequence[Floats],
    codes: Codes,
    weights: Floats,
    floor: float,
    *,
    n_loans: float | None = None,
    prior_notes: float = PRIOR_NOTES,
    start: Pool | None = None,
) -> Pool:
    r"""Choose the weights and the offsets that minimise the weighted log loss of held-out scores.

    Parameters
    ----------
    members
        Scores of each member for the same rows, each float64 of the shape (n_rows, n_classes), which must not have been
        fitted on those rows.
    codes, weights
        Class and weight of each row.
    floor
        > 0, mixed in for each class as in :func:`models.predictor.softmax_with_floor`.
    n_loans
        The effective number of loans (:func:`models.losses.effective_loans`): what the pulls are weighed
        against.  None: each row is its own.
    prior_notes
        How many notes' worth of say equal weights have.
    start
        Where to begin; None: equal weights, no offsets.

    Notes
    -----
    Minimises :math:`-\sum_i w_i \log (f + (1 - K f) \, \mathrm{softmax}(b + \sum_m a_m s_{m i})_{y_i}) + (c / n) \sum_m
    (a_m - 1 / M)^2 + (d / n) \sum_k b_k^2`: w sums to 1, n is the effective number of loans, M that of members, K that of
    classes, f the floor, c ``prior_notes`` and d :data:`OFFSET_NOTES`.  Convex where f is 0, nearly so where it is small.

    The offsets are there because a mean of logarithms gives a rare class less than its members do: each may have the right
    share of it, and their pool has not.
    """
    # A row's scores count only up to a constant; centring keeps the weights of members on one scale.
    stacked = np.stack([scores - scores.mean(axis=1, keepdims=True) for scores in members])
    n_members, _, n_classes = stacked.shape
    shares = weights / weights.sum()
    n_loans = effective_loans(weights, None) if n_loans is None else n_loans
    equal = np.full(n_members, 1.0 / n_members)

    def objective(point: Floats) -> tuple[float, Floats]:
        away, offsets = point[:n_members] - equal, point[n_members:]
        scores = np.tensordot(point[:n_members], stacked, axes=1) + offsets
        loss, slope = loss_and_slope(scores, codes, shares, floor)
        pull = prior_notes * float(away @ away) + OFFSET_NOTES * float(offsets @ offsets)
        by_weight = np.tensordot(stacked, slope, axes=2) + 2 * prior_notes / n_loans * away
        by_offset = slope.sum(axis=0) + 2 * OFFSET_NOTES / n_loans * offsets
        return loss + pull / n_loans, np.concatenate([by_weight, by_offset])

    begin = (equal, np.zeros(n_classes)) if start is None else (start.weights, start.offsets)
    bounds = [(0.0, 5.0)] * n_members + [(None, None)] * n_classes
    found = minimize(objective, np.concatenate(begin), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Pool(found[:n_members], found[n_members:] - found[n_members:].mean(), floor)
