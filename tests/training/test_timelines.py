"""Months to each outcome, against lifelines' Aalen-Johansen estimator and against the truth of made notes."""

import numpy as np
import pytest

from notes import OUTCOMES, Outcome, OutcomeTimelines
from notes.outcome_times import CELLS, CellTimes, OutcomeTimes, cell_of, state_months
from training.follow_up import FollowUp
from training.open_notes import OpenSettings, weigh_open_notes
from training.timelines import cumulative_incidence, fit_outcome_times
from training.weights import Labels, label
from worlds import WorldSettings, make_world

SETTINGS = OpenSettings(max_weight=1000.0, prior_notes=1.0, timeline_log_sd=0.4)


def untied_labels(n, seed):
    """Every note has a month of its own: lifelines jitters ties at random."""
    rng = np.random.default_rng(seed)
    outcome = rng.choice([-1, 0, 1, 2, 3], n, p=[0.3, 0.3, 0.2, 0.05, 0.15])
    return Labels(outcome, rng.permutation(n) + 1.0, np.zeros(n, bool))


@pytest.mark.parametrize("seed", range(3))
def test_cumulative_incidence_is_that_of_aalen_and_johansen(seed):
    from lifelines import AalenJohansenFitter

    labels = untied_labels(300, seed)
    months, found = cumulative_incidence(labels, np.ones(300))
    for k in range(4):
        witness = AalenJohansenFitter(calculate_variance=False)
        witness.fit(labels.months, labels.outcome + 1, event_of_interest=k + 1)
        expected = witness.cumulative_density_.iloc[:, 0]
        assert found[:, k] == pytest.approx(expected.loc[months].to_numpy(), abs=1e-9)


def test_ties_and_weights_by_hand():
    # Month 1: weights 1 + 1 cured, 2 sold of 8 at risk.  Month 2: 1 sold of the 3 left (one lost in month 1 with weight 1).
    labels = Labels(np.array([0, 0, 3, -1, 3, -1]), np.array([1.0, 1, 1, 1, 2, 2]), np.zeros(6, bool))
    months, found = cumulative_incidence(labels, np.array([1.0, 1, 2, 1, 1, 2]))
    assert months.tolist() == [1, 2]
    assert found[0] == pytest.approx([2 / 8, 0, 0, 2 / 8])
    assert found[1] == pytest.approx([2 / 8, 0, 0, 2 / 8 + (4 / 8) * (1 / 3)])


def test_the_weighted_months_of_each_outcome_are_its_cumulative_incidence():
    rng = np.random.default_rng(4)
    n = 2_000
    outcome, months = rng.choice(4, n), np.ceil(rng.gamma(2, 8, n))
    followed = np.floor(rng.uniform(0, 90, n))
    resolved = months <= np.minimum(followed, 60)
    labels = Labels(
        np.where(resolved, outcome, -1),
        np.where(resolved, months, np.minimum(followed, 60)),
        ~resolved & (followed >= 60),
    )
    one = FollowUp(np.zeros(n, int), ("all",), np.zeros(n, int), np.full(n, np.nan))
    found = weigh_open_notes(labels, np.ones(n), one, SETTINGS)
    month, incidence = cumulative_incidence(labels, np.ones(n))
    for k in range(4):
        rows = found.rows[found.outcome == k]
        early = (
            found.weight[found.outcome == k][labels.months[rows] <= 24].sum() / found.weight[found.outcome == k].sum()
        )
        expected = incidence[month <= 24, k].max() / incidence[-1, k]
        assert early == pytest.approx(expected, abs=1e-9)


@pytest.fixture(scope="module")
def timed():
    from pricing import Assumptions
    from training.config import SHIPPED_ASSUMPTIONS

    world = make_world(WorldSettings("smooth", 12_000, 0, 7))
    tape, labels = world.resolutions.tape, label(world.resolutions, 60)
    follow_up = FollowUp.of_tape(tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    settings = OpenSettings(max_weight=10.0, prior_notes=50.0, timeline_log_sd=0.4)
    weights = weigh_open_notes(labels, np.ones(len(tape)), follow_up, settings)
    return world, fit_outcome_times(tape, labels, weights, np.ones(len(tape)), follow_up, 0.4)


def test_on_a_made_world_the_months_are_those_of_the_notes_fates(timed):
    world, times = timed
    tape, fate = world.resolutions.tape, world.resolutions_fate
    cell, process = cell_of(tape), state_months(tape)
    looked_at = 0
    for outcome, cells in times.cells.items():
        k = OUTCOMES.index(outcome)
        for name, one in cells.items():
            rows = (fate.outcome == k) & (cell == CELLS.index(name))
            if one.n < 150:
                continue
            months = fate.months[rows] / (process[rows] if outcome is Outcome.FORECLOSURE else 1)
            looked_at += 1
            assert one.points == pytest.approx(np.quantile(months, [1 / 6, 1 / 2, 5 / 6]), rel=0.25), (outcome, name)
    assert looked_at >= 8


def test_they_rest_on_loans_however_many_snapshots_these_have(resolutions_of, assumptions):
    # Four loans seen three times each: a snapshot weighs a third, and the months rest on four loans, not on twelve.
    tape = resolutions_of(
        as_of_date=["2020-01-31"] * 12,
        outcome=["reperform"] * 12,
        resolution_date=["2020-07-31"] * 12,
        observed_through=["2021-01-31"] * 12,
    )
    labels, follow_up = label(tape, 60), FollowUp.of_tape(tape.tape, assumptions)
    base = np.full(12, 1 / 3)
    weights = weigh_open_notes(labels, base, follow_up, OpenSettings(10.0, 50.0, 0.4))
    [cell] = fit_outcome_times(tape.tape, labels, weights, base, follow_up, 0.4).cells[Outcome.REPERFORM].values()
    assert cell.n == pytest.approx(4)
    assert cell.points == (6, 6, 6)


def test_they_survive_json_and_refuse_what_is_not_theirs(timed):
    _, times = timed
    assert OutcomeTimes.from_json(times.to_json()) == times
    assert OutcomeTimes.from_json(times.to_json()).to_json() == times.to_json()
    for text in ("[]", "{}", '{"format": 1, "cells": {"foreclosure": {"judicial, 12+ behind": [3]}}}'):
        with pytest.raises(ValueError, match="no outcome times"):
            OutcomeTimes.from_json(text)
    with pytest.raises(ValueError, match="newer"):
        OutcomeTimes.from_json('{"format": 2, "cells": {}}')
    with pytest.raises(ValueError, match="not a cell"):
        OutcomeTimes({Outcome.FORECLOSURE: {"Mars": CellTimes(1.0, (1, 2, 3))}})
    with pytest.raises(ValueError, match="ascending"):
        CellTimes(1.0, (3.0, 2.0, 1.0))


def test_own_months_are_shrunk_to_the_table_by_their_number(resolutions_of):
    tape = resolutions_of(
        as_of_date=["2020-01-31"] * 2,
        observed_through=["2021-01-31"] * 2,
        resolution_date=["NaT"] * 2,
        property_state=["TX", "NY"],
        pay_strings=["008", "008"],
    ).tape
    table = OutcomeTimelines(np.full((2, 4, 3), 10.0), np.full(3, 1 / 3), np.full((2, 4), "table"))
    times = OutcomeTimes(
        {
            Outcome.FORECLOSURE: {"non-judicial, 3-11 behind": CellTimes(150.0, (1.0, 2.0, 3.0))},
            Outcome.DEED_IN_LIEU: {"non-judicial, 3-11 behind": CellTimes(50.0, (4.0, 8.0, 12.0))},
        }
    )
    found = times.timelines(tape, table, months_to_close=2.0)
    # Texas: (390 - 150) / 30.4 = 7.895 months of process; own 1, 2, 3 of them less 2 to closing; 150 / 200 own.
    process = 240 / 30.4
    assert found.months[0, 3] == pytest.approx([0.75 * (m * process - 2) + 0.25 * 10 for m in (1, 2, 3)])
    assert found.months[0, 2] == pytest.approx([0.5 * m + 0.5 * 10 for m in (2, 6, 10)])
    assert found.months[0, 0] == pytest.approx([10, 10, 10])
    assert (found.months[1] == 10).all()
    assert found.source[0].tolist() == ["table", "table", "blended", "blended"]
    with pytest.raises(ValueError, match="the tape of 1"):
        times.timelines(tape.take(np.array([0])), table)


def test_foreclosures_not_seen_yet_lengthen_the_months_in_a_short_history():
    from worlds.follow_up import observe

    world = make_world(WorldSettings("smooth", 6_000, 0, 9))
    tape, fate = world.resolutions.tape, world.resolutions_fate
    through = np.datetime64("2022-06-30")
    rows = np.flatnonzero(tape.notes.days("as_of_date") < through)
    early = tape.take(rows)
    known = type(fate)(fate.outcome[rows], fate.detail[rows], fate.months[rows])
    labels = label(observe(early, known, through, np.random.default_rng(0)), 60)
    from pricing import Assumptions
    from training.config import SHIPPED_ASSUMPTIONS

    follow_up = FollowUp.of_tape(early, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    settings = OpenSettings(max_weight=10.0, prior_notes=50.0, timeline_log_sd=0.4)
    base = np.ones(len(early))
    points = []
    for tail in (False, True):
        weights = weigh_open_notes(labels, base, follow_up, settings, tail=tail)
        times = fit_outcome_times(early, labels, weights, base, follow_up, 0.4)
        points.append(times.cells[Outcome.FORECLOSURE]["judicial, 12+ behind"].points)
    cell = (cell_of(early) == CELLS.index("judicial, 12+ behind")) & (known.outcome == 3)
    truth = np.quantile(known.months[cell] / state_months(early)[cell], [1 / 6, 1 / 2, 5 / 6])
    assert points[0][2] < points[1][2]
    assert points[1] == pytest.approx(truth, rel=0.4)  # 33 months of history: half of it is the prior
