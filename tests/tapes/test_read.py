"""What is priced, what is excepted with which code, what refuses the file."""

from datetime import date

import numpy as np
import pytest

from notes import TapeError


def codes(reading):
    return [(one.row, one.field, one.code) for one in reading.exceptions]


def test_a_good_row_becomes_a_note_with_leading_zeros_and_its_line(read, good):
    reading = read(good(), good(loan_id="0002", property_state="fl"))
    assert list(reading.tape.notes.text("loan_id")) == ["0001", "0002"]
    assert list(reading.tape.notes.text("property_state")) == ["FL", "FL"]
    assert list(reading.rows) == [2, 3]
    assert reading.flags == ((), ())
    assert reading.as_of_date == date(2024, 6, 30)
    assert reading.exceptions == ()
    assert reading.warnings == ()
    assert len(reading.sha256) == 64


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("loan_id", None, "E_NO_ID"),
        ("loan_id", "N/A", "E_NO_ID"),
        ("loan_id", "0", "E_NO_ID"),
        ("loan_id", "7" * 101, "E_NO_ID"),
        ("upb", None, "E_UPB"),
        ("upb", "-5", "E_UPB"),
        ("upb", "abc", "E_UPB"),
        ("upb", "0", "E_RESOLVED"),
        ("upb", "nan", "E_UPB"),
        ("upb", "inf", "E_UPB"),
        ("upb", "1e400", "E_UPB"),
        ("upb", "1e308", "E_UPB"),
        ("upb", "120k", "E_UPB"),
        ("upb", "1_000", "E_UPB"),
        ("upb", "١٢٣", "E_UPB"),
        ("as_is_value", None, "E_VALUE"),
        ("as_is_value", "0", "E_VALUE"),
        ("property_state", None, "E_STATE"),
        ("property_state", "PR", "E_STATE"),
        ("note_rate", "7.5", "E_RATE_UNIT"),
        ("note_rate", "-0.01", "E_RATE"),
        ("note_rate", "Prime + 2", "E_RATE"),
        ("note_rate", "750", "E_RATE_UNIT"),
        ("note_rate", None, "E_RATE"),
        ("lien_position", None, "E_LIEN"),
        ("lien_position", "1.5", "E_LIEN"),
        ("lien_position", "0", "E_LIEN"),
        ("lien_position", "junior", "E_LIEN"),
        ("next_due_date", "2024-02-30", "E_DATE"),
        ("next_due_date", "0001-03-24", "E_DATE"),
        ("next_due_date", "19999", "E_DATE"),
        ("next_due_date", None, "E_DUE"),
        ("as_of_date", "soon", "E_AS_OF"),
        ("as_of_date", "2024-09-02", "E_AS_OF"),
        ("as_of_date", None, "E_AS_OF"),
        ("dti", "x", "E_SHARE"),
        ("original_balance", "1,23", "E_MONEY"),
        ("credit_score", "99", "E_NUMBER"),
        ("foreclosure_status", "gone", "E_CODE"),
        ("foreclosure_status", "Deed Received", "E_RESOLVED"),
        ("escrowed", "maybe", "E_FLAG"),
        ("arm_index", "x" * 1001, "E_TEXT"),
        ("property_type", "land", "E_DOMAIN"),
        ("units", "26", "E_DOMAIN"),
        ("last_payment_date", "2024-07-01", "E_FUTURE"),
        ("valuation_date", "2024-07-01", "E_FUTURE"),
        ("pay_string", "01z", "E_PAYSTRING"),
        ("pay_string", "012R", "E_RESOLVED"),
        ("pay_string", "1.00011E+23", "E_PAYSTRING_NUMERIC"),
    ],
)
def test_a_broken_cell_excepts_its_row_with_its_code_and_leaves_the_others(read, good, field, text, code):
    reading = read(good(loan_id="a"), good(**{field: text}), good(loan_id="c"))
    assert (3, field, code) in codes(reading)
    assert list(reading.rows) == [2, 4]
    assert (reading.counts.rows, reading.counts.priced, reading.counts.excepted) == (3, 2, 1)
    fix = next(one.fix for one in reading.exceptions if one.code == code)
    assert fix
    assert "{" not in fix


def test_a_file_of_which_nothing_can_be_priced_is_still_accounted_for(read, good):
    reading = read(good(upb="x"), good(loan_id="2", property_state="ZZ"))
    assert (len(reading.tape), reading.flags, reading.as_of_date) == (0, (), date(2024, 6, 30))
    assert (reading.counts.rows, reading.counts.excepted) == (2, 2)


def test_an_instalment_of_nothing_does_not_stand_in_for_a_rate(read, good):
    # Neither price nor interest can be found from P&I 0.
    reading = read(
        good(loan_id="a"), good(note_rate=None, p_and_i="0"), good(loan_id="c", note_rate=None, p_and_i="900")
    )
    assert codes(reading) == [(3, "note_rate", "E_RATE")]


def test_a_repeated_loan_number_is_shown_whole(read, good):
    # The number is how the row is found again; only other cells may hold a name that has slipped.
    reading = read(good(loan_id="FIRST-POOL-0002"), good(loan_id="FIRST-POOL-0002"), good(loan_id="x"))
    assert [(one.code, one.value) for one in reading.exceptions] == [("E_DUP_SAME", "FIRST-POOL-0002")]


def test_a_range_is_told_in_plain_numbers(read, good):
    reading = read(good(upb="-5"), good(loan_id="x"))
    assert "between 0 and 1,000,000,000 US dollars" in reading.exceptions[0].fix


def test_a_broken_due_date_is_told_once(read, good):
    assert codes(read(good(loan_id="x"), good(next_due_date="soon"))) == [(3, "next_due_date", "E_DATE")]


def test_every_reason_against_a_row_is_a_line(read, good):
    reading = read(good(), good(loan_id="2", upb="x", property_state="ZZ", note_rate="7.5"))
    assert {code for _, _, code in codes(reading)} == {"E_UPB", "E_STATE", "E_RATE_UNIT"}
    assert reading.counts.excepted == 1


def test_a_rate_is_not_needed_beside_an_instalment(read, good):
    assert len(read(good(note_rate=None, p_and_i="700")).tape) == 1


def test_a_matured_note_is_valid(read, good):
    assert len(read(good(maturity_date="2019-01-01", origination_date="2004-01-01")).tape) == 1


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"origination_date": "2010-05-01", "maturity_date": "2009-05-01"}, "maturity_date"),
        ({"origination_date": "2010-05-01", "first_payment_date": "2010-04-01"}, "first_payment_date"),
        ({"origination_date": "2024-05-01"}, "next_due_date"),
    ],
)
def test_a_life_that_runs_backwards_is_excepted(read, good, dates, field):
    assert codes(read(good(loan_id="x"), good(**dates))) == [(3, field, "E_ORDER")]


def test_an_empty_lien_position_is_a_first_lien_only_when_asked_for_and_flagged(read, good):
    reading = read(good(lien_position=None), good(loan_id="2", lien_position="2"), assume_first_lien=True)
    assert list(reading.tape.notes.number("lien_position")) == [1.0]
    assert reading.flags == (("W_LIEN_ASSUMED",),)
    assert codes(reading) == [(3, "senior_lien_balance", "E_SENIOR")]


def test_a_junior_lien_with_its_senior_balance_is_priced(read, good):
    assert len(read(good(lien_position="2", senior_lien_balance="0")).tape) == 1


@pytest.mark.parametrize("column", ["loan_id", "upb", "as_is_value", "property_state", "lien_position", "note_rate"])
def test_a_missing_required_column_refuses_the_file_naming_it_and_what_is_near(read, good, column):
    row = good()
    row[f"{column}_x"] = row.pop(column)
    with pytest.raises(TapeError, match=rf"no column {column}.*nearest: '{column}_x' \d+ of 100"):
        read(row)


def test_two_columns_of_one_name_refuse_the_file_with_samples(tmp_path):
    from tapes import read_tape

    path = tmp_path / "twice.csv"
    path.write_text(
        "loan_id,upb,UPB ,as_is_value,property_state,note_rate,lien_position,next_due_date\n1,2,3,4,FL,0,1,\n"
    )
    with pytest.raises(TapeError, match=r"column B 'upb' \(2\) and column C 'UPB' \(3\) both stand for it"):
        read_tape(path)


def test_an_unknown_column_is_named_and_not_read(read, good):
    reading = read(good(**{"Fund Code": "x"}))
    assert reading.warnings == ("1 column is not known and not read: 'Fund Code'; notebid map shows what it might be.",)


def test_headings_count_in_any_case_and_order(read, good):
    reading = read({name.upper(): text for name, text in reversed(good().items())})
    assert len(reading.tape) == 1


def test_a_column_mostly_bad_refuses_the_file_with_its_code(read, good):
    rows = [good(loan_id=str(i + 1), note_rate="7.5" if i % 2 else "0.075") for i in range(60)]
    with pytest.raises(TapeError, match=r"row 3, column note_rate: '7.5', and 30 of 60 .*E_RATE_UNIT.*Divide by 100"):
        read(*rows)


def test_a_few_bad_cells_do_not_refuse_the_file(read, good):
    rows = [good(loan_id=str(i + 1), note_rate="7.5" if i < 10 else "0.075") for i in range(60)]
    assert read(*rows).counts.excepted == 10


# Duplicates.


def test_an_identical_repeat_is_priced_once(read, good):
    reading = read(good(), good(loan_id="2"), good())
    assert list(reading.rows) == [2, 3]
    assert codes(reading) == [(4, "loan_id", "E_DUP_SAME")]


def test_repeats_that_differ_are_both_excepted(read, good):
    reading = read(good(), good(upb="90000"), good(loan_id="2"))
    assert codes(reading) == [(2, "loan_id", "E_DUP"), (3, "loan_id", "E_DUP")]
    assert list(reading.rows) == [4]


def test_one_loan_number_of_two_sellers_is_two_notes(read, good):
    assert len(read(good(seller="A"), good(seller="B")).tape) == 2


# The as-of date.


def test_the_commands_date_goes_before_the_column_and_the_files_name(read, good):
    reading = read(good(), as_of=date(2024, 7, 31), name="tape 2024-05-31.csv")
    assert reading.as_of_date == date(2024, 7, 31)
    assert reading.warnings[0].startswith("--as-of 2024-07-31 is used")


def test_the_column_goes_before_the_files_name(read, good):
    assert read(good(), name="tape 2024-05-31.csv").as_of_date == date(2024, 6, 30)


def test_the_files_name_serves_when_nothing_else_does(read, good):
    row = good()
    del row["as_of_date"]
    assert read(row, name="tape_2024-05-31_v2.csv").as_of_date == date(2024, 5, 31)


@pytest.mark.parametrize("name", ["tape.csv", "tape 2024-13-31.csv", "2024-01-31 to 2024-02-29.csv"])
def test_without_an_as_of_date_the_file_is_refused(read, good, name):
    row = good()
    del row["as_of_date"]
    with pytest.raises(TapeError, match="as-of date is not given"):
        read(row, name=name)


def test_a_future_as_of_date_refuses_the_file(read, good):
    with pytest.raises(TapeError, match="in the future"):
        read(good(), as_of=date(2024, 9, 2))
    with pytest.raises(TapeError, match="in the future"):
        read(good(as_of_date="2024-09-02"))


def test_a_tape_over_twelve_months_old_is_warned_of(read, good):
    assert "over 12 months old" in read(good(as_of_date="2023-07-31", next_due_date="2023-05-01")).warnings[0]
    assert read(good(as_of_date="2023-08-31", next_due_date="2023-05-01")).warnings == ()


def test_rows_of_different_days_are_each_priced_as_of_their_own(read, good):
    reading = read(good(), good(loan_id="2", as_of_date="2024-05-31"))
    assert reading.warnings == ("as_of_date runs from 2024-05-31 to 2024-06-30: each note is priced as of its own.",)
    assert reading.as_of_date == date(2024, 6, 30)


# Flags.


def test_a_nine_of_a_pay_string_agrees_with_any_deeper_due_date(read, good):
    # 20 months behind by the due date; 9 is nine or more.
    assert read(good(next_due_date="2022-11-01", pay_string="789999"), good(loan_id="2")).flags == ((), ())


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"as_is_value": "9000"}, "W_VALUE_RANGE"),
        ({"next_due_date": "2025-08-01"}, "W_PAID_AHEAD"),
        ({"senior_lien_balance": "5000"}, "W_LIEN_SENIOR"),
        ({"original_balance": "60000"}, "W_UPB_ORIGINAL"),
        ({"upb": "1000", "as_is_value": "200000"}, "W_VALUE_RANGE"),
        ({"p_and_i": "70000", "maturity_date": "2049-07-01"}, "W_P_AND_I"),
        ({"valuation_date": "2023-05-30"}, "W_VALUE_OLD"),
        ({"valuation_type": "original"}, "W_VALUE_AT_ORIGINATION"),
        ({"paid_to_date": "2023-12-01"}, "W_DUE_CONFLICT"),
        ({"pay_string": "0001"}, "W_DUE_HISTORY"),
        ({"dti": "#N/A"}, "W_CELL_ERROR"),
        ({"loan_id": "1.2E+15"}, "W_ID_DAMAGED"),
        ({"foreclosure_status": "sale_scheduled", "foreclosure_sale_date": "2024-06-01"}, "W_SALE_DATE_PAST"),
        ({"foreclosure_status": "none", "foreclosure_sale_date": "2024-06-30"}, "W_FORECLOSURE_CONFLICT"),
        ({"upb": "1900", "as_is_value": "1999"}, "W_VALUE_RANGE"),
        ({"note_rate": "0.5"}, "W_RATE_HIGH"),
        ({"loan_status": "Sold to investor"}, "W_STATUS_UNKNOWN"),
        ({"loan_status": "Not REO"}, "W_STATUS_UNKNOWN"),
    ],
)
def test_a_doubt_is_a_flag_on_a_priced_row(read, good, changes, flag):
    reading = read(good(**changes), good(loan_id="2"))
    assert reading.flags == ((flag,), ())


def test_a_note_that_is_paid_up_is_not_paid_off(read, good):
    current = good(loan_status="Paid current", next_due_date="2024-07-01")
    ahead = good(loan_id="2", loan_status="Paid ahead", next_due_date="2024-09-01")
    assert read(current, ahead).flags == ((), ())


def test_dates_a_month_apart_are_no_conflict(read, good):
    # Due 1 March, paid to 1 February: four months behind at the end of June, as the string says.
    assert read(good(paid_to_date="2024-02-01", pay_string="0001234")).flags == ((),)


def test_an_error_value_in_a_required_column_excepts_the_row(read, good):
    assert codes(read(good(loan_id="x"), good(upb="#REF!"))) == [(3, "upb", "E_UPB")]


# What is no note.


def test_titles_blanks_repeated_headings_totals_and_footnotes_are_counted_and_left_out(tmp_path, good):
    from tapes import read_tape

    heading, first = ",".join(good()), ",".join(good().values())
    second = ",".join(good(loan_id="0002", upb="50000.25").values())
    n_commas = len(good()) - 1
    lines = [
        "Pool A" + "," * n_commas,
        "",
        heading,
        first,
        "," * n_commas,
        heading,
        second,
        "Total,,150000.25,,,,,",
        ",,150000.25,,,,,",
        "* balances are not audited",
    ]
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(lines) + "\n")
    reading = read_tape(path)
    counts = reading.counts
    assert (counts.lines, counts.title, counts.blank, counts.repeated_heading, counts.total, counts.footnote) == (
        9,
        1,
        2,
        1,
        2,
        1,
    )
    assert list(reading.rows) == [4, 7]
    assert "9 lines = 7 not notes" in str(counts)


def test_a_note_without_its_number_is_no_total_though_its_principal_is_that_of_all_the_others(read, good):
    reading = read(good(), good(loan_id=""))
    assert (reading.counts.total, reading.counts.rows, reading.counts.excepted) == (0, 2, 1)
    assert [one.code for one in reading.exceptions] == ["E_NO_ID"]


def test_of_a_thousand_unknown_columns_five_are_named_in_one_sentence(read, good):
    reading = read(good(**{f"x{i}": "1" for i in range(1_000)}))
    assert reading.warnings == (
        "1,000 columns are not known and not read: 'x0', 'x1', 'x2', 'x3', 'x4' and 995 more; "
        "notebid map shows what they might be.",
    )


def test_a_total_that_does_not_add_up_is_no_total(tmp_path, read, good):
    reading = read(good(), good(loan_id="Total", upb="123"))
    assert codes(reading) == [(3, "loan_id", "E_NO_ID")]


def test_a_ragged_line_is_excepted_alone_with_its_line_number(tmp_path, good):
    from tapes import read_tape

    lines = [",".join(good()), ",".join(good().values()), "0002,2024-06-30,x", ",".join(good(loan_id="3").values()), ""]
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(lines))
    reading = read_tape(path)
    assert codes(reading) == [(3, "", "E_RAGGED")]
    assert list(reading.rows) == [2, 4]


def test_a_quoted_line_break_keeps_the_line_numbers_right(read, good):
    reading = read(good(arm_index="a"), good(loan_id="2", arm_index="two\nlines"), good(loan_id="3", upb="x"))
    assert codes(reading) == [(3, "arm_index", "E_TEXT"), (5, "upb", "E_UPB")]


def test_personal_data_is_masked_in_exceptions(read, good):
    reading = read(good(loan_id="a"), good(loan_id="b", upb="123-45-6789"), good(loan_id="c", upb="Jane Doe"))
    assert [one.value for one in reading.exceptions] == ["***-**-6789", "J*** D**"]


# Pay strings.


def test_a_pay_string_alone_says_how_far_behind_a_note_is(read, good):
    reading = read(good(next_due_date=None, pay_string="00123F"))
    assert list(reading.tape.history.months_delinquent[0, -6:]) == [0, 0, 1, 2, 3, 4]


def test_a_pay_string_that_lost_its_leading_zeros_is_refused(read, good):
    rows = [good(loan_id=str(i + 1), pay_string="000123") for i in range(3)]
    assert codes(read(*rows, good(loan_id="9", pay_string="123"))) == [(5, "pay_string", "E_PAYSTRING_NUMERIC")]


def test_a_shorter_pay_string_of_a_young_note_is_read(read, good):
    rows = [good(loan_id=str(i + 1), pay_string="001234") for i in range(3)]
    reading = read(*rows, good(loan_id="9", pay_string="0234"))
    assert np.array_equal(reading.tape.history.months_delinquent[3, -5:], [-1, 0, 2, 3, 4])


def test_a_row_is_read_the_same_alone_as_among_others(read, good):
    alone = read(good(dti="0.3"))
    among = read(good(loan_id="x", dti="0.4"), good(dti="0.3"), good(loan_id="y", upb="bad"))
    one, other = alone.tape.notes.frame, among.tape.notes.frame.iloc[[1]].reset_index(drop=True)
    assert one.equals(other)


def test_a_refused_column_is_named_as_the_seller_writes_it(read, good):
    rows = [good(loan_id=f"{i:04}") for i in range(40)]
    for row in rows:
        row["Property State"] = "28201" if row.pop("property_state") else ""
    with pytest.raises(TapeError, match=r"row 2, column 'Property State' \(property_state\): '28201'"):
        read(*rows)


def test_a_column_of_paid_to_dates_that_are_the_due_dates_is_one_question(read, good):
    rows = [good(loan_id=str(i), paid_to_date="2024-03-01") for i in range(1, 6)]
    (warning,) = read(*rows).warnings
    assert warning.startswith(
        "Columns 'paid_to_date' (paid_to_date) and 'next_due_date' (next_due_date) hold the same date in 5 of 5 rows."
    )
    assert read(*rows[:4]).warnings == ()
    apart = [good(loan_id=str(i), paid_to_date="2024-02-01") for i in range(6, 8)]
    assert read(*rows, *apart).warnings == ()


def test_a_tape_without_a_due_date_says_what_last_paid_was_taken_for(read, good):
    row = good(**{"Last Paid": "2024-02-01"})
    del row["next_due_date"]
    with pytest.raises(TapeError) as caught:
        read(row)
    (line,) = [one.strip() for one in str(caught.value).splitlines() if "Last Paid" in one]
    assert line == (
        'columns."Last Paid" = "paid_to_date"   # taken for the day of the last receipt; use this line if it is the day up '
        "to which interest is paid"
    )
