"""How hard the made worlds are: excess log loss over the truth of four plain models, by number of resolved notes.

    python benchmarks/bench_worlds.py --kind smooth --sizes 1250 4100 --seeds 1 2 3

Excess is the mean over a separate tape of the cross-entropy against the true probabilities less the entropy of the truth,
in nats.  The models are fitted on the resolved notes with weights for the open ones.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features import feature_frame
from models import ClassPrior, MultinomialLogit, OutcomeClassifier
from notes import OUTCOMES
from training.weights import censoring_weights, label
from worlds import KINDS, World, WorldSettings, make_world
from worlds.follow_up import HORIZON_MONTHS

OPEN_SHARE = 0.17
MAX_WEIGHT = 20.0
Floats = NDArray[np.float64]


def excess_log_loss(truth: Floats, predicted: Floats) -> float:
    """Give the mean cross-entropy against the truth less the truth's entropy, nats; both of shape (n, 4)."""
    return float((truth * (np.log(truth) - np.log(np.maximum(predicted, 1e-15)))).sum(axis=1).mean())


def default_lightgbm(X: Any, y: Any, weight: Floats) -> Any:
    return lightgbm.LGBMClassifier(n_jobs=1, verbosity=-1).fit(X, y, sample_weight=weight)


def regularised_lightgbm(X: Any, y: Any, weight: Floats) -> Any:
    """Small trees, a slow rate, 40 % of the columns and 70 % of the rows a tree, rounds by 5-fold cross-validation."""
    parameters = {
        "objective": "multiclass", "num_class": len(OUTCOMES), "learning_rate": 0.035, "num_leaves": 5, "lambda_l2": 5.0,
        "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "num_threads": 1, "verbosity": -1, "seed": 0,
    }  # fmt: skip
    data = lightgbm.Dataset(X, label=y, weight=weight, free_raw_data=False)
    found = lightgbm.cv(
        parameters, data, 3000, nfold=5, stratified=True, seed=0, callbacks=[lightgbm.early_stopping(40, verbose=False)]
    )
    rounds = max(1, len(found["valid multi_logloss-mean"]))
    booster = lightgbm.train(parameters, data, rounds)
    booster.predict_proba = booster.predict
    return booster


def fitted(estimator: Any) -> Callable[[Any, Any, Floats], Any]:
    return lambda X, y, weight: estimator().fit(X, np.array([str(o) for o in OUTCOMES])[y], sample_weight=weight)


MODELS: dict[str, Callable[[Any, Any, Floats], Any]] = {
    "prior": fitted(ClassPrior),
    "logit": fitted(MultinomialLogit),
    "default": default_lightgbm,
    "regularised": regularised_lightgbm,
    "notebid": fitted(OutcomeClassifier),
}


def in_order(model: Any, predicted: Floats) -> Floats:
    """Put the columns in the order of ``notes.Outcome``: scikit-learn sorts class names."""
    classes = list(map(str, getattr(model, "classes_", [])))
    return predicted[:, [classes.index(str(o)) for o in OUTCOMES]] if str(OUTCOMES[0]) in classes else predicted


def measure(world: World, names: list[str]) -> dict[str, float]:
    """Give the excess of each model, fitted on the resolved notes."""
    labels = label(world.resolutions, HORIZON_MONTHS)
    weight = censoring_weights(labels, np.ones(len(world.resolutions)), MAX_WEIGHT).weight
    kept = labels.resolved
    X, tape = feature_frame(world.resolutions.tape)[kept], feature_frame(world.tape)
    excess = {}
    for name in names:
        model = MODELS[name](X, labels.outcome[kept], weight[kept])
        excess[name] = excess_log_loss(world.tape_truth, in_order(model, model.predict_proba(tape)))
    return excess


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_250, 4_100], help="resolved notes, about")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--tape", type=int, default=20_000)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=["prior", "logit", "default", "regularised"])
    options = parser.parse_args()
    print(f"{'world':7}{'resolved':>9}{'open':>7}" + "".join(f"{name:>13}" for name in options.models))
    for kind in options.kind:
        for size in options.sizes:
            runs, resolved, is_open = [], [], []
            for seed in options.seeds:
                world = make_world(WorldSettings(kind, round(size / (1 - OPEN_SHARE)), options.tape, seed))
                runs.append(measure(world, options.models))
                is_open.append(world.resolutions.is_open.mean())
                resolved.append((~world.resolutions.is_open).sum())
            means = "".join(f"{np.mean([run[name] for run in runs]):13.4f}" for name in options.models)
            print(f"{kind:7}{np.mean(resolved):9.0f}{np.mean(is_open):7.1%}{means}", flush=True)


if __name__ == "__main__":
    main()
