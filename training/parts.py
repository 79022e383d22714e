"""The snapshots that a model is fitted on or judged by, with their weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES
from training.config import TrainingConfig
from training.evaluate import Floats, Judged
from training.follow_up import FollowUp
from training.open_notes import OpenSettings, weigh_open_notes
from training.snapshots import Snapshots
from training.splits import Split
from training.weights import CensoringWeights, Labels, label


@dataclass(frozen=True)
class Part:
    """Snapshots with their outcomes and weights, ready to fit or to judge.

    Parameters
    ----------
    features, outcome, weight, loan
        A row a resolved snapshot, or one of the likely ends of an open one; outcomes as names.
    rows
        Their positions among the drawn snapshots.
    censoring
        The weights of all snapshots of the part, open ones included, and their diagnostics.
    """

    features: pd.DataFrame
    outcome: NDArray[np.str_]
    weight: Floats
    loan: NDArray[np.int64]
    rows: NDArray[np.intp]
    censoring: CensoringWeights

    def of_loans(self, loans: NDArray[np.int64]) -> Part:
        """Keep the rows of some loans, with the weights that they have among all."""
        mine = np.isin(self.loan, loans)
        rows = (self.features[mine], self.outcome[mine], self.weight[mine], self.loan[mine], self.rows[mine])
        return Part(*rows, self.censoring)

    @property
    def judged(self) -> Judged:
        """The part as the measures take it."""
        names = [str(name) for name in OUTCOMES]
        codes = np.array([names.index(one) for one in self.outcome], dtype=np.int64)
        return Judged(codes, self.weight, self.loan)


@dataclass(frozen=True)
class Watched:
    """Drawn snapshots with their features, what became of them, and how they were followed."""

    snapshots: Snapshots
    features: pd.DataFrame
    labels: Labels
    follow_up: FollowUp


def weigh(watched: Watched, rows: NDArray[np.intp], config: TrainingConfig, *, tail: bool) -> Part:
    """Weigh some of the snapshots for those among them still open, and keep what there is to fit on.

    With ``tail``, open notes of strata with a short history are kept too, once for each outcome that they may yet end in.
    """
    snapshots, terms = watched.snapshots, config.censoring
    settings = OpenSettings(terms.max_weight, terms.stratum_notes, terms.timeline_log_sd)
    found = weigh_open_notes(
        watched.labels.take(rows), snapshots.weight[rows], watched.follow_up.take(rows), settings, tail=tail
    )
    kept = rows[found.rows]
    outcome = np.array([str(name) for name in OUTCOMES])[found.outcome]
    features, loan = watched.features.iloc[kept], snapshots.loan[kept]
    return Part(features, outcome, found.weight, loan, kept, found.censoring(len(rows)))


def watch_apart(snapshots: Snapshots, features: pd.DataFrame, follow_up: FollowUp, split: Split) -> Watched:
    """Give the snapshots as the split parts them: judged within its months, a loan's weight in each part its own."""
    apart = replace(snapshots, weight=snapshots.weight * split.factor)
    return Watched(apart, features, label(snapshots.resolutions, split.judged_months), follow_up)


def weigh_parts(watched: Watched, split: Split, config: TrainingConfig) -> dict[str, Part]:
    """Weigh each part of the split by its own follow-up: older snapshots were followed for longer."""
    rows = {"fit": split.fit, "calibrate": split.calibrate, "test": split.test}
    return {name: weigh(watched, one, config, tail=False) for name, one in rows.items()}
