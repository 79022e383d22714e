"""Counting over the last months of a history: when a window is known well enough, counts, runs, slopes.

Every sum is over whole numbers, so it is exact and the same in any order: a note's features do not depend on its
neighbours in the tape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.known import Column, Flags
from notes.history import HISTORY_MONTHS


def is_window_known(known: Flags, months: int) -> Flags:
    """Say whether at least three quarters of the last ``months`` are known, bool, shape (n_notes,).

    Two or three holes in a year are ordinary (a servicing transfer, a first month without a month before it); a count
    over half a window would pass for a count over the whole.
    """
    return 4 * _count(known, months) >= 3 * months


def count_months(flags: Flags, known: Flags, months: int) -> Column:
    """Count the flagged months among the last ``months``; NaN where the window is not known.

    Unknown months are not flagged, so the count is a floor.
    """
    return np.where(is_window_known(known, months), _count(flags, months), np.nan)


def months_since(flags: Flags) -> Column:
    """Count the months since the last flagged one, 0 for the as-of month; NaN where there is none."""
    ago = np.argmax(flags[:, ::-1], axis=1).astype(np.float64)
    return np.where(flags.any(axis=1), ago, np.nan)


def longest_run(flags: Flags, known: Flags) -> Column:
    """Count the longest run of flagged months; an unflagged or unknown month ends a run.  NaN where nothing is known."""
    months = np.arange(HISTORY_MONTHS, dtype=np.int16)
    run_starts_after = np.maximum.accumulate(np.where(flags, np.int16(-1), months), axis=1)
    runs = (months - run_starts_after).max(axis=1, initial=0).astype(np.float64)
    return np.where(known.any(axis=1), runs, np.nan)


def slope(values: NDArray[np.int32], known: Flags, months: int) -> Column:
    """Fit a straight line through the known of the last ``months`` by least squares and give its rise a month.

    NaN where the window is not known.

    Notes
    -----
    (n Σxy − Σx Σy) / (n Σx² − (Σx)²), all sums of whole numbers and so exact.
    """
    seen = known[:, -months:].astype(np.int64)
    x = np.arange(months, dtype=np.int64)
    y = values[:, -months:].astype(np.int64) * seen
    n, sum_x, sum_y = seen.sum(axis=1), (seen * x).sum(axis=1), y.sum(axis=1)
    spread = n * (seen * x * x).sum(axis=1) - sum_x * sum_x
    rise = n * (y * x).sum(axis=1) - sum_x * sum_y
    good = is_window_known(known, months) & (spread > 0)
    return np.where(good, rise / np.where(good, spread, 1), np.nan)


def _count(flags: Flags, months: int) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.count_nonzero(flags[:, -months:], axis=1)
    return counts
