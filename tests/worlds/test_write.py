"""The five files say what the world is, and reading them gives it back."""

import csv

import numpy as np
import pandas as pd
import pytest

from tapes import ReadOptions, read_resolutions, read_tape
from worlds import WorldSettings, make_world, true_probabilities, write_world


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "made"
    world = make_world(WorldSettings("steps", n_resolutions=900, n_tape=700, seed=3))
    write_world(world, folder)
    return world, folder


def test_five_files_are_written(written):
    _, folder = written
    assert sorted(path.name for path in folder.iterdir()) == [
        "payments.csv", "resolutions.csv", "tape.csv", "tape_payments.csv", "truth.csv",
    ]  # fmt: skip


def test_reading_the_tape_gives_the_same_notes_and_the_same_truth(written):
    world, folder = written
    reading = read_tape(folder / "tape.csv", ReadOptions(payments=folder / "tape_payments.csv"))
    assert reading.exceptions == ()
    pd.testing.assert_frame_equal(reading.tape.notes.frame, world.tape.notes.frame)
    np.testing.assert_array_equal(reading.tape.history.amount_received, world.tape.history.amount_received)
    np.testing.assert_array_equal(true_probabilities("steps", reading.tape).values, world.tape_truth)


def test_reading_the_resolutions_gives_the_same_outcomes(written):
    world, folder = written
    reading = read_resolutions(folder / "resolutions.csv", folder / "payments.csv")
    assert reading.exceptions == ()
    for name in ("outcome", "outcome_detail", "resolution_date", "observed_through", "net_proceeds"):
        np.testing.assert_array_equal(
            getattr(reading.resolutions, name), getattr(world.resolutions, name), err_msg=name
        )
    np.testing.assert_array_equal(
        reading.resolutions.tape.history.months_delinquent, world.resolutions.tape.history.months_delinquent
    )


def test_the_truth_file_has_a_row_a_note_in_tape_order_to_the_last_digit(written):
    world, folder = written
    with (folder / "truth.csv").open(encoding="utf-8") as lines:
        heading, *rows = csv.reader(lines)
    assert heading == ["loan_id", "p_reperform", "p_loss_mitigation", "p_deed_in_lieu", "p_foreclosure"]
    assert [row[0] for row in rows] == list(world.tape.notes.text("loan_id"))
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], dtype=float), world.tape_truth)


def test_the_same_world_written_twice_is_byte_for_byte_the_same(written, tmp_path):
    world, folder = written
    write_world(make_world(world.settings), tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
