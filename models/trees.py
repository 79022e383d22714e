"""Regularised multiclass LightGBM: many small trees, none of which may learn much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.labels import Codes
from models.losses import log_loss
from models.predictor import Floats

BLOCK_ROUNDS = 20
"""Rounds between two looks at the held-out loss."""
PATIENCE_BLOCKS = 5
"""A fold stops after this many blocks without a better held-out loss."""


@dataclass(frozen=True)
class TreeSettings:
    """How LightGBM grows.

    Parameters
    ----------
    learning_rate
        Share of each tree's step that is taken.
    num_leaves
        Leaves a tree; None or 0 takes 4 below 12,000 rows and 6 from there.
    column_share
        Share of the features that each tree may use.
    max_rounds
        Most rounds (one tree a class each); how many are kept is cross-validated.
    random_cuts
        Whether a split tries one random cut a feature (LightGBM's ``extra_trees``), which few rows need, or all of them,
        which finds thresholds where rows are many.
    leaf_factor
        Times the least rows a leaf: a hundredth of the rows, from 1 to 40.
    l2
        L2 penalty on the value of a leaf.
    exact_rows
        From so many rows on a second kind of trees takes part, which tries every cut; under them it only finds chance.
    exact_leaves, exact_rate
        Of those trees: leaves (None or 0: as ``num_leaves``, else 6), and how much larger a step they take, since each
        of their cuts is worth more.
    """

    learning_rate: float = 0.04
    num_leaves: int | None = None
    column_share: float = 0.4
    max_rounds: int = 1500
    random_cuts: bool = True
    leaf_factor: float = 1.0
    l2: float = 1.0
    exact_rows: int = 3_000
    exact_leaves: int | None = None
    exact_rate: float = 1.5

    def parameters(self, n_rows: int, n_classes: int, seed: int) -> dict[str, Any]:
        """Give LightGBM's parameters for this many rows.

        No class weights: rebalancing ruins probabilities.  One thread a fit: fits run side by side, and the same data give
        the same trees on any number of cores.
        """
        return {
            "objective": "multiclass",
            "num_class": n_classes,
            "learning_rate": self.learning_rate,
            "num_leaves": self.num_leaves or (4 if n_rows < 12_000 else 6),
            "feature_fraction": self.column_share,
            "extra_trees": self.random_cuts,
            "min_data_in_leaf": max(1, int(np.clip(n_rows // 100, 1, 40) * self.leaf_factor)),
            "min_sum_hessian_in_leaf": 1e-3,
            "min_data_in_bin": 3 if n_rows >= 100 else 1,
            "lambda_l2": self.l2,
            "max_bin": 127,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "seed": seed,
            "feature_pre_filter": False,
            "verbosity": -1,
        }


@dataclass(frozen=True)
class TreeData:
    """What the trees are fitted on: float64 (n_rows, n_features) with NaN missing, classes, weights."""

    values: Floats
    names: Sequence[str]
    codes: Codes
    weights: Floats
    n_classes: int

    def take(self, rows: Any) -> TreeData:
        """Pick rows by mask or position."""
        return TreeData(self.values[rows], self.names, self.codes[rows], self.weights[rows], self.n_classes)

    def frame(self) -> pd.DataFrame:
        """Give the features by name."""
        return pd.DataFrame(self.values, columns=list(self.names))

    def booster(self, parameters: dict[str, Any]) -> Any:
        """Start a booster on these rows."""
        labels, weights = self.codes.astype(np.float64), self.weights
        dataset = lightgbm.Dataset(self.frame(), label=labels, weight=weights, params=parameters)
        return lightgbm.Booster(params=parameters, train_set=dataset)


def fit_trees(data: TreeData, settings: TreeSettings, rounds: int, seed: int) -> Any:
    """Fit ``rounds`` rounds; the booster is read back from its own text, so that memory and file cannot differ."""
    booster = data.booster(settings.parameters(len(data.codes), data.n_classes, seed))
    for _ in range(rounds):
        booster.update()
    return lightgbm.Booster(model_str=booster.model_to_string())


def exact_settings(settings: TreeSettings) -> TreeSettings:
    """Give the settings of the trees that try every cut."""
    return replace(
        settings,
        learning_rate=settings.exact_rate * settings.learning_rate,
        num_leaves=settings.exact_leaves or settings.num_leaves or 6,
        random_cuts=False,
    )


@dataclass(frozen=True)
class HeldOutTrees:
    """A booster as text, and the raw scores that it gives held-out rows after each of :func:`tree_rounds`."""

    text: str
    scores: list[Floats]

    def cut(self, rounds: int) -> Any:
        """Give the booster as it was after so many rounds."""
        grown = lightgbm.Booster(model_str=self.text)
        return lightgbm.Booster(model_str=grown.model_to_string(num_iteration=rounds))


def held_out_trees(data: TreeData, held: NDArray[np.bool_], settings: TreeSettings, seed: int) -> HeldOutTrees:
    """Grow on the rows not held, 1, 1 + 20, 1 + 40, ... rounds, until the held-out scores stop getting better.

    The scores have the shape (n_held_out, n_classes).
    """
    train, held_out = data.take(~held), data.take(held)
    booster = train.booster(settings.parameters(len(train.codes), train.n_classes, seed))
    frame, scores = held_out.frame(), np.zeros((len(held_out.codes), train.n_classes))
    path: list[Floats] = []
    losses: list[float] = []
    done = 0
    for until in tree_rounds(settings.max_rounds):
        for _ in range(until - done):
            booster.update()
        scores = scores + booster.predict(
            frame, raw_score=True, start_iteration=done, num_iteration=until - done, num_threads=1
        )
        path.append(scores)
        losses.append(log_loss(scores, held_out.codes, held_out.weights))
        done = until
        if len(losses) - 1 - int(np.argmin(losses)) >= PATIENCE_BLOCKS:
            break
    return HeldOutTrees(booster.model_to_string(), path)


def tree_rounds(max_rounds: int) -> list[int]:
    """List the rounds at which the held-out loss is looked at.

    Examples
    --------
    >>> tree_rounds(50)
    [1, 21, 41, 50]
    """
    rounds = list(range(1, max_rounds + 1, BLOCK_ROUNDS))
    return rounds if rounds[-1] == max_rounds else [*rounds, max_rounds]
