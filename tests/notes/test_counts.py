"""Counts as a person says them."""

import pytest

from notes.counts import count_of


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 notes"), (1, "1 note"), (1.0, "1 note"), (2, "2 notes"), (0.5, "0.5 notes"), (1200, "1,200 notes")],
)
def test_one_of_a_thing_is_singular_and_all_other_counts_are_plural(number, said):
    assert count_of(number, "note") == said
