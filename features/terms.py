"""Terms: rate, age, time left, and whether the terms were changed."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known
from notes.months import add_months, whole_months_between

MONTHS_IN_YEAR = 12


def note_rate(known: Known) -> Column:
    """The note's current interest rate as the tape states it."""
    return known.number("note_rate")


def loan_age_months(known: Known) -> Column:
    """Whole months since origination, else since a month before the first instalment fell due."""
    first_payment = add_months(known.agreed("first_payment_date"), -1)
    origination = known.event("origination_date")
    start = np.where(np.isnat(origination), first_payment, origination)
    return np.maximum(whole_months_between(start, known.as_of), 0.0)


def remaining_term_months(known: Known) -> Column:
    """Whole months until all is due (maturity, or a balloon before it), 0 once matured."""
    return np.maximum(whole_months_between(known.as_of, _due_in_full(known)), 0.0)


def matured(known: Known) -> Column:
    """1 when the day on which all is due lies before the as-of date, else 0; NaN: no maturity known."""
    due = _due_in_full(known)
    return np.where(np.isnat(due), np.nan, np.where(due < known.as_of, 1.0, 0.0))


def modified(known: Known) -> Column:
    """1 when the terms were modified on or before the as-of date, else 0: no known date counts as no modification."""
    return np.where(np.isnat(known.event("modification_date")), 0.0, 1.0)


def months_since_modification(known: Known) -> Column:
    """Whole months since the last modification; NaN: none known (``modified`` is 0)."""
    return whole_months_between(known.event("modification_date"), known.as_of)


def months_to_reset(known: Known) -> Column:
    """Whole months until the instalment next changes by contract: a rate reset or the end of an interest-only period.

    NaN: none is agreed, or it lies behind.
    """
    return np.fmin(_months_ahead(known, "next_rate_reset_date"), _months_ahead(known, "io_end_date"))


def payment_shock(known: Known) -> Column:
    """How much the instalment may rise at its next change by contract, over today's: 0.1 is a tenth; never under 0.

    At a reset the rate rises by the periodic cap, at most to the lifetime cap, and the balance amortises to maturity; at
    the end of an interest-only period it amortises at today's rate.  0 for a fixed rate with no such end ahead.  NaN: the
    rate type, a cap, or what the instalment follows from is missing.
    """
    reset, io_end = _months_ahead(known, "next_rate_reset_date"), _months_ahead(known, "io_end_date")
    rate, upb = known.number("note_rate"), known.number("upb")
    capped = np.minimum(rate + known.number("rate_cap_periodic"), _or_infinite(known.number("rate_cap_life")))
    is_reset = reset <= _or_infinite(io_end)
    new_rate = np.where(is_reset, np.maximum(capped, rate), rate)
    changes_in = np.where(is_reset, reset, io_end)
    months_left = whole_months_between(known.as_of, known.agreed("maturity_date")) - changes_in
    still_interest_only = is_reset & ~np.isnan(io_end)
    instalment = np.where(
        still_interest_only, upb * new_rate / MONTHS_IN_YEAR, _level_instalment(upb, new_rate, months_left)
    )
    stays = np.where(known.code("rate_type") == "fixed", 0.0, np.nan)
    return np.where(np.isnan(changes_in), stays, np.maximum(instalment / known.p_and_i - 1.0, 0.0))


def _or_infinite(values: Column) -> Column:
    return np.where(np.isnan(values), np.inf, values)


def _months_ahead(known: Known, name: str) -> Column:
    months = whole_months_between(known.as_of, known.agreed(name))
    return np.where(months >= 0, months, np.nan)


def _level_instalment(balance: Column, rate: Column, months: Column) -> Column:
    """Give balance × r / (1 − (1 + r)^−n), r the monthly rate; NaN where no month is left."""
    monthly = rate / MONTHS_IN_YEAR
    n = np.where(months >= 1, months, np.nan)
    discount = -np.expm1(-n * np.log1p(monthly))
    level = np.where(monthly > 0, balance * monthly / np.where(monthly > 0, discount, 1.0), balance / n)
    return np.where(np.isnan(n) | np.isnan(monthly), np.nan, level)


def _due_in_full(known: Known) -> np.ndarray:
    return np.fmin(known.agreed("maturity_date"), known.agreed("balloon_date"))
