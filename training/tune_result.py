"""What a search for settings found: its trials, the decision, and both as lines, parameters and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from notes.counts import count_of
from training.config import TrainingConfig
from training.evaluate import Floats, Ints
from training.member_settings import MemberSettings
from training.search_space import settings_toml

FINISHED, PRUNED = "finished", "pruned"


@dataclass(frozen=True)
class Paired:
    """A mean difference and its standard error, nats."""

    estimate: float
    standard_error: float


def paired_by_loan(loss: Floats, other: Floats, weight: Floats, loan: Ints) -> Paired:
    r"""Compare two losses of the same rows, a loan's rows as one draw.

    Parameters
    ----------
    loss, other, weight, loan
        A value a row; weights at or above 0, not all of them 0.

    Notes
    -----
    :math:`\bar d = \sum w d / W` and :math:`\sqrt{n / (n - 1) \sum_c (\sum_{i \in c} w_i (d_i - \bar d))^2} / W` over the n
    loans c: the linearised error of a ratio (Cochran, Sampling Techniques, 1977, chapter 6), loans as drawn.  Of one loan
    it cannot be seen and is infinite.
    """
    difference, total = loss - other, weight.sum()
    mean = float((weight * difference).sum() / total)
    number = np.unique(loan, return_inverse=True)[1]
    by_loan = np.bincount(number, weight * (difference - mean))
    n = len(by_loan)
    spread = float(np.sqrt(n / (n - 1) * (by_loan**2).sum()) / total) if n > 1 else float("inf")
    return Paired(mean, spread)


@dataclass(frozen=True)
class Trial:
    """One setting that was tried.

    Parameters
    ----------
    number
        In the study, from 0; those broken off have numbers too and are not kept.
    state
        ``finished``, or ``pruned``: stopped between folds because it was worse than the others were there.
    log_loss
        Weighted mean over the folds that were judged, nats.
    against_given
        Its log loss less that of the given settings on the same notes; None for the given ones and what was pruned.
    started, ended
        Seconds since 1970.
    """

    number: int
    state: str
    settings: MemberSettings
    log_loss: float
    fold_losses: tuple[float, ...]
    against_given: Paired | None
    started: float
    ended: float


def read_trial(number: int, state: str, kept: Mapping[str, Any], times: tuple[float, float]) -> Trial:
    """Read a trial as its study keeps it; ``state`` is Optuna's name."""
    less = kept.get("less_given")
    return Trial(
        number=number,
        state=FINISHED if state == "COMPLETE" else PRUNED,
        settings=MemberSettings(**kept["settings"]),
        log_loss=float(kept["log_loss"]),
        fold_losses=tuple(kept["fold_losses"]),
        against_given=None if less is None else Paired(**less),
        started=times[0],
        ended=times[1],
    )


@dataclass(frozen=True)
class Tuned:
    """What a search came to.

    Parameters
    ----------
    config
        What to go on with: the given configuration, or the same with the best settings.
    taken
        Whether the best settings were taken.
    best
        The best finished trial; None when there is none beside the given settings.
    decision
        Why they were taken, or why the given ones stay.
    folds
        What was judged on.
    earlier
        How many of the trials are of earlier runs of the same study.
    seconds
        Of this search.
    key
        Names the study.
    """

    config: TrainingConfig
    taken: bool
    best: Trial | None
    decision: str
    folds: str
    out_of_time: bool
    trials: tuple[Trial, ...]
    earlier: int
    seconds: float
    key: str

    @property
    def given(self) -> Trial | None:
        """The trial of the given settings; None when there was no time for it."""
        return self.trials[0] if self.trials else None

    def lines(self) -> list[str]:
        """Say it to a person."""
        pruned = sum(one.state == PRUNED for one in self.trials)
        earlier = f", {self.earlier} of them of an earlier search" if self.earlier else ""
        lines = [f"{count_of(len(self.trials), 'trial')}{earlier}, {pruned} stopped early; {self.folds}", self.decision]
        if self.taken:
            changed = asdict(self.config.model.members)
            before = asdict(self.trials[0].settings)
            lines += [
                f"{name} {before[name]!r} → {value!r}" for name, value in changed.items() if value != before[name]
            ]
        return lines

    def parameters(self) -> dict[str, str | int | float]:
        """Give what a run logs beside the settings."""
        found: dict[str, str | int | float] = {
            "tuning.trials": len(self.trials),
            "tuning.taken": str(self.taken).lower(),
            "tuning.folds": self.folds,
            "tuning.decision": self.decision,
            "tuning.study": self.key,
        }
        return found

    def metrics(self) -> dict[str, float]:
        """Give the figures that a run logs."""
        found = {} if self.given is None else {"tuning.given_log_loss": self.given.log_loss}
        if self.best is not None and self.best.against_given is not None:
            found |= {
                "tuning.best_log_loss": self.best.log_loss,
                "tuning.best_less_given": self.best.against_given.estimate,
                "tuning.standard_error": self.best.against_given.standard_error,
            }
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give all of it but times as plain JSON values."""
        return {
            "taken": self.taken,
            "decision": self.decision,
            "folds": self.folds,
            "out_of_time": self.out_of_time,
            "study": self.key,
            "settings": asdict(self.config.model.members),
            "trials": [_plain(one) for one in self.trials],
        }

    def to_manifest(self) -> Mapping[str, Any]:
        """Give what the manifest keeps: the decision and the settings."""
        return {
            name: value for name, value in self.to_dict().items() if name in ("taken", "decision", "study", "settings")
        }

    def to_toml(self) -> str:
        """Write the settings that the model was fitted with, to be put into a training configuration."""
        trained = "found by notebid train --tune" if self.taken else "the given ones, which notebid train --tune kept"
        comments = (
            f"Settings of the model's members, {trained}.",
            self.decision,
            "Use: give this file as CONFIG= (make train) or --config, or put the section into your own configuration in the",
            "place of its [model.members].",
        )
        return settings_toml(self.config.model.members, comments)


def _plain(trial: Trial) -> dict[str, Any]:
    against = trial.against_given
    return {
        "number": trial.number,
        "state": trial.state,
        "settings": asdict(trial.settings),
        "log_loss": trial.log_loss,
        "fold_losses": list(trial.fold_losses),
        "less_given": None if against is None else against.estimate,
        "standard_error": None if against is None else against.standard_error,
    }
