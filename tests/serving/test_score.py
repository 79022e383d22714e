"""The scoring line from a file to a result folder."""

import csv
import json
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from cli.main import main
from models.bundle import write_bundle
from notes import OUTCOMES
from notes.inputs import Inputs

ROOT = Path(__file__).resolve().parent.parent.parent
TAPE, PAYMENTS = ROOT / "examples" / "tape.csv", ROOT / "examples" / "payments.csv"


def _rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _bytes(folder):
    return (folder / "bids.csv").read_bytes(), (folder / "run.json").read_bytes()


def test_every_row_of_the_example_is_bid_or_excepted_with_code_and_fix(run_score, tmp_path, example):
    assert run_score() == 0
    bids, exceptions = _rows(tmp_path / "result" / "bids.csv"), _rows(tmp_path / "result" / "exceptions.csv")
    loan_ids = sorted(row[example[0].index("loan_id")] for row in example[1])
    excepted = {(one["row"], one["loan_id"]) for one in exceptions}
    assert sorted([one["loan_id"] for one in bids] + [loan for _, loan in excepted]) == loan_ids
    assert all(one["code"].startswith("E_") and one["fix"] for one in exceptions)
    assert len(exceptions) >= 5
    counts = json.loads((tmp_path / "result" / "run.json").read_text())["counts"]
    assert (counts["priced"], counts["excepted"]) == (len(bids), len(excepted))


def test_the_example_may_be_bid_with_a_made_model_and_says_nothing_of_a_demo(run_score, tmp_path, capsys):
    assert run_score() == 0
    assert "DEMO" not in capsys.readouterr().out
    run = json.loads((tmp_path / "result" / "run.json").read_text())
    assert (run["training_data"], run["demo_model"]) == ("made", False)


def test_any_other_tape_bid_with_a_made_model_is_marked_everywhere(
    run_score, tmp_path, example, write_tape_text, capsys
):
    heading, rows = example
    assert run_score(write_tape_text(heading, rows[:20])) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("DEMO MODEL")
    assert json.loads((tmp_path / "result" / "run.json").read_text())["demo_model"] is True
    for row in _rows(tmp_path / "result" / "bids.csv"):
        assert row["bid_status"] == "REVIEW"
        assert "DEMO_MODEL" in row["flags"].split(";")


def test_a_tape_of_any_size_without_payments_is_told_that_the_model_goes_by_them(
    run_score, tmp_path, example, write_tape_text, capsys
):
    heading, rows = example
    tape = write_tape_text(heading, rows[:12])
    said = []
    for words in ([], [f"--payments={PAYMENTS}"]):
        assert run_score(tape, *words, out=f"result{len(words)}") == 0
        run = json.loads((tmp_path / f"result{len(words)}" / "run.json").read_text())
        said.append([one for one in run["warnings"] if "no note has a payment history" in one])
    [[told], nothing] = said
    assert "the model goes by it" in told
    assert "give it with --payments" in told
    assert nothing == []
    assert told in capsys.readouterr().out


def test_a_model_that_never_saw_payments_is_shown_none_and_says_so(
    run_score, small_contents, tmp_path, example, write_tape_text, capsys
):
    heading, rows = example
    tape = write_tape_text(heading, rows[:40])
    blind = write_bundle(
        tmp_path / "bundles", replace(small_contents({}), inputs=Inputs(months_behind=False, receipts=False))
    )
    odds, warned = {}, {}
    for out, words in (("without", []), ("with", [f"--payments={PAYMENTS}"])):
        assert run_score(tape, *words, out=out, model=blind) == 0
        odds[out] = [[row[f"p_{one}"] for one in OUTCOMES] for row in _rows(tmp_path / out / "bids.csv")]
        run = json.loads((tmp_path / out / "run.json").read_text())
        warned[out] = [one for one in run["warnings"] if "which the model does not read" in one]
    assert odds["with"] == odds["without"]
    assert warned["without"] == []
    assert warned["with"][0].endswith("Give it to notebid train with --payments (PAYMENTS=)")
    # What is fed to the model where MLflow serves it is the same.
    shown = tmp_path / "shown.csv"
    assert main(["features", str(tape), f"--payments={PAYMENTS}", f"--model={blind}", f"--out={shown}", "--quiet"]) == 0
    assert {row["history_months"] for row in _rows(shown)} == {"0.0"}
    assert run_score(tape, f"--payments={PAYMENTS}", out="sees") == 0
    assert [[row[f"p_{one}"] for one in OUTCOMES] for row in _rows(tmp_path / "sees" / "bids.csv")] != odds["with"]


def test_a_column_that_no_training_note_had_is_not_read_and_named(
    run_score, small_contents, tmp_path, example, write_tape_text
):
    heading, rows = example
    at = heading.index("last_payment_date")
    tape = write_tape_text(heading, rows[:40], "with.csv")
    without = write_tape_text(heading, [[*row[:at], "", *row[at + 1 :]] for row in rows[:40]], "without.csv")
    contents = replace(
        small_contents({}), training_data="own", inputs=Inputs(never_known=("last_payment_date", "dscr"))
    )
    model = write_bundle(tmp_path / "bundles", contents)
    odds = []
    for path in (tape, without):
        assert run_score(path, out=path.stem, model=model) == 0
        odds.append([[row[f"p_{one}"] for one in OUTCOMES] for row in _rows(tmp_path / path.stem / "bids.csv")])
        run = json.loads((tmp_path / path.stem / "run.json").read_text())
        said = [
            one for one in run["warnings"] if "the tape has last_payment_date, which the model does not read" in one
        ]
        assert len(said) == (path is tape)
    assert odds[0] == odds[1]


def test_what_its_training_warned_of_follows_the_model_to_the_bids(
    run_score, small_contents, tmp_path, example, write_tape_text, capsys
):
    heading, rows = example
    tape = write_tape_text(heading, rows[:5])
    said = ["FAIL: what a file may be called", "FAIL  payments are in the file: none for 42%"]
    information = {"warnings": said, "failed": ["payments are in the file"]}
    for kind, told in (("own", said), ("made", [])):
        contents = replace(small_contents({}), training_data=kind, information=information)
        assert run_score(tape, out=kind, model=write_bundle(tmp_path / "bundles", contents)) == 0
        assert json.loads((tmp_path / kind / "run.json").read_text())["model_warnings"] == told
        out = capsys.readouterr().out
        assert ("its training       warned of 2 things" in out) == bool(told)
        assert ("it FAILED in       payments are in the file" in out) == bool(told)
        book = openpyxl.load_workbook(tmp_path / kind / "bids.xlsx")
        first = [cell for row in book["Overview"].iter_rows(max_row=2, values_only=True) for cell in row if cell]
        said_first = [one for one in first if "The model FAILED in: payments are in the file (Read me)." in str(one)]
        assert len(said_first) == len(told) // 2
        rows_of = (row for sheet in book for row in sheet.iter_rows(values_only=True) if "Model's training" in row)
        assert [row[row.index("Model's training") + 1] for row in rows_of] == told


def test_the_same_inputs_give_the_same_bytes_also_with_the_columns_shuffled(
    run_score, tmp_path, example, write_tape_text
):
    heading, rows = example
    order = list(range(len(heading)))
    random.Random(4).shuffle(order)
    (tmp_path / "elsewhere").mkdir()
    plain = write_tape_text(heading, rows, "mine.csv")
    mixed = write_tape_text(
        [heading[i] for i in order], [[row[i] for i in order] for row in rows], "elsewhere/mine.csv"
    )
    for tape, out in ((plain, "a"), (plain, "b"), (mixed, "c")):
        assert run_score(tape, f"--payments={PAYMENTS}", out=out) == 0
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b") == _bytes(tmp_path / "c")


def test_a_note_alone_bids_the_same_as_in_the_tape(run_score, tmp_path, example, write_tape_text):
    heading, rows = example
    run_score(write_tape_text(heading, rows), f"--payments={PAYMENTS}", out="all")
    together = {row["loan_id"]: row for row in _rows(tmp_path / "all" / "bids.csv")}
    key = heading.index("loan_id")
    for row in random.Random(5).sample([row for row in rows if row[key] in together], 4):
        run_score(write_tape_text(heading, [row], "one.csv"), f"--payments={PAYMENTS}", out="one")
        assert _rows(tmp_path / "one" / "bids.csv") == [together[row[key]]]


def test_run_json_holds_no_time_and_no_path(run_score, tmp_path):
    run_score()
    text = (tmp_path / "result" / "run.json").read_text()
    assert str(tmp_path) not in text
    assert str(ROOT) not in text


def test_a_tape_with_nothing_to_price_exits_3_and_says_why_in_the_folder(
    run_score, tmp_path, example, write_tape_text, capsys
):
    heading, rows = example
    blank = [[("" if name == "upb" else cell) for name, cell in zip(heading, row, strict=True)] for row in rows[:3]]
    assert run_score(write_tape_text(heading, blank)) == 3
    assert sorted(one.name for one in (tmp_path / "result").iterdir()) == ["exceptions.csv", "run.json", "run.log"]
    assert {one["field"] for one in _rows(tmp_path / "result" / "exceptions.csv")} == {"upb"}
    day = rows[0][heading.index("as_of_date")]
    assert json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))["as_of_date"] == day
    assert "none of the 3 rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("upb", "", "upb"),
        ("note_rate", "-0.05", "note_rate"),
        ("as_is_value", "plenty", "as_is_value"),
        ("lien_position", "", "lien_position"),
        ("upb", "1e400", "upb"),
    ],
)
def test_a_row_that_cannot_be_priced_is_excepted_and_the_rest_is_bid(
    run_score, tmp_path, example, write_tape_text, column, cell, field
):
    heading, rows = example
    broken = [list(row) for row in rows[:4]]
    broken[1][heading.index(column)] = cell
    assert run_score(write_tape_text(heading, broken)) == 0
    [exception] = _rows(tmp_path / "result" / "exceptions.csv")
    # The heading is line 1, so the second note stands in line 3.
    assert (exception["row"], exception["field"], exception["value"]) == ("3", field, cell)
    assert len(_rows(tmp_path / "result" / "bids.csv")) == 3


def test_strict_exits_4_but_keeps_the_bids(run_score, tmp_path):
    assert run_score("--strict") == 4
    assert _rows(tmp_path / "result" / "bids.csv")


def test_one_flipped_byte_in_any_file_of_a_bundle_exits_6(run_score, tmp_path, bundle_folder, capsys):
    for file in sorted(bundle_folder.iterdir()):
        copy = tmp_path / "copy" / bundle_folder.name
        shutil.copytree(bundle_folder, copy)
        damaged = bytearray((copy / file.name).read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (copy / file.name).write_bytes(damaged)
        assert run_score(model=copy, out="damaged") == 6, file.name
        assert "Traceback" not in capsys.readouterr().err
        shutil.rmtree(copy)
    assert not (tmp_path / "damaged").exists()


def test_a_folder_of_somebody_elses_files_is_refused_before_any_work(run_score, tmp_path):
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "taxes.xlsx").write_text("mine")
    assert run_score() == 2
    assert [one.name for one in (tmp_path / "result").iterdir()] == ["taxes.xlsx"]


def test_a_tape_whose_name_is_no_utf_8_is_scored(run_score, tmp_path):
    tape = Path(os.fsdecode(os.fsencode(tmp_path) + b"/tape \xff.csv"))
    tape.write_bytes((ROOT / "examples" / "tape.csv").read_bytes())
    assert run_score(tape) == 0
    assert (tmp_path / "result" / "run.json").is_file()


def test_scoring_a_local_model_never_imports_mlflow(tmp_path, bundle_folder):
    import subprocess
    import sys

    script = (
        "import sys; from cli.main import main; "
        f"code = main(['score', '--quiet', '--model={bundle_folder}', '--out={tmp_path / 'r'}']); "
        "sys.exit(code or 10 * ('mlflow' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT).returncode == 0
