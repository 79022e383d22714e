"""Fits side by side in processes: their order, and the end of one from outside."""

import os
import signal

import pytest

from models.side_by_side import run_side_by_side
from notes import NotebidError


def _half(number):
    return number / 2


def _ended_from_outside(number):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_results_come_in_the_order_of_the_jobs(n_jobs):
    assert run_side_by_side([(_half, (one,)) for one in (6, 2, 8)], n_jobs) == [3.0, 1.0, 4.0]


def test_a_process_that_is_ended_from_outside_is_told_in_words():
    # As the system does to the largest process where memory runs out.
    with pytest.raises(NotebidError, match="was ended from outside, most often since memory ran out") as told:
        run_side_by_side([(_ended_from_outside, (1,)), (_half, (2,))], 2)
    assert told.value.exit_code == 1
    assert run_side_by_side([(_half, (one,)) for one in (6, 2)], 2) == [3.0, 1.0]
