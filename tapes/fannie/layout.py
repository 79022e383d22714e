"""The layout of the two files and what their codes mean here, as data."""

from __future__ import annotations

from tapes.resolutions import Terminal

ACQUISITION = (
    "loan_id",
    "channel",
    "seller",
    "original_rate",
    "original_upb",
    "original_term",
    "origination",
    "first_payment",
    "original_ltv",
    "original_cltv",
    "borrowers",
    "dti",
    "credit_score",
    "first_time_buyer",
    "purpose",
    "property_type",
    "units",
    "occupancy",
    "state",
    "zip3",
    "mi_percent",
    "product_type",
    "co_borrower_score",
    "mi_type",
    "relocation",
)
"""Acquisition columns; some distributions add the quarter as a 26th."""

PERFORMANCE = (
    "loan_id",
    "period",
    "servicer",
    "rate",
    "upb",
    "loan_age",
    "months_to_legal_maturity",
    "adjusted_months_to_maturity",
    "maturity",
    "msa",
    "delinquency",
    "mod_flag",
    "zero_balance_code",
    "zero_balance_date",
    "last_paid_installment",
    "foreclosed",
    "disposed",
    "foreclosure_costs",
    "preservation_costs",
    "asset_recovery_costs",
    "miscellaneous_costs",
    "taxes",
    "net_sale_proceeds",
    "credit_enhancement_proceeds",
    "repurchase_proceeds",
    "other_proceeds",
    "non_interest_bearing_upb",
    "forgiven",
    "repurchase_flag",
    "forgiven_other",
    "transfer_flag",
)
"""Monthly performance columns."""

TERMINALS: dict[int, Terminal] = {
    1: Terminal.PAYOFF,
    2: Terminal.THIRD_PARTY,
    3: Terminal.SHORT_SALE,
    6: Terminal.REPURCHASE,
    9: Terminal.REO,
    15: Terminal.NOTE_SALE,
    16: Terminal.NOTE_SALE,
    96: Terminal.OTHER_REMOVAL,
    97: Terminal.OTHER_REMOVAL,
    98: Terminal.OTHER_REMOVAL,
}
"""Zero balance codes."""

TERMINAL_MEANINGS = {
    1: "prepaid or matured -> reperform, payoff",
    2: "third-party sale -> foreclosure, third_party",
    3: "short sale -> deed_in_lieu, short_sale",
    6: "repurchased -> censored",
    9: "deed in lieu or REO disposition, not told apart -> foreclosure, reo",
    15: "sold as a non-performing note -> censored",
    16: "sold as a re-performing note -> censored",
    96: "removed, no credit event -> censored",
    97: "delinquent (credit event date) -> censored",
    98: "other credit event -> censored",
}

PROPERTY_TYPES = {"SF": "single_family", "CO": "condo", "CP": "coop", "MH": "manufactured", "PU": "pud"}
"""With two to four units every type counts as ``2-4_unit``."""

OCCUPANCIES = {"P": "owner", "S": "unknown", "I": "tenant", "U": "unknown"}
"""As stated at origination: principal residence, second home, investor, unknown."""

BANDS = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 11), (12, 23), (24, 999))
"""Bands of months behind, first and last; by default one snapshot a loan is drawn within each."""

MAPPING = """\
Mapping of Fannie Mae's files (layout of before October 2020) to the contract:
  as_of_date         the end of the reporting month; payments up to and including it, the outcome strictly after it
  months behind      the file's delinquency status (MBA method); X, blank and negative codes are unknown
  upb                current UPB less the part that bears no interest (that is deferred_balance); while the file leaves it
                     blank, in the first six months, the balance that the original terms give for the instalments paid
  as_is_value        original UPB / original LTV, dated at origination: every note carries W_VALUE_AT_ORIGINATION
  property_type      SF single_family, CO condo, CP coop, MH manufactured, PU pud; two to four units 2-4_unit
  occupancy          as stated at origination: P owner, I tenant, S and U unknown
  modification_date  the end of the first month with the modification flag; a later modification of a modified note does
                     not show, and forbearance, repayment plans and deferrals do not show at all
  lien_position      1: the agency buys first liens only
  net_proceeds       net sale proceeds; neither mortgage insurance nor repurchase payments, which no note buyer gets
  left out           amount_received, taxes, advances, legal stage and bankruptcy: the files do not hold them
Deed in lieu: code 09 is "deed in lieu; REO disposition" in one, and counts as foreclosure, reo.  So deed_in_lieu holds short
sales only, and a model trained on these files alone cannot split the two as a private desk sees them."""
