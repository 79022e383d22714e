"""What is wanted of every loan and asked for where it is not there, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """What is asked for where a loan lacks it, although it can be worked with.

    Parameters
    ----------
    topic
        What it is about.
    fields
        The fields that are asked for together.
    text
        The question where the whole tape lacks every one of them; empty: their names are put into a sentence.
    only
        A name in :data:`tapes.questions.KINDS_OF_LOANS`: which loans it concerns.
    where_blank
        A blank on a tape that has the column is asked about too; False where a blank is an answer (no bankruptcy).
    hint
        Added to the question where it names fields.
    """

    topic: str
    fields: tuple[str, ...]
    text: str = ""
    only: str = "all"
    where_blank: bool = True
    hint: str = ""


WANTED: tuple[Wanted, ...] = (
    Wanted("Interest rate and payment", ("note_rate", "p_and_i")),
    Wanted("Maturity", ("maturity_date",)),
    Wanted(
        "Valuation",
        ("valuation_date", "valuation_type"),
        "Please send the date and the type of each valuation (interior or exterior BPO, appraisal, AVM, tax "
        "assessment).",
    ),
    Wanted(
        "Occupancy",
        ("occupancy",),
        "Please send the current occupancy of each property: owner-occupied, tenant-occupied or vacant, with the "
        "date of the latest inspection.",
    ),
    Wanted("Property type", ("property_type",), "Please send the type of each property and its number of units."),
    Wanted(
        "Senior liens",
        ("senior_lien_status", "senior_payment"),
        "Please send the status and the monthly payment of the senior lien on each junior lien loan.",
        only="junior",
    ),
    Wanted(
        "Property taxes and insurance",
        ("delinquent_taxes", "annual_property_tax", "annual_insurance"),
        hint="Where no taxes are delinquent, please say so.",
    ),
    Wanted(
        "Amounts owed beside principal",
        ("accrued_interest", "escrow_advance", "corporate_advance"),
        hint="A payoff statement for each loan would answer this too.",
    ),
    Wanted(
        "Foreclosure",
        ("foreclosure_status",),
        "Please send the foreclosure status of each loan, with referral, first legal, judgment and scheduled sale "
        "dates, or tell us that there is none.",
        where_blank=False,
    ),
    Wanted(
        "Foreclosure dates",
        ("foreclosure_referral_date",),
        "Please send the date of referral to foreclosure for each loan in foreclosure.",
        only="in_foreclosure",
    ),
    Wanted("Foreclosure sale dates", ("foreclosure_sale_date",), only="sale_scheduled"),
    Wanted(
        "Bankruptcy",
        ("bankruptcy_chapter",),
        "Please tell us which borrowers are in bankruptcy, with chapter, filing date and status, or that none is.",
        where_blank=False,
    ),
    Wanted("Bankruptcy filing dates", ("bankruptcy_filed_date",), only="bankrupt"),
    Wanted(
        "Loss mitigation and modifications",
        ("loss_mitigation_status", "modification_date"),
        "Please tell us which loans were modified or are in loss mitigation, with the dates, the current terms and "
        "any deferred principal, or that none is.",
        where_blank=False,
    ),
    Wanted(
        "Adjustable rates",
        ("next_rate_reset_date", "arm_index", "arm_margin", "rate_cap_life"),
        "Please send the index, margin, caps and next reset date of each adjustable-rate loan.",
        only="adjustable",
    ),
    Wanted("Origination", ("original_balance", "origination_date")),
    Wanted(
        "Rate type", ("rate_type",), "Please tell us of each loan whether its rate is fixed, adjustable or a step rate."
    ),
    Wanted(
        "Collateral file",
        ("note_doc_status", "assignment_chain_complete"),
        "Please tell us of each loan whether there is an original note, a copy or a lost note affidavit, and "
        "whether the chain of assignments is complete.",
        hint="Is there an original note, a copy or a lost note affidavit, and is the chain of assignments complete?",
    ),
)
"""In the order in which they matter."""

HISTORY_TOPIC = "Payment history"
HISTORY_TEXT = (
    "Please send at least 24 months of payment history{whose}: for each month the amount received and the due date "
    "or status at month-end."
)
