"""Yields, capital and the odds of a loss."""

import numpy as np
import pytest
import pyxirr

from notes import OUTCOMES, Outcome, OutcomeProbabilities
from pricing import build_legs
from pricing.leg import level, lump
from pricing.legs import LegBook
from pricing.prices import outcome_prices
from pricing.returns import YIELD_GRID, annual_yields, last_month, monthly_cash_flows, outcome_returns


def test_a_yield_by_hand():
    # 100 now, 121 in month 24: 10 % a year.
    flows = np.zeros((25, 1))
    flows[24] = 121.0
    assert annual_yields(np.array([100.0]), flows) == pytest.approx([0.10], abs=1e-12)


def test_flows_that_never_come_back_have_no_yield():
    flows = np.zeros((5, 2))
    flows[3, 1] = -10.0
    assert np.isnan(annual_yields(np.array([100.0, 100.0]), flows)).all()


def test_flows_with_two_yields_have_none():
    # -100, +260 in month 12, -168 in month 24: 20 % and 40 % both fit.
    flows = np.zeros((25, 1))
    flows[12], flows[24] = 260.0, -168.0
    assert np.isnan(annual_yields(np.array([100.0]), flows)).all()


def test_a_yield_beyond_the_range_is_none():
    flows = np.zeros((2, 1))
    flows[1] = 200.0  # doubled in a month: 2^12 - 1 = 409,500 %
    assert np.isnan(annual_yields(np.array([100.0]), flows)).all()


def test_the_yields_of_random_notes_agree_with_an_independent_solver(tape, odds, shipped):
    notes, p = tape(60, 41), odds(60, 41)
    legs = build_legs(notes, shipped)
    prices = np.maximum(outcome_prices(legs, p, shipped).price, 1_000.0)
    checked = 0
    for k, one in enumerate(legs.outcomes):
        flows = monthly_cash_flows(one.legs, last_month((one,)))
        yields = annual_yields(prices[:, k], flows)
        for note in np.flatnonzero(~np.isnan(yields)):
            series = flows[:, note].copy()
            series[0] -= prices[note, k]
            monthly = pyxirr.irr(series, guess=(1 + yields[note]) ** (1 / 12) - 1)
            assert (1 + monthly) ** 12 - 1 == pytest.approx(yields[note], abs=1e-7)
            checked += 1
    assert checked > 150


def test_the_yield_at_an_outcomes_price_is_its_hurdle(tape, shipped, changed):
    # For an outcome that is all but certain, without acquisition costs and with the ROI bound off; pyxirr is the witness.
    keys = {f"hurdle.{o}.min_roi": -0.99 for o in OUTCOMES}
    free = {"closing.fixed_acquisition_per_note": 0.0, "closing.acquisition_share_of_price": 0.0}
    own = changed(shipped, {**keys, **free})
    legs = build_legs(tape(30, 51), own)
    for k, one in enumerate(legs.outcomes):
        certain = np.full((30, 4), 1e-12)
        certain[:, k] = 1 - 3e-12
        found = outcome_prices(legs, OutcomeProbabilities(certain), own)
        flows = monthly_cash_flows(found.outcomes[k].legs, last_month((one,)))
        for note in np.flatnonzero((found.price[:, k] > 5_000) & ~found.walks_away[:, k]):
            series = flows[:, note].copy()
            series[0] -= found.price[note, k]
            hurdle = found.required_yield[note, k]
            monthly = pyxirr.irr(series, guess=(1 + hurdle) ** (1 / 12) - 1)
            assert (1 + monthly) ** 12 - 1 == pytest.approx(hurdle, abs=1e-8)


def _outcome(*weights: float):
    """Give an outcome of two branches: both cost 10 a month for three months; one brings 200, the other 50 in month 4."""
    book = LegBook(Outcome.FORECLOSURE)
    high, low = book.open("third_party", np.array([weights[0]])), book.open("reo", np.array([weights[1]]))
    book.enter(level(1, 3, -10.0, np.array([sum(weights)]), "servicing"), high, low)
    book.enter(lump(4, 200.0, np.array([weights[0]]), "sale_proceeds"), high)
    book.enter(lump(4, 50.0, np.array([weights[1]]), "sale_proceeds"), low)
    return book.close()


def test_capital_counts_what_must_still_be_put_in():
    # Cost 100, then 3 x 10 out before 0.6 x 200 + 0.4 x 50 = 140 comes: capital 130, profit 140 - 130 = 10.
    # The branch that brings 50 loses 80: with probability 0.4.
    found = outcome_returns(_outcome(0.6, 0.4), np.array([100.0]), np.array([False]), 2_500.0)
    assert found.capital == pytest.approx([130.0])
    assert found.profit == pytest.approx([10.0])
    assert found.loss_probability == pytest.approx([0.4])
    assert found.months == pytest.approx([4.0])


def test_walking_away_loses_the_price_and_the_cost_of_it():
    found = outcome_returns(_outcome(0.6, 0.4), np.array([100.0]), np.array([True]), 25.0)
    assert found.profit.tolist() == [-125.0]
    assert found.capital.tolist() == [125.0]
    assert found.loss_probability.tolist() == [1.0]
    assert found.months.tolist() == [0.0]


def test_the_grid_covers_the_range_of_a_yield():
    assert YIELD_GRID[0] == -0.99
    assert YIELD_GRID[-1] == 10.0
    assert (np.diff(YIELD_GRID) > 0).all()
