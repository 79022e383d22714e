"""Equity: the debt against the value behind it, and the lien's place in the queue."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known


def ltv(known: Known) -> Column:
    """Combined loan-to-value: legal balance plus senior debt, over the as-is value.

    NaN: no legal balance or value, a value found after the as-of date, or a junior lien without its senior debt.
    """
    return (known.legal_balance + known.senior_debt) / known.as_is_value


def equity_share(known: Known) -> Column:
    """What is left to the owner after every known claim, over the as-is value; negative under water.

    (value − senior debt − legal balance − junior liens − delinquent taxes) / value.  Junior liens and taxes that the
    tape does not state count as none known; NaN where ``ltv`` is.
    """
    further_claims = np.nan_to_num(known.number("junior_liens_balance")) + np.nan_to_num(
        known.number("delinquent_taxes")
    )
    return (known.as_is_value - known.senior_debt - known.legal_balance - further_claims) / known.as_is_value


def principal_ltv(known: Known) -> Column:
    """Unpaid principal, deferred principal included, plus senior debt, over the as-is value: no arrears, no advances.

    NaN: no balance or value, or a junior lien without its senior debt; a deferred balance that is not told is none.
    """
    principal = known.number("upb") + np.nan_to_num(known.number("deferred_balance"))
    return (principal + known.senior_debt) / known.as_is_value


def original_ltv(known: Known) -> Column:
    """Loan-to-value at origination as the tape states it, a fraction."""
    return known.number("original_ltv")


def senior_debt_share(known: Known) -> Column:
    """Debt on liens ahead of this one over the as-is value; 0 for a first lien."""
    return known.senior_debt / known.as_is_value


def lien_position(known: Known) -> Column:
    """The lien's rank: 1 first, 2 second, 3 third."""
    return known.number("lien_position")


def legal_balance(known: Known) -> Column:
    """The whole debt on this lien on the as-of date: a small note costs as much to work out as a large one.

    NaN: ``upb`` is missing, or both the rate and the instalment are.
    """
    return known.legal_balance
