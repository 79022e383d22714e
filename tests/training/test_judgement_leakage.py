"""Signs of having seen the future: single features, dates after the as-of date, headings."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tapes.headings
from features import feature_frame
from features.catalogue import FEATURES
from notes import Notes
from training.config import TrainingConfig
from training.evaluate import Judged
from training.feature_columns import made_of
from training.judgement_leakage import (
    LeakageReport,
    auc_at_least,
    feature_aucs,
    later_dates,
    leak_check,
    outcome_like_columns,
)
from training.judgement_parts import Bootstrap
from training.snapshots import draw_snapshots
from training.weights import label
from worlds import WorldSettings, make_world

ALIASES = Path(tapes.headings.__file__).with_name("aliases.csv")
DATA = TrainingConfig.from_toml().data
BOOTSTRAP = Bootstrap(draws=200, confidence=0.95, seed=1)


def judged(outcome, weight=None, loan=None):
    n = len(outcome)
    return Judged(
        np.array(outcome, dtype=np.int64),
        np.ones(n) if weight is None else np.array(weight, dtype=np.float64),
        np.arange(n) if loan is None else np.array(loan),
    )


def notes_of(**columns):
    n = len(next(iter(columns.values())))
    plain = {"loan_id": [f"L{i}" for i in range(n)], "as_of_date": ["2024-03-31"] * n}
    frame = pd.DataFrame(plain | columns)
    return Notes(frame)


def test_a_column_equal_to_the_outcome_ranks_first():
    outcome = np.array([0, 1, 2, 3] * 10)
    frame = pd.DataFrame({"noise": np.tile([1.0, 2.0], 20), "leak": (outcome == 3).astype(float)})
    first = feature_aucs(frame, outcome, np.ones(40), DATA)[0]
    assert (first.name, first.outcome, first.auc) == ("leak", "foreclosure", 1.0)


def test_what_an_auc_is_at_least_falls_with_the_number_of_loans_of_the_outcome():
    # A = 0.9: Q1 = 0.9 / 1.1 = 0.81818, Q2 = 1.62 / 1.9 = 0.85263, A² = 0.81.  With 100 and 400 loans the variance is
    # (0.09 + 99 × 0.00818 + 399 × 0.04263) / 40,000 = 0.000448, its root 0.02116.
    assert auc_at_least(0.9, 100, 400) == pytest.approx(0.9 - 2 * 0.02116, abs=1e-4)
    assert auc_at_least(0.9, 10, 400) < 0.78
    assert auc_at_least(1.0, 0, 400) == 0.5


def leaky_frame(n, share_told):
    """Half the loans foreclosed, of which a share has another debt-to-income; the feature tells nothing else."""
    outcome = np.array([0, 3] * (n // 2))
    told = (outcome == 3) & (np.arange(n) < share_told * n)
    return pd.DataFrame({"debt_to_income": np.where(told, 0.95, 0.4)}), outcome


def test_a_feature_that_is_no_payment_behaviour_is_suspect_at_what_payments_may_reach():
    # Nine in ten told, the tenth tied with all others: AUC 0.9 + 0.1 / 2 = 0.95.
    frame, outcome = leaky_frame(2_000, 0.9)
    [found] = feature_aucs(frame, outcome, np.ones(2_000), DATA)
    assert found.auc == pytest.approx(0.95)
    assert found.suspect
    [paid] = feature_aucs(frame.set_axis(["months_behind"], axis=1), outcome, np.ones(2_000), DATA)
    assert paid.auc == found.auc
    assert not paid.suspect
    # Eight in ten: AUC 0.9, suspect among two thousand loans; among forty it may be chance.
    for n, suspect in ((2_000, True), (40, False)):
        frame, outcome = leaky_frame(n, 0.8)
        [found] = feature_aucs(frame, outcome, np.ones(n), DATA)
        assert found.auc == pytest.approx(0.9)
        assert found.suspect is suspect


@pytest.mark.parametrize("kind", ["smooth", "steps"])
def test_made_notes_pass_and_a_column_overwritten_after_the_event_is_refused(kind):
    drawn = draw_snapshots(make_world(WorldSettings(kind, 1_500, 0, 2)).resolutions, (0, 1, 2, 3, 6, 12, 24), 1)
    labels = label(drawn.resolutions, 60)
    rows, honest = labels.resolved, feature_frame(drawn.resolutions.tape)
    foreclosed = labels.outcome == 3
    late = honest.assign(
        debt_to_income=np.where(foreclosed & (np.arange(len(honest)) % 20 < 17), 0.95, honest["debt_to_income"])
    )
    plain, told = (feature_aucs(one[rows], labels.outcome[rows], drawn.weight[rows], DATA) for one in (honest, late))
    assert not [one.name for one in plain if one.suspect]
    assert [(one.name, one.outcome) for one in told if one.suspect] == [("debt_to_income", "foreclosure")]
    check = leak_check(LeakageReport(told, {}, None, None), {"DTI": "dti", "upb": "upb"})
    assert "debt_to_income tells foreclosure from the rest with an AUC of 0.9" in check.figures
    assert "(column 'DTI' (read as dti))" in check.figures
    assert check.required
    assert not check.passed
    assert leak_check(LeakageReport(plain, {}, None, None), {}) is None


def test_event_dates_after_the_as_of_date_are_counted_and_dates_that_may_lie_ahead_are_not():
    notes = notes_of(
        modification_date=["2024-04-15", "2024-03-31", None],
        maturity_date=["2044-01-01"] * 3,
        next_due_date=["2024-04-01"] * 3,
    )
    assert later_dates(notes) == {"modification_date": 1}


@pytest.mark.parametrize(
    "heading",
    [
        "Resolution Type",
        "fcCompletionDate",
        "REO_FLAG",
        "Zero Balance Cd",
        "NS_PROCS",
        "Disposition Dt",
        "pifDate",
        "actualFcSaleDate",
        "DISP_DT",
        "primStat",
        "saleResults",
        "dilCompletionDate",
        "deed_recorded",
        "ssComplete",
        "inactiveDate",
        "resolutionProceeds",
        "Sales Proceed",
        "final_status",
        "FINALSTATUS",
        "Result",
        "Closed Dt",
        "Liquidation Type",
        "Payoff Date",
        "Loan Sold (Y/N)",
        "Resolved As",
        "Recoveries",
        "Paid Off",
        "target",
    ],
)
def test_headings_under_which_servicers_write_the_end_are_found(heading):
    assert len(outcome_like_columns({heading: "foreclosure_status"})) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Area",
        "Current UPB",
        "FC Status",
        "loan_status",
        "Videoed",
        "Next Due Date",
        "Foreclosure Referral Date",
        "Referred to Foreclosure Date",
        "FC Complaint Filed Date",
        "stage_reached_in_legal_proceedings",
        "Final Maturity Date",
        "Closed-End Second",
        "Ending Principal Balance",
    ],
)
def test_plain_headings_are_not_and_the_outcome_itself_is_meant(heading):
    assert outcome_like_columns({heading: "upb", "Resolution Date": "resolution_date"}) == ()


def test_every_heading_known_to_be_told_after_the_fact_is_found_and_of_those_read_only_few_that_need_a_look():
    found = {True: set(), False: set()}
    for one in csv.DictReader(ALIASES.read_text(encoding="utf-8").splitlines()):
        if one["target"] not in ("ignored", "personal"):
            after = one["target"] == "after_the_fact"
            # Told apart by the words alone: a mapping may call such a column anything.
            found[after].add((one["heading"], len(outcome_like_columns({one["heading"]: "not used"}))))
    assert {number for _, number in found[True]} == {1}
    needing_a_look = {heading for heading, number in found[False] if number}
    assert all("REO" in one or one == "primStat" for one in needing_a_look)


def test_a_column_told_after_the_fact_by_the_users_mapping_is_found_whatever_its_heading():
    [found] = outcome_like_columns({"X17": "after_the_fact"})
    assert (found.heading, found.features) == ("X17", ())


def test_of_a_column_headed_like_an_outcome_it_is_known_whether_the_model_reads_it():
    by_heading = {
        one.heading: one.features
        for one in outcome_like_columns(
            {
                "final_status": "not used",
                "final stage": "foreclosure_status",
                "resolved dti": "dti",
                "exit": "loan_status",
            }
        )
    }
    assert by_heading["final_status"] == ()
    assert by_heading["final stage"] == ("foreclosure_stage", "months_since_referral")
    assert by_heading["resolved dti"] == ("debt_to_income", "layered_risk_count")
    # A status fills the stage, the chapter and the workout where those columns are empty.
    assert {"foreclosure_stage", "bankruptcy", "workout_under_way"} < set(by_heading["exit"])


@pytest.mark.parametrize(
    ("feature", "columns", "said"),
    [
        ("foreclosure_stage", {"foreclosure_status": "foreclosure_status"}, "column 'foreclosure_status'"),
        (
            "foreclosure_stage",
            {"Status": "loan_status", "dti": "dti", "FC Stage": "foreclosure_status"},
            "columns 'FC Stage' (read as foreclosure_status), 'Status' (read as loan_status)",
        ),
        ("months_behind", {"Next Due": "next_due_date"}, "column 'Next Due' (read as next_due_date) and the payments"),
        ("months_behind", {"pay_string": "pay_string"}, "column 'pay_string'"),
        ("debt_to_income", {"dti": "not used"}, "no column of the file"),
        ("debt_to_income", None, "field dti"),
        ("foreclosure_stage", None, "fields foreclosure_status, foreclosure_referral_date"),
    ],
)
def test_a_feature_is_traced_to_the_columns_of_the_file(feature, columns, said):
    assert made_of(feature, columns) == said


def test_a_day_of_the_end_read_as_the_as_of_date_is_in_every_feature():
    [found] = outcome_like_columns({"Disposition Date": "as_of_date"})
    assert len(found.features) == len(FEATURES)
