"""Sellers whose outcomes end long before their notes do: of those notes it is not known what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.months import format_month, month_index
from notes.strata import STRATA, stratum_of
from training.snapshots import Snapshots
from training.weights import Floats, months_followed

Ints = NDArray[np.int64]
LEAST_EXPECTED, LEAST_GAP, MOST_CAME = 15.0, 2, 0.2
"""A seller of whose notes so many should have ended in so many last months and more, of whom under this share did."""
STRAYS = 0.02
"""Share of a seller's loans that ended which may have ended after the others stopped; one always may."""
TOGETHER = "all sellers together"
PRIOR_EVENTS = 5.0
"""How many outcomes' worth of say the pace of all has beside a seller's own."""
PRIOR_NOTES = 50.0
"""How many notes' worth of say the hazard of all has beside that of a stratum."""
LAST_AGES = 12
"""Ages in months whose pace holds for those that no note was seen at."""
_LONGEST = 1_200


@dataclass(frozen=True)
class Stopped:
    """A seller whose outcomes stop.

    Parameters
    ----------
    last, seen
        Months (numbered as :func:`notes.months.month_index`): of its last outcome but for strays, None where it has none;
        and through which its open notes were seen.
    expected
        Loans that should have ended in between, less those that did.
    """

    seller: str
    last: int | None
    seen: int
    expected: float

    def __str__(self) -> str:
        name = self.seller or "the notes without a seller"
        last = "no outcome" if self.last is None else f"last outcome {format_month(self.last)}"
        return (
            f"{name}: {last}, open notes seen through {format_month(self.seen)}, and some {self.expected:.0f} more "
            "should have ended in between"
        )


def stopped_sellers(snapshots: Snapshots) -> list[Stopped]:
    r"""Find the sellers of whose notes hardly any ended in their last months though many should have.

    Returns
    -------
    Those that lack most first.

    Notes
    -----
    With l the month of a seller's last outcome, expected after it are
    :math:`\sum_i w_i (1 - e^{H_s(\max(l, a_i) - a_i) - H_s(t_i - a_i)})` over its snapshots still there at l: w the weight,
    a the as-of month, t the month in which the note ended or was last seen, s its stratum (how its state forecloses and how
    far behind it is), H the cumulative hazard of ending by age (Nelson-Aalen) among the snapshots of all sellers, each up to
    its own seller's l; a stratum's is drawn towards that of all.  By age, since a fresh note never ends within its first
    months; past the oldest age that any note was seen at, as in the last :data:`LAST_AGES` before it.  Where a seller was
    slower than that up to l, it is held to its own pace.  Looked at with every outcome, and where that shows nothing
    with the last :data:`STRAYS` of the loans that ended aside.
    """
    names, seller = np.unique(snapshots.resolutions.tape.notes.text("seller").astype(str), return_inverse=True)
    return sorted(_stopped(snapshots, names.tolist(), seller), key=lambda one: -one.expected)


def stopped_file(snapshots: Snapshots) -> Stopped | None:
    """Look at the file as :func:`stopped_sellers` looks at a seller: of many small ones none may lack enough to tell."""
    found = _stopped(snapshots, [TOGETHER], np.zeros(len(snapshots), dtype=np.int64))
    return found[0] if found else None


def _stopped(snapshots: Snapshots, names: list[str], seller: Ints) -> list[Stopped]:
    found: dict[str, Stopped] = {}
    for strays in (0.0, STRAYS):
        seen = _Seen.of(snapshots, len(names), seller, strays)
        due, came = seen.after()
        gap = seen.through - seen.last
        for one in np.flatnonzero((due >= LEAST_EXPECTED) & (came <= MOST_CAME * due) & (gap >= LEAST_GAP)):
            last, lacking = int(seen.last[one]) if seen.any[one] else None, float(due[one] - came[one])
            found.setdefault(names[one], Stopped(names[one], last, int(seen.through[one]), lacking))
    return list(found.values())


def _last_of_loans(seller: Ints, loan: Ints, end: Ints, strays: float) -> tuple[Ints, Ints]:
    """Give the sellers with an outcome and the month of the last of each, strays aside where there are others.

    Counted are loans: one that strayed in is one, in however many snapshots.
    """
    order = np.lexsort((end, loan, seller))
    seller, loan, end = seller[order], loan[order], end[order]
    last_of_loan = np.append((seller[1:] != seller[:-1]) | (loan[1:] != loan[:-1]), True)[: len(end)]
    seller, end = seller[last_of_loan], end[last_of_loan]
    by_seller = end[np.lexsort((end, seller))]
    sellers, n = np.unique(seller, return_counts=True)
    aside = np.maximum(1, (strays * n).astype(np.int64)) if strays > 0 else np.zeros(len(n), dtype=np.int64)
    return sellers, by_seller[np.cumsum(n) - 1 - np.where(n > aside, aside, 0)]


@dataclass(frozen=True)
class _Seen:
    """What is seen of each snapshot: arrays of n, and of each seller."""

    weight: Floats
    start: Ints
    end: Ints
    ended: NDArray[np.bool_]
    seller: Ints
    stratum: Ints
    last: Ints
    any: NDArray[np.bool_]
    through: Ints

    @classmethod
    def of(cls, snapshots: Snapshots, n_sellers: int, seller: Ints, strays: float) -> _Seen:
        resolutions = snapshots.resolutions
        notes, ended = resolutions.tape.notes, ~resolutions.is_open
        start = notes.month("as_of_date").astype(np.int64)
        seen = start + months_followed(resolutions).astype(np.int64)
        day = np.where(ended, resolutions.resolution_date, resolutions.observed_through)
        end = np.maximum(np.where(ended, month_index(day), seen).astype(np.int64), start)
        last, through = np.full(n_sellers, start.max()), np.full(n_sellers, -1)
        np.minimum.at(last, seller, start)  # without an outcome a seller's notes show no age at which none came
        np.maximum.at(through, seller, np.where(ended, -1, seen))
        with_end, months = _last_of_loans(seller[ended], snapshots.loan[ended], end[ended], strays)
        last[with_end] = months
        any_ended = np.bincount(seller, ended, n_sellers) > 0
        stratum = stratum_of(resolutions.tape).astype(np.int64)
        return cls(snapshots.weight, start, end, ended, seller, stratum, last, any_ended, through)

    def after(self) -> tuple[Floats, Floats]:
        """Give how many of each seller's loans should have ended after its last outcome, and how many did."""
        last = self.last[self.seller]
        before = self.ended & (self.end <= last) & self.any[self.seller]
        shown = np.clip(np.minimum(self.end, last) - self.start, 0, None)
        hazard = self._hazard(shown, before)
        there = ~before & (self.end > last)
        rise = hazard[self.stratum, self.end - self.start] - hazard[self.stratum, shown]
        n = len(self.last)
        due = np.bincount(self.seller, self.weight * np.where(there, -np.expm1(-rise), 0.0), n)
        came = np.bincount(self.seller, self.weight * before, n) + PRIOR_EVENTS
        usual = np.bincount(self.seller, self.weight * hazard[self.stratum, shown], n) + PRIOR_EVENTS
        strays = np.bincount(self.seller, self.weight * (self.ended & there), n)
        pace = np.minimum(1.0, came / usual)
        return np.asarray(due * pace, dtype=np.float64), np.asarray(strays, dtype=np.float64)

    def _hazard(self, months: Ints, ended: NDArray[np.bool_]) -> Floats:
        """Give H of each stratum at every age in months, shape (n_strata, longest + 1)."""
        shape = (len(STRATA), _LONGEST + 1)
        at = self.stratum * shape[1] + months
        came, left = (
            np.bincount(at, mass, shape[0] * shape[1]).reshape(shape) for mass in (self.weight * ended, self.weight)
        )
        at_risk = left[:, ::-1].cumsum(axis=1)[:, ::-1]
        all_at_risk = at_risk.sum(axis=0)
        of_all = np.divide(came.sum(axis=0), all_at_risk, out=np.zeros(shape[1]), where=all_at_risk > 0)
        oldest = int(np.flatnonzero(all_at_risk)[-1])
        last_ages = slice(max(0, oldest + 1 - LAST_AGES), oldest + 1)
        of_all[oldest + 1 :] = came[:, last_ages].sum() / all_at_risk[last_ages].sum()
        hazard: Floats = ((came + PRIOR_NOTES * of_all) / (at_risk + PRIOR_NOTES)).cumsum(axis=1)
        return hazard
