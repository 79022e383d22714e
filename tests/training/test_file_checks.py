"""What a file shows of itself before a model of it is believed."""

from dataclasses import replace

import numpy as np
import pytest

from notes import HISTORY_MONTHS, PaymentHistory, Tape
from training.config import TrainingConfig
from training.file_checks import open_notes_check, payments_check
from training.snapshots import draw_snapshots
from training.summary import summarise
from training.weights import label

GATE = TrainingConfig.from_toml().gate


def _check(resolutions_of, n_young, n_open, observed=None):
    """Look at a history of forty old notes and ``n_young`` of ten months before its end, of which ``n_open`` are open."""
    n = 40 + n_young
    ends = ["2019-06-30"] * 40 + [""] * n_open + ["2022-06-30"] * (n_young - n_open)
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2018-01-31"] * 40 + ["2022-02-28"] * n_young,
            outcome=["foreclosure" if one else "" for one in ends],
            resolution_date=[one or "NaT" for one in ends],
            observed_through=["2022-12-31"] * n if observed is None else [one or "2022-12-31" for one in ends],
        ),
        (0,),
        seed=1,
    )
    return open_notes_check(summarise(snapshots, label(snapshots.resolutions, 60), None))


@pytest.mark.parametrize(
    ("n_young", "n_open", "said"),
    [
        (20, 0, "of 20 notes known in the last 12 months before the end of what was seen, 0 are open"),
        (60, 2, "of 60 notes known in the last 12 months before the end of what was seen, 2 are open"),
        (60, 3, None),  # a twentieth
        (19, 0, None),  # too few to say
        (60, 30, None),
    ],
)
def test_a_model_of_a_file_from_which_open_notes_were_kept_is_refused(resolutions_of, n_young, n_open, said):
    check = _check(resolutions_of, n_young, n_open)
    if said is None:
        assert check is None
    else:
        assert check.figures.startswith(said)
        assert "give the open notes too" in check.figures
        assert check.required
        assert not check.passed


def test_it_is_seen_too_where_each_note_is_said_to_be_observed_to_its_own_end(resolutions_of):
    # the young notes all end in June 2022, so that is the last month seen, four months after they were known
    assert _check(resolutions_of, 60, 0, observed="own end") is not None


def test_notes_that_ended_in_the_month_in_which_the_file_ends_are_no_open_ones(resolutions_of):
    # Of that month labels take all for open, since it is not over; 30 of 60 young notes end in it, none is open.
    n = 100
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2018-01-31"] * 40 + ["2022-02-28"] * 60,
            outcome=["foreclosure"] * n,
            resolution_date=["2019-06-30"] * 40 + ["2022-06-30"] * 30 + ["2022-12-10"] * 30,
            observed_through=["2022-12-15"] * n,
        ),
        (0,),
        seed=1,
    )
    check = open_notes_check(summarise(snapshots, label(snapshots.resolutions, 60), None))
    assert check.figures.startswith(
        "of 60 notes known in the last 12 months before the end of what was seen, 0 are open"
    )


@pytest.mark.parametrize(("n_old", "n_open", "refused"), [(100, 0, True), (100, 1, False), (99, 0, False)])
def test_where_too_few_are_of_the_last_year_the_last_three_are_asked(resolutions_of, n_old, n_open, refused):
    # All known two years before the end of what was seen; the last one of them is seen that long.
    ends = [""] * n_open + ["2021-06-30"] * (n_old - n_open)
    columns = {
        "as_of_date": ["2020-12-31"] * n_old,
        "outcome": ["foreclosure" if one else "" for one in ends],
        "resolution_date": [one or "NaT" for one in ends],
        "observed_through": ["2022-12-31"] * n_old,
    }
    snapshots = draw_snapshots(resolutions_of(**columns), (0,), seed=1)
    check = open_notes_check(summarise(snapshots, label(snapshots.resolutions, 60), None))
    assert (check is not None) == refused
    if check is not None:
        assert "of 100 notes known in the last 36 months before the end of what was seen, 0 are open" in check.figures


@pytest.mark.parametrize(("n_lost", "refused"), [(30, True), (3, False)])
def test_payments_lost_of_one_outcome_more_than_of_others_are_refused(resolutions_of, n_lost, refused):
    # 60 foreclosures of 260 that ended: 30 without payments leave 30 of 230 with, 13.0 % for 23.1; three leave 57 of 257.
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2020-01-31"] * 400,
            outcome=["foreclosure"] * 60 + ["reperform"] * 200 + [""] * 140,
            resolution_date=["2021-01-31"] * 260 + ["NaT"] * 140,
            observed_through=["2021-01-31"] * 400,
            pay_strings=[""] * n_lost + ["000012"] * (400 - n_lost),
        ),
        (0,),
        seed=1,
    )
    check = payments_check(snapshots, GATE)
    assert (check is not None) == refused
    if check is not None:
        assert "foreclosure is 23.1% of resolved notes and 13.0% of those with payments" in check.figures
        assert check.required


def test_where_only_the_notes_that_ended_lack_payments_alike_it_is_a_warning(resolutions_of):
    # Of 1,000 notes the oldest 150 have no history, and all of them ended; 350 others ended, and 500 are open: 50.0 % of
    # the file and 58.8 % of the 850 with payments.
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2020-01-31"] * 1_000,
            outcome=["foreclosure", "reperform"] * 250 + [""] * 500,
            resolution_date=["2021-01-31"] * 500 + ["NaT"] * 500,
            observed_through=["2021-01-31"] * 1_000,
            pay_strings=[""] * 150 + ["000012"] * 850,
        ),
        (0,),
        seed=1,
    )
    check = payments_check(snapshots, GATE)
    assert "open is 50.0% of the file and 58.8% of those with payments" in check.figures
    assert (check.passed, check.required) == (False, False)


def test_a_ledger_has_no_row_for_a_note_that_never_paid_and_is_not_asked_for_one(resolutions_of):
    given = resolutions_of(
        as_of_date=["2020-01-31"] * 100,
        outcome=[""] * 100,
        resolution_date=["NaT"] * 100,
        observed_through=["2021-01-31"] * 100,
        pay_strings=[""] * 100,
    )
    paid = np.where(np.arange(100)[:, None] < 50, 700.0, np.nan) * np.ones((100, HISTORY_MONTHS))
    history = PaymentHistory(given.tape.history.months_delinquent, paid)
    ledger = replace(given, tape=Tape(given.tape.notes, history))
    assert payments_check(draw_snapshots(ledger, (0,), seed=1), GATE) is None


@pytest.mark.parametrize(("n_without", "refused"), [(20, False), (21, True), (95, False)])
def test_payments_lost_for_many_notes_of_a_seller_who_gives_them_are_refused(resolutions_of, n_without, refused):
    # 100 notes of A, of which some lack a history: a fifth is allowed; where nine tenths do, A gives none.  B never does.
    strings = [""] * n_without + ["000012"] * (100 - n_without) + [""] * 100
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2020-01-31"] * 200,
            seller=["A"] * 100 + ["B"] * 100,
            outcome=[""] * 90 + ["foreclosure"] * 10 + [""] * 100,
            resolution_date=["NaT"] * 90 + ["2021-01-31"] * 10 + ["NaT"] * 100,
            observed_through=["2021-01-31"] * 200,
            pay_strings=strings,
        ),
        (0,),
        seed=1,
    )
    check = payments_check(snapshots, GATE)
    if not refused:
        assert check is None
        return
    # None of 10 foreclosures, 21 of 90 open notes.
    assert "for 21% of the notes of sellers who give one (foreclosure 0%, open 23%), allowed 20%" in check.figures
    assert check.required
    assert not check.passed
