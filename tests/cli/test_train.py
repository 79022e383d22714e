"""What a training says at its end."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import train
from cli.main import main
from training.gate import Check, Verdict


@pytest.fixture
def gate_fails(mlflow_home, monkeypatch):
    """Let a training end as version 7 with a required check failed, while a version, or none, is champion."""

    def install(champion):
        check = Check("log loss", False, True, "0.9 against 0.8")
        result = SimpleNamespace(verdict=Verdict("first", (check,)), metrics={}, warnings=(), tuning=None)
        trained = train.Trained(result, Path("0" * 64), 7, False, Path("report.html"))
        monkeypatch.setattr(train, "train_and_register", lambda *words: trained)
        monkeypatch.setattr(train, "made_lesson", lambda: None)
        monkeypatch.setattr("training.report.report_lines", lambda result: [])
        monkeypatch.setattr("registry.promote.current_champion", lambda home: champion)

    return install


@pytest.mark.parametrize(
    ("champion", "stays"), [(3, "version 3 stays the champion"), (None, "there is still no champion")]
)
def test_a_failed_gate_ends_with_what_stays_and_how_to_use_the_model_all_the_same(gate_fails, capsys, champion, stays):
    gate_fails(champion)
    assert main(["train", "--quiet"]) == 5
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"{stays}; to bid with version 7 all the same: make score MODEL=7"
