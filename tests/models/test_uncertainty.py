"""What a model keeps of its own doubt comes back from its bundle, and widens where the history was short."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import read_bundle, write_bundle
from models.familiarity import Familiar
from models.spread import Spread
from models.uncertainty import SHORT_HISTORY_FACTOR, Uncertainty
from notes import OutcomeProbabilities
from notes.strata import STRATA, stratum_of

FLAT = np.tile([np.log(0.09), 0.0, 0.0], (4, 1))
"""A deviation of 0.3 whatever the odds."""
P = OutcomeProbabilities([[0.4, 0.3, 0.1, 0.2]])


@pytest.fixture
def one_tape(contents):
    return contents.golden_tape.take(np.array([0]))


def uncertainty_of(short=None):
    spread = Spread(FLAT, FLAT, np.tile([-8.0, 8.0], (4, 1)), np.eye(4))
    return Uncertainty(spread, Familiar({}, (), ("FL", "TX")), short or {}, 0.4)


def doubt_of(uncertainty, tape):
    return uncertainty.doubt(tape, pd.DataFrame(index=range(len(tape))), P)


def test_a_note_of_a_long_history_has_the_spread_alone(one_tape):
    doubt = doubt_of(uncertainty_of(), one_tape)
    assert doubt.sd_down == pytest.approx(np.full((1, 4), 0.3))
    assert doubt.sd_up == pytest.approx(np.full((1, 4), 0.3))
    assert doubt.wide_bid_range == 0.4


def test_a_short_history_widens_by_the_factor_and_by_the_timelines_as_squares(one_tape):
    name = STRATA[stratum_of(one_tape)[0]]
    doubt = doubt_of(uncertainty_of({name: (0.0, 0.0, 0.0, 0.5)}), one_tape)
    wider = SHORT_HISTORY_FACTOR * 0.3
    assert doubt.sd_down[0] == pytest.approx([wider, wider, wider, np.sqrt(wider**2 + 0.25)])
    assert doubt.sd_up[0] == pytest.approx(doubt.sd_down[0])


def test_another_stratum_s_short_history_does_not_count(one_tape):
    name = next(one for one in STRATA if one != STRATA[stratum_of(one_tape)[0]])
    doubt = doubt_of(uncertainty_of({name: (0.5,) * 4}), one_tape)
    assert doubt.sd_down == pytest.approx(np.full((1, 4), 0.3))


def test_it_is_kept_in_the_bundle_and_comes_back(contents, tmp_path):
    kept = uncertainty_of({STRATA[0]: (0.1, 0.2, 0.3, 0.4)})
    folder = write_bundle(tmp_path, replace(contents, uncertainty=kept.to_dict()))
    manifest = read_bundle(folder).manifest
    again = Uncertainty.from_dict(manifest["uncertainty"])
    assert again.to_dict() == kept.to_dict()


def test_a_model_that_is_as_sure_or_less_has_another_hash_and_the_same_predictions(contents, bundle_folder, tmp_path):
    folder = write_bundle(tmp_path, replace(contents, uncertainty=uncertainty_of().to_dict()))
    assert folder.name != bundle_folder.name
    before, after = (read_bundle(one).predictor.predict(contents.golden_features) for one in (bundle_folder, folder))
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_without_it_the_manifest_is_as_it_was(bundle_folder):
    assert "uncertainty" not in json.loads((bundle_folder / "manifest.json").read_text(encoding="utf-8"))


def test_another_format_and_another_content_are_refused():
    with pytest.raises(ValueError, match="format 99 is not 1"):
        Uncertainty.from_dict({"format": 99})
    with pytest.raises(ValueError, match="no uncertainty of a model"):
        Uncertainty.from_dict({"format": 1})


@pytest.mark.parametrize(
    ("part", "name", "odd"),
    [
        ("spread", "down", [[0.0, 0.0, 0.0]] * 3),  # three classes
        ("spread", "up", [[0.0, 0.0]] * 4),  # two numbers in place of three
        ("spread", "edges", [[-8.0, float("nan")]] * 4),
        ("spread", "correlation", None),
        ("spread", "correlation", (2 * np.eye(4)).tolist()),
        ("spread", "down", 10**400),
        ("familiar", "ranges", []),
        ("familiar", "ranges", {"ltv": {"low": "x", "high": 1.0, "always_known": True}}),
        ("familiar", "states", None),
        ("short_history", STRATA[0], [0.1, 0.2]),
        ("short_history", STRATA[0], [0.1, 0.2, 0.3, -0.4]),
    ],
)
def test_what_no_training_wrote_is_refused_when_it_is_read_and_not_when_a_tape_is_bid(part, name, odd):
    content = uncertainty_of().to_dict()
    content[part] = {**content[part], name: odd}
    with pytest.raises(ValueError, match=r"no uncertainty of a model|spread|could not convert|inhomogeneous"):
        Uncertainty.from_dict(content)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_a_width_that_no_range_can_have_is_refused(width):
    with pytest.raises(ValueError, match="wide_bid_range must be above 0"):
        Uncertainty.from_dict(uncertainty_of().to_dict() | {"wide_bid_range": width})
