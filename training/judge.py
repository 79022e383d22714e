"""Setting the new model beside what it has to beat, on notes that none of them has seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes.months import Days
from training.config import GateSettings, TrainingConfig
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
from training.gate import Rule, Verdict, judge_against_champion, judge_first_model
from training.result import Champion, Evaluation, Scores

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
) -> Evaluation:
    """Measure every model on the same notes.

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
    """
    mine = probabilities[MODEL]
    reference = CHAMPION if CHAMPION in probabilities else BUCKET_TABLE
    table = log_loss(judged, probabilities[BUCKET_TABLE])
    scores = []
    for name, probability in probabilities.items():
        loss = log_loss(judged, probability)
        interval = None
        if name != MODEL:
            interval = paired_difference(
                judged,
                mine,
                probability,
                draws=config.gate.bootstrap_draws,
                confidence=config.gate.confidence,
                seed=config.model.seed,
            )
        brier, gap = brier_score(judged, probability), classwise_calibration_error(judged, probability)
        scores.append(Scores(name, loss, brier, gap, explained_share(loss, table), interval))
    parts = [one for one in slices(judged, mine, probabilities[reference], groups) if one.n_notes >= LEAST_SLICE]
    counts = class_counts(judged, mine, fitted_on)
    return Evaluation(len(judged), tuple(scores), tuple(counts), tuple(parts), reference, unseen_share)


def champion_probabilities(champion: Champion | None, features: pd.DataFrame) -> dict[str, Floats]:
    """Give the champion's probabilities under its name; nothing when there is none."""
    return {} if champion is None else {CHAMPION: champion.predict(features)}


def champion_warnings(rule: Rule, champion: Champion | None, as_of_date: Days) -> list[str]:
    """Say how many of the test notes the champion may have been fitted on: on those it looks better than it is."""
    if rule is not Rule.CHAMPION or champion is None:
        return []
    if not champion.last_as_of_date:
        return [f"{champion.name} may have been fitted on some of the test notes: the comparison favours it"]
    seen = int((as_of_date <= np.datetime64(champion.last_as_of_date, "D")).sum())
    if seen == 0:
        return []
    return [
        f"{champion.name} was fitted on snapshots through {champion.last_as_of_date}, as old as {seen:,} of the "
        f"{len(as_of_date):,} test notes: the comparison favours it"
    ]


def judge(rule: Rule, evaluation: Evaluation, settings: GateSettings) -> Verdict:
    """Apply the gate's rule to what was measured."""
    counts, parts = list(evaluation.counts), list(evaluation.slices)
    differences = {one.name: one.difference for one in evaluation.scores if one.difference is not None}
    if rule is Rule.CHAMPION:
        return judge_against_champion(differences[CHAMPION], counts, parts, settings)
    return judge_first_model(differences, counts, parts, settings)
