"""What a model has to beat, from the least thought to the most: class shares, a shrunk table, a multinomial logit."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from models.folds import effort_folds, grouped_folds
from models.labels import Codes, encode_labels, row_weights
from models.logit import LogitData, fit_path
from models.losses import default_floor, effective_loans, log_loss
from models.predictor import Floats, Term, feature_values, softmax_with_floor
from models.side_by_side import on_one_thread, run_side_by_side
from models.terms import build_terms, term_matrix

N_FOLDS = 5
SHRINKAGE_STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Notes' worth of weight that a cell's parent has in it."""
L2_STRENGTHS = tuple(np.geomspace(1.0, 1e-5, 11).tolist())
BEHIND_EDGES = (1.0, 2.0, 3.0, 6.0, 12.0, 24.0)
"""Months behind: 0 | 1 | 2 | 3-5 | 6-11 | 12-23 | 24 and more."""
PAID_EDGES = (1.0, 4.0, 9.0, 12.0)
"""Full payments in the last 12 months: 0 | 1-3 | 4-8 | 9-11 | 12."""
BUCKET_COLUMNS = ("months_behind", "full_payments_12m", "occupancy_owner", "occupancy_vacant")


class _Baseline(ClassifierMixin, BaseEstimator):
    """Labels, weights and the floor, alike for every baseline."""

    def fit(
        self,
        X: pd.DataFrame,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Fit.

        Parameters
        ----------
        X
            Features by name, NaN missing.
        y
            Outcomes, shape (n_notes,).
        sample_weight
            At or above 0, shape (n_notes,).
        groups
            Loan of each row; rows of one loan stay in one fold.

        Raises
        ------
        ValueError
            Fewer than two classes, bad weights, or a feature that the baseline needs is absent.
        """
        weights = row_weights(sample_weight, len(X))
        kept = weights > 0
        self.classes_, codes = encode_labels(np.asarray(y)[kept])
        loans = None if groups is None else np.asarray(groups)[kept]
        self.floor_ = default_floor(effective_loans(weights[kept], loans), len(self.classes_))
        on_one_thread(self._fit, X.loc[kept], codes, weights[kept], loans)
        return self

    def predict_proba(self, X: pd.DataFrame) -> Floats:
        """Give probabilities, float64, shape (n_notes, n_classes), columns as ``classes_``; each > 0, rows sum to 1."""
        check_is_fitted(self)
        shares = on_one_thread(self._shares, X)
        probabilities: Floats = self.floor_ + (1.0 - shares.shape[1] * self.floor_) * shares
        return probabilities

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """Give the most probable class of each note."""
        labels: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def _fit(self, X: pd.DataFrame, codes: Codes, weights: Floats, loans: NDArray[Any] | None) -> None:
        raise NotImplementedError

    def _shares(self, X: pd.DataFrame) -> Floats:
        raise NotImplementedError


class ClassPrior(_Baseline):
    """The weighted class shares of the training data, for every note."""

    def _fit(self, X: pd.DataFrame, codes: Codes, weights: Floats, loans: NDArray[Any] | None) -> None:
        del X, loans  # nothing about the note is used
        self.shares_ = np.bincount(codes, weights, minlength=len(self.classes_)) / weights.sum()

    def _shares(self, X: pd.DataFrame) -> Floats:
        return np.tile(self.shares_, (len(X), 1))


class BucketTable(_Baseline):
    """Outcome shares by months behind x full payments in the last 12 months x occupancy, shrunk.

    A cell is drawn towards the cell without occupancy, that towards months behind alone, that towards the class shares::

        share(cell) = (sum of weights of the class in the cell + strength * share(parent)) / (weight of cell + strength)

    The strength is cross-validated.  This is what a note desk's own table of experience amounts to.

    Parameters
    ----------
    strength
        Notes' worth of weight of the parent; None cross-validates over 1 to 300.
    random_state
        Seed of the folds.

    Notes
    -----
    Needs the features ``months_behind``, ``full_payments_12m``, ``occupancy_owner`` and ``occupancy_vacant`` (1 or 0); a
    missing value is a bucket of its own, occupancy neither owner nor vacant another.
    """

    def __init__(self, strength: float | None = None, random_state: int = 0) -> None:
        self.strength = strength
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, codes: Codes, weights: Floats, loans: NDArray[Any] | None) -> None:
        levels, n_classes = _buckets(X), len(self.classes_)
        self.strength_ = self.strength if self.strength is not None else self._choose(levels, codes, weights, loans)
        self.tables_ = _shrunk_tables(levels, np.eye(n_classes)[codes] * weights[:, None], self.strength_)

    def _shares(self, X: pd.DataFrame) -> Floats:
        return _look_up(self.tables_, _buckets(X))

    def _choose(self, levels: list[Codes], codes: Codes, weights: Floats, loans: NDArray[Any] | None) -> float:
        n_parts, n_used = effort_folds(len(codes), N_FOLDS)
        part = grouped_folds(codes, loans, n_parts, self.random_state, weights)
        counts = np.eye(len(self.classes_))[codes] * weights[:, None]
        losses = np.zeros(len(SHRINKAGE_STRENGTHS))
        for held in (part == fold for fold in range(n_used)):
            for s, strength in enumerate(SHRINKAGE_STRENGTHS):
                tables = _shrunk_tables([level[~held] for level in levels], counts[~held], strength)
                shares = _look_up(tables, [level[held] for level in levels])
                scores = np.log(np.maximum(shares, self.floor_))
                losses[s] += weights[held].sum() * (log_loss(scores, codes[held], weights[held]) if held.any() else 0.0)
        return SHRINKAGE_STRENGTHS[int(np.argmin(losses))]


class MultinomialLogit(_Baseline):
    """A ridge multinomial logit on standardised features with missing indicators, its penalty cross-validated.

    Features are clipped at their 0.5 % and 99.5 % quantiles before they are standardised; a missing one counts as the mean,
    beside its indicator.

    Parameters
    ----------
    n_jobs
        Folds side by side; it changes the time, not the model.
    random_state
        Seed of the folds.
    """

    def __init__(self, n_jobs: int | None = None, random_state: int = 0) -> None:
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, codes: Codes, weights: Floats, loans: NDArray[Any] | None) -> None:
        self.names_ = tuple(map(str, X.columns))
        values = feature_values(X, self.names_)
        plain = [term for term in build_terms(values, self.names_) if term.transform in ("identity", "missing")]
        self.terms_: list[Term] = plain
        data = LogitData(term_matrix(plain, values, self.names_), codes, weights, len(self.classes_))
        n_parts, n_used = effort_folds(len(codes), N_FOLDS)
        part = grouped_folds(codes, loans, n_parts, self.random_state, weights)
        jobs = [(_path_losses, (data, part == fold)) for fold in range(n_used)]
        losses = np.sum(run_side_by_side(jobs, self.n_jobs), axis=0)
        self.penalty_ = L2_STRENGTHS[int(np.argmin(losses))]
        [self.logit_] = run_side_by_side([(_fit_one, (data, self.penalty_))], None)

    def _shares(self, X: pd.DataFrame) -> Floats:
        terms = term_matrix(self.terms_, feature_values(X, self.names_), self.names_)
        return softmax_with_floor(self.logit_.scores(terms), 1.0, 0.0)


def _path_losses(data: LogitData, held: NDArray[np.bool_]) -> Floats:
    test = data.take(held)
    path = fit_path(data.take(~held), "l2", L2_STRENGTHS)
    return np.array([test.weights.sum() * log_loss(one.scores(test.terms), test.codes, test.weights) for one in path])


def _fit_one(data: LogitData, strength: float) -> Any:
    return next(fit_path(data, "l2", [strength]))


def _buckets(X: pd.DataFrame) -> list[Codes]:
    """Number the cells of the three nested levels, coarse to fine."""
    absent = [name for name in BUCKET_COLUMNS if name not in X.columns]
    if absent:
        raise ValueError(f"the bucket table needs the features {', '.join(absent)}")
    behind, paid, owner, vacant = feature_values(X, BUCKET_COLUMNS).T
    by_behind = _bucket(behind, BEHIND_EDGES)
    by_paid = by_behind * (len(PAID_EDGES) + 2) + _bucket(paid, PAID_EDGES)
    occupancy = np.where(owner > 0, 1, np.where(vacant > 0, 2, 0))
    return [by_behind, by_paid, by_paid * 3 + occupancy]


def _bucket(values: Floats, edges: tuple[float, ...]) -> Codes:
    """Number the buckets 0 to len(edges); the last number, len(edges) + 1, is for the missing."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right")).astype(np.intp)


def _shrunk_tables(levels: list[Codes], counts: Floats, strength: float) -> list[dict[int, Floats]]:
    """Give the shares a level, from the whole (cell 0) to the finest."""
    total = counts.sum(axis=0)
    tables: list[dict[int, Floats]] = [{0: total / total.sum()}]
    parents = np.zeros(len(counts), dtype=np.intp)
    for level in levels:
        cells, first, where = np.unique(level, return_index=True, return_inverse=True)
        sums = np.zeros((len(cells), counts.shape[1]))
        np.add.at(sums, where, counts)
        prior = np.stack([tables[-1][parent] for parent in parents[first].tolist()])
        shares = (sums + strength * prior) / (sums.sum(axis=1, keepdims=True) + strength)
        tables.append(dict(zip(cells.tolist(), shares, strict=True)))
        parents = level
    return tables


def _look_up(tables: list[dict[int, Floats]], levels: list[Codes]) -> Floats:
    """Take each note's finest known cell."""
    shares = np.tile(tables[0][0], (len(levels[0]), 1))
    for table, level in zip(tables[1:], levels, strict=True):
        for cell in np.unique(level).tolist():
            if cell in table:
                shares[level == cell] = table[cell]
    return shares
