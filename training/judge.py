"""Setting the new model beside what it has to beat, on notes that none of them has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.class_means import MeansBeside, class_mean_test
from training.config import TrainingConfig
from training.evaluate import (
    Floats,
    Judged,
    brier_score,
    class_counts,
    classwise_calibration_error,
    explained_share,
    log_loss,
    paired_difference,
    slices,
)
from training.gate import (
    Check,
    Rule,
    Verdict,
    faults_of_its_own,
    inputs_check,
    judge_against_champion,
    judge_first_model,
    notes_check,
)
from training.judge_settings import GateSettings
from training.rival import Rival
from training.scores import Evaluation, Scores

MODEL = "model"
CHAMPION = "champion"
BUCKET_TABLE = "bucket_table"
LEAST_SLICE = 20
"""Slices of fewer notes are not shown: a log loss of so few says nothing."""


def evaluate(
    judged: Judged,
    probabilities: Mapping[str, Floats],
    groups: dict[str, NDArray[np.str_]],
    config: TrainingConfig,
    *,
    fitted_on: float,
    unseen_share: float,
    rival: Rival | None = None,
) -> Evaluation:
    """Measure every model on the same notes; the champion, and slices set against it, on those that it has not seen.

    Parameters
    ----------
    probabilities
        Name to probabilities, shape (n, 4): ``model``, the baselines, and ``champion`` if there is one.
    groups
        Grouping to the part that each note belongs to, from :func:`training.slicing.slice_groups`.
    fitted_on
        Effective sample size that the models were fitted on.
    unseen_share
        Estimated share of resolutions that come too late for the test to show.
    rival
        Which notes count against the champion; None without one.
    """
    mine = probabilities[MODEL]
    everything = np.ones(len(judged), dtype=bool)
    scores = [
        _scores(
            name, judged, probabilities, config, everything if rival is None or name != CHAMPION else rival.compared
        )
        for name in probabilities
    ]
    reference = BUCKET_TABLE if rival is None else CHAMPION
    rows = everything if rival is None else rival.compared
    part, within = judged.take(rows), {name: values[rows] for name, values in groups.items()}
    parts = slices(part, mine[rows], probabilities[reference][rows], within)
    return Evaluation(
        n_test=len(judged),
        scores=tuple(scores),
        counts=tuple(class_counts(judged, mine, fitted_on)),
        slices=tuple(one for one in parts if one.n_notes >= LEAST_SLICE),
        slice_reference=reference,
        unseen_share=unseen_share,
        mean_test=class_mean_test(judged, mine, fitted_on),
        means_beside=None if rival is None else _means_beside(part, mine[rows], rival.probability[rows], fitted_on),
        n_compared=len(part),
        comparison="" if rival is None else rival.statement,
        withheld=() if rival is None else rival.withheld,
        champion_uses=0 if rival is None else rival.uses,
        compared=None if rows.all() else _scores(MODEL, judged, probabilities, config, rows),
    )


def _means_beside(judged: Judged, mine: Floats, theirs: Floats, fitted_on: float) -> MeansBeside:
    return MeansBeside(class_mean_test(judged, mine, fitted_on), class_mean_test(judged, theirs, fitted_on))


def _scores(
    name: str, judged: Judged, probabilities: Mapping[str, Floats], config: TrainingConfig, rows: NDArray[np.bool_]
) -> Scores:
    part, probability = judged.take(rows), probabilities[name][rows]
    loss, table = log_loss(part, probability), log_loss(part, probabilities[BUCKET_TABLE][rows])
    interval = None
    if name != MODEL:
        interval = paired_difference(
            part,
            probabilities[MODEL][rows],
            probability,
            draws=config.gate.bootstrap_draws,
            confidence=config.gate.confidence,
            seed=config.model.seed,
        )
    brier, gap = brier_score(part, probability), classwise_calibration_error(part, probability)
    return Scores(name, loss, brier, gap, explained_share(loss, table), interval, len(part))


def faults(evaluation: Evaluation, settings: GateSettings) -> list[Check]:
    """Give what the model fails in by itself: see :func:`training.gate.faults_of_its_own`."""
    differences = {
        one.name: one.difference for one in evaluation.scores if one.difference is not None and one.name != CHAMPION
    }
    return faults_of_its_own(differences, evaluation.mean_test, settings)


def judge(rule: Rule, evaluation: Evaluation, settings: GateSettings, n_resolved: tuple[int, int] = (0, 0)) -> Verdict:
    """Apply the gate's rule to what was measured; ``n_resolved`` as :func:`training.gate.notes_check` takes it."""
    means, parts = evaluation.mean_test, list(evaluation.slices)
    differences = {one.name: one.difference for one in evaluation.scores if one.difference is not None}
    if rule is Rule.CHAMPION:
        verdict = judge_against_champion(differences[CHAMPION], means, parts, settings, evaluation.means_beside)
        blind = inputs_check(evaluation.withheld, evaluation.champion_uses)
        fewer = notes_check(*n_resolved, settings)
        before = tuple(one for one in (blind, fewer) if one is not None)
        return replace(verdict, checks=(*before, *verdict.checks))
    return judge_first_model(differences, means, parts, settings)
