"""What more resolutions would buy: the curve, and what is said of it."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tapes.headings
from notes import Notes
from training.config import TrainingConfig
from training.evaluate import Interval, Judged
from training.judgement_learning import (
    LearningCurve,
    LearningData,
    LearningPoint,
    fit_inverse,
    learning_curve,
    why_no_curve,
)
from training.judgement_parts import Bootstrap
from training.page_context import curve_words, learning_words

ALIASES = Path(tapes.headings.__file__).with_name("aliases.csv")
DATA = TrainingConfig.from_toml().data
BOOTSTRAP = Bootstrap(draws=200, confidence=0.95, seed=1)


def judged(outcome, weight=None, loan=None):
    n = len(outcome)
    return Judged(
        np.array(outcome, dtype=np.int64),
        np.ones(n) if weight is None else np.array(weight, dtype=np.float64),
        np.arange(n) if loan is None else np.array(loan),
    )


def notes_of(**columns):
    n = len(next(iter(columns.values())))
    plain = {"loan_id": [f"L{i}" for i in range(n)], "as_of_date": ["2024-03-31"] * n}
    frame = pd.DataFrame(plain | columns)
    return Notes(frame)


def test_the_curve_goes_through_points_that_lie_on_one():
    # 0.8 + 10 / n: 0.9 at 100, 0.85 at 200, 0.825 at 400.
    assert fit_inverse([100, 200, 400], [0.9, 0.85, 0.825]) == (pytest.approx(0.8), pytest.approx(10.0))


def test_a_log_loss_that_does_not_fall_promises_nothing():
    floor, slope = fit_inverse([100, 200], [0.80, 0.82])
    assert (floor, slope) == (pytest.approx(0.81), 0.0)


def test_what_500_more_would_buy_is_the_fall_of_the_curve():
    # 10 / 500 - 10 / 1000 = 0.01
    assert LearningCurve((), 0.8, 10.0).gain(500) == pytest.approx(0.01)


def test_the_words_say_less_than_a_ten_thousandth_and_nothing_only_where_the_curve_is_flat():
    # 10 / 500 - 10 / 1000 = 0.01 for 500 more and for twice as many; at 20,000: 0.0000122; at 10,000 twice as many: 0.0005.
    assert "by about 0.0100, from about 0.8200" in learning_words(LearningCurve((), 0.8, 10.0), 500)
    large = learning_words(LearningCurve((), 0.8, 10.0), 20_000)
    assert "less than 0.0001" in large
    assert "twice as many would lower it by about 0.0005" in learning_words(LearningCurve((), 0.8, 10.0), 10_000)
    assert "nothing that can be seen" in learning_words(LearningCurve((), 0.8, 0.0), 500)


def curve_of(*points):
    floor, slope = fit_inverse([n for n, _, _ in points], [loss for _, loss, _ in points])
    return LearningCurve(tuple(LearningPoint(n, loss, gap) for n, loss, gap in points), floor, slope)


def test_a_gain_that_may_be_nothing_is_said_to_be_one():
    doubtful = curve_of((400, 0.71, Interval(0.01, -0.0077, 0.0271)), (800, 0.70, None))
    assert "the gain is not told from nothing" in learning_words(doubtful, 800)
    sure = curve_of((400, 0.71, Interval(0.01, 0.0077, 0.0123)), (800, 0.70, None))
    assert "not told from nothing" not in learning_words(sure, 800)
    # It is the fit on the fewest loans that decides: one on more is nearer to that on all.
    near = curve_of(
        (200, 0.73, Interval(0.03, 0.01, 0.05)), (400, 0.71, Interval(0.01, -0.01, 0.03)), (800, 0.70, None)
    )
    assert "not told from nothing" not in learning_words(near, 800)


def test_through_two_points_a_curve_always_goes_so_it_is_not_said_how_far_it_misses():
    gap = Interval(0.01, -0.01, 0.03)
    assert "misses" not in curve_words(curve_of((400, 0.71, gap), (800, 0.70, None)))
    assert "any two allow one" in curve_words(curve_of((400, 0.71, gap), (800, 0.70, None)))
    # A log loss that rises from 0.70 to 0.72 is met by a flat line at 0.71, 0.01 off each.
    assert "misses by up to 0.0100" in curve_words(curve_of((400, 0.70, gap), (800, 0.72, None)))
    # Through 0.9 at 100 and 0.8 at 200 and 400, n in hundreds: means of 1/n 7/12 and of the loss 5/6; slope (5/12 * 1/15 +
    # 1/12 * 1/30 + 1/3 * 1/30) / (25/144 + 1/144 + 16/144) = (1/24) / (42/144) = 1/7, floor 3/4: the middle point is met
    # at 3/4 + 1/14 = 0.8214, the first at 0.8929, the last at 0.7857.
    three = curve_of((100, 0.9, gap), (200, 0.8, gap), (400, 0.8, None))
    assert "through 3 points, which it misses by up to 0.0214" in curve_words(three)


def test_loans_are_drawn_whole_and_nested_and_sizes_without_an_outcome_left_out():
    seen = []

    def fit(loans):
        seen.append(set(loans.tolist()))
        return np.full((20, 4), 0.25)

    loan = np.repeat(np.arange(200), 2)
    outcome = np.array(["reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"])[loan % 4]
    part = judged([0, 1, 2, 3] * 5)
    better = 0.1 + 0.6 * part.one_hot
    curve = learning_curve(LearningData(loan, outcome, fit), part, better, [4, 50, 100, 200], BOOTSTRAP)
    assert [one.n_loans for one in curve.points] == [50, 100, 200]
    assert seen[0] < seen[1]
    # -ln 0.25 + ln 0.7 for each of the smaller fits
    assert curve.points[0].difference.estimate == pytest.approx(1.0296, abs=1e-4)
    assert curve.points[-1].difference is None
    assert learning_curve(LearningData(loan, outcome, fit), part, better, [], BOOTSTRAP) is None


def test_why_no_learning_curve_is_drawn_is_said_with_what_is_lacking():
    loan, outcome = np.arange(100), np.array(["reperform"] * 97 + ["deed_in_lieu"] * 3)
    data = LearningData(loan, outcome, lambda loans: pytest.fail("there is too little to fit on"))
    part = judged([0, 1, 2, 3] * 5)
    assert learning_curve(data, part, 0.1 + 0.6 * part.one_hot, [25, 99], BOOTSTRAP) is None
    # All but one of the hundred loans, so two or three of the three deeds, of which five are needed.
    said = why_no_curve(data, [25, 99], BOOTSTRAP)
    assert re.fullmatch(
        "the largest part to be fitted on, 99 of 100 loans, holds [23] rows of deed in lieu, and 5 are needed", said
    )
    assert "switched off (judgement.learning_percents)" in why_no_curve(data, [], BOOTSTRAP)
