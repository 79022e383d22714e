"""How far a bid moves with what is not known of the four probabilities: docs/uncertainty.md.

The legs do not depend on the probabilities, and a price depends on them only through its required yield.  So each price is
worked out at one more yield, and is a straight line between the two; floor price, blend, caps and rounding are exact.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from notes import OutcomeDoubt, OutcomeProbabilities
from pricing.assumptions import Assumptions
from pricing.legs import Legs
from pricing.offers import make_offers
from pricing.prices import OutcomePrices, prices_at, required_yields

Floats = NDArray[np.float64]


def bid_range(
    legs: Legs,
    prices: OutcomePrices,
    probabilities: OutcomeProbabilities,
    doubt: OutcomeDoubt,
    assumptions: Assumptions,
) -> tuple[Floats, Floats]:
    r"""Give the 5 % and 95 % points of the bid, whole dollars, both of the shape (n_notes,).

    Parameters
    ----------
    prices
        Of the same legs and probabilities, from :func:`pricing.prices.outcome_prices`.

    Notes
    -----
    For each principal direction j of the error the bid is made anew at both ends:
    :math:`b_{95} = b + \sqrt{\sum_j \max(b_j^+ - b, b_j^- - b, 0)^2}` and in the same way down; exact where the
    bid is linear in the log odds.  A note without a bid counts as a bid of 0; so does a scenario without one.
    """
    bid = make_offers(legs.facts, prices, probabilities, assumptions).bid
    slope = _price_slopes(legs, prices, probabilities, doubt, assumptions)
    up, down = np.zeros(len(bid)), np.zeros(len(bid))
    for pair in doubt.scenarios(probabilities):
        moves = [_bid_at(legs, prices, slope, one, assumptions) - bid for one in pair]
        up = up + np.maximum(np.maximum(moves[0], moves[1]), 0.0) ** 2
        down = down + np.maximum(np.maximum(-moves[0], -moves[1]), 0.0) ** 2
    return np.floor(np.maximum(bid - np.sqrt(down), 0.0)), np.ceil(bid + np.sqrt(up))


def _bid_at(
    legs: Legs, prices: OutcomePrices, slope: Floats, probabilities: OutcomeProbabilities, assumptions: Assumptions
) -> Floats:
    moved = required_yields(probabilities, assumptions) - prices.required_yield
    price = prices.price + np.where(slope == 0, 0.0, slope * np.nan_to_num(moved))
    return make_offers(legs.facts, replace(prices, price=price), probabilities, assumptions).bid


def _price_slopes(
    legs: Legs,
    prices: OutcomePrices,
    probabilities: OutcomeProbabilities,
    doubt: OutcomeDoubt,
    assumptions: Assumptions,
) -> Floats:
    """Give the dollars that each price moves for one unit of its required yield, shape (n_notes, 4); 0 where it is fixed."""
    if np.isnan(prices.required_yield).all():  # priced by return on the money put in: the odds do not enter
        return np.zeros_like(prices.price)
    reach = np.zeros_like(prices.price)
    for pair in doubt.scenarios(probabilities):
        for one in pair:
            reach = np.maximum(reach, np.abs(required_yields(one, assumptions) - prices.required_yield))
    elsewhere = prices_at(legs, prices.required_yield + reach, assumptions)
    moved = reach > 0
    slope: Floats = np.where(moved, (elsewhere.price - prices.price) / np.where(moved, reach, 1.0), 0.0)
    return slope
