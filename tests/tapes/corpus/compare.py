"""A reading against what was expected, cell by cell, and the contract form of what was expected."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from notes import FIELDS as CANONICAL
from notes.history import UNKNOWN
from notes.schema import Kind
from tapes import TapeReading
from tests.tapes.corpus.cells import KINDS, plain_style
from tests.tapes.corpus.kinds import text_of
from tests.tapes.corpus.made import Expected, MadeFile
from tests.tapes.corpus.pay import ledger
from tests.tapes.corpus.truth import Note

_SHOWN = 8
_NUMBERS = (Kind.MONEY, Kind.RATE, Kind.SHARE, Kind.NUMBER)


def disagreements(reading: TapeReading, expected: Expected) -> list[str]:
    """Say where a reading is not what was expected; an empty list where it is.

    Conservation is part of it: every line is counted once, and every note of the truth is priced or excepted.
    """
    counts = reading.counts
    found = []
    if counts.lines != counts.not_notes + counts.rows or counts.rows != counts.priced + counts.excepted:
        found.append(f"counts do not add up: {counts}")
    for name, count in expected.lines.items():
        if getattr(counts, name) != count:
            found.append(f"{name}: {getattr(counts, name)} lines counted, {count} made")
    excepted = {(one.loan_id, one.row, one.field, one.code) for one in reading.exceptions}
    if expected.more_reasons:
        rows = {one[1] for one in expected.excepted}
        excepted = {one for one in excepted if one[1] not in rows or one in expected.excepted}
    found += [f"excepted, but should not be: {one}" for one in sorted(excepted - expected.excepted)]
    found += [f"not excepted: {one}" for one in sorted(expected.excepted - excepted)]
    n_excepted = len({one[1] for one in expected.excepted})
    if not found and (counts.priced, counts.excepted) != (len(expected.notes), n_excepted):
        found.append(
            f"{counts.priced} priced and {counts.excepted} excepted, made {len(expected.notes)} and {n_excepted}"
        )
    said = " ".join(reading.warnings)
    found += [f"no warning says {text!r}" for text in expected.warnings if text.lower() not in said.lower()]
    ids = [str(one) for one in reading.tape.notes.text("loan_id")]
    wanted = [note.loan_id for note in expected.notes]
    if ids != wanted:
        lost = sorted(set(wanted) - set(ids))
        more = sorted(set(ids) - set(wanted))
        return [*found, f"notes differ: lost {lost[:_SHOWN]}, unexpected {more[:_SHOWN]}, or in another order"]
    found += [
        text
        for name in KINDS
        if name not in ("pay_string", *expected.unsure)
        for text in _field(reading, expected, name)
    ]
    for loan_id, flags in expected.flags.items():
        have = reading.flags[ids.index(loan_id)]
        found += [f"{loan_id}: no flag {flag}, only {have}" for flag in flags if flag not in have]
    return found + _histories(reading, expected)


def _field(reading: TapeReading, expected: Expected, name: str) -> list[str]:
    cells = reading.tape.notes.frame[name]
    told = name in expected.fields
    wrong = []
    for note, cell in zip(expected.notes, cells, strict=True):
        value = note.values.get(name)
        missing = pd.isna(cell)
        if missing and (value is None or not told):
            continue
        if missing or value is None or not same_value(cell, value):
            wrong.append(f"{note.loan_id} read {None if missing else cell!r}, truth {value!r}")
    return [f"{name}: {len(wrong)} cells, such as {'; '.join(wrong[:3])}"] if wrong else []


def same_value(cell: object, value: object) -> bool:
    """Say whether a read cell is the truth's value; a number to the last bit but one."""
    if isinstance(value, Decimal):
        return abs(float(cell) - float(value)) <= 1e-12 * max(1.0, abs(float(value)))  # type: ignore[arg-type]
    if isinstance(value, date):
        return pd.Timestamp(cell).date() == value  # type: ignore[arg-type]
    return bool(cell == value)


def _histories(reading: TapeReading, expected: Expected) -> list[str]:
    history, found = reading.tape.history, []
    width = history.months_delinquent.shape[1]
    for i, note in enumerate(expected.notes):
        months = min(expected.months, len(note.behind))
        truth = np.full(width, UNKNOWN)
        received = np.full(width, np.nan)
        if months and "behind" in expected.tells:
            truth[-months:] = note.behind[-months:]
        if months and "received" in expected.tells:
            received[-months:] = [float(one) for one in note.received[-months:]]
        if (history.months_delinquent[i] != truth).any():
            found.append(f"{note.loan_id} behind {_tail(history.months_delinquent[i])}, truth {_tail(truth)}")
        amounts = history.amount_received[i]
        if not np.allclose(amounts, received.astype(np.float32), rtol=1e-6, equal_nan=True):
            found.append(f"{note.loan_id} received {_tail(amounts)}, truth {_tail(received)}")
    return [f"history: {len(found)} notes, such as {'; '.join(found[:3])}"] if found else []


def _tail(values: Sequence[float]) -> str:
    return " ".join("." if value == UNKNOWN or value != value else f"{value:g}" for value in values[-26:])


def canonical_text(notes: Sequence[Note], fields: Sequence[str]) -> str:
    """Write notes as a CSV in contract form."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(fields)
    for note in notes:
        values = ((name, note.values.get(name)) for name in fields)
        writer.writerow(["" if value is None else text_of(plain_style(name)(value)) for name, value in values])
    return file.getvalue()


def canonical(expected: Expected) -> MadeFile:
    """Give what a disguise says in contract form: a tape, and a payments file with just the months that it tells."""
    fields = [one.name for one in CANONICAL if one.name in expected.fields]
    text = canonical_text(expected.notes, fields)
    payments = ledger(expected.notes, expected.months) if expected.months else ""
    rows = [row.split(",") for row in payments.splitlines()]
    if "received" not in expected.tells:
        rows = [row[:3] for row in rows]
    if "behind" not in expected.tells:
        rows = [[*row[:2], *row[3:]] for row in rows]
    return MadeFile(
        "canonical",
        "tape.csv",
        text.encode,
        expected,
        payments="".join(",".join(row) + "\n" for row in rows),
    )
