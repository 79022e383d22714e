"""Required returns, the four prices and the one that can be bid: docs/pricing.md, sections 7 and 8."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome, OutcomeProbabilities
from pricing.assumption_keys import Hurdle
from pricing.assumptions import Assumptions
from pricing.leg import present_value, undiscounted
from pricing.legs import Legs, OutcomeLegs

Floats = NDArray[np.float64]

WALK_AWAY_OUTCOMES = (Outcome.DEED_IN_LIEU, Outcome.FORECLOSURE)


@dataclass(frozen=True)
class OutcomePrices:
    """What each outcome requires and is worth.

    Parameters
    ----------
    required_yield
        float64, shape (n_notes, 4), annual effective; NaN where priced by ROI alone.
    price
        float64, shape (n_notes, 4), US dollars at closing, acquisition costs taken off; may be negative.
    walks_away
        bool, shape (n_notes, 4): the price is the cost of giving the lien up.
    outcomes
        The legs that were priced: those of hopeless sales after a redefault are replaced by walking away.
    walks_away_later
        bool, shape (n_notes,): the lien is given up after some redefault.
    """

    required_yield: Floats
    price: Floats
    walks_away: NDArray[np.bool_]
    outcomes: tuple[OutcomeLegs, ...]
    walks_away_later: NDArray[np.bool_]


def cumulative_severity(probabilities: OutcomeProbabilities) -> Floats:
    """Give F: the probability of each outcome or a more severe one, shape (n_notes, 4); 1 for reperform."""
    severe: Floats = np.cumsum(probabilities.values[:, ::-1], axis=1)[:, ::-1].copy()
    severe[:, 0] = 1.0
    return severe


def required_yields(probabilities: OutcomeProbabilities, assumptions: Assumptions) -> Floats:
    """Give the annual yield that each outcome must pay: ``clip(base + slope × F, floor, cap)``, shape (n_notes, 4)."""
    severe = cumulative_severity(probabilities)
    columns = []
    for position, outcome in enumerate(OUTCOMES):
        hurdle = _hurdle(assumptions, outcome)
        columns.append(np.clip(hurdle.base + hurdle.slope * severe[:, position], hurdle.floor, hurdle.cap))
    return np.stack(columns, axis=1)


def outcome_prices(legs: Legs, probabilities: OutcomeProbabilities, assumptions: Assumptions) -> OutcomePrices:
    """Price each outcome at the lower of its yield and its ROI; no deed and no forced sale lower than walking away."""
    return prices_at(legs, required_yields(probabilities, assumptions), assumptions)


def prices_at(legs: Legs, yields: Floats, assumptions: Assumptions) -> OutcomePrices:
    """Price each outcome at given required yields, shape (n_notes, 4); see :func:`outcome_prices`."""
    flat = assumptions.hurdle.mode == "flat_roi"
    closing, lowest = assumptions.closing, -assumptions.foreclosure.walk_away_cost
    prices, walks = np.empty_like(yields), np.zeros(yields.shape, dtype=bool)
    priced, later = [], np.zeros(len(yields), dtype=bool)
    for position, written in enumerate(legs.outcomes):
        one, left = walk_away_later(written, yields[:, position])
        priced.append(one)
        later |= left
        worth = _at_roi(one, _hurdle(assumptions, one.outcome).min_roi)
        if not flat:
            worth = np.minimum(worth, outcome_value(one, yields[:, position]))
        price = (worth - closing.fixed_acquisition_per_note) / (1 + closing.acquisition_share_of_price)
        if one.outcome in WALK_AWAY_OUTCOMES:
            walks[:, position] = price < lowest
            price = np.maximum(price, lowest)
        prices[:, position] = price
    return OutcomePrices(np.full_like(yields, np.nan) if flat else yields, prices, walks, tuple(priced), later)


def walk_away_later(one: OutcomeLegs, annual_yield: Floats) -> tuple[OutcomeLegs, NDArray[np.bool_]]:
    """Give the lien up wherever a forced sale after a redefault is worth less than that, redefault by redefault.

    Nobody keeps a senior lien current for years to sell a house that brings the junior nothing.

    Parameters
    ----------
    annual_yield
        The outcome's required yield, at which the two are compared, shape (n_notes,).

    Returns
    -------
    The outcome with the legs that are gone through with, and bool, shape (n_notes,): notes that walk away somewhere.
    """
    legs, anywhere = list(one.legs), np.zeros(len(annual_yield), dtype=bool)
    for sale in one.later_sales:
        worth = np.zeros(len(annual_yield))
        for position in sale.legs:
            worth = worth + present_value(legs[position], annual_yield)
        instead = replace(legs[sale.walk_away], n_months=np.ones(len(annual_yield)))
        leaves = worth < present_value(instead, annual_yield)
        if leaves.any():
            for position in sale.legs:
                legs[position] = replace(legs[position], n_months=np.where(leaves, 0.0, legs[position].n_months))
            legs[sale.walk_away] = replace(instead, n_months=np.where(leaves, 1.0, 0.0))
            anywhere |= leaves
    return replace(one, legs=tuple(legs)), anywhere


def outcome_value(one: OutcomeLegs, annual_yield: Floats) -> Floats:
    """Discount an outcome's legs, weights included: US dollars at closing before acquisition costs, shape (n_notes,)."""
    total = np.zeros(len(annual_yield))
    for leg in one.legs:
        total = total + present_value(leg, annual_yield)
    return total


def _at_roi(one: OutcomeLegs, min_roi: float) -> Floats:
    """Give the most that can be paid for an undiscounted profit of ``min_roi`` on all money put in."""
    n_notes = len(one.branches[0].weight)
    inflows, outflows = np.zeros(n_notes), np.zeros(n_notes)
    for leg in one.legs:
        dollars = leg.weight * undiscounted(leg)
        inflows, outflows = inflows + np.maximum(dollars, 0.0), outflows + np.maximum(-dollars, 0.0)
    most: Floats = (inflows - outflows - min_roi * outflows) / (1 + min_roi)
    return most


def floor_price(price: Floats, probability: Floats, tolerated: Floats) -> Floats:
    """Find the highest bid whose expected shortfall below the four prices stays tolerable.

    Parameters
    ----------
    price, probability
        float64, shape (n_notes, 4), US dollars and fractions > 0.
    tolerated
        float64, shape (n_notes,), US dollars >= 0.  0 gives the lowest of the four prices.

    Returns
    -------
    float64, shape (n_notes,): the largest b with ``Σ p max(0, b - P) <= tolerated``.

    Examples
    --------
    Foreclosure at 10 % is worth 40; a bid of 50 falls 10 short of it, 1 dollar in expectation:

    >>> floor_price(np.array([[90.0, 80.0, 60.0, 40.0]]), np.array([[0.6, 0.2, 0.1, 0.1]]), np.array([1.0]))
    array([50.])
    """
    order = np.argsort(price, axis=1, kind="stable")
    prices = np.take_along_axis(price, order, axis=1)
    weights = np.take_along_axis(probability, order, axis=1)
    shortfall, weight = np.zeros(len(price)), weights[:, 0]
    found = prices[:, 0] + tolerated / weight
    for j in range(1, price.shape[1]):
        # The shortfall grows by the weight of all prices passed so far, up to the next price.
        shortfall = shortfall + weight * (prices[:, j] - prices[:, j - 1])
        weight = weight + weights[:, j]
        reached = shortfall <= tolerated
        found = np.where(reached, prices[:, j] + (tolerated - shortfall) / weight, found)
    return found


def _hurdle(assumptions: Assumptions, outcome: Outcome) -> Hurdle:
    hurdle: Hurdle = getattr(assumptions.hurdle, outcome.value)
    return hurdle
