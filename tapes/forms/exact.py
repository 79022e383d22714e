"""Plain numbers as text: whether they are, and their decimal point moved without a rounding."""

from __future__ import annotations

import decimal
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A number as :mod:`tapes.convert` reads it."""
LONGEST = 60
"""Characters of a cell that may be a number; what is longer is none."""

_EXACT = decimal.Context(prec=400)


def shifted(number: str, places: int) -> str:
    """Move the decimal point of a plain number, exactly.

    Parameters
    ----------
    places
        To the right; negative to the left.

    Examples
    --------
    >>> shifted("7.125", -2), shifted("750", -4), shifted("123.4567", 3), shifted("1e5", -2)
    ('0.07125', '0.0750', '123456.7', '1000')
    """
    return f"{decimal.Decimal(number, _EXACT).scaleb(places, _EXACT):f}" if places else number


def plain_numbers(text: Any) -> NDArray[np.float64] | None:
    """Read a column that holds plain finite numbers only; None where one cell is anything else.

    Returns
    -------
    float64, shape (n_rows,), NaN where empty.
    """
    try:
        values: NDArray[np.float64] = pc.cast(text, pa.float64()).to_numpy().astype(np.float64)
    except pa.ArrowInvalid:
        return None
    return values if int(np.isfinite(values).sum()) == len(text) - text.null_count else None
