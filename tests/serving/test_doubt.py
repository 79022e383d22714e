"""The result says how sure the model is, and nothing where it does not say."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from features import NoteFeatures
from models.bundle import write_bundle
from models.familiarity import Familiar, Range
from models.spread import Spread
from models.uncertainty import Uncertainty
from notes import OUTCOMES, ModelError
from notes.strata import STRATA
from serving.model import ServedModel

RANGES = [f"p_{one}_{end}" for one in OUTCOMES for end in ("low", "high")]


def _rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _uncertainty():
    half = np.tile([np.log(0.25), 0.0, 0.0], (4, 1))
    spread = Spread(half, half, np.tile([-8.0, 8.0], (4, 1)), np.eye(4))
    familiar = Familiar({"ltv": Range(0.2, 0.9, True)}, (), ())
    return Uncertainty(spread, familiar, dict.fromkeys(STRATA, (0.0,) * 4), 0.1)


@pytest.fixture(scope="module")
def sure_bundle(small_contents, tmp_path_factory):
    contents = replace(small_contents({}), uncertainty=_uncertainty().to_dict())
    return write_bundle(tmp_path_factory.mktemp("sure"), contents)


def test_the_columns_are_filled_and_the_old_ones_are_to_the_byte_as_before(sure_bundle, run_score, tmp_path):
    assert run_score(out="without") == 0
    assert run_score(out="with", model=sure_bundle) == 0
    without, with_range = (_rows(tmp_path / name / "bids.csv") for name in ("without", "with"))
    assert list(without[0]) == list(with_range[0])
    assert list(without[0])[-11:] == [*RANGES, "bid_low", "bid_high", "far_from_training"]
    moved = {"flags", "bid_status", *RANGES, "bid_low", "bid_high", "far_from_training"}
    for old, new in zip(without, with_range, strict=True):
        assert {k: v for k, v in old.items() if k not in moved} == {k: v for k, v in new.items() if k not in moved}
        assert all(old[name] == "" for name in (*RANGES, "bid_low", "bid_high", "far_from_training"))
        for one in OUTCOMES:
            assert 0 < float(new[f"p_{one}_low"]) < float(new[f"p_{one}"]) < float(new[f"p_{one}_high"]) < 1
        assert int(new["bid_low"]) <= int(new["bid"]) <= int(new["bid_high"])
        codes = new["flags"].split(";")
        assert ("FAR_FROM_TRAINING" in codes) == (new["far_from_training"] != "")
        if "FAR_FROM_TRAINING" in codes:
            assert "ltv" in new["far_from_training"]
            assert new["bid_status"] in ("REVIEW", "NO_BID")
    assert any(row["far_from_training"] for row in with_range)
    assert any("WIDE_BID_RANGE" in row["flags"] for row in with_range)


def test_an_explanation_gives_the_same_ranges(sure_bundle, run_score, tmp_path, capsys):
    from cli.main import main

    assert run_score(out="scored", model=sure_bundle) == 0
    row = next(one for one in _rows(tmp_path / "scored" / "bids.csv") if one["bid_status"] != "NO_BID")
    capsys.readouterr()
    assert main(["explain", row["loan_id"], f"--model={sure_bundle}", "--json"]) == 0
    bid = json.loads(capsys.readouterr().out)["bid"]
    assert bid["bid_low"] == float(row["bid_low"])
    assert bid["p_foreclosure_high"] == pytest.approx(float(row["p_foreclosure_high"]), rel=1e-12)


def test_a_newer_uncertainty_is_refused_when_it_is_asked_for(small_contents, tmp_path):
    newer = write_bundle(tmp_path, replace(small_contents({}), uncertainty={"format": 99}))
    with pytest.raises(ModelError, match="format 99 is not 1; update notebid, or train again"):
        _ = ServedModel.from_folder(newer).uncertainty


def test_a_bundle_of_an_earlier_notebid_says_nothing(bundle_folder):
    model = ServedModel.from_folder(bundle_folder)
    golden = model.bundle.golden
    assert model.uncertainty is None
    frame = NoteFeatures().transform(golden.tape)
    assert model.doubt(golden.tape, frame, model.predict(frame)) is None
