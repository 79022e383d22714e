"""How often the gate between champion and challenger says what it should, on made worlds.

    python benchmarks/gate.py flipped --resolutions 1500 --seeds 10
    python benchmarks/gate.py more again judicial

Only candidates are fitted, as they are judged: no refit, no report.

- flipped: the champion's data with 10 % of the fitted outcomes changed to another one by chance.  Should be refused.
- more: three times the champion's data.  Should be promoted.
- again: the champion's data and settings once more.  Should be refused for want of evidence.
- other: other data of the same size.  As good as the champion, so rarely promoted; slices should hardly ever be refused.
- judicial: three times the data, with foreclosure and reperform exchanged for half of the fitted notes in judicial states,
  against a champion that says the class shares of every note in all other states.  Better on average; should be refused for
  that slice.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NOTEBID_THREADS", "1")

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import feature_frame
from models.baselines import BucketTable
from models.classifier import OutcomeClassifier
from notes import OUTCOMES, Resolutions
from notes.states import fact
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.context import Champion, JudgedCandidate, nobody_watches
from training.fitting import fit_model, takes_open_notes
from training.follow_up import FollowUp
from training.gate import Rule, Verdict
from training.judge import BUCKET_TABLE, CHAMPION, MODEL, evaluate, judge
from training.likely_ends import LikelyEnds
from training.parts import Part, Watched, watch_apart, weigh, weigh_parts
from training.rival import keep_candidate, set_beside
from training.scores import Evaluation
from training.slicing import slice_groups
from training.snapshots import Snapshots, draw_snapshots
from training.splits import Split, split_out_of_time
from training.weights import Labels, label
from worlds import WorldSettings, make_world

Spoil = Callable[[Resolutions, NDArray[np.intp]], Resolutions]
"""Resolutions and the rows that are fitted, to resolutions with other outcomes in those rows."""


@dataclass(frozen=True)
class Trial:
    """A candidate, and what it is judged with."""

    snapshots: Snapshots
    labels: Labels
    split: Split
    parts: dict[str, Part]
    candidate: OutcomeClassifier

    @property
    def as_champion(self) -> Champion:
        kept = keep_candidate(self.candidate, self.snapshots, self.split)
        judged = JudgedCandidate(self.candidate.predict_proba, kept.loans, kept.window)
        return Champion("version 1", "own", self.candidate.predict_proba, candidate=judged)

    @property
    def poorer_elsewhere(self) -> Champion:
        """The same, but outside judicial states it says the class shares of every note."""
        shares = np.average(self.parts["fit"].judged.one_hot, axis=0, weights=self.parts["fit"].weight)

        def predict(frame: pd.DataFrame) -> NDArray[np.float64]:
            probability = self.candidate.predict_proba(frame)
            return np.where(frame["judicial"].to_numpy()[:, None] == 1, probability, shares)

        champion = self.as_champion
        assert champion.candidate is not None
        return replace(champion, candidate=replace(champion.candidate, predict=predict))


def fit_candidate(resolutions: Resolutions, config: TrainingConfig, spoil: Spoil | None = None) -> Trial:
    """Fit and calibrate a candidate; what ``spoil`` does reaches the fit part alone."""
    seed, horizon = config.model.seed, config.label.horizon_months
    snapshots = draw_snapshots(resolutions, config.snapshots.bands, seed)
    split = split_out_of_time(snapshots, label(snapshots.resolutions, horizon), config.split, horizon, seed)
    if spoil is not None:
        snapshots = replace(snapshots, resolutions=spoil(snapshots.resolutions, split.fit))
    labels = label(snapshots.resolutions, horizon)
    follow_up = FollowUp.of_tape(snapshots.resolutions.tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    features = feature_frame(snapshots.resolutions.tape)
    apart = watch_apart(snapshots, features, follow_up, split)
    parts = weigh_parts(apart, split, config)
    rows = np.arange(len(snapshots))
    everything = weigh(Watched(snapshots, features, labels, follow_up), rows, config, tail=True)
    ends = LikelyEnds(apart, split.fit, config.censoring.timeline_log_sd)
    ends = ends if takes_open_notes(everything, config.model) else None
    candidate = fit_model(parts["fit"], ends, config.model, nobody_watches)
    later = parts["calibrate"]
    candidate.calibrate(later.features, later.outcome, later.weight, later.loan)
    return Trial(snapshots, labels, split, parts, candidate)


def compare(challenger: Trial, champion: Champion, config: TrainingConfig) -> tuple[Verdict, Evaluation]:
    """Judge one candidate beside the other on the test of the first."""
    fit, test = challenger.parts["fit"], challenger.parts["test"]
    where = (challenger.snapshots, test.rows)
    rival = set_beside(champion, test.features, where, challenger.split, config.gate)
    assert rival is not None
    table = BucketTable(random_state=config.model.seed).fit(fit.features, fit.outcome, fit.weight, fit.loan)
    evaluation = evaluate(
        test.judged,
        {
            MODEL: challenger.candidate.predict_proba(test.features),
            BUCKET_TABLE: table.predict_proba(test.features),
            CHAMPION: rival.probability,
        },
        slice_groups(challenger.snapshots.resolutions.tape.notes.take(test.rows), test.features),
        config,
        fitted_on=fit.censoring.effective_sample_size,
        unseen_share=0.0,
        rival=rival,
    )
    return judge(Rule.CHAMPION, evaluation, config.gate), evaluation


def flip(share: float, seed: int) -> Spoil:
    """Change a share of the outcomes to another one by chance."""

    def spoil(resolutions: Resolutions, rows: NDArray[np.intp]) -> Resolutions:
        rng = np.random.default_rng(seed)
        outcome = resolutions.outcome.copy()
        known = rows[outcome[rows].astype(str) != ""]
        for row in rng.choice(known, round(share * len(known)), replace=False):
            outcome[row] = str(rng.choice([str(one) for one in OUTCOMES if str(one) != outcome[row]]))
        return _with(resolutions, outcome)

    return spoil


def exchange_in_judicial_states(share: float, seed: int) -> Spoil:
    """Exchange foreclosure and reperform for a share of the notes in judicial states."""

    def spoil(resolutions: Resolutions, rows: NDArray[np.intp]) -> Resolutions:
        rng = np.random.default_rng(seed)
        outcome = resolutions.outcome.copy()
        there = fact("judicial", resolutions.tape.notes.text("property_state")) == 1
        other = {"foreclosure": "reperform", "reperform": "foreclosure"}
        for row in rows[there[rows] & (rng.random(len(rows)) < share)]:
            outcome[row] = other.get(str(outcome[row]), outcome[row])
        return _with(resolutions, outcome)

    return spoil


def _with(resolutions: Resolutions, outcome: NDArray[np.object_]) -> Resolutions:
    changed = outcome != resolutions.outcome
    detail = np.where(changed, "", resolutions.outcome_detail)
    return replace(resolutions, outcome=outcome, outcome_detail=detail)


def first(resolutions: Resolutions, n_notes: int) -> Resolutions:
    """Take the first notes of a made world, whose order says nothing."""
    return resolutions.take(np.arange(n_notes))


def run(case: str, kind: str, n_notes: int, seed: int, config: TrainingConfig) -> tuple[Verdict, Evaluation]:
    """Make a world, its champion and a challenger, and judge."""
    world = make_world(WorldSettings(kind, 3 * n_notes, 0, seed)).resolutions
    mine = first(world, n_notes)
    before = fit_candidate(mine, config)
    if case == "judicial":
        damaged = fit_candidate(world, config, exchange_in_judicial_states(0.5, seed))
        return compare(damaged, before.poorer_elsewhere, config)
    champion = before.as_champion
    if case == "flipped":
        return compare(fit_candidate(mine, config, flip(0.10, seed)), champion, config)
    if case == "more":
        return compare(fit_candidate(world, config), champion, config)
    if case == "again":
        return compare(fit_candidate(mine, config), champion, config)
    return compare(fit_candidate(world.take(np.arange(n_notes, 2 * n_notes)), config), champion, config)


CASES = ("flipped", "more", "again", "other", "judicial")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; none: all")
    parser.add_argument("--kinds", nargs="+", default=["smooth", "steps"])
    parser.add_argument("--resolutions", type=int, default=1_500)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=200, help="most boosting rounds")
    arguments = parser.parse_args()
    unknown = [
        one for one in arguments.cases if one not in CASES
    ]  # argparse would refuse an absent list for its choices
    if unknown:
        parser.error(f"{unknown[0]} is no case; there are {', '.join(CASES)}")
    config = TrainingConfig.from_toml(SHIPPED_CONFIG.with_name("demo_training.toml"))
    model = replace(config.model, max_rounds=arguments.rounds, n_jobs=1)
    config = replace(config, model=model, gate=replace(config.gate, bootstrap_draws=1_000))
    for case in arguments.cases or CASES:
        for kind in arguments.kinds:
            for seed in range(1, arguments.seeds + 1):
                verdict, evaluation = run(case, kind, arguments.resolutions, seed, config)
                gap = next(one.difference for one in evaluation.scores if one.name == CHAMPION)
                over = [one for one in evaluation.slices if one.worse_by > 0.05 and one.n_notes >= 100]
                failed = [one.name for one in verdict.checks if one.required and not one.passed]
                print(
                    f"{case} {kind} {arguments.resolutions} seed {seed}: {'PROMOTED' if verdict.promote else 'refused'} "
                    f"{gap.estimate:+.4f} [{gap.low:+.4f}, {gap.high:+.4f}] on {evaluation.n_compared} of "
                    f"{evaluation.n_test}, worst share {100 * evaluation.mean_test.largest:.1f} points; slices over the old "
                    f"limit {len(over)}; failed: {', '.join(failed) or 'nothing'}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
