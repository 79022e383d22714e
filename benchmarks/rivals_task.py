"""What a learner of the comparison is fitted on, and how its rounds are chosen.

Every learner gets the same rows, features and weights.  Where rounds are to be chosen they are chosen by weighted log loss on
held-out loans in the same folds that notebid's own members get, and the learner is then fitted on every row; fits run side by
side, one thread each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.folds import effort_folds, grouped_folds
from models.losses import default_floor, effective_rows
from models.side_by_side import run_side_by_side
from notes import OUTCOMES
from training.parts import Part

Floats = NDArray[np.float64]
N_CLASSES = len(OUTCOMES)


@dataclass(frozen=True)
class Task:
    """What a learner is fitted on, and the notes that it predicts.

    Parameters
    ----------
    features, tape
        Float64 frames of the same columns, NaN missing.
    codes, weights, loans
        A row of ``features`` each: class in the order of the outcomes, weight of mean 1, loan.
    seconds
        How long an automatic search may take.
    """

    features: pd.DataFrame
    codes: NDArray[np.int64]
    weights: Floats
    loans: NDArray[np.int64]
    tape: pd.DataFrame
    seed: int
    seconds: float

    @classmethod
    def of(cls, part: Part, tape: pd.DataFrame, seed: int, seconds: float) -> Task:
        """Take the rows of a part."""
        codes, weights = part.judged.outcome, part.weight / part.weight.mean()
        return cls(part.features.reset_index(drop=True), codes, weights, part.loan, tape, seed, seconds)

    def folds(self) -> tuple[NDArray[np.intp], int]:
        """Give the part of each row and how many parts are held out in turn: the same as notebid's."""
        n_parts, n_used = effort_folds(len(self.codes), 5)
        return grouped_folds(self.codes, self.loans, n_parts, self.seed), n_used

    def floored(self, probabilities: Floats) -> Floats:
        """Mix in notebid's own floor, so that one impossible event does not decide."""
        floor = default_floor(effective_rows(self.weights), N_CLASSES)
        mixed: Floats = floor + (1.0 - N_CLASSES * floor) * np.asarray(probabilities, dtype=np.float64)
        return mixed


@dataclass(frozen=True)
class Prediction:
    """Probabilities of the tape's notes, (n, 4), and what was chosen on the way."""

    probabilities: Floats
    chosen: dict[str, Any]


Curve = tuple[list[float], dict[str, Any]]
"""Weighted held-out log loss after each round, and what has to be carried over to the last fit."""
FoldFit = Callable[[Task, NDArray[np.bool_]], Curve]
LastFit = Callable[[Task, int, dict[str, Any]], Floats]


def with_rounds(fold: FoldFit, last: LastFit) -> Callable[[Task], Prediction]:
    """Choose the rounds on held-out loans, then fit every row with as many."""

    def predict(task: Task) -> Prediction:
        part, n_used = task.folds()
        held = [part == one for one in range(n_used)]
        done = run_side_by_side([(fold, (task, mask)) for mask in held], -1)
        reached = min(len(curve) for curve, _ in done)
        shares = np.array([task.weights[mask].sum() for mask in held])
        joint = shares @ np.array([curve[:reached] for curve, _ in done])
        rounds = int(np.argmin(joint)) + 1
        carried = {name: float(np.median([one[name] for _, one in done])) for name in done[0][1]}
        [probabilities] = run_side_by_side([(last, (task, rounds, carried))], None)
        return Prediction(probabilities, {"rounds": rounds, **carried})

    return predict


def known_columns(rows: pd.DataFrame) -> list[str]:
    """Name the columns that are known for at least one of the rows: scikit-learn takes no others."""
    return list(rows.columns[rows.notna().any()])
