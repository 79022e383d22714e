"""Fit the members of the pool side by side, choose their settings and their weights on held-out loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.folds import effort_folds, grouped_folds
from models.labels import Codes
from models.logit import Logit, LogitData, fit_path, largest_penalty
from models.losses import log_loss
from models.pool import fit_pool
from models.predictor import Anchor, Floats, Term
from models.side_by_side import Job, run_side_by_side
from models.terms import build_anchor, build_terms, term_matrix
from models.trees import TreeData, TreeSettings, fit_trees, held_out_scores, tree_rounds

L1_SHARES = tuple(np.geomspace(0.12, 0.0012, 9).tolist())
"""Strengths of the L1 penalty as shares of the one at which nothing is left."""
L2_STRENGTHS = tuple(np.geomspace(1.0, 1e-4, 8).tolist())
PATH_PATIENCE = 2
"""A path ends after this many strengths without a better held-out loss."""
LEAST_CROSS_VALIDATED = 10
"""Fewer groups than this are not cross-validated: the strongest anchor stands alone."""


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

    def tree_data(self) -> TreeData:
        """Give the rows as the trees take them."""
        return TreeData(self.values, self.names, self.codes, self.weights, self.n_classes)

    def logit_data(self, terms: Sequence[Term]) -> LogitData:
        """Give the rows as the logit takes them."""
        return LogitData(term_matrix(terms, self.values, self.names), self.codes, self.weights, self.n_classes)


@dataclass(frozen=True)
class Members:
    """The fitted pool: the anchor with its weights worked in, the booster and its weight, and what was chosen."""

    anchor: Anchor
    booster: Any
    tree_weight: float
    report: dict[str, Any]


@dataclass(frozen=True)
class _LogitMember:
    """A logit to be cross-validated: terms, penalty, descending strengths."""

    name: str
    terms: list[Term]
    penalty: str
    strengths: list[float]
    data: LogitData


@dataclass(frozen=True)
class _Chosen:
    """A member's best setting (its place on the path) with its held-out scores and loss there."""

    member: _LogitMember | None
    place: int
    scores: Floats
    loss: float


def fit_members(plan: FitPlan) -> Members:
    """Cross-validate the members, choose their settings and weights, and fit them on every row."""
    groups = np.arange(len(plan.codes)) if plan.groups is None else plan.groups
    if len(np.unique(groups)) < LEAST_CROSS_VALIDATED:
        return _without_cross_validation(plan)
    candidates = _logit_members(plan)
    held_out = _held_out_masks(plan)
    rows = np.concatenate([np.flatnonzero(mask) for mask in held_out])
    logits, trees = _cross_validate(plan, candidates, held_out, rows)
    smooth = min((one for one in logits if one.member and one.member.name != "flags"), key=lambda one: one.loss)
    flags = next(one for one in logits if one.member and one.member.name == "flags")
    pool = fit_pool([one.scores for one in (smooth, flags, trees)], plan.codes[rows], plan.weights[rows])
    pooled = sum(weight * one.scores for weight, one in zip(pool, (smooth, flags, trees), strict=True))
    rounds = tree_rounds(plan.trees.max_rounds)[trees.place]
    report = {
        "folds": len(held_out),
        "held_out_log_loss": {
            **{one.member.name: one.loss for one in logits if one.member},
            "trees": trees.loss,
            "pool": log_loss(pooled, plan.codes[rows], plan.weights[rows]),
        },
        "pool_weights": {name: float(weight) for name, weight in zip(("smooth", "flags", "trees"), pool, strict=True)},
        "penalties": {one.member.name: one.member.strengths[one.place] for one in (smooth, flags) if one.member},
        "smooth_member": smooth.member.name if smooth.member else "",
        "rounds": rounds,
    }
    return _fit_chosen(plan, [(smooth, float(pool[0])), (flags, float(pool[1]))], (rounds, float(pool[2])), report)


def _logit_members(plan: FitPlan) -> list[_LogitMember]:
    smooth = build_terms(plan.values, plan.names)
    flags = build_terms(plan.values, plan.names, thresholds=True)
    smooth_data, flags_data = plan.logit_data(smooth), plan.logit_data(flags)
    l1 = [[share * largest_penalty(data) for share in L1_SHARES] for data in (smooth_data, flags_data)]
    return [
        _LogitMember("flags", flags, "l1", l1[1], flags_data),
        _LogitMember("smooth_l1", smooth, "l1", l1[0], smooth_data),
        _LogitMember("smooth_l2", smooth, "l2", list(L2_STRENGTHS), smooth_data),
    ]


def _held_out_masks(plan: FitPlan) -> list[NDArray[np.bool_]]:
    n_parts, n_used = effort_folds(len(plan.codes), plan.n_folds)
    part = grouped_folds(plan.codes, plan.groups, n_parts, plan.seed)
    return [part == one for one in range(n_used)]


def _cross_validate(
    plan: FitPlan, candidates: Sequence[_LogitMember], held_out: Sequence[NDArray[np.bool_]], rows: NDArray[np.intp]
) -> tuple[list[_Chosen], _Chosen]:
    """Run every member on every fold side by side, the longest first, and place each where its loss is least."""
    tree_data = plan.tree_data()
    jobs: list[Job] = [(_held_out_trees, (tree_data, mask, plan.trees, plan.seed)) for mask in held_out]
    for member in candidates:
        jobs += [(_held_out_logits, (member.data, mask, member.penalty, member.strengths)) for mask in held_out]
    paths = run_side_by_side(jobs, plan.n_jobs)
    by_member = [paths[start : start + len(held_out)] for start in range(0, len(paths), len(held_out))]
    codes, weights = plan.codes[rows], plan.weights[rows]
    trees = _best_place(None, by_member[0], codes, weights)
    logits = [_best_place(one, path, codes, weights) for one, path in zip(candidates, by_member[1:], strict=True)]
    return logits, trees


def _best_place(member: _LogitMember | None, paths: list[list[Floats]], codes: Codes, weights: Floats) -> _Chosen:
    reached = min(len(path) for path in paths)
    places = [np.concatenate([path[place] for path in paths]) for place in range(reached)]
    losses = [log_loss(scores, codes, weights) for scores in places]
    best = int(np.argmin(losses))
    return _Chosen(member, best, places[best], losses[best])


def _held_out_trees(data: TreeData, held: NDArray[np.bool_], settings: TreeSettings, seed: int) -> list[Floats]:
    return held_out_scores(data.take(~held), data.take(held), settings, seed)


def _held_out_logits(data: LogitData, held: NDArray[np.bool_], penalty: str, strengths: list[float]) -> list[Floats]:
    test = data.take(held)
    path: list[Floats] = []
    losses: list[float] = []
    for logit in fit_path(data.take(~held), penalty, strengths):
        path.append(logit.scores(test.terms))
        losses.append(log_loss(path[-1], test.codes, test.weights))
        if len(losses) - 1 - int(np.argmin(losses)) >= PATH_PATIENCE:
            break
    return path


def _fit_chosen(
    plan: FitPlan, logits: Sequence[tuple[_Chosen, float]], trees: tuple[int, float], report: dict[str, Any]
) -> Members:
    """Fit on every row and join the logits, weighed, into one anchor.  A member of weight 0 is not fitted."""
    rounds, tree_weight = trees
    jobs: list[Job] = [(fit_trees, (plan.tree_data(), plan.trees, rounds if tree_weight > 0 else 1, plan.seed))]
    used = [(one.member, one.place, weight) for one, weight in logits if one.member and weight > 0]
    jobs += [(_fit_logit, (member.data, member.penalty, member.strengths[place])) for member, place, _ in used]
    booster, *fitted = run_side_by_side(jobs, plan.n_jobs)
    intercepts = np.zeros(plan.n_classes)
    coefficients: dict[Term, Floats] = {}
    for (member, _, weight), logit in zip(used, fitted, strict=True):
        intercepts += weight * logit.intercepts
        for term, row in zip(member.terms, weight * logit.coefficients, strict=True):
            coefficients[term] = coefficients.get(term, np.zeros(plan.n_classes)) + row
    matrix = np.array(list(coefficients.values())).reshape(len(coefficients), plan.n_classes)
    return Members(build_anchor(list(coefficients), intercepts, matrix), booster, tree_weight, report)


def _fit_logit(data: LogitData, penalty: str, strength: float) -> Logit:
    return next(iter(fit_path(data, penalty, [strength], tolerance=1e-7)))


def _without_cross_validation(plan: FitPlan) -> Members:
    """Fit a strongly shrunk logit alone: so few loans cannot choose anything."""
    terms = build_terms(plan.values, plan.names)
    member = _LogitMember("smooth_l2", terms, "l2", [L2_STRENGTHS[0]], plan.logit_data(terms))
    chosen = _Chosen(member, 0, np.empty((0, plan.n_classes)), float("nan"))
    return _fit_chosen(plan, [(chosen, 1.0)], (1, 0.0), {"folds": 0, "pool_weights": {"smooth": 1.0, "trees": 0.0}})
