"""Whether the shares of the four outcomes are as predicted, all at once: calibration in the large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.drift_tests import chi_square_p
from training.evaluate import Floats, Judged


@dataclass(frozen=True)
class MeanTest:
    """Predicted less actual shares, in the order of ``OUTCOMES``.

    Parameters
    ----------
    differences
        Shares of the judged weight; they sum to 0.
    p_value
        How often a sound model would be as far off or farther, all outcomes together.
    """

    differences: tuple[float, ...]
    p_value: float

    @property
    def largest(self) -> float:
        """The largest absolute difference; NaN if any is."""
        return float(np.abs(self.differences).max())


def class_mean_test(judged: Judged, probability: Floats, fitted_on: float) -> MeanTest:
    r"""Test the shares of all outcomes at once.

    Parameters
    ----------
    probability
        float64, shape (n, 4).
    fitted_on
        Effective sample size that the model was fitted on: its own means are only as sure as that.

    Notes
    -----
    :math:`R^T V^+ R` is chi-square with three degrees of freedom: R sums the weighted residuals :math:`r_l` of the loans,
    :math:`V = (1 + n/m) \sum_l r_l r_l^T`, n the effective size of the test and m of the fit (Hotelling 1931; White 1980).
    """
    _, position = np.unique(judged.loan, return_inverse=True)
    residual = judged.weight[:, None] * (probability - judged.one_hot)
    by_loan: Floats = np.stack([np.bincount(position, residual[:, k]) for k in range(residual.shape[1])], axis=1)
    total, size = by_loan.sum(axis=0), float(judged.weight.sum() ** 2 / (judged.weight**2).sum())
    variance: Floats = by_loan.T @ by_loan * (1 + size / fitted_on)
    return MeanTest(tuple((total / judged.weight.sum()).tolist()), chi_square_p(total, variance))
