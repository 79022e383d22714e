"""What a model trained on few columns makes of a tape that tells more: prints tables of docs/model.md.

    python benchmarks/few_columns.py --size 2500 --seeds 5 6
    python benchmarks/few_columns.py --receipts --size 2500 --seeds 5 6

The model learns from resolved made notes of which eight columns and no payments are known.  Excess log loss over the truth, nats,
on a separate tape of 4,000 notes of which the same is known, six columns more, the last payment's day and amount, or all of these
and the payments; the last either shown to the model or kept from it as ``notebid score`` does (``notes.inputs``).  Means over the
seeds.

With ``--receipts`` all columns are known, and of the payments of training what was received alone: such a model on a tape of which
both is known, shown and kept from it, beside one that learned from both.
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
        Inputs(months_behind=False, receipts=False, never_known=(*SIX, *LAST)).shown(everything),
    )
    return [excess_log_loss(world.tape_truth, model.predict_proba(feature_frame(one))) for one in ways]


def receipts_only(tape: Tape) -> Tape:
    """Take from the histories how far behind a note was."""
    unknown = PaymentHistory.unknown(len(tape))
    return Tape(tape.notes, PaymentHistory(unknown.months_delinquent, tape.history.amount_received))


def measure_receipts(kind: str, size: int, seed: int, n_tape: int) -> list[float]:
    """Give the excess log loss of a model that learned from both, of one from receipts, and of that where a tape has both."""
    world = make_world(WorldSettings(kind, size, n_tape, seed))  # type: ignore[arg-type]
    resolutions, tape = world.resolutions, world.tape
    rows = np.flatnonzero(~resolutions.is_open)

    def fit(of: Tape) -> OutcomeClassifier:
        return OutcomeClassifier(n_jobs=-1).fit(feature_frame(of).iloc[rows], resolutions.outcome[rows])

    both, receipts = fit(resolutions.tape), fit(receipts_only(resolutions.tape))
    kept = Inputs(months_behind=False).shown(tape)
    pairs = ((both, tape), (receipts, receipts_only(tape)), (receipts, tape), (receipts, kept))
    return [excess_log_loss(world.tape_truth, model.predict_proba(feature_frame(one))) for model, one in pairs]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2_500)
    parser.add_argument("--seeds", nargs="+", type=int, default=[5, 6])
    parser.add_argument("--tape", type=int, default=4_000, help="notes to measure on")
    parser.add_argument("--receipts", action="store_true", help="training knows receipts and no months behind")
    arguments = parser.parse_args()
    ways = ["the same columns", "six more", "the last payment too", "all and payments, shown", "the same, kept from it"]
    if arguments.receipts:
        ways = ["learned from both", "from receipts, on receipts", "on both, shown", "on both, months kept from it"]
    print(f"| world | {' | '.join(ways)} |")
    print(f"|---|{'--:|' * len(ways)}")
    of = measure_receipts if arguments.receipts else measure
    for kind in KINDS:
        found = np.mean([of(kind, arguments.size, seed, arguments.tape) for seed in arguments.seeds], axis=0)
        print(f"| {kind} | {' | '.join(f'{one:.4f}' for one in found)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
