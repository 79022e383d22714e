"""Rates and shares in any unit; every expected fraction is worked by hand."""

import numpy as np
import pyarrow as pa
import pytest

from notes import FIELDS
from notes.schema import Kind, field
from tapes.forms import Context, form_column
from tapes.forms.rate_units import USUAL


def form(cells, name="note_rate", heading="Rate", **known):
    typed = known.pop("numeric", None)
    context = Context(heading, numeric=None if typed is None else np.array(typed), **known)
    return form_column(pa.chunked_array([pa.array(cells, pa.string())]), field(name), context)


def texts(*args, **known):
    return form(*args, **known).text.to_pylist()


def numbers(*args, **known):
    return [None if one is None else float(one) for one in texts(*args, **known)]


def refused(formed):
    return {code: np.flatnonzero(mask).tolist() for code, mask in formed.refused}


def flagged(formed):
    return {code: np.flatnonzero(mask).tolist() for code, mask in formed.flagged}


@pytest.mark.parametrize(
    ("cells", "fractions", "unit"),
    [
        (["7.5"], [0.075], "percent points"),
        (["0.075"], [0.075], "fractions"),
        (["750"], [0.075], "basis points"),
        (["7.5%"], [0.075], "percent signs"),
        (["7.5 percent"], [0.075], "percent signs"),
        (["750 bps"], [0.075], "basis points"),
        (["7.125", "10", "0"], [0.07125, 0.1, 0.0], "percent points"),
        (["7 1/8", "7"], [0.07125, 0.07], "percent points"),
        (["7,125", "6,5"], [0.07125, 0.065], "percent points"),
        (["7.5%", "7"], [0.075, 0.07], "percent signs, otherwise percent points"),
        (["7.5%", "0.07", "0.06"], [0.075, 0.07, 0.06], "percent signs, otherwise fractions"),
        (["0", "0.00"], [0.0, 0.0], "fractions"),
        (["2", "2.0", "1"], [0.02, 0.02, 0.01], "percent points"),
        (["0.0075"], [0.0075], "fractions"),
    ],
)
def test_the_whole_column_decides_the_unit_of_a_rate(cells, fractions, unit):
    formed = form(cells)
    assert [float(one) for one in formed.text.to_pylist()] == fractions
    assert (formed.unit, formed.refused, formed.question) == (unit, (), None)


@pytest.mark.parametrize(
    ("name", "cells", "fractions"),
    [
        ("dti", ["43", "38.5"], [0.43, 0.385]),
        ("dti", ["0.43", "1.2"], [0.43, 1.2]),
        ("dti", ["43%", "38"], [0.43, 0.38]),
        ("original_ltv", ["80", "97.5", "125"], [0.8, 0.975, 1.25]),
        ("original_ltv", ["0.8", "1", "1.25"], [0.8, 1.0, 1.25]),
        ("original_ltv", ["1.00"], [1.0]),
        ("mi_coverage", ["25", "0", "30"], [0.25, 0.0, 0.3]),
        ("mi_coverage", ["0.25", "0"], [0.25, 0.0]),
        ("arm_margin", ["2.25", "-0.25", "2.75"], [0.0225, -0.0025, 0.0275]),
        ("arm_margin", ["0.0225"], [0.0225]),
        ("arm_margin", ["225"], [0.0225]),
        ("rate_cap_periodic", ["1", "1.000"], [0.01, 0.01]),
        ("rate_cap_periodic", ["2", "0.5"], [0.02, 0.005]),
        ("rate_cap_life", ["12.5", "5"], [0.125, 0.05]),
        ("rate_floor", ["0.02", "0.0225"], [0.02, 0.0225]),
    ],
)
def test_each_column_decides_for_itself(name, cells, fractions):
    assert numbers(cells, name) == fractions


@pytest.mark.parametrize(
    ("name", "cells", "which"),
    [
        ("note_rate", ["7.5", "0.08", "6", "5.5"], 1),
        ("note_rate", ["7.5", "0.3", "6", "5.5"], 1),
        ("note_rate", ["7.5", "0.005", "6", "5.5"], 1),
        ("note_rate", ["7.5", "750", "6", "5.5"], 1),
        ("note_rate", ["0.075", "7.5", "0.06"], 1),
        ("note_rate", ["0.075", "750", "0.06"], 1),
        ("note_rate", ["750", "7.5", "600"], 1),
        ("note_rate", ["750", "0.075", "600"], 1),
        ("note_rate", ["7.5%", "0.08%", "6%"], 1),
        ("note_rate", ["7.5%", "750%", "6%"], 1),
        ("note_rate", ["7.5%", "0.08", "6%", "5%"], 1),
        ("dti", ["43", "0.43", "38"], 1),
        ("dti", ["0.43", "43", "0.38"], 1),
        ("original_ltv", ["80", "0.8", "97"], 1),
        ("mi_coverage", ["25", "0.25", "30"], 1),
        ("arm_margin", ["2.25", "0.0225", "2.75"], 1),
    ],
)
def test_a_cell_in_another_unit_than_its_column_is_refused_and_not_divided(name, cells, which):
    formed = form(cells, name)
    assert refused(formed) == {"E_RATE_UNIT": [which]}
    assert formed.text[which].as_py() is None
    assert formed.text.null_count == 1


def test_a_teaser_among_percent_points_is_taken_and_flagged():
    formed = form(["7.5", "0.75", "6", "0.5", "1"])
    assert formed.text.to_pylist() == ["0.075", "0.0075", "0.06", "0.005", "0.01"]
    assert (refused(formed), flagged(formed)) == ({}, {"W_RATE_LOW": [1, 3]})


def test_one_rate_of_three_quarters_is_asked_for():
    question = form(["0.75"]).question
    assert question.evidence == "numbers like 0.75 (1) for none"
    assert 'units."Rate" = "percent"' in [one.line for one in question.answers]
    assert texts(["0.75"], stated="percent") == ["0.0075"]


def test_a_column_half_in_points_and_half_in_fractions_is_asked_for():
    question = form(["7.5", "0.075", "6.5", "0.065"]).question
    assert "numbers like 0.075 (2) speak for fractions" in question.evidence
    assert "numbers like 7.5 (2) speak for percent points" in question.evidence


def test_a_canonical_column_is_in_fractions_where_it_can_be():
    assert texts(["0.5", "0.6"], heading="note_rate") == ["0.5", "0.6"]
    assert texts(["5", "3"], "dti", "dti") == ["5", "3"]
    assert texts(["1", "0"], "mi_coverage", "mi_coverage") == ["1", "0"]
    assert texts(["7.5", "6"], heading="Note_Rate") == ["0.075", "0.06"]
    half = form(["0.075", "7.5"], heading="note_rate")
    assert (half.text.to_pylist(), refused(half)) == (["0.075", None], {"E_RATE_UNIT": [1]})


def test_insurance_of_one_may_be_all_one_per_cent_or_yes():
    assert form(["1.00", "0", "1.00"], "mi_coverage", "MI").question is not None


def test_the_mapping_goes_before_the_heading_and_the_heading_before_the_cells():
    assert texts(["0.75"], unit_hint="percent") == ["0.0075"]
    assert texts(["0.5"], unit_hint="percent", stated="fraction") == ["0.5"]
    assert texts(["80"], unit_hint="basis_points") == ["0.0080"]


def test_a_heading_that_says_per_cent_over_fractions_is_asked_about():
    assert (
        "the heading says percent points, but numbers like 0.075 (2)"
        in form(["0.075", "0.08"], unit_hint="percent").question.evidence
    )
    # A workbook's percent format shows 0.075 as 7.5 %.
    assert texts(["0.075", "0.08"], unit_hint="percent", numeric=[True, True]) == ["0.075", "0.08"]
    assert form(["0.02", "0.02"], "arm_margin", unit_hint="percent", numeric=[True, True]).question is not None


def test_a_mapping_against_the_cells_or_without_sense_is_asked_about():
    assert "the mapping says fractions" in form(["7.5", "8"], stated="fraction").question.evidence
    assert "no unit of it" in form(["7.5", "8"], stated="cents").question.evidence
    assert form(["43"], "dti", stated="basis_points").question is not None


def test_percent_signs_behind_fractions_are_asked_about():
    assert form(["0.075%", "0.08%"]).question.evidence.startswith("2 of 2 cells have a percent sign")
    assert texts(["0.075%", "0.08%"], stated="fraction") == ["0.075", "0.08"]
    assert texts(["0.075%", "0.08%"], stated="percent") == ["0.00075", "0.0008"]


def test_what_is_no_rate_stays_as_written_and_what_is_nothing_goes():
    cells = ["7.5", "Prime + 2", "N/A", "#N/A", "-", "inf", "7..5", "(7.5", "7 1/7", "x" * 80]
    assert texts(cells) == ["0.075", "Prime + 2", None, "#N/A", None, "inf", "7..5", "(7.5", "7 1/7", "x" * 80]


def test_codes_for_not_known_are_empty():
    assert texts(["43", "999", "999.0"], "dti") == ["0.43", None, None]
    assert texts(["0.8", "999"], "original_ltv") == ["0.8", None]
    assert texts(["80", "999%"], "original_ltv") == ["0.80", None]


def test_below_zero_stays_below_zero():
    assert numbers(["7.5", "-7.5", "6"]) == [0.075, -0.075, 0.06]
    assert numbers(["7.5%", "(0.25%)", "6%"], "arm_margin") == [0.075, -0.0025, 0.06]


def test_the_usual_range_of_every_rate_is_narrow_enough_to_tell_units_apart():
    names = {one.name for one in FIELDS if one.kind in (Kind.RATE, Kind.SHARE)}
    assert set(USUAL) == names
    assert all(high < 100 * low for low, high in USUAL.values())


def test_fractions_are_handed_on_untouched():
    column = pa.chunked_array([pa.array(["0.075", None])])
    assert form_column(column, field("note_rate"), Context("note_rate")).text is column


def test_fractions_and_points_in_one_column_are_read_cell_by_cell_if_a_person_says_so():
    cells = ["0.06375", "7.25", "0.0575", "8.5", "0.75", "0", "6.5%"]
    asked = form(cells[:4]).question
    assert [one.value for one in asked.answers] == ["fraction", "percent", "basis_points", "mixed"]
    formed = form(cells, stated="mixed")
    assert [None if one is None else float(one) for one in formed.text.to_pylist()] == [
        0.06375,
        0.0725,
        0.0575,
        0.085,
        None,
        0.0,
        0.065,
    ]
    assert refused(formed) == {"E_RATE_UNIT": [4]}


def test_mixed_is_no_answer_where_only_the_heading_is_in_doubt():
    assert "mixed" not in [one.value for one in form(["0.07", "0.08", "0.065"], unit_hint="percent").question.answers]
