"""What a file shows of itself before a model of it is believed."""

import math
from dataclasses import replace

import numpy as np
import pytest

from notes import HISTORY_MONTHS, PaymentHistory, Tape
from training.config import TrainingConfig
from training.file_checks import open_notes_check, outcomes_check, payments_check
from training.snapshots import draw_snapshots
from training.stopped_sellers import stopped_sellers
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


def _two_sellers(resolutions_of, n_open, **changes):
    """A sees half of 100 notes end in their twelfth month, B ten of its notes in their sixth and nothing thereafter."""
    ends = ["2021-01-31"] * 50 + [""] * 50 + ["2020-07-31"] * 10 + [""] * n_open
    columns = {
        "as_of_date": ["2020-01-31"] * len(ends),
        "seller": ["A"] * 100 + ["B"] * (10 + n_open),
        "outcome": ["reperform" if one else "" for one in ends],
        "resolution_date": [one or "NaT" for one in ends],
        "observed_through": ["2021-01-31"] * len(ends),
    }
    return draw_snapshots(resolutions_of(**columns | changes), (0,), seed=1)


def test_a_seller_whose_outcomes_stop_long_before_its_notes_is_named_with_what_should_have_come(resolutions_of):
    # Of 50 open notes of B, by A's hazard of a half in the twelfth month, 50 (1 - exp(-1/2)) = 19.7 end by then; B's pace
    # up to its sixth month is no slower than that of both, 10 against 60 x 10/160.
    [found] = stopped_sellers(_two_sellers(resolutions_of, 50))
    assert (found.seller, found.last, found.seen) == ("B", 2020 * 12 + 6, 2021 * 12)
    assert found.expected == pytest.approx(50 * (1 - math.exp(-0.5)), rel=1e-9)
    check = outcomes_check(_two_sellers(resolutions_of, 50), GATE)
    assert check.figures.startswith(
        "B: last outcome 2020-07, open notes seen through 2021-01, and some 20 more should have"
    )
    assert (check.passed, check.required) == (False, False)
    assert outcomes_check(_two_sellers(resolutions_of, 50), replace(GATE, max_outcomes_missing=19.6)).required
    assert not outcomes_check(_two_sellers(resolutions_of, 50), replace(GATE, max_outcomes_missing=19.7)).required
    assert stopped_sellers(_two_sellers(resolutions_of, 38)) == []  # 15.0 less a twentieth


def test_one_outcome_that_strayed_in_later_hides_nothing(resolutions_of):
    # As above, but one of B's open notes ended in the eleventh month: 51 were there, 51 (1 - exp(-1/2)) less 1 are missing.
    ends = ["2021-01-31"] * 50 + [""] * 50 + ["2020-07-31"] * 10 + ["2020-12-31"] + [""] * 50
    stray = _two_sellers(
        resolutions_of,
        51,
        outcome=["reperform" if one else "" for one in ends],
        resolution_date=[one or "NaT" for one in ends],
        observed_through=["2021-01-31"] * 161,
    )
    [found] = stopped_sellers(stray)
    # the one that strayed was there until its end, in its eleventh month, before the hazard of the twelfth
    assert found.expected == pytest.approx(50 * (1 - math.exp(-0.5)) - 1, rel=1e-9)
    assert found.last == 2020 * 12 + 6


def _one_pool(resolutions_of, sellers):
    """A hundred notes bought on one day, of which four end in each of ten months and none in the ten thereafter."""
    ends = [f"2020-{2 + i // 4:02d}-28" for i in range(40)] + [""] * 60
    n = len(ends)
    columns = {
        "as_of_date": ["2020-01-31"] * n,
        "seller": [f"S{i % sellers}" for i in range(n)],
        "outcome": ["reperform" if one else "" for one in ends],
        "resolution_date": [one or "NaT" for one in ends],
        "observed_through": ["2021-09-30"] * n,
    }
    return draw_snapshots(resolutions_of(**columns), (0,), seed=1)


# At risk are 100 notes at the ages of 0 and 1 months, 96, 92, ... 64 at 2 to 10: 100 + (100 + 96 + ... + 64) = 920, of which
# 40 ended.  At no later age was a note seen before the outcomes stopped: ten more months at 40 / 920 of 60 notes.
DUE_OF_ONE_POOL = 60 * (1 - math.exp(-10 * 40 / 920))  # 21.2


def test_of_a_pool_bought_on_one_day_the_pace_of_its_last_ages_goes_on(resolutions_of):
    [found] = stopped_sellers(_one_pool(resolutions_of, 1))
    assert (found.last, found.seen) == (2020 * 12 + 10, 2021 * 12 + 8)
    assert found.expected == pytest.approx(DUE_OF_ONE_POOL, rel=1e-9)


def test_what_many_sellers_lack_together_is_told_though_none_lacks_enough_to_tell(resolutions_of):
    snapshots = _one_pool(resolutions_of, 10)
    assert stopped_sellers(snapshots) == []
    check = outcomes_check(snapshots, GATE)
    assert check.figures.startswith(
        "all sellers together: last outcome 2020-11, open notes seen through 2021-09, and some 21"
    )
    assert outcomes_check(snapshots, replace(GATE, max_outcomes_missing=21.1)).required
    assert not outcomes_check(snapshots, replace(GATE, max_outcomes_missing=21.2)).required


def test_outcomes_of_a_large_seller_that_end_in_good_order_are_no_strays(resolutions_of):
    # 4 % of 4,000 notes, bought over five years, end each month.  Of the last three months none is told: the end of some
    # 118 is not known.  The last fiftieth of those that are told took months to come, and is more than what is missing.
    rng = np.random.default_rng(0)
    start = np.array([f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(57)], dtype="datetime64[M]")[
        np.arange(4_000) % 57
    ]
    end = start + rng.geometric(0.04, 4_000).astype("timedelta64[M]")
    known = end <= np.datetime64("2024-09")
    n_missing = int((~known & (end <= np.datetime64("2024-12"))).sum())
    day = np.timedelta64(1, "D")
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=((start + 1).astype("datetime64[D]") - day).astype(str).tolist(),
            seller=["A"] * 4_000,
            outcome=np.where(known, "reperform", "").tolist(),
            resolution_date=np.where(known, ((end + 1).astype("datetime64[D]") - day).astype(str), "NaT").tolist(),
            observed_through=["2024-12-31"] * 4_000,
        ),
        (0,),
        seed=1,
    )
    [found] = stopped_sellers(snapshots)
    assert found.last == 2024 * 12 + 8
    assert found.expected == pytest.approx(n_missing, rel=0.25)


@pytest.mark.parametrize("months_behind", [[0], [0, 1, 2]])
def test_a_loan_that_strayed_in_is_one_in_however_many_snapshots(resolutions_of, months_behind):
    ends = ["2021-01-31"] * 50 + [""] * 50 + ["2020-07-31"] * 10 + [""] * 50 + ["2020-12-31"] * len(months_behind)
    n = len(ends) - len(months_behind)
    columns = {
        "as_of_date": ["2020-01-31"] * n + [f"2020-0{i + 1}-29" for i in range(len(months_behind))],
        "loan_id": [f"L{i}" for i in range(n)] + ["stray"] * len(months_behind),
        "seller": ["A"] * 100 + ["B"] * (len(ends) - 100),
        "outcome": ["reperform" if one else "" for one in ends],
        "resolution_date": [one or "NaT" for one in ends],
        "observed_through": ["2021-01-31"] * len(ends),
        "pay_strings": ["0" * 12] * n + ["0" * 11 + str(one) for one in months_behind],
    }
    snapshots = draw_snapshots(resolutions_of(**columns), (0, 1, 2), seed=1)
    assert len(snapshots) == len(ends)
    [found] = stopped_sellers(snapshots)
    assert (found.seller, found.last) == ("B", 2020 * 12 + 6)


def test_a_slow_seller_is_held_to_its_own_pace(resolutions_of):
    # A's 60 more end in their sixth month: B's ten of 60, as 15 to 60 x 70/220 + 5, are 0.62 of what is usual; 12.2 are due.
    ends = ["2020-07-31"] * 60 + ["2021-01-31"] * 50 + [""] * 50 + ["2020-07-31"] * 10 + [""] * 50
    slow = _two_sellers(
        resolutions_of,
        50,
        as_of_date=["2020-01-31"] * 220,
        seller=["A"] * 160 + ["B"] * 60,
        outcome=["reperform" if one else "" for one in ends],
        resolution_date=[one or "NaT" for one in ends],
        observed_through=["2021-01-31"] * 220,
    )
    assert stopped_sellers(slow) == []


def test_notes_seen_to_the_last_outcome_only_are_in_order_and_a_seller_without_outcomes_is_not(resolutions_of):
    through = ["2021-01-31"] * 100 + ["2020-07-31"] * 60
    assert stopped_sellers(_two_sellers(resolutions_of, 50, observed_through=through)) == []
    # C has no outcome at all: of its notes 100 (1 - exp(-1/2 - 10/160)) should have ended.
    none = _two_sellers(
        resolutions_of,
        150,
        seller=["A"] * 100 + ["B"] * 60 + ["C"] * 100,
        observed_through=[*through, *["2021-01-31"] * 100],
    )
    [found] = stopped_sellers(none)
    assert (found.seller, found.last) == ("C", None)
    assert found.expected == pytest.approx(100 * (1 - math.exp(-0.5 - 10 / 160)), rel=1e-9)


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
