r"""How far a model's log odds are off, learned from the same recipe fitted on quarters of the loans.

A fit on a quarter of the loans is off from the truth in the same ways as the fit on all: by chance, by shrinkage, by what
so few notes cannot show; only by more.  Its distance from the fit on all, over several quarters, is therefore a measure of
the error of the fit on all, up to a factor near 1 (docs/uncertainty.md).  Shrinkage has a direction: where
the quarters lie above the fit on all, the truth is to be sought further below.  With d the distance of a quarter from the
fit on all, in log odds,

.. math::
    \sigma_{down}^2 = f^2 \, E[\tfrac12 d^2 + \max(d, 0)^2 \mid x], \quad
    \sigma_{up}^2 = f^2 \, E[\tfrac12 d^2 + \max(-d, 0)^2 \mid x],

both the mean square of d where d has no direction, and each :math:`\exp(a + b x + c x^2)` in the outcome's own log odds x,
held within what was seen.  One matrix of correlations says how the outcomes err together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.predictor import Floats

FACTOR = 0.98
"""From the distance of a quarter's fit to the error of the fit on all, where that took in the open notes and the quarter
did not; measured, see docs/uncertainty.md."""
FACTOR_ALIKE = 1.12
"""The same where both were fitted alike: the distance lacks what taking in the open notes changes, a sixth of its square."""
EDGES = (0.005, 0.995)
"""Quantiles of the log odds of the training notes beyond which the deviation stays as it is there."""
RIDGE = 1e-3
"""Keeps a coefficient finite where all notes have the same odds."""
LEAST_VARIANCE, MOST_VARIANCE = 1e-4, 25.0
"""Of log odds: bounds for a fit that never differs, and for an outcome that a quarter never saw."""


@dataclass(frozen=True)
class Spread:
    """Standard deviations of the error of each outcome's log odds, as functions of its own probability.

    Parameters
    ----------
    down, up
        float64, shape (n_classes, 3): of 1, x and x² in the logarithm of the variance, the factor worked in.
    edges
        float64, shape (n_classes, 2): the range that x is held to.
    correlation
        float64, shape (n_classes, n_classes).
    """

    down: Floats
    up: Floats
    edges: Floats
    correlation: Floats

    def sd(self, probabilities: Floats) -> tuple[Floats, Floats]:
        """Give the deviations down and up, each of the shape (n_notes, n_classes), element by element."""
        down, up = np.empty_like(probabilities), np.empty_like(probabilities)
        for k in range(probabilities.shape[1]):
            x = np.clip(log_odds(np.ascontiguousarray(probabilities[:, k])), *self.edges[k])
            down[:, k], up[:, k] = _sd_at(x, self.down[k]), _sd_at(x, self.up[k])
        return down, up

    def to_dict(self) -> dict[str, Any]:
        """Give plain numbers, for JSON."""
        return {name: getattr(self, name).tolist() for name in _FIELDS}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], n_classes: int) -> Spread:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            A matrix has another shape or holds a number that is not finite, or no correlations at that.
        """
        shapes = {
            "down": (n_classes, 3),
            "up": (n_classes, 3),
            "edges": (n_classes, 2),
            "correlation": (n_classes,) * 2,
        }
        found = {name: np.array(content[name], dtype=np.float64) for name in _FIELDS}
        for name, matrix in found.items():
            if matrix.shape != shapes[name] or not np.isfinite(matrix).all():
                raise ValueError(
                    f"spread: {name} needs finite numbers of the shape {shapes[name]}, found {matrix.shape}"
                )
        if np.abs(found["correlation"]).max() > 1 + 1e-9:
            raise ValueError("spread: a correlation lies outside -1 to 1")
        return cls(**found)


_FIELDS = ("down", "up", "edges", "correlation")


def learn_spread(full: Floats, parts: Sequence[Floats], seen: NDArray[np.bool_], factor: float) -> Spread:
    """Learn the deviations from how far fits on parts of the loans are from the fit on all.

    Parameters
    ----------
    full
        Probabilities of the fit on all for the notes of the training, shape (n_notes, n_classes), each in (0, 1).
    parts
        The same of each fit on a part.
    seen
        bool, shape (n_parts, n_notes): whether the note was among those of the part, where its fit says less.
    factor
        From such a distance to the error: :data:`FACTOR` or :data:`FACTOR_ALIKE`.

    Raises
    ------
    ValueError
        No note is outside a part: there is nothing to learn from.
    """
    x = log_odds(full)
    away = np.concatenate([(log_odds(one) - x)[~own] for one, own in zip(parts, seen, strict=True)])
    at = np.concatenate([x[~own] for own in seen])
    if len(away) == 0:
        raise ValueError("each note is in every part: there is nothing to learn from")
    edges = np.quantile(x, EDGES, axis=0).T
    inside = np.column_stack([np.clip(at[:, k], *edges[k]) for k in range(x.shape[1])])
    down, up = (
        np.array([_log_variance(inside[:, k], square[:, k]) for k in range(x.shape[1])])
        for square in (away**2 / 2 + np.maximum(away, 0) ** 2, away**2 / 2 + np.maximum(-away, 0) ** 2)
    )
    down[:, 0] += 2 * np.log(factor)
    up[:, 0] += 2 * np.log(factor)
    spread = Spread(down, up, edges, np.eye(x.shape[1]))
    return replace(spread, correlation=_correlation(away, *spread.sd(_probability(at))))


def _correlation(away: Floats, sd_down: Floats, sd_up: Floats) -> Floats:
    standard = away / np.where(away > 0, sd_down, sd_up)
    moments = np.einsum("nk,nl->kl", standard, standard)
    root = np.sqrt(np.maximum(np.diag(moments), 1e-12))
    correlation: Floats = moments / root[:, None] / root
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _sd_at(x: Floats, coefficients: Floats) -> Floats:
    a, b, c = coefficients
    sd: Floats = np.exp(0.5 * np.clip(a + b * x + c * x * x, np.log(LEAST_VARIANCE), np.log(MOST_VARIANCE)))
    return sd


def _log_variance(x: Floats, square: Floats) -> Floats:
    """Fit a + b x + c x² to the logarithm of the mean of ``square`` by the normal likelihood."""
    middle, width = float(x.mean()), max(float(x.std()), 1e-6)
    t = (x - middle) / width
    basis = np.column_stack([np.ones_like(t), t, t * t])
    square = np.maximum(square, LEAST_VARIANCE)

    def objective(point: Floats) -> tuple[float, Floats]:
        eta = np.clip(basis @ point, -30, 30)
        ratio = square * np.exp(-eta)
        shrunk = RIDGE * point[1:]
        slope = basis.T @ (1 - ratio) / len(t)
        slope[1:] += shrunk
        return float((eta + ratio).mean() + 0.5 * shrunk @ point[1:]), slope

    start = np.array([np.log(square.mean()), 0.0, 0.0])
    a, b, c = minimize(objective, start, jac=True, method="L-BFGS-B").x
    # Back from the standardised t to x.
    return np.array(
        [a - b * middle / width + c * (middle / width) ** 2, b / width - 2 * c * middle / width**2, c / width**2]
    )


def log_odds(probability: Floats) -> Floats:
    """Give log(p / (1 - p)), element by element."""
    odds: Floats = np.log(probability) - np.log1p(-probability)
    return odds


def _probability(x: Floats) -> Floats:
    probability: Floats = 1.0 / (1.0 + np.exp(-x))
    return probability
