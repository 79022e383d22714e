"""Temperature: worked by hand, and safe where a class is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models import OutcomeClassifier, TemperatureCalibrator, fit_temperature
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


def test_a_calibrator_keeps_the_order_of_classes_and_holds_the_floor():
    # 0.8 and 0.2 at temperature 2 are the square roots, 0.8944 and 0.4472, over their sum: 0.6667 and 0.3333.
    # A floor of 0.01 mixes them: 0.01 + 0.98 x 0.6667 = 0.6633.
    found = TemperatureCalibrator(2.0, 0.01).probabilities(np.log([[0.8, 0.2]]))
    np.testing.assert_allclose(found, [[0.66333, 0.33667]], atol=1e-5)
    certain = TemperatureCalibrator(1.0, 0.001).probabilities(np.array([[1000.0, 0.0, -1000.0, 0.0]]))
    np.testing.assert_allclose(certain, [[0.997, 0.001, 0.001, 0.001]], atol=1e-12)


def test_the_floor_is_half_a_case_and_at_most_a_thousandth():
    assert default_floor(20_000, 4) == 0.5 / 20_000
    assert default_floor(10, 4) == 0.001


def test_the_effective_size_is_kishs():
    # weights 1, 1, 2: (1 + 1 + 2)² / (1 + 1 + 4) = 16 / 6
    assert effective_rows(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
