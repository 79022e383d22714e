"""Columns that hold one month each: in which order they stand, and which is the as-of month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from notes.months import Days, month_index, parse_month
from tapes.headings import AssignedColumn
from tapes.mapped import MappedTable
from tapes.refusal import refusal

_BACK, _NUMBERED, _CALENDAR = "months back", "numbered", "calendar months"
_LABEL = re.compile(r"(?P<back>-\d{1,3}|0)|#(?P<number>\d{1,3})|(?P<month>\d{4}-\d{2})")
_MOST_MONTHS = 600
RIGHT, LEFT = "right", "left"


@dataclass(frozen=True)
class Series:
    """Monthly columns of one kind.

    Parameters
    ----------
    columns
        Left to right; None for a month without a column.
    ends
        int64, shape (n_rows,): position of each note's as-of month where the newest is on the right.
    sides
        Where the newest month may stand.
    told
        How the months are labelled, for a person.
    """

    columns: tuple[AssignedColumn | None, ...]
    ends: NDArray[np.int64]
    sides: tuple[str, ...]
    told: str

    @property
    def headings(self) -> tuple[str, ...]:
        """As written, left to right."""
        return tuple(one.heading for one in self.columns if one is not None)

    @property
    def numbered(self) -> bool:
        """Whether the data must show at which end the newest month is."""
        return len(self.sides) > 1


def read_series(mapped: MappedTable, target: str, as_of: Days, behind: int = 0) -> Series | None:
    """Put the columns of a target into the order of their months.

    Parameters
    ----------
    behind
        Months from the newest column of a series that counts back to the as-of month.

    Returns
    -------
    None where the file has no such column.

    Raises
    ------
    TapeError
        Two columns stand for one month, or columns are labelled in different ways.
    """
    found = list(mapped.assignment.all_of(target))
    if not found:
        return None
    labels = [_label(mapped, one) for one in found]
    kinds = {kind for kind, _ in labels}
    if len(kinds) > 1:
        one, other = (
            next(c for c, (k, _) in zip(found, labels, strict=True) if k == kind) for kind in sorted(kinds)[:2]
        )
        _refuse(mapped, (one, other), "are labelled in different ways", "Monthly columns of one kind form one series.")
    by_month: dict[int, AssignedColumn] = {}
    for one, (_, month) in zip(found, labels, strict=True):
        if month in by_month:
            _refuse(mapped, (by_month[month], one), "stand for the same month", "A month has one column.")
        by_month[month] = one
    first, last = min(by_month), max(by_month)
    if last - first > _MOST_MONTHS:
        _refuse(
            mapped, (by_month[first], by_month[last]), f"lie {last - first:,} months apart", "A history is shorter."
        )
    (kind,) = kinds
    n = len(mapped.table)
    if kind == _NUMBERED:
        numbered = tuple(by_month[month] for month in sorted(by_month))
        return Series(numbered, np.full(n, len(numbered) - 1), (RIGHT, LEFT), "numbered")
    last = 0 if kind == _BACK else last
    columns = tuple(by_month.get(month) for month in range(first, last + 1))
    if kind == _BACK:
        return Series(columns, np.full(n, len(columns) - 1 + behind), (RIGHT,), "months back from the newest")
    ends = np.nan_to_num(month_index(as_of) - first, nan=-1.0)
    return Series(columns, np.clip(ends, -1, len(columns) + _MOST_MONTHS).astype(np.int64), (RIGHT,), "calendar months")


@dataclass(frozen=True)
class Cut:
    """What was cut of monthly columns, being dated after a note's as-of month.

    Parameters
    ----------
    n_cells
        How many filled cells.
    all_of_it
        bool, shape (n_rows,): rows of which nothing else is filled.
    """

    n_cells: int
    all_of_it: NDArray[np.bool_]

    @classmethod
    def nothing(cls, n_rows: int) -> Cut:
        """Say that nothing was cut."""
        return cls(0, np.zeros(n_rows, dtype=bool))


def cut_after(series: Series, filled: NDArray[np.bool_]) -> Cut:
    """Count filled cells after their note's as-of month.

    Parameters
    ----------
    filled
        bool, shape (n_rows, n_columns).
    """
    after = filled & (np.arange(filled.shape[1]) > series.ends[:, None])
    return Cut(int(after.sum()), np.asarray(after.any(axis=1) & ~(filled & ~after).any(axis=1)))


def _label(mapped: MappedTable, one: AssignedColumn) -> tuple[str, int]:
    found = _LABEL.fullmatch(one.month or "")
    if found is None:
        raise refusal(
            mapped.table.place(column=one.heading),
            "the heading does not say which month it is",
            "A monthly column is of one month.",
            "Name the month in the heading (2024-01), or say in the mapping that the column is ignored.",
        )
    if found["back"] is not None:
        return _BACK, int(found["back"])
    return (
        (_NUMBERED, int(found["number"])) if found["number"] is not None else (_CALENDAR, parse_month(found["month"]))
    )


def _refuse(mapped: MappedTable, pair: tuple[AssignedColumn, AssignedColumn], found: str, rule: str) -> Any:
    one, other = pair
    raise refusal(
        mapped.table.place(column=one.heading),
        f"columns {one.position + 1} ({one.heading!r}) and {other.position + 1} ({other.heading!r}) {found}",
        rule,
        "Take one out, or say in the mapping that it is ignored.",
    )
