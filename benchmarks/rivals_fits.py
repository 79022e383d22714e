"""The learners that rivals.py compares with, each fitted with the care that its documentation advises.

Every learner gets the same rows, features and weights.  Where rounds are to be chosen they are chosen by weighted log loss on
held-out loans in the same folds that notebid's own members get, and the learner is then fitted on every row; fits run side by
side, one thread each.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.baselines import BucketTable, ClassPrior, MultinomialLogit
from models.folds import effort_folds, grouped_folds
from models.losses import default_floor, effective_rows
from models.side_by_side import run_side_by_side
from notes import OUTCOMES
from training.parts import Part

Floats = NDArray[np.float64]
N_CLASSES = len(OUTCOMES)
PATIENCE = 50
"""Rounds without a better held-out loss after which a fold stops."""
MOST_ROUNDS = 3_000
CORES = 2
"""What FLAML is told to use; notebid and the folds of the others take as many processes as the machine has cores."""


@dataclass(frozen=True)
class Task:
    """What a learner is fitted on, and the notes that it predicts.

    Parameters
    ----------
    features, tape
        Float64 frames of the same columns, NaN missing.
    codes, weights, loans
        A row of ``features`` each: class in the order of the outcomes, weight of mean 1, loan.
    seconds
        How long an automatic search may take.
    """

    features: pd.DataFrame
    codes: NDArray[np.int64]
    weights: Floats
    loans: NDArray[np.int64]
    tape: pd.DataFrame
    seed: int
    seconds: float

    @classmethod
    def of(cls, part: Part, tape: pd.DataFrame, seed: int, seconds: float) -> Task:
        """Take the rows of a part."""
        codes, weights = part.judged.outcome, part.weight / part.weight.mean()
        return cls(part.features.reset_index(drop=True), codes, weights, part.loan, tape, seed, seconds)

    def folds(self) -> tuple[NDArray[np.intp], int]:
        """Give the part of each row and how many parts are held out in turn: the same as notebid's."""
        n_parts, n_used = effort_folds(len(self.codes), 5)
        return grouped_folds(self.codes, self.loans, n_parts, self.seed), n_used

    def floored(self, probabilities: Floats) -> Floats:
        """Mix in notebid's own floor, so that one impossible event does not decide."""
        floor = default_floor(effective_rows(self.weights), N_CLASSES)
        mixed: Floats = floor + (1.0 - N_CLASSES * floor) * np.asarray(probabilities, dtype=np.float64)
        return mixed


@dataclass(frozen=True)
class Prediction:
    """Probabilities of the tape's notes, (n, 4), and what was chosen on the way."""

    probabilities: Floats
    chosen: dict[str, Any]


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


def _known(rows: pd.DataFrame) -> list[str]:
    """Name the columns that are known for at least one of the rows: scikit-learn takes no others."""
    return list(rows.columns[rows.notna().any()])


def _plain_logit(task: Task) -> Prediction:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known = _known(task.features)
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


Curve = tuple[list[float], dict[str, Any]]
"""Weighted held-out log loss after each round, and what has to be carried over to the last fit."""
FoldFit = Callable[[Task, NDArray[np.bool_]], Curve]
LastFit = Callable[[Task, int, dict[str, Any]], Floats]


def _with_rounds(fold: FoldFit, last: LastFit) -> Callable[[Task], Prediction]:
    """Choose the rounds on held-out loans, then fit every row with as many."""

    def predict(task: Task) -> Prediction:
        part, n_used = task.folds()
        held = [part == one for one in range(n_used)]
        done = run_side_by_side([(fold, (task, mask)) for mask in held], -1)
        reached = min(len(curve) for curve, _ in done)
        shares = np.array([task.weights[mask].sum() for mask in held])
        joint = shares @ np.array([curve[:reached] for curve, _ in done])
        rounds = int(np.argmin(joint)) + 1
        carried = {name: float(np.median([one[name] for _, one in done])) for name in done[0][1]}
        [probabilities] = run_side_by_side([(last, (task, rounds, carried))], None)
        return Prediction(probabilities, {"rounds": rounds, **carried})

    return predict


REGULARISED = {"learning_rate": 0.04, "num_leaves": 6, "feature_fraction": 0.4}


def _lightgbm_parameters(task: Task) -> dict[str, Any]:
    fixed = {"objective": "multiclass", "num_class": N_CLASSES, "num_threads": 1, "verbosity": -1, "seed": task.seed}
    return {**fixed, **REGULARISED}


def lightgbm_fold(task: Task, held: NDArray[np.bool_]) -> Curve:
    import lightgbm

    train = lightgbm.Dataset(task.features[~held], task.codes[~held], weight=task.weights[~held])
    test = lightgbm.Dataset(task.features[held], task.codes[held], weight=task.weights[held], reference=train)
    curve: dict[str, dict[str, list[float]]] = {}
    watch = [lightgbm.record_evaluation(curve), lightgbm.early_stopping(PATIENCE, verbose=False)]
    lightgbm.train(_lightgbm_parameters(task), train, MOST_ROUNDS, [test], ["held"], callbacks=watch)
    return curve["held"]["multi_logloss"], {}


def lightgbm_last(task: Task, rounds: int, carried: dict[str, Any]) -> Floats:
    import lightgbm

    del carried
    train = lightgbm.Dataset(task.features, task.codes, weight=task.weights)
    probabilities: Floats = lightgbm.train(_lightgbm_parameters(task), train, rounds).predict(task.tape)
    return probabilities


def _catboost(task: Task, rounds: int, **more: Any) -> Any:
    from catboost import CatBoostClassifier

    return CatBoostClassifier(
        loss_function="MultiClass",
        iterations=rounds,
        thread_count=1,
        random_seed=task.seed,
        allow_writing_files=False,
        verbose=False,
        **more,
    )


CATBOOST_SMALL = {"depth": 4, "learning_rate": 0.03}


def catboost_fold(task: Task, held: NDArray[np.bool_], small: bool = False) -> Curve:
    from catboost import Pool

    train = Pool(task.features[~held], task.codes[~held], weight=task.weights[~held])
    test = Pool(task.features[held], task.codes[held], weight=task.weights[held])
    most, settings = (MOST_ROUNDS, CATBOOST_SMALL) if small else (1_000, {})  # 1,000 is its own default
    model = _catboost(task, most, early_stopping_rounds=PATIENCE, **settings)
    model.fit(train, eval_set=test)
    # Left to itself it would choose another step for another number of rounds.
    return model.get_evals_result()["validation"]["MultiClass"], {"step": model.get_all_params()["learning_rate"]}


def catboost_last(task: Task, rounds: int, carried: dict[str, Any], small: bool = False) -> Floats:
    settings = CATBOOST_SMALL if small else {}
    model = _catboost(task, rounds, **{**settings, "learning_rate": carried["step"]})
    model.fit(task.features, task.codes, sample_weight=task.weights)
    probabilities: Floats = model.predict_proba(task.tape)
    return probabilities


HISTOGRAM_SMALL = {"learning_rate": 0.04, "max_leaf_nodes": 6, "max_features": 0.4}


def histogram_fold(task: Task, held: NDArray[np.bool_], small: bool = False) -> Curve:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import log_loss

    settings = HISTOGRAM_SMALL if small else {}
    model = HistGradientBoostingClassifier(
        max_iter=MOST_ROUNDS, early_stopping=True, n_iter_no_change=PATIENCE, random_state=task.seed, **settings
    )
    known = _known(task.features[~held])
    rows, test = task.features.loc[~held, known], task.features.loc[held, known]
    model.fit(
        rows,
        task.codes[~held],
        sample_weight=task.weights[~held],
        X_val=test,
        y_val=task.codes[held],
        sample_weight_val=task.weights[held],
    )
    labels, happened, weights = list(range(N_CLASSES)), task.codes[held], task.weights[held]
    staged = model.staged_predict_proba(test)
    return [log_loss(happened, one, sample_weight=weights, labels=labels) for one in staged], {}


def histogram_last(task: Task, rounds: int, carried: dict[str, Any], small: bool = False) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier

    del carried
    known, settings = _known(task.features), HISTOGRAM_SMALL if small else {}
    model = HistGradientBoostingClassifier(max_iter=rounds, early_stopping=False, random_state=task.seed, **settings)
    model.fit(task.features[known], task.codes, sample_weight=task.weights)
    probabilities: Floats = model.predict_proba(task.tape[known])
    return probabilities


def _xgboost_parameters(task: Task) -> dict[str, Any]:
    chosen = {"learning_rate": 0.05, "max_depth": 4}
    fixed = {"objective": "multi:softprob", "num_class": N_CLASSES, "nthread": 1, "seed": task.seed}
    return {**fixed, **chosen}


def xgboost_fold(task: Task, held: NDArray[np.bool_]) -> Curve:
    import xgboost

    train = xgboost.DMatrix(task.features[~held], task.codes[~held], weight=task.weights[~held])
    test = xgboost.DMatrix(task.features[held], task.codes[held], weight=task.weights[held])
    curve: dict[str, dict[str, list[float]]] = {}
    xgboost.train(
        {**_xgboost_parameters(task), "eval_metric": "mlogloss"},
        train,
        MOST_ROUNDS,
        evals=[(test, "held")],
        early_stopping_rounds=PATIENCE,
        evals_result=curve,
        verbose_eval=False,
    )
    return curve["held"]["mlogloss"], {}


def xgboost_last(task: Task, rounds: int, carried: dict[str, Any]) -> Floats:
    import xgboost

    del carried
    train = xgboost.DMatrix(task.features, task.codes, weight=task.weights)
    probabilities = xgboost.train(_xgboost_parameters(task), train, rounds).predict(xgboost.DMatrix(task.tape))
    return np.asarray(probabilities, dtype=np.float64)


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
        _with_rounds(lightgbm_fold, lightgbm_last),
    ),
    "catboost": Rival(
        "CatBoost",
        "catboost",
        f"default settings, its own choice of learning rate, rounds (at most its default of 1,000) by {FOLDS}",
        _with_rounds(catboost_fold, catboost_last),
    ),
    "catboost_small": Rival(
        "CatBoost, small steps",
        "catboost",
        f"learning rate 0.03, depth 4, rounds by {FOLDS}",
        _with_rounds(partial(catboost_fold, small=True), partial(catboost_last, small=True)),
    ),
    "histogram_boosting": Rival(
        "HistGradientBoosting",
        "scikit-learn",
        f"default settings, rounds by {FOLDS}",
        _with_rounds(histogram_fold, histogram_last),
    ),
    "histogram_small": Rival(
        "HistGradientBoosting, small steps",
        "scikit-learn",
        f"learning rate 0.04, 6 leaves, column share 0.4, rounds by {FOLDS}",
        _with_rounds(partial(histogram_fold, small=True), partial(histogram_last, small=True)),
    ),
    "xgboost_plain": Rival("XGBoost, defaults", "xgboost-cpu", "default settings, 100 rounds", _xgboost_plain),
    "xgboost_regularised": Rival(
        "XGBoost, small steps",
        "xgboost-cpu",
        f"learning rate 0.05, depth 4, rounds by {FOLDS}",
        _with_rounds(xgboost_fold, xgboost_last),
    ),
    "flaml": Rival(
        "FLAML AutoML",
        "flaml",
        "log loss, its own choice among LightGBM, XGBoost, CatBoost, forests and linear models, cross-validated in "
        "notebid's folds, on two cores for as long as notebid's whole training took",
        _flaml,
    ),
}
