"""The spread says how far fits on parts were from the fit on all, and in which direction."""

import json

import numpy as np
import pytest

from models.spread import Spread, learn_spread, log_odds


def _odds(n_notes, seed):
    """Log odds of four outcomes that need not sum to 1: each outcome is looked at alone."""
    return np.random.default_rng(seed).normal(-1.0, 1.2, (n_notes, 4))


def _probability(x):
    return 1 / (1 + np.exp(-x))


def _learn(x, distances, factor=1.0):
    unseen = np.zeros((len(distances), len(x)), dtype=bool)
    return learn_spread(_probability(x), [_probability(x + one) for one in distances], unseen, factor)


def test_distances_without_direction_give_their_own_deviation_times_the_factor():
    x, rng = _odds(4_000, 1), np.random.default_rng(2)
    spread = _learn(x, [rng.normal(0, 0.4, x.shape) for _ in range(4)], factor=1.5)
    for sd in spread.sd(_probability(x)):
        assert sd == pytest.approx(np.full(sd.shape, 0.6), rel=0.08)  # 1.5 x 0.4


def test_where_the_parts_lie_above_the_truth_is_sought_below():
    # Each part lies 0.5 above: down² = 0.125 + 0.25 = 0.375, up² = 0.125.
    x = _odds(2_000, 3)
    down, up = _learn(x, [np.full(x.shape, 0.5)] * 3).sd(_probability(x))
    assert down == pytest.approx(np.full(x.shape, np.sqrt(0.375)), rel=1e-3)
    assert up == pytest.approx(np.full(x.shape, np.sqrt(0.125)), rel=1e-3)


def test_the_deviation_follows_the_log_odds_as_a_parabola_and_stops_at_the_edges():
    x, rng = _odds(20_000, 4), np.random.default_rng(5)
    true_sd = np.exp(0.5 * (-2.0 - 0.3 * x + 0.2 * x**2))
    spread = _learn(x, [rng.normal(0, 1, x.shape) * true_sd for _ in range(4)])
    inside = (x > -3) & (x < 1)
    for sd in spread.sd(_probability(x)):
        assert sd[inside] == pytest.approx(true_sd[inside], rel=0.15)
    far = np.full((1, 4), -30.0), spread.edges[:, 0][None, :]
    beyond, edge = (spread.sd(_probability(one))[0] for one in far)
    assert beyond == pytest.approx(edge, rel=1e-6)


def test_outcomes_that_err_together_are_found_to():
    x, rng = _odds(5_000, 6), np.random.default_rng(7)
    matrix = np.array([[1, -0.6, 0, 0], [-0.6, 1, 0, 0], [0, 0, 1, 0.3], [0, 0, 0.3, 1.0]])
    spread = _learn(x, [0.5 * rng.multivariate_normal(np.zeros(4), matrix, len(x)) for _ in range(4)])
    assert spread.correlation == pytest.approx(matrix, abs=0.03)
    assert (np.diag(spread.correlation) == 1).all()


def test_what_a_part_says_of_its_own_loans_does_not_count():
    x, rng = _odds(4_000, 8), np.random.default_rng(9)
    own = np.array([np.arange(len(x)) % 4 == part for part in range(4)])
    parts = [_probability(x + np.where(own[one][:, None], 5.0, rng.normal(0, 0.3, x.shape))) for one in range(4)]
    for sd in learn_spread(_probability(x), parts, own, 1.0).sd(_probability(x)):
        assert sd == pytest.approx(np.full(sd.shape, 0.3), rel=0.1)
    with pytest.raises(ValueError, match="nothing to learn"):
        learn_spread(_probability(x), parts, np.ones_like(own), 1.0)


def test_parts_that_agree_to_the_bit_leave_a_small_finite_deviation():
    x = _odds(300, 10)
    down, up = _learn(x, [np.zeros(x.shape)] * 2).sd(_probability(x))
    assert (down > 0).all()
    assert (up < 0.02).all()


def test_it_comes_back_from_json_as_it_was_and_a_note_has_the_same_alone():
    x, rng = _odds(1_000, 11), np.random.default_rng(12)
    spread = _learn(x, [rng.normal(0, 0.4, x.shape) for _ in range(2)])
    again = Spread.from_dict(json.loads(json.dumps(spread.to_dict())), x.shape[1])
    p = _probability(x)
    for one, other in zip(spread.sd(p), again.sd(p[[17]]), strict=True):
        np.testing.assert_array_equal(one[[17]], other)


def test_log_odds_of_three_to_one():
    assert log_odds(np.array([0.75])) == pytest.approx([np.log(3)])
