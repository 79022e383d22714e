"""What the property brings when it is sold, and how much of that a claim may take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes
from notes.legal_balance import MONTHS_PER_DAY
from pricing.assumption_keys import Collateral as CollateralTerms
from pricing.assumptions import Assumptions

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]

OUT_OF_DOMAIN = ("land", "mixed_use", "commercial", "other")
MAX_UNITS = 4
_NO_DOUBT = 1e-9


@dataclass(frozen=True)
class Collateral:
    """The property behind each note; arrays float64, shape (n_notes,).

    Parameters
    ----------
    value
        As-is value, US dollars, >= 0.
    condition, condition_later
        Share of value left after the haircuts that go with the note as it stands, and after a later redefault.
    sigma
        Standard deviation of the log of value.
    ahead, ahead_later
        US dollars that rank ahead of the note, now and after a redefault; 0 for a first lien.
    growth_per_year
        Growth of value from closing on.
    """

    value: Floats
    condition: Floats
    condition_later: Floats
    sigma: Floats
    ahead: Floats
    ahead_later: Floats
    growth_per_year: float

    def value_in(self, month: Floats, *, later: bool = False) -> Floats:
        """Give the value net of the condition haircuts in a month; ``later`` for a property lost after a redefault."""
        condition = self.condition_later if later else self.condition
        grown: Floats = self.value * np.exp(month / 12 * np.log1p(self.growth_per_year)) * condition
        return grown


def capped_proceeds(value: Floats, ahead: Floats, claim: Floats, sigma: Floats) -> Floats:
    r"""Expect what a claim takes from an uncertain sale: :math:`E \min(\max(V - K, 0), L)`.

    Parameters
    ----------
    value, ahead, claim
        Mean of the log-normal sale value V, what ranks ahead K, and the claim L, US dollars, shape (n_notes,).
    sigma
        Standard deviation of log V; 0 gives the plain minimum.

    Returns
    -------
    float64, shape (n_notes,), US dollars, 0 to ``claim``.

    Examples
    --------
    A plain minimum would say 100; half of the sales bring less than the debt:

    >>> one = np.array([100.0])
    >>> capped_proceeds(one, np.array([0.0]), one, np.array([0.2])).round(2)
    array([92.03])

    Notes
    -----
    A call spread, ``call(V, K) - call(V, K + L)``; with K = 0 it is ``V N(-d1) + L N(d1 - σ)``.
    """
    spread = upside(value, ahead, sigma) - upside(value, ahead + np.maximum(claim, 0.0), sigma)
    proceeds: Floats = np.where(claim > 0, np.clip(spread, 0.0, np.maximum(claim, 0.0)), 0.0)
    return proceeds


def upside(value: Floats, strike: Floats, sigma: Floats) -> Floats:
    """Expect what an uncertain sale brings above ``strike``: ``V N(d1) - K N(d1 - σ)``, ``d1 = (ln(V/K) + σ²/2)/σ``."""
    from scipy.special import ndtr

    plain = np.where(strike > 0, np.maximum(value - strike, 0.0), value)
    good = (value > 0) & (strike > 0) & (sigma > _NO_DOUBT)
    v, k, s = np.where(good, value, 1.0), np.where(good, strike, 1.0), np.where(good, sigma, 1.0)
    d1 = (np.log(v) - np.log(k) + s * s / 2) / s
    call: Floats = np.where(good, v * ndtr(d1) - k * ndtr(d1 - s), np.where(value > 0, plain, 0.0))
    return call


def collateral(
    notes: Notes, months_unpaid: Floats, ahead: tuple[Floats, Floats], assumptions: Assumptions
) -> tuple[Collateral, Flags]:
    """Describe each note's property; the flags say what was filled and what is out of domain.

    Parameters
    ----------
    months_unpaid
        Months since the last payment, shape (n_notes,).
    ahead
        What ranks ahead, now and after a redefault.
    """
    terms = assumptions.collateral
    dated = notes.days("valuation_date")
    days = (notes.days("as_of_date") - dated).astype("timedelta64[D]").astype(np.float64)
    undated = np.isnat(dated)
    age = np.where(undated, terms.unstated_valuation_age_months, np.maximum(days * MONTHS_PER_DAY, 0.0))
    how = notes.text("valuation_type")
    method = np.where(how == "", "unknown", how)
    aged = np.minimum(terms.age_haircut_per_year * age / 12, terms.age_haircut_cap)
    odd = np.isin(notes.text("property_type").astype(str), OUT_OF_DOMAIN) | (notes.number("units") > MAX_UNITS)
    kept = (1 - aged) * (1 - _by_code(method, terms.valuation_haircut)) * (1 - terms.out_of_domain_haircut * odd)
    decay = np.minimum(
        terms.unpaid_haircut_per_year * np.maximum(months_unpaid - 12, 0.0) / 12, terms.unpaid_haircut_cap
    )
    occupancy = notes.text("occupancy")
    unknown = (occupancy == "") | (occupancy == "unknown")
    sigma = _by_code(method, terms.sigma)
    found = Collateral(
        value=notes.number("as_is_value"),
        condition=kept * (1 - decay) * (1 - _occupancy_haircut(occupancy, unknown, months_unpaid, terms)),
        condition_later=kept * (1 - _occupancy_haircut(occupancy, unknown, np.zeros(len(notes)), terms)),
        sigma=np.sqrt(sigma * sigma + terms.sigma_per_root_year * terms.sigma_per_root_year * age / 12),
        ahead=ahead[0],
        ahead_later=ahead[1],
        growth_per_year=terms.growth_per_year,
    )
    flags = {
        "FILL_VALUATION_DATE": undated,
        "FILL_VALUATION_TYPE": how == "",
        "FILL_OCCUPANCY": unknown,
        "W_DOMAIN": odd,
    }
    return found, flags


def _occupancy_haircut(
    occupancy: NDArray[np.object_], unknown: NDArray[np.bool_], months_unpaid: Floats, terms: CollateralTerms
) -> Floats:
    haircuts = terms.occupancy_haircut
    years = (months_unpaid - 12) / 12
    vacant = np.minimum(terms.vacancy_share_at_12 + terms.vacancy_share_per_year * years, terms.vacancy_share_cap)
    share = np.where(months_unpaid >= 12, vacant, 0.0)
    mixed = share * haircuts.vacant + (1 - share) * haircuts.owner
    known = _by_code(np.where(unknown, "owner", occupancy), haircuts)
    haircut: Floats = np.where(unknown, mixed, known)
    return haircut


def _by_code(codes: NDArray[np.object_], table: object) -> Floats:
    return np.array([getattr(table, code) for code in codes], dtype=np.float64)
