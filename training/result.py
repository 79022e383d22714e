"""What a training run is given beside its data and settings, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OutcomeProbabilities, Tape
from notes.counts import count_of
from training.class_means import MeansBeside, MeanTest
from training.evaluate import ClassCount, Interval, Slice
from training.file_facts import FileFacts
from training.gate import Verdict
from training.how_sure import HowSure, how_sure
from training.splits import Split
from training.weights import CensoringWeights

if TYPE_CHECKING:
    from models.bundle import BundleContents
    from models.candidate import CandidateWindow
    from models.loan_record import LoanRecord
    from models.references import ReferenceNotes
    from pricing import Assumptions, DeskTerms
    from training.judgement import Judgement
    from training.tune import Search
    from training.tune_result import Tuned

Probabilities = Callable[[pd.DataFrame], NDArray[np.float64]]
"""Feature frame to probabilities, float64, shape (n, 4), in the order of ``OUTCOMES``."""


class Progress(Protocol):
    """Called as the work goes on; the caller decides whether anybody is watching."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` steps are over and ``step`` begins."""


def nobody_watches(step: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class JudgedCandidate:
    """A champion as it was when it was judged: fitted on part of its notes.

    Parameters
    ----------
    loans
        Those that it was fitted or calibrated on.
    window
        What it can have known of them.
    """

    predict: Probabilities
    loans: LoanRecord
    window: CandidateWindow


@dataclass(frozen=True)
class Champion:
    """The model in use: what it was trained on and how it predicts.

    Parameters
    ----------
    last_observed_through
        The last day on which anything of what it was fitted on was seen, ISO date, from its manifest's training window;
        empty where unknown.
    candidate
        It as it was judged; None where its bundle keeps none.
    uses
        Features that it goes by (:func:`models.used_features.used_features`); empty where unknown.
    n_resolved
        Resolved notes that it was trained on; 0 where unknown.
    """

    name: str
    training_data: str
    predict: Probabilities
    last_observed_through: str = ""
    candidate: JudgedCandidate | None = None
    uses: frozenset[str] = frozenset()
    n_resolved: int = 0


@dataclass(frozen=True)
class TrainingContext:
    """What a run needs to know beside data and settings.

    Parameters
    ----------
    training_data
        ``made``, ``own`` or ``agency``.
    golden_tape
        32 made notes with history, kept in the bundle with their features and probabilities.
    data_hashes
        File to sha256, as logged with the run.
    champion
        The model in use; None when there is none.
    class_counts_at_streaks
        Streak to outcome to count, where the history decides the outcomes; None where the file states them.
    progress
        Called on long work.
    assumptions
        Whose timelines are the prior for foreclosures not seen yet; None: the shipped ones.
    file
        What reading the file showed.
    search
        How to look for better settings before the fit; None: the given ones are used.
    """

    training_data: str
    golden_tape: Tape
    data_hashes: Mapping[str, str] = field(default_factory=dict)
    champion: Champion | None = None
    class_counts_at_streaks: Mapping[int, Mapping[str, int]] | None = None
    progress: Progress = nobody_watches
    assumptions: Assumptions | None = None
    file: FileFacts = field(default_factory=FileFacts)
    search: Search | None = None


@dataclass(frozen=True)
class DataSummary:
    """What the model was trained on, in numbers."""

    n_given: int
    n_snapshots: int
    n_loans: int
    n_resolved: int
    n_beyond_horizon: int
    """Snapshots decided later than the horizon, or followed to it and still open."""
    open_share: float
    """Of the weight of the snapshots, those beyond the horizon included."""
    class_counts: Mapping[str, int]
    """Resolved loans an outcome."""
    first_month: str
    last_month: str
    longest_followed: float
    """Months."""
    class_counts_at_streaks: Mapping[int, Mapping[str, int]] | None
    has_history: bool
    """Whether the payment history of any snapshot is known."""
    n_young: int
    """Those of the last :data:`training.summary.YOUNG_MONTHS` before the month in which their seller was last seen."""
    n_young_open: int
    """Those of them without an outcome."""


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


@dataclass(frozen=True)
class TrainingResult:
    """What a training run gives back; nothing is written yet.

    Parameters
    ----------
    bundle
        The model refitted on all data, ready for :func:`models.bundle.write_bundle`.  It is there also when the gate
        failed: look at ``verdict`` before it is given an alias.
    verdict
        Whether it may become the champion.
    metrics, parameters
        Flat, name to value, as logged.
    """

    bundle: BundleContents
    verdict: Verdict
    metrics: Mapping[str, float]
    parameters: Mapping[str, str | int | float]
    data: DataSummary
    split: Split
    weights: Mapping[str, CensoringWeights]
    """``fit``, ``calibrate``, ``test`` and ``all``."""
    evaluation: Evaluation
    warnings: tuple[str, ...]
    judgement: Judgement
    desk: DeskTerms | None = None
    """Months, branch weights and recoveries of the resolutions."""
    references: ReferenceNotes | None = None
    """Resolved notes to keep beside the bundle, for `notebid explain`."""
    tuning: Tuned | None = None
    """What the search for settings found; None where none was asked for."""

    @property
    def how_sure(self) -> HowSure | None:
        """How sure the model is at a few probabilities; None where that was not learned."""
        return how_sure(self.bundle.uncertainty, self.weights["all"].strata)

    @property
    def resolved_in_parts(self) -> dict[str, int]:
        """Resolved notes in each part of the split, within the judged months."""
        return {name: one.n_resolved for name, one in self.weights.items() if name != "all"}

    @property
    def judged_report(self) -> Mapping[str, Any] | None:
        """What was chosen in the fit that was judged (``OutcomeClassifier.report_``); None where it is not kept."""
        return None if self.bundle.candidate is None else self.bundle.candidate.classifier.report_

    @property
    def kept_report(self) -> Mapping[str, Any]:
        """The same of the fit on all notes."""
        return self.bundle.classifier.report_

    def with_tuning(self, tuned: Tuned) -> TrainingResult:
        """Give the same with what the search found among its parameters and metrics."""
        parameters, metrics = dict(self.parameters) | tuned.parameters(), dict(self.metrics) | tuned.metrics()
        return replace(self, tuning=tuned, parameters=parameters, metrics=metrics)

    def as_champion(self, name: str) -> TrainingResult:
        """Give the same without a verdict: the model is the champion of that name, and nothing is compared."""
        metrics = {key: value for key, value in self.metrics.items() if key != "promote"}
        return replace(self, verdict=Verdict(self.verdict.rule, (), name), metrics=metrics)

    def predict(self, features: pd.DataFrame) -> OutcomeProbabilities:
        """Give the refitted model's probabilities for a feature frame."""
        return OutcomeProbabilities(self.bundle.classifier.predict_proba(features))
