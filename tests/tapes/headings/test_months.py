"""Columns of which a file has one a month."""

import pytest

from notes import TapeError
from tapes.headings import Mapping, assign, matched
from tapes.headings.months import month_heading, month_runs

NEVER = frozenset()


def months(table, columns, mapping=None):
    laid = table(columns)
    found = matched(laid, NEVER, None if mapping is None else mapping.on(laid)).columns
    return {one.heading: (one.target, one.month) for one in found}


def codes(*headings):
    return {one: ["0", "1", "2"] for one in headings}


def money(*headings):
    return {one: ["0", "1234.56", "$980.00"] for one in headings}


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["M0", "M1", "M12"], ["-0", "-1", "-12"]),
        (["m0", "m1"], ["-0", "-1"]),
        (["phMonth0", "phMonth1"], ["-0", "-1"]),
        (["M1", "M2", "M3"], ["#1", "#2", "#3"]),
        (
            ["Pay1", "Pay2", "Pay36", *[f"Pay{i}" for i in range(3, 36)]],
            ["#1", "#2", "#36", *[f"#{i}" for i in range(3, 36)]],
        ),
        (["Hist1", "Hist2"], ["#1", "#2"]),
        (["Hist01", "Hist02"], ["#1", "#2"]),
        (["Month 1", "Month 2"], ["#1", "#2"]),
        (["Month 0", "Month 1"], ["#0", "#1"]),
        (["DQ Status 1", "DQ Status 2"], ["#1", "#2"]),
        (["Jan-24", "Feb-24"], ["2024-01", "2024-02"]),
        (["Dec-99", "Jan-00"], ["1999-12", "2000-01"]),
        (["Jan 2024", "February 2024"], ["2024-01", "2024-02"]),
        (["JAN24", "SEPT24"], ["2024-01", "2024-09"]),
        (["2024-01", "2024-02"], ["2024-01", "2024-02"]),
        (["202401", "202402"], ["2024-01", "2024-02"]),
        (["01/2024", "2/2024"], ["2024-01", "2024-02"]),
        (["2024-01-31", "2024-02-29"], ["2024-01", "2024-02"]),
        (["2024-01-01 00:00:00", "2024-02-01 00:00:00"], ["2024-01", "2024-02"]),
        (["1/31/2024", "2/29/2024"], ["2024-01", "2024-02"]),
        (["31/1/2024", "29/2/2024"], ["2024-01", "2024-02"]),
        (["1/1/2024", "2/1/2024"], ["2024-01", "2024-02"]),
        (["1/3/2024", "1/4/2024"], ["2024-03", "2024-04"]),
        (["31-Jan-24", "29-Feb-24"], ["2024-01", "2024-02"]),
        (["Status 2024-01", "Jan-25 Status"], ["2024-01", "2025-01"]),
        (["Pmt Jan-24", "Payment Feb-24"], ["2024-01", "2024-02"]),
    ],
)
def test_a_column_a_month_is_known_with_its_month(table, headings, expected):
    found = months(table, codes(*headings))
    assert [found[one] for one in headings] == [("status_month", one) for one in expected]


@pytest.mark.parametrize(
    "headings", [["ID0 0 - $", "ID0 1 - $"], ["phPayment0", "phPayment1"], ["Received Jan-24", "Received Feb-24"]]
)
def test_a_word_for_money_says_that_the_months_are_receipts(table, headings):
    assert {target for target, _ in months(table, codes(*headings)).values()} == {"receipts_month"}


@pytest.mark.parametrize("headings", [["Jan-24", "Feb-24"], ["Pay1", "Pay2"], ["Pmt Jan-24", "Pmt Feb-24"]])
def test_where_no_word_says_it_the_cells_of_the_whole_series_do(table, headings):
    assert {target for target, _ in months(table, codes(*headings)).values()} == {"status_month"}
    assert {target for target, _ in months(table, money(*headings)).values()} == {"receipts_month"}
    # One column of nothing but zeros goes with its series.
    mixed = money(*headings) | {headings[0]: ["0", "0", "0"]}
    assert {target for target, _ in months(table, mixed).values()} == {"receipts_month"}


@pytest.mark.parametrize(
    "cells", [["0", "30", "60", "120"], ["C", "C", "F", "R"], ["90+", "30", "0", "B"], ["", "", "x", ""]]
)
def test_buckets_and_letters_are_statuses(table, cells):
    assert months(table, {"Jan-24": cells, "Feb-24": cells})["Jan-24"] == ("status_month", "2024-01")


def test_status_and_receipts_stand_side_by_side(table):
    found = months(table, codes("M0", "M1") | money("ID0 0 - $", "ID0 1 - $"))
    assert found == {
        "M0": ("status_month", "-0"),
        "M1": ("status_month", "-1"),
        "ID0 0 - $": ("receipts_month", "-0"),
        "ID0 1 - $": ("receipts_month", "-1"),
    }


@pytest.mark.parametrize(
    "headings",
    [
        ["Jan-24"],
        ["2024-01-31"],
        ["31-60", "61-90"],
        ["1-30", "31-60"],
        ["UPB Jan-24", "UPB Feb-24"],
        ["Due Jan-24"],
        ["May", "June"],
    ],
)
def test_what_only_looks_like_a_month_is_none(table, headings):
    assert {target for target, _ in months(table, codes("loan_id", *headings)).values()} == {None, "loan_id"}


def test_pay_strings_of_several_lengths_are_no_months(table):
    assert months(table, codes("Pay String 12"))["Pay String 12"] == ("pay_string", None)
    laid = table(codes("Pay String 12", "Pay String 24"))
    with pytest.raises(TapeError, match="Which of them is pay_string"):
        assign(laid, NEVER)


def test_a_repeated_month_is_refused_with_both_columns_named(table):
    laid = table([("Jan-24", ["0"]), ("2024-01", ["1"]), ("Feb-24", ["1"])])
    with pytest.raises(
        TapeError, match=r"column A 'Jan-24' \(0\) and column B '2024-01' \(1\) both stand for it"
    ) as refused:
        assign(laid, NEVER)
    assert "status_month 2024-01" in str(refused.value)


def test_a_person_says_of_one_month_what_all_of_its_series_are(table):
    found = months(table, codes("Jan-24", "Feb-24"), Mapping({"Jan-24": "receipts_month"}))
    assert found == {"Jan-24": ("receipts_month", "2024-01"), "Feb-24": ("receipts_month", "2024-02")}


def test_a_month_that_a_person_takes_out_is_out(table):
    found = months(table, codes("Jan-24", "Feb-24", "Mar-24"), Mapping({"Jan-24": "ignored"}))
    assert [target for target, _ in found.values()] == ["ignored", "status_month", "status_month"]


def test_last_months_word_on_a_series_holds_for_next_months_tape(table):
    found = months(table, codes("Feb-24", "Mar-24"), Mapping({"Jan-24": "receipts_month"}))
    assert {target for target, _ in found.values()} == {"receipts_month"}


def test_only_a_row_of_months_is_a_row_of_headings():
    assert month_runs(["Loan", "2024-01-31", "2024-02-29", "2024-03-31"]) == {1, 2, 3}
    assert month_runs(["Mar-24", "Feb-24", "Jan-24"]) == {0, 1, 2}
    assert month_runs(["2024-03-01", "2019-05-01", "2049-05-01"]) == frozenset()


def test_a_year_far_off_is_no_month():
    assert month_heading("1850-01") is None
    assert month_heading("209901") is None


def test_lone_dashes_are_nothing_received_and_no_codes(table):
    cells = ["-", "$ -", "1,199.10", "-"]
    found = months(table, {"Pay1": cells, "Pay2": ["-", "-", "-", "-"], "Pay3": cells})
    assert {target for target, _ in found.values()} == {"receipts_month"}
