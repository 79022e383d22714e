"""The three kinds of note that a buyer tells apart, and why one price does not fit them.

"Some non-performing notes are only 3 or 4 payments behind, and have had lots of payments in the last year.  Others have
not had a payment in 8 years and are 10 years behind."  And one "made payments the last 3 months and is 12 months behind".
All three owe 100,000 at 6 % on a house in Texas that is worth 130,000; nobody knows who lives there.  As of 30 June 2024.
"""

import numpy as np
import pandas as pd
import pytest

from notes import Notes, OutcomeProbabilities, PaymentHistory, Tape
from pricing import build_legs, price_bids

ODDS = OutcomeProbabilities(
    [
        [0.55, 0.25, 0.03, 0.17],  # 3 behind, many payments
        [0.03, 0.07, 0.05, 0.85],  # dead for eight years
        [0.35, 0.40, 0.03, 0.22],  # paid the last three months, 12 behind
    ]
)


@pytest.fixture(scope="module")
def kinds(note) -> Tape:
    """Give the three notes, their history as months behind at each month end."""
    base = note().notes.frame.iloc[[0, 0, 0]].reset_index(drop=True)
    base["loan_id"] = ["three behind", "dead", "twelve behind, pays"]
    base["as_is_value"] = 130_000.0
    base["occupancy"] = None
    # Three behind: the instalment of April is the oldest unpaid; twelve behind: July 2023; dead: July 2014.
    base["next_due_date"] = pd.to_datetime(["2024-04-01", "2014-07-01", "2023-07-01"])
    base["last_payment_date"] = pd.to_datetime([None, "2016-06-30", None])
    status = np.full((3, 60), -1)
    status[0, -12:] = [1, 1, 2, 1, 2, 2, 3, 2, 3, 2, 3, 3]
    status[1] = np.arange(61, 121)
    status[2, -12:] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 12]
    return Tape(Notes(base), PaymentHistory(status.astype(np.int16), np.full((3, 60), np.nan, dtype=np.float32)))


@pytest.fixture(scope="module")
def priced(kinds, shipped):
    legs = build_legs(kinds, shipped)
    return legs, price_bids(kinds, legs, ODDS, shipped).frame


def test_months_behind_are_not_months_without_a_payment(priced):
    # 3, 120 and 12 behind.  Last payment: the first kept its status in June, so it paid in June; 2,922 days ago = 96
    # months; the third held 12 for three months, so it paid in June too.  Only the dead house may be vacant:
    # 0.20 + 0.08 x 7 = 76 % x 12 % = 9.12 %, and decays by 2 % x 7 = 14 %.
    legs, sheet = priced
    assert sheet["months_delinquent"].tolist() == [3.0, 120.0, 12.0]
    condition = legs.facts.collateral.condition
    assert condition == pytest.approx([1.0, 0.9088 * 0.86, 1.0], rel=1e-12)


def test_each_legal_balance_by_hand(priced):
    # Interest at 500 a month from one month before the oldest unpaid instalment to closing 1.5 months on:
    # 1 March 2024: 121 days = 3.97536 + 1.5 months; 1 June 2014: 3,682 days = 120.9692, capped at 120; 1 June 2023:
    # 395 days = 12.97741 + 1.5 months.
    legal = [100_000 + 500 * 5.475359, 100_000 + 500 * 120.0, 100_000 + 500 * 14.477413]
    assert priced[1]["legal_balance"].to_numpy() == pytest.approx(legal, abs=0.01)


def test_only_the_dead_note_may_be_barred_by_time(priced):
    barred = priced[1]["flags"].str.contains("LIMITATIONS")
    assert barred.tolist() == [False, True, False]


def test_what_each_must_pay_follows_its_odds(priced):
    # Foreclosure: 9 % + 8 % x 0.17, 0.85, 0.22.  Loss mitigation: 9 % + 2 % x (0.25 + 0.03 + 0.17 = 0.45), 0.97, 0.65.
    sheet = priced[1]
    assert sheet["required_yield_foreclosure"].tolist() == pytest.approx([0.1036, 0.158, 0.1076])
    assert sheet["required_yield_loss_mitigation"].tolist() == pytest.approx([0.099, 0.1094, 0.103])
    assert sheet["required_yield_reperform"].tolist() == [0.09] * 3


def test_a_dead_note_is_not_priced_like_one_that_pays(priced):
    # The living: 0.8 x 130,000 at auction in month 15 or 0.85 x 0.92 x 130,000 resold in month 31, some 96,000 after
    # the doubt about the value, less 12,000 of costs, for at least 10 % on all money put in.
    # The dead one: half of what a 101,600 house brings at auction (bar 0.5 x 0.8 x 101,600 = 40,600), in a year and a
    # half to three, less 15 to 30 months of costs: under 30,000.
    sheet = priced[1].set_index("loan_id")
    assert sheet.loc["dead", "price_foreclosure"] < 30_000
    assert sheet.loc["three behind", "price_foreclosure"] > 55_000
    bids = sheet["bid"]
    assert bids["three behind"] > bids["twelve behind, pays"] > 3 * bids["dead"] > 0


def test_no_bid_of_the_three_rests_on_an_outcome_that_is_unlikely(priced):
    # At each bid every branch brings its money back, so no flag; the dead one pays best, because it is the likeliest to
    # be foreclosed.
    sheet = priced[1].set_index("loan_id")
    assert sheet["loss_probability"].tolist() == [0.0, 0.0, 0.0]
    assert sheet["expected_yield"].idxmax() == "dead"


def test_a_bid_that_most_likely_loses_money_goes_to_review(kinds, shipped):
    # A quarter to reperform (some 85,000) and three quarters to a barred foreclosure (under 30,000, hardly more
    # undiscounted): the blend lies well above what any foreclosure brings, so three quarters of the ways lose.
    odds = OutcomeProbabilities([[0.249, 0.0005, 0.0005, 0.75]] * 3)
    dead = price_bids(kinds, build_legs(kinds, shipped), odds, shipped).frame.set_index("loan_id").loc["dead"]
    assert dead["bid"] > dead["price_foreclosure"] + 5_000
    assert dead["loss_probability"] == pytest.approx(0.75, abs=0.05)
    assert dead["bid_status"] == "REVIEW"
    assert "LOSS_LIKELY" in dead["flags"].split(";")
