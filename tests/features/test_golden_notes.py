"""The note buyer's three kinds of note, every feature worked by hand.

They also show the three ways in which a history arrives: amounts and statuses, a pay string, statuses alone.
"""

import pytest

from features import FEATURES

# The same three notes' terms and collateral, so that the arithmetic stands once.
#   legal balance  90,000 upb + 2,250 accrued as stated + 750 escrow advance = 93,000
#   ltv            93,000 / 150,000 = 0.62; nothing else is owed, so 0.38 is left to the owner
#   age            1 June 2014 to 30 June 2024 = 120 whole months (the 1st of July is not reached)
#   term left      30 June 2024 to 1 June 2044: 240 months less one day's month = 239
#   timeline       Ohio: 510 days from the last paid instalment to the sale = 510 / 30.4375 = 16.7556... months
TERMS = {
    "lien_position": 1,
    "upb": 90_000,
    "accrued_interest": 2_250,
    "escrow_advance": 750,
    "as_is_value": 150_000,
    "valuation_date": "2024-05-15",
    "note_rate": 0.06,
    "p_and_i": 1_000,
    "origination_date": "2014-06-01",
    "maturity_date": "2044-06-01",
    "property_state": "OH",
    "property_type": "single_family",
    "occupancy": "owner",
    "credit_score": 600,
    "dti": 0.4,
    "foreclosure_status": "none",
    "loss_mitigation_status": "none",
}
OF_THE_TERMS = {
    "ltv": 0.62,
    "equity_share": 0.38,
    "principal_ltv": 0.6,  # 90,000 / 150,000
    "original_ltv": None,
    "senior_debt_share": 0,
    "lien_position": 1,
    "legal_balance": 93_000,
    "occupancy_owner": 1,
    "occupancy_tenant": 0,
    "occupancy_vacant": 0,
    "property_single_family": 1,
    "property_2_4_unit": 0,
    "property_manufactured": 0,
    "judicial": 1,
    "state_timeline_months": 510 / 30.4375,
    "foreclosure_stage": 0,
    "months_since_referral": None,
    "bankruptcy": 0,
    "bankruptcy_chapter_13": 0,
    "workout_under_way": 0,
    "credit_score": 600,
    "debt_to_income": 0.4,
    "full_documentation": None,
    "self_employed": None,
    "debt_service_coverage": None,
    "layered_risk_count": 1,  # the score is under 620; 40 % is not over 43 %, and the owner lives there
    "note_rate": 0.06,
    "loan_age_months": 120,
    "remaining_term_months": 239,
    "matured": 0,
    "modified": 0,
    "months_since_modification": None,
    "months_to_reset": None,
    "payment_shock": None,  # nobody says that the rate is fixed
    "first_payment_default": None,  # nobody says when the first instalment was due
}


def check(found, expected):
    assert set(expected) == {feature.name for feature in FEATURES}
    wrong = {
        name: (found[name], value)
        for name, value in expected.items()
        if (found[name] is None) != (value is None) or (value is not None and found[name] != pytest.approx(value))
    }
    assert not wrong


def test_a_note_four_behind_with_many_payments_in_the_last_year(features_of):
    # 24 months of amounts and statuses.  July 2022 to June 2023: 12 payments of 1,000, current at every month end.
    #          Jul23  Aug   Sep   Oct   Nov   Dec  Jan24  Feb   Mar   Apr   May   Jun24
    last_year = [1000,   0, 1000, 1000,    0,  500, 1000, 1000, 1000,    0, 1000, 1000]  # fmt: skip
    behind    = [   0,   1,    1,    1,    2,    3,    3,    3,    3,    4,    4,    4]  # fmt: skip
    found = features_of(status=[0] * 12 + behind, amounts=[1000] * 12 + last_year, next_due_date="2024-03-01", **TERMS)
    expected = OF_THE_TERMS | {
        # March, April, May and June 2024 are unpaid on 30 June.
        "months_behind": 4,
        "months_behind_3_ago": 3,  # March 2024
        "months_behind_6_ago": 3,  # December 2023
        "months_behind_12_ago": 0,  # June 2023
        "months_behind_24_ago": None,  # June 2022 is not known
        "months_behind_change_6m": 1,  # 3 in December 2023
        "max_months_behind_12m": 4,
        "max_months_behind_24m": 4,
        # x = 0..11: n 12, sum x 66, sum x2 506, sum y 29, sum xy 1+2+3+8+15+18+21+24+36+40+44 = 212:
        # (12 * 212 - 66 * 29) / (12 * 506 - 66 * 66) = 630 / 1716
        "months_behind_slope_12m": 630 / 1716,
        "full_payments_3m": 2,  # May, June
        "full_payments_6m": 5,  # all but April
        "full_payments_12m": 8,  # all but August, November, December, April
        "full_payments_24m": 20,
        "full_payments_36m": None,  # 24 of 36 months are known, 27 are needed
        "partial_payments_3m": 0,
        "partial_payments_12m": 1,  # December
        "partial_payments_36m": None,
        "share_collected_3m": 2_000 / 3_000,
        "share_collected_6m": 5_000 / 6_000,
        "share_collected_12m": 8_500 / 12_000,
        "months_since_last_payment": 0,
        "months_since_any_money": 0,
        "months_since_current": 11,  # July 2023
        "longest_run_paid": 13,  # July 2022 to July 2023
        "longest_run_missed": 1,
        "rolls_24m": 4,  # August, November, December, April
        "kept_pace_3m": 2 / 3,  # not in April
        "kept_pace_12m": 8 / 12,
        "cures_24m": 0,
        "payments_while_behind_12m": 7,  # the 8 less July 2023, which ended current
        "performing_current_now": 0,
        "performing_clean_12m": 0,
        "performing_never_delinquent": 0,
        "performing_paid_last_3m": 0,  # nothing came in April
        "history_months": 24,
    }
    check(found, expected)


def test_a_note_without_a_payment_in_eight_years_and_ten_years_behind(features_of):
    # Due for 1 July 2014: July 2014 to June 2024 are 120 instalments.  The pay string can only say nine or more, so it
    # proves nothing about any month's payment; that the last money came on 15 June 2016 proves that no month of the 60
    # brought any.  June 2016 to June 2024: 96 months.
    found = features_of(pay_string="9" * 60, next_due_date="2014-07-01", last_payment_date="2016-06-15", **TERMS)
    expected = OF_THE_TERMS | {
        "months_behind": 120,
        "months_behind_3_ago": 9,
        "months_behind_6_ago": 9,
        "months_behind_12_ago": 9,
        "months_behind_24_ago": 9,
        "months_behind_change_6m": None,  # nine or more in December 2023
        "max_months_behind_12m": 120,
        "max_months_behind_24m": 120,
        "months_behind_slope_12m": None,
        "full_payments_3m": 0,
        "full_payments_6m": 0,
        "full_payments_12m": 0,
        "full_payments_24m": 0,
        "full_payments_36m": 0,
        "partial_payments_3m": 0,
        "partial_payments_12m": 0,
        "partial_payments_36m": 0,
        "share_collected_3m": 0,
        "share_collected_6m": 0,
        "share_collected_12m": 0,
        "months_since_last_payment": 96,
        "months_since_any_money": 96,
        "months_since_current": None,
        "longest_run_paid": 0,
        "longest_run_missed": 60,
        "rolls_24m": None,
        "kept_pace_3m": None,
        "kept_pace_12m": None,
        "cures_24m": None,
        "payments_while_behind_12m": 0,
        "performing_current_now": 0,
        "performing_clean_12m": 0,
        "performing_never_delinquent": 0,
        "performing_paid_last_3m": 0,
        "history_months": 60,
    }
    check(found, expected)


def test_a_note_that_paid_the_last_three_months_and_is_twelve_behind(features_of):
    # 24 months of statuses, no amounts.  July 2022 to March 2023 current; then a year without a payment, 1 to 12 behind
    # (April 2023 to March 2024); then three instalments, staying at 12.  Those paid April, May and June 2023, so July
    # 2023 is the oldest unpaid.
    found = features_of(status=[0] * 9 + list(range(1, 13)) + [12, 12, 12], next_due_date="2023-07-01", **TERMS)
    expected = OF_THE_TERMS | {
        "months_behind": 12,
        "months_behind_3_ago": 12,  # March 2024
        "months_behind_6_ago": 9,  # December 2023
        "months_behind_12_ago": 3,  # June 2023
        "months_behind_24_ago": None,
        "months_behind_change_6m": 3,
        "max_months_behind_12m": 12,
        "max_months_behind_24m": 12,
        # y = 4..11, 12, 12, 12, 12: sum y 108, sum xy 0+5+12+21+32+45+60+77+96+108+120+132 = 708:
        # (12 * 708 - 66 * 108) / 1716 = 1368 / 1716
        "months_behind_slope_12m": 1368 / 1716,
        "full_payments_3m": 3,
        "full_payments_6m": 3,
        "full_payments_12m": 3,
        "full_payments_24m": 12,  # nine while current, three now
        "full_payments_36m": None,
        "partial_payments_3m": 0,
        "partial_payments_12m": 0,
        "partial_payments_36m": None,
        "share_collected_3m": 1,
        "share_collected_6m": 3 / 6,
        "share_collected_12m": 3 / 12,
        "months_since_last_payment": 0,
        "months_since_any_money": 0,
        "months_since_current": 15,  # March 2023
        "longest_run_paid": 9,
        "longest_run_missed": 12,
        "rolls_24m": 12,
        "kept_pace_3m": 1,
        "kept_pace_12m": 3 / 12,  # nine rolls from July 2023 to March 2024
        "cures_24m": 0,
        "payments_while_behind_12m": 3,
        "performing_current_now": 0,
        "performing_clean_12m": 0,
        "performing_never_delinquent": 0,
        "performing_paid_last_3m": 1,
        "history_months": 24,
    }
    check(found, expected)


def test_a_note_about_which_nothing_is_known_has_no_invented_numbers(features_of):
    found = features_of()
    certain = {"bankruptcy": 0, "bankruptcy_chapter_13": 0, "modified": 0, "history_months": 0}
    check(found, {feature.name: certain.get(feature.name) for feature in FEATURES})
