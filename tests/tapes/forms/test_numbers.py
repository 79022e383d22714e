"""Counts, scores, ratios and durations."""

import pyarrow as pa
import pytest

from tapes.fields import FIELD_BY_NAME
from tapes.forms import Context, form_column


def form(cells, name, **known):
    column = pa.chunked_array([pa.array(cells, pa.string())])
    return form_column(column, FIELD_BY_NAME[name], Context("Heading", **known))


@pytest.mark.parametrize(
    ("name", "cells", "numbers"),
    [
        ("lien_position", ["1st", "First", "2ND", "Second Lien", "3rd lien", "Lien 1"], ["1", "1", "2", "2", "3", "1"]),
        ("lien_position", ["1.0", "2", "1st mortgage", "1st TD"], ["1.0", "2", "1", "1"]),
        ("lien_position", ["junior", "1.5", "1st/2nd", "N/A"], ["junior", "1.5", "1st/2nd", None]),
        ("units", ["1", "Duplex", "2 units", "4-family", "Triplex", "one"], ["1", "2", "2", "4", "3", "1"]),
        ("units", ["2-4", "many"], ["2-4", "many"]),
        ("credit_score", ["720", "720.0", "0", "9999", "999", "N/A"], ["720", "720.0", None, None, None, None]),
        ("dscr", ["1.25x", "1.25 X", "125%", "0.9", "1.1:1"], ["1.25", "1.25", "1.25", "0.9", "1.1:1"]),
        ("grace_days", ["15 days", "10d", "1,200", "ten"], ["15", "10", "1200", "ten"]),
        ("days_past_due", ["-17", "(17)", "1,483", "30"], ["-17", "-17", "1483", "30"]),
        ("remaining_term", ["330", "27 yrs 6 mos", "18 mo", "2y"], ["330", "330", "18", "24"]),
    ],
)
def test_a_number_is_read_however_it_is_written(name, cells, numbers):
    assert form(cells, name).text.to_pylist() == numbers


def test_years_become_months_where_the_heading_or_the_mapping_says_so():
    for known in ({"unit_hint": "years"}, {"stated": "years"}):
        formed = form(["27.5", "30", None], "remaining_term", **known)
        assert formed.text.to_pylist() == ["330", "360", None]
        assert formed.unit == "years"


def test_a_unit_that_cannot_be_is_asked_about():
    assert form(["3"], "units", stated="years").question is not None


def test_codes_for_not_known_are_counted():
    assert form(["720", "9999", "0"], "credit_score").remarks == (
        "Column 'Heading': 2 cells that stand for nothing are taken for empty (0, 9999).",
    )


def test_plain_numbers_are_handed_on_untouched():
    column = pa.chunked_array([pa.array(["1", "2", None])])
    assert form_column(column, FIELD_BY_NAME["lien_position"], Context("Lien")).text is column


def test_no_units_at_all_is_a_number_that_is_not_known():
    assert form(["0", "2", "1"], "units").text.to_pylist() == [None, "2", "1"]


def test_terms_that_may_be_years_are_taken_for_months_and_said():
    remark = "no term is over 40; they are taken for months"
    assert remark in form(["27", "30", "12.5"], "remaining_term").remarks[0]
    assert form(["27", "330"], "remaining_term").remarks == ()
    assert form(["2", "3"], "remaining_term", unit_hint="years").text.to_pylist() == ["24", "36"]
    assert form(["2", "3"], "remaining_term", unit_hint="years").remarks == ()
    months = form_column(pa.chunked_array([["27"]]), FIELD_BY_NAME["remaining_term"], Context("Rem Months"))
    assert months.remarks == ()
