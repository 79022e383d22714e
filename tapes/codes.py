"""Every code that a row can carry, as data: the rule that was broken and what to do about it.

``E_`` codes keep a row out of the bids and into ``exceptions.csv``; ``W_`` codes are flags on a priced row.
"""

from __future__ import annotations

from dataclasses import dataclass

from notes.frame import describe_domain
from notes.schema import FIELDS


@dataclass(frozen=True)
class Code:
    """One code.

    Parameters
    ----------
    rule
        What must hold.
    fix
        What to do; ``{domain}`` stands for what the field at fault may hold.
    """

    rule: str
    fix: str


CODES: dict[str, Code] = {
    # The row as a whole.
    "E_RAGGED": Code(
        "A row has as many cells as the heading.",
        "Put quotes around a cell that holds a comma, or add the missing cells.",
    ),
    "E_NO_ID": Code(
        "loan_id is there, is not a placeholder (0, N/A, none), and is printable text of at most 100 characters.",
        "Give the seller's loan number: printable, without control characters, at most 100 characters long.",
    ),
    "E_TOTAL": Code(
        "A row that says it is a total is the sum of the notes, to the cent or in whole dollars, and a count their number.",
        "Ask the seller whether a loan is missing, or the total of another day; the fix says how far off it is.",
    ),
    "E_DUP": Code(
        "loan_id, seller and as_of_date together name one row; these rows say different things about one note.",
        "Keep the right row, or tell two sellers apart in the seller column.",
    ),
    "E_ID_DAMAGED": Code(
        "A loan number that a spreadsheet has rounded stands on several rows: which loans they are cannot be told.",
        "Export the column as Text, or map the seller's other number to loan_id.",
    ),
    "E_DUP_SAME": Code("The row repeats an earlier row cell for cell; that one is priced.", "Drop the repeated row."),
    "E_RESOLVED": Code(
        "The note is still alive: principal is owed, no status says that it was paid off, sold, deeded or foreclosed, it is "
        "no real estate owned, and its pay string does not end in R.",
        "Take the note off the tape, or in resolutions give what was so on as_of_date; where only deferred principal is "
        "left, price it by hand.",
    ),
    "E_DOMAIN": Code(
        "The property is a home of one to four dwellings: no bare land, commercial or mixed-use property, no more units; "
        "and the loan is a mortgage repaid by instalments: no credit line, reverse mortgage, contract for deed or "
        "commercial loan.",
        "Price it elsewhere, or correct property_type, units or loan_type.",
    ),
    "E_SEVERAL_PROPERTIES": Code(
        "A row is a loan; these rows share a loan number and differ only in what they say of the property: one loan on "
        "several properties.",
        "Price it by hand, or give one row with the properties' values added up.",
    ),
    # What a bid cannot do without.
    "E_UPB": Code("upb is there: dollars from 0 up.", "Give the unpaid principal balance as a plain number: {domain}."),
    "E_VALUE": Code(
        "as_is_value is there: dollars above 0.", "Give the value as a plain number above 0; an unknown one is no zero."
    ),
    "E_STATE": Code(
        "property_state is there: a state or DC, by its code or name; a territory is not priced.",
        "Write the postal code, as in FL.",
    ),
    "E_RATE": Code(
        "note_rate or p_and_i is there, and a rate is a number that is not negative.",
        "Give the annual rate as a fraction (0.075) or the monthly instalment, above 0: {domain}.",
    ),
    "E_RATE_UNIT": Code(
        "A rate or share is in the unit of its column, which all its cells decide; under a canonical heading a fraction: "
        "0.075 is 7.5 %.",
        "Divide by 100 among fractions, times 100 among per cent: {domain}.",
    ),
    "E_LIEN": Code(
        "lien_position is a whole number from 1 up.",
        "Give 1, 2 or 3; --assume-first-lien takes an empty cell for 1 and flags it.",
    ),
    "E_SENIOR": Code(
        "A junior lien's senior_lien_balance is known, in dollars from 0 up.", "Give the debt on the liens ahead of it."
    ),
    "E_DUE": Code(
        "How far behind the note is can be known: next_due_date, paid_to_date, a payments row or pay string character "
        "for the as-of month.",
        "Fill next_due_date or paid_to_date, or give the as-of month's row in the payments or its place in the pay string.",
    ),
    "E_AS_OF": Code(
        "as_of_date is there: a day from 1950 on, not in the future.",
        "Fill as_of_date, or give --as-of for the whole tape.",
    ),
    # A cell that does not hold what its column holds.
    "E_MONEY": Code(
        "Money is an amount of dollars: 1234.50, $1,234.50 or (1,234.50).",
        "Write 1234.50, without k or M, a range or another currency: {domain}.",
    ),
    "E_SHARE": Code("A share is a fraction.", "Write 0.8 for 80 %: {domain}."),
    "E_NUMBER": Code("The column holds plain numbers.", "Correct it or leave the cell empty: {domain}."),
    "E_DATE": Code(
        "A date is a day of the calendar from 1950 to 2100, in a form and order that its column settles.",
        "Write YYYY-MM-DD, or leave the cell empty.",
    ),
    "E_CODE": Code("The column holds one of its codes.", "Use a code or leave the cell empty: {domain}."),
    "E_FLAG": Code("A flag is Y or N.", "Write Y or N, or leave the cell empty."),
    "E_TEXT": Code("Text is printable and at most 1,000 characters.", "Shorten it or leave the cell empty."),
    "E_PAYSTRING": Code(
        "At least nine in ten of a note's months, in its pay string or monthly columns, are codes of their column's "
        "alphabet; the canonical one is 0-9 months behind, F, R, B, or X unknown.",
        "Rewrite it, X for a month that is not known, or leave the cell empty.",
    ),
    "E_PAYSTRING_NUMERIC": Code(
        "A pay string is text; a spreadsheet that takes it for a number drops its leading zeros.",
        "Format the column as Text before the strings are put in, and export again.",
    ),
    "E_STATUS": Code(
        "A status on the as-of date is a number of months, days or payments behind, a bucket (30-59, 120+) or a word "
        "(Current, FC, BK, REO).",
        "Correct it or leave the cell empty.",
    ),
    "E_PAYMENT": Code(
        "A row of the payments file has a month YYYY-MM, months_delinquent as a whole number from 0 (empty unknown) and "
        "amount_received as a plain number.",
        "Correct the row of the payments file; it is named in the value.",
    ),
    # Dates against each other.
    "E_FUTURE": Code(
        "What the tape reports as past is dated no later than as_of_date.", "Correct the date, or the as-of date."
    ),
    "E_ORDER": Code(
        "The note's life runs forwards: origination, first payment, maturity and due dates; as-of, resolution, "
        "observed_through.",
        "Correct the date that is out of order.",
    ),
    # Resolutions only.
    "E_OUTCOME": Code(
        "outcome is one of the four or empty, its detail belongs to it, and it comes with a resolution_date.",
        "Write reperform, loss_mitigation, deed_in_lieu or foreclosure with its resolution_date, or leave both empty "
        "while open; a note that was sold or repurchased is open until then, with that day as observed_through.",
    ),
    "E_LOAN_ENDS": Code(
        "A loan that ended with a deed, a sale or a payoff is not alive three months later in another row, and a later "
        "snapshot of it has no other outcome than the loss that an earlier one states.",
        "Set the rows of this loan side by side and correct an outcome or a date.",
    ),
    "E_OBSERVED": Code(
        "observed_through is there: the last day on which an outcome could have been seen.",
        "Give the date of the file or of the last record of the note.",
    ),
    # Flags on priced rows.
    "W_LIEN_ASSUMED": Code("lien_position is empty and --assume-first-lien was given.", "Ask the seller."),
    "W_VALUE_RANGE": Code(
        "upb with the senior liens lies outside 1 % to 1000 % of as_is_value, or as_is_value is under 2,000 dollars.",
        "Check the value, and its unit.",
    ),
    "W_P_AND_I": Code(
        "Twelve instalments would repay the note, and it matures in over two years: cents, or a year's payment.",
        "Check p_and_i, and its unit.",
    ),
    "W_P_AND_I_TERMS": Code(
        "p_and_i is under half or over two and a half times what rate, term and balance give.",
        "Check p_and_i, note_rate and maturity_date.",
    ),
    "W_RATE_LOW": Code(
        "note_rate is under 1 % in a column that is not in fractions, or where p_and_i speaks for more: taken as it stands.",
        "Check it: a teaser, or a slip.",
    ),
    "W_RATE_HIGH": Code("note_rate is over 36 %: taken as it stands.", "Check it: its unit, or a slip."),
    "W_RATE_ZERO": Code(
        "note_rate is 0, but p_and_i pays more than principal: the rate may be missing.", "Ask for the rate."
    ),
    "W_COMMENT": Code(
        "A comment speaks of a loan that is paid off, taken, withdrawn or no mortgage; comments are not read otherwise.",
        "Read the comment.",
    ),
    "W_ROW_HIDDEN": Code(
        "The row is hidden in the workbook: by a filter, or because the loan is no longer offered.",
        "Ask whether the loan is offered.",
    ),
    "W_AS_OF_APART": Code(
        "as_of_date is not the one of nine in ten rows of the tape; the note is priced as of its own.",
        "Ask whether what is said of the loan is current.",
    ),
    "W_UPB_IS_VALUE": Code("upb and as_is_value are the same amount.", "Check which of the two it is."),
    "W_PAID_AHEAD": Code("The next instalment is due more than 12 months after the tape.", "Check next_due_date."),
    "W_LIEN_SENIOR": Code("A first lien has a senior_lien_balance.", "Check lien_position; the balance is not used."),
    "W_UPB_ORIGINAL": Code(
        "upb is above original_balance by over 2 %, of a note that is said to be modified by over half.",
        "Check both, and any modification.",
    ),
    "W_VALUE_OLD": Code("The value is more than 12 months older than the tape.", "Order a new valuation."),
    "W_VALUE_AT_ORIGINATION": Code("The value is the one at origination.", "Order a valuation."),
    "W_DUE_CONFLICT": Code(
        "paid_to_date and next_due_date are not one month apart (by more than a month); months behind are counted from "
        "next_due_date, unpaid interest from the later.",
        "Ask the servicer.",
    ),
    "W_DUE_HISTORY": Code(
        "The due date and the payment history differ by more than a month, or so do the due date and loan_status: it calls "
        "the note current, which is over two months behind, or 90+, in default or in foreclosure, which owes nothing yet; "
        "the due date is used.",
        "Ask the servicer.",
    ),
    "W_PAYSTRING_CONFLICT": Code(
        "Two sources differ in a month that both know; of payments file, monthly columns, pay string and months behind the "
        "first is used.",
        "Ask the servicer.",
    ),
    "W_PAYSTRING_CODE": Code(
        "A month of the pay string or monthly columns holds a code that nobody knows; that month is unknown.",
        "Ask what the code means.",
    ),
    "W_METHOD": Code(
        "Months behind are taken for counted by MBA, which nobody says; or they are counted by OTS, by which a 0 may be 0 "
        "or 1 month, and count as 0.",
        "Ask how months are counted, and for due dates; --dq-method mba or ots says it.",
    ),
    "W_STATUS_FLOOR": Code(
        "How far behind the note is is known only as so many months or more, or as in foreclosure, which counts as 4, and "
        "no due date is given; the least is used.",
        "Ask for next_due_date.",
    ),
    "W_DUE_DAYS": Code(
        "days_past_due and the due date differ by more than a month; the due date is used.", "Ask the servicer."
    ),
    "W_DUE_DERIVED": Code(
        "No due date is given; next_due_date is as_of_date less days_past_due.", "Ask for the next due date."
    ),
    "W_MATURITY_MODIFIED": Code(
        "Two columns give two maturities; maturity_date is the one since the modification.", "Ask for the modification."
    ),
    "W_RATE_TYPE": Code("rate_type is fixed, but a flag says that the rate is adjustable.", "Ask which is right."),
    "W_MATURITY_DERIVED": Code("maturity_date is empty and told from remaining_term.", "Ask for the maturity date."),
    "W_DATE_MASKED": Code("A date is masked (7/XX/2002) and taken for empty.", "Ask for the date."),
    "W_STATUS_DERIVED": Code(
        "foreclosure_status or loss_mitigation_status is empty and told from foreclosure dates, a foreclosure flag or the "
        "words of loan_status or of a column of buckets.",
        "Ask how far the foreclosure or the plan has gone.",
    ),
    "W_FORECLOSURE_HOLD": Code(
        "The foreclosure is on hold; how far it had gone is not said.", "Ask for the stage, and why it is on hold."
    ),
    "W_BANKRUPTCY_CHAPTER": Code(
        "A bankruptcy is open by one column, but its chapter is missing, told by loan_status alone or none that is known, "
        "or another column says that none is open, or another chapter.",
        "Ask for the chapter and the status.",
    ),
    "W_BANKRUPTCY_OVER": Code(
        "The bankruptcy was dismissed, discharged or closed; its chapter is not used.",
        "Ask whether the debt was discharged.",
    ),
    "W_MODIFICATION_UNDATED": Code("The note was modified, but modification_date is empty.", "Ask for the date."),
    "W_CHARGED_OFF": Code(
        "The loan is charged off in the seller's books.", "Ask whether any of the debt was forgiven."
    ),
    "W_LOAN_TYPE": Code(
        "The loan is for business (bridge, rental by cash flow, construction); outcomes of home loans may not fit it.",
        "Look at it by hand.",
    ),
    "W_PROPERTY_TYPE": Code(
        "property_type is none that is known and is read as other.", "Ask what stands on the land."
    ),
    "W_CODE_UNSURE": Code(
        "A wording can mean two things; the likelier is taken (Multi-Family: 2-4 units; foreclosure without a stage: "
        "referred).",
        "Ask the seller what it means.",
    ),
    "W_CODE_UNKNOWN": Code(
        "A wording that nobody is known to use is taken for empty.", "Ask the seller what it means."
    ),
    "W_STATUS_UNKNOWN": Code(
        "A column of statuses or of buckets holds a wording that nobody is known to use, which may say that the loan has "
        "ended.",
        "Ask the seller what it means.",
    ),
    "W_CELL_ERROR": Code(
        "An optional cell holds a spreadsheet error (#N/A, #REF!, ...) and is taken for empty.", "Mend the formula."
    ),
    "W_ID_DAMAGED": Code(
        "loan_id looks like a number that a spreadsheet has rounded (1.2E+15).", "Export the column as Text."
    ),
    "W_ID_SPELLING": Code(
        "Another row has the same loan number but for leading zeros, a .0 or a quote: the loan may be priced twice.",
        "Ask whether they are one loan; take one of the rows out.",
    ),
    "W_TAPE_OLD": Code(
        "The tape's as-of date is at most 12 months past on the day of reading.", "Ask for a newer tape."
    ),
    "W_SALE_DATE_PAST": Code(
        "The foreclosure sale was due before as_of_date and no result is given.", "Ask whether the sale took place."
    ),
    "W_FORECLOSURE_CONFLICT": Code(
        "foreclosure_status says that there is none, but a sale is to come, or a flag or loan_status tells of one; or it "
        "has a stage, and the flag says that there is none.  foreclosure_status is used.",
        "Ask whether there is a foreclosure.",
    ),
}


def fix_for(code: str, field_name: str) -> str:
    """Say what to do about a code on a field.

    Examples
    --------
    >>> fix_for("E_RATE_UNIT", "note_rate")
    'Divide by 100 among fractions, times 100 among per cent: must lie between 0 and 0.6 annual fraction.'
    """
    domain = describe_domain(field_name) if field_name in _NAMES else "see the data dictionary"
    return CODES[code].fix.replace("{domain}", domain)


def exceptions_page() -> str:
    """Render the table as the page ``docs/exceptions.md``."""
    head = (
        "# Exceptions and flags\n\n"
        "Written by `python -m tapes.dictionary` from `tapes/codes.py`; do not edit.\n\n"
        "A row is either priced or in `exceptions.csv`, with a line for each reason. `E_` codes keep a row out; `W_` codes\n"
        "are flags on a priced row, in the column `flags`. In a fix, `{domain}` stands for what the column may hold.\n\n"
        "| code | rule | what to do |\n|---|---|---|\n"
    )
    return head + "".join(f"| `{name}` | {code.rule} | {code.fix} |\n" for name, code in CODES.items())


_NAMES = frozenset(one.name for one in FIELDS)
