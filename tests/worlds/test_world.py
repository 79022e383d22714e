"""A made world is the same world every time, and its parts do not disturb each other."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from worlds import KINDS, WorldSettings, make_world, true_probabilities


@pytest.fixture(scope="module")
def settings():
    return WorldSettings("smooth", n_resolutions=600, n_tape=400, seed=11)


def same(tape, other):
    pd.testing.assert_frame_equal(tape.notes.frame, other.notes.frame)
    np.testing.assert_array_equal(tape.history.months_delinquent, other.history.months_delinquent)
    np.testing.assert_array_equal(tape.history.amount_received, other.history.amount_received)


def test_the_same_seed_gives_the_same_world(settings):
    one, other = make_world(settings), make_world(settings)
    same(one.tape, other.tape)
    same(one.resolutions.tape, other.resolutions.tape)
    np.testing.assert_array_equal(one.resolutions.outcome, other.resolutions.outcome)
    np.testing.assert_array_equal(one.resolutions.resolution_date, other.resolutions.resolution_date)
    np.testing.assert_array_equal(one.tape_truth, other.tape_truth)


def test_another_seed_gives_other_notes(settings):
    one, other = make_world(settings), make_world(dataclasses.replace(settings, seed=12))
    assert not np.array_equal(one.tape.notes.number("upb"), other.tape.notes.number("upb"))


def test_a_longer_tape_leaves_the_resolutions_as_they_are(settings):
    one, longer = make_world(settings), make_world(dataclasses.replace(settings, n_tape=900))
    same(one.resolutions.tape, longer.resolutions.tape)
    np.testing.assert_array_equal(one.resolutions.outcome, longer.resolutions.outcome)


def test_both_kinds_share_their_notes_and_differ_in_the_truth(settings):
    smooth, steps = (make_world(dataclasses.replace(settings, kind=kind)) for kind in KINDS)
    same(smooth.tape, steps.tape)
    assert not np.allclose(smooth.tape_truth, steps.tape_truth)


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_of_every_note_sums_to_one_and_no_outcome_is_impossible(kind, settings):
    world = make_world(dataclasses.replace(settings, kind=kind))
    for truth in (world.tape_truth, world.resolutions_truth):
        np.testing.assert_allclose(truth.sum(axis=1), 1.0, atol=1e-12)
        assert (truth >= 0.002).all()
    np.testing.assert_array_equal(true_probabilities(kind, world.tape).values, world.tape_truth)


def test_every_made_loan_says_so(settings):
    world = make_world(settings)
    for tape in (world.tape, world.resolutions.tape):
        assert all(loan_id.startswith("MADE-") for loan_id in tape.notes.text("loan_id"))
        assert set(tape.notes.text("seller")) == {"made"}
    assert not set(world.tape.notes.text("loan_id")) & set(world.resolutions.tape.notes.text("loan_id"))


@pytest.mark.parametrize(
    "wrong", [{"kind": "wavy"}, {"n_tape": -1}, {"seed": -1}, {"history_months": 61}, {"n_resolutions": -5}]
)
def test_settings_that_make_no_sense_are_refused_with_the_name_and_the_value(wrong, settings):
    (name, value), *_ = wrong.items()
    with pytest.raises(ValueError, match=rf"{name}.*{value}"):
        dataclasses.replace(settings, **wrong)


def test_a_world_without_notes_is_a_world():
    world = make_world(WorldSettings("steps", 0, 0, 1))
    assert len(world.tape) == len(world.resolutions) == 0
