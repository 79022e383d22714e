"""A score says whether the tape is of the kind that the model was trained on, and marks short histories."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import NoteFeatures
from models.bundle import write_bundle
from models.drift import DriftSettings, NoteSample, drift_reference
from models.drift_check import DriftCheck
from notes.outcome_times import OutcomeTimes
from notes.strata import in_strata
from pricing import DeskTerms, OwnResolutions
from serving.model import ServedModel
from tapes import ReadOptions, read_tape

SETTINGS = DriftSettings(false_alarm=0.05, min_psi=0.10, min_mix=0.01)
SHORT = "judicial, 12+ behind"


@pytest.fixture(scope="module")
def own_contents(small_contents):
    """The small model as if it had been trained on notes of one's own, with one stratum of short history."""
    desk = json.loads(DeskTerms(OutcomeTimes({}), OwnResolutions({}, {}), (SHORT,)).to_json())
    return replace(small_contents(desk), training_data="own")


@pytest.fixture(scope="module")
def own_bundle(own_contents, tmp_path_factory):
    """The same, written by a notebid that kept nothing to hold a tape against."""
    return write_bundle(tmp_path_factory.mktemp("own"), own_contents)


@pytest.fixture(scope="module")
def example_notes():
    from cli.paths import checkout

    return read_tape(
        checkout() / "examples" / "tape.csv", ReadOptions(payments=checkout() / "examples" / "payments.csv")
    ).tape


@pytest.fixture
def with_drift(tmp_path, example_notes, own_contents, own_bundle):
    """Write the bundle with what the notes of the example say, as if the model had been trained on many of each."""

    def write(contents=own_contents, settings=SETTINGS, least_notes=50, changed=lambda kept: kept, **columns):
        frame = NoteFeatures().transform(example_notes).assign(**columns)
        probability = ServedModel.from_folder(own_bundle).predict(frame).values
        many = np.tile(np.arange(len(frame)), 20)
        reference = drift_reference(NoteSample.of_tape(frame.iloc[many], probability[many]))
        drift = changed(DriftCheck(reference, settings, least_notes).to_dict())
        return write_bundle(tmp_path / "bundles", replace(contents, drift=drift))

    return write


def run_json(tmp_path):
    return json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))


def test_the_same_notes_are_said_to_be_of_the_same_kind_by_a_bundle_alone(with_drift, run_score, tmp_path, capsys):
    folder = with_drift()
    assert run_score(model=folder) == 0
    run = run_json(tmp_path)
    assert run["drift"]["drifts"] is False
    assert run["drift"]["features"] == {}
    assert "the notes are of the kind that the model was trained on" in capsys.readouterr().out
    # It is in the bundle, so the bundle's hash is all that says which it was; no report lies in this home.
    assert run["bundle_sha256"] == folder.name
    assert not any("drift" in key for key in run if key != "drift")
    assert not (tmp_path / "home" / "artifacts" / "reports").exists()


def test_a_feature_that_moved_is_named_on_one_line_in_run_json_and_in_the_workbook(
    with_drift, run_score, tmp_path, capsys, example_notes
):
    # Every note trained on bore 19 or 20 %, more than any of the example.
    folder = with_drift(note_rate=np.tile([0.19, 0.20], 10_000)[: len(example_notes)])
    assert run_score(model=folder) == 0
    found = run_json(tmp_path)["drift"]
    assert found["drifts"] is True
    assert found["features"]["note_rate"] > 1
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("drift")]
    assert "the notes DIFFER from those that the model was trained on" in line
    assert "note rate (stability index" in line
    words = pd.read_excel(tmp_path / "result" / "bids.xlsx", sheet_name=None, header=None, engine="openpyxl")
    assert any("The notes DIFFER" in str(cell) for sheet in words.values() for cell in sheet.to_numpy().ravel())


def test_it_goes_by_the_settings_that_were_kept(with_drift, run_score, tmp_path, example_notes):
    higher = NoteFeatures().transform(example_notes)["note_rate"] + 0.005
    assert run_score(model=with_drift(note_rate=higher)) == 0
    found = run_json(tmp_path)["drift"]["features"]
    assert set(found) == {"note_rate"}
    assert 0.10 <= found["note_rate"] < 0.99
    assert run_score(model=with_drift(settings=replace(SETTINGS, min_psi=0.99), note_rate=higher)) == 0
    assert run_json(tmp_path)["drift"]["features"] == {}


def test_a_bundle_of_before_and_a_tape_of_too_few_notes_say_nothing(
    own_bundle, with_drift, run_score, tmp_path, capsys
):
    for folder in (own_bundle, with_drift(least_notes=10**6)):
        assert run_score(model=folder) == 0
        assert run_json(tmp_path)["drift"] is None
        assert not any(one.startswith("drift") for one in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (lambda kept: kept | {"format": 2}, "format 2 is not 1"),
        (lambda kept: kept | {"reference": kept["reference"] | {"shares": {}}}, "of other features"),
        (lambda kept: kept | {"settings": kept["settings"] | {"min_psi": 2.0}}, "min_psi must be a number between"),
    ],
)
def test_what_no_training_wrote_is_refused_and_no_bid_is_written(
    with_drift, run_score, tmp_path, capsys, changed, told
):
    assert run_score(model=with_drift(changed=changed)) == 6
    said = capsys.readouterr().err
    assert told in said
    assert "update notebid, or train again" in said
    assert not (tmp_path / "result" / "bids.csv").exists()


def test_a_made_model_does_not_speak_of_drift(with_drift, small_contents, run_score, tmp_path):
    assert run_score(model=with_drift(small_contents({}), note_rate=0.2)) == 0
    assert run_json(tmp_path)["drift"] is None


def test_notes_of_a_stratum_with_a_short_history_carry_the_flag_and_no_others(
    own_bundle, run_score, tmp_path, example_notes
):
    assert run_score(model=own_bundle) == 0
    bids = pd.read_csv(tmp_path / "result" / "bids.csv", dtype={"loan_id": str})
    flagged = bids["flags"].fillna("").str.split(";").map(lambda codes: "SHORT_HISTORY" in codes)
    marked = in_strata(example_notes, (SHORT,))
    assert 0 < marked.sum() < len(marked)
    loans = example_notes.notes.text("loan_id")[marked]
    assert sorted(bids["loan_id"][flagged]) == sorted(loans)
    assert run_json(tmp_path)["counts"]["bid_status"]["BID"] > 0
