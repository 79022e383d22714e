"""Notes made for the tests of pricing, and presets to price them with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from notes import Notes, OutcomeProbabilities, PaymentHistory, Tape
from notes.schema import STATES
from pricing import Assumptions

SHIPPED = Path(__file__).parents[2] / "configs" / "assumptions.toml"


def with_keys(assumptions: Any, keys: dict[str, Any]) -> Any:
    """Give a copy with other values: ``{"costs.inflation_per_year": 0.0}``."""
    for path, value in keys.items():
        name, _, rest = path.partition(".")
        part = getattr(assumptions, name)
        assumptions = dataclasses.replace(assumptions, **{name: with_keys(part, {rest: value}) if rest else value})
    return assumptions


def one_note(**columns: Any) -> Tape:
    """Make a tape of one note; what is not given is plain: a first lien in Texas, valued today, owner-occupied."""
    plain = {
        "loan_id": "1",
        "as_of_date": "2024-06-30",
        "upb": 100_000.0,
        "note_rate": 0.06,
        "p_and_i": 700.0,
        "maturity_date": "2049-07-01",
        "rate_type": "fixed",
        "lien_position": 1.0,
        "as_is_value": 200_000.0,
        "valuation_date": "2024-06-30",
        "valuation_type": "bpo_interior",
        "property_state": "TX",
        "property_type": "single_family",
        "occupancy": "owner",
        "annual_property_tax": 2_400.0,
        "annual_insurance": 1_200.0,
        "delinquent_taxes": 0.0,
        "escrow_advance": 0.0,
        "corporate_advance": 0.0,
        "next_due_date": "2024-07-01",
        "last_payment_date": "2024-06-15",
    }
    frame = pd.DataFrame([{**plain, **columns}])
    return Tape(Notes(frame), PaymentHistory.unknown(1))


def made_tape(n_notes: int, seed: int, **columns: Any) -> Tape:
    """Make random notes of every kind that pricing covers; ``columns`` replace what was drawn."""
    draw = np.random.default_rng(seed)
    upb = draw.uniform(50_000, 400_000, n_notes)
    behind = (draw.integers(0, 100, n_notes) * (draw.random(n_notes) < 0.7)).astype("timedelta64[M]")
    lien = np.where(draw.random(n_notes) < 0.15, 2.0, 1.0)
    value = upb / draw.uniform(0.3, 1.5, n_notes)

    def often(values: Any, share: float) -> Any:
        return np.where(draw.random(n_notes) < share, values, np.nan)

    frame = {
        "loan_id": [str(i) for i in range(n_notes)],
        "as_of_date": np.datetime64("2024-06-30"),
        "upb": upb,
        "note_rate": draw.uniform(0.0, 0.12, n_notes),
        "p_and_i": often(upb * draw.uniform(0.006, 0.012, n_notes), 0.8),
        "maturity_date": (np.datetime64("2024-07") + draw.integers(6, 400, n_notes).astype("timedelta64[M]")).astype(
            "datetime64[D]"
        ),
        "rate_type": "fixed",
        "deferred_balance": often(upb * 0.1, 0.2),
        "lien_position": lien,
        "senior_lien_balance": np.where(lien == 2, value * draw.uniform(0.1, 0.9, n_notes), np.nan),
        "as_is_value": value,
        "property_state": draw.choice(STATES, n_notes),
        "occupancy": draw.choice(["owner", "tenant", "vacant", "unknown"], n_notes),
        "valuation_type": draw.choice(["appraisal", "bpo_exterior", "avm", "unknown"], n_notes),
        "annual_property_tax": value * 0.012,
        "delinquent_taxes": 0.0,
        "next_due_date": (np.datetime64("2024-07") - behind).astype("datetime64[D]"),
        "foreclosure_status": np.where(behind.astype(int) > 30, "filed", "none"),
    }
    return Tape(Notes(pd.DataFrame({**frame, **columns})), PaymentHistory.unknown(n_notes))


def made_probabilities(n_notes: int, seed: int) -> OutcomeProbabilities:
    draw = np.random.default_rng(seed + 1)
    values = np.clip(draw.dirichlet([2.0, 1.5, 0.4, 2.0], n_notes), 1e-4, None)
    return OutcomeProbabilities(values / values.sum(axis=1, keepdims=True))


@pytest.fixture(scope="session")
def shipped() -> Assumptions:
    """Give the assumptions that the project ships."""
    return Assumptions.from_toml(SHIPPED)


@pytest.fixture(scope="session")
def plain(shipped: Assumptions) -> Assumptions:
    """Give assumptions to work out by hand with: no inflation, growth or doubt about the value."""
    keys = {"costs.inflation_per_year": 0.0, "collateral.growth_per_year": 0.0, "collateral.sigma_per_root_year": 0.0}
    sigma = dataclasses.replace(shipped.collateral.sigma, bpo_interior=0.0)
    changed: Assumptions = with_keys(shipped, {**keys, "collateral.sigma": sigma})
    return changed


@pytest.fixture(scope="session")
def note() -> Callable[..., Tape]:
    return one_note


@pytest.fixture(scope="session")
def tape() -> Callable[..., Tape]:
    return made_tape


@pytest.fixture(scope="session")
def odds() -> Callable[[int, int], OutcomeProbabilities]:
    return made_probabilities


@pytest.fixture(scope="session")
def changed() -> Callable[[Any, dict[str, Any]], Any]:
    return with_keys


@pytest.fixture(scope="session")
def shipped_path() -> Path:
    return SHIPPED
