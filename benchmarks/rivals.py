"""notebid's model beside other learners on made worlds of known truth: prints docs/rivals.md.

    python benchmarks/rivals.py --sizes 1500 5000 --seeds 1 2 3 --resume --out docs/rivals.md

Needs what bench.lock holds (benchmarks/README.md).  Each result is a line of a file as soon as it is there, and --resume leaves
out what the file has; the page shows everything in the file.  Several runs may not write one file at a time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # or a busy neighbour makes a learner's threads many times slower

import numpy as np
import pandas as pd
from accuracy import everything
from numpy.typing import NDArray
from rivals_fits import RIVALS
from rivals_page import BLOCKS, MODEL, page
from rivals_task import Prediction, Task

from features import feature_frame
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext
from training.fit import train
from training.parts import Part
from worlds import KINDS, World, WorldSettings, golden_tape, make_world

ROOT = Path(__file__).resolve().parent
Record = dict[str, Any]
Place = tuple[str, int, int]
"""World, resolutions, seed."""


@dataclass(frozen=True)
class Cell:
    """One made world to train on and to be judged by."""

    place: Place
    n_tape: int
    config: TrainingConfig

    @cached_property
    def world(self) -> World:
        kind, size, seed = self.place
        return make_world(WorldSettings(kind, size, self.n_tape, seed))  # type: ignore[arg-type]

    @cached_property
    def tape(self) -> pd.DataFrame:
        return feature_frame(self.world.tape)

    @cached_property
    def part(self) -> Part:
        return everything(self.world, self.config)

    def task(self, seconds: float) -> Task:
        """Give the rows to a learner; ``seconds`` is for those that search for a given time."""
        return Task.of(self.part, self.tape, self.config.model.seed, seconds)

    @cached_property
    def fingerprint(self) -> str:
        """Tell these rows, features, weights and truth from others, to nine digits of their means.

        A result on other data (features that were added, another world) does not stand beside those on these.
        """
        part = self.part
        means = [*part.features.mean(), *self.tape.mean(), *self.world.tape_truth.mean(axis=0)]
        numbers = [len(part.outcome), part.weight.sum(), (part.weight**2).sum(), *means]
        return hashlib.sha256(" ".join(f"{one:.8e}" for one in numbers).encode()).hexdigest()[:12]

    def record(self, name: str, probabilities: NDArray[np.float64], **more: Any) -> Record:
        """Measure a learner's probabilities."""
        truth = self.world.tape_truth
        good = (probabilities > 0) & (np.abs(probabilities.sum(axis=1, keepdims=True) - 1) < 1e-5)
        if not (probabilities.shape == truth.shape and good.all()):
            raise ValueError(f"{name}: not probabilities above 0 that sum to 1")
        by_note = (truth * (np.log(truth) - np.log(probabilities))).sum(axis=1)
        blocks = by_note.reshape(-1, BLOCKS).mean(axis=0)
        kind, size, seed = self.place
        return {
            "kind": kind,
            "size": size,
            "seed": seed,
            "tape": self.n_tape,
            "data": self.fingerprint,
            "name": name,
            "excess": round(float(by_note.mean()), 6),
            "rows": len(self.part.outcome),
            "load": round(os.getloadavg()[0], 1),
            **more,
            "blocks": [round(float(one), 5) for one in blocks],
        }


def measure_model(cell: Cell) -> Record:
    """Train notebid's model as `notebid train` does, judging and refit included."""
    started = time.perf_counter()
    result = train(cell.world.resolutions, cell.config, TrainingContext("made", golden_tape()))
    seconds = time.perf_counter() - started
    report = result.bundle.classifier.report_
    rounds = max(report["rounds"].values())
    return cell.record(
        MODEL,
        result.predict(cell.tape).values,
        seconds=round(seconds, 2),
        unit=round(yardstick(cell, rounds), 3),
        version=RIVALS["class_prior"].version,
        chosen={"rounds": rounds, "pool_weights": {k: round(v, 3) for k, v in report["pool_weights"].items()}},
    )


def yardstick(cell: Cell, rounds: int) -> float:
    """Time one plain LightGBM fit of as many rounds as the pool's trees have, on one thread."""
    from lightgbm import LGBMClassifier

    task = cell.task(0.0)
    started = time.perf_counter()
    model = LGBMClassifier(n_estimators=rounds, n_jobs=1, verbosity=-1)
    model.fit(task.features, task.codes, sample_weight=task.weights)
    return time.perf_counter() - started


def measure_rival(cell: Cell, name: str, model: Record, unit: float) -> Record:
    rival = RIVALS[name]
    task = cell.task(model["seconds"])
    started = time.perf_counter()
    prediction: Prediction = rival.predict(task)
    seconds = time.perf_counter() - started
    own_floor = rival.package == "notebid"
    return cell.record(
        name,
        prediction.probabilities if own_floor else task.floored(prediction.probabilities),
        seconds=round(seconds, 2),
        unit=round(unit, 3),
        version=rival.version,
        chosen=prediction.chosen,
    )


class Results:
    """The file of results: one JSON object a line, the last one of a learner and a world counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: dict[tuple[Place, str], Record] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            self._keep(json.loads(line))

    def refuse_other_tapes(self, n_tape: int) -> None:
        """Refuse a file whose notes are not the ones to be measured on: differences are paired by note."""
        others = {record["tape"] for record in self.records.values()} - {n_tape}
        if others:
            raise SystemExit(
                f"{self.path}: its results are of tapes of {min(others):,} notes; give --tape {min(others)}, or another --results"
            )

    def _keep(self, record: Record) -> None:
        self.records[(record["kind"], record["size"], record["seed"]), record["name"]] = record

    def has(self, cell: Cell, name: str) -> bool:
        """Say whether there is a result on the very data of the cell."""
        record = self.records.get((cell.place, name))
        return record is not None and record["data"] == cell.fingerprint

    def add(self, record: Record) -> None:
        self._keep(record)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        print(
            f"{record['kind']} {record['size']:,} seed {record['seed']} {record['name']}: excess {record['excess']:.4f}, "
            f"{record['seconds']:.0f} s, {record['chosen']}",
            file=sys.stderr,
            flush=True,
        )


def run_cell(cell: Cell, names: list[str], results: Results, again: set[str]) -> None:
    """Measure what is missing, notebid's model first: the others' time is told beside its own."""
    missing = [name for name in names if name in again or not results.has(cell, name)]
    if MODEL in missing:
        results.add(measure_model(cell))
    rivals = [name for name in missing if name != MODEL]
    if not rivals:
        return
    model = results.records.get((cell.place, MODEL))
    if model is None or not results.has(cell, MODEL):
        raise SystemExit(f"{cell.place}: {results.path} has no result of {MODEL}; name it in --only too")
    unit = yardstick(cell, model["chosen"]["rounds"])
    for name in rivals:
        results.add(measure_rival(cell, name, model, unit))


def main() -> int:
    names = [MODEL, *RIVALS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_500, 5_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--tape", type=int, default=20_000, help=f"notes to measure on, a multiple of {BLOCKS}")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="learners to measure")
    parser.add_argument(
        "--again", nargs="+", choices=names, default=[], help="learners to measure though the file has them"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the file of results")
    parser.add_argument("--results", type=Path, default=ROOT / "rivals.jsonl")
    parser.add_argument("--config", type=Path, default=SHIPPED_CONFIG)
    parser.add_argument("--out", type=Path, help="page to write; none: the terminal")
    arguments = parser.parse_args()
    if arguments.tape <= 0 or arguments.tape % BLOCKS:
        parser.error(f"--tape must be a multiple of {BLOCKS}, found {arguments.tape}")
    if arguments.results.exists() and not arguments.resume:
        parser.error(f"{arguments.results} is there already: go on with --resume, or name another file with --results")
    config, results = TrainingConfig.from_toml(arguments.config), Results(arguments.results)
    results.refuse_other_tapes(arguments.tape)
    chosen = [name for name in names if name in arguments.only]
    for size in arguments.sizes:
        for seed in arguments.seeds:
            for kind in arguments.kinds:
                run_cell(Cell((kind, size, seed), arguments.tape, config), chosen, results, set(arguments.again))
    text = page(list(results.records.values()), {name: (one.label, one.got) for name, one in RIVALS.items()})
    if arguments.out is None:
        print(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
