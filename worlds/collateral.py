"""Houses, the people in them and what is ahead of the note."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.states import fact
from worlds import marginals
from worlds.payments import Ledger
from worlds.terms import Terms

Floats = NDArray[np.float64]
Codes = NDArray[np.object_]


@dataclass(frozen=True)
class Collateral:
    """Collateral and borrower columns, each of shape (n_notes,); money in US dollars, shares as fractions."""

    property_state: Codes
    property_type: Codes
    units: Floats
    occupancy: Codes
    as_is_value: Floats
    original_value: Floats
    original_ltv: Floats
    senior_lien_balance: Floats
    senior_lien_status: Codes
    senior_payment: Floats
    annual_property_tax: Floats
    annual_insurance: Floats
    escrowed: Floats
    credit_score: Floats
    dti: Floats


def draw_collateral(terms: Terms, ledger: Ledger, rng: np.random.Generator) -> Collateral:
    """Draw collateral and borrower around the note's terms and payments."""
    n = len(terms.upb)
    behind, quiet = np.maximum(ledger.behind, 0), ledger.quiet_months
    state = _draw_states(n, rng)
    property_type = _draw_codes(marginals.PROPERTY_TYPES, n, rng)
    occupancy = _draw_occupancy(quiet, rng)
    second = terms.lien_position == 2
    senior = np.where(second, np.round(terms.upb * rng.lognormal(1.15, 0.5, n), 2), 0.0)
    # Loan-to-value rises with months behind: nobody sells his way out under water.  Mean 0.82 at FHFA's 34 months.
    middle = 0.60 + 0.19 * np.minimum(behind, 36) / 36 + 0.06 * (occupancy == "vacant")
    ltv = np.clip(middle * rng.lognormal(0.0, 0.38, n), 0.08, 2.6)
    value = np.maximum(np.round((terms.upb + terms.deferred_balance + senior) / ltv / 500) * 500, 12_000.0)
    original_ltv = np.round(np.clip(rng.normal(np.where(second, 0.88, 0.80), 0.13, n), 0.25, 1.05), 3).astype(
        np.float64
    )
    senior_at_first = senior * rng.uniform(1.0, 1.3, n)
    score = np.round(np.clip(rng.normal(690 - 55 * np.minimum(behind, 6) / 6, 58, n), 420, 840)).astype(np.float64)
    dti = np.round(np.clip(rng.normal(0.38, 0.09, n), 0.08, 0.75), 3).astype(np.float64)
    tax, insurance = fact("property_tax_rate", state), fact("insurance_per_year", state)
    return Collateral(
        property_state=state,
        property_type=property_type,
        units=np.where(property_type == "2-4_unit", rng.integers(2, 5, n), 1).astype(np.float64),
        occupancy=occupancy,
        as_is_value=value,
        original_value=np.round((terms.original_balance + senior_at_first) / original_ltv / 500) * 500,
        original_ltv=original_ltv,
        senior_lien_balance=senior,
        senior_lien_status=np.where(second, _draw_codes(_SENIOR_STATUS, n, rng), "none").astype(object),
        senior_payment=np.round(senior * 0.0062, 2),
        annual_property_tax=np.round(value * tax * rng.uniform(0.7, 1.3, n), 2),
        annual_insurance=np.round(insurance * (0.5 + value / 400_000) * rng.uniform(0.8, 1.5, n), 2),
        escrowed=(rng.random(n) < np.where(second, 0.0, 0.75)).astype(np.float64),
        credit_score=score,
        dti=dti,
    )


_SENIOR_STATUS = {"current": 0.62, "delinquent": 0.20, "foreclosure": 0.06, "unknown": 0.12}


def _draw_states(n: int, rng: np.random.Generator) -> Codes:
    large = marginals.LARGE_STATES
    rest = (1 - sum(large.values())) / sum(marginals.POPULATION.values())
    shares = large | {state: people * rest for state, people in marginals.POPULATION.items()}
    return _draw_codes(shares, n, rng)


def _draw_occupancy(quiet_months: NDArray[np.int64], rng: np.random.Generator) -> Codes:
    n = len(quiet_months)
    vacant = np.interp(quiet_months, marginals.MONTHS_UNPAID_KNOTS, marginals.VACANT_AT_KNOTS)
    draw = rng.random(n)
    is_tenant = rng.random(n) < marginals.TENANT_SHARE
    occupancy: Codes = np.where(draw < vacant, "vacant", np.where(is_tenant, "tenant", "owner")).astype(object)
    return occupancy


def _draw_codes(shares: dict[str, float], n: int, rng: np.random.Generator) -> Codes:
    names, weights = np.array(list(shares), dtype=object), np.array(list(shares.values()))
    return names[rng.choice(len(names), n, p=weights / weights.sum())]
