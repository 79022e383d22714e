"""The one loss that everything here is chosen by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.labels import Codes
from models.predictor import Floats, softmax_with_floor

SELECTION_FLOOR = 1e-4
"""Floor while choosing between models: one impossible event that happens must not decide alone."""


def default_floor(n_rows: float, n_classes: int) -> float:
    """Give the least probability of a class: half a case among the rows it was fitted on, at most 0.001.

    Parameters
    ----------
    n_rows
        Rows, or the effective number of loans where rows are weighted or share a loan.

    Examples
    --------
    >>> default_floor(5_000, 4), default_floor(20, 4)
    (0.0001, 0.001)
    """
    return float(min(0.5 / max(n_rows, 1.0), 1e-3, 0.1 / n_classes))


def effective_rows(weights: Floats) -> float:
    """Give the effective sample size by Kish: (sum w)² / sum w²."""
    return float(weights.sum() ** 2 / np.sum(weights**2))


def effective_loans(weights: Floats, groups: NDArray[Any] | None) -> float:
    """Give the effective number of loans: a loan in seven snapshots, or with three likely ends, is one observation.

    Parameters
    ----------
    weights
        Of the rows.
    groups
        Loan of each row; None: each row is its own.

    Examples
    --------
    >>> effective_loans(np.ones(4), np.array(["a", "a", "b", "b"]))
    2.0
    """
    if groups is None:
        return effective_rows(weights)
    _, loan = np.unique(groups, return_inverse=True)
    return effective_rows(np.bincount(loan, weights).astype(np.float64))


def log_loss(
    scores: Floats, codes: Codes, weights: Floats, temperature: float = 1.0, floor: float = SELECTION_FLOOR
) -> float:
    """Give the weighted mean log loss in nats of scores (log odds), shape (n_rows, n_classes), the floor mixed in."""
    probabilities = softmax_with_floor(scores, temperature, floor)
    happened = probabilities[np.arange(len(codes)), codes]
    return float(-np.sum(weights * np.log(happened)) / weights.sum())


def loss_and_slope(scores: Floats, codes: Codes, shares: Floats, floor: float) -> tuple[float, Floats]:
    r"""Give the mean log loss in nats with a floor mixed in, and its slope by each score.

    Parameters
    ----------
    scores
        Log odds, shape (n_rows, n_classes).
    shares
        Weight of each row, of sum 1.
    floor
        > 0, as in :func:`models.predictor.softmax_with_floor`.

    Returns
    -------
    loss
    slope : float64, shape (n_rows, n_classes)

    Notes
    -----
    With p the softmax of a row, y its class, K classes and f the floor, the loss is :math:`-\log(f + (1 - K f) p_y)`; its
    slope by score k is :math:`r (p_k - [k = y])`, r the part of the chance of y that the softmax gives.  A row far below the
    floor has no slope: it is a surprise, and moves nothing.
    """
    chances = softmax_with_floor(scores, 1.0, 0.0)
    rows = np.arange(len(codes))
    kept = (1 - scores.shape[1] * floor) * chances[rows, codes]
    by_softmax = shares * kept / (floor + kept)
    slope = chances * by_softmax[:, None]
    slope[rows, codes] -= by_softmax
    return -float(shares @ np.log(floor + kept)), slope
