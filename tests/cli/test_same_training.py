"""The same data trained once more make the same bundle, and a report of their own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.console import Console
from cli.main import main
from cli.training_run import _gate_record, train_and_register
from registry.champion import RegisteredVersion, read_version
from registry.pending import pending_files
from registry.promote import current_champion, promote_by_force
from registry.store import open_store
from tests.cli.tiny_training import lesson, tiny_config
from training.file_facts import FileFacts
from training.gate import Rule, Verdict


@pytest.fixture
def train(mlflow_home):
    """Train on the same notes of one's own, in the home or with its store out of reach."""

    def run(home=mlflow_home, seed=5):
        own = replace(lesson(seed), training_data="own", file=FileFacts(remarks=("half the file was excepted",)))
        return train_and_register(own, tiny_config(), home, Console(), 1.0)

    return run


def content(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def logged(home, report_folder, place):
    """Give the files of the report that lie with the run of one training."""
    client = open_store(home)
    [run] = client.search_runs(["1"], f"tags.report_folder = '{report_folder}'")
    run_id = run.info.run_id
    names = [one.path for one in client.list_artifacts(run_id) if not one.is_dir]
    return {name: Path(client.download_artifacts(run_id, name, place)).read_bytes() for name in names}


def test_the_champion_trained_again_is_no_challenger_and_its_report_stays_as_it_was(mlflow_home, train, tmp_path):
    first = train()
    assert first.promoted
    assert "half the file was excepted" in first.result.warnings
    before = content(first.report.parent)
    second = train()
    second.raise_unless_champion()
    assert (second.version, second.promoted) == (1, True)
    assert (
        second.result.verdict.nothing_to_promote
        == "this is the champion (version 1) to the last byte: nothing to promote"
    )
    assert len(open_store(mlflow_home).search_model_versions("name = 'note-outcomes'")) == 1
    assert read_version(mlflow_home, alias="challenger") is None

    assert second.bundle_folder == first.bundle_folder
    assert first.report.parent == mlflow_home.reports / first.bundle_folder.name
    assert second.report.parent == mlflow_home.reports / f"{first.bundle_folder.name}-2"
    assert content(first.report.parent) == before
    verdicts = [json.loads((one.report.parent / "metrics.json").read_text())["verdict"] for one in (first, second)]
    assert [(one["promote"], one["champion_name"]) for one in verdicts] == [(True, ""), (False, "version 1")]
    for name in ("report.html", "model_card.md"):
        said = (second.report.parent / name).read_text(encoding="utf-8")
        assert "champion (version 1) to the last byte" in said
        assert "no evidence that it is better" not in said
    assert len(list(mlflow_home.reports.iterdir())) == 2
    for number, one in enumerate((first, second)):
        (tmp_path / str(number)).mkdir()
        assert logged(mlflow_home, one.report.parent.name, tmp_path / str(number)) == content(one.report.parent)


def test_that_no_gate_was_asked_is_recorded_as_no_pass():
    champion = RegisteredVersion(1, "READY", "", "a" * 64, "own")
    gate = _gate_record(Verdict(Rule.CHAMPION, (), "version 1"), champion)
    assert (gate.passed, gate.judged_against) == (False, 1)
    assert gate.failed_checks == ("it was the champion, so no gate was asked",)
    assert _gate_record(Verdict(Rule.CHAMPION, ()), champion).passed


def test_the_command_ends_well_and_says_that_there_is_nothing_to_promote(mlflow_home, train, monkeypatch, capsys):
    first = train()
    monkeypatch.setattr("cli.train.train_and_register", lambda *words: train())
    monkeypatch.setattr("cli.train.made_lesson", lambda: None)
    assert main(["train"]) == 0
    said = capsys.readouterr().out
    assert "Gate: not asked" in said
    assert (
        f"\nthis is the champion (version 1) to the last byte: nothing to promote; bundle {first.bundle_folder.name[:12]}"
        in said
    )
    assert "FAIL" not in said


def test_a_model_that_is_no_champion_trained_again_keeps_its_number_and_is_judged_as_before(mlflow_home, train, capsys):
    first = train()
    other = train(seed=6)
    assert not other.promoted
    promote_by_force(mlflow_home, other.version, "to see")
    again = train()
    assert (other.version, again.version) == (2, 1)
    assert f"to the last byte bundle {first.bundle_folder.name[:12]}" in capsys.readouterr().err
    assert any("better than the champion" in line for line in again.result.verdict.reasons)
    assert (again.promoted, again.result.verdict.promote) == (
        False,
        False,
    )  # version 1 was champion once, and is not now
    assert current_champion(mlflow_home) == 2
    tags = open_store(mlflow_home).get_model_version("note-outcomes", "1").tags
    assert (tags["judged_against"], tags["verdict"]) == ("2", "failed")


def test_what_is_logged_later_comes_with_the_report_of_the_training_that_is_pending(
    mlflow_home, train, monkeypatch, capsys
):
    first = train()
    with monkeypatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        second = train(replace(mlflow_home, tracking_uri="http://127.0.0.1:9"))
    assert second.not_logged
    assert second.report.parent.name == f"{first.bundle_folder.name}-2"
    (second.report.parent / "model_card.md").write_text("the second's")
    [file] = pending_files(mlflow_home)
    assert file.stem == first.bundle_folder.name
    assert main(["sync"]) == 0
    assert "version 1 is the champion to the last byte: nothing to promote" in capsys.readouterr().out
    (mlflow_home.root / "down").mkdir()
    assert logged(mlflow_home, second.report.parent.name, mlflow_home.root / "down")["model_card.md"] == b"the second's"
