"""What parts of the model are worth: fitted alone on all resolutions of made worlds, as it is and with a part left out.

    python benchmarks/model_alone.py --sizes 250 500 800 1500 --seeds 11 12 13 14
    python benchmarks/model_alone.py --sizes 40000 --seeds 11

Excess log loss over the truth, nats, mean over the seeds, on a separate tape of 20,000 notes.  One fit on the resolved notes with their
weights: no candidate, no calibration, no second fit with open notes.
"""

from __future__ import annotations

import argparse
import os
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from accuracy import everything
from numpy.typing import NDArray

from features import feature_frame
from models import BucketTable, MultinomialLogit, members, pool
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.evaluate import excess_log_loss
from training.fitting import classifier_of
from training.parts import Part
from worlds import KINDS, WorldSettings, make_world

Floats = NDArray[np.float64]
COLUMNS = ("as shipped", "with ridge", "without ridge", "no offsets", "least floor", "ridge baseline", "bucket table")
NO_OFFSETS = 1e9
"""A pull that leaves nothing of them."""


def measure(kind: str, size: int, seed: int, n_tape: int, config: TrainingConfig) -> tuple[int, Floats]:
    """Give the resolved notes and the excess of each of ``COLUMNS``."""
    world = make_world(WorldSettings(kind, size, n_tape, seed))  # type: ignore[arg-type]
    part, tape = everything(world, config), feature_frame(world.tape)
    shipped = _fitted(classifier_of(config.model), part)
    found = [shipped.predict_proba(tape)]
    has_ridge = "ridge" in shipped.report_["pool_weights"]
    otherwise = classifier_of(config.model).set_params(ridge_below=0 if has_ridge else 10**9)
    other = _fitted(otherwise, part).predict_proba(tape)
    found += [found[0], other] if has_ridge else [other, found[0]]
    for module, name, value in ((pool, "OFFSET_NOTES", NO_OFFSETS), (members, "FLOORS", ())):
        with patch.object(module, name, value):
            found.append(_fitted(classifier_of(config.model), part).predict_proba(tape))
    found += [_fitted(one, part).predict_proba(tape) for one in (MultinomialLogit(n_jobs=-1), BucketTable())]
    return len(part.outcome), np.array([excess_log_loss(world.tape_truth, one) for one in found])


def _fitted(model: Any, part: Part) -> Any:
    return model.fit(part.features, part.outcome, part.weight, part.loan)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[250, 500, 800, 1_500])
    parser.add_argument("--seeds", nargs="+", type=int, default=[11, 12, 13, 14])
    parser.add_argument("--tape", type=int, default=20_000, help="notes to measure on")
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml(SHIPPED_CONFIG)
    print(f"| world | rows | {' | '.join(COLUMNS)} |\n|---|{'--:|' * (1 + len(COLUMNS))}")
    for size in arguments.sizes:
        for kind in arguments.kinds:
            done = [measure(kind, size, seed, arguments.tape, config) for seed in arguments.seeds]
            rows, excess = np.mean([n for n, _ in done]), np.mean([one for _, one in done], axis=0)
            print(f"| {kind} | {rows:,.0f} | {' | '.join(f'{one:.4f}' for one in excess)} |", flush=True)


if __name__ == "__main__":
    main()
