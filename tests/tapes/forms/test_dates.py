"""Dates as sellers write them: expected values by hand, from a calendar and Excel's own serial numbers."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.schema import field
from tapes.forms import Context
from tapes.forms.dates import form_dates
from tapes.forms.day_order import file_order


def form(*cells, name="valuation_date", **context):
    text = pa.chunked_array([pa.array(cells, pa.string())])
    return form_dates(text, field(name), Context("BPO Date", **context))


def texts(*cells, **more):
    formed = form(*cells, **more)
    assert formed.question is None
    return formed.text.to_pylist()


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-3-1", "2024-03-01"),
        ("2024/03/01", "2024-03-01"),
        ("2024.03.01", "2024-03-01"),
        ("2024-03-01 00:00:00", "2024-03-01"),
        ("2024-03-01T14:30:00", "2024-03-01"),
        ("2024-03-01T14:30:00.123Z", "2024-03-01"),
        ("2024-03-01 14:30:00+00:00", "2024-03-01"),
        ("3/15/24", "2024-03-15"),
        ("03/15/2024", "2024-03-15"),
        ("3/15/2024 12:00:00 AM", "2024-03-15"),
        ("3/15/24 0:00", "2024-03-15"),
        ("03-15-2024", "2024-03-15"),
        ("15.03.2024", "2024-03-15"),
        ("20240301", "2024-03-01"),
        ("03152024", "2024-03-15"),
        ("3152024", "2024-03-15"),
        ("031524", "2024-03-15"),
        ("1-Mar-2024", "2024-03-01"),
        ("01-MAR-24", "2024-03-01"),
        ("1 March 2024", "2024-03-01"),
        ("01MAR2024:00:00:00", "2024-03-01"),
        ("Mar 1, 2024", "2024-03-01"),
        ("March 1st, 2024", "2024-03-01"),
        ("Sept. 30, 2023", "2023-09-30"),
        ("Mar  1 2024 12:00AM", "2024-03-01"),
        ("Friday, March 1, 2024", "2024-03-01"),
        ("2024-Mar-01", "2024-03-01"),
        ("March 2024", "2024-03-01"),
        ("Mar-24", "2024-03-01"),
        ("Mar '24", "2024-03-01"),
        ("202403", "2024-03-01"),
        ("032024", "2024-03-01"),
        ("03/2024", "2024-03-01"),
        ("3/2024", "2024-03-01"),
        ("2024-03", "2024-03-01"),
        ("45352", "2024-03-01"),
        ("45352.75", "2024-03-01"),
        ("43617", "2019-06-01"),
        ("２０２４-03-01", "2024-03-01"),
    ],
)
def test_a_shape_is_read(cell, day):
    assert texts(cell) == [day]


@pytest.mark.parametrize(
    "cell",
    [
        "0",
        "00/00/0000",
        "0/0/00",
        "0000-00-00",
        "00000000",
        "1/1/1900",
        "01/01/1900",
        "1/0/1900",
        "1/0/00",
        "1900-01-01",
        "1900-01-01 00:00:00",
        "1/1/1753",
        "1899-12-30",
        "12/30/1899",
        "12/31/9999",
        "31/12/9999",
        "9999-12-31",
        "99991231",
        "99/99/9999",
        "99999999",
        "2958465",
        "0001-01-01",
        "NULL",
        "N/A",
        "-",
    ],
)
def test_a_sentinel_stands_for_no_date(cell):
    formed = form(cell, "2024-03-01")
    assert formed.text.to_pylist() == [None, "2024-03-01"]
    assert formed.flagged == ()
    assert "1 cell that stands for nothing" in formed.remarks[0]


@pytest.mark.parametrize(
    "cell", ["7/XX/2002", "**/**/2020", "xx/xx/xxxx", "2002-07-XX", "##/##/####", "########", "200207XX"]
)
def test_a_masked_day_is_missing_and_flagged(cell):
    formed = form("2024-03-01", cell)
    assert formed.text.to_pylist() == ["2024-03-01", None]
    [(code, mask)] = formed.flagged
    assert (code, list(mask)) == ("W_DATE_MASKED", [False, True])


@pytest.mark.parametrize(
    "cell",
    [
        "2/30/2024",
        "2024-02-30",
        "13/13/2024",
        "0001-03-24",
        "2101-01-01",
        "1949-12-31",
        "24-Mar",
        "3/24",
        "2024",
        "19999",
        "60001",
        "soon",
        "Mar",
        "#N/A",
        "3/1-2024",
        "1" * 60,
        "X" * 40_000,
        "٣/١/2024",
        "TRUE",
        "-45352",
        "1e5",
        "Q1 2024",
    ],
)
def test_what_is_no_day_of_the_calendar_stays_as_written_for_its_row_to_be_excepted(cell):
    assert texts(cell, "2024-03-01") == [cell, "2024-03-01"]


def test_a_column_in_contract_form_is_handed_on_untouched():
    text = pa.chunked_array([["2024-03-01", None], ["1950-01-01", "2100-12-31"]])
    formed = form_dates(text, field("valuation_date"), Context("valuation_date"))
    assert formed.text is text
    assert formed.unit == "dates YYYY-MM-DD"


def test_an_empty_column_and_a_column_without_chunks_are_read():
    assert texts(None, None) == [None, None]
    nothing = pa.chunked_array([], pa.string())
    assert form_dates(nothing, field("valuation_date"), Context("x")).text.to_pylist() == []


# Which comes first, the month or the day.


def test_a_part_over_twelve_anywhere_proves_the_order_of_the_whole_column():
    assert texts("3/4/24", "2/13/24", "12/1/23") == ["2024-03-04", "2024-02-13", "2023-12-01"]
    assert texts("3/4/24", "13/2/24", "12/1/23") == [
        "2024-04-03",
        "2024-02-13",
        "2023-01-12",
    ]


def test_both_orders_proven_in_one_column_is_asked_with_the_cells():
    formed = form("3/4/24", "13/2/24", "2/14/24", "2/15/24")
    question = formed.question
    assert "2 cells can only be M/D/Y ('2/14/24', '2/15/24')" in question.evidence
    assert "1 cells can only be D/M/Y ('13/2/24')" in question.evidence
    assert [one.line for one in question.answers] == [
        'units."BPO Date" = "month_first"',
        'units."BPO Date" = "day_first"',
    ]
    assert formed.text.to_pylist() == [None] * 4


def test_the_mapping_settles_a_contradiction_and_the_cells_that_do_not_fit_stay_bad():
    assert texts("3/4/24", "13/2/24", "2/14/24", stated="month_first") == ["2024-03-04", "13/2/24", "2024-02-14"]
    assert texts("3/4/24", "13/2/24", "2/14/24", stated="day_first") == ["2024-04-03", "2024-02-13", "2/14/24"]


def test_an_order_that_nothing_shows_is_asked_with_both_readings():
    question = form("3/4/24", "5/6/24").question
    assert "4 March 2024 (M/D/Y)" in question.evidence
    assert "3 April 2024 (D/M/Y)" in question.evidence
    assert {one.value for one in question.answers} == {"month_first", "day_first"}


def test_days_that_read_the_same_either_way_are_not_asked():
    assert texts("3/3/24", "5/5/2023") == ["2024-03-03", "2023-05-05"]


def test_another_column_of_the_file_or_the_heading_settles_the_order():
    assert texts("3/4/24", file_order="day_first") == ["2024-04-03"]
    assert texts("3/4/24", unit_hint="month_first") == ["2024-03-04"]
    assert form("13/4/24", unit_hint="month_first").question is not None


def test_due_dates_that_are_all_the_first_of_a_month_show_their_order():
    assert texts("3/1/24", "4/1/24", "5/1/24", name="next_due_date") == ["2024-03-01", "2024-04-01", "2024-05-01"]
    assert form("3/1/24", "4/1/24", "5/1/24", name="origination_date").question is not None
    assert form("3/1/24", name="next_due_date").question is not None
    found = texts("1/3/24", "1/4/24", "1/5/23", name="next_due_date")
    assert found == ["2024-03-01", "2024-04-01", "2023-05-01"]
    # Within one January a private lender's notes may fall due on several days.
    assert form("1/3/24", "1/4/24", "1/5/24", name="next_due_date").question is not None


def test_a_lone_due_date_is_read_like_the_others_that_are_all_the_first_of_a_month():
    others = ("2024-01-01", "2023-05-01", "2024-02-01")
    assert texts(*others, "3/1/24", name="next_due_date")[-1] == "2024-03-01"
    assert texts(*others, "1/3/24", name="next_due_date")[-1] == "2024-03-01"
    assert form(*others, "2024-02-15", "3/1/24", name="next_due_date").question is not None


def test_due_dates_that_look_one_way_in_a_file_that_is_proven_the_other_are_asked():
    assert form("3/1/24", "4/1/24", name="next_due_date", file_order="day_first").question is not None
    assert texts("3/1/24", "4/1/24", name="next_due_date", file_order="month_first") == ["2024-03-01", "2024-04-01"]


def test_a_files_order_is_the_one_that_its_columns_prove():
    proven, likely = form("2/13/24"), form("3/1/24", "4/1/24", name="maturity_date")
    other, neither = form("13/2/24"), form("3/4/24")
    assert file_order([proven, neither]) == "month_first"
    assert file_order([likely, neither]) == "month_first"
    assert file_order([likely, other]) == "day_first"
    assert file_order([proven, other]) is None
    assert file_order([neither, form("2024-03-01")]) is None


def test_a_year_that_may_come_first_in_two_digits_is_asked_or_proven():
    assert texts("99-03-01", "24-03-01") == ["1999-03-01", "2024-03-01"]
    values = {one.value for one in form("24-03-01", "23-05-01").question.answers}
    assert values == {"day_first", "year_first"}
    assert texts("24-03-01", stated="year_first") == ["2024-03-01"]


def test_unlike_shapes_stand_in_one_column_where_each_is_without_doubt():
    cells = ("2024-03-01", "45352", "1-Mar-24", "March 2024", "3/13/2024", None, "0")
    assert texts(*cells) == ["2024-03-01"] * 4 + ["2024-03-13", None, None]
    unit = form(*cells).unit
    for said in ("M/D/Y", "serial numbers", "months, taken for their first day"):
        assert said in unit


# Two-digit years, months, serials.


def test_two_digits_of_a_year_lie_in_the_past_but_for_what_the_terms_set_ahead():
    assert texts("1/15/49", "1/15/50", "1/15/99") == ["2049-01-15", "1950-01-15", "1999-01-15"]
    assert texts("1/15/54", "1/15/69", name="maturity_date") == ["2054-01-15", "2069-01-15"]
    assert texts("1-Jan-54", name="maturity_date") == ["2054-01-01"]
    assert "years from 1970 to 2069" in form("1/15/54", name="maturity_date").unit


def test_a_month_is_its_first_day_and_for_the_as_of_date_its_last():
    assert texts("202402", name="maturity_date") == ["2024-02-01"]
    assert texts("202402", "Dec-23", name="as_of_date") == ["2024-02-29", "2023-12-31"]


def test_a_workbook_that_counts_from_1904_is_1462_days_behind():
    assert texts("43890", date_1904=True) == ["2024-03-01"]
    assert "from 1904" in form("43890", date_1904=True).unit


def test_months_and_years_that_lost_their_zero_are_no_serials():
    assert texts("122019", "32020") == ["2019-12-01", "2020-03-01"]
    question = form("32024", "22023").question
    assert {one.value for one in question.answers} == {"serial", "month_year"}
    assert texts("32024", "22023", stated="month_year") == ["2024-03-01", "2023-02-01"]
    assert texts("32024", "22023", stated="serial") == ["1987-09-04", "1960-04-17"]


def test_one_number_of_five_digits_that_may_be_a_month_is_asked_too():
    question = form("42024", "42024").question
    assert [one.meaning for one in question.answers] == ["42024 is April 2024", "42024 is 2015-01-20"]
    assert texts("45352") == ["2024-03-01"]


def test_a_month_behind_a_dot_has_two_digits():
    # 2024.1 is what a spreadsheet leaves of October.
    assert texts("2024.10", "2024.1") == ["2024-10-01", "2024.1"]


@pytest.mark.parametrize("cell", ["\u1369\u1369\u1369", "4535\u13692", "\u0663\u0662\u0661"])
def test_digits_of_another_alphabet_are_no_date(cell):
    assert texts(cell) == [cell]


def test_the_mapping_may_say_that_small_numbers_count_days_too():
    assert texts("19000", stated="serial") == ["1952-01-07"]


def test_true_dates_that_a_spreadsheet_has_changed_about_are_asked():
    # A sheet set to month first reads 5/3/2024 (5 March) as 3 May and leaves 13/2/2024 as text.
    true = ("2024-03-05", "2024-01-12", "2023-07-09", "2022-10-11", "2024-02-01")
    question = form(*true, "13/2/2024").question
    assert {one.value for one in question.answers} == {"day_first", "swapped"}
    found = texts(*true, "13/2/2024", stated="swapped")
    assert found == ["2024-05-03", "2024-12-01", "2023-09-07", "2022-11-10", "2024-01-02", "2024-02-13"]
    assert texts(*true, "2024-05-31", "13/2/2024")[-2:] == ["2024-05-31", "2024-02-13"]


# Every style, there and back.

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STYLES = {
    "iso": lambda d: f"{d.year}-{d.month:02}-{d.day:02}",
    "iso time": lambda d: f"{d.year}-{d.month:02}-{d.day:02} 07:05:00",
    "us": lambda d: f"{d.month}/{d.day}/{d.year}",
    "us padded": lambda d: f"{d.month:02}/{d.day:02}/{d.year}",
    "us short": lambda d: f"{d.month}/{d.day}/{d.year % 100:02}",
    "us digits": lambda d: f"{d.month:02}{d.day:02}{d.year}",
    "eu": lambda d: f"{d.day}.{d.month}.{d.year}",
    "digits": lambda d: f"{d.year}{d.month:02}{d.day:02}",
    "named": lambda d: f"{d.day}-{_NAMES[d.month - 1]}-{d.year}",
    "named short": lambda d: f"{d.day:02}-{_NAMES[d.month - 1].upper()}-{d.year % 100:02}",
    "long": lambda d: f"{_NAMES[d.month - 1]} {d.day}, {d.year}",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
}


@given(
    style=st.sampled_from(sorted(_STYLES)),
    days=st.lists(st.dates(date(1960, 1, 1), date(2049, 12, 31)), min_size=1, max_size=20),
)
def test_every_style_reads_back_as_the_day_that_was_written_or_asks(style, days):
    # A day over twelve proves the order where the style leaves it open.
    days = [*days, date(2019, 3, 31)]
    formed = form(*(_STYLES[style](day) for day in days))
    assert formed.question is None
    assert formed.text.to_pylist() == [day.isoformat() for day in days]


@given(days=st.lists(st.dates(date(1960, 1, 1), date(2049, 12, 31)), min_size=1, max_size=12))
def test_an_open_order_is_never_read_wrong(days):
    formed = form(*(_STYLES["us"](day) for day in days))
    if formed.question is None:
        assert formed.text.to_pylist() == [day.isoformat() for day in days]


@given(
    cells=st.lists(st.one_of(st.none(), st.text(max_size=30), st.from_regex(r"[0-9XJan/.\- :]{1,12}", fullmatch=True)))
)
def test_any_text_is_read_without_a_failure_and_nothing_but_days_comes_out(cells):
    formed = form(*cells)
    if formed.question is not None:
        return
    for cell, text in zip(cells, formed.text.to_pylist(), strict=True):
        if text is not None and text != cell:
            assert date(1950, 1, 1) <= date.fromisoformat(text) <= date(2100, 12, 31)


def test_each_distinct_text_is_read_once_however_often_it_stands():
    start = date(2000, 1, 1)
    cells = [_STYLES["us"](start + timedelta(days=int(i))) for i in np.arange(200_000) % 5_000]
    found = form(*cells).text
    assert found[4_999].as_py() == (start + timedelta(days=4_999)).isoformat() == found[199_999].as_py()
