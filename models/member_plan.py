"""What the pool is made of: the rows, the settings, and the members that so many rows call for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.labels import Codes
from models.logit import LogitData
from models.losses import default_floor, effective_loans
from models.pool import PRIOR_NOTES
from models.predictor import Floats, Term
from models.sparse_logit import LogitSettings, StageSettings
from models.terms import build_terms, term_matrix
from models.trees import TreeData, TreeSettings, exact_settings


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
    def n_loans(self) -> int:
        """Loans; rows where no groups are given."""
        return len(self.codes) if self.groups is None else len(np.unique(self.groups))

    @property
    def least_floor(self) -> float:
        """The floor where the held-out notes speak for none that is higher."""
        return default_floor(effective_loans(self.weights, self.groups), self.n_classes)

    def tree_data(self) -> TreeData:
        """Give the rows as the trees take them."""
        return TreeData(self.values, self.names, self.codes, self.weights, self.n_classes)

    def logit_data(self, terms: Sequence[Term]) -> LogitData:
        """Give the rows as the logit takes them."""
        return LogitData(term_matrix(terms, self.values, self.names), self.codes, self.weights, self.n_classes)

    def tree_members(self) -> list[TreeMember]:
        """Give the tree members: random cuts, and with enough rows exact cuts too."""
        random = TreeMember("trees", self.trees)
        if len(self.codes) < self.trees.exact_rows:
            return [random]
        return [random, TreeMember("exact_trees", exact_settings(self.trees))]


@dataclass(frozen=True)
class TreeMember:
    """Boosters of one kind."""

    name: str
    settings: TreeSettings


@dataclass(frozen=True)
class LogitMember:
    """A logit to be cross-validated: a sparse one in two stages, or with no ``second`` stage a ridge logit."""

    name: str
    terms: list[Term]
    second: StageSettings | None
    data: LogitData


def logit_members(plan: FitPlan) -> list[LogitMember]:
    """Give the logits: two sparse ones, and on few loans a ridge logit too."""
    settings = plan.logits
    smooth = build_terms(plan.values, plan.names, clip_share=settings.clip_share)
    flags = build_terms(plan.values, plan.names, thresholds=settings.thresholds, clip_share=settings.clip_share)
    smooth_data = plan.logit_data(smooth)
    sparse = [
        LogitMember("smooth", smooth, replace(settings.second, multiplied=0), smooth_data),
        LogitMember("flags", flags, settings.second, plan.logit_data(flags)),
    ]
    if plan.n_loans >= settings.ridge_below:
        return sparse
    return [*sparse, LogitMember("ridge", smooth, None, smooth_data)]
