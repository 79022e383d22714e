"""Pricing and the oracle side by side: the same notes through both, and where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from oracle import OUTCOMES, bid_note
from random_notes import STATE_FACTS

from notes import Notes, OutcomeProbabilities, PaymentHistory, Tape
from pricing import NOTHING_OWN, RANGE_COLUMNS, Assumptions, BidSheet, OwnTerms, build_legs, price_bids

OF_UPB = ("price", "expected_price", "floor_price", "legal_balance")
RATES = ("required_yield", "yield", "expected_yield")
BIDS = ("max_bid", "bid", "opening_bid")
TEXTS = ("loan_id", "bid_status", "no_bid_reason", "binding_outcome")


def sheet_of(
    cases: Sequence[tuple], assumptions: Assumptions, review_reason: str | None = None, own: OwnTerms = NOTHING_OWN
) -> BidSheet:
    """Price (note, history, probabilities) cases with the project's own pricing."""
    frame = pd.DataFrame([note for note, _, _ in cases])
    statuses = [[-1 if one is None else one for one in history[0]] for _, history, _ in cases]
    amounts = [[math.nan if one is None else one for one in history[1]] for _, history, _ in cases]
    tape = Tape(Notes(frame), PaymentHistory(np.array(statuses), np.array(amounts)))
    probabilities = OutcomeProbabilities(np.array([odds for _, _, odds in cases]))
    return price_bids(tape, build_legs(tape, assumptions, own), probabilities, assumptions, review_reason=review_reason)


def rows_of(
    cases: Sequence[tuple], assumptions: dict, review_reason: str = "", own: Sequence[dict | None] | None = None
) -> list:
    """Price the same cases with the oracle; ``assumptions`` as tomllib reads them, ``own`` the terms of each note."""
    terms = own or [None] * len(cases)
    return [
        bid_note(*one, assumptions, STATE_FACTS, review_reason, mine) for one, mine in zip(cases, terms, strict=True)
    ]


def differences(cases: Sequence[tuple], sheet: BidSheet, rows: Sequence[dict]) -> Iterator[tuple]:
    """Give (loan_id, column, pricing's, oracle's, difference as a multiple of what is allowed) for every cell.

    How sure a model is is not priced: those columns stand aside.
    """
    for (note, _, _), ours, row in zip(cases, sheet.frame.to_dict("records"), rows, strict=True):
        row = row | {"flags": ";".join(sorted(row["flags"]))}
        same_bid = ours["bid"] == row["bid"]
        for column in (one for one in ours if one not in (*RANGE_COLUMNS, "far_from_training")):
            value = ours[column]
            if same_bid or not _at_the_bid(column):
                yield note["loan_id"], column, value, row[column], _difference(note, column, value, row)


def _at_the_bid(column: str) -> bool:
    """Whether a column is a return or a share at the bid: where a bid sits on a whole dollar it may differ by one."""
    measures = [f"{measure}_{o}" for measure in ("roi", "yield", "months") for o in OUTCOMES]
    at_bid = column.startswith(("bid_pct", "expected_", "loss_")) and column != "expected_price"
    return at_bid or column in measures


def _difference(note: dict, column: str, ours: object, row: dict) -> float:
    theirs = row[column]
    if column in (*TEXTS, "flags"):
        return 0.0 if ours == theirs else math.inf
    if math.isnan(ours) or math.isnan(theirs):
        return 0.0 if math.isnan(ours) and math.isnan(theirs) else math.inf
    gap = abs(ours - theirs)
    measure = column
    for o in OUTCOMES:
        measure = measure.removesuffix(f"_{o}")
    if column in BIDS:
        unrounded = row["unrounded_bids"][BIDS.index(column)] + 1e-6
        on_the_dollar = abs(unrounded - round(unrounded)) < 1e-6 * note["upb"]
        return 0.0 if gap == 0 or (gap == 1 and on_the_dollar) else math.inf
    if measure in OF_UPB:
        return gap / (1e-6 * note["upb"])
    if measure in RATES:
        return gap / 1e-7
    return gap / (1e-9 * max(abs(theirs), 1.0))
