"""What a model trained on few columns makes of a tape that tells more: prints a table of docs/model.md.

    python benchmarks/few_columns.py --size 2500 --seeds 5 6

The model learns from resolved made notes of which eight columns and no payments are known.  Excess log loss over the truth, nats,
on a separate tape of 4,000 notes of which the same is known, six columns more, the last payment's day and amount, or all of these
and the payments; the last either shown to the model or kept from it as ``notebid score`` does (``notes.inputs``).  Means over the
seeds.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from features import feature_frame
from models.classifier import OutcomeClassifier
from notes import Notes, PaymentHistory, Tape
from notes.inputs import Inputs
from training.evaluate import excess_log_loss
from worlds import KINDS, WorldSettings, make_world

FEW = ("loan_id", "seller", "as_of_date", "upb", "next_due_date", "property_state", "as_is_value", "occupancy")
SIX = ("credit_score", "dti", "foreclosure_status", "doc_type", "modification_date", "bankruptcy_chapter")
LAST = ("last_payment_date", "last_payment_amount")


def known(tape: Tape, columns: tuple[str, ...], *, payments: bool) -> Tape:
    """Keep some columns of a tape, with or without its payments."""
    history = tape.history if payments else PaymentHistory.unknown(len(tape))
    return Tape(Notes(tape.notes.frame[list(columns)].copy()), history)


def measure(kind: str, size: int, seed: int, n_tape: int) -> list[float]:
    """Give the excess log loss of each way to show the tape."""
    world = make_world(WorldSettings(kind, size, n_tape, seed))  # type: ignore[arg-type]
    resolutions, tape = world.resolutions, world.tape
    rows = np.flatnonzero(~resolutions.is_open)
    features = feature_frame(known(resolutions.tape, FEW, payments=False)).iloc[rows]
    model = OutcomeClassifier(n_jobs=-1).fit(features, resolutions.outcome[rows])
    everything = known(tape, (*FEW, *SIX, *LAST), payments=True)
    ways = (
        known(tape, FEW, payments=False),
        known(tape, (*FEW, *SIX), payments=False),
        known(tape, (*FEW, *LAST), payments=False),
        everything,
        Inputs(payment_history=False, never_known=(*SIX, *LAST)).shown(everything),
    )
    return [excess_log_loss(world.tape_truth, model.predict_proba(feature_frame(one))) for one in ways]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2_500)
    parser.add_argument("--seeds", nargs="+", type=int, default=[5, 6])
    parser.add_argument("--tape", type=int, default=4_000, help="notes to measure on")
    arguments = parser.parse_args()
    print(
        "| world | the same columns | six more | the last payment too | all and payments, shown | the same, kept from it |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for kind in KINDS:
        found = np.mean([measure(kind, arguments.size, seed, arguments.tape) for seed in arguments.seeds], axis=0)
        print(f"| {kind} | {' | '.join(f'{one:.4f}' for one in found)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
