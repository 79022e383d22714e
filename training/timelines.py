r"""Months to each outcome: a discrete-time competing-risk view of the same notes that the model is fitted on.

The censoring weights make the empirical distribution of months, outcome by outcome, the cumulative incidence of Aalen and
Johansen (1978): :math:`F_k(t) = \sum_{s \le t} S(s-) d_k(s)/n(s)`.  Beyond the end of follow-up the weighted ends of open
notes carry on, with months spread as the state's timeline or the usual decay says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome, Tape
from notes.outcome_times import CELLS, POINTS, CellTimes, OutcomeTimes, cell_of, unit_months
from training.follow_up import FollowUp
from training.open_notes import OpenNotesWeights
from training.tail import FORECLOSURE, USUAL_DECAY
from training.weights import Floats, Labels

Ints = NDArray[np.int64]
_SPREAD = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Quantiles of the months still to come that stand for an open note."""


def cumulative_incidence(labels: Labels, weight: Floats) -> tuple[Floats, Floats]:
    """Estimate the share that has ended in each outcome by each month.

    Parameters
    ----------
    labels
        Outcomes and whole months; open notes are lost after any resolution of their last month.
    weight
        float64, shape (n,), >= 0.

    Returns
    -------
    Months, float64, shape (m,), ascending, and the shares, float64, shape (m, 4).

    Notes
    -----
    Aalen-Johansen in discrete time: each month's hazard of an outcome is its share of the notes at risk.
    """
    months, position = np.unique(labels.months, return_inverse=True)
    events = np.zeros((len(months), len(OUTCOMES)))
    np.add.at(events, (position[labels.resolved], labels.outcome[labels.resolved]), weight[labels.resolved])
    leaving = np.bincount(position, weight, minlength=len(months))
    at_risk = np.cumsum(leaving[::-1])[::-1]
    hazard = np.where(at_risk[:, None] > 0, events / np.where(at_risk > 0, at_risk, 1.0)[:, None], 0.0)
    there = np.concatenate([[1.0], np.cumprod(1 - hazard.sum(axis=1))[:-1]])
    return months, np.cumsum(there[:, None] * hazard, axis=0)


def fit_outcome_times(
    tape: Tape, labels: Labels, weights: OpenNotesWeights, base_weight: Floats, follow_up: FollowUp, log_sd: float
) -> OutcomeTimes:
    """Time each outcome in each cell at three points.

    Parameters
    ----------
    tape, labels, follow_up
        Of the snapshots that ``weights`` were made for, row by row.
    base_weight
        float64, shape (n,): a loan's snapshots share a weight of 1, so that what is counted are loans.
    log_sd
        Spread of the log of months to a forced sale around the state's timeline.
    """
    drawn = _months(labels, weights, follow_up, log_sd)
    cell, unit = cell_of(tape)[drawn.row], unit_months(tape)[drawn.row, drawn.outcome]
    table: dict[Outcome, dict[str, CellTimes]] = {}
    for k, outcome in enumerate(OUTCOMES):
        cells = {}
        for c in np.unique(cell[drawn.outcome == k]):
            rows = (drawn.outcome == k) & (cell == c)
            n_resolved = float(base_weight[np.unique(drawn.row[rows & drawn.resolved])].sum())
            if n_resolved > 0:
                first, second, third = weighted_quantiles(drawn.months[rows] / unit[rows], drawn.weight[rows], POINTS)
                cells[CELLS[c]] = CellTimes(n_resolved, (first, second, third))
        table[outcome] = cells
    return OutcomeTimes(table)


def weighted_quantiles(values: Floats, weight: Floats, shares: tuple[float, ...]) -> list[float]:
    """Give the first value by which each share of the weight has come.

    Examples
    --------
    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), (1 / 4, 1 / 2, 5 / 6))
    [1.0, 2.0, 3.0]
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    places = np.minimum(np.searchsorted(reached, np.array(shares) - 1e-12), len(values) - 1)
    return [float(one) for one in values[order][places]]


@dataclass(frozen=True)
class _Drawn:
    """Months with their weight; an open note stands once for each of its likely ends and five times of each."""

    row: NDArray[np.intp]
    outcome: Ints
    months: Floats
    weight: Floats
    resolved: NDArray[np.bool_]


def _months(labels: Labels, weights: OpenNotesWeights, follow_up: FollowUp, log_sd: float) -> _Drawn:
    resolved = labels.resolved[weights.rows]
    row, outcome, weight = weights.rows, weights.outcome, weights.weight
    seen = np.maximum(labels.months[row], 1.0)
    parts = [(row[resolved], outcome[resolved], seen[resolved], weight[resolved])]
    row, outcome, weight, seen = row[~resolved], outcome[~resolved], weight[~resolved], seen[~resolved]
    for share in _SPREAD:
        sold = _sold_after(seen, follow_up.sale_months[row], log_sd, share)
        decayed = seen - np.log1p(-share) / USUAL_DECAY
        months = np.where((outcome == FORECLOSURE) & ~np.isnan(sold), sold, decayed)
        parts.append((row, outcome, months, weight / len(_SPREAD)))
    columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
    known = np.zeros(len(columns[0]), dtype=bool)
    known[: int(resolved.sum())] = True
    return _Drawn(columns[0], columns[1], columns[2], columns[3], known)


def _sold_after(months: Floats, sale_months: Floats, log_sd: float, share: float) -> Floats:
    """Give the month by which a share of the sales later than ``months`` have come, by the state's timeline."""
    from scipy.special import ndtr, ndtri

    middle = np.log(sale_months) - log_sd**2 / 2
    later = ndtr(-(np.log(months) - middle) / log_sd) * (1 - share)
    sold: Floats = np.exp(middle - log_sd * ndtri(np.maximum(later, 1e-12)))
    return np.maximum(sold, months)
