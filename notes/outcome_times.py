"""Months to each outcome as a desk's own resolutions show them, and their blend with a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.outcome import OUTCOMES, Outcome, OutcomeTimelines
from notes.states import fact, state_facts
from notes.strata import BEHIND, METHODS, behind_of, method_of
from notes.tape import Tape

Floats = NDArray[np.float64]

PRIOR_NOTES = 50
"""Resolutions that the table counts as: own months weigh n / (n + 50)."""
POINTS = (1 / 6, 1 / 2, 5 / 6)
"""Quantiles of the three points; each stands for a third of the outcome."""
FORMAT = 1
_REFERRED = ("referred", "filed", "judgment", "sale_scheduled")
_DAYS_BEFORE_REFERRAL, _DAYS_A_MONTH = 150, 30.4
TIMED_BY_STATE = (Outcome.FORECLOSURE,)
"""Outcomes whose months are told in multiples of the state's own process."""

CELLS: tuple[str, ...] = tuple(f"{method}, {stage}" for method in METHODS for stage in (*BEHIND, "in foreclosure"))
"""Every cell's name: how the state forecloses, and how far behind the note is or that it is in foreclosure."""


def cell_of(tape: Tape) -> NDArray[np.int64]:
    """Give the position in :data:`CELLS` of each note, shape (n_notes,)."""
    referred = np.isin(tape.notes.text("foreclosure_status").astype(str), _REFERRED)
    stage = np.where(referred, len(BEHIND), behind_of(tape))
    return (method_of(tape) * (len(BEHIND) + 1) + stage).astype(np.int64)


def state_months(tape: Tape) -> Floats:
    """Give each state's months from referral to sale as its allowance says, at least its 1990 floor; shape (n_notes,).

    ``(last_paid_to_sale_days - 150) / 30.4``.  The middle state's where no source gives one: a ratio to it is told of
    such notes all the same.
    """
    states = tape.notes.text("property_state")
    allowed = (fact("last_paid_to_sale_days", states) - _DAYS_BEFORE_REFERRAL) / _DAYS_A_MONTH
    months = np.fmax(np.fmax(allowed, fact("first_legal_to_sale_months", states)), 1.0)
    days = [cell.value for cell in state_facts()["last_paid_to_sale_days"].values()]
    middle = (float(np.median(days)) - _DAYS_BEFORE_REFERRAL) / _DAYS_A_MONTH
    return np.where(np.isnan(allowed), middle, months)


def unit_months(tape: Tape) -> Floats:
    """Give the months that an outcome's times are told in, shape (n_notes, 4): the state's process, or one month."""
    one = np.ones(len(tape))
    return np.stack([state_months(tape) if k in TIMED_BY_STATE else one for k in OUTCOMES], axis=1)


@dataclass(frozen=True)
class CellTimes:
    """Months to one outcome in one cell.

    Parameters
    ----------
    n
        Resolved loans that it rests on, > 0.
    points
        Three ascending numbers > 0, from ``as_of_date``: months, or for a foreclosure multiples of the state's process.
    """

    n: float
    points: tuple[float, float, float]

    def __post_init__(self) -> None:
        first, second, third = self.points
        if not (self.n > 0 and np.isfinite(third) and 0 < first <= second <= third):
            raise ValueError(
                f"n above 0 and three ascending points above 0 are needed, found {self.n} and {self.points}"
            )


@dataclass(frozen=True)
class OutcomeTimes:
    """What a desk's own resolutions say about time.

    Parameters
    ----------
    cells
        Outcome to cell to its times; a cell in which nothing ended so is absent.

    Raises
    ------
    ValueError
        An unknown cell.

    Examples
    --------
    >>> times = OutcomeTimes({Outcome.FORECLOSURE: {"judicial, in foreclosure": CellTimes(50.0, (0.5, 1.0, 2.0))}})
    >>> OutcomeTimes.from_json(times.to_json()) == times
    True
    """

    cells: Mapping[Outcome, Mapping[str, CellTimes]]

    def __post_init__(self) -> None:
        for table in self.cells.values():
            for name in table:
                if name not in CELLS:
                    raise ValueError(f"{name!r} is not a cell; known are {'; '.join(CELLS)}")

    def timelines(self, tape: Tape, table: OutcomeTimelines, months_to_close: float = 0.0) -> OutcomeTimelines:
        """Blend own months with a table's, note by note and outcome by outcome.

        Parameters
        ----------
        table
            What holds without own resolutions, say :func:`pricing.table_timelines`; of the same notes, months from
            closing.
        months_to_close
            From ``as_of_date`` to closing: own months are counted from the former.

        Returns
        -------
        Months from closing, at least 1; each of the three points is ``w own + (1 - w) table``, ``w = n / (n + 50)``.

        Raises
        ------
        ValueError
            The table is of other notes, or its points are not three equal thirds.
        """
        if table.months.shape[0] != len(tape):
            raise ValueError(f"the table is of {table.months.shape[0]} notes, the tape of {len(tape)}")
        if not np.allclose(table.weights, 1 / 3):
            raise ValueError(f"the table's points must weigh a third each, found {table.weights}")
        cell, unit = cell_of(tape), unit_months(tape)
        n, points = np.zeros((len(OUTCOMES), len(CELLS))), np.ones((len(OUTCOMES), len(CELLS), 3))
        for outcome, cells in self.cells.items():
            for name, one in cells.items():
                position = OUTCOMES.index(outcome), CELLS.index(name)
                n[position], points[position] = one.n, one.points
        own = np.maximum(points[:, cell].transpose(1, 0, 2) * unit[:, :, None] - months_to_close, 1.0)
        weight = (n / (n + PRIOR_NOTES))[:, cell].T
        months = weight[:, :, None] * own + (1 - weight[:, :, None]) * table.months
        source = np.where(weight > 0, "blended", table.source)
        return OutcomeTimelines(np.maximum(months, 1.0), np.full(3, 1 / 3), source)

    def to_json(self) -> str:
        """Write as JSON text; the same times give the same text."""
        cells = {
            str(outcome): {name: [one.n, *one.points] for name, one in sorted(table.items())}
            for outcome, table in sorted(self.cells.items())
        }
        return json.dumps({"format": FORMAT, "cells": cells}, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> OutcomeTimes:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            The text is no such JSON or of a newer format.
        """
        try:
            content = json.loads(text)
            found = content["format"]
            if found != FORMAT:
                raise ValueError(f"format {found!r} is not {FORMAT}: this model is newer than the program")
            cells = {
                Outcome(outcome): {name: CellTimes(row[0], (row[1], row[2], row[3])) for name, row in table.items()}
                for outcome, table in content["cells"].items()
            }
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"these are no outcome times: {error!r}") from error
        return cls(cells)
