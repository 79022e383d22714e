"""Parts to tune on: later snapshots predicted from earlier ones, all of them inside the fit part.

The same idea as :mod:`training.splits`, one level further in: a setting is judged on snapshots that come after those it was
fitted on, with an embargo between them, and loans are kept apart.  Calibration and test are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.folds import grouped_folds
from notes.counts import count_of
from training.config import TrainingConfig
from training.parts import Part, Watched, weigh
from training.snapshots import loan_order
from training.splits import Mask, Split, Timeline, fits, judges

JUDGED_SHARE = 0.5
"""Of the fit part's loans, the latest: they are judged, window by window."""
MIN_TRAINED = 2
"""Resolved snapshots of each outcome that every fold needs to fit on: a setting is compared with others, not used."""
FIRST_BIT = 2
"""Of a loan's lot; the split into fit, calibrate and test has used those before."""


@dataclass(frozen=True)
class TuneFold:
    """What one fit of a trial is fitted on, and what it is judged on; each weighed by its own follow-up alone."""

    train: Part
    judge: Part


@dataclass(frozen=True)
class TuneFolds:
    """The folds, the earliest (and smallest) first.

    Parameters
    ----------
    folds
        Empty when there is too little to tune on.
    out_of_time
        False: no cut in time left enough on both sides, so loans were parted by chance.
    embargo_months
        Months left out between what is fitted and what is judged.
    n_loans
        Loans in the folds.
    statement
        What was done and why, to be printed.
    """

    folds: tuple[TuneFold, ...]
    out_of_time: bool
    embargo_months: int
    n_loans: int
    statement: str


def nested_folds(watched: Watched, split: Split, config: TrainingConfig) -> TuneFolds:
    """Cut the fit part into rolling-origin folds, with the longest embargo that leaves enough to fit on.

    Each of the latest windows is predicted from the snapshots before it.  ``split.min_fit_share`` of the loans before a
    window must lie before its embargo.  Where no cut in time leaves every outcome to fit on and enough to judge, loans are
    parted by chance; where that does not either, there are no folds.  ``statement`` says which.

    Parameters
    ----------
    watched
        As :func:`training.parts.watch_apart` gives it.
    """
    inside = np.zeros(len(watched.snapshots), dtype=bool)
    inside[split.fit] = True
    timeline = _timeline(watched, config)
    given = timeline.n_loans(inside)
    inside &= _drawn(timeline, inside, config.tuning.max_loans)
    n_loans = timeline.n_loans(inside)
    of = f"{count_of(n_loans, 'loan')} of the fit part" + (f", drawn from {given:,}" if given > n_loans else "")
    for n_windows in range(config.tuning.folds, 1, -1):
        for embargo in range(config.label.horizon_months, -1, -1):
            pairs = _windows(timeline, inside, n_windows, embargo)
            if pairs is not None:
                folds = tuple(_fold(watched, early, late, both, config) for early, late, both in pairs)
                statement = f"{n_windows} cuts in time inside {of}, embargo {embargo} months"
                return TuneFolds(folds, True, embargo, n_loans, statement)
    return _by_chance(watched, timeline, inside, config, of)


def _timeline(watched: Watched, config: TrainingConfig) -> Timeline:
    snapshots = watched.snapshots
    month = snapshots.resolutions.tape.notes.month("as_of_date")
    lot = loan_order(snapshots, config.model.seed)
    unused = np.zeros(len(month))  # maturity has no say: what is judged is older than the test, and weighed
    horizon = config.label.horizon_months
    return Timeline(config.split, horizon, watched.labels.outcome, snapshots.loan, lot, month, unused, 0)


def _drawn(timeline: Timeline, inside: Mask, most: int) -> Mask:
    """Draw at most so many loans, by lot."""
    lots = np.unique(timeline.lot[inside])
    drawn: Mask = timeline.lot <= lots[min(most, len(lots)) - 1]
    return drawn


def _windows(
    timeline: Timeline, inside: Mask, n_windows: int, embargo: int
) -> list[tuple[Mask, Mask, NDArray[np.bool_]]] | None:
    """Give what each window is predicted from, the window, and the snapshots of loans on both sides; None: too little."""
    month, share = timeline.month, timeline.settings.min_fit_share
    begins = [timeline.begin_of_latest(inside, JUDGED_SHARE * (n_windows - j) / n_windows) for j in range(n_windows)]
    found = []
    for j, (begin, end) in enumerate(zip(begins, [*begins[1:], np.inf], strict=True)):
        before = inside & (month < begin)
        early, late = inside & (month < begin - embargo), inside & (month >= begin) & (month < end)
        if not late.any() or not early.any() or timeline.n_loans(early) < share * timeline.n_loans(before) - 1e-9:
            return None
        early, late, both = timeline.keep_apart(early, late, FIRST_BIT + j)
        if not (fits(timeline, early, MIN_TRAINED) and judges(timeline, late)):
            return None
        found.append((early, late, both))
    return found


def _by_chance(watched: Watched, timeline: Timeline, inside: Mask, config: TrainingConfig, of: str) -> TuneFolds:
    rows, n_parts = np.flatnonzero(inside), config.tuning.folds
    codes = (timeline.outcome[rows] + 1).astype(np.intp)  # 0 open
    part = grouped_folds(codes, timeline.loan[rows], n_parts, config.model.seed)
    pairs = []
    for one in range(n_parts):
        early, late = np.zeros_like(inside), np.zeros_like(inside)
        early[rows[part != one]], late[rows[part == one]] = True, True
        pairs.append((early, late))
    n_loans = timeline.n_loans(inside)
    if not all(fits(timeline, early, MIN_TRAINED) and judges(timeline, late) for early, late in pairs):
        return TuneFolds((), False, 0, n_loans, f"too few resolutions to tune on: {of}")
    nobody = np.zeros_like(inside)
    folds = tuple(_fold(watched, early, late, nobody, config) for early, late in pairs)
    statement = f"{n_parts} folds by chance, NOT in time (no cut in time leaves enough to fit on and to judge): {of}"
    return TuneFolds(folds, False, 0, n_loans, statement)


def _fold(watched: Watched, early: Mask, late: Mask, both: Mask, config: TrainingConfig) -> TuneFold:
    """Weigh both sides; a loan that was on both counts twice where it is left, as in :mod:`training.splits`."""
    weight = watched.snapshots.weight * np.where(both, 2.0, 1.0)
    apart = replace(watched, snapshots=replace(watched.snapshots, weight=weight))
    train, judge = (weigh(apart, np.flatnonzero(side), config, tail=False) for side in (early, late))
    return TuneFold(train, judge)
