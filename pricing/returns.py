"""What a bid returns, outcome by outcome: docs/pricing.md, section 9."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.leg import Leg, undiscounted
from pricing.legs import OutcomeLegs

Floats = NDArray[np.float64]

LOSS_TOLERANCE = 0.005
"""US dollars: half a cent under zero is not a loss."""
_FALLING = (-0.99, -0.9, -0.75, -0.6, -0.5, -0.4, -0.3, -0.25, -0.2, -0.15, -0.1, -0.05)
_RISING = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
YIELD_GRID = np.array([*_FALLING, 0.0, *_RISING])
"""Annual yields between which roots are looked for."""
_MAX_STEPS = 100
_ROOT_TOLERANCE = 1e-13
_NOTHING = 1e-13


@dataclass(frozen=True)
class OutcomeReturns:
    """One outcome's returns at the bid; arrays float64, shape (n_notes,).

    Parameters
    ----------
    profit, capital
        US dollars, undiscounted; capital is the price with its costs and the deepest cumulative outflow after it.
    months
        From closing to the last flow, over the branches.
    loss_probability
        Of the outcome's branches, those that lose money.
    cash_flows
        float64, shape (n_months, n_notes), month 0 first, the price not among them.
    """

    profit: Floats
    capital: Floats
    months: Floats
    loss_probability: Floats
    cash_flows: Floats


def outcome_returns(
    one: OutcomeLegs, cost: Floats, walks_away: NDArray[np.bool_], walk_away_cost: float
) -> OutcomeReturns:
    """Work out an outcome's returns on ``cost``, the price with its acquisition costs, shape (n_notes,)."""
    flows = monthly_cash_flows(one.legs, last_month((one,)))
    flows[:, walks_away] = 0.0
    flows[0, walks_away] = -walk_away_cost
    running = np.cumsum(flows, axis=0)
    deepest = np.maximum(-running.min(axis=0), 0.0)
    months, lost = np.zeros(len(cost)), np.zeros(len(cost))
    totals = [undiscounted(leg) for leg in one.legs]
    for branch in one.branches:
        profit, last = -cost, np.zeros(len(cost))
        for position in branch.legs:
            profit = profit + totals[position]
            last = np.maximum(last, one.legs[position].last_month)
        months = months + branch.weight * last
        lost = lost + branch.weight * (profit < -LOSS_TOLERANCE)
    return OutcomeReturns(
        profit=running[-1] - cost,
        capital=cost + deepest,
        months=np.where(walks_away, 0.0, months),
        loss_probability=np.where(walks_away, 1.0 * (cost + walk_away_cost > LOSS_TOLERANCE), lost),
        cash_flows=flows,
    )


def last_month(outcomes: tuple[OutcomeLegs, ...]) -> int:
    """Give the last month in which any note has a flow."""
    return int(max((float(leg.last_month.max(initial=0.0)) for one in outcomes for leg in one.legs), default=0.0))


def monthly_cash_flows(legs: tuple[Leg, ...], n_months: int) -> Floats:
    """Lay legs out month by month, weights included.

    Returns
    -------
    float64, shape (n_months + 1, n_notes), US dollars, month 0 first.

    Notes
    -----
    A leg enters as its flow in month 0's money at its first month and leaves after its last; one running sum a growth
    rate then gives every month.
    """
    n_notes = len(legs[0].weight)
    flows = np.zeros((n_months + 1, n_notes))
    steps: dict[float, Floats] = {}
    for leg in legs:
        for growth in _growths(leg):
            one = leg.monthly_growth == growth
            runs, single = one & (leg.n_months > 1), one & (leg.n_months == 1)
            if single.any():
                _add(flows, leg.first_month, np.where(single, leg.weight * leg.dollars_at_first, 0.0))
            if runs.any():
                step = steps.setdefault(growth, np.zeros((n_months + 2, n_notes)))
                base = leg.weight * leg.dollars_at_first * np.exp(-leg.first_month * np.log1p(growth))
                base = np.where(runs, base, 0.0)
                _add(step, leg.first_month, base)
                _add(step, leg.first_month + np.maximum(leg.n_months, 0.0), -base)
    for growth, step in steps.items():
        grown = np.exp(np.arange(n_months + 1) * np.log1p(growth))
        flows += np.cumsum(step, axis=0)[:-1] * grown[:, None]
    # What the running sums leave behind after a leg's end is nothing, and must not be blown up at a yield near -1.
    flows[np.abs(flows) <= _NOTHING * np.abs(flows).max(axis=0)] = 0.0
    return flows


def _growths(leg: Leg) -> list[float]:
    growth = leg.monthly_growth
    one_for_all = len(growth) > 0 and bool((growth == growth[0]).all())
    return [float(growth[0])] if one_for_all else [float(one) for one in np.unique(growth)]


def _add(table: Floats, month: Floats, dollars: Floats) -> None:
    rows = np.minimum(month.astype(np.int64), len(table) - 1)
    table[rows, np.arange(table.shape[1])] += dollars


def annual_yields(cost: Floats, cash_flows: Floats) -> Floats:
    """Find each note's yield.

    Parameters
    ----------
    cost
        Paid in month 0, US dollars, shape (n_notes,).
    cash_flows
        float64, shape (n_months, n_notes), month 0 first.

    Returns
    -------
    float64, shape (n_notes,), annual effective, the root in (-0.99, 10] of ``-cost + Σ CF_t (1 + y)^(-t/12)``; NaN unless
    the sign of that sum changes exactly once along :data:`YIELD_GRID`.
    """
    flows = np.array(cash_flows)
    flows[0] = flows[0] - cost
    signs = _value(flows[:, None, :], _monthly_factor(YIELD_GRID)[:, None]) >= 0
    changes = signs[1:] != signs[:-1]
    single = np.add.reduce(changes.astype(np.int64), axis=0) == 1
    cell = np.argmax(changes, axis=0)
    roots = np.full(len(cost), np.nan)
    rows = np.flatnonzero(single)
    if rows.size:
        low, high = YIELD_GRID[cell[rows]], YIELD_GRID[cell[rows] + 1]
        roots[rows] = _root(flows[:, rows], low, high)
    return roots


def _root(flows: Floats, low: Floats, high: Floats) -> Floats:
    """Narrow each note's bracket by the Illinois rule, halving it every fourth step so that none can stall."""
    at_low, at_high = _value(flows, _monthly_factor(low)), _value(flows, _monthly_factor(high))
    size, side = np.abs(flows).max(axis=0), np.zeros(len(low))
    found, open_ = np.empty(len(low)), np.arange(len(low))
    for step in range(_MAX_STEPS):
        gap = at_high - at_low
        secant = (low * at_high - high * at_low) / np.where(gap == 0, 1.0, gap)
        inside = (gap != 0) & (secant > low) & (secant < high) & (step % 4 != 3)
        root = np.where(inside, secant, (low + high) / 2)
        value = _value(flows, _monthly_factor(root))
        found[open_] = root
        same = (value >= 0) == (at_low >= 0)
        at_high = np.where(same & (side == 1), at_high / 2, at_high)
        at_low = np.where(~same & (side == -1), at_low / 2, at_low)
        side = np.where(same, 1.0, -1.0)
        low, at_low = np.where(same, root, low), np.where(same, value, at_low)
        high, at_high = np.where(same, high, root), np.where(same, at_high, value)
        more = np.flatnonzero((np.abs(value) > _ROOT_TOLERANCE * size) & (high - low > _ROOT_TOLERANCE))
        if not more.size:
            break
        if more.size < len(low):
            # Only the notes still open go on; what a note does never depends on the others.
            flows, size, side, open_ = flows[:, more], size[more], side[more], open_[more]
            low, high, at_low, at_high = low[more], high[more], at_low[more], at_high[more]
    return found


def _monthly_factor(annual_yield: Floats) -> Floats:
    factor: Floats = np.exp(-np.log1p(annual_yield) / 12)
    return factor


def _value(flows: Floats, monthly_factor: Floats) -> Floats:
    """Sum flows by Horner's rule, so that a note's value does not depend on its neighbours."""
    value: Floats = np.zeros(np.broadcast_shapes(flows.shape[1:], monthly_factor.shape))
    for month in range(len(flows) - 1, -1, -1):
        np.multiply(value, monthly_factor, out=value)
        np.add(value, flows[month], out=value)
    return value
