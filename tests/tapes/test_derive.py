"""What is told from a seller's other columns: dates and stages worked out by hand for a tape of 2024-06-30."""

import pytest


def codes(reading):
    return [(one.row, one.field, one.code) for one in reading.exceptions]


def only(reading, name):
    return reading.tape.notes.frame[name].tolist()


def day(reading, name):
    return [str(one)[:10] for one in reading.tape.notes.days(name)]


@pytest.mark.parametrize(
    ("days", "due", "behind"),
    [("0", "2024-06-30", 0), ("29", "2024-06-01", 1), ("121", "2024-03-01", 4), ("-17", "2024-07-17", 0)],
)
def test_days_past_due_give_the_due_date(read, good, days, due, behind):
    from notes.delinquency import months_delinquent

    reading = read(good(next_due_date=None, days_past_due=days))
    assert day(reading, "next_due_date") == [due]
    assert reading.flags == (("W_DUE_DERIVED",),)
    assert months_delinquent(reading.tape).tolist() == [behind]


def test_a_due_date_that_is_given_is_kept_and_a_contradiction_flagged(read, good):
    # Due 1 March: 121 days on 30 June.
    assert read(good(days_past_due="150")).flags == ((),)
    reading = read(good(days_past_due="30"))
    assert reading.flags == (("W_DUE_DAYS",),)
    assert day(reading, "next_due_date") == ["2024-03-01"]
    assert read(good(next_due_date=None, paid_to_date="2024-02-01", days_past_due="121")).flags == ((),)


def test_days_past_due_that_cannot_be_read_except_the_row(read, good):
    reading = read(good(days_past_due="121"), good(loan_id="2", days_past_due="many"))
    assert codes(reading) == [(3, "days_past_due", "E_NUMBER")]


def test_a_remaining_term_gives_the_maturity(read, good):
    reading = read(good(remaining_term="12"), good(loan_id="2", remaining_term="-6"))
    assert day(reading, "maturity_date") == ["2025-06-30", "2023-12-30"]
    assert reading.flags == (("W_MATURITY_DERIVED",),) * 2
    kept = read(good(maturity_date="2040-01-01", remaining_term="12"))
    assert day(kept, "maturity_date") == ["2040-01-01"]


@pytest.mark.parametrize(
    ("seller", "status", "flag"),
    [
        ({"foreclosure_flag": "Y"}, "referred", True),
        ({"foreclosure_flag": "N"}, "none", False),
        ({"loan_status": "Foreclosure"}, "referred", True),
        ({"foreclosure_referral_date": "2024-01-15"}, "referred", True),
        ({"foreclosure_first_legal_date": "2024-02-15", "foreclosure_referral_date": "2024-01-15"}, "filed", True),
        ({"foreclosure_judgment_date": "2024-05-15", "foreclosure_flag": "Y"}, "judgment", True),
        ({"foreclosure_sale_date": "2024-08-15"}, "sale_scheduled", True),
        ({"foreclosure_flag": "N", "foreclosure_first_legal_date": "2021-02-15"}, "none", True),
        ({"foreclosure_flag": "N", "foreclosure_sale_date": "2024-08-15"}, "sale_scheduled", True),
        ({"foreclosure_status": "filed", "foreclosure_sale_date": "2024-08-15"}, "filed", False),
    ],
)
def test_the_stage_of_a_foreclosure_is_told_where_the_status_is_empty(read, good, seller, status, flag):
    reading = read(good(**seller))
    assert only(reading, "foreclosure_status") == [status]
    assert ("W_STATUS_DERIVED" in reading.flags[0]) is flag


def test_a_foreclosure_on_hold_keeps_the_stage_that_its_dates_show(read, good):
    reading = read(good(foreclosure_status="On Hold", foreclosure_first_legal_date="2024-02-15"))
    assert only(reading, "foreclosure_status") == ["filed"]
    assert reading.flags == (("W_STATUS_DERIVED", "W_FORECLOSURE_HOLD"),)


def test_a_first_legal_date_after_the_tape_is_excepted(read, good):
    reading = read(good(loan_id="a"), good(foreclosure_first_legal_date="2024-07-15"))
    assert codes(reading) == [(3, "foreclosure_first_legal_date", "E_FUTURE")]


@pytest.mark.parametrize(
    ("seller", "chapter", "flags"),
    [
        ({"bankruptcy_flag": "Y"}, "", ("W_BANKRUPTCY_CHAPTER",)),
        ({"bankruptcy_flag": "Y", "bankruptcy_chapter": "Ch 13"}, "13", ()),
        ({"bankruptcy_flag": "N", "bankruptcy_chapter": "7"}, "7", ("W_BANKRUPTCY_CHAPTER",)),
        ({"bankruptcy_flag": "N"}, "", ()),
        ({"bankruptcy_status": "Dismissed", "bankruptcy_chapter": "13"}, "", ("W_BANKRUPTCY_OVER",)),
        ({"bankruptcy_status": "Discharged"}, "", ()),
        ({"bankruptcy_status": "Active Chapter 13"}, "13", ()),
        ({"bankruptcy_status": "Active", "bankruptcy_chapter": "7"}, "7", ()),
        ({"loan_status": "Bankruptcy"}, "", ("W_BANKRUPTCY_CHAPTER",)),
    ],
)
def test_a_bankruptcy_is_open_with_its_chapter_or_flagged(read, good, seller, chapter, flags):
    reading = read(good(**seller))
    assert reading.tape.notes.text("bankruptcy_chapter").tolist() == [chapter]
    assert reading.flags == (flags,)


def test_a_modification_without_its_date_is_flagged(read, good):
    assert read(good(modification_flag="Y")).flags == (("W_MODIFICATION_UNDATED",),)
    assert read(good(modification_flag="Y", modification_date="2022-01-01")).flags == ((),)


def test_real_estate_owned_is_resolved_and_a_flag_that_cannot_be_read_is_excepted(read, good):
    reading = read(
        good(loan_id="a"),
        good(loan_id="b", reo_flag="Y"),
        good(loan_id="c", reo_flag="IO 10YR"),
        good(loan_id="d", reo_flag="N"),
    )
    assert codes(reading) == [(3, "reo_flag", "E_RESOLVED"), (4, "reo_flag", "E_FLAG")]


def test_a_tape_of_which_most_notes_are_resolved_is_still_read(read, good):
    rows = [good(loan_id=str(i + 1), loan_status="Paid Off" if i else "Current") for i in range(40)]
    reading = read(*rows)
    assert {code for _, _, code in codes(reading)} == {"E_RESOLVED"}
    assert (reading.counts.priced, reading.counts.excepted) == (1, 39)


def test_a_loan_out_of_domain_is_named_as_such(read, good):
    reading = read(good(loan_id="a", loan_type="FHA"), good(loan_id="b", loan_type="HELOC"))
    assert codes(reading) == [(3, "loan_type", "E_DOMAIN")]


# One loan on several properties.


def test_rows_that_differ_only_in_the_property_are_one_loan_on_several(read, good):
    reading = read(
        good(),
        good(property_state="GA", as_is_value="150000"),
        good(loan_id="2"),
    )
    assert codes(reading) == [(2, "loan_id", "E_SEVERAL_PROPERTIES"), (3, "loan_id", "E_SEVERAL_PROPERTIES")]
    assert "several properties" not in reading.exceptions[0].fix
    assert reading.counts.priced == 1


def test_two_valuations_of_one_property_are_no_two_properties(read, good):
    # Added up, as for several properties, they would double what the house is worth.
    reading = read(good(), good(as_is_value="150000", valuation_date="2024-05-01"), good(loan_id="2"))
    assert codes(reading) == [(2, "loan_id", "E_DUP"), (3, "loan_id", "E_DUP")]


def test_what_a_further_property_leaves_empty_of_the_loan_does_not_make_it_another(read, good):
    reading = read(good(), good(upb=None, note_rate=None, property_state="GA"), good(loan_id="2"))
    assert {code for row, name, code in codes(reading) if name == "loan_id"} == {"E_SEVERAL_PROPERTIES"}


def test_rows_that_differ_in_the_loan_are_a_contradiction(read, good):
    reading = read(good(), good(property_state="GA", upb="90000"), good(loan_id="2"))
    assert {code for _, _, code in codes(reading)} == {"E_DUP"}


def test_a_maturity_since_the_modification_goes_before_the_other_and_a_difference_is_flagged(read, good):
    reading = read(
        good(maturity_date="2040-01-01", modified_maturity_date="2050-01-01"),
        good(loan_id="2", maturity_date="2040-01-01", modified_maturity_date="2040-01-01"),
        good(loan_id="3", maturity_date="2040-01-01"),
        good(loan_id="4", maturity_date=None, modified_maturity_date="2045-01-01"),
    )
    assert day(reading, "maturity_date") == ["2050-01-01", "2040-01-01", "2040-01-01", "2045-01-01"]
    assert reading.flags == (("W_MATURITY_MODIFIED",), (), (), ())


def test_a_flag_says_that_the_rate_is_adjustable_where_no_rate_type_does(read, good):
    reading = read(
        good(arm_flag="Y", rate_type=None),
        good(loan_id="2", arm_flag="N", rate_type=None),
        good(loan_id="3", arm_flag="Y", rate_type="fixed"),
        good(loan_id="4", arm_flag="Y", rate_type="step"),
        good(loan_id="5", arm_flag="N", rate_type="arm"),
    )
    assert [str(one) for one in only(reading, "rate_type")] == ["arm", "nan", "fixed", "step", "arm"]
    assert reading.flags == ((), (), ("W_RATE_TYPE",), (), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"foreclosure_status": "none", "foreclosure_flag": "Y"},
        {"foreclosure_status": "none", "loan_status": "Foreclosure"},
        {"foreclosure_status": "filed", "foreclosure_flag": "N"},
    ],
)
def test_a_foreclosure_that_two_columns_tell_differently_is_flagged_and_its_status_kept(read, good, changes):
    reading = read(good(**changes))
    assert reading.flags == (("W_FORECLOSURE_CONFLICT",),)
    assert only(reading, "foreclosure_status") == [changes["foreclosure_status"]]


def test_a_note_called_current_that_is_months_behind_is_flagged(read, good):
    # Due 1 April, May and June at the end of June: three months behind; due 1 May: two.
    reading = read(
        good(loan_status="Current", next_due_date="2024-04-01"),
        good(loan_id="2", loan_status="Performing", next_due_date="2024-05-01"),
        good(loan_id="3", loan_status="Delinquent", next_due_date="2024-01-01"),
    )
    assert reading.flags == (("W_DUE_HISTORY",), (), ())


@pytest.mark.parametrize(
    ("status", "chapter"),
    [("BK 13", "13"), ("BK13", "13"), ("BK Ch 13", "13"), ("Bankruptcy Ch. 7", "7"), ("Chapter 11 Bankruptcy", "11")],
)
def test_a_status_that_names_the_chapter_gives_it_and_is_flagged(read, good, status, chapter):
    reading = read(good(loan_status=status), good(loan_id="2", loan_status=status, bankruptcy_chapter=chapter))
    assert reading.tape.notes.text("bankruptcy_chapter").tolist() == [chapter, chapter]
    assert reading.flags == (("W_BANKRUPTCY_CHAPTER",), ())


def test_the_chapters_own_column_goes_before_the_status_and_a_closed_case_has_none(read, good):
    reading = read(
        good(loan_status="BK 13", bankruptcy_chapter="7"),
        good(loan_id="2", loan_status="BK 13", bankruptcy_status="Dismissed"),
    )
    assert reading.tape.notes.text("bankruptcy_chapter").tolist() == ["7", ""]
    assert reading.flags[0] == ("W_BANKRUPTCY_CHAPTER",)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("In FC", "referred"),
        ("Foreclosure - Sale Scheduled", "sale_scheduled"),
        ("FC - Sale Set", "sale_scheduled"),
        ("FC - Judgment Entered", "judgment"),
        ("Foreclosure - Complaint Filed", "filed"),
    ],
)
def test_a_status_that_names_the_stage_gives_it_and_is_flagged(read, good, status, stage):
    reading = read(good(loan_status=status), good(loan_id="2", loan_status=status, foreclosure_status=stage))
    assert only(reading, "foreclosure_status") == [stage, stage]
    assert reading.flags == (("W_STATUS_DERIVED",), ())


@pytest.mark.parametrize(
    ("status", "plan"),
    [
        ("FB Plan", "forbearance"),
        ("Forbearance Plan", "forbearance"),
        ("Trial Mod", "trial"),
        ("Repayment Plan", "repayment_plan"),
    ],
)
def test_a_status_that_names_a_plan_gives_it_and_is_flagged(read, good, status, plan):
    reading = read(good(loan_status=status), good(loan_id="2", loan_status=status, loss_mitigation_status="review"))
    assert only(reading, "loss_mitigation_status") == [plan, "review"]
    assert reading.flags == (("W_STATUS_DERIVED",), ())
