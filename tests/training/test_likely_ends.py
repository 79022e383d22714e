"""Open notes in the fit: the chances worked by hand, and nothing of anybody's weight lost."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import feature_frame
from models.classifier import OutcomeClassifier
from notes import OUTCOMES
from training.config import TrainingConfig
from training.fitting import fit_recipe
from training.follow_up import FollowUp
from training.likely_ends import LikelyEnds
from training.parts import Part, Watched, weigh
from training.snapshots import draw_snapshots
from training.weights import CensoringWeights, label
from worlds import WorldSettings, make_world

BANDS = (0, 1, 2, 3, 6, 12, 24)


@pytest.fixture
def watched_of(resolutions_of, assumptions):
    def watch(outcomes, months, followed):
        """Notes of 31 January 2020 in one state; ``months`` to the outcome, ``followed`` for the open ones."""
        start = np.datetime64("2020-01", "M")

        def end(n):
            return str((start + n + 1).astype("datetime64[D]") - 1)

        resolutions = resolutions_of(
            as_of_date=["2020-01-31"] * len(outcomes),
            outcome=outcomes,
            resolution_date=[end(n) if name else "NaT" for name, n in zip(outcomes, months, strict=True)],
            observed_through=[end(n) for n in followed],
        )
        snapshots = draw_snapshots(resolutions, BANDS, 0)
        tape = snapshots.resolutions.tape
        labels = label(snapshots.resolutions, 60)
        return Watched(snapshots, feature_frame(tape), labels, FollowUp.of_tape(tape, assumptions))

    return watch


def part_of(watched):
    """The resolved notes, each with a weight of 1."""
    rows = np.flatnonzero(watched.labels.resolved)
    outcome = np.array([str(name) for name in OUTCOMES])[watched.labels.outcome[rows]]
    ones = np.ones(len(rows))
    censoring = CensoringWeights(ones, 1.0, 0, float(len(rows)), 0.0, len(rows), 0)
    return Part(watched.features.iloc[rows], outcome, ones, watched.snapshots.loan[rows], rows, censoring)


def always(*chances):
    return lambda features: np.tile(chances, (len(features), 1))


def test_an_open_note_counts_as_what_it_is_likely_to_become(watched_of):
    # Open after 9 months.  Later than that, with half of one note more of each: reperform 1 of 2 came later, so
    # (1 + 0.5) / (2 + 1) = 0.5; of workouts and deeds none was seen, 0.5 / 1; the one sale came later, 1.5 / 2 = 0.75.
    # All are equally far behind, and with those 40 as much again: (1 + 40 * 0.5) / 42 = 0.5, 20 / 40, (1 + 30) / 41.
    # times 0.4, 0.2, 0.1, 0.3: 0.2, 0.1, 0.05, 9.3 / 41
    watched = watched_of(["reperform", "reperform", "foreclosure", ""], [6, 12, 20, 0], [30, 30, 30, 9])
    ends = LikelyEnds(watched, np.arange(4), 0.4).join(part_of(watched), always(0.4, 0.2, 0.1, 0.3))
    joined = dict(zip(ends.outcome[3:].tolist(), ends.weight[3:].tolist(), strict=True))
    expected = np.array([0.2, 0.1, 0.05, 9.3 / 41]) / (0.35 + 9.3 / 41)
    assert joined == pytest.approx(dict(zip(map(str, OUTCOMES), expected, strict=True)))
    assert len(set(ends.loan[3:].tolist())) == 1  # one loan, so one fold


def test_what_is_left_of_an_outcome_is_counted_among_notes_as_far_behind(watched_of):
    # Four current notes cured after 6 months, four that are 8 months behind after 12; two notes open after 9 months, one of
    # each kind.  Of all 8 cures 4 came later: 4.5 / 9 = 0.5.  Among the current none of 4: (0 + 20) / 44 = 5 / 11, among the
    # others all: (4 + 20) / 44 = 6 / 11.  Sales, none seen: 0.5 for both.
    outcomes = ["reperform"] * 8 + ["", ""]
    watched = watched_of(outcomes, [6] * 4 + [12] * 4 + [0, 0], [30] * 8 + [9, 9])
    band = np.array([0] * 4 + [4] * 4 + [0, 4])
    watched = replace(watched, follow_up=replace(watched.follow_up, band=band))
    ends = LikelyEnds(watched, np.arange(10), 0.4).join(part_of(watched), always(0.5, 0.0, 0.0, 0.5))
    cured = ends.weight[(ends.outcome == "reperform") & (ends.rows >= 8)]
    assert cured.tolist() == pytest.approx([(5 / 11) / (5 / 11 + 0.5), (6 / 11) / (6 / 11 + 0.5)])  # 10/21 and 12/23


def test_an_outcome_of_small_chance_is_left_out(watched_of):
    watched = watched_of(["reperform", "foreclosure", ""], [6, 20, 0], [30, 30, 9])
    ends = LikelyEnds(watched, np.arange(3), 0.4).join(part_of(watched), always(0.5, 0.3, 0.001, 0.199))
    assert "deed_in_lieu" not in ends.outcome.tolist()


def test_a_note_followed_to_the_horizon_stays_out(watched_of):
    watched = watched_of(["reperform", "foreclosure", ""], [6, 20, 0], [30, 30, 70])
    ends = LikelyEnds(watched, np.arange(3), 0.4).join(part_of(watched), always(0.25, 0.25, 0.25, 0.25))
    assert len(ends.outcome) == 2


def test_every_note_counts_once_whether_its_end_is_known_or_likely(assumptions):
    world = make_world(WorldSettings("smooth", 800, 0, 3))
    config = TrainingConfig.from_toml()
    snapshots = draw_snapshots(world.resolutions, config.snapshots.bands, 0)
    tape, rows = snapshots.resolutions.tape, np.arange(len(snapshots))
    watched = Watched(
        snapshots, feature_frame(tape), label(snapshots.resolutions, 60), FollowUp.of_tape(tape, assumptions)
    )
    part = weigh(watched, rows, config, tail=True)
    assert any(one.short for one in part.censoring.strata)  # so few notes of each kind are not followed to the end
    ends = LikelyEnds(watched, rows, 0.4).join(part, always(0.4, 0.3, 0.05, 0.25))
    counted = pd.Series(ends.weight).groupby(ends.rows).sum()
    inside = np.flatnonzero(watched.labels.resolved | ~watched.labels.beyond_horizon)
    assert counted.index.tolist() == inside.tolist()
    # a chance under half a per cent is left out, so an open note may count for a little less than 1
    np.testing.assert_allclose(counted.to_numpy(), snapshots.weight[inside], atol=0.015)


def test_in_a_short_stratum_a_note_open_long_after_all_cures_is_likely_a_sale(assumptions):
    world = make_world(WorldSettings("smooth", 800, 0, 3))
    config = TrainingConfig.from_toml()
    snapshots = draw_snapshots(world.resolutions, config.snapshots.bands, 0)
    tape, rows = snapshots.resolutions.tape, np.arange(len(snapshots))
    watched = Watched(
        snapshots, feature_frame(tape), label(snapshots.resolutions, 60), FollowUp.of_tape(tape, assumptions)
    )
    part = weigh(watched, rows, config, tail=True)
    ends = LikelyEnds(watched, rows, 0.4).join(part, always(0.25, 0.25, 0.25, 0.25))
    sale = pd.Series(ends.weight * (ends.outcome == "foreclosure")).groupby(ends.rows).sum()
    is_open = ~watched.labels.resolved[sale.index]
    months = watched.labels.months[sale.index]
    assert sale[is_open & (months >= 40)].mean() > 0.7
    assert sale[is_open & (months <= 6)].mean() < 0.45


def test_a_part_of_the_loans_takes_as_large_a_part_of_the_open_ones_with_it(watched_of):
    # Eight resolved loans and four open ones: with two of the eight goes one of the four, with four two, and the same one.
    watched = watched_of(["reperform"] * 8 + [""] * 4, [6] * 8 + [0] * 4, [30] * 8 + [9] * 4)
    ends, loan = LikelyEnds(watched, np.arange(12), 0.4), watched.snapshots.loan
    resolved = loan[:8]
    kept = [set(loan[ends.in_proportion(resolved[:n], resolved, 3).rows].tolist()) for n in (2, 4, 8)]
    assert [len(one) for one in kept] == [3, 6, 12]
    assert kept[0] < kept[1] < kept[2]
    assert kept[0] >= set(resolved[:2].tolist())


def test_where_no_note_is_open_the_model_is_fitted_once(watched_of, monkeypatch):
    fitted = []
    monkeypatch.setattr(OutcomeClassifier, "fit", lambda model, *_: fitted.append(model) or model)
    monkeypatch.setattr(OutcomeClassifier, "predict_proba", lambda _, frame: np.full((len(frame), 4), 0.25))
    settings = TrainingConfig.from_toml().model
    for outcomes, expected in ((["reperform"] * 3, 1), (["reperform", "foreclosure", ""], 2)):
        fitted.clear()
        watched = watched_of(outcomes, [6, 12, 9], [30, 30, 9])
        fit_recipe(part_of(watched), LikelyEnds(watched, np.arange(3), 0.4), settings)
        assert len(fitted) == expected
