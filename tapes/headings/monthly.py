"""Columns of which a file has one a month: told apart as statuses or receipts by the whole series, not by one column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from notes import UsageError
from tapes.files.table import TextTable
from tapes.headings.columns import AssignedColumn, shown_heading
from tapes.headings.mapping import Mapping
from tapes.headings.months import MonthHeading, month_heading, series_months
from tapes.headings.registry import RECEIPTS_MONTH, STATUS_MONTH

_ROWS = 2_000
_MONEY = r"^\(?-?\$?\s?\(?(?P<number>[\d,]*\d(?:\.\d+)?)\)?-?$"
_NOTHING = r"^[\s$]*[-\x{2010}-\x{2014}]+\s*$"
_LARGEST_CODE = 360

MONTHLY = frozenset({STATUS_MONTH, RECEIPTS_MONTH})


def assign_months(table: TextTable, columns: Sequence[AssignedColumn], said: Mapping) -> list[AssignedColumn]:
    """Give monthly columns their target and month, where a person has not said that they are something else.

    Raises
    ------
    UsageError
        The mapping calls a column a monthly one whose heading names no month.
    """
    series: dict[tuple[str, bool], list[tuple[AssignedColumn, MonthHeading]]] = defaultdict(list)
    for one in columns:
        free = one.target in MONTHLY if one.how == "mapping" else one.how != "canonical"
        month = month_heading(one.heading) if free else None
        if month is not None:
            series[month.series, month.is_calendar].append((one, month))
        elif one.target in MONTHLY:
            raise UsageError(
                f"{said.path}: {shown_heading(one.heading)} is said to be {one.target}, but the heading names no month"
            )
    assigned = list(columns)
    for members in series.values():
        months = series_months([month for _, month in members])
        if months is None:
            continue
        target = _target(table, members, said)
        for (one, _), named in zip(members, months, strict=True):
            own = replace(one, how="alias", target=target) if one.how != "mapping" else one
            assigned[one.position] = replace(own, month=named, unit=None, rank=1)
    return assigned


def _target(table: TextTable, members: Sequence[tuple[AssignedColumn, MonthHeading]], said: Mapping) -> str:
    """Say what a series holds: a person's word on any of its months, last month's too, else a heading's, else the cells'."""
    series = members[0][1].series
    named = ((month_heading(heading), word) for heading, word in said.columns.items() if word in MONTHLY)
    words = {word for month, word in named if month is not None and month.series == series}
    if len(words) == 1:
        return words.pop()
    holds = members[0][1].holds
    if holds is not None:
        return STATUS_MONTH if holds == "status" else RECEIPTS_MONTH
    return RECEIPTS_MONTH if _is_money(table.columns[one.position] for one, _ in members) else STATUS_MONTH


def _is_money(columns: Iterable[Any]) -> bool:
    """Tell money from codes: more cells with cents, a dollar sign or an amount no bucket has, than with anything else."""
    money = other = 0
    for column in columns:
        text = column.slice(0, _ROWS).drop_null()
        text = text.filter(pc.invert(pc.match_substring_regex(text, _NOTHING)))
        text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
        number = pc.replace_substring(pc.struct_field(pc.extract_regex(text, _MONEY), "number"), ",", "")
        values = pc.cast(number, pa.float64()).to_numpy(zero_copy_only=False)
        signs = pc.match_substring(text, "$").to_numpy(zero_copy_only=False).astype(bool)
        with np.errstate(invalid="ignore"):
            amounts = signs | (values > _LARGEST_CODE) | (values % 1 != 0) & ~np.isnan(values)
            amounts |= (values > 99) & (values % 30 != 0)
        nothing = ~signs & (values == 0)
        money += int((amounts & ~(signs & (values == 0))).sum())
        other += int((~amounts & ~nothing).sum())
    return money > other
