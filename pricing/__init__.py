"""Pricing: notes, probabilities and assumptions in, cash-flow legs and bids out; plain arithmetic, no model."""

from pricing.assumptions import AssumptionRow, Assumptions
from pricing.bids import COLUMNS, RANGE_COLUMNS, BidSheet, price_bids, price_tape
from pricing.cushions import bid_bridge, cushion_table
from pricing.desk import DeskTerms
from pricing.leg import Leg, present_value
from pricing.legs import REVIEW_CODES, Branch, Legs, OutcomeLegs
from pricing.outcomes import build_legs
from pricing.own_resolutions import OwnResolutions
from pricing.own_terms import NOTHING_OWN, OwnTerms, table_recoveries, table_timelines

__all__ = [
    "COLUMNS",
    "NOTHING_OWN",
    "RANGE_COLUMNS",
    "REVIEW_CODES",
    "AssumptionRow",
    "Assumptions",
    "BidSheet",
    "Branch",
    "DeskTerms",
    "Leg",
    "Legs",
    "OutcomeLegs",
    "OwnResolutions",
    "OwnTerms",
    "bid_bridge",
    "build_legs",
    "cushion_table",
    "present_value",
    "price_bids",
    "price_tape",
    "table_recoveries",
    "table_timelines",
]
