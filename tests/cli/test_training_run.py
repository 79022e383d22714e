"""Which champion a training is judged against, and that a champion past use does not stop the training that replaces it."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from cli import training_run
from cli.console import Console
from features import NoteFeatures
from models import BundleContents, OutcomeClassifier, write_bundle
from models.candidate import CandidateContents, CandidateWindow
from models.loan_record import LoanRecord
from notes import GateError
from registry.promote import promote
from registry.record import TrainingRecord, log_training
from training import fit
from training.snapshots import loan_names
from worlds import WorldSettings, golden_tape, make_world


@pytest.fixture
def register_damaged(mlflow_home):
    """Make a champion whose bundle no longer loads: its folder holds a manifest and code, and no model."""

    def register(training_data):
        folder = mlflow_home.bundles / hashlib.sha256(training_data.encode()).hexdigest()
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
        (folder / "predictor.py").write_text("")
        record = TrainingRecord(folder, training_data, ("ltv",), training_run.checkout() / training_run.PYFUNC)
        promote(mlflow_home, log_training(mlflow_home, record).version, None)

    return register


@pytest.fixture(scope="module")
def contents():
    """Contents of a small bundle of own notes, its candidate the same model, fitted on MADE-R0000001 and so on."""
    resolutions = make_world(WorldSettings("smooth", 400, 0, 3)).resolutions
    known = np.flatnonzero(~resolutions.is_open)
    frame = NoteFeatures().transform(resolutions.tape).iloc[known]
    model = OutcomeClassifier(max_rounds=10, n_folds=2, n_jobs=1).fit(frame, resolutions.outcome[known].astype(str))
    record = LoanRecord.of(loan_names(resolutions.tape.notes))
    return BundleContents(
        classifier=model,
        golden_tape=golden_tape(),
        golden_features=NoteFeatures().transform(golden_tape()),
        label_settings={"horizon_months": 60, "streak_months": 6},
        training_window={"last_as_of_date": "2025-03-31", "last_observed_through": "2025-06-30"},
        training_data="own",
        metrics={},
        data_hashes={},
        candidate=CandidateContents(model, record, CandidateWindow("2022-03-31", "2025-06-30", 36)),
    )


@pytest.fixture
def register(mlflow_home):
    """Make a bundle champion and give its folder."""

    def write(contents):
        folder = write_bundle(mlflow_home.bundles, contents)
        names = tuple(contents.golden_features.columns)
        record = TrainingRecord(folder, "own", names, training_run.checkout() / training_run.PYFUNC)
        promote(mlflow_home, log_training(mlflow_home, record).version, None)
        return folder

    return write


class _ReachedTheFitError(Exception):
    """Raised in place of fitting, with the context of the training."""


@pytest.fixture
def champion_of_a_training(mlflow_home, monkeypatch):
    """Start a training and give the champion that it would be judged against."""

    def stop(resolutions, config, context):
        raise _ReachedTheFitError(context)

    monkeypatch.setattr(fit, "train", stop)

    def start(training_data):
        lesson = training_run.Lesson(None, training_data, {})
        with pytest.raises(_ReachedTheFitError) as stopped:
            training_run.train_and_register(lesson, None, mlflow_home, Console(), 1.0)
        return stopped.value.args[0].champion

    return start


def test_a_real_champion_that_no_longer_loads_is_warned_of_and_does_not_stop_a_training(
    register_damaged, champion_of_a_training, capsys
):
    register_damaged("own")
    assert champion_of_a_training("agency") is None
    assert "version 1, cannot be used" in capsys.readouterr().err


def test_a_champion_comes_with_what_it_was_when_it_was_judged(contents, register, champion_of_a_training, capsys):
    register(contents)
    champion = champion_of_a_training("own")
    assert champion.last_observed_through == "2025-06-30"
    assert champion.candidate.window == contents.candidate.window
    assert champion.candidate.loans.holds(["4:madeMADE-R0000001"]).all()
    features = contents.golden_features
    assert (champion.candidate.predict(features) == contents.classifier.predict_proba(features)).all()
    assert "judged as it is kept" not in capsys.readouterr().err


def test_a_champion_of_an_older_notebid_comes_without(contents, register, champion_of_a_training, capsys):
    register(replace(contents, candidate=None))
    assert champion_of_a_training("own").candidate is None
    assert capsys.readouterr().err == ""


def test_a_champion_whose_candidate_is_damaged_comes_without_and_with_a_warning(
    contents, register, champion_of_a_training, capsys
):
    (register(contents) / "candidate" / "loans.json").write_text("{}")
    assert champion_of_a_training("own").candidate is None
    assert "the champion is judged as it is kept: bundle" in capsys.readouterr().err


def test_a_made_champion_never_competes_so_its_bundle_may_even_be_damaged(
    register_damaged, champion_of_a_training, capsys
):
    register_damaged("made")
    assert champion_of_a_training("own") is None
    assert capsys.readouterr().err == ""


def test_a_made_model_is_refused_before_it_is_trained_even_where_the_real_champion_no_longer_loads(
    register_damaged, champion_of_a_training
):
    register_damaged("own")
    with pytest.raises(GateError, match="made data never replaces"):
        champion_of_a_training("made")
