"""The learners that rivals.py compares with, each fitted with the care that its documentation advises."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
from rivals_boosted import (
    catboost_fold,
    catboost_last,
    histogram_fold,
    histogram_last,
    lightgbm_fold,
    lightgbm_last,
    xgboost_fold,
    xgboost_last,
)
from rivals_task import Prediction, Task, known_columns, with_rounds

from models.baselines import BucketTable, ClassPrior, MultinomialLogit
from notes import OUTCOMES

CORES = 2
"""What FLAML is told to use; notebid and the folds of the others take as many processes as the machine has cores."""


@dataclass(frozen=True)
class Rival:
    """One learner: its label, the package it comes from, what it got, and how it is fitted."""

    label: str
    package: str
    got: str
    predict: Callable[[Task], Prediction]

    @property
    def version(self) -> str:
        """The installed version."""
        return version(self.package)


def _baseline(make: Callable[[int], Any]) -> Callable[[Task], Prediction]:
    def predict(task: Task) -> Prediction:
        labels = np.array([str(name) for name in OUTCOMES])[task.codes]
        fitted = make(task.seed).fit(task.features, labels, task.weights, task.loans)
        return Prediction(fitted.predict_proba(task.tape), {})

    return predict


def _plain_logit(task: Task) -> Prediction:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known = known_columns(task.features)
    line = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True), StandardScaler(), LogisticRegression(max_iter=10_000)
    )
    line.fit(task.features[known], task.codes, logisticregression__sample_weight=task.weights)
    return Prediction(line.predict_proba(task.tape[known]), {})


def _lightgbm_plain(task: Task) -> Prediction:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(n_jobs=1, random_state=task.seed, verbosity=-1)
    model.fit(task.features, task.codes, sample_weight=task.weights)
    return Prediction(model.predict_proba(task.tape), {})


def _xgboost_plain(task: Task) -> Prediction:
    from xgboost import XGBClassifier

    model = XGBClassifier(n_jobs=1, random_state=task.seed)
    model.fit(task.features, task.codes, sample_weight=task.weights)
    return Prediction(model.predict_proba(task.tape), {})


def _flaml(task: Task) -> Prediction:
    from sklearn.model_selection import PredefinedSplit

    logging.getLogger("flaml").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its learners warn of other libraries' versions at every fit
        from flaml import AutoML

        search = AutoML()
        part, n_used = task.folds()
        search.fit(
            X_train=task.features,
            y_train=task.codes,
            task="classification",
            metric="log_loss",
            time_budget=task.seconds,
            sample_weight=task.weights,
            eval_method="cv",
            split_type=PredefinedSplit(np.where(part < n_used, part, -1)),
            seed=task.seed,
            n_jobs=CORES,
            verbose=0,
        )
        probabilities = search.predict_proba(task.tape)
    return Prediction(np.asarray(probabilities, dtype=np.float64), {"learner": search.best_estimator})


FOLDS = "cross-validation"
RIVALS: dict[str, Rival] = {
    "class_prior": Rival(
        "class prior", "notebid", "weighted class shares, the same for every note", _baseline(lambda _: ClassPrior())
    ),
    "bucket_table": Rival(
        "bucket table",
        "notebid",
        f"months behind × paid × occupancy, each cell drawn towards its parent, how strongly by {FOLDS}",
        _baseline(lambda seed: BucketTable(random_state=seed)),
    ),
    "ridge_logit": Rival(
        "multinomial logit (ridge)",
        "notebid",
        f"clipped and standardised features and missing indicators, the penalty by {FOLDS}: notebid's baseline",
        _baseline(lambda seed: MultinomialLogit(n_jobs=-1, random_state=seed)),
    ),
    "plain_logit": Rival(
        "scikit-learn LogisticRegression",
        "scikit-learn",
        "median imputation with missing indicators, standardised, default penalty",
        _plain_logit,
    ),
    "lightgbm_plain": Rival("LightGBM, defaults", "lightgbm", "default settings, 100 rounds", _lightgbm_plain),
    "lightgbm_regularised": Rival(
        "LightGBM, regularised",
        "lightgbm",
        f"learning rate 0.04, 6 leaves, column share 0.4, rounds by {FOLDS}",
        with_rounds(lightgbm_fold, lightgbm_last),
    ),
    "catboost": Rival(
        "CatBoost",
        "catboost",
        f"default settings, its own choice of learning rate, rounds (at most its default of 1,000) by {FOLDS}",
        with_rounds(catboost_fold, catboost_last),
    ),
    "catboost_small": Rival(
        "CatBoost, small steps",
        "catboost",
        f"learning rate 0.03, depth 4, rounds by {FOLDS}",
        with_rounds(partial(catboost_fold, small=True), partial(catboost_last, small=True)),
    ),
    "histogram_boosting": Rival(
        "HistGradientBoosting",
        "scikit-learn",
        f"default settings, rounds by {FOLDS}",
        with_rounds(histogram_fold, histogram_last),
    ),
    "histogram_small": Rival(
        "HistGradientBoosting, small steps",
        "scikit-learn",
        f"learning rate 0.04, 6 leaves, column share 0.4, rounds by {FOLDS}",
        with_rounds(partial(histogram_fold, small=True), partial(histogram_last, small=True)),
    ),
    "xgboost_plain": Rival("XGBoost, defaults", "xgboost-cpu", "default settings, 100 rounds", _xgboost_plain),
    "xgboost_regularised": Rival(
        "XGBoost, small steps",
        "xgboost-cpu",
        f"learning rate 0.05, depth 4, rounds by {FOLDS}",
        with_rounds(xgboost_fold, xgboost_last),
    ),
    "flaml": Rival(
        "FLAML AutoML",
        "flaml",
        "log loss, its own choice among LightGBM, XGBoost, CatBoost, forests and linear models, cross-validated in "
        "notebid's folds, on two cores for as long as notebid's whole training took",
        _flaml,
    ),
}
