"""What the contract says will change, and the risks of underwriting, against payment tables and by hand."""

import pytest

# From any payment table, a month for a loan of 100,000 over 20 years: 5 % 659.96, 6 % 716.43, 7 % 775.30;
# for a loan of 120,000 over 10 years at 6 %: 1,332.25.
ADJUSTABLE = {
    "upb": 100_000,
    "note_rate": 0.05,
    "p_and_i": 659.96,
    "rate_type": "arm",
    "next_rate_reset_date": "2025-06-30",  # in 12 months
    "maturity_date": "2045-06-30",  # 20 years after the reset
    "rate_cap_periodic": 0.02,
}
INTEREST_ONLY = {
    "upb": 120_000,
    "note_rate": 0.06,
    "p_and_i": 600,
    "rate_type": "fixed",
    "io_end_date": "2026-06-30",  # in 24 months
    "maturity_date": "2036-06-30",  # 10 years later
}


def test_a_reset_may_raise_the_instalment_as_far_as_the_periodic_cap(features_of):
    found = features_of(**ADJUSTABLE)
    assert found["payment_shock"] == pytest.approx(775.30 / 659.96 - 1, abs=1e-4)
    assert found["months_to_reset"] == 12


def test_the_lifetime_cap_holds_where_it_is_lower(features_of):
    found = features_of(**ADJUSTABLE, rate_cap_life=0.06)
    assert found["payment_shock"] == pytest.approx(716.43 / 659.96 - 1, abs=1e-4)


def test_a_lifetime_cap_under_the_rate_is_no_fall(features_of):
    assert features_of(**ADJUSTABLE, rate_cap_life=0.04)["payment_shock"] == pytest.approx(0, abs=1e-4)


def test_without_the_periodic_cap_the_shock_is_not_known(features_of):
    assert features_of(**ADJUSTABLE | {"rate_cap_periodic": None})["payment_shock"] is None


def test_the_end_of_an_interest_only_period_is_a_shock_at_the_same_rate(features_of):
    found = features_of(**INTEREST_ONLY)
    assert found["payment_shock"] == pytest.approx(1_332.25 / 600 - 1, abs=1e-4)
    assert found["months_to_reset"] == 24


def test_a_reset_inside_the_interest_only_period_raises_the_interest_alone(features_of):
    # 120,000 at 6 % + 2 % is 9,600 a year, 800 a month
    found = features_of(
        **INTEREST_ONLY | {"rate_type": "arm", "next_rate_reset_date": "2025-06-30", "rate_cap_periodic": 0.02}
    )
    assert found["payment_shock"] == pytest.approx(800 / 600 - 1)


def test_a_fixed_rate_brings_no_shock_and_an_unknown_rate_type_says_nothing(features_of):
    terms = {"upb": 100_000, "note_rate": 0.05, "p_and_i": 659.96, "maturity_date": "2045-06-30"}
    assert features_of(**terms, rate_type="fixed")["payment_shock"] == 0
    assert features_of(**terms)["payment_shock"] is None


def test_a_reset_that_lies_behind_is_no_reset(features_of):
    assert features_of(**ADJUSTABLE | {"next_rate_reset_date": "2024-05-01"})["months_to_reset"] is None


def test_a_note_whose_first_instalment_is_unpaid_is_a_first_payment_default(features_of):
    first = {"first_payment_date": "2024-03-01"}
    assert features_of(**first, next_due_date="2024-03-01")["first_payment_default"] == 1
    assert features_of(**first, next_due_date="2024-04-01")["first_payment_default"] == 0
    assert features_of(first_payment_date="2024-08-01", next_due_date="2024-08-01")["first_payment_default"] == 0


def test_risks_are_counted_and_what_is_not_told_is_none(features_of):
    risky = {"credit_score": 619, "dti": 0.44, "original_ltv": 0.81, "doc_type": "stated", "occupancy": "tenant"}
    assert features_of(**risky, self_employed=True)["layered_risk_count"] == 6
    sound = {"credit_score": 620, "dti": 0.43, "original_ltv": 0.80, "doc_type": "full", "occupancy": "owner"}
    assert features_of(**sound)["layered_risk_count"] == 0
    assert features_of(occupancy="unknown")["layered_risk_count"] is None


def test_part_of_an_instalment_is_money_though_no_instalment(features_of):
    # 1,000 are due a month: a whole one in April, 300 in May, nothing in June
    found = features_of(status=[0, 0, 1, 2], amounts=[1_000, 1_000, 300, 0], p_and_i=1_000, next_due_date="2024-05-01")
    assert found["months_since_last_payment"] == 2
    assert found["months_since_any_money"] == 1
