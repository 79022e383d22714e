"""Which champion a training is judged against, and that a champion past use does not stop the training that replaces it."""

import hashlib

import pytest

from cli import training_run
from cli.console import Console
from notes import GateError
from registry.promote import promote
from registry.record import TrainingRecord, log_training
from training import fit


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
