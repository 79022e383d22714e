"""Where the money between the debt and the bid goes: docs/pricing.md, section 8."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES, OutcomeProbabilities
from pricing.assumptions import Assumptions
from pricing.leg import undiscounted
from pricing.legs import Legs
from pricing.offers import Offers, make_offers
from pricing.prices import outcome_prices, outcome_value, required_yields

Floats = NDArray[np.float64]

NO_ROI_BOUND = -0.99
"""A ``min_roi`` so low that it binds nothing."""


def cushion_table(legs: Legs, probabilities: OutcomeProbabilities, assumptions: Assumptions) -> pd.DataFrame:
    """Say what each cushion takes off the bids of a tape: many small ones make the buyer who never closes.

    Returns
    -------
    Columns ``layer``, ``dollars``, ``share_of_upb``.  From the bids (first row) up to the expected price with every
    outcome at its base yield (last row), one row a layer that is taken away in turn: margin with rounding, caps, floor
    price, ROI bound, slopes.  The rows between add up to the difference.  Only notes that are bid for count; a negative
    figure is a layer that raised the bid.  Priced by ROI alone there is no ROI bound and no slope to take away.
    """
    offers = [_offers(legs, probabilities, one) for one in _layers_off(assumptions)]
    made = offers[0].bid > 0
    steps = [offers[0].bid, offers[0].capped, offers[0].blend, *(one.expected_price for one in offers)]
    totals = [float(np.where(made, step, 0.0).cumsum()[-1]) if len(step) else 0.0 for step in steps]
    layers = np.diff(totals)
    upb = float(np.where(made, legs.facts.loan.upb, 0.0).cumsum()[-1]) if len(made) else 0.0
    names = ["bid", "margin and rounding", "caps", "floor price", "ROI bound", "slopes", "expected price, no cushion"]
    dollars = np.array([totals[0], *layers, totals[-1]])
    return pd.DataFrame({"layer": names, "dollars": dollars, "share_of_upb": dollars / upb if upb else np.nan})


def bid_bridge(legs: Legs, probabilities: OutcomeProbabilities, assumptions: Assumptions) -> pd.DataFrame:
    """Walk each note from its debt to its bid.

    Returns
    -------
    One row a note, US dollars, unrounded.  ``legal_balance`` less ``non_repayment``, ``workout_cost``, ``time``,
    ``acquisition`` and ``cushions`` is ``bid``: what of the debt never comes in (negative where interest brings more);
    what working it out costs; what waiting costs at the required yields; buying costs; and the ROI bound, floor price,
    caps, margin and rounding together (less what walking away saves).  All weighted by the probabilities.
    """
    p = probabilities.values
    yields = required_yields(probabilities, assumptions)
    inflow, outflow, worth = (np.zeros(len(legs)) for _ in range(3))
    for k, one in enumerate(outcome_prices(legs, probabilities, assumptions).outcomes):
        for leg in one.legs:
            dollars = p[:, k] * leg.weight * undiscounted(leg)
            inflow, outflow = inflow + np.maximum(dollars, 0.0), outflow + np.maximum(-dollars, 0.0)
        worth = worth + p[:, k] * outcome_value(one, yields[:, k])
    closing = assumptions.closing
    price = (worth - closing.fixed_acquisition_per_note) / (1 + closing.acquisition_share_of_price)
    bid = _offers(legs, probabilities, assumptions).bid
    return pd.DataFrame(
        {
            "legal_balance": legs.facts.legal.total,
            "non_repayment": legs.facts.legal.total - inflow,
            "workout_cost": outflow,
            "time": inflow - outflow - worth,
            "acquisition": worth - price,
            "cushions": price - bid,
            "bid": bid,
        }
    )


def _offers(legs: Legs, probabilities: OutcomeProbabilities, assumptions: Assumptions) -> Offers:
    return make_offers(legs.facts, outcome_prices(legs, probabilities, assumptions), probabilities, assumptions)


def _layers_off(assumptions: Assumptions) -> list[Assumptions]:
    """Give the assumptions as they are, without the ROI bound, and without the slopes too."""
    if assumptions.hurdle.mode == "flat_roi":
        return [assumptions] * 3
    unbound = _with_hurdles(assumptions, min_roi=NO_ROI_BOUND)
    return [assumptions, unbound, _with_hurdles(unbound, slope=0.0)]


def _with_hurdles(assumptions: Assumptions, **keys: float) -> Assumptions:
    hurdle = assumptions.hurdle
    changed = {o.value: dataclasses.replace(getattr(hurdle, o.value), **keys) for o in OUTCOMES}
    return dataclasses.replace(assumptions, hurdle=dataclasses.replace(hurdle, **changed))
