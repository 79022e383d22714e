"""``notebid diff`` from two files to changes, bids and a table."""

import csv
import json
from pathlib import Path

import pytest

from cli.main import main

ROOT = Path(__file__).resolve().parent.parent.parent
TAPE, PAYMENTS = ROOT / "examples" / "tape.csv", ROOT / "examples" / "payments.csv"


@pytest.fixture
def run_diff(tmp_path, bundle_folder, monkeypatch):
    """Run ``notebid diff``; the result goes to ``tmp_path / out`` or, with none, to the home."""
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))

    def run(*words, out="result"):
        place = [] if out is None else [f"--out={tmp_path / out}"]
        return main(["diff", f"--model={bundle_folder}", *place, *map(str, words)])

    return run


@pytest.fixture
def two_tapes(example, write_tape_text):
    """Twenty loans and, a month later, eighteen of them with a new one; one value moved, one vanished."""
    heading, rows = example
    at = {name: i for i, name in enumerate(heading)}
    later = [list(row) for row in rows[1:21]]
    old = write_tape_text(heading, rows[:20], "old.csv")
    for row in later:
        row[at["as_of_date"]] = "2025-07-31"
    later[0][at["as_is_value"]] = "987654"
    later[1][at["as_is_value"]] = ""
    new = write_tape_text(heading, later, "new.csv")
    return old, new, rows, at


def _rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_loans_fields_and_bids_are_told_and_written(run_diff, tmp_path, two_tapes, capsys):
    old, new, rows, at = two_tapes
    assert run_diff(old, new) == 0
    name = at["loan_id"]
    changes = _rows(tmp_path / "result" / "changes.csv")
    told = {(one["loan_id"], one["change"], one["field"], one["old"], one["new"]) for one in changes}
    assert (rows[20][name], "new", "", "", "on the tape") in told
    assert (rows[0][name], "gone", "", "on the tape", "not on the new tape") in told
    assert (rows[1][name], "changed", "as_is_value", rows[1][at["as_is_value"]], "987654") in told
    assert (rows[2][name], "excepted_now", "", "read", "excepted: E_VALUE") in told
    assert {one["field"] for one in changes if one["change"] == "changed"} == {"as_is_value"}
    out = capsys.readouterr().out
    assert "gone               1 (not on the new tape, which does not say why)" in out
    assert "DEMO MODEL" in out.splitlines()[0]


def test_the_bids_are_those_that_score_gives(run_diff, run_score, tmp_path, two_tapes):
    old, new, *_ = two_tapes
    assert run_diff(old, new) == 0
    assert run_score(old, out="a") == run_score(new, out="b") == 0
    was = {row["loan_id"]: row for row in _rows(tmp_path / "a" / "bids.csv")}
    now = {row["loan_id"]: row for row in _rows(tmp_path / "b" / "bids.csv")}
    moved = _rows(tmp_path / "result" / "bids_moved.csv")
    assert {row["loan_id"] for row in moved} == {*was, *now}
    for row in moved:
        for which, bids in (("old", was), ("new", now)):
            expected = bids.get(row["loan_id"])
            for column in ("bid", "bid_status", "expected_price", "p_foreclosure"):
                assert row[f"{which}_{column}"] == (expected[column] if expected else "")
        if row["on"] == "both":
            assert int(row["bid_change"]) == int(row["new_bid"]) - int(row["old_bid"])


def test_the_same_tapes_give_the_same_bytes_and_a_place_of_their_own(run_diff, tmp_path, two_tapes):
    old, new, *_ = two_tapes
    assert run_diff(old, new) == run_diff(old, new, out=None) == 0
    [folder] = (tmp_path / "home" / "out").iterdir()
    assert folder.name == "diff-old-2025-06-30-to-new-2025-07-31"
    for name in ("changes.csv", "bids_moved.csv", "run.json"):
        assert (folder / name).read_bytes() == (tmp_path / "result" / name).read_bytes()
    run = json.loads((folder / "run.json").read_text())
    assert (run["old"]["rows"], run["new"]["excepted"]) == (20, 1)
    assert str(tmp_path) not in (folder / "run.json").read_text()


def test_other_tapes_of_the_same_names_go_to_another_place(run_diff, tmp_path, two_tapes, example, write_tape_text):
    old, new, *_ = two_tapes
    assert run_diff(old, new, out=None) == 0
    (tmp_path / "b").mkdir()
    assert run_diff(write_tape_text(example[0], example[1][5:9], "b/old.csv"), new, out=None) == 0
    assert len(list((tmp_path / "home" / "out").iterdir())) == 2


def test_a_tape_against_itself_moves_nothing(run_diff, capsys, tmp_path):
    assert run_diff(TAPE, TAPE, f"--payments-old={PAYMENTS}", f"--payments-new={PAYMENTS}", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["new"], said["gone"], said["fields"], said["on_both"]) == (0, 0, {}, 195)
    assert said["bids"]["on both"]["old"] == said["bids"]["on both"]["new"]
    assert said["paid"] == said["further_behind_than_time_explains"] == 0
    # The example may be bid with a made model.
    assert json.loads((tmp_path / "result" / "run.json").read_text())["demo_model"] is False


def test_a_tape_of_which_nothing_can_be_priced_is_compared_all_the_same(run_diff, example, write_tape_text, tmp_path):
    heading, rows = example
    blank = [[("" if name == "upb" else cell) for name, cell in zip(heading, row, strict=True)] for row in rows[:3]]
    good = write_tape_text(heading, rows[:3], "old.csv")
    assert run_diff(good, write_tape_text(heading, blank, "new.csv")) == 0
    assert {row["change"] for row in _rows(tmp_path / "result" / "changes.csv")} == {"excepted_now"}


def test_personal_columns_and_formulas_stay_out_of_every_file(run_diff, example, write_tape_text, tmp_path, capsys):
    heading, rows = example
    changed = [list(row) for row in rows[:4]]
    changed[0][heading.index("loan_id")] = "=cmd|' /C calc'!A0"
    changed[1][heading.index("arm_index")] = "@SUM(1)"
    old = write_tape_text([*heading, "Borrower Name"], [[*row, "Quincy Nightingale"] for row in rows[:4]], "old.csv")
    new = write_tape_text([*heading, "Borrower Name"], [[*row, "Quincy Nachtigall"] for row in changed], "new.csv")
    assert run_diff(old, new) == 0
    said = capsys.readouterr()
    texts = [one.read_text(encoding="utf-8") for one in (tmp_path / "result").iterdir()]
    for text in [*texts, said.out, said.err]:
        assert "Quincy" not in text
    for name in ("changes.csv", "bids_moved.csv"):
        for row in _rows(tmp_path / "result" / name):
            assert not [cell for cell in row.values() if cell[:1] in ("=", "@", "+")]


@pytest.mark.parametrize("name", ["changes.csv", "bids_moved.csv"])
def test_a_tape_in_the_result_folder_is_never_written_over(run_diff, two_tapes, tmp_path, name, capsys):
    old, new, *_ = two_tapes
    assert run_diff(old, new) == 0
    (tmp_path / "result" / name).write_bytes(new.read_bytes())
    assert run_diff(old, tmp_path / "result" / name) == 2
    assert "would be written over" in capsys.readouterr().err


def test_a_tape_that_is_refused_names_itself(run_diff, two_tapes, tmp_path, capsys):
    assert run_diff(two_tapes[0], tmp_path / "none.csv") == 3
    assert "none.csv" in capsys.readouterr().err
    assert run_diff(two_tapes[0]) == 2
