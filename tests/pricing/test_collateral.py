"""What a claim takes from a sale whose price is not known."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from pricing import build_legs
from pricing.collateral import capped_proceeds


def proceeds(value: float, ahead: float, claim: float, sigma: float) -> float:
    return float(capped_proceeds(*(np.array([x]) for x in (value, ahead, claim, sigma)))[0])


def test_a_plain_minimum_overstates_by_nine_percent_where_value_equals_debt():
    # V = L = 100, s = 0.2: d1 = 0.1, V N(-0.1) + L N(0.1 - 0.2) = 200 x 0.4601722 = 92.034; 100 / 92.034 = 1.0866.
    assert proceeds(100.0, 0.0, 100.0, 0.2) == pytest.approx(92.0344, abs=1e-4)


def test_a_second_hand_number_above_the_debt():
    # V = 130, L = 100, s = 0.25: ln 1.3 = 0.262364; d1 = 1.049457 + 0.125 = 1.174457; N(-d1) = 0.120106,
    # N(d1 - s) = N(0.924457) = 0.822375; 130 x 0.120106 + 100 x 0.822375 = 97.851.
    assert proceeds(130.0, 0.0, 100.0, 0.25) == pytest.approx(97.851, abs=2e-3)


def test_without_doubt_about_the_value_it_is_the_plain_minimum():
    assert proceeds(80.0, 0.0, 100.0, 0.0) == 80.0
    assert proceeds(120.0, 0.0, 100.0, 0.0) == 100.0
    assert proceeds(120.0, 90.0, 100.0, 0.0) == pytest.approx(30.0)
    assert proceeds(80.0, 90.0, 100.0, 0.0) == 0.0


@given(st.floats(10, 500), st.floats(0, 400), st.floats(1, 400), st.floats(0.05, 0.6))
def test_it_is_the_mean_over_the_lognormal(value: float, ahead: float, claim: float, sigma: float):
    def taken(z: float) -> float:
        price = value * np.exp(sigma * z - sigma * sigma / 2)
        return float(min(max(price - ahead, 0.0), claim) * stats.norm.pdf(z))

    kinks = [(np.log(k) - np.log(value) + sigma * sigma / 2) / sigma for k in (ahead, ahead + claim) if k > 0]
    edges = [-9.0, *sorted(min(max(k, -9.0), 9.0) for k in kinks), 9.0]
    mean = sum(integrate.quad(taken, a, b)[0] for a, b in itertools.pairwise(edges) if b > a)
    assert proceeds(value, ahead, claim, sigma) == pytest.approx(mean, abs=1e-6 * value)


@given(st.floats(0, 500), st.floats(0, 400), st.floats(0, 400), st.floats(0, 0.6))
def test_a_claim_takes_no_more_than_itself_and_no_less_than_nothing(value, ahead, claim, sigma):
    taken = proceeds(value, ahead, claim, sigma)
    assert 0.0 <= taken <= claim + 1e-9


def test_a_house_unpaid_for_eight_years_is_priced_as_perhaps_vacant(note, shipped):
    # s = 96 months: vacant with 0.20 + 0.08 x 7 = 0.76, so 0.76 x 0.12 = 0.0912; decay 0.02 x 7 = 0.14; a
    # broker's interior opinion of the day takes nothing: 0.9088 x 0.86 = 0.78157.  (2,922 days x 12 / 365.25 = 96.)
    dead = note(occupancy="unknown", last_payment_date="2016-06-30", next_due_date="2014-07-01")
    facts = build_legs(dead, shipped).facts
    assert facts.collateral.condition == pytest.approx([0.9088 * 0.86], rel=1e-9)
    assert facts.flags["LIMITATIONS"].all()


def test_a_house_whose_owner_still_pays_keeps_its_value(note, shipped):
    facts = build_legs(note(occupancy="unknown"), shipped).facts
    assert facts.collateral.condition.tolist() == [1.0]
    assert facts.flags["FILL_OCCUPANCY"].all()
