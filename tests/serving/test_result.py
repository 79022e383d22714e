"""The result folder: what is in it, where it stands, and that it never writes over what it was made from."""

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from cli.main import main
from serving.request import slug

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ["bids.csv", "bids.xlsx", "exceptions.csv", "run.json", "run.log", "seller_questions.md"]


@pytest.fixture
def default_out(tmp_path, bundle_folder, monkeypatch):
    """Score without ``--out`` and give the home's folder of results."""
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))

    def run(tape, *words):
        assert main(["score", "--quiet", f"--model={bundle_folder}", str(tape), *words]) == 0
        return sorted(one.name for one in (tmp_path / "home" / "out").iterdir())

    return run


def test_a_result_holds_the_letter_to_the_seller_and_its_hash(run_score, tmp_path, example, write_tape_text):
    heading, rows = example
    tape = write_tape_text(heading, rows[:20], "Heron 063025.csv")
    assert run_score(tape) == 0
    folder = tmp_path / "result"
    assert sorted(one.name for one in folder.iterdir()) == FILES
    letter = (folder / "seller_questions.md").read_bytes()
    run = json.loads((folder / "run.json").read_text())
    assert run["files"]["seller_questions.md"] == hashlib.sha256(letter).hexdigest()
    assert b"Thank you for the tape `Heron 063025.csv` (20 loans, as of June 30, 2025)." in letter


def test_nothing_of_ours_is_in_the_letter(run_score, tmp_path):
    assert run_score() == 0
    letter = (tmp_path / "result" / "seller_questions.md").read_text(encoding="utf-8")
    bids = (tmp_path / "result" / "bids.csv").read_text(encoding="utf-8").splitlines()
    numbers = {cell for line in bids[1:] for cell in line.split(",")[3:] if len(cell) > 4 and cell[0].isdigit()}
    assert not [one for one in numbers if one in letter]
    for word in ("DEMO", "FILL_", "W_", "E_", "REVIEW", "probab", "assum", "model"):
        assert word not in letter


def test_the_workbook_lists_every_column_of_the_tape(run_score, tmp_path, example, write_tape_text):
    heading, rows = example
    tape = write_tape_text([*heading, "Colour"], [[*row, "red"] for row in rows[:5]])
    assert run_score(tape) == 0
    sheet = openpyxl.load_workbook(tmp_path / "result" / "bids.xlsx")["Columns"]
    listed = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=3)]
    assert sorted(one[0] for one in listed) == sorted([*heading, "Colour"])
    assert {one[0]: one[1] for one in listed}["upb"] == "upb"
    assert {one[0]: one[1] for one in listed}["Colour"] is None


def test_fault_27_a_stale_tape_is_warned_of_on_every_output(run_score, tmp_path, example, write_tape_text, capsys):
    heading, rows = example
    at = heading.index("as_of_date")
    old = [[("2020-01-31" if i == at else cell) for i, cell in enumerate(row)] for row in rows[:1]]
    for name in ("origination_date", "valuation_date", "next_due_date", "paid_to_date", "last_payment_date"):
        old[0][heading.index(name)] = "2019-12-01"
    old[0][heading.index("first_payment_date")] = "2020-01-01"
    assert run_score(write_tape_text(heading, old)) == 0
    folder, said = tmp_path / "result", "over 12 months old"
    assert said in capsys.readouterr().out
    assert said in (folder / "run.log").read_text()
    assert any(said in one for one in json.loads((folder / "run.json").read_text())["warnings"])
    assert "W_TAPE_OLD" in (folder / "bids.csv").read_text()
    for sheet in openpyxl.load_workbook(folder / "bids.xlsx"):
        assert any(said in str(cell.value) for row in sheet["A1:E2"] for cell in row), sheet.title


def test_the_log_holds_the_warnings_of_the_reading(run_score, tmp_path, example, write_tape_text):
    heading, rows = example
    assert run_score(write_tape_text([*heading, "Colour"], [[*row, "red"] for row in rows[:2]])) == 0
    assert "'Colour'" in (tmp_path / "result" / "run.log").read_text()


def test_two_tapes_of_one_name_and_date_have_a_result_each(default_out, tmp_path, example, write_tape_text):
    heading, rows = example
    (tmp_path / "b").mkdir()
    first, second = write_tape_text(heading, rows[:3]), write_tape_text(heading, rows[3:6], "b/tape.csv")
    assert default_out(first) == ["tape-2025-06-30"]
    one, two = default_out(second)
    assert one == "tape-2025-06-30"
    assert two.startswith("tape-2025-06-30-")
    assert len(two) == len(one) + 9
    # Each goes back to its own place.
    held = (tmp_path / "home" / "out" / one / "bids.csv").read_bytes()
    assert default_out(second) == default_out(first) == [one, two]
    assert (tmp_path / "home" / "out" / one / "bids.csv").read_bytes() == held


@pytest.mark.parametrize("name", ["bids.csv", "exceptions.csv", "seller_questions.md"])
def test_fault_22_a_file_that_is_read_is_never_written_over(run_score, tmp_path, name, capsys):
    assert run_score() == 0
    folder = tmp_path / "result"
    shutil.copyfile(ROOT / "examples" / "tape.csv", folder / name)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert run_score(folder / name) == 2
    assert "would be written over" in capsys.readouterr().err
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_fault_22_the_tape_itself_is_no_place_for_the_result(run_score, tmp_path, example, write_tape_text):
    tape = write_tape_text(*example, "result")
    before = tape.read_bytes()
    assert run_score(tape) == 2
    assert tape.read_bytes() == before


def test_fault_23_a_disk_that_refuses_leaves_the_former_result_and_names_the_place(
    run_score, tmp_path, monkeypatch, capsys
):
    assert run_score() == 0
    before = (tmp_path / "result" / "run.json").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device", str(tmp_path / "result" / "bids.csv"))

    monkeypatch.setattr("serving.result.write_csv", full)
    assert run_score() == 2
    assert "No space left on device" in capsys.readouterr().err
    assert (tmp_path / "result" / "run.json").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "partial" in one.name] == []


@pytest.mark.parametrize(
    "name", ["a b;c $(touch x) `touch y`.csv", "-rf.csv", "ünï\n.csv", "'quoted\".csv", "CON.csv", "x" * 200 + ".csv"]
)
def test_fault_21_any_file_name_is_scored_and_makes_a_plain_folder_name(default_out, tmp_path, example, name):
    tape = tmp_path / "in" / name
    tape.parent.mkdir()
    shutil.copyfile(ROOT / "examples" / "tape.csv", tape)
    [folder] = default_out(tape)
    assert all(mark.isascii() and (mark.isalnum() or mark in "._-") for mark in folder)
    assert len(folder) <= 100
    assert sorted(one.name for one in tape.parent.iterdir()) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/x", "etc-x"),
        ("CON", "tape-CON"),
        ("com1.csv", "tape-com1.csv"),
        ("..", "tape"),
        (".hidden", "hidden"),
        ("C:\\x", "C-x"),
        ("x" * 300, "x" * 80),
        ("\x00\n", "tape"),
        ("trailing. ", "trailing"),
    ],
)
def test_fault_55_no_text_leaves_the_folder_or_names_a_device(text, name):
    assert slug(text) == name


def test_fault_55_a_loan_number_names_no_file(run_score, tmp_path, example, write_tape_text):
    heading, rows = example
    changed = [list(row) for row in rows[:3]]
    for row, loan_id in zip(changed, ("../../etc/x", "CON", "y" * 100), strict=True):
        row[heading.index("loan_id")] = loan_id
    assert run_score(write_tape_text(heading, changed)) == 0
    assert sorted(one.name for one in (tmp_path / "result").iterdir()) == FILES
    assert sorted(one.name for one in tmp_path.iterdir()) == ["result", "tape.csv"]
