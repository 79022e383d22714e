"""One column of a file and what it is taken for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from notes.text import one_line
from tapes.files.table import TextTable
from tapes.refusal import masked

_SHOWN = 3
_LONGEST = 80


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
        A canonical field, a seller field, ``status_month``, ``receipts_month``, ``personal``, ``after_the_fact``,
        ``ignored``; None unmapped.
    how
        ``canonical``, ``alias``, ``mapping`` or ``unmapped``.
    month
        As :class:`tapes.headings.registry.Target`.
    unit
        A unit that the heading names, or None.
    suggestions
        Of an unmapped column, the likeliest first.
    letter
        The column as a spreadsheet names it.
    rank
        As :class:`tapes.headings.registry.Target`; 1 for a canonical name.
    fills
        Position of the column whose blanks this one fills, as a person has said; None otherwise.
    """

    position: int
    heading: str
    target: str | None
    how: str
    month: str | None = None
    unit: str | None = None
    suggestions: tuple[Suggestion, ...] = field(default=())
    rank: int = 1
    letter: str = ""
    fills: int | None = None


def shown_heading(heading: str) -> str:
    """Give a heading so that it may be shown: cut short, on one line, quoted."""
    text = one_line(heading)
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")


def samples(table: TextTable, position: int, show: Callable[[str], str] = masked) -> tuple[str, ...]:
    """Give a column's first different values, personal data masked."""
    first = table.columns[position].slice(0, 1000).drop_null()
    return tuple(dict.fromkeys(show(one) for one in first.to_pylist()))[:_SHOWN]
