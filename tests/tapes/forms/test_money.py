"""Money as sellers write it; every expected amount is worked by hand."""

import numpy as np
import pyarrow as pa
import pytest

from notes.schema import field
from tapes.fields import FIELD_BY_NAME
from tapes.forms import Context, form_column


def form(cells, name="corporate_advance", heading="Corp Adv", **known):
    typed = known.pop("numeric", None)
    context = Context(heading, numeric=None if typed is None else np.array(typed), **known)
    return form_column(pa.chunked_array([pa.array(cells, pa.string())]), FIELD_BY_NAME[name], context)


def texts(*args, **known):
    return form(*args, **known).text.to_pylist()


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("$120,345.67", "120345.67"),
        ("USD 1,200", "1200"),
        ("US$1,200.5", "1200.5"),
        ("1,200 USD", "1200"),
        ("(1,200.00)", "-1200.00"),
        ("($1,200.00)", "-1200.00"),
        ("$(1,200.00)", "-1200.00"),
        ("$ (1,200.00)", "-1200.00"),
        ("1,200-", "-1200"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("\u22125.25", "-5.25"),
        ("1 234 567.89", "1234567.89"),
        ("1\u00a0234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1\u2019234", "1234"),
        ("$.50", "0.50"),
        ("0.00", "0.00"),
        ("120,345.67 DR", "120345.67"),
        ("120,345.67 CR", "-120345.67"),
        ("1e5", "1e5"),
        ("$ -", "0"),
        ("$-", "0"),
    ],
)
def test_an_amount_is_read_however_it_is_written(cell, amount):
    assert texts([cell, "12.00", None]) == [amount, "12.00", None]


@pytest.mark.parametrize(
    "cell",
    [
        "120k",
        "1.2M",
        "1,23",
        "1,2345.00",
        "12,34,567",
        "€5",
        "£5",
        "CAD 5",
        "((5))",
        "-5-",
        "(-5)",
        "(5",
        "5)",
        "(5) CR",
        "100-120",
        "5 $ 6",
        "about 5",
        "1_000",
        "١٢٣",
        "5%",
        "inf",
        "#N/A",
        "#REF!",
        "1..2",
        "$1,2",
        "1 23",
        "- 5 -",
        "0x10",
        "--5",
        "$$5",
        "1,200.50.1",
    ],
)
def test_what_is_no_amount_stays_as_written_to_be_refused(cell):
    assert texts([cell, "12.00", "$13"]) == [cell, "12.00", "13"]


def test_a_credit_is_positive_where_it_is_the_borrowers_money():
    assert texts(["500.00 CR", "20.00 DR"], "suspense_balance", "Suspense") == ["500.00", "-20.00"]
    assert texts(["500.00 CR", "20.00 DR"], "upb", "UPB") == ["-500.00", "20.00"]


def test_a_lone_dash_is_zero_only_where_other_money_formatting_stands():
    assert texts(["$5", "-"]) == ["5", "0"]
    assert texts(["5.00", "\u2013"]) == ["5.00", "0"]
    assert texts(["5", "-"]) == ["5", None]
    assert form(["$5", "-", "-"]).remarks == (
        "Column 'Corp Adv': 2 lone dashes are zero, as accounting formats write it.",
    )


def test_a_dash_typed_among_a_workbooks_own_numbers_is_nothing():
    assert texts(["5.25", "-"], numeric=[True, False]) == ["5.25", None]


def test_words_for_nothing_are_empty_and_counted():
    formed = form(["5", "N/A", "TBD", "n.a.", "NULL", "unknown", "XX", "."])
    assert formed.text.to_pylist() == ["5"] + [None] * 7
    assert formed.remarks == (
        "Column 'Corp Adv': 7 cells that stand for nothing are taken for empty (., N/A, NULL, TBD, XX).",
    )


def test_zero_is_never_nothing():
    assert texts(["0", "0.00", "$0.00"]) == ["0", "0.00", "0.00"]


def test_decimal_commas_are_read_where_the_column_proves_them():
    assert texts(["1.200,00", "3.000.000,50", "12"]) == ["1200.00", "3000000.50", "12"]
    assert texts(["1200,50", "3,5"]) == ["1200.50", "3.5"]
    assert texts(["1.200,00"]) == ["1200.00"]
    assert form(["1.200,00"]).unit == "dollars, comma as decimal mark"


def test_one_slipped_comma_proves_nothing():
    assert texts(["1,23", "5.10", "6.20"]) == ["1,23", "5.10", "6.20"]
    assert texts(["1,23"]) == ["1,23"]


def test_decimal_commas_that_are_not_proven_are_asked_for():
    question = form(["120,50", "35,10", "41,99", "100"]).question
    assert "3 of 4 amounts" in question.evidence
    assert [one.line for one in question.answers] == [
        'units."Corp Adv" = "european"',
        'units."Corp Adv" = "dollars"',
    ]
    assert texts(["120,50", "35,10", "41,99", "100"], stated="european") == ["120.50", "35.10", "41.99", "100"]


def test_dots_that_may_part_thousands_are_asked_for():
    cells = ["350.000", "1.000", "12.345"]
    assert form(cells).question.asks == "Does the dot part thousands?"
    assert texts(cells, stated="european") == ["350000", "1000", "12345"]
    assert texts(cells, stated="dollars") == cells
    assert form(["350.000"]).question.asks == "Does the dot part thousands?"
    assert form(["0.125", "350.000"]).question is None  # no group of thousands begins with 0
    assert form([*cells, "7.5"]).question is None
    assert form(cells, numeric=[True, True, True]).question is None


def test_numbers_of_a_workbook_keep_their_dot_among_texts_with_commas():
    assert texts(["350.5", "1.200,00"], stated="european", numeric=[True, False]) == ["350.5", "1200.00"]


@pytest.mark.parametrize(
    ("unit", "cell", "amount", "shown"),
    [
        ("thousands", "120.345", "120345", "thousands of dollars"),
        ("thousands", "$1,200", "1200000", "thousands of dollars"),
        ("millions", "1.2", "1200000", "millions of dollars"),
        ("cents", "12034567", "120345.67", "cents"),
        ("cents", "(7)", "-0.07", "cents"),
        ("dollars", "7", "7", "dollars"),
    ],
)
def test_a_unit_moves_the_point_exactly(unit, cell, amount, shown):
    for known in ({"unit_hint": unit}, {"stated": unit}):
        formed = form([cell, None], **known)
        assert formed.text.to_pylist() == [amount, None]
        assert formed.unit == shown


def test_a_years_instalments_are_parted_into_twelve():
    assert texts(["14389.20", "x"], "p_and_i", "P&I", stated="annual") == ["1199.100000", "x"]


def test_a_years_tax_is_not_parted_into_months():
    assert form(["2300"], "annual_property_tax", "Taxes", stated="annual").question is not None


def test_what_the_mapping_says_goes_before_the_heading():
    assert texts(["5"], unit_hint="thousands", stated="dollars") == ["5"]


def test_a_heading_in_percent_is_no_money():
    formed = form(["71.5"], "ask_price", "Price %", unit_hint="percent")
    assert formed.text.to_pylist() == [None]
    assert "not in money" in formed.remarks[0]


def test_a_unit_that_is_none_of_money_is_asked_for():
    assert "'percent'" in form(["71.5"], stated="percent").question.evidence


def test_money_held_in_escrow_is_no_advance_and_an_overdrawn_account_is_one():
    formed = form(["(1,200.00)", "350.00", "0.00", None], "escrow_advance", "Escrow Balance")
    assert formed.text.to_pylist() == ["1200.00", "0", "0", None]
    assert "advance_positive" in formed.remarks[0]
    assert texts(["-5", "7"], "escrow_advance", "Escrow Balance", stated="advance_positive") == ["-5", "7"]
    assert texts(["-5", "7"], "escrow_advance", "Escrow Advance", stated="advance_negative") == ["5", "0"]


def test_advances_below_zero_throughout_are_turned_and_single_ones_are_not():
    assert texts(["-5", "-6.5", "0", "-7"]) == ["5", "6.5", "0", "7"]
    assert texts(["-5", "6", "-7", "-8"]) == ["-5", "6", "-7", "-8"]
    assert texts(["-5"]) == ["-5"]
    assert texts(["-5", "-6", "-7"], "upb", "UPB") == ["-5", "-6", "-7"]


def test_plain_numbers_are_handed_on_untouched():
    column = pa.chunked_array([pa.array(["1234.5", None, "1e5"])])
    formed = form_column(column, field("upb"), Context("upb"))
    assert formed.text is column
    assert formed.unit == "dollars"


def test_a_heading_that_names_a_month_or_a_year_is_still_in_dollars():
    assert texts(["1199.10"], "p_and_i", "P&I (mo)", unit_hint="months") == ["1199.10"]


def test_signs_under_a_canonical_heading_are_the_contracts():
    assert texts(["-5", "-6", "-7"], "corporate_advance", "corporate_advance") == ["-5", "-6", "-7"]


def test_nothing_but_nines_is_no_value_unless_the_contracts_own_heading_says_so():
    assert texts(["999999999", "9,999,999.00", "250000", "999999"], "as_is_value", "BPO") == [
        None,
        None,
        "250000",
        "999999",
    ]
    assert texts(["999999999"], "as_is_value", "as_is_value") == ["999999999"]
    assert texts(["999999999"], "upb", "UPB") == ["999999999"]


def test_a_small_credit_among_late_charges_is_no_charge_and_a_large_one_stays_to_be_refused():
    formed = form(["(12.50)", "118.20", "(1,200.00)"], "late_charges", "Late Chgs")
    assert formed.text.to_pylist() == ["0", "118.20", "-1200.00"]
    assert "small credits (1 cells below zero)" in formed.remarks[0]


def test_a_debit_on_an_escrow_balance_is_an_advance_and_a_credit_is_money_held():
    cells = ["1,200.00 DR", "300.00 CR", "$5.00"]
    assert texts(cells, "escrow_advance", "Escrow Balance") == ["1200.00", "0", "0"]
    assert texts(cells[:1], "escrow_advance", "Escrow Advance") == ["1200.00"]
