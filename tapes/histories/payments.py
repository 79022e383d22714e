"""A payments file in long form into payment history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, PaymentHistory
from notes.history import UNKNOWN
from notes.months import Days, month_index, parse_month
from tapes.codes import CODES
from tapes.columns import Columns, require_columns, unread_warnings
from tapes.convert import Bad, to_days, to_numbers
from tapes.fields import PAYMENT_FIELDS, PAYMENT_NAMES
from tapes.findings import Findings
from tapes.mapped import read_mapped
from tapes.reading import ReadOptions
from tapes.refusal import Shown, masked, refusal

_RANGES = {one.name: (one.low or 0.0, one.high or 0.0) for one in PAYMENT_FIELDS if one.low is not None}
_MOST_BAD, _MOST_BAD_FROM = 0.2, 20


@dataclass(frozen=True)
class Payments:
    """What a payments file says about the rows of a tape.

    Parameters
    ----------
    history
        Row i for row i of the tape.
    after_as_of
        Rows cut because they are dated after the as-of month.
    """

    history: PaymentHistory
    sha256: str
    after_as_of: int


@dataclass(frozen=True)
class _Cells:
    """Rows of a payments file: the tape row that each belongs to (-1: none) and what it says."""

    note: NDArray[np.int64]
    month: NDArray[np.float64]
    status: NDArray[np.float64]
    amount: NDArray[np.float64]


def read_payments(path: Path, tape: Columns, as_of: Days, findings: Findings) -> Payments:
    """Read a payments file and lay it beside the rows of a tape.

    Parameters
    ----------
    tape
        The tape's columns, of which ``loan_id`` and ``seller`` are matched, and ``as_of_date`` where the file has it.
    as_of
        datetime64[D], shape (n_rows,).
    findings
        Of the tape: a note whose payments cannot be read is excepted.

    Raises
    ------
    TapeError
        The file cannot be read, lacks a column, does not say which of several rows of one loan is meant, says two
        things about one note and month, or is wrong in most of a column.
    """
    mapped = read_mapped(path, PAYMENT_NAMES, ReadOptions())
    table, columns = mapped.table, mapped.columns
    require_columns(columns, [("loan_id",), ("month",), ("months_delinquent", "amount_received")])
    unread = [one.heading for one in mapped.assignment.columns if one.target not in PAYMENT_NAMES]
    findings.warnings += [f"{path.name}: {warning}" for warning in unread_warnings(unread)]
    cells = _convert(columns, _match(columns, tape, as_of, findings), findings)
    on_tape = (cells.note >= 0) & ~np.isnan(cells.month)
    offset = np.where(on_tape, month_index(as_of)[cells.note] - cells.month, np.nan)
    after = int((offset < 0).sum())
    inside = np.flatnonzero((offset >= 0) & (offset < HISTORY_MONTHS))
    slot = cells.note[inside] * HISTORY_MONTHS + (HISTORY_MONTHS - 1 - offset[inside].astype(np.int64))
    given = np.nan_to_num(cells.status[inside], nan=UNKNOWN).astype(np.int16), cells.amount[inside].astype(np.float32)
    status = _scatter(slot, given[0], UNKNOWN, len(as_of))
    amount = _scatter(slot, given[1], np.nan, len(as_of))
    for values, kept in zip(given, (status, amount), strict=True):
        _refuse_contradiction(table.place, inside, slot, (values, kept))
    if after:
        findings.warnings.append(f"{path.name}: {after:,} rows are dated after their note's as-of month and were cut.")
    shape = (len(as_of), HISTORY_MONTHS)
    return Payments(PaymentHistory(status.reshape(shape), amount.reshape(shape)), table.sha256, after)


def _match(columns: Columns, tape: Columns, as_of: Days, findings: Findings) -> NDArray[np.int64]:
    """Give each payments row the position of its row on the tape, -1 where there is none."""
    by_seller = "seller" in columns.text and "seller" in tape.text
    by_day = "as_of_date" in columns.text
    tape_keys = _keys(tape, by_seller, as_of if by_day else None)
    file_keys = _keys(columns, by_seller, _file_days(columns) if by_day else None)
    codes, uniques = pd.factorize(tape_keys.to_pandas())
    _refuse_ambiguous(columns, tape, as_of, codes)
    first = np.full(len(uniques) + 1, -1, dtype=np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    first[codes[known]] = known
    found = pc.fill_null(pc.index_in(file_keys, value_set=pa.array(uniques, pa.string())), len(uniques))
    note: NDArray[np.int64] = first[found.to_numpy()]
    strangers = int((note < 0).sum())
    if strangers:
        findings.warnings.append(
            f"{columns.table.path.name}: {strangers:,} rows belong to no row of the tape and were not used."
        )
    return note


def _keys(columns: Columns, by_seller: bool, days: Days | None) -> Any:
    """Join what a row is known by; null where it has no loan number."""
    keys = columns.cells("loan_id")
    if by_seller:
        keys = pc.binary_join_element_wise(keys, pc.fill_null(columns.cells("seller"), ""), "\x1f")
    if days is not None:
        encoded, where = np.unique(days, return_inverse=True)
        text = pa.array(np.datetime_as_string(encoded).astype(object)).take(pa.array(where))
        keys = pc.binary_join_element_wise(keys, pa.chunked_array([text]), "\x1f")
    return keys


def _file_days(columns: Columns) -> Days:
    cells = columns.cells("as_of_date")
    days, bad = to_days(cells)
    wrong = bad | np.isnat(days)
    if wrong.any():
        position = int(np.argmax(wrong))
        raise refusal(
            columns.table.place(position, "as_of_date"),
            repr(masked(cells[position].as_py() or "")),
            "A row belongs to one snapshot, by its date YYYY-MM-DD.",
            "Correct it, or take the column out.",
        )
    return days


def _refuse_ambiguous(columns: Columns, tape: Columns, as_of: Days, codes: NDArray[np.int64]) -> None:
    """Refuse a file that lacks the column by which several rows of one loan are told apart."""
    rows = pd.DataFrame({"key": codes, "seller": tape.cells("seller").to_pandas(), "as_of_date": as_of})
    rows = rows[codes >= 0].drop_duplicates()
    doubled = rows.duplicated("key", keep=False)
    if not doubled.any():
        return
    twice = rows[doubled]
    column = "as_of_date" if len(twice["as_of_date"].unique()) > 1 else "seller"
    raise refusal(
        columns.table.place(column=column),
        f"the column is missing, and {twice['key'].nunique():,} loans of the tape have several rows",
        "A payments row belongs to one row of the tape.",
        f"Add {column}.",
    )


def _convert(columns: Columns, note: NDArray[np.int64], findings: Findings) -> _Cells:
    """Convert the cells; a note with a bad one is excepted."""
    month, bad_month = _by_value(columns.cells("month"), _months)
    status, bad_status = _by_value(columns.cells("months_delinquent"), _statuses)
    amount, bad_amount = to_numbers(columns.cells("amount_received"))
    low, high = _RANGES["amount_received"]
    outside = ~np.isnan(amount) & ~((amount >= low) & (amount <= high))
    bad_month = bad_month | ~columns.filled("month")
    for name, bad in (
        ("month", bad_month),
        ("months_delinquent", bad_status),
        ("amount_received", bad_amount | outside),
    ):
        _except_notes(columns, name, bad & (note >= 0), note, findings)
    return _Cells(note, month, status, np.where(outside, np.nan, amount))


def _by_value(text: Any, convert: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert a column of few distinct values by converting each value once."""
    encoded = pc.dictionary_encode(text).unify_dictionaries()
    chunk = encoded.combine_chunks()
    values, bad = convert(pa.chunked_array([chunk.dictionary]))
    at = pc.fill_null(chunk.indices, len(values)).to_numpy()
    return np.append(values, np.nan)[at], np.append(bad, False)[at]


def _months(text: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert months; a date stands for its month, since a spreadsheet makes one of 2024-06."""

    def one(cell: str) -> float:
        try:
            return float(parse_month(cell))
        except ValueError:
            return np.nan

    days, not_day = to_days(text)
    months = np.array([one(cell) for cell in text.to_pylist()], dtype=np.float64)
    values = np.where(not_day, months, month_index(days))
    return values, np.isnan(values)


def _statuses(text: Any) -> tuple[NDArray[np.float64], Bad]:
    values, bad = to_numbers(text)
    low, high = _RANGES["months_delinquent"]
    good = (values >= low) & (values <= high) & (values == np.floor(values))
    return np.where(good, values, np.nan), bad | ~good


def _except_notes(columns: Columns, name: str, bad: Bad, note: NDArray[np.int64], findings: Findings) -> None:
    n_bad = int(bad.sum())
    if not n_bad:
        return
    cells, positions = columns.cells(name), np.flatnonzero(bad)
    first = columns.table.place(int(positions[0]), name)
    if n_bad >= _MOST_BAD_FROM and n_bad > _MOST_BAD * len(bad):
        found = (
            f"{masked(cells[positions[0]].as_py() or '')!r}, and {n_bad:,} of {len(bad):,} cells like it (E_PAYMENT)"
        )
        raise refusal(first, found, CODES["E_PAYMENT"].rule, "Correct the column.")
    values = np.full(len(findings.table), "", dtype=object)
    notes, which = np.unique(note[positions], return_index=True)
    for i, position in zip(notes, positions[which], strict=True):
        values[i] = Shown(f"{columns.table.place(int(position), name)}: {masked(cells[position].as_py() or '')!r}")
    findings.refuse_rows(values != "", "E_PAYMENT", "payments", values)


def _scatter(slot: NDArray[np.int64], values: Any, unknown: float, n_notes: int) -> Any:
    flat = np.full(n_notes * HISTORY_MONTHS, unknown, dtype=values.dtype)
    flat[slot] = values
    return flat


def _refuse_contradiction(place: Any, rows: NDArray[np.intp], slot: NDArray[np.int64], pair: tuple[Any, Any]) -> None:
    """Refuse two rows for one note and month that differ; the same row twice is one row."""
    values, kept = pair[0], pair[1][slot]
    differs = (values != kept) & ~(np.isnan(values) & np.isnan(kept))
    if differs.any():
        one = int(np.argmax(differs))
        other = place(int(rows[np.flatnonzero(slot == slot[one])[-1]]))
        raise refusal(
            place(int(rows[one])),
            f"row {other.row:,} says something else about the same note and month",
            "A note has one row a month.",
            "Keep the right one.",
        )
