"""The columns of a bid sheet: how each is written and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from notes import OUTCOMES


class Format(StrEnum):
    """How a column's numbers are written."""

    TEXT = "text"
    DOLLARS = "dollars"
    """Whole dollars, rounded down by pricing."""
    MONEY = "money"
    """Dollars with two decimals."""
    SHARE = "share"
    """A fraction, in shortest round-trip form; a person sees per cent."""
    MONTHS = "months"


@dataclass(frozen=True)
class BidColumn:
    """One column of ``bids.csv``, ``bids.xlsx`` and the page."""

    name: str
    format: Format
    meaning: str
    width: int = 12
    heading: str = ""
    """What a person reads above it; empty: the name."""


def _per_outcome(prefix: str, style: Format, meaning: str) -> list[BidColumn]:
    return [
        BidColumn(f"{prefix}_{outcome}", style, meaning.format(outcome=outcome.replace("_", " ")))
        for outcome in OUTCOMES
    ]


def _ranges() -> list[BidColumn]:
    return [
        BidColumn(
            f"p_{outcome}_{end}",
            Format.SHARE,
            f"The {end} end of the doubt about the probability of {outcome.replace('_', ' ')}; see {HOW_SURE} below",
        )
        for outcome in OUTCOMES
        for end in ("low", "high")
    ]


def _bid_end(name: str, moved: str) -> BidColumn:
    worst = ", no worst case" if name == "bid_low" else ", no best case"
    meaning = (
        f"The bid if the probabilities were at those of their 5 % and 95 % points that {moved} it{worst}; "
        "bid_low, bid and bid_high are equal where a cap holds the bid whatever the odds"
    )
    return BidColumn(name, Format.DOLLARS, meaning)


HOW_SURE = "How sure the model is"
RANGE_NOTES: tuple[tuple[str, str], ...] = (
    (HOW_SURE, "p_..._low to p_..._high is doubt about a probability, not a range of what may happen to the note"),
    ("", "On made notes nine in ten true probabilities lie between low and high, give or take five in a hundred"),
    ("", "Each outcome's interval stands for itself: the low ends of a note do not sum to 1, nor do the high ones"),
    ("", "Deeds in lieu are the least sure: there are few of them to learn from"),
    (
        "",
        "bid_low and bid_high tell how the bid moves with the probabilities alone; the value of the house may do more",
    ),
)
"""What a person must know of the interval columns; a heading and a line a row, as in the workbook's read-me sheet."""

BID_COLUMNS: tuple[BidColumn, ...] = (
    BidColumn("loan_id", Format.TEXT, "The seller's number for the loan", 34),
    BidColumn("bid_status", Format.TEXT, "BID; REVIEW: a bid that a person must look at first; NO_BID", 10),
    BidColumn("no_bid_reason", Format.TEXT, "Why there is no bid", 22),
    *_per_outcome("p", Format.SHARE, "Probability that the note ends in {outcome}"),
    *_per_outcome("required_yield", Format.SHARE, "Annual effective yield required if it ends in {outcome}"),
    *_per_outcome(
        "price", Format.MONEY, "Price that pays the required return if it ends in {outcome}; may be negative"
    ),
    *_per_outcome("roi", Format.SHARE, "Undiscounted net profit over capital at the bid if it ends in {outcome}"),
    *_per_outcome("yield", Format.SHARE, "Annual effective yield at the bid if it ends in {outcome}"),
    *_per_outcome("months", Format.MONTHS, "Expected months from closing to the last flow if it ends in {outcome}"),
    BidColumn("expected_price", Format.MONEY, "The four prices weighted by their probabilities"),
    BidColumn("floor_price", Format.MONEY, "Largest price at which the expected shortfall stays tolerable"),
    BidColumn("max_bid", Format.DOLLARS, "The most to pay"),
    BidColumn("bid", Format.DOLLARS, "The bid: max_bid less the margin"),
    BidColumn("opening_bid", Format.DOLLARS, "Where to open"),
    BidColumn("bid_pct_upb", Format.SHARE, "Bid over unpaid principal balance"),
    BidColumn("bid_pct_value", Format.SHARE, "Bid over as-is value"),
    BidColumn("bid_pct_legal_balance", Format.SHARE, "Bid over legal balance"),
    BidColumn("binding_outcome", Format.TEXT, "The outcome that holds the floor price down", 16),
    BidColumn("expected_roi", Format.SHARE, "Expected profit over expected capital at the bid"),
    BidColumn("expected_yield", Format.SHARE, "Yield of the expected flows at the bid"),
    BidColumn("expected_months", Format.MONTHS, "Expected months to the last flow"),
    BidColumn(
        "loss_probability",
        Format.SHARE,
        "Probability that the undiscounted profit is negative at the bid, values, costs and months as assumed",
    ),
    BidColumn("legal_balance", Format.MONEY, "Total debt at closing"),
    BidColumn("months_delinquent", Format.MONTHS, "Months behind on the as-of date, MBA method"),
    BidColumn("flags", Format.TEXT, "Codes of what was filled, assumed or doubtful, each explained in docs", 40),
    *_ranges(),
    _bid_end("bid_low", "lower"),
    _bid_end("bid_high", "raise"),
    BidColumn(
        "far_from_training", Format.TEXT, "What of the note lies outside the notes that the model learned from", 40
    ),
)

OVERVIEW_COLUMNS: tuple[BidColumn, ...] = (
    BidColumn("loan_id", Format.TEXT, "", 36, "Loan"),
    BidColumn("bid_status", Format.TEXT, "", 10, "Status"),
    BidColumn("property_state", Format.TEXT, "", 7, "State"),
    BidColumn("lien_position", Format.DOLLARS, "", 6, "Lien"),
    BidColumn("months_delinquent", Format.DOLLARS, "", 8, "Months behind"),
    BidColumn("upb", Format.MONEY, "", 12, "UPB"),
    BidColumn("legal_balance", Format.MONEY, "", 12, "Legal balance"),
    BidColumn("as_is_value", Format.MONEY, "", 12, "As-is value"),
    *(BidColumn(f"p_{one}", Format.SHARE, "", 11, f"Odds of {one.replace('_', ' ')}") for one in OUTCOMES),
    BidColumn("bid", Format.DOLLARS, "", 12, "Bid"),
    BidColumn("bid_low", Format.DOLLARS, "", 12, "Bid, low end"),
    BidColumn("bid_high", Format.DOLLARS, "", 12, "Bid, high end"),
    BidColumn("bid_pct_upb", Format.SHARE, "", 8, "Bid, % of UPB"),
    BidColumn("bid_pct_value", Format.SHARE, "", 8, "Bid, % of value"),
    BidColumn("expected_yield", Format.SHARE, "", 9, "Expected yield"),
    BidColumn("expected_months", Format.MONTHS, "", 9, "Expected months"),
    BidColumn("loss_probability", Format.SHARE, "", 13, "Odds of a loss if values hold"),
    BidColumn("binding_outcome", Format.TEXT, "", 16, "Binding outcome"),
    BidColumn("no_bid_reason", Format.TEXT, "", 16, "Why no bid"),
    BidColumn("flags", Format.TEXT, "", 60, "Flags"),
)
"""What a person looks at first: the note and its bid in one row that fits a screen."""

CONTEXT_COLUMNS = ("property_state", "lien_position", "upb", "as_is_value")
"""What the overview takes from the tape."""
