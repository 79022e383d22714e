"""Parts of the test with the interval of how much better than the reference the model does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes
from training.evaluate import Floats, Interval, Judged, loan_draws, row_log_loss, slices
from training.slicing import UNKNOWN

DELINQUENT = "delinquent"
MOST_STATES = 15
"""The states with the most notes are shown, the others put together."""
IN_NONE = ""
"""Part of a note that a grouping leaves aside."""


@dataclass(frozen=True)
class PartScore:
    """One part of the judged notes.

    Parameters
    ----------
    difference
        Log loss of the model less that of the reference, with its interval; negative: the model is better.
    predicted, actual
        Mean probability and weighted share of each outcome.
    """

    by: str
    value: str
    n_notes: int
    log_loss: float
    reference_log_loss: float
    difference: Interval
    predicted: tuple[float, ...]
    actual: tuple[float, ...]


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are drawn."""

    draws: int
    confidence: float
    seed: int


def part_scores(
    judged: Judged, probability: Floats, reference: Floats, groups: Mapping[str, NDArray[np.str_]], bootstrap: Bootstrap
) -> tuple[PartScore, ...]:
    """Judge each value of each grouping apart, the interval by drawing loans with replacement.

    Every part is judged on the same draws of all loans, those of :func:`training.evaluate.paired_difference`, so that the
    same notes have the same interval under whatever name; a draw without a single loan of a part does not count for it.

    Parameters
    ----------
    groups
        Grouping to the part of each note, str, shape (n,); :data:`IN_NONE` where it is in none.
    """
    parts = [one for one in slices(judged, probability, reference, dict(groups)) if one.value != IN_NONE]
    rows: NDArray[np.bool_] = np.zeros((len(judged), len(parts)), dtype=bool)
    for position, one in enumerate(parts):
        rows[:, position] = groups[one.by] == one.value
    intervals = _intervals(judged, row_log_loss(judged, probability) - row_log_loss(judged, reference), rows, bootstrap)
    return tuple(
        PartScore(
            one.by, one.value, one.n_notes, one.log_loss, one.reference_log_loss, interval, one.predicted, one.actual
        )
        for one, interval in zip(parts, intervals, strict=True)
    )


def _intervals(judged: Judged, difference: Floats, rows: NDArray[np.bool_], bootstrap: Bootstrap) -> list[Interval]:
    _, position = np.unique(judged.loan, return_inverse=True)
    n_loans, n_parts = position.max() + 1, rows.shape[1]
    loss, mass = np.zeros((n_loans, n_parts)), np.zeros((n_loans, n_parts))
    for part in range(n_parts):
        mass[:, part] = np.bincount(position, judged.weight * rows[:, part], minlength=n_loans)
        loss[:, part] = np.bincount(position, judged.weight * difference * rows[:, part], minlength=n_loans)
    means = []
    for each in loan_draws(int(n_loans), bootstrap.draws, bootstrap.seed):
        apart = each + n_loans * np.arange(len(each))[:, None]
        counts = np.bincount(apart.ravel(), minlength=apart.size).reshape(each.shape).astype(np.float64)
        drawn = counts @ mass
        means.append(np.where(drawn > 0, counts @ loss, np.nan) / np.where(drawn > 0, drawn, 1.0))
    tail = (1 - bootstrap.confidence) / 2
    low, high = np.nanquantile(np.concatenate(means), [tail, 1 - tail], axis=0)
    estimate = loss.sum(axis=0) / mass.sum(axis=0)
    return [Interval(*map(float, one)) for one in zip(estimate, low, high, strict=True)]


def quarters(notes: Notes) -> NDArray[np.str_]:
    """Name the quarter of each ``as_of_date``, such as ``2024 Q1``; str, shape (n_notes,)."""
    month = notes.month("as_of_date").astype(np.int64)
    return np.array([f"{one // 12} Q{one % 12 // 3 + 1}" for one in month.tolist()], dtype=str)


def states(notes: Notes) -> NDArray[np.str_]:
    """Name the state of each note, ``other`` for those beyond the :data:`MOST_STATES` most frequent; str, (n_notes,)."""
    names = notes.text("property_state").astype(str)
    names = np.where(names == "", UNKNOWN, names)
    known, counts = np.unique(names, return_counts=True)
    most = known[np.lexsort((known, -counts))][:MOST_STATES]
    return np.where(np.isin(names, most), names, "other")
