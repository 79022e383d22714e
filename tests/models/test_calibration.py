"""Calibration: worked by hand, and safe where a class is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models import Calibrator, OutcomeClassifier, choose_calibrator, fit_temperature
from models.calibration import fit_vector_scaling
from models.losses import default_floor, effective_rows
from notes import Outcome


def test_temperature_worked_by_hand():
    # The model says 0.9 to 0.1 (log odds ln 9) for ten notes; eight of them go that way, log odds ln 4.  The temperature
    # that makes the two agree is ln 9 / ln 4 = 2.1972 / 1.3863 = 1.5850.
    scores = np.log(np.tile([[0.9, 0.1]], (10, 1)))
    codes = np.array([0] * 8 + [1] * 2)
    assert fit_temperature(scores, codes, prior_sd=math.inf) == pytest.approx(1.5850, abs=2e-3)


def test_weights_count_as_that_many_notes():
    scores = np.log(np.array([[0.9, 0.1], [0.9, 0.1]]))
    weighed = fit_temperature(scores, np.array([0, 1]), sample_weight=[8.0, 2.0], prior_sd=math.inf)
    assert weighed == pytest.approx(1.5850, abs=2e-3)


def test_a_model_too_sure_of_itself_is_cooled_and_one_too_timid_heated():
    scores = np.log(np.tile([[0.7, 0.3]], (1000, 1)))
    assert fit_temperature(scores, np.arange(1000) % 2) > 1.5
    assert fit_temperature(scores, (np.arange(1000) % 10 == 0).astype(int)) < 0.8


def test_few_notes_cannot_move_the_temperature_far():
    scores = np.log(np.tile([[0.9, 0.1]], (4, 1)))
    codes = np.array([0, 0, 1, 1])  # half and half asks for an infinite temperature
    assert fit_temperature(scores, codes, prior_sd=math.inf) == pytest.approx(4.0, abs=0.01)
    assert 1.0 < fit_temperature(scores, codes) < 1.6


def test_no_notes_leave_the_temperature_at_one():
    assert fit_temperature(np.empty((0, 4)), np.array([], dtype=int)) == 1.0


def test_a_later_slice_without_an_outcome_is_no_hindrance(classifier: OutcomeClassifier, notes_of):
    frame, outcomes, _ = notes_of(600, seed=40)
    for absent in Outcome:
        some = outcomes != absent
        calibrated = (
            OutcomeClassifier(max_rounds=20, n_folds=2).fit(frame, outcomes).calibrate(frame[some], outcomes[some])
        )
        assert 0.25 <= calibrated.calibrator_.temperature <= 4
        assert (calibrated.predict_proba(frame) > 0).all()
        scaled = fit_vector_scaling(calibrated.scores(frame[some]), codes_of(outcomes[some]))
        assert (scaled.probabilities(calibrated.scores(frame)) > 0).all()


def codes_of(outcomes):
    names = [str(one) for one in Outcome]
    return np.array([names.index(str(one)) for one in outcomes])


def drawn(scores, seed):
    """Draw an outcome from each note's probabilities."""
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return (np.random.default_rng(seed).random((len(scores), 1)) > chances.cumsum(axis=1)).sum(axis=1)


def test_an_offset_worked_by_hand():
    # The model gives 0.5 to both of two classes for 10,000 notes; 8,000 go the first way, log odds ln 4 = 1.386.
    # Centred scores are 0, so only the offsets can tell, and by symmetry each takes half: +0.693 and -0.693; the prior's
    # pull, 0.69 / 0.25^2 = 11 against 1,600 a unit, leaves 0.686.
    found = fit_vector_scaling(np.zeros((10_000, 2)), np.repeat([0, 1], [8_000, 2_000]))
    assert found.scales == (1.0, 1.0)
    assert found.offsets == pytest.approx((0.693, -0.693), abs=0.01)


def test_each_class_is_stretched_and_shifted_by_its_own_number():
    # Centred scores of (3, 0, 0) are (2, -1, -1); times 1, 2, 1, plus 0, 1, 0: (2, -1, -1).
    calibrator = Calibrator(scales=(1.0, 2.0, 1.0), offsets=(0.0, 1.0, 0.0))
    assert calibrator.scores(np.array([[3.0, 0.0, 0.0]])).tolist() == [[2.0, -1.0, -1.0]]
    # 100 more for every class is the same note
    assert calibrator.scores(np.array([[103.0, 100.0, 100.0]])).tolist() == [[2.0, -1.0, -1.0]]


def test_the_method_is_what_the_held_out_notes_ask_for():
    scores = np.random.default_rng(1).normal(scale=1.5, size=(4_000, 4))
    asked = {
        "none": drawn(scores, 2),
        "temperature": drawn(scores / 2, 3),
        "vector": drawn(scores * [1.0, 0.4, 1.0, 1.0] + [0.0, 0.8, 0.0, -0.8], 4),
    }
    for method, codes in asked.items():
        calibrator, losses = choose_calibrator(scores, codes)
        assert calibrator.method == method == min(losses, key=losses.__getitem__)


def test_loans_are_held_out_whole():
    # 40 loans with ten rows each that all ended alike: rows dealt out one by one would give the loan away, and 40 loans say
    # too little of a model that is right to move it.
    scores = np.repeat(np.random.default_rng(5).normal(size=(40, 2)), 10, axis=0)
    codes = np.repeat(drawn(scores[::10], 6), 10)
    _, together = choose_calibrator(scores, codes, groups=np.repeat(np.arange(40), 10))
    _, apart = choose_calibrator(scores, codes)
    assert together["vector"] > apart["vector"]


def test_a_loan_in_seven_snapshots_says_as_much_as_one():
    scores = 3 * np.random.default_rng(7).normal(size=(60, 2))
    codes, loans = drawn(scores / 3, 8), np.repeat(np.arange(60), 7)
    seven = np.repeat(scores, 7, axis=0), np.repeat(codes, 7)
    assert fit_temperature(*seven, groups=loans) == pytest.approx(fit_temperature(scores, codes), abs=1e-4)
    assert fit_temperature(*seven) > fit_temperature(scores, codes) + 0.05
    alike, once = fit_vector_scaling(*seven, groups=loans), fit_vector_scaling(scores, codes)
    np.testing.assert_allclose([*alike.scales, *alike.offsets], [*once.scales, *once.offsets], atol=1e-4)


def test_fewer_than_five_loans_get_a_shrunk_temperature():
    calibrator, losses = choose_calibrator(np.log([[0.9, 0.1]] * 4), np.array([0, 0, 1, 1]))
    assert losses == {}
    assert 1.0 < calibrator.temperature < 1.6
    assert calibrator.scales == ()


def test_a_calibration_counts_less_on_more_notes():
    # Half the notes: the square root of a temperature of 1.44, of scales of 4 and 1/4, and half of an offset.
    eased = Calibrator(1.44, 0.001, (4.0, 0.25), (0.3, -0.3)).eased(0.5)
    assert eased.temperature == pytest.approx(1.2)
    assert eased.scales == pytest.approx((2.0, 0.5))
    assert eased.offsets == pytest.approx((0.15, -0.15))
    assert eased.floor == 0.001


def test_a_calibrator_keeps_the_order_of_classes_and_holds_the_floor():
    # 0.8 and 0.2 at temperature 2 are the square roots, 0.8944 and 0.4472, over their sum: 0.6667 and 0.3333.
    # A floor of 0.01 mixes them: 0.01 + 0.98 x 0.6667 = 0.6633.
    found = Calibrator(2.0, 0.01).probabilities(np.log([[0.8, 0.2]]))
    np.testing.assert_allclose(found, [[0.66333, 0.33667]], atol=1e-5)
    certain = Calibrator(1.0, 0.001).probabilities(np.array([[1000.0, 0.0, -1000.0, 0.0]]))
    np.testing.assert_allclose(certain, [[0.997, 0.001, 0.001, 0.001]], atol=1e-12)


def test_the_floor_is_half_a_case_and_at_most_a_thousandth():
    assert default_floor(20_000, 4) == 0.5 / 20_000
    assert default_floor(10, 4) == 0.001


def test_the_effective_size_is_kishs():
    # weights 1, 1, 2: (1 + 1 + 2)² / (1 + 1 + 4) = 16 / 6
    assert effective_rows(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)


def test_what_the_floor_allows_for_is_not_paid_for_again():
    """True scores of which one in 125 outcomes is anything at all: with the right floor they need no calibration."""
    rng = np.random.default_rng(9)
    scores = 4 * rng.normal(size=(10_000, 4))
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    codes = np.where(rng.random(10_000) < 0.008, rng.integers(0, 4, 10_000), codes)
    assert fit_temperature(scores, codes, floor=0.002) == pytest.approx(1.0, abs=0.02)
    assert fit_temperature(scores, codes) > 1.03
    calibrator, losses = choose_calibrator(scores, codes, floor=0.002)
    assert calibrator.method == "none"
    assert losses["none"] < losses["temperature"] + 1e-4


def test_vector_scaling_allows_for_the_floor_too():
    rng = np.random.default_rng(10)
    scores = 4 * rng.normal(size=(20_000, 4))
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    codes = np.where(rng.random(20_000) < 0.008, rng.integers(0, 4, 20_000), codes)
    assert fit_vector_scaling(scores, codes, floor=0.002).scales == pytest.approx((1.0,) * 4, abs=0.03)
