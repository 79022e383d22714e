"""Whether the shares of the four outcomes are as predicted, all at once: calibration in the large."""

from __future__ import annotations

import math
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

    def within_chance(self, confidence: float) -> bool:
        """Say whether a sound model is as far off in at least ``1 - confidence`` of the cases; False for a NaN."""
        return bool(self.p_value >= 1 - confidence)


@dataclass(frozen=True)
class MeansBeside:
    """The same of two models on the same notes, so that chance moves both alike."""

    model: MeanTest
    champion: MeanTest

    def champion_as_far_off(self, means: MeanTest, allowed: float, doubt: float) -> bool:
        """Say whether the champion fails too, off the same way, and the model by no more than ``allowed`` farther.

        Parameters
        ----------
        means
            Of the model on all its test notes: the outcomes that are off by more than ``allowed`` are looked at.
        allowed
            A share, >= 0.
        doubt
            The champion fails below this p-value; if it does not, what it is off by is chance.
        """
        alike = [
            theirs * missed > 0 and math.copysign(1.0, missed) * (mine - theirs) <= allowed
            for missed, mine, theirs in zip(
                means.differences, self.model.differences, self.champion.differences, strict=True
            )
            if not abs(missed) <= allowed
        ]
        return self.champion.p_value < doubt and bool(alike) and all(alike)


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
    That V knows nothing of an outcome that no test note had: it would be called off for certain.  So the p-value is the
    larger of this one and that with the odds' own variance, :math:`\sum_l w_l^2 (\mathrm{diag}(p_l) - p_l p_l^T)` in place
    of the sum, :math:`w_l` and :math:`p_l` the weight and the mean odds of a loan, whose rows end alike.
    """
    _, position = np.unique(judged.loan, return_inverse=True)

    def by_loan(rows: Floats) -> Floats:
        return np.stack([np.bincount(position, rows[:, k]) for k in range(rows.shape[1])], axis=1)

    residual, expected = (
        by_loan(judged.weight[:, None] * (probability - judged.one_hot)),
        judged.weight[:, None] * probability,
    )
    total, size = residual.sum(axis=0), float(judged.weight.sum() ** 2 / (judged.weight**2).sum())
    mass = by_loan(expected)
    own: Floats = np.diag((mass.sum(axis=1)[:, None] * mass).sum(axis=0)) - mass.T @ mass
    p_values = [chi_square_p(total, one * (1 + size / fitted_on)) for one in (residual.T @ residual, own)]
    return MeanTest(tuple((total / judged.weight.sum()).tolist()), max(p_values))
