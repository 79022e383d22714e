"""What each feature adds to a note's scores: exact for the anchor, exact TreeSHAP for the trees.

The scores are log odds before calibration.  For a note and a class k::

    score_k = base_k + sum over features (contribution_k)

A term of the anchor has the training mean 0, so ``coefficient_k * term`` is what the feature adds beside the average note.
Of a product both features get a half: that is the Shapley value of a centred product of two terms of mean 0, the other
feature being drawn by itself.  The trees' part is LightGBM's own ``pred_contrib`` (Lundberg and others 2020, Nature Machine
Intelligence 2:56), relative to the mean raw score of the training rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.predictor import Floats, OutcomeModel

CHUNK_ROWS = 4_096
"""Rows explained at once: LightGBM gives (n_features + 1) * n_classes numbers a row, for each booster."""


def contributions(model: OutcomeModel, values: Floats, threads: int = 0) -> Floats:
    """Split the scores of notes into what each feature adds.

    Parameters
    ----------
    model
        Anchor and boosters; temperature and floor have no part in it.
    values
        Features, shape (n_notes, n_features), NaN missing, in the order of ``model.feature_names``.
    threads
        For LightGBM; 0 leaves the number to OpenMP.

    Returns
    -------
    float64, shape (n_notes, n_features + 1, n_classes), log odds before calibration; the last row of a note is the base,
    the same for every note.  The sum over the middle axis is :meth:`models.predictor.OutcomeModel.scores`.
    """
    parts = [
        _of_rows(model, values[start : start + CHUNK_ROWS], threads) for start in range(0, len(values), CHUNK_ROWS)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(model.feature_names) + 1, len(model.classes)))


def against_the_others(scores: Floats) -> Floats:
    """Set each class against the average of the others, along the last axis.

    Parameters
    ----------
    scores
        Scores or contributions, shape (..., n_classes), log odds.

    Returns
    -------
    The same shape; the last axis sums to 0.  What is added to every class alike leaves it as it is, as it leaves the
    probabilities.

    Notes
    -----
    ``score_k`` less the mean of the other scores is ``n / (n - 1)`` times ``score_k`` less the mean of all.

    Examples
    --------
    >>> against_the_others(np.array([3.0, 0.0, 0.0, 0.0])).tolist()
    [3.0, -1.0, -1.0, -1.0]
    >>> against_the_others(np.array([2.0, 2.0, 2.0, 2.0])).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    n_classes = scores.shape[-1]
    contrast: Floats = (scores - scores.mean(axis=-1, keepdims=True)) * (n_classes / (n_classes - 1))
    return contrast


def _of_rows(model: OutcomeModel, values: Floats, threads: int) -> Floats:
    split = _anchor(model, values)
    frame = pd.DataFrame(values, columns=list(model.feature_names))
    for booster, weight in zip(model.boosters, model.tree_weights, strict=True):
        if weight > 0:
            split += weight * _trees(model, booster, frame, threads)
    return split


def _anchor(model: OutcomeModel, values: Floats) -> Floats:
    place = {name: j for j, name in enumerate(model.feature_names)}
    column = {name: np.ascontiguousarray(values[:, j]) for name, j in place.items()}
    split = np.zeros((len(values), len(place) + 1, len(model.classes)))
    split[:, -1] = model.anchor.intercepts
    for term in model.anchor.terms:
        split[:, place[term.feature]] += np.multiply.outer(term.values(column[term.feature]), term.coefficients)
    for product in model.anchor.products:
        first, second = product.first.feature, product.second.feature
        added = np.multiply.outer(product.values(column[first], column[second]), product.coefficients)
        split[:, place[first]] += 0.5 * added
        split[:, place[second]] += 0.5 * added
    return split


def _trees(model: OutcomeModel, booster: object, frame: pd.DataFrame, threads: int) -> Floats:
    """Give LightGBM's contributions, class by class in its own order, in ours: note, feature and base, class."""
    n_classes, width = len(model.classes), len(model.feature_names) + 1
    flat = booster.predict(frame, pred_contrib=True, validate_features=True, num_threads=threads)  # type: ignore[attr-defined]
    return np.asarray(flat, dtype=np.float64).reshape(len(frame), n_classes, width).transpose(0, 2, 1)
