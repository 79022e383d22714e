"""The resolved notes kept beside a model for ``notebid explain``: never in MLflow, without the tape's own columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import effective_n_jobs

from models.predictor import OutcomeModel
from models.references import ReferenceNotes, Resolved, build_references
from notes import OUTCOMES
from training.config import TrainingConfig
from training.snapshots import Snapshots, loan_order
from training.weights import Labels


def reference_notes(
    snapshots: Snapshots, labels: Labels, features: pd.DataFrame, model: OutcomeModel, config: TrainingConfig
) -> ReferenceNotes:
    """Keep the snapshots resolved within the horizon, at most ``judgement.reference_notes`` of them, drawn by loan.

    Parameters
    ----------
    features
        A row a snapshot.
    model
        The one whose reasons are kept: the model refitted on all.
    """
    seed, most = config.model.seed, config.judgement.reference_notes
    rows = np.flatnonzero(labels.resolved)
    if len(rows) > most:
        rows = np.sort(rows[np.argsort(loan_order(snapshots, seed)[rows], kind="stable")][:most])
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
    return build_references(model, features.iloc[rows], resolved, effective_n_jobs(config.model.n_jobs or -1))
