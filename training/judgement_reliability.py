"""Reliability: of the notes given a probability of about so much, how many ended that way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from notes import OUTCOMES
from training.evaluate import Floats, Interval, Judged, equal_weight_bins
from training.weights import effective_sample_size
from training.wilson import wilson_limits


@dataclass(frozen=True)
class ReliabilityBin:
    """Notes with about the same probability of one outcome.

    Parameters
    ----------
    n_notes
        Rows in the bin.
    predicted
        Their weighted mean probability of the outcome.
    actual
        The weighted share that ended in it, with its band.
    """

    outcome: str
    n_notes: int
    predicted: float
    actual: Interval


def reliability(judged: Judged, probability: Floats, n_bins: int, confidence: float) -> tuple[ReliabilityBin, ...]:
    """Set the predicted beside the actual share of each outcome, over bins of equal weight in the order of prediction.

    The band is Wilson's for the effective number of loans in the bin, so that weights and several snapshots of one loan
    widen it.  Bins that hold nothing are left out.
    """
    found = []
    for k, name in enumerate(OUTCOMES):
        bins = equal_weight_bins(probability[:, k], judged.weight, n_bins)
        for one in range(n_bins):
            rows = (bins == one) & (judged.weight > 0)
            if not rows.any():
                continue
            part = judged.take(rows)
            _, position = np.unique(part.loan, return_inverse=True)
            size = effective_sample_size(np.bincount(position, part.weight).astype(np.float64))
            share = part.mean(part.one_hot[:, k])
            band = wilson_interval(share, size, confidence)
            found.append(ReliabilityBin(str(name), len(part), part.mean(probability[rows, k]), band))
    return tuple(found)


def wilson_interval(share: float, size: float, confidence: float) -> Interval:
    """Give the score interval of a share seen in ``size`` draws (:func:`training.wilson.wilson_limits`).

    Examples
    --------
    >>> wilson_interval(0.0, 10, 0.90).high < 0.25
    True
    """
    low, high = wilson_limits(share, size, confidence)
    return Interval(share, float(low), float(high))
