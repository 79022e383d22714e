"""A made world: resolutions to learn from, a tape to judge on, and the truth of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Resolutions, Tape
from notes.months import Days, add_months, month_end
from worlds.book import draw_book
from worlds.follow_up import Fate, draw_fate, observe
from worlds.truth import KINDS, WorldKind, true_probabilities

OBSERVED_THROUGH = np.datetime64("2025-06-30", "D")
FIRST_SNAPSHOT = np.datetime64("2019-09-30", "D")
N_SNAPSHOTS = 23
"""Quarter ends from FIRST_SNAPSHOT to 2025-03-31: follow-up of 3 months to beyond the horizon."""


@dataclass(frozen=True)
class WorldSettings:
    """What to make.

    Parameters
    ----------
    kind
        ``smooth``: a linear softmax in sensible transforms; ``steps``: thresholds and interactions.
    n_resolutions
        Notes in the resolutions file, resolved and open together; about one in six is open.
    n_tape
        Notes on the separate tape.
    seed
        The same seed gives the same world.  Both kinds share their notes and differ in what becomes of them.
    history_months
        Months of payment history shown, 0 to 60.

    Raises
    ------
    ValueError
        An unknown kind, a negative count or seed, or history outside 0 to 60 months.
    """

    kind: WorldKind
    n_resolutions: int
    n_tape: int
    seed: int
    history_months: int = 36

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, found {self.kind!r}")
        for name in ("n_resolutions", "n_tape", "seed"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative, found {getattr(self, name)}")
        if not 0 <= self.history_months <= 60:
            raise ValueError(f"history_months must lie between 0 and 60, found {self.history_months}")


@dataclass(frozen=True)
class World:
    """Made notes with known truth.

    Parameters
    ----------
    resolutions
        Snapshots with their outcome, or open where it came after ``OBSERVED_THROUGH``.
    resolutions_truth, tape_truth
        float64, shape (n, 4), true probabilities in the order of ``notes.Outcome``, rows sum to 1.
    tape
        Other notes, all known on ``OBSERVED_THROUGH``.
    resolutions_fate, tape_fate
        The drawn outcomes, of open notes too: for judging, never for training.
    """

    settings: WorldSettings
    resolutions: Resolutions
    resolutions_truth: NDArray[np.float64]
    resolutions_fate: Fate
    tape: Tape
    tape_truth: NDArray[np.float64]
    tape_fate: Fate


def make_world(settings: WorldSettings) -> World:
    """Make a world.

    Each part has its own random stream: a longer tape leaves the resolutions as they are.
    """
    notes_seed, fate_seed, tape_seed, tape_fate_seed = np.random.SeedSequence(settings.seed).spawn(4)
    past = _past_tape(settings, np.random.Generator(np.random.PCG64(notes_seed)))
    past_truth = true_probabilities(settings.kind, past)
    fate_stream = np.random.Generator(np.random.PCG64(fate_seed))
    fate = draw_fate(past, past_truth, fate_stream)
    resolutions = observe(past, fate, OBSERVED_THROUGH, fate_stream)

    as_of_date = np.full(settings.n_tape, OBSERVED_THROUGH, dtype="datetime64[D]")
    tape_stream = np.random.Generator(np.random.PCG64(tape_seed))
    tape = draw_book(_loan_ids("T", settings.n_tape), as_of_date, settings.history_months, tape_stream).tape
    tape_truth = true_probabilities(settings.kind, tape)
    tape_fate = draw_fate(tape, tape_truth, np.random.Generator(np.random.PCG64(tape_fate_seed)))
    return World(settings, resolutions, past_truth.values, fate, tape, tape_truth.values, tape_fate)


def _past_tape(settings: WorldSettings, rng: np.random.Generator) -> Tape:
    n = settings.n_resolutions
    as_of_date: Days = month_end(
        add_months(
            np.full(n, FIRST_SNAPSHOT.astype("datetime64[M]").astype("datetime64[D]")),
            3 * rng.integers(0, N_SNAPSHOTS, n),
        )
    )
    return draw_book(_loan_ids("R", n), as_of_date, settings.history_months, rng).tape


def _loan_ids(part: str, n: int) -> NDArray[np.object_]:
    return np.array([f"MADE-{part}{i:07d}" for i in range(1, n + 1)], dtype=object)
