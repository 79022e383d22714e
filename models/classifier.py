"""The outcome classifier: trees and a logit, pooled by what cross-validates better."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from models.calibration import Calibrator, choose_calibrator
from models.labels import encode_labels, row_weights
from models.losses import SELECTION_FLOOR
from models.member_plan import FitPlan
from models.members import fit_members
from models.predictor import Floats, OutcomeModel
from models.side_by_side import on_one_thread
from models.sparse_logit import LogitSettings, StageSettings
from models.trees import TreeSettings

FEATURE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class OutcomeClassifier(ClassifierMixin, BaseEstimator):
    """Probabilities of the outcomes of notes from their features.

    A log-linear pool: a sparse multinomial logit on smooth terms, one that has threshold flags besides, on few notes one
    that drops no term (all are one linear score when saved: the anchor), and regularised LightGBM.  Penalties, rounds,
    pool weights and an offset a class are chosen by weighted log loss on held-out loans.

    Parameters
    ----------
    learning_rate, num_leaves, column_share, max_rounds, leaf_factor, l2, exact_rows, exact_leaves, exact_rate
        See :class:`models.trees.TreeSettings`.
    thresholds, clip_share, ridge_below
        See :class:`models.sparse_logit.LogitSettings`.
    adaptive_power, multiplied
        ``power`` and ``multiplied`` of :class:`models.sparse_logit.StageSettings`.
    pool_prior
        How many notes' worth of say equal weights of the members have (:func:`models.pool.fit_pool`).
    n_folds
        Parts for cross-validation, at most; large data get by with fewer (:func:`models.folds.effort_folds`).
    n_jobs
        Fits side by side, in processes, and threads that predict; None is one, -1 as many as there are cores.  It changes
        the time, not the model.
    random_state
        An integer seed.

    Attributes
    ----------
    classes_ : ndarray
        The four outcomes in their order if every label is one of them, else the distinct labels, sorted.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if X had column names.
    model_ : models.predictor.OutcomeModel
    calibrator_ : models.calibration.Calibrator
        None until :meth:`calibrate` is called.
    report_ : dict
        Held-out log loss of each member and of the pool, pool weights, offsets by class, floor, penalty, rounds, folds.

    Notes
    -----
    NaN is a missing feature; infinite values are refused.  As with every scikit-learn estimator the columns of a frame must
    have the order of the fit, another is refused; :class:`models.predictor.Predictor` reorders by name.

    Sample weights are scaled to mean 1 and rows of weight 0 dropped.  In the losses a weight of 2 is the same as the row
    twice; it is not exactly the same to the folds and to the trees' least rows a leaf, which count rows.
    """

    def __init__(
        self,
        *,
        learning_rate: float = 0.04,
        num_leaves: int | None = None,
        column_share: float = 0.4,
        max_rounds: int = 1500,
        leaf_factor: float = 1.0,
        l2: float = 1.0,
        exact_rows: int = 3_000,
        exact_leaves: int | None = None,
        exact_rate: float = 1.5,
        thresholds: int = 17,
        clip_share: float = 0.005,
        adaptive_power: float = 0.5,
        multiplied: int = 20,
        ridge_below: int = 1_000,
        pool_prior: float = 20.0,
        n_folds: int = 5,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.column_share = column_share
        self.max_rounds = max_rounds
        self.leaf_factor = leaf_factor
        self.l2 = l2
        self.exact_rows = exact_rows
        self.exact_leaves = exact_leaves
        self.exact_rate = exact_rate
        self.thresholds = thresholds
        self.clip_share = clip_share
        self.adaptive_power = adaptive_power
        self.multiplied = multiplied
        self.ridge_below = ridge_below
        self.pool_prior = pool_prior
        self.n_folds = n_folds
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Self:
        """Fit the pool.

        Parameters
        ----------
        X
            Features, shape (n_notes, n_features), numeric, NaN missing.
        y
            Outcomes, shape (n_notes,).
        sample_weight
            At or above 0, shape (n_notes,); for notes, the inverse of the chance of having been followed long enough.
        groups
            Loan of each row; rows of one loan stay in one fold.  None: each row is its own.

        Raises
        ------
        ValueError
            Fewer than two classes, infinite or non-numeric features, bad weights, feature names that LightGBM cannot keep,
            or fewer than two folds.
        """
        if self.n_folds < 2:
            raise ValueError(f"n_folds must be 2 or more, found {self.n_folds}")
        values, labels = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(labels)
        weights = row_weights(sample_weight, len(labels))
        kept = weights > 0
        self.classes_, codes = encode_labels(labels[kept])
        names = self._names()
        plan = FitPlan(
            values=np.ascontiguousarray(values[kept]),
            names=names,
            codes=codes,
            weights=weights[kept],
            groups=None if groups is None else _loans(groups, len(labels))[kept],
            n_classes=len(self.classes_),
            trees=self._trees(),
            logits=self._logits(),
            pool_prior=self.pool_prior,
            n_folds=self.n_folds,
            n_jobs=self.n_jobs,
            seed=self.random_state,
        )
        members = on_one_thread(fit_members, plan)
        floor = members.floor
        offsets = dict(zip(map(str, self.classes_.tolist()), members.report["offsets"], strict=True))
        self.report_ = members.report | {"offsets": offsets}
        self.calibrator_ = Calibrator(1.0, floor)
        self.model_ = OutcomeModel(
            names, tuple(self.classes_.tolist()), members.boosters, members.anchor, members.tree_weights, 1.0, floor
        )
        return self

    def calibrate(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Self:
        """Choose the calibration on notes of a later slice, which must not be among those fitted.

        Classes may be missing from the slice; one that the fit does not know raises ValueError.  See
        :func:`models.calibration.choose_calibrator`; ``report_["calibration"]``
        says what it chose between.
        """
        order = {label: code for code, label in enumerate(self.classes_.tolist())}
        strange = sorted(set(np.asarray(y).tolist()) - set(order))
        if strange:
            raise ValueError(f"y holds {strange}, none of the classes fitted: {self.classes_.tolist()}")
        codes = np.array([order[label] for label in np.asarray(y).tolist()], dtype=np.intp)
        loans = None if groups is None else _loans(groups, len(codes))
        floor = max(self.calibrator_.floor, SELECTION_FLOOR)
        calibrator, losses = choose_calibrator(self.scores(X), codes, sample_weight, loans, floor)
        self.report_ = self.report_ | {"calibration": {"method": calibrator.method, "held_out_log_loss": losses}}
        return self.set_calibrator(calibrator)

    def set_calibrator(self, calibrator: Calibrator) -> Self:
        """Set a calibration found elsewhere, as when the model is refitted on all notes after it was judged.

        The floor stays the model's own.
        """
        check_is_fitted(self)
        self.calibrator_ = replace(calibrator, floor=self.calibrator_.floor)
        self.model_ = replace(
            self.model_,
            temperature=calibrator.temperature,
            scales=calibrator.scales,
            offsets=calibrator.offsets,
        )
        return self

    @property
    def threads(self) -> int:
        """As many threads for LightGBM's predictions as there are fits side by side: rows are apart, so it is only time."""
        return int(effective_n_jobs(1 if self.n_jobs is None else self.n_jobs))

    def scores(self, X: Any) -> Floats:
        """Give log odds before the temperature, float64, shape (n_notes, n_classes)."""
        values = self._values(X)
        return self.model_.scores(values, self.threads)

    def predict_proba(self, X: Any) -> Floats:
        """Give probabilities, float64, shape (n_notes, n_classes), columns as ``classes_``; each > 0, rows sum to 1."""
        values = self._values(X)
        return self.model_.probabilities(values, self.threads)

    def predict(self, X: Any) -> NDArray[Any]:
        """Give the most probable class of each note."""
        probabilities = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return labels

    def _logits(self) -> LogitSettings:
        second = StageSettings(self.adaptive_power, self.multiplied)
        return LogitSettings(self.thresholds, self.clip_share, second, self.ridge_below)

    def _trees(self) -> TreeSettings:
        return TreeSettings(
            learning_rate=self.learning_rate,
            num_leaves=self.num_leaves,
            column_share=self.column_share,
            max_rounds=self.max_rounds,
            leaf_factor=self.leaf_factor,
            l2=self.l2,
            exact_rows=self.exact_rows,
            exact_leaves=self.exact_leaves,
            exact_rate=self.exact_rate,
        )

    def _values(self, X: Any) -> Floats:
        check_is_fitted(self)
        values: Floats = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        return values

    def _names(self) -> tuple[str, ...]:
        names = getattr(self, "feature_names_in_", [f"x{j}" for j in range(self.n_features_in_)])
        for name in names:
            if not FEATURE_NAME.fullmatch(name):
                raise ValueError(f"feature name {name!r}: letters, digits and underscores only, not a digit first")
        return tuple(str(name) for name in names)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _loans(groups: ArrayLike, n_rows: int) -> NDArray[Any]:
    loans = np.asarray(groups)
    if loans.shape != (n_rows,):
        raise ValueError(f"groups needs the shape ({n_rows},), found {loans.shape}")
    return loans
