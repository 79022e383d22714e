"""Equity, collateral, legal stage, borrower and terms."""

import pytest

DEBT = {"upb": 80_000, "note_rate": 0.06, "accrued_interest": 0, "as_is_value": 200_000}


def test_a_junior_lien_carries_the_debt_ahead_of_it(features_of):
    # (120,000 + 80,000) / 200,000 = 1; the senior alone is 0.6 of the value.
    found = features_of(lien_position=2, senior_lien_balance=120_000, **DEBT)
    assert found["ltv"] == pytest.approx(1.0)
    assert found["senior_debt_share"] == pytest.approx(0.6)
    assert found["equity_share"] == pytest.approx(0.0, abs=1e-12)


def test_a_first_lien_without_a_stated_senior_balance_has_none_and_a_junior_is_unknown(features_of):
    assert features_of(lien_position=1, **DEBT)["ltv"] == pytest.approx(0.4)
    assert features_of(lien_position=2, **DEBT)["ltv"] is None
    assert features_of(**DEBT)["ltv"] is None


def test_the_owners_equity_is_what_every_known_claim_leaves(features_of):
    # 200,000 - 80,000 - 30,000 - 10,000 = 80,000, of 200,000.
    found = features_of(lien_position=1, junior_liens_balance=30_000, delinquent_taxes=10_000, **DEBT)
    assert found["equity_share"] == pytest.approx(0.4)
    assert found["ltv"] == pytest.approx(0.4)


def test_equity_is_negative_under_water(features_of):
    found = features_of(lien_position=1, **DEBT | {"as_is_value": 50_000})
    assert found["equity_share"] == pytest.approx(-0.6)


def test_unpaid_interest_is_part_of_the_debt(features_of):
    # Paid to 30 June 2023, a leap-day year of 366 days: 366 * 12 / 365.25 months of 500 a month.
    found = features_of(upb=100_000, note_rate=0.06, paid_to_date="2023-06-30")
    assert found["legal_balance"] == pytest.approx(100_000 + 500 * 366 * 12 / 365.25)


def test_without_a_date_the_unpaid_interest_follows_the_months_behind(features_of):
    # Three behind by the pay string: the interest of four months, because an instalment pays for the month before it.
    found = features_of(upb=100_000, note_rate=0.06, pay_string="0123")
    assert found["legal_balance"] == pytest.approx(100_000 + 500 * 4)


def test_interest_counts_for_ten_years_at_most(features_of):
    found = features_of(upb=100_000, note_rate=0.06, paid_to_date="2004-06-30")
    assert found["legal_balance"] == pytest.approx(100_000 + 500 * 120)


@pytest.mark.parametrize("value", [0.0, 0.5, 1e-300])
def test_a_placeholder_value_is_missing_and_never_an_infinite_ratio(features_of, value):
    assert features_of(lien_position=1, **DEBT | {"as_is_value": value})["ltv"] is None


@pytest.mark.parametrize(
    ("occupancy", "expected"),
    [
        ("owner", (1, 0, 0)),
        ("tenant", (0, 1, 0)),
        ("vacant", (0, 0, 1)),
        ("unknown", (None,) * 3),
        (None, (None,) * 3),
    ],
)
def test_unknown_occupancy_is_missing_in_all_three(features_of, occupancy, expected):
    found = features_of(occupancy=occupancy)
    assert tuple(found[f"occupancy_{who}"] for who in ("owner", "tenant", "vacant")) == expected


@pytest.mark.parametrize(
    ("property_type", "expected"),
    [
        ("single_family", (1, 0, 0)),
        ("pud", (1, 0, 0)),
        ("2-4_unit", (0, 1, 0)),
        ("manufactured", (0, 0, 1)),
        ("condo", (0, 0, 0)),
        (None, (None,) * 3),
    ],
)
def test_property_types(features_of, property_type, expected):
    found = features_of(property_type=property_type)
    names = ("property_single_family", "property_2_4_unit", "property_manufactured")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(("state", "is_judicial", "days"), [("NJ", 1, 1530), ("TX", 0, 390)])
def test_the_states_law_and_timeline_are_the_published_ones(features_of, state, is_judicial, days):
    # Fannie Mae's foreclosure time frames, last paid instalment to sale.
    found = features_of(property_state=state)
    assert found["judicial"] == is_judicial
    assert found["state_timeline_months"] == pytest.approx(days / 30.4375)


@pytest.mark.parametrize(
    ("fields", "stage", "since"),
    [
        ({"foreclosure_status": "none"}, 0, None),
        ({"foreclosure_status": "referred"}, 1, None),
        ({"foreclosure_status": "filed", "foreclosure_referral_date": "2023-12-31"}, 2, 5),  # the 31st is not reached
        ({"foreclosure_status": "judgment", "foreclosure_referral_date": "2023-12-30"}, 3, 6),
        ({"foreclosure_status": "sale_scheduled", "foreclosure_sale_date": "2024-08-01"}, 4, None),
        ({"foreclosure_referral_date": "2024-01-15"}, 1, 5),
        ({"foreclosure_status": "none", "foreclosure_referral_date": "2020-01-15"}, 0, None),  # since dismissed
        ({"foreclosure_status": "none", "foreclosure_referral_date": "2024-07-01"}, 0, None),
        ({}, None, None),
    ],
)
def test_foreclosure_stage_and_months_since_referral(features_of, fields, stage, since):
    found = features_of(**fields)
    assert (found["foreclosure_stage"], found["months_since_referral"]) == (stage, since)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (0, 0)),
        ({"bankruptcy_chapter": "7"}, (1, 0)),
        ({"bankruptcy_chapter": "13", "bankruptcy_filed_date": "2024-01-01"}, (1, 1)),
        ({"bankruptcy_filed_date": "2024-01-01"}, (1, None)),
    ],
)
def test_bankruptcy(features_of, fields, expected):
    found = features_of(**fields)
    assert (found["bankruptcy"], found["bankruptcy_chapter_13"]) == expected


@pytest.mark.parametrize(("status", "expected"), [("none", 0), ("trial", 1), ("modification", 1), (None, None)])
def test_a_workout_under_way(features_of, status, expected):
    assert features_of(loss_mitigation_status=status)["workout_under_way"] == expected


def test_age_counts_from_origination_else_from_a_month_before_the_first_instalment(features_of):
    assert features_of(origination_date="2023-06-30")["loan_age_months"] == 12
    assert features_of(first_payment_date="2023-08-01")["loan_age_months"] == 11  # 1 July 2023
    assert features_of(origination_date="2020-06-30", first_payment_date="2023-08-01")["loan_age_months"] == 48


@pytest.mark.parametrize(
    ("fields", "left", "is_matured"),
    [
        ({"maturity_date": "2025-06-30"}, 12, 0),
        ({"maturity_date": "2045-06-30", "balloon_date": "2024-09-30"}, 3, 0),
        ({"maturity_date": "2024-06-30"}, 0, 0),  # due today is not yet matured
        ({"maturity_date": "2024-06-29"}, 0, 1),
        ({"maturity_date": "2019-01-01"}, 0, 1),
        ({}, None, None),
    ],
)
def test_term_left_and_maturity(features_of, fields, left, is_matured):
    found = features_of(**fields)
    assert (found["remaining_term_months"], found["matured"]) == (left, is_matured)


def test_a_modification_and_how_long_ago(features_of):
    found = features_of(modification_date="2022-06-30")
    assert (found["modified"], found["months_since_modification"]) == (1, 24)
