"""The resolved notes kept beside a model for ``notebid explain``: never in MLflow, without the tape's own columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.predictor import OutcomeModel
from models.references import ReferenceNotes, Resolved, build_references
from notes import OUTCOMES
from training.snapshots import Snapshots, loan_order
from training.weights import Labels

MOST_NOTES = 50_000
"""More would make an explanation slower and say no more: they are drawn by loan."""


def reference_notes(
    snapshots: Snapshots, labels: Labels, features: pd.DataFrame, model: OutcomeModel, seed: int
) -> ReferenceNotes:
    """Keep the snapshots resolved within the horizon, at most :data:`MOST_NOTES` of them, drawn by loan.

    Parameters
    ----------
    features
        A row a snapshot.
    model
        The one whose reasons are kept: the model refitted on all.
    """
    rows = np.flatnonzero(labels.resolved)
    if len(rows) > MOST_NOTES:
        rows = np.sort(rows[np.argsort(loan_order(snapshots, seed)[rows], kind="stable")][:MOST_NOTES])
    notes = snapshots.resolutions.tape.notes
    outcome = np.array([str(name) for name in OUTCOMES], dtype=object)[labels.outcome[rows]]
    resolved = Resolved(
        loan_id=notes.text("loan_id")[rows],
        loan=snapshots.loan[rows],
        as_of_date=notes.days("as_of_date")[rows],
        outcome=outcome,
        outcome_detail=snapshots.resolutions.outcome_detail[rows],
        months=labels.months[rows],
    )
    return build_references(model, features.iloc[rows], resolved)
