"""What a training says at its end."""

import argparse
import csv
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import train
from cli.console import Console, Progress
from cli.main import main
from cli.training_run import STAGES
from notes import TapeError
from tapes import ExceptedField
from training.fitting import STEPS
from training.gate import Check, Verdict
from worlds import WorldSettings, make_world
from worlds.write import write_world


@pytest.fixture
def gate_fails(mlflow_home, monkeypatch):
    """Let a training end as version 7 with a required check failed, while a version, or none, is champion."""

    def install(champion, n_test=1_240, n_compared=1_240):
        check = Check("log loss", False, True, "0.9 against 0.8")
        result = SimpleNamespace(verdict=Verdict("first", (check,)), metrics={}, warnings=(), tuning=None)
        result.evaluation = SimpleNamespace(n_test=n_test, n_compared=n_compared)
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
    assert last == (
        f"{stays}; to bid with version 7 all the same: make score MODEL=7; to make it champion against the gate: "
        'notebid promote 7 --force --why "the reason"'
    )


@pytest.mark.parametrize(
    ("n_test", "n_compared", "rests"),
    [
        (1_240, 1_240, "judged on 1,240 test notes"),
        (1, 1, "judged on 1 test note"),
        (1_240, 310, "judged on 1,240 test notes, beside the champion on 310 of them"),
    ],
)
def test_a_failed_gate_says_on_how_many_notes_it_rests(gate_fails, capsys, n_test, n_compared, rests):
    gate_fails(3, n_test, n_compared)
    assert main(["train", "--quiet"]) == 5
    assert capsys.readouterr().err.splitlines()[-2] == rests


def test_each_stage_of_a_training_is_a_line_on_stderr_and_quiet_silences_them(capsys):
    assert set(STAGES) == set(STEPS)
    for quiet, lines in ((False, list(STAGES.values())), (True, [])):
        with Progress(Console(quiet=quiet), "training", STAGES) as progress:
            for done, step in enumerate(STEPS):
                progress(step, done, len(STEPS))
            progress("tune", 0, len(STEPS))  # speaks for itself
        printed = capsys.readouterr()
        assert printed.err.splitlines() == lines
        assert printed.out == ""


def _reading(n_read, *codes):
    """A reading of which one row is excepted for each of ``codes``; a row may have several, joined by +."""
    exceptions = [
        SimpleNamespace(row=row, code=code) for row, all_of in enumerate(codes, 2) for code in all_of.split("+")
    ]
    lost = {"": 1, "foreclosure": len(codes) - 1}
    return SimpleNamespace(
        resolutions=[None] * n_read, exceptions=exceptions, loans_read={"reperform": n_read}, loans_left_out=lost
    )


def test_it_is_told_beside_the_figures_where_a_twentieth_of_the_file_taught_nothing():
    assert train._remarks(_reading(77, *["E_DATE"] * 4)) == ()  # 4 of 81
    [said] = train._remarks(_reading(133, *["E_DATE"] * 7))  # 7 of 140, a twentieth
    assert said.startswith("7 of 140 rows of the file (5%) taught nothing, excepted mostly for E_DATE 7:")
    assert said.endswith(
        "; loans of which nothing is left, by outcome: foreclosure 6 of 6, open 1 of 1, none of the others"
    )
    [said] = train._remarks(_reading(5, "E_DATE", "E_DATE", "E_DATE+E_DATE", "E_MONEY", "E_MONEY+E_DATE"))
    assert said.startswith("5 of 10 rows of the file (50%) taught nothing, excepted mostly for E_DATE 4, E_MONEY 2:")


def test_rows_that_are_there_twice_and_totals_had_nothing_to_teach():
    assert train._remarks(_reading(3, "E_DUP_SAME", "E_DUP_SAME", "E_TOTAL")) == ()
    [said] = train._remarks(_reading(3, "E_DUP_SAME", "E_TOTAL", "E_DATE"))
    assert said.startswith("1 of 4 rows of the file (25%) taught nothing, excepted mostly for E_DATE 1:")


def _left_out(n_read, *exceptions):
    counts = SimpleNamespace(rows=n_read + len({one.row for one in exceptions}))
    return SimpleNamespace(resolutions=[None] * n_read, counts=counts, exceptions=exceptions)


def _bad_date(row, field="resolution_date"):
    return ExceptedField(row, f"L{row}", field, "31.13.2021", "E_DATE", "Write it as YYYY-MM-DD.")


def test_every_row_that_was_left_out_is_named_or_in_a_file(tmp_path, capsys):
    path = tmp_path / "new" / "abc.csv"
    lost = ExceptedField(9, "L9", "outcome", "", "E_LOAN_ENDS", "Correct an outcome.")
    train._report_exceptions(_left_out(1, *map(_bad_date, range(2, 9)), lost, _bad_date(9, "due")), path, Console())
    assert capsys.readouterr().err.splitlines() == [
        "warning: E_DATE, resolution_date: rows 2, 3, 4, 5, 6 and 2 more; Write it as YYYY-MM-DD.",
        "warning: E_LOAN_ENDS, outcome: row 9; Correct an outcome.",
        "warning: E_DATE, due: row 9; Write it as YYYY-MM-DD.",
        f"every row that was left out, with reason and fix: {path}",
    ]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "row,loan_id,field,value,code,fix"
    assert lines[7:9] == [
        "8,L8,resolution_date,31.13.2021,E_DATE,Write it as YYYY-MM-DD.",
        "9,L9,outcome,,E_LOAN_ENDS,Correct an outcome.",
    ]
    assert [one.name for one in path.parent.iterdir()] == ["abc.csv"]


def test_a_file_of_which_no_row_is_left_is_refused_with_the_place_of_the_reasons(tmp_path):
    path = tmp_path / "abc.csv"
    with pytest.raises(TapeError, match=f"none of 2 rows can be learned from; .* in {path}"):
        train._report_exceptions(_left_out(0, _bad_date(2), _bad_date(2, "due"), _bad_date(3)), path, Console())
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_rows_left_out_for_a_date_after_the_as_of_date_reach_the_report(mlflow_home, tmp_path):
    write_world(make_world(WorldSettings("smooth", 60, 0, 3)), tmp_path)
    path = tmp_path / "resolutions.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows[:4]:
        row["valuation_date"] = row["observed_through"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    lesson = train._lesson(parser.parse_args([str(path)]), mlflow_home, Console(quiet=True))
    assert len(lesson.resolutions) == 56
    assert lesson.file.excepted_as_later == {"valuation_date": 4}


def test_no_file_is_written_where_every_row_was_read(tmp_path, capsys):
    train._report_exceptions(_left_out(5), tmp_path / "new" / "abc.csv", Console())
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""
