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
"""Share of a seller's outcomes that may come after the others have stopped; one always may."""
PRIOR_EVENTS = 5.0
"""How many outcomes' worth of say the pace of all has beside a seller's own."""
PRIOR_NOTES = 50.0
"""How many notes' worth of say the hazard of all has beside that of a stratum."""
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
    With l the month of a seller's last outcome, the last :data:`STRAYS` of them aside, expected after it are
    :math:`\sum_i w_i (1 - e^{H_s(\max(l, a_i) - a_i) - H_s(t_i - a_i)})` over its snapshots still there at l: w the weight,
    a the as-of month, t the month in which the note ended or was last seen, s its stratum (how its state forecloses and how
    far behind it is), H the cumulative hazard of ending by age (Nelson-Aalen) among the snapshots of all sellers, each up to
    its own seller's l; a stratum's is drawn towards that of all.  By age, since a fresh note never ends within its first
    months.  Where a seller was slower than that up to l, it is held to its own pace.
    """
    seen = _Seen.of(snapshots)
    due, came = seen.after()
    found = []
    for one, name in enumerate(seen.names):
        lacking = float(due[one] - came[one])
        if (
            due[one] < LEAST_EXPECTED
            or came[one] > MOST_CAME * due[one]
            or seen.through[one] - seen.last[one] < LEAST_GAP
        ):
            continue
        found.append(Stopped(name, int(seen.last[one]) if seen.any[one] else None, int(seen.through[one]), lacking))
    return sorted(found, key=lambda one: -one.expected)


def _last_but_strays(seller: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Give the sellers with an outcome and the month of the last of each, strays aside where there are others."""
    by_seller = end[np.lexsort((end, seller))]
    sellers, n = np.unique(seller, return_counts=True)
    strays = np.maximum(1, (STRAYS * n).astype(np.int64))
    return sellers, by_seller[np.cumsum(n) - 1 - np.where(n > strays, strays, 0)]


@dataclass(frozen=True)
class _Seen:
    """What is seen of each snapshot: arrays of n, and of each seller."""

    weight: Floats
    start: Ints
    end: Ints
    ended: NDArray[np.bool_]
    seller: Ints
    stratum: Ints
    names: list[str]
    last: Ints
    any: NDArray[np.bool_]
    through: Ints

    @classmethod
    def of(cls, snapshots: Snapshots) -> _Seen:
        resolutions = snapshots.resolutions
        notes, ended = resolutions.tape.notes, ~resolutions.is_open
        start = notes.month("as_of_date").astype(np.int64)
        seen = start + months_followed(resolutions).astype(np.int64)
        day = np.where(ended, resolutions.resolution_date, resolutions.observed_through)
        end = np.maximum(np.where(ended, month_index(day), seen).astype(np.int64), start)
        names, seller = np.unique(notes.text("seller").astype(str), return_inverse=True)
        last, through = np.full(len(names), start.max()), np.full(len(names), -1)
        np.minimum.at(last, seller, start)  # without an outcome a seller's notes show no age at which none came
        np.maximum.at(through, seller, np.where(ended, -1, seen))
        with_end, months = _last_but_strays(seller[ended], end[ended])
        last[with_end] = months
        any_ended = np.bincount(seller, ended, len(names)) > 0
        stratum = stratum_of(resolutions.tape).astype(np.int64)
        return cls(snapshots.weight, start, end, ended, seller, stratum, names.tolist(), last, any_ended, through)

    def after(self) -> tuple[Floats, Floats]:
        """Give how many of each seller's loans should have ended after its last outcome, and how many did."""
        last = self.last[self.seller]
        before = self.ended & (self.end <= last) & self.any[self.seller]
        shown = np.clip(np.minimum(self.end, last) - self.start, 0, None)
        hazard = self._hazard(shown, before)
        there = ~before & (self.end > last)
        rise = hazard[self.stratum, self.end - self.start] - hazard[self.stratum, shown]
        n = len(self.names)
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
        hazard: Floats = ((came + PRIOR_NOTES * of_all) / (at_risk + PRIOR_NOTES)).cumsum(axis=1)
        return hazard
