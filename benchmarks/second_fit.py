"""What the second fit, with the open notes in it, is worth: prints a table of docs/model.md.

    python benchmarks/second_fit.py --sizes 500 1500 5000 15000 --seeds 1 2 3 4

Excess log loss over the truth, nats, and mean predicted less mean true share of foreclosure, points, on a separate tape of 20,000
notes; means over the seeds, and in how many of them the second fit was the better.  All resolutions of a made world, no candidate, no
calibration.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from accuracy import watch

from features import feature_frame
from models.classifier import OutcomeClassifier
from notes import OUTCOMES, Outcome
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.evaluate import Floats, excess_log_loss
from training.fitting import classifier_of, fit_recipe
from training.likely_ends import LikelyEnds
from training.parts import weigh
from worlds import KINDS, World, WorldSettings, make_world

FORECLOSURE = OUTCOMES.index(Outcome.FORECLOSURE)


def both_fits(world: World, config: TrainingConfig) -> tuple[OutcomeClassifier, OutcomeClassifier]:
    """Fit all resolutions by weights alone, and once more with the open notes."""
    watched = watch(world.resolutions, config)
    rows = np.arange(len(watched.snapshots))
    part = weigh(watched, rows, config, tail=True)
    first = fit_recipe(part, None, config.model)
    joined = LikelyEnds(watched, rows, config.censoring.timeline_log_sd).join(part, first.predict_proba)
    second = classifier_of(config.model).fit(joined.features, joined.outcome, joined.weight, joined.loan)
    return first, second


def measure(kind: str, size: int, seed: int, n_tape: int, config: TrainingConfig) -> Floats:
    """Give the excess of both fits and their misses of foreclosure, shape (4,)."""
    world = make_world(WorldSettings(kind, size, n_tape, seed))  # type: ignore[arg-type]
    tape, truth = feature_frame(world.tape), world.tape_truth
    found = [one.predict_proba(tape) for one in both_fits(world, config)]
    missed = [100 * float((one - truth)[:, FORECLOSURE].mean()) for one in found]
    return np.array([*(excess_log_loss(truth, one) for one in found), *missed])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[500, 1_500, 5_000, 15_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4])
    parser.add_argument("--tape", type=int, default=20_000, help="notes to measure on")
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(SHIPPED_CONFIG)
    print(
        "| world | resolutions | weights alone | and open notes | better in | foreclosure, weights alone | and open notes |"
    )
    print(f"|---|{'--:|' * 6}", flush=True)
    for size in arguments.sizes:
        for kind in arguments.kinds:
            done = np.array([measure(kind, size, seed, arguments.tape, config) for seed in arguments.seeds])
            first, second, missed, then = done.mean(axis=0)
            better = f"{int((done[:, 1] < done[:, 0]).sum())} of {len(done)}"
            print(
                f"| {kind} | {size:,} | {first:.4f} | {second:.4f} | {better} | {missed:+.2f} | {then:+.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
