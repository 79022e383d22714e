"""What a seller is asked about each code, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Part(IntEnum):
    """The parts of the list, in order."""

    TAPE = 1
    MISSING = 2
    CONFIRM = 3


@dataclass(frozen=True)
class Ask:
    """A question that a code stands for.

    Parameters
    ----------
    topic
        What it is about, in a few words.
    text
        One or two sentences; the loans follow.
    shows_rows
        The row in the seller's file is named beside the loan.
    """

    topic: str
    text: str
    shows_rows: bool = False


MISSING_TEXTS: dict[str, str] = {
    "senior_lien_balance": (
        "These are junior liens, and the balance of the senior liens is blank. Please send the current balance of "
        "every lien ahead of the loan."
    ),
    "next_due_date": (
        "The tape does not show how far behind these loans are. Please send the next due date or the paid-to date."
    ),
    "note_rate": (
        "Neither the interest rate nor the monthly payment is given. Please send the current interest rate and the "
        "monthly principal and interest payment."
    ),
    "as_is_value": (
        "No current as-is value is given. Please send the latest BPO or appraisal value, with its date and type."
    ),
}
"""Where more is to be said than that a field is blank."""

CELL = Ask("", "")
"""Stands for a code that says nothing but that a cell is blank or cannot be read: the field words the question."""

ASKS: dict[str, Ask | None] = {
    "E_RESOLVED": Ask(
        "Loans that appear to be resolved already",
        "The tape shows the following as paid off, REO, deed received or without a balance. Please confirm that "
        "they should come off the tape, or correct the entries.",
    ),
    "E_DOMAIN": Ask(
        "Collateral or loan type",
        "The following do not look like closed-end loans secured by a single one- to four-unit residential "
        "property. Please confirm the loan type, the property type and the number of units, or take them off the "
        "tape.",
    ),
    "E_DUP": Ask(
        "Loan numbers with conflicting rows",
        "The following loan numbers appear more than once, with different information. Please tell us which row is "
        "right, or whether they are different loans.",
        shows_rows=True,
    ),
    "E_ID_DAMAGED": Ask(
        "Loan numbers",
        "The following loan numbers were rounded by a spreadsheet, so that several loans share one. Please send the file "
        "with the loan numbers as text.",
        shows_rows=True,
    ),
    "E_DUP_SAME": Ask(
        "Repeated rows",
        "The following rows repeat an earlier row for the same loan. Please confirm that each is one loan only.",
        shows_rows=True,
    ),
    "E_NO_ID": Ask(
        "Loan numbers",
        "Please send the loan number for the following rows, which have none that we can use.",
        shows_rows=True,
    ),
    "E_TOTAL": Ask(
        "Totals",
        "The following totals on the tape do not agree with the loans on it. Please tell us whether a loan is missing, or "
        "confirm that the list of loans is complete.",
        shows_rows=True,
    ),
    "E_RAGGED": Ask(
        "Rows out of line",
        "The following rows have more or fewer cells than the header, so that entries may sit under the wrong "
        "heading. Please send them again.",
        shows_rows=True,
    ),
    "E_AS_OF": Ask("As-of date", "Please confirm the as-of date of the following rows.", shows_rows=True),
    "E_SEVERAL_PROPERTIES": Ask(
        "Loans on several properties",
        "The following loan numbers have a row for each of several properties. Please confirm that each is one loan "
        "secured by all of them, and that its balance is given once.",
        shows_rows=True,
    ),
    # One cell, in the words of its field.
    "E_STATUS": CELL,
    "E_UPB": CELL,
    "E_VALUE": CELL,
    "E_STATE": CELL,
    "E_RATE": CELL,
    "E_LIEN": CELL,
    "E_SENIOR": CELL,
    "E_DUE": CELL,
    "E_MONEY": CELL,
    "E_SHARE": CELL,
    "E_NUMBER": CELL,
    "E_DATE": CELL,
    "E_CODE": CELL,
    "E_FLAG": CELL,
    "E_TEXT": CELL,
    "E_RATE_UNIT": CELL,
    "E_PAYSTRING": CELL,
    "E_PAYSTRING_NUMERIC": Ask(
        "Payment history strings",
        "The payment history of the following loans seems to have been turned into a number, which drops leading "
        "zeros. Please send the column again, formatted as text.",
    ),
    "E_PAYMENT": Ask(
        "Payment history",
        "The payment history file has entries for the following loans that we could not read. Please check and send "
        "it again.",
    ),
    "E_FUTURE": Ask(
        "Dates after the tape", "The {field} lies after the as-of date of the tape. Please confirm or correct it."
    ),
    "E_ORDER": Ask(
        "Dates out of order",
        "The {field} comes before an earlier event of the loan. Please confirm or correct the dates.",
    ),
    # Of resolutions of our own, which no seller sends.
    "E_OUTCOME": None,
    "E_LOAN_ENDS": None,
    "E_OBSERVED": None,
    # Loans that can be worked with, and should be confirmed.
    "W_TAPE_OLD": Ask("Date of the tape", "If a more recent tape is available, please send it."),
    "W_LIEN_ASSUMED": Ask("Lien position", "The lien position is blank. Please send it."),
    "W_LIEN_SENIOR": Ask(
        "Senior liens on first liens",
        "The following are shown as first liens and have a senior lien balance too. Please confirm the lien "
        "position and any senior debt.",
    ),
    "W_STATUS_FLOOR": Ask(
        "How far behind",
        "The tape only shows that these loans are so many months behind or more. Please send the next due date.",
    ),
    "W_DUE_DERIVED": Ask(
        "Next due date", "The tape shows days past due, but no due date. Please send the next due date."
    ),
    "W_DUE_DAYS": Ask(
        "Days past due and due date",
        "The days past due and the due date do not agree with each other. Please confirm both.",
    ),
    "W_METHOD": Ask(
        "How delinquency is counted",
        "Please tell us whether the delinquency of these loans is counted by the MBA or the OTS method, and send "
        "the next due dates.",
    ),
    "W_PAYSTRING_CODE": Ask(
        "Payment history codes", "The payment history has codes that we do not know. Please send their meanings."
    ),
    "W_STATUS_UNKNOWN": Ask(
        "Loan status", "Please tell us what the following loan statuses mean, and that the loans are still active."
    ),
    "W_CODE_UNKNOWN": Ask("Wordings", "Please tell us what the following entries for the {field} mean."),
    "W_CODE_UNSURE": Ask(
        "Wordings", "The following entries for the {field} can mean more than one thing. Please specify."
    ),
    "W_PROPERTY_TYPE": Ask("Property type", "Please tell us what kind of property the following are."),
    "W_DATE_MASKED": Ask("Masked dates", "The {field} is masked. Please send the date."),
    "W_STATUS_DERIVED": Ask(
        "Foreclosure and workout stage",
        "These loans seem to be in foreclosure or in a workout plan, but the stage is not shown. Please send the stage and "
        "its dates.",
    ),
    "W_FORECLOSURE_HOLD": Ask(
        "Foreclosures on hold",
        "Foreclosure is on hold. Please tell us why, and at what stage it stopped.",
    ),
    "W_BANKRUPTCY_CHAPTER": Ask(
        "Bankruptcy",
        "The entries on bankruptcy are incomplete or do not agree with each other. Please send the chapter, filing "
        "date and current status.",
    ),
    "W_BANKRUPTCY_OVER": Ask(
        "Bankruptcies that have ended",
        "Please tell us how the bankruptcy ended and when, and whether the debt was discharged or reaffirmed.",
    ),
    "W_CHARGED_OFF": Ask(
        "Loans charged off",
        "These loans are shown as charged off. Please confirm that they are still owed in full and that no Form "
        "1099-C was issued.",
    ),
    "W_MODIFICATION_UNDATED": Ask(
        "Modified loans", "These loans were modified. Please send the date and the terms of the modification."
    ),
    "W_LOAN_TYPE": Ask(
        "Business-purpose loans",
        "These look like business-purpose loans. Please confirm the purpose, and tell us whether there are guarantors.",
    ),
    "W_UPB_IS_VALUE": Ask(
        "Balance and value",
        "The unpaid principal balance and the property value are the same amount. Please confirm both.",
    ),
    "W_RATE_ZERO": Ask(
        "Interest rate",
        "The interest rate is 0, although the payment is more than principal. Please send the current rate.",
    ),
    "W_COMMENT": Ask(
        "Comments",
        "A comment on the tape says that the following loans are paid off, taken back, withdrawn or no mortgage loans. "
        "Please confirm the current status of each.",
    ),
    "W_ROW_HIDDEN": Ask(
        "Hidden rows",
        "The rows of the following loans are hidden in the workbook. Please confirm that they are offered.",
        shows_rows=True,
    ),
    "W_AS_OF_APART": Ask(
        "As-of date",
        "The following loans carry another as-of date than the rest of the tape. Please send their current figures.",
    ),
    "W_RATE_HIGH": Ask("Interest rate", "The interest rate is above 36%. Please confirm it."),
    "W_RATE_LOW": Ask("Interest rate", "The {field} is below 1%. Please confirm it."),
    "W_MATURITY_MODIFIED": Ask(
        "Maturity date", "The tape shows two maturity dates, one of a modification. Please confirm the current one."
    ),
    "W_RATE_TYPE": Ask(
        "Rate type", "One column shows the rate as fixed, another as adjustable. Please tell us which is right."
    ),
    "W_MATURITY_DERIVED": Ask(
        "Maturity date", "The tape shows the remaining term, but no maturity date. Please send the maturity date."
    ),
    "W_P_AND_I_TERMS": Ask(
        "Payment and terms",
        "The monthly principal and interest payment does not fit the rate, term and balance. Please confirm all of "
        "them.",
    ),
    "W_VALUE_RANGE": Ask(
        "Balance and value", "Debt and property value are very far apart. Please confirm both for the following loans."
    ),
    "W_UPB_ORIGINAL": Ask(
        "Balance above the original balance",
        "The unpaid principal balance is well above the original balance. Please confirm both, and send the "
        "modification agreement if the loan was modified.",
    ),
    "W_P_AND_I": Ask(
        "Monthly payment",
        "The principal and interest payment looks high for the balance and term. Please confirm that it is a "
        "monthly amount in dollars.",
    ),
    "W_VALUE_AT_ORIGINATION": Ask(
        "Value at origination",
        "The property value is the one at origination. If there is a more recent BPO or appraisal, please send its "
        "value, date and type.",
    ),
    "W_VALUE_OLD": Ask(
        "Older valuations",
        "The valuation is more than a year older than the tape. If there is a more recent BPO or appraisal, please "
        "send its value, date and type.",
    ),
    "W_DUE_CONFLICT": Ask(
        "Paid-to date and next due date",
        "The paid-to date and the next due date do not agree with each other. Please confirm both.",
    ),
    "W_DUE_HISTORY": Ask(
        "Due date and payment history",
        "The due date does not agree with the payment history or with the loan status. Please confirm the due date and "
        "send the payment ledger.",
    ),
    "W_PAYSTRING_CONFLICT": Ask(
        "Payment history string and payment file",
        "The payment history string on the tape and the payment file differ. Please tell us which is right.",
    ),
    "W_PAID_AHEAD": Ask(
        "Paid ahead", "The next due date is more than a year after the as-of date of the tape. Please confirm it."
    ),
    "W_SALE_DATE_PAST": Ask(
        "Foreclosure sales",
        "The foreclosure sale was scheduled for a date before the as-of date of the tape. Please tell us whether it "
        "took place, and with what result, or the new date.",
    ),
    "W_FORECLOSURE_CONFLICT": Ask(
        "Foreclosure",
        "The foreclosure status and another column (an indicator, the loan status or a sale date) contradict each other. "
        "Please tell us whether there is a foreclosure.",
    ),
    "W_ID_DAMAGED": Ask(
        "Loan numbers",
        "The following loan numbers seem to have been shortened by a spreadsheet. Please send them again as text.",
        shows_rows=True,
    ),
    "W_ID_SPELLING": Ask(
        "Loan numbers written in two ways",
        "The following loan numbers differ only in leading zeros or a decimal. Please tell us which of them are one loan.",
        shows_rows=True,
    ),
    "W_CELL_ERROR": Ask(
        "Spreadsheet errors",
        "The rows of the following loans hold spreadsheet errors such as #N/A or #REF!. Please send them again with "
        "values.",
    ),
}
"""Every code of :data:`tapes.codes.CODES` and what a seller is asked about it; None: nothing."""
