"""Text to values, a column at a time: fast where every cell is good, cell by cell where one is not."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.months import Days
from notes.schema import Field, Kind

Bad = NDArray[np.bool_]
"""bool, shape (n_rows,): cells that hold something, but not what the column holds."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00:00(?:\.0+)?)?", re.ASCII)
_FIRST_DAY, _LAST_DAY = np.datetime64("1950-01-01"), np.datetime64("2100-12-31")
_FLAGS = {"y": 1.0, "yes": 1.0, "true": 1.0, "1": 1.0, "n": 0.0, "no": 0.0, "false": 0.0, "0": 0.0}
_LONGEST_TEXT = 1000


def to_numbers(text: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert plain numbers, ``1234.5`` or ``1e5``; no signs of currency, no commas, nothing infinite.

    Returns
    -------
    values
        float64, shape (n_rows,); NaN where empty or bad.
    bad
        bool, shape (n_rows,).
    """
    filled = _filled(text)
    try:
        values = pc.cast(text, pa.float64()).to_numpy().astype(np.float64)
    except pa.ArrowInvalid:
        values = np.array([_number(cell) for cell in text.to_pylist()], dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    return values, filled & np.isnan(values)


def to_days(text: Any) -> tuple[Days, Bad]:
    """Convert ISO dates from 1950 to 2100, with or without a time of midnight.

    Returns
    -------
    values
        datetime64[D], shape (n_rows,); NaT where empty or bad.
    bad
        bool, shape (n_rows,).
    """
    filled = _filled(text)
    try:
        days = pc.cast(text, pa.date32()).to_numpy().astype("datetime64[D]")
    except pa.ArrowInvalid:
        days = np.array([_day(cell) for cell in text.to_pylist()], dtype="datetime64[D]")
    inside = (days >= _FIRST_DAY) & (days <= _LAST_DAY)
    days = np.where(inside, days, np.datetime64("NaT", "D"))
    return days, filled & ~inside


def to_codes(text: Any, one: Field) -> tuple[Any, Bad]:
    """Convert codes, upper and lower case alike.

    Returns
    -------
    values
        pyarrow string ChunkedArray; null where empty or bad.
    bad
        bool, shape (n_rows,).
    """
    cased = pc.utf8_upper(text) if one.codes[0].isupper() else pc.utf8_lower(text)
    good = pc.is_in(cased, value_set=pa.array(one.codes, pa.string()))
    return pc.if_else(good, cased, pa.scalar(None, pa.string())), _filled(text) & ~good.to_numpy()


def to_flags(text: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert Y and N (also yes, no, true, false, 1, 0) to 1 and 0; NaN where empty or bad."""
    keys = pa.array(list(_FLAGS), pa.string())
    position = pc.index_in(pc.utf8_lower(text), value_set=keys).to_numpy().astype(np.float64)
    known = ~np.isnan(position)
    table = np.array(list(_FLAGS.values()))
    values = np.where(known, table[np.where(known, position, 0).astype(np.intp)], np.nan)
    return values, _filled(text) & ~known


def to_text(text: Any) -> tuple[Any, Bad]:
    """Keep text as it is; over 1,000 characters or with control characters it is bad."""
    fits = pc.less_equal(pc.utf8_length(text), _LONGEST_TEXT)
    printable = pc.invert(pc.match_substring_regex(text, r"[\x00-\x1f\x7f]"))
    good = pc.fill_null(pc.and_(fits, printable), True).to_numpy()
    return text, ~good


def convert(text: Any, one: Field) -> tuple[Any, Bad]:
    """Convert a column as its field's kind says, and test it against the field's range.

    Returns
    -------
    values
        numpy array (numbers, dates, flags) or pyarrow string ChunkedArray (text, codes), shape (n_rows,).
    bad
        bool, shape (n_rows,): cells that do not convert or break the range; their value is missing.
    """
    if one.kind is Kind.DATE:
        return to_days(text)
    if one.kind is Kind.CODE:
        return to_codes(text, one)
    if one.kind is Kind.FLAG:
        return to_flags(text)
    if one.kind is Kind.TEXT:
        return to_text(text)
    values, bad = to_numbers(text)
    low = -np.inf if one.low is None else one.low
    high = np.inf if one.high is None else one.high
    inside = (values >= low) & (values <= high)
    outside = ~np.isnan(values) & ~inside
    return np.where(inside, values, np.nan), bad | outside


def _filled(text: Any) -> NDArray[np.bool_]:
    filled: NDArray[np.bool_] = text.is_valid().to_numpy()
    return filled


def _number(cell: str | None) -> float:
    return float(cell) if cell and _NUMBER.fullmatch(cell) else np.nan


def _day(cell: str | None) -> date | None:
    found = _DAY.fullmatch(cell) if cell else None
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None
