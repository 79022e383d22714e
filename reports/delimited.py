"""CSV as notebid writes it: money with two decimals, everything else in shortest round-trip form, absent is empty."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

_FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"
_NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?")


def neutral_text(text: str) -> str:
    """Keep a spreadsheet from running a text cell: one that starts like a formula gets an apostrophe in front.

    Notes
    -----
    OWASP ASVS 5.0, 1.2.10.  A negative number is no formula and stays as it is.

    Examples
    --------
    >>> neutral_text("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> neutral_text("0012"), neutral_text("-0.05")
    ('0012', '-0.05')
    """
    runs = text[:1] and text[0] in _FORMULA_STARTS and not _NEGATIVE.fullmatch(text)
    return "'" + text if runs else text


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
        texts = [None if pd.isna(text) or text == "" else neutral_text(str(text)) for text in column]
        if any(text is not None and not _bare(text) for text in texts):
            quoting = "needed"
        columns.append(pa.array(texts, pa.string()))
    table = pa.Table.from_arrays(columns, names=list(frame.columns))
    with path.open("wb") as out:
        out.write((",".join(frame.columns) + "\n").encode())
        csv.write_csv(table, out, csv.WriteOptions(include_header=False, quoting_style=quoting))


def _numbers(column: pd.Series, is_money: bool, is_whole: bool) -> pa.Array:
    values = pa.array(column.to_numpy(dtype="float64"), from_pandas=True)
    if is_money:
        return pc.cast(pc.round(values, 2), pa.decimal128(20, 2))
    if is_whole:
        return pc.cast(values, pa.int64())
    return values


def _bare(text: str) -> bool:
    return not any(mark in text for mark in ',"\n\r')
