"""Which column of a file is which field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tapes.files.table import TextTable
from tapes.headings.mapping import Mapping
from tapes.headings.registry import IGNORED, OUTCOME, PERSONAL, RECEIPTS_MONTH, STATUS_MONTH, registry
from tapes.refusal import masked, refusal

_MANY = frozenset({PERSONAL, OUTCOME, IGNORED, STATUS_MONTH, RECEIPTS_MONTH})
_SHOWN = 3


@dataclass(frozen=True)
class Suggestion:
    """A field that a heading looks like: for a person to accept, never taken.

    Parameters
    ----------
    score
        0-100, likeness of the words.
    """

    target: str
    score: float


@dataclass(frozen=True)
class AssignedColumn:
    """One column of a file and what it is taken for.

    Parameters
    ----------
    position
        Of the column in the table, from 0.
    heading
        As written.
    target
        A canonical field, a seller field, ``status_month``, ``receipts_month``, ``personal``, ``outcome``, ``ignored``;
        None unmapped.
    how
        ``canonical``, ``alias``, ``mapping`` or ``unmapped``.
    month
        As :class:`tapes.headings.registry.Target`.
    unit
        A unit that the heading names, or None.
    suggestions
        Of an unmapped column, the likeliest first.
    """

    position: int
    heading: str
    target: str | None
    how: str
    month: str | None = None
    unit: str | None = None
    suggestions: tuple[Suggestion, ...] = field(default=())


@dataclass(frozen=True)
class Assignment:
    """Every column of a file, in file order."""

    columns: tuple[AssignedColumn, ...]

    def of(self, target: str) -> AssignedColumn | None:
        """Give the column of a field, None where the file has none."""
        return next(self.all_of(target), None)

    def all_of(self, target: str) -> Iterator[AssignedColumn]:
        """Give the columns of a target in file order."""
        return (one for one in self.columns if one.target == target)


def assign(table: TextTable, known: frozenset[str], mapping: Mapping | None = None) -> Assignment:
    """Match each heading: the saved mapping's word, else a canonical name, else an exact alias, else nothing.

    Parameters
    ----------
    known
        Canonical names that the file may hold.
    mapping
        What a person has said before; it goes before everything.

    Raises
    ------
    TapeError
        Two headings for one field; the message shows both with three values each.
    """
    columns = []
    for position, heading in enumerate(table.headings):
        name = heading.lower()
        target = registry().target(heading)
        if mapping is not None and heading in mapping.columns:
            columns.append(AssignedColumn(position, heading, mapping.columns[heading], "mapping"))
        elif name in known:
            columns.append(AssignedColumn(position, heading, name, "canonical"))
        elif target is not None:
            columns.append(AssignedColumn(position, heading, target.name, "alias", target.month, target.unit))
        else:
            columns.append(AssignedColumn(position, heading, None, "unmapped"))
    _refuse_doubles(table, columns)
    return Assignment(tuple(columns))


def _refuse_doubles(table: TextTable, columns: list[AssignedColumn]) -> None:
    seen: dict[str, AssignedColumn] = {}
    for one in columns:
        if one.target is None or one.target in _MANY:
            continue
        if one.target in seen:
            first = seen[one.target]
            both = " and ".join(_samples(table.columns[each.position]) for each in (first, one))
            raise refusal(
                table.place(column=one.target),
                f"columns {first.position + 1} ({first.heading!r}) and {one.position + 1} ({one.heading!r}) both stand "
                f"for it (first values {both})",
                "A field has one column.",
                "Say which in the mapping (notebid map writes it), or take one out.",
            )
        seen[one.target] = one


def _samples(column: Any) -> str:
    return ", ".join(masked(one) for one in column.drop_null().slice(0, _SHOWN).to_pylist()) or "all empty"
