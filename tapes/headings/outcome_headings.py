"""What desks call the columns that say what became of a note: read in a file of resolutions only, never on a tape."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tapes.fields import RESOLUTION_FIELDS
from tapes.headings.normalise import normalised, spelled_out
from tapes.headings.registry import NO_FIELDS, registry

_FILE = Path(__file__).with_name("outcome_headings.csv")
_OWN = {normalised(one.name): one.name for one in RESOLUTION_FIELDS}


def outcome_headings(headings: Sequence[str]) -> dict[str, str]:
    """Give the headings of a file that name a field of resolutions, each field once.

    A heading of a weaker rank (``Disposition``) stands back where one of a stronger rank has the field.  Of two alike none
    is taken: a person says which it is.  A field whose own name is among the headings has it already, and a heading that
    names a field of a tape stays that.

    Examples
    --------
    >>> outcome_headings(["Loan No", "Final Disposition", "Disposition Date", "Disposition"])
    {'Final Disposition': 'outcome', 'Disposition Date': 'resolution_date'}
    >>> outcome_headings(["Exit Date", "Liquidation Date", "outcome", "Exit Type"])
    {}
    """
    has = {_OWN[key] for one in headings if (key := normalised(one)) in _OWN}
    by_field: dict[str, list[tuple[int, str]]] = {}
    for heading in headings:
        found, of_tape = _known().get("".join(spelled_out(heading))), registry().target(heading)
        if of_tape is not None and of_tape.name not in NO_FIELDS:
            continue
        if found is not None and found[0] not in has:
            by_field.setdefault(found[0], []).append((found[1], heading))
    meant = {}
    for name, candidates in by_field.items():
        best = min(rank for rank, _ in candidates)
        headings_of_rank = [heading for rank, heading in candidates if rank == best]
        if len(headings_of_rank) == 1:
            meant[headings_of_rank[0]] = name
    return meant


def known_for(headings: Sequence[str], fields: Sequence[str]) -> list[tuple[str, str]]:
    """Give the headings that are known for one of some fields of resolutions, heading and field, strongest ranks first."""
    found = [(*_known()[key], one) for one in headings if (key := "".join(spelled_out(one))) in _known()]
    return [(heading, name) for name, _, heading in sorted(found, key=lambda one: one[1]) if name in fields]


@lru_cache
def _known() -> dict[str, tuple[str, int]]:
    """Load ``outcome_headings.csv`` once: words of a heading to field and rank; it has a source for each."""
    found: dict[str, tuple[str, int]] = {}
    with _FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for heading in row["headings"].split("|"):
                key, named = "".join(spelled_out(heading)), (row["field"], int(row["rank"]))
                known = found.setdefault(key, named)
                assert known == named, f"{heading!r} stands for two things"
    return found
