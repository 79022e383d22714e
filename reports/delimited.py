"""CSV as notebid writes it: money with two decimals, everything else in shortest round-trip form, absent is empty."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from reports.safe_text import EXCEL_MAX_CELL, NEEDS_CARE, neutral_text


def write_csv(path: Path, frame: pd.DataFrame, money: Collection[str] = (), whole: Collection[str] = ()) -> None:
    """Write a frame as UTF-8 CSV with a heading line and line feeds at line ends.

    Parameters
    ----------
    path
        Overwritten.
    frame
        Text columns of str (missing NaN) and number columns; NaN becomes an empty cell.
    money
        Columns written with two decimals, rounded half to even on the binary value.
    whole
        Columns of whole numbers, written without a decimal point.
    """
    columns, quoting = [], "none"
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind in "fiu":
            columns.append(_numbers(column, name in money, name in whole))
            continue
        texts = _texts(column)
        if pc.any(pc.match_substring_regex(texts, '[,"\n\r]')).as_py():
            quoting = "needed"
        columns.append(texts)
    table = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
    with path.open("wb") as out:
        out.write((",".join(_quoted(neutral_text(str(name))) for name in frame.columns) + "\n").encode())
        csv.write_csv(table, out, csv.WriteOptions(include_header=False, quoting_style=quoting))


def _numbers(column: pd.Series, is_money: bool, is_whole: bool) -> pa.Array:
    values = pa.array(column.to_numpy(dtype="float64"), from_pandas=True)
    if is_money:
        return pc.cast(pc.round(values, 2), pa.decimal128(20, 2))
    if is_whole:
        return pc.cast(values, pa.int64())
    return values


def _texts(column: pd.Series) -> pa.Array:
    """Give the texts of a column with those made harmless that need it; missing and empty are null."""
    plain = [None if pd.isna(text) or text == "" else str(text) for text in column]
    try:
        texts = pa.array(plain, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair
        return pa.array([None if text is None else neutral_text(text) for text in plain], pa.string())
    care = pc.or_(pc.match_substring_regex(texts, NEEDS_CARE), pc.greater(pc.utf8_length(texts), EXCEL_MAX_CELL // 2))
    for position in np.flatnonzero(pc.fill_null(care, False).to_numpy(zero_copy_only=False)):
        plain[position] = neutral_text(plain[position] or "")
    return pa.array([text or None for text in plain], pa.string())


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text
