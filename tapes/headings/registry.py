"""What sellers and servicers call things, as data: ``aliases.csv``, with a source a line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from notes.schema import FIELDS, Kind
from tapes.fields import FIELD_BY_NAME, SELLER_NAMES
from tapes.forms.units import MONEY_UNITS, RATE_UNITS
from tapes.headings.normalise import normalised, spelled_out, unit_of
from tapes.headings.personal import is_personal

_FILE = Path(__file__).with_name("aliases.csv")

PERSONAL, AFTER_THE_FACT, IGNORED = "personal", "after_the_fact", "ignored"
"""Targets that are no field: dropped on reading; told once a note has ended, never read on a tape; known and not needed."""
NO_FIELDS = frozenset({PERSONAL, AFTER_THE_FACT, IGNORED})
STATUS_MONTH, RECEIPTS_MONTH = "status_month", "receipts_month"
"""Targets of which a file has a column a month."""
HINT = "hint"
"""Rank of a heading with more than one meaning: good for a suggestion, never taken."""

_BARE_UNITS = {"percent": "percent", "usd": "dollars"}
_UNITS_OF = {
    Kind.MONEY: frozenset(MONEY_UNITS),
    Kind.RATE: frozenset(RATE_UNITS),
    Kind.SHARE: frozenset(RATE_UNITS),
    Kind.DATE: frozenset({"month_first", "day_first", "year_first", "serial", "month_year", "swapped"}),
    Kind.NUMBER: frozenset({"numbers"}),
}
_TIMES = {"months": frozenset({"months", "years"}), "days": frozenset({"days"})}


@dataclass(frozen=True)
class Target:
    """What a heading stands for.

    Parameters
    ----------
    name
        A canonical field, a field of :data:`tapes.fields.SELLER_FIELDS`, or one of the words above.
    month
        For a monthly column: ``-3`` three months before the newest, ``2024-01`` a calendar month, ``#3`` the third of a
        series whose direction the data must show; None otherwise.
    unit
        A unit that the heading names or that this seller is known to use, or None.
    rank
        How well the heading names its field: 1 plainly; 0 better than plainly (``Interest Bearing UPB``); 2 and 3 stand
        back where a column of a lower rank has the field (``Note Rate`` beside ``Current Interest Rate``).
    """

    name: str
    month: str | None = None
    unit: str | None = None
    rank: int = 1


@dataclass(frozen=True)
class Alias:
    """A line of ``aliases.csv``.

    Parameters
    ----------
    words
        Of the heading, spelled out.
    is_hint
        The heading has more than one meaning.
    """

    heading: str
    words: tuple[str, ...]
    target: Target
    is_hint: bool = False


class Registry:
    """Headings and their targets."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self.aliases = tuple(aliases)
        self._targets = {"".join(one.words): one.target for one in self.aliases if not one.is_hint}

    def target(self, heading: str) -> Target | None:
        """Look a heading up, exactly but for its spelling; None where nobody is known to use it for one thing.

        A heading whose unit its field cannot have (``Ask (%)``) is not known.
        """
        words, unit = spelled_out(heading), unit_of(heading)
        found = self._targets.get("".join(words)) if words else None
        if found is None and len(words) > 1:
            words, bare = _without_bare_unit(words)
            found, unit = self._targets.get("".join(words)) if bare else None, unit or bare
        if found is None:
            return Target(PERSONAL) if is_personal(normalised(heading)) else None
        unit = unit or found.unit
        if unit is None:
            return found
        return replace(found, unit=unit) if can_have(found.name, unit) else None

    def unit(self, heading: str, target: str) -> str | None:
        """Give the unit that a heading names, where a target's column can be in it."""
        found = self.target(heading)
        unit = unit_of(heading) if found is None else found.unit
        return unit if unit is not None and can_have(target, unit) else None


@lru_cache
def registry() -> Registry:
    """Load ``aliases.csv`` (columns ``target,heading,source,unit,rank``) once; a field's own name is one of its headings."""
    own = [
        Alias(name, spelled_out(name), Target(name)) for name in (*(one.name for one in FIELDS), *sorted(SELLER_NAMES))
    ]
    with _FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Registry([*own, *map(_alias, rows)])


def _alias(row: dict[str, str]) -> Alias:
    is_hint = row["rank"] == HINT
    rank = 1 if is_hint or not row["rank"] else int(row["rank"])
    target = Target(row["target"], None, row["unit"] or None, rank)
    return Alias(row["heading"], spelled_out(row["heading"]), target, is_hint)


def _without_bare_unit(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    if words[-1] in _BARE_UNITS:
        return words[:-1], _BARE_UNITS[words[-1]]
    if words[0] in _BARE_UNITS:
        return words[1:], _BARE_UNITS[words[0]]
    return words, None


def can_have(target: str, unit: str) -> bool:
    """Tell whether the column of a target can be in a unit; of what is no field nothing is known."""
    if target not in FIELD_BY_NAME:
        return True
    one = FIELD_BY_NAME[target]
    if target == "month":  # of a payments file: text, and any date in it stands for its month
        return unit in _UNITS_OF[Kind.DATE]
    return unit in _TIMES.get(one.unit, _UNITS_OF.get(one.kind, frozenset()))


def unit_words() -> frozenset[str]:
    """Give every word that a mapping file may have under ``[units]``."""
    return frozenset().union(*_UNITS_OF.values(), *_TIMES.values())
