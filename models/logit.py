"""A penalised multinomial logit, fitted along a path of penalties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.labels import Codes

Floats = NDArray[np.float64]

PENALTIES = ("l1", "l2")
MOST_WORKING_SETS = 5
NEARLY = 0.8
"""Share of the penalty that a term's slope must reach to be let in at the start."""
UNSEEN_LOG_ODDS = -20.0
"""Intercept of a class that has no row to fit: the floor decides its probability."""


@dataclass(frozen=True)
class Logit:
    """Intercepts, shape (n_classes,), and coefficients, shape (n_terms, n_classes), in log odds."""

    intercepts: Floats
    coefficients: Floats

    def scores(self, terms: Floats) -> Floats:
        """Give the scores of rows, shape (n_rows, n_classes), for terms of the shape (n_rows, n_terms)."""
        scores: Floats = terms @ self.coefficients + self.intercepts
        return scores


@dataclass(frozen=True)
class LogitData:
    """What a logit is fitted on.

    Parameters
    ----------
    terms
        float64, shape (n_rows, n_terms), standardised, no NaN.
    codes
        Class of each row.
    weights
        float64, shape (n_rows,), >= 0.
    n_classes
        Classes in all, seen or not.
    """

    terms: Floats
    codes: Codes
    weights: Floats
    n_classes: int

    def take(self, rows: NDArray[np.bool_]) -> LogitData:
        """Pick rows by mask."""
        return LogitData(self.terms[rows], self.codes[rows], self.weights[rows], self.n_classes)


def largest_penalty(data: LogitData) -> float:
    """Give the smallest L1 penalty at which every coefficient is 0, from the gradient at the class shares."""
    shares = data.weights / data.weights.sum()
    one_hot = np.eye(data.n_classes)[data.codes]
    prior = shares @ one_hot
    return float(np.abs(data.terms.T @ (shares[:, None] * (prior - one_hot))).max(initial=0.0))


def fit_path(data: LogitData, penalty: str, strengths: Sequence[float], tolerance: float = 1e-6) -> Iterator[Logit]:
    r"""Fit one logit a strength, from the strongest on, each started at the one before; a caller may stop early.

    Minimises :math:`-\sum_i w_i \log p_{i y_i} / \sum_i w_i + \lambda \lVert B \rVert_1` (``l1``) or
    :math:`+ \lambda \lVert B \rVert_2^2 / 2` (``l2``); intercepts are free.  ``tolerance`` is the relative gain under
    which the solver stops.

    Raises
    ------
    ValueError
        An unknown penalty, or strengths that do not descend.

    Notes
    -----
    The L1 problem is solved as a smooth one in the positive and negative parts of B, each at or above 0, over a working set:
    the terms that are in already or nearly steep enough to come in; those left out wrongly are let in until none is.
    """
    if penalty not in PENALTIES:
        raise ValueError(f"penalty must be one of {', '.join(PENALTIES)}, found {penalty!r}")
    if any(later > earlier for earlier, later in pairwise(strengths)):
        raise ValueError("strengths must descend")
    problem = _Problem(data)
    solve = problem.solve_l1 if penalty == "l1" else problem.solve_l2
    for strength in strengths:
        solve(strength, tolerance)
        yield problem.logit()


class _Problem:
    """The log loss over the seen classes, with the best point found so far."""

    def __init__(self, data: LogitData) -> None:
        kept = data.weights > 0
        self.n_classes = data.n_classes
        self.seen, codes = np.unique(data.codes[kept], return_inverse=True)
        self.terms = np.asfortranarray(data.terms[kept])  # terms are picked by column
        self.shares = data.weights[kept] / data.weights.sum()
        self.labels = np.ascontiguousarray((self.shares[:, None] * np.eye(len(self.seen))[codes]).T)
        self.coefficients = np.zeros((self.terms.shape[1], len(self.seen)))
        self.intercepts = np.log(self.labels.sum(axis=1))

    def logit(self) -> Logit:
        coefficients = np.zeros((len(self.coefficients), self.n_classes))
        coefficients[:, self.seen] = self.coefficients
        intercepts = np.full(self.n_classes, UNSEEN_LOG_ODDS)
        intercepts[self.seen] = self.intercepts - self.intercepts.mean()
        return Logit(intercepts, coefficients)

    def solve_l2(self, strength: float, tolerance: float) -> None:
        n_seen, shape = len(self.seen), self.coefficients.shape

        def objective(point: Floats) -> tuple[float, Floats]:
            coefficients = point[n_seen:].reshape(shape)
            loss, slope, free = self._log_loss(self.terms, coefficients, point[:n_seen])
            penalty = 0.5 * strength * float(np.sum(coefficients**2))
            return loss + penalty, np.concatenate([free, (slope + strength * coefficients).ravel()])

        point = _minimise(objective, np.concatenate([self.intercepts, self.coefficients.ravel()]), 0, tolerance)
        self.intercepts, self.coefficients = point[:n_seen], point[n_seen:].reshape(shape)

    def solve_l1(self, strength: float, tolerance: float) -> None:
        active = self.coefficients.any(axis=1) | (self._steepness() > NEARLY * strength)
        for _ in range(MOST_WORKING_SETS):
            self._solve_l1_over(active, strength, tolerance)
            left_out = ~active & (self._steepness() > strength * (1 + 1e-3))
            if not left_out.any():
                return
            active |= left_out

    def _solve_l1_over(self, active: NDArray[np.bool_], strength: float, tolerance: float) -> None:
        n_seen, terms = len(self.seen), self.terms[:, active]
        now = self.coefficients[active]

        def objective(point: Floats) -> tuple[float, Floats]:
            positive, negative = point[n_seen:].reshape(2, *now.shape)
            loss, slope, free = self._log_loss(terms, positive - negative, point[:n_seen])
            flat = np.concatenate([free, (strength + slope).ravel(), (strength - slope).ravel()])
            return loss + strength * float(point[n_seen:].sum()), flat

        start = np.concatenate([self.intercepts, np.maximum(now, 0).ravel(), np.maximum(-now, 0).ravel()])
        point = _minimise(objective, start, 2 * now.size, tolerance)
        positive, negative = point[n_seen:].reshape(2, *now.shape)
        self.intercepts = point[:n_seen]
        self.coefficients[active] = positive - negative

    def _steepness(self) -> Floats:
        """Give the largest slope of the log loss over the classes, one a term."""
        _, slope, _ = self._log_loss(self.terms, self.coefficients, self.intercepts)
        steepness: Floats = np.abs(slope).max(axis=1, initial=0.0)
        return steepness

    def _log_loss(self, terms: Floats, coefficients: Floats, intercepts: Floats) -> tuple[float, Floats, Floats]:
        """Give the weighted log loss and its slopes by coefficients and by intercepts.

        Rows are many and classes few: all that is done row by row lies class by class in memory, which takes half the time.
        """
        scores = coefficients.T @ terms.T + intercepts[:, None]
        scores -= scores.max(axis=0)
        reached = float(np.sum(self.labels * scores))
        raised = np.exp(scores, out=scores)
        totals = raised.sum(axis=0)
        loss = float(self.shares @ np.log(totals)) - reached
        residual = raised * (self.shares / totals) - self.labels
        return loss, (residual @ terms).T, residual.sum(axis=1)


def _minimise(
    objective: Callable[[Floats], tuple[float, Floats]], start: Floats, n_bounded: int, tolerance: float
) -> Floats:
    """Minimise by L-BFGS-B with the last ``n_bounded`` numbers at or above 0."""
    bounds = [(None, None)] * (len(start) - n_bounded) + [(0.0, None)] * n_bounded
    options = {"maxiter": 500, "ftol": tolerance, "gtol": 1e-6, "maxcor": 10}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    point: Floats = found.x
    return point
