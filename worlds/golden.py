"""Thirty-two fixed made notes that a person can read: the corners that a model and its features must stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, Notes, PaymentHistory, Tape
from notes.history import UNKNOWN
from notes.months import add_months

AS_OF = np.datetime64("2025-06-30", "D")
_FIRST_UNPAID_WHEN_CURRENT = np.datetime64("2025-07-01", "D")

Columns = dict[str, object]
# A $200,000 loan of 2015 at 6 % over 30 years, in its eleventh year, on a house worth $260,000.
_BASE: Columns = {
    "seller": "made", "as_of_date": AS_OF, "lien_position": 1, "original_balance": 200_000.0,
    "origination_date": "2015-02-12", "first_payment_date": "2015-04-01", "maturity_date": "2045-03-01",
    "note_rate": 0.06, "p_and_i": 1_199.10, "rate_type": "fixed", "upb": 166_500.0, "property_state": "FL",
    "property_type": "single_family", "units": 1, "occupancy": "owner", "as_is_value": 260_000.0,
    "valuation_date": "2025-05-15", "valuation_type": "bpo_exterior", "original_value": 250_000.0, "original_ltv": 0.80,
    "foreclosure_status": "none", "loss_mitigation_status": "none", "credit_score": 655, "dti": 0.39,
    "annual_property_tax": 2_300.0, "annual_insurance": 1_900.0, "escrowed": True, "delinquent_taxes": 0.0,
    "note_doc_status": "original", "assignment_chain_complete": True,
}  # fmt: skip
_NY: Columns = {"property_state": "NY", "upb": 310_000.0, "p_and_i": 2_210.0, "as_is_value": 420_000.0}
_SECOND: Columns = {
    "lien_position": 2, "original_balance": 60_000.0, "upb": 48_000.0, "p_and_i": 520.0, "note_rate": 0.095,
    "senior_lien_balance": 180_000.0, "senior_lien_status": "current", "senior_payment": 1_150.0,
}  # fmt: skip
_NEEDED = ("seller", "as_of_date", "lien_position", "upb", "note_rate", "property_state", "as_is_value")
_BARE: Columns = dict.fromkeys(_BASE) | {name: _BASE[name] for name in _NEEDED}
_CLEAN = "0" * 36
# No payment in eight years and ten years behind: he paid now and then before he stopped.
_EIGHT_YEARS: Columns = {
    "last_payment_date": "2017-06-09", "origination_date": "2008-02-14", "first_payment_date": "2008-04-01",
    "maturity_date": "2038-03-01", "upb": 178_600.0, "accrued_interest": 108_000.0, "occupancy": "vacant",
    "credit_score": 520, "escrow_advance": 24_000.0, "corporate_advance": 9_800.0,
}  # fmt: skip

# loan_id after MADE-, status at the last month ends (see _status), months behind by date (None: no date), what differs.
_NOTES: list[tuple[str, str, int | None, Columns]] = [
    ("always-current", _CLEAN, 0, {"credit_score": 742}),
    ("paid-two-ahead", _CLEAN, -2, {}),
    ("current-after-a-bad-year", "000000000000123321123212100000000000", 0, {}),
    ("rolling-thirty-sixty", "010101121010112101010121210101121012", 2, {}),
    ("four-behind-many-payments", "000000000000000000000000001112223344", 4, {}),
    ("dead-eight-years", "DEAD", 120, _EIGHT_YEARS),
    ("paid-three-twelve-behind", "000000000000000000000123456789abcccc", 12, {}),
    ("modified-performing", "0000000123456780000000000000000000", 0, {
        "modification_date": "2023-12-01", "deferred_balance": 21_000.0}),
    ("broken-plan", "000123456789a00000123456789abcdefghi", 18, {"modification_date": "2023-07-01"}),
    ("referred", "00000000000000000000000000000123456", 6, {
        "foreclosure_status": "referred", "foreclosure_referral_date": "2025-05-20"}),
    ("judgment-in-new-york", "DEAD", 44, _NY | {
        "foreclosure_status": "judgment", "foreclosure_referral_date": "2022-03-02"}),
    ("sale-scheduled-in-texas", "00000000000000000123456789abcdefghi", 18, {
        "property_state": "TX", "foreclosure_status": "sale_scheduled", "foreclosure_referral_date": "2024-08-01",
        "foreclosure_sale_date": "2025-08-05", "acceleration_date": "2024-09-01"}),
    ("chapter-13-paying", "000000000012345678888888888888888888", 8, {
        "bankruptcy_chapter": "13", "bankruptcy_filed_date": "2023-11-14"}),
    ("chapter-7-current", _CLEAN, 0, {"bankruptcy_chapter": "7", "bankruptcy_filed_date": "2025-02-03"}),
    ("second-lien-senior-current", _CLEAN, 0, _SECOND),
    ("second-lien-under-water", "DEAD", 30, _SECOND | {
        "senior_lien_balance": 290_000.0, "senior_lien_status": "unknown", "senior_payment": None}),
    ("matured", "0000000000000000000000123456789abcd", 13, {"maturity_date": "2025-01-01", "balloon_date": "2025-01-01"}),
    ("balloon-in-nine-months", _CLEAN, 0, {"maturity_date": "2026-03-01", "balloon_date": "2026-03-01"}),
    ("adjustable", "000000000000000000000000000000000001", 1, {
        "rate_type": "arm", "arm_index": "SOFR", "arm_margin": 0.0275, "next_rate_reset_date": "2026-04-01",
        "rate_cap_periodic": 0.02, "rate_cap_life": 0.11, "rate_floor": 0.0275}),
    ("vacant-with-equity", "00000000000000000000123456789abcdef", 15, {"occupancy": "vacant", "upb": 90_000.0}),
    ("tenants-in-four-units", "000000000000000000000000000000000123", 3, {
        "occupancy": "tenant", "property_type": "2-4_unit", "units": 4, "as_is_value": 640_000.0}),
    ("little-told", "0000000000000000000000000000000001234", 4, {
        "occupancy": "unknown", "credit_score": None, "dti": None, "valuation_date": None, "valuation_type": None,
        "original_value": None, "original_ltv": None}),
    ("no-history", "", 5, {}),
    ("no-amounts", "NOAMOUNTS000000000000111222333", 3, {}),
    ("twelve-months-of-history", "000000000012", 2, {}),
    ("holes-in-the-history", "000000XXX00000000XX000001111XX112223", 3, {}),
    ("bare-minimum", "", 7, _BARE),
    ("behind-by-history-alone", "000000000000000000000000000000123456", None, {"next_due_date": None}),
    ("young", "0000001", 1, {
        "origination_date": "2024-10-18", "first_payment_date": "2024-12-01", "maturity_date": "2054-11-01",
        "upb": 199_100.0}),
    ("large-coop-under-water", "00000000000000000000000123456789abc", 12, {
        "property_state": "NJ", "property_type": "coop", "upb": 1_480_000.0, "as_is_value": 900_000.0, "p_and_i": 9_900.0,
        "junior_liens_balance": 120_000.0}),
    ("small-manufactured", "DEAD", 61, {
        "property_state": "MS", "property_type": "manufactured", "upb": 9_400.0, "as_is_value": 31_000.0, "p_and_i": 118.0,
        "occupancy": "vacant", "delinquent_taxes": 2_250.0}),
    ("rate-implied-by-instalment", "0000000000000000000000000011122223333", 3, {
        "note_rate": None, "suspense_balance": 610.0, "loss_mitigation_status": "repayment_plan"}),
]  # fmt: skip


def golden_tape() -> Tape:
    """Give 32 fixed made notes: every kind of borrower, legal stage and missing piece, all of 2025-06-30.

    They never change, so what a model says of them tells whether it is still the same model.  None of their names or
    amounts is a real loan's.
    """
    rows = [_BASE | {"loan_id": f"MADE-{name}"} | _due(behind) | other for name, _, behind, other in _NOTES]
    frame = pd.DataFrame(rows)
    status = np.stack([_status(text, behind) for _, text, behind, _ in _NOTES])
    no_amounts = np.array([text.startswith("NOAMOUNTS") for _, text, _, _ in _NOTES])
    instalment = frame["p_and_i"].to_numpy(dtype=np.float64, na_value=np.nan)
    amounts = _amounts(status, np.where(no_amounts, np.nan, instalment))
    stated = pd.to_datetime(frame["last_payment_date"]).to_numpy(dtype="datetime64[D]")
    frame["last_payment_date"] = np.where(np.isnat(stated), _last_payment(amounts), stated)
    return Tape(Notes(frame), PaymentHistory(status, amounts.astype(np.float32)))


def _last_payment(amounts: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Give the ninth of the last month in which money came in; NaT where the history shows none."""
    paid = np.nan_to_num(amounts) > 0
    months_ago = np.argmax(paid[:, ::-1], axis=1)
    ninth = add_months(np.full(len(amounts), np.datetime64("2025-06-09", "D")), -months_ago)
    dates: NDArray[np.datetime64] = np.where(paid.any(axis=1), ninth, np.datetime64("NaT", "D"))
    return dates


def _due(behind: int | None) -> Columns:
    if behind is None:
        return {}
    due = add_months(np.array([_FIRST_UNPAID_WHEN_CURRENT]), -behind)
    return {"next_due_date": due[0], "paid_to_date": add_months(due, -1)[0]}


def _status(text: str, behind: int | None) -> NDArray[np.int16]:
    """Read one character a month: 0-9 and a-z for 0 to 35 months behind, X unknown; DEAD: one more each month."""
    status = np.full(HISTORY_MONTHS, UNKNOWN, dtype=np.int16)
    if text == "DEAD":
        status[-36:] = np.maximum((behind or 0) - np.arange(35, -1, -1), 0)
        return status
    codes = [UNKNOWN if character == "X" else int(character, 36) for character in text.removeprefix("NOAMOUNTS")]
    if codes:
        status[-len(codes) :] = codes
    return status


def _amounts(status: NDArray[np.int16], instalment: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say what came in for the status to move as it did: NaN where this month's or the month before's is unknown."""
    now, before = status[:, 1:].astype(np.float64), status[:, :-1].astype(np.float64)
    known = (now != UNKNOWN) & (before != UNKNOWN)
    paid = np.where(known, np.maximum(before + 1 - now, 0.0), np.nan)
    first = np.full((len(status), 1), np.nan)
    return np.concatenate([first, paid], axis=1) * instalment[:, None]
