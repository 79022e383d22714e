"""A seller's own long form: one row a note and month under other headings and in other codes than the contract's."""

import pytest

from notes import TapeError

HEAD = "Loan Number,Month,Delq Status\n"


def history(reading, note=0, months=3):
    return reading.tape.history.months_delinquent[note, -months:].tolist()


def notes(good):
    # As of 30 June 2024: paid through June; May and June unpaid.
    return good(next_due_date="2024-07-01"), good(loan_id="2", next_due_date="2024-05-01")


def rows(first, second):
    months = ("2024-04", "2024-05", "2024-06")
    return "".join(
        f"{loan},{month},{cell}\n"
        for loan, cells in (("0001", first), ("2", second))
        for month, cell in zip(months, cells, strict=True)
    )


def test_days_that_are_no_whole_thirties_are_days_where_the_due_dates_say_so(read, good):
    # 29 May is the 29th day after 1 May at the month's end; 60 on 30 June.
    reading = read(*notes(good), payments=HEAD + rows("000", ["0", "30", "60"]))
    assert (history(reading), history(reading, 1)) == ([0, 0, 0], [0, 1, 2])
    reading = read(*notes(good), payments=HEAD + rows("000", ["0", "29", "59"]))
    assert (history(reading), history(reading, 1)) == ([0, 0, 0], [0, 1, 2])


def test_digits_that_may_be_of_two_alphabets_are_asked_about_and_an_answer_settles_it(read, good, tmp_path):
    # By dv01 2 and 3 are one and two months, which the due date says; by months behind they are two and three.
    payments = HEAD + rows("CCC", "C23")
    with pytest.raises(TapeError, match=r'pay_string\."alphabet" = "dv01"'):
        read(*notes(good), payments=payments)
    mapping = tmp_path / "seller.toml"
    mapping.write_text('pay_string.alphabet = "dv01"\n', encoding="utf-8")
    assert history(read(*notes(good), payments=payments, mapping=mapping), 1) == [0, 1, 2]


def test_a_status_that_repeats_with_another_one_excepts_its_note(read, good):
    payments = HEAD + rows("000", "012") + "0001,2024-06,1\n"
    reading = read(*notes(good), payments=payments)
    assert [(one.loan_id, one.code) for one in reading.exceptions] == [("0001", "E_PAYMENT")]


def test_a_status_that_nobody_knows_excepts_its_note(read, good):
    payments = (
        HEAD + rows("000", "012") + "0001,2024-03,0\n0001,2024-02,0\n0001,2024-01,0\n0001,2023-12,0\n2,2024-03,Q\n"
    )
    reading = read(*notes(good), payments=payments)
    assert [(one.loan_id, one.code) for one in reading.exceptions] == [("2", "E_PAYMENT")]


def test_a_note_that_ended_is_told_with_the_files_name(read, good):
    reading = read(*notes(good), payments=HEAD + rows("000", ["1", "2", "REO"]))
    (found,) = reading.exceptions
    assert (found.code, found.value) == ("E_RESOLVED", "payments.csv: the newest status")


@pytest.mark.parametrize("form", ["Month", "Payment Date"])
def test_receipts_that_are_all_negative_are_refused(read, good, form):
    day = "" if form == "Month" else "-03"
    payments = f"Loan Number,{form},Amount\n" + "".join(f"0001,2024-0{i}{day},-850\n" for i in (4, 5, 6))
    with pytest.raises(TapeError, match="most amounts are negative"):
        read(*notes(good), payments=payments)
