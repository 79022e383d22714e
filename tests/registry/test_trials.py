"""Trials as runs below their training's: all of them, once, and after a failure too."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from registry import settle as settle_module
from registry.home import Home, StoreError
from registry.pending import keep, pending_files, read_pending
from registry.promote import current_champion
from registry.record import log_training
from registry.settle import settle
from registry.store import experiment_id, open_store
from registry.trials import TrialRun, log_trials

BEGAN = 1_767_225_600.0  # 2026-01-01


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
        settled = settle(mlflow_home, pending, 1.0, lambda folder: None)
    assert (settled.version, settled.promoted) == (1, True)
    assert "disk full" in settled.trials_left
    assert current_champion(mlflow_home) == 1
    assert len(pending_files(mlflow_home)) == 1
    again = settle(mlflow_home, pending, 1.0, lambda folder: None)
    assert (again.version, again.promoted, again.trials_left) == (1, True, "")
    assert pending_files(mlflow_home) == []


@pytest.mark.slow
def test_fifty_trials_are_logged_in_a_small_part_of_the_time_that_they_took(mlflow_home, make_record):
    import time

    parent = log_training(mlflow_home, make_record(mlflow_home)).run_id
    many = tuple(trial(number) for number in range(50))
    began = time.process_time()
    log_trials(mlflow_home, parent, many)
    assert time.process_time() - began < 30  # fifty trials of a real search take some minutes; here about 3 s
