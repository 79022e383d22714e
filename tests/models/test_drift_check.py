"""What a tape is held against comes back from the bundle as it was, and what no training wrote is refused."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import read_bundle, write_bundle
from models.canonical_json import canonical_json
from models.drift import DriftSettings, NoteSample, drift_reference
from models.drift_check import DriftCheck
from notes import OutcomeProbabilities

SETTINGS = DriftSettings(false_alarm=0.05, min_psi=0.10, min_mix=0.01)


def tape(n, seed, shift=0.0):
    """Features and probabilities of n notes, the last outcome's odds by the one feature that tells."""
    rng = np.random.default_rng(seed)
    ltv = rng.normal(shift, 1.0, n)
    odds = np.exp(np.stack([np.zeros(n), np.full(n, -1.0), np.full(n, -3.0), ltv], axis=1))
    p = OutcomeProbabilities(odds / odds.sum(axis=1, keepdims=True))
    return pd.DataFrame({"ltv": np.where(rng.random(n) < 0.1, np.nan, ltv), "constant": 1.0}), p


def check_of(n=1_000, least_notes=50):
    features, p = tape(n, 1)
    return DriftCheck(drift_reference(NoteSample.of_tape(features, p.values)), SETTINGS, least_notes)


def test_it_reads_back_from_json_and_reports_the_same():
    check, (features, p) = check_of(), tape(200, 2, shift=0.6)
    again = DriftCheck.from_dict(json.loads(canonical_json(check.to_dict(), indent=2)))
    assert again.settings == SETTINGS
    report = again.report(features, p)
    assert report == check.report(features, p)
    assert [one.name for one in report.features if one.drifts] == ["ltv"]


def test_too_few_notes_or_other_features_say_nothing():
    check, (features, p) = check_of(), tape(50, 2)
    assert check.report(features, p) is not None
    assert check.report(features.iloc[:49], OutcomeProbabilities(p.values[:49])) is None
    assert check.report(features.drop(columns="constant"), p) is None
    assert check.report(features.assign(more=1.0), p) == check.report(features, p)


def test_it_is_kept_in_the_bundle_under_its_hash_and_moves_no_prediction(contents, bundle_folder, tmp_path):
    drift = check_of().to_dict()
    folder = write_bundle(tmp_path, replace(contents, drift=drift))
    other = write_bundle(tmp_path, replace(contents, drift=drift | {"settings": drift["settings"] | {"min_psi": 0.2}}))
    assert len({bundle_folder.name, folder.name, other.name}) == 3
    assert DriftCheck.from_dict(read_bundle(folder).manifest["drift"]).to_dict() == drift
    before, after = (read_bundle(one).predictor.predict(contents.golden_features) for one in (bundle_folder, folder))
    pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert "drift" not in read_bundle(bundle_folder).manifest


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 2}, "format 2 is not 1"),
        ({"format": None}, "format None is not 1"),
        ({"reference": None}, "of another kind"),
        ({"reference": []}, "of another kind"),
        ({"settings": None}, "no drift check of a model"),
        ({"settings": []}, "no drift check of a model"),
        ({"settings": {"false_alarm": 0.05, "min_psi": 0.1, "min_mix": 0.01}}, "least_notes"),
    ],
)
def test_content_of_another_kind_is_refused(changes, told):
    with pytest.raises(ValueError, match=told):
        DriftCheck.from_dict(check_of().to_dict() | changes)


def test_no_content_at_all_is_refused():
    for content in ({}, [], "drift", 1):
        with pytest.raises(ValueError, match="no drift check of a model"):
            DriftCheck.from_dict(content)


@pytest.mark.parametrize("odd", [0.0, 1.0, -0.1, float("nan"), float("inf"), 10**400, "0.05", None, True, [0.05]])
@pytest.mark.parametrize("name", ["false_alarm", "min_psi", "min_mix"])
def test_a_setting_that_no_configuration_may_have_is_refused(name, odd):
    content = check_of().to_dict()
    with pytest.raises(ValueError, match=f"{name} must be a number between 0 and 1"):
        DriftCheck.from_dict(content | {"settings": content["settings"] | {name: odd}})


@pytest.mark.parametrize("odd", [0, -5, 1.5, float("inf"), "200", None, True])
def test_a_number_of_notes_that_is_none_is_refused(odd):
    content = check_of().to_dict()
    with pytest.raises(ValueError, match="least_notes must be a number of notes"):
        DriftCheck.from_dict(content | {"settings": content["settings"] | {"least_notes": odd}})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"size": float("nan")}, "size must be"),
        ({"edges": {"ltv": [0.0]}}, "of other features"),
        ({"mean": [0.5, 0.5], "covariance": [[0.1, 0.0], [0.0, 0.1]]}, "4 outcomes are needed, found a mean of 2"),
        ({"mean": [0.25] * 3 + [float("inf")]}, "must be finite"),
        ({"covariance": [[0.1] * 4] * 3}, "of the same classes"),
    ],
)
def test_a_reference_of_another_shape_is_refused(changes, told):
    content = check_of().to_dict()
    with pytest.raises(ValueError, match=told):
        DriftCheck.from_dict(content | {"reference": content["reference"] | changes})
