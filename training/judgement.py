"""Everything that a report says beside the gate's own figures; it changes neither the model nor the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import FEATURES, Group
from models.drift import DriftReport, DriftSettings, NoteSample, drift_reference, drift_report
from models.drift_check import DriftCheck
from notes import Tape
from pricing import Assumptions
from training.config import SHIPPED_CONFIG, DataSettings, TrainingConfig
from training.context import TrainingContext
from training.evaluate import Floats, Judged
from training.judge import BUCKET_TABLE, CHAMPION, LEAST_SLICE, MODEL
from training.judgement_bids import BidJudgement, judge_bids
from training.judgement_importance import Importance, permutation_importance
from training.judgement_leakage import LeakageReport, feature_aucs, later_dates, outcome_like_columns
from training.judgement_learning import LearningCurve, LearningData, learning_curve, why_no_curve
from training.judgement_parts import DELINQUENT, IN_NONE, Bootstrap, PartScore, part_scores, quarters, states
from training.judgement_reliability import ReliabilityBin, reliability
from training.slicing import slice_groups
from training.snapshots import Snapshots
from training.splits import Split
from training.weights import Labels

SHIPPED_ASSUMPTIONS = SHIPPED_CONFIG.with_name("assumptions.toml")
"""Bids are judged under the shipped assumptions, so that figures of different trainings compare."""

Predict = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class Judgement:
    """What was found.

    Parameters
    ----------
    part_reference
        The model that parts and quarters are set against.
    parts, delinquent_parts
        Parts of the test, and of its delinquent notes alone: a book of current notes flatters any model.
    drift
        The test beside the fit part.
    importance_notes
        Notes that features were shuffled on.
    learning, bids
        None where switched off or impossible.
    no_learning
        Why there is no learning curve; empty where there is one.
    """

    reliability: tuple[ReliabilityBin, ...]
    part_reference: str
    parts: tuple[PartScore, ...]
    delinquent_parts: tuple[PartScore, ...]
    quarters: tuple[PartScore, ...]
    drift: DriftReport
    importance_notes: int
    group_importance: tuple[Importance, ...]
    feature_importance: tuple[Importance, ...]
    leakage: LeakageReport
    learning: LearningCurve | None
    no_learning: str
    bids: BidJudgement | None


@dataclass(frozen=True)
class Evidence:
    """What is looked at.

    Parameters
    ----------
    features
        Of every drawn snapshot.
    test_rows, judged
        Positions of the resolved test notes among the snapshots, and their outcomes.
    probabilities
        Model to its probabilities of those notes, shape (n, 4).
    compared
        bool, shape (n,): those that count beside the champion; all of them without one.
    predict
        The new model's, before it is refitted on all notes.
    learning
        How to fit it on fewer loans.
    """

    snapshots: Snapshots
    labels: Labels
    features: pd.DataFrame
    split: Split
    context: TrainingContext
    test_rows: NDArray[np.intp]
    judged: Judged
    probabilities: Mapping[str, Floats]
    compared: NDArray[np.bool_]
    predict: Predict
    learning: LearningData

    @property
    def test_tape(self) -> Tape:
        """The resolved test notes."""
        return self.snapshots.resolutions.tape.take(self.test_rows)

    @property
    def test_features(self) -> pd.DataFrame:
        """Their features."""
        return self.features.iloc[self.test_rows].reset_index(drop=True)


def judge_further(evidence: Evidence, config: TrainingConfig) -> Judgement:
    """Look at a model from every side that its user has asked about."""
    settings, mine = config.judgement, evidence.probabilities[MODEL]
    reference = CHAMPION if CHAMPION in evidence.probabilities else BUCKET_TABLE
    everywhere, delinquent, by_quarter = _parts(evidence, evidence.probabilities[reference], config)
    importance_notes, groups, single = _importance(evidence, config)
    learning, no_learning = _learning(evidence, config)
    return Judgement(
        reliability=reliability(evidence.judged, mine, settings.reliability_bins, settings.reliability_confidence),
        part_reference=reference,
        parts=everywhere,
        delinquent_parts=delinquent,
        quarters=by_quarter,
        drift=_drift(evidence, config),
        importance_notes=importance_notes,
        group_importance=groups,
        feature_importance=single,
        leakage=_leakage(evidence, config.data),
        learning=learning,
        no_learning=no_learning,
        bids=_bids(evidence, config),
    )


def _drift_settings(config: TrainingConfig) -> DriftSettings:
    """Give the settings as :func:`models.drift.drift_report` takes them."""
    settings = config.judgement
    return DriftSettings(settings.drift_false_alarm, settings.drift_min_psi, settings.drift_min_mix)


def drift_check(snapshots: Snapshots, features: pd.DataFrame, predict: Predict, config: TrainingConfig) -> DriftCheck:
    """Keep of all the snapshots, and of what the model in use says of them, what a tape is held against."""
    sample = _note_sample(snapshots, features, np.arange(len(snapshots)), predict, config)
    return DriftCheck(drift_reference(sample), _drift_settings(config), config.judgement.drift_least_notes)


def _note_sample(
    snapshots: Snapshots, features: pd.DataFrame, rows: NDArray[np.intp], predict: Predict, config: TrainingConfig
) -> NoteSample:
    """Take some of the snapshots, open ones too, at most ``judgement.drift_notes``, with their predictions."""
    chosen = rows[drawn(len(rows), config.judgement.drift_notes, config.model.seed)]
    part = features.iloc[chosen]
    return NoteSample(part, predict(part), snapshots.weight[chosen], snapshots.loan[chosen])


def drawn(n_rows: int, at_most: int, seed: int) -> NDArray[np.intp]:
    """Draw positions without replacement, ascending; all of them where there are no more than ``at_most``."""
    if n_rows <= at_most:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, at_most, replace=False))


def _bootstrap(config: TrainingConfig) -> Bootstrap:
    return Bootstrap(config.gate.bootstrap_draws, config.gate.confidence, config.model.seed)


def _parts(evidence: Evidence, reference: Floats, config: TrainingConfig) -> tuple[tuple[PartScore, ...], ...]:
    rows, bootstrap = evidence.compared, _bootstrap(config)
    judged, notes = evidence.judged.take(rows), evidence.test_tape.notes.take(np.flatnonzero(rows))
    mine, reference = evidence.probabilities[MODEL][rows], reference[rows]
    groups = slice_groups(notes, evidence.test_features[rows]) | {"state": states(notes)}
    everywhere = part_scores(judged, mine, reference, groups, bootstrap)
    by_quarter = part_scores(judged, mine, reference, {"quarter": quarters(notes)}, bootstrap)
    behind = (groups["status"] == DELINQUENT) & (judged.weight > 0)
    delinquent: tuple[PartScore, ...] = ()
    if behind.any():
        named = {name: values for name, values in groups.items() if name not in ("status", "reperforming")}
        within = {name: np.where(behind, values, IN_NONE) for name, values in named.items()}
        delinquent = part_scores(judged, mine, reference, within, bootstrap)
    return _large(everywhere), _large(delinquent), by_quarter


def _large(parts: tuple[PartScore, ...]) -> tuple[PartScore, ...]:
    return tuple(one for one in parts if one.n_notes >= LEAST_SLICE)


def _drift(evidence: Evidence, config: TrainingConfig) -> DriftReport:
    samples = [
        _note_sample(evidence.snapshots, evidence.features, rows, evidence.predict, config)
        for rows in (evidence.split.fit, evidence.split.test)
    ]
    return drift_report(drift_reference(samples[0]), samples[1], _drift_settings(config))


def _importance(
    evidence: Evidence, config: TrainingConfig
) -> tuple[int, tuple[Importance, ...], tuple[Importance, ...]]:
    rows = drawn(len(evidence.judged), config.judgement.importance_notes, config.model.seed)
    judged, features = evidence.judged, evidence.test_features.iloc[rows].reset_index(drop=True)
    part = Judged(judged.outcome[rows], judged.weight[rows], judged.loan[rows])
    groups = {str(group): [one.name for one in FEATURES if one.group is group] for group in Group}
    single = {one.name: [one.name] for one in FEATURES}
    found = [
        permutation_importance(evidence.predict, features, part, each, config.model.seed) for each in (groups, single)
    ]
    return len(rows), found[0], found[1]


def _leakage(evidence: Evidence, settings: DataSettings) -> LeakageReport:
    resolved, context = evidence.labels.resolved, evidence.context
    outcome, weight = evidence.labels.outcome[resolved], evidence.snapshots.weight[resolved]
    aucs = feature_aucs(evidence.features[resolved], outcome, weight, settings)
    columns = None if context.file.columns is None else outcome_like_columns(context.file.columns)
    dates = later_dates(evidence.snapshots.resolutions.tape.notes)
    return LeakageReport(
        aucs,
        dates,
        context.file.payments_after_as_of,
        columns,
        n_columns=len(context.file.columns or ()),
        excepted_as_later=context.file.excepted_as_later,
    )


def _learning(evidence: Evidence, config: TrainingConfig) -> tuple[LearningCurve | None, str]:
    """Give the learning curve, or why there is none."""
    settings, data, bootstrap = config.judgement, evidence.learning, _bootstrap(config)
    n_loans = min(len(np.unique(data.loan)), settings.learning_max_loans)
    sizes = [n_loans * percent // 100 for percent in settings.learning_percents]
    curve = learning_curve(data, evidence.judged, evidence.probabilities[MODEL], sizes, bootstrap)
    return curve, "" if curve is not None else why_no_curve(data, sizes, bootstrap)


def _bids(evidence: Evidence, config: TrainingConfig) -> BidJudgement | None:
    counted = np.flatnonzero(evidence.compared)
    rows = counted[drawn(len(counted), config.judgement.priced_notes, config.model.seed)]
    judged = evidence.judged
    part = Judged(judged.outcome[rows], judged.weight[rows], judged.loan[rows])
    probabilities = {name: probability[rows] for name, probability in evidence.probabilities.items()}
    floor = config.judgement.realised_floor
    return judge_bids(
        evidence.test_tape.take(rows), part, probabilities, Assumptions.from_toml(SHIPPED_ASSUMPTIONS), floor
    )
