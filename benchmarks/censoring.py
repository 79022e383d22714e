"""How close the class shares come to the truth with notes still open: dropping, plain weights, strata and tail.

    python benchmarks/censoring.py [--notes 4000] [--seeds 5] [--first-seed 0] [--world-notes 8000]

Strata of known truth are simulated here (a judicial one with a median sale at 45 months, a mixed book in which newer notes
are more often judicial), and made worlds are cut by an earlier end of observation.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from notes import OUTCOMES, Tape
from pricing import Assumptions
from training.config import SHIPPED_CONFIG
from training.follow_up import FollowUp
from training.open_notes import OpenNotesWeights, OpenSettings, weigh_open_notes
from training.weights import Labels, censoring_weights, label
from worlds import WorldSettings, make_world
from worlds.follow_up import observe
from worlds.world import World

ASSUMPTIONS = SHIPPED_CONFIG.parent / "assumptions.toml"
SETTINGS = OpenSettings(max_weight=10.0, prior_notes=50.0, timeline_log_sd=0.4)
HORIZON = 60
METHODS = ("dropping", "plain weights", "strata", "strata + tail")


@dataclass(frozen=True)
class Case:
    """Labels as seen, with what would become of the notes."""

    labels: Labels
    follow_up: FollowUp
    truth: np.ndarray
    """Share of each outcome, shape (4,)."""


def stratum(n: int, rng: np.random.Generator, history: float, timeline: float = 1.0, **other: float) -> Case:
    """One judicial stratum: 55 % foreclosures, a median sale at 45 months; snapshots spread evenly over the history.

    ``weibull`` gives months to a sale of another shape than the method assumes, ``slower`` stretches those of the others.
    """
    weibull, slower = bool(other.get("weibull", 0)), other.get("slower", 1.0)
    foreclosure = 0.55
    shares = np.array([0.55, 0.35, 0.10]) * (1 - foreclosure)
    outcome = rng.choice(4, n, p=[*shares, foreclosure])
    months = np.select(
        [outcome == 0, outcome == 1, outcome == 2],
        [6 + slower * rng.gamma(1.3, 6.5, n), 9 + slower * rng.gamma(1.6, 6.5, n), 2 + slower * rng.gamma(2.0, 5.0, n)],
        45 * (rng.weibull(3.0, n) / np.log(2) ** (1 / 3) if weibull else rng.lognormal(0, 0.40, n)),
    )
    followed = np.floor(rng.uniform(0, history, n))
    # The state's timeline is the mean of the months to a sale; `timeline` is by how much it is wrong.
    mean = np.full(n, 45 * np.exp(0.40**2 / 2) * timeline)
    follow_up = FollowUp(np.zeros(n, np.int64), ("judicial",), np.zeros(n, np.int64), mean)
    return Case(seen(outcome, months, followed), follow_up, np.bincount(outcome, minlength=4) / n)


def drifting(n: int, rng: np.random.Generator) -> Case:
    """A book bought in fast states first and in slow ones of late: who is followed for long depends on the method."""
    followed = np.floor(rng.uniform(0, 90, n))
    judicial = rng.random(n) < 0.15 + 0.6 * (followed < 40)
    outcome = np.where(rng.random(n) < np.where(judicial, 0.5, 0.25), 3, rng.choice(3, n, p=[0.55, 0.35, 0.10]))
    quick = np.where(judicial, 24.0, 9.0)
    months = np.select(
        [outcome == 0, outcome == 1, outcome == 2],
        [6 + rng.gamma(1.3, 6.5, n), 9 + rng.gamma(1.6, 6.5, n), 2 + rng.gamma(2.0, 5.0, n)],
        quick * rng.lognormal(0, 0.35, n),
    )
    follow_up = FollowUp(
        (~judicial).astype(np.int64), ("judicial", "non-judicial"), np.zeros(n, np.int64), quick * 1.06
    )
    return Case(seen(outcome, months, followed), follow_up, np.bincount(outcome, minlength=4) / n)


def seen(outcome: np.ndarray, months: np.ndarray, followed: np.ndarray) -> Labels:
    months = np.maximum(np.ceil(months), 1)
    resolved = (months <= followed) & (months <= HORIZON)
    shown = np.where(resolved, months, np.minimum(followed, HORIZON))
    return Labels(np.where(resolved, outcome, -1), shown.astype(float), ~resolved & (followed >= HORIZON))


def cut_world(world: World, months_earlier: int, fate_seed: int, assumptions: Assumptions) -> Case:
    """A made world as it stood some months earlier; notes not yet known then are left out."""
    through = (np.datetime64("2025-06", "M") - months_earlier + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    tape, fate = world.resolutions.tape, world.resolutions_fate
    rows = np.flatnonzero(tape.notes.days("as_of_date") < through)
    early: Tape = tape.take(rows)
    known = replace(fate, outcome=fate.outcome[rows], detail=fate.detail[rows], months=fate.months[rows])
    resolutions = observe(early, known, through, np.random.default_rng(fate_seed))
    truth = np.bincount(known.outcome, minlength=4) / len(rows)
    return Case(label(resolutions, HORIZON), FollowUp.of_tape(early, assumptions), truth)


def shares(case: Case) -> tuple[dict[str, np.ndarray], OpenNotesWeights]:
    """Class shares by each method."""
    labels, n = case.labels, len(case.labels.months)
    base = np.ones(n)
    resolved = labels.outcome[labels.resolved]
    plain = censoring_weights(labels, base, SETTINGS.max_weight).weight[labels.resolved]
    # Without a timeline no history is too short, so only the weights are left.
    no_prior = replace(case.follow_up, sale_months=np.full(n, np.nan))
    full = weigh_open_notes(labels, base, case.follow_up, SETTINGS)
    found = {
        "dropping": np.bincount(resolved, minlength=4) / len(resolved),
        "plain weights": np.bincount(resolved, plain, minlength=4) / plain.sum(),
        "strata": weigh_open_notes(labels, base, no_prior, SETTINGS).shares,
        "strata + tail": full.shares,
    }
    return found, full


def table(title: str, cases: list[Case]) -> str:
    """Print the mean of each method over the seeds, and the largest miss of a class mean; give a line for the page."""
    results = [shares(case) for case in cases]
    truth = np.mean([case.truth for case in cases], axis=0)
    is_open = np.mean([float((~case.labels.resolved).mean()) for case in cases])
    print(f"\n{title}: {is_open:.0%} open, {len(cases)} draws of {len(cases[0].labels.months):,} notes")
    print(f"{'':<16}" + "".join(f"{name:>17}" for name in OUTCOMES) + f"{'worst miss':>12}{'mean worst':>12}")
    print(f"{'truth':<16}" + "".join(f"{share:>17.3f}" for share in truth))
    line = f"| {title} | {is_open:.0%} | {truth[3]:.3f} |"
    for name in METHODS:
        values = np.array([found[name] for found, _ in results])
        gap = np.abs(values - np.array([case.truth for case in cases])).max(axis=1)
        mean = values.mean(axis=0)
        print(
            f"{name:<16}"
            + "".join(f"{share:>17.3f}" for share in mean)
            + f"{np.abs(mean - truth).max():>12.3f}{gap.mean():>12.3f}"
        )
        line += (
            f" {mean[3]:.3f} |" if name != METHODS[-1] else f" **{mean[3]:.3f}** | {gap.mean():.3f} | {gap.max():.3f} |"
        )
    last = results[-1][1]
    low, high = last.strata[0].low, last.strata[0].high
    print(
        f"largest weight {last.largest:.1f}, effective sample {last.effective_sample_size:,.0f}, SHORT_HISTORY: "
        f"{'; '.join(last.flagged_strata) or 'none'}; foreclosure in {last.strata[0].name} {low[3]:.2f} to {high[3]:.2f}"
    )
    return line


def coverage(first_seed: int, n_draws: int) -> None:
    """Print how often the 5-95 % interval of foreclosure holds the truth, and how wide it is."""
    cases: list[tuple[int, dict[str, float]]] = [
        (24, {}), (36, {}), (60, {}), (36, {"timeline": 0.75}), (36, {"timeline": 1.33}), (36, {"weibull": 1}), (36, {"slower": 2.0})
    ]  # fmt: skip
    print("| months of history | otherwise | notes | holds the truth | width |\n|---|---|---|---|---|")
    for history, other in cases:
        for n in (400, 4_000):
            held, width = [], []
            for seed in range(first_seed, first_seed + n_draws):
                case = stratum(n, np.random.default_rng(seed), history, **other)
                found = weigh_open_notes(case.labels, np.ones(n), case.follow_up, SETTINGS).strata[0]
                held.append(found.low[3] <= 0.55 <= found.high[3])
                width.append(found.high[3] - found.low[3])
            told = ", ".join(f"{name} {value:g}" for name, value in other.items())
            print(f"| {history} | {told} | {n:,} | {np.mean(held):.0%} | {np.mean(width):.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=4_000)
    parser.add_argument("--world-notes", type=int, default=8_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--coverage", metavar="DRAWS", type=int, help="only how often the interval holds the truth")
    given = parser.parse_args()
    if given.coverage:
        coverage(given.first_seed, given.coverage)
        return
    seeds = range(given.first_seed, given.first_seed + given.seeds)

    def draws(make: Callable[[np.random.Generator], Case]) -> list[Case]:
        return [make(np.random.default_rng(seed)) for seed in seeds]

    lines = []
    for history in (24, 36, 60, 84):
        title = f"judicial stratum, median sale at 45 months, {history} months of history"
        lines.append(table(title, draws(lambda rng, h=history: stratum(given.notes, rng, h))))
    for wrong in (0.75, 1.33):
        title = f"the same with 36 months and a timeline {wrong} times the truth"
        lines.append(table(title, draws(lambda rng, w=wrong: stratum(given.notes, rng, 36, w))))
    title = "the same with 36 months and months to a sale of another shape than assumed (Weibull)"
    lines.append(table(title, draws(lambda rng: stratum(given.notes, rng, 36, weibull=1))))
    title = "the same with 36 months, where cures, workouts and deeds take twice as long"
    lines.append(table(title, draws(lambda rng: stratum(given.notes, rng, 36, slower=2.0))))
    lines.append(table("the same with 36 months and 300 notes", draws(lambda rng: stratum(300, rng, 36))))
    lines.append(table("a book that turned to judicial states of late", draws(lambda rng: drifting(given.notes, rng))))
    assumptions = Assumptions.from_toml(ASSUMPTIONS)
    for kind in ("smooth", "steps"):
        worlds = [make_world(WorldSettings(kind, given.world_notes, 0, seed)) for seed in seeds]
        for earlier in (0, 18, 30, 36):
            cases = [cut_world(world, earlier, seed, assumptions) for seed, world in enumerate(worlds)]
            lines.append(table(f"made world {kind}, seen {earlier} months less far", cases))
    print(
        "\n| notes | open | truth | dropping | plain weights | strata | strata + tail | mean worst class | worst draw |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
