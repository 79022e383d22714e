"""The boosted learners of the comparison: how each is fitted on one fold, watched, and then on every row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rivals_task import N_CLASSES, Curve, Floats, Task, known_columns

PATIENCE = 50
"""Rounds without a better held-out loss after which a fold stops."""
MOST_ROUNDS = 3_000
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
    known = known_columns(task.features[~held])
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
    known, settings = known_columns(task.features), HISTOGRAM_SMALL if small else {}
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
