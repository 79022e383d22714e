"""Sellers, and files, of which outcomes end long before the notes do."""

import math
from dataclasses import replace

import numpy as np
import pytest

from training.config import TrainingConfig
from training.file_checks import outcomes_check
from training.snapshots import draw_snapshots
from training.stopped_sellers import stopped_sellers

GATE = TrainingConfig.from_toml().gate


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
