"""Everything that pricing knows of a note: what the tape says, the stated fills for what it does not, and the flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Tape
from notes.delinquency import months_delinquent
from notes.legal_balance import ClaimTerms, LegalBalance, legal_balance, paid_to, unpaid_interest_months
from pricing.assumptions import Assumptions
from pricing.carry import Carry, carry
from pricing.collateral import Collateral, collateral
from pricing.terms import LoanTerms, loan_terms, months_since_payment
from pricing.timeline import SaleTimeline, sale_timeline

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class NoteFacts:
    """What is known and filled, note by note; arrays float64, shape (n_notes,).

    Parameters
    ----------
    months_behind
        Whole months delinquent on ``as_of_date``.
    legal
        The debt at closing and its parts.
    arrears
        US dollars of the debt that a borrower must pay to be up to date: principal, deferred principal and the interest
        that a paid-up note would have accrued too are left out.
    flags
        Code to bool array: the fills, and what the rules of docs/pricing.md, section 10, find.
    """

    months_behind: Floats
    loan: LoanTerms
    legal: LegalBalance
    arrears: Floats
    collateral: Collateral
    carry: Carry
    sale: SaleTimeline
    flags: Flags

    def __len__(self) -> int:
        return len(self.months_behind)


def note_facts(tape: Tape, assumptions: Assumptions) -> NoteFacts:
    """Gather the facts of every note.

    Raises
    ------
    ValueError
        A note lacks what it cannot be priced without; the message names the column and the row.
    """
    notes, terms = tape.notes, assumptions.closing
    behind = months_delinquent(tape)
    _refuse_unpriceable(tape, behind)
    loan, loan_flags = loan_terms(notes, assumptions)
    unpaid, unpaid_flags = months_since_payment(tape, behind)
    costs, cost_flags = carry(notes, unpaid, assumptions)
    property_, property_flags = collateral(notes, unpaid, costs.ahead, assumptions)
    sale, sale_flags = sale_timeline(notes, behind, unpaid, assumptions)
    claim = ClaimTerms(
        terms.months_to_close, assumptions.claim.late_charge_collect_share, assumptions.claim.max_accrual_months
    )
    legal = legal_balance(notes, claim, behind)
    usual = np.minimum(unpaid_interest_months(notes, behind) + terms.months_to_close, 1 + terms.months_to_close)
    arrears = legal.total - loan.upb - loan.deferred - loan.upb * loan.monthly_rate * usual
    advances = np.isnan(notes.number("escrow_advance")) | np.isnan(notes.number("corporate_advance"))
    flags = {
        "FILL_DUE_DATE": np.isnat(paid_to(notes)),
        "FILL_ACCRUED": legal.accrual_computed,
        "FILL_ADVANCES": advances,
        "ACCRUED_CONFLICT": legal.accrual_conflict,
        "LEGAL_BALANCE_CONFLICT": legal.stated_conflict,
        **loan_flags,
        **unpaid_flags,
        **cost_flags,
        **property_flags,
        **sale_flags,
    }
    return NoteFacts(behind, loan, legal, np.maximum(arrears, 0.0), property_, costs, sale, flags)


def priceable(tape: Tape) -> NDArray[np.bool_]:
    """Say which notes have what they cannot be priced without, bool, shape (n_notes,)."""
    good: NDArray[np.bool_] = np.all(list(_pricing_needs(tape, months_delinquent(tape)).values()), axis=0)
    return good


def _pricing_needs(tape: Tape, months_behind: Floats) -> Flags:
    """Give each rule, worded as what is wrong, with the notes that keep it."""
    notes = tape.notes
    lien, senior = notes.number("lien_position"), notes.number("senior_lien_balance")
    rated = ~np.isnan(notes.number("note_rate")) | (notes.number("p_and_i") > 0)
    return {
        "upb must be above 0": notes.number("upb") > 0,
        "as_is_value is missing": notes.number("as_is_value") >= 0,
        "property_state is missing": notes.text("property_state") != "",
        "note_rate and p_and_i are both missing": rated,
        "lien_position is missing": lien >= 1,
        "senior_lien_balance is missing for a junior lien": (lien < 2) | (senior >= 0),
        "next_due_date, paid_to_date, payment history and pay string are all missing": months_behind >= 0,
    }


def _refuse_unpriceable(tape: Tape, months_behind: Floats) -> None:
    for rule, good in _pricing_needs(tape, months_behind).items():
        if not good.all():
            row = int(np.argmin(good))
            raise ValueError(
                f"row {row}, loan {tape.notes.frame['loan_id'].iloc[row]}: {rule}; such a note cannot be priced"
            )
