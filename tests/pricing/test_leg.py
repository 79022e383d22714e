"""A leg is worth what its months are worth one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import Leg, build_legs, present_value
from pricing.leg import annuity, annuity_value, principal_left, undiscounted
from pricing.returns import last_month, monthly_cash_flows


def one_leg(first: int, n: int, dollars: float, growth: float, weight: float = 1.0) -> Leg:
    return Leg(*(np.array([float(x)]) for x in (first, n, dollars, growth, weight)), "test")


def month_by_month(leg: Leg, note: int, annual_yield: float) -> float:
    return sum(
        leg.weight[note]
        * leg.dollars_at_first[note]
        * (1 + leg.monthly_growth[note]) ** j
        * (1 + annual_yield) ** (-(leg.first_month[note] + j) / 12)
        for j in range(max(int(leg.n_months[note]), 0))
    )


@given(
    st.integers(0, 60),
    st.integers(-2, 480),
    st.floats(-1e5, 1e5),
    st.floats(-0.02, 0.02),
    st.floats(-0.5, 5.0),
)
def test_the_closed_sum_equals_the_months_one_by_one(first: int, n: int, dollars: float, growth: float, y: float):
    leg = one_leg(first, n, dollars, growth)
    expected = month_by_month(leg, 0, y)
    assert present_value(leg, y) == pytest.approx([expected], rel=1e-10, abs=1e-9)


def test_growth_that_offsets_the_discount_loses_no_digits():
    # (1 + g) v = 1 to the last bit or nearly: every one of 360 flows is worth the first.
    y = 0.06
    for nudge in (0.0, 1e-16, 1e-13, 1e-10):
        leg = one_leg(0, 360, 100.0, (1 + y) ** (1 / 12) - 1 + nudge)
        assert present_value(leg, y) == pytest.approx([36_000.0], rel=1e-7)


def test_a_leg_of_no_months_is_worth_nothing():
    assert present_value(one_leg(1, 0, 100.0, 0.0), 0.1).tolist() == [0.0]
    assert undiscounted(one_leg(1, -3, 100.0, 0.01)).tolist() == [0.0]


def test_every_leg_of_random_notes_equals_its_months_within_1e_9_of_upb(tape, shipped):
    notes = tape(12, 5)
    legs = build_legs(notes, shipped)
    upb = notes.notes.number("upb")
    for one in legs.outcomes:
        for leg in one.legs:
            worth = present_value(leg, 0.11)
            for note in range(len(notes)):
                assert abs(worth[note] - month_by_month(leg, note, 0.11)) <= 1e-9 * upb[note], leg.label


def test_the_monthly_table_equals_the_legs_laid_out_one_by_one(tape, shipped):
    notes = tape(6, 6)
    upb = notes.notes.number("upb")
    for one in build_legs(notes, shipped).outcomes:
        table = monthly_cash_flows(one.legs, last_month((one,)))
        expected = np.zeros_like(table)
        for leg in one.legs:
            for note in range(len(notes)):
                for j in range(max(int(leg.n_months[note]), 0)):
                    flow = leg.dollars_at_first[note] * (1 + leg.monthly_growth[note]) ** j
                    expected[int(leg.first_month[note]) + j, note] += leg.weight[note] * flow
        assert np.abs(table - expected).max(axis=0) == pytest.approx(np.zeros(len(notes)), abs=1e-9 * upb.min())


def test_an_annuity_repays_its_principal():
    # The schoolbook loan: 100,000 at 6 % over 30 years is 599.55 a month.
    assert annuity(100_000.0, 0.005, 360) == pytest.approx(599.5505, abs=1e-4)
    assert annuity(120.0, 0.0, 12) == pytest.approx(10.0)
    assert annuity_value(599.5505252, 0.005, 360) == pytest.approx(100_000.0)
    left = principal_left(np.array([100_000.0]), 0.005, np.array([599.5505252]), np.array([360.0]))
    assert left == pytest.approx([0.0], abs=0.01)


def test_principal_grows_when_the_instalment_does_not_cover_the_interest():
    # One month: 100,000 x 1.005 - 400 = 100,100.
    assert principal_left(np.array([100_000.0]), 0.005, np.array([400.0]), 1.0) == pytest.approx([100_100.0])
