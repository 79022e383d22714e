"""Cells as a parser gives them, as text: a whole number keeps no decimal point, a date becomes YYYY-MM-DD."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_WHOLE_BELOW = 1e15
_PLAIN_FROM, _PLAIN_BELOW = 1e-4, 1e10
"""Between these, Arrow writes a number as Python does, without an exponent."""


def text_column(values: Sequence[Any]) -> tuple[Any, NDArray[np.bool_] | None]:
    """Give a column's cells as text.

    Returns
    -------
    text
        pyarrow string Array, shape (n_rows,); empty cells are empty text or null.
    numeric
        bool, shape (n_rows,): cells that are numbers.  None: none is.
    """
    kinds = set(map(type, values))
    if kinds <= {str}:
        return pa.array(values, pa.string()), None
    if kinds <= {float, int, str}:
        return _with_numbers(values, kinds)
    empty_or_not = all(value == "" for value in values if type(value) is str) if str in kinds else True
    if kinds <= {date, str} and empty_or_not:
        days = pa.array([None if type(value) is str else value for value in values], pa.date32())
        return pc.cast(days, pa.string()), None
    numeric = np.fromiter((type(value) in (int, float) for value in values), dtype=bool, count=len(values))
    return pa.array([cell_text(value) for value in values], pa.string()), numeric if numeric.any() else None


def cell_text(cell: Any) -> str:
    """Give one cell's text."""
    match cell:
        case str():
            return cell
        case bool():
            return "Y" if cell else "N"
        case float() if cell.is_integer() and abs(cell) < _WHOLE_BELOW:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case None:
            return ""
    return repr(cell) if isinstance(cell, float) else str(cell)


def is_empty(cell: Any) -> bool:
    """Tell a cell that holds nothing, or nothing but white space."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def _with_numbers(values: Sequence[Any], kinds: set[type]) -> tuple[Any, NDArray[np.bool_]]:
    if str not in kinds:
        return _number_texts(values), np.ones(len(values), dtype=bool)
    numeric = np.fromiter((type(value) is not str for value in values), dtype=bool, count=len(values))
    numbers = _number_texts([value for value in values if type(value) is not str])
    texts = pa.array([value for value in values if type(value) is str], pa.string())
    order = np.empty(len(values), dtype=np.int64)
    order[numeric] = np.arange(len(numbers))
    order[~numeric] = np.arange(len(texts)) + len(numbers)
    return pa.concat_arrays([numbers, texts]).take(pa.array(order)), numeric


def _number_texts(numbers: Sequence[Any]) -> Any:
    try:
        values = np.array(numbers, dtype=np.float64)
    except OverflowError:
        return pa.array([cell_text(one) for one in numbers], pa.string())
    with np.errstate(invalid="ignore"):
        whole = (values == np.floor(values)) & (np.abs(values) < _WHOLE_BELOW)
        plain = (np.abs(values) >= _PLAIN_FROM) & (np.abs(values) < _PLAIN_BELOW)
    digits = pc.cast(pa.array(np.where(whole, values, 0).astype(np.int64)), pa.string())
    if whole.all():
        return digits
    if not (whole | plain).all():
        return pa.array([cell_text(one) for one in numbers], pa.string())
    return pc.if_else(pa.array(whole), digits, pc.cast(pa.array(values), pa.string()))
