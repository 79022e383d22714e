"""Put a made book together: terms, payments, collateral and law in one canonical tape, with a seller's gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, Notes, PaymentHistory, Tape
from notes.history import UNKNOWN
from notes.months import Days, add_months
from worlds.collateral import Collateral, draw_collateral
from worlds.legal import Legal, draw_legal
from worlds.marginals import OCCUPANCY_UNKNOWN_SHARE, PROCESS_SHARES
from worlds.payments import MIN_INSTALMENTS_DUE, Ledger, draw_behaviour, run_ledger
from worlds.terms import Terms, draw_terms

Floats = NDArray[np.float64]
SELLER = "made"
DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class Book:
    """A tape and what it was drawn from, row i of each the same note; ``process`` as in :mod:`worlds.payments`."""

    tape: Tape
    process: NDArray[np.int64]
    ledger: Ledger
    terms: Terms


def draw_book(loan_id: NDArray[np.object_], as_of_date: Days, history_months: int, rng: np.random.Generator) -> Book:
    """Draw notes.

    Parameters
    ----------
    loan_id
        object array of str, shape (n_notes,), distinct.
    as_of_date
        datetime64[D], shape (n_notes,), month ends.
    history_months
        Months of payment history that the tape shows, 0 to 60.
    """
    n = len(loan_id)
    process = rng.choice(len(PROCESS_SHARES), n, p=PROCESS_SHARES)
    due = np.clip(rng.lognormal(4.6, 0.55, n), MIN_INSTALMENTS_DUE, 300).astype(np.int64)
    ledger = run_ledger(draw_behaviour(process, due, rng), due, rng)
    terms = draw_terms(ledger, due, as_of_date, rng)
    collateral = draw_collateral(terms, ledger, rng)
    legal = draw_legal(process, ledger, collateral.property_state, as_of_date, rng)
    dollars = _dollars(ledger, terms)
    columns: dict[str, object] = {"loan_id": loan_id, "seller": np.full(n, SELLER, object), "as_of_date": as_of_date}
    columns |= _terms_columns(terms, as_of_date)
    columns |= _money_columns(terms, ledger, legal, as_of_date, rng)
    columns |= _payment_columns(terms, ledger, dollars, as_of_date, rng)
    columns |= vars(collateral)
    columns |= {name: value for name, value in vars(legal).items() if name != "referred_ago"}
    columns |= _paper_columns(collateral, as_of_date, rng)
    _leave_gaps(columns, n, rng)
    history = _shown_history(ledger, dollars, history_months, rng)
    return Book(Tape(Notes(pd.DataFrame(columns).replace({"": None})), history), process, ledger, terms)


def _dollars(ledger: Ledger, terms: Terms) -> Floats:
    """Turn instalments into dollars: before a modification, at the instalment of then."""
    ago = HISTORY_MONTHS - 1 - np.arange(HISTORY_MONTHS)
    before = ledger.modified_ago[:, None] <= ago
    before &= ledger.modified_ago[:, None] >= 0
    instalment = np.where(before, terms.p_and_i_before[:, None], terms.p_and_i[:, None])
    dollars: Floats = np.round(ledger.received * instalment, 2)
    return dollars


_AS_DRAWN = (
    "lien_position", "original_balance", "origination_date", "first_payment_date", "maturity_date", "balloon_date",
    "note_rate", "p_and_i", "upb", "deferred_balance", "modification_date", "next_due_date",
)  # fmt: skip


def _terms_columns(terms: Terms, as_of_date: Days) -> dict[str, object]:
    arm = terms.is_arm
    reset = add_months(terms.first_payment_date, 83)
    ahead = np.where(arm & (reset > as_of_date), reset, np.datetime64("NaT"))
    is_arm = ~np.isnat(ahead)
    return {name: getattr(terms, name) for name in _AS_DRAWN} | {
        "rate_type": np.where(is_arm, "arm", "fixed").astype(object),
        "next_rate_reset_date": ahead,
        "arm_index": np.where(is_arm, "SOFR", "").astype(object),
        "arm_margin": np.where(is_arm, 0.0275, np.nan),
        "rate_cap_periodic": np.where(is_arm, 0.02, np.nan),
        "rate_cap_life": np.where(is_arm, np.minimum(terms.note_rate + 0.05, 0.6), np.nan),
    }


def _money_columns(
    terms: Terms, ledger: Ledger, legal: Legal, as_of_date: Days, rng: np.random.Generator
) -> dict[str, object]:
    n, behind = len(terms.upb), np.maximum(ledger.behind, 0)
    unpaid_days = (as_of_date - add_months(terms.next_due_date, -1)).astype(np.float64)
    accrued = np.maximum(terms.upb * terms.note_rate * unpaid_days / DAYS_IN_YEAR, 0.0)
    advances_taxes = rng.random(n) < 0.7
    legal_cost = np.where(np.isnan(legal.referred_ago), 0.0, 1_200 + 120 * np.nan_to_num(legal.referred_ago))
    return {
        "accrued_interest": np.round(accrued, 2),
        "escrow_advance": np.round(np.where(advances_taxes, terms.upb * 0.0014 * np.minimum(behind, 60), 0.0), 2),
        "corporate_advance": np.round((legal_cost + 25.0 * behind) * rng.uniform(0.5, 1.6, n), 2),
        "late_charges": np.round(terms.p_and_i * 0.05 * np.minimum(behind, 12), 2),
        "suspense_balance": np.round(ledger.suspense * terms.p_and_i, 2),
    }


def _payment_columns(
    terms: Terms, ledger: Ledger, dollars: Floats, as_of_date: Days, rng: np.random.Generator
) -> dict[str, object]:
    n = len(terms.upb)
    month = add_months(as_of_date, -ledger.quiet_months).astype("datetime64[M]").astype("datetime64[D]")
    in_window = ledger.quiet_months < HISTORY_MONTHS
    column = np.maximum(HISTORY_MONTHS - 1 - ledger.quiet_months, 0)
    seen = dollars[np.arange(n), column]
    return {
        "paid_to_date": add_months(terms.next_due_date, -1),
        "last_payment_date": month + rng.integers(0, 28, n).astype("timedelta64[D]"),
        "last_payment_amount": np.where(in_window & ~np.isnan(ledger.last_received), seen, terms.p_and_i_before),
    }


def _paper_columns(collateral: Collateral, as_of_date: Days, rng: np.random.Generator) -> dict[str, object]:
    n = len(as_of_date)
    kinds = np.array(["bpo_exterior", "bpo_interior", "avm", "appraisal"], dtype=object)
    papers = np.array(["original", "copy", "lost_note_affidavit", "missing"], dtype=object)
    docs = np.array(["full", "stated", "alternative", "none"], dtype=object)
    return {
        "valuation_date": as_of_date - rng.integers(5, 400, n).astype("timedelta64[D]"),
        "valuation_type": kinds[rng.choice(4, n, p=[0.6, 0.12, 0.2, 0.08])],
        "note_doc_status": papers[rng.choice(4, n, p=[0.9, 0.05, 0.04, 0.01])],
        "assignment_chain_complete": (rng.random(n) < 0.93).astype(np.float64),
        "doc_type": docs[rng.choice(4, n, p=[0.62, 0.2, 0.12, 0.06])],
        "delinquent_taxes": np.where(
            (collateral.escrowed == 0) & (rng.random(n) < 0.2),
            np.round(collateral.annual_property_tax * rng.uniform(0.3, 3.0, n), 2),
            0.0,
        ),
    }


_GAPS = {
    "credit_score": 0.22, "dti": 0.35, "original_ltv": 0.15, "original_value": 0.20, "valuation_date": 0.06,
    "valuation_type": 0.10, "accrued_interest": 0.12, "escrow_advance": 0.08, "corporate_advance": 0.08,
    "late_charges": 0.30, "delinquent_taxes": 0.40, "annual_property_tax": 0.15, "annual_insurance": 0.25,
    "escrowed": 0.10, "last_payment_date": 0.04, "last_payment_amount": 0.20, "first_payment_date": 0.08,
    "note_doc_status": 0.35, "assignment_chain_complete": 0.45, "doc_type": 0.40, "senior_payment": 0.30,
    "acceleration_date": 0.35, "rate_cap_life": 0.3, "rate_cap_periodic": 0.3, "dscr": 1.0,
}  # fmt: skip
"""Share of rows in which a seller leaves the column empty, drawn apart from everything else (assumed)."""


def _leave_gaps(columns: dict[str, object], n: int, rng: np.random.Generator) -> None:
    """Empty cells as sellers do, in place; of the two dates that say how far behind a note is, one always stays."""
    for name, share in _GAPS.items():
        if name in columns:
            columns[name] = _emptied(columns[name], rng.random(n) < share)
    draw = rng.random(n)
    columns["paid_to_date"] = _emptied(columns["paid_to_date"], draw < 0.25)
    columns["next_due_date"] = _emptied(columns["next_due_date"], draw > 0.90)
    unknown = rng.random(n) < OCCUPANCY_UNKNOWN_SHARE
    how = np.where(rng.random(n) < 0.5, "unknown", "")
    columns["occupancy"] = np.where(unknown, how, np.asarray(columns["occupancy"]))


def _emptied(values: object, gone: NDArray[np.bool_]) -> NDArray[np.generic]:
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return np.where(gone, np.datetime64("NaT"), array)
    return np.where(gone, "" if array.dtype == object else np.nan, array)


def _shown_history(ledger: Ledger, dollars: Floats, history_months: int, rng: np.random.Generator) -> PaymentHistory:
    """Show the last months of the ledger, as sellers do: shorter for some, none or no amounts for others, holes."""
    n = len(dollars)
    shown = np.full(n, history_months)
    draw = rng.random(n)
    shown = np.where(draw < 0.10, np.minimum(shown, rng.choice([12, 18, 24], n)), shown)
    shown = np.where(draw > 0.97, 0, shown)
    ago = HISTORY_MONTHS - 1 - np.arange(HISTORY_MONTHS)
    hidden = ago >= shown[:, None]
    # A change of servicer loses one to three months in the middle, never the as-of month.
    hole_at, hole_months = rng.integers(3, 40, n), np.where(rng.random(n) < 0.04, rng.integers(1, 4, n), 0)
    hidden |= (ago >= hole_at[:, None]) & (ago < (hole_at + hole_months)[:, None])
    no_amounts = hidden | (rng.random(n) < 0.08)[:, None]
    return PaymentHistory(
        np.where(hidden, UNKNOWN, ledger.status).astype(np.int16), np.where(no_amounts, np.nan, dollars)
    )
