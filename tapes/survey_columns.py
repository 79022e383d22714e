"""How the columns of a file are shown to a person, and what is known of those of a payments file beside a tape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from notes import TapeError
from notes.schema import Kind
from tapes.fields import FIELD_BY_NAME
from tapes.headings.columns import AssignedColumn, Suggestion, samples
from tapes.headings.registry import STATUS_MONTH
from tapes.histories.payment_columns import look_at_payments
from tapes.mapped import MappedTable
from tapes.missing import Missing, missing_columns
from tapes.refusal import masked
from tapes.words import is_trade_text

_OF_STATUSES = ("pay_string", STATUS_MONTH)
_STATUSES = re.compile(r"[0-9BCDFGHJKLPRX*?._~ -]+")
"""Every sign of a pay string but two vowels, without which no name can be written."""
_ONE_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class SurveyedPayments:
    """What is known of the columns of a payments file.

    Parameters
    ----------
    columns
        Every column but those about persons, unmapped ones with the missing field that they are nearest to, if any.
    missing
        Columns that the file needs.
    """

    mapped: MappedTable
    columns: tuple[AssignedColumn, ...]
    missing: tuple[Missing, ...]

    def unit(self, column: AssignedColumn) -> str:
        """Say how a column's cells are read; empty where they are not, or need each other."""
        formed = self.mapped.formed.get(column.target or "")
        return "" if formed is None else formed.unit

    def samples(self, column: AssignedColumn) -> tuple[str, ...]:
        """Give a column's first values, as :func:`shown_samples` does."""
        return shown_samples(self.mapped, column)

    def open_columns(self, headings: Iterable[str]) -> tuple[AssignedColumn, ...]:
        """Give the columns that are not known and are not called as any column of the tape is."""
        there = {one.casefold() for one in headings}
        return tuple(one for one in self.columns if one.target is None and one.heading.casefold() not in there)


def survey_payments(path: Path, mapping: Path | None, password: str | None) -> SurveyedPayments | None:
    """Look at the columns of a payments file; None where it cannot be read at all.

    Parameters
    ----------
    mapping
        The tape's mapping file.

    Raises
    ------
    UsageError
        As :func:`tapes.mapped.look_at`.
    """
    try:
        found = look_at_payments(path, mapping, password)
    except TapeError:
        return None
    asked = {each.target for one in found.mapped.assignment.columns for each in one.suggestions}
    lacking = missing_columns(found.columns, found.wanted, found.mapped.mapping.columns)
    missing = tuple(one for one in lacking if not asked & {*one.names})
    columns = tuple(with_nearest(one, missing) for one in found.mapped.assignment.columns)
    return SurveyedPayments(found.mapped, columns, missing)


def shown_samples(mapped: MappedTable, column: AssignedColumn) -> tuple[str, ...]:
    """Give a column's first values, the first date also as it is read: ``45203 (2023-10-04)``.

    Where nothing is known of the column, a lone word that the trade does not use is masked.
    """
    found = samples(mapped.table, column.position, _statuses if column.target in _OF_STATUSES else masked)
    if column.target is None:
        return tuple(
            text if not _ONE_WORD.fullmatch(text) or is_trade_text(text) else text[0] + "*" * (len(text) - 1)
            for text in found
        )
    named, formed = FIELD_BY_NAME.get(column.target), mapped.formed.get(column.target)
    if not found or formed is None or named is None or named.kind is not Kind.DATE:
        return found
    first = pc.index(mapped.table.columns[column.position].is_valid(), value=True).as_py()
    day = formed.text[first].as_py()
    return found if day is None or day == found[0] else (f"{found[0]} ({day})", *found[1:])


def with_nearest(column: AssignedColumn, missing: Sequence[Missing]) -> AssignedColumn:
    """Suggest for a column without a suggestion the missing field that it is nearest to, if any."""
    if column.target is not None or column.suggestions:
        return column
    near = (
        Suggestion(name, score) for one in missing for heading, name, score in one.near if heading == column.heading
    )
    return replace(column, suggestions=tuple(near)[:1])


def _statuses(text: str) -> str:
    """Show signs of months' statuses as they are, and mask what else stands in their column; numbers of persons always."""
    shown = masked(text)
    only_letters = len(shown) == len(text) and all(a == b or a.isalpha() for a, b in zip(text, shown, strict=True))
    return text if only_letters and _STATUSES.fullmatch(text) else shown
