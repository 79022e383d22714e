"""Fit the members of the pool side by side, choose their settings and their weights on held-out loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.folds import effort_folds, grouped_folds
from models.labels import Codes
from models.logit import Logit, LogitData, fit_path
from models.losses import default_floor, effective_rows, log_loss
from models.pool import FLOORS, PRIOR_NOTES, Pool, fit_pool_and_floor
from models.predictor import Anchor, Floats, Term
from models.side_by_side import Job, run_side_by_side
from models.sparse_logit import (
    FirstStage,
    LogitSettings,
    SecondStage,
    SparseLogit,
    StageSettings,
    first_stage,
    fit_sparse,
    mean_logit,
    second_stage,
)
from models.terms import build_anchor, build_terms, term_matrix
from models.trees import (
    HeldOutTrees,
    TreeData,
    TreeSettings,
    exact_settings,
    fit_trees,
    held_out_trees,
    tree_rounds,
)

STRONGEST_L2 = 1.0
LEAST_AVERAGED = 4
"""With so many folds or more the members are kept as fitted on the folds, their scores averaged.

Which terms a sparse logit takes in is a close call that changes with the rows: the mean of five such calls, each on four
fifths of the rows, comes nearer the truth than one on all of them (docs/model.md).  Fewer folds leave out too much: there
the members are fitted again on every row.
"""
LEAST_CROSS_VALIDATED = 10
"""Fewer groups than this are not cross-validated: a strongly shrunk logit stands alone."""


@dataclass(frozen=True)
class FitPlan:
    """Everything that a fit of the pool needs; see :class:`models.classifier.OutcomeClassifier`."""

    values: Floats
    names: tuple[str, ...]
    codes: Codes
    weights: Floats
    groups: NDArray[Any] | None
    n_classes: int
    trees: TreeSettings
    n_folds: int
    n_jobs: int | None
    seed: int
    logits: LogitSettings = field(default_factory=LogitSettings)
    pool_prior: float = PRIOR_NOTES

    @property
    def least_floor(self) -> float:
        """The floor where the held-out notes speak for none that is higher."""
        return default_floor(effective_rows(self.weights), self.n_classes)

    def tree_data(self) -> TreeData:
        """Give the rows as the trees take them."""
        return TreeData(self.values, self.names, self.codes, self.weights, self.n_classes)

    def logit_data(self, terms: Sequence[Term]) -> LogitData:
        """Give the rows as the logit takes them."""
        return LogitData(term_matrix(terms, self.values, self.names), self.codes, self.weights, self.n_classes)

    def tree_members(self) -> list[_TreeMember]:
        """Give the tree members: random cuts, and with enough rows exact cuts too."""
        random = _TreeMember("trees", self.trees)
        if len(self.codes) < self.trees.exact_rows:
            return [random]
        return [random, _TreeMember("exact_trees", exact_settings(self.trees))]


@dataclass(frozen=True)
class _TreeMember:
    """Boosters of one kind."""

    name: str
    settings: TreeSettings


@dataclass(frozen=True)
class Members:
    """The fitted pool: the anchor with its weights worked in, the boosters with theirs, the floor, and what was chosen."""

    anchor: Anchor
    boosters: tuple[Any, ...]
    tree_weights: tuple[float, ...]
    floor: float
    report: dict[str, Any]


@dataclass(frozen=True)
class _LogitMember:
    """A logit to be cross-validated."""

    name: str
    terms: list[Term]
    second: StageSettings
    data: LogitData


_Path = TypeVar("_Path", FirstStage, SecondStage, HeldOutTrees)


@dataclass(frozen=True)
class _Chosen(Generic[_Path]):
    """The best setting of a member (places on its paths), with its held-out scores and loss there, and its paths."""

    places: tuple[int, ...]
    scores: Floats
    loss: float
    paths: Sequence[_Path]


@dataclass(frozen=True)
class _CrossValidated:
    """What was chosen for each member."""

    logits: list[_Chosen[SecondStage]]
    trees: list[_Chosen[HeldOutTrees]]

    @property
    def members(self) -> list[_Chosen[SecondStage] | _Chosen[HeldOutTrees]]:
        return [*self.logits, *self.trees]


def fit_members(plan: FitPlan) -> Members:
    """Cross-validate the members, choose their settings and weights, and keep or fit what makes up the pool."""
    n_groups = len(plan.codes) if plan.groups is None else len(np.unique(plan.groups))
    if n_groups < LEAST_CROSS_VALIDATED:
        return _without_cross_validation(plan)
    logits = _logit_members(plan)
    held_out = _held_out_masks(plan)
    rows, forests = np.concatenate([np.flatnonzero(mask) for mask in held_out]), plan.tree_members()
    chosen = _cross_validate(plan, logits, held_out, rows)
    names = [*(one.name for one in logits), *(one.name for one in forests)]
    fair = _every_fold_sees_every_class(plan, held_out)
    floors = (plan.least_floor, *(one for one in FLOORS if one > plan.least_floor and fair))
    scores = [one.scores for one in chosen.members]
    pool = fit_pool_and_floor(scores, plan.codes[rows], plan.weights[rows], floors, plan.pool_prior)
    pooled = np.tensordot(pool.weights, np.stack(scores), axes=1)
    losses = {name: one.loss for name, one in zip(names, chosen.members, strict=True)}
    report = {
        "folds": len(held_out),
        "held_out_log_loss": {**losses, "pool": log_loss(pooled, plan.codes[rows], plan.weights[rows])},
        "pool_weights": {name: float(weight) for name, weight in zip(names, pool.weights, strict=True)},
        "floor": pool.floor,
        "path_places": {name: list(one.places) for name, one in zip(names, chosen.members, strict=True)},
        "rounds": {one.name: _rounds(plan, choice) for one, choice in zip(forests, chosen.trees, strict=True)},
    }
    averaged = len(held_out) >= LEAST_AVERAGED and fair
    keep = _keep_folds if averaged else _fit_chosen
    return keep(plan, logits, chosen, pool, report | {"averaged": str(averaged).lower()})


def _every_fold_sees_every_class(plan: FitPlan, held_out: Sequence[NDArray[np.bool_]]) -> bool:
    """Say whether each class is left in every fold's rows: a fit without it would call it all but impossible."""
    n_seen = len(np.unique(plan.codes))
    return all(len(np.unique(plan.codes[~mask])) == n_seen for mask in held_out)


def _logit_members(plan: FitPlan) -> list[_LogitMember]:
    settings = plan.logits
    smooth = build_terms(plan.values, plan.names, clip_share=settings.clip_share)
    flags = build_terms(plan.values, plan.names, thresholds=settings.thresholds, clip_share=settings.clip_share)
    return [
        _LogitMember("smooth", smooth, replace(settings.second, multiplied=0), plan.logit_data(smooth)),
        _LogitMember("flags", flags, settings.second, plan.logit_data(flags)),
    ]


def _held_out_masks(plan: FitPlan) -> list[NDArray[np.bool_]]:
    n_parts, n_used = effort_folds(len(plan.codes), plan.n_folds)
    part = grouped_folds(plan.codes, plan.groups, n_parts, plan.seed)
    return [part == one for one in range(n_used)]


def _cross_validate(
    plan: FitPlan, logits: Sequence[_LogitMember], held_out: Sequence[NDArray[np.bool_]], rows: NDArray[np.intp]
) -> _CrossValidated:
    """Run every member on every fold side by side, and place each where its held-out loss is least.

    The second stage of a logit follows from the first of the same fold, so nothing held out has a say in it.
    """
    tree_data, codes, weights = plan.tree_data(), plan.codes[rows], plan.weights[rows]
    jobs: list[Job] = [(first_stage, (one.data, mask)) for one in reversed(logits) for mask in held_out]
    forests = plan.tree_members()
    jobs += [
        (held_out_trees, (tree_data, mask, one.settings, plan.seed + fold))
        for one in forests
        for fold, mask in enumerate(held_out)
    ]
    done = run_side_by_side(jobs, plan.n_jobs)
    n = len(held_out)
    firsts: list[list[FirstStage]] = [done[n : 2 * n], done[:n]]
    trees = [_best_place(done[start : start + n], codes, weights) for start in range(2 * n, len(done), n)]
    places = [_best_place(stage, codes, weights).places[0] for stage in firsts]
    jobs = [
        (second_stage, (one.data, mask, one.terms, stage[fold].logits[place], one.second))
        for one, stage, place in zip(logits, firsts, places, strict=True)
        for fold, mask in enumerate(held_out)
    ]
    paths = run_side_by_side(jobs, plan.n_jobs)
    seconds = [_best_place(paths[start : start + n], codes, weights) for start in range(0, len(paths), n)]
    both = [replace(one, places=(place, *one.places)) for place, one in zip(places, seconds, strict=True)]
    return _CrossValidated(both, trees)


def _best_place(paths: Sequence[_Path], codes: Codes, weights: Floats) -> _Chosen[_Path]:
    """Choose the place that all folds reached at which their joint loss is least."""
    reached = min(len(path.scores) for path in paths)
    places = [np.concatenate([path.scores[place] for path in paths]) for place in range(reached)]
    losses = [log_loss(scores, codes, weights) for scores in places]
    best = int(np.argmin(losses))
    return _Chosen((best,), places[best], losses[best], paths)


def _rounds(plan: FitPlan, choice: _Chosen[HeldOutTrees]) -> int:
    return tree_rounds(plan.trees.max_rounds)[choice.places[0]]


def _keep_folds(
    plan: FitPlan, logits: Sequence[_LogitMember], chosen: _CrossValidated, pool: Pool, report: dict[str, Any]
) -> Members:
    """Keep the fits of the folds: the logits' mean, weighed, as one anchor, and every booster at its part of the weight."""
    weights = pool.weights.tolist()
    weighed = [
        (one.terms, mean_logit([path.logits[choice.places[-1]] for path in choice.paths]), weight)
        for one, choice, weight in zip(logits, chosen.logits, weights, strict=False)
        if weight > 0
    ]
    boosters, tree_weights = [], []
    for choice, weight in zip(chosen.trees, weights[len(logits) :], strict=True):
        if weight > 0:
            boosters += [path.cut(_rounds(plan, choice)) for path in choice.paths]
            tree_weights += [weight / len(choice.paths)] * len(choice.paths)
    if not boosters:
        boosters, tree_weights = [chosen.trees[0].paths[0].cut(1)], [0.0]
    return Members(_joined(weighed, plan.n_classes), tuple(boosters), tuple(tree_weights), pool.floor, report)


def _fit_chosen(
    plan: FitPlan, logits: Sequence[_LogitMember], chosen: _CrossValidated, pool: Pool, report: dict[str, Any]
) -> Members:
    """Fit on every row and join the logits, weighed, into one anchor.  A member of weight 0 is not fitted."""
    weights, n_logits = pool.weights.tolist(), len(logits)
    anchored = [one for one in zip(logits, chosen.logits, weights, strict=False) if one[2] > 0]
    forests = list(zip(plan.tree_members(), chosen.trees, weights[n_logits:], strict=True))
    grown = [one for one in forests if one[2] > 0] or [(*forests[0][:2], 0.0)]
    jobs: list[Job] = [(fit_sparse, (one.data, one.terms, choice.places, one.second)) for one, choice, _ in anchored]
    for forest, choice, weight in grown:
        rounds = _rounds(plan, choice) if weight > 0 else 1
        jobs.append((fit_trees, (plan.tree_data(), forest.settings, rounds, plan.seed)))
    fitted = run_side_by_side(jobs, plan.n_jobs)
    n = len(anchored)
    weighed = [(one.terms, logit, weight) for (one, _, weight), logit in zip(anchored, fitted[:n], strict=True)]
    tree_weights = tuple(weight for _, _, weight in grown)
    return Members(_joined(weighed, plan.n_classes), tuple(fitted[n:]), tree_weights, pool.floor, report)


def _joined(weighed: Sequence[tuple[list[Term], SparseLogit, float]], n_classes: int) -> Anchor:
    """Join logits into one linear score: a term that two share is one term."""
    intercepts = np.zeros(n_classes)
    coefficients: dict[Term, Floats] = {}
    products = []
    for terms, logit, weight in weighed:
        intercepts += weight * logit.intercepts
        for term, row in zip(terms, weight * logit.coefficients, strict=True):
            coefficients[term] = coefficients.get(term, np.zeros(n_classes)) + row
        products += list(zip(logit.products, weight * logit.product_coefficients, strict=True))
    matrix = np.array(list(coefficients.values())).reshape(len(coefficients), n_classes)
    return build_anchor(list(coefficients), intercepts, matrix, products)


def _without_cross_validation(plan: FitPlan) -> Members:
    """Fit a strongly shrunk logit alone: so few loans cannot choose anything."""
    terms = build_terms(plan.values, plan.names, clip_share=plan.logits.clip_share)
    logit: Logit = next(iter(fit_path(plan.logit_data(terms), "l2", [STRONGEST_L2], tolerance=1e-7)))
    booster = fit_trees(plan.tree_data(), plan.trees, 1, plan.seed)
    report = {"folds": 0, "pool_weights": {"smooth": 1.0, "trees": 0.0}}
    anchor = build_anchor(terms, logit.intercepts, logit.coefficients)
    return Members(anchor, (booster,), (0.0,), plan.least_floor, report)
