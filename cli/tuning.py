"""What ``notebid train --tune`` asks of a search, and what is logged of it."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.console import Console

if TYPE_CHECKING:
    from registry.home import Home
    from registry.trials import TrialRun
    from training.tune import Search
    from training.tune_result import Trial, Tuned

WEEK_MINUTES = 7 * 24 * 60
"""The longest search that is taken for meant."""


def add_tuning_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--tune",
        type=_minutes,
        metavar="MINUTES",
        help="look for better settings of the model for so long before the training (docs/tuning.md)",
    )
    parser.add_argument(
        "--tune-trials",
        type=_trials,
        metavar="N",
        help="judge the first N trials and end the search then; without --tune it may take as long as it takes",
    )


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 < minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes above 0")
    if minutes > WEEK_MINUTES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is more than a week of minutes ({WEEK_MINUTES:,}); give fewer, or --tune-trials without --tune"
        )
    return minutes


def _trials(text: str) -> int:
    trials = int(text) if text.isdecimal() else 0
    if trials < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of trials, 1 or more")
    return trials


def search_of(arguments: argparse.Namespace, home: Home, console: Console) -> Search | None:
    """Give the search that was asked for, None where none was."""
    if arguments.tune is None and arguments.tune_trials is None:
        return None
    from training.tune import Search

    return Search(home.tuning, arguments.tune, arguments.tune_trials, console.log, console.keep)


def trial_runs(tuned: Tuned | None) -> tuple[TrialRun, ...]:
    """Give the trials as they are logged."""
    return () if tuned is None else tuple(_run(one, tuned.key) for one in tuned.trials)


def _run(trial: Trial, study: str) -> TrialRun:
    from registry.trials import TrialRun

    metrics = {"log_loss": trial.log_loss}
    metrics |= {f"fold_{number}.log_loss": one for number, one in enumerate(trial.fold_losses)}
    if trial.against_given is not None:
        metrics |= {
            "less_given": trial.against_given.estimate,
            "standard_error": trial.against_given.standard_error,
        }
    params = {f"model.members.{name}": value for name, value in asdict(trial.settings).items()}
    return TrialRun(trial.number, trial.state, params, metrics, trial.started, trial.ended, {"tuning_study": study})
