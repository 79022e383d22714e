"""What a borrower owes, added up by hand."""

import numpy as np
import pandas as pd
import pytest

from notes import Notes
from notes.legal_balance import ClaimTerms, contract_rate, legal_balance, unpaid_interest_months

TERMS = ClaimTerms(months_to_close=1.5, late_charge_collect_share=0.0, max_accrual_months=120.0)


def notes(**columns: object) -> Notes:
    row = {"loan_id": "1", "as_of_date": "2024-06-30", "upb": 100_000.0, "note_rate": 0.06, **columns}
    return Notes(pd.DataFrame([row]))


def test_the_parts_add_up_to_the_debt_at_closing():
    # 100,000 + 5,000 deferred + 2,000 escrow + 1,000 corporate - 300 suspense = 107,700; stated accrued 3,000; closing
    # 1.5 months at 500 a month = 750; late charges of 400 are not counted: 111,450.
    balance = legal_balance(
        notes(
            deferred_balance=5_000.0,
            escrow_advance=2_000.0,
            corporate_advance=1_000.0,
            suspense_balance=300.0,
            accrued_interest=3_000.0,
            late_charges=400.0,
        ),
        TERMS,
    )
    assert balance.total == pytest.approx([111_450.0])
    assert balance.accrued_interest == pytest.approx([3_750.0])


def test_interest_unstated_runs_from_the_paid_to_date_to_closing():
    # Paid to 1 June 2023; 395 days to 30 June 2024 = 395 x 12 / 365.25 = 12.977413 months; with 1.5 to closing
    # 14.477413 months at 500: 7,238.71.
    balance = legal_balance(notes(paid_to_date="2023-06-01"), TERMS)
    assert balance.accrued_interest == pytest.approx([7_238.706], abs=1e-3)
    assert balance.accrual_computed.all()


def test_of_two_dates_that_contradict_each_other_the_smaller_claim_counts():
    # 100,000 at 6 %: 500 a month.  Due on 1 July 2023, so paid to 1 June whatever else is said: never the ten years since
    # June 2013 of a date that nobody kept up.  A later paid_to_date is believed.
    by_due = unpaid_interest_months(notes(next_due_date="2023-07-01"))
    assert unpaid_interest_months(notes(next_due_date="2023-07-01", paid_to_date="2013-06-01")) == by_due
    later = notes(next_due_date="2013-07-01", paid_to_date="2023-06-01")
    assert unpaid_interest_months(later) == by_due


def test_the_due_date_is_one_month_after_the_paid_to_date():
    by_due = unpaid_interest_months(notes(next_due_date="2023-07-01"))
    assert by_due == pytest.approx(unpaid_interest_months(notes(paid_to_date="2023-06-01")))


def test_old_unpaid_interest_stops_at_the_cap():
    # Unpaid since 2000; 120 months at 500 and nothing more for the months to closing.
    balance = legal_balance(notes(paid_to_date="2000-01-01"), TERMS)
    assert balance.accrued_interest == pytest.approx([60_000.0])
    assert balance.interest_to_closing == pytest.approx([0.0])


def test_months_behind_stand_in_for_a_missing_date():
    # Three months behind is four months of interest: the instalment due today pays for the month before.
    assert unpaid_interest_months(notes(), np.array([3.0])).tolist() == [4.0]
    assert unpaid_interest_months(notes()).tolist() == [0.0]


@pytest.mark.parametrize(
    ("stated", "total", "conflict"),
    [
        (104_000.0, 103_750.0, False),  # 1 % above the sum of 103,000: believed to be the same, the sum rules
        (120_000.0, 103_750.0, True),  # far above: flagged, the lower rules
        (90_000.0, 90_750.0, True),  # far below: flagged, the lower rules, with 1.5 months at 500
    ],
)
def test_of_two_debts_that_disagree_the_lower_is_used(stated: float, total: float, conflict: bool):
    balance = legal_balance(notes(accrued_interest=3_000.0, legal_balance=stated), TERMS)
    assert balance.total == pytest.approx([total])
    assert balance.stated_conflict.tolist() == [conflict]


def test_a_borrower_who_paid_ahead_owes_no_interest_yet():
    assert unpaid_interest_months(notes(paid_to_date="2024-09-01")).tolist() == [0.0]


def test_a_missing_rate_is_implied_by_the_instalment():
    # 240 instalments of 716.43 repay 100,000 at 6 %; 240 is the term where the tape does not state the maturity.
    implied = contract_rate(notes(note_rate=None, p_and_i=716.4310585))
    assert implied == pytest.approx([0.06], abs=1e-7)


def test_an_instalment_too_small_to_repay_implies_no_interest():
    assert contract_rate(notes(note_rate=None, p_and_i=100.0)).tolist() == [0.0]


def test_without_rate_and_instalment_the_debt_is_unknown():
    assert np.isnan(legal_balance(notes(note_rate=None), TERMS).total).all()


def test_more_interest_than_the_unpaid_months_can_hold_is_not_believed():
    # Paid to 1 June 2023: 12.977413 months at 500 are 6,488.71; up to 5,000 more, 5 % of 100,000, is the seller's to say.
    # 50,000 is a slip or worse: 14.477413 months to closing at 500, 7,238.71, is counted as if nothing had been said.
    slip = legal_balance(notes(paid_to_date="2023-06-01", accrued_interest=50_000.0), TERMS)
    assert slip.accrued_interest == pytest.approx([7_238.706], abs=1e-3)
    assert (slip.accrual_conflict.tolist(), slip.accrual_computed.tolist()) == ([True], [False])
    inside = legal_balance(notes(paid_to_date="2023-06-01", accrued_interest=11_400.0), TERMS)
    assert inside.accrued_interest == pytest.approx([12_150.0])
    assert not inside.accrual_conflict.any()
