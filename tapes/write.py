"""Writing files in contract form, so that reading them gives the same notes again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from notes import FIELDS, HISTORY_MONTHS, Notes, Resolutions, Tape
from notes.history import UNKNOWN
from notes.schema import Kind

_NOTES_AT_ONCE = 20_000


def write_tape(path: Path, tape: Tape) -> None:
    """Write a tape's notes as CSV in contract form.

    Numbers are in shortest round-trip form, dates ISO, flags Y and N, what is missing an empty cell; a column that is
    wholly missing is left out.  Text is written as it is.  The payment history is not part of the file: see
    :func:`write_payments`.
    """
    _write(path, _note_columns(tape.notes))


def write_resolutions(path: Path, resolutions: Resolutions) -> None:
    """Write resolutions as CSV in contract form; see :func:`write_tape`."""
    columns = _note_columns(resolutions.tape.notes)
    columns["outcome"] = _text(resolutions.outcome)
    columns["resolution_date"] = _dates(resolutions.resolution_date)
    columns["observed_through"] = _dates(resolutions.observed_through)
    columns["outcome_detail"] = _text(resolutions.outcome_detail)
    if not np.isnan(resolutions.net_proceeds).all():
        columns["net_proceeds"] = pa.array(resolutions.net_proceeds, from_pandas=True)
    _write(path, columns)


def write_payments(path: Path, tape: Tape, with_as_of: bool) -> None:
    """Write the payment history in long form, months of which nothing is known left out.

    Parameters
    ----------
    with_as_of
        Add ``as_of_date`` to each row; needed where a loan has several snapshots.
    """
    has_seller = bool(tape.notes.frame["seller"].notna().any())
    amounts = not np.isnan(tape.history.amount_received).all()
    wanted = (with_as_of, has_seller, amounts)
    starts = range(0, max(len(tape), 1), _NOTES_AT_ONCE)
    _write_tables(path, (_payments(tape, slice(start, start + _NOTES_AT_ONCE), wanted) for start in starts))


def _payments(tape: Tape, part: slice, wanted: tuple[bool, bool, bool]) -> Any:
    with_as_of, has_seller, amounts = wanted
    status = tape.history.months_delinquent[part]
    amount = tape.history.amount_received[part]
    frame = tape.notes.frame.iloc[part]
    note, column = np.nonzero((status != UNKNOWN) | ~np.isnan(amount))
    as_of = frame["as_of_date"].to_numpy(dtype="datetime64[D]")
    month = as_of.astype("datetime64[M]")[note] - (HISTORY_MONTHS - 1 - column).astype("timedelta64[M]")
    behind = status[note, column]
    columns = {
        "loan_id": pa.array(frame["loan_id"], pa.string()).take(pa.array(note)),
        "month": _by_value(month),
        "months_delinquent": pa.array(behind, mask=behind == UNKNOWN),
    }
    if amounts:
        columns["amount_received"] = _shortest(amount[note, column])
    if with_as_of:
        columns["as_of_date"] = _by_value(as_of[note])
    if has_seller:
        columns["seller"] = pa.array(frame["seller"], pa.string()).take(pa.array(note))
    return pa.table(columns)


def _shortest(amounts: Any) -> Any:
    """Write float32 dollars in the shortest form that reads back as the same float32."""
    return pc.cast(pa.array(amounts, pa.float32(), from_pandas=True), pa.string())


def _by_value(dates: Any) -> Any:
    values, where = np.unique(dates, return_inverse=True)
    return pa.array(np.datetime_as_string(values).astype(object), pa.string()).take(pa.array(where))


def _note_columns(notes: Notes) -> dict[str, Any]:
    columns = {}
    for one in FIELDS:
        series = notes.frame[one.name]
        if one.required or series.notna().any():
            columns[one.name] = _column(series, one.kind)
    return columns


def _column(series: pd.Series, kind: Kind) -> Any:
    if kind in (Kind.TEXT, Kind.CODE):
        return pa.array(series, pa.string(), from_pandas=True)
    if kind is Kind.DATE:
        return _dates(series.to_numpy(dtype="datetime64[D]"))
    if kind is Kind.FLAG:
        flags = pa.array(series.to_numpy(dtype=object, na_value=None), pa.bool_())
        return pc.if_else(flags, "Y", "N")
    return pa.array(series.to_numpy(), from_pandas=True)


def _dates(days: Any) -> Any:
    return pa.array(days.astype("datetime64[D]"), pa.date32())


def _text(values: Any) -> Any:
    return pa.array([value or None for value in values], pa.string())


def _write(path: Path, columns: dict[str, Any]) -> None:
    _write_tables(path, [pa.table(columns)])


def _write_tables(path: Path, tables: Iterable[Any]) -> None:
    """Write tables of one schema under one heading, which Arrow itself would put in quotes."""
    with path.open("wb") as file:
        for i, table in enumerate(tables):
            if i == 0:
                file.write(",".join(table.column_names).encode() + b"\n")
            pa_csv.write_csv(table, file, _options(table))


def _options(table: Any) -> Any:
    """Ask for quotes only where some cell needs them: Arrow then quotes every text in the table."""
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    special = any(pc.any(pc.match_substring_regex(text, r'[",\r\n]')).as_py() for text in texts)
    style = "needed" if special else "none"
    return pa_csv.WriteOptions(include_header=False, batch_size=16_384, quoting_style=style)
