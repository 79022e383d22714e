"""Cross-validate the members: every one on every fold, placed where its held-out loss is least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.folds import effort_folds, grouped_folds, main_class
from models.labels import Codes
from models.losses import log_loss
from models.member_plan import FitPlan, LogitMember
from models.predictor import Floats
from models.ridge_logit import ridge_path
from models.side_by_side import Job, run_side_by_side
from models.sparse_logit import FirstStage, LogitPath, first_stage, second_stage
from models.trees import HeldOutTrees, held_out_trees, tree_rounds

Path = TypeVar("Path", FirstStage, LogitPath, HeldOutTrees)


@dataclass(frozen=True)
class Chosen(Generic[Path]):
    """The best setting of a member (places on its paths), with its held-out scores and loss there, and its paths."""

    places: tuple[int, ...]
    scores: Floats
    loss: float
    paths: Sequence[Path]


@dataclass(frozen=True)
class CrossValidated:
    """What was chosen for each member, logits and trees in the order of the plan."""

    logits: list[Chosen[LogitPath]]
    trees: list[Chosen[HeldOutTrees]]

    @property
    def members(self) -> list[Chosen[LogitPath] | Chosen[HeldOutTrees]]:
        """All of them, the logits first."""
        return [*self.logits, *self.trees]


def held_out_masks(plan: FitPlan) -> list[NDArray[np.bool_]]:
    """Give the rows that each fold holds out, as many folds as are worth their time."""
    n_parts, n_used = effort_folds(len(plan.codes), plan.n_folds)
    part = grouped_folds(plan.codes, plan.groups, n_parts, plan.seed, plan.weights)
    return [part == one for one in range(n_used)]


def every_fold_sees_every_class(plan: FitPlan, held_out: Sequence[NDArray[np.bool_]]) -> bool:
    """Say whether each class is left in every fold's rows: a fit without it would call it all but impossible.

    A loan shows its main class alone: a sliver of a chance that an open note becomes a deed is no deed that was seen.
    """
    shown = main_class(plan.codes, plan.groups, plan.weights)
    n_seen = len(np.unique(shown))
    return all(len(np.unique(shown[~mask])) == n_seen for mask in held_out)


def cross_validate(
    plan: FitPlan, logits: Sequence[LogitMember], held_out: Sequence[NDArray[np.bool_]], rows: NDArray[np.intp]
) -> CrossValidated:
    """Run every member on every fold side by side, and place each where its held-out loss is least.

    The second stage of a logit follows from the first of the same fold, so nothing held out has a say in it.
    """
    codes, weights, n = plan.codes[rows], plan.weights[rows], len(held_out)
    tree_data, forests = plan.tree_data(), plan.tree_members()
    sparse = [(one, one.second) for one in logits if one.second is not None]
    ridge = [one for one in logits if one.second is None]
    jobs: list[Job] = [(first_stage, (one.data, mask)) for one, _ in reversed(sparse) for mask in held_out]
    jobs += [
        (held_out_trees, (tree_data, mask, one.settings, plan.seed + fold))
        for one in forests
        for fold, mask in enumerate(held_out)
    ]
    jobs += [(ridge_path, (one.data, mask)) for one in ridge for mask in held_out]
    done = _in_folds(run_side_by_side(jobs, plan.n_jobs), n)
    firsts: list[list[FirstStage]] = done[: len(sparse)][::-1]
    trees = [_best_place(one, codes, weights) for one in done[len(sparse) : len(sparse) + len(forests)]]
    dense = [_best_place(one, codes, weights) for one in done[len(sparse) + len(forests) :]]
    places = [_best_place(stage, codes, weights).places[0] for stage in firsts]
    jobs = [
        (second_stage, (one.data, mask, one.terms, stage[fold].logits[place], second))
        for (one, second), stage, place in zip(sparse, firsts, places, strict=True)
        for fold, mask in enumerate(held_out)
    ]
    seconds = [_best_place(one, codes, weights) for one in _in_folds(run_side_by_side(jobs, plan.n_jobs), n)]
    both = [replace(one, places=(place, *one.places)) for place, one in zip(places, seconds, strict=True)]
    return CrossValidated([*both, *dense], trees)


def _in_folds(done: Sequence[Any], n_folds: int) -> list[list[Any]]:
    """Take what was done apart, member by member, each with all its folds."""
    return [list(done[start : start + n_folds]) for start in range(0, len(done), n_folds)]


def _best_place(paths: Sequence[Path], codes: Codes, weights: Floats) -> Chosen[Path]:
    """Choose the place that all folds reached at which their joint loss is least."""
    reached = min(len(path.scores) for path in paths)
    places = [np.concatenate([path.scores[place] for path in paths]) for place in range(reached)]
    losses = [log_loss(scores, codes, weights) for scores in places]
    best = int(np.argmin(losses))
    return Chosen((best,), places[best], losses[best], paths)


def rounds_of(plan: FitPlan, choice: Chosen[HeldOutTrees]) -> int:
    """Say after how many rounds a tree member's held-out loss is least."""
    return tree_rounds(plan.trees.max_rounds)[choice.places[0]]
