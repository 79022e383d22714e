"""What a model learns from a desk that sees only the notes that it won: writes docs/won_notes.md.

    python benchmarks/won_notes.py --out docs/won_notes.md

A desk bids on every note of a made book by its own table of experience, a rival by the true probabilities of each note, known
to him with some noise.  The higher price wins, and only what became of notes won is ever seen.  In the second auction the
rival also knows something that no tape shows: his log odds of what will really happen are higher.

The same model is trained on the notes won and on as many drawn at random, and held against the truth on another book.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from features import feature_frame
from models import BucketTable
from notes import OUTCOMES, OutcomeProbabilities, Resolutions, Tape
from pricing import Assumptions, build_legs
from pricing.prices import outcome_prices
from training.config import SHIPPED_ASSUMPTIONS, TrainingConfig
from training.context import nobody_watches
from training.evaluate import excess_log_loss
from training.fitting import fit_model, takes_open_notes
from training.follow_up import FollowUp
from training.likely_ends import LikelyEnds
from training.parts import Part, Watched, weigh
from training.snapshots import draw_snapshots
from training.weights import label
from worlds import KINDS, World, WorldSettings, make_world

Floats = NDArray[np.float64]
DESK_NOTES = 1_500
NOISE = 0.5
"""Standard deviation of the rival's error, log odds an outcome."""
KNOWS_MORE = 1.0
"""What the rival of the second auction adds to the log odds of what will really happen."""
AUCTIONS = {"rival sees the tape": 0.0, "rival knows more": KNOWS_MORE}


@dataclass(frozen=True)
class Measured:
    """One model on the other book: all of it, and the part that the desk would win."""

    excess: float
    means: Floats
    """Mean predicted probability less the mean true one, shape (4,)."""
    won_means: Floats
    """Among the notes that the desk would win: mean predicted probability less the share that really ended so."""
    price_error: float
    """Mean of the expected price at the predicted odds less that at the true ones, dollars per $100 UPB, on all of the book."""


class Auction:
    """Bids of the desk and of its rival on any book."""

    def __init__(self, kind: str, seed: int, config: TrainingConfig) -> None:
        self.assumptions = Assumptions.from_toml(SHIPPED_ASSUMPTIONS)
        self.config = config
        earlier = make_world(WorldSettings(kind, DESK_NOTES, 0, 1_000 + seed))
        part, _ = self.prepare(earlier.resolutions)
        self.table = BucketTable().fit(part.features, part.outcome, part.weight, part.loan)

    def prepare(self, resolutions: Resolutions) -> tuple[Part, LikelyEnds | None]:
        """Weigh resolutions as a training does."""
        snapshots = draw_snapshots(resolutions, self.config.snapshots.bands, self.config.model.seed)
        labels = label(snapshots.resolutions, self.config.label.horizon_months)
        follow_up = FollowUp.of_tape(snapshots.resolutions.tape, self.assumptions)
        watched = Watched(snapshots, feature_frame(snapshots.resolutions.tape), labels, follow_up)
        rows = np.arange(len(snapshots))
        log_sd = self.config.censoring.timeline_log_sd
        part = weigh(watched, rows, self.config, tail=True)
        return part, LikelyEnds(watched, rows, log_sd) if takes_open_notes(part, self.config.model) else None

    def price(self, tape: Tape, probabilities: Floats) -> Floats:
        """Give expected prices, dollars per $100 UPB."""
        odds = OutcomeProbabilities(probabilities)
        prices = outcome_prices(build_legs(tape, self.assumptions), odds, self.assumptions).price
        expected: Floats = (probabilities * prices).sum(axis=1) / tape.notes.number("upb") * 100
        return expected

    def won(self, tape: Tape, truth: Floats, fate: NDArray[np.int64], knows: float, seed: int) -> NDArray[np.bool_]:
        """Say which notes the desk wins: those where its price is the higher, after it is scaled to win half of the book."""
        rng = np.random.default_rng(seed)
        scores = np.log(truth) + NOISE * rng.normal(size=truth.shape) + knows * np.eye(len(OUTCOMES))[fate]
        raised = np.exp(scores)
        rival = self.price(tape, raised / raised.sum(axis=1, keepdims=True))
        mine = self.price(tape, self.table.predict_proba(feature_frame(tape)))
        ahead = mine - rival
        return ahead > np.median(ahead)


def measure(kind: str, size: int, seed: int, config: TrainingConfig) -> dict[tuple[str, str], Measured]:
    world = make_world(WorldSettings(kind, size, 20_000, seed))
    auction = Auction(kind, seed, config)
    found = {}
    for name, knows in AUCTIONS.items():
        past, past_fate = world.resolutions, world.resolutions_fate.outcome
        won = auction.won(past.tape, world.resolutions_truth, past_fate, knows, seed)
        would_win = auction.won(world.tape, world.tape_truth, world.tape_fate.outcome, knows, 100 + seed)
        random = np.random.default_rng(seed).permutation(won)
        for history, kept in (("won", won), ("random", random)):
            part, open_notes = auction.prepare(past.take(np.flatnonzero(kept)))
            model = fit_model(part, open_notes, config.model, nobody_watches)
            predicted = model.predict_proba(feature_frame(world.tape))
            found[name, history] = judged(world, auction, predicted, would_win)
            print(kind, seed, name, history, found[name, history], flush=True)
    return found


def judged(world: World, auction: Auction, predicted: Floats, would_win: NDArray[np.bool_]) -> Measured:
    ended = np.eye(len(OUTCOMES))[world.tape_fate.outcome]
    error = auction.price(world.tape, predicted) - auction.price(world.tape, world.tape_truth)
    return Measured(
        excess_log_loss(world.tape_truth, predicted),
        predicted.mean(axis=0) - world.tape_truth.mean(axis=0),
        predicted[would_win].mean(axis=0) - ended[would_win].mean(axis=0),
        float(error.mean()),
    )


def page(measured: dict[str, list[dict[tuple[str, str], Measured]]], size: int, command: str) -> str:
    n_seeds = len(next(iter(measured.values())))
    lines = [
        "# A history of won notes only",
        "",
        "A desk knows what became of the notes it bought, and it bought those that it priced higher than others did. Does a",
        "model that learns from them mislead? On made notes it can be measured:",
        "",
        f"    {command}",
        "",
        f"{size:,} resolutions of each world are put up for auction, {n_seeds} {'draw' if n_seeds == 1 else 'draws'}. The desk bids by a bucket table of {DESK_NOTES:,} earlier",
        f"notes, its rival by the true probabilities with an error of {NOISE} log odds an outcome; the desk wins half. In the second auction the",
        f"rival also knows what no tape shows: his log odds of what will really happen are {KNOWS_MORE:.0f} higher. The model is trained on the half won,",
        "and on a half drawn at random, and held against the truth on 20,000 other notes.",
        "",
        "Points are mean predicted less mean true probability on the whole book; *among those won*, less the share that really ended so among",
        "the notes that the desk would win there. The price error is that of the expected price, dollars per $100 UPB: above 0 is too much.",
        "",
        "| world | auction | history | excess log loss | reperform | loss_mitigation | deed_in_lieu | foreclosure | foreclosure among those won | price error |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, draws in measured.items():
        for name, history in draws[0]:
            rows = [one[name, history] for one in draws]
            points = " | ".join(f"{100 * value:+.1f}" for value in np.mean([one.means for one in rows], axis=0))
            won = 100 * float(np.mean([one.won_means[-1] for one in rows]))
            excess = float(np.mean([one.excess for one in rows]))
            error = float(np.mean([one.price_error for one in rows]))
            lines.append(f"| {kind} | {name} | {history} | {excess:.4f} | {points} | {won:+.1f} | {error:+.2f} |")
    return "\n".join(lines) + "\n"


CONCLUSION = """
**Where rivals see no more than the tape shows**, winning says nothing about a note beyond its features: what is learned from notes won is about as right as
from notes at random, only from other notes, with fewer of the kinds that the desk loses.

**Where rivals know more**, the notes that fall to the desk are those that they did not want. Over the whole book the model is then far too dark, and its prices too low: it
says what becomes of notes *that one wins*. For those it is right, and the model trained on notes at random is the one that misleads: of the notes won it expects 11 to 14
points too many to perform on their own (both worlds, two draws) and fewer foreclosures than there are. That is the winner's curse, and a history of won notes has it in its figures already, as long as rivals, their knowledge and the desk's own way to bid stay what they
were. A desk that begins to bid higher wins other notes than it learned from.

What follows for use: do not read the class shares of such a model as those of a seller's tape. Do not mix its history with purchased performance data of whole books without a mark for
which is which. And when the way of bidding changes, watch the report's predicted against actual counts of the newest purchases first.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    config = TrainingConfig.from_toml()
    measured = {
        kind: [measure(kind, arguments.size, seed, config) for seed in arguments.seeds] for kind in arguments.kinds
    }
    command = " ".join(["python benchmarks/won_notes.py", *sys.argv[1:]])
    text = page(measured, arguments.size, command) + CONCLUSION
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
