"""The one definition of what a borrower owes: the legal balance at closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.frame import Notes
from notes.months import Days, add_months

MONTHS_PER_DAY = 12 / 365.25
CONFLICT_SHARE = 0.05
"""A stated legal balance further than this from the sum of its parts is a conflict, and accrued interest that is this share
of principal above what its months hold."""
UNSTATED_TERM_MONTHS = 240
"""Instalments left, for implying a rate from an instalment, where the maturity is missing or under a year away."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClaimTerms:
    """What a buyer may argue about in the claim.

    Parameters
    ----------
    months_to_close
        Months from ``as_of_date`` to closing, >= 0.
    late_charge_collect_share
        Share of billed late charges counted in the claim, 0 to 1.
    max_accrual_months
        Most months of unpaid interest that are counted where the tape does not state the accrued interest.
    """

    months_to_close: float
    late_charge_collect_share: float
    max_accrual_months: float


@dataclass(frozen=True)
class LegalBalance:
    """The debt at closing and its parts; every array float64, shape (n_notes,), US dollars, >= 0.

    Parameters
    ----------
    total
        The debt: the sum of the parts less ``suspense``; on ``stated_conflict`` the lower of that and the stated figure.
    accrued_interest
        Unpaid interest up to closing, ``interest_to_closing`` included.
    interest_to_closing
        Interest from ``as_of_date`` to closing.
    late_charges
        The part of the late charges that counts.
    suspense
        Borrower's money held unapplied, which lowers the debt.
    stated_conflict
        bool, shape (n_notes,): the tape states a legal balance over 5 % away from the sum.
    accrual_computed
        bool, shape (n_notes,): the tape does not state the accrued interest.
    accrual_conflict
        bool, shape (n_notes,): the tape states more interest than the unpaid months can hold; not believed.
    """

    total: Floats
    upb: Floats
    deferred_balance: Floats
    accrued_interest: Floats
    interest_to_closing: Floats
    escrow_advance: Floats
    corporate_advance: Floats
    late_charges: Floats
    suspense: Floats
    stated_conflict: NDArray[np.bool_]
    accrual_computed: NDArray[np.bool_]
    accrual_conflict: NDArray[np.bool_]


def legal_balance(notes: Notes, terms: ClaimTerms, months_behind: Floats | None = None) -> LegalBalance:
    """Add up what each borrower owes at closing.

    Parameters
    ----------
    notes
        A missing ``upb`` gives a NaN total; any other missing part counts as nothing in the claim.
    months_behind
        Shape (n_notes,), used where the notes hold neither ``paid_to_date`` nor ``next_due_date``; NaN or absent: no
        unpaid interest before ``as_of_date``.

    Notes
    -----
    ``total = upb + deferred_balance + accrued_interest + escrow_advance + corporate_advance + late_charges ×
    late_charge_collect_share - suspense_balance``, at least 0.

    ``accrued_interest`` is the tape's figure plus ``upb × rate × months_to_close / 12``; where the tape has none, ``upb ×
    rate × months / 12`` with ``months = min(unpaid_months + months_to_close, max_accrual_months)``.  Deferred principal
    bears no interest.  A stated accrued interest that is over 5 % of ``upb`` above the interest of the unpaid months is not
    believed: the computed one, which is lower, takes its place.  A stated legal balance is as of ``as_of_date``: it is
    compared with the sum before ``interest_to_closing``, and where it is the lower one that interest is added to it.
    """
    upb, rate = notes.number("upb"), contract_rate(notes)
    monthly = upb * rate / 12
    unpaid = unpaid_interest_months(notes, months_behind)
    stated = notes.number("accrued_interest")
    too_much = stated - monthly * unpaid > CONFLICT_SHARE * upb
    computed = np.isnan(stated) | too_much
    to_as_of = np.minimum(unpaid, terms.max_accrual_months)
    to_closing = np.where(
        computed, np.minimum(terms.months_to_close, terms.max_accrual_months - to_as_of), terms.months_to_close
    )
    closing_interest = monthly * to_closing
    accrued = np.where(computed, monthly * to_as_of, stated) + closing_interest
    parts = {name: np.nan_to_num(notes.number(name)) for name in _ADDED}
    late = np.nan_to_num(notes.number("late_charges")) * terms.late_charge_collect_share
    suspense = np.nan_to_num(notes.number("suspense_balance"))
    total = np.maximum(upb + accrued + sum(parts.values()) + late - suspense, 0.0)
    said = notes.number("legal_balance")
    before = total - closing_interest
    conflict = np.abs(said - before) > CONFLICT_SHARE * before
    return LegalBalance(
        total=np.where(conflict, np.minimum(total, said + closing_interest), total),
        upb=upb,
        accrued_interest=accrued,
        interest_to_closing=closing_interest,
        late_charges=late,
        suspense=suspense,
        stated_conflict=conflict,
        accrual_computed=np.isnan(stated),
        accrual_conflict=too_much,
        **parts,
    )


_ADDED = ("deferred_balance", "escrow_advance", "corporate_advance")


def paid_to(notes: Notes) -> Days:
    """Give the date to which interest is paid: the later of ``paid_to_date`` and one month before ``next_due_date``.

    Where the two contradict each other the smaller claim is meant: a note whose next instalment is due this month does not
    owe ten years of interest because its ``paid_to_date`` was never kept up.  NaT where both are missing.
    """
    later: Days = np.fmax(notes.days("paid_to_date"), add_months(notes.days("next_due_date"), -1))
    return later


def unpaid_interest_months(notes: Notes, months_behind: Floats | None = None) -> Floats:
    """Count the months of interest unpaid on ``as_of_date``, fractions included, 0 when paid ahead.

    Days since :func:`paid_to` × 12 / 365.25; without that date ``months_behind + 1``, because an instalment pays the
    interest of the month before it falls due; without either, 0.

    Returns
    -------
    float64, shape (n_notes,), months >= 0.
    """
    since = paid_to(notes)
    days = (notes.days("as_of_date") - since).astype("timedelta64[D]").astype(np.float64)
    by_date = np.where(np.isnat(since), np.nan, days * MONTHS_PER_DAY)
    behind = np.full(len(notes), np.nan) if months_behind is None else months_behind
    months: Floats = np.maximum(np.nan_to_num(np.where(np.isnan(by_date), behind + 1, by_date)), 0.0)
    return months


def contract_rate(notes: Notes) -> Floats:
    """Give the note rate, else the rate that the instalment implies.

    Returns
    -------
    float64, shape (n_notes,), annual fraction, 0 to 0.6.  NaN where neither rate nor instalment is known.

    Notes
    -----
    The implied rate r solves ``upb = p_and_i × (1 - (1 + r/12)^-n) / (r/12)`` with n the months from ``as_of_date`` to
    ``maturity_date`` (days × 12/365.25, fractions kept), or 240 where that is missing or under 12; 0 where ``p_and_i ×
    n <= upb``, 0.6 where no lower rate does.
    """
    stated, payment, upb = (notes.number(name) for name in ("note_rate", "p_and_i", "upb"))
    unstated = np.isnan(stated) & ~np.isnan(payment)
    if not unstated.any():
        return stated
    left = notes.days("maturity_date") - notes.days("as_of_date")
    months = np.where(np.isnat(left), np.nan, left.astype("timedelta64[D]").astype(np.float64) * MONTHS_PER_DAY)
    months = np.where(months >= 12, months, UNSTATED_TERM_MONTHS)
    rate: Floats = np.where(unstated, _implied_rate(upb, payment, months), stated)
    return rate


def _implied_rate(upb: Floats, payment: Floats, months: Floats) -> Floats:
    # Bisection: the annuity's value falls in the rate, and 60 halvings of 0.6 leave less than 1e-18.
    low, high = np.zeros(len(upb)), np.full(len(upb), 0.6)
    for _ in range(60):
        middle = (low + high) / 2
        worth = payment * -np.expm1(-months * np.log1p(middle / 12)) / (middle / 12)
        too_low = worth > upb
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    rate: Floats = np.where(payment * months <= upb, 0.0, (low + high) / 2)
    return rate
