"""Truths that nothing in notebid was tuned to: what the probabilities of made notes are in ``other_worlds.py``.

Notes, payments and follow-up are those of ``worlds/``; only what becomes of a note differs.  Each truth is a function of what the
tape and its history show (:func:`worlds.quantities.quantities`), so that it is within a model's reach, and each is drawn once from a
fixed seed.  Three are random functions brought to the usual class shares and the usual distance from them; two are stories:

- ``curves``: waves of each continuous quantity added up: humps and turning points, no thresholds, nothing that counts only together;
- ``net``: a random two-layer network: everything interacts smoothly;
- ``forest``: sixty random trees of depth four: thresholds and interactions everywhere;
- ``hidden``: a linear score and a trait of the borrower that no file shows; the truth is the mean over it, which is no softmax of
  anything linear;
- ``stairs``: one decision after the other, each a logit of other facts: does he pay again, if not is there a workout, if not a deed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from notes import OutcomeProbabilities, Tape
from worlds import WorldSettings, make_world
from worlds.quantities import Quantities, quantities
from worlds.truth import SMALLEST, smooth_scores

Floats = NDArray[np.float64]
SHARES = np.array([0.47, 0.30, 0.025, 0.205])
"""Of the four outcomes, near those of the shipped worlds."""
DISTANCE = 0.50
"""Nats between the class shares and the truth, as in the shipped worlds."""
CONTINUOUS = (
    "log_behind",
    "log_quiet",
    "kept_12",
    "collected_6",
    "slipped_6",
    "equity",
    "score",
    "rate",
    "log_upb",
    "stage",
)
FLAGS = ("vacant", "tenant", "second_lien", "judicial", "in_bankruptcy", "modified", "in_workout")


def columns(q: Quantities) -> dict[str, Floats]:
    """Give the quantities by name, months as logarithms."""
    found = {name: getattr(q, name) for name in (*CONTINUOUS[2:], *FLAGS)}
    return {"log_behind": np.log1p(q.behind), "log_quiet": np.log1p(q.quiet)} | found


@dataclass(frozen=True)
class Scale:
    """Middle and spread of each quantity in a reference book, so that a random function sees numbers of one size."""

    middle: Floats
    spread: Floats

    def apply(self, values: Floats) -> Floats:
        scaled: Floats = (values - self.middle) / self.spread
        return scaled


@cache
def reference() -> Quantities:
    """Give the quantities of a fixed made book of 8,000 notes."""
    return quantities(make_world(WorldSettings("smooth", 0, 8_000, 900_001)).tape)


def matrix(q: Quantities, names: tuple[str, ...]) -> Floats:
    """Give the named quantities, scaled by the reference book, shape (n_notes, n_names)."""
    known, here = columns(reference()), columns(q)
    of_reference = np.column_stack([known[name] for name in names])
    scale = Scale(of_reference.mean(axis=0), np.maximum(of_reference.std(axis=0), 1e-9))
    return scale.apply(np.column_stack([here[name] for name in names]))


def curves(q: Quantities) -> Floats:
    rng = np.random.default_rng(11)
    x = np.clip(matrix(q, CONTINUOUS), -2.5, 2.5)
    waves, shift = rng.uniform(0.6, 2.4, (2, x.shape[1], 4)), rng.uniform(0, 2 * np.pi, (2, x.shape[1], 4))
    size = rng.normal(size=(2, x.shape[1], 4))
    added: Floats = (size * np.sin(waves * x[:, None, :, None] + shift)).sum(axis=(1, 2))
    return added


def net(q: Quantities) -> Floats:
    rng = np.random.default_rng(12)
    x = np.clip(matrix(q, (*CONTINUOUS, *FLAGS)), -3, 3)
    inner = np.tanh(x @ rng.normal(0, 0.5, (x.shape[1], 24)) + rng.normal(0, 0.7, 24))
    scores: Floats = inner @ rng.normal(size=(24, 4))
    return scores


def forest(q: Quantities) -> Floats:
    rng = np.random.default_rng(13)
    names = (*CONTINUOUS, *FLAGS)
    x, known = matrix(q, names), matrix(reference(), names)
    scores = np.zeros((len(x), 4))
    for _ in range(60):
        leaf = np.zeros(len(x), dtype=np.int64)
        for _ in range(4):
            column = rng.integers(0, x.shape[1])
            cut = np.quantile(known[:, column], rng.uniform(0.1, 0.9))
            leaf = 2 * leaf + (x[:, column] > cut)
        scores += rng.normal(size=(16, 4))[leaf]
    return scores


def hidden(q: Quantities) -> Floats:
    """Give probabilities: the mean over a normal trait by Gauss-Hermite quadrature."""
    trait, weight = np.polynomial.hermite_e.hermegauss(31)
    pull = np.array([1.6, 0.5, -0.6, -1.5])
    mean: Floats = sum(
        one * softmax(1.4 * smooth_scores(q) + z * pull) for z, one in zip(trait, weight / weight.sum(), strict=True)
    )
    return mean


def stairs(q: Quantities) -> Floats:
    """Give probabilities: three decisions in a row."""
    pays = sigmoid(
        2.2 * q.collected_6 + 1.6 * q.kept_3 - 0.9 * np.log1p(q.behind) + 1.2 * q.equity - 0.8 * q.vacant - 0.6
    )
    agrees = sigmoid(
        1.3 - 0.9 * np.log1p(q.quiet) + 1.5 * q.in_workout - 1.6 * q.vacant + 0.5 * q.judicial + 0.7 * q.kept_12
    )
    gives = sigmoid(-2.6 - 2.0 * q.equity + 0.6 * q.vacant - 1.2 * q.second_lien - 0.25 * q.stage)
    rest = (1 - pays) * (1 - agrees)
    return np.column_stack([pays, (1 - pays) * agrees, rest * gives, rest * (1 - gives)])


def sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


RANDOM: dict[str, Callable[[Quantities], Floats]] = {"curves": curves, "net": net, "forest": forest}
STORIES: dict[str, Callable[[Quantities], Floats]] = {"hidden": hidden, "stairs": stairs}
OTHER_KINDS = (*RANDOM, *STORIES)


def other_truth(kind: str, tape: Tape) -> OutcomeProbabilities:
    """Say how likely each outcome of each note is in a world of another kind."""
    q = quantities(tape)
    if kind in STORIES:
        chances = STORIES[kind](q)
    else:
        steepness, offsets = fitted(kind)
        chances = softmax(steepness * RANDOM[kind](q) + offsets)
    return OutcomeProbabilities((1 - 4 * SMALLEST) * chances + SMALLEST)


@cache
def fitted(kind: str) -> tuple[float, Floats]:
    """Find the steepness and the offsets at which the reference book has the usual shares and distance."""
    scores = RANDOM[kind](reference())
    low, high = 0.0, 20.0
    for _ in range(40):
        steepness = (low + high) / 2
        offsets = _offsets(steepness * scores)
        low, high = (
            (steepness, high) if _distance(softmax(steepness * scores + offsets)) < DISTANCE else (low, steepness)
        )
    return steepness, offsets


def _offsets(scores: Floats) -> Floats:
    offsets = np.zeros(4)
    for _ in range(80):
        offsets += np.log(SHARES / softmax(scores + offsets).mean(axis=0))
    return offsets


def _distance(chances: Floats) -> float:
    return float((chances * np.log(np.maximum(chances, 1e-300) / chances.mean(axis=0))).sum(axis=1).mean())
