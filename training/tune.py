"""The search for better settings of the members, judged on later notes inside the fit part.

The given settings are tried first.  Another is taken only if it beats them by more than two standard errors of the paired
difference (``tuning.standard_errors``): the best of many is the best partly by luck (the winner's curse), so being a little
better says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.classifier import OutcomeClassifier
from training.config import TrainingConfig
from training.evaluate import Floats, row_log_loss
from training.member_settings import MemberSettings
from training.parts import Watched
from training.search_space import settings_of, space_around
from training.splits import Split
from training.tune_clock import TuneClock
from training.tune_decision import decide, nothing
from training.tune_folds import TuneFold, TuneFolds, nested_folds
from training.tune_result import PRUNED, Trial, Tuned, paired_by_loan, read_trial
from training.tune_words import kept_words, limits_words, too_short_words

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

GIVEN, SHIPPED = "given", "shipped"
"""What a trial of settings that were not drawn is marked with."""
KEPT = "kept"
OUT_OF_TIME, BY_HAND = "the time is used up", "stopped by hand"


@dataclass(frozen=True)
class Search:
    """What a search may spend, and where it is kept.

    Parameters
    ----------
    folder
        Of the studies' files.  Whoever searches holds the home's lock.
    minutes
        Wall clock for the search alone, > 0; None: no limit.
    trials
        Judge the first so many trials of the study that are finished or stopped early, those of earlier searches included,
        and search until there are so many; None: no limit.
    say
        Told, in a line, when a trial improves and when something is worth knowing.
    keeps
        Told, in words, what an interrupt from then on leaves behind.
    clock
        Seconds, rising.
    """

    folder: Path
    minutes: float | None = None
    trials: int | None = None
    say: Callable[[str], None] = lambda _line: None
    keeps: Callable[[str], None] = lambda _words: None
    clock: Callable[[], float] = time.monotonic


class _OutOfTimeError(Exception):
    """The next fold would not be done in time."""


def tune(watched: Watched, split: Split, config: TrainingConfig, search: Search) -> Tuned:
    """Search for settings of the members until the time or the trials are used up, or a person stops it.

    Parameters
    ----------
    watched
        As :func:`training.parts.watch_apart` gives it; only the rows of ``split.fit`` are looked at.

    Returns
    -------
    The configuration to go on with.  An interrupt (not a request to end, which is a KeyboardInterrupt with its signal) ends
    the search alone: what was found by then counts.
    """
    clock = TuneClock(search.minutes, search.clock)
    folds = nested_folds(watched, split, config)
    if not folds.folds:
        search.say(f"tuning: {folds.statement}; the given settings stay")
        return Tuned(config, False, None, nothing(folds.statement), folds.statement, False, (), 0, 0.0, "")
    return _Tuning(folds, config, search, clock).run()


def fold_loss(fold: TuneFold, members: MemberSettings, config: TrainingConfig) -> Floats:
    """Fit on a fold and give the log loss of each note that it is judged on, nats, shape (n_judged,)."""
    classifier = OutcomeClassifier(
        **asdict(members),
        max_rounds=config.model.max_rounds,
        n_folds=config.tuning.inner_folds,
        n_jobs=config.model.n_jobs or -1,
        random_state=config.model.seed,
    )
    train, judge = fold.train, fold.judge
    classifier.fit(train.features, train.outcome, train.weight, train.loan)
    return row_log_loss(judge.judged, classifier.predict_proba(judge.features))


class _Tuning:
    """One search: the study, what it is judged on, and the time that is left."""

    def __init__(self, folds: TuneFolds, config: TrainingConfig, search: Search, clock: TuneClock) -> None:
        from training.tune_study import open_study, study_key

        self.folds, self.config, self.search, self.clock = folds, config, search, clock
        self.given = config.model.members
        self.shipped = TrainingConfig.from_toml().model.members
        self.space = space_around(self.given, max(len(one.train.outcome) for one in folds.folds))
        self.key = study_key(folds, config, self.space)
        self.study: Study = open_study(search.folder, self.key, search.say)
        self.weight = np.concatenate([one.judge.weight for one in folds.folds])
        self.loan = np.concatenate([one.judge.loan for one in folds.folds])
        self.earlier = len(self._done())
        for one in self._done():
            clock.remember(one.user_attrs[KEPT]["seconds"])

    def run(self) -> Tuned:
        """Search, and decide."""
        from training.tune_study import fail_running

        self._announce()
        self._tell_kept()
        stopped = ""
        try:
            while not stopped:
                stopped = self._why_stop() or self._one_trial()
        except KeyboardInterrupt as asked:
            fail_running(self.study)
            if asked.args:  # a request to end, not a person who has seen enough
                raise
            stopped = BY_HAND
            self.search.say(f"tuning: {BY_HAND}; the training goes on with what was found")
        tuned = self._tuned(stopped)
        if stopped == BY_HAND:
            self.search.say("training now; Ctrl-C again gives up")
        return tuned

    def _tuned(self, stopped: str) -> Tuned:
        trials = tuple(self._trials())[: self.search.trials]
        decision = decide(trials, self.config, self._why_none(stopped))
        self.search.say(f"tuning: {decision.said}")
        return Tuned(
            config=decision.config,
            taken=decision.taken,
            best=decision.best,
            decision=decision.said,
            folds=self.folds.statement,
            out_of_time=self.folds.out_of_time,
            trials=trials,
            earlier=min(self.earlier, len(trials)),
            seconds=self.clock.spent(),
            key=self.key,
        )

    def _why_none(self, stopped: str) -> str:
        """Say why no trial was done, in case none was."""
        if stopped != OUT_OF_TIME or self._done():
            return stopped
        return too_short_words(self.search.minutes or 0.0, self.clock.trial_words(self._sizes()))

    def _announce(self) -> None:
        limits = limits_words(self.search.minutes, self.search.trials, self.earlier)
        self.search.say(f"{limits}: {self.folds.statement}")

    def _done(self) -> list[FrozenTrial]:
        from optuna.trial import TrialState

        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def _why_stop(self) -> str:
        if self.search.trials is not None and len(self._done()) >= self.search.trials:
            return "the trials are used up"
        return "" if self.clock.allows_trial(self._sizes()) else OUT_OF_TIME

    def _sizes(self) -> list[int]:
        return [len(one.train.outcome) for one in self.folds.folds]

    def _one_trial(self) -> str:
        """Try one setting; give why the search is over, or nothing."""
        from optuna.trial import TrialState

        from training.tune_study import seed_sampler

        done = self._done()
        seed_sampler(self.study, self.config.model.seed, len(done))
        self._ask_for_fixed(done)
        trial = self.study.ask(self.space)
        settings = self._settings(trial.user_attrs, trial.params)
        losses: list[Floats] = []
        seconds: list[float] = []
        pruned = False
        try:
            for number, fold in enumerate(self.folds.folds):
                if not self.clock.allows_fold(number, seconds, self._sizes()):
                    raise _OutOfTimeError
                began = self.search.clock()
                losses.append(fold_loss(fold, settings, self.config))
                seconds.append(self.search.clock() - began)
                trial.report(self._pooled(losses), number)
                pruned = number + 1 < len(self.folds.folds) and trial.should_prune()
                if pruned:
                    break
        except _OutOfTimeError:
            self.study.tell(trial, state=TrialState.FAIL)
            self.clock.remember(seconds)
            return OUT_OF_TIME
        except BaseException:
            self.study.tell(trial, state=TrialState.FAIL)
            raise
        trial.set_user_attr(KEPT, self._kept(settings, losses, seconds, trial.user_attrs))
        before = self._best_loss(done)
        if pruned:
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            self.study.tell(trial, self._pooled(losses))
        self.clock.remember(seconds)
        self._tell_kept()
        self._tell_if_better(trial.number, before)
        return ""

    def _ask_for_fixed(self, done: list[FrozenTrial]) -> None:
        """Put the given settings first, then the shipped ones if they are others."""
        from optuna.trial import TrialState

        marks = {mark for one in done for mark in (GIVEN, SHIPPED) if mark in one.user_attrs}
        wanted = [(GIVEN, self.given)] + ([(SHIPPED, self.shipped)] if self.shipped != self.given else [])
        for mark, settings in wanted:
            if mark not in marks:
                if not self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                    fixed = {name: value for name, value in asdict(settings).items() if name in self.space}
                    self.study.enqueue_trial(fixed, user_attrs={mark: True})
                return

    def _settings(self, marks: Mapping[str, Any], drawn: Mapping[str, Any]) -> MemberSettings:
        if GIVEN in marks:
            return self.given
        return self.shipped if SHIPPED in marks else settings_of(drawn, self.given)

    def _pooled(self, losses: list[Floats]) -> float:
        rows = np.concatenate(losses)
        return float(np.average(rows, weights=self.weight[: len(rows)]))

    def _kept(
        self, settings: MemberSettings, losses: list[Floats], seconds: list[float], marks: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is kept of a trial: enough to decide without doing it again; the losses of its notes of the given one."""
        means = [
            float(np.average(rows, weights=fold.judge.weight))
            for rows, fold in zip(losses, self.folds.folds, strict=False)
        ]
        kept: dict[str, Any] = {"settings": asdict(settings), "fold_losses": means, "seconds": seconds}
        kept["log_loss"] = self._pooled(losses)
        if GIVEN in marks:
            kept["rows"] = np.concatenate(losses).tolist()
        elif len(losses) == len(self.folds.folds):
            given = np.array(next(one.user_attrs[KEPT]["rows"] for one in self._done() if GIVEN in one.user_attrs))
            kept["less_given"] = asdict(paired_by_loan(np.concatenate(losses), given, self.weight, self.loan))
        return kept

    def _best_loss(self, done: list[FrozenTrial]) -> float:
        """Give the least loss of a finished trial: one that was stopped early was judged on the first folds alone."""
        from optuna.trial import TrialState

        return min(
            (one.value for one in done if one.state == TrialState.COMPLETE and one.value is not None), default=inf
        )

    def _tell_kept(self) -> None:
        n_done = len(self._done())
        if n_done:
            self.search.keeps(kept_words(n_done))

    def _tell_if_better(self, number: int, before: float) -> None:
        [trial] = [one for one in self._trials() if one.number == number]
        if trial.state == PRUNED or trial.log_loss >= before:
            return
        against = trial.against_given
        found = (
            f"{trial.log_loss:.4f}, the settings to beat"
            if against is None
            else f"{trial.log_loss:.4f}, {-against.estimate:.4f} better than the given settings "
            f"(standard error {against.standard_error:.4f})"
        )
        self.search.say(f"tuning: trial {number}: log loss {found}{self.clock.left_words()}")

    def _trials(self) -> list[Trial]:
        from training.tune_study import times_of

        return [read_trial(one.number, one.state.name, one.user_attrs[KEPT], times_of(one)) for one in self._done()]
