"""Seeded random assumptions: every figure of the shipped ones moved within what makes sense."""

from __future__ import annotations

import copy
import random

from random_notes import STATES

NEVER_ZERO = ("limitation_months", "timeline_multiplier", "max_payment_share")


def random_assumptions(rng: random.Random, shipped: dict) -> dict:
    """The shipped assumptions with every figure moved within what makes sense, and now and then a corner."""
    a = copy.deepcopy(shipped)
    for table in a.values():
        _move(rng, table)
    a["closing"]["collections_before_closing_to_buyer"] = rng.random() < 0.5
    a["hurdle"]["mode"] = rng.choice(("yield", "yield", "flat_roi"))
    for outcome in ("reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"):
        rules = a["hurdle"][outcome]
        rules["floor"], rules["base"], rules["cap"] = sorted((rules["floor"], rules["base"], rules["cap"]))
        rules["min_roi"] = rng.choice((0.0, rng.uniform(0, 0.3)))
    first = rng.randint(1, 12)
    second = first + rng.randint(1, 20)
    a["redefault"]["months"] = [first, second, second + rng.randint(1, 30)]
    a["redefault"]["shares"] = _shares_of_one(rng, 3)
    deed = a["deed_in_lieu"]
    deed["deed_share"], deed["short_sale_share"], deed["discounted_payoff_share"] = _shares_of_one(rng, 3)
    deed["equity_to_buyer_share"] = rng.choice((0.0, 1.0, rng.random()))
    workout = a["loss_mitigation"]
    workout["forgiven_share"], workout["forborne_share"] = rng.uniform(0, 0.3), rng.uniform(0, 0.3)
    workout["term_months"] = rng.randint(120, 600)
    workout["rate_cap"] = rng.choice((0.0, 0.03, 0.065))
    a["claim"]["late_charge_collect_share"] = rng.random()
    a["bid"]["opening_offset"] = rng.uniform(0, 0.3)
    a["bid"]["shortfall_share"] = rng.choice((0.0, rng.uniform(0, 0.2)))
    a["bid"]["expected_weight"] = rng.choice((0.0, 1.0, rng.random()))
    a["foreclosure"]["third_party_min"], a["foreclosure"]["third_party_max"] = rng.uniform(0, 0.2), rng.uniform(0.3, 1)
    a["foreclosure"]["eviction_months"] = rng.randint(0, 6)
    a["foreclosure"]["unsourced_redemption_months"] = rng.randint(0, 12)
    a["foreclosure"]["min_remaining_months"] = rng.uniform(1, 8)
    if rng.random() < 0.25:
        a["collateral"]["sigma"] = dict.fromkeys(a["collateral"]["sigma"], 0.0)
        a["collateral"]["sigma_per_root_year"] = 0.0
    a["state_overrides"] = {
        state: {
            "limitation_months": rng.uniform(24, 240),
            "redemption_months": rng.choice((0.0, 4.5, 6.0, 12.0)),
            "attorney_fee": rng.uniform(500, 9000),
            "first_legal_to_sale_months": rng.uniform(1, 40),
        }
        for state in rng.sample(STATES, 10)
    }
    return a


def _move(rng: random.Random, table: dict) -> None:
    """Move every number of a table in place by up to a half, shares within 0 to 1; now and then to 0."""
    for key, value in table.items():
        if isinstance(value, dict):
            _move(rng, value)
        elif isinstance(value, bool | str | list):
            continue
        elif isinstance(value, int):
            table[key] = max(round(value * rng.uniform(0.5, 1.5)), 1)
        elif key not in NEVER_ZERO and rng.random() < 0.05:
            table[key] = 0.0
        elif 0 <= value <= 1:
            table[key] = min(value * rng.uniform(0.5, 1.5), 1.0)
        else:
            table[key] = value * rng.uniform(0.5, 1.5)


def _shares_of_one(rng: random.Random, n: int) -> list:
    parts = [rng.random() + 0.01 for _ in range(n)]
    shares = [one / sum(parts) for one in parts[:-1]]
    return [*shares, 1 - sum(shares)]


def toml_text(assumptions: dict) -> str:
    """Write nested tables of numbers, booleans, texts and lists of numbers as TOML."""
    lines: list = []

    def write(table: dict, path: str) -> None:
        if path:
            lines.append(f"[{path}]")
        for key, value in table.items():
            if isinstance(value, bool):
                lines.append(f"{key} = {str(value).lower()}")
            elif isinstance(value, str):
                lines.append(f'{key} = "{value}"')
            elif not isinstance(value, dict):
                lines.append(f"{key} = {value!r}")
        for key, value in table.items():
            if isinstance(value, dict):
                write(value, f"{path}.{key}" if path else key)

    write(assumptions, "")
    return "\n".join(lines) + "\n"
