"""The two stages: what matters stays, what only counts together is found, and nothing held out has a say."""

from __future__ import annotations

import numpy as np
import pytest

from models.logit import LogitData
from models.predictor import Anchor, Product, Term
from models.sparse_logit import L1_SHARES, SparseLogit, StageSettings, first_stage, fit_sparse, mean_logit, second_stage

PLAIN = {"transform": "identity", "threshold": 0.0, "low": -9.0, "high": 9.0, "center": 0.0, "scale": 1.0}


def terms(n):
    return [Term(f"x{j}", **PLAIN) for j in range(n)]


def drawn(scores, values, seed):
    """Two classes with the log odds ``scores``."""
    happened = np.random.default_rng(seed).random(len(scores)) < 1 / (1 + np.exp(-scores))
    return LogitData(values, happened.astype(np.intp), np.ones(len(scores)), 2)


@pytest.fixture(scope="module")
def one_of_forty():
    values = np.random.default_rng(0).normal(size=(600, 40))
    return drawn(1.5 * values[:, 0], values, 1)


def test_the_second_stage_keeps_the_one_term_that_matters_and_drops_those_of_chance(one_of_forty):
    none = np.zeros(600, dtype=bool)
    place = 4
    once = first_stage(one_of_forty, none, L1_SHARES[: place + 1]).logits[-1].coefficients
    twice = fit_sparse(one_of_forty, terms(40), (place, place), StageSettings(multiplied=0)).coefficients
    assert np.flatnonzero(twice.any(axis=1)).tolist() == [0]
    assert np.count_nonzero(once.any(axis=1)) > 10
    assert twice[0, 1] - twice[0, 0] == pytest.approx(1.5, abs=0.3)  # the true log odds a unit, drawn 600 times


def test_what_counts_only_together_is_found_as_a_product():
    values = np.random.default_rng(2).normal(size=(1_500, 4))
    data = drawn(values[:, 0] + values[:, 1] + 2 * values[:, 0] * values[:, 1], values, 3)
    logit = fit_sparse(data, terms(4), (5, 9), StageSettings())
    size = np.abs(logit.product_coefficients).sum(axis=1)
    largest = logit.products[int(size.argmax())]
    assert {largest.first.feature, largest.second.feature} == {"x0", "x1"}


def test_terms_of_one_feature_are_not_multiplied():
    values = np.random.default_rng(4).normal(size=(400, 2))
    data = drawn(values.sum(axis=1), values, 5)
    same = [Term("x0", **PLAIN), Term("x0", **PLAIN | {"center": 1.0})]
    assert fit_sparse(data, same, (5, 5), StageSettings()).products == ()


def test_held_out_labels_do_not_change_held_out_scores(one_of_forty):
    held = np.arange(600) < 150
    swapped = LogitData(
        one_of_forty.terms, np.where(held, 1 - one_of_forty.codes, one_of_forty.codes), one_of_forty.weights, 2
    )
    paths = []
    for data in (one_of_forty, swapped):
        first = first_stage(data, held)
        paths.append(second_stage(data, held, terms(40), first.logits[1], StageSettings()).scores)
    for one, other in zip(*paths, strict=False):  # where each path ends may differ: that is the choice of the place
        np.testing.assert_array_equal(one, other)


def test_a_product_is_the_two_terms_multiplied_centred_and_scaled_and_a_missing_one_counts_as_average():
    first = Term("x0", **PLAIN | {"center": 1.0, "scale": 2.0})
    second = Term("x1", **PLAIN)
    product = Product(first, second, center=0.5, scale=4.0, coefficients=(1.0, -1.0))
    # (5 - 1) / 2 = 2; 2 x 3 = 6; (6 - 0.5) / 4 = 1.375.  Missing: (0 x 3 - 0.5) / 4 = -0.125
    found = product.values(np.array([5.0, np.nan]), np.array([3.0, 3.0]))
    assert found.tolist() == [1.375, -0.125]
    anchor = Anchor((0.0, 0.0), (), (product,))
    assert Anchor.from_json(anchor.to_json()) == anchor


def test_an_anchor_saved_before_there_were_products_has_none():
    assert Anchor.from_json({"intercepts": [0.0], "terms": []}).products == ()


def test_the_mean_of_logits_scores_as_the_mean_of_their_scores_whatever_the_scale_of_their_products():
    left, right = Term("x0", **PLAIN), Term("x1", **PLAIN)
    one = SparseLogit(
        np.array([1.0, -1.0]),
        np.array([[2.0, 0.0], [0.0, 0.0]]),
        (Product(left, right, 1.0, 2.0),),
        np.array([[4.0, 0.0]]),
    )
    other = SparseLogit(
        np.array([0.0, 0.0]),
        np.array([[0.0, 0.0], [0.0, 6.0]]),
        (Product(left, right, 3.0, 4.0),),
        np.array([[8.0, 8.0]]),
    )
    mean = mean_logit([one, other])
    # At x0 = 3, x1 = 5 the product is 15.
    # one: class 0: 1 + 2 x 3 + 4 x (15 - 1) / 2 = 35; class 1: -1
    # other: class 0: 8 x (15 - 3) / 4 = 24; class 1: 6 x 5 + 24 = 54
    [product] = mean.products
    together = product.values(np.array([3.0]), np.array([5.0]))
    scores = mean.intercepts + np.array([3.0, 5.0]) @ mean.coefficients + together @ mean.product_coefficients
    assert scores.tolist() == pytest.approx([29.5, 26.5])


def test_a_product_that_only_one_of_two_logits_has_counts_by_half():
    pair = Product(Term("x0", **PLAIN), Term("x1", **PLAIN), 0.0, 1.0)
    one = SparseLogit(np.zeros(2), np.zeros((2, 2)), (pair,), np.array([[3.0, -3.0]]))
    other = SparseLogit(np.zeros(2), np.zeros((2, 2)), (pair,), np.zeros((1, 2)))
    assert mean_logit([one, other]).product_coefficients.tolist() == [[1.5, -1.5]]
