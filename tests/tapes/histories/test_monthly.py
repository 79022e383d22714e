"""A column a month: statuses, receipts, and the months behind that a seller states for the as-of date."""

import pytest

from notes import TapeError

X = -1
STATUS, RECEIPTS = "status_month", "receipts_month"


def columns(target, labels, rows, name="M"):
    """One column a label from rows of cells."""
    return [(f"{name}{label}", target, label, [row[i] for row in rows]) for i, label in enumerate(labels)]


BACK = ["-0", "-1", "-2", "-3"]


def test_columns_that_count_back_begin_at_the_as_of_month(told):
    found = told(*columns(STATUS, BACK, ["3210", "0012", "1000"]), behind=[3, 0, 1])
    assert found.questions == ()
    assert [found.months(i, 4) for i in range(3)] == [[0, 1, 2, 3], [2, 1, 0, 0], [0, 0, 0, 1]]
    assert found.units["M-0"].startswith("months behind, newest right; 0 of 4 rises skip a month; 3 of 3 newest")


@pytest.mark.parametrize("newest_first", [True, False])
def test_numbered_columns_run_as_the_data_show(told, newest_first):
    rows = ["3210", "0012", "1000"]
    rows = rows if newest_first else [one[::-1] for one in rows]
    found = told(*columns(STATUS, ["#1", "#2", "#3", "#4"], rows, "Pay"), behind=[3, 0, 1])
    assert [found.months(i, 4) for i in range(3)] == [[0, 1, 2, 3], [2, 1, 0, 0], [0, 0, 0, 1]]


def test_numbered_columns_that_show_nothing_are_asked_about(told):
    (asked,) = told(*columns(STATUS, ["#1", "#2", "#3"], ["012", "001"], "Pay")).questions
    assert asked.column == "Pay#1 ... Pay#3"
    assert [one.line for one in asked.answers] == ['pay_string."newest" = "right"', 'pay_string."newest" = "left"']


def test_calendar_months_lie_where_they_belong_and_a_gap_is_unknown(told):
    found = told(*columns(STATUS, ["2024-06", "2024-03", "2024-04"], ["301"], ""), behind=[3])
    assert found.months(0, 5) == [X, 0, 1, X, 3]


def test_months_after_the_as_of_date_are_cut_and_counted(told):
    found = told(
        *columns(STATUS, ["2024-05", "2024-06", "2024-07", "2024-08"], [("0", "1", "2", "3"), ("0", "0", "", "1")], ""),
        behind=[1, 0],
    )
    assert [found.months(i, 2) for i in range(2)] == [[0, 1], [0, 0]]
    assert found.reading.after_as_of == 3
    assert "3 cells of monthly columns" in found.findings.warnings[0]


def test_rows_of_different_days_have_each_their_own_as_of_month(told):
    from tests.tapes.histories.conftest import AS_OF

    assert AS_OF == "2024-06-30"
    early = told(*columns(STATUS, ["2024-05", "2024-06"], ["12"], ""), behind=[1], as_of="2024-05-31")
    assert early.months(0, 2) == [X, 1]
    assert early.reading.after_as_of == 1


def test_a_month_twice_refuses_the_tape(told):
    pair = [("Jan-24", STATUS, "2024-01", ["0"]), ("2024-01", STATUS, "2024-01", ["0"])]
    with pytest.raises(TapeError, match=r"columns 1 \('Jan-24'\) and 2 \('2024-01'\) stand for the same month"):
        told(*pair)


def test_columns_labelled_in_two_ways_refuse_the_tape(told):
    with pytest.raises(TapeError, match="labelled in different ways"):
        told(("M0", STATUS, "-0", ["0"]), ("Jan-24", STATUS, "2024-01", ["0"]))


def test_buckets_and_words(told):
    rows = [
        ("120+", "90-119", "60-89", "30-59"),
        ("Current", "Current", "60 Days", "30 Days"),
        ("FC", "FC", "120+", "90"),
        ("BK13", "0-29", "C", "30"),
    ]
    found = told(*columns(STATUS, BACK, rows), behind=[4, 0, 6, 0])
    assert found.codes == []
    assert found.months(0, 4) == [1, 2, 3, 4]
    assert found.months(1, 4) == [1, 2, 0, 0]
    assert found.months(2, 4) == [3, 4, 5, 6]
    assert found.months(3, 4) == [1, 0, 0, X]


def test_days_in_whole_thirties(told):
    found = told(*columns(STATUS, BACK, [("90", "60", "30", "0"), ("0", "0", "0", "0"), ("150", "120", "90", "60")]))
    assert [found.months(i, 4) for i in range(3)] == [[0, 1, 2, 3], [0, 0, 0, 0], [2, 3, 4, 5]]
    assert "30, 60, 90 days" in found.units["M-0"]


def test_numbers_above_nine_and_spreadsheet_decimals(told):
    found = told(*columns(STATUS, BACK, [("14.0", "13", "12", "11"), ("0", "0", "2.0", "1")]), behind=[14, 0])
    assert found.months(0, 4) == [11, 12, 13, 14]


def test_dv01_codes_in_columns(told):
    rows = ["432C", "CC32", "5432", "CCCC", "2CC2"]
    found = told(*columns(STATUS, BACK, rows), behind=[3, 0, 4, 0, 1])
    assert [found.months(i, 4) for i in range(3)] == [[0, 1, 2, 3], [1, 2, 0, 0], [1, 2, 3, 4]]
    assert found.units["M-0"].startswith("dv01")


def test_a_newest_reo_keeps_the_note_out(told):
    found = told(*columns(STATUS, BACK, [("REO", "3", "2", "1"), ("0", "0", "0", "1")]))
    assert found.codes == [(2, "E_RESOLVED")]


def test_columns_that_nobody_can_read_are_asked_about(told):
    (asked,) = told(*columns(STATUS, BACK, [("alpha", "beta", "1", "0"), ("gamma", "0", "0", "0")])).questions
    assert "No alphabet reads the cells" in asked.evidence


def test_columns_go_before_the_pay_string_and_differences_are_flagged(told):
    found = told(
        *columns(STATUS, BACK[:2], [("2", "1"), ("0", "0"), ("3", "2")]),
        ("pay_string", "pay_string", None, ["000112", "000010", "000123"]),
        behind=[2, 0, 3],
    )
    assert [found.months(i) for i in range(3)] == [[0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 2, 3]]
    assert found.flags == ((), ("W_PAYSTRING_CONFLICT",), ())


# Receipts.


def test_receipts_lie_in_their_months_and_an_empty_cell_is_unknown(told):
    rows = [("0", "", "1,250.00", "(50.00)"), ("$900", "900", "0.00", "900")]
    found = told(*columns(RECEIPTS, BACK, rows, "ID0 "))
    assert found.received(0, 4) == [-50, 1250, None, 0]
    assert found.received(1, 4) == [900, 0, 900, 900]
    assert found.units["ID0 -0"].endswith("months back from the newest")


def test_receipts_that_are_no_money_keep_their_note_out(told):
    found = told(*columns(RECEIPTS, BACK, [("0", "x", "1", "1"), ("1", "1", "1", "1")], "P"))
    assert found.codes == [(2, "E_MONEY")]
    assert found.received(1, 4) == [1, 1, 1, 1]


def test_numbered_receipts_run_as_their_statuses_do(told):
    labels = ["#1", "#2", "#3", "#4"]
    found = told(
        *columns(STATUS, labels, ["3210", "0012", "1000"], "S"),
        *columns(RECEIPTS, labels, [("0", "0", "0", "5"), ("5", "15", "5", "0"), ("0", "5", "5", "5")], "R"),
        behind=[3, 0, 1],
    )
    assert found.received(0, 4) == [5, 0, 0, 0]
    assert found.units["R#1"].endswith("numbered, newest left")


def test_numbered_receipts_run_as_the_last_payments_show(told):
    rows = [("0", "5", "5"), ("0", "0", "5"), ("0", "5", "5"), ("5", "5", "0")]
    paid = ["2024-05-03", "2024-04-11", "2024-05-20", "2024-06-01"]
    found = told(*columns(RECEIPTS, ["#1", "#2", "#3"], rows, "R"), ("LPD", "last_payment_date", None, paid))
    assert found.received(1, 3) == [5, 0, 0]


def test_numbered_receipts_that_show_nothing_are_asked_about(told):
    (asked,) = told(*columns(RECEIPTS, ["#1", "#2"], [("5", "5")], "R")).questions
    assert asked.asks == "At which end is the newest month?"
    assert asked.answers[0].meaning == "R#1 is the newest"


def test_the_newest_column_is_of_the_month_before_where_the_last_payments_show_it(told):
    rows = [("5", "5"), ("5", "0"), ("5", "5"), ("0", "5")]
    paid = ["2024-05-03", "2024-05-11", "2024-05-20", "2024-04-01"]
    found = told(*columns(RECEIPTS, BACK[:2], rows, "R"), ("LPD", "last_payment_date", None, paid))
    assert found.received(0, 3) == [5, 5, None]


# Months behind now.


@pytest.mark.parametrize(
    ("cells", "months"),
    [
        (["3", "0", "12"], [3, 0, 12]),
        (["30-59", "Current", "120+"], [1, 0, 4]),
        (["60 Days", "0", "90"], [2, 0, 3]),
        (["00", "XX", "04"], [0, X, 4]),
    ],
)
def test_months_behind_now_are_read_in_months_days_and_words(told, cells, months):
    found = told(("Delq Status", "months_delinquent", None, cells))
    assert [found.months(i, 1)[0] for i in range(3)] == months
    assert all("W_METHOD" in flags for flags, month in zip(found.flags, months, strict=True) if month != X)


def test_months_behind_now_count_only_without_a_due_date(told):
    found = told(("Delq", "months_delinquent", None, ["3", "3", "3"]), behind=[3, 7, None], method="mba")
    assert [found.months(i, 1)[0] for i in range(3)] == [X, X, 3]
    assert found.flags == ((), ("W_DUE_HISTORY",), ())


def test_months_behind_now_by_ots_are_one_more(told):
    found = told(("Delq", "months_delinquent", None, ["3", "0"]), method="ots")
    assert [found.months(i, 1)[0] for i in range(2)] == [4, X]


def test_a_status_that_nobody_can_read_keeps_its_note_out(told):
    found = told(("Delq", "months_delinquent", None, ["3", "0", "soon", "1"]), method="mba")
    assert found.codes == [(4, "E_STATUS")]


def test_a_status_beside_a_due_date_is_only_told_of_where_nobody_can_read_it(told):
    found = told(("Delq", "months_delinquent", None, ["3", "Plan B", "0"]), behind=[3, 2, 0])
    assert found.codes == []
    assert "'Delq': 1 cell is no number and no known word" in found.findings.warnings[0]


def test_real_estate_owned_now_keeps_the_note_out(told):
    assert told(("Delq", "months_delinquent", None, ["RA", "0", "01"]), method="mba").codes == [(2, "E_RESOLVED")]


def test_a_column_of_methods_says_each_notes(told):
    found = told(
        ("Delq", "months_delinquent", None, ["3", "3", "3"]),
        ("Method", "delinquency_method", None, ["mba", "ots", ""]),
    )
    assert [found.months(i, 1)[0] for i in range(3)] == [3, 4, 3]
    assert found.flags == ((), (), ("W_METHOD",))


def test_notes_that_look_the_same_from_both_ends_do_not_hide_the_newest_receipts(told):
    paid = [("5", "5", "5")] * 9 + [("5", "5", ""), ("5", "", ""), ("5", "5", "")]
    last = ("Last Paid", "last_payment_date", None, ["2024-06-05"] * 12)
    found = told(*columns(RECEIPTS, ["#1", "#2", "#3"], paid, "Pay"), last)
    assert found.questions == ()
    assert found.received(9, 3) == [None, 5.0, 5.0]


# Months or days.


def test_numbers_of_a_status_without_due_dates_that_may_be_days_or_months_are_asked_about(told):
    cells = ["0", "59", "121", "30"]
    (asked,) = told(("Delinquency Status", "months_delinquent", None, cells)).questions
    assert [one.line for one in asked.answers] == [
        'pay_string."alphabet" = "months_behind"',
        'pay_string."alphabet" = "days"',
    ]
    column = ("Delinquency Status", "months_delinquent", None, cells)
    assert [told(column, mapping={"alphabet": "days"}).months(i, 1) for i in range(4)] == [[0], [2], [4], [1]]
    assert [told(column, mapping={"alphabet": "months_behind"}).months(i, 1) for i in (1, 2)] == [[59], [121]]


def test_a_heading_of_months_is_not_asked_about(told):
    found = told(("Months Delinquent", "months_delinquent", None, ["0", "59", "40"]))
    assert (found.questions, found.months(1, 1)) == ((), [59])


def test_columns_of_days_past_due_are_told_by_the_due_dates(told):
    # At the ends of June, May and April: due on 1 May 60, 30 and none.
    rows = [["0", "0", "0"], ["60", "30", "0"], ["90", "60", "29"]]
    found = told(*columns(STATUS, BACK[:3], rows), behind=[0, 2, 3])
    assert found.questions == ()
    assert [found.months(i, 3) for i in range(3)] == [[0, 0, 0], [0, 1, 2], [1, 2, 3]]


def test_receipts_that_are_all_negative_are_refused(told):
    with pytest.raises(TapeError, match="most amounts are negative"):
        told(*columns(RECEIPTS, BACK[:2], [["-850", "-850"], ["-900", "0"]]))


def test_what_is_said_of_pay_strings_does_not_turn_columns_of_calendar_months(told):
    found = told(*columns(STATUS, ["2024-04", "2024-05", "2024-06"], ["012", "000"]), mapping={"newest": "left"})
    assert found.months(0, 3) == [0, 1, 2]
