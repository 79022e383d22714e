"""Seven ways in which made borrowers pay, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import HISTORY_MONTHS
from notes.history import UNKNOWN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROCESSES = ("current", "rolling", "sporadic", "stopped", "resumed", "modified", "broken_plan")
"""Always pays; 30 to 60 behind and back; pays now and then; stopped some time ago; stopped, then pays again while
behind; modified and performing; a modification or plan that broke."""
MAX_STOPPED_MONTHS = 140
MIN_INSTALMENTS_DUE = 12
"""Younger notes are not made: each process needs room for what happens in it."""


@dataclass(frozen=True)
class Behaviour:
    """What governs each note's months: up to four spells of paying, and the month of a modification.

    Parameters
    ----------
    pays
        float64, shape (n_notes, 4), chance of a payment in a month of each spell.
    begins
        int64, shape (n_notes, 3), descending: the second, third and fourth spell hold in the months fewer than this many
        ago (the as-of month is 0 ago).  0: that spell never began.
    catches_up, pays_part
        Shape (n_notes,), chance that a payment brings one instalment more, or only part of one.
    modified_ago
        int64, shape (n_notes,), months ago of a modification; -1 never.
    behind_before, quiet_before
        int64, shape (n_notes,), months behind, and months without money, when the 60-month window opens.
    """

    pays: Floats
    begins: Ints
    catches_up: Floats
    pays_part: Floats
    modified_ago: Ints
    behind_before: Ints
    quiet_before: Ints


@dataclass(frozen=True)
class Ledger:
    """What came in over 60 months, in instalments, and where it left each note.

    Parameters
    ----------
    status
        int16, shape (n_notes, 60), months behind at month end; -1 before the first instalment fell due.
    received
        float64, the same shape, instalments received in the month; NaN before the first fell due.
    behind
        int64, shape (n_notes,), instalments due and unpaid; -1 is one paid ahead.
    suspense
        float64, shape (n_notes,), instalments held unapplied, in [0, 1).
    quiet_months
        int64, shape (n_notes,), months since money came in; 0 in the as-of month.
    last_received
        float64, shape (n_notes,), instalments received then; NaN when that was before the window.
    modified_ago
        int64, shape (n_notes,), months since a modification, -1 never.
    behind_when_modified
        int64, shape (n_notes,), months behind just before it, 0 without one.
    """

    status: NDArray[np.int16]
    received: Floats
    behind: Ints
    suspense: Floats
    quiet_months: Ints
    last_received: Floats
    modified_ago: Ints
    behind_when_modified: Ints


def draw_behaviour(process: Ints, instalments_due: Ints, rng: np.random.Generator) -> Behaviour:
    """Draw the spells of each note's process.

    Parameters
    ----------
    process
        int64, shape (n_notes,), position in :data:`PROCESSES`.
    instalments_due
        int64, shape (n_notes,), instalments fallen due since origination, at least 12.
    """
    n, room = len(process), instalments_due - 2
    is_current, rolling, sporadic, stopped, resumed, modified, broken = (process == i for i in range(len(PROCESSES)))
    workout = modified | broken
    stopped_for = np.clip(rng.lognormal(2.95, 1.05, n), 1, MAX_STOPPED_MONTHS).astype(np.int64)
    gap = np.clip(rng.lognormal(2.3, 0.65, n), 4, 48).astype(np.int64)
    again_for = np.minimum(np.where(resumed, rng.integers(3, 19, n), rng.integers(4, 56, n)), room - 4)
    broken_for = np.maximum(again_for - rng.integers(2, 11, n), 1)
    unsteady_for = rng.integers(6, 49, n)
    second = np.select([stopped, sporadic, resumed | workout], [stopped_for, unsteady_for, again_for + gap], 0)
    begins = np.stack(
        [np.minimum(second, room), np.where(resumed | workout, again_for, 0), np.where(broken, broken_for, 0)], axis=1
    )
    steady, trickles = rng.uniform(0.97, 1.0, n), rng.random(n) < 0.25
    first = np.where(rolling, rng.uniform(0.80, 0.95, n), steady)
    in_second = np.where(sporadic, rng.uniform(0.4, 0.92, n), np.where(trickles, 0.06, 0.0))
    quiet = np.where(sporadic, 0, np.maximum(begins[:, 0] - HISTORY_MONTHS, 0))
    return Behaviour(
        pays=np.stack([first, in_second, rng.uniform(0.93, 1.0, n), np.zeros(n)], axis=1),
        begins=begins,
        catches_up=np.select([is_current | workout, rolling, resumed], [0.8, 0.45, 0.05], 0.12),
        pays_part=np.select([rolling, sporadic, stopped & trickles], [0.04, 0.22, 0.5], 0.01),
        modified_ago=np.where(workout, again_for, -1),
        behind_before=quiet,
        quiet_before=quiet,
    )


def run_ledger(behaviour: Behaviour, instalments_due: Ints, rng: np.random.Generator) -> Ledger:
    """Run 60 months of instalments falling due and money coming in.

    A month in which an instalment fell due adds one to what is unpaid; whole instalments received take it away; the rest
    waits in suspense.  So a status rises by one a month at most.  A modification capitalises what is unpaid: the note is
    current again and nothing is in suspense.
    """
    n = len(instalments_due)
    status = np.full((n, HISTORY_MONTHS), UNKNOWN, dtype=np.int16)
    received = np.full((n, HISTORY_MONTHS), np.nan)
    behind, quiet = behaviour.behind_before.copy(), behaviour.quiet_before.copy()
    suspense, last = np.zeros(n), np.full(n, np.nan)
    before_modification = np.zeros(n, dtype=np.int64)
    for month in range(HISTORY_MONTHS):
        ago = HISTORY_MONTHS - 1 - month
        due = instalments_due > ago
        amount = np.where(due, _instalments(behaviour, behind, ago, rng), 0.0)
        held = suspense + amount
        credited = np.floor(held + 1e-9).astype(np.int64)
        suspense, behind = held - credited, behind + due - credited
        is_modified = behaviour.modified_ago == ago
        before_modification[is_modified] = np.maximum(behind[is_modified], 0)
        behind[is_modified], suspense[is_modified] = 0, 0.0
        quiet, last = np.where(amount > 0, 0, quiet + due), np.where(amount > 0, amount, last)
        status[:, month] = np.where(due, np.maximum(behind, 0), UNKNOWN)
        received[:, month] = np.where(due, amount, np.nan)
    return Ledger(
        status, received, behind, np.maximum(suspense, 0.0), quiet, last, behaviour.modified_ago, before_modification
    )


def _instalments(behaviour: Behaviour, behind: Ints, ago: int, rng: np.random.Generator) -> Floats:
    """Draw what comes in during one month, in instalments: 0, part of one, one, or one more while behind."""
    n = len(behind)
    rows = np.arange(n)
    spell = (behaviour.begins > ago).sum(axis=1)
    chance, kind = rng.random(n), rng.random(n)
    part = np.round(rng.uniform(0.2, 0.8, n), 2)
    # A borrower who is not behind sometimes pays one instalment ahead, and then owes nothing that month.
    one_more = np.where(behind > 0, kind < behaviour.catches_up, (behind == 0) & (kind < 0.01))
    whole = (behind >= 0).astype(np.float64) + one_more
    amount = np.where(kind > 1 - behaviour.pays_part, part, whole)
    return np.where(chance < behaviour.pays[rows, spell], amount, 0.0)
