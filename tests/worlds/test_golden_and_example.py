"""The fixed notes: readable, stable, and what they claim to be."""

from pathlib import Path

import numpy as np
import pytest

from notes.delinquency import months_delinquent
from notes.history import UNKNOWN
from tapes import ReadOptions, read_tape
from worlds import example_tape, golden_tape, write_example
from worlds.example import KINDS_OF_NOTE, UNPRICEABLE

EXAMPLES = Path(__file__).parents[2] / "examples"


def row_of(tape, name):
    return list(tape.notes.text("loan_id")).index(f"MADE-{name}")


def test_there_are_thirty_two_golden_notes_each_with_a_name():
    tape = golden_tape()
    assert len(tape) == 32
    assert len(set(tape.notes.text("loan_id"))) == 32
    assert np.isfinite(months_delinquent(tape)).all()


def test_golden_histories_end_where_their_dates_say():
    tape = golden_tape()
    last = tape.history.months_delinquent[:, -1]
    known = last != UNKNOWN
    np.testing.assert_array_equal(last[known], months_delinquent(tape)[known])


def test_the_note_of_three_payments_and_twelve_behind_is_that():
    tape = golden_tape()
    row = row_of(tape, "paid-three-twelve-behind")
    assert tape.history.months_delinquent[row, -4:].tolist() == [12, 12, 12, 12]
    np.testing.assert_allclose(tape.history.amount_received[row, -4:], [0, 1_199.10, 1_199.10, 1_199.10], rtol=1e-6)


def test_the_note_dead_for_eight_years_last_paid_in_june_2017_and_is_ten_years_behind():
    tape = golden_tape()
    row = row_of(tape, "dead-eight-years")
    assert str(tape.notes.days("last_payment_date")[row]) == "2017-06-09"
    assert months_delinquent(tape)[row] == 120
    assert np.nansum(tape.history.amount_received[row]) == 0


def test_golden_notes_hold_every_corner():
    notes, history = golden_tape().notes, golden_tape().history
    assert {"7", "13"} <= set(notes.text("bankruptcy_chapter"))
    assert {"referred", "judgment", "sale_scheduled"} <= set(notes.text("foreclosure_status"))
    assert {"owner", "tenant", "vacant", "unknown", ""} <= set(notes.text("occupancy"))
    assert (notes.number("lien_position") == 2).sum() >= 2
    assert (notes.days("maturity_date") < notes.days("as_of_date")).any()
    nothing = (history.months_delinquent == UNKNOWN).all(axis=1)
    assert nothing.any()
    assert (np.isnan(history.amount_received).all(axis=1) & ~nothing).any()
    assert np.isnan(notes.number("note_rate")).any()


@pytest.mark.parametrize("name", ["tape.csv", "payments.csv"])
def test_the_committed_example_is_what_the_generator_writes(name, tmp_path):
    write_example(tmp_path)
    assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_the_example_reads_as_195_notes_and_five_exceptions_for_five_reasons():
    reading = read_tape(EXAMPLES / "tape.csv", ReadOptions(payments=EXAMPLES / "payments.csv"))
    assert len(reading.tape) == 195
    assert [one.loan_id for one in reading.exceptions] == list(UNPRICEABLE)
    assert [one.code for one in reading.exceptions] == ["E_UPB", "E_VALUE", "E_DUE", "E_SENIOR", "E_DOMAIN"]


def test_the_example_is_all_made_says_so_and_opens_with_the_buyers_three_kinds_of_note():
    tape = example_tape()
    assert set(tape.notes.text("seller")) == {"Example Seller (made)"}
    assert all(loan_id.startswith("MADE-EX-") for loan_id in tape.notes.text("loan_id"))
    assert list(tape.notes.text("loan_id")[:3]) == list(KINDS_OF_NOTE.values())
    assert months_delinquent(tape)[:3].tolist() == [4, 120, 12]
