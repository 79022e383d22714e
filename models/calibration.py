"""Temperature: one number that cools or heats all probabilities, the only calibration safe with a missing class."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from models.labels import Codes, row_weights
from models.losses import effective_rows, log_loss
from models.predictor import Floats, softmax_with_floor

TEMPERATURE_RANGE = (0.25, 4.0)
PRIOR_SD = 0.25
"""Standard deviation of log temperature before any data: a dozen notes cannot move it far, a thousand can."""


@dataclass(frozen=True)
class TemperatureCalibrator:
    """Scores to calibrated probabilities.

    Parameters
    ----------
    temperature
        > 0.  1 changes nothing, above 1 makes the model less sure of itself.
    floor
        The least probability of any class, as in :func:`models.losses.default_floor`.

    Examples
    --------
    >>> import numpy as np
    >>> TemperatureCalibrator(2.0).probabilities(np.log([[0.8, 0.2]])).round(3).tolist()
    [[0.667, 0.333]]
    """

    temperature: float = 1.0
    floor: float = 0.0

    def probabilities(self, scores: Floats) -> Floats:
        """Give floor + (1 - n_classes floor) softmax(scores / temperature), shape (n_rows, n_classes)."""
        return softmax_with_floor(scores, self.temperature, self.floor)


def fit_temperature(
    scores: Floats, codes: Codes, sample_weight: ArrayLike | None = None, prior_sd: float = PRIOR_SD
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

    Returns
    -------
    Within 0.25 to 4.  1.0 if there are no rows.

    Notes
    -----
    Minimises :math:`n \cdot \text{log loss}(T) + (\log T)^2 / (2 \sigma^2)` with n the effective sample size.
    Source of the method: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    if len(codes) == 0:
        return 1.0
    weights = row_weights(sample_weight, len(codes))
    n_effective = effective_rows(weights)

    def objective(log_temperature: float) -> float:
        prior = 0.0 if math.isinf(prior_sd) else log_temperature**2 / (2 * prior_sd**2)
        return n_effective * log_loss(scores, codes, weights, math.exp(log_temperature)) + prior

    low, high = np.log(TEMPERATURE_RANGE)
    found = minimize_scalar(objective, bounds=(low, high), method="bounded", options={"xatol": 1e-6})
    return float(math.exp(found.x))
