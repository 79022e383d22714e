"""The four outcomes, and the arrays that carry a number an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

SUM_TOLERANCE = 1e-9


class Outcome(StrEnum):
    """How a note ends, in the column order used everywhere.

    Severity rises in this order too: foreclosure > deed_in_lieu > loss_mitigation > reperform.
    """

    REPERFORM = "reperform"
    """Keeps performing, or reinstates and performs, or pays off, with no change of terms."""
    LOSS_MITIGATION = "loss_mitigation"
    """Performs again after a forbearance, repayment plan, deferral or modification."""
    DEED_IN_LIEU = "deed_in_lieu"
    """The borrower gives the property up by agreement: a deed, a short sale or a discounted payoff."""
    FORECLOSURE = "foreclosure"
    """A forced sale."""


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)

OUTCOME_DETAILS: dict[Outcome, tuple[str, ...]] = {
    Outcome.REPERFORM: ("payoff", "reinstated", "kept_paying"),
    Outcome.LOSS_MITIGATION: ("modification", "deferral", "repayment_plan"),
    Outcome.DEED_IN_LIEU: ("deed", "short_sale", "discounted_payoff"),
    Outcome.FORECLOSURE: ("third_party", "reo"),
}


def _read_only(values: ArrayLike) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class OutcomeProbabilities:
    """Four probabilities a note.

    Parameters
    ----------
    values
        float64, shape (n_notes, 4), columns in the order of :class:`Outcome`.  Every entry > 0 and finite; each row
        sums to 1 within 1e-9.

    Raises
    ------
    ValueError
        A wrong shape, a NaN, an entry at or under 0, or a row that does not sum to 1; the first such row is named.

    Examples
    --------
    >>> OutcomeProbabilities([[0.7, 0.2, 0.02, 0.08]])[Outcome.FORECLOSURE]
    array([0.08])
    >>> OutcomeProbabilities([[0.7, 0.3, 0.0, 0.0]])
    Traceback (most recent call last):
    ...
    ValueError: row 0: four finite probabilities above 0 that sum to 1 are needed, found [0.7 0.3 0.  0. ]
    """

    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        values = _read_only(self.values)
        if values.ndim != 2 or values.shape[1] != len(OUTCOMES):
            raise ValueError(f"probabilities need the shape (n_notes, {len(OUTCOMES)}), found {values.shape}")
        good = (values > 0).all(axis=1) & (np.abs(values.sum(axis=1) - 1) <= SUM_TOLERANCE)
        if not good.all():
            row = int(np.argmin(good))
            raise ValueError(
                f"row {row}: four finite probabilities above 0 that sum to 1 are needed, found {values[row]}"
            )
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, outcome: Outcome) -> NDArray[np.float64]:
        return self.values[:, OUTCOMES.index(outcome)]


@dataclass(frozen=True)
class OutcomeTimelines:
    """Months from closing to resolution at three points a note and outcome.

    Parameters
    ----------
    months
        float64, shape (n_notes, 4, 3), months > 0, ascending along the last axis.
    weights
        float64, shape (3,), the probability of each point, summing to 1.
    source
        str array, shape (n_notes, 4): ``table``, ``blended`` or ``learned``.
    """

    months: NDArray[np.float64]
    weights: NDArray[np.float64]
    source: NDArray[np.str_]

    def __post_init__(self) -> None:
        months, weights = _read_only(self.months), _read_only(self.weights)
        if months.ndim != 3 or months.shape[1:] != (len(OUTCOMES), 3):
            raise ValueError(f"months need the shape (n_notes, 4, 3), found {months.shape}")
        if not ((months > 0).all() and (np.diff(months, axis=2) >= 0).all()):
            raise ValueError("months to resolution must be above 0 and ascend along the last axis")
        if weights.shape != (3,) or not abs(weights.sum() - 1) <= SUM_TOLERANCE:
            raise ValueError(f"three weights that sum to 1 are needed, found {weights}")
        if self.source.shape != months.shape[:2]:
            raise ValueError(f"source needs the shape {months.shape[:2]}, found {self.source.shape}")
        object.__setattr__(self, "months", months)
        object.__setattr__(self, "weights", weights)


@dataclass(frozen=True)
class OutcomeRecoveries:
    """Share of the legal balance recovered, a note and outcome.

    Parameters
    ----------
    share
        float64, shape (n_notes, 4), fractions of the legal balance at resolution; may be negative after costs.
    source
        str array, shape (n_notes, 4): ``table``, ``blended`` or ``learned``.
    """

    share: NDArray[np.float64]
    source: NDArray[np.str_]

    def __post_init__(self) -> None:
        share = _read_only(self.share)
        if share.ndim != 2 or share.shape[1] != len(OUTCOMES) or not np.isfinite(share).all():
            raise ValueError(f"finite shares of the shape (n_notes, 4) are needed, found the shape {share.shape}")
        if self.source.shape != share.shape:
            raise ValueError(f"source needs the shape {share.shape}, found {self.source.shape}")
        object.__setattr__(self, "share", share)
