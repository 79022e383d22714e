"""Whether resolved notes ended as predicted, all outcomes at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.drift import NoteSample
from models.drift_tests import chi_square_p, quadratic


@dataclass(frozen=True)
class OutcomeDrift:
    """What became of resolved notes beside what was predicted: calibration in the large.

    Parameters
    ----------
    predicted, actual
        Weighted share of each class.
    """

    predicted: tuple[float, ...]
    actual: tuple[float, ...]
    statistic: float
    p_value: float
    drifts: bool


def outcome_drift(sample: NoteSample, outcome: NDArray[np.int64], fitted_on: float, false_alarm: float) -> OutcomeDrift:
    r"""Test whether resolved notes ended as predicted, all classes at once.

    Parameters
    ----------
    sample
        Resolved notes that the model has not seen.
    outcome
        int64, shape (n_notes,): the class that each ended in.
    fitted_on
        Effective number of loans that the model was fitted on: its own means are only as sure as that.

    Notes
    -----
    :math:`R^T V^{-1} R`, chi-square with one degree of freedom less than there are classes: R the weighted sum of
    observed less predicted, :math:`V = (1 + n/m) \sum_l w_l^2 (\mathrm{diag}(p_l) - p_l p_l^T)` over loans, n loans tested
    and m fitted on.  Snapshots of a loan end alike, so they are one draw with their mean probability.
    """
    n_classes = sample.probability.shape[1]
    _, position = np.unique(sample.loan, return_inverse=True)
    mass = np.bincount(position, sample.weight)
    residual = sample.weight[:, None] * (np.eye(n_classes)[outcome] - sample.probability)
    sums = [np.bincount(position, sample.weight * sample.probability[:, k]) for k in range(n_classes)]
    mean = np.stack(sums, axis=1) / np.maximum(mass, 1e-300)[:, None]
    weighted = mean * (mass**2)[:, None]
    variance = (np.diag(weighted.sum(axis=0)) - weighted.T @ mean) * (1 + sample.size / fitted_on)
    total = residual.sum(axis=0)
    p_value, statistic = chi_square_p(total, variance), quadratic(total, variance)[0]
    predicted = np.average(sample.probability, axis=0, weights=sample.weight)
    actual = np.bincount(outcome, sample.weight, minlength=n_classes) / sample.weight.sum()
    return OutcomeDrift(tuple(predicted.tolist()), tuple(actual.tolist()), statistic, p_value, p_value < false_alarm)
