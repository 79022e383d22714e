"""Whether the best setting that was tried is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.config import TrainingConfig
from training.tune_result import FINISHED, Trial


@dataclass(frozen=True)
class Decision:
    """The configuration to go on with, and why.

    Parameters
    ----------
    best
        The best finished trial but that of the given settings; None: there is none.
    said
        The decision in words.
    """

    config: TrainingConfig
    taken: bool
    best: Trial | None
    said: str


def decide(trials: Sequence[Trial], config: TrainingConfig, stopped: str) -> Decision:
    """Take the best settings if they beat the given ones by more than ``tuning.standard_errors`` of the paired difference.

    The best of many trials is so partly by luck; the bar keeps out most of what is nothing else.

    Parameters
    ----------
    trials
        Finished and pruned; those with ``against_given`` compete.
    stopped
        Why the search is over, to be said where there was nothing to compare.
    """
    others = [one for one in trials if one.against_given is not None and one.state == FINISHED]
    if not others:
        why = f"no trial but that of the given settings was done ({stopped})" if trials else stopped
        return Decision(config, False, None, nothing(why))
    best = min(others, key=lambda one: one.log_loss)
    against, needed = best.against_given, config.tuning.standard_errors
    assert against is not None, "the others were compared"
    taken = against.estimate < -needed * against.standard_error
    by = f"{abs(against.estimate):.4f} {'better' if against.estimate < 0 else 'worse'}"
    said = (
        f"the best of the others, trial {best.number}, is {by} than the given settings, standard error "
        f"{against.standard_error:.4f} (more than {needed:g} of them needed): "
        + ("its settings are taken" if taken else "the given settings stay")
    )
    if taken:
        config = replace(config, model=replace(config.model, members=best.settings))
    return Decision(config, taken, best, said)


def nothing(why: str) -> str:
    """Say that no setting was compared."""
    return f"nothing was tuned, the given settings stay: {why}"
