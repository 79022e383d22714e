"""How much of each member, and how little is never nothing: the weights of a log-linear pool and its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.labels import Codes
from models.losses import effective_rows, log_loss, loss_and_slope
from models.predictor import Floats

PRIOR_NOTES = 20.0
"""How many notes' worth of say equal weights have: a few hundred notes cannot tell the members apart."""
FLOORS = (2e-4, 5e-4, 1e-3, 2e-3, 4e-3)
"""Floors that are tried besides the least: how often a note does what nothing in its file speaks for."""
FLOOR_GAIN = 1.92
"""Least gain in held-out log likelihood, nats over the effective number of loans, for which a floor above the least is
taken: half the 95 % point of chi-square with one degree of freedom (3.84)."""


@dataclass(frozen=True)
class Pool:
    """Weights of the members, float64 of the shape (n_members,), each >= 0, and the least probability of a class."""

    weights: Floats
    floor: float


def fit_pool_and_floor(
    members: Sequence[Floats],
    codes: Codes,
    weights: Floats,
    groups: NDArray[Any] | None,
    floors: Sequence[float],
    prior_notes: float = PRIOR_NOTES,
) -> Pool:
    """Choose the pool weights, and with them the floor, by the weighted log loss of held-out scores.

    Parameters
    ----------
    members, codes, weights, prior_notes
        As for :func:`fit_pool`.
    groups
        Loan of each row: a loan that surprises in seven snapshots is one surprise.  None: each row is its own.
    floors
        Each > 0, ascending; the first is taken unless another gains :data:`FLOOR_GAIN`.
    """
    n_loans = _effective_loans(weights, groups)
    tried, pool = [], None
    for floor in floors:
        pool = fit_pool(members, codes, weights, floor, prior_notes, pool)
        pooled = np.tensordot(pool, np.stack(members), axes=1)
        tried.append((-n_loans * log_loss(pooled, codes, weights, floor=floor), Pool(pool, floor)))
    best = max(tried, key=lambda one: one[0])
    return best[1] if best[0] - tried[0][0] >= FLOOR_GAIN else tried[0][1]


def _effective_loans(weights: Floats, groups: NDArray[Any] | None) -> float:
    if groups is None:
        return effective_rows(weights)
    _, loan = np.unique(groups, return_inverse=True)
    return effective_rows(np.bincount(loan, weights).astype(np.float64))


def fit_pool(
    members: Sequence[Floats],
    codes: Codes,
    weights: Floats,
    floor: float,
    prior_notes: float = PRIOR_NOTES,
    start: Floats | None = None,
) -> Floats:
    r"""Choose the pool weights that minimise the weighted log loss of held-out scores.

    Parameters
    ----------
    members
        Scores of each member for the same rows, each float64 of the shape (n_rows, n_classes), which must not have been
        fitted on those rows.
    codes, weights
        Class and weight of each row.
    floor
        > 0, mixed in for each class as in :func:`models.predictor.softmax_with_floor`.
    prior_notes
        How many notes' worth of say equal weights have.
    start
        Weights to begin at; None: equal ones.

    Returns
    -------
    float64, shape (n_members,), each >= 0.  They need not sum to 1: their sum sharpens or softens the pool.

    Notes
    -----
    Minimises :math:`-\sum_i w_i \log (f + (1 - K f) \, \mathrm{softmax}(\sum_m a_m s_{m i})_{y_i}) + (c / n) \sum_m
    (a_m - 1 / M)^2`: w sums to 1, n is the effective number of rows, M that of members, K that of classes, f the floor and c
    ``prior_notes``.  Convex in a where f is 0, and nearly so where it is small.
    """
    # A row's scores count only up to a constant; centring keeps the weights of members on one scale.
    stacked = np.stack([scores - scores.mean(axis=1, keepdims=True) for scores in members])
    shares = weights / weights.sum()
    equal = np.full(len(members), 1.0 / len(members))
    pull = prior_notes / effective_rows(weights)

    def objective(pool: Floats) -> tuple[float, Floats]:
        loss, slope = loss_and_slope(np.tensordot(pool, stacked, axes=1), codes, shares, floor)
        away = pool - equal
        return loss + pull * float(away @ away), np.tensordot(stacked, slope, axes=2) + 2 * pull * away

    bounds = [(0.0, 5.0)] * len(members)
    found = minimize(objective, equal if start is None else start, jac=True, method="L-BFGS-B", bounds=bounds)
    best: Floats = found.x
    return best
