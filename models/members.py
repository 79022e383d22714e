"""Fit the members of the pool side by side, choose their settings and their weights on held-out loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.folds import effort_folds, grouped_folds
from models.labels import Codes
from models.logit import Logit, LogitData, fit_path
from models.losses import log_loss
from models.pool import PRIOR_NOTES, fit_pool
from models.predictor import Anchor, Floats, Term
from models.side_by_side import Job, run_side_by_side
from models.sparse_logit import FirstStage, SecondStage, SparseLogit, first_stage, fit_sparse, held_out_scores
from models.terms import CLIP_SHARE, THRESHOLDS, build_anchor, build_terms, term_matrix
from models.trees import (
    TreeData,
    TreeSettings,
    effort_seeds,
    exact_settings,
    fit_trees,
    held_out_trees,
    tree_rounds,
)

STRONGEST_L2 = 1.0
LEAST_CROSS_VALIDATED = 10
"""Fewer groups than this are not cross-validated: a strongly shrunk logit stands alone."""


@dataclass(frozen=True)
class LogitSettings:
    """What the logits are made of.

    Parameters
    ----------
    thresholds
        Flags a feature in the logit that has them, at most.
    clip_share
        Share of notes beyond each clip of a feature.
    second
        Its second stage; the products are of the logit with flags alone.
    """

    thresholds: int = THRESHOLDS
    clip_share: float = CLIP_SHARE
    second: SecondStage = field(default_factory=SecondStage)


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

    def tree_data(self) -> TreeData:
        """Give the rows as the trees take them."""
        return TreeData(self.values, self.names, self.codes, self.weights, self.n_classes)

    def logit_data(self, terms: Sequence[Term]) -> LogitData:
        """Give the rows as the logit takes them."""
        return LogitData(term_matrix(terms, self.values, self.names), self.codes, self.weights, self.n_classes)

    def tree_members(self) -> list[_TreeMember]:
        """Give the tree members: random cuts, averaged over seeds, and with enough rows exact cuts too."""
        seeds = [self.seed + one for one in range(effort_seeds(len(self.codes)))]
        random = _TreeMember("trees", self.trees, seeds)
        if len(self.codes) < self.trees.exact_rows:
            return [random]
        return [random, _TreeMember("exact_trees", exact_settings(self.trees), seeds[:1])]


@dataclass(frozen=True)
class _TreeMember:
    """Boosters of one kind, one a seed, whose mean score counts."""

    name: str
    settings: TreeSettings
    seeds: list[int]


@dataclass(frozen=True)
class Members:
    """The fitted pool: the anchor with its weights worked in, the boosters and their weights, and what was chosen."""

    anchor: Anchor
    boosters: tuple[Any, ...]
    tree_weights: tuple[float, ...]
    report: dict[str, Any]


@dataclass(frozen=True)
class _LogitMember:
    """A logit to be cross-validated."""

    name: str
    terms: list[Term]
    second: SecondStage
    data: LogitData


@dataclass(frozen=True)
class _Chosen:
    """The best setting of a member (places on its paths), with its held-out scores and loss there."""

    places: tuple[int, ...]
    scores: Floats
    loss: float


def fit_members(plan: FitPlan) -> Members:
    """Cross-validate the members, choose their settings and weights, and fit them on every row."""
    groups = np.arange(len(plan.codes)) if plan.groups is None else plan.groups
    if len(np.unique(groups)) < LEAST_CROSS_VALIDATED:
        return _without_cross_validation(plan)
    logits = _logit_members(plan)
    held_out = _held_out_masks(plan)
    rows = np.concatenate([np.flatnonzero(mask) for mask in held_out])
    forests = plan.tree_members()
    chosen = _cross_validate(plan, logits, held_out, rows)
    names = [*(one.name for one in logits), *(one.name for one in forests)]
    pool = fit_pool([one.scores for one in chosen], plan.codes[rows], plan.weights[rows], plan.pool_prior)
    pooled = sum(weight * one.scores for weight, one in zip(pool, chosen, strict=True))
    losses = {name: one.loss for name, one in zip(names, chosen, strict=True)}
    report = {
        "folds": len(held_out),
        "held_out_log_loss": {**losses, "pool": log_loss(pooled, plan.codes[rows], plan.weights[rows])},
        "pool_weights": {name: float(weight) for name, weight in zip(names, pool, strict=True)},
        "path_places": {name: list(one.places) for name, one in zip(names, chosen, strict=True)},
        "rounds": {
            one.name: tree_rounds(plan.trees.max_rounds)[choice.places[0]]
            for one, choice in zip(forests, chosen[len(logits) :], strict=True)
        },
    }
    return _fit_chosen(plan, logits, chosen, pool, report)


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
) -> list[_Chosen]:
    """Run every member on every fold side by side, and place each where its held-out loss is least.

    The second stage of a logit follows from the first of the same fold, so nothing held out has a say in it.
    """
    tree_data, codes, weights = plan.tree_data(), plan.codes[rows], plan.weights[rows]
    jobs: list[Job] = [(first_stage, (one.data, mask)) for one in reversed(logits) for mask in held_out]
    forests = plan.tree_members()
    jobs += [(held_out_trees, (tree_data, mask, one.settings, one.seeds)) for one in forests for mask in held_out]
    done = run_side_by_side(jobs, plan.n_jobs)
    n = len(held_out)
    firsts: list[list[FirstStage]] = [done[n : 2 * n], done[:n]]
    trees = [_best_place(done[start : start + n], codes, weights) for start in range(2 * n, len(done), n)]
    places = [_best_place([one.scores for one in stage], codes, weights).places[0] for stage in firsts]
    jobs = [
        (held_out_scores, (one.data, mask, one.terms, stage[fold].logits[place], one.second))
        for one, stage, place in zip(logits, firsts, places, strict=True)
        for fold, mask in enumerate(held_out)
    ]
    paths = run_side_by_side(jobs, plan.n_jobs)
    seconds = [_best_place(paths[start : start + n], codes, weights) for start in range(0, len(paths), n)]
    both = [_Chosen((place, one.places[0]), one.scores, one.loss) for place, one in zip(places, seconds, strict=True)]
    return [*both, *trees]


def _best_place(paths: Sequence[list[Floats]], codes: Codes, weights: Floats) -> _Chosen:
    """Choose the place that all folds reached at which their joint loss is least."""
    reached = min(len(path) for path in paths)
    places = [np.concatenate([path[place] for path in paths]) for place in range(reached)]
    losses = [log_loss(scores, codes, weights) for scores in places]
    best = int(np.argmin(losses))
    return _Chosen((best,), places[best], losses[best])


def _fit_chosen(
    plan: FitPlan, logits: Sequence[_LogitMember], chosen: Sequence[_Chosen], pool: Floats, report: dict[str, Any]
) -> Members:
    """Fit on every row and join the logits, weighed, into one anchor.  A member of weight 0 is not fitted."""
    weights, n_logits = pool.tolist(), len(logits)
    anchored = [one for one in zip(logits, chosen, weights, strict=False) if one[2] > 0]
    forests = list(zip(plan.tree_members(), chosen[n_logits:], weights[n_logits:], strict=True))
    grown = [one for one in forests if one[2] > 0] or [(*forests[0][:2], 0.0)]
    jobs: list[Job] = [(fit_sparse, (one.data, one.terms, choice.places, one.second)) for one, choice, _ in anchored]
    tree_weights: list[float] = []
    for forest, choice, weight in grown:
        rounds = tree_rounds(plan.trees.max_rounds)[choice.places[0]] if weight > 0 else 1
        jobs += [(fit_trees, (plan.tree_data(), forest.settings, rounds, seed)) for seed in forest.seeds]
        tree_weights += [weight / len(forest.seeds)] * len(forest.seeds)
    fitted = run_side_by_side(jobs, plan.n_jobs)
    n = len(anchored)
    weighed = [(one.terms, logit, weight) for (one, _, weight), logit in zip(anchored, fitted[:n], strict=True)]
    return Members(_joined(weighed, plan.n_classes), tuple(fitted[n:]), tuple(tree_weights), report)


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
    return Members(build_anchor(terms, logit.intercepts, logit.coefficients), (booster,), (0.0,), report)
