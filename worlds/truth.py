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
    "intercept": (1.1, 0.1, -2.7, -1.2),
    "log_behind": (-0.55, 0.10, 0.25, 0.35),
    "log_quiet": (-0.25, -0.20, 0.10, 0.30),
    "kept_12": (0.9, 0.6, -0.3, -0.6),
    "collected_6": (0.5, 0.5, -0.2, -0.5),
    "equity": (0.9, -0.1, -0.9, -0.3),
    "vacant": (-0.7, -1.2, 0.5, 0.6),
    "tenant": (0.0, -0.5, 0.1, 0.1),
    "occupancy_unknown": (-0.1, -0.2, 0.1, 0.1),
    "second_lien": (0.1, 0.1, 0.1, -0.6),
    "judicial": (0.05, 0.15, 0.2, -0.25),
    "in_bankruptcy": (0.1, 0.2, -0.4, 0.0),
    "modified": (-0.1, 0.3, 0.0, 0.0),
    "in_workout": (-0.1, 0.8, 0.2, -0.3),
    "stage": (-0.15, -0.15, 0.0, 0.25),
    "score": (0.25, 0.05, 0.0, -0.15),
    "rate": (-0.05, 0.1, 0.0, 0.05),
    "log_upb": (-0.05, 0.15, 0.1, -0.05),
}
"""Score of each outcome for one unit of each term; the columns are in the order of ``notes.Outcome``."""
SMOOTH_SCALE = 1.0


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
    rules = {
        "always": np.ones(len(q.behind), dtype=bool),
        "current_and_clean": (q.behind == 0) & (q.kept_12 >= 1),
        "one_or_two_behind_paying": (q.behind >= 1) & (q.behind <= 2) & (q.kept_3 >= 0.6),
        "three_to_six_behind_half_paid": (q.behind >= 3) & (q.behind <= 6) & (q.kept_12 >= 0.5),
        "behind_but_paid_last_three": (q.behind >= 4) & (q.kept_3 >= 1) & (q.collected_6 >= 0.4),
        "quiet_over_six": (q.quiet > 6) & (q.quiet <= 24),
        "quiet_over_two_years": q.quiet > 24,
        "quiet_with_equity": (q.quiet > 6) & (q.equity > 0.35),
        "quiet_under_water": (q.quiet > 3) & (q.equity < 0.05),
        "vacant_and_quiet": (q.vacant == 1) & (q.quiet > 3),
        "vacant_and_paying": (q.vacant == 1) & (q.quiet <= 3),
        "judicial_and_long": (q.judicial == 1) & (q.behind > 12),
        "sale_or_judgment": q.stage >= 3,
        "filed_without_equity": (q.stage >= 1) & (q.equity < 0.2),
        "poor_score_recently_modified": (q.score < -0.5) & (q.modified == 1),
        "good_score_behind": (q.score > 0.4) & (q.behind >= 2) & (q.behind <= 12),
        "workout": (q.in_workout == 1) & (q.quiet <= 12),
        "small_balance_quiet": (q.log_upb < -0.7) & (q.quiet > 6),
        "second_lien_behind": (q.second_lien == 1) & (q.behind > 3),
    }
    design = np.stack([rules[name].astype(np.float64) for name in STEP_RULES], axis=1)
    weights = np.array(list(STEP_RULES.values()))
    scores: Floats = design @ weights
    return scores


STEP_RULES: dict[str, tuple[float, float, float, float]] = {
    "always": (0.6, 0.5, -1.9, 0.3),
    "current_and_clean": (1.6, 0.2, -0.6, -1.6),
    "one_or_two_behind_paying": (0.9, 0.4, -0.3, -0.7),
    "three_to_six_behind_half_paid": (0.3, 0.7, -0.2, -0.5),
    "behind_but_paid_last_three": (0.7, 1.3, -0.3, -0.8),
    "quiet_over_six": (-0.9, -0.3, 0.2, 0.4),
    "quiet_over_two_years": (-1.5, -1.0, 0.2, 0.9),
    "quiet_with_equity": (1.1, 0.1, -0.7, 0.1),
    "quiet_under_water": (-0.8, 0.4, 0.8, 0.0),
    "vacant_and_quiet": (-1.0, -1.5, 0.4, 1.0),
    "vacant_and_paying": (-0.4, -0.7, 0.5, 0.3),
    "judicial_and_long": (0.1, 0.5, 0.3, -0.4),
    "sale_or_judgment": (-0.2, -0.6, 0.0, 0.7),
    "filed_without_equity": (-0.4, -0.1, 0.4, 0.4),
    "poor_score_recently_modified": (-0.8, 0.3, 0.1, 0.5),
    "good_score_behind": (0.8, 0.2, 0.0, -0.4),
    "workout": (0.0, 1.0, 0.2, -0.5),
    "small_balance_quiet": (0.3, -0.6, 0.1, 0.3),
    "second_lien_behind": (0.2, 0.3, 0.3, -0.9),
}
"""Score of each outcome where the rule holds; the columns are in the order of ``notes.Outcome``."""
