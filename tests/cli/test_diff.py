"""The arguments of a comparison."""

import pytest

from cli.main import main


@pytest.mark.parametrize("which", ["old", "new"])
def test_each_tape_has_a_date_of_its_own(which, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path))
    assert main(["diff", "a.csv", "b.csv", f"--as-of-{which}=0026-06-30"]) == 2
    assert "from 1950-01-01 on" in capsys.readouterr().err


def test_an_empty_name_is_no_tape(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path))
    assert main(["diff", "--", "", "b.csv"]) == 2
    assert "make diff OLD=may.xlsx NEW=june.xlsx" in capsys.readouterr().err


def test_two_tapes_are_needed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path))
    assert main(["diff", "a.csv"]) == 2
    assert "the following arguments are required: new" in capsys.readouterr().err
