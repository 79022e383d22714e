"""``notebid train --tune`` from the words to what is kept: settings, report, manifest, runs below the training's."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli import train
from cli.main import main
from cli.tuning import add_tuning_arguments, trial_runs
from registry.home import Home
from registry.store import experiment_id, open_store
from tests.cli.tiny_training import lesson
from training.config import TrainingConfig
from training.tune_words import kept_words

QUICK = """
[data]
min_class_count = 5
[model]
max_rounds = 20
folds = 2
open_notes_below = 0
n_jobs = 1
[tuning]
inner_folds = 2
[gate]
bootstrap_draws = 100
max_mean_difference = 0.5
[judgement]
learning_percents = []
importance_notes = 50
priced_notes = 50
drift_notes = 200
"""


@pytest.fixture
def quick(mlflow_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A configuration with hardly any effort, for the made example data shrunk to a thousand notes."""
    monkeypatch.setattr(train, "made_lesson", lambda: lesson(3))
    file = tmp_path / "quick.toml"
    file.write_text(QUICK)
    return str(file)


@pytest.mark.slow
def test_a_tuned_training_keeps_its_settings_its_report_and_its_trials(quick, mlflow_home, capsys):
    words = ["train", "--config", quick, "--tune-trials", "3", "--json"]
    assert main(words) == 0
    printed = capsys.readouterr()
    values = json.loads(printed.out)
    assert values["tuning"]["trials"] == 3
    assert "tuning for 3 trials" in printed.err
    assert "quick.toml: not in it, so as in configs/training.toml: [label], [snapshots]" in printed.err

    file = Path(values["tuning"]["file"])
    used = TrainingConfig.from_toml(file).model.members
    assert used == TrainingConfig.from_dict({"model": {"members": values["tuning"]["settings"]}}).model.members
    assert "Tuning" in (file.parent / "report.html").read_text()
    assert len(json.loads((file.parent / "metrics.json").read_text())["tuning"]["trials"]) == 3
    manifest = json.loads((mlflow_home.bundles / values["bundle_sha256"] / "manifest.json").read_text())
    assert manifest["information"]["tuning"]["settings"] == values["tuning"]["settings"]

    client = open_store(mlflow_home)
    runs = client.search_runs([experiment_id(client, mlflow_home)])
    [parent] = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    below = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    assert sorted(run.info.run_name for run in below) == ["trial 0", "trial 1", "trial 2"]
    assert parent.data.params["tuning.trials"] == "3"
    assert parent.data.params["model.members.l2"] == str(used.l2)

    assert main([*words, "--quiet"]) == 0  # the same question: the study answers, and nothing is said
    printed = capsys.readouterr()
    assert json.loads(printed.out)["bundle_sha256"] == values["bundle_sha256"]
    assert printed.err == ""
    assert len(list(mlflow_home.tuning.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tune", "0"], "'0' is not a number of minutes above 0"),
        (["--tune", "inf"], "'inf' is not a number of minutes above 0"),
        (["--tune", "10081"], "'10081' is more than a week of minutes (10,080); give fewer"),
        (["--tune", "soon"], "'soon' is not a number of minutes above 0"),
        (["--tune-trials", "0"], "'0' is not a number of trials, 1 or more"),
    ],
)
def test_a_budget_that_is_none_is_wrong_use(words, told, capsys):
    assert main(["train", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_week_of_minutes_is_a_budget():
    parser = argparse.ArgumentParser()
    add_tuning_arguments(parser)
    assert parser.parse_args(["--tune", "10080"]).tune == 10_080


@pytest.mark.parametrize(("n_done", "kept"), [(3, "3 trials are kept"), (1, "1 trial is kept")])
def test_an_ended_search_says_that_its_trials_are_kept(quick, monkeypatch, capsys, n_done, kept):
    def ended(lesson, *more):
        lesson.search.keeps(kept_words(n_done))
        raise KeyboardInterrupt(signal.SIGTERM)

    monkeypatch.setattr(train, "train_and_register", ended)
    assert main(["train", "--config", quick, "--tune", "5", "--quiet"]) == 130
    assert capsys.readouterr().err == f"notebid: interrupted; {kept}; the same command goes on\n"


def test_without_the_word_nothing_is_searched(quick, monkeypatch):
    seen = []
    monkeypatch.setattr(train, "train_and_register", lambda lesson, *more: seen.append(lesson) or _stop())
    with pytest.raises(StopIteration):
        train.run(_arguments(quick), _console())
    assert seen[0].search is None
    assert trial_runs(None) == ()


@pytest.mark.slow
def test_who_does_not_search_does_not_wait_for_optuna():
    code = "import sys, cli.train, cli.score, training.fit, training.tune; sys.exit('optuna' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.slow
def test_ctrl_c_ends_the_search_and_the_training_goes_on_to_its_end(tmp_path):
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "quick.toml").write_text(QUICK.replace("n_jobs = 1", "n_jobs = 2"))  # the workers hear of it too
    environment = {**os.environ, "NOTEBID_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    cli = [sys.executable, "-m", "cli"]
    world = [*cli, "world", "--kind", "smooth", "--resolutions", "1000", "--tape", "10", "--seed", "3"]
    subprocess.run([*world, "--out", str(tmp_path / "w")], cwd=root, env=environment, check=True, capture_output=True)
    words = [*cli, "train", str(tmp_path / "w" / "resolutions.csv"), "--config", str(tmp_path / "quick.toml")]
    with subprocess.Popen(
        [*words, "--payments", str(tmp_path / "w" / "payments.csv"), "--tune", "60"],
        cwd=root,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that were begun in the background would hand down an ignored signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if "the settings to beat" in line:
                os.killpg(process.pid, signal.SIGINT)
        printed = process.stdout.read()
    assert process.returncode == 0, "".join(said)
    assert any("stopped by hand; the training goes on" in line for line in said)
    after = said[said.index("training now; Ctrl-C again gives up\n") + 1 :]
    assert [line.split(":")[0] for line in after[:4]] == ["training"] * 4  # fit, baselines, judge, refit
    assert not any("Traceback" in line for line in said)
    assert "Tuning" in printed
    assert "settings.toml" in printed


def _stop():
    raise StopIteration


def _arguments(config):
    from argparse import ArgumentParser, Namespace

    parser = ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args(["--config", str(config)], Namespace(wait=1.0))


def _console():
    from cli.console import Console

    return Console(quiet=True)
