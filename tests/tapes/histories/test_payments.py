"""Payments in long form: which month goes where, what is cut, what is refused."""

import numpy as np
import pytest

from notes import TapeError

HEAD = "loan_id,month,months_delinquent,amount_received\n"


def history(reading, note=0, months=4):
    return reading.tape.history.months_delinquent[note, -months:].tolist()


def test_months_go_to_their_columns_and_gaps_stay_unknown(read, good):
    reading = read(good(), payments=HEAD + "0001,2024-06,4,0\n0001,2024-04,2,150.5\n0001,2024-03,1,\n")
    assert history(reading) == [1, 2, -1, 4]
    np.testing.assert_array_equal(reading.tape.history.amount_received[0, -4:], np.float32([np.nan, 150.5, np.nan, 0]))
    assert len(reading.payments_sha256) == 64


def test_a_date_stands_for_its_month_as_spreadsheets_write_it(read, good):
    assert history(read(good(), payments=HEAD + "0001,2024-06-01,4,\n0001,2024-05,3,\n")) == [-1, -1, 3, 4]


def test_rows_after_the_as_of_month_are_cut_and_counted(read, good):
    reading = read(good(), payments=HEAD + "0001,2024-06,4,0\n0001,2024-07,5,0\n0001,2024-08,0,9000\n")
    assert reading.payments_after_as_of == 2
    assert history(reading) == [-1, -1, -1, 4]
    assert "2 rows are dated after" in reading.warnings[0]


def test_the_as_of_month_itself_is_known_even_before_its_end(read, good):
    # As of 15 June, the row of June is still the as-of month's.
    assert read(good(as_of_date="2024-06-15"), payments=HEAD + "0001,2024-06,4,\n").payments_after_as_of == 0


def test_months_before_the_window_are_not_used(read, good):
    # 60 months end with June 2024: the first is July 2019.
    reading = read(good(), payments=HEAD + "0001,2019-06,3,\n0001,2019-07,2,\n0001,2024-06,4,\n")
    assert reading.tape.history.months_delinquent[0, 0] == 2
    assert (reading.tape.history.months_delinquent[0] >= 0).sum() == 2


def test_either_of_the_last_two_columns_may_be_absent(read, good):
    assert history(read(good(), payments="loan_id,month,months_delinquent\n0001,2024-06,4\n")) == [-1, -1, -1, 4]
    reading = read(good(), payments="loan_id,month,amount_received\n0001,2024-06,-12.5\n")
    assert reading.tape.history.amount_received[0, -1] == np.float32(-12.5)
    with pytest.raises(TapeError, match="no column months_delinquent or amount_received"):
        read(good(), payments="loan_id,month\n0001,2024-06\n")


def test_payments_alone_say_how_far_behind_a_note_is(read, good):
    reading = read(
        good(next_due_date=None),
        good(loan_id="2", next_due_date=None),
        payments=HEAD + "0001,2024-06,4,\n2,2024-05,4,\n",
    )
    assert list(reading.rows) == [2]
    assert [one.code for one in reading.exceptions] == ["E_DUE"]


def test_loans_that_are_not_on_the_tape_are_counted(read, good):
    reading = read(good(), payments=HEAD + "0001,2024-06,4,\n1,2024-06,4,\n,2024-06,4,\n")
    (warning,) = reading.warnings
    assert warning.startswith(
        "payments.csv: 2 rows belong to no row of the tape and were not used: loan_id '1', (empty); without leading zeros "
        "1 of them would belong to one"
    )


def test_the_first_loan_ids_of_strange_rows_are_named(read, good):
    rows = "".join(f"X{i},2024-06,4,\n" for i in range(5))
    (warning,) = read(good(), payments=HEAD + "0001,2024-06,4,\n" + rows).warnings
    assert "5 rows belong to no row of the tape and were not used: loan_id 'X0', 'X1', 'X2' and 2 more." in warning


def test_a_payments_file_of_which_no_row_is_of_the_tape_is_refused_naming_loan_ids_of_both(read, good):
    with pytest.raises(TapeError) as caught:
        read(good(), payments=HEAD + "X7,2024-06,4,\nX8,2024-06,4,\n")
    assert str(caught.value) == (
        "payments.csv: none of its 2 rows belongs to a row of the tape: it has loan_id 'X7', 'X8', the tape '0001'. "
        "Payments are laid beside the notes by loan_id. "
        "Check that it is the payments file of this tape, and which column is its loan_id."
    )


@pytest.mark.parametrize(("mine", "theirs"), [("0001", "1"), ("1", "0001")])
def test_loan_ids_that_lost_their_zeros_are_told_with_what_to_do(read, good, mine, theirs):
    with pytest.raises(TapeError, match="without leading zeros 1 of them would belong") as caught:
        read(good(loan_id=mine), payments=HEAD + f"{theirs},2024-06,4,\n")
    assert "Export the loan ids as text" in str(caught.value)


def test_a_file_that_is_strange_to_most_of_the_tape_and_mostly_strange_is_refused(read, good):
    notes = [good(loan_id=f"00{i}") for i in range(7, 12)]  # 007 to 009, 0010, 0011
    with pytest.raises(TapeError, match="only 1 of its 3 rows belong to a row of the tape: it has loan_id '8', '9'"):
        read(*notes, payments=HEAD + "007,2024-06,4,\n8,2024-06,4,\n9,2024-06,4,\n")


def test_payments_of_few_notes_or_of_a_whole_book_are_read_with_a_warning(read, good):
    notes = [good(loan_id=f"A{i}") for i in range(5)]
    assert history(read(*notes, payments=HEAD + "A0,2024-06,4,\n")) == [-1, -1, -1, 4]
    book = "".join(f"B{i},2024-06,4,\n" for i in range(9)) + "A0,2024-06,4,\nA1,2024-06,4,\nA2,2024-06,4,\n"
    strange, without = read(*notes, payments=HEAD + book).warnings
    assert "9 rows belong" in strange
    assert without == "payments.csv: no payments for 2 of 5 notes; nothing is known of what they paid."


def test_payments_that_end_long_before_the_tape_are_told_with_their_last_month(read, good):
    # The tape is of June 2024; June 2021 is 36 months before it, May 2024 the month that may not have been closed.
    old = read(good(), payments=HEAD + "0001,2021-05,1,\n0001,2021-06,2,\n")
    assert old.warnings == (
        "payments.csv: payments end in 2021-06, 36 months before the as-of date; what came since is not known.",
    )
    assert read(good(), payments=HEAD + "0001,2024-05,3,\n").warnings == ()
    older = read(good(), payments=HEAD + "0001,2018-06,0,\n")
    assert "payments end 60 months or more before the as-of date" in older.warnings[0]


def test_a_note_whose_payments_end_before_the_others_is_counted(read, good):
    payments = HEAD + "0001,2024-06,4,\n2,2024-01,0,\n"
    assert read(good(), good(loan_id="2"), payments=payments).warnings == (
        "payments.csv: the payments of 1 of 2 notes end 2 months or more before the as-of date.",
    )


LATER = {
    "long": HEAD + "0001,2024-06,4,\n2,2024-07,0,\n2,2024-08,0,\n3,2024-01,0,\n3,2024-07,0,\n4,2024-06,4,\n",
    "ledger": "Loan Number,Date Received,Amount\n"
    "0001,06/13/2024,700\n2,07/13/2024,700\n3,06/01/2024,700\n3,07/01/2024,700\n4,06/14/2024,700\n",
    "wide": "loan_id,Status 2024-01,Status 2024-05,Status 2024-06,Status 2024-07,Status 2024-08\n"
    "0001,0,3,4,,\n2,,,,0,0\n3,0,,,0,\n4,0,3,4,,\n",
}


@pytest.mark.parametrize("form", LATER)
def test_notes_whose_payments_all_come_after_the_as_of_date_are_told_apart_from_those_that_end_early(read, good, form):
    reading = read(*(good(loan_id=one) for one in ("0001", "2", "3", "4")), payments=LATER[form])
    [told] = [one for one in reading.warnings if "all their payments" in one]
    assert told == (
        "payments.csv: 1 of 4 notes: all their payments are of months after the as-of date; what they paid before is not "
        "known."
    )
    # Note 3 has a row of January too: its payments end early, where the form tells of every month.
    early = [one for one in reading.warnings if "end 2 months or more" in one]
    assert early == (
        []
        if form == "ledger"
        else ["payments.csv: the payments of 1 of 4 notes end 2 months or more before the as-of date."]
    )


def test_where_every_payment_comes_after_the_as_of_date_nothing_is_said_of_an_end(read, good):
    reading = read(good(), payments=HEAD + "0001,2024-07,0,\n")
    assert "1 of 1 notes: all their payments" in reading.warnings[0]
    assert not [one for one in reading.warnings if "before the tape" in one]


def test_a_file_of_another_seller_is_refused_with_the_column_that_differs(read, good):
    payments = "loan_id,month,months_delinquent,seller\n0001,2024-06,4,B\n"
    with pytest.raises(TapeError, match="1 of them have a loan_id of the tape, but another seller"):
        read(good(seller="A"), payments=payments)


def test_payments_of_an_excepted_note_are_not_strangers(read, good):
    reading = read(good(), good(loan_id="2", upb="x"), payments=HEAD + "0001,2024-06,4,\n2,2024-06,4,\n")
    assert reading.warnings == ()


def test_the_same_row_twice_is_one_row(read, good):
    assert history(read(good(), payments=HEAD + "0001,2024-06,4,1\n0001,2024-06,4,1\n")) == [-1, -1, -1, 4]


@pytest.mark.parametrize("other", ["0001,2024-06,3,1", "0001,2024-06,4,2", "0001,2024-06,4,"])
def test_two_rows_of_one_month_that_differ_except_their_note_with_both_lines(read, good, other):
    payments = HEAD + f"0001,2024-06,4,1\n0001,2024-05,3,1\n{other}\n2,2024-06,4,1\n"
    reading = read(good(), good(loan_id="2"), payments=payments)
    (one,) = reading.exceptions
    assert (one.row, one.field, one.code) == (2, "payments", "E_PAYMENT")
    assert one.value == "payments.csv, row 2: row 4 says something else about the same note and month"
    assert list(reading.rows) == [3]


def test_rows_that_mostly_contradict_each_other_refuse_the_file(read, good):
    rows = "".join(f"0001,2024-06,{i % 5},\n" for i in range(30))
    with pytest.raises(TapeError, match="24 of 30 rows like it"):
        read(good(), payments=HEAD + rows)


@pytest.mark.parametrize(
    "row",
    ["0001,2024-13,4,", "0001,13/2024,4,", "0001,,4,", "0001,2024-06,4.5,", "0001,2024-06,-1,", "0001,2024-06,4,1e400"],
)
def test_a_note_with_a_broken_payments_row_is_excepted_naming_the_row(read, good, row):
    reading = read(good(), good(loan_id="2"), payments=HEAD + f"2,2024-06,4,\n{row}\n")
    assert [(one.row, one.field, one.code) for one in reading.exceptions] == [(2, "payments", "E_PAYMENT")]
    assert "row 3" in reading.exceptions[0].value
    assert list(reading.rows) == [3]


def test_payments_win_over_the_pay_string_which_fills_and_is_flagged_where_it_differs(read, good):
    payments = HEAD + "0001,2024-06,4,\n0001,2024-05,3,\n2,2024-06,4,\n2,2024-05,2,\n"
    reading = read(good(pay_string="01234"), good(loan_id="2", pay_string="01234"), payments=payments)
    assert history(reading, 0, 5) == [0, 1, 2, 3, 4]
    assert history(reading, 1, 5) == [0, 1, 2, 2, 4]
    assert reading.flags == ((), ("W_PAYSTRING_CONFLICT",))


def test_nine_in_a_pay_string_is_nine_or_more_and_f_says_no_number(read, good):
    payments = HEAD + "0001,2024-06,14,\n0001,2024-05,13,\n"
    row = good(next_due_date="2023-05-01")
    assert read(row | {"pay_string": "99"}, payments=payments).flags == ((),)
    assert read(row | {"pay_string": "3F"}, payments=payments).flags == (("W_PAYSTRING_CONFLICT",),)
    assert read(row | {"pay_string": "FF"}, payments=payments).flags == ((),)


def test_two_sellers_with_one_loan_number_need_the_seller_column(read, good):
    rows = good(seller="A"), good(seller="B")
    with pytest.raises(TapeError, match="column seller: the column is missing"):
        read(*rows, payments=HEAD + "0001,2024-06,4,\n")
    payments = "loan_id,month,months_delinquent,seller\n0001,2024-06,4,A\n0001,2024-06,3,B\n"
    reading = read(*rows, payments=payments)
    assert (history(reading, 0, 1), history(reading, 1, 1)) == ([4], [3])


@pytest.mark.parametrize(
    ("rows", "add"),
    [
        # Each of the two would do.
        ([("A", "2024-06-30"), ("B", "2024-05-31")], "Add seller or as_of_date."),
        # Another date of each seller's loan, and both sellers on one day: neither does alone.
        ([("A", "2024-06-30"), ("A", "2024-05-31"), ("B", "2024-06-30")], "Add seller and as_of_date."),
        # Dates differ, but not between the two sellers' rows of a loan.
        ([("A", "2024-06-30"), ("B", "2024-06-30")], "Add seller."),
    ],
)
def test_the_columns_that_tell_the_rows_of_a_loan_apart_are_named(read, good, rows, add):
    one_more = good(loan_id="9", seller="A", as_of_date="2024-04-30")  # another day on the tape tells no rows apart
    tape = [good(seller=seller, as_of_date=day) for seller, day in rows]
    with pytest.raises(TapeError, match="1 loan of the tape has several rows") as refused:
        read(*tape, one_more, payments=HEAD + "0001,2024-06,4,\n")
    assert str(refused.value).endswith(add)


@pytest.mark.parametrize(
    ("payments", "months", "received"),
    [
        (
            HEAD + "0001,2024-07,5,\n0001,2024-06,4,\n0001,2024-05,3,\n8,2024-05,1,\n",
            [[3, 4], [-1, 3]],
            [[np.nan] * 2] * 2,
        ),
        (
            "loan_id,payment_date,amount_received\n0001,2024-07-02,7\n0001,2024-06-02,5\n0001,2024-05-02,3\n8,2024-05-02,1\n",
            [[-1, -1]] * 2,
            [[3.0, 5.0], [np.nan, 3.0]],
        ),
    ],
    ids=["a row a month", "a ledger"],
)
def test_a_month_belongs_to_every_snapshot_of_its_loan_where_no_date_says_otherwise(
    read, good, payments, months, received
):
    # The earlier snapshot knows nothing of June.  July is after both dates and is cut, June after one only and is not told.
    reading = read(
        good(), good(as_of_date="2024-05-31", next_due_date="2024-03-01"), good(loan_id="2"), payments=payments
    )
    assert [history(reading, row, 2) for row in (0, 1)] == months
    np.testing.assert_array_equal(reading.tape.history.amount_received[:2, -2:], received)
    assert reading.payments_after_as_of == 1
    assert any("1 row belongs to no row of the tape" in one for one in reading.warnings)


def test_of_a_month_that_a_snapshot_falls_into_nothing_is_known_on_it(read, good):
    # Reinstated on 25 June: on the 5th nobody knew.  The other snapshot is of the month's last day.
    rows = (
        good(as_of_date="2024-06-05", next_due_date="2024-03-01"),
        good(as_of_date="2024-06-30", next_due_date="2024-07-01"),
    )
    reading = read(
        *rows, payments="loan_id,month,months_delinquent,amount_received\n0001,2024-06,0,9000\n0001,2024-05,3,0\n"
    )
    assert history(reading, 0, 2) == [3, -1]
    assert history(reading, 1, 2) == [3, 0]
    assert np.isnan(reading.tape.history.amount_received[0, -1])
    ledger = "loan_id,payment_date,amount_received\n0001,2024-06-03,50\n0001,2024-06-25,9000\n"
    received = read(*rows, payments=ledger).tape.history.amount_received[:, -1]
    assert received.tolist() == [50.0, 9050.0]


def test_nor_where_the_snapshot_is_the_latest_of_its_loan(read, good):
    rows = (
        good(as_of_date="2024-06-05", next_due_date="2024-03-01"),
        good(as_of_date="2024-03-31", next_due_date="2024-02-01"),
    )
    payments = (
        "loan_id,month,months_delinquent,amount_received\n0001,2024-06,0,9000\n0001,2024-05,3,0\n0001,2024-03,1,0\n"
    )
    reading = read(*rows, payments=payments)
    assert history(reading, 0, 4) == [1, -1, 3, -1]
    assert history(reading, 1, 1) == [1]
    np.testing.assert_array_equal(reading.tape.history.amount_received[0, -2:], [0.0, np.nan])


def test_a_cell_that_nobody_can_read_keeps_out_the_snapshots_that_know_its_month_alone(read, good):
    rows = good(as_of_date="2024-04-30", next_due_date="2024-03-01"), good(as_of_date="2024-06-30")
    reading = read(*rows, payments=HEAD + "0001,2024-04,1,\n0001,2024-05,?!,\n0001,2024-06,4,\n")
    assert [(one.code, one.row) for one in reading.exceptions] == [("E_PAYMENT", 3)]
    assert history(reading, 0, 1) == [1]


def test_a_line_of_the_mapping_says_which_comes_first_in_a_month_written_as_a_date(read, good, tmp_path):
    payments = "loan_id,Pmt Month,amount_received\n0001,06/05/2024,50\n"
    mapping, line = tmp_path / "own.toml", 'columns."Pmt Month" = "month"\n'
    mapping.write_text(line, encoding="utf-8")
    with pytest.raises(TapeError, match=r'units\."Pmt Month" = "day_first"'):
        read(good(), payments=payments, mapping=mapping)
    mapping.write_text(f'{line}units."Pmt Month" = "day_first"\n', encoding="utf-8")
    received = read(good(), payments=payments, mapping=mapping).tape.history.amount_received[0, -2:]
    np.testing.assert_array_equal(received, [50.0, np.nan])  # the 6th of May


def test_columns_a_month_of_several_snapshots_need_the_as_of_column(read, good):
    with pytest.raises(TapeError, match="column as_of_date: the column is missing"):
        read(good(), good(as_of_date="2024-05-31"), payments="loan_id,2024-05,2024-06\n0001,3,4\n")


def test_several_snapshots_of_a_loan_are_told_apart_by_the_as_of_column(read, good):
    rows = good(), good(as_of_date="2024-05-31")
    payments = (
        "loan_id,month,months_delinquent,as_of_date\n"
        "0001,2024-06,4,2024-06-30\n0001,2024-05,3,2024-06-30\n0001,2024-05,3,2024-05-31\n0001,2024-06,4,2024-05-31\n"
    )
    reading = read(*rows, payments=payments)
    assert history(reading, 0, 2) == [3, 4]
    assert history(reading, 1, 2) == [-1, 3]
    assert reading.payments_after_as_of == 1
