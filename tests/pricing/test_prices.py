"""Hurdles, the floor price and what four prices have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notes import OUTCOMES, Outcome, OutcomeProbabilities
from pricing import build_legs
from pricing.leg import undiscounted
from pricing.prices import cumulative_severity, floor_price, outcome_prices, outcome_value, required_yields
from pricing.returns import last_month, monthly_cash_flows

probabilities = st.lists(st.floats(0.001, 1.0), min_size=4, max_size=4).map(lambda p: [x / sum(p) for x in p])
prices = st.lists(st.floats(-50_000, 300_000), min_size=4, max_size=4)


def test_severity_adds_up_from_the_worst_outcome():
    # 0.5, 0.2, 0.1, 0.2: foreclosure 0.2, deed or worse 0.3, loss mitigation or worse 0.5, anything 1.
    severe = cumulative_severity(OutcomeProbabilities([[0.5, 0.2, 0.1, 0.2]]))
    assert severe == pytest.approx(np.array([[1.0, 0.5, 0.3, 0.2]]))


def test_a_likely_foreclosure_must_pay_more_than_an_unlikely_one(shipped):
    # The buyer's two examples.  Very likely to be foreclosed (80 %): 9 % + 8 % x 0.80 = 15.4 % asked of a foreclosure.
    # Very likely to reperform, foreclosure at 5 %: 9 % + 8 % x 0.05 = 9.4 % is enough, because it is seldom seen.
    odds = OutcomeProbabilities([[0.05, 0.10, 0.05, 0.80], [0.80, 0.12, 0.03, 0.05]])
    asked = required_yields(odds, shipped)[:, OUTCOMES.index(Outcome.FORECLOSURE)]
    assert asked == pytest.approx([0.154, 0.094])


def test_a_likely_foreclosure_is_priced_below_an_unlikely_one_of_the_same_house(note, shipped, changed):
    # One note, 12 behind, worth 200,000 on 107,000 of debt: only the odds differ, so only the hurdle moves the price of
    # a foreclosure: 20 to 30 months at 15.4 % instead of 9.4 % cost about 1 - (1.094/1.154)^(25/12) = 10.5 %.
    tape = note(next_due_date="2023-07-01")
    legs = build_legs(tape, shipped)
    likely = outcome_prices(legs, OutcomeProbabilities([[0.05, 0.10, 0.05, 0.80]]), shipped).price[0]
    unlikely = outcome_prices(legs, OutcomeProbabilities([[0.80, 0.12, 0.03, 0.05]]), shipped).price[0]
    k = OUTCOMES.index(Outcome.FORECLOSURE)
    assert 0.82 < likely[k] / unlikely[k] < 0.97
    assert likely[0] == unlikely[0]


def test_the_floor_price_is_the_lowest_price_where_no_shortfall_is_tolerated():
    found = floor_price(np.array([[90.0, 80.0, 60.0, 40.0]]), np.array([[0.4, 0.3, 0.2, 0.1]]), np.array([0.0]))
    assert found.tolist() == [40.0]


def test_the_floor_price_by_hand_across_two_prices():
    # At 60 the shortfall is 0.1 x 20 = 2; beyond, it grows by 0.1 + 0.2 a dollar; 5 is reached at 60 + 3 / 0.3 = 70.
    found = floor_price(np.array([[90.0, 80.0, 60.0, 40.0]]), np.array([[0.4, 0.3, 0.2, 0.1]]), np.array([5.0]))
    assert found == pytest.approx([70.0])


@given(prices, probabilities, st.floats(0, 20_000))
def test_the_floor_price_is_the_largest_bid_with_a_tolerable_shortfall(price, p, tolerated):
    found = float(floor_price(np.array([price]), np.array([p]), np.array([tolerated]))[0])

    def shortfall(b: float) -> float:
        return sum(w * max(0.0, b - each) for w, each in zip(p, price, strict=True))

    assert shortfall(found) == pytest.approx(tolerated, abs=1e-6)
    assert shortfall(found + 1.0) > tolerated


@given(prices, probabilities, st.floats(0, 20_000), st.integers(0, 3), st.integers(0, 3))
def test_the_floor_price_moves_smoothly_with_the_odds(price, p, tolerated, i, j):
    moved = list(p)
    step = min(1e-9, moved[i] / 2)
    moved[i], moved[j] = moved[i] - step, moved[j] + step
    before, after = (float(floor_price(np.array([price]), np.array([q]), np.array([tolerated]))[0]) for q in (p, moved))
    assert abs(after - before) < 1.0


def test_with_equal_yields_the_expected_price_is_the_value_of_the_expected_flows(tape, odds, shipped, changed):
    keys = {f"hurdle.{o}.{key}": value for o in OUTCOMES for key, value in _EQUAL.items()}
    free = {"closing.fixed_acquisition_per_note": 0.0, "closing.acquisition_share_of_price": 0.0}
    equal = changed(shipped, {**keys, **free, "foreclosure.walk_away_cost": 1e6})
    notes, p = tape(60, 11), odds(60, 11)
    legs = build_legs(notes, equal)
    found = outcome_prices(legs, p, equal)
    assert not found.walks_away.any()
    worth = np.zeros(60)
    for k, one in enumerate(legs.outcomes):
        flows = monthly_cash_flows(one.legs, last_month((one,)))
        for month, flow in enumerate(flows):
            worth += p.values[:, k] * flow * 1.12 ** (-month / 12)
    expected = (p.values * found.price).sum(axis=1)
    assert np.abs(expected - worth).max() <= 1e-9 * notes.notes.number("upb").min()


_EQUAL = {"base": 0.12, "slope": 0.0, "min_roi": -0.99}


def test_the_roi_bound_stops_a_high_yield_on_a_short_deed(note, shipped, changed):
    # Undiscounted inflows I, outflows O; at least 10 % on all money put in: (I - O - 0.1 O) / 1.1 less acquisition.
    flat = changed(shipped, {"hurdle.mode": "flat_roi"})
    legs = build_legs(note(next_due_date="2023-07-01"), flat)
    odds = OutcomeProbabilities([[0.1, 0.1, 0.7, 0.1]])
    one = legs[Outcome.DEED_IN_LIEU]
    dollars = [float((leg.weight * undiscounted(leg))[0]) for leg in one.legs]
    inflow, outflow = sum(d for d in dollars if d > 0), -sum(d for d in dollars if d < 0)
    price = ((inflow - 1.1 * outflow) / 1.1 - 400.0) / 1.005
    found = outcome_prices(legs, odds, flat)
    assert found.price[0, 2] == pytest.approx(price)
    assert np.isnan(found.required_yield).all()


def test_nobody_pays_to_finish_a_foreclosure_that_costs_more_than_walking_away(note, shipped):
    legs = build_legs(note(as_is_value=5_000.0, next_due_date="2023-07-01"), shipped)
    found = outcome_prices(legs, OutcomeProbabilities([[0.25, 0.25, 0.25, 0.25]]), shipped)
    assert found.price[0, 3] == -2_500.0
    assert found.walks_away.tolist() == [[False, False, True, True]]


def test_a_price_stops_rising_where_the_value_is_far_above_the_claim(note, shipped):
    # What a sale brings above the debt belongs to others.
    odds = OutcomeProbabilities([[0.25, 0.25, 0.25, 0.25]])
    found = [
        outcome_prices(build_legs(note(as_is_value=value, next_due_date="2023-07-01"), shipped), odds, shipped).price
        for value in (2e6, 2e7)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


@settings(deadline=None)  # a busy machine is no counterexample
@given(st.integers(0, 50), st.floats(0.0, 0.3), st.floats(0.0, 0.3))
def test_a_higher_yield_never_raises_a_price_where_money_comes_back_later(tape_legs, seed, y1, y2):
    # Where the dollar duration, the sum of t CF v^t, is not negative all the way between the two yields.
    low, high = min(y1, y2), max(y1, y2)
    for one in tape_legs.outcomes:
        n = len(one.branches[0].weight)
        flows = monthly_cash_flows(one.legs, last_month((one,)))
        month = np.arange(len(flows))[:, None]
        steps = np.linspace(low, high, 7)
        durations = [(month * flows * (1 + y) ** (-month / 12)).sum(axis=0) for y in steps]
        good = np.min(durations, axis=0) >= 1.0
        fell = outcome_value(one, np.full(n, high)) <= outcome_value(one, np.full(n, low)) + 1e-6
        assert fell[good].all()


@pytest.fixture(scope="module")
def tape_legs(tape, shipped):
    return build_legs(tape(60, 21), shipped)


def test_every_price_scales_with_the_dollar(tape, odds, shipped, changed):
    # Everything in cents instead of dollars: a hundred times as much of each.
    rows = [row for row in shipped.rows() if row.unit.startswith("US dollars")]
    assert len(rows) >= 14
    cents = {f"{row.section}.{row.key}": row.value * 100 for row in rows}
    fee = {"foreclosure.attorney_fee_multiplier": shipped.foreclosure.attorney_fee_multiplier * 100}
    scaled = changed(shipped, {**cents, **fee})
    notes = tape(80, 31, annual_insurance=1_300.0)
    frame = notes.notes.frame.copy()
    for name in ("upb", "p_and_i", "deferred_balance", "senior_lien_balance", "as_is_value"):
        frame[name] *= 100
    for name in ("annual_property_tax", "annual_insurance"):
        frame[name] *= 100
    bigger = type(notes)(type(notes.notes)(frame), notes.history)
    p = odds(80, 31)
    small, large = (outcome_prices(build_legs(t, a), p, a).price for t, a in ((notes, shipped), (bigger, scaled)))
    assert large == pytest.approx(small * 100, rel=1e-9, abs=1e-4)


def test_nobody_pays_a_senior_for_years_to_sell_a_house_that_brings_a_junior_nothing(note, shipped, changed):
    # A second lien of 50,000 behind 600,000 on a house worth 500,000 in New York.  Forcing a sale after a redefault would
    # cost over 300,000 of senior payments, tax and insurance; giving the lien up costs 2,500.  Of the modified and the
    # planned notes 35 % fall back, 50, 30 and 20 % of them in months 6, 18 and 36, and give up a month later; asked of
    # them is 9 % + 2 % x 0.10 = 9.2 %.  So against giving up for nothing, walking away costs
    #   0.35 x 2,500 x (0.5 x 1.092^(-7/12) + 0.3 x 1.092^(-19/12) + 0.2 x 1.092^(-37/12))
    #   = 875 x (0.474978 + 0.260977 + 0.152467) = 777.37, over 1.005 of acquisition: 773.50.
    junior = {"lien_position": 2.0, "senior_lien_balance": 600_000.0, "as_is_value": 500_000.0}
    under_water = note(upb=50_000.0, p_and_i=450.0, property_state="NY", **junior)
    odds = OutcomeProbabilities([[0.90, 0.04, 0.005, 0.055]])
    found, for_nothing = (
        outcome_prices(build_legs(under_water, own), odds, own)
        for own in (shipped, changed(shipped, {"foreclosure.walk_away_cost": 0.0}))
    )
    assert found.walks_away_later.tolist() == [True]
    assert for_nothing.price[0, 1] - found.price[0, 1] == pytest.approx(773.50, abs=0.01)
    assert found.price[0, 1] > 0


def test_a_sale_after_a_redefault_that_brings_something_is_gone_through_with(note, shipped):
    found = outcome_prices(build_legs(note(), shipped), OutcomeProbabilities([[0.90, 0.04, 0.005, 0.055]]), shipped)
    assert not found.walks_away_later.any()
