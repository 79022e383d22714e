"""How the new model and those beside it did on the test."""

from __future__ import annotations

from dataclasses import dataclass

from notes.counts import count_of
from training.class_means import MeansBeside, MeanTest
from training.evaluate import ClassCount, Interval, Slice


@dataclass(frozen=True)
class Scores:
    """How one model did on the test."""

    name: str
    log_loss: float
    brier_score: float
    calibration_error: float
    explained_share: float
    """D² against the bucket table."""
    difference: Interval | None
    """Log loss of the new model less this one's, paired by loan; None for the model itself."""
    n_notes: int
    """Test notes that it is judged on: the champion on those that it has not seen, all others on all."""


@dataclass(frozen=True)
class Evaluation:
    """Everything measured on the test."""

    n_test: int
    scores: tuple[Scores, ...]
    """The model first, then the baselines, then the champion if there is one."""
    counts: tuple[ClassCount, ...]
    slices: tuple[Slice, ...]
    slice_reference: str
    """Which model the slices are set against: the champion, or the bucket table."""
    unseen_share: float
    """Estimated share of resolutions that take longer than any test note was followed."""
    mean_test: MeanTest
    """Whether the shares of the outcomes are off by more than chance."""
    means_beside: MeansBeside | None
    """The same of the model and of the champion on the compared notes; None without a champion."""
    n_compared: int
    """Test notes on which the champion, and the slices where it is their reference, are judged; else all."""
    comparison: str = ""
    """What was compared with the champion on which notes; empty without one."""
    withheld: tuple[str, ...] = ()
    """Features that the champion goes by and no test note has; of how many is ``champion_uses``."""
    champion_uses: int = 0
    compared: Scores | None = None
    """How the model did on the compared notes alone, to set beside the champion's; None where these are all."""

    @property
    def which_notes(self) -> str:
        """Say on which test notes parts and bids are judged where a champion is: empty where these are all of them."""
        if self.n_compared == self.n_test:
            return ""
        return f"the {self.n_compared:,} of {count_of(self.n_test, 'test note')} that count beside the champion"

    def side_by_side(self) -> list[tuple[Scores, str]]:
        """Give the rows of a table, each with a word on its notes: empty for all, else ``on the 212 compared notes``."""
        rows = [*self.scores, *([] if self.compared is None else [self.compared])]
        return [(one, "" if one.n_notes == self.n_test else f"on the {one.n_notes:,} compared notes") for one in rows]
