"""Calendar-month arithmetic.  A month index counts months since January of year 0; NaN is a missing date."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
"""A datetime64[D] array; NaT is a missing date."""


def month_index(days: Days) -> NDArray[np.float64]:
    """Number the calendar month of each date.

    Parameters
    ----------
    days
        datetime64, any shape.

    Returns
    -------
    float64, the same shape, whole months since 0000-01.  NaN where the date is missing.

    Examples
    --------
    >>> month_index(np.array(["2024-01-31", "NaT"], dtype="datetime64[D]"))
    array([24288.,    nan])
    """
    months = days.astype("datetime64[M]")
    index = months.astype(np.int64).astype(np.float64) + 1970 * 12
    return np.where(np.isnat(months), np.nan, index)


def parse_month(text: str) -> int:
    """Turn ``YYYY-MM`` into a month index.

    Raises
    ------
    ValueError
        The text is not a month between 1900-01 and 2199-12.

    Examples
    --------
    >>> parse_month("2024-01")
    24288
    """
    good = len(text) == 7 and text[4] == "-" and (text[:4] + text[5:]).isascii() and (text[:4] + text[5:]).isdigit()
    year, month = (int(text[:4]), int(text[5:])) if good else (0, 0)
    if not (1900 <= year <= 2199 and 1 <= month <= 12):
        raise ValueError(f"{text!r} is not a calendar month YYYY-MM")
    return year * 12 + month - 1


def format_month(index: int) -> str:
    """Write a month index as ``YYYY-MM``.

    Examples
    --------
    >>> format_month(24288)
    '2024-01'
    """
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def whole_months_between(start: Days, end: Days) -> NDArray[np.float64]:
    """Count the whole months from one date to another; negative when ``end`` comes first.

    A month is whole when the day of the month is reached again: from 15 April, one month is whole on 15 May.

    Returns
    -------
    float64, broadcast shape, months.  NaN where either date is missing.

    Examples
    --------
    >>> start = np.array(["2024-04-15"], dtype="datetime64[D]")
    >>> whole_months_between(start, np.array(["2024-05-14", "2024-05-15"], dtype="datetime64[D]"))
    array([0., 1.])
    """
    start, end = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    return month_index(end) - month_index(start) - (_day_of_month(end) < _day_of_month(start))


def add_months(days: Days, months: NDArray[np.int64] | int) -> Days:
    """Move dates by calendar months; a day that the month does not have becomes its last day.

    Examples
    --------
    >>> add_months(np.array(["2024-01-31"], dtype="datetime64[D]"), 1)
    array(['2024-02-29'], dtype='datetime64[D]')
    """
    days = days.astype("datetime64[D]")
    first = (days.astype("datetime64[M]") + np.asarray(months, dtype="timedelta64[M]")).astype("datetime64[D]")
    moved = first + (days - days.astype("datetime64[M]").astype("datetime64[D]"))
    last: Days = np.minimum(moved, month_end(first))
    return last


def month_end(days: Days) -> Days:
    """Give the last day of each date's month.

    Examples
    --------
    >>> month_end(np.array(["2023-02-03"], dtype="datetime64[D]"))
    array(['2023-02-28'], dtype='datetime64[D]')
    """
    following: Days = (days.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]")
    return following - np.timedelta64(1, "D")


def _day_of_month(days: Days) -> NDArray[np.float64]:
    first = days.astype("datetime64[M]").astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, (days - first).astype(np.int64).astype(np.float64))
