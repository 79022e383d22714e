from dataclasses import replace

import numpy as np
import pytest

from training.config import TrainingConfig
from training.snapshots import draw_snapshots
from training.splits import split_out_of_time
from training.weights import label

HORIZON = 60
SETTINGS = TrainingConfig.from_toml().split
OUTCOMES = np.array(["reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"])


def made_history(resolutions_of, *, years, per_month=20, snapshots=1, first_year=2000, last="2019-12-31"):
    """Loans in every month of some years, resolving after 6, 12, 18 or 24 months by outcome, all seen to one last day."""
    months = np.repeat(np.arange(years * 12), per_month)
    n = len(months)
    as_of = (np.datetime64(f"{first_year}-01", "M") + months).astype("datetime64[D]") + np.timedelta64(27, "D")
    k = np.arange(n) % 4
    resolved = ((as_of.astype("datetime64[M]") + 6 * (k + 1) + 1).astype("datetime64[D]")) - np.timedelta64(1, "D")
    seen = resolved <= np.datetime64(last)
    return resolutions_of(
        loan_id=[f"L{month // snapshots}-{i % per_month}" for i, month in enumerate(months)],
        pay_strings=[str(2 * (month % snapshots)) for month in months],
        as_of_date=as_of.astype(str).tolist(),
        outcome=np.where(seen, OUTCOMES[k], "").tolist(),
        resolution_date=np.where(seen, resolved, np.datetime64("NaT")),
        observed_through=[last] * n,
    )


def split_of(resolutions, settings=SETTINGS):
    snapshots = draw_snapshots(resolutions, (0, 2, 4), seed=1)
    labels = label(snapshots.resolutions, HORIZON)
    return snapshots, labels, split_out_of_time(snapshots, labels, settings, HORIZON, seed=1)


def months_of(snapshots, rows):
    return snapshots.resolutions.tape.notes.month("as_of_date")[rows]


def test_a_long_history_is_cut_in_time_with_an_embargo_of_one_horizon(resolutions_of):
    snapshots, _, split = split_of(made_history(resolutions_of, years=30, first_year=1990))
    assert split.out_of_time
    assert split.embargo_months == HORIZON
    gap = months_of(snapshots, split.test).min() - months_of(snapshots, split.calibrate).max()
    assert gap == HORIZON + 1
    assert months_of(snapshots, split.fit).max() < months_of(snapshots, split.calibrate).min()
    assert "shortened" not in split.statement


def test_snapshots_too_young_for_their_outcome_are_not_tested_on(resolutions_of):
    # Nine tenths of the resolutions come within 24 months; the notes are seen to December 2019.
    snapshots, _, split = split_of(made_history(resolutions_of, years=30, first_year=1990))
    assert months_of(snapshots, split.test).max() == 2017 * 12 + 11


def test_a_shorter_history_shortens_the_embargo_and_says_so(resolutions_of):
    snapshots, _, split = split_of(made_history(resolutions_of, years=9, first_year=2010))
    assert split.out_of_time
    assert 0 < split.embargo_months < HORIZON
    assert f"embargo {split.embargo_months} months, shortened from 60" in split.statement
    mature = (months_of(snapshots, slice(None)) <= 2017 * 12 + 11).sum()
    assert len(split.fit) + len(split.calibrate) >= 0.55 * mature


def test_a_single_trade_date_is_parted_by_loan_and_says_so(resolutions_of):
    given = made_history(resolutions_of, years=1, per_month=60)
    one_day = given.tape.notes.frame.assign(as_of_date=given.tape.notes.frame["as_of_date"].min())
    given = replace(given, tape=replace(given.tape, notes=type(given.tape.notes)(one_day)))
    _, labels, split = split_of(given)
    assert not split.out_of_time
    assert lacking(split) == ["no snapshot lies before it"]
    # 720 loans, 180 an outcome: a quarter tests, 15 % of the rest calibrate, the same of every outcome within one loan.
    assert len(split.test) == pytest.approx(180, abs=4)
    assert len(split.calibrate) == pytest.approx(81, abs=4)
    assert np.ptp(np.bincount(labels.outcome[split.test], minlength=4)) <= 1


def lacking(split):
    """What the statement says that the nearest cut lacks."""
    assert split.statement.startswith("NOT out of time")
    return split.statement.partition("leaves too little (")[2].partition(")")[0].split("; ")


@pytest.mark.parametrize("early_deeds", [4, 5])
def test_one_deed_too_few_is_named_and_one_more_is_enough(resolutions_of, early_deeds):
    # Every fourth loan is a deed.  Of those of the first eight years, of which the fit part takes the oldest, all but the
    # first four or five are left out; five are needed.
    given = made_history(resolutions_of, years=9, first_year=2010)
    deeds = np.flatnonzero(np.arange(len(given)) % 4 == 2)
    left_out = deeds[(deeds >= 4 * early_deeds) & (deeds < 8 * 12 * 20)]
    _, _, split = split_of(given.take(np.setdiff1d(np.arange(len(given)), left_out)))
    assert split.out_of_time == (early_deeds == 5)
    if not split.out_of_time:
        assert lacking(split) == ["4 of deed in lieu in the fit part, 5 are needed"]


def test_too_few_to_calibrate_and_to_judge_are_named(resolutions_of):
    # A loan a month for nine years to 2018, seen to December 2019; outcomes take up to 24 months, so the 96 to December 2017
    # are old enough.  The latest quarter of them, 24, is the test; of the 72 before it the latest 15 %, from the 62nd on.
    _, _, split = split_of(made_history(resolutions_of, years=9, first_year=2010, per_month=1))
    assert lacking(split) == [
        "11 resolved in the calibration part, 50 are needed",
        "24 resolved in the test part, 50 are needed",
    ]


def test_too_few_loans_before_the_cut_are_named_with_the_share_that_is_needed(resolutions_of):
    # 500 loans of one month and 700 of two years later, all old enough: the latest quarter begins in the second month, and
    # 500 of 1,200 are 42 %.
    given = made_history(resolutions_of, years=1, per_month=100, first_year=2010, last="2025-12-31")
    as_of = np.where(np.arange(1_200) < 500, "2010-06-30", "2012-06-30")
    resolved = (as_of.astype("datetime64[M]") + 6 * (np.arange(1_200) % 4 + 1) + 1).astype("datetime64[D]")
    frame = given.tape.notes.frame.assign(as_of_date=as_of)
    tape = replace(given.tape, notes=type(given.tape.notes)(frame))
    _, _, split = split_of(replace(given, tape=tape, resolution_date=resolved - np.timedelta64(1, "D")))
    assert lacking(split)[0].startswith("500 loans before it, 55% of the 1,200 that are old enough to judge are needed")


def test_the_test_is_judged_on_what_its_follow_up_can_show(resolutions_of):
    # The tested months end in December 2017, notes are seen to December 2019: the oldest tested
    # were followed for more than 24 and fewer than 60 months.
    snapshots, _, split = split_of(made_history(resolutions_of, years=9, first_year=2010))
    oldest = months_of(snapshots, split.test).min()
    assert split.judged_months == 2019 * 12 + 11 - oldest
    assert 24 < split.judged_months < HORIZON
    assert f"within {split.judged_months} months" in split.statement


def test_resolved_snapshots_in_no_part_are_counted_by_the_reason(resolutions_of):
    # 20 loans a month to December 2018, seen to December 2019, old enough to December 2017.  Of the younger, of 2018, those
    # that take 6 or 12 months are resolved, 5 a month each, and those of January to June that take 18: 60 + 60 + 30.
    _, labels, split = split_of(made_history(resolutions_of, years=9, first_year=2010))
    left = split.no_part
    assert (left.young, left.mature_months, left.other_side) == (150, 24, 0)
    assert left.embargo == 20 * split.embargo_months > 0
    used = np.concatenate([split.fit, split.calibrate, split.test])
    assert labels.resolved[used].sum() + left.young + left.embargo == labels.resolved.sum()


@pytest.mark.parametrize(("years", "snapshots"), [(1, 3), (9, 3), (20, 3), (9, 2), (30, 1)])
def test_every_resolved_snapshot_is_in_a_part_or_counted_as_in_none(resolutions_of, years, snapshots):
    given = made_history(resolutions_of, years=years, snapshots=snapshots, first_year=2019 - years)
    _, labels, split = split_of(given)
    left, used = split.no_part, np.concatenate([split.fit, split.calibrate, split.test])
    in_none = left.embargo + left.young + left.other_side
    assert labels.resolved[used].sum() + in_none == labels.resolved.sum()
    assert split.out_of_time or in_none == 0


@pytest.mark.parametrize("years", [1, 9, 20])
def test_no_loan_is_in_two_parts(resolutions_of, years):
    # A loan is seen in three months running, 0, 2 and 4 months behind: three bands, three snapshots.
    snapshots, _, split = split_of(made_history(resolutions_of, years=years, snapshots=3, first_year=2019 - years))
    parts = [set(snapshots.loan[rows]) for rows in (split.fit, split.calibrate, split.test)]
    assert all(parts)
    assert len(snapshots) == 3 * snapshots.n_loans
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]


def test_loans_on_both_sides_of_the_cut_are_neither_lost_nor_doubled(resolutions_of):
    # In every month of 2000-2009 eight loans begin.  Half of them are seen again five years on, further behind: they last.
    # A fit on what is left when the later side keeps its loans would hold hardly any of those that last.
    months = np.repeat(np.arange(120), 8)
    first = (np.datetime64("2000-01", "M") + months).astype("datetime64[D]") + np.timedelta64(27, "D")
    lasts = np.arange(len(first)) % 4 < 2
    again = (first[lasts].astype("datetime64[M]") + 60).astype("datetime64[D]") + np.timedelta64(27, "D")
    names = np.array([f"{'long' if one else 'short'}-{i}" for i, one in enumerate(lasts)])
    as_of = np.concatenate([first, again])
    k = np.arange(len(as_of)) // 4 % 4
    snapshots, _, split = split_of(
        resolutions_of(
            loan_id=np.concatenate([names, names[lasts]]).tolist(),
            as_of_date=as_of.astype(str).tolist(),
            pay_strings=["0"] * len(first) + ["4"] * len(again),
            outcome=OUTCOMES[k].tolist(),
            resolution_date=(as_of.astype("datetime64[M]") + 7).astype("datetime64[D]") - np.timedelta64(1, "D"),
            observed_through=["2019-12-31"] * len(as_of),
        )
    )
    assert split.out_of_time
    fitted = np.concatenate([split.fit, split.calibrate])
    month = months_of(snapshots, slice(None))
    early = month <= month[fitted].max()
    is_long = np.char.startswith(snapshots.resolutions.tape.notes.text("loan_id").astype(str), "long")
    expected = is_long[early].mean()
    factor = split.factor[fitted]
    # About 900 rows, some hundreds of which are halved by lot: a standard error of 2 points or so.
    assert np.average(is_long[fitted], weights=factor) == pytest.approx(expected, abs=0.06)
    assert factor.sum() == pytest.approx(early.sum(), rel=0.12)
    # Every snapshot is resolved and old enough, so what is left out lies in the embargo or on the other side of a cut.
    between = (month > month[fitted].max()) & (month < month[split.test].min())
    n_parts = len(fitted) + len(split.test)
    assert split.no_part.embargo == between.sum()
    assert split.no_part.other_side == len(month) - n_parts - between.sum() > 0


def test_the_split_by_loan_does_not_depend_on_the_order_of_rows(resolutions_of):
    given = made_history(resolutions_of, years=1, first_year=2018)
    shuffled = given.take(np.random.default_rng(2).permutation(len(given)))

    def tested(resolutions):
        snapshots, _, split = split_of(resolutions)
        assert not split.out_of_time
        return set(snapshots.resolutions.tape.notes.text("loan_id")[split.test])

    assert tested(given) == tested(shuffled)
