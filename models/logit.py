"""A penalised multinomial logit, fitted along a path of penalties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.labels import Codes

Floats = NDArray[np.float64]

PENALTIES = ("l1", "l2")
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


def fit_path(data: LogitData, penalty: str, strengths: Sequence[float], tolerance: float = 1e-7) -> Iterator[Logit]:
    r"""Fit one logit a strength, from the strongest on, each started at the one before; a caller may stop early.

    Minimises :math:`-\sum_i w_i \log p_{i y_i} / \sum_i w_i + \lambda \lVert B \rVert_1` (``l1``) or
    :math:`+ \lambda \lVert B \rVert_2^2 / 2` (``l2``); intercepts are free.  The L1 problem is solved as a smooth one in
    the positive and negative parts of B, each at or above 0.

    Raises
    ------
    ValueError
        An unknown penalty, or strengths that do not descend.
    """
    if penalty not in PENALTIES:
        raise ValueError(f"penalty must be one of {', '.join(PENALTIES)}, found {penalty!r}")
    if any(later > earlier for earlier, later in pairwise(strengths)):
        raise ValueError("strengths must descend")
    problem = _Problem(data, penalty)
    point = problem.start()
    for strength in strengths:
        point = problem.solve(point, strength, tolerance)
        yield problem.logit(point)


class _Problem:
    """The objective over the seen classes, flattened for L-BFGS-B."""

    def __init__(self, data: LogitData, penalty: str) -> None:
        self.n_classes = data.n_classes
        self.seen, codes = np.unique(data.codes[data.weights > 0], return_inverse=True)
        kept = data.weights > 0
        self.terms = data.terms[kept]
        self.shares = data.weights[kept] / data.weights.sum()
        self.codes = codes
        self.penalty = penalty
        self.n_terms, self.n_seen = self.terms.shape[1], len(self.seen)
        one_hot = np.eye(self.n_seen)[codes]
        self.weighted_labels = self.shares[:, None] * one_hot
        self.prior = self.weighted_labels.sum(axis=0)
        self.n_parts = 2 if penalty == "l1" else 1

    def start(self) -> Floats:
        point = np.zeros((self.n_parts * self.n_terms + 1) * self.n_seen)
        point[-self.n_seen :] = np.log(self.prior)
        return point

    def solve(self, point: Floats, strength: float, tolerance: float) -> Floats:
        n_free = self.n_seen
        bounds = None
        if self.penalty == "l1":
            bounds = [(0.0, None)] * (len(point) - n_free) + [(None, None)] * n_free
        found = minimize(
            self._objective,
            point,
            args=(strength,),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": tolerance, "gtol": 1e-6, "maxcor": 10},
        )
        solution: Floats = found.x
        return solution

    def logit(self, point: Floats) -> Logit:
        coefficients = np.zeros((self.n_terms, self.n_classes))
        coefficients[:, self.seen] = self._coefficients(point)
        intercepts = np.full(self.n_classes, UNSEEN_LOG_ODDS)
        intercepts[self.seen] = point[-self.n_seen :] - point[-self.n_seen :].mean()
        return Logit(intercepts, coefficients)

    def _coefficients(self, point: Floats) -> Floats:
        parts = point[: -self.n_seen].reshape(self.n_parts, self.n_terms, self.n_seen)
        coefficients: Floats = parts[0] - parts[1] if self.penalty == "l1" else parts[0]
        return coefficients

    def _objective(self, point: Floats, strength: float) -> tuple[float, Floats]:
        coefficients = self._coefficients(point)
        scores = self.terms @ coefficients + point[-self.n_seen :]
        scores -= scores.max(axis=1, keepdims=True)
        raised = np.exp(scores)
        totals = raised.sum(axis=1)
        log_loss = float(self.shares @ np.log(totals) - np.sum(self.weighted_labels * scores))
        residual = raised * (self.shares / totals)[:, None] - self.weighted_labels
        slope = self.terms.T @ residual
        free = residual.sum(axis=0)
        if self.penalty == "l1":
            size = float(point[: -self.n_seen].sum())
            flat = np.concatenate([(slope + strength).ravel(), (strength - slope).ravel(), free])
            return log_loss + strength * size, flat
        flat = np.concatenate([(slope + strength * coefficients).ravel(), free])
        return log_loss + 0.5 * strength * float(np.sum(coefficients**2)), flat
