"""What the model costs beside the LightGBM in it: prints docs/model_speed.md.

    python benchmarks/speed_model.py --out docs/model_speed.md

Ratios of processor seconds within one run, everything on one thread in one process, so that a busy machine matters little.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from accuracy import everything
from lightgbm import LGBMClassifier
from numpy.typing import NDArray

from features import feature_frame
from models import cross_validation, members
from models.bundle import write_bundle
from models.predictor import Anchor, OutcomeModel, Predictor, feature_values
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext
from training.fit import train
from worlds import KINDS, WorldSettings, golden_tape, make_world

Floats = NDArray[np.float64]
REPEATS = 5
"""A prediction is timed so often; the quickest counts."""


@dataclass(frozen=True)
class Speed:
    """One world: processor seconds."""

    kind: str
    size: int
    members: str
    training: float
    lightgbm_in_training: float
    plain_fit: float
    prediction: float
    raw_boosters: float
    matrix_product: float


class Clock:
    """Adds up the processor seconds of a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.seconds = 0.0

    def __call__(self, *arguments: Any) -> Any:
        started = time.process_time()
        try:
            return self.function(*arguments)
        finally:
            self.seconds += time.process_time() - started


def quickest(function: Callable[[], Any]) -> float:
    def once() -> float:
        clock = Clock(function)
        clock()
        return clock.seconds

    return min(once() for _ in range(REPEATS))


def measure(kind: str, size: int, n_tape: int, config: TrainingConfig) -> Speed:
    world = make_world(WorldSettings(kind, size, n_tape, seed=1))  # type: ignore[arg-type]
    alone = replace(config, model=replace(config.model, n_jobs=1))
    fits = [Clock(members.fit_trees), Clock(cross_validation.held_out_trees)]
    training = Clock(train)
    with patch.object(members, "fit_trees", fits[0]), patch.object(cross_validation, "held_out_trees", fits[1]):
        result = training(world.resolutions, alone, TrainingContext("made", golden_tape()))
    part, frame = everything(world, alone), feature_frame(world.tape)
    plain = Clock(LGBMClassifier(n_jobs=1, verbosity=-1).fit)
    plain(part.features, part.outcome, part.weight)
    with tempfile.TemporaryDirectory() as folder:
        predictor = Predictor(write_bundle(Path(folder), result.bundle), threads=1)
    model = predictor.model
    values = feature_values(frame, model.feature_names)
    columns = column_matrix(model.anchor, values, model.feature_names)
    coefficients = np.array([one.coefficients for one in (*model.anchor.terms, *model.anchor.products)])
    return Speed(
        kind=kind,
        size=size,
        members=members_of(model),
        training=training.seconds,
        lightgbm_in_training=sum(one.seconds for one in fits),
        plain_fit=plain.seconds,
        prediction=quickest(lambda: predictor.predict(frame)),
        raw_boosters=quickest(lambda: [one.predict(values, raw_score=True, num_threads=1) for one in model.boosters]),
        matrix_product=quickest(lambda: columns @ coefficients),
    )


def column_matrix(anchor: Anchor, values: Floats, names: tuple[str, ...]) -> Floats:
    """Evaluate the anchor's terms and products beforehand, so that only their matrix product is timed."""
    column = {name: np.ascontiguousarray(values[:, j]) for j, name in enumerate(names)}
    terms = [one.values(column[one.feature]) for one in anchor.terms]
    products = [one.values(column[one.first.feature], column[one.second.feature]) for one in anchor.products]
    return np.column_stack([*terms, *products])


def members_of(model: OutcomeModel) -> str:
    trees = sum(one.num_trees() for one in model.boosters)
    anchor = f"{len(model.anchor.terms)} terms, {len(model.anchor.products)} products"
    return f"{anchor}, {len(model.boosters)} boosters, {trees:,} trees"


def page(measured: list[Speed], command: str, n_tape: int) -> str:
    lines = [
        "# What the model costs",
        "",
        "Ratios of processor seconds within one run, all on one thread. Reprint with",
        "",
        f"    {command}",
        "",
        "**Training** is the whole `train`: the trial with its judgement and learning curve, the baselines, the refit; each fit",
        "of the model is done twice where open notes are taken in, and cross-validated. It is told in the LightGBM fits inside it",
        "(held-out predictions included) and in one plain LightGBM fit (default settings, 100 rounds) of the same rows.",
        f"**Prediction** of {n_tape:,} notes from the feature frame, bundle loaded, is told in what its members cannot do without: the boosters'",
        "own raw scores of the same numbers, plus one matrix product of the anchor's terms, evaluated beforehand.",
        "",
        "| world | resolutions | model | training / LightGBM in it | training / one plain fit | prediction / members |",
        "|---|---:|---|---:|---:|---:|",
    ]
    lines += [
        f"| {one.kind} | {one.size:,} | {one.members} | {one.training / one.lightgbm_in_training:.2f} | "
        f"{one.training / one.plain_fit:.0f} | {one.prediction / (one.raw_boosters + one.matrix_product):.2f} |"
        for one in measured
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_500, 5_000])
    parser.add_argument("--tape", type=int, default=20_000, help="notes to predict")
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    parser.add_argument("--out", type=Path, help="file to write; none: the terminal")
    arguments = parser.parse_args()
    config, measured = TrainingConfig.from_toml(arguments.config), []
    for size in arguments.sizes:
        for kind in arguments.kinds:
            measured.append(measure(kind, size, arguments.tape, config))
            print(measured[-1], file=sys.stderr, flush=True)
    text = page(measured, " ".join(["python benchmarks/speed_model.py", *sys.argv[1:]]), arguments.tape)
    if arguments.out is None:
        print(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
