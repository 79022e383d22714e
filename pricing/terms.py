"""What the borrower still owes month by month, and how long nothing has come in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes, PaymentHistory, Tape
from notes.history import UNKNOWN
from notes.legal_balance import MONTHS_PER_DAY, contract_rate
from notes.months import Days
from pricing.assumptions import Assumptions
from pricing.leg import annuity

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]

ROUNDING = 1e-9
"""Whole months are rounded past this much, so that 24.0000000001 months are 24."""
MAX_INSTALMENTS = 480.0
UNKNOWN_PAYMENTS_FROM = 3
"""Months behind from which it matters that nothing shows when the borrower last paid."""
PAY_STRING_FLOOR = 9
"""A pay string's 9 is nine or more: 9 after 9 does not show a payment."""


@dataclass(frozen=True)
class LoanTerms:
    """The note's own terms; arrays float64, shape (n_notes,).

    Parameters
    ----------
    upb, deferred
        Principal that bears interest and principal that does not, US dollars.
    monthly_rate
        Note rate / 12.
    instalment
        Principal and interest a month, US dollars.
    instalments_left
        Whole months, 1 to 480.
    """

    upb: Floats
    deferred: Floats
    monthly_rate: Floats
    instalment: Floats
    instalments_left: Floats


def months_up(months: Floats) -> Floats:
    """Round months up to whole ones."""
    up: Floats = np.ceil(months - ROUNDING)
    return up


def months_down(months: Floats) -> Floats:
    """Round months down to whole ones."""
    down: Floats = np.floor(months + ROUNDING)
    return down


def months_since(notes: Notes, name: str) -> Floats:
    """Count the months from a date column to ``as_of_date``, fractions kept; negative when it lies ahead, NaN missing."""
    return _months(notes.days(name), notes.days("as_of_date"))


def loan_terms(notes: Notes, assumptions: Assumptions) -> tuple[LoanTerms, Flags]:
    """Give each note's terms, filling what the tape leaves out; the flags say what and what is odd."""
    upb, stated = notes.number("upb"), notes.number("p_and_i")
    rate = contract_rate(notes)
    i = rate / 12
    maturity = _end(notes, "maturity_date")
    end = np.fmin(maturity, _end(notes, "balloon_date"))
    to_end = months_down(end - assumptions.closing.months_to_close)
    matured = to_end <= 0
    unstated = ~(stated > 0)
    # To the maturity, never to a balloon: an instalment that repaid a balloon note by its balloon would be far too high.
    to_maturity = months_down(maturity - assumptions.closing.months_to_close)
    term = np.where(to_maturity >= 1, to_maturity, assumptions.reperform.unstated_term_months)
    instalment = np.minimum(np.where(unstated, annuity(upb, i, term), stated), upb * (1 + i))
    to_repay = _months_to_repay(upb, i, instalment)
    # An interest-only instalment repays never or, by a cent or a rounding, in centuries: neither says when it ends.
    unended = np.where(to_repay <= MAX_INSTALMENTS, to_repay, assumptions.reperform.unstated_term_months)
    left = np.where(np.isnan(to_end), unended, np.minimum(to_end, to_repay))
    left = np.where(matured, np.minimum(assumptions.reperform.exit_months, to_repay), left)
    terms = LoanTerms(
        upb, np.nan_to_num(notes.number("deferred_balance")), i, instalment, np.clip(left, 1.0, MAX_INSTALMENTS)
    )
    rate_type = notes.text("rate_type")
    flags = {
        "FILL_RATE": np.isnan(notes.number("note_rate")),
        "FILL_P_AND_I": unstated,
        "FILL_MATURITY": np.isnan(end),
        "FILL_RATE_TYPE": rate_type == "",
        "RATE_NOT_FIXED": (rate_type == "arm") | (rate_type == "step"),
        "MATURED": matured,
        "INTEREST_ONLY": months_since(notes, "io_end_date") < 0,
        "NEGATIVE_AMORTISATION": (stated > 0) & (stated < upb * i * (1 - 1e-6)),
    }
    return terms, flags


def months_since_payment(tape: Tape, months_behind: Floats) -> tuple[Floats, Flags]:
    """Count the months since money last came in.

    From ``last_payment_date``; else back to the newest month of the history that shows a payment; else ``months_behind``.

    Returns
    -------
    float64, shape (n_notes,), months >= 0, and the flags: filled with ``months_behind``, and that where it is 3 or more.
    """
    dated = np.maximum(months_since(tape.notes, "last_payment_date"), 0.0)
    shown = _shows_payment(tape.history)
    back = np.where(shown.any(axis=1), np.argmax(shown[:, ::-1], axis=1).astype(np.float64), np.nan)
    known = np.where(np.isnan(dated), back, dated)
    filled = np.isnan(known)
    flags = {"FILL_LAST_PAYMENT": filled, "PAYMENTS_UNKNOWN": filled & (months_behind >= UNKNOWN_PAYMENTS_FROM)}
    return np.where(filled, months_behind, known), flags


def _shows_payment(history: PaymentHistory) -> NDArray[np.bool_]:
    amount, status = history.amount_received, history.months_delinquent
    before = np.full_like(status, UNKNOWN)
    before[:, 1:] = status[:, :-1]
    fell = (status != UNKNOWN) & (before != UNKNOWN) & (status <= before)
    fell &= ~((status == PAY_STRING_FLOOR) & (before == PAY_STRING_FLOOR))
    shows: NDArray[np.bool_] = np.where(np.isnan(amount), fell, amount > 0)
    return shows


def _end(notes: Notes, name: str) -> Floats:
    return _months(notes.days("as_of_date"), notes.days(name))


def _months(start: Days, end: Days) -> Floats:
    days = end - start
    months: Floats = np.where(np.isnat(days), np.nan, days.astype("timedelta64[D]").astype(np.float64) * MONTHS_PER_DAY)
    return months


def _months_to_repay(upb: Floats, monthly_rate: Floats, instalment: Floats) -> Floats:
    flat = monthly_rate == 0
    share = np.where(flat, 0.0, upb * monthly_rate / instalment)
    repays = share < 1
    months = -np.log1p(-np.where(repays, share, 0.0)) / np.where(flat, 1.0, np.log1p(monthly_rate))
    finite: Floats = months_down(np.where(flat, upb / instalment, months))
    return np.where(repays, finite, np.inf)
