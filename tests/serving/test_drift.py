"""A score says whether the tape is of the kind that the model was trained on, marks short histories, and never stops."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import NoteFeatures
from models.bundle import write_bundle
from models.drift import DriftSettings, NoteSample, drift_reference
from notes import OutcomeProbabilities
from notes.outcome_times import OutcomeTimes
from notes.strata import in_strata
from pricing import DeskTerms, OwnResolutions
from serving.drift import DriftCheck
from serving.model import ServedModel
from tapes import ReadOptions, read_tape

SETTINGS = {"false_alarm": 0.05, "min_psi": 0.10, "min_mix": 0.01, "least_notes": 50}
SHORT = "judicial, 12+ behind"


@pytest.fixture(scope="module")
def own_bundle(small_contents, tmp_path_factory):
    """The small model as if it had been trained on notes of one's own, with one stratum of short history."""
    desk = json.loads(DeskTerms(OutcomeTimes({}), OwnResolutions({}, {}), (SHORT,)).to_json())
    contents = replace(small_contents(desk), training_data="own")
    return write_bundle(tmp_path_factory.mktemp("own"), contents)


@pytest.fixture(scope="module")
def example_notes():
    from cli.paths import checkout

    return read_tape(
        checkout() / "examples" / "tape.csv", ReadOptions(payments=checkout() / "examples" / "payments.csv")
    ).tape


@pytest.fixture
def keep_reference(tmp_path, example_notes):
    """Keep what the notes of the example say, each as often as told, as if the model had been trained on them."""

    def keep(bundle, times=20, settings=SETTINGS, **columns):
        frame = NoteFeatures().transform(example_notes).assign(**columns)
        sample = NoteSample.of_tape(frame, ServedModel.from_folder(bundle).predict(frame).values)
        many = np.tile(np.arange(len(frame)), times)
        sample = NoteSample.of_tape(sample.features.iloc[many], sample.probability[many])
        file = tmp_path / "home" / "artifacts" / "reports" / bundle.name / "drift_reference.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(drift_reference(sample).to_dict() | {"settings": settings}))
        return file

    return keep


def run_json(tmp_path):
    return json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))


def test_the_same_notes_are_said_to_be_of_the_same_kind(own_bundle, keep_reference, run_score, tmp_path, capsys):
    file = keep_reference(own_bundle)
    assert run_score(model=own_bundle) == 0
    found = run_json(tmp_path)["drift"]
    # The reference is an input beside the model: the same inputs give the same result, and which it was is on record.
    assert run_json(tmp_path)["drift_reference_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found["drifts"] is False
    assert found["features"] == {}
    assert "the notes are of the kind that the model was trained on" in capsys.readouterr().out


def test_a_feature_that_moved_is_named_on_one_line_in_run_json_and_in_the_workbook(
    own_bundle, keep_reference, run_score, tmp_path, capsys, example_notes
):
    # Every note trained on bore 19 or 20 %, more than any of the example.
    keep_reference(own_bundle, note_rate=np.tile([0.19, 0.20], 10_000)[: len(example_notes)])
    assert run_score(model=own_bundle) == 0
    found = run_json(tmp_path)["drift"]
    assert found["drifts"] is True
    assert found["features"]["note_rate"] > 1
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("drift")]
    assert "the notes DIFFER from those that the model was trained on" in line
    assert "note rate (stability index" in line
    words = pd.read_excel(tmp_path / "result" / "bids.xlsx", sheet_name=None, header=None, engine="openpyxl")
    assert any("The notes DIFFER" in str(cell) for sheet in words.values() for cell in sheet.to_numpy().ravel())


@pytest.mark.parametrize("damage", ["none kept", "too few notes", "not JSON", "without settings"])
def test_where_nothing_can_be_said_nothing_is_and_the_score_goes_on(
    own_bundle, keep_reference, run_score, tmp_path, capsys, damage
):
    if damage == "too few notes":
        keep_reference(own_bundle, settings=SETTINGS | {"least_notes": 10**6})
    elif damage == "not JSON":
        keep_reference(own_bundle).write_text("{")
    elif damage == "without settings":
        file = keep_reference(own_bundle)
        file.write_text(json.dumps({k: v for k, v in json.loads(file.read_text()).items() if k != "settings"}))
    assert run_score(model=own_bundle) == 0
    assert run_json(tmp_path)["drift"] is None
    assert not any(one.startswith("drift") for one in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(
    "damage",
    [
        {"edges": []},
        {"shares": {}},
        {"mean": [0.5, 0.5], "covariance": [[0.1, 0.0], [0.0, 0.1]]},
        {"size": "many"},
        {"settings": SETTINGS | {"false_alarm": "rarely"}},
        {"settings": SETTINGS | {"least_notes": float("inf")}},
        {"settings": []},
    ],
)
def test_a_reference_of_another_shape_is_as_none(own_bundle, keep_reference, damage):
    file = keep_reference(own_bundle)
    assert DriftCheck.read(file) is not None
    file.write_text(json.dumps(json.loads(file.read_text()) | damage))
    assert DriftCheck.read(file) is None


def test_a_reference_of_another_shape_stops_no_bid(own_bundle, keep_reference, run_score, tmp_path):
    file = keep_reference(own_bundle)
    content = json.loads(file.read_text())
    del content["shares"]["note_rate"]
    file.write_text(json.dumps(content))
    assert run_score(model=own_bundle) == 0
    assert run_json(tmp_path)["drift"] is None


def test_a_made_model_does_not_speak_of_drift(bundle_folder, keep_reference, run_score, tmp_path):
    keep_reference(bundle_folder, note_rate=0.2)
    assert run_score() == 0
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


def test_other_features_than_the_reference_has_say_nothing(example_notes):
    frame = NoteFeatures().transform(example_notes)
    even = OutcomeProbabilities(np.full((len(frame), 4), 0.25))
    reference = drift_reference(NoteSample.of_tape(frame.assign(gone=1.0), even.values))
    check = DriftCheck(reference, DriftSettings(0.05, 0.1, 0.01), 1, "")
    assert check.compare(frame, even) is None
    assert check.compare(frame.assign(gone=1.0), even) is not None
