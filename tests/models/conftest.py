"""Made notes, features and fitted models shared by the tests of models/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import BundleContents, OutcomeClassifier, write_bundle
from notes import OUTCOMES, Notes, PaymentHistory, Tape

MakeNotes = Callable[..., tuple[pd.DataFrame, np.ndarray, np.ndarray]]


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def make_notes(n_notes: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Draw features, outcome labels and the true probabilities of made notes."""
    rng = np.random.default_rng(seed)
    behind = np.minimum(rng.negative_binomial(0.6, 0.06, n_notes), 90).astype(float)
    paid = np.clip(12 - np.minimum(behind, 12) + rng.integers(-2, 3, n_notes), 0, 12).astype(float)
    owner = (rng.random(n_notes) < 0.6).astype(float)
    vacant = ((rng.random(n_notes) < 0.4) & (owner == 0)).astype(float)
    equity = np.clip(rng.normal(0.2, 0.4, n_notes), -1, 0.9)
    score = np.where(rng.random(n_notes) < 0.2, np.nan, np.clip(rng.normal(640, 70, n_notes), 400, 850))
    log_behind, share_paid, above = np.log1p(behind), paid / 12, np.nan_to_num((score - 640) / 70)
    deep = (behind >= 3) & (owner > 0)
    scores = 1.2 * np.column_stack(
        [
            0.4 - 0.9 * log_behind + 2.2 * share_paid + 0.3 * above + 0.5 * equity,
            0.1 + 0.4 * share_paid + 0.9 * owner + 0.6 * deep - 0.8 * vacant,
            -1.2 + 0.2 * log_behind - 0.9 * equity + 0.3 * vacant,
            -0.5 + 0.6 * log_behind - 0.8 * share_paid + 0.7 * vacant,
        ]
    )
    truth = _softmax(scores)
    drawn = (rng.random(n_notes)[:, None] > truth.cumsum(axis=1)[:, :-1]).sum(axis=1)
    frame = pd.DataFrame(
        {
            "months_behind": behind,
            "full_payments_12m": paid,
            "occupancy_owner": owner,
            "occupancy_vacant": vacant,
            "equity": equity,
            "credit_score": score,
            "note_rate": rng.normal(0.06, 0.015, n_notes),
            "upb": np.exp(rng.normal(12, 0.7, n_notes)),
        }
    )
    return frame, np.array(OUTCOMES)[drawn], truth


def excess_log_loss(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Mean cross-entropy against the true probabilities minus that of the truth itself, in nats."""
    return float((truth * np.log(truth / predicted)).sum(axis=1).mean())


def make_tape(n_notes: int) -> Tape:
    """Build made notes with history: note i is i % 7 months behind."""
    rows = np.arange(n_notes)
    notes = Notes(
        pd.DataFrame(
            {
                "loan_id": [f"made-{i:03d}" for i in rows],
                "as_of_date": np.full(n_notes, np.datetime64("2024-06-30", "s")),
                "property_state": [["FL", "TX", "NY"][i % 3] for i in rows],
                "upb": 100_000.0 + 1_000.25 * rows,
                "as_is_value": np.where(rows % 5 == 0, np.nan, 150_000.0),
                "escrowed": pd.Series([[True, False, None][i % 3] for i in rows], dtype="boolean"),
            }
        )
    )
    status = np.full((n_notes, 60), -1)
    status[:, -12:] = np.maximum(rows[:, None] % 7 - np.arange(11, -1, -1), 0)
    received = np.where(status < 0, np.nan, np.where(status == 0, 812.345, 0.0))
    return Tape(notes, PaymentHistory(status.astype(np.int16), received.astype(np.float32)))


@pytest.fixture(scope="session")
def notes_of() -> MakeNotes:
    return make_notes


@pytest.fixture(scope="session")
def excess() -> Callable[[np.ndarray, np.ndarray], float]:
    return excess_log_loss


@pytest.fixture(scope="session")
def classifier() -> OutcomeClassifier:
    """A small model on 1,200 made notes, calibrated on 300 others."""
    frame, outcomes, _ = make_notes(1200, seed=1)
    later, later_outcomes, _ = make_notes(300, seed=2)
    fitted = OutcomeClassifier(max_rounds=120, n_folds=3).fit(frame, outcomes)
    return fitted.calibrate(later, later_outcomes)


@pytest.fixture(scope="session")
def contents(classifier: OutcomeClassifier) -> BundleContents:
    features, _, _ = make_notes(32, seed=3)
    features.loc[4, "equity"] = np.nan
    return BundleContents(
        classifier=classifier,
        golden_tape=make_tape(32),
        golden_features=features,
        label_settings={"horizon_months": 60, "streak_months": 6},
        training_window={"first_as_of": "2018-01-31", "last_as_of": "2022-12-31", "observed_through": "2024-06-30"},
        training_data="made",
        metrics={"log_loss": 0.61},
        data_hashes={"resolutions.csv": "0" * 64},
        information={"commit": "0000000", "written_at": "2024-07-01T00:00:00Z"},
    )


@pytest.fixture(scope="session")
def bundle_folder(contents: BundleContents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle to read; a test that changes one copies it first."""
    return write_bundle(tmp_path_factory.mktemp("bundles"), contents)
