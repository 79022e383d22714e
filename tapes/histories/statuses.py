"""From a month's codes to months behind: foreclosure, "or more", and sixty months a note."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import HISTORY_MONTHS
from notes.history import FORECLOSURE_FLOOR, UNKNOWN
from tapes.findings import Mask
from tapes.histories.alphabets import FLOOR, FORECLOSURE, OWNED, PAID_OFF
from tapes.histories.evidence import months_of
from tapes.histories.months import Codes

_NINE = FLOOR + 9


@dataclass(frozen=True)
class Statuses:
    """What a source says of the months of each note.

    Parameters
    ----------
    months
        int16, shape (n_notes, 60): as :attr:`notes.PaymentHistory.months_delinquent`.
    stated
        The same without what is implied: months in foreclosure are unknown.
    ended
        bool, shape (n_notes,): the newest month says that the property is taken or the debt repaid.
    at_least
        int16, shape (n_notes,): a newest month that is known as "so many or more", or as in foreclosure with nothing
        before it, else -1.
    """

    months: Codes
    stated: Codes
    ended: Mask
    at_least: NDArray[np.int16]

    @classmethod
    def unknown(cls, n_notes: int) -> Statuses:
        """Build what nobody has said anything about."""
        nothing = np.full((n_notes, HISTORY_MONTHS), UNKNOWN, dtype=np.int16)
        return cls(nothing, nothing, np.zeros(n_notes, dtype=bool), np.full(n_notes, UNKNOWN, dtype=np.int16))


def settle_months(codes: Codes, behind: NDArray[np.float64]) -> Statuses:
    """Turn codes, newest last and counted by MBA, into months behind.

    A month in foreclosure is one more than the month before it, and at least 4.  Nine or more stays 9, as in the
    canonical pay string.  Any other "k or more" is k in the month after k - 1, since nobody falls back by two; in a run
    up to the newest month that began so, it climbs by one a month where that ends at what the due date says; elsewhere it
    is unknown, for a run of k would read as an instalment a month.  A newest "k or more" of a note without a due date is
    k.

    Parameters
    ----------
    behind
        float64, shape (n_notes,): months behind on the as-of date by the due date, NaN without one.
    """
    newest = codes[:, -1]
    lowest = np.where((newest >= FLOOR) & (newest != _NINE), newest - np.int16(FLOOR), np.int16(UNKNOWN))
    months = _foreclosed(codes)
    in_foreclosure = codes == FORECLOSURE
    bare = _bare_foreclosure(codes) & np.isnan(behind)
    lowest = np.where(bare, months[:, -1], lowest).astype(np.int16)
    implies = bool(in_foreclosure.any())
    stated = np.where(in_foreclosure, np.int16(UNKNOWN), months) if implies else months
    floors = (codes >= FLOOR) & (codes != _NINE)
    if floors.any():
        settled = _climb(codes, floors, behind)
        months = np.where(floors, settled, months)
        stated = np.where(floors, settled, stated)
        implies = True
        months[:, -1] = np.where((lowest >= 0) & np.isnan(behind), lowest, months[:, -1])
    ended = (newest == OWNED) | (newest == PAID_OFF)
    sixty = last_sixty(months)
    return Statuses(sixty, last_sixty(stated) if implies else sixty, ended, lowest)


def last_sixty(months: Codes) -> Codes:
    """Cut or fill to sixty months, unknown where there is none."""
    wide = months.shape[1]
    if wide >= HISTORY_MONTHS:
        return np.ascontiguousarray(months[:, -HISTORY_MONTHS:])
    full = np.full((len(months), HISTORY_MONTHS), UNKNOWN, dtype=np.int16)
    full[:, HISTORY_MONTHS - wide :] = months
    return full


def _foreclosed(codes: Codes) -> Codes:
    """Give months behind, those in foreclosure from the month before; whatever is no number is unknown."""
    in_foreclosure = codes == FORECLOSURE
    months = np.maximum(months_of(codes), np.int16(UNKNOWN))
    rows = np.flatnonzero(in_foreclosure.any(axis=1))
    some, where = months[rows], in_foreclosure[rows]
    for i in range(some.shape[1] if len(rows) else 0):
        before = some[:, i - 1] if i else np.full(len(rows), UNKNOWN, dtype=np.int16)
        some[:, i] = np.where(where[:, i], np.maximum(before + 1, FORECLOSURE_FLOOR), some[:, i])
    months[rows] = some
    return months


def _bare_foreclosure(codes: Codes) -> Mask:
    """Tell notes in foreclosure now of which no month before it says how far behind they were: then it is the least."""
    in_foreclosure = codes == FORECLOSURE
    bare: Mask = in_foreclosure[:, -1] & ~(codes >= 0).any(axis=1)
    return bare


def _climb(codes: Codes, floors: Mask, behind: NDArray[np.float64]) -> Codes:
    """Settle the months of "k or more", unknown where they stay so."""
    least = np.where(floors, codes - np.int16(FLOOR), np.int16(UNKNOWN))
    exact = np.zeros_like(floors)
    exact[:, 1:] = floors[:, 1:] & (codes[:, :-1] == least[:, 1:] - 1)
    settled = np.where(exact, least, np.int16(UNKNOWN))
    width = codes.shape[1]
    run = np.logical_and.accumulate(floors[:, ::-1], axis=1).sum(axis=1)
    start = np.minimum(width - run, width - 1)
    row = np.arange(len(codes))
    first = least[row, start]
    forced = (run > 0) & exact[row, start] & (first + run - 1 == behind)
    months = first[:, None] + np.arange(width, dtype=np.int16) - start[:, None].astype(np.int16)
    inside = forced[:, None] & (np.arange(width) >= start[:, None])
    return np.where(inside, months, settled).astype(np.int16)
