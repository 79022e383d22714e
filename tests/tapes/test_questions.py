"""The letter to the seller: what a buyer would ask, in his words, and nothing of what notebid makes of the tape."""

import re
from datetime import date

import numpy as np
import pytest

from notes.schema import FIELDS
from tapes import ReadOptions, read_tape
from tapes.codes import CODES
from tapes.field_words import FIELD_WORDS
from tapes.fields import SELLER_FIELDS
from tapes.question_page import questions_page, quoted
from tapes.question_texts import ASKS
from tapes.question_wants import WANTED
from tapes.questions import KINDS_OF_LOANS, seller_questions

TODAY = date(2024, 9, 1)

WHOLE = {
    "p_and_i": "700",
    "maturity_date": "2040-01-01",
    "valuation_date": "2024-03-01",
    "valuation_type": "bpo_exterior",
    "occupancy": "owner",
    "property_type": "single_family",
    "delinquent_taxes": "0",
    "annual_property_tax": "2000",
    "annual_insurance": "1500",
    "accrued_interest": "1000",
    "escrow_advance": "0",
    "corporate_advance": "0",
    "foreclosure_status": "none",
    "bankruptcy_chapter": "13",
    "bankruptcy_filed_date": "2023-05-01",
    "loss_mitigation_status": "none",
    "modification_date": "2020-01-01",
    "original_balance": "110000",
    "origination_date": "2010-01-01",
    "rate_type": "fixed",
    "note_doc_status": "original",
    "assignment_chain_complete": "Y",
    "pay_string": "000000000123",
}
"""Beside what every note needs: a note of which nothing is to be asked."""


@pytest.fixture
def letter(tape_file):
    """The letter for rows of text, under the name of their file."""

    def write(*rows, name="tape.csv"):
        return questions_page(read_tape(tape_file(*rows, name=name), ReadOptions(today=TODAY)), name)

    return write


@pytest.fixture
def whole(good):
    def row(**changes):
        return good(**(WHOLE | changes))

    return row


def test_every_code_is_decided_and_no_other_is():
    assert set(ASKS) == set(CODES)


def test_every_field_has_words_of_the_trade():
    assert set(FIELD_WORDS) == {one.name for one in (*FIELDS, *SELLER_FIELDS)}
    assert {name for one in WANTED for name in one.fields} <= set(FIELD_WORDS)
    assert {one.only for one in WANTED} <= set(KINDS_OF_LOANS)


def test_no_text_says_what_we_make_of_the_tape():
    texts = [one.text + one.topic for one in ASKS.values() if one] + [one.text + one.hint for one in WANTED]
    ours = (
        r"\b(assum\w*|pric\w+|bids?|model\w*|probab\w*|fill\w*|flag\w*|notebid|except\w*|canonical|[EW]_[A-Z]+|score)\b"
    )
    assert not [text for text in texts if re.search(ours, text, re.IGNORECASE)]


def test_a_tape_that_says_everything_leaves_nothing_to_ask(letter, whole):
    text = letter(whole(), whole(loan_id="0002"))
    assert "we have no questions" in text
    assert text.count("\n## ") == 0


def test_the_letter_reads_as_a_buyer_would_write_it(letter, whole):
    rows = [
        whole(),
        whole(loan_id="0002", upb=None),
        whole(loan_id="0003", upb="abc", occupancy=None),
        whole(loan_id="0004", occupancy=None),
        whole(loan_id="0005", property_type="commercial"),
        whole(loan_id="", upb="5"),
        whole(loan_id="0007", upb="0"),
        whole(loan_id="0008", valuation_date="2022-01-01"),
    ]
    for row in rows:
        row["annual_property_tax"] = ""
    assert letter(*rows, name="Heron.csv") == (
        """\
# Questions on the loan tape

Thank you for the tape `Heron.csv` (8 loans, as of June 30, 2024). To complete our review, we would be
grateful for your answers to the 8 questions below, which name 7 loans. A corrected tape answers as well as a
list. If something is not available, please tell us so.

## For the tape as a whole

1. **Property taxes and insurance**. Please send the annual property tax of each loan. Where no taxes are
   delinquent, please say so.

## Missing on particular loans

2. **Unpaid principal balance** (column `upb`). This is blank on the tape. Please send it.

   - `0002`

3. **Occupancy**. Please send the current occupancy where it is blank on the tape.

   - current occupancy (column `occupancy`): `0004`

## To confirm or correct on particular loans

4. **Loans that appear to be resolved already**. The tape shows the following as paid off, REO, deed received
   or without a balance. Please confirm that they should come off the tape, or correct the entries.

   - shown as `0`: `0007`

5. **Collateral or loan type**. The following do not look like closed-end loans secured by a single one- to
   four-unit residential property. Please confirm the loan type, the property type and the number of units, or
   take them off the tape.

   - shown as `commercial`: `0005`

6. **Loan numbers**. Please send the loan number for the following rows, which have none that we can use.

   - row 7

7. **Unpaid principal balance** (column `upb`). We could not read this entry as it is shown. Please confirm or
   correct it.

   - shown as `abc`: `0003`

8. **Older valuations**. The valuation is more than a year older than the tape. If there is a more recent BPO
   or appraisal, please send its value, date and type.

   - `0008`

Thank you for your help.
"""
    )


def test_a_column_that_the_tape_lacks_is_asked_for_once_and_not_loan_by_loan(letter, whole):
    rows = [{k: v for k, v in whole(loan_id=str(i + 1)).items() if k != "occupancy"} for i in range(3)]
    text = letter(*rows)
    assert "Please send the current occupancy of each property" in text
    assert "`1`" not in text


def test_a_history_is_asked_for_where_it_is_short_of_a_year_or_of_the_loans_age(letter, whole):
    young = {"origination_date": "2024-01-15", "pay_string": "000123", "original_balance": "100000"}
    text = letter(whole(), whole(loan_id="short", pay_string="0123"), whole(loan_id="young", **young))
    assert "at least 24 months of payment history for the following loans" in text
    assert "`short`" in text
    assert "`young`" not in text
    assert "payment history for each loan" in letter(whole(pay_string=None))


def test_loans_in_several_rows_are_named_with_their_rows(letter, whole):
    text = letter(
        whole(), whole(loan_id="d", upb="1"), whole(loan_id="d", upb="2"), whole(loan_id="s"), whole(loan_id="s")
    )
    assert "`d` (rows 3 and 4)" in text
    assert "`s` (row 6)" in text


def test_of_a_resolved_loan_nothing_else_is_asked(letter, whole):
    text = letter(whole(), whole(loan_id="gone", upb="0", as_is_value=None, occupancy="nobody"))
    assert text.count("`gone`") == 1


def test_a_long_list_of_blanks_is_named_by_its_column(letter, whole):
    rows = [whole(loan_id=str(i), annual_insurance=None if i % 2 else "900") for i in range(1, 131)]
    text = letter(*rows)
    assert "(column `annual_insurance`): the 65 loans on which this column is blank" in text
    short = letter(*rows[:90])
    assert all(f"`{i}`" in short for i in range(1, 90, 2))


def test_no_word_of_a_person_is_in_the_letter(letter, whole):
    text = letter(
        whole(),
        whole(loan_id="a", upb="Jane Doe"),
        whole(loan_id="b", next_due_date="123-45-6789", paid_to_date=None),
        whole(loan_id="c", as_is_value="jane@example.com"),
        whole(loan_id="d", occupancy="305-555-0100"),
    )
    assert not re.search(r"Jane|Doe|J\*|6789|example\.com|555", text)


@pytest.mark.parametrize(
    "loan_id", ["`x`", "a``b", "[x](http://y)", "<script>", "=1+1", "|a|b|", "# 1", "1\u202e2", "**b**", "&nbsp;"]
)
def test_a_loan_number_cannot_change_the_letter(letter, whole, loan_id):
    text = letter(whole(), whole(loan_id=loan_id, upb=None), name="tape.csv")
    [line] = [line for line in text.splitlines() if line.startswith("   - ")]
    [(fence, inside)] = re.findall(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", line)
    assert inside.strip() == loan_id.replace("\u202e", " ")
    assert line.replace(fence + inside + fence, "") == "   - "


def test_a_files_name_cannot_change_the_letter(letter, whole):
    head = letter(whole(), name="a`b\n# c.csv").splitlines()
    assert [line for line in head if line.startswith("#")] == ["# Questions on the loan tape"]


def test_quoting_keeps_a_text_on_one_line():
    assert quoted("a\nb\x00c") == "`a b c`"


def test_the_same_tape_gives_the_same_letter(letter, whole):
    rows = [whole(loan_id=str(i), occupancy=None) for i in range(5)] + [whole(loan_id="x", upb="y")]
    assert letter(*rows) == letter(*rows)


def test_a_row_excepted_for_two_things_is_in_two_questions(tape_file, whole):
    reading = read_tape(tape_file(whole(), whole(loan_id="b", upb=None, as_is_value=None)), ReadOptions(today=TODAY))
    topics = [one.topic for one in seller_questions(reading)]
    assert topics == ["Unpaid principal balance", "Current as-is property value"]
    assert np.all([one.lists[0].loans[0].loan_id == "b" for one in seller_questions(reading)])


def test_a_wording_that_nobody_knows_is_asked_about_with_its_loans(letter, whole):
    rows = [whole(loan_id=str(i)) for i in range(1, 9)]
    rows[2]["occupancy"] = rows[4]["occupancy"] = "Squatters"
    text = letter(*rows)
    assert "tell us what the following entries for the current occupancy mean" in " ".join(text.split())
    assert "- shown as `Squatters`: `3`, `5`" in text


def test_what_is_doubtful_of_every_loan_of_a_long_tape_names_none(letter, whole):
    rows = [whole(loan_id=str(i), valuation_date="2022-01-01") for i in range(1, 61)]
    text = letter(*rows)
    assert "valuation is more than a year older" in text
    assert "- all loans" in text
    assert "`7`" not in text


def test_many_loans_without_what_every_loan_needs_are_counted_a_few_are_named(letter, whole):
    blank = [whole(loan_id=f"B{i}", upb="") for i in range(60)]
    text = letter(whole(), *blank, *[whole(loan_id=f"V{i}", as_is_value="") for i in range(3)])
    assert "- the 60 loans on which this column is blank" in text
    assert "`B7`" not in text
    assert "- `V0`, `V1`, `V2`" in text


def test_a_wording_that_we_cannot_read_is_asked_about_also_on_a_loan_that_lacks_something_else(letter, whole):
    odd = {"loan_status": "Sold to investor"}
    text = letter(whole(), whole(loan_id="0002", upb=None, **odd), whole(loan_id="0003", **odd))
    [asked] = [one for one in text.split("\n## ") if "Sold to investor" in one]
    assert "0002" in asked
    assert "0003" in asked
