"""The one loss that everything here is chosen by."""

from __future__ import annotations

import numpy as np

from models.labels import Codes
from models.predictor import Floats, softmax_with_floor

SELECTION_FLOOR = 1e-4
"""Floor while choosing between models: one impossible event that happens must not decide alone."""


def default_floor(n_rows: float, n_classes: int) -> float:
    """Give the least probability of a class: half a case among the rows it was fitted on, at most 0.001.

    Parameters
    ----------
    n_rows
        Rows, or the effective sample size where rows are weighted.

    Examples
    --------
    >>> default_floor(5_000, 4), default_floor(20, 4)
    (0.0001, 0.001)
    """
    return float(min(0.5 / max(n_rows, 1.0), 1e-3, 0.1 / n_classes))


def effective_rows(weights: Floats) -> float:
    """Give the effective sample size by Kish: (sum w)² / sum w²."""
    return float(weights.sum() ** 2 / np.sum(weights**2))


def log_loss(
    scores: Floats, codes: Codes, weights: Floats, temperature: float = 1.0, floor: float = SELECTION_FLOOR
) -> float:
    """Give the weighted mean log loss in nats of scores (log odds), shape (n_rows, n_classes), the floor mixed in."""
    probabilities = softmax_with_floor(scores, temperature, floor)
    happened = probabilities[np.arange(len(codes)), codes]
    return float(-np.sum(weights * np.log(happened)) / weights.sum())
