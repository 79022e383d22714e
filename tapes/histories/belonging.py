"""Which row of a tape each row of a payments file belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.months import Days
from tapes.columns import Columns
from tapes.convert import to_days
from tapes.findings import Findings
from tapes.refusal import masked, refusal


def rows_of_notes(columns: Columns, tape: Columns, as_of: Days, findings: Findings) -> NDArray[np.int64]:
    """Give each payments row the position of its row on the tape, -1 where there is none.

    Rows are matched by ``loan_id``, with ``seller`` where both files have it and with ``as_of_date`` where the payments
    file has it.

    Raises
    ------
    TapeError
        The tape has several rows of a loan and the payments file lacks the column that tells them apart.
    """
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
