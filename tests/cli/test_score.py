"""The arguments of a score."""

import datetime as dt

import pytest

from cli.main import main
from cli.reading import as_of_argument
from notes import UsageError


def test_the_first_as_of_date_is_the_first_day_of_1950():
    assert as_of_argument("1950-01-01") == dt.date(1950, 1, 1)
    with pytest.raises(UsageError, match=r"1949-12-31.*a day from 1950-01-01 on"):
        as_of_argument("1949-12-31")


@pytest.mark.parametrize("command", [["score"], ["features", "--out=f.csv"]])
def test_an_as_of_before_1950_is_wrong_use(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path))
    assert main([command[0], "tape.csv", *command[1:], "--as-of=0026-06-30"]) == 2
    assert "from 1950-01-01 on" in capsys.readouterr().err
