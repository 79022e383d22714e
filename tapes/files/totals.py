"""Which rows are the sum of the others: of all, or of the block above or below them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_CENT, _HALF = 0.01, 0.5
_MICRO, _MOST_MICRO = 1e6, 9e12
_MONEY = re.compile(r"([-+(]?)\s*\$?\s*([-(]?)\s*((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)\s*(\)?)", re.ASCII)
_EUROPEAN = re.compile(r"([-(]?)\s*(\d{1,3}(?:\.\d{3})*|\d+),(\d{1,2})\s*(\)?)", re.ASCII)
"""No amount with a decimal point looks like one with a decimal comma and at most two digits behind it."""
_FEWEST = 2
"""Rows that a sum without the word "total" has at least: a note without a number may repeat the one above it."""


def amounts(column: Any) -> NDArray[np.float64]:
    """Read money as plainly as sums are written, ``$1,234.50``, ``(1,234.50)`` or ``1.234,50``; NaN for anything else.

    Parameters
    ----------
    column
        pyarrow string ChunkedArray, shape (n_rows,).
    """
    try:
        values = pc.cast(column, pa.float64()).to_numpy().astype(np.float64)
    except pa.ArrowInvalid:
        values = np.array([amount(cell) for cell in column.to_pylist()], dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def amount(cell: str | None) -> float:
    """Read one cell as :func:`amounts` does."""
    found = _MONEY.fullmatch(cell.strip()) if cell else None
    if cell and found is None:
        found = _EUROPEAN.fullmatch(cell.strip())
        if found is not None and (found[1] == "(") == bool(found[4]):
            value = float(f"{found[2].replace('.', '')}.{found[3]}")
            return -value if found[1] else value
        return float("nan")
    if found is None or ("(" in found[1] + found[2]) != bool(found[4]):
        return float("nan")
    value = float(found[3].replace(",", ""))
    return -value if found[1] in ("-", "(") or found[2] in ("-", "(") else value


def totals(values: NDArray[np.float64], candidates: Mapping[int, bool]) -> list[int]:
    """Tell which candidates are totals.

    Parameters
    ----------
    values
        Dollars, shape (n_rows,); NaN counts for nothing.
    candidates
        Positions of the rows that may be totals, each with whether it says so.

    Returns
    -------
    Positions whose value is the sum of all rows that are no totals, or of those between it and the last or next total: to
    the cent, or of what says that it is one, in whole dollars, to the dollar.
    """
    found: set[int] = set()
    silent = [one for one, labelled in candidates.items() if not labelled]
    for walls in (sorted(candidates), None):  # the second time, what was found to be none is counted among the rows
        others = values.copy()
        others[list(candidates)] = np.nan
        if walls is None:
            walls = sorted(found)
            rest = [one for one in silent if one not in found]
            others[rest] = values[rest]
        sums = _Sums(others)
        for one, labelled in candidates.items():
            # What says that it is a total may be rounded to the dollar.
            rounded = labelled and float(values[one]).is_integer()
            fewest, within = (1 if labelled else _FEWEST), (_HALF if rounded else _CENT)
            if one not in found and sums.has(values[one], one, walls, (fewest, within)):
                found.add(one)
    return sorted(found)


def nearest_sum(values: NDArray[np.float64], at: int, totals: Sequence[int], of_all: bool) -> float:
    """Give the sum that a total seems to mean: that of all rows, or of the block above or below it, if it is nearer.

    Parameters
    ----------
    values
        Dollars, shape (n_rows,); NaN counts for nothing.
    totals
        Positions of all totals, sorted, ``at`` among them: they count for nothing, and blocks end at them.
    of_all
        It says so itself.
    """
    others = values.copy()
    others[list(totals)] = np.nan
    if of_all:
        return float(np.nansum(others))
    k = bisect_left(totals, at)
    above = others[totals[k - 1] + 1 if k else 0 : at]
    below = others[at + 1 : totals[k + 1] if k + 1 < len(totals) else len(others)]
    sums = [float(np.nansum(stretch)) for stretch in (others, above, below) if not np.isnan(stretch).all()]
    return min(sums, key=lambda one: abs(one - values[at]), default=0.0)


class _Sums:
    """Sums of stretches of rows, each in one step, without the rounding that a running sum of floats gathers."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self._values = values
        counted = ~np.isnan(values)
        filled = np.where(counted, values, 0.0)
        self._unit = _MICRO if float(np.abs(filled).sum()) < _MOST_MICRO else 0.0
        micro: Any = np.rint(filled * _MICRO).astype(np.int64) if self._unit else filled
        self._sums = np.concatenate([[0], np.cumsum(micro)])
        self._counts = np.concatenate([[0], np.cumsum(counted)])

    def has(self, amount: float, at: int, walls: list[int], least: tuple[int, float]) -> bool:
        """Tell whether an amount is the sum of all rows, or of those up to the wall above it or below it.

        Parameters
        ----------
        least
            Rows that such a sum has at least, and dollars within which it counts as the amount.
        """
        fewest, within = least
        above, below = bisect_left(walls, at), bisect_right(walls, at)
        before = walls[above - 1] + 1 if above else 0
        after = walls[below] if below < len(walls) else len(self._values)
        own = self._values[at]
        for start, end in ((0, len(self._values)), (before, at), (at + 1, after)):
            inside = start <= at < end and not np.isnan(own)
            n_rows = int(self._counts[end] - self._counts[start]) - inside
            total = float(self._sums[end] - self._sums[start]) / (self._unit or 1.0) - (own if inside else 0.0)
            if n_rows >= fewest and abs(total - amount) <= within * (1 + 1e-6):
                return True
        return False
