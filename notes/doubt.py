"""How sure a model is of its four probabilities, note by note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.outcome import OUTCOMES, OutcomeProbabilities

Floats = NDArray[np.float64]

Z_90 = 1.6448536269514722
"""Standard deviations to either side that hold 90 % of a normal error: 5 % lie below, 5 % above."""
_NEGLIGIBLE = 0.02
"""Share of the correlations' whole variance under which a direction is left out."""


@dataclass(frozen=True)
class OutcomeDoubt:
    """What is not known of the probabilities of a tape.

    Parameters
    ----------
    sd_down, sd_up
        float64, shape (n_notes, 4), > 0: how far the true log odds, log(p / (1 - p)), of each outcome lie below the
        model's where they do, and above where they do, as a standard deviation.
    correlation
        float64, shape (4, 4): how the four errors of a note go together.
    far
        A text a note: what of it lies outside what the model learned from, empty where nothing does.
    wide_bid_range
        A bid range wider than this share of the bid is flagged.

    Raises
    ------
    ValueError
        Other shapes, a deviation that is not above 0, or a matrix that is no correlation.
    """

    sd_down: Floats
    sd_up: Floats
    correlation: Floats
    far: tuple[str, ...]
    wide_bid_range: float

    def __post_init__(self) -> None:
        for sd in (self.sd_down, self.sd_up):
            if sd.shape != (len(self.far), len(OUTCOMES)) or not (sd > 0).all():
                raise ValueError(
                    f"{len(self.far)} notes need {len(OUTCOMES)} deviations above 0 each, found the shape {sd.shape}"
                )
        matrix, n = self.correlation, len(OUTCOMES)
        good = matrix.shape == (n, n) and np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)
        if not (good and np.linalg.eigvalsh(matrix).min() > -1e-6):
            raise ValueError(f"a {n} x {n} correlation matrix is needed, found {matrix.tolist()}")

    def __len__(self) -> int:
        return len(self.far)

    def take(self, rows: NDArray[np.intp]) -> OutcomeDoubt:
        """Pick notes by position."""
        far = tuple(self.far[row] for row in rows)
        return OutcomeDoubt(self.sd_down[rows], self.sd_up[rows], self.correlation, far, self.wide_bid_range)

    def interval(self, probabilities: OutcomeProbabilities) -> tuple[Floats, Floats]:
        """Give the 5 % and 95 % points of each probability, both of the shape (n_notes, 4), in (0, 1).

        Each outcome's alone: the four low ends of a note do not sum to 1, nor do the high ones.

        Examples
        --------
        A probability of a half whose log odds are off by 1 as a rule:

        >>> doubt = OutcomeDoubt(np.ones((1, 4)), np.ones((1, 4)), np.eye(4), ("",), 0.5)
        >>> low, high = doubt.interval(OutcomeProbabilities([[0.5, 0.2, 0.2, 0.1]]))
        >>> low[0, 0].round(4), high[0, 0].round(4)
        (np.float64(0.1618), np.float64(0.8382))
        """
        odds = _log_odds(probabilities.values)
        return _probability(odds - Z_90 * self.sd_down), _probability(odds + Z_90 * self.sd_up)

    def scenarios(
        self, probabilities: OutcomeProbabilities
    ) -> Iterator[tuple[OutcomeProbabilities, OutcomeProbabilities]]:
        """Give pairs of probabilities, down and up, one pair for each way in which the four err together.

        The ways are the principal directions of the correlations, each taken to its own 5 % and 95 % points, so that the
        directions are independent: a figure's deviations over the pairs add up as squares.  Each note sums to 1.
        """
        odds = _log_odds(probabilities.values)
        sizes, directions = np.linalg.eigh(self.correlation)
        for size, direction in zip(sizes, directions.T, strict=True):
            if size > _NEGLIGIBLE * len(sizes):
                # The sign of an eigenvector is the library's choice; it must not be ours.
                turned = direction * np.sign(direction[np.argmax(np.abs(direction))])
                steps = [sign * Z_90 * np.sqrt(size) * turned for sign in (-1.0, 1.0)]
                moved = [odds + step * np.where(step > 0, self.sd_up, self.sd_down) for step in steps]
                yield _whole(_probability(moved[0])), _whole(_probability(moved[1]))


def _log_odds(probability: Floats) -> Floats:
    odds: Floats = np.log(probability) - np.log1p(-probability)
    return odds


def _probability(log_odds: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return probability


def _whole(probability: Floats) -> OutcomeProbabilities:
    total = probability[:, 0]
    for k in range(1, probability.shape[1]):  # not a sum along the axis, whose order depends on the array's shape
        total = total + probability[:, k]
    return OutcomeProbabilities(probability / total[:, None])
