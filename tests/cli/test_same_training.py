"""The same data trained once more make the same bundle, and a report of their own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.console import Console
from cli.main import main
from cli.training_run import train_and_register
from notes import GateError
from registry.pending import pending_files
from registry.store import open_store
from tests.cli.tiny_training import lesson, tiny_config


@pytest.fixture
def train(mlflow_home):
    """Train on the same notes of one's own, in the home or with its store out of reach."""

    def run(home=mlflow_home):
        own = replace(lesson(5), training_data="own", remarks=("half the file was excepted",))
        return train_and_register(own, tiny_config(), home, Console(), 1.0)

    return run


def content(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def logged(home, version, place):
    """Give the files of the report that lie with a version's run."""
    client = open_store(home)
    run_id = client.get_model_version("note-outcomes", str(version)).run_id
    names = [one.path for one in client.list_artifacts(run_id) if not one.is_dir]
    return {name: Path(client.download_artifacts(run_id, name, place)).read_bytes() for name in names}


def test_the_second_training_leaves_the_champion_s_report_as_it_was(mlflow_home, train, tmp_path, capsys):
    first = train()
    assert first.promoted
    assert "half the file was excepted" in first.result.warnings
    before = content(first.report.parent)
    assert "to the last byte" not in capsys.readouterr().err
    second = train()
    assert f"to the last byte bundle {first.bundle_folder.name[:12]}" in capsys.readouterr().err
    with pytest.raises(GateError, match="no evidence that it is better"):
        second.raise_unless_champion()

    assert second.bundle_folder == first.bundle_folder
    assert first.report.parent == mlflow_home.reports / first.bundle_folder.name
    assert second.report.parent == mlflow_home.reports / f"{first.bundle_folder.name}-2"
    assert content(first.report.parent) == before
    verdicts = [json.loads((one.report.parent / "metrics.json").read_text())["verdict"] for one in (first, second)]
    assert [one["promote"] for one in verdicts] == [True, False]
    assert len(list(mlflow_home.reports.iterdir())) == 2
    for one in (first, second):
        (tmp_path / str(one.version)).mkdir()
        assert logged(mlflow_home, one.version, tmp_path / str(one.version)) == content(one.report.parent)


def test_what_is_logged_later_comes_with_the_report_of_the_training_that_is_pending(mlflow_home, train, monkeypatch):
    first = train()
    with monkeypatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        second = train(replace(mlflow_home, tracking_uri="http://127.0.0.1:9"))
    assert second.not_logged
    assert second.report.parent.name == f"{first.bundle_folder.name}-2"
    (second.report.parent / "model_card.md").write_text("the second's")
    [file] = pending_files(mlflow_home)
    assert file.stem == first.bundle_folder.name
    assert main(["sync"]) in (0, 5)
    (mlflow_home.root / "down").mkdir()
    assert logged(mlflow_home, 2, mlflow_home.root / "down")["model_card.md"] == b"the second's"
