"""A seller's mapping, as a person has reviewed it: ``mappings/<seller>.toml``, found again by the set of headings."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from notes import OUTCOME_DETAILS, UsageError
from tapes.fields import FIELD_BY_NAME, PAYMENT_NAMES, RESOLUTION_FIELDS, RESOLUTION_NAMES, SELLER_NAMES
from tapes.files.table import TextTable
from tapes.headings.columns import shown_heading
from tapes.headings.months import month_heading
from tapes.headings.normalise import normalised
from tapes.headings.registry import (
    AFTER_THE_FACT,
    IGNORED,
    PERSONAL,
    RECEIPTS_MONTH,
    STATUS_MONTH,
    can_have,
    registry,
    unit_words,
)

FORMAT = 1
TARGETS = frozenset({*RESOLUTION_NAMES, *PAYMENT_NAMES, *SELLER_NAMES} | {
    PERSONAL, AFTER_THE_FACT, IGNORED, STATUS_MONTH, RECEIPTS_MONTH,
})  # fmt: skip
"""What a line under ``[columns]`` may say of a heading."""
PAY_STRING = {
    "alphabet": ("canonical", "months_behind", "thirties", "dv01", "fannie", "credit_bureau", "days"),
    "newest": ("left", "right"),
    "method": ("mba", "ots"),
}
"""Settings under ``[pay_string]`` and their words."""

_TABLES = ("columns", "units", "pay_string", "outcomes")
_TOP = ("format", "seller", "headings_sha256", *_TABLES)
OPEN = "open"
OUTCOME_WORDS = (
    *(str(one) for one in OUTCOME_DETAILS),
    *(one for all_of in OUTCOME_DETAILS.values() for one in all_of),
    OPEN,
)
"""What a line under ``[outcomes]`` may say of a word: an outcome, one of its details, or that the note is open."""
_OUTCOME_HEADINGS = {normalised(one.name): one.name for one in RESOLUTION_FIELDS}
LARGEST = 1_000_000
"""Bytes of a mapping file at most."""


@dataclass(frozen=True)
class Mapping:
    """What a person has said about a seller's tapes.

    Parameters
    ----------
    columns
        Heading as written to target: a field, ``personal`` or ``ignored``.  Of two columns with one heading each is named
        with its letter behind it, ``UPB [C]``.
    units
        Heading to the unit of its column: ``percent``, ``fraction``, ``month_first``, ``cents``, ...
    pay_string
        ``alphabet``, ``newest`` (left or right) and ``method`` (mba or ots), as far as said.
    path
        The file; None for the empty mapping.
    keys
        Of the sets of headings that it was made for, as :func:`headings_key` gives them.
    outcomes
        A desk's word for what became of a note to an outcome, a detail or ``open``.
    """

    columns: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    pay_string: dict[str, str] = field(default_factory=dict)
    seller: str = ""
    path: Path | None = None
    keys: tuple[str, ...] = ()
    outcomes: dict[str, str] = field(default_factory=dict)

    def on(self, table: TextTable) -> Mapping:
        """Give the mapping with the headings spelled as a file spells them; what the file has not, is left out."""
        names = _names(table)
        return replace(self, columns=_respelled(self.columns, names), units=_respelled(self.units, names))

    def with_outcomes(self) -> Mapping:
        """Leave out what a tape's mapping says of what became of the notes: there it is not read, here it is the point.

        A line stays where another heading is said to be that field.
        """
        said = set(self.columns.values())

        def hides(heading: str, target: str) -> bool:
            field = _OUTCOME_HEADINGS.get(normalised(heading))
            return target in (AFTER_THE_FACT, IGNORED) and field is not None and field not in said

        return replace(self, columns={one: target for one, target in self.columns.items() if not hides(one, target)})

    def with_outcome_headings(self, meant: dict[str, str]) -> Mapping:
        """Add what headings mean in a file of resolutions, where nothing else is said of heading or field.

        Parameters
        ----------
        meant
            Heading to field, as :func:`tapes.headings.outcome_headings.outcome_headings` gives them.
        """
        taken = set(self.columns.values())
        added = {
            heading: name
            for heading, name in meant.items()
            if name not in taken and self.columns.get(heading, AFTER_THE_FACT) == AFTER_THE_FACT
        }
        return replace(self, columns=self.columns | added)

    def unknown(self, table: TextTable) -> tuple[str, ...]:
        """Give the headings that it speaks of and a file has not; months of the calendar, which move on, aside."""
        there = {normalised(one) for one in _names(table)}
        spoken = dict.fromkeys((*self.columns, *self.units))
        return tuple(one for one in spoken if normalised(one) not in there and not _is_month(one))

    def target(self, heading: str, letter: str) -> str | None:
        """Give what is said of a column; None where nothing is."""
        return self.columns.get(f"{heading} [{letter}]", self.columns.get(heading))


def headings_key(headings: Iterable[str]) -> str:
    """Hash a set of headings, whatever their order and spelling.

    A month of the calendar counts as any month, so that next month's tape is known again.
    """
    text = "\n".join(sorted({keyed(one) for one in headings if one.strip()}))
    return hashlib.sha256(text.encode()).hexdigest()


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    UsageError
        It is no TOML of this form: an unknown table, field, unit or setting, with the nearest known word.
    """
    found = _parsed(path)
    for name, word in found.items():
        if name not in _TOP and isinstance(word, str) and word in TARGETS:
            raise UsageError(f"{path}: {_quoted(name)} = {_quoted(word)}: its place is under [columns]")
    _known_words(path, "", found, _TOP)
    for table in _TABLES:
        if not isinstance(found.get(table, {}), dict):
            raise UsageError(f"{path}: {table} must be a table of lines, each a heading or setting and a word")
    if found.get("format", FORMAT) != FORMAT:
        raise UsageError(f"{path}: format {found['format']!r} is not known; this notebid reads format {FORMAT}")
    columns, units, settings, outcomes = (found.get(table, {}) for table in _TABLES)
    for heading, word in columns.items():
        _check_word(path, f"columns.{_quoted(heading)}", word, TARGETS)
    for heading, word in units.items():
        _check_unit(path, heading, word, columns.get(heading))
    _known_words(path, "pay_string.", settings, PAY_STRING)
    for name, word in settings.items():
        _check_word(path, f"pay_string.{name}", word, PAY_STRING[name])
    for text, word in outcomes.items():
        _check_word(path, f"outcomes.{_quoted(text)}", word, OUTCOME_WORDS)
    seller = found.get("seller", "")
    if not isinstance(seller, str):
        raise UsageError(f"{path}: seller = {seller!r} is not text")
    return Mapping(dict(columns), dict(units), dict(settings), seller, path, _keys(path, found), dict(outcomes))


def check_units(mapping: Mapping, fields: Iterable[tuple[str, str | None]]) -> None:
    """Refuse a unit that its column's field cannot have; ``fields`` are headings and targets.

    Raises
    ------
    UsageError
        Naming the units that it can have.
    """
    for heading, target in fields:
        unit = mapping.units.get(heading)
        if unit is not None and target is not None and not can_have(target, unit):
            can = ", ".join(sorted(one for one in unit_words() if can_have(target, one)))
            raise UsageError(
                f"{mapping.path}: units.{_quoted(heading)} = {unit!r}, but the column is {target}; "
                + (f"it can be in {can}" if can else "it has no unit")
            )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise UsageError(f"{path}: over {LARGEST:,} bytes; a mapping file is a few hundred lines")
        return tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: not a readable mapping ({error.strerror})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not a readable mapping ({_reason(error)})") from None


def _reason(error: Exception) -> str:
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"{error}; each line is a heading in quotes, =, a word in quotes, and no heading has two lines"
    return "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else "it is nested too deep"


def _known_words(path: Path, prefix: str, found: Iterable[str], known: Iterable[str]) -> None:
    for name in found:
        if name not in known:
            raise UsageError(f"{path}: {prefix}{_quoted(name)} is not known{_nearest(name, known)}")


def _check_word(path: Path, place: str, word: object, known: Iterable[str]) -> None:
    if isinstance(word, dict):
        raise UsageError(f"{path}: {place} is a table; write the line above the first [table] of the file")
    if not isinstance(word, str) or word not in known:
        raise UsageError(f"{path}: {place} = {word!r} is not known{_nearest(str(word), known)}")


def _check_unit(path: Path, heading: str, word: object, said: str | None) -> None:
    """Refuse a word that is no unit, with those that the heading's field can be in, as far as its field is known."""
    if isinstance(word, str) and word not in unit_words():
        target = said or getattr(registry().target(heading), "name", "")
        can = sorted(one for one in unit_words() if target in FIELD_BY_NAME and can_have(target, one))
        near = _nearest(word, unit_words())
        words = f"{target} can be in {', '.join(can)}" if can else f"it is one of {', '.join(sorted(unit_words()))}"
        raise UsageError(f"{path}: units.{_quoted(heading)} = {word!r} is not known{near}; {words}")
    _check_word(path, f"units.{_quoted(heading)}", word, unit_words())


def _nearest(word: str, known: Iterable[str]) -> str:
    words = sorted(known)
    near = difflib.get_close_matches(normalised(word), words, n=3, cutoff=0.5)
    if near:
        return f"; nearest: {', '.join(near)}"
    return f"; it is one of {', '.join(words)}" if len(words) < 20 else ""


def _keys(path: Path, found: dict[str, Any]) -> tuple[str, ...]:
    given = found.get("headings_sha256", [])
    keys = [given] if isinstance(given, str) else given
    if not isinstance(keys, list) or not all(isinstance(one, str) for one in keys):
        raise UsageError(f"{path}: headings_sha256 is a hash in quotes, or a list of them")
    return tuple(keys)


def _quoted(name: str) -> str:
    return f'"{shown_heading(name)[1:-1]}"'


def keyed(heading: str) -> str:
    """Give a heading as sets of headings are compared: in one spelling, and for a calendar month only that it is one."""
    month = month_heading(heading)
    return f"{month.series}<month>" if month is not None and month.is_calendar else normalised(heading)


def _is_month(heading: str) -> bool:
    return keyed(heading).endswith("<month>")


def _names(table: TextTable) -> frozenset[str]:
    """Give the names by which lines can speak of a file's columns: its headings, also with their letters."""
    lettered = (f"{heading} [{table.letter(i)}]" for i, heading in enumerate(table.headings))
    return frozenset((*table.headings, *lettered))


def _respelled(said: dict[str, str], names: frozenset[str]) -> dict[str, str]:
    if not said:
        return said
    # A line that names a heading letter for letter speaks of no other that only reads like it.
    loosely = {normalised(one): word for one, word in said.items() if one not in names}
    found = {one: said.get(one, loosely.get(normalised(one))) for one in names}
    months = {one: word for one, word in said.items() if _is_month(one)}
    return months | {one: word for one, word in found.items() if word is not None}
