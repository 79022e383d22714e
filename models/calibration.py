"""From scores to probabilities: nothing, one temperature, or a scale and an offset a class, by held-out log loss.

All three give every class a probability above zero and survive a class that is missing from the notes they are fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar

from models.folds import grouped_folds
from models.labels import Codes, row_weights
from models.losses import SELECTION_FLOOR, effective_loans, log_loss, loss_and_slope
from models.predictor import Floats, softmax_with_floor, vector_scaled

METHODS = ("none", "temperature", "vector")
"""From the simplest on."""
TEMPERATURE_RANGE = (0.25, 4.0)
PRIOR_SD = 0.25
"""Standard deviation of log temperature, of each log scale and of each offset before any data: a dozen notes cannot move
them far, a thousand can."""
PARTS = 5
"""Parts that the notes are dealt into to choose the method."""


@dataclass(frozen=True)
class Calibrator:
    """Scores to calibrated probabilities.

    Parameters
    ----------
    temperature
        > 0.  1 changes nothing, above 1 makes the model less sure of itself.
    floor
        The least probability of any class, the model's own.
    scales, offsets
        Vector scaling, as in :class:`models.predictor.OutcomeModel`; empty for none.

    Examples
    --------
    >>> import numpy as np
    >>> Calibrator(2.0).probabilities(np.log([[0.8, 0.2]])).round(3).tolist()
    [[0.667, 0.333]]
    """

    temperature: float = 1.0
    floor: float = 0.0
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()

    @property
    def method(self) -> str:
        """One of ``METHODS``."""
        return "vector" if self.scales else "none" if self.temperature == 1.0 else "temperature"

    def scores(self, scores: Floats) -> Floats:
        """Give the scores whose softmax are the probabilities, the floor aside, shape (n_rows, n_classes)."""
        scaled = vector_scaled(scores, self.scales, self.offsets) if self.scales else scores
        return scaled / self.temperature

    def probabilities(self, scores: Floats) -> Floats:
        """Give floor + (1 - n_classes floor) softmax(calibrated scores), shape (n_rows, n_classes)."""
        return softmax_with_floor(self.scores(scores), 1.0, self.floor)

    def eased(self, share: float) -> Calibrator:
        r"""Carry the calibration over to a model fitted on more notes.

        Parameters
        ----------
        share
            Notes that the calibrated model was fitted on, over those of the other; more than 1 counts as 1.

        Notes
        -----
        :math:`T^{r}, a_k^{r}, r b_k`: what makes a model too sure of itself is the variance of its scores, which falls as
        one over the number of notes.  Carried over whole, the temperature cost a sixth of the excess log loss on 40,000 made
        resolutions.

        Examples
        --------
        >>> round(Calibrator(1.21).eased(0.5).temperature, 6)
        1.1
        """
        kept = min(share, 1.0)
        return Calibrator(
            float(self.temperature**kept),
            self.floor,
            tuple(float(scale**kept) for scale in self.scales),
            tuple(kept * offset for offset in self.offsets),
        )


def choose_calibrator(
    scores: Floats,
    codes: Codes,
    sample_weight: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    floor: float = SELECTION_FLOOR,
) -> tuple[Calibrator, dict[str, float]]:
    """Choose between no calibration, a temperature and vector scaling, and fit what was chosen.

    Parameters
    ----------
    scores, codes, sample_weight
        As for :func:`fit_temperature`.
    groups
        Loan of each row; rows of one loan are held out together.  None: each row is its own.
    floor
        That the model mixes in: what it allows for already, a calibration must not pay for again.

    Returns
    -------
    calibrator
        Floor 0, fitted on all rows.
    losses
        Weighted log loss of each method on rows held out from it in turn, five parts; the least was chosen, the simplest
        where they are equal.  Without :data:`PARTS` groups nothing can be held out: a temperature is fitted, shrunk by its
        prior, and the losses are empty.
    """
    weights = row_weights(sample_weight, len(codes))
    loans = np.arange(len(codes)) if groups is None else np.asarray(groups)
    fits: dict[str, Callable[..., Calibrator]] = {
        "none": lambda *_, **__: Calibrator(),
        "temperature": lambda *notes, **by: Calibrator(fit_temperature(*notes, **by)),
        "vector": fit_vector_scaling,
    }
    if len(np.unique(loans)) < PARTS:
        return fits["temperature"](scores, codes, weights, groups=loans, floor=floor), {}
    part = grouped_folds(codes, loans, PARTS, 0, weights)
    losses = {}
    for method in METHODS:
        held_out = np.empty_like(scores)
        for one in range(PARTS):
            rest = part != one
            fit = fits[method](scores[rest], codes[rest], weights[rest], groups=loans[rest], floor=floor)
            held_out[~rest] = fit.scores(scores[~rest])
        losses[method] = log_loss(held_out, codes, weights, floor=floor)
    best = min(METHODS, key=losses.__getitem__)
    return fits[best](scores, codes, weights, groups=loans, floor=floor), losses


def fit_vector_scaling(
    scores: Floats,
    codes: Codes,
    sample_weight: ArrayLike | None = None,
    prior_sd: float = PRIOR_SD,
    floor: float = SELECTION_FLOOR,
    *,
    groups: ArrayLike | None = None,
) -> Calibrator:
    r"""Fit a scale and an offset a class by weighted log loss on notes that the model has not seen.

    Parameters
    ----------
    scores, codes, sample_weight
        As for :func:`fit_temperature`.
    prior_sd
        Of each log scale and each offset around 0.
    floor
        > 0, mixed in for each class.
    groups
        Loan of each row; None: each row is its own.

    Returns
    -------
    Floor 0 and temperature 1; scales within 0.25 to 4.  No rows change nothing.

    Notes
    -----
    Minimises :math:`n \cdot \text{log loss}(a, b) + \sum_k ((\log a_k)^2 + b_k^2) / (2 \sigma^2)` with the scores
    :math:`a_k (s_k - \bar s) + b_k` and n the effective number of loans.  Source of the method: Guo et al., On Calibration
    of Modern Neural Networks, 2017; the scores are centred so that what is added to all of them alike changes nothing.
    """
    n_rows, n_classes = scores.shape
    if n_rows == 0:
        return Calibrator()
    weights = row_weights(sample_weight, n_rows)
    n_effective, shares = _effective(weights, groups), weights / weights.sum()
    centred = scores - scores.mean(axis=1, keepdims=True)

    def objective(point: Floats) -> tuple[float, Floats]:
        stretched = np.exp(point[:n_classes]) * centred
        shifted = stretched + point[n_classes:]
        loss, residual = loss_and_slope(shifted, codes, shares, floor)
        slope = np.concatenate([(residual * stretched).sum(axis=0), residual.sum(axis=0)])
        return n_effective * loss + float(point @ point) / (2 * prior_sd**2), n_effective * slope + point / prior_sd**2

    low, high = np.log(TEMPERATURE_RANGE)
    bounds = [(low, high)] * n_classes + [(None, None)] * n_classes
    found: NDArray[np.float64] = minimize(
        objective, np.zeros(2 * n_classes), jac=True, method="L-BFGS-B", bounds=bounds
    ).x
    scales, offsets = np.exp(found[:n_classes]), found[n_classes:]
    return Calibrator(scales=tuple(scales.tolist()), offsets=tuple(offsets.tolist()))


def fit_temperature(
    scores: Floats,
    codes: Codes,
    sample_weight: ArrayLike | None = None,
    prior_sd: float = PRIOR_SD,
    floor: float = SELECTION_FLOOR,
    *,
    groups: ArrayLike | None = None,
) -> float:
    r"""Choose the temperature by weighted log loss on notes that the model has not seen.

    Parameters
    ----------
    scores
        Log odds (or log probabilities), float64, shape (n_rows, n_classes).
    codes
        Class of each row.  Classes may be missing: only what happened enters the loss.
    sample_weight
        None weighs alike.
    prior_sd
        Of log T around 0; ``math.inf`` for none.
    floor
        > 0, mixed in for each class.
    groups
        Loan of each row; None: each row is its own.

    Returns
    -------
    Within 0.25 to 4.  1.0 if there are no rows.

    Notes
    -----
    Minimises :math:`n \cdot \text{log loss}(T) + (\log T)^2 / (2 \sigma^2)` with n the effective number of loans.
    Source of the method: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    if len(codes) == 0:
        return 1.0
    weights = row_weights(sample_weight, len(codes))
    n_effective = _effective(weights, groups)

    def objective(log_temperature: float) -> float:
        prior = 0.0 if math.isinf(prior_sd) else log_temperature**2 / (2 * prior_sd**2)
        return n_effective * log_loss(scores, codes, weights, math.exp(log_temperature), floor) + prior

    low, high = np.log(TEMPERATURE_RANGE)
    found = minimize_scalar(objective, bounds=(low, high), method="bounded", options={"xatol": 1e-6})
    return float(math.exp(found.x))


def _effective(weights: Floats, groups: ArrayLike | None) -> float:
    return effective_loans(weights, None if groups is None else np.asarray(groups))
