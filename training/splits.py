"""Parting the snapshots in time: fitted on the oldest, calibrated on the next, judged on the latest.

A model is used on notes that come after those it learned from, so it is judged on later ones too.  A snapshot's outcome
takes up to the horizon to show, so fitting on snapshots of the months just before the test would let the test's own times
into the fit: between them lies an embargo, one horizon long where the history allows it.  Snapshots too young for their
outcome to have shown are not judged, since only their fast outcomes are there; they join the final fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES
from notes.months import format_month, month_index
from training.config import SplitSettings
from training.snapshots import Snapshots, loan_order
from training.weights import Floats, Labels, kaplan_meier

Rows = NDArray[np.intp]
MIN_JUDGED = 50
"""Resolved loans that the test and the calibration need before a split in time is worth having."""


@dataclass(frozen=True)
class Split:
    """Three disjoint sets of rows, no loan in two of them.

    Parameters
    ----------
    fit, calibrate, test
        Positions of rows, ascending.
    out_of_time
        False: the history was too short, loans were parted by chance.
    embargo_months
        Months left out between calibration and test.
    statement
        What was done and why, to be printed.
    """

    fit: Rows
    calibrate: Rows
    test: Rows
    out_of_time: bool
    embargo_months: int
    statement: str


@dataclass(frozen=True)
class _Timeline:
    """What a split in time looks at, a row each: months, and the rows whose outcome has had time to show."""

    month: Floats
    loan: NDArray[np.int64]
    mature: NDArray[np.bool_]
    mature_months: int


def split_out_of_time(
    snapshots: Snapshots, labels: Labels, settings: SplitSettings, horizon_months: int, seed: int
) -> Split:
    """Part the snapshots in time, with the longest embargo up to the horizon that leaves enough to fit on.

    Falls back to parting loans by chance, evenly over the outcomes, when no cut in time leaves every outcome in the fit,
    ``min_fit_share`` of the mature loans to fit and calibrate on, and some to judge.  ``statement`` says so.
    """
    timeline = _timeline(snapshots, labels, settings)
    for embargo in range(horizon_months, -1, -1):
        split = _cut_in_time(timeline, labels, settings, embargo, horizon_months)
        if split is not None:
            return split
    return _split_by_loan(snapshots, labels, settings, timeline, seed)


def _timeline(snapshots: Snapshots, labels: Labels, settings: SplitSettings) -> _Timeline:
    notes = snapshots.resolutions.tape.notes
    month = notes.month("as_of_date")
    seen = pd.Series(month_index(snapshots.resolutions.observed_through))
    last_seen: Floats = seen.groupby(notes.text("seller")).transform("max").to_numpy(dtype=np.float64)
    curve = kaplan_meier(labels.months, labels.resolved, snapshots.weight)
    needed = int(np.ceil(curve.quantile(settings.mature_share)))
    return _Timeline(month, snapshots.loan, last_seen - month >= needed, needed)


def _cut_in_time(
    timeline: _Timeline, labels: Labels, settings: SplitSettings, embargo: int, horizon: int
) -> Split | None:
    if not timeline.mature.any():
        return None
    begin = _month_of_latest(timeline, timeline.mature, settings.test_share)
    test = timeline.mature & (timeline.month >= begin)
    before = (timeline.month < begin - embargo) & ~np.isin(timeline.loan, timeline.loan[test])
    if _n_loans(timeline, before) < settings.min_fit_share * _n_loans(timeline, timeline.mature):
        return None
    middle = _month_of_latest(timeline, before, settings.calibration_share)
    calibrate = before & (timeline.month >= middle)
    fit = before & ~calibrate & ~np.isin(timeline.loan, timeline.loan[calibrate])
    if not (_every_outcome(fit, labels, settings.folds) and _judgeable(test, labels) and _judgeable(calibrate, labels)):
        return None
    shortened = "" if embargo == horizon else f", shortened from {horizon} to leave enough to fit on"
    statement = (
        f"out of time: tested on {format_month(int(begin))} to {format_month(int(timeline.month[test].max()))}, fitted and "
        f"calibrated on {format_month(int(timeline.month[before].min()))} to "
        f"{format_month(int(timeline.month[before].max()))}, embargo {embargo} months{shortened}; snapshots with less than "
        f"{timeline.mature_months} months to show an outcome are not tested on"
    )
    fitted, calibrated, tested = (np.flatnonzero(part) for part in (fit, calibrate, test))
    return Split(fitted, calibrated, tested, out_of_time=True, embargo_months=embargo, statement=statement)


def _month_of_latest(timeline: _Timeline, rows: NDArray[np.bool_], share: float) -> float:
    """Give the month from which the latest ``share`` of the loans were last seen."""
    last = np.full(timeline.loan.max() + 1, -np.inf)
    np.maximum.at(last, timeline.loan[rows], timeline.month[rows])
    ordered = np.sort(last[np.isfinite(last)])
    return float(ordered[min(int(np.floor((1 - share) * len(ordered))), len(ordered) - 1)])


def _n_loans(timeline: _Timeline, rows: NDArray[np.bool_]) -> int:
    return len(np.unique(timeline.loan[rows]))


def _every_outcome(rows: NDArray[np.bool_], labels: Labels, least: int) -> bool:
    counts = np.bincount(labels.outcome[rows & labels.resolved], minlength=len(OUTCOMES))
    return bool((counts >= least).all())


def _judgeable(rows: NDArray[np.bool_], labels: Labels) -> bool:
    return int((rows & labels.resolved).sum()) >= MIN_JUDGED


def _split_by_loan(
    snapshots: Snapshots, labels: Labels, settings: SplitSettings, timeline: _Timeline, seed: int
) -> Split:
    lot, loan = loan_order(snapshots, seed), snapshots.loan
    ending = np.full(loan.max() + 1, -1)
    np.maximum.at(ending, loan, labels.outcome)
    place = np.zeros(len(loan))
    for one in np.unique(ending):
        rows = ending[loan] == one
        lots, rank = np.unique(lot[rows], return_inverse=True)
        place[rows] = (rank + 0.5) / len(lots)
    test = place >= 1 - settings.test_share
    calibrate = ~test & (place >= (1 - settings.test_share) * (1 - settings.calibration_share))
    first, last = format_month(int(timeline.month.min())), format_month(int(timeline.month.max()))
    statement = (
        f"NOT out of time: snapshots run from {first} to {last} and outcomes need {timeline.mature_months} months to show, "
        f"too short a history to cut; loans were parted by chance, evenly over the outcomes, so a change with the times "
        f"would not be noticed"
    )
    fitted, calibrated, tested = (np.flatnonzero(part) for part in (~test & ~calibrate, calibrate, test))
    return Split(fitted, calibrated, tested, out_of_time=False, embargo_months=0, statement=statement)
