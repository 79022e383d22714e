import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from training.evaluate import (
    Judged,
    brier_score,
    class_counts,
    classwise_calibration_error,
    excess_log_loss,
    explained_share,
    log_loss,
    paired_difference,
    ranking_aucs,
    slices,
)

TWO = Judged(np.array([0, 3]), np.array([1.0, 3.0]), np.array([0, 1]))
P = np.array([[0.5, 0.2, 0.1, 0.2], [0.25, 0.25, 0.25, 0.25]])


def random_judged(n=4000, seed=0, snapshots=1):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet([2, 1, 0.3, 1], n) * 0.98 + 0.005
    outcome = (rng.random(n)[:, None] > np.cumsum(p, axis=1)).sum(axis=1)
    return Judged(np.minimum(outcome, 3), rng.uniform(0.2, 2, n), np.arange(n) // snapshots), p


def test_log_loss_is_the_weighted_mean_of_minus_log_p():
    # (1 * -ln .5 + 3 * -ln .25) / 4 = (.693147 + 3 * 1.386294) / 4
    assert log_loss(TWO, P) == pytest.approx(1.2130075659799042)


def test_brier_is_the_weighted_mean_of_squares_over_all_four():
    # First: .25 + .04 + .01 + .04 = .34; second: .0625 * 3 + .5625 = .75; (.34 + 2.25) / 4
    assert brier_score(TWO, P) == pytest.approx(0.6475)


def test_log_loss_and_brier_agree_with_scikit_learn():
    judged, p = random_judged()
    assert log_loss(judged, p) == pytest.approx(sklearn_log_loss(judged.outcome, p, sample_weight=judged.weight))
    theirs = brier_score_loss(judged.outcome, p, sample_weight=judged.weight, scale_by_half=False, labels=[0, 1, 2, 3])
    assert brier_score(judged, p) == pytest.approx(theirs)


def test_calibration_error_of_constant_probabilities_is_their_distance_from_the_shares():
    # Shares .5 .5 0 0 against .4 .4 .1 .1: four gaps of .1.
    judged = Judged(np.array([0, 1]), np.ones(2), np.arange(2))
    assert classwise_calibration_error(judged, np.tile([0.4, 0.4, 0.1, 0.1], (2, 1))) == pytest.approx(0.1)


def test_calibration_error_is_small_for_the_truth_and_large_for_overconfidence():
    judged, p = random_judged(20_000)
    sharp = p**3 / (p**3).sum(axis=1, keepdims=True)
    assert classwise_calibration_error(judged, p) < 0.01
    assert classwise_calibration_error(judged, sharp) > 0.05


def test_counts_hold_the_weighted_sums_and_the_clustered_error():
    counts = class_counts(TWO, P)
    assert [c.outcome for c in counts] == ["reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"]
    assert [c.predicted for c in counts] == pytest.approx([1.25, 0.95, 0.85, 0.95])
    assert [c.actual for c in counts] == pytest.approx([1, 0, 0, 3])
    # foreclosure: residuals 1 * .2 and 3 * -.75 = -2.25
    assert counts[3].standard_error == pytest.approx(np.hypot(0.2, 2.25))
    same_loan = Judged(TWO.outcome, TWO.weight, np.array([5, 5]))
    assert class_counts(same_loan, P)[3].standard_error == pytest.approx(2.05)


def test_the_error_of_counts_is_that_of_a_binomial():
    # 10,000 notes at p = .3: sqrt(10000 * .3 * .7) = 45.8
    rng = np.random.default_rng(1)
    judged = Judged(np.where(rng.random(10_000) < 0.3, 3, 0), np.ones(10_000), np.arange(10_000))
    p = np.tile([0.69, 0.005, 0.005, 0.3], (10_000, 1))
    assert class_counts(judged, p)[3].standard_error == pytest.approx(45.8, rel=0.02)


def test_a_model_fitted_on_as_many_notes_as_it_is_judged_on_has_twice_the_variance():
    judged, p = random_judged(500)
    plain, both = class_counts(judged, p), class_counts(judged, p, judged.weight.sum() ** 2 / (judged.weight**2).sum())
    assert [c.standard_error for c in both] == pytest.approx([np.sqrt(2) * c.standard_error for c in plain])


def test_explained_share_is_one_less_the_ratio():
    assert explained_share(0.6, 0.8) == pytest.approx(0.25)


def test_excess_log_loss_is_zero_for_the_truth_and_the_divergence_otherwise():
    truth = np.array([[0.5, 0.25, 0.125, 0.125]])
    assert excess_log_loss(truth, truth) == 0
    # .5 ln 2 + .25 ln 1 + .25 ln .5 = .25 ln 2
    assert excess_log_loss(truth, np.full((1, 4), 0.25)) == pytest.approx(0.25 * np.log(2))


def test_the_paired_interval_is_that_of_the_mean_difference():
    judged, p = random_judged(3000)
    flat = np.tile(np.average(judged.one_hot, axis=0), (3000, 1))
    found = paired_difference(judged, p, flat, draws=2000, confidence=0.95, seed=1)
    row = np.log(flat[np.arange(3000), judged.outcome]) - np.log(p[np.arange(3000), judged.outcome])
    mean = np.average(row, weights=judged.weight)
    error = np.sqrt((judged.weight**2 * (row - mean) ** 2).sum()) / judged.weight.sum()
    assert found.estimate == pytest.approx(mean)
    assert found.low == pytest.approx(mean - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(mean + 1.96 * error, abs=0.15 * error)


def test_snapshots_of_a_loan_are_one_draw():
    judged, p = random_judged(1000)
    again = Judged(np.tile(judged.outcome, 4), np.tile(judged.weight, 4) / 4, np.tile(judged.loan, 4))
    flat = np.full((1000, 4), 0.25)
    one = paired_difference(judged, p, flat, draws=500, confidence=0.9, seed=3)
    four = paired_difference(again, np.tile(p, (4, 1)), np.tile(flat, (4, 1)), draws=500, confidence=0.9, seed=3)
    assert (four.low, four.high) == pytest.approx((one.low, one.high))


def test_a_model_does_not_differ_from_itself():
    judged, p = random_judged(100)
    found = paired_difference(judged, p, p, draws=200, confidence=0.95, seed=0)
    assert (found.estimate, found.low, found.high) == (0, 0, 0)


def test_slices_are_judged_apart():
    found = slices(TWO, P, np.full((2, 4), 0.25), {"judicial": np.array(["yes", "no"])})
    no, yes = found
    assert (yes.by, yes.value, yes.n_notes) == ("judicial", "yes", 1)
    assert yes.log_loss == pytest.approx(np.log(2))
    assert yes.worse_by == pytest.approx(-0.5)  # ln 2 / ln 4
    assert no.worse_by == pytest.approx(0)
    assert no.actual == (0, 0, 0, 1)


def test_the_error_of_a_slice_is_that_of_a_ratio_of_sums_over_loans():
    # Losses 1, 3 against 2, 2: the ratio is 4 / 4 = 1, each loan's own deviation -1 and 1.
    # sqrt((1 + 1) * 2 / (2 - 1)) / 4 = .5; as one loan nothing can be said.
    mine, theirs = np.exp([[-1.0] * 4, [-3.0] * 4]), np.exp([[-2.0] * 4, [-2.0] * 4])
    for loan, error in ((np.arange(2), 0.5), (np.zeros(2, dtype=int), np.inf)):
        judged = Judged(np.array([0, 3]), np.ones(2), loan)
        [one] = slices(judged, mine, theirs, {"all": np.array(["yes", "yes"])})
        assert one.worse_by == pytest.approx(0)
        assert one.worse_error == pytest.approx(error)


def test_auc_agrees_with_scikit_learn_and_ignores_direction():
    rng = np.random.default_rng(4)
    values, outcome, weight = rng.normal(size=500).round(1), rng.integers(0, 4, 500), rng.uniform(0.1, 1, 500)
    values += 0.4 * outcome
    theirs = [roc_auc_score(outcome == k, values, sample_weight=weight) for k in range(4)]
    assert ranking_aucs(values, outcome, weight) == pytest.approx([max(auc, 1 - auc) for auc in theirs])
    assert ranking_aucs(-values, outcome, weight) == pytest.approx([max(auc, 1 - auc) for auc in theirs])


def test_a_feature_that_is_missing_exactly_for_one_outcome_ranks_it():
    values = np.array([np.nan, np.nan, 1.0, 2.0, 3.0])
    assert ranking_aucs(values, np.array([3, 3, 0, 0, 0]), np.ones(5)).tolist() == [1, 0.5, 0.5, 1]


def test_missing_values_rank_low_or_high_whichever_tells_more():
    # High values and missing are foreclosures, low ones reperform: with missing ranked high the order is perfect,
    # and with high and low exchanged it is with missing ranked low.
    values = np.array([1.0, 2.0, 8.0, 9.0, np.nan])
    assert ranking_aucs(values, np.array([0, 0, 3, 3, 3]), np.ones(5))[3] == 1
    assert ranking_aucs(-values, np.array([0, 0, 3, 3, 3]), np.ones(5))[3] == 1


def test_open_notes_cannot_be_judged():
    with pytest.raises(ValueError, match="only resolved notes"):
        Judged(np.array([0, -1]), np.ones(2), np.arange(2))
