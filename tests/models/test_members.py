"""The parts of the pool: folds, terms, the penalised logit, pool weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.cross_validation import every_fold_sees_every_class
from models.folds import grouped_folds, main_class
from models.labels import encode_labels
from models.logit import UNSEEN_LOG_ODDS, LogitData, fit_path, largest_penalty
from models.member_plan import FitPlan
from models.pool import fit_pool, fit_pool_and_floor
from models.predictor import Anchor, Term
from models.ridge_logit import RIDGE_STRENGTHS, fit_ridge, ridge_path
from models.terms import build_terms, term_matrix
from models.trees import TreeSettings


def made_logit(n_rows: int, n_classes: int = 3) -> LogitData:
    rng = np.random.default_rng(1)
    terms = rng.normal(size=(n_rows, 4))
    scores = terms @ rng.normal(size=(4, n_classes))
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    return LogitData(terms, codes, rng.uniform(0.5, 2.0, n_rows), n_classes)


def plan_of(codes: np.ndarray, weights: np.ndarray, loans: np.ndarray) -> FitPlan:
    return FitPlan(np.zeros((len(codes), 1)), ("x",), codes, weights, loans, 2, TreeSettings(), 5, 1, 0)


def test_all_rows_of_a_loan_fall_in_one_part_and_each_class_is_spread():
    codes = np.array([0] * 90 + [1] * 10)
    loans = np.arange(100) // 2
    part = grouped_folds(codes, loans, 5, seed=0)
    assert all(len(set(part[loans == loan])) == 1 for loan in range(50))
    assert np.bincount(part[codes == 1], minlength=5).tolist() == [2, 2, 2, 2, 2]
    assert np.bincount(part, minlength=5).tolist() == [20] * 5


def test_an_open_note_is_dealt_as_what_it_mostly_is():
    # Ten resolved deeds (class 1), and 90 open notes that are nine tenths class 0 and one tenth deed.
    codes = np.concatenate([np.ones(10, dtype=int), np.tile([0, 1], 90)])
    weights = np.concatenate([np.ones(10), np.tile([0.9, 0.1], 90)])
    loans = np.concatenate([np.arange(10), 10 + np.repeat(np.arange(90), 2)])
    assert (main_class(codes, loans, weights) == np.repeat([1, 0], [10, 180])).all()
    for seed in range(20):
        part = grouped_folds(codes, loans, 5, seed, weights)
        assert np.bincount(part[:10], minlength=5).tolist() == [2] * 5


def test_a_sliver_of_a_deed_is_no_deed_that_a_fold_has_seen():
    # The one loan that became a deed is held out with the first half; an open note's tenth of one stays.
    codes, weights, loans = np.array([1, 0, 0, 0, 1]), np.array([1, 1, 1, 0.9, 0.1]), np.array([0, 1, 2, 3, 3])
    plan = plan_of(codes, weights, loans)
    assert not every_fold_sees_every_class(plan, [loans == 0])
    assert every_fold_sees_every_class(plan, [loans == 3])


def test_a_loan_seen_many_times_says_as_much_as_a_loan():
    # Half a case among 1,000 loans, not among 7,000 snapshots of them.
    codes, loans = np.arange(7_000) % 2, np.arange(7_000) // 7
    assert plan_of(codes, np.ones(7_000), loans).least_floor == pytest.approx(0.5 / 1_000)
    rng = np.random.default_rng(2)
    members = [rng.normal(size=(50, 2)), rng.normal(size=(50, 2))]
    once = fit_pool_and_floor(members, codes[:50], np.ones(50), np.arange(50), [1e-4])
    again = [np.repeat(one, 7, axis=0) for one in members]
    seven = fit_pool_and_floor(again, np.repeat(codes[:50], 7), np.ones(350), np.repeat(np.arange(50), 7), [1e-4])
    np.testing.assert_allclose(seven.weights, once.weights, atol=1e-4)
    np.testing.assert_allclose(seven.offsets, once.offsets, atol=1e-4)


def test_parts_do_not_depend_on_how_loans_are_named():
    codes = np.arange(40) % 3
    by_number = grouped_folds(codes, np.arange(40), 4, seed=3)
    by_text = grouped_folds(codes, [f"loan-{i:03d}" for i in range(40)], 4, seed=3)
    assert (by_number == by_text).all()


def test_the_ridge_logit_is_scikit_learns():
    data = made_logit(400)
    strength = 0.05
    # scikit-learn minimises C sum(w loss) + |B|² / 2, so C = 1 / (strength x sum of weights)
    reference = LogisticRegression(C=1 / (strength * data.weights.sum()), tol=1e-10, max_iter=5000)
    reference.fit(data.terms, data.codes, sample_weight=data.weights)
    [ours] = fit_path(data, "l2", [strength], tolerance=1e-14)
    np.testing.assert_allclose(ours.coefficients, reference.coef_.T, atol=2e-4)


def test_the_ridge_path_scores_held_out_rows_as_scikit_learn_does_and_ends_when_it_gets_no_better():
    data = made_logit(300)
    held = np.arange(300) % 5 == 0
    path = ridge_path(data, held)
    assert 3 <= len(path.scores) <= len(RIDGE_STRENGTHS)
    train = data.take(~held)
    losses = []
    for strength, scores in zip(RIDGE_STRENGTHS, path.scores, strict=False):
        reference = LogisticRegression(C=1 / (strength * train.weights.sum()), tol=1e-10, max_iter=5_000)
        expected = reference.fit(train.terms, train.codes, sample_weight=train.weights).predict_proba(data.terms[held])
        chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(chances, expected, atol=5e-3)
        surprise = -np.log(expected[np.arange(held.sum()), data.codes[held]])
        losses.append(np.average(surprise, weights=data.weights[held]))
    assert len(path.scores) == len(RIDGE_STRENGTHS) or np.argmin(losses) == len(losses) - 3  # two strengths in vain


def test_the_ridge_logit_of_every_row_is_the_path_s_at_the_place_chosen():
    data = made_logit(200)
    nobody = np.zeros(200, dtype=bool)
    at_place = ridge_path(data, nobody).logits[4]
    alone = fit_ridge(data, 4)
    np.testing.assert_allclose(alone.coefficients, at_place.coefficients, atol=2e-3)
    assert alone.products == ()


def test_the_l1_logit_meets_its_conditions_of_optimality():
    data = made_logit(400)
    strength = 0.1 * largest_penalty(data)
    [ours] = fit_path(data, "l1", [strength], tolerance=1e-14)
    scores = ours.scores(data.terms)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    shares = data.weights / data.weights.sum()
    slope = data.terms.T @ (shares[:, None] * (chances - np.eye(3)[data.codes]))
    # at the optimum the slope is -strength x sign where a coefficient is not 0, and within +-strength where it is
    alive = np.abs(ours.coefficients) > 1e-6
    np.testing.assert_allclose(slope[alive], -strength * np.sign(ours.coefficients[alive]), atol=1e-4)
    assert (np.abs(slope[~alive]) <= strength + 1e-4).all()
    assert 0 < alive.sum() < alive.size


def test_nothing_is_left_at_the_largest_penalty():
    data = made_logit(200)
    [at_top] = fit_path(data, "l1", [1.001 * largest_penalty(data)])
    assert np.abs(at_top.coefficients).max() < 1e-4


def test_weight_two_is_the_row_twice_in_the_logit():
    data = made_logit(100)
    twice = LogitData(*(np.concatenate([x, x]) for x in (data.terms, data.codes)), np.ones(200), 3)
    weighed = LogitData(data.terms, data.codes, np.full(100, 2.0), 3)
    [one], [other] = fit_path(twice, "l1", [0.01]), fit_path(weighed, "l1", [0.01])
    np.testing.assert_allclose(one.coefficients, other.coefficients, atol=1e-8)


def test_a_class_never_seen_has_no_coefficients():
    data = made_logit(100)
    with_fourth = LogitData(data.terms, data.codes, data.weights, 4)
    [fitted] = fit_path(with_fourth, "l1", [0.01])
    assert (fitted.coefficients[:, 3] == 0).all()
    assert fitted.intercepts[3] == UNSEEN_LOG_ODDS


def test_strengths_must_descend_and_penalties_be_known():
    data = made_logit(50)
    with pytest.raises(ValueError, match="descend"):
        next(fit_path(data, "l1", [0.1, 0.2]))
    with pytest.raises(ValueError, match="l1, l2"):
        next(fit_path(data, "l0", [0.1]))


def test_a_term_by_hand():
    term = Term("months_behind", "log1p", 0.0, low=0.0, high=9.0, center=1.0, scale=0.5, coefficients=(1.0,))
    # ln(1 + 3) = 1.3863, less 1 over 0.5 = 0.7726; 100 is clipped to 9, ln 10 = 2.3026 gives 2.6052; missing gives 0
    np.testing.assert_allclose(term.values(np.array([3.0, 100.0, np.nan])), [0.7726, 2.6052, 0.0], atol=1e-4)
    flag = Term("months_behind", "at_least", 3.0, low=0.0, high=9.0, center=0.25, scale=0.5)
    assert flag.values(np.array([2.9, 3.0, np.nan])).tolist() == [-0.5, 1.5, 0.0]
    absent = Term("months_behind", "missing", 0.0, low=0.0, high=0.0, center=0.0, scale=1.0)
    assert absent.values(np.array([2.9, np.nan])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("transform", "scale"), [("cube", 1.0), ("identity", 0.0), ("identity", float("nan"))])
def test_a_term_without_sense_is_refused(transform, scale):
    with pytest.raises(ValueError, match="upb"):
        Term("upb", transform, 0.0, 0.0, 1.0, 0.0, scale)


def test_terms_are_standardised_and_dead_columns_give_none():
    rng = np.random.default_rng(0)
    values = np.column_stack([np.exp(rng.normal(size=300)), np.ones(300), np.full(300, np.nan), rng.normal(size=300)])
    values[:30, 3] = np.nan
    names = ["size", "constant", "unknown", "signed"]
    terms = build_terms(values, names)
    assert [(t.feature, t.transform) for t in terms] == [
        ("size", "identity"),
        ("size", "log1p"),
        ("signed", "missing"),
        ("signed", "identity"),
    ]
    matrix = term_matrix(terms, values, names)
    np.testing.assert_allclose(matrix.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(matrix[:, :3].std(axis=0), 1, atol=1e-12)


def test_a_rare_flag_keeps_its_term_although_both_clips_fall_on_zero():
    flag = np.zeros((1000, 1))
    flag[:4] = 1.0
    [term] = build_terms(flag, ["bankruptcy"])
    assert (term.low, term.high) == (0.0, 1.0)


def test_an_anchor_survives_json():
    anchor = Anchor((0.1, -0.1), (Term("upb", "log1p", 0.0, 0.0, 1e6, 12.0, 0.7, (1 / 3, -1 / 3)),))
    assert Anchor.from_json(anchor.to_json()) == anchor


def test_the_pool_takes_the_true_scores_whole_and_the_noise_not_at_all():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(20_000, 3))
    codes = (truth + rng.gumbel(size=truth.shape)).argmax(axis=1)
    pool = fit_pool([truth, rng.normal(size=truth.shape)], codes, np.ones(20_000), 1e-4)
    np.testing.assert_allclose(pool.weights, [1.0, 0.0], atol=0.03)
    np.testing.assert_allclose(pool.offsets, 0.0, atol=0.06)
    # scores half as large must be doubled: the weights need not sum to 1
    np.testing.assert_allclose(fit_pool([truth / 2], codes, np.ones(20_000), 1e-4).weights, [2.0], atol=0.06)


def test_equal_weights_have_the_say_of_twenty_notes():
    # One member, scores +1 or -1 for class 0 against the other; so often right that its share of right calls is q.  With a
    # the weight, the slope of n x loss is n (2 sigma(2a) - 2q), that of the pull 2 x 20 (a - 1).  At a = 1/2 both are
    # balanced where q = sigma(1) - 10 / n: sigma(1) = 0.7311, n = 100, q = 0.6311.  Both signs alike often: no offset.
    scores = np.array([[1.0, -1.0]] * 2 + [[-1.0, 1.0]] * 2)
    right = 1 / (1 + math.exp(-1)) - 0.1
    weights = np.array([right, 1 - right, right, 1 - right])
    pool = fit_pool([scores], np.array([0, 1, 1, 0]), weights, 1e-9, n_loans=100)
    assert pool.weights == pytest.approx([0.5], abs=1e-4)
    assert pool.offsets == pytest.approx([0.0, 0.0], abs=1e-4)


def test_an_offset_is_pulled_to_nothing_by_two_nats_a_unit_squared():
    # A member that says nothing: with offsets b and -b the slope of n x loss is n (2 sigma(2b) - 2q), that of 2 (b² + b²) is
    # 8b.  At b = 1/4 and n = 20 both are balanced where q = sigma(1/2) + 1/20 = 0.6225 + 0.05.
    share = 1 / (1 + math.exp(-0.5)) + 0.05
    pool = fit_pool([np.zeros((2, 2))], np.array([0, 1]), np.array([share, 1 - share]), 1e-9, n_loans=20)
    assert pool.offsets == pytest.approx([0.25, -0.25], abs=1e-4)


def test_what_all_members_lack_of_a_class_its_offset_gives():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=(20_000, 3))
    codes = (truth + rng.gumbel(size=truth.shape)).argmax(axis=1)
    lacking = truth - [0.6, -0.3, -0.3]
    np.testing.assert_allclose(fit_pool([lacking], codes, np.ones(20_000), 1e-4).offsets, [0.6, -0.3, -0.3], atol=0.05)
    # five notes hardly move it: 2 b² nats against at most five notes' log loss
    assert abs(fit_pool([lacking[:5]], codes[:5], np.ones(5), 1e-4).offsets).max() < 0.6


def test_a_rare_class_keeps_its_share_in_the_pool():
    """Two members, each right about the half of the story that it knows; a mean of logarithms alone would lose the rare."""
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 2, (2, 60_000))
    # chance of class 1: half in a hundred where neither speaks for it, six where one does, 46 where both do
    chance = np.array([[0.005, 0.06], [0.06, 0.46]])
    codes = (rng.random(60_000) < chance[first, second]).astype(np.int64)
    knowing = (chance.mean(axis=1)[first], chance.mean(axis=0)[second])  # either is calibrated by itself
    members = [np.column_stack([np.zeros(60_000), np.log(p / (1 - p))]) for p in knowing]
    pool = fit_pool(members, codes, np.ones(60_000), 1e-6)
    odds = np.diff(pool.scores(members), axis=1)[:, 0]
    assert (1 / (1 + np.exp(-odds))).mean() == pytest.approx(codes.mean(), rel=0.002)
    bare = np.diff(np.tensordot([0.5, 0.5], np.stack(members), axes=1), axis=1)[:, 0]
    assert (1 / (1 + np.exp(-bare))).mean() < 0.93 * codes.mean()


def test_labels_that_are_not_all_outcomes_are_sorted():
    classes, codes = encode_labels(["reperform", "default"])
    assert classes.tolist() == ["default", "reperform"]
    assert codes.tolist() == [1, 0]
