"""The floor of the pool: how little is never nothing."""

import numpy as np
import pytest

from models.pool import FLOORS, fit_pool, fit_pool_and_floor


def _with_surprises(share, n=40_000):
    """Draw outcomes from known scores, and let that share of the notes do anything at all."""
    rng = np.random.default_rng(4)
    truth = 4 * rng.normal(size=(n, 4))
    codes = (truth + rng.gumbel(size=truth.shape)).argmax(axis=1)
    surprised = rng.random(n) < share
    return truth, np.where(surprised, rng.integers(0, 4, n), codes)


def test_notes_that_do_anything_at_all_raise_the_floor_to_a_quarter_of_their_share():
    truth, codes = _with_surprises(0.008)  # so each outcome has 0.002 from them
    pool = fit_pool_and_floor([truth], codes, np.ones(len(codes)), None, (1e-5, *FLOORS))
    assert pool.floor == 2e-3
    # with the floor the scores, which are the true ones, are taken whole; without it they must be toned down
    assert pool.weights == pytest.approx([1.0], abs=0.03)
    assert fit_pool([truth], codes, np.ones(len(codes)), 1e-5).weights[0] < 0.95


def test_without_surprises_and_on_few_notes_the_floor_is_the_least():
    truth, codes = _with_surprises(0.0)
    assert fit_pool_and_floor([truth], codes, np.ones(len(codes)), None, (1e-5, *FLOORS)).floor == 1e-5
    truth, codes = _with_surprises(0.008, n=60)
    assert fit_pool_and_floor([truth], codes, np.ones(len(codes)), None, (1e-3, 2e-3, 4e-3)).floor == 1e-3


def test_the_floor_counts_loans_and_neither_rows_nor_the_scale_of_weights():
    """One loan in a thousand that does what its scores call impossible is one surprise, in however many snapshots."""
    truth, codes = _with_surprises(0.0, n=1_000)
    codes[0] = truth[0].argmin()
    truth[0] *= 3  # all but impossible
    floors = (1e-4, *FLOORS)
    alone = fit_pool_and_floor([truth], codes, np.ones(1_000), None, floors).floor
    for snapshots, scale in ((7, 1.0), (7, 100.0), (2, 0.01)):
        scores, outcome = np.repeat(truth, snapshots, axis=0), np.repeat(codes, snapshots)
        weights, loans = np.full(len(outcome), scale / snapshots), np.repeat(np.arange(1_000), snapshots)
        assert fit_pool_and_floor([scores], outcome, weights, loans, floors).floor == alone


def test_a_higher_floor_is_taken_for_no_less_evidence_than_a_parameter_of_its_own_needs():
    """95 % of chi-square with one degree of freedom is 3.84, a gain of 1.92 nats.

    Of 1,000 loans whose scores leave other outcomes a chance of exp(-20), one surprises.  A floor 6.5 times as high gains
    log 6.5 = 1.872 on it, one 7.2 times as high log 7.2 = 1.974; the other 999 lose 999 * 6.2e-6 = 0.006 at most.
    """
    scores = np.tile([20.0, 0.0], (1_000, 1))
    scores[500:] = scores[500:, ::-1]
    codes = scores.argmax(axis=1)
    codes[0] = 1
    for times, floor in ((6.5, 1e-6), (7.2, 7.2e-6)):
        # a prior of a billion notes holds the one weight at 1, so that only the floor can answer
        pool = fit_pool_and_floor([scores], codes, np.ones(1_000), None, (1e-6, times * 1e-6), prior_notes=1e9)
        assert pool.weights == pytest.approx([1.0], abs=1e-4)
        assert pool.floor == pytest.approx(floor)


def test_unequal_weights_count_for_what_they_are_worth():
    truth, codes = _with_surprises(0.008, n=20_000)
    even = fit_pool_and_floor([truth], codes, np.ones(20_000), None, (1e-5, *FLOORS)).floor
    # three loans that outweigh all others leave an effective sample of some three: too few to speak for a floor
    weights = np.where(np.arange(20_000) < 3, 1e6, 1.0)
    assert even == 2e-3
    assert fit_pool_and_floor([truth], codes, weights, None, (1e-5, *FLOORS)).floor == 1e-5
