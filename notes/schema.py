"""The canonical columns of a tape, as data: name, kind, unit, meaning, codes and the range that a value must lie in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, which settles its dtype and its missing value."""

    TEXT = "text"
    """str; missing is NaN."""
    CODE = "code"
    """str, one of the field's codes; missing is NaN."""
    DATE = "date"
    """datetime64[s], a calendar day; missing is NaT."""
    MONEY = "money"
    """float64, US dollars; missing is NaN."""
    RATE = "rate"
    """float64, annual fraction (0.075 is 7.5 %); missing is NaN."""
    SHARE = "share"
    """float64, fraction; missing is NaN."""
    NUMBER = "number"
    """float64; missing is NaN."""
    FLAG = "flag"
    """boolean (nullable); missing is NA."""


@dataclass(frozen=True)
class Field:
    """One canonical column.

    Parameters
    ----------
    low, high
        The closed range that a value must lie in, in the column's unit; None where there is no bound.
    required
        A note without it cannot be priced (``note_rate`` and ``p_and_i``: one of the two; ``senior_lien_balance``: for
        a junior lien only; those rules live in :mod:`tapes`).
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False


STATES: tuple[str, ...] = (
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
)
"""The fifty states and the District of Columbia."""

_T, _C, _D, _M, _R, _S, _N, _F = (
    Kind.TEXT,
    Kind.CODE,
    Kind.DATE,
    Kind.MONEY,
    Kind.RATE,
    Kind.SHARE,
    Kind.NUMBER,
    Kind.FLAG,
)
_MAX_MONEY = 1e9


def _money(name: str, meaning: str, *, low: float = 0.0, required: bool = False) -> Field:
    return Field(name, _M, meaning, "US dollars", low=low, high=_MAX_MONEY, required=required)


def _date(name: str, meaning: str) -> Field:
    return Field(name, _D, meaning, "date")


def _rate(name: str, meaning: str, low: float = 0.0) -> Field:
    return Field(name, _R, meaning, "annual fraction", low=low, high=0.6)


FIELDS: tuple[Field, ...] = (
    Field("loan_id", _T, "The seller's number for the loan, kept as written: leading zeros count", required=True),
    Field("seller", _T, "Who offers the note; with loan_id and as_of_date it identifies a row"),
    _date("as_of_date", "The day on which everything in the row was known (cut-off date)"),
    Field("lien_position", _N, "1 first lien, 2 second, 3 third", "ordinal", low=1, high=9, required=True),
    _money("original_balance", "Principal at origination"),
    _date("origination_date", "Date of the note"),
    _date("first_payment_date", "When the first instalment was due"),
    _date("maturity_date", "When the last instalment is due; before as_of_date the note has matured"),
    _date("balloon_date", "When a balloon is due, if before full amortisation"),
    _date("io_end_date", "Last month of an interest-only period"),
    _rate("note_rate", "Current interest rate"),
    _money("p_and_i", "Monthly instalment of principal and interest"),
    Field("rate_type", _C, "How the rate moves", codes=("fixed", "arm", "step")),
    _date("next_rate_reset_date", "Next date on which the rate changes"),
    Field("arm_index", _T, "Name of the index of an adjustable rate"),
    _rate("arm_margin", "Margin over the index", low=-0.1),
    _rate("rate_cap_periodic", "Most that the rate may move at one reset"),
    _rate("rate_cap_life", "Highest rate over the life of the note"),
    _rate("rate_floor", "Lowest rate over the life of the note"),
    _money("upb", "Unpaid principal balance that bears interest, without what is deferred", required=True),
    _money("deferred_balance", "Principal deferred or forborne, bearing no interest, due at the end"),
    _money("accrued_interest", "Interest accrued and unpaid"),
    _money("escrow_advance", "Tax and insurance advanced for the borrower and recoverable"),
    _money("corporate_advance", "Legal and preservation costs advanced and recoverable"),
    _money("late_charges", "Late charges billed and unpaid"),
    _money("suspense_balance", "Borrower money held unapplied; it reduces the debt"),
    _money("legal_balance", "Total debt as the seller states it"),
    _money("senior_lien_balance", "Debt on liens ahead of this one"),
    Field(
        "senior_lien_status",
        _C,
        "How the senior lien stands",
        codes=("none", "current", "delinquent", "foreclosure", "unknown"),
    ),
    _money("senior_payment", "Monthly payment on the senior lien"),
    _money("junior_liens_balance", "Debt on liens behind this one"),
    _money("delinquent_taxes", "Property tax unpaid and ahead of every lien"),
    _money("annual_property_tax", "Property tax a year"),
    _money("annual_insurance", "Hazard insurance a year"),
    Field("escrowed", _F, "Whether the servicer pays tax and insurance from an escrow account"),
    Field("property_state", _C, "Postal code of the state", codes=STATES, required=True),
    Field("property_zip", _T, "ZIP code, for reports only; never a feature"),
    Field(
        "property_type",
        _C,
        "What stands on the land",
        codes=(
            "single_family",
            "condo",
            "townhouse",
            "pud",
            "2-4_unit",
            "manufactured",
            "coop",
            "land",
            "mixed_use",
            "commercial",
            "other",
        ),
    ),
    Field("units", _N, "Dwelling units", "count", low=1, high=10_000),
    Field("occupancy", _C, "Who lives there now", codes=("owner", "tenant", "vacant", "unknown")),
    _money("as_is_value", "Value of the property as it stands (broker price opinion, BPO, or the like)", required=True),
    _date("valuation_date", "Date of as_is_value"),
    Field(
        "valuation_type",
        _C,
        "How as_is_value was found",
        codes=("appraisal", "bpo_interior", "bpo_exterior", "avm", "tax", "seller", "original", "unknown"),
    ),
    _money("original_value", "Value of the property at origination"),
    Field("mi_coverage", _S, "Share of a loss that mortgage insurance pays", "fraction", low=0, high=1),
    _date("next_due_date", "Due date of the oldest unpaid instalment"),
    _date("paid_to_date", "Due date of the last instalment that is paid (interest paid to)"),
    _date("last_payment_date", "When money last came in; not the same as paid_to_date"),
    _money("last_payment_amount", "What came in then"),
    Field("pay_string", _T, "Months behind at each month end, oldest first, the last for the month of as_of_date"),
    Field(
        "foreclosure_status",
        _C,
        "How far a foreclosure has gone",
        codes=("none", "referred", "filed", "judgment", "sale_scheduled"),
    ),
    _date("foreclosure_referral_date", "When the file went to the attorney or trustee"),
    _date("foreclosure_sale_date", "When the sale is scheduled"),
    _date("acceleration_date", "When the whole debt was called due"),
    Field("bankruptcy_chapter", _C, "Chapter of an active bankruptcy; empty when none", codes=("7", "11", "12", "13")),
    _date("bankruptcy_filed_date", "When the active bankruptcy was filed"),
    Field(
        "loss_mitigation_status",
        _C,
        "Workout under way",
        codes=("none", "review", "trial", "repayment_plan", "forbearance", "deferral", "modification"),
    ),
    _date("modification_date", "When the terms were last modified"),
    Field(
        "note_doc_status",
        _C,
        "Where the original note is",
        codes=("original", "copy", "lost_note_affidavit", "missing"),
    ),
    Field("assignment_chain_complete", _F, "Whether every assignment of the mortgage is at hand"),
    Field("recourse", _F, "Whether the borrower owes a deficiency"),
    Field("credit_score", _N, "Credit score, latest known", "points", low=300, high=850),
    Field("dti", _S, "Debt payments over income at origination", "fraction", low=0, high=5),
    Field("original_ltv", _S, "Loan-to-value at origination", "fraction", low=0, high=5),
    Field(
        "doc_type",
        _C,
        "How income was documented",
        codes=("full", "alternative", "bank_statement", "asset", "dscr", "stated", "none"),
    ),
    Field("dscr", _N, "Rent over debt service at origination", "ratio", low=0, high=20),
    Field("self_employed", _F, "Whether the borrower is self-employed"),
    Field("grace_days", _N, "Days after the due date before a late charge, from the note", "days", low=0, high=365),
    Field(
        "default_trigger_days",
        _N,
        "Days past due at which the note may be called, from the note",
        "days",
        low=0,
        high=3650,
    ),
    Field("cure_days", _N, "Days that the note gives to cure after a demand", "days", low=0, high=3650),
    Field(
        "demand_letter_days", _N, "Days past due at which the note calls for a demand letter", "days", low=0, high=3650
    ),
    _money("ask_price", "What the seller asks"),
)

_BY_NAME = {one.name: one for one in FIELDS}


def field(name: str) -> Field:
    """Look a canonical column up by name.

    Raises
    ------
    KeyError
        There is no such column.
    """
    return _BY_NAME[name]
