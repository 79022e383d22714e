"""The validated frame of notes: row i is note i, every canonical column is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes.months import Days, month_index
from notes.schema import FIELDS, Field, Kind, field

IDENTITY = ("loan_id", "seller", "as_of_date")
"""Unique together; a missing seller counts as one seller."""

_DTYPES = {
    Kind.TEXT: "str",
    Kind.CODE: "str",
    Kind.DATE: "datetime64[s]",
    Kind.FLAG: "boolean",
}


@dataclass(frozen=True)
class Notes:
    """A tape's notes in canonical form.

    Parameters
    ----------
    frame
        One row a note.  Columns are canonical names in any order, absent ones are added as wholly missing; any other
        column is refused.  After construction the frame has every column of :data:`notes.schema.FIELDS` in that order, a
        RangeIndex, and the dtype of each column's :class:`~notes.schema.Kind`.

    Raises
    ------
    ValueError
        An unknown column, a value that does not convert or breaks its field's codes or range, a missing ``loan_id`` or
        ``as_of_date``, or two rows with one identity.  The message names the column and the first row.

    Notes
    -----
    This is the border inside which the rest of notebid trusts its input.  Files written by others are made fit for it,
    row by row and with reasons, in :mod:`tapes`.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        unknown = [name for name in self.frame.columns if name not in _NAMES]
        if unknown:
            raise ValueError(f"not canonical columns: {', '.join(map(str, unknown))}")
        n_rows = len(self.frame)
        columns = {one.name: _column(self.frame, one, n_rows) for one in FIELDS}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(n_rows))
        for name in ("loan_id", "as_of_date"):
            if frame[name].isna().any():
                raise ValueError(f"{name}: row {int(frame[name].isna().to_numpy().argmax())} is empty")
        doubled = frame.duplicated(list(IDENTITY))
        if doubled.any():
            raise ValueError(f"row {int(doubled.to_numpy().argmax())} repeats the {', '.join(IDENTITY)} of another row")
        object.__setattr__(self, "frame", frame)

    def __len__(self) -> int:
        return len(self.frame)

    def number(self, name: str) -> NDArray[np.float64]:
        """Give a money, rate, share, number or flag column as float64, shape (n_notes,), NaN missing (flags 0 and 1)."""
        values: NDArray[np.float64] = self.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    def text(self, name: str) -> NDArray[np.object_]:
        """Give a text or code column as an object array of str, shape (n_notes,), the empty string where missing."""
        values: NDArray[np.object_] = self.frame[name].fillna("").to_numpy(dtype=object)
        return values

    def days(self, name: str) -> Days:
        """Give a date column as datetime64[D], shape (n_notes,), NaT missing."""
        values: Days = self.frame[name].to_numpy(dtype="datetime64[D]")
        return values

    def month(self, name: str) -> NDArray[np.float64]:
        """Give the month index of a date column (see :func:`notes.months.month_index`), NaN missing."""
        return month_index(self.days(name))

    def take(self, rows: NDArray[np.intp]) -> Notes:
        """Pick notes by position."""
        return Notes(self.frame.iloc[rows])


_NAMES = frozenset(one.name for one in FIELDS)


def _column(frame: pd.DataFrame, one: Field, n_rows: int) -> pd.Series:
    dtype = _DTYPES.get(one.kind, "float64")
    if one.name not in frame.columns:
        return pd.Series(index=pd.RangeIndex(n_rows), dtype=dtype)
    given = frame[one.name].reset_index(drop=True)
    if isinstance(given, pd.DataFrame):
        raise ValueError(f"{one.name}: there are {given.shape[1]} columns of this name")
    try:
        column = given.astype(dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{one.name}: does not convert to {dtype} ({error})") from error
    good = column.isna() | _in_domain(column, one)
    if not good.all():
        row = int((~good).to_numpy().argmax())
        raise ValueError(f"{one.name}: row {row} holds {column.iloc[row]!r}, {describe_domain(one)}")
    return column


def _in_domain(column: pd.Series, one: Field) -> pd.Series:
    if one.kind is Kind.CODE:
        return column.isin(one.codes)
    if one.kind in (Kind.MONEY, Kind.RATE, Kind.SHARE, Kind.NUMBER):
        low = -np.inf if one.low is None else one.low
        high = np.inf if one.high is None else one.high
        return (column >= low) & (column <= high) & np.isfinite(column)
    return column.notna()


def describe_domain(one: Field | str) -> str:
    """Say what a field's values must be, for messages.

    Examples
    --------
    >>> describe_domain("credit_score")
    'must lie between 300 and 850 points'
    >>> describe_domain("rate_type")
    'must be one of fixed, arm, step'
    """
    one = field(one) if isinstance(one, str) else one
    if one.codes:
        return f"must be one of {', '.join(one.codes)}"
    if one.low is not None and one.high is not None:
        return f"must lie between {one.low:,.15g} and {one.high:,.15g} {one.unit}".rstrip()
    if one.kind is Kind.DATE:
        return "must be a date YYYY-MM-DD"
    return f"must be {one.kind}"
