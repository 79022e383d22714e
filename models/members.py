"""Fit the members of the pool side by side, choose their settings and their weights on held-out loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.cross_validation import (
    CrossValidated,
    cross_validate,
    every_fold_sees_every_class,
    held_out_masks,
    rounds_of,
)
from models.logit import Logit, fit_path
from models.losses import log_loss
from models.member_plan import FitPlan, LogitMember, logit_members
from models.pool import FLOORS, Pool, fit_pool_and_floor
from models.predictor import Anchor, Floats, Term
from models.ridge_logit import fit_ridge
from models.side_by_side import Job, run_side_by_side
from models.sparse_logit import SparseLogit, fit_sparse, mean_logit
from models.terms import build_anchor, build_terms
from models.trees import fit_trees

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
class Members:
    """The fitted pool: the anchor with its weights worked in, the boosters with theirs, the floor, and what was chosen."""

    anchor: Anchor
    boosters: tuple[Any, ...]
    tree_weights: tuple[float, ...]
    floor: float
    report: dict[str, Any]


def fit_members(plan: FitPlan) -> Members:
    """Cross-validate the members, choose their settings and weights, and keep or fit what makes up the pool."""
    if plan.n_loans < LEAST_CROSS_VALIDATED:
        return _without_cross_validation(plan)
    logits = logit_members(plan)
    held_out = held_out_masks(plan)
    rows, forests = np.concatenate([np.flatnonzero(mask) for mask in held_out]), plan.tree_members()
    chosen = cross_validate(plan, logits, held_out, rows)
    names = [*(one.name for one in logits), *(one.name for one in forests)]
    fair = every_fold_sees_every_class(plan, held_out)
    floors = (plan.least_floor, *(one for one in FLOORS if one > plan.least_floor and fair))
    scores = [one.scores for one in chosen.members]
    codes, weights, loans = plan.codes[rows], plan.weights[rows], None if plan.groups is None else plan.groups[rows]
    pool = fit_pool_and_floor(scores, codes, weights, loans, floors, plan.pool_prior)
    held_out_loss = log_loss(pool.scores(scores), codes, weights, floor=pool.floor)
    losses = {name: one.loss for name, one in zip(names, chosen.members, strict=True)}
    report = {
        "folds": len(held_out),
        "held_out_log_loss": {**losses, "pool": held_out_loss},
        "pool_weights": {name: float(weight) for name, weight in zip(names, pool.weights, strict=True)},
        "offsets": pool.offsets.tolist(),
        "floor": pool.floor,
        "path_places": {name: list(one.places) for name, one in zip(names, chosen.members, strict=True)},
        "rounds": {one.name: rounds_of(plan, choice) for one, choice in zip(forests, chosen.trees, strict=True)},
    }
    averaged = len(held_out) >= LEAST_AVERAGED and fair
    keep = _keep_folds if averaged else _fit_chosen
    return keep(plan, logits, chosen, pool, report | {"averaged": str(averaged).lower()})


def _keep_folds(
    plan: FitPlan, logits: Sequence[LogitMember], chosen: CrossValidated, pool: Pool, report: dict[str, Any]
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
            boosters += [path.cut(rounds_of(plan, choice)) for path in choice.paths]
            tree_weights += [weight / len(choice.paths)] * len(choice.paths)
    if not boosters:
        boosters, tree_weights = [chosen.trees[0].paths[0].cut(1)], [0.0]
    return Members(_joined(weighed, pool.offsets), tuple(boosters), tuple(tree_weights), pool.floor, report)


def _fit_chosen(
    plan: FitPlan, logits: Sequence[LogitMember], chosen: CrossValidated, pool: Pool, report: dict[str, Any]
) -> Members:
    """Fit on every row and join the logits, weighed, into one anchor.  A member of weight 0 is not fitted."""
    weights, n_logits = pool.weights.tolist(), len(logits)
    anchored = [one for one in zip(logits, chosen.logits, weights, strict=False) if one[2] > 0]
    forests = list(zip(plan.tree_members(), chosen.trees, weights[n_logits:], strict=True))
    grown = [one for one in forests if one[2] > 0] or [(*forests[0][:2], 0.0)]
    jobs: list[Job] = [_logit_job(one, choice.places) for one, choice, _ in anchored]
    for forest, choice, weight in grown:
        rounds = rounds_of(plan, choice) if weight > 0 else 1
        jobs.append((fit_trees, (plan.tree_data(), forest.settings, rounds, plan.seed)))
    fitted = run_side_by_side(jobs, plan.n_jobs)
    n = len(anchored)
    weighed = [(one.terms, logit, weight) for (one, _, weight), logit in zip(anchored, fitted[:n], strict=True)]
    tree_weights = tuple(weight for _, _, weight in grown)
    return Members(_joined(weighed, pool.offsets), tuple(fitted[n:]), tree_weights, pool.floor, report)


def _logit_job(member: LogitMember, places: tuple[int, ...]) -> Job:
    if member.second is None:
        return fit_ridge, (member.data, *places)
    return fit_sparse, (member.data, member.terms, places, member.second)


def _joined(weighed: Sequence[tuple[list[Term], SparseLogit, float]], offsets: Floats) -> Anchor:
    """Join logits into one linear score, the pool's offsets in it: a term that two share is one term."""
    intercepts, n_classes = offsets.copy(), len(offsets)
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
    report = {
        "folds": 0,
        "pool_weights": {"smooth": 1.0, "trees": 0.0},
        "offsets": [0.0] * plan.n_classes,
        "floor": plan.least_floor,
    }
    anchor = build_anchor(terms, logit.intercepts, logit.coefficients)
    return Members(anchor, (booster,), (0.0,), plan.least_floor, report)
