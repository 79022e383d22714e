"""The columns that files have beyond the notes' own: of resolutions and of payments, as data."""

from __future__ import annotations

from notes import OUTCOME_DETAILS, OUTCOMES
from notes.schema import FIELDS, Field, Kind

RESOLUTION_FIELDS: tuple[Field, ...] = (
    Field("outcome", Kind.CODE, "How the note ended; empty while it is open", codes=tuple(OUTCOMES)),
    Field(
        "outcome_detail",
        Kind.CODE,
        "By which way it ended",
        codes=tuple(detail for details in OUTCOME_DETAILS.values() for detail in details),
    ),
    Field("resolution_date", Kind.DATE, "Month end of the deciding event; empty while the note is open", "date"),
    Field(
        "observed_through", Kind.DATE, "The last day on which an outcome could have been seen", "date", required=True
    ),
    Field(
        "net_proceeds",
        Kind.MONEY,
        "Cash at resolution less costs paid then, without earlier payments and carry",
        "US dollars",
        low=-1e9,
        high=1e9,
    ),
    Field("gross_proceeds", Kind.MONEY, "Cash at resolution before costs", "US dollars", low=0, high=1e9),
    Field("resolution_costs", Kind.MONEY, "Costs paid at resolution", "US dollars", low=0, high=1e9),
)
"""What a resolutions file has beyond a tape's columns."""

PAYMENT_FIELDS: tuple[Field, ...] = (
    Field("loan_id", Kind.TEXT, "As on the tape", required=True),
    Field(
        "month",
        Kind.TEXT,
        "Calendar month YYYY-MM (a date stands for its month), up to and including that of as_of_date",
    ),
    Field(
        "months_delinquent",
        Kind.NUMBER,
        "Months behind at the end of the month by the MBA method; empty unknown",
        "months",
        low=0,
        high=600,
    ),
    Field(
        "amount_received",
        Kind.MONEY,
        "Received in the month, reversals negative; 0 is known to be nothing, empty unknown",
        "US dollars",
        low=-1e9,
        high=1e9,
    ),
    Field("payment_date", Kind.DATE, "In a ledger: the day on which amount_received came", "date"),
    Field("transaction_type", Kind.TEXT, "In a ledger: what the row is; fees and disbursements are not counted"),
    Field("as_of_date", Kind.DATE, "Of the snapshot that the row belongs to, where a loan has several", "date"),
    Field("seller", Kind.TEXT, "As on the tape, where two sellers use one loan_id"),
)
"""A payments file: one row a note and month, or a ledger of one row a receipt."""

SELLER_FIELDS: tuple[Field, ...] = (
    Field(
        "days_past_due", Kind.NUMBER, "Days since the due date; negative is paid ahead", "days", low=-3650, high=36500
    ),
    Field("months_delinquent", Kind.TEXT, "Months or bucket behind on as_of_date, as the seller counts"),
    Field("delinquency_method", Kind.CODE, "How the seller counts months behind", codes=("mba", "ots")),
    Field("loan_status", Kind.TEXT, "How the seller calls the note's state"),
    Field("loan_type", Kind.TEXT, "Program or product: conventional, FHA, HELOC, reverse, contract for deed"),
    Field("foreclosure_flag", Kind.FLAG, "Whether the note is in foreclosure"),
    Field("foreclosure_first_legal_date", Kind.DATE, "When the first court filing or notice was made"),
    Field("foreclosure_judgment_date", Kind.DATE, "When judgment was entered"),
    Field("reo_flag", Kind.FLAG, "Whether the lender owns the property already"),
    Field("bankruptcy_flag", Kind.FLAG, "Whether a bankruptcy is open"),
    Field("bankruptcy_status", Kind.TEXT, "How the bankruptcy stands: active, dismissed, discharged"),
    Field("modification_flag", Kind.FLAG, "Whether the note was modified"),
    Field("modified_maturity_date", Kind.DATE, "Maturity since the modification; it goes before maturity_date", "date"),
    Field("arm_flag", Kind.FLAG, "Whether the rate is adjustable"),
    Field("remaining_term", Kind.NUMBER, "Months to maturity", "months", low=-600, high=720),
)
"""Columns that sellers have beside the canonical ones, from which a canonical one is told where it is empty, or checked."""

TAPE_NAMES = frozenset(one.name for one in FIELDS)
RESOLUTION_NAMES = TAPE_NAMES | {one.name for one in RESOLUTION_FIELDS}
PAYMENT_NAMES = frozenset(one.name for one in PAYMENT_FIELDS)
SELLER_NAMES = frozenset(one.name for one in SELLER_FIELDS)
FIELD_BY_NAME = {one.name: one for one in (*SELLER_FIELDS, *PAYMENT_FIELDS, *RESOLUTION_FIELDS, *FIELDS)}
"""Every field that a column can be; of two of one name the tape's."""
