"""Borrower: what was known about the person's credit, and nothing about who the person is."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known

LOW_SCORE = 620.0
"""Points; under it lenders speak of a subprime borrower."""
HIGH_DEBT_TO_INCOME = 0.43
"""The ability-to-repay rule's general limit until 2021, 12 CFR 1026.43(e)(2)(vi)."""
HIGH_LTV = 0.80
"""Above it lenders ask for mortgage insurance."""


def credit_score(known: Known) -> Column:
    """Credit score, the latest known on the tape, 300 to 850."""
    return known.number("credit_score")


def debt_to_income(known: Known) -> Column:
    """Debt payments over income at origination."""
    return known.number("dti")


def self_employed(known: Known) -> Column:
    """1 where the borrower is self-employed, 0 where not; NaN: not told."""
    return known.number("self_employed")


def full_documentation(known: Known) -> Column:
    """1 where income was fully documented at origination, 0 where it was stated or shown otherwise; NaN: not told."""
    return known.is_code("doc_type", ["full"])


def debt_service_coverage(known: Known) -> Column:
    """Rent over debt service at origination."""
    return known.number("dscr")


def layered_risk_count(known: Known) -> Column:
    """How many risks of underwriting lie on top of each other, 0 to 6; NaN: none of the six is told.

    Score under 620, debt over 43 % of income, original LTV over 80 %, income not fully documented, self-employed, not
    lived in by the owner.  A risk that is not told is not counted.
    """
    occupied = known.is_code("occupancy", ["owner"])
    risks = np.stack(
        [
            _over(-known.number("credit_score"), -LOW_SCORE),
            _over(known.number("dti"), HIGH_DEBT_TO_INCOME),
            _over(known.number("original_ltv"), HIGH_LTV),
            1.0 - full_documentation(known),
            self_employed(known),
            np.where(known.code("occupancy") == "unknown", np.nan, 1.0 - occupied),
        ]
    )
    told = ~np.isnan(risks)
    return np.where(told.any(axis=0), np.where(told, risks, 0.0).sum(axis=0), np.nan)


def _over(values: Column, limit: float) -> Column:
    return np.where(np.isnan(values), np.nan, (values > limit).astype(np.float64))
