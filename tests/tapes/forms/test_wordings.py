"""What sellers write for states, occupants, stages and flags: the codes are worked out by hand."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tapes.forms.wordings
from notes.schema import FIELDS, STATES, field
from tapes.codes import CODES
from tapes.fields import FIELD_BY_NAME
from tapes.forms import Context
from tapes.forms.flags import form_flags
from tapes.forms.wordings import form_codes, form_text


def form(name, *cells, heading="Column", reader=form_codes):
    return reader(pa.chunked_array([pa.array(cells, pa.string())]), FIELD_BY_NAME[name], Context(heading))


def told(formed):
    return {code: list(np.flatnonzero(mask)) for code, mask in (*formed.refused, *formed.flagged)}


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("property_state", "Florida", "FL"),
        ("property_state", "florida", "FL"),
        ("property_state", "fl", "FL"),
        ("property_state", "Fla.", "FL"),
        ("property_state", "F.L.", "FL"),
        ("property_state", "FL - Florida", "FL"),
        ("property_state", "Florida (FL)", "FL"),
        ("property_state", "US-FL", "FL"),
        ("property_state", "NEW YORK", "NY"),
        ("property_state", "N. Carolina", "NC"),
        ("property_state", "West Virginia", "WV"),
        ("property_state", "Washington", "WA"),
        ("property_state", "Washington, D.C.", "DC"),
        ("property_state", "Miss.", "MS"),
        ("occupancy", "Owner Occupied", "owner"),
        ("occupancy", "OWNER-OCCUPIED", "owner"),
        ("occupancy", "O/O", "owner"),
        ("occupancy", "P", "owner"),
        ("occupancy", "Primary", "owner"),
        ("occupancy", "I", "tenant"),
        ("occupancy", "Investment", "tenant"),
        ("occupancy", "Rental", "tenant"),
        ("occupancy", "S", "unknown"),
        ("occupancy", "Occupied", "unknown"),
        ("occupancy", "Unknown", "unknown"),
        ("occupancy", "Vacant - Secured", "vacant"),
        ("property_type", "SFR", "single_family"),
        ("property_type", "Single Family", "single_family"),
        ("property_type", "1-Family", "single_family"),
        ("property_type", "SFD", "single_family"),
        ("property_type", "CO", "condo"),
        ("property_type", "Condominium", "condo"),
        ("property_type", "PU", "pud"),
        ("property_type", "MH", "manufactured"),
        ("property_type", "Mobile Home", "manufactured"),
        ("property_type", "Mfd Home", "manufactured"),
        ("property_type", "DW Mobile", "manufactured"),
        ("property_type", "SW Mobile", "manufactured"),
        ("property_type", "2-4 Family", "2-4_unit"),
        ("property_type", "2 - 4 units", "2-4_unit"),
        ("property_type", "Duplex", "2-4_unit"),
        ("property_type", "3 Unit", "2-4_unit"),
        ("property_type", "TH", "townhouse"),
        ("property_type", "Townhome", "townhouse"),
        ("property_type", "CP", "coop"),
        ("property_type", "Co-op", "coop"),
        ("property_type", "Vacant Land", "land"),
        ("property_type", "Mixed Use", "mixed_use"),
        ("property_type", "Retail", "commercial"),
        ("foreclosure_status", "Not in Foreclosure", "none"),
        ("foreclosure_status", "None", "none"),
        ("foreclosure_status", "NOI Expired", "none"),
        ("foreclosure_status", "Breach", "none"),
        ("foreclosure_status", "Referred to Attorney", "referred"),
        ("foreclosure_status", "Complaint Filed", "filed"),
        ("foreclosure_status", "NOD", "filed"),
        ("foreclosure_status", "Lis Pendens", "filed"),
        ("foreclosure_status", "Service Complete", "filed"),
        ("foreclosure_status", "Judgement Filed", "judgment"),
        ("foreclosure_status", "Judgment Entered", "judgment"),
        ("foreclosure_status", "NOS", "sale_scheduled"),
        ("foreclosure_status", "Sale Scheduled", "sale_scheduled"),
        ("bankruptcy_chapter", "Ch 13", "13"),
        ("bankruptcy_chapter", "BK13", "13"),
        ("bankruptcy_chapter", "Chapter 7", "7"),
        ("bankruptcy_chapter", "7.0", "7"),
        ("bankruptcy_chapter", "None", None),
        ("bankruptcy_chapter", "N/A", None),
        ("rate_type", "FRM", "fixed"),
        ("rate_type", "FIX", "fixed"),
        ("rate_type", "Adjustable", "arm"),
        ("rate_type", "5/1 ARM", "arm"),
        ("rate_type", "Step Rate", "step"),
        ("senior_lien_status", "Performing", "current"),
        ("senior_lien_status", "90+", "delinquent"),
        ("note_doc_status", "Original", "original"),
        ("note_doc_status", "LNA", "lost_note_affidavit"),
        ("valuation_type", "BPO", "bpo_exterior"),
        ("valuation_type", "Drive-by", "bpo_exterior"),
        ("valuation_type", "Interior BPO", "bpo_interior"),
        ("valuation_type", "Full Appraisal", "appraisal"),
        ("valuation_type", "original_appraisal", "original"),
        ("doc_type", "Full Doc", "full"),
        ("doc_type", "SISA", "stated"),
        ("doc_type", "12 Month Bank Statements", "bank_statement"),
        ("loss_mitigation_status", "Trial Plan", "trial"),
        ("loss_mitigation_status", "Repay Plan", "repayment_plan"),
        ("loss_mitigation_status", "Under Review", "review"),
    ],
)
def test_a_wording_is_its_code(name, cell, code):
    formed = form(name, cell)
    # Case is settled when the column is converted.
    assert [text and text.lower() for text in formed.text.to_pylist()] == [code and code.lower()]
    assert told(formed) == {}


@pytest.mark.parametrize(
    ("name", "cell", "code", "flag"),
    [
        ("property_type", "Houseboat", "other", "W_PROPERTY_TYPE"),
        ("property_type", "Multi-Family", "2-4_unit", "W_CODE_UNSURE"),
        ("property_type", "MFH", "manufactured", "W_CODE_UNSURE"),
        ("property_type", "SFR/ADU", "single_family", "W_CODE_UNSURE"),
        ("property_type", "1-4 Family", None, "W_CODE_UNKNOWN"),
        ("occupancy", "Ghost", None, "W_CODE_UNKNOWN"),
        ("occupancy", "Non-Owner Occupied", "tenant", "W_CODE_UNSURE"),
        ("occupancy", "Vacant?", "vacant", "W_CODE_UNSURE"),
        ("foreclosure_status", "Sale Scheduled 1/5/2024", "sale_scheduled", "W_CODE_UNSURE"),
        ("foreclosure_status", "Default", "none", "W_CODE_UNSURE"),
        ("foreclosure_status", "Active", "referred", "W_CODE_UNSURE"),
        ("foreclosure_status", "Pending", "referred", "W_CODE_UNSURE"),
        ("foreclosure_status", "Unknown", None, "W_CODE_UNKNOWN"),
        ("foreclosure_status", "TBD", None, "W_CODE_UNKNOWN"),
        ("foreclosure_status", "On Hold-LM", None, "W_FORECLOSURE_HOLD"),
        ("foreclosure_status", "On Hold", None, "W_FORECLOSURE_HOLD"),
        ("bankruptcy_chapter", "Active", None, "W_BANKRUPTCY_CHAPTER"),
        ("bankruptcy_chapter", "Pending", None, "W_BANKRUPTCY_CHAPTER"),
        ("bankruptcy_chapter", "15", None, "W_BANKRUPTCY_CHAPTER"),
        ("bankruptcy_chapter", "Chapter 7 - Discharged", None, "W_BANKRUPTCY_OVER"),
    ],
)
def test_a_doubtful_wording_is_flagged(name, cell, code, flag):
    formed = form(name, None, cell)
    assert formed.text.to_pylist() == [None, code]
    assert told(formed) == {flag: [1]}


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("foreclosure_status", "Deed Received", "E_RESOLVED"),
        ("foreclosure_status", "Sale Held", "E_RESOLVED"),
        ("foreclosure_status", "REO", "E_RESOLVED"),
        ("foreclosure_status", "Third Party Sale", "E_RESOLVED"),
        ("property_state", "PR", "E_STATE"),
        ("property_state", "Puerto Rico", "E_STATE"),
        ("property_state", "Guam", "E_STATE"),
    ],
)
def test_a_wording_that_ends_a_note_or_is_out_of_reach_is_refused(name, cell, code):
    formed = form(name, cell)
    assert told(formed) == {code: [0]}
    assert formed.text.to_pylist() == [None]


def test_an_unknown_stage_and_an_unknown_state_stay_as_written_for_their_rows_to_be_excepted():
    assert form("foreclosure_status", "Gone", "filed").text.to_pylist() == ["Gone", "filed"]
    assert form("property_state", "ZZ", "Flordia", "FL").text.to_pylist() == ["ZZ", "Flordia", "FL"]


def test_letters_with_a_stroke_between_are_no_state():
    cells = ("N/D", "C/O", "O/R", "N.D.", "FL / Florida")
    assert form("property_state", *cells).text.to_pylist() == ["N/D", "C/O", "O/R", "ND", "FL"]


def test_a_judgment_that_is_only_asked_for_is_none():
    cells = ("Motion for Summary Judgment", "Judgment Pending", "Judgment Hearing Set", "Judgment Entered")
    assert form("foreclosure_status", *cells).text.to_pylist() == ["filed", "filed", "filed", "judgment"]


def test_not_available_says_nothing_of_where_the_note_is():
    assert form("note_doc_status", "Not Available", "Not Found").text.to_pylist() == [None, "missing"]


def test_there_is_no_state_na():
    assert form("property_state", "NA", "None", "N/A", "FL").text.to_pylist() == [None, None, None, "FL"]


def test_codes_in_contract_form_are_handed_on_untouched():
    text = pa.chunked_array([["FL", None], ["ny"]])
    assert form_codes(text, field("property_state"), Context("state")).text is text


def test_a_spreadsheets_error_value_is_left_to_be_flagged():
    assert form("occupancy", "#REF!", "owner").text.to_pylist() == ["#REF!", "owner"]


def test_two_to_four_units_are_not_twenty_four():
    formed = form("property_type", "24 units", "2-4 units")
    assert formed.text.to_pylist() == ["other", "2-4_unit"]


def test_an_arm_column_of_yes_and_no_is_a_rate_type():
    assert form("rate_type", "Y", "N", heading="ARM (Y/N)").text.to_pylist() == ["arm", "fixed"]
    assert form("rate_type", "Y", "N", heading="Rate Type").text.to_pylist() == [None, None]


def test_more_than_one_in_twenty_unknown_wordings_are_told_with_their_counts():
    formed = form("property_type", *["SFR"] * 17, *["Houseboat"] * 2, "Yurt")
    [remark] = formed.remarks
    assert "3 of 20 cells hold a wording that nobody is known to use and are read as other" in remark
    assert "'Houseboat' 2" in remark
    assert form("property_type", *["SFR"] * 39, "Houseboat").remarks == ()


def test_a_column_of_which_next_to_nothing_is_understood_is_asked_about():
    question = form("occupancy", *[f"x{i}" for i in range(30)], "owner").question
    assert "30 of 31 cells" in question.evidence
    assert [one.line for one in question.answers] == ['columns."Column" = "ignored"']


def test_what_was_read_as_what_is_told():
    assert form("property_type", "SFR", "CO", "condo").unit == "wordings: SFR = single_family, CO = condo"


# A note's status and program.


@pytest.mark.parametrize(
    "cell",
    [
        "Paid in Full",
        "PIF",
        "REO",
        "Short Sale",
        "Short Sale Closed",
        "SS Complete",
        "Deed in Lieu",
        "Post-Sale",
        "Repo",
        "Deed Received",
        "Liquidated",
        "Transferred",
    ],
)
def test_a_status_that_says_the_note_is_gone_resolves_it(cell):
    assert told(form("loan_status", "Current", cell, reader=form_text)) == {"E_RESOLVED": [1]}


def test_a_charge_off_is_a_flag_and_no_end():
    formed = form("loan_status", "Charged Off", "60 Days", reader=form_text)
    assert formed.text.to_pylist() == ["charged_off", "delinquent"]
    assert told(formed) == {"W_CHARGED_OFF": [0]}


@pytest.mark.parametrize(
    "cell", ["HELOC", "HECM", "Reverse Mortgage", "Contract for Deed", "CFD", "Land Contract", "SBA"]
)
def test_a_loan_that_is_no_mortgage_repaid_by_instalments_is_out_of_domain(cell):
    assert told(form("loan_type", "FHA", cell, reader=form_text)) == {"E_DOMAIN": [1]}


def test_a_business_loan_is_flagged():
    assert told(form("loan_type", "RTL", "Conventional", "VA", "DSCR", reader=form_text)) == {"W_LOAN_TYPE": [0, 3]}


def test_other_text_is_kept_as_written():
    text = pa.chunked_array([["N/A", "HELOC"]])
    assert form_text(text, field("arm_index"), Context("x")).text is text


# Flags.


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        (("Y", "N"), ["Y", "N"]),
        (("Yes", "No"), ["Yes", "No"]),
        (("T", "F", "N/A"), ["Y", "N", None]),
        (("TRUE", "FALSE", "t"), ["Y", "N", "Y"]),
        (("1.0", "0.0"), ["Y", "N"]),
        (("-1", "0"), ["Y", "N"]),
        (("Escrowed", "Non-Escrowed"), ["Y", "N"]),
        (("Yes", "IO 10YR"), ["Y", "IO 10YR"]),
        (("Y", "X"), ["Y", "X"]),
        (("Y", "#N/A"), ["Y", "#N/A"]),
    ],
)
def test_flags_become_yes_and_no_and_other_words_stay(cells, flags):
    assert form("escrowed", *cells, reader=form_flags).text.to_pylist() == flags


def test_in_a_column_of_crosses_a_blank_is_no_and_that_is_said():
    formed = form("escrowed", "X", None, "x", reader=form_flags)
    assert formed.text.to_pylist() == ["Y", "N", "Y"]
    assert "an empty cell as no" in formed.remarks[0]
    assert form("escrowed", None, None, reader=form_flags).text.to_pylist() == [None, None]


# The table itself.


def test_every_wording_has_a_source_and_stands_for_a_code_of_its_field():
    path = Path(tapes.forms.wordings.__file__).with_name("wordings.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["source"]
        assert row["tells"] in ("", *CODES)
        assert row["code"] or row["tells"] or row["field"] in ("bankruptcy_chapter", "outcome")
        codes = FIELD_BY_NAME[row["field"]].codes if row["field"] != "flag" else ("Y", "N")
        assert not row["code"] or not codes or row["code"] in codes
    names = {one["code"] for one in rows if one["field"] == "property_state" and one["code"]}
    assert names == set(STATES)


@given(
    name=st.sampled_from([one.name for one in FIELDS if one.codes]),
    cells=st.lists(st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["Owner", "SFR", "FL", "Filed", "X"]))),
)
def test_any_text_gives_a_code_nothing_or_itself(name, cells):
    formed = form(name, *cells)
    codes = {each.lower() for each in field(name).codes}
    for cell, text in zip(cells, formed.text.to_pylist(), strict=True):
        assert text is None or text.lower() in codes or text == cell


@pytest.mark.parametrize("cell", ["DIL complete 9/30/26", "DIL Complete (2026-09-30)", "DIL complete, 9/26"])
def test_the_day_behind_a_status_does_not_hide_it(cell):
    assert told(form("loan_status", "Active", cell, reader=form_text)) == {"E_RESOLVED": [1]}


def test_zip_codes_have_five_digits():
    cells = ["33012", "01852-0000", "1852", "1852.0", "018520001", "18520001", "018", "x"]
    assert form("property_zip", *cells, reader=form_text).text.to_pylist() == [
        "33012",
        "01852",
        "01852",
        "01852",
        "01852",
        "01852",
        "018",
        "x",
    ]


def test_only_none_and_no_and_true_blanks_go_unflagged_as_stages_of_foreclosure():
    formed = form("foreclosure_status", None, "N/A", "na", "-", "null", "None", "No")
    assert formed.text.to_pylist() == [None, None, None, None, None, "none", "none"]
    assert told(formed) == {}


def test_a_status_that_is_pending_is_no_blank():
    assert told(form("loan_status", "Current", "Pending", reader=form_text)) == {"W_STATUS_UNKNOWN": [1]}


def test_the_set_sale_of_a_dated_status_may_be_past():
    formed = form("loan_status", "FC - Sale Set 11/3/26", reader=form_text)
    assert formed.text.to_pylist() == ["foreclosure_sale_scheduled"]
    assert told(formed) == {"W_CODE_UNSURE": [0]}
