"""What each feature adds to the scores: it sums to them, and it is each feature's own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contributions import CHUNK_ROWS, against_the_others, contributions
from models.predictor import Anchor, OutcomeModel, Product, Term

BEHIND = Term("behind", "identity", 0.0, 0.0, 60.0, 1.0, 2.0, (1.0, 0.0, -0.5))
OWNER = Term("owner", "at_least", 0.5, 0.0, 1.0, 0.6, 0.5, (0.0, 0.4, -0.4))


def _by_hand(products=()):
    anchor = Anchor((0.1, 0.2, -0.3), (BEHIND, OWNER), tuple(products))
    return OutcomeModel(("behind", "owner", "score"), ("a", "b", "c"), (), anchor, (), 1.0, 0.0)


def test_a_term_of_the_anchor_adds_its_coefficient_times_its_distance_from_the_average_note():
    # behind: (5 - 1) / 2 = 2, times (1, 0, -0.5).  owner: (1 - 0.6) / 0.5 = 0.8, times (0, 0.4, -0.4).
    [split] = contributions(_by_hand(), np.array([[5.0, 1.0, 700.0]]))
    expected = [[2.0, 0.0, -1.0], [0.0, 0.32, -0.32], [0.0, 0.0, 0.0], [0.1, 0.2, -0.3]]
    np.testing.assert_allclose(split, expected, atol=1e-15)


def test_the_average_note_and_a_missing_feature_add_nothing():
    [split] = contributions(_by_hand(), np.array([[1.0, np.nan, np.nan]]))
    np.testing.assert_array_equal(split[:3], np.zeros((3, 3)))


def test_of_a_product_each_feature_has_a_half():
    # behind 2, owner 0.8: their product 1.6, less its mean 0.1, over 0.5, is 3; times (2, 0, -2) and halved.
    product = Product(replace(BEHIND, coefficients=()), replace(OWNER, coefficients=()), 0.1, 0.5, (2.0, 0.0, -2.0))
    [alone], [both] = (contributions(_by_hand(one), np.array([[5.0, 1.0, 700.0]])) for one in ((), (product,)))
    np.testing.assert_allclose(both - alone, [[3.0, 0.0, -3.0], [3.0, 0.0, -3.0], [0, 0, 0], [0, 0, 0]], atol=1e-14)


def _rows(draw_seed, n_rows, n_features):
    rng = np.random.default_rng(draw_seed)
    values = rng.normal(0, 1, (n_rows, n_features)) * np.array([30, 6, 1, 1, 0.5, 90, 0.02, 2e5][:n_features])
    values[rng.random(values.shape) < 0.2] = np.nan
    return values


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_contributions_sum_to_the_scores(classifier, seed):
    model = classifier.model_
    values = _rows(seed, 7, len(model.feature_names))
    split = contributions(model, values, 1)
    assert split.shape == (7, len(model.feature_names) + 1, len(model.classes))
    np.testing.assert_allclose(split.sum(axis=1), model.scores(values, 1), rtol=0, atol=1e-9)


def test_they_sum_to_the_scores_with_products_and_boosters_of_several_weights(classifier):
    model = classifier.model_
    behind, ltv = (replace(BEHIND, feature=name, coefficients=()) for name in ("months_behind", "equity"))
    product = Product(behind, ltv, 0.3, 1.7, (0.5, -0.2, 0.1, -0.4))
    model = replace(
        model,
        boosters=(model.boosters[0], model.boosters[0]),
        tree_weights=(0.7, 0.2),
        anchor=replace(model.anchor, products=(product,)),
    )
    values = _rows(5, 40, len(model.feature_names))
    split = contributions(model, values, 1)
    np.testing.assert_allclose(split.sum(axis=1), model.scores(values, 1), rtol=0, atol=1e-9)


def test_the_base_is_the_same_for_every_note_and_a_note_alone_is_split_as_among_many(classifier):
    model = classifier.model_
    values = _rows(6, CHUNK_ROWS + 3, len(model.feature_names))
    split = contributions(model, values, 1)
    np.testing.assert_array_equal(split[:, -1], np.broadcast_to(split[0, -1], split[:, -1].shape))
    for row in (0, CHUNK_ROWS + 1):
        np.testing.assert_array_equal(contributions(model, values[row : row + 1], 1)[0], split[row])
    assert contributions(model, values[:0], 1).shape == (0, len(model.feature_names) + 1, 4)


def test_in_the_anchor_a_moved_feature_changes_its_own_contribution_alone(classifier):
    model = replace(classifier.model_, tree_weights=(0.0,) * len(classifier.model_.boosters))
    model = replace(model, anchor=replace(model.anchor, products=()))
    values = _rows(7, 1, len(model.feature_names))
    values[0] = np.nan_to_num(values[0], nan=0.5)
    place = {name: j for j, name in enumerate(model.feature_names)}
    term = max(model.anchor.terms, key=lambda one: max(np.abs(one.coefficients)))
    moved = values.copy()
    moved[0, place[term.feature]] = np.nan
    before, after = contributions(model, values, 1)[0], contributions(model, moved, 1)[0]
    others = [j for j in range(len(before)) if j != place[term.feature]]
    np.testing.assert_array_equal(before[others], after[others])


@given(added=st.floats(-50, 50), scores=st.lists(st.floats(-20, 20), min_size=4, max_size=4))
def test_what_is_added_to_every_class_alike_shows_as_nothing(added, scores):
    contrast = against_the_others(np.array(scores))
    np.testing.assert_allclose(against_the_others(np.array(scores) + added), contrast, atol=1e-12)
    assert contrast.sum() == pytest.approx(0, abs=1e-12)


def test_a_class_is_set_against_the_mean_of_the_others():
    # 4 - (1 + 0 - 2) / 3 = 4.333..., 1 - (4 + 0 - 2) / 3 = 0.333..., 0 - (4 + 1 - 2) / 3 = -1, -2 - 5 / 3 = -3.666...
    expected = [13 / 3, 1 / 3, -1.0, -11 / 3]
    np.testing.assert_allclose(against_the_others(np.array([4.0, 1.0, 0.0, -2.0])), expected, atol=1e-14)
