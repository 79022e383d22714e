"""A note explained from its tape: the same odds and bid as the score's, reasons that add up, notes like it."""

import csv
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cli.main import main
from features import NoteFeatures
from models.contributions import against_the_others, contributions
from models.references import Resolved, build_references
from notes import OUTCOMES
from registry.home import Home
from registry.references import read_references, references_file, write_references
from serving.explain import beside_average
from serving.model import ServedModel
from worlds import WorldSettings, make_world

ROOT = Path(__file__).resolve().parent.parent.parent
LOAN = "MADE-EX-FOUR-BEHIND-MANY-PAYMENTS"


@pytest.fixture(scope="session")
def with_references(small_contents, bundle_folder, tmp_path_factory):
    """The bundle in a home of its own, with 300 resolved notes beside it."""
    folder = tmp_path_factory.mktemp("home") / "artifacts" / "bundles" / bundle_folder.name
    shutil.copytree(bundle_folder, folder)
    resolutions = make_world(WorldSettings("smooth", 400, 0, 12)).resolutions
    known = np.flatnonzero(~resolutions.is_open)[:300]
    notes = resolutions.tape.notes
    resolved = Resolved(
        notes.text("loan_id")[known],
        np.arange(300),
        notes.days("as_of_date")[known],
        resolutions.outcome[known],
        resolutions.outcome_detail[known],
        np.full(300, 11.0),
    )
    features = NoteFeatures().transform(resolutions.tape).iloc[known]
    write_references(folder, build_references(small_contents({}).classifier.model_, features, resolved, 1))
    return folder


@pytest.fixture
def explain(tmp_path, with_references, monkeypatch, capsys):
    """Run ``notebid explain --json`` in this process; give exit code, the JSON (or None) and what was said on stderr."""
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))

    def run(loan, *words, model=with_references):
        code = main(["explain", "--json", f"--model={model}", *map(str, words), "--", loan])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else None, said.err

    return run


def test_odds_and_bid_are_those_of_the_score(explain, run_score, tmp_path):
    assert run_score("--quiet") == 0
    with (tmp_path / "result" / "bids.csv").open(encoding="utf-8", newline="") as lines:
        scored = {row["loan_id"]: row for row in csv.DictReader(lines)}
    for loan in (LOAN, *sorted(scored)[:40:8]):
        _, found, _ = explain(loan)
        assert found["odds"] == {str(one): float(scored[loan][f"p_{one}"]) for one in OUTCOMES}
        for name in ("bid", "max_bid", "bid_pct_upb", "loss_probability"):
            assert found["bid"][name] == pytest.approx(float(scored[loan][name]), abs=0.01)
        assert found["bid"]["bid_status"] == scored[loan]["bid_status"]
        assert found["bid"]["flags"] == scored[loan]["flags"]


def test_the_average_note_and_the_subjects_add_up_to_the_note_and_features_to_their_subject(explain):
    _, found, _ = explain(LOAN)
    assert [one["group"] for one in found["groups"]] == [
        "payment behaviour", "equity", "occupancy and collateral", "legal stage", "borrower and terms",
    ]  # fmt: skip
    for outcome in map(str, OUTCOMES):
        added = math.fsum(one["effects"][outcome] for one in found["groups"])
        assert found["average_note"][outcome] + added == pytest.approx(found["this_note"][outcome], abs=1e-9)
        for group in found["groups"]:
            within = math.fsum(one["effects"][outcome] for one in group["features"])
            assert within == pytest.approx(group["effects"][outcome], abs=1e-9)


def test_over_the_resolved_notes_what_a_feature_adds_averages_to_nothing(with_references, tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    model = ServedModel.from_folder(with_references)
    references = read_references(with_references, Home.from_environment())
    values = references.features.to_numpy(np.float64)
    split = against_the_others(contributions(model.bundle.predictor.model, values, 1))
    beside = [beside_average(one, references) for one in split]
    # The reasons are kept in half precision: three digits of a log odds, and values in single precision.
    np.testing.assert_allclose(np.mean([effects for _, effects in beside], axis=0), 0.0, atol=0.02)
    assert abs(split[:, :-1].mean(axis=0)).max() > 0.02 + 0.01
    assert len({tuple(average.round(9)) for average, _ in beside}) == 1
    for (average, effects), one in zip(beside, split, strict=True):
        np.testing.assert_allclose(average + effects.sum(axis=0), one.sum(axis=0), atol=1e-9)


def test_the_note_s_sum_gives_its_odds_where_the_temperature_is_1(explain):
    # The fixture's model has the temperature 1: ratios of odds are ratios of exp(sum * 3/4), the floor aside.
    _, found, _ = explain(LOAN)
    raised = np.exp(0.75 * np.array([found["this_note"][str(one)] for one in OUTCOMES]))
    np.testing.assert_allclose(raised / raised.sum(), [found["odds"][str(one)] for one in OUTCOMES], atol=2e-3)


def test_a_reason_has_value_unit_meaning_and_direction(explain):
    _, found, _ = explain(LOAN)
    features = {one["feature"]: one for group in found["groups"] for one in group["features"]}
    behind = features["months_behind"]
    assert (behind["value"], behind["unit"]) == (4.0, "months")
    assert behind["meaning"].startswith("Months behind on the as-of date")
    for one in features.values():
        signs = {"for": 1, "against": -1, "neither": 0}
        assert {name: signs[word] for name, word in one["direction"].items()} == {
            name: int(np.sign(value)) for name, value in one["effects"].items()
        }


def test_five_resolved_notes_come_the_nearest_first_with_what_became_of_them(explain):
    similar = explain(LOAN)[1]["similar"]
    distances = [one["distance"] for one in similar["notes"]]
    assert len(distances) == 5
    assert distances == sorted(distances)
    assert distances[-1] < similar["middle_distance"]
    assert {one["outcome"] for one in similar["notes"]} <= set(map(str, OUTCOMES))
    assert similar["near"] == sum(similar["counts"].values()) == 50
    assert similar["resolved_notes"] == 300


def test_where_no_resolved_notes_are_kept_it_says_so_in_one_line_and_goes_on(
    bundle_folder, monkeypatch, capsys, tmp_path
):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    assert main(["explain", f"--model={bundle_folder}", LOAN]) == 0
    out = capsys.readouterr().out
    assert sum("similar notes: none are kept with this model" in line for line in out.splitlines()) == 1
    assert "PAYMENT BEHAVIOUR" in out


def test_a_changed_file_of_resolved_notes_exits_6(explain, with_references, tmp_path):
    copy = tmp_path / "artifacts" / "bundles" / with_references.name
    shutil.copytree(with_references.parent.parent, tmp_path / "artifacts")
    with references_file(copy).open("ab") as file:
        file.write(b"x")
    code, _, said = explain(LOAN, model=copy)
    assert code == 6
    assert "its sha256 is not that of" in said


def test_a_loan_that_is_not_there_exits_2_and_names_the_nearest(explain):
    code, _, said = explain("MADE-EX-FOUR-BEHIND-MANY-PAYMENT")
    assert code == 2
    assert f"nearest: {LOAN}" in said


@pytest.mark.parametrize("loan", ["", "   ", "\n"])
def test_no_loan_at_all_exits_2(explain, loan):
    code, _, said = explain(loan)
    assert code == 2
    assert "no loan is named" in said


@pytest.mark.parametrize(
    "loan",
    [
        "\x1b[31mred\x1b[0m\x07",
        "=HYPERLINK(1)",
        "'; DROP TABLE notes; --",
        "../../etc/passwd",
        "--model=x",
        "A" * 100_000,
        "\u202eevil",
        "1\nbid $999,999",
        "\ud800",
        "{0} %s {{7*7}} <script>alert(1)</script>",
    ],
)
def test_a_hostile_loan_number_is_one_harmless_line(explain, loan):
    code, _, said = explain(loan)
    assert code == 2
    [line] = [one for one in said.splitlines() if one.startswith("notebid: ")]
    assert line == said.splitlines()[-1]
    assert line.isprintable()
    assert len(line) < 400


def test_a_hostile_loan_number_on_the_tape_is_found_and_shown_harmlessly(
    explain, example, write_tape_text, tmp_path, capsys, with_references
):
    heading, rows = example
    loan = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202egnp"
    row = [loan if name == "loan_id" else cell for name, cell in zip(heading, rows[7], strict=True)]
    tape, page = write_tape_text(heading, [*rows[:3], row]), tmp_path / "why.html"
    assert explain(loan, f"--tape={tape}", f"--html={page}")[1]["loan_id"] == loan
    assert "<script" not in page.read_text(encoding="utf-8")
    assert main(["explain", f"--tape={tape}", f"--model={with_references}", "--", loan]) == 0
    out = capsys.readouterr().out
    assert out.startswith("DEMO MODEL")
    assert all(line.isprintable() for line in out.splitlines())


def test_a_row_that_cannot_be_priced_exits_3_with_field_and_fix(explain, example, write_tape_text):
    heading, rows = example
    broken = [list(row) for row in rows[:4]]
    broken[1][heading.index("upb")] = "Quincy Nightingale"
    code, _, said = explain(broken[1][heading.index("loan_id")], f"--tape={write_tape_text(heading, broken)}")
    assert code == 3
    assert "is in row 3, which cannot be priced: upb:" in said
    assert "Quincy" not in said


def _two_sellers(example, write_tape_text, sellers=("Acme", "Zenith")):
    heading, rows = example
    both = [list(row) for row in rows[:2]]
    for row, seller in zip(both, sellers, strict=True):
        row[heading.index("loan_id")] = "17"
        row[heading.index("seller")] = seller
    return write_tape_text(heading, both), both, heading


def test_a_loan_of_several_sellers_needs_to_be_told_whose(explain, example, write_tape_text):
    tape, _, _ = _two_sellers(example, write_tape_text)
    code, _, said = explain("17", f"--tape={tape}")
    assert code == 2
    assert "--seller: Acme, Zenith" in said
    assert explain("17", f"--tape={tape}", "--seller=zenith ")[1]["seller"] == "Zenith"
    code, _, said = explain("17", f"--tape={tape}", "--seller=Apex")
    assert code == 2
    assert "it is of Acme, Zenith" in said


def test_one_seller_in_two_spellings_is_one_to_whoever_names_him(explain, example, write_tape_text):
    tape, _, _ = _two_sellers(example, write_tape_text, ("Acme", "ACME"))
    code, found, _ = explain("17", f"--tape={tape}", "--seller=acme")
    assert (code, found["loan_id"]) == (0, "17")


def test_the_page_never_takes_the_place_of_the_tape(explain, example, write_tape_text):
    heading, rows = example
    tape = write_tape_text(heading, rows[:3])
    before = tape.read_bytes()
    code, _, said = explain(rows[0][heading.index("loan_id")], f"--tape={tape}", f"--html={tape}")
    assert code == 2
    assert "would be written over" in said
    assert tape.read_bytes() == before


def test_explaining_writes_no_result_and_needs_no_home(explain, tmp_path):
    assert explain(LOAN)[0] == 0
    assert not (tmp_path / "home").exists()


def test_nothing_of_a_person_is_printed(explain, example, write_tape_text, tmp_path, capsys, with_references):
    heading, rows = example
    told = {
        "Borrower Name": "Quincy Nightingale",
        "Borrower SSN": "912-44-6789",
        "Mailing Address": "742 Evergreen Terrace",
    }
    tape = write_tape_text([*heading, *told], [[*row, *told.values()] for row in rows[:9]])
    loan, page = rows[4][heading.index("loan_id")], tmp_path / "why.html"
    code, found, said = explain(loan, f"--tape={tape}", f"--html={page}", "--debug")
    assert main(["explain", f"--tape={tape}", f"--model={with_references}", "--", loan]) == code == 0
    shown = capsys.readouterr()
    for text in (json.dumps(found), said, page.read_text(encoding="utf-8"), shown.out, shown.err):
        assert not [one for one in ("Quincy", "Nightingale", "912-44", "Evergreen") if one in text]


def test_explaining_with_a_local_model_never_imports_mlflow(tmp_path, with_references):
    script = (
        "import sys; from cli.main import main; "
        f"code = main(['explain', '--quiet', '--model={with_references}', {LOAN!r}]); "
        "sys.exit(code or 10 * ('mlflow' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT).returncode == 0
