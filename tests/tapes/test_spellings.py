"""Loan numbers that spreadsheets spell in several ways, and the loans that they make one or two of."""

import pytest


@pytest.mark.parametrize("other", ["0001000", "1000.0", "'1000", "'0001000"])
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
