"""What sellers call things: every heading of the field list means what it says, and no false friend means a field."""

import csv
from collections import defaultdict

import pytest

from notes.schema import FIELDS
from tapes.fields import SELLER_NAMES
from tapes.forms.units import MONEY_UNITS, NUMBER_UNITS, RATE_UNITS
from tapes.headings import registry
from tapes.headings.normalise import spelled_out
from tapes.headings.registry import _FILE, AFTER_THE_FACT, HINT, IGNORED, PERSONAL, can_have, unit_words
from tests.tapes.corpus.vocabulary import FALSE_FRIENDS, NOT_NEEDED, SOURCES, VOCABULARY
from tests.tapes.corpus.vocabulary import PERSONAL as PEOPLE

AFTER = AFTER_THE_FACT
ROWS = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
NOT_READ = {None, IGNORED, AFTER, PERSONAL}

# By hand, from the published lists of headings: each group of one seller or servicer, with what it stands for.
BY_HAND = {
    "PHX": {
        "Loan Number": "loan_id", "UPB": "upb", "Loan Amount": "original_balance", "Current Interest Rate": "note_rate",
        "Default Interest Rate": IGNORED, "ARM Rate Original": IGNORED, "Principal and Interest": "p_and_i",
        "Monthly PITIA or ITIA": IGNORED, "Note Date": "origination_date", "Paid to Date": "paid_to_date",
        "Maturity Date": "maturity_date", "Days Past Due": "days_past_due", "FC Status": "foreclosure_status",
        "FC NOI Date": IGNORED, "FC Complaint File Date": "foreclosure_first_legal_date", "Lien Position": "lien_position",
        "FC Judgement Entered Dt": "foreclosure_judgment_date", "FC Referred to Atty Date": "foreclosure_referral_date",
        "As is Value - Current": "as_is_value", "As is Value - Orig": "original_value", "REO Flag": "reo_flag",
        "Appraised After Renovated Value - Current": IGNORED, "Appraisal Date - Current": "valuation_date",
        "Appraisal Method - Current": "valuation_type", "Mod Flag (Except Term)": "modification_flag",
        "Bankruptcy Flag": "bankruptcy_flag", "Citizenship Status": PERSONAL, "Judicial State Flag": IGNORED,
        "Interest Only Flag": IGNORED, "Balloon Flag": IGNORED, "Recourse Type": "recourse", "Street": PERSONAL,
        "# of Units": "units", "State": "property_state", "Zip": "property_zip", "DQ Reason": IGNORED,
        "Loan Program": "loan_type", "Cost Basis": IGNORED, "Occupancy Code": "occupancy",
    },
    "SBPH": {
        "Current UPB": "upb", "Non-Interest Bearing UPB": "deferred_balance", "Mt Date": "maturity_date",
        "REC CORP Advance Balance": "corporate_advance",
        "Escrow Advance": "escrow_advance", "Current IR": "note_rate", "Orig Int Rate": IGNORED, "Current PI": "p_and_i",
        "Current PITI": IGNORED, "Current TI": IGNORED, "FPDate": "first_payment_date",
        "Next Payment Due Dt": "next_due_date", "Last Full Payment Dt": "last_payment_date",
        "Remaining Term": "remaining_term", "AS ISBPO": "as_is_value", "BPODate": "valuation_date",
        "FC Sale Scheduled Dt": "foreclosure_sale_date", "FC 1st Legal Filed Dt": "foreclosure_first_legal_date",
        "FC Suspended Dt": IGNORED, "BK Status": "bankruptcy_status", "BK Filing Date": "bankruptcy_filed_date",
        "BKRemoval Dt": IGNORED, "Loan Mod Dt": "modification_date", "Mod UPB": IGNORED, "Mod IR": IGNORED,
        "Mod PI": IGNORED, "HOI Expiration Dt": IGNORED, "Borrower Name": PERSONAL, "Previous Ln Num": IGNORED,
    },
    "SBD": {
        "loanNumber": "loan_id", "investorLoanNumber": IGNORED, "mersNumber": IGNORED, "sbReportDate": "as_of_date",
        "currentUpb": "upb", "deferredPrincipal": "deferred_balance", "corporateAdvanceBalance": "corporate_advance",
        "nonRecoverableCorpAdvBalance": IGNORED, "escrowAdvanceBalance": "escrow_advance",
        "accruedLateCharges": "late_charges", "unappliedBalance": "suspense_balance", "currentInterestRate": "note_rate",
        "currentPrincipalAndInterestPayment": "p_and_i", "totalMonthlyLoanPayment": IGNORED,
        "nextDueDate": "next_due_date", "dateLastPaymentReceived": "last_payment_date", "bpoAsIsValue": "as_is_value",
        "bpoRepairedValue": IGNORED, "fcStatus": "foreclosure_status", "isaContestedFc": IGNORED,
        "dateReferredToFcAtty": "foreclosure_referral_date", "actualFcSaleDate": AFTER, "fcCompletionDate": AFTER,
        "bkChapter": "bankruptcy_chapter", "bkDischargeDate": IGNORED, "lossMitigationStatus": "loss_mitigation_status",
        "resolutionType": AFTER, "resolutionProceeds": AFTER, "dilCompletionDate": AFTER, "ssComplete": AFTER,
        "pifDate": AFTER, "saleResults": AFTER, "primStat": "loan_status", "promiseAmount": IGNORED,
        "borrowerHomePhone": PERSONAL, "currentFico": "credit_score", "coBorrowerFico": IGNORED,
        "phNoOfUnits": "units", "fcDelinquentTaxes": "delinquent_taxes", "isArm": "arm_flag",
    },
    "TPG": {
        "LOANID": "loan_id", "CURR BAL": "upb", "FOREBEAR_BAL": "deferred_balance", "ORIG BAL": "original_balance",
        "CURR PMT": "p_and_i", "ORIG DATE": "origination_date", "NEXT DUE": "next_due_date",
        "PAID TO DATE": "paid_to_date", "MAT DATE": "maturity_date", "Seller BPO": "as_is_value",
        "BPO DATE": "valuation_date", "ST": "property_state", "PRICE$": "ask_price", "PRICE%": IGNORED,
        "bid_pct_upb": IGNORED, "Bid_Px (%)": IGNORED,
    },
    "HUD": {
        "SELLER_ID": "loan_id", "WA_CONTROL": IGNORED, "FHA_CASE": IGNORED, "LAST_UPB": "upb",
        "ORIG_AMT": "original_balance",
        "LAST_RT": "note_rate", "ORIG_RATE": IGNORED, "AMORT_TYP": "rate_type", "ORIG_PI": "p_and_i",
        "ORIG_DATE": "origination_date", "FIRST_PAY": "first_payment_date", "MATURITY": "maturity_date",
        "PROP_STATE": "property_state", "PROP_CITY": IGNORED, "PROP_ZIP": "property_zip", "NOTE_DOC": "note_doc_status",
        "NOTE_MODI": "modification_flag", "LOAN_TYPE": "loan_type", "PERF_CAT": IGNORED, "BORROWER_1": PERSONAL,
        "ADDRESS": PERSONAL, "BLOCK": IGNORED,
    },
    "PS": {
        "Loan ID": "loan_id", "Unpaid Principal Balance": "upb", "P_IPayment": "p_and_i", "interestRate": "note_rate",
        "lienPosition": "lien_position", "legalStatus": "loan_status", "occupancyStatus": "occupancy",
        "streetAddress": PERSONAL, "borrowerName": PERSONAL, "accruedLateCharges": "late_charges", "servicer": IGNORED,
    },
    "UT": {
        "U.P.B $": "upb", "u_p_b_usd": "upb", "Interest Rate %": "note_rate", "P & I $": "p_and_i",
        "total_payoff_usd": "legal_balance", "Past Due Taxes $": "delinquent_taxes", "SoldRate": IGNORED,
        "sold_rate_percent": IGNORED, "2nd UPB": IGNORED, "second_upb": IGNORED, "Property Value $": "as_is_value",
        "foreclosure_started": "foreclosure_flag", "active_bankruptcy": "bankruptcy_flag",
    },
    "FNMA": {
        "Monthly.Rpt.Prd": "as_of_date", "Delq.Status": "months_delinquent", "Loan Del Stat": "months_delinquent",
        "LPI_DTE": "paid_to_date", "PMT_HISTORY": "pay_string", "Zero.Bal.Code": AFTER, "ZB_DTE": AFTER,
        "NS_PROCS": AFTER, "DISP_DT": AFTER, "UPB At Liqd": AFTER, "FCC_DTE": AFTER, "CSCORE_B": "credit_score",
        "OLTV": "original_ltv", "OCLTV": IGNORED, "MI_PCT": "mi_coverage", "Months.To.Legal.Mat": "remaining_term",
        "NON_INT_UPB": "deferred_balance", "MOD_FLAG": "modification_flag",
    },
}  # fmt: skip


@pytest.mark.parametrize(("source", "heading"), [(source, one) for source in BY_HAND for one in BY_HAND[source]])
def test_a_heading_of_a_published_list_means_what_it_says(source, heading):
    target = registry().target(heading)
    assert target is not None
    assert target.name == BY_HAND[source][heading]


@pytest.mark.parametrize(("field", "heading"), [(field, one) for field in VOCABULARY for one in VOCABULARY[field]])
def test_a_heading_of_the_field_list_is_known_for_its_field(field, heading):
    target = registry().target(heading)
    assert target is not None
    assert target.name == field


@pytest.mark.parametrize("source", SOURCES)
def test_every_heading_of_a_whole_tape_is_known(source):
    for field, heading in SOURCES[source].items():
        target = registry().target(heading)
        assert target is not None, heading
        assert target.name == field, heading


MORE_FALSE_FRIENDS = {
    "property_state": ("Borrower State", "Mailing State", "Statement Balance", "State of Incorporation", "Loan State"),
    "upb": ("Junior UPB", "Scheduled UPB", "Balance", "Outstanding", "Principal", "Deferred UPB", "Original UPB"),
    "note_rate": ("APR", "Net Rate", "Servicing Fee Rate", "Tax Rate", "ORIG_RT", "Max Rate", "Rate Type"),
    "as_is_value": ("Repaired Value", "As Repaired Value", "List Price", "Assessed Value", "Original Value", "Value"),
    "as_of_date": ("Date", "Statement Date"),
    "p_and_i": ("Payment", "Regular Payment", "TotalPayment", "PITI", "T&I", "Payment Amount"),
    "loan_id": ("Number", "FHA Case Number", "MIN", "Servicer ID"),
    "original_ltv": ("LTV", "Current LTV", "CLTV"),
    "units": ("Unit", "Unit #"),
    "ask_price": ("PRICE%", "Ask (%)", "Price (%)", "Bid_Px (%)", "Sales Price"),
    "rate_cap_life": ("Life Cap",),
    "occupancy": ("Original Occupancy", "firstTimeVacantDate"),
    "next_due_date": ("bkPostPetitionDueDate",),
    "net_proceeds": ("REC CORP Advance Balance", "Recovery"),
    "reo_flag": ("REO Disposition", "REO Sale Date"),
}


@pytest.mark.parametrize(
    ("field", "heading"),
    [(field, one) for lists in (FALSE_FRIENDS, MORE_FALSE_FRIENDS) for field in lists for one in lists[field]],
)
def test_a_false_friend_is_not_its_field(field, heading):
    target = registry().target(heading)
    assert target is None or target.name != field


@pytest.mark.parametrize(
    ("field", "heading"), [(field, one) for field in FALSE_FRIENDS for one in FALSE_FRIENDS[field]]
)
def test_a_listed_false_friend_is_not_read_at_all(field, heading):
    target = registry().target(heading)
    assert (None if target is None else target.name) in NOT_READ


PERSONS = (
    *PEOPLE, "Co-Borrower 2 Last Name", "Borrower SSN", "Coborrower SSN4", "BORROWER_EMAIL_ADDRESS", "Cell Phone 2",
    "Borr First Name", "Guarantor DOB", "Date of Birth", "Mailing Address Line 2", "Prop.Address", "Property Street Address",
    "Tax ID", "Social Security Number", "Marital Status", "Customer Name", "Email", "e-mail", "Home Phone #", "Gender",
    "Trustor", "Debtor Name", "Client", "Borr 1 Last", "Date of Death", "Primary Borrower First Name",
)  # fmt: skip


@pytest.mark.parametrize("heading", PERSONS)
def test_a_column_about_a_person_is_personal_in_whatever_words(heading):
    target = registry().target(heading)
    assert target is not None
    assert target.name == PERSONAL


@pytest.mark.parametrize(
    "heading",
    [
        "Property Address State",
        "Property Address Zip",
        "Borrower FICO",
        "Borrower Credit Score",
        "Property Type",
        "Note Age",
        "Borrower Last Payment Date",
        "Customer First Due Date",
    ],
)
def test_a_field_with_a_person_or_address_in_its_name_is_no_personal_column(heading):
    target = registry().target(heading)
    assert target is None or target.name != PERSONAL


@pytest.mark.parametrize("heading", NOT_NEEDED)
def test_what_no_bid_needs_is_known_all_the_same(heading):
    assert registry().target(heading) is not None


def test_one_heading_has_one_meaning_however_it_is_spelled():
    meanings = defaultdict(set)
    for row in ROWS:
        meanings["".join(spelled_out(row["heading"]))].add((row["target"], row["unit"], row["rank"]))
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


def test_every_line_names_a_target_that_there_is_and_a_source():
    fields = {one.name for one in FIELDS} | SELLER_NAMES | {"status_month", "receipts_month"}
    for row in ROWS:
        assert row["target"] in fields | {PERSONAL, AFTER, IGNORED}, row
        assert row["source"], row
        assert row["rank"] in ("", "0", "2", "3", HINT), row
        assert spelled_out(row["heading"]), row


def test_every_field_is_known_by_its_own_name_in_words():
    for one in FIELDS:
        target = registry().target(one.name.replace("_", " ").title())
        assert target is not None
        assert target.name == one.name


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("Note Rate %", "note_rate", "percent"),
        ("Note Rate (bps)", "note_rate", "basis_points"),
        ("UPB ($000s)", "upb", "thousands"),
        ("$ UPB", "upb", "dollars"),
        ("Remaining Term (yrs)", "remaining_term", "years"),
        ("Maturity Date (MM/DD/YYYY)", "maturity_date", "month_first"),
    ],
)
def test_a_heading_hands_its_unit_on(heading, name, unit):
    target = registry().target(heading)
    assert target is not None
    assert (target.name, target.unit) == (name, unit)


@pytest.mark.parametrize(
    "heading", ["UPB (%)", "Note Rate ($)", "Maturity Date (months)", "DTI ($000s)", "Payoff (mo)"]
)
def test_a_heading_whose_unit_its_field_cannot_have_is_not_known(heading):
    assert registry().target(heading) is None


def test_every_unit_that_a_column_can_be_read_in_may_stand_in_a_mapping():
    assert {*MONEY_UNITS, *RATE_UNITS, *NUMBER_UNITS} <= unit_words()
    assert can_have("p_and_i", "annual")
