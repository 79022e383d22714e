"""What a training run gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from notes import OutcomeProbabilities
from training.gate import Verdict
from training.how_sure import HowSure, how_sure
from training.judgement import Judgement
from training.scores import Evaluation
from training.splits import Split
from training.summary import DataSummary
from training.weights import CensoringWeights

if TYPE_CHECKING:
    from models.bundle import BundleContents
    from models.references import ReferenceNotes
    from pricing import DeskTerms
    from training.tune_result import Tuned


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
    doubts: tuple[str, ...] = ()
    """What whoever bids with the model should know of it, whatever champion it met: of one bundle always the same."""
    failed: tuple[str, ...] = ()
    """Names of the required checks that it fails by itself, whatever champion it met."""
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
