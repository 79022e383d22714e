"""Terms: rate, age, time left, and whether the terms were changed."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known
from notes.months import add_months, whole_months_between


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


def _due_in_full(known: Known) -> np.ndarray:
    return np.fmin(known.agreed("maturity_date"), known.agreed("balloon_date"))
