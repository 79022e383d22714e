"""By which method months are counted, MBA or OTS, and the one brought to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tapes.findings import Mask
from tapes.histories.alphabets import FLOOR
from tapes.histories.evidence import ByDueDate, months_of
from tapes.histories.months import Codes

_PROOF = 3
"""Notes that it takes to prove a method from the due dates."""
_TIMES = 5


@dataclass(frozen=True)
class Method:
    """How a column's months are counted.

    Parameters
    ----------
    ots
        bool, shape (n_notes,): by OTS, else by MBA.
    known
        bool, shape (n_notes,): somebody said so, or the due dates prove it.
    told
        The same for a person.
    """

    ots: Mask
    known: Mask
    told: str


def settle_method(codes: Codes, by_due: ByDueDate, said: NDArray[np.float64]) -> Method:
    """Take the method that was said; else the one that the newest months prove; else MBA, as not known.

    Newest months prove a method where the two differ by the due date at the last month's end: OTS on at least three
    notes, and each where five times as many agree with it as with the other.

    Parameters
    ----------
    codes
        Newest month last.
    said
        As ``ots`` of :func:`tapes.histories.evidence.apart_from_due`.
    """
    newest = codes[:, -1]
    value = months_of(newest)
    differ = (by_due.mba != by_due.ots_before) & (by_due.mba_before != by_due.ots_before) & ~np.isnan(by_due.mba)
    telling = np.isnan(said) & (newest >= 0) & (newest < FLOOR) & differ
    by_mba = int((telling & ((value == by_due.mba) | (value == by_due.mba_before))).sum())
    by_ots = int((telling & (value == by_due.ots_before)).sum())
    unsaid = np.isnan(said)
    if not unsaid.any():
        return Method(said == 1, np.ones(len(said), dtype=bool), "")
    if by_ots >= _PROOF and by_ots >= _TIMES * by_mba:
        told = f"counted by OTS: {by_ots:,} of {int(telling.sum()):,} newest months are one below the due date's"
        return Method(unsaid | (said == 1), np.ones(len(said), dtype=bool), told)
    proven = by_mba >= 1 and by_mba >= _TIMES * by_ots
    return Method(said == 1, ~unsaid | proven, "" if proven else "taken for MBA")


def to_mba(codes: Codes, ots: Mask, by_due: ByDueDate) -> tuple[Codes, Mask]:
    """Bring months counted by OTS to the MBA method.

    Where OTS runs a month late (see :class:`ByDueDate`), 1 or more becomes one more.  A 0 may be 0 or 1 by MBA: it is 1
    where the next month has 1 or more, since a note goes back by one a month.  The newest month is taken from the due
    date; in a run of zeros up to it the zeros are unknown where the note is behind by its due date or has none.  Other
    zeros count as 0: a borrower who is always a month late cannot be told from one who never is.

    Returns
    -------
    codes
    doubtful
        bool, shape (n_notes,): notes with zeros that may stand for a month.
    """
    late = (ots & (by_due.lag == 1))[:, None]
    if not late.any():
        return codes, np.zeros(len(codes), dtype=bool)
    zero = codes == 0
    followed = np.zeros_like(zero)
    followed[:, :-1] = months_of(codes[:, 1:]) >= 1
    moved = np.where(codes > 0, codes + 1, np.where(zero & followed, 1, codes))
    # A floor of nine is the last one that the history can hold as one.
    moved = np.where(codes == FLOOR + 9, codes, moved)
    to_the_end = np.logical_and.accumulate(zero[:, ::-1], axis=1)[:, ::-1]
    moved = np.where(to_the_end & (by_due.mba != 0)[:, None], -1, moved)
    newest = codes[:, -1]
    as_dated = (months_of(newest) == by_due.ots) | (months_of(newest) == by_due.ots_before)
    plain = (newest >= 0) & (newest < FLOOR) & as_dated
    moved[:, -1] = np.where(plain, np.nan_to_num(by_due.mba, nan=-1.0), moved[:, -1])
    moved = np.where(late, moved, codes).astype(np.int16)
    return moved, late[:, 0] & ((moved == 0) & zero).any(axis=1)
