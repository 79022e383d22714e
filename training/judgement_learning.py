"""What more resolutions would buy: the log loss of models fitted on parts of the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.counts import count_of
from training.evaluate import Floats, Interval, Judged, log_loss, paired_difference
from training.judgement_parts import Bootstrap

MORE = 500
"""Resolutions of which it is said what they would buy."""
LEAST_OF_A_CLASS = 5

FitOnLoans = Callable[[NDArray[np.int64]], Floats]
"""Loans of the fit part to the probabilities, on the test, of a model fitted on them."""


@dataclass(frozen=True)
class LearningPoint:
    """A model fitted on some of the loans.

    Parameters
    ----------
    difference
        Its log loss on the test less that of the model fitted on all, paired by loan; None for that model itself.
    """

    n_loans: int
    log_loss: float
    difference: Interval | None


@dataclass(frozen=True)
class LearningCurve:
    """Log loss against the number of loans fitted on: ``floor + slope / n``.

    Parameters
    ----------
    floor
        Where the curve would end with endless data of this kind.
    slope
        Nats times loans, >= 0.
    """

    points: tuple[LearningPoint, ...]
    floor: float
    slope: float

    def at(self, n_loans: float) -> float:
        """Give the curve's log loss at a number of loans."""
        return self.floor + self.slope / n_loans

    @property
    def is_told(self) -> bool:
        """Whether the fit on the fewest loans does worse than that on all by more than chance: its interval is above 0."""
        return any(one.difference is not None and one.difference.low > 0 for one in self.points[:1])

    def gain(self, n_loans: float, more: float = MORE) -> float:
        """Give how much the log loss would fall with ``more`` loans beside ``n_loans``; nats, >= 0."""
        return self.slope / n_loans - self.slope / (n_loans + more)


@dataclass(frozen=True)
class LearningData:
    """The fit part: loan and outcome of each row, and how to fit on some of them."""

    loan: NDArray[np.int64]
    outcome: NDArray[np.str_]
    fit: FitOnLoans


def learning_curve(
    data: LearningData, judged: Judged, probability: Floats, sizes: Sequence[int], bootstrap: Bootstrap
) -> LearningCurve | None:
    """Fit on nested draws of loans and draw the curve; None where no size can be fitted.

    Parameters
    ----------
    probability
        On the test, of the model fitted on all loans.
    sizes
        Loans to fit on, each under the number of all.  One at which an outcome has fewer than five rows is left out.
    """
    loans = np.unique(data.loan)
    points = []
    for size in sizes:
        drawn = _drawn(data, size, bootstrap)
        if size >= len(loans) or _scarcest(data, drawn)[1] < LEAST_OF_A_CLASS:
            continue
        found = data.fit(drawn)
        interval = paired_difference(
            judged,
            found,
            probability,
            draws=bootstrap.draws,
            confidence=bootstrap.confidence,
            seed=bootstrap.seed,
        )
        points.append(LearningPoint(size, log_loss(judged, found), interval))
    if not points:
        return None
    points.append(LearningPoint(len(loans), log_loss(judged, probability), None))
    floor, slope = fit_inverse([one.n_loans for one in points], [one.log_loss for one in points])
    return LearningCurve(tuple(points), floor, slope)


def why_no_curve(data: LearningData, sizes: Sequence[int], bootstrap: Bootstrap) -> str:
    """Say why :func:`learning_curve` gave none: that it is switched off, or what the largest draw of loans lacks."""
    if not sizes:
        return "it is switched off (judgement.learning_percents)"
    name, count = _scarcest(data, _drawn(data, max(sizes), bootstrap))
    return (
        f"the largest part to be fitted on, {max(sizes):,} of {len(np.unique(data.loan)):,} loans, holds "
        f"{count_of(count, 'row')} of {name.replace('_', ' ')}, and {LEAST_OF_A_CLASS} are needed"
    )


def _drawn(data: LearningData, size: int, bootstrap: Bootstrap) -> NDArray[np.int64]:
    """Give the first loans in a fixed random order, so that a smaller draw lies within a larger."""
    drawn: NDArray[np.int64] = np.random.default_rng(bootstrap.seed).permutation(np.unique(data.loan))[:size]
    return drawn


def _scarcest(data: LearningData, loans: NDArray[np.int64]) -> tuple[str, int]:
    """Give the outcome, of those in the data, that has the fewest rows of these loans, with their number."""
    rows = np.isin(data.loan, loans)
    counts = {str(name): int((data.outcome[rows] == name).sum()) for name in np.unique(data.outcome)}
    name = min(counts, key=counts.__getitem__)
    return name, counts[name]


def fit_inverse(n_loans: Sequence[float], losses: Sequence[float]) -> tuple[float, float]:
    """Fit ``losses = a + b / n`` by least squares with b >= 0; give a and b.

    The variance of a model's scores, and with it the excess log loss, falls as one over the number of notes as long as the
    model stays the same; one that is let grow with its data learns a little faster than that.

    Examples
    --------
    >>> fit_inverse([100, 200], [0.9, 0.85])
    (0.8, 10.0)
    """
    x, y = 1 / np.asarray(n_loans, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    spread = ((x - x.mean()) ** 2).sum()
    slope = max(float(((x - x.mean()) * (y - y.mean())).sum() / spread), 0.0) if spread > 0 else 0.0
    return round(float(y.mean() - slope * x.mean()), 12), round(slope, 9)
