"""Strata in which notes are followed and timed: how the state forecloses, and how far behind the note is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notes.delinquency import months_delinquent
from notes.states import fact
from notes.tape import Tape

METHODS = ("judicial", "non-judicial", "method unknown")
BEHIND = ("0-2 behind", "3-11 behind", "12+ behind", "behind unknown")
_FIRST_MONTHS = (0.0, 3.0, 12.0)

STRATA: tuple[str, ...] = tuple(f"{method}, {behind}" for method in METHODS for behind in BEHIND)
"""Every stratum's name; a note's is known on its ``as_of_date``, so the same words serve training and scoring."""


def method_of(tape: Tape) -> NDArray[np.int64]:
    """Give the position in :data:`METHODS` of each note's state, shape (n_notes,)."""
    judicial = fact("judicial", tape.notes.text("property_state"))
    return np.select([judicial == 1, judicial == 0], [0, 1], 2).astype(np.int64)


def behind_of(tape: Tape) -> NDArray[np.int64]:
    """Give the position in :data:`BEHIND` of each note, shape (n_notes,)."""
    behind = months_delinquent(tape)
    known = ~np.isnan(behind)
    band = np.searchsorted(_FIRST_MONTHS, np.where(known, behind, 0.0), side="right") - 1
    return np.where(known, band, len(BEHIND) - 1).astype(np.int64)


def stratum_of(tape: Tape) -> NDArray[np.int64]:
    """Give the position in :data:`STRATA` of each note, shape (n_notes,)."""
    return method_of(tape) * len(BEHIND) + behind_of(tape)


def in_strata(tape: Tape, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which notes are in one of the named strata, shape (n_notes,): say those flagged ``SHORT_HISTORY``.

    Raises
    ------
    ValueError
        A name is not a stratum's.
    """
    unknown = sorted(set(names) - set(STRATA))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a stratum; known are {'; '.join(STRATA)}")
    chosen: NDArray[np.bool_] = np.isin(stratum_of(tape), [STRATA.index(name) for name in names])
    return chosen
