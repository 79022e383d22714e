"""Borrower: what was known about the person's credit, and nothing about who the person is."""

from __future__ import annotations

from features.known import Column, Known


def credit_score(known: Known) -> Column:
    """Credit score, the latest known on the tape, 300 to 850."""
    return known.number("credit_score")


def debt_to_income(known: Known) -> Column:
    """Debt payments over income at origination."""
    return known.number("dti")
