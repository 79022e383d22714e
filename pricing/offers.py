"""From four prices to three bids: docs/pricing.md, section 8."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, OutcomeProbabilities
from pricing.assumptions import Assumptions
from pricing.facts import NoteFacts
from pricing.prices import OutcomePrices, floor_price

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]

_DOLLAR_ROUNDING = 1e-6


@dataclass(frozen=True)
class Offers:
    """What is bid and why, note by note; arrays of shape (n_notes,), US dollars; ``no_bid_reason`` is empty for a bid.

    ``blend`` and ``capped`` are unrounded and may be negative: expected and floor price together, before and after the caps.
    """

    expected_price: Floats
    floor_price: Floats
    blend: Floats
    capped: Floats
    max_bid: Floats
    bid: Floats
    opening_bid: Floats
    binding_outcome: NDArray[np.object_]
    no_bid_reason: NDArray[np.object_]
    flags: Flags


def make_offers(
    facts: NoteFacts, prices: OutcomePrices, probabilities: OutcomeProbabilities, assumptions: Assumptions
) -> Offers:
    """Blend expected and floor price, cap, take the margin off and round down."""
    terms, p, price = assumptions.bid, probabilities.values, prices.price
    expected = _across(p * price)
    lowest = floor_price(price, p, terms.shortfall_share * np.maximum(expected, 0.0))
    blend = np.where(
        lowest < expected, terms.expected_weight * expected + (1 - terms.expected_weight) * lowest, expected
    )
    equity = np.maximum(facts.collateral.value - facts.carry.senior_balance, 0.0)
    caps = {
        "CAP_UPB": terms.cap_share_of_upb * facts.loan.upb,
        "CAP_VALUE": terms.cap_share_of_value * equity,
        "CAP_LEGAL_BALANCE": terms.cap_share_of_legal_balance * facts.legal.total,
    }
    capped = blend
    for cap in caps.values():
        capped = np.minimum(capped, cap)
    net = capped * (1 - terms.margin)
    bid, opening = _whole_dollars(net), _whole_dollars(net * (1 - terms.opening_offset))
    reason = np.select(
        [expected <= 0, blend <= 0, capped <= 0, (bid <= 0) | (bid <= terms.min_bid)],
        ["EXPECTED_PRICE", "FLOOR_PRICE", "CAP", "MIN_BID"],
        "",
    ).astype(object)
    made = reason == ""
    short = p * np.maximum(lowest[:, None] - price, 0.0)
    none_short = (short <= 0).all(axis=1)
    binding = np.where(none_short, np.argmin(price, axis=1), np.argmax(short, axis=1))
    return Offers(
        expected,
        lowest,
        blend,
        capped,
        np.where(made, _whole_dollars(capped), 0.0),
        np.where(made, bid, 0.0),
        np.where(made, opening, 0.0),
        np.array([o.value for o in OUTCOMES], dtype=object)[binding],
        reason,
        {code: cap < blend for code, cap in caps.items()},
    )


def _across(values: Floats) -> Floats:
    """Add the four columns in their order: a sum along an axis may group them by the array's shape."""
    total = values[:, 0]
    for k in range(1, values.shape[1]):
        total = total + values[:, k]
    return total


def _whole_dollars(dollars: Floats) -> Floats:
    whole: Floats = np.floor(np.maximum(dollars, 0.0) + _DOLLAR_ROUNDING)
    return whole
