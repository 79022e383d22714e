"""The classifier: scikit-learn's manners, the order of outcomes, and data that are small, odd or lacking a class."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_info, threadpool_limits

from models import ClassPrior, MultinomialLogit, OutcomeClassifier, baselines, members, sparse_logit
from notes import OUTCOMES, Outcome

QUICK = {"max_rounds": 40, "n_folds": 2}

CANNOT_APPLY = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a weight of 2 is the row twice in every loss, but folds are drawn over rows and a leaf's least size counts rows"
    ),
}


@parametrize_with_checks([OutcomeClassifier(**QUICK)], expected_failed_checks=lambda _: CANNOT_APPLY)
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


def test_the_class_order_is_that_of_outcomes_and_not_alphabetical(classifier, notes_of):
    assert classifier.classes_.tolist() == ["reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"]
    frame, outcomes, _ = notes_of(4000, seed=20)
    means = classifier.predict_proba(frame).mean(axis=0)
    actual = [(outcomes == outcome).mean() for outcome in OUTCOMES]
    # alphabetical order would put the some 9 % of deeds in lieu first, where 43 % reperform
    np.testing.assert_allclose(means, actual, atol=0.05)


def test_the_order_in_which_labels_come_makes_no_difference_to_the_columns(notes_of):
    frame, outcomes, _ = notes_of(600, seed=21)
    order = np.argsort(outcomes)[::-1]  # the first label seen is reperform, the last deed in lieu
    one = OutcomeClassifier(**QUICK).fit(frame, outcomes)
    other = OutcomeClassifier(**QUICK).fit(frame.iloc[order], outcomes[order])
    assert one.classes_.tolist() == other.classes_.tolist() == list(OUTCOMES)
    # rows fall in other folds, so the models differ a little, the columns not at all
    assert np.abs(one.predict_proba(frame) - other.predict_proba(frame)).mean() < 0.03


def test_members_of_the_enum_and_plain_text_are_the_same_labels(notes_of):
    frame, outcomes, _ = notes_of(300, seed=22)
    plain = OutcomeClassifier(**QUICK).fit(frame, outcomes)
    members = OutcomeClassifier(**QUICK).fit(frame, np.array([Outcome(one) for one in outcomes], dtype=object))
    assert (plain.predict_proba(frame) == members.predict_proba(frame)).all()


def test_columns_in_another_order_are_refused_and_never_matched_by_position(classifier, notes_of):
    frame, _, _ = notes_of(5, seed=23)
    with pytest.raises(ValueError, match="must be in the same order"):
        classifier.predict_proba(frame[frame.columns[::-1]])


@pytest.mark.parametrize("absent", list(OUTCOMES))
def test_an_outcome_that_never_occurred_gets_a_small_probability_and_its_column(notes_of, absent):
    frame, outcomes, _ = notes_of(400, seed=24)
    seen = outcomes != absent
    fitted = OutcomeClassifier(**QUICK).fit(frame[seen], outcomes[seen])
    predicted = fitted.predict_proba(frame)[:, OUTCOMES.index(absent)]
    # the floor: half a case among the some 300 notes, at most 0.001
    np.testing.assert_allclose(predicted, 0.001, rtol=1e-3)


def test_one_class_is_refused_with_its_name(notes_of):
    frame, _, _ = notes_of(30, seed=25)
    with pytest.raises(ValueError, match=r"at least two classes.*\['foreclosure'\]"):
        OutcomeClassifier().fit(frame, ["foreclosure"] * 30)


@pytest.mark.parametrize("n_notes", [6, 12, 40])
def test_a_handful_of_notes_gives_careful_probabilities(notes_of, n_notes):
    frame, outcomes, _ = notes_of(n_notes, seed=26)
    fitted = OutcomeClassifier().fit(frame, outcomes)
    predicted = fitted.predict_proba(notes_of(500, seed=27)[0])
    assert (predicted > 0).all()
    assert predicted.max() < 0.99


def test_constant_and_wholly_missing_features_do_no_harm(notes_of):
    frame, outcomes, _ = notes_of(500, seed=28)
    odd = frame.assign(always_one=1.0, never_known=np.nan)
    fitted = OutcomeClassifier(**QUICK).fit(odd, outcomes)
    at_other_values = odd.assign(always_one=7.0, never_known=3.0)
    # what never varied in training cannot move a probability
    assert (fitted.predict_proba(odd) == fitted.predict_proba(at_other_values)).all()


def test_features_that_say_nothing_give_the_class_shares():
    outcomes = np.array(list(OUTCOMES) * 50)
    silent = pd.DataFrame({"always_one": np.ones(200), "never_known": np.full(200, np.nan)})
    predicted = OutcomeClassifier(**QUICK).fit(silent, outcomes).predict_proba(silent)
    np.testing.assert_allclose(predicted, 0.25, atol=1e-3)


def test_infinite_features_are_refused(notes_of):
    frame, outcomes, _ = notes_of(50, seed=29)
    frame.loc[3, "equity"] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        OutcomeClassifier().fit(frame, outcomes)


def test_a_feature_name_that_lightgbm_cannot_keep_is_refused(notes_of):
    frame, outcomes, _ = notes_of(50, seed=30)
    with pytest.raises(ValueError, match="feature name 'loan, to value'"):
        OutcomeClassifier().fit(frame.rename(columns={"equity": "loan, to value"}), outcomes)


def test_the_scale_of_weights_and_rows_of_weight_zero_make_no_difference(notes_of):
    frame, outcomes, _ = notes_of(500, seed=31)
    some = np.arange(500) % 5 > 0
    without = OutcomeClassifier(**QUICK).fit(frame[some], outcomes[some])
    with_zero = OutcomeClassifier(**QUICK).fit(frame, outcomes, sample_weight=np.where(some, 4.0, 0.0))
    np.testing.assert_allclose(with_zero.predict_proba(frame), without.predict_proba(frame), rtol=0, atol=1e-12)


def test_a_weight_of_two_is_nearly_the_row_twice(notes_of):
    frame, outcomes, _ = notes_of(800, seed=32)
    twice = (outcomes == Outcome.FORECLOSURE).astype(int) + 1
    rows = np.repeat(np.arange(800), twice)
    weighed = OutcomeClassifier(n_folds=3, max_rounds=100).fit(frame, outcomes, sample_weight=twice)
    # groups keep the two copies of a note in one fold
    repeated = OutcomeClassifier(n_folds=3, max_rounds=100).fit(frame.iloc[rows], outcomes[rows], groups=rows)
    plain = OutcomeClassifier(n_folds=3, max_rounds=100).fit(frame, outcomes)
    of = OUTCOMES.index(Outcome.FORECLOSURE)
    means = [model.predict_proba(frame)[:, of].mean() for model in (weighed, repeated, plain)]
    assert abs(means[0] - means[1]) < 0.005
    assert means[0] - means[2] > 0.05  # and the weight is felt


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, np.nan], [0.0, 0.0], [1.0]])
def test_weights_that_are_not_weights_are_refused(notes_of, weights):
    frame, outcomes, _ = notes_of(2, seed=33)
    with pytest.raises(ValueError, match="sample_weight needs 2 finite"):
        OutcomeClassifier().fit(frame, outcomes, sample_weight=weights)


def same_model(one, other):
    return (
        [tree.model_to_string() for tree in other.model_.boosters]
        == [tree.model_to_string() for tree in one.model_.boosters]
        and other.model_.anchor == one.model_.anchor
        and other.model_.tree_weights == one.model_.tree_weights
    )


def test_the_same_data_give_the_same_model(notes_of):
    frame, outcomes, _ = notes_of(400, seed=34)
    assert same_model(OutcomeClassifier(**QUICK).fit(frame, outcomes), OutcomeClassifier(**QUICK).fit(frame, outcomes))


def test_the_linear_algebra_of_a_fit_runs_on_one_thread_however_many_the_caller_allows(notes_of, monkeypatch):
    # Over two threads the sums come in another order: the same 1,500 resolutions gave another model on two cores.
    frame, outcomes, _ = notes_of(200, seed=37)
    threads = []

    def watched(function):
        def watch(*given):
            threads.append(max(pool["num_threads"] for pool in threadpool_info()))
            return function(*given)

        return watch

    steps = (
        (sparse_logit, "largest_penalty"),
        (members, "fit_pool_and_floor"),
        (baselines, "softmax_with_floor"),
    )
    for module, name in steps:
        monkeypatch.setattr(module, name, watched(getattr(module, name)))
    with threadpool_limits(limits=2):
        OutcomeClassifier(**QUICK).fit(frame, outcomes)
        MultinomialLogit().fit(frame, outcomes).predict_proba(frame)
    assert set(threads) == {1}


@pytest.mark.slow  # two processes that import LightGBM
def test_two_processes_side_by_side_give_the_same_model_as_one(notes_of):
    frame, outcomes, _ = notes_of(400, seed=34)
    one = OutcomeClassifier(**QUICK).fit(frame, outcomes)
    assert same_model(one, OutcomeClassifier(**QUICK, n_jobs=2).fit(frame, outcomes))


def test_a_loan_stays_in_one_fold(notes_of):
    # Every loan has four snapshots with one outcome and one telling number.  Were snapshots of a loan on both sides of a
    # fold, that number would look like knowledge; kept together it is worth nothing on loans not seen before.
    rng = np.random.default_rng(0)
    loans = np.repeat(np.arange(150), 4)
    outcomes = np.array(OUTCOMES)[rng.integers(0, 4, 150)][loans]
    frame = pd.DataFrame({"telling": rng.normal(size=150)[loans], "noise": rng.normal(size=600)})
    settings = {"max_rounds": 300, "learning_rate": 0.3, "num_leaves": 31}
    grouped = OutcomeClassifier(**settings).fit(frame, outcomes, groups=loans)
    loose = OutcomeClassifier(**settings).fit(frame, outcomes)
    assert loose.report_["held_out_log_loss"]["trees"] < 1.3
    assert grouped.report_["held_out_log_loss"]["trees"] > 1.36  # ln 4 = 1.386 is knowing nothing


def test_a_clone_fits_alike_and_a_pickle_predicts_alike(classifier, notes_of):
    frame, _, _ = notes_of(100, seed=35)
    copied = pickle.loads(pickle.dumps(classifier))
    assert (copied.predict_proba(frame) == classifier.predict_proba(frame)).all()
    assert clone(classifier).get_params() == classifier.get_params()


def test_the_pool_is_far_better_than_the_class_shares_and_near_the_truth(classifier, notes_of, excess):
    frame, outcomes, truth = notes_of(20_000, seed=36)
    prior = excess(truth, ClassPrior().fit(frame, outcomes).predict_proba(frame))
    fitted = excess(truth, classifier.predict_proba(frame))
    assert fitted < 0.04 < 0.3 < prior


def test_the_pool_is_not_worse_held_out_than_its_best_member_but_for_the_say_of_equal_weights(classifier):
    # The pool minimises loss + (20 / n) sum (a - 1/3)^2.  The best member alone is a = (1, 0, 0), whose sum is
    # 4/9 + 1/9 + 1/9 = 2/3, so the pool's loss is at most that member's + (20 / 1,200) x 2/3.
    losses = dict(classifier.report_["held_out_log_loss"])
    assert losses.pop("pool") <= min(losses.values()) + 20 / 1_200 * 2 / 3
    assert all(weight >= 0 for weight in classifier.report_["pool_weights"].values())


def test_a_class_that_one_loan_alone_holds_is_not_called_impossible_on_others():
    # Ten rows of one loan, 1.7 % of 600, are all there is of one class: the fold without the loan never sees it.
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.normal(size=600), "b": rng.normal(size=600)})
    loans = np.concatenate([np.arange(590), np.full(10, 590)])
    outcomes = np.array(OUTCOMES)[np.concatenate([rng.choice([0, 1, 3], 590), np.full(10, 2)])]
    model = OutcomeClassifier(max_rounds=40).fit(frame, outcomes, groups=loans)
    assert model.report_["averaged"] == "false"
    # one loan of 591 is 0.0017, ten rows of 600 are 0.0167
    assert 0.0017 < model.predict_proba(frame)[:590, 2].mean() < 0.0167


@pytest.mark.parametrize(("n_folds", "n_boosters"), [(3, 1), (4, 4), (5, 5)])
def test_from_four_folds_on_their_fits_are_kept_and_averaged(n_folds, n_boosters, notes_of):
    frame, outcomes, _ = notes_of(300, seed=6)
    model = OutcomeClassifier(max_rounds=40, n_folds=n_folds).fit(frame, outcomes)
    assert model.report_["averaged"] == ("true" if n_folds >= 4 else "false")
    assert len(model.model_.boosters) == n_boosters
    weight = model.report_["pool_weights"]["trees"]
    assert model.model_.tree_weights == pytest.approx([weight / n_boosters] * n_boosters)


def test_one_fold_and_a_label_that_was_never_fitted_are_refused_in_words(notes_of, classifier):
    frame, outcomes, _ = notes_of(60, seed=6)
    with pytest.raises(ValueError, match="n_folds must be 2 or more, found 1"):
        OutcomeClassifier(n_folds=1).fit(frame, outcomes)
    with pytest.raises(ValueError, match=r"y holds \['sold'\], none of the classes fitted: \['reperform', "):
        classifier.calibrate(frame, ["sold"] * 60)


@pytest.mark.parametrize("n_loans", [200, 1_200])
def test_a_logit_that_drops_no_term_takes_part_on_few_rows_alone(n_loans, notes_of):
    frame, outcomes, _ = notes_of(n_loans, seed=5)
    model = OutcomeClassifier(max_rounds=40).fit(frame, outcomes)
    assert ("ridge" in model.report_["pool_weights"]) == (n_loans < 1_000)
    assert ("ridge" in model.report_["path_places"]) == (n_loans < 1_000)
