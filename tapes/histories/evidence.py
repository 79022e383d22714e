"""What speaks for a way of reading a history: months cannot be skipped, and the newest month must fit the due date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.delinquency import months_behind_on
from notes.months import Days, add_months, month_end, whole_months_between
from tapes.findings import Mask
from tapes.histories.alphabets import FLOOR, FORECLOSURE, Alphabet
from tapes.histories.months import Codes

MBA, OTS = "mba", "ots"
FORECLOSED_FROM = 2
"""Months behind from which a newest month in foreclosure is believed."""
_NEAR_ZERO = 0.02
"""Rises that skip a month in a right reading: a cheque returned, a corrected record."""
_NINE, _LOWEST_TOP, _SEVERAL, _MANY, _HARDLY = 9, 2, 2, 10, 0.01
_MOST_SKIPS = 0.1
_ENOUGH = 5
"""Notes from which disagreement with the due dates counts against a reading that has no rival."""
_FAR = 3
"""Months from which one note's disagreement is no accident."""
_TIMES = 5
"""How much better a reading must be than another one to exclude it."""


@dataclass(frozen=True)
class ByDueDate:
    """How far behind each note is on its as-of date by its due date, both ways of counting.

    Parameters
    ----------
    mba, ots
        float64, shape (n_notes,), whole months >= 0, NaN without a due date.  By OTS an instalment is a month behind
        when nothing came by the end of the day on which the next one falls due: a day later than by MBA.
    mba_before, ots_before
        The same at the last month's end, which on an as-of date within a month the newest month may mean.
    lag
        int16, shape (n_notes,): months that OTS shows fewer than MBA at the end of a month: 1 for a note that is due on
        the first (taken for due on the first where the due date is unknown), else 0.
    """

    mba: NDArray[np.float64]
    ots: NDArray[np.float64]
    mba_before: NDArray[np.float64]
    ots_before: NDArray[np.float64]
    lag: NDArray[np.int16]

    @classmethod
    def of(cls, due: Days, as_of: Days) -> ByDueDate:
        """Count from due and as-of dates.

        Examples
        --------
        >>> days = np.array(["2005-04-01", "2005-04-30"], dtype="datetime64[D]")
        >>> found = ByDueDate.of(days[:1], days[1:])
        >>> found.mba, found.ots, found.lag
        (array([1.]), array([0.]), array([1], dtype=int16))
        """
        days = due.astype("datetime64[D]")
        first = days == days.astype("datetime64[M]").astype("datetime64[D]")
        ends = month_end(as_of)
        mba, ots = months_behind_on(days, as_of), np.maximum(whole_months_between(days, as_of), 0.0)
        mba_before, ots_before = mba, ots
        if (as_of != ends).any():
            before = np.where(as_of == ends, as_of, month_end(add_months(as_of, -1)))
            mba_before = months_behind_on(days, before)
            ots_before = np.maximum(whole_months_between(days, before), 0.0)
        return cls(mba, ots, mba_before, ots_before, (first | np.isnat(days)).astype(np.int16))


@dataclass(frozen=True)
class Evidence:
    """One reading of a column and what the file says of it.

    Parameters
    ----------
    newest
        Where the newest month stands: ``left`` or ``right``.
    foreign, written
        Months that the alphabet cannot read, and months in which something stands.
    rises, skips
        Steps to more months behind, and those of more than one month, which nobody can make.
    apart
        float64, shape (n_notes,): months between the newest month and the due date, by the better way of counting; NaN
        where one of them is unknown.
    """

    alphabet: Alphabet
    newest: str
    foreign: int
    written: int
    rises: int
    skips: int
    apart: NDArray[np.float64]

    @property
    def compared(self) -> Mask:
        """Where newest month and due date are both known, bool, shape (n_notes,)."""
        known: Mask = ~np.isnan(self.apart)
        return known

    @property
    def agrees(self) -> Mask:
        """Where they agree, bool, shape (n_notes,)."""
        agrees: Mask = self.apart == 0
        return agrees

    @property
    def believable(self) -> bool:
        """Whether a reading may stand, be it the only one: a tenth of its rises at most skip, half its due dates agree."""
        n, agree = int(self.compared.sum()), int(self.agrees.sum())
        skips = self.skips >= 2 and self.skip_share > _MOST_SKIPS
        return not skips and not (n - agree >= _ENOUGH and 2 * agree < n)

    @property
    def skip_share(self) -> float:
        """Share of the rises that skip a month; 0 without a rise."""
        return self.skips / self.rises if self.rises else 0.0

    @property
    def name(self) -> str:
        """The reading in words."""
        return f"{self.alphabet.says}, newest {self.newest}"

    def excludes(self, other: Evidence, rows: int = 2) -> bool:
        """Tell whether the file speaks for this reading and against another one clearly.

        By rises: the other skips months, this one hardly does and had the chance to (five skips were to be expected of
        it by the other's share).  By due dates: on enough notes this one agrees and the other does not, and hardly the
        other way round; one note is enough where the other is three months off and this one agrees throughout.

        Parameters
        ----------
        rows
            Notes that it takes.
        """
        chance = self.rises * other.skip_share
        clean = self.skip_share <= _NEAR_ZERO and _TIMES * self.skip_share <= other.skip_share
        by_rises = other.skips >= 2 and clean and chance >= _TIMES
        both = self.compared & other.compared
        only = both & self.agrees & ~other.agrees
        mine, agree, n = int(only.sum()), int((both & self.agrees).sum()), int(both.sum())
        theirs = int((both & other.agrees & ~self.agrees).sum())
        several = mine >= rows and _TIMES * theirs <= mine and 10 * agree >= 7 * n
        far = rows <= 2 and mine >= 1 and agree == n and bool((other.apart[only] >= _FAR).any())
        return by_rises or several or far

    def told(self) -> str:
        """Say the counts in a few words."""
        parts = [f"{self.skips:,} of {self.rises:,} rises skip a month"] if self.rises else ["nothing rises"]
        n = int(self.compared.sum())
        if n:
            parts.append(f"{int(self.agrees.sum()):,} of {n:,} newest months agree with the due date")
        if self.foreign:
            parts.append(f"{self.foreign:,} of {self.written:,} months are not of the alphabet")
        return "; ".join(parts)


def months_of(codes: Codes) -> Codes:
    """Give months behind where a code is a number or "so many or more"; other codes stay negative."""
    return np.where(codes >= FLOOR, codes - np.int16(FLOOR), codes)


def count_rises(codes: Codes) -> tuple[int, int]:
    """Count the steps upward between months that are both known, and those of more than one month.

    A note that is current in one month and in foreclosure the next has skipped months too.
    """
    months = months_of(codes)
    before, after = months[:, :-1], months[:, 1:]
    step = after - before
    known = before >= 0
    up = known & (step > 0)
    skipped = up & (step > 1)
    into_foreclosure = (before == 0) & (after == FORECLOSURE)
    n_into = int(np.count_nonzero(into_foreclosure))
    return int(np.count_nonzero(up)) + n_into, int(np.count_nonzero(skipped)) + n_into


def top_is_a_floor(codes: Codes, by_due: ByDueDate) -> int | None:
    """Find out whether the highest number of a column stands for that or more, as in grids that end at 4 or 6.

    It does where notes that show it newest are deeper behind by their due dates, by two months or more, since by OTS one
    month means nothing.  Where due dates do not tell, it does where ten notes or more stay at it and none goes further,
    though so many did from lower numbers that the odds are under 1 in 100.

    Returns
    -------
    The number, or None where it means itself.
    """
    numbers = codes[(codes >= 0) & (codes < FLOOR)]
    top = int(numbers.max(initial=0))
    if not _LOWEST_TOP <= top < _NINE or (codes >= FLOOR).any():
        return None
    newest = codes[:, -1] == top
    deeper = int((newest & (by_due.mba > top + 1)).sum())
    exact = int((newest & ((by_due.mba == top) | (by_due.mba == top + 1))).sum())
    if max(deeper, exact) >= _SEVERAL:
        return top if deeper > exact else None
    before, after = codes[:, :-1], codes[:, 1:]
    stays = int(np.count_nonzero(((before == top) & (after == top)).any(axis=1)))
    lower = (before > 0) & (before < top)
    up, level = int(np.count_nonzero(lower & (after == before + 1))), int(np.count_nonzero(lower & (after == before)))
    further = up / (up + level) if up + level else 0.0
    return top if stays >= _MANY and (1.0 - further) ** stays < _HARDLY else None


def apart_from_due(codes: Codes, by_due: ByDueDate, ots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the months between the newest month and what the due date says.

    Parameters
    ----------
    ots
        float64, shape (n_notes,): 1 where months are known to be counted by OTS, 0 by MBA, NaN where nobody said; there
        the way that agrees more often over the column is taken.

    Returns
    -------
    float64, shape (n_notes,), whole months; NaN where one is unknown.
    """
    newest = codes[:, -1]
    unsaid = np.isnan(ots)
    by_mba, by_ots = _apart(newest, by_due.mba), _apart(newest, by_due.ots)
    if by_due.mba_before is not by_due.mba:
        by_mba = np.fmin(by_mba, _apart(newest, by_due.mba_before))
        by_ots = np.fmin(by_ots, _apart(newest, by_due.ots_before))
    better = (unsaid & (by_ots == 0)).sum() > (unsaid & (by_mba == 0)).sum()
    apart: NDArray[np.float64] = np.where(np.where(unsaid, better, ots == 1), by_ots, by_mba)
    return apart


def _apart(newest: NDArray[np.int16], months: NDArray[np.float64]) -> NDArray[np.float64]:
    value = months_of(newest).astype(np.float64)
    apart = np.where(newest >= FLOOR, np.maximum(value - months, 0.0), np.abs(value - months))
    in_foreclosure = np.maximum(FORECLOSED_FROM - months, 0.0)
    return np.where(newest >= 0, apart, np.where(newest == FORECLOSURE, in_foreclosure, np.nan))
