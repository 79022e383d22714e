"""Whether the intervals hold what they say, on made worlds whose true probabilities are known; prints docs/uncertainty.md's tables.

    python benchmarks/coverage.py --write docs/uncertainty.md
    python benchmarks/coverage.py --kinds smooth --sizes 1500 --seeds 3 4

A world is trained on as ``notebid train`` does, refitted model alone (the candidate, the baselines and the report are left
out), and its intervals are held against the true probabilities of a separate tape of the same world.
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
import pandas as pd
from accuracy import watch
from numpy.typing import NDArray

from features import feature_frame
from models.classifier import OutcomeClassifier
from models.uncertainty import Uncertainty
from notes import OUTCOMES, OutcomeDoubt, OutcomeProbabilities, Resolutions
from notes.strata import in_strata
from pricing import Assumptions, price_tape
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.context import nobody_watches
from training.fitting import fit_model, takes_open_notes
from training.likely_ends import LikelyEnds
from training.parts import weigh
from training.uncertainty import learn_uncertainty
from worlds import KINDS, World, WorldSettings, make_world

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """One world; arrays are one number an outcome."""

    kind: str
    size: int
    seed: int
    covered: Floats
    """Share of notes whose true probability lies in the interval."""
    width: Floats
    """Mean width of the interval in probability."""
    error: Floats
    """Mean absolute error of the probability."""
    below: float
    above: float
    """Share of true probabilities under and over the interval, all outcomes together."""
    best_factor: float
    """What the deviations had to be multiplied by to hold exactly 90 %."""
    bid_covered: float
    """Share of notes whose bid at the true probabilities lies in the bid range."""
    bid_width: float
    """Median width of the bid range over the bid."""
    wide: float
    """Share of bids flagged WIDE_BID_RANGE."""
    far: float
    """Share of notes flagged FAR_FROM_TRAINING, on a tape of the same world."""
    short: float
    """Share of notes of strata with a short history."""
    seconds: float
    """What the model and what its uncertainty took to learn."""
    seconds_more: float


def train_alone(
    resolutions: Resolutions, config: TrainingConfig
) -> tuple[OutcomeClassifier, Uncertainty, tuple[float, float]]:
    """Fit the refitted model and learn its uncertainty; seconds of each."""
    watched = watch(resolutions, config)
    rows = np.arange(len(watched.snapshots))
    part = weigh(watched, rows, config, tail=True)
    started = time.perf_counter()
    ends = LikelyEnds(watched, rows, config.censoring.timeline_log_sd)
    open_notes = ends if takes_open_notes(part, config.model) else None
    model = fit_model(part, open_notes, config.model, nobody_watches)
    fitted = time.perf_counter()
    learned = learn_uncertainty(model, part, watched, config.uncertainty, took_open_notes=open_notes is not None)
    if not learned:
        raise SystemExit("uncertainty.fits is 0: there is nothing to measure")
    return model, Uncertainty.from_dict(learned), (fitted - started, time.perf_counter() - fitted)


def measure(kind: str, size: int, seed: int, n_tape: int, config: TrainingConfig) -> Measured:
    world = make_world(WorldSettings(kind, size, n_tape, seed))
    model, learned, seconds = train_alone(world.resolutions, config)
    features = feature_frame(world.tape)
    probabilities = OutcomeProbabilities(model.predict_proba(features))
    doubt = learned.doubt(world.tape, features, probabilities)
    low, high = doubt.interval(probabilities)
    truth = world.tape_truth
    off = _log_odds(truth) - _log_odds(probabilities.values)
    sheet, true_bid = _bids(world, probabilities, doubt)
    made = sheet["bid"].to_numpy() > 0
    range_width = (sheet["bid_high"] - sheet["bid_low"]).to_numpy()
    flags = sheet["flags"].str
    inside = (sheet["bid_low"].to_numpy() <= true_bid) & (true_bid <= sheet["bid_high"].to_numpy())
    return Measured(
        kind=kind,
        size=size,
        seed=seed,
        covered=((low <= truth) & (truth <= high)).mean(axis=0),
        width=(high - low).mean(axis=0),
        error=np.abs(probabilities.values - truth).mean(axis=0),
        below=float((truth < low).mean()),
        above=float((truth > high).mean()),
        best_factor=float(np.quantile(np.abs(off) / np.where(off > 0, doubt.sd_up, doubt.sd_down), 0.9) / 1.645),
        bid_covered=float(inside.mean()),
        bid_width=float(np.median((range_width / np.maximum(sheet["bid"].to_numpy(), 1.0))[made])),
        wide=float(flags.contains("WIDE_BID_RANGE")[made].mean()),
        far=float(flags.contains("FAR_FROM_TRAINING").mean()),
        short=float(in_strata(world.tape, tuple(learned.short_history)).mean()),
        seconds=seconds[0],
        seconds_more=seconds[1],
    )


def _bids(world: World, probabilities: OutcomeProbabilities, doubt: OutcomeDoubt) -> tuple[pd.DataFrame, Floats]:
    assumptions = Assumptions.from_toml(SHIPPED_ASSUMPTIONS)
    sheet = price_tape(world.tape, probabilities, assumptions, doubt=doubt).frame
    return sheet, price_tape(world.tape, OutcomeProbabilities(world.tape_truth), assumptions).frame["bid"].to_numpy()


def _log_odds(probability: Floats) -> Floats:
    return np.log(probability) - np.log1p(-probability)


def _coverage_row(one: Measured) -> str:
    width, error = one.width.mean(), one.error.mean()
    return (
        f"| {one.kind} | {one.size:,} | {one.seed} | {one.covered.mean():.1%} | {one.below:.1%} | {one.above:.1%} | "
        f"{100 * width:.1f} | {100 * error:.1f} | {width / error:.1f} | {one.best_factor:.2f} |"
    )


def tables(measured: list[Measured], command: str, n_tape: int) -> str:
    names = " | ".join(str(name).replace("_", " ") for name in OUTCOMES)
    lines = [
        f"Reprint these tables with `{command}`; tapes of {n_tape:,} notes. Covered: share of notes whose true probability",
        "lies in the interval, to be near 90 %. Width and error are means in points of probability, over the four outcomes.",
        "Best factor: what the deviations had to be multiplied by to hold exactly 90 %.",
        "",
        "| world | resolutions | seed | covered | truth below | truth above | width | mean error | width / error | best factor |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_coverage_row(one) for one in measured]
    lines += [
        "",
        "By outcome: covered, and in brackets mean width in points.",
        "",
        f"| world | resolutions | seed | {names} |",
        f"|---|---:|---:|{'---:|' * len(OUTCOMES)}",
    ]
    for one in measured:
        cells = [f"{c:.0%} ({100 * w:.1f})" for c, w in zip(one.covered, one.width, strict=True)]
        lines.append(f"| {one.kind} | {one.size:,} | {one.seed} | {' | '.join(cells)} |")
    lines += [
        "",
        "The bid range: share of notes whose bid at the true probabilities lies in it, its median width over the bid, bids",
        "flagged `WIDE_BID_RANGE`, notes flagged `FAR_FROM_TRAINING` (on a tape of the same world: false alarms), notes of",
        "strata with a short history; seconds for the refitted model, and for its uncertainty on top.",
        "",
        "| world | resolutions | seed | covered | width / bid | wide | far | short history | model | uncertainty |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.kind} | {one.size:,} | {one.seed} | {one.bid_covered:.1%} | {one.bid_width:.1%} | {one.wide:.1%} | "
        f"{one.far:.2%} | {one.short:.0%} | {one.seconds:.0f} | {one.seconds_more:.0f} |"
        for one in measured
    ]
    return "\n".join(lines) + "\n"


def failures(measured: list[Measured]) -> list[str]:
    """Say of which world and size the mean coverage over the seeds lies outside 85 to 95 %."""
    groups: dict[tuple[str, int], list[float]] = {}
    for one in measured:
        groups.setdefault((one.kind, one.size), []).append(float(one.covered.mean()))
    means = {key: float(np.mean(values)) for key, values in groups.items()}
    return [f"{kind}, {size:,}: {mean:.1%} covered" for (kind, size), mean in means.items() if not 0.85 <= mean <= 0.95]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_500, 5_000, 15_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--tape", type=int, default=4_000, help="notes to measure on")
    parser.add_argument("--jobs", type=int, help="processes side by side; none: as the configuration says")
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    parser.add_argument("--write", type=Path, help="page whose measured part is replaced; none: the terminal")
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(arguments.config)
    if arguments.jobs is not None:
        config = replace(config, model=replace(config.model, n_jobs=arguments.jobs))
    measured = []
    for size in arguments.sizes:
        for kind in arguments.kinds:
            for seed in arguments.seeds:
                measured.append(measure(kind, size, seed, arguments.tape, config))
                print(measured[-1], file=sys.stderr, flush=True)
    text = tables(measured, " ".join(["python benchmarks/coverage.py", *sys.argv[1:]]), arguments.tape)
    if arguments.write is None:
        print(text)
    else:
        page = arguments.write.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        arguments.write.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")
    for one in failures(measured):
        print(one, file=sys.stderr)
    return 1 if failures(measured) else 0


if __name__ == "__main__":
    raise SystemExit(main())
