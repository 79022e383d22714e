"""Resolved notes kept beside a model: a new note is set beside those for which the model saw the same reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contributions import against_the_others, contributions
from models.predictor import Floats, OutcomeModel, feature_values
from notes.months import Days

Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Resolved:
    """What became of the notes of a reference set, one entry a snapshot.

    Parameters
    ----------
    loan_id, outcome, outcome_detail
        object arrays of str; the detail is empty where it is not known.
    loan
        int64: the same number for every snapshot of one loan.
    as_of_date
        datetime64[D]: the day on which the note was known as its features say.
    months
        float64: from ``as_of_date`` to the resolution.
    """

    loan_id: NDArray[np.object_]
    loan: NDArray[np.int64]
    as_of_date: Days
    outcome: NDArray[np.object_]
    outcome_detail: NDArray[np.object_]
    months: Floats

    def __len__(self) -> int:
        return len(self.loan)


@dataclass(frozen=True)
class Nearest:
    """The resolved notes most like a note, the most like first.

    Parameters
    ----------
    rows
        Positions in the reference set, each loan once.
    distance
        float64, log odds, one a row.
    middle_distance
        The median distance from the note to all of the reference set: what is not near.
    """

    rows: NDArray[np.intp]
    distance: Floats
    middle_distance: float


@dataclass(frozen=True)
class ReferenceNotes:
    """Resolved notes of the training with the model's reasons for each.

    Parameters
    ----------
    resolved
        Who they are and what became of them, n notes.
    features
        float32 frame, n rows, the model's features in its order, NaN missing.
    reasons
        float32, shape (n, n_features, n_classes): contributions of the features to each class against the others.
    """

    resolved: Resolved
    features: pd.DataFrame
    reasons: Singles

    def __post_init__(self) -> None:
        n_notes = len(self.resolved)
        if self.features.shape != self.reasons.shape[:2] or len(self.features) != n_notes:
            raise ValueError(
                f"{n_notes} resolved notes do not fit features of the shape {self.features.shape} and reasons of "
                f"{self.reasons.shape}"
            )

    def __len__(self) -> int:
        return len(self.resolved)

    @property
    def middle(self) -> pd.Series:
        """The median of each feature, NaN where it is missing for every note."""
        return self.features.median()

    @property
    def average(self) -> Floats:
        """The mean reasons, shape (n_features, n_classes), of loans alike however often one was seen; 0 without notes."""
        if not len(self):
            return np.zeros(self.reasons.shape[1:])
        _, loan, times = np.unique(self.resolved.loan, return_inverse=True, return_counts=True)
        weights = (1.0 / times)[loan] / len(times)
        mean: Floats = np.einsum("n,nfk->fk", weights, self.reasons, dtype=np.float64)
        return mean

    def nearest(self, reasons: Floats, n_loans: int, leave_out: str = "") -> Nearest:
        """Find the loans for which the model sees most nearly the same reasons.

        Parameters
        ----------
        reasons
            Of the note, shape (n_features, n_classes), as :func:`reasons_of` gives them.
        n_loans
            How many, at most.
        leave_out
            A ``loan_id`` that is not to be found: the note itself at another date.

        Notes
        -----
        The distance is Euclidean over features and classes, so two notes of equal odds for different reasons are not alike,
        and a feature that the model does not mind does not count.  Exact: every note is measured.
        """
        square = np.zeros(len(self))
        for start in range(0, len(self), _ROWS):
            difference = self.reasons[start : start + _ROWS] - reasons
            square[start : start + _ROWS] = np.einsum("nfk,nfk->n", difference, difference)
        distance = np.sqrt(square)
        order = np.argsort(distance, kind="stable")
        order = order[self.resolved.loan_id[order] != leave_out] if leave_out else order
        _, first = np.unique(self.resolved.loan[order], return_index=True)
        rows = order[np.sort(first)][:n_loans]
        return Nearest(rows, distance[rows], float(np.median(distance)) if len(self) else float("nan"))


_ROWS = 4_096


def reasons_of(model: OutcomeModel, values: Floats, threads: int = 0) -> Floats:
    """Give the contributions of the features to each class against the others: shape (n_notes, n_features, n_classes)."""
    return against_the_others(contributions(model, values, threads)[:, :-1])


def build_references(
    model: OutcomeModel, features: pd.DataFrame, resolved: Resolved, threads: int = 0
) -> ReferenceNotes:
    """Keep resolved notes with the model's reasons for each.

    Parameters
    ----------
    features
        A row a note, in the order of ``resolved``, columns by name; what the model does not know is left out.
    """
    values = feature_values(features, model.feature_names)
    kept = pd.DataFrame(values.astype(np.float32), columns=list(model.feature_names))
    reasons = np.empty((len(values), len(model.feature_names), len(model.classes)), dtype=np.float32)
    for start in range(0, len(values), _ROWS):
        reasons[start : start + _ROWS] = reasons_of(model, values[start : start + _ROWS], threads)
    return ReferenceNotes(resolved, kept, reasons)
