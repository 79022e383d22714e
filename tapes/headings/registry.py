"""What sellers and servicers call things, as data: ``aliases.csv``, with a source a line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tapes.headings.normalise import normalised

_FILE = Path(__file__).with_name("aliases.csv")

PERSONAL, OUTCOME, IGNORED = "personal", "outcome", "ignored"
"""Targets that are no field: dropped on reading; known only after the fact, never read on a tape; known and not needed."""
STATUS_MONTH, RECEIPTS_MONTH = "status_month", "receipts_month"
"""Targets of which a file has a column a month."""


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
    """

    name: str
    month: str | None = None
    unit: str | None = None


class Registry:
    """Headings and their targets."""

    def __init__(self, targets: dict[str, Target]) -> None:
        self._targets = targets

    def target(self, heading: str) -> Target | None:
        """Look a heading up, exactly but for its spelling; None where nobody is known to use it."""
        return self._targets.get(normalised(heading))


@lru_cache
def registry() -> Registry:
    """Load ``aliases.csv`` (columns ``target,heading,source,unit``) once."""
    with _FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Registry({normalised(row["heading"]): Target(row["target"], None, row["unit"] or None) for row in rows})
