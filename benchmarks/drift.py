"""How often drift is reported where there is some, and where there is none.

    python benchmarks/drift.py --repetitions 100

A model is trained on made resolutions.  Then, again and again, tapes of other notes are held against what it was trained on:

- same: notes of the same world and the same dates.  A report is a false alarm.
- today: notes of the same world, all known on the day after the last snapshot, when interest rates are others.
- richer: notes drawn so that their mean foreclosure log-odds are 0.5 higher: each outcome's notes look as before, there are
  more of those that end in foreclosure (a label shift).  The features tell.
- resolved, same: what became of notes is tested against what was predicted, as the gate does.  A report is a false alarm.
- resolved, shifted: the notes look as before and each has a foreclosure log-odds higher by 0.5.  Only outcomes can tell.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from features import feature_frame
from models.drift import NoteSample, drift_report
from models.drift_check import DriftCheck
from notes import OUTCOMES, Outcome
from training.class_means import class_mean_test
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext
from training.evaluate import Judged
from training.fit import train
from training.result import TrainingResult
from worlds import KINDS, WorldSettings, golden_tape, make_world

Floats = NDArray[np.float64]
SHIFT = 0.5
FORECLOSURE = OUTCOMES.index(Outcome.FORECLOSURE)
POOL = 40_000


def shifted(truth: Floats, by: float) -> Floats:
    """Raise each note's log-odds of foreclosure against every other outcome."""
    raised = truth * np.exp(by * (np.arange(len(OUTCOMES)) == FORECLOSURE))
    return raised / raised.sum(axis=1, keepdims=True)


def label_shift_weights(truth: Floats, by: float) -> Floats:
    """Weigh notes so that the class shares shift and the notes within a class do not: sum_k p_k(x) q_k / s_k."""
    shares = truth.mean(axis=0, keepdims=True)
    return (truth * shifted(shares, by) / shares).sum(axis=1)


class Pool:
    """Many notes, predicted once, to draw tapes from."""

    def __init__(self, result: TrainingResult, tape, truth: Floats) -> None:
        self.features = feature_frame(tape)
        self.probability = result.predict(self.features).values
        self.truth = truth

    def draw(self, rng: np.random.Generator, size: int, weight: Floats | None = None) -> NDArray[np.intp]:
        chance = None if weight is None else weight / weight.sum()
        return rng.choice(len(self.truth), size, replace=False, p=chance)

    def sample(self, rows: NDArray[np.intp]) -> NoteSample:
        return NoteSample.of_tape(self.features.iloc[rows], self.probability[rows])


CASES = ("same", "today", "richer", "resolved, same", "resolved, shifted")


def draw_once(held: tuple[TrainingResult, Pool, Pool], size: int, rng: np.random.Generator) -> list[bool]:
    """Hold one tape of each case against what the model was trained on."""
    result, then, today = held
    check = DriftCheck.from_dict(result.bundle.drift)
    rows = then.draw(rng, size)
    tapes = [
        then.sample(rows),
        today.sample(today.draw(rng, size)),
        then.sample(then.draw(rng, size, label_shift_weights(then.truth, SHIFT))),
    ]
    found = [drift_report(check.reference, one, check.settings).drifts for one in tapes]
    for by in (0.0, SHIFT):
        truth = shifted(then.truth[rows], by)
        outcome = (rng.random((size, 1)) > np.cumsum(truth, axis=1)[:, :-1]).sum(axis=1)
        fitted_on = result.weights["all"].effective_sample_size
        judged = Judged(outcome, tapes[0].weight, tapes[0].loan)
        test = class_mean_test(judged, tapes[0].probability, fitted_on)
        found.append(not test.within_chance(1 - check.settings.false_alarm))
    return found


def hold(kind: str, n_train: int, seed: int, config: TrainingConfig) -> tuple[TrainingResult, Pool, Pool]:
    """Train one model; predict its pools."""
    world = make_world(WorldSettings(kind, n_train, POOL, seed))
    result = train(world.resolutions, config, TrainingContext("made", golden_tape()))
    other = make_world(WorldSettings(kind, POOL, 0, seed + 1_000))
    return (
        result,
        Pool(result, other.resolutions.tape, other.resolutions_truth),
        Pool(result, world.tape, world.tape_truth),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--resolutions", type=int, default=5_000)
    parser.add_argument("--sizes", nargs="+", type=int, default=[200, 500, 1_000, 2_000])
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument(
        "--models", type=int, default=10, help="trained, each on a world of its own; repetitions are shared out"
    )
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(SHIPPED_CONFIG.with_name("demo_training.toml"))
    print(f"| world | notes | {' | '.join(CASES)} |")
    print("|---|--:|" + "--:|" * len(CASES))
    for kind in arguments.kinds:
        hits: dict[int, list[list[bool]]] = {size: [] for size in arguments.sizes}
        for model in range(arguments.models):
            held = hold(kind, arguments.resolutions, model + 1, config)
            for size in arguments.sizes:
                for one in range(model, arguments.repetitions, arguments.models):
                    hits[size].append(draw_once(held, size, np.random.default_rng((size, one))))
        for size, found in hits.items():
            print(
                f"| {kind} | {size:,} | " + " | ".join(f"{rate:.0%}" for rate in np.mean(found, axis=0)) + " |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
