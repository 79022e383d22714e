"""Hand-worked figures of what the report adds to the gate's own."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tapes.headings
from features import feature_frame
from features.catalogue import FEATURES
from notes import Notes, PaymentHistory, Tape
from pricing import Assumptions
from training.config import TrainingConfig
from training.evaluate import Interval, Judged, paired_difference
from training.feature_columns import made_of
from training.judgement import SHIPPED_ASSUMPTIONS, drawn
from training.judgement_bids import bid_errors, highest_share, judge_bids, realised_odds
from training.judgement_importance import permutation_importance
from training.judgement_leakage import (
    LeakageReport,
    auc_at_least,
    feature_aucs,
    later_dates,
    leak_warnings,
    outcome_like_columns,
)
from training.judgement_learning import (
    LearningCurve,
    LearningData,
    LearningPoint,
    fit_inverse,
    learning_curve,
    why_no_curve,
)
from training.judgement_parts import IN_NONE, Bootstrap, part_scores, quarters, states
from training.judgement_reliability import reliability, wilson_interval
from training.page_context import curve_words, learning_words
from training.snapshots import draw_snapshots
from training.weights import label
from worlds import WorldSettings, make_world

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


# Leakage


def test_a_column_equal_to_the_outcome_ranks_first():
    outcome = np.array([0, 1, 2, 3] * 10)
    frame = pd.DataFrame({"noise": np.tile([1.0, 2.0], 20), "leak": (outcome == 3).astype(float)})
    first = feature_aucs(frame, outcome, np.ones(40), DATA)[0]
    assert (first.name, first.outcome, first.auc) == ("leak", "foreclosure", 1.0)


def test_what_an_auc_is_at_least_falls_with_the_number_of_loans_of_the_outcome():
    # A = 0.9: Q1 = 0.9 / 1.1 = 0.81818, Q2 = 1.62 / 1.9 = 0.85263, A² = 0.81.  With 100 and 400 loans the variance is
    # (0.09 + 99 × 0.00818 + 399 × 0.04263) / 40,000 = 0.000448, its root 0.02116.
    assert auc_at_least(0.9, 100, 400) == pytest.approx(0.9 - 2 * 0.02116, abs=1e-4)
    assert auc_at_least(0.9, 10, 400) < 0.78
    assert auc_at_least(1.0, 0, 400) == 0.5


def leaky_frame(n, share_told):
    """Half the loans foreclosed, of which a share has another debt-to-income; the feature tells nothing else."""
    outcome = np.array([0, 3] * (n // 2))
    told = (outcome == 3) & (np.arange(n) < share_told * n)
    return pd.DataFrame({"debt_to_income": np.where(told, 0.95, 0.4)}), outcome


def test_a_feature_that_is_no_payment_behaviour_is_suspect_at_what_payments_may_reach():
    # Nine in ten told, the tenth tied with all others: AUC 0.9 + 0.1 / 2 = 0.95.
    frame, outcome = leaky_frame(2_000, 0.9)
    [found] = feature_aucs(frame, outcome, np.ones(2_000), DATA)
    assert found.auc == pytest.approx(0.95)
    assert found.suspect
    [paid] = feature_aucs(frame.set_axis(["months_behind"], axis=1), outcome, np.ones(2_000), DATA)
    assert paid.auc == found.auc
    assert not paid.suspect
    # Eight in ten: AUC 0.9, suspect among two thousand loans; among forty it may be chance.
    for n, suspect in ((2_000, True), (40, False)):
        frame, outcome = leaky_frame(n, 0.8)
        [found] = feature_aucs(frame, outcome, np.ones(n), DATA)
        assert found.auc == pytest.approx(0.9)
        assert found.suspect is suspect


@pytest.mark.parametrize("kind", ["smooth", "steps"])
def test_made_notes_are_not_warned_of_and_an_overwritten_column_is(kind):
    drawn = draw_snapshots(make_world(WorldSettings(kind, 1_500, 0, 2)).resolutions, (0, 1, 2, 3, 6, 12, 24), 1)
    labels = label(drawn.resolutions, 60)
    rows, honest = labels.resolved, feature_frame(drawn.resolutions.tape)
    foreclosed = labels.outcome == 3
    late = honest.assign(
        debt_to_income=np.where(foreclosed & (np.arange(len(honest)) % 20 < 17), 0.95, honest["debt_to_income"])
    )
    plain, told = (feature_aucs(one[rows], labels.outcome[rows], drawn.weight[rows], DATA) for one in (honest, late))
    assert not [one.name for one in plain if one.suspect]
    assert [(one.name, one.outcome) for one in told if one.suspect] == [("debt_to_income", "foreclosure")]
    [said] = leak_warnings(LeakageReport(told, {}, None, None), {"DTI": "dti", "upb": "upb"})
    assert "debt_to_income tells foreclosure from the rest with an AUC of 0.9" in said
    assert "(column 'DTI' (read as dti))" in said
    assert leak_warnings(LeakageReport(plain, {}, None, None), {}) == ()


def test_event_dates_after_the_as_of_date_are_counted_and_dates_that_may_lie_ahead_are_not():
    notes = notes_of(
        modification_date=["2024-04-15", "2024-03-31", None],
        maturity_date=["2044-01-01"] * 3,
        next_due_date=["2024-04-01"] * 3,
    )
    assert later_dates(notes) == {"modification_date": 1}


@pytest.mark.parametrize(
    "heading",
    [
        "Resolution Type",
        "fcCompletionDate",
        "REO_FLAG",
        "Zero Balance Cd",
        "NS_PROCS",
        "Disposition Dt",
        "pifDate",
        "actualFcSaleDate",
        "DISP_DT",
        "primStat",
        "saleResults",
        "dilCompletionDate",
        "deed_recorded",
        "ssComplete",
        "inactiveDate",
        "resolutionProceeds",
        "Sales Proceed",
        "final_status",
        "FINALSTATUS",
        "Result",
        "Closed Dt",
        "Liquidation Type",
        "Payoff Date",
        "Loan Sold (Y/N)",
        "Resolved As",
        "Recoveries",
        "Paid Off",
        "target",
    ],
)
def test_headings_under_which_servicers_write_the_end_are_found(heading):
    assert len(outcome_like_columns({heading: "foreclosure_status"})) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Area",
        "Current UPB",
        "FC Status",
        "loan_status",
        "Videoed",
        "Next Due Date",
        "Foreclosure Referral Date",
        "Referred to Foreclosure Date",
        "FC Complaint Filed Date",
        "stage_reached_in_legal_proceedings",
        "Final Maturity Date",
        "Closed-End Second",
        "Ending Principal Balance",
    ],
)
def test_plain_headings_are_not_and_the_outcome_itself_is_meant(heading):
    assert outcome_like_columns({heading: "upb", "Resolution Date": "resolution_date"}) == ()


def test_every_heading_known_to_be_told_after_the_fact_is_found_and_of_those_read_only_few_that_need_a_look():
    found = {True: set(), False: set()}
    for one in csv.DictReader(ALIASES.read_text(encoding="utf-8").splitlines()):
        if one["target"] not in ("ignored", "personal"):
            after = one["target"] == "after_the_fact"
            # Told apart by the words alone: a mapping may call such a column anything.
            found[after].add((one["heading"], len(outcome_like_columns({one["heading"]: "not used"}))))
    assert {number for _, number in found[True]} == {1}
    needing_a_look = {heading for heading, number in found[False] if number}
    assert all("REO" in one or one == "primStat" for one in needing_a_look)


def test_a_column_told_after_the_fact_by_the_users_mapping_is_found_whatever_its_heading():
    [found] = outcome_like_columns({"X17": "after_the_fact"})
    assert (found.heading, found.features) == ("X17", ())


def test_of_a_column_headed_like_an_outcome_it_is_known_whether_the_model_reads_it():
    by_heading = {
        one.heading: one.features
        for one in outcome_like_columns(
            {
                "final_status": "not used",
                "final stage": "foreclosure_status",
                "resolved dti": "dti",
                "exit": "loan_status",
            }
        )
    }
    assert by_heading["final_status"] == ()
    assert by_heading["final stage"] == ("foreclosure_stage", "months_since_referral")
    assert by_heading["resolved dti"] == ("debt_to_income", "layered_risk_count")
    # A status fills the stage, the chapter and the workout where those columns are empty.
    assert {"foreclosure_stage", "bankruptcy", "workout_under_way"} < set(by_heading["exit"])


@pytest.mark.parametrize(
    ("feature", "columns", "said"),
    [
        ("foreclosure_stage", {"foreclosure_status": "foreclosure_status"}, "column 'foreclosure_status'"),
        (
            "foreclosure_stage",
            {"Status": "loan_status", "dti": "dti", "FC Stage": "foreclosure_status"},
            "columns 'FC Stage' (read as foreclosure_status), 'Status' (read as loan_status)",
        ),
        ("months_behind", {"Next Due": "next_due_date"}, "column 'Next Due' (read as next_due_date) and the payments"),
        ("months_behind", {"pay_string": "pay_string"}, "column 'pay_string'"),
        ("debt_to_income", {"dti": "not used"}, "no column of the file"),
        ("debt_to_income", None, "field dti"),
        ("foreclosure_stage", None, "fields foreclosure_status, foreclosure_referral_date"),
    ],
)
def test_a_feature_is_traced_to_the_columns_of_the_file(feature, columns, said):
    assert made_of(feature, columns) == said


# Learning curve


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


def test_a_day_of_the_end_read_as_the_as_of_date_is_in_every_feature():
    [found] = outcome_like_columns({"Disposition Date": "as_of_date"})
    assert len(found.features) == len(FEATURES)
