"""What `notebid train --tune` buys on made worlds: prints the table of docs/tuning.md.

    python benchmarks/tuning.py --trials 20
    python benchmarks/tuning.py --kinds steps --sizes 1500 --seeds 1 2 3 --trials 40

Excess log loss is the mean cross-entropy against the true probabilities less that of the truth itself, nats; 0 is perfect.
Each world is searched as a training would, then the model is fitted on all its resolutions with the given settings and with
the best others, taken or not, and measured on a separate made tape.  Open notes count by weights alone (one fit, not two).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from features import feature_frame
from models.classifier import OutcomeClassifier
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.evaluate import excess_log_loss
from training.fitting import classifier_of
from training.follow_up import FollowUp
from training.parts import Part, Watched, watch_apart, weigh
from training.snapshots import draw_snapshots
from training.splits import split_out_of_time
from training.tune import Search, tune
from training.tune_result import Tuned
from training.weights import label
from worlds import KINDS, WorldSettings, make_world


@dataclass(frozen=True)
class Measured:
    """One world, searched and measured."""

    kind: str
    size: int
    seed: int
    tuned: Tuned
    n_fit: int
    given: float
    """Excess log loss with the given settings."""
    best: float
    """The same with the best of the others; NaN where there is none."""
    seconds: float
    """Of processor time, the search alone."""


def measure(kind: str, size: int, seed: int, n_tape: int, search: Search, config: TrainingConfig) -> Measured:
    world = make_world(WorldSettings(kind, size, n_tape, seed))
    snapshots = draw_snapshots(world.resolutions, config.snapshots.bands, config.model.seed)
    horizon = config.label.horizon_months
    labels = label(snapshots.resolutions, horizon)
    features = feature_frame(snapshots.resolutions.tape)
    split = split_out_of_time(snapshots, labels, config.split, horizon, config.model.seed)
    follow_up = FollowUp.of_tape(snapshots.resolutions.tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    apart = watch_apart(snapshots, features, follow_up, split)
    began = time.process_time()
    tuned = tune(apart, split, config, search)
    seconds = time.process_time() - began
    everything = weigh(Watched(snapshots, features, labels, follow_up), np.arange(len(snapshots)), config, tail=True)
    known = feature_frame(world.tape)

    def excess(model: OutcomeClassifier, part: Part) -> float:
        fitted = model.fit(part.features, part.outcome, part.weight, part.loan)
        return excess_log_loss(world.tape_truth, fitted.predict_proba(known))

    given = excess(classifier_of(config.model), everything)
    best = float("nan")
    if tuned.best is not None:
        best = excess(classifier_of(replace(config.model, members=tuned.best.settings)), everything)
    return Measured(kind, size, seed, tuned, len(split.fit), given, best, seconds)


def table(measured: list[Measured], n_tape: int) -> str:
    lines = [
        "| world | resolutions | seed | in the fit part | trials (stopped early) | best less given on the folds | taken | "
        "excess given | excess best | excess used | processor s a trial |",
        "|---|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|",
    ]
    for one in measured:
        trials = one.tuned.trials
        against = None if one.tuned.best is None else one.tuned.best.against_given
        folds = "" if against is None else f"{against.estimate:+.4f} ± {against.standard_error:.4f}"
        stopped = sum(trial.state == "pruned" for trial in trials)
        used = one.best if one.tuned.taken else one.given
        lines.append(
            f"| {one.kind} | {one.size:,} | {one.seed} | {one.n_fit:,} | {len(trials)} ({stopped}) | {folds} | "
            f"{'yes' if one.tuned.taken else 'no'} | {one.given:.4f} | {one.best:.4f} | {used:.4f} | "
            f"{one.seconds / max(len(trials), 1):.1f} |"
        )
    return "\n".join([*lines, "", f"Measured on {n_tape:,} made notes."]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_500, 5_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--tape", type=int, default=20_000, help="notes to measure on")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(arguments.config)
    config = replace(config, model=replace(config.model, n_jobs=arguments.jobs))
    measured = []
    with tempfile.TemporaryDirectory(prefix="notebid-") as place:
        search = Search(Path(place), None, arguments.trials, lambda line: print(line, file=sys.stderr, flush=True))
        for size in arguments.sizes:
            for kind in arguments.kinds:
                for seed in arguments.seeds:
                    measured.append(measure(kind, size, seed, arguments.tape, search, config))
                    one = measured[-1]
                    print(f"{kind} {size} {seed}: {one.given:.4f} {one.best:.4f}", file=sys.stderr, flush=True)
    print(table(measured, arguments.tape))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
