import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.canonical_json import canonical_json
from models.drift import DriftReference, DriftSettings, NoteSample, drift_reference, drift_report
from models.drift_tests import chi_square_p, homogeneity_p, quadratic, stability_index

SETTINGS = DriftSettings(false_alarm=0.05, min_psi=0.10, min_mix=0.01)


def book(n, seed, shift=0.0, missing=0.1):
    """Notes whose one telling feature, and with it the probability of the last class, may be shifted."""
    rng = np.random.default_rng(seed)
    ltv, flag = rng.normal(shift, 1.0, n), (rng.random(n) < 0.3).astype(float)
    features = pd.DataFrame(
        {"ltv": np.where(rng.random(n) < missing, np.nan, ltv), "flag": flag, "constant": 1.0, "unknown": np.nan}
    )
    odds = np.stack([np.zeros(n), np.full(n, -1.0), np.full(n, -3.0), ltv - 1.5], axis=1)
    probability = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    return NoteSample.of_tape(features, probability)


def test_the_stability_index_is_the_sum_over_bins_of_the_difference_times_the_log_ratio():
    # (0.25 - 0.5) ln(0.25 / 0.5) + (0.75 - 0.5) ln(0.75 / 0.5) = 0.17329 + 0.10137
    assert stability_index(np.array([0.5, 0.5]), np.array([0.25, 0.75])) == pytest.approx(0.27465, abs=1e-5)
    assert stability_index(np.array([0.2, 0.8]), np.array([0.2, 0.8])) == 0


def test_homogeneity_is_the_chi_square_test_of_two_rows_of_counts():
    # 30 and 70 against 50 and 50: expected 40 and 60 in each row, 4 terms of 100: 2 * 100/40 + 2 * 100/60 = 8.3333;
    # with one degree of freedom p = 0.00389.
    assert homogeneity_p(np.array([30.0, 70.0]), np.array([50.0, 50.0])) == pytest.approx(0.00389, abs=1e-5)


def test_bins_too_thin_for_the_test_are_put_together():
    # The last three bins expect under 5 notes in the smaller sample; together 7 + 7 of 100 and 100, they are alike.
    first, second = np.array([93.0, 4.0, 3.0, 0.0]), np.array([93.0, 0.0, 3.0, 4.0])
    assert homogeneity_p(first, second) == pytest.approx(1.0)
    # Two bins, the thin one too thin for any statement.
    assert homogeneity_p(np.array([99.0, 1.0]), np.array([96.0, 4.0])) == 1.0


def test_shares_that_sum_to_one_have_a_degree_of_freedom_less_than_classes():
    # d = 0.1 with a variance of 0.0025: 0.01 / 0.0025 = 4, p of chi-square with one degree of freedom 0.0455.
    variance = np.array([[0.0025, -0.0025], [-0.0025, 0.0025]])
    statistic, rank = quadratic(np.array([0.1, -0.1]), variance)
    assert (statistic, rank) == (pytest.approx(4.0), 1)
    assert chi_square_p(np.array([0.1, -0.1]), variance) == pytest.approx(0.0455, abs=1e-4)
    assert chi_square_p(np.array([0.0, 0.0]), np.zeros((2, 2))) == 1.0


def test_a_tape_of_the_same_kind_is_not_reported_and_one_shifted_is():
    reference = drift_reference(book(5_000, 1))
    same = drift_report(reference, book(800, 2), SETTINGS)
    assert not same.drifts
    moved = drift_report(reference, book(800, 3, shift=0.5), SETTINGS)
    assert moved.mix_drifts
    assert moved.mix[3] > moved.reference_mix[3]
    assert [one.name for one in moved.features if one.drifts] == ["ltv"]
    assert moved.features[0].name == "ltv"


def test_a_column_that_a_seller_no_longer_fills_is_drift():
    report = drift_report(drift_reference(book(3_000, 1)), book(500, 2, missing=0.9), SETTINGS)
    assert [one.name for one in report.features if one.drifts] == ["ltv"]
    assert not report.mix_drifts


def kept(**changes):
    """Two features and two classes that fit together, but for what is changed; None takes a part out."""
    content = {
        "size": 100.0,
        "edges": {"ltv": [0.5, 0.8], "flag": []},
        "shares": {"ltv": [0.2, 0.3, 0.4, 0.1], "flag": [0.75, 0.25]},
        "mean": [0.25, 0.75],
        "covariance": [[0.1, -0.1], [-0.1, 0.1]],
    } | changes
    return {name: value for name, value in content.items() if value is not None}


def test_a_reference_that_fits_together_is_read():
    assert DriftReference.from_dict(kept()).edges == {"ltv": (0.5, 0.8), "flag": ()}
    assert DriftReference.from_dict(drift_reference(book(200, 1)).to_dict()).mean.shape == (4,)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"edges": []}, "of another kind"),
        ({"edges": {"ltv": 0.5}}, "of another kind"),
        ({"mean": None}, "absent"),
        ({"size": 10**400}, "of another kind"),
        ({"size": 0}, "size must be"),
        ({"size": float("nan")}, "size must be"),
        ({"shares": {"ltv": [0.2, 0.3, 0.4, 0.1]}}, r"other features: \['flag'\]"),
        ({"shares": {"ltv": [0.6, 0.3, 0.1], "flag": [0.75, 0.25]}}, "ltv: 2 edges need 4 shares, found 3"),
        ({"shares": {"ltv": [0.2, 0.3, 0.4, 0.2], "flag": [0.75, 0.25]}}, "ltv: shares must be 0 or more and sum to 1"),
        ({"shares": {"ltv": [0.2, 0.3, 0.4, 0.1], "flag": [1.25, -0.25]}}, "flag: shares"),
        ({"edges": {"ltv": [0.8, 0.5], "flag": []}}, "ltv: edges must be finite and rise"),
        ({"edges": {"ltv": [0.8, float("inf")], "flag": []}}, "ltv: edges must be finite and rise"),
        ({"mean": 0.5}, "of the same classes"),
        ({"mean": [0.2, 0.3, 0.5]}, "of the same classes"),
        ({"covariance": [[0.1, float("nan")], [-0.1, 0.1]]}, "must be finite"),
        ({"mean": [0.75, 0.75]}, "must be 0 or more and sum to 1"),
        ({"mean": [1.25, -0.25]}, "must be 0 or more and sum to 1"),
        ({"covariance": [[0.1], [-0.1, 0.1]]}, "inhomogeneous"),
    ],
)
def test_a_reference_of_another_shape_is_a_value_error_that_names_the_part(changes, told):
    with pytest.raises(ValueError, match=told):
        DriftReference.from_dict(kept(**changes))


def test_by_chance_alone_the_stability_index_is_near_what_is_said_of_it():
    reference = drift_reference(book(4_000, 1))
    found = [drift_report(reference, book(400, 100 + seed), SETTINGS).features for seed in range(60)]
    ltv = [next(one for one in features if one.name == "ltv") for features in found]
    # Ten bins of known values and one of missing ones: 10 (1/4000 + 1/400) = 0.0275.
    assert ltv[0].by_chance == pytest.approx(0.0275)
    assert np.mean([one.psi for one in ltv]) == pytest.approx(0.0275, rel=0.25)


def test_a_reference_reads_back_from_json_and_reports_the_same():
    import json

    reference, tape = drift_reference(book(900, 1)), book(200, 2, shift=0.3)
    again = DriftReference.from_dict(json.loads(canonical_json(reference.to_dict())))
    assert drift_report(again, tape, SETTINGS) == drift_report(reference, tape, SETTINGS)


def test_snapshots_of_one_loan_are_one_draw():
    sample = book(100, 1)
    twice = NoteSample(
        pd.concat([sample.features] * 2, ignore_index=True),
        np.concatenate([sample.probability] * 2),
        np.full(200, 0.5),
        np.concatenate([sample.loan] * 2),
    )
    assert twice.size == sample.size == 100
    once, again = drift_reference(sample), drift_reference(twice)
    assert again.edges == once.edges
    for name, shares in once.shares.items():
        assert again.shares[name] == pytest.approx(shares)


def test_a_tape_without_a_feature_of_the_reference_is_refused():
    reference, tape = drift_reference(book(100, 1)), book(50, 2)
    lacking = NoteSample.of_tape(tape.features.drop(columns="flag"), tape.probability)
    with pytest.raises(ValueError, match="lack the features flag"):
        drift_report(reference, lacking, SETTINGS)


@given(st.integers(1, 30), st.integers(0, 5))
def test_any_tape_however_small_gets_finite_figures(n, seed):
    report = drift_report(drift_reference(book(60, 0)), book(n, seed), SETTINGS)
    figures = [report.moved, report.mix_p_value, *(one.psi for one in report.features)]
    assert np.isfinite(figures).all()
    assert all(0 <= one.p_value <= 1 for one in report.features)
