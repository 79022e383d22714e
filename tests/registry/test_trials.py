"""Trials as runs below their training's: all of them, once, and after a failure too."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from notes import ModelError
from registry import settle as settle_module
from registry.champion import read_version
from registry.home import Home, StoreError
from registry.pending import keep, pending_files, read_pending
from registry.promote import current_champion, promote
from registry.record import log_training
from registry.settle import settle
from registry.store import experiment_id, open_store
from registry.trials import TrialRun, log_trials

BEGAN = 1_767_225_600.0  # 2026-01-01


def loads(_folder):
    """Stand for loading a bundle: these are not models."""


def trial(number, state="finished", **metrics):
    figures = {"log_loss": 0.6, "not_known": float("nan")} | metrics
    ended = BEGAN + 60.0 * number
    return TrialRun(number, state, {"l2": 2.5, "num_leaves": 6}, figures, ended - 30.0, ended, {"tuning_study": "ab"})


TRIALS = (trial(0), trial(1, "pruned"), trial(4, log_loss=0.55))


def children(home, parent):
    client = open_store(home)
    runs = client.search_runs([experiment_id(client, home)], f"tags.`mlflow.parentRunId` = '{parent}'")
    return sorted(runs, key=lambda run: run.info.start_time)


def test_trials_are_runs_below_the_training_with_their_settings_figures_and_times(mlflow_home, make_record):
    parent = log_training(mlflow_home, make_record(mlflow_home)).run_id
    assert log_trials(mlflow_home, parent, TRIALS) == 3
    found = children(mlflow_home, parent)
    assert [run.info.run_name for run in found] == ["trial 0", "trial 1", "trial 4"]
    assert [run.data.tags["tuning_state"] for run in found] == ["finished", "pruned", "finished"]
    assert found[2].data.metrics == {"log_loss": 0.55}
    assert found[2].data.params == {"l2": "2.5", "num_leaves": "6"}
    assert {run.info.status for run in found} == {"FINISHED"}
    assert (found[2].info.start_time, found[2].info.end_time) == ((BEGAN + 210) * 1000, (BEGAN + 240) * 1000)


def test_doing_it_twice_is_doing_it_once_and_what_broke_off_is_done_to_its_end(mlflow_home, make_record, dies_after):
    parent = log_training(mlflow_home, make_record(mlflow_home)).run_id
    # A trial is three writes: it is begun, filled and ended.  0 + 1 + 2 + 3 of the nine, and a death after each.
    for steps in range(4):
        assert dies_after(steps, lambda: log_trials(mlflow_home, parent, TRIALS))
    log_trials(mlflow_home, parent, TRIALS)
    assert log_trials(mlflow_home, parent, TRIALS) == 0
    found = children(mlflow_home, parent)
    assert [run.info.run_name for run in found] == ["trial 0", "trial 1", "trial 4"]
    assert {run.info.status for run in found} == {"FINISHED"}


def test_a_trainings_own_run_is_not_taken_for_a_trial_nor_a_trial_for_it(mlflow_home, make_record):
    record = replace(make_record(mlflow_home), trials=TRIALS)
    first = log_training(mlflow_home, record)
    log_trials(mlflow_home, first.run_id, record.trials)
    assert log_training(mlflow_home, record) == first


def test_no_trials_ask_nothing_of_the_store(tmp_path):
    assert log_trials(Home(tmp_path, "http://127.0.0.1:9"), "run", ()) == 0


def test_pending_trials_are_kept_as_plain_values_and_read_back(mlflow_home, make_pending):
    pending = make_pending(0.2)
    pending = replace(pending, record=replace(pending.record, trials=TRIALS))
    file = keep(mlflow_home, pending)
    read = read_pending(mlflow_home, file, pending.record.pyfunc_script)
    assert [one.to_json() for one in read.record.trials] == [one.to_json() for one in TRIALS]
    assert "not_known" not in read.record.trials[0].metrics  # not finite


def test_a_pending_file_of_before_there_were_trials_is_still_read(mlflow_home, make_pending):
    pending = make_pending(0.2)
    file = keep(mlflow_home, pending)
    kept = json.loads(file.read_text())
    del kept["trials"]
    file.write_text(json.dumps(kept))
    assert read_pending(mlflow_home, file, pending.record.pyfunc_script).record.trials == ()


def test_a_store_that_fails_at_the_trials_has_the_model_and_the_rest_stays_pending(
    mlflow_home, make_pending, monkeypatch
):
    pending = make_pending(0.2)
    pending = replace(pending, record=replace(pending.record, trials=TRIALS))
    keep(mlflow_home, pending)

    def fails(*_words):
        raise StoreError("the model store failed: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(settle_module, "log_trials", fails)
        settled = settle(mlflow_home, pending, 1.0, loads)
    assert (settled.version, settled.promoted, settled.told_before) == (1, True, False)
    assert "disk full" in settled.trials_left
    assert current_champion(mlflow_home) == 1
    [file] = pending_files(mlflow_home)
    again = settle(mlflow_home, read_pending(mlflow_home, file, pending.record.pyfunc_script), 1.0, loads)
    assert (again.version, again.promoted, again.trials_left, again.told_before) == (1, True, "", True)
    assert pending_files(mlflow_home) == []
    assert len(children(mlflow_home, log_training(mlflow_home, pending.record).run_id)) == 3


@pytest.fixture
def only_trials_left(mlflow_home, make_record, make_pending, monkeypatch):
    """A failed gate beside champion 1, and a store that failed at the trials: the training, and its file."""
    record = make_record(mlflow_home, 0.9)
    promote(mlflow_home, log_training(mlflow_home, record).version, None)
    against = (1, record.bundle_folder.name)
    pending = make_pending(0.2, passed=False, against=against)
    pending = replace(pending, record=replace(pending.record, trials=TRIALS))
    file = keep(mlflow_home, pending)

    def fails(*_words):
        raise StoreError("the model store failed: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(settle_module, "log_trials", fails)
        assert settle(mlflow_home, pending, 1.0, loads).version == 2
    return pending, file, against


def test_trials_that_are_logged_late_leave_the_challenger_to_the_later_training(
    mlflow_home, only_trials_left, make_pending
):
    first, file, against = only_trials_left
    assert settle(mlflow_home, make_pending(0.3, passed=False, against=against), 1.0, loads).version == 3
    late = settle(mlflow_home, read_pending(mlflow_home, file, first.record.pyfunc_script), 1.0, loads)
    assert (late.version, late.promoted, late.told_before) == (2, False, True)
    assert "share of foreclosure: 5 points" in late.why_not
    assert read_version(mlflow_home, alias="challenger").version == 3


def test_even_a_file_that_does_not_say_what_is_settled_never_makes_an_older_model_the_challenger(
    mlflow_home, only_trials_left, make_pending
):
    first, _, against = only_trials_left  # as it was handed over, before the store failed: a kill -9 leaves that
    settle(mlflow_home, make_pending(0.3, passed=False, against=against), 1.0, loads)
    assert not settle(mlflow_home, first, 1.0, loads).told_before
    assert read_version(mlflow_home, alias="challenger").version == 3


def test_what_was_settled_on_one_store_is_not_settled_on_another(mlflow_home, only_trials_left):
    first, file, _ = only_trials_left
    pending = read_pending(mlflow_home, file, first.record.pyfunc_script)
    elsewhere = replace(pending, settlement=replace(pending.settlement, run_id="0" * 32))
    assert not settle(mlflow_home, elsewhere, 1.0, loads).told_before


@pytest.mark.parametrize("damage", [{"promoted": "yes"}, {"version": "2"}, {"run_id": None, "version": None}])
def test_a_damaged_word_on_what_is_settled_is_refused(mlflow_home, only_trials_left, damage):
    first, file, _ = only_trials_left
    kept = json.loads(file.read_text())
    kept["settlement"] |= damage
    file.write_text(json.dumps(kept))
    with pytest.raises(ModelError, match="it cannot be read"):
        read_pending(mlflow_home, file, first.record.pyfunc_script)


def test_a_trial_costs_three_calls_to_the_store_however_many_there_are(mlflow_home, make_record, monkeypatch):
    from mlflow import MlflowClient

    calls: list[str] = []

    def counted(name, call):
        def wrapped(*words, **named):
            calls.append(name)
            return call(*words, **named)

        return wrapped

    parent = log_training(mlflow_home, make_record(mlflow_home)).run_id
    for name in [one for one in dir(MlflowClient) if not one.startswith("_") and callable(getattr(MlflowClient, one))]:
        monkeypatch.setattr(MlflowClient, name, counted(name, getattr(MlflowClient, name)))
    log_trials(mlflow_home, parent, tuple(trial(number) for number in range(5)))
    of_five = len(calls)
    # Begun, filled and ended, and for all of them together: the experiment, and what is there.
    assert {name: calls.count(name) for name in ("create_run", "log_batch", "set_terminated", "search_runs")} == {
        "create_run": 5,
        "log_batch": 5,
        "set_terminated": 5,
        "search_runs": 1,
    }
    log_trials(mlflow_home, parent, tuple(trial(number) for number in range(25)))
    assert len(calls) - of_five == of_five + 15 * 3
