"""How long a forced sale takes, and what it costs at law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes
from pricing.assumptions import Assumptions
from pricing.carry import state_fact
from pricing.terms import months_since, months_up

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]

DAYS_A_MONTH = 30.4
FIRST_FILING_DAY = 120
"""12 CFR 1024.41(f): no first notice or filing until a note is more than 120 days behind."""
ALLOWANCE_BEFORE_REFERRAL_DAYS = 150
"""Of the state table's days: 30 from the last paid instalment's due date to the first unpaid one, then 120."""
REFERRED = ("referred", "filed", "judgment", "sale_scheduled")
FILED = REFERRED[1:]
"""From here on a suit or notice is on file, which stops the limitation period."""


@dataclass(frozen=True)
class SaleTimeline:
    """The way to a forced sale; arrays float64, shape (n_notes,).

    Parameters
    ----------
    months, months_later
        Whole months to the sale: from closing for the note as it stands, from the last payment after a redefault.
    redemption_months, eviction_months
        Whole months after the sale until the property can be marketed.
    legal_cost
        US dollars, attorney and everything else, spread over the months to the sale.
    defect_cost
        US dollars, for curing documents; 0 without a defect.
    proceeds_share
        Share of the sale's proceeds counted: 1, or less where the limitation period has run before a foreclosure was filed.
    """

    months: Floats
    months_later: Floats
    redemption_months: Floats
    eviction_months: Floats
    legal_cost: Floats
    defect_cost: Floats
    proceeds_share: Floats


def sale_timeline(
    notes: Notes, months_behind: Floats, months_unpaid: Floats, assumptions: Assumptions
) -> tuple[SaleTimeline, Flags]:
    """Give each note's way to a forced sale; the flags say what was filled and what is odd."""
    terms = assumptions.foreclosure
    states = notes.text("property_state")
    referral, referral_flags = _progress(notes, assumptions)
    defect = _defect(notes)
    doc = np.where(defect, terms.document_defect_delay_months, 0.0)
    day_120 = FIRST_FILING_DAY / DAYS_A_MONTH
    allowed = state_fact("last_paid_to_sale_days", states, assumptions) - ALLOWANCE_BEFORE_REFERRAL_DAYS
    floor = state_fact("first_legal_to_sale_months", states, assumptions)
    process = np.maximum(terms.timeline_multiplier * allowed / DAYS_A_MONTH, floor)
    wait = np.maximum(day_120 - months_behind - assumptions.closing.months_to_close, 0.0)
    referred = ~np.isnan(referral)
    fresh = terms.pre_referral_months + process
    ahead = np.where(referred, process - terms.referral_credit_share * np.nan_to_num(referral), wait + fresh)
    redemption = state_fact("redemption_months", states, assumptions)
    judicial = state_fact("judicial", states, assumptions) == 1
    other = np.where(judicial, terms.other_legal_cost_judicial, terms.other_legal_cost_non_judicial)
    barred = _time_barred(notes, months_unpaid, state_fact("limitation_months", states, assumptions))
    delay = _bankruptcy_delay(notes, assumptions)
    found = SaleTimeline(
        months=months_up(np.maximum(ahead, terms.min_remaining_months) + delay + doc),
        months_later=months_up(np.maximum(day_120 + fresh, terms.min_remaining_months) + doc),
        redemption_months=months_up(np.where(np.isnan(redemption), terms.unsourced_redemption_months, redemption)),
        eviction_months=np.where(notes.text("occupancy") == "vacant", 0.0, terms.eviction_months),
        legal_cost=state_fact("attorney_fee", states, assumptions) * terms.attorney_fee_multiplier + other,
        defect_cost=np.where(defect, terms.document_defect_cost, 0.0),
        proceeds_share=np.where(barred, assumptions.claim.time_barred_share, 1.0),
    )
    flags = {
        "FILL_REDEMPTION": np.isnan(redemption),
        "DOCUMENT_DEFECT": defect,
        "BANKRUPTCY": notes.text("bankruptcy_chapter") != "",
        "LIMITATIONS": barred,
        **referral_flags,
    }
    return found, flags


def _progress(notes: Notes, assumptions: Assumptions) -> tuple[Floats, Flags]:
    """Count the months from referral to closing; NaN where the note has not been referred."""
    referred = np.isin(notes.text("foreclosure_status").astype(str), REFERRED)
    since = months_since(notes, "foreclosure_referral_date")
    undated = referred & np.isnan(since)
    months = np.where(undated, 0.0, np.maximum(since, 0.0) + assumptions.closing.months_to_close)
    return np.where(referred, months, np.nan), {"FILL_REFERRAL_DATE": undated}


def _defect(notes: Notes) -> NDArray[np.bool_]:
    lost = np.isin(notes.text("note_doc_status").astype(str), ("lost_note_affidavit", "missing"))
    defect: NDArray[np.bool_] = lost | (notes.number("assignment_chain_complete") == 0)
    return defect


def _bankruptcy_delay(notes: Notes, assumptions: Assumptions) -> Floats:
    delays = assumptions.foreclosure.bankruptcy_delay_months
    chapters = notes.text("bankruptcy_chapter")
    return np.array([getattr(delays, f"chapter_{one}") if one else 0.0 for one in chapters], dtype=np.float64)


def _time_barred(notes: Notes, months_unpaid: Floats, limitation_months: Floats) -> NDArray[np.bool_]:
    barred: NDArray[np.bool_] = months_unpaid > limitation_months
    for name in ("maturity_date", "acceleration_date"):
        barred = barred | (months_since(notes, name) > limitation_months)
    return barred & ~np.isin(notes.text("foreclosure_status").astype(str), FILED)
