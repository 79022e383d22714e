"""The bid sheet: docs/pricing.md, sections 8 to 10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES, OutcomeDoubt, OutcomeProbabilities, Tape
from pricing.assumptions import Assumptions
from pricing.bid_range import bid_range
from pricing.facts import NoteFacts
from pricing.legs import REVIEW_CODES, Legs, OutcomeLegs
from pricing.offers import Offers, make_offers
from pricing.outcomes import build_legs
from pricing.own_terms import NOTHING_OWN, OwnTerms
from pricing.prices import OutcomePrices, outcome_prices
from pricing.returns import annual_yields, last_month, outcome_returns

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]

RANGE_COLUMNS: tuple[str, ...] = (
    *(f"p_{o}_{end}" for o in OUTCOMES for end in ("low", "high")),
    "bid_low",
    "bid_high",
)
"""How sure the model is; empty for one that does not say."""

COLUMNS: tuple[str, ...] = (
    "loan_id",
    "bid_status",
    "no_bid_reason",
    *(f"{name}_{o}" for name in ("p", "required_yield", "price", "roi", "yield", "months") for o in OUTCOMES),
    "expected_price",
    "floor_price",
    "max_bid",
    "bid",
    "opening_bid",
    "bid_pct_upb",
    "bid_pct_value",
    "bid_pct_legal_balance",
    "binding_outcome",
    "expected_roi",
    "expected_yield",
    "expected_months",
    "loss_probability",
    "legal_balance",
    "months_delinquent",
    "flags",
    *RANGE_COLUMNS,
    "far_from_training",
)
"""The bid sheet's columns in order."""

CHUNK = 20_000
"""Notes whose legs are held at once by :func:`price_tape`."""
_RETURNS_CHUNK = 2_000


@dataclass(frozen=True)
class BidSheet:
    """One row a priced note.

    Parameters
    ----------
    frame
        :data:`COLUMNS` in that order, RangeIndex.  Texts are str, empty where there is none; numbers float64, NaN where
        empty and otherwise unrounded; ``max_bid``, ``bid`` and ``opening_bid`` whole dollars.
    """

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)


def price_tape(
    tape: Tape,
    probabilities: OutcomeProbabilities,
    assumptions: Assumptions,
    *,
    reading_flags: Sequence[tuple[str, ...]] | None = None,
    review_reason: str | None = None,
    own: OwnTerms = NOTHING_OWN,
    doubt: OutcomeDoubt | None = None,
) -> BidSheet:
    """Build legs and price a tape of any length in pieces; the same rows as :func:`price_bids` of all its legs at once."""
    own.refuse_other_notes(len(tape))
    frames = []
    for start in range(0, max(len(tape), 1), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(tape)))
        piece, flags = tape.take(rows), None if reading_flags is None else reading_flags[start : start + CHUNK]
        odds = OutcomeProbabilities(probabilities.values[rows])
        legs = build_legs(piece, assumptions, own.take(rows))
        unsure = None if doubt is None else doubt.take(rows)
        sheet = price_bids(
            piece, legs, odds, assumptions, reading_flags=flags, review_reason=review_reason, doubt=unsure
        )
        frames.append(sheet.frame)
    return BidSheet(pd.concat(frames, ignore_index=True))


def price_bids(
    tape: Tape,
    legs: Legs,
    probabilities: OutcomeProbabilities,
    assumptions: Assumptions,
    *,
    reading_flags: Sequence[tuple[str, ...]] | None = None,
    review_reason: str | None = None,
    doubt: OutcomeDoubt | None = None,
) -> BidSheet:
    """Turn legs and probabilities into bids.

    Parameters
    ----------
    legs
        Of the same tape, from :func:`build_legs` with the same assumptions.
    reading_flags
        A tuple of codes a note, known from reading the tape; added to the note's flags.
    review_reason
        A code that sends every row to REVIEW and joins its flags, such as ``DEMO_MODEL``; a row that is no bid keeps its
        reason and its zero bids.
    doubt
        How sure the model is of the probabilities; it moves no bid.  None: the columns that it fills stay empty.

    Raises
    ------
    ValueError
        The tape, the legs, the probabilities, the flags or the doubt have different lengths.
    """
    lengths = {len(tape), len(legs), len(probabilities)}
    lengths |= {len(one) for one in (reading_flags, doubt) if one is not None}
    if len(lengths) > 1:
        raise ValueError(f"tape, legs, probabilities and flags must have one length, found {sorted(lengths)}")
    prices = outcome_prices(legs, probabilities, assumptions)
    offers = make_offers(legs.facts, prices, probabilities, assumptions)
    returns = _returns(prices, offers.bid, probabilities, assumptions)
    likely = returns["loss_probability"] > assumptions.bid.review_loss_probability
    unsure = _doubt_columns(legs, prices, probabilities, doubt, assumptions)
    flags = {**legs.facts.flags, **offers.flags, **_price_flags(prices, returns, offers.bid), "LOSS_LIKELY": likely}
    flags |= {} if doubt is None else _doubt_flags(unsure, offers.bid, doubt)
    codes = _join(flags, len(tape), reading_flags, review_reason)
    columns: dict[str, object] = {
        "loan_id": tape.notes.text("loan_id"),
        "bid_status": _status(offers, codes, review_reason),
        "no_bid_reason": offers.no_bid_reason,
        **_by_outcome("p", probabilities.values),
        **_by_outcome("required_yield", prices.required_yield),
        **_by_outcome("price", prices.price),
        **returns,
        **_offer_columns(offers, legs.facts),
        "legal_balance": legs.facts.legal.total,
        "months_delinquent": legs.facts.months_behind,
        "flags": np.array([";".join(sorted(one)) for one in codes], dtype=object),
        **unsure,
    }
    return BidSheet(pd.DataFrame({name: columns[name] for name in COLUMNS}))


def _offer_columns(offers: Offers, facts: NoteFacts) -> dict[str, object]:
    """Give the prices offered, dollars, and what share of UPB, value and legal balance the bid is; NaN without a bid."""
    bid = np.where(offers.bid > 0, offers.bid, np.nan)
    return {
        "expected_price": offers.expected_price,
        "floor_price": offers.floor_price,
        "max_bid": offers.max_bid,
        "bid": offers.bid,
        "opening_bid": offers.opening_bid,
        "bid_pct_upb": bid / facts.loan.upb,
        "bid_pct_value": _ratio(bid, facts.collateral.value),
        "bid_pct_legal_balance": _ratio(bid, facts.legal.total),
        "binding_outcome": offers.binding_outcome,
    }


def _doubt_columns(
    legs: Legs,
    prices: OutcomePrices,
    probabilities: OutcomeProbabilities,
    doubt: OutcomeDoubt | None,
    assumptions: Assumptions,
) -> dict[str, NDArray[np.generic]]:
    """Fill the columns that say how sure the model is."""
    if doubt is None:
        unknown = {name: np.full(len(legs), np.nan) for name in RANGE_COLUMNS}
        return {**unknown, "far_from_training": np.full(len(legs), "", dtype=object)}
    low, high = doubt.interval(probabilities)
    bid_low, bid_high = bid_range(legs, prices, probabilities, doubt, assumptions)
    lows = {f"p_{outcome}_low": low[:, k] for k, outcome in enumerate(OUTCOMES)}
    highs = {f"p_{outcome}_high": high[:, k] for k, outcome in enumerate(OUTCOMES)}
    far = np.array(doubt.far, dtype=object)
    return {**lows, **highs, "bid_low": bid_low, "bid_high": bid_high, "far_from_training": far}


def _doubt_flags(columns: dict[str, NDArray[np.generic]], bid: Floats, doubt: OutcomeDoubt) -> Flags:
    width = np.asarray(columns["bid_high"], dtype=np.float64) - np.asarray(columns["bid_low"], dtype=np.float64)
    return {
        "FAR_FROM_TRAINING": np.array([one != "" for one in doubt.far], dtype=bool),
        "WIDE_BID_RANGE": (bid > 0) & (width > doubt.wide_bid_range * bid),
    }


def _returns(
    prices: OutcomePrices, bid: Floats, probabilities: OutcomeProbabilities, assumptions: Assumptions
) -> dict[str, Floats]:
    """Work out every column of returns, a few thousand notes at a time so that the monthly tables stay small."""
    pieces: list[dict[str, Floats]] = []
    for start in range(0, max(len(bid), 1), _RETURNS_CHUNK):
        rows = slice(start, start + _RETURNS_CHUNK)
        piece = tuple(one.take(rows) for one in prices.outcomes)
        pieces.append(
            _piece_returns(piece, prices.walks_away[rows], bid[rows], probabilities.values[rows], assumptions)
        )
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _piece_returns(
    outcomes: tuple[OutcomeLegs, ...], walks_away: NDArray[np.bool_], bid: Floats, p: Floats, assumptions: Assumptions
) -> dict[str, Floats]:
    closing, walk_away_cost = assumptions.closing, assumptions.foreclosure.walk_away_cost
    cost = bid * (1 + closing.acquisition_share_of_price) + closing.fixed_acquisition_per_note
    # Rows without a bid are emptied below; a dollar stands in, because a purchase that costs nothing has no return.
    cost = np.where(bid > 0, cost, 1.0)
    flows = np.zeros((last_month(outcomes) + 1, len(bid)))
    columns: dict[str, Floats] = {}
    profit, capital, months, lost = (np.zeros(len(bid)) for _ in range(4))
    for k, one in enumerate(outcomes):
        found = outcome_returns(one, cost, walks_away[:, k], walk_away_cost)
        columns[f"roi_{one.outcome}"] = found.profit / found.capital
        columns[f"yield_{one.outcome}"] = annual_yields(cost, found.cash_flows)
        columns[f"months_{one.outcome}"] = found.months
        profit, capital = profit + p[:, k] * found.profit, capital + p[:, k] * found.capital
        months, lost = months + p[:, k] * found.months, lost + p[:, k] * found.loss_probability
        flows[: len(found.cash_flows)] += p[:, k] * found.cash_flows
    columns["expected_roi"] = profit / capital
    columns["expected_yield"] = annual_yields(cost, flows)
    columns["expected_months"] = months
    columns["loss_probability"] = lost
    return {name: np.where(bid > 0, values, np.nan) for name, values in columns.items()}


def _price_flags(prices: OutcomePrices, returns: dict[str, Floats], bid: Floats) -> Flags:
    unknown = np.zeros(len(bid), dtype=bool)
    for name in (*(f"yield_{o}" for o in OUTCOMES), "expected_yield"):
        unknown |= np.isnan(returns[name])
    walks = np.asarray(prices.walks_away.any(axis=1) | prices.walks_away_later)
    return {
        "WALK_AWAY": walks,
        "INVERTED": prices.price[:, -1] > prices.price[:, 0],
        "NO_YIELD": unknown & (bid > 0),
    }


def _status(offers: Offers, codes: list[set[str]], review_reason: str | None) -> NDArray[np.object_]:
    if review_reason is not None:
        return np.full(len(codes), "REVIEW", dtype=object)
    review = np.array([not REVIEW_CODES.isdisjoint(one) for one in codes], dtype=bool)
    status: NDArray[np.object_] = np.select([offers.no_bid_reason != "", review], ["NO_BID", "REVIEW"], "BID").astype(
        object
    )
    return status


def _join(
    flags: Flags, n_notes: int, reading_flags: Sequence[tuple[str, ...]] | None, review_reason: str | None
) -> list[set[str]]:
    codes: list[set[str]] = (
        [set(one) for one in reading_flags] if reading_flags is not None else [set() for _ in range(n_notes)]
    )
    for code, marked in flags.items():
        for row in np.flatnonzero(marked):
            codes[row].add(code)
    always = set() if review_reason is None else {review_reason}
    return [one | always for one in codes]


def _by_outcome(name: str, values: Floats) -> dict[str, Floats]:
    return {f"{name}_{outcome}": values[:, k] for k, outcome in enumerate(OUTCOMES)}


def _ratio(dollars: Floats, base: Floats) -> Floats:
    ratio: Floats = np.where(base > 0, dollars / np.where(base > 0, base, 1.0), np.nan)
    return ratio
