"""notebid's model on made worlds of kinds that nothing in it was tuned to: prints docs/other_worlds.md.

    python benchmarks/other_worlds.py --out docs/other_worlds.md
    python benchmarks/other_worlds.py --kinds net --sizes 1500 --seeds 1 2

Needs what bench.lock holds (benchmarks/README.md).  The truths are in ``other_truths.py``; everything else is as in ``accuracy.py``,
``rivals.py`` and ``coverage.py``: a whole training, its excess log loss and its intervals on a separate tape, and other learners on the
same rows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from accuracy import calibration_error, everything
from numpy.typing import NDArray
from other_truths import OTHER_KINDS, other_truth
from rivals_fits import RIVALS
from rivals_task import Task

from features import feature_frame
from models.uncertainty import Uncertainty
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext
from training.fit import train
from worlds import World, WorldSettings, golden_tape, make_world
from worlds.follow_up import draw_fate, observe
from worlds.world import OBSERVED_THROUGH

MODEL = "notebid"
BESIDE = (
    "class_prior",
    "bucket_table",
    "ridge_logit",
    "lightgbm_plain",
    "lightgbm_regularised",
    "catboost_small",
    "histogram_small",
    "xgboost_regularised",
)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """One world."""

    kind: str
    size: int
    seed: int
    excess: dict[str, float]
    error: dict[str, float]
    """Standard error over notes of notebid's excess less each learner's."""
    calibration_error: float
    worst_mean: float
    """Largest miss among the four class means."""
    covered: float
    covered_by_outcome: Floats
    seconds: float


def other_world(kind: str, size: int, n_tape: int, seed: int) -> World:
    """Give the notes of a shipped world another truth and another fate."""
    world = make_world(WorldSettings("smooth", size, n_tape, seed))
    past = world.resolutions.tape
    truth = other_truth(kind, past)
    rng = np.random.default_rng([seed, OTHER_KINDS.index(kind)])
    fate = draw_fate(past, truth, rng)
    return replace(
        world,
        resolutions=observe(past, fate, OBSERVED_THROUGH, rng),
        resolutions_truth=truth.values,
        resolutions_fate=fate,
        tape_truth=other_truth(kind, world.tape).values,
    )


def measure(kind: str, size: int, seed: int, n_tape: int, config: TrainingConfig) -> Measured:
    world = other_world(kind, size, n_tape, seed)
    started = time.perf_counter()
    result = train(world.resolutions, config, TrainingContext("made", golden_tape()))
    seconds = time.perf_counter() - started
    features, truth = feature_frame(world.tape), world.tape_truth
    mine = result.predict(features)
    learned = Uncertainty.from_dict(result.bundle.uncertainty)
    low, high = learned.doubt(world.tape, features, mine).interval(mine)
    inside = (low <= truth) & (truth <= high)
    task = Task.of(everything(world, config), features, config.model.seed, seconds)
    found = {MODEL: mine.values}
    for name in BESIDE:
        chances = RIVALS[name].predict(task).probabilities.astype(np.float64)
        found[name] = task.floored(chances / chances.sum(axis=1, keepdims=True))  # some give 32-bit numbers
    away = {name: (truth * np.log(truth / one)).sum(axis=1) for name, one in found.items()}
    return Measured(
        kind=kind,
        size=size,
        seed=seed,
        excess={name: float(one.mean()) for name, one in away.items()},
        error={name: float((away[MODEL] - one).std() / np.sqrt(n_tape)) for name, one in away.items()},
        calibration_error=calibration_error(truth, mine.values),
        worst_mean=float(np.abs(mine.values.mean(axis=0) - truth.mean(axis=0)).max()),
        covered=float(inside.mean()),
        covered_by_outcome=inside.mean(axis=0),
        seconds=seconds,
    )


def page(measured: list[Measured], command: str, n_tape: int) -> str:
    heading = ["world", "resolutions", "seed", MODEL, *(RIVALS[name].label for name in BESIDE), "notebid / best"]
    lines = [
        "# On worlds of other kinds",
        "",
        "The two shipped worlds were looked at while the model was built. These five were not: nothing was chosen by them, and they show whether",
        "what was chosen there holds elsewhere. Notes, payments and follow-up are made as always ([worlds.md](worlds.md)); what becomes of a note is",
        "`curves` (waves added up), `net` (a random network), `forest` (random trees), `hidden` (a trait that no file shows) or `stairs` (one decision",
        "after the other): `benchmarks/other_truths.py`. Made data: no word about anybody's notes. Reprint with",
        "",
        f"    {command}",
        "",
        f"Excess log loss over the truth, nats, on a separate tape of {n_tape:,} notes. The other learners got the rows, features and weights of notebid's",
        "first fit and its folds ([rivals.md](rivals.md) says how each is fitted); notebid is the whole `train`, whose last fit takes in the open notes too and",
        "which is calibrated on later ones. The last column is notebid's excess over that of the best of the others.",
        "",
        f"| {' | '.join(heading)} |",
        f"|---|{'---:|' * (len(heading) - 1)}",
    ]
    for one in measured:
        best = min(one.excess[name] for name in BESIDE)
        figures = " | ".join(f"{one.excess[name]:.4f}" for name in (MODEL, *BESIDE))
        lines.append(f"| {one.kind} | {one.size:,} | {one.seed} | {figures} | {one.excess[MODEL] / best:.2f} |")
    worse = failures(measured)
    lines += [
        "",
        *(
            [
                "Worse by more than two standard errors over the notes of the tape (one draw of the resolutions each, which is a larger chance than that):",
                "",
                *(f"- {one}" for one in worse),
            ]
            if worse
            else []
        ),
    ]
    lines += [] if worse else ["Worse than any other by more than two standard errors over notes: never."]
    lines += _calibration_lines(measured)
    return "\n".join(lines) + "\n"


def _calibration_lines(measured: list[Measured]) -> list[str]:
    lines = [
        "",
        "Classwise calibration error against the truth (ten bins an outcome), the largest miss of a class mean, how often the 5-95 % intervals hold the",
        "true probability ([uncertainty.md](uncertainty.md)), in all and by outcome, and seconds of a whole training.",
        "",
        "| world | resolutions | seed | calibration error | class mean | covered | reperform | loss mitigation | deed in lieu | foreclosure | seconds |",
        f"|---|{'---:|' * 10}",
    ]
    for one in measured:
        by_outcome = " | ".join(f"{share:.0%}" for share in one.covered_by_outcome)
        lines.append(
            f"| {one.kind} | {one.size:,} | {one.seed} | {one.calibration_error:.4f} | {100 * one.worst_mean:.1f} points | "
            f"{one.covered:.1%} | {by_outcome} | {one.seconds:.0f} |"
        )
    return lines


def failures(measured: list[Measured]) -> list[str]:
    """Say where another learner comes nearer the truth by more than two standard errors over notes."""
    return [
        f"{one.kind}, {one.size:,}, seed {one.seed}: {RIVALS[name].label}, {one.excess[MODEL] - one.excess[name]:.4f}"
        for one in measured
        for name in BESIDE
        if one.excess[MODEL] - one.excess[name] > 2 * one.error[name]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=OTHER_KINDS, default=list(OTHER_KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_500, 5_000, 15_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--tape", type=int, default=20_000, help="notes to measure on")
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    parser.add_argument("--out", type=Path, help="file to write; none: the terminal")
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(arguments.config)
    measured = []
    for size in arguments.sizes:
        for kind in arguments.kinds:
            for seed in arguments.seeds:
                measured.append(measure(kind, size, seed, arguments.tape, config))
                print(measured[-1], file=sys.stderr, flush=True)
    text = page(measured, " ".join(["python benchmarks/other_worlds.py", *sys.argv[1:]]), arguments.tape)
    if arguments.out is None:
        print(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
