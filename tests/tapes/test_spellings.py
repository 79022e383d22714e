"""Loan numbers that spreadsheets spell in several ways, and the loans that they make one or two of."""

import pytest

from notes import TapeError


@pytest.mark.parametrize("other", ["0001000", "1000.0", "'0001000"])
def test_one_loan_under_two_spellings_is_flagged_and_told_of(read, good, other):
    reading = read(good(loan_id="1000"), good(loan_id=other), good(loan_id="1001"))
    assert ["W_ID_SPELLING" in one for one in reading.flags] == [True, True, False]
    assert "2 rows are the same loans under two spellings of their numbers" in " ".join(reading.warnings)
    assert (reading.counts.rows, reading.counts.priced, reading.counts.excepted) == (3, 3, 0)


def test_two_spellings_over_unlike_rows_are_flagged_without_being_called_one_loan(read, good):
    reading = read(good(loan_id="1000"), good(loan_id="01000", upb="90000"))
    assert reading.flags == (("W_ID_SPELLING",),) * 2
    assert not any("spellings" in one for one in reading.warnings)


def test_numbers_of_two_sellers_are_two_loans(read, good):
    reading = read(good(loan_id="1000", seller="A"), good(loan_id="01000", seller="B"))
    assert reading.flags == ((), ())


def test_a_row_repeated_letter_for_letter_is_still_an_exception(read, good):
    reading = read(good(loan_id="1000"), good(loan_id="1000"))
    assert [one.code for one in reading.exceptions] == ["E_DUP_SAME"]
    assert reading.flags == ((),)


@pytest.mark.parametrize("written", ['="0001000000"', "'0001000000"])
def test_marks_for_text_are_no_part_of_a_loan_number(read, good, written):
    reading = read(good(loan_id=written), payments="loan_id,month,months_delinquent\n0001000000,2024-06,4\n")
    assert reading.tape.notes.text("loan_id").tolist() == ["0001000000"]
    assert reading.tape.history.months_delinquent[0, -1] == 4
    assert "marks for text" in reading.warnings[0]


def test_a_quote_inside_a_cell_is_left_alone(read, good):
    assert read(good(loan_id="O'Neil-7")).tape.notes.text("loan_id").tolist() == ["O'Neil-7"]


@pytest.mark.parametrize("loan_id", ["1E10", "1.2E10", "1.2E+15"])
def test_a_number_that_a_spreadsheet_may_have_rounded_is_flagged(read, good, loan_id):
    assert read(good(loan_id=loan_id)).flags == (("W_ID_DAMAGED",),)


def test_payments_whose_numbers_end_in_a_decimal_are_refused_with_that_word(read, good):
    payments = "loan_id,month,months_delinquent\n1000000.0,2024-06,4\n"
    with pytest.raises(TapeError, match=r"without a \.0 behind the number 1 of them would belong to one"):
        read(good(loan_id="1000000"), payments=payments)
