"""Notes with their payment history, and with what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.frame import Notes
from notes.history import PaymentHistory
from notes.months import Days
from notes.outcome import OUTCOME_DETAILS, OUTCOMES

TRAINING_DATA = ("made", "own", "agency")
"""Whose notes a model may have learned from: a generator's, the buyer's, an agency's.  A made one never passes for real."""


@dataclass(frozen=True)
class Tape:
    """Notes and their payment history, row i of one with row i of the other.

    Raises
    ------
    ValueError
        The two have different lengths.
    """

    notes: Notes
    history: PaymentHistory

    def __post_init__(self) -> None:
        if len(self.notes) != len(self.history):
            raise ValueError(f"{len(self.notes)} notes do not fit a history of {len(self.history)}")

    def __len__(self) -> int:
        return len(self.notes)

    def take(self, rows: NDArray[np.intp]) -> Tape:
        """Pick notes by position."""
        return Tape(self.notes.take(rows), self.history.take(rows))


@dataclass(frozen=True)
class Resolutions:
    """Notes as they were known on ``as_of_date``, with what became of them since.

    Parameters
    ----------
    tape
        The snapshots; a loan may appear with several ``as_of_date``s.
    outcome
        object array of str, shape (n,): one of the four outcomes, the empty string while open (censored).
    outcome_detail
        object array of str, shape (n,): one of the outcome's details, the empty string where unknown.
    resolution_date
        datetime64[D], shape (n,): the deciding event's month end; NaT while open.
    observed_through
        datetime64[D], shape (n,): the last day on which an outcome could have been seen.
    net_proceeds
        float64, shape (n,), US dollars: cash at resolution less costs paid then; NaN unknown.

    Raises
    ------
    ValueError
        Shapes differ; an unknown outcome or detail; a resolution without its date or a date without an outcome; a
        resolution before ``as_of_date`` or after ``observed_through``; an empty ``observed_through``.
    """

    tape: Tape
    outcome: NDArray[np.object_]
    outcome_detail: NDArray[np.object_]
    resolution_date: Days
    observed_through: Days
    net_proceeds: NDArray[np.float64]

    def __post_init__(self) -> None:
        n_rows = len(self.tape)
        for name in ("outcome", "outcome_detail", "resolution_date", "observed_through", "net_proceeds"):
            if getattr(self, name).shape != (n_rows,):
                raise ValueError(f"{name} needs the shape ({n_rows},), found {getattr(self, name).shape}")
        known = np.isin(self.outcome.astype(str), ["", *OUTCOMES])
        _refuse_unless(known, "outcome must be empty or one of " + ", ".join(OUTCOMES))
        details = {outcome: ("", *names) for outcome, names in OUTCOME_DETAILS.items()}
        fits = np.array(
            [d in details.get(o, ("",)) for o, d in zip(self.outcome, self.outcome_detail, strict=True)], bool
        )
        _refuse_unless(fits, "outcome_detail does not belong to the outcome")
        _refuse_unless(~np.isnat(self.observed_through), "observed_through is empty")
        _refuse_unless(self.is_open == np.isnat(self.resolution_date), "outcome and resolution_date go together")
        as_of = self.tape.notes.days("as_of_date")
        in_order = self.is_open | ((self.resolution_date > as_of) & (self.resolution_date <= self.observed_through))
        _refuse_unless(in_order, "resolution_date must come after as_of_date and not after observed_through")

    def __len__(self) -> int:
        return len(self.tape)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether the outcome is not known yet, bool, shape (n,)."""
        is_open: NDArray[np.bool_] = self.outcome.astype(str) == ""
        return is_open

    def take(self, rows: NDArray[np.intp]) -> Resolutions:
        """Pick snapshots by position."""
        return Resolutions(
            self.tape.take(rows),
            self.outcome[rows],
            self.outcome_detail[rows],
            self.resolution_date[rows],
            self.observed_through[rows],
            self.net_proceeds[rows],
        )


def _refuse_unless(good: NDArray[np.bool_], rule: str) -> None:
    if not good.all():
        raise ValueError(f"row {int(np.argmin(good))}: {rule}")
