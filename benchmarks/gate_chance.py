"""How often the gate refuses a sound model by chance, and how often it sees an unsound one: without training any.

    python benchmarks/gate_chance.py --repetitions 200

Shares: made resolutions are parted and weighed as for a training.  In place of a model stand the true probabilities with
their intercepts fitted to the outcomes of the fit part, which is what a sound model's class means come to.  Beside it the
same with 3 points of the mean moved from foreclosure to reperform, or spread over the other outcomes.

Slices: two models that are equally far from the truth, on 20 slices of 100 to 300 notes each; then one that is farther from
it on one slice.

The rules of before stand beside the gate's: each of four shares within 2 points or 2 standard errors (a first model), each
within 2 points (beside a champion), no slice worse by over 5 %.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import OUTCOMES
from pricing import Assumptions
from training.class_means import class_mean_test
from training.config import SHIPPED_ASSUMPTIONS, TrainingConfig
from training.evaluate import Interval, Judged, class_counts, slices
from training.follow_up import FollowUp
from training.gate import judge_against_champion
from training.parts import watch_apart, weigh_parts
from training.snapshots import draw_snapshots
from training.splits import split_out_of_time
from training.weights import label
from worlds import WorldSettings, make_world

Floats = NDArray[np.float64]
CONFIG = TrainingConfig.from_toml()
BETTER = Interval(-0.1, -0.15, -0.05)
MOVES = {"3 points to one": (0.03, 0.0, 0.0, -0.03), "3 points to three": (0.01, 0.01, 0.01, -0.03)}


def with_means(probability: Floats, weight: Floats, means: Floats) -> Floats:
    """Move the intercepts until the weighted means are these."""
    found, intercepts = probability, np.zeros(len(OUTCOMES))
    for _ in range(300):
        found = probability * np.exp(intercepts)
        found /= found.sum(axis=1, keepdims=True)
        intercepts += np.log(means / np.average(found, axis=0, weights=weight))
    return found


def sound_model(kind: str, n_resolutions: int, seed: int) -> tuple[Judged, Floats, float]:
    """Give a test, a sound model's probabilities of it, and what it was fitted on."""
    world = make_world(WorldSettings(kind, n_resolutions, 0, seed))
    given = draw_snapshots(world.resolutions, CONFIG.snapshots.bands, seed)
    place = {name: i for i, name in enumerate(world.resolutions.tape.notes.text("loan_id"))}
    truth = world.resolutions_truth[[place[name] for name in given.resolutions.tape.notes.text("loan_id")]]
    horizon = CONFIG.label.horizon_months
    split = split_out_of_time(given, label(given.resolutions, horizon), CONFIG.split, horizon, seed)
    follow_up = FollowUp.of_tape(given.resolutions.tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    apart = watch_apart(given, pd.DataFrame(index=range(len(given))), follow_up, split)
    parts = weigh_parts(apart, split, CONFIG)
    fit, test = parts["fit"], parts["test"]
    shares = np.maximum(np.average(fit.judged.one_hot, axis=0, weights=fit.weight), 1e-4)
    fitted = with_means(truth[fit.rows], fit.weight, shares / shares.sum())
    # The same intercepts on the test: what the fit's own log-odds moved by.
    moved = np.log(fitted / truth[fit.rows])
    probability = truth[test.rows] * np.exp(moved - moved[:, :1])[0]
    return test.judged, probability / probability.sum(axis=1, keepdims=True), fit.censoring.effective_sample_size


def refused_for_shares(judged: Judged, probability: Floats, fitted_on: float) -> bool:
    means = class_mean_test(judged, probability, fitted_on)
    return not judge_against_champion(BETTER, means, [], CONFIG.gate).promote


def shares(kind: str, n_resolutions: int, repetitions: int) -> str:
    rows, n_test = [], 0
    for seed in range(repetitions):
        judged, probability, fitted_on = sound_model(kind, n_resolutions, 1_000 + seed)
        off = [
            (abs(one.predicted - one.actual) / judged.weight.sum(), one.standard_error / judged.weight.sum())
            for one in class_counts(judged, probability, fitted_on)
        ]
        found = [any(gap > max(0.02, 2 * error) for gap, error in off), any(gap > 0.02 for gap, _ in off)]
        found.append(refused_for_shares(judged, probability, fitted_on))
        for move in MOVES.values():
            means = np.average(probability, axis=0, weights=judged.weight) + np.array(move)
            found.append(refused_for_shares(judged, with_means(probability, judged.weight, means), fitted_on))
        rows.append(found)
        n_test += len(judged)
    rates = " | ".join(f"{rate:.0%}" for rate in np.mean(rows, axis=0))
    return f"| {kind} | {n_resolutions:,} | {n_test // repetitions:,} | {rates} |"


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return 0.9996 * raised / raised.sum(axis=1, keepdims=True) + 1e-4


def slice_refusals(spread: float, worse: float, repetitions: int, n_notes: int = 2_000) -> tuple[Floats, float]:
    """Give the rates of refusal by the old and the new rule, and how much worse the bad slice is on average."""
    rng, found, by = np.random.default_rng(7), [], []
    for _ in range(repetitions):
        scores = rng.normal(0, 1.3, (n_notes, 4)) + np.array([0.8, 0.2, -1.5, 0.0])
        truth = softmax(scores)
        mine, theirs = (softmax(scores + spread * rng.normal(size=scores.shape)) for _ in range(2))
        groups = {f"slice {i}": np.full(n_notes, "outside") for i in range(20)}
        for one in groups.values():
            one[rng.choice(n_notes, rng.integers(100, 301), replace=False)] = "inside"
        bad = groups["slice 0"] == "inside"
        if worse:
            mine[bad] = softmax(scores[bad] + worse * rng.normal(size=(int(bad.sum()), 4)))
        outcome = (rng.random((n_notes, 1)) > truth.cumsum(axis=1)[:, :-1]).sum(axis=1)
        judged = Judged(outcome, rng.choice([1.0, 1.0, 1.5, 3.0], n_notes), np.arange(n_notes))
        parts = [one for one in slices(judged, mine, theirs, groups) if one.value == "inside"]
        verdict = judge_against_champion(BETTER, class_mean_test(judged, truth, np.inf), parts, CONFIG.gate)
        refused = [one.name for one in verdict.checks if one.is_slice and not one.passed]
        old = [one.by for one in parts if one.worse_by > CONFIG.gate.max_slice_worse]
        found.append(
            [bool(old), bool(refused)] if not worse else ["slice 0" in old, "slice slice 0 = inside" in refused]
        )
        by.append(next(one.worse_by for one in parts if one.by == "slice 0"))
    return np.mean(found, axis=0), float(np.mean(by))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_500, 5_000, 24_000])
    arguments = parser.parse_args()
    print("| spread | one slice worse by | old rule | gate |\n|--:|--:|--:|--:|")
    for spread, worse in ((0.3, 0.0), (0.5, 0.0), (0.3, 0.8), (0.3, 1.0), (0.3, 1.3)):
        rates, by = slice_refusals(spread, worse, arguments.repetitions)
        shown = f"{by:.0%}" if worse else "nothing"
        print(f"| {spread} | {shown} | {rates[0]:.0%} | {rates[1]:.1%} |", flush=True)
    print(f"| world | resolutions | test | old, first | old, champion | gate | {' | '.join(MOVES)} |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for n_resolutions in arguments.sizes:
        for kind in ("smooth", "steps"):
            print(shares(kind, n_resolutions, arguments.repetitions), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
