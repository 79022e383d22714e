"""Folds to tune on: later notes from earlier ones, loans apart, and nothing of what the gate judges on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from notes import OUTCOMES
from training.config import TrainingConfig
from training.follow_up import FollowUp
from training.parts import Watched
from training.snapshots import Snapshots
from training.splits import Split
from training.tune_folds import nested_folds
from training.weights import label

BEGIN = np.datetime64("2015-01")


@pytest.fixture(scope="module")
def config():
    return TrainingConfig.from_toml()


@pytest.fixture
def watched_of(resolutions_of, assumptions):
    """Make snapshots of loans from their months, counted from January 2015; outcomes in turn, each after ten months."""

    def build(months, loans=None, outcomes=None):
        n = len(months)
        loan = np.arange(n) if loans is None else np.asarray(loans)
        as_of = (BEGIN + np.asarray(months)).astype("datetime64[D]") + 27
        ends = (BEGIN + np.asarray(months) + 10).astype("datetime64[D]") + 27
        names = [str(OUTCOMES[i % 4]) for i in range(n)] if outcomes is None else outcomes
        resolutions = resolutions_of(
            loan_id=[f"L{one}" for one in loan],
            as_of_date=as_of.astype(str).tolist(),
            outcome=names,
            resolution_date=[str(end) if name else "NaT" for end, name in zip(ends, names, strict=True)],
            observed_through=["2024-12-31"] * n,
        )
        snapshots = Snapshots(resolutions, loan.astype(np.int64), np.ones(n), np.zeros(n, dtype=np.int64), n)
        features = pd.DataFrame({"month": np.asarray(months, dtype=float)})
        return Watched(snapshots, features, label(resolutions, 60), FollowUp.of_tape(resolutions.tape, assumptions))

    return build


def split_of(n, fit):
    rest = np.setdiff1d(np.arange(n), fit)
    return Split(np.asarray(fit), rest[::2], rest[1::2], True, 0, 60, np.ones(n), "")


def test_each_window_is_predicted_from_what_lies_an_embargo_before_it_and_windows_do_not_overlap(watched_of, config):
    # 10 loans a month for 80 months, all of them to be fitted.  The latest half is judged in 3 windows: they begin at
    # months 40, 53 and 66.  The longest embargo that leaves 55 % of the loans before each: of 40 months 22, so 18.
    months = np.repeat(np.arange(80), 10)
    found = nested_folds(watched_of(months), split_of(800, np.arange(800)), config)
    assert found.out_of_time
    assert found.embargo_months == 18
    spans = [(one.train.features["month"].max(), one.judge.features["month"].min()) for one in found.folds]
    assert spans == [(21, 40), (34, 53), (47, 66)]
    ends = [one.judge.features["month"].max() for one in found.folds]
    assert ends == [52, 65, 79]
    assert "3 cuts in time inside 800 loans" in found.statement
    assert "embargo 18 months" in found.statement


def test_calibration_and_test_are_never_looked_at(watched_of, config):
    months = np.repeat(np.arange(80), 10)
    fit = np.flatnonzero(months < 60)
    split = split_of(800, fit)
    names = [str(OUTCOMES[i % 4]) for i in range(800)]
    others = [name if month < 60 else "foreclosure" for name, month in zip(names, months, strict=True)]
    for one, other in zip(
        nested_folds(watched_of(months, outcomes=names), split, config).folds,
        nested_folds(watched_of(months, outcomes=others), split, config).folds,
        strict=True,
    ):
        for part, twin in ((one.train, other.train), (one.judge, other.judge)):
            assert set(part.rows) <= set(fit)
            np.testing.assert_array_equal(part.rows, twin.rows)
            np.testing.assert_array_equal(part.weight, twin.weight)
            np.testing.assert_array_equal(part.outcome, twin.outcome)


def test_a_loan_is_on_one_side_only_and_counts_twice_there(watched_of, config):
    # In months 40 to 79 every second note is a loan that was seen 40 months before, the others are new.
    months = np.concatenate([np.repeat(np.arange(40), 10), np.repeat(np.arange(40, 80), 10)])
    loans = np.concatenate([np.arange(400), np.where(np.arange(400) % 2, np.arange(400), np.arange(400) + 1_000)])
    found = nested_folds(watched_of(months, loans), split_of(800, np.arange(800)), config)
    assert found.out_of_time
    for one in found.folds:
        assert not set(one.train.loan) & set(one.judge.loan)
    # Of a loan seen in the first window and long before it, one snapshot is left out and the other counts for two.
    first = found.folds[0]
    weights = dict(zip(first.judge.loan.tolist(), first.judge.weight.tolist(), strict=True))
    # 600 loans; the latest half of them begins with month 50, its first third ends with month 59.
    there = (months >= 50) & (months < 60)
    before = set(loans[months < 50 - found.embargo_months].tolist())
    twice = [weights[one] for one in loans[there].tolist() if one in weights and one in before]
    once = [weights[one] for one in loans[there].tolist() if one in weights and one not in before]
    assert 12 <= len(twice) <= 38  # of 50 loans on both sides about half, by lot
    assert len(once) == 50
    assert np.mean(twice) == pytest.approx(2 * np.mean(once))


def test_a_history_of_one_month_is_parted_by_chance_and_it_is_said(watched_of, config):
    found = nested_folds(watched_of(np.zeros(600, dtype=int)), split_of(600, np.arange(600)), config)
    assert not found.out_of_time
    assert "by chance, NOT in time" in found.statement
    judged = np.concatenate([one.judge.rows for one in found.folds])
    np.testing.assert_array_equal(np.sort(judged), np.arange(600))


def test_too_few_resolutions_give_no_folds_and_it_is_said(watched_of, config):
    found = nested_folds(watched_of(np.arange(60)), split_of(60, np.arange(60)), config)
    assert found.folds == ()
    assert "too few resolutions to tune on" in found.statement


def test_many_loans_are_drawn_from_and_it_is_said(watched_of, config):
    few = replace(config, tuning=replace(config.tuning, max_loans=400))
    months = np.repeat(np.arange(80), 10)
    found = nested_folds(watched_of(months), split_of(800, np.arange(800)), few)
    assert found.n_loans == 400
    assert "400 loans of the fit part, drawn from 800" in found.statement


def test_a_folds_weights_make_up_for_its_own_open_notes_alone(watched_of, config):
    # The first 20 months' notes are followed to the end; every second note from month 70 on is lost at once.  The first
    # fold's training part has no open note, so each of its notes weighs 1, whatever happened later.
    months = np.repeat(np.arange(80), 10)
    names = ["" if month >= 70 and i % 2 else str(OUTCOMES[i % 4]) for i, month in enumerate(months)]
    watched = watched_of(months, outcomes=names)
    labels = replace(watched.labels, months=np.where(watched.labels.resolved, watched.labels.months, 0.0))
    found = nested_folds(replace(watched, labels=labels), split_of(800, np.arange(800)), config)
    np.testing.assert_allclose(found.folds[0].train.weight, 1.0)
    assert found.folds[-1].judge.weight.max() > 1.0
