"""notebid's model beside plain ones on a real agency sample, cross-validated by loan: prints a table.

    python benchmarks/agency_sample.py FOLDER --repeats 3 [--config TOML]

FOLDER holds one quarter's acquisition file and the parts of its performance file (Fannie Mae's layout of before October 2020).
A snapshot of every loan every three months; loans are dealt into five parts, each predicted by models fitted on the other four, as many
times over as there are repeats.  No truth is known here: the figure is weighted log loss on the outcomes, a loan's snapshots sharing a weight
of 1, with a bootstrap over loans.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm
import numpy as np
from numpy.typing import NDArray
from rivals_boosted import lightgbm_fold, lightgbm_last
from rivals_task import Task, with_rounds

from features import feature_frame
from models import BucketTable, ClassPrior, MultinomialLogit
from models.folds import grouped_folds
from models.losses import default_floor
from notes import OUTCOMES
from pricing import Assumptions
from tapes.fannie import FannieOptions, read_fannie
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.fitting import classifier_of
from training.follow_up import FollowUp
from training.parts import Part, Watched, weigh
from training.snapshots import draw_snapshots
from training.weights import label

Floats = NDArray[np.float64]
N_PARTS = 5
MODEL = "notebid"


def resolved(folder: Path, config: TrainingConfig) -> Part:
    """Read the files and weigh the resolved snapshots as a training does."""
    found = read_fannie(next(folder.glob("Acquisition*")), sorted(folder.glob("Performance*")), FannieOptions(every=3))
    snapshots = draw_snapshots(found.resolutions, config.snapshots.bands, config.model.seed)
    labels = label(snapshots.resolutions, config.label.horizon_months)
    tape = snapshots.resolutions.tape
    follow_up = FollowUp.of_tape(tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    watched = Watched(snapshots, feature_frame(tape), labels, follow_up)
    return weigh(watched, np.arange(len(snapshots)), config, tail=False)


def predictions(part: Part, config: TrainingConfig, seed: int) -> dict[str, Floats]:
    """Predict each snapshot by models that never saw its loan; each of the shape (n_rows, 4)."""
    codes = part.judged.outcome
    dealt = grouped_folds(codes, part.loan, N_PARTS, seed)
    learners: dict[str, Callable[[NDArray[np.bool_]], Floats]] = {
        "class prior": lambda rows: _fitted(ClassPrior(), part, rows),
        "bucket table": lambda rows: _fitted(BucketTable(random_state=seed), part, rows),
        "multinomial logit (ridge)": lambda rows: _fitted(MultinomialLogit(n_jobs=-1, random_state=seed), part, rows),
        "LightGBM, defaults": lambda rows: _default_lightgbm(part, rows),
        "LightGBM, regularised": lambda rows: _regularised_lightgbm(part, rows, seed),
        MODEL: lambda rows: _fitted(classifier_of(config.model), part, rows),
    }
    found = {name: np.empty((len(codes), len(OUTCOMES))) for name in learners}
    for name, predict in learners.items():
        for one in range(N_PARTS):
            found[name][dealt == one] = predict(dealt != one)
    floor = default_floor(len(np.unique(part.loan)), len(OUTCOMES))
    return {name: floor + (1 - len(OUTCOMES) * floor) * one for name, one in found.items()}


def _fitted(model: Any, part: Part, rows: NDArray[np.bool_]) -> Floats:
    model.fit(part.features[rows], part.outcome[rows], part.weight[rows], part.loan[rows])
    return _spread(model.predict_proba(part.features[~rows]), [str(name) for name in model.classes_])


def _default_lightgbm(part: Part, rows: NDArray[np.bool_]) -> Floats:
    model = lightgbm.LGBMClassifier(n_jobs=1, verbosity=-1)
    model.fit(part.features[rows], part.outcome[rows], sample_weight=part.weight[rows])
    return _spread(model.predict_proba(part.features[~rows]), model.classes_.tolist())


def _regularised_lightgbm(part: Part, rows: NDArray[np.bool_], seed: int) -> Floats:
    codes, weights = part.judged.outcome, part.weight / part.weight.mean()
    task = Task(
        part.features[rows].reset_index(drop=True), codes[rows], weights[rows], part.loan[rows],
        part.features[~rows].reset_index(drop=True), seed, 0.0,
    )  # fmt: skip
    return with_rounds(lightgbm_fold, lightgbm_last)(task).probabilities


def _spread(probabilities: Floats, names: list[str]) -> Floats:
    """Put the columns in the order of the outcomes; 0 for one that the rows did not have."""
    spread = np.zeros((len(probabilities), len(OUTCOMES)))
    for column, name in enumerate(names):
        spread[:, [str(one) for one in OUTCOMES].index(name)] = probabilities[:, column]
    return spread


def by_loan(part: Part, probabilities: Floats) -> Floats:
    """Give each loan's share of the weighted log loss, shape (n_loans,); they sum to it."""
    happened = probabilities[np.arange(len(part.outcome)), part.judged.outcome]
    _, loan = np.unique(part.loan, return_inverse=True)
    return np.bincount(loan, -part.weight * np.log(happened)) / part.weight.sum()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(arguments.config)
    part = resolved(arguments.folder, config)
    runs = [predictions(part, config, seed) for seed in range(arguments.repeats)]
    losses = {name: np.mean([by_loan(part, run[name]) for run in runs], axis=0) for name in runs[0]}
    n_loans = len(losses[MODEL])
    counts = {str(name): int((part.outcome == str(name)).sum()) for name in OUTCOMES}
    print(
        f"{len(part.outcome):,} snapshots of {n_loans:,} loans: {counts}; {arguments.repeats} times {N_PARTS} parts\n"
    )
    print("| learner | log loss | notebid less the learner | 95 % interval over loans |\n|---|--:|--:|---|")
    drawn = np.random.default_rng(0).multinomial(n_loans, np.full(n_loans, 1 / n_loans), 10_000)
    for name, loss in sorted(losses.items(), key=lambda one: float(one[1].sum())):
        away = losses[MODEL] - loss
        low, high = np.quantile(drawn @ away, (0.025, 0.975))
        beside = "" if name == MODEL else f"{away.sum():+.4f} | {low:+.4f} to {high:+.4f}"
        print(f"| {name} | {loss.sum():.4f} | {beside or ' | '} |")


if __name__ == "__main__":
    main()
