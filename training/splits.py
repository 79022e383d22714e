"""Parting the snapshots in time: fitted on the oldest, calibrated on the next, judged on the latest.

A model is used on notes that come after those it learned from, so it is judged on later ones too.  A snapshot's outcome
takes up to the horizon to show, so fitting on snapshots of the months just before the test would let the test's own times
into the fit: between them lies an embargo, one horizon long where the history allows it.  Snapshots too young for their
outcome to have shown are not judged, since only their fast outcomes are there; they join the final fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES
from notes.counts import count_of
from notes.months import format_month
from training.config import SplitSettings
from training.snapshots import Snapshots, loan_order
from training.weights import Floats, Labels, followed_by_seller, kaplan_meier

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
MIN_FITTED = 5
"""Resolved snapshots of each outcome without which a fit cannot be cross-validated."""
MIN_JUDGED = 50
"""Resolved snapshots that calibration and test each need before a split in time is worth having."""


@dataclass(frozen=True)
class NoPart:
    """Resolved snapshots in no part, by the reason.

    Parameters
    ----------
    embargo
        Of the months between calibration and test.
    young
        Of the test's months or later, but followed for too short a time for their outcome to have shown.
    other_side
        Of a loan that has snapshots on both sides of a cut and is used on the other.
    mature_months
        Months that an outcome needs to show.
    """

    embargo: int = 0
    young: int = 0
    other_side: int = 0
    mature_months: int = 0


@dataclass(frozen=True)
class Split:
    """Three disjoint sets of rows, no loan in two of them.

    Parameters
    ----------
    fit, calibrate, test
        Positions of rows, ascending.
    out_of_time
        False: no cut in time left enough in each part, so loans were parted by chance.
    embargo_months
        Months left out between calibration and test.
    judged_months
        Horizon of the labels to judge on: the longest that a test note was followed, at most the horizon.  Candidate and
        test are then labelled alike, and outcomes that the test cannot show are not held against the candidate.
    factor
        float64, shape (n_snapshots,): what a row's weight is multiplied by.  A loan seen on both sides of a cut is on one
        side only, by lot, and counts twice there; leaving it to the later side instead would fit on those loans alone
        that did not last.
    statement
        What was done and why, to be printed.
    no_part
        Resolved snapshots in none of the three.
    """

    fit: Rows
    calibrate: Rows
    test: Rows
    out_of_time: bool
    embargo_months: int
    judged_months: int
    factor: Floats
    statement: str
    no_part: NoPart = NoPart()


@dataclass(frozen=True)
class Timeline:
    """What a split looks at: settings, and a value a snapshot."""

    settings: SplitSettings
    horizon: int
    outcome: NDArray[np.int64]
    """Position in ``OUTCOMES``, -1 open."""
    loan: NDArray[np.int64]
    lot: NDArray[np.uint64]
    """Of the loan, uniform over 64 bits."""
    month: Floats
    follow_up: Floats
    """Months from the snapshot to the last month in which its seller's notes were seen."""
    mature_months: int

    @property
    def mature(self) -> Mask:
        """Which snapshots are old enough for their outcome to have shown."""
        return self.follow_up >= self.mature_months

    def n_loans(self, rows: Mask) -> int:
        """Count the loans of the rows."""
        return len(np.unique(self.loan[rows]))

    def keep_apart(self, early: Mask, late: Mask, bit: int) -> tuple[Mask, Mask, Mask]:
        """Put loans that are on both sides on one, by a bit of their lot; give both sides and who was on both."""
        both = np.isin(self.loan, np.intersect1d(self.loan[early], self.loan[late]))
        goes_late = (self.lot >> np.uint64(bit)) & np.uint64(1) == 1
        return early & ~(both & goes_late), late & ~(both & ~goes_late), both

    def begin_of_latest(self, rows: Mask, share: float) -> float:
        """Give the month from which on the latest ``share`` of the loans were last seen."""
        last = np.full(self.loan.max() + 1, -np.inf)
        np.maximum.at(last, self.loan[rows], self.month[rows])
        ordered = np.sort(last[np.isfinite(last)])
        return float(ordered[int((1 - share) * len(ordered))])


def split_out_of_time(
    snapshots: Snapshots, labels: Labels, settings: SplitSettings, horizon_months: int, seed: int
) -> Split:
    """Part the snapshots in time, with the longest embargo up to the horizon that leaves enough to fit on.

    Falls back to parting loans by chance, evenly over the outcomes, when no cut in time leaves every outcome in the fit,
    ``min_fit_share`` of the mature loans to fit and calibrate on, and some to judge.  ``statement`` says so, and what the
    cut without an embargo lacks: that has the most to fit on.
    """
    timeline = _timeline(snapshots, labels, settings, horizon_months, seed)
    if not timeline.mature.any():
        return _split_by_chance(timeline, [f"no snapshot was followed for the {timeline.mature_months} months"])
    for embargo in range(horizon_months, -1, -1):
        cut = _cut_in_time(timeline, embargo)
        lacks = _lacks(timeline, cut)
        if not lacks:
            return _split_in_time(timeline, cut)
    return _split_by_chance(timeline, lacks)


def _timeline(snapshots: Snapshots, labels: Labels, settings: SplitSettings, horizon: int, seed: int) -> Timeline:
    month, followed = snapshots.resolutions.tape.notes.month("as_of_date"), followed_by_seller(snapshots.resolutions)
    needed = int(kaplan_meier(labels.months, labels.resolved, snapshots.weight).quantile(settings.mature_share))
    lot = loan_order(snapshots, seed)
    return Timeline(settings, horizon, labels.outcome, snapshots.loan, lot, month, followed, needed)


@dataclass(frozen=True)
class _Cut:
    """The parts that a cut in time gives, whether or not there is enough in them; ``before``: all that lies before it."""

    embargo: int
    begin: float
    before: Mask
    fit: Mask
    calibrate: Mask
    test: Mask
    factor: Floats


def _cut_in_time(timeline: Timeline, embargo: int) -> _Cut:
    settings, month = timeline.settings, timeline.month
    begin = timeline.begin_of_latest(timeline.mature, settings.test_share)
    before = month < begin - embargo
    early, test, both = timeline.keep_apart(before, timeline.mature & (month >= begin), 0)
    factor = np.where(both, 2.0, 1.0)
    if not early.any():
        return _Cut(embargo, begin, before, early, early, test, factor)
    calibrate = early & (month >= timeline.begin_of_latest(early, settings.calibration_share))
    fit, calibrate, both = timeline.keep_apart(early & ~calibrate, calibrate, 1)
    return _Cut(embargo, begin, before, fit, calibrate, test, factor * np.where(both, 2.0, 1.0))


def _lacks(timeline: Timeline, cut: _Cut) -> list[str]:
    """Say what a cut in time leaves too little of, each with what there is and what is needed; empty: nothing."""
    settings, lacks = timeline.settings, []
    if not cut.before.any():
        return ["no snapshot lies before it"]
    there, mature = timeline.n_loans(cut.before), timeline.n_loans(timeline.mature)
    if there < settings.min_fit_share * mature:
        lacks.append(
            f"{count_of(there, 'loan')} before it, {settings.min_fit_share:.0%} of the {mature:,} that are old enough to "
            "judge are needed (split.min_fit_share)"
        )
    resolved = {"calibration": cut.calibrate, "test": cut.test}
    lacks += [
        f"{count:,} of {str(name).replace('_', ' ')} in the fit part, {MIN_FITTED} are needed"
        for name, count in zip(OUTCOMES, _counts(timeline, cut.fit), strict=True)
        if count < MIN_FITTED
    ]
    return lacks + [
        f"{int(_counts(timeline, rows).sum()):,} resolved in the {name} part, {MIN_JUDGED} are needed"
        for name, rows in resolved.items()
        if not judges(timeline, rows)
    ]


def _split_in_time(timeline: Timeline, cut: _Cut) -> Split:
    month, embargo = timeline.month, cut.embargo
    judged = int(min(timeline.horizon, timeline.follow_up[cut.test].max()))
    shortened = "" if embargo == timeline.horizon else f", shortened from {timeline.horizon} to leave enough to fit on"
    statement = (
        f"out of time: fitted and calibrated on {_span(month[cut.fit | cut.calibrate])}, tested on "
        f"{_span(month[cut.test])}, embargo {embargo} months{shortened}; judged on outcomes within {judged} months; "
        f"snapshots with less than {timeline.mature_months} months to show an outcome are not tested on"
    )
    parts = (np.flatnonzero(cut.fit), np.flatnonzero(cut.calibrate), np.flatnonzero(cut.test))
    return Split(*parts, True, embargo, judged, cut.factor, statement, _no_part(timeline, cut))


def _no_part(timeline: Timeline, cut: _Cut) -> NoPart:
    aside = (timeline.outcome >= 0) & ~(cut.fit | cut.calibrate | cut.test)
    between = aside & ~cut.before & (timeline.month < cut.begin)
    young = aside & (timeline.month >= cut.begin) & ~timeline.mature
    n_young, n_between = int(young.sum()), int(between.sum())
    return NoPart(n_between, n_young, int(aside.sum()) - n_between - n_young, timeline.mature_months)


def fits(timeline: Timeline, rows: Mask, least: int = MIN_FITTED) -> bool:
    """Say whether the rows show enough of every outcome to be fitted on."""
    return bool((_counts(timeline, rows) >= least).all())


def judges(timeline: Timeline, rows: Mask) -> bool:
    """Say whether enough of the rows are resolved to judge on."""
    return int(_counts(timeline, rows).sum()) >= MIN_JUDGED


def _counts(timeline: Timeline, rows: Mask) -> NDArray[np.intp]:
    """Count the rows that are resolved by outcome."""
    return np.bincount(timeline.outcome[rows & (timeline.outcome >= 0)], minlength=len(OUTCOMES))


def _split_by_chance(timeline: Timeline, lacks: list[str]) -> Split:
    settings, loan = timeline.settings, timeline.loan
    ending = np.full(loan.max() + 1, -1)
    np.maximum.at(ending, loan, timeline.outcome)
    place = np.zeros(len(loan))
    for one in np.unique(ending):
        rows = ending[loan] == one
        lots, rank = np.unique(timeline.lot[rows], return_inverse=True)
        place[rows] = (rank + 0.5) / len(lots)
    test = place >= 1 - settings.test_share
    calibrate = ~test & (place >= (1 - settings.test_share) * (1 - settings.calibration_share))
    fit = ~test & ~calibrate
    statement = (
        f"NOT out of time: snapshots are of {_span(timeline.month)}, outcomes need {timeline.mature_months} months to show, "
        f"and even a cut without embargo leaves too little ({'; '.join(lacks)}); loans were parted by chance, evenly over "
        f"the outcomes, so a change with the times would not be noticed"
    )
    parts = (np.flatnonzero(fit), np.flatnonzero(calibrate), np.flatnonzero(test))
    return Split(*parts, False, 0, timeline.horizon, np.ones(len(loan)), statement)


def _span(months: Floats) -> str:
    first, last = format_month(int(months.min())), format_month(int(months.max()))
    return first if first == last else f"{first} to {last}"
