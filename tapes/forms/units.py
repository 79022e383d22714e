"""What a mapping may say of an amount, a rate or a count under ``[units]``; dates have words of their own."""

from __future__ import annotations

MONEY_UNITS = (
    "dollars",
    "thousands",
    "millions",
    "cents",
    "european",
    "annual",
    "advance_positive",
    "advance_negative",
)
"""``european``: dollars with a decimal comma; ``annual``: dollars a year in a column of monthly instalments; the last two:
which sign an advance has in a column of escrow."""
RATE_UNITS = ("fraction", "percent", "basis_points", "mixed")
NUMBER_UNITS = ("numbers", "days", "months", "years")
