"""Lines that look like a footnote or a total and may be a note stay: they are excepted with their reasons."""

import datetime as dt

import pytest

from tapes import ReadOptions, read_tape
from tapes.files.heading import find_heading

HEADINGS = (
    "Loan Number,UPB,As Is Value,Property State,Note Rate,P&I,Lien Position,Next Due Date,Maturity Date,Original Balance,"
    "City,Occupancy,FICO,Units,Property Type,DTI"
)
NOTE = ",200000,TX,7.5,,1,2024-05-01,2040-01-01,150000,Waco,Owner,700,1,SFR,40\n"
NOTES = f"L1,100001{NOTE}L2,100002{NOTE}"


@pytest.mark.parametrize(
    "cells",
    [
        ("NOTE-123", "", "90000"),
        ("Note 12", "", "90000"),
        ("#1234", "", "90000"),
        ("Smith family trust", "", "90000"),
        ("Loan to Smith family", "TBD", "90000"),
        ("Total Loss LLC", "90000"),
        ("", "", "90000", "", "", "", "", "", "", "", "New Braunfels"),
        ("Total Loss LLC", "200003", "300000", "TX"),
    ],
)
def test_a_line_that_may_be_a_note_is_excepted_and_never_left_out(tmp_path, cells):
    path = tmp_path / "tape.csv"
    line = ",".join([*cells, *[""] * (16 - len(cells))])
    path.write_text(f"{HEADINGS}\n{NOTES}{line}\n", encoding="utf-8")
    reading = read_tape(path, ReadOptions(as_of=dt.date(2024, 6, 30)))
    assert (reading.counts.rows, reading.counts.priced, reading.counts.excepted) == (3, 2, 1)
    assert {one.row for one in reading.exceptions} == {4}


def test_two_rows_of_twenty_thousand_headings_are_joined_in_a_moment():
    asked = []
    rows = [(row, [f"{row} {column}" for column in range(20_000)]) for row in (1, 2)]
    assert find_heading(rows, lambda text: asked.append(text) or False, {}) is not None
    assert len(asked) <= 4 * 20_000
