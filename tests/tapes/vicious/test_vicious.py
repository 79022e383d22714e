"""Ten tapes made to be misread: every value is right or missing, every doubt is a question, an exception or a flag."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from notes import NotebidError
from tapes import ReadOptions, read_tape
from tests.tapes.vicious.agency_pipe import AGENCY_PIPE
from tests.tapes.vicious.bridge_serials import BRIDGE_SERIALS
from tests.tapes.vicious.decimal_comma import DECIMAL_COMMA
from tests.tapes.vicious.eaten_pay_strings import EATEN_PAY_STRINGS
from tests.tapes.vicious.firsts_and_seconds import FIRSTS, SECONDS
from tests.tapes.vicious.portal_page import PORTAL_PAGE
from tests.tapes.vicious.receipts import RECEIPTS
from tests.tapes.vicious.thrift_1904 import THRIFT_1904
from tests.tapes.vicious.two_of_everything import TWO_OF_EVERYTHING
from tests.tapes.vicious.unicode_text import UNICODE_TEXT

TODAY = date(2026, 11, 20)
TAPES = [
    *(BRIDGE_SERIALS, DECIMAL_COMMA, UNICODE_TEXT, FIRSTS, SECONDS, EATEN_PAY_STRINGS, THRIFT_1904, TWO_OF_EVERYTHING),
    *(AGENCY_PIPE, RECEIPTS, PORTAL_PAGE),
]


def answered(tape, path, folder):
    """Read a tape as its analyst does: each question in its turn, with one of the lines that it offers."""
    mapping, options = folder / "answers.toml", dict(tape.options)
    mapping.write_text("")
    for i, answer in enumerate(tape.answers):
        with pytest.raises(NotebidError) as asked:
            read_tape(path, ReadOptions(today=TODAY, mapping=mapping, **options))
        name = answer.rsplit('"', 2)[1]
        assert answer in str(asked.value) or f"no column {name}" in str(asked.value), str(asked.value)
        mapping.write_text("\n".join(tape.answers[: i + 1]))
    return read_tape(path, ReadOptions(today=TODAY, mapping=mapping, **options))


def plain(value):
    """Give a value as the notes are known: None for missing, days as dates."""
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, datetime) else value


def same(wanted, found):
    if wanted in (None, "") or found is None:
        return wanted in (None, "") and found is None
    return abs(wanted - found) < 1e-6 if isinstance(found, float) else wanted == found


def history_is_never_wrong(wanted, found):
    """Tell whether no month says another thing than is written; the highest digit may stand for itself or more."""
    top = max((one for one in wanted if one.isdigit()), default="0")
    for one, months in zip(reversed(wanted), found[::-1], strict=False):
        if one.isdigit() and months >= 0:
            assert months == int(one) or (one == top and months >= int(one)), (wanted, found)
        if one == "X":
            assert months == -1, (wanted, found)
    return True


def agrees(name, note, reading, i):
    if name == "history":
        return history_is_never_wrong(note[name], reading.tape.history.months_delinquent[i])
    if name == "paid":
        got = reading.tape.history.amount_received[i, -12:]
        wanted = np.array([np.nan if one is None else one for one in note[name]], dtype=np.float32)
        known = ~np.isnan(got) & ~np.isnan(wanted)
        return np.allclose(got[known], wanted[known])
    return same(note[name], plain(reading.tape.notes.frame[name].iloc[i]))


@pytest.mark.parametrize("tape", [pytest.param(one, id=one.name) for one in TAPES])
def test_a_vicious_tape_is_read_without_a_wrong_value_or_kept_out(tape, tmp_path):
    path = tmp_path / tape.name
    notes = tape.write(path)
    reading = answered(tape, path, tmp_path)
    out = {one.row: set() for one in reading.exceptions}
    for one in reading.exceptions:
        out[one.row].add(one.code)
    at = {int(row): i for i, row in enumerate(reading.rows)}
    rows = sorted({*out, *at})
    others = [row for row in rows if tape.others and out.get(row) in [{code} for code in set(tape.others)]]
    assert sorted(code for row in others for code in out[row]) == sorted(tape.others)
    kept = [row for row in rows if row not in others]
    assert len(kept) == len(notes), [(row, out.get(row)) for row in kept]
    for note, row in zip(notes, kept, strict=True):
        told, place = note["told"], (tape.name, row, note["loan_id"])
        if told.startswith("E_") or row in out:
            assert told in out.get(row, set()), (
                *place,
                told,
                out.get(row),
                reading.flags[at[row]] if row in at else "",
            )
            continue
        assert not told or told in reading.flags[at[row]], (*place, told, reading.flags[at[row]])
        wrong = [name for name in ("loan_id", *tape.fields) if not agrees(name, note, reading, at[row])]
        frame = reading.tape.notes.frame
        found = {name: (note[name], frame[name].iloc[at[row]] if name in frame else "") for name in wrong}
        assert not wrong, (*place, found)


@pytest.mark.parametrize("tape", [pytest.param(one, id=one.name) for one in TAPES])
def test_how_far_behind_a_note_of_a_vicious_tape_is_is_never_wrong(tape, tmp_path):
    path = tmp_path / tape.name
    by_id = {note["loan_id"]: note for note in tape.write(path)}
    reading = answered(tape, path, tmp_path)
    frame = reading.tape.notes.frame
    for i, loan_id in enumerate(frame["loan_id"]):
        note, newest = by_id[loan_id], int(reading.tape.history.months_delinquent[i, -1])
        due = [plain(frame[name].iloc[i]) for name in ("next_due_date", "paid_to_date") if name in frame]
        assert newest >= 0 or any(due), loan_id
        if newest >= 0 and not any(due):
            assert newest <= note["behind"], loan_id


def test_two_sheets_of_loans_are_asked_about_and_the_hidden_one_is_named(tmp_path):
    FIRSTS.write(tmp_path / "book.xlsx")
    with pytest.raises(NotebidError, match=r"'1st Liens', '2nds'.*name one with --sheet.*Hidden are 'Aug tape'"):
        read_tape(tmp_path / "book.xlsx", ReadOptions(today=TODAY))
