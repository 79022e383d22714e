"""How well one honest feature alone tells an outcome, so that the limits above which one is called suspect lie above that.

    python benchmarks/single_features.py --sizes 500 1500 5000 --seeds 20

Made notes, whose features know nothing of the future.  The highest AUC less two standard errors of any feature for the
outcome that it tells best, as training judges it, over all worlds of a kind and size; beside it, of how many of them would
be warned at the shipped limits.  Then of how many when the debt-to-income of so many of the foreclosures is overwritten with
95 % after the event.  Worlds in which an outcome has too few loans are left out, as training refuses them.  Half a minute.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from features import FEATURES, Group, feature_frame
from notes import OUTCOMES, Outcome
from training.config import TrainingConfig
from training.judgement_leakage import FeatureAuc, feature_aucs
from training.refusals import resolved_loans
from training.snapshots import draw_snapshots
from training.weights import label
from worlds import KINDS, WorldSettings, make_world

CONFIG = TrainingConfig.from_toml()
GROUPS = {one.name: one.group for one in FEATURES}
OVERWRITTEN = 0.95
SHARES = (0.6, 0.8, 0.85)


def look(kind: str, size: int, seed: int) -> list[tuple[FeatureAuc, ...]] | None:
    """Judge the features of one world, honest and with each share overwritten; None where training would refuse it."""
    drawn = draw_snapshots(
        make_world(WorldSettings(kind, size, 0, seed)).resolutions, CONFIG.snapshots.bands, CONFIG.model.seed
    )
    labels = label(drawn.resolutions, CONFIG.label.horizon_months)
    if min(resolved_loans(drawn, labels).values()) < CONFIG.data.min_class_count:
        return None
    rows, frame = labels.resolved, feature_frame(drawn.resolutions.tape)
    foreclosed = labels.outcome == OUTCOMES.index(Outcome.FORECLOSURE)
    chance = np.random.default_rng(seed).random(len(frame))
    frames = [frame, *(overwritten(frame, foreclosed & (chance < share)) for share in SHARES)]
    return [feature_aucs(one[rows], labels.outcome[rows], drawn.weight[rows], CONFIG.data) for one in frames]


def overwritten(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Give the frame with another debt-to-income in some rows."""
    return frame.assign(debt_to_income=np.where(rows, OVERWRITTEN, frame["debt_to_income"]))


def highest(judged: list[tuple[FeatureAuc, ...]], payment: bool) -> FeatureAuc:
    """Pick the feature that tells best, of payment behaviour or of the others."""
    each = (one for world in judged for one in world if (GROUPS[one.name] is Group.PAYMENT) == payment)
    return max(each, key=lambda one: one.at_least)


def main() -> None:
    """Print a row a world and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1500, 5000])
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    print(
        f"| world | notes | worlds | payment | any other | warned of | {' | '.join(f'{s:.0%} over' for s in SHARES)} |"
    )
    for size in given.sizes:
        for kind in KINDS:
            found = [one for seed in range(1, given.seeds + 1) if (one := look(kind, size, seed)) is not None]
            honest = [one[0] for one in found]
            best = [highest(honest, payment) for payment in (True, False)]
            told = [f"{one.at_least:.3f} ({one.auc:.3f}, {one.name}, {one.outcome})" for one in best]
            warned = [sum(any(one.suspect for one in world[i]) for world in found) for i in range(len(SHARES) + 1)]
            print(f"| {kind} | {size:,} | {len(found)} | {' | '.join(told)} | {' | '.join(map(str, warned))} |")


if __name__ == "__main__":
    main()
