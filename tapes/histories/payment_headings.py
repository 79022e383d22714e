"""What the columns of a payments file are called, which mean other things on a tape: ``payment_headings.csv``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tapes.headings.normalise import normalised
from tapes.headings.registry import IGNORED

_FILE = Path(__file__).with_name("payment_headings.csv")
_DATED = "month", "payment_date"
_AMOUNT = "amount_received"


def payment_targets(headings: Sequence[str]) -> dict[str, str]:
    """Give the field of each heading that a payments file is known to use and the contract has no name for.

    Of several headings for one field the first of the list is taken, since a ledger has several dates and amounts: when a
    payment took effect goes before when it was posted.  A file that has the contract's name for a field needs no other.
    """
    names = {one.strip().lower() for one in headings}
    taken: set[str] = names & {"amount_received", "months_delinquent", "transaction_type"}
    taken |= set(_DATED) if names & set(_DATED) else set()
    best: dict[str, tuple[int, str]] = {}
    found: dict[str, str] = {}
    for heading in headings:
        rank, target = _known().get(normalised(heading), (0, ""))
        if not target or heading.strip().lower() == target:
            continue
        found[heading] = IGNORED
        if target != IGNORED and target not in taken and (target not in best or rank < best[target][0]):
            best[target] = rank, heading
    if len(best.keys() & set(_DATED)) == 2:
        del best["month"]
    return found | {heading: target for target, (_, heading) in best.items()}


def other_amounts(headings: Sequence[str]) -> tuple[str, ...]:
    """Give the headings that may be of what was received beside the one that is taken."""
    targets = payment_targets(headings)
    taken = {heading for heading, target in targets.items() if target == _AMOUNT}
    return tuple(one for one in targets if one not in taken and _known()[normalised(one)][1] == _AMOUNT)


@lru_cache
def _known() -> dict[str, tuple[int, str]]:
    with _FILE.open(newline="", encoding="utf-8") as file:
        return {normalised(row["heading"]): (i, row["target"]) for i, row in enumerate(csv.DictReader(file))}
