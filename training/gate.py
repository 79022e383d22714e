"""Whether a model may become the one that bids are made with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from notes import TRAINING_DATA, GateError
from training.config import GateSettings
from training.evaluate import ClassCount, Interval, Slice

MADE = "made"


class Rule(StrEnum):
    """Which rule a candidate is judged by."""

    FIRST_MODEL = "first_model"
    """Against the baselines: there is no champion, or only a made one."""
    CHAMPION = "champion"
    """Against the real champion."""


def rule_for(training_data: str, champion_training_data: str | None) -> Rule:
    """Say by which rule a model trained on such data is judged.

    Parameters
    ----------
    training_data
        ``made``, ``own`` or ``agency``.
    champion_training_data
        The same of the champion; None when there is none.

    Raises
    ------
    notes.GateError
        A made model would replace a real one.
    """
    for one in (training_data, champion_training_data):
        if one is not None and one not in TRAINING_DATA:
            raise ValueError(f"training_data must be one of {', '.join(TRAINING_DATA)}, found {one!r}")
    if champion_training_data in (None, MADE):
        return Rule.FIRST_MODEL
    if training_data == MADE:
        raise GateError(
            f"a model trained on made data never replaces one trained on real data (the champion's is "
            f"{champion_training_data}); give RESOLUTIONS= of your own, or set another NOTEBID_HOME to try things out"
        )
    return Rule.CHAMPION


@dataclass(frozen=True)
class Check:
    """One thing looked at.  A check that is not ``required`` warns and stops nothing."""

    name: str
    passed: bool
    required: bool
    figures: str
    is_slice: bool = False

    def __str__(self) -> str:
        state = "pass" if self.passed else "FAIL" if self.required else "warn"
        return f"{state}  {self.name}: {self.figures}"


@dataclass(frozen=True)
class Verdict:
    """Whether to promote, and every check behind it."""

    rule: Rule
    checks: tuple[Check, ...]

    @property
    def promote(self) -> bool:
        """Whether every required check passed."""
        return all(one.passed for one in self.checks if one.required)

    @property
    def reasons(self) -> list[str]:
        """Every check as a line with its figures."""
        return [str(one) for one in self.checks]

    def raise_unless_promoted(self) -> None:
        """Refuse a model that failed.

        Raises
        ------
        notes.GateError
            A required check failed; the message lists each with its figures.
        """
        failed = [str(one) for one in self.checks if one.required and not one.passed]
        if failed:
            raise GateError("the model is not promoted:\n" + "\n".join(failed))


def judge_first_model(
    against: dict[str, Interval], counts: list[ClassCount], slices: list[Slice], settings: GateSettings
) -> Verdict:
    """Judge a model when no real champion is there.

    Parameters
    ----------
    against
        Baseline to the paired difference of log loss, model less baseline; ``class_prior`` is required.
    counts
        Predicted and actual count of each outcome.
    slices
        Parts of the test, with the bucket table as reference; they only warn.
    """
    checks = [_better(name, interval, settings, required=name == "class_prior") for name, interval in against.items()]
    checks += [_class_mean(one, counts, settings, errors_count=True) for one in counts]
    checks += [_slice(one, settings, required=False) for one in slices if one.n_notes >= settings.slice_min_count]
    return Verdict(Rule.FIRST_MODEL, tuple(checks))


def judge_against_champion(
    difference: Interval, counts: list[ClassCount], slices: list[Slice], settings: GateSettings
) -> Verdict:
    """Judge a model against the real champion.

    Parameters
    ----------
    difference
        Paired difference of log loss, model less champion.
    counts
        Predicted and actual count of each outcome.
    slices
        Parts of the test, with the champion as reference.
    """
    checks = [_better("champion", difference, settings, required=True)]
    checks += [_class_mean(one, counts, settings, errors_count=False) for one in counts]
    checks += [_slice(one, settings, required=True) for one in slices if one.n_notes >= settings.slice_min_count]
    return Verdict(Rule.CHAMPION, tuple(checks))


def _better(name: str, difference: Interval, settings: GateSettings, *, required: bool) -> Check:
    figures = (
        f"log loss {difference.estimate:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}] "
        f"at {settings.confidence:.0%}, must lie below 0"
    )
    return Check(f"better than the {name.replace('_', ' ')}", bool(difference.high < 0), required, figures)


def _class_mean(one: ClassCount, counts: list[ClassCount], settings: GateSettings, *, errors_count: bool) -> Check:
    total = sum(count.actual for count in counts)
    difference, error = (one.predicted - one.actual) / total, one.standard_error / total
    allowed = settings.max_mean_difference
    if errors_count:
        allowed = max(allowed, settings.max_standard_errors * error)
    figures = (
        f"predicted {one.predicted / total:.1%}, actual {one.actual / total:.1%}, difference {100 * difference:+.2f} "
        f"points (standard error {100 * error:.2f}), allowed {100 * allowed:.2f}"
    )
    return Check(f"share of {one.outcome}", bool(abs(difference) <= allowed), True, figures)


def _slice(one: Slice, settings: GateSettings, *, required: bool) -> Check:
    figures = (
        f"{one.n_notes} notes, log loss {one.log_loss:.4f} against {one.reference_log_loss:.4f} "
        f"({one.worse_by:+.1%}, allowed {settings.max_slice_worse:+.0%})"
    )
    return Check(
        f"slice {one.by} = {one.value}", bool(one.worse_by <= settings.max_slice_worse), required, figures, True
    )
