"""Hand-worked figures of what the report adds to the gate's own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tapes.headings
from notes import Notes, PaymentHistory, Tape
from pricing import Assumptions
from training.config import TrainingConfig
from training.evaluate import Judged, paired_difference
from training.judgement import SHIPPED_ASSUMPTIONS, drawn
from training.judgement_bids import bid_errors, highest_share, judge_bids, realised_odds
from training.judgement_importance import permutation_importance
from training.judgement_parts import IN_NONE, Bootstrap, part_scores, quarters, states
from training.judgement_reliability import reliability, wilson_interval

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


# Reliability


def test_the_band_of_a_share_is_wilsons():
    # 2 of 10 at 90 %: z = 1.6449, z² = 2.7055; centre 0.2 + 0.1353, half 1.6449 sqrt(0.016 + 0.006764) = 0.2482, both
    # over 1.2706: 0.0686 to 0.4592.
    band = wilson_interval(0.2, 10, 0.90)
    assert (band.low, band.high) == (pytest.approx(0.0686, abs=1e-4), pytest.approx(0.4592, abs=1e-4))


def test_a_bin_holds_notes_of_like_probability_and_says_how_many_ended_so():
    low, high = [0.9, 0.04, 0.03, 0.03], [0.3, 0.6, 0.05, 0.05]
    part = judged([0, 0, 0, 1, 1, 0, 1, 1])
    bins = [one for one in reliability(part, np.array([low] * 4 + [high] * 4), 2, 0.90) if one.outcome == "reperform"]
    assert [one.n_notes for one in bins] == [4, 4]
    assert [one.predicted for one in bins] == pytest.approx([0.3, 0.9])
    assert [one.actual.estimate for one in bins] == [0.25, 0.75]


def test_weights_and_snapshots_of_one_loan_widen_the_band():
    probability = np.full((8, 4), 0.25)
    plain = reliability(judged([0, 0, 1, 1, 2, 2, 3, 3]), probability, 1, 0.90)[0].actual
    loans = reliability(judged([0, 0, 1, 1, 2, 2, 3, 3], loan=[0, 0, 1, 1, 2, 2, 3, 3]), probability, 1, 0.90)[0].actual
    assert plain.estimate == loans.estimate == 0.25
    assert loans.high - loans.low > plain.high - plain.low


# Parts


def test_a_part_has_the_mean_difference_of_its_own_notes():
    part = judged([0, 0, 1, 1])
    mine = np.array([[0.5, 0.3, 0.1, 0.1]] * 4)
    other = np.array([[0.25, 0.6, 0.05, 0.1]] * 4)
    scores = part_scores(part, mine, other, {"lien": np.array(["1", "1", "2", "2"])}, BOOTSTRAP)
    # Lien 1 ended in the first outcome: -ln 0.5 + ln 0.25 = -0.6931; lien 2 in the second: -ln 0.3 + ln 0.6 = +0.6931.
    assert [one.difference.estimate for one in scores] == pytest.approx([-0.6931, 0.6931], abs=1e-4)
    for one in scores:  # every note of a part has the same difference, so no draw of them gives another
        assert one.difference.low == pytest.approx(one.difference.high)
    assert [one.n_notes for one in scores] == [2, 2]


def test_the_interval_is_about_two_standard_errors_wide_on_each_side():
    rng = np.random.default_rng(0)
    n = 2_000
    p = rng.uniform(0.2, 0.8, n)
    mine = np.stack([p, 1 - p - 0.02, np.full(n, 0.01), np.full(n, 0.01)], axis=1)
    other = np.full((n, 4), [0.5, 0.48, 0.01, 0.01])
    part = judged((rng.random(n) > p).astype(int))
    [found] = part_scores(part, mine, other, {"all": np.array(["yes"] * n)}, Bootstrap(2_000, 0.95, 3))
    row = -np.log(mine[np.arange(n), part.outcome]) + np.log(other[np.arange(n), part.outcome])
    error = row.std() / np.sqrt(n)
    assert found.difference.high - found.difference.low == pytest.approx(2 * 1.96 * error, rel=0.08)


def test_the_same_notes_have_the_same_interval_under_every_name_and_beside_the_baselines():
    rng = np.random.default_rng(4)
    n = 300
    mine, other = rng.dirichlet([2, 1, 1, 1], n), rng.dirichlet([2, 1, 1, 1], n)
    part = judged(rng.choice(4, n), rng.choice([0.5, 1.0, 2.0], n), rng.integers(0, 250, n))
    late = rng.random(n) < 0.2
    groups = {
        "seller": np.full(n, "made"),
        "months_behind": np.where(late, "1-2", "0"),
        "late": np.where(late, "yes", IN_NONE),  # a part of the book, the others in none
    }
    found = {(one.by, one.value): one for one in part_scores(part, mine, other, groups, BOOTSTRAP)}
    assert set(found) == {("seller", "made"), ("months_behind", "1-2"), ("months_behind", "0"), ("late", "yes")}
    whole = paired_difference(part, mine, other, draws=200, confidence=0.95, seed=1)
    for one, same in (
        (found["seller", "made"].difference, whole),
        (found["late", "yes"].difference, found["months_behind", "1-2"].difference),
    ):
        assert (one.estimate, one.low, one.high) == pytest.approx((same.estimate, same.low, same.high), rel=1e-12)
    assert found["late", "yes"].n_notes == late.sum()


def test_quarters_and_states_are_named_and_rare_states_put_together():
    notes = notes_of(
        loan_id=[f"L{i}" for i in range(33)],
        as_of_date=["2024-01-31", "2024-03-31", "2024-04-30"] + ["2024-12-31"] * 30,
        property_state=["TX"] * 2
        + ["NY", "CA", "FL", "OH", "PA", "GA", "NJ", "IL", "MD", "MI", "NC", "VA", "WA", "AZ", "CO"] * 2
        + ["AL"],
    )
    assert quarters(notes)[:4].tolist() == ["2024 Q1", "2024 Q1", "2024 Q2", "2024 Q4"]
    named = states(notes)
    assert len(set(named)) == 16  # fifteen and the others
    assert named[-1] == "other"


# Importance


def test_only_what_the_model_looks_at_is_worth_anything():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"seen": rng.random(400), "unseen": rng.random(400), "constant": 1.0})

    def predict(features):
        p = 0.1 + 0.8 * features["seen"].to_numpy()
        return np.stack([p, 1 - p - 0.02, np.full(len(p), 0.01), np.full(len(p), 0.01)], axis=1)

    part = judged((rng.random(400) > 0.1 + 0.8 * frame["seen"]).astype(int))
    groups = {"unseen": ["unseen"], "seen": ["seen"], "constant": ["constant"]}
    found = {one.name: one for one in permutation_importance(predict, frame, part, groups, 1)}
    assert list(found) == ["seen", "constant", "unseen"]
    assert found["seen"].rise > 3 * found["seen"].standard_error
    assert found["unseen"].rise == found["constant"].rise == 0


# Bids


def test_differences_of_bids_are_summed_up_by_weight():
    # |error| 1, 2, 3, 10 with weights 1, 1, 1, 1: mean 4; 90 % of the weight needs the fourth; bias (1-2+3+10)/4 = 3.
    found = bid_errors(np.array([1.0, -2.0, 3.0, 10.0]), np.ones(4))
    assert (found.mean, found.high, found.bias, found.overbid) == (4.0, 10.0, 3.0, 0.75)
    # With weights 9, 1: nine tenths of the weight do not exceed 1.
    assert bid_errors(np.array([1.0, -5.0]), np.array([9.0, 1.0])).high == 1.0


def test_the_notes_won_are_those_bid_highest_until_they_hold_a_fifth_of_the_weight():
    values = np.array([0.2, 0.9, 0.5, 0.7, 0.1])
    assert np.flatnonzero(highest_share(values, np.ones(5), 0.2)).tolist() == [1]
    assert np.flatnonzero(highest_share(values, np.ones(5), 0.4)).tolist() == [1, 3]
    assert np.flatnonzero(highest_share(values, np.array([1, 9, 1, 1, 1.0]), 0.2)).tolist() == [1]


def test_realised_odds_leave_every_outcome_possible():
    odds = realised_odds(np.array([3, 0]), 4, 0.001)
    assert odds.sum(axis=1) == pytest.approx([1, 1])
    assert (odds > 0).all()
    assert odds.argmax(axis=1).tolist() == [3, 0]


def priced_tape(values):
    n = len(values)
    notes = notes_of(
        lien_position=[1.0] * n,
        upb=[100_000.0] * n,
        as_is_value=values,
        property_state=["TX"] * n,
        note_rate=[0.06] * n,
        p_and_i=[700.0] * n,
        next_due_date=["2023-12-01"] * n,
    )
    return Tape(notes, PaymentHistory.from_pay_strings(["0000000001234"] * n))


def test_a_model_that_knew_the_end_bids_as_in_hindsight_and_what_cannot_be_priced_is_counted():
    tape = priced_tape([150_000.0, np.nan, 80_000.0])
    part = judged([0, 1, 3])
    knew = realised_odds(part.outcome, 4, 0.001)
    models = {"model": knew, "prior": np.full((3, 4), 0.25)}
    found = judge_bids(tape, part, models, Assumptions.from_toml(SHIPPED_ASSUMPTIONS), 0.001)
    assert found.n_left_out == 1
    assert found.all_notes["model"].mean == 0
    assert found.all_notes["model"].overbid == 0
    assert found.all_notes["prior"].mean > 1
    assert sum(found.histogram) == pytest.approx(1)
    nothing = judge_bids(
        priced_tape([np.nan]), judged([0]), {"model": knew[:1]}, Assumptions.from_toml(SHIPPED_ASSUMPTIONS), 0.001
    )
    assert nothing is None


def test_a_draw_of_rows_is_all_of_them_where_there_are_few():
    assert drawn(3, 5, 1).tolist() == [0, 1, 2]
    some = drawn(100, 10, 1)
    assert len(set(some.tolist())) == 10
    assert (np.diff(some) > 0).all()
