from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from notes import OUTCOMES, GateError, TapeError
from training.config import TrainingConfig
from training.left_out import LeftOut
from training.refusals import refuse_leaks, refuse_what_is_lacking, resolved_loans
from training.snapshots import draw_snapshots
from training.weights import label

CONFIG = TrainingConfig.from_toml()


def book(resolutions_of, per_outcome, n_open=0, last="2019-12-31"):
    outcome = [name for name, n in zip(OUTCOMES, per_outcome, strict=True) for _ in range(n)] + [""] * n_open
    n = len(outcome)
    return resolutions_of(
        as_of_date=["2018-01-31"] * n,
        outcome=[str(one) for one in outcome],
        resolution_date=["2018-07-31" if one else "NaT" for one in outcome],
        observed_through=[last] * n,
    )


def refusal_of(resolutions, config=CONFIG, left_out=None):
    snapshots = draw_snapshots(resolutions, (0,), seed=1)
    with pytest.raises(TapeError) as refusal:
        refuse_what_is_lacking(snapshots, label(snapshots.resolutions, 60), config, left_out)
    assert refusal.value.exit_code == 3
    return str(refusal.value)


def test_enough_of_every_outcome_passes(resolutions_of):
    snapshots = draw_snapshots(book(resolutions_of, (20, 20, 20, 20), 10), (0,), seed=1)
    labels = label(snapshots.resolutions, 60)
    refuse_what_is_lacking(snapshots, labels, CONFIG)
    assert resolved_loans(snapshots, labels) == dict.fromkeys(map(str, OUTCOMES), 20)


def test_an_outcome_with_too_few_loans_is_named_with_every_count(resolutions_of):
    told = refusal_of(book(resolutions_of, (50, 30, 3, 25), 12))
    assert "- deed_in_lieu: 3 resolved loans, at least 10 are needed (data.min_class_count)" in told
    assert "reperform 50, loss_mitigation 30, deed_in_lieu 3, foreclosure 25; open 12" in told
    assert "add more resolved notes" in told


def test_rows_that_were_left_out_are_to_be_mended_before_others_are_looked_for(resolutions_of):
    left_out = LeftOut({}, {"deed_in_lieu": 40, "reperform": 1})
    told = refusal_of(book(resolutions_of, (50, 30, 3, 25), 12), left_out=left_out)
    assert (
        "- deed_in_lieu: 3 resolved loans, at least 10 are needed (data.min_class_count); 40 loans of it left out"
        in told
    )
    assert "mend the rows that were left out, named above; then, where that is not enough, add more" in told
    told = refusal_of(book(resolutions_of, (0, 0, 0, 0), 40), left_out=LeftOut({}, {"reperform": 1}))
    assert "reperform: 0 resolved loans, at least 10 are needed (data.min_class_count); 1 loan of it left out" in told
    assert "every one is still open" not in told
    told = refusal_of(
        book(resolutions_of, (50, 30, 3, 25), 12), left_out=LeftOut({}, {"": 7})
    )  # open ones lack nothing
    assert "\nadd more resolved notes" in told


def test_all_open_is_refused(resolutions_of):
    assert "every one is still open" in refusal_of(book(resolutions_of, (0, 0, 0, 0), 40))


def test_what_ended_in_the_last_month_alone_is_told_and_not_called_open(resolutions_of):
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2018-01-31"] * 4,
            outcome=["reperform", "foreclosure", "reperform", ""],
            resolution_date=["2019-06-03", "2019-06-14", "2019-06-20", "NaT"],
            observed_through=["2019-06-20"] * 4,
        ),
        (0,),
        seed=1,
    )
    with pytest.raises(TapeError) as refusal:
        refuse_what_is_lacking(snapshots, label(snapshots.resolutions, 60), CONFIG)
    told = str(refusal.value)
    assert "3 snapshots ended in the month in which the seller's file ends, which it does not show whole" in told
    assert "reperform: 0 resolved loans, at least 10 are needed" in told
    assert "every one is still open" not in told


def test_mostly_open_is_refused_with_the_share(resolutions_of):
    # 80 resolved, 420 open: 84 %
    assert "- 84% of the notes are open, at most 80%" in refusal_of(book(resolutions_of, (20, 20, 20, 20), 420))


def test_too_few_months_of_follow_up_are_refused(resolutions_of):
    told = refusal_of(book(resolutions_of, (20, 20, 20, 20), 5, last="2018-12-31"))
    assert "- no note was followed for more than 11 months after its as_of_date, at least 12 are needed" in told


def test_no_rows_are_refused(resolutions_of):
    empty = book(resolutions_of, (1, 0, 0, 0)).take(np.array([], dtype=np.intp))
    assert "there are no rows" in refusal_of(empty)


def test_several_snapshots_of_one_loan_are_one_loan(resolutions_of):
    given = book(resolutions_of, (30, 30, 30, 30))
    frame = given.tape.notes.frame.assign(loan_id="same", seller=[f"S{i // 6}" for i in range(120)])
    frame["as_of_date"] -= pd.to_timedelta(np.arange(120) % 6, unit="D")
    given = replace(given, tape=replace(given.tape, notes=type(given.tape.notes)(frame)))
    snapshots = draw_snapshots(given, (0,), seed=1)
    assert len(snapshots) == 20
    assert sum(resolved_loans(snapshots, label(snapshots.resolutions, 60)).values()) == 20


def test_a_column_equal_to_the_label_is_refused_by_name(resolutions_of):
    snapshots = draw_snapshots(book(resolutions_of, (40, 40, 40, 40), 10), (0,), seed=1)
    labels = label(snapshots.resolutions, 60)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"noise": rng.normal(size=170), "canary": np.where(labels.outcome == 3, 1.0, 0.0)})
    with pytest.raises(GateError, match=r"canary tells foreclosure from the rest with an AUC of 1\.000") as refusal:
        refuse_leaks(frame, labels, snapshots.weight, CONFIG.data.max_feature_auc)
    assert refusal.value.exit_code == 5
    assert "noise" not in str(refusal.value)


def test_the_refusal_of_a_leak_names_the_columns_of_the_file_the_fix_and_the_setting(resolutions_of):
    snapshots = draw_snapshots(book(resolutions_of, (40, 40, 40, 40)), (0,), seed=1)
    labels = label(snapshots.resolutions, 60)
    known = np.where(labels.outcome == 3, 4.0, 0.0)
    frame = pd.DataFrame({"foreclosure_stage": known, "months_behind": known})
    columns = {"FC Stage": "foreclosure_status", "next_due_date": "next_due_date", "dti": "dti"}
    with pytest.raises(GateError) as refusal:
        refuse_leaks(frame, labels, snapshots.weight, 0.97, columns)
    first, stage, behind, fix = str(refusal.value).splitlines()
    assert "AUC above 0.97" in first
    assert stage.endswith("AUC of 1.000; it is made of column 'FC Stage' (read as foreclosure_status)")
    assert behind.endswith("AUC of 1.000; it is made of column 'next_due_date' and the payments")
    for needed in (
        "as it stood on as_of_date",
        "blank the cells of the loans of every outcome alike",
        "take the column away",
        "data.max_feature_auc",
        "--config",
    ):
        assert needed in fix
    with pytest.raises(GateError, match="made of fields foreclosure_status, foreclosure_referral_date"):
        refuse_leaks(frame, labels, snapshots.weight, 0.97)
