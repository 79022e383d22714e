"""Ledgers of receipts: summed by month, reversals taken back, what is no payment not counted."""

import pytest

from notes import TapeError

HEAD = "Loan Number,Transaction Date,Amount\n"


def received(reading, note=0, months=4):
    amounts = reading.tape.history.amount_received[note, -months:]
    return [None if one != one else float(one) for one in amounts]


def test_receipts_are_summed_by_month(read, good):
    rows = "0001,04/02/2024,500.25\n0001,4/28/2024,499.75\n0001,06/03/2024,1000\n"
    reading = read(good(), payments=HEAD + rows)
    # March is before the first entry: unknown. May lies between two entries: nothing came.
    assert received(reading) == [None, 1000, 0, 1000]
    assert (reading.tape.history.months_delinquent == -1).all()


def test_two_payments_of_one_amount_on_one_day_are_two(read, good):
    assert received(read(good(), payments=HEAD + "0001,06/13/2024,700\n0001,06/13/2024,700\n"), months=1) == [1400]


def test_a_reversal_is_taken_back_in_its_month(read, good):
    rows = "0001,05/03/2024,700\n0001,06/01/2024,(700.00)\n0001,06/20/2024,700\n0001,06/21/2024,50\n"
    assert received(read(good(), payments=HEAD + rows), months=2) == [700, 50]


def test_months_after_the_ledgers_last_day_are_unknown_not_nothing(read, good):
    rows = "0001,03/23/2024,700\n0001,04/03/2024,700\n"
    assert received(read(good(), payments=HEAD + rows)) == [700, 700, None, None]


def test_a_note_without_an_entry_is_unknown(read, good):
    reading = read(good(), good(loan_id="2"), payments=HEAD + "0001,06/13/2024,700\n")
    assert received(reading, 1) == [None] * 4


def test_receipts_after_the_as_of_date_are_cut_and_counted(read, good):
    # The tape is of 15 June: what came on the 20th was not known then.
    reading = read(good(as_of_date="2024-06-15"), payments=HEAD + "0001,06/03/2024,700\n0001,06/20/2024,5\n")
    assert received(reading, months=1) == [700]
    assert reading.payments_after_as_of == 1


TYPED = "Loan Number,Effective Date,Transaction Date,Tran Type,Amount\n"


def test_what_a_type_calls_no_payment_is_not_counted_and_told(read, good):
    rows = (
        "0001,2024-05-03,2024-05-05,Regular Payment,700\n"
        "0001,2024-05-09,2024-05-09,Escrow Disbursement,2500\n"
        "0001,2024-05-16,2024-05-16,Late Charge Assessed,35\n"
        "0001,2024-06-03,2024-06-04,PMT,700\n"
        "0001,2024-06-10,2024-06-11,NSF Reversal,700\n"
    )
    reading = read(good(), payments=TYPED + rows)
    assert received(reading, months=2) == [700, 0]
    told = " ".join(reading.warnings)
    assert "2 rows (" in told
    assert "'Late Charge Assessed') are no payments and were not counted." in told
    assert "are taken back from what was received" in told


def test_a_type_that_may_be_a_payment_makes_its_month_unknown(read, good):
    rows = "0001,2024-05-03,2024-05-03,Payment,700\n0001,2024-06-03,2024-06-03,Sweep XQ,700\n"
    reading = read(good(), payments=TYPED + rows)
    assert received(reading, months=2) == [700, None]
    assert "may be payments or not" in reading.warnings[0]


def test_of_several_dates_the_effective_one_counts(read, good):
    rows = "0001,2024-05-31,2024-06-02,Payment,700\n"
    assert received(read(good(), payments=TYPED + rows), months=2) == [700, None]


def test_payments_written_as_negatives_are_refused(read, good):
    rows = "0001,05/23/2024,-700\n0001,06/03/2024,-700\n"
    with pytest.raises(TapeError, match=r"column Amount: most amounts are negative"):
        read(good(), payments=HEAD + rows)


@pytest.mark.parametrize("row", ["0001,soon,700", "0001,,700", "0001,06/03/2024,some"])
def test_a_note_with_a_broken_entry_is_excepted_naming_the_row(read, good, row):
    reading = read(good(), good(loan_id="2"), payments=HEAD + f"2,06/13/2024,700\n{row}\n")
    assert [(one.row, one.field, one.code) for one in reading.exceptions] == [(2, "payments", "E_PAYMENT")]
    assert "row 3" in reading.exceptions[0].value


def test_a_ledger_without_amounts_is_refused(read, good):
    with pytest.raises(TapeError, match="no column amount_received"):
        read(good(), payments="Loan Number,Payment Date\n0001,06/13/2024\n")


def test_a_sellers_long_form(read, good):
    head = "Loan Number,Month,Delq Status,Pmt Amt\n"
    rows = '0001,Jun-24,90,"$0.00"\n0001,May-24,60,"$1,000.00"\n0001,Apr-24,60,\n0001,Mar-24,Current,\n'
    reading = read(good(next_due_date="2024-04-01"), payments=head + rows)
    assert reading.tape.history.months_delinquent[0, -4:].tolist() == [0, 2, 2, 3]
    assert received(reading) == [None, None, 1000, 0]


def test_two_columns_that_may_be_what_was_received_are_refused_where_they_differ(read, good):
    head = "Loan Number,Payment Date,Transaction Amount,Amount Paid\n"
    with pytest.raises(TapeError, match="'Transaction Amount' may be what was received too, and 1 rows differ"):
        read(good(), payments=head + "0001,06/13/2024,850,850\n0001,05/13/2024,900,850\n")
    assert received(read(good(), payments=head + "0001,06/13/2024,850,850\n"), months=1) == [850]


# A column a month.


def test_a_row_a_note_with_a_column_a_month(read, good):
    rows = "0001,1,2,3,4\n2,0,0,0,0\n"
    reading = read(
        good(),
        good(loan_id="2", next_due_date="2024-07-01"),
        payments="Loan Number,2024-03,2024-04,2024-05,2024-06\n" + rows,
    )
    assert reading.tape.history.months_delinquent[:, -4:].tolist() == [[1, 2, 3, 4], [0, 0, 0, 0]]


def test_two_rows_of_a_note_that_differ_except_it(read, good):
    rows = "0001,1,2,3,4\n0001,0,2,3,4\n2,0,0,0,0\n"
    reading = read(
        good(),
        good(loan_id="2", next_due_date="2024-07-01"),
        payments="Loan Number,2024-03,2024-04,2024-05,2024-06\n" + rows,
    )
    assert [(one.row, one.code) for one in reading.exceptions] == [(2, "E_PAYMENT")]
    assert "row 2: row 3 says something else" in reading.exceptions[0].value


def test_a_days_order_that_nothing_proves_is_asked_and_a_line_of_the_mapping_answers(read, good, tmp_path):
    payments = HEAD + "0001,06/03/2024,700\n"
    with pytest.raises(TapeError, match=r'units\."Transaction Date" = "month_first"'):
        read(good(), payments=payments)
    mapping = tmp_path / "seller.toml"
    mapping.write_text('units."Transaction Date" = "month_first"\n', encoding="utf-8")
    assert received(read(good(), payments=payments, mapping=mapping), months=1) == [700]


def test_a_line_of_the_tapes_mapping_says_what_a_heading_of_the_payments_file_is(read, good, tmp_path):
    payments = "Ref,Zahltag,Betrag\n0001,2024-06-13,700\n"
    with pytest.raises(TapeError, match=r"no column month or payment_date"):
        read(good(), payments=payments)
    mapping = tmp_path / "seller.toml"
    lines = 'columns."Ref" = "loan_id"\ncolumns."Zahltag" = "payment_date"\ncolumns."Betrag" = "amount_received"\n'
    mapping.write_text(lines, encoding="utf-8")
    assert received(read(good(), payments=payments, mapping=mapping), months=1) == [700]


def test_a_persons_word_goes_before_the_date_that_is_taken_of_two(read, good, tmp_path):
    payments = "Loan Number,Effective Date,Posted Date,Amount\n0001,2024-05-31,2024-06-02,700\n"
    assert received(read(good(), payments=payments), months=2) == [700, None]
    mapping = tmp_path / "seller.toml"
    mapping.write_text('columns."Posted Date" = "payment_date"\n', encoding="utf-8")
    assert received(read(good(), payments=payments, mapping=mapping), months=1) == [700]


def test_what_a_heading_is_on_the_tape_says_nothing_of_the_payments_file(read, good, tmp_path):
    mapping = tmp_path / "seller.toml"
    mapping.write_text('columns."Payment Date" = "last_payment_date"\n', encoding="utf-8")
    payments = "Loan Number,Payment Date,Amount\n0001,2024-06-13,700\n"
    assert received(read(good(), payments=payments, mapping=mapping), months=1) == [700]
