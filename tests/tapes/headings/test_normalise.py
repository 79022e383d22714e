"""One spelling for a heading, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapes.headings.normalise import normalised, spelled_out, unit_of

SPELLINGS = [
    ("Loan #", "loan_number"),
    ("Loan No.", "loan_number"),
    ("Loan Nbr", "loan_number"),
    ("Loan Num", "loan_number"),
    ("loanNumber", "loan_number"),
    ("LOAN_NUMBER", "loan_number"),
    ("Loan\nNo.", "loan_number"),
    ("Loan\u00a0Number", "loan_number"),
    ("\ufeffLoan   Number ", "loan_number"),
    ("Ｌｏａｎ Ｎｕｍｂｅｒ", "loan_number"),
    ("Loan-Number", "loan_number"),
    ("Loan/Number", "loan_number"),
    ("№ of Units", "number_of_units"),
    ("# of Units", "number_of_units"),
    ("phNoOfUnits", "ph_number_of_units"),
    ("fcStatus", "fc_status"),
    ("FCStatus", "fc_status"),
    ("UPBCurrent", "upb_current"),
    ("BPODate", "bpo_date"),
    ("BPOs", "bpos"),
    ("phMonth0", "ph_month0"),
    ("P_IPayment", "p_i_payment"),
    ("P&I", "p_and_i"),
    ("U.P.B $", "u_p_b_usd"),
    ("Interest Rate %", "interest_rate_percent"),
    ("ID0 0 - $", "id0_0_usd"),
    ("Mod Flag (Except Term)", "mod_flag_except_term"),
    ("Months.To.Legal.Mat", "months_to_legal_mat"),
    ("Prix à l'état", "prix_a_l_etat"),
    ("Übersicht", "ubersicht"),
    ("", ""),
    ("  ", ""),
    ("***", ""),
]


@pytest.mark.parametrize(("heading", "expected"), SPELLINGS)
def test_a_heading_has_one_spelling_however_it_was_typed(heading, expected):
    assert normalised(heading) == expected


UNITS = [
    ("UPB ($)", "upb", "dollars"),
    ("UPB [$]", "upb", "dollars"),
    ("Note Rate (%)", "note_rate", "percent"),
    ("Note Rate (bps)", "note_rate", "basis_points"),
    ("Note Rate (decimal)", "note_rate", "fraction"),
    ("UPB $000s", "upb", "thousands"),
    ("UPB ($000s)", "upb", "thousands"),
    ("UPB ('000)", "upb", "thousands"),
    ("UPB (in thousands)", "upb", "thousands"),
    ("UPB in thousands", "upb", "thousands"),
    ("UPB ($MM)", "upb", "millions"),
    ("P&I (cents)", "p_and_i", "cents"),
    ("Rem Term (mo)", "rem_term", "months"),
    ("Rem Term (mos.)", "rem_term", "months"),
    ("Rem Term (yrs)", "rem_term", "years"),
    ("Maturity Date (MM/DD/YYYY)", "maturity_date", "month_first"),
    ("Maturity Date (dd-mm-yyyy)", "maturity_date", "day_first"),
    ("Maturity Date (yyyy-mm-dd)", "maturity_date", "year_first"),
    ("Default Rate in %", "default_rate", "percent"),
    ("FC (Y/N)", "fc_y_n", None),
    ("UPB(T)", "upb_t", None),
    ("Interest Rate %", "interest_rate_percent", None),
]


@pytest.mark.parametrize(("heading", "name", "unit"), UNITS)
def test_a_unit_behind_a_heading_is_taken_off_and_told(heading, name, unit):
    assert (normalised(heading), unit_of(heading)) == (name, unit)


HARD = st.text(
    st.one_of(st.sampled_from("abAB 01_-()[]%$#&./\n\u00a0\ufeffinthousKİßŉǅ\u0345\u1100\u1161"), st.characters()),
    max_size=30,
)


@given(HARD)
def test_a_normalised_heading_is_its_own_spelling(heading):
    assert normalised(normalised(heading)) == normalised(heading)


def test_abbreviations_are_written_out_and_plurals_taken_off():
    assert spelled_out("Curr Prin Bals") == ("current", "principal", "balance")
    assert spelled_out("Nxt Pmt Due Dt") == ("next", "payment", "due", "date")
    assert spelled_out("FC Judgement Entered Dt") == ("foreclosure", "judgment", "entered", "date")
    assert spelled_out("Days Past Due") == ("day", "past", "due")
    assert spelled_out("Status") == ("status",)


def test_units_are_dwellings_and_a_unit_is_part_of_an_address():
    assert spelled_out("Units") != spelled_out("Unit")
