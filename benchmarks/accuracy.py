"""How near the truth the model comes, beside its baselines: prints docs/accuracy.md.

    python benchmarks/accuracy.py --out docs/accuracy.md
    python benchmarks/accuracy.py --kinds smooth --sizes 5000 --seeds 1 2 3

Excess log loss is the mean cross-entropy against the true probabilities less that of the truth itself, nats; 0 is perfect.
Everything is fitted on made resolutions, a part of them open, and measured on a separate made tape.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from features import feature_frame
from notes import OUTCOMES, Resolutions
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext, nobody_watches
from training.evaluate import equal_weight_bins, excess_log_loss
from training.fit import train
from training.fitting import fit_baselines
from training.follow_up import FollowUp
from training.parts import Part, Watched, weigh
from training.snapshots import draw_snapshots
from training.weights import label
from worlds import KINDS, World, WorldSettings, golden_tape, make_world

MODEL = "model"
COLUMNS = (MODEL, "class_prior", "bucket_table", "multinomial_logit")


@dataclass(frozen=True)
class Measured:
    """One world, trained and measured."""

    kind: str
    size: int
    seed: int
    excess: dict[str, float]
    standard_error: float
    """Of the model's excess less that of the best baseline, over the notes of the tape."""
    means: NDArray[np.float64]
    """Mean probability of each outcome on the tape, less the truth's."""
    calibration_error: float
    """Classwise: mean gap between predicted and true share over ten bins of each outcome's probability."""
    passed: bool
    open_share: float
    seconds: float


def measure(kind: str, size: int, seed: int, n_tape: int, config: TrainingConfig) -> Measured:
    world = make_world(WorldSettings(kind, size, n_tape, seed))
    started = time.perf_counter()
    result = train(world.resolutions, config, TrainingContext("made", golden_tape()))
    seconds = time.perf_counter() - started
    features = feature_frame(world.tape)
    probabilities = {MODEL: result.predict(features).values} | baseline_probabilities(world, features, config)
    excess = {name: excess_log_loss(world.tape_truth, probability) for name, probability in probabilities.items()}
    best = min((name for name in COLUMNS if name != MODEL), key=excess.__getitem__)
    by_note = (world.tape_truth * np.log(probabilities[best] / probabilities[MODEL])).sum(axis=1)
    return Measured(
        kind=kind,
        size=size,
        seed=seed,
        excess=excess,
        standard_error=float(by_note.std() / np.sqrt(len(by_note))),
        means=probabilities[MODEL].mean(axis=0) - world.tape_truth.mean(axis=0),
        calibration_error=calibration_error(world.tape_truth, probabilities[MODEL]),
        passed=result.verdict.promote,
        open_share=result.data.open_share,
        seconds=seconds,
    )


def watch(resolutions: Resolutions, config: TrainingConfig) -> Watched:
    """Draw the snapshots of all resolutions, label them and work out their features."""
    snapshots = draw_snapshots(resolutions, config.snapshots.bands, config.model.seed)
    tape, labels = snapshots.resolutions.tape, label(snapshots.resolutions, config.label.horizon_months)
    follow_up = FollowUp.of_tape(tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    return Watched(snapshots, feature_frame(tape), labels, follow_up)


def everything(world: World, config: TrainingConfig) -> Part:
    """Weigh all resolutions as the model's last fit has them."""
    watched = watch(world.resolutions, config)
    return weigh(watched, np.arange(len(watched.snapshots)), config, tail=True)


def calibration_error(truth: NDArray[np.float64], probability: NDArray[np.float64], n_bins: int = 10) -> float:
    """Give the mean over outcomes and bins of |mean predicted - mean true probability|, bins of equal size."""
    even = np.ones(len(truth))
    gaps = []
    for k in range(truth.shape[1]):
        bins = equal_weight_bins(probability[:, k], even, n_bins)
        gaps.append(np.abs(np.bincount(bins, probability[:, k] - truth[:, k], minlength=n_bins)).sum() / len(truth))
    return float(np.mean(gaps))


def baseline_probabilities(world: World, features: object, config: TrainingConfig) -> dict[str, NDArray[np.float64]]:
    """Fit the baselines on all resolutions, as the model is in the end."""
    fitted = fit_baselines(everything(world, config), config.model, nobody_watches)
    return {name: one.predict_proba(features) for name, one in fitted.items()}


def page(measured: list[Measured], command: str, n_tape: int) -> str:
    sizes = [f"{size:,}" for size in sorted({one.size for one in measured})]
    lines = [
        "# Accuracy on made worlds",
        "",
        "Made data with known true probabilities (`worlds/`): they show whether the method finds what is there to be found,",
        "not how well it does on anybody's notes. Reprint this page with",
        "",
        f"    {command}",
        "",
        "**Excess log loss** is the mean cross-entropy against the true probabilities less that of the truth, in nats: 0 is",
        f"perfect. Trained on {' and '.join(sizes)} resolutions of which part are open, measured on a separate tape of",
        f"{n_tape:,} notes. `smooth` is a linear softmax in sensible transforms, `steps` has thresholds and interactions.",
        "Baselines are fitted on the same notes with the same weights. Lower is better; the last column is the model's",
        "excess over that of the best baseline beside it.",
        "",
        "| world | resolutions | open | seed | model | class prior | bucket table | multinomial logit | model / best |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in measured:
        best = min(one.excess[name] for name in COLUMNS if name != MODEL)
        figures = " | ".join(f"{one.excess[name]:.4f}" for name in COLUMNS)
        lines.append(
            f"| {one.kind} | {one.size:,} | {one.open_share:.1%} | {one.seed} | {figures} | {one.excess[MODEL] / best:.2f} |"
        )
    lines += [*mean_lines(measured), *class_mean_lines(measured)]
    return "\n".join(lines) + "\n"


def mean_lines(measured: list[Measured]) -> list[str]:
    """Give the means over the seeds of each world and size."""
    lines = [
        "",
        "Means over the seeds:",
        "",
        "| world | resolutions | model | best single baseline | model / best |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind, size in dict.fromkeys((one.kind, one.size) for one in measured):
        excess = [one.excess for one in measured if (one.kind, one.size) == (kind, size)]
        mean = {name: float(np.mean([one[name] for one in excess])) for name in COLUMNS}
        best = min(mean[name] for name in COLUMNS if name != MODEL)
        lines.append(f"| {kind} | {size:,} | {mean[MODEL]:.4f} | {best:.4f} | {mean[MODEL] / best:.2f} |")
    return lines


def class_mean_lines(measured: list[Measured]) -> list[str]:
    """Give how far each outcome's mean is off, the calibration error, the gate's word and the seconds of each training."""
    lines = [
        "",
        "**Class means**: mean predicted probability of each outcome on that tape less the mean true one, in points;",
        "classwise calibration error against the truth (ten bins an outcome); what the gate said, and how long training took.",
        "",
        f"| world | resolutions | seed | {' | '.join(str(name) for name in OUTCOMES)} | calibration error | gate | seconds |",
        f"|---|---:|---:|{'---:|' * len(OUTCOMES)}---:|---|---:|",
    ]
    for one in measured:
        points = " | ".join(f"{100 * value:+.2f}" for value in one.means)
        gate = "passed" if one.passed else "not passed"
        lines.append(
            f"| {one.kind} | {one.size:,} | {one.seed} | {points} | {one.calibration_error:.4f} | {gate} | {one.seconds:.0f} |"
        )
    return lines


def failures(measured: list[Measured]) -> list[str]:
    """Say where the model is worse than a baseline by more than noise."""
    found = []
    for one in measured:
        best = min(one.excess[name] for name in COLUMNS if name != MODEL)
        if one.excess[MODEL] - best > 3 * one.standard_error:
            found.append(f"{one.kind}, {one.size:,}, seed {one.seed}: the model is worse than a baseline")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[5_000, 40_000])
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
                one = measured[-1]
                print(f"{kind} {size} seed {seed}: {one.excess} {one.calibration_error:.4f}", file=sys.stderr)
    command = " ".join(["python benchmarks/accuracy.py", *sys.argv[1:]])
    text = page(measured, command, arguments.tape)
    if arguments.out is None:
        print(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")
    for one in failures(measured):
        print(one, file=sys.stderr)
    return 1 if failures(measured) else 0


if __name__ == "__main__":
    raise SystemExit(main())
