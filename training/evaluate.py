"""How good a set of four probabilities is.  Pure functions on arrays.

Everywhere: ``outcome`` is int64, shape (n,), a position in ``OUTCOMES``; ``probability`` is float64, shape (n, 4), every
entry > 0, rows sum to 1; ``weight`` is float64, shape (n,), >= 0; ``loan`` numbers the loan of each row, so that
intervals and standard errors treat a loan's snapshots as one draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_DRAWS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """The rows that a model is judged on: resolved ones, with their weights and loans."""

    outcome: Ints
    weight: Floats
    loan: Ints

    def __post_init__(self) -> None:
        if not ((self.outcome >= 0) & (self.outcome < len(OUTCOMES))).all():
            raise ValueError("only resolved notes can be judged: outcome must be 0 to 3")
        if not (self.weight >= 0).all() or not self.weight.sum() > 0:
            raise ValueError("weights must be 0 or more and not all 0")

    def __len__(self) -> int:
        return len(self.outcome)

    def take(self, rows: NDArray[np.bool_]) -> Judged:
        """Pick rows by a mask."""
        return Judged(self.outcome[rows], self.weight[rows], self.loan[rows])

    @property
    def one_hot(self) -> Floats:
        """1 in the column of the outcome, float64, shape (n, 4)."""
        return np.eye(len(OUTCOMES))[self.outcome]

    def mean(self, values: Floats) -> float:
        """Give the weighted mean of a value a row."""
        return float(np.average(values, weights=self.weight))


def row_log_loss(judged: Judged, probability: Floats) -> Floats:
    """Give each row's cross-entropy -log p(what happened), nats, shape (n,)."""
    loss: Floats = -np.log(probability[np.arange(len(judged)), judged.outcome])
    return loss


def log_loss(judged: Judged, probability: Floats) -> float:
    """Give the weighted mean cross-entropy, nats; 0 is perfect."""
    return judged.mean(row_log_loss(judged, probability))


def brier_score(judged: Judged, probability: Floats) -> float:
    """Give the weighted mean of sum_k (p_k - y_k)^2; 0 is perfect, 2 the worst (Brier 1950)."""
    return judged.mean(((probability - judged.one_hot) ** 2).sum(axis=1))


def classwise_calibration_error(judged: Judged, probability: Floats, n_bins: int = 10) -> float:
    r"""Give the mean gap between predicted and actual share over bins of each class's probability.

    Notes
    -----
    :math:`\frac1K \sum_k \sum_b w_b |\bar p_{kb} - \bar y_{kb}|`, bins of equal weight in the order of :math:`p_k`, rows
    with one probability in one bin.  Kull et al., NeurIPS 2019.
    """
    gaps = []
    for k in range(len(OUTCOMES)):
        p = probability[:, k]
        bins = equal_weight_bins(p, judged.weight, n_bins)
        residual = np.bincount(bins, judged.weight * (p - judged.one_hot[:, k]), minlength=n_bins)
        gaps.append(np.abs(residual).sum() / judged.weight.sum())
    return float(np.mean(gaps))


def equal_weight_bins(values: Floats, weight: Floats, n_bins: int) -> Ints:
    """Number bins of equal weight in the order of the values, int64, shape (n,); equal values share a bin."""
    known, position = np.unique(values, return_inverse=True)
    mass = np.bincount(position, weight, minlength=len(known))
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    bins: Ints = np.minimum((middle * n_bins).astype(np.int64), n_bins - 1)[position]
    return bins


def explained_share(log_loss_of_model: float, log_loss_of_reference: float) -> float:
    """Give D², the share of the reference's log loss that the model takes away: 1 - model / reference."""
    return 1 - log_loss_of_model / log_loss_of_reference


def excess_log_loss(truth: Floats, probability: Floats) -> float:
    """Give the mean of sum_k t_k (log t_k - log p_k), nats: what is lost against the true probabilities; 0 is perfect."""
    return float((truth * (np.log(truth) - np.log(probability))).sum(axis=1).mean())


@dataclass(frozen=True)
class ClassCount:
    """Predicted against actual count of one outcome, in notes (weights included).

    ``standard_error`` is that of predicted less actual; see :func:`class_counts`.
    """

    outcome: str
    predicted: float
    actual: float
    standard_error: float


def class_counts(judged: Judged, probability: Floats, fitted_on: float = np.inf) -> list[ClassCount]:
    r"""Set the predicted beside the actual count of each outcome, in the order of ``OUTCOMES``.

    Parameters
    ----------
    fitted_on
        Effective sample size that the model was fitted on: its own means are only as sure as that.

    Notes
    -----
    The standard error is :math:`\sqrt{\sum_l r_l^2} \sqrt{1 + n / m}`: :math:`r_l` the weighted residual of a loan, n the
    effective size of the test and m of the fit.
    """
    weight = judged.weight[:, None]
    actual = (weight * judged.one_hot).sum(axis=0)
    predicted = (weight * probability).sum(axis=0)
    _, position = np.unique(judged.loan, return_inverse=True)
    test_size = float(judged.weight.sum() ** 2 / (judged.weight**2).sum())
    inflation = np.sqrt(1 + test_size / fitted_on)
    counts = []
    for k, name in enumerate(OUTCOMES):
        residual = np.bincount(position, judged.weight * (probability[:, k] - judged.one_hot[:, k]))
        error = float(np.sqrt((residual**2).sum()) * inflation)
        counts.append(ClassCount(str(name), float(predicted[k]), float(actual[k]), error))
    return counts


def paired_difference(
    judged: Judged, first: Floats, second: Floats, *, draws: int, confidence: float, seed: int
) -> Interval:
    """Give the mean log loss of the first less that of the second, with its bootstrap interval; negative: first better.

    Loans are drawn with replacement (:func:`loan_draws`), both models are judged on the same draw, and the interval is that
    of the percentiles.
    """
    difference = row_log_loss(judged, first) - row_log_loss(judged, second)
    _, position = np.unique(judged.loan, return_inverse=True)
    loss = np.bincount(position, judged.weight * difference)
    mass = np.bincount(position, judged.weight)
    means = [loss[drawn].sum(axis=1) / mass[drawn].sum(axis=1) for drawn in loan_draws(len(mass), draws, seed)]
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return Interval(float(loss.sum() / mass.sum()), float(low), float(high))


def loan_draws(n_loans: int, draws: int, seed: int) -> Iterator[Ints]:
    """Draw loans with replacement, as many as there are in each draw; the same loans and seed give the same draws.

    Yields
    ------
    int64, shape (some draws, n_loans): positions among the sorted loans, a few draws at a time, ``draws`` in all.
    """
    rng, left = np.random.default_rng(seed), draws
    while left > 0:
        now = min(left, max(1, _DRAWS_AT_ONCE // n_loans))
        yield rng.integers(0, n_loans, size=(now, n_loans))
        left -= now


@dataclass(frozen=True)
class Slice:
    """One part of the judged notes: how many, and how well each model does there."""

    by: str
    value: str
    n_notes: int
    log_loss: float
    reference_log_loss: float
    """Of the model that it is set against (bucket table, or the champion)."""
    predicted: tuple[float, ...]
    """Mean probability of each outcome."""
    actual: tuple[float, ...]
    """Weighted share of each outcome."""
    worse_error: float
    """Standard error of ``worse_by``, a loan one draw."""

    @property
    def worse_by(self) -> float:
        """Give how much worse than the reference the log loss is, a fraction of the reference's; negative: better."""
        return self.log_loss / self.reference_log_loss - 1


def slices(judged: Judged, probability: Floats, reference: Floats, groups: dict[str, NDArray[np.str_]]) -> list[Slice]:
    """Judge each value of each grouping apart.

    Parameters
    ----------
    reference
        Probabilities of the model to compare with, shape (n, 4).
    groups
        Name of the grouping to the value of each row, shape (n,).
    """
    found = []
    for by, values in groups.items():
        for value in sorted(np.unique(values), key=_by_number):
            rows = values == value
            if not judged.weight[rows].sum() > 0:
                continue
            part = judged.take(rows)
            mine, theirs = row_log_loss(part, probability[rows]), row_log_loss(part, reference[rows])
            found.append(
                Slice(
                    by=by,
                    value=str(value),
                    n_notes=len(part),
                    log_loss=part.mean(mine),
                    reference_log_loss=part.mean(theirs),
                    worse_error=_ratio_error(part, mine, theirs),
                    predicted=tuple(np.average(probability[rows], axis=0, weights=part.weight).tolist()),
                    actual=tuple(np.average(part.one_hot, axis=0, weights=part.weight).tolist()),
                )
            )
    return found


def _ratio_error(judged: Judged, above: Floats, below: Floats) -> float:
    r"""Give the standard error of the ratio r of two weighted sums, loans drawn together.

    Notes
    -----
    :math:`\sqrt{\sum_l e_l^2 \, n/(n-1)} / \sum w b`, :math:`e_l` the sum of :math:`w (a - r b)` over a loan's rows, n loans
    (Cochran, Sampling Techniques, 3rd ed., section 6.3).  Infinite for a single loan.
    """
    total = float((judged.weight * below).sum())
    ratio = float((judged.weight * above).sum()) / total
    _, position = np.unique(judged.loan, return_inverse=True)
    apart = np.bincount(position, judged.weight * (above - ratio * below))
    if len(apart) < 2:
        return float("inf")
    return float(np.sqrt((apart**2).sum() * len(apart) / (len(apart) - 1)) / total)


def _by_number(value: str) -> tuple[float, str]:
    """Sort 1-2 before 12-23, and names after numbers."""
    digits = re.match(r"\d+", value)
    return (float(digits.group()) if digits else float("inf"), value)


def ranking_aucs(values: Floats, outcome: Ints, weight: Floats) -> Floats:
    """Give the chance that a feature ranks a note of an outcome above one of another, ties half; float64, shape (4,).

    At least 0.5: the direction is free.  Missing values rank as one value, below all others or above, whichever ranks
    better.  0.5 for an outcome that does not occur.
    """
    known, position = np.unique(values, return_inverse=True)
    mass = np.stack(
        [np.bincount(position, weight * (outcome == k), minlength=len(known)) for k in range(len(OUTCOMES))], axis=1
    )
    best = np.full(len(OUTCOMES), 0.5)
    for missing_first in (0, 1):  # numpy sorts NaN last
        positive = np.roll(mass, missing_first, axis=0) if missing_first and np.isnan(known[-1:]).any() else mass
        negative = positive.sum(axis=1, keepdims=True) - positive
        below = np.cumsum(negative, axis=0) - negative / 2
        pairs = positive.sum(axis=0) * negative.sum(axis=0)
        auc = (positive * below).sum(axis=0)[pairs > 0] / pairs[pairs > 0]
        best[pairs > 0] = np.maximum(best[pairs > 0], np.maximum(auc, 1 - auc))
    return best
