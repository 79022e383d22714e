"""A leg: a run of monthly cash flows a note, priced by one geometric sum instead of month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leg:
    """Monthly flows of every note of a tape; each array float64, shape (n_notes,).

    Parameters
    ----------
    first_month
        Month of the first flow, whole, counted from closing (0).
    n_months
        How many flows, whole; 0 or less is none.  A lump is 1.
    dollars_at_first
        The first flow, US dollars; inflows positive.
    monthly_growth
        Growth from one flow to the next, > -1.
    weight
        Probability that the leg happens, given its outcome.
    label
        What the money is; see docs/pricing.md.

    Examples
    --------
    A lump of 1,000 dollars in month 12:

    >>> one = lump(np.array([12.0]), np.array([1000.0]), np.array([1.0]), "exit")
    >>> present_value(one, 0.25).round(9)
    array([800.])
    """

    first_month: Floats
    n_months: Floats
    dollars_at_first: Floats
    monthly_growth: Floats
    weight: Floats
    label: str

    @property
    def last_month(self) -> Floats:
        """Month of the last flow, shape (n_notes,); 0 where there is none."""
        last: Floats = np.where(self.n_months >= 1, self.first_month + self.n_months - 1, 0.0)
        return last

    def take(self, rows: NDArray[np.intp] | slice) -> Leg:
        """Pick notes by position."""
        return Leg(
            self.first_month[rows],
            self.n_months[rows],
            self.dollars_at_first[rows],
            self.monthly_growth[rows],
            self.weight[rows],
            self.label,
        )


def level(
    first_month: ArrayLike, n_months: ArrayLike, dollars: ArrayLike, weight: Floats, label: str, growth: float = 0.0
) -> Leg:
    """Build a leg, giving every argument the shape of ``weight``."""

    def shaped(values: ArrayLike) -> Floats:
        return np.broadcast_to(np.asarray(values, dtype=np.float64), weight.shape)

    return Leg(shaped(first_month), shaped(n_months), shaped(dollars), shaped(growth), weight, label)


def lump(month: ArrayLike, dollars: ArrayLike, weight: Floats, label: str) -> Leg:
    """Build a leg of one flow."""
    return level(month, 1.0, dollars, weight, label)


def present_value(leg: Leg, annual_yield: ArrayLike) -> Floats:
    r"""Discount a leg to closing, its weight included.

    Parameters
    ----------
    annual_yield
        Effective annual yield, fraction > -1, broadcast against (n_notes,).

    Returns
    -------
    float64, shape (n_notes,), US dollars.

    Notes
    -----
    :math:`w\,d\,v^{t_0/12} \sum_{j<n} q^j` with :math:`v = 1/(1+y)` and :math:`q = (1+g)\,v^{1/12}`.  The sum is
    ``expm1(n log q) / expm1(log q)``, which keeps its digits where q is close to 1.
    """
    monthly = np.log1p(np.asarray(annual_yield, dtype=np.float64)) / 12
    first = leg.weight * leg.dollars_at_first * np.exp(-leg.first_month * monthly)
    return first * _geometric_sum(np.log1p(leg.monthly_growth) - monthly, leg.n_months)


def undiscounted(leg: Leg) -> Floats:
    """Add up a leg's flows if it happens: its weight left out, no discount.  Shape (n_notes,), US dollars."""
    return leg.dollars_at_first * _geometric_sum(np.log1p(leg.monthly_growth), leg.n_months)


def _geometric_sum(log_q: Floats, n_months: Floats) -> Floats:
    n = np.maximum(n_months, 0.0)
    flat = log_q == 0
    sums: Floats = np.where(flat, n, np.expm1(n * log_q) / np.where(flat, 1.0, np.expm1(log_q)))
    return sums


def annuity(principal: ArrayLike, monthly_rate: ArrayLike, n_months: ArrayLike) -> Floats:
    """Give the level instalment that repays ``principal`` in ``n_months`` >= 1; ``principal / n`` at a rate of 0."""
    i, n = np.asarray(monthly_rate, dtype=np.float64), np.asarray(n_months, dtype=np.float64)
    flat = i == 0
    factor = np.where(flat, 1 / n, i / np.where(flat, 1.0, -np.expm1(-n * np.log1p(i))))
    return np.asarray(principal, dtype=np.float64) * factor


def annuity_value(instalment: ArrayLike, monthly_rate: ArrayLike, n_months: ArrayLike) -> Floats:
    """Give the present value of ``n_months`` >= 0 level instalments; their sum at a rate of 0."""
    i, n = np.asarray(monthly_rate, dtype=np.float64), np.asarray(n_months, dtype=np.float64)
    flat = i == 0
    factor = np.where(flat, n, -np.expm1(-n * np.log1p(i)) / np.where(flat, 1.0, i))
    return np.asarray(instalment, dtype=np.float64) * factor


def principal_left(principal: Floats, monthly_rate: ArrayLike, instalment: Floats, n_paid: ArrayLike) -> Floats:
    """Give the principal left after ``n_paid`` instalments, at least 0; it grows where they do not cover the interest."""
    i, n = np.asarray(monthly_rate, dtype=np.float64), np.asarray(n_paid, dtype=np.float64)
    flat = i == 0
    compound = n * np.log1p(i)
    paid = np.where(flat, n, np.expm1(compound) / np.where(flat, 1.0, i))
    left: Floats = np.maximum(principal * np.exp(compound) - instalment * paid, 0.0)
    return left
