"""What a desk's own resolutions change: the end of section 6 of docs/pricing.md, written from the page alone."""

from __future__ import annotations

from types import SimpleNamespace

from oracle_terms import ceil_star


def own_points(k: SimpleNamespace, outcome: str) -> list:
    """(prefix, T_j, ω_j) of the three points; none without own months."""
    months = k.own.get("months", {}).get(outcome, [])
    names = ("early_", "middle_", "late_")
    return [
        (name, max(ceil_star(month), 1), w)
        for name, month, w in zip(names, months, k.own.get("weights", []), strict=False)
    ]


def at_own_recovery(branches: list, R: float | None) -> None:
    """Scale sale_proceeds and settlement so that they bring R of the claim on the whole."""
    if R is None:
        return
    brings = ("sale_proceeds", "settlement")
    S = sum(one.weight * d for one in branches for _, label, d in one.flows if label in brings)
    if S <= 0:
        return
    phi = R * sum(one.weight * max(one.claim, 0.0) for one in branches) / S
    for one in branches:
        one.flows = [
            (t, label, min(max(phi * d, 0.0), max(d, one.claim)) if label in brings else d) for t, label, d in one.flows
        ]
