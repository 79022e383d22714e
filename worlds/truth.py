"""The true probabilities of two made worlds, as documented functions of :mod:`worlds.quantities`."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from notes import OutcomeProbabilities, Tape
from worlds.quantities import Quantities, quantities

Floats = NDArray[np.float64]
WorldKind = Literal["smooth", "steps"]
KINDS: tuple[WorldKind, ...] = get_args(WorldKind)
SMALLEST = 0.002
"""Share of the uniform mixture: no outcome is ever impossible."""


def true_probabilities(kind: WorldKind, tape: Tape) -> OutcomeProbabilities:
    """Say how likely each outcome really is, given what the tape and its history show.

    ``p = (1 - 0.008) × softmax(scores) + 0.002``, the scores from :func:`smooth_scores` or :func:`step_scores`.

    Raises
    ------
    ValueError
        An unknown world, or a note without one of the columns that the truth needs.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a made world; there are {' and '.join(KINDS)}")
    scores = smooth_scores(quantities(tape)) if kind == "smooth" else step_scores(quantities(tape))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    softmax = weights / weights.sum(axis=1, keepdims=True)
    return OutcomeProbabilities((1 - scores.shape[1] * SMALLEST) * softmax + SMALLEST)


SMOOTH_TERMS: dict[str, tuple[float, float, float, float]] = {
    # reperform, loss_mitigation, deed_in_lieu, foreclosure
    "intercept": (1.11, 0.12, -3.26, -1.9),
    "log_behind": (-0.67, 0.17, 0.39, 0.45),
    "log_quiet": (-0.39, -0.22, 0.17, 0.39),
    "kept_12": (1.46, 0.78, -0.45, -0.9),
    "collected_6": (0.67, 0.67, -0.34, -0.78),
    "equity": (1.34, -0.22, -1.12, -0.56),
    "vacant": (-0.81, -1.07, 0.45, 0.6),
    "tenant": (0.0, -0.56, 0.11, 0.11),
    "occupancy_unknown": (-0.11, -0.22, 0.11, 0.11),
    "second_lien": (0.11, 0.11, 0.22, -0.78),
    "judicial": (0.06, 0.28, 0.22, -0.39),
    "in_bankruptcy": (0.11, 0.22, -0.45, 0.0),
    "modified": (-0.11, 0.34, 0.0, 0.0),
    "in_workout": (-0.11, 1.12, 0.22, -0.45),
    "stage": (-0.22, -0.17, 0.0, 0.34),
    "score": (0.34, 0.06, 0.0, -0.22),
    "rate": (-0.06, 0.11, 0.0, 0.06),
    "log_upb": (-0.06, 0.17, 0.11, -0.06),
}
"""Score of each outcome for one unit of each term; the columns are in the order of ``notes.Outcome``."""


def smooth_scores(q: Quantities) -> Floats:
    """Add up the smooth world: linear in logs of months, shares, clipped equity and flags; shape (n_notes, 4)."""
    terms = {
        name: getattr(q, name, None) for name in SMOOTH_TERMS if name not in ("intercept", "log_behind", "log_quiet")
    } | {"intercept": np.ones_like(q.behind), "log_behind": np.log1p(q.behind), "log_quiet": np.log1p(q.quiet)}
    design = np.stack([terms[name] for name in SMOOTH_TERMS], axis=1)
    weights = np.array(list(SMOOTH_TERMS.values()))
    scores: Floats = design @ weights
    return scores


def step_scores(q: Quantities) -> Floats:
    """Add up the steps world: thresholds and what only counts together; shape (n_notes, 4)."""
    quiet = q.quiet > 6
    rules = {
        "always": np.ones(len(q.behind), dtype=bool),
        "current": q.behind == 0,
        "under_three_behind": q.behind < 3,
        "over_twelve_behind": q.behind > 12,
        "kept_last_three": q.kept_3 >= 1,
        "kept_three_quarters_of_a_year": q.kept_12 >= 0.75,
        "quiet": quiet,
        "quiet_over_two_years": q.quiet > 24,
        "some_equity": q.equity > 0.1,
        "much_equity": q.equity > 0.35,
        "vacant": q.vacant == 1,
        "in_workout": q.in_workout == 1,
        "quiet_with_much_equity": quiet & (q.equity > 0.35),
        "vacant_and_quiet": (q.vacant == 1) & quiet,
        "judicial_and_over_twelve_behind": (q.judicial == 1) & (q.behind > 12),
        "behind_but_kept_last_three": (q.behind >= 4) & (q.kept_3 >= 1),
    }
    design = np.stack([rules[name].astype(np.float64) for name in STEP_RULES], axis=1)
    weights = np.array(list(STEP_RULES.values()))
    scores: Floats = design @ weights
    return scores


STEP_RULES: dict[str, tuple[float, float, float, float]] = {
    # reperform, loss_mitigation, deed_in_lieu, foreclosure
    "always": (-0.25, 0.61, -1.84, 0.19),
    "current": (1.25, -0.37, -0.51, -1.0),
    "under_three_behind": (1.51, 0.25, -0.63, -1.25),
    "over_twelve_behind": (-0.75, 0.0, 0.25, 0.51),
    "kept_last_three": (0.51, 0.51, -0.25, -0.63),
    "kept_three_quarters_of_a_year": (0.51, 0.37, -0.12, -0.51),
    "quiet": (-0.88, -0.37, 0.25, 0.51),
    "quiet_over_two_years": (-0.75, -0.75, 0.25, 0.88),
    "some_equity": (0.51, 0.12, -0.75, -0.12),
    "much_equity": (0.51, -0.12, -0.63, -0.12),
    "vacant": (-0.89, -0.92, 0.63, 0.53),
    "in_workout": (-0.25, 1.38, 0.12, -0.51),
    "quiet_with_much_equity": (1.13, -0.25, -0.51, -0.25),
    "vacant_and_quiet": (-0.4, -0.8, 0.34, 0.41),
    "judicial_and_over_twelve_behind": (0.12, 0.75, 0.12, -0.51),
    "behind_but_kept_last_three": (0.63, 1.25, -0.25, -0.63),
}
"""Score of each outcome where the rule holds; the columns are in the order of ``notes.Outcome``."""
