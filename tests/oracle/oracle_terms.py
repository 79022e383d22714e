"""The notation of sections 1 and 4 of docs/pricing.md: months, annuities, and what a claim brings out of an uncertain value.

Written from the page alone; it imports nothing of the project.  Every name is the page's.
"""

from __future__ import annotations

import calendar
import csv
import math
from datetime import date
from pathlib import Path


def read_state_facts(path: Path) -> dict:
    """Read the table of state facts into {state: {fact: number}}."""
    facts: dict = {}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            facts.setdefault(row["state"], {})[row["fact"]] = float(row["value"])
    return facts


# Section 1: clock, rounding, notation


def ceil_star(x: float) -> int:
    return math.ceil(x - 1e-9)


def floor_star(x: float) -> int:
    return math.floor(x + 1e-9)


def months_between(start: date, end: date) -> float:
    """Months from one date to another, fractions kept."""
    return (end - start).days * 12 / 365.25


def add_months(day: date, n: int) -> date:
    """The same day n months on, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + n
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def whole_months(start: date, end: date) -> int:
    """Whole months from one date to another: a month is whole when its day of the month is reached."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def annuity(B: float, i: float, n: float) -> float:
    """The instalment that pays B off in n months."""
    return B / n if i == 0 else B * i / -math.expm1(-n * math.log1p(i))


def pv(P: float, j: float, n: float) -> float:
    """The present value of n instalments P."""
    return P * n if j == 0 else P * -math.expm1(-n * math.log1p(j)) / j


def principal_left(B: float, i: float, P: float, n: int) -> float:
    """U(B, i, P, n), month by month."""
    for _ in range(n):
        B = B + B * i - P
    return max(B, 0.0)


def implied_rate(B: float, P: float, n: float) -> float:
    """The rate in [0, 0.6] at which n instalments P are worth B."""
    if P * n <= B:
        return 0.0
    if pv(P, 0.6 / 12, n) > B:
        return 0.6
    low, high = 0.0, 0.6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if pv(P, middle / 12, n) > B else (low, middle)
    return (low + high) / 2


def instalments_to_zero(B: float, i: float, P: float) -> float:
    """n_am."""
    if i == 0:
        return floor_star(B / P)
    if B * i >= P or B * i / P >= 1:
        return math.inf
    return floor_star(-math.log1p(-B * i / P) / math.log1p(i))


def call(V: float, K: float, sigma: float) -> float:
    """The expected excess of a value over K."""
    if K <= 0:
        return V
    if V <= 0:
        return 0.0
    if sigma == 0:
        return max(V - K, 0.0)
    d = (math.log(V / K) + sigma**2 / 2) / sigma
    return V * normal(d) - K * normal(d - sigma)


def normal(x: float) -> float:
    """The standard normal distribution."""
    return math.erfc(-x / math.sqrt(2)) / 2


def capped(V: float, K: float, L: float, sigma: float) -> float:
    """E(V, K, L)."""
    return call(V, K, sigma) - call(V, K + L, sigma) if L > 0 else 0.0
