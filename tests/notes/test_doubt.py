"""What is not known of a probability, in intervals and in scenarios."""

import numpy as np
import pytest

from notes import OutcomeDoubt, OutcomeProbabilities
from notes.doubt import Z_90

EVEN = OutcomeProbabilities([[0.25, 0.25, 0.25, 0.25]])


def doubt_of(down, up=None, correlation=None, n_notes=1):
    """Give the same deviations to each note."""
    up = down if up is None else up
    matrix = np.eye(4) if correlation is None else correlation
    sides = [np.tile(np.asarray(one, dtype=float), (n_notes, 1)) for one in (down, up)]
    return OutcomeDoubt(*sides, matrix, ("",) * n_notes, 0.5)


def test_the_interval_is_taken_in_log_odds_to_each_side_by_its_own_deviation():
    # Log odds of 1/4 are -log 3. A reach of log 3 down: odds 1/9, probability 1/10; one of log 9 up: odds 3, 3/4.
    doubt = doubt_of([np.log(3) / Z_90] * 4, [np.log(9) / Z_90] * 4)
    low, high = doubt.interval(EVEN)
    assert low == pytest.approx(np.full((1, 4), 0.10))
    assert high == pytest.approx(np.full((1, 4), 0.75))


def test_the_interval_holds_the_probability_and_stays_between_0_and_1():
    rng = np.random.default_rng(5)
    p = rng.dirichlet([0.2, 0.2, 0.2, 0.2], 2_000) * 0.998 + 0.0005
    doubt = doubt_of([4.0, 0.01, 1.0, 2.0], n_notes=len(p))
    low, high = doubt.interval(OutcomeProbabilities(p))
    assert ((low > 0) & (low < p) & (p < high) & (high < 1)).all()


def test_errors_that_are_independent_move_one_outcome_in_each_pair():
    # Up by log 3 from a quarter is a half; of 1/2 and three quarters in all that is 0.4, and 0.2 each for the rest.
    # Down is a tenth; of 1/10 and three quarters that is 2/17, and 5/17 each for the rest.
    pairs = list(doubt_of([np.log(3) / Z_90] * 4).scenarios(EVEN))
    assert len(pairs) == 4
    assert sorted(int(up.values.argmax()) for _, up in pairs) == [0, 1, 2, 3]
    for down, up in pairs:
        assert sorted(up.values[0]) == pytest.approx([0.2, 0.2, 0.2, 0.4])
        assert sorted(down.values[0]) == pytest.approx([2 / 17, 5 / 17, 5 / 17, 5 / 17])


def test_an_outcome_that_errs_against_another_takes_from_it():
    against = np.eye(4)
    against[0, 3] = against[3, 0] = -0.98  # nearly the same error with the other sign
    largest = max(doubt_of([0.5] * 4, correlation=against).scenarios(EVEN), key=lambda pair: np.ptp(pair[1].values[0]))
    for one in largest:
        reperform, foreclosure = one.values[0, 0], one.values[0, 3]
        assert (reperform - 0.25) * (foreclosure - 0.25) < 0
        assert one.values[0, 1] == pytest.approx(one.values[0, 2])


def test_a_step_down_uses_the_deviation_down_and_a_step_up_the_one_up():
    # Only up: a scenario that lowers an outcome leaves its log odds, before the four are brought to 1 again, all but alone.
    for down, up in doubt_of([1e-9] * 4, [np.log(3) / Z_90] * 4).scenarios(EVEN):
        assert sorted(up.values[0]) == pytest.approx([0.2, 0.2, 0.2, 0.4])
        assert down.values[0] == pytest.approx([0.25] * 4, abs=1e-8)


def test_a_note_has_the_same_interval_and_scenarios_alone_as_among_others():
    rng = np.random.default_rng(3)
    p = OutcomeProbabilities(rng.dirichlet([1, 1, 1, 1], 500) * 0.99 + 0.0025)
    mixed = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
    doubt = OutcomeDoubt(rng.uniform(0.1, 2, (500, 4)), rng.uniform(0.1, 2, (500, 4)), mixed, ("",) * 500, 0.5)
    rows = np.array([7, 311])
    some, taken = OutcomeProbabilities(p.values[rows]), doubt.take(rows)
    for whole, part in zip(doubt.interval(p), taken.interval(some), strict=True):
        np.testing.assert_array_equal(whole[rows], part)
    for pair, own in zip(doubt.scenarios(p), taken.scenarios(some), strict=True):
        for whole, part in zip(pair, own, strict=True):
            np.testing.assert_array_equal(whole.values[rows], part.values)


def test_what_is_no_doubt_is_refused():
    with pytest.raises(ValueError, match="deviations above 0"):
        doubt_of([0.0, 1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="deviations above 0"):
        doubt_of([np.nan, 1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="correlation matrix"):
        doubt_of([1.0] * 4, correlation=np.full((4, 4), 0.5))
    impossible = np.full((4, 4), -0.9) + 1.9 * np.eye(4)  # four things cannot all be opposed
    with pytest.raises(ValueError, match="correlation matrix"):
        doubt_of([1.0] * 4, correlation=impossible)
