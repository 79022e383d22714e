"""What a tape comes to, in a dozen figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome


@dataclass(frozen=True)
class BidSummary:
    """Totals of a bid sheet.

    Parameters
    ----------
    n_notes
        Notes priced.
    upb, as_is_value, bid
        US dollars over all priced notes.
    bid_share_of_upb, bid_share_of_value
        Total bid over the UPB (the value) of the notes that got a bid above 0; NaN when none did.
    outcome_mix
        Expected share of notes a outcome: the mean of the probabilities.
    statuses
        Notes a bid status, in the order BID, REVIEW, NO_BID.
    flags
        Notes a flag, most frequent first.
    """

    n_notes: int
    upb: float
    as_is_value: float
    bid: float
    bid_share_of_upb: float
    bid_share_of_value: float
    outcome_mix: dict[Outcome, float]
    statuses: dict[str, int]
    flags: dict[str, int]


def build_summary(bids: pd.DataFrame, upb: NDArray[np.float64], as_is_value: NDArray[np.float64]) -> BidSummary:
    """Add a bid sheet up.

    Parameters
    ----------
    bids
        The frame of a bid sheet, n rows.
    upb, as_is_value
        float64, shape (n,), US dollars.
    """
    bid = bids["bid"].to_numpy(dtype=np.float64)
    has_bid = bid > 0
    codes = bids["flags"].fillna("").str.split(";").explode()
    counted = codes[codes != ""].value_counts(sort=False)
    ordered = sorted(counted.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return BidSummary(
        n_notes=len(bids),
        upb=float(upb.sum()),
        as_is_value=float(as_is_value.sum()),
        bid=float(bid.sum()),
        bid_share_of_upb=_ratio(bid.sum(), upb[has_bid].sum()),
        bid_share_of_value=_ratio(bid.sum(), as_is_value[has_bid].sum()),
        outcome_mix={outcome: float(bids[f"p_{outcome}"].mean()) for outcome in OUTCOMES},
        statuses={status: int((bids["bid_status"] == status).sum()) for status in ("BID", "REVIEW", "NO_BID")},
        flags={str(code): int(count) for code, count in ordered},
    )


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")
