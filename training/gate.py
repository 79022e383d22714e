"""Whether a model may become the one that bids are made with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import NormalDist

from notes import OUTCOMES, TRAINING_DATA, GateError
from training.class_means import MeansBeside, MeanTest
from training.evaluate import Interval, Slice
from training.judge_settings import GateSettings

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


MOST_WITHHELD = 0.1
"""Share of the champion's features that the test may lack for the comparison to count."""


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
    """Whether the gate is passed, and every check behind it; promotion itself is the store's.

    Parameters
    ----------
    champion_name
        Name of the champion where the model is that to the last byte: nothing is compared then, and there is nothing to
        promote.  Empty: it is another model.
    """

    rule: Rule
    checks: tuple[Check, ...]
    champion_name: str = ""

    @property
    def promote(self) -> bool:
        """Whether it is to become the champion: every required check passed."""
        return not self.champion_name and all(one.passed for one in self.checks if one.required)

    @property
    def nothing_to_promote(self) -> str:
        """Say that the model is the champion; empty where it is another one."""
        return f"this is the champion ({self.champion_name}) to the last byte: nothing to promote" * bool(
            self.champion_name
        )

    @property
    def reasons(self) -> list[str]:
        """Every check as a line with its figures."""
        return [str(one) for one in self.checks]

    def led_by(self, *checks: Check | None) -> Verdict:
        """Put checks before the others; None is none."""
        return replace(self, checks=(*(one for one in checks if one is not None), *self.checks))

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
    against: dict[str, Interval], means: MeanTest, slices: list[Slice], settings: GateSettings
) -> Verdict:
    """Judge a model when no real champion is there.

    Parameters
    ----------
    against
        Baseline to the paired difference of log loss, model less baseline; ``class_prior`` is required.
    means
        Predicted less actual shares of the outcomes.
    slices
        Parts of the test, with the bucket table as reference; they only warn.
    """
    checks = [_better(name, interval, settings, required=name == "class_prior") for name, interval in against.items()]
    checks.append(_class_means(means, settings))
    return Verdict(Rule.FIRST_MODEL, (*checks, *_slices(slices, settings, required=False)))


def faults_of_its_own(against: dict[str, Interval], means: MeanTest, settings: GateSettings) -> list[Check]:
    """Give what a model fails in by itself, the same whatever champion it is held against.

    Parameters
    ----------
    against
        Baseline to the paired difference of log loss, model less baseline: only one that is surely better is a fault.
    means
        Predicted less actual shares of the outcomes.
    """
    worse = [_better(name, one, settings, required=False) for name, one in against.items() if one.low > 0]
    shares = _class_means(means, settings)
    return [*worse, *([] if shares.passed else [shares])]


def judge_against_champion(
    difference: Interval,
    means: MeanTest,
    slices: list[Slice],
    settings: GateSettings,
    beside: MeansBeside | None = None,
) -> Verdict:
    """Judge a model against the real champion.

    Parameters
    ----------
    difference
        Paired difference of log loss, model less champion.
    means
        Predicted less actual shares of the outcomes, by the model on all test notes.
    beside
        The same by the model and by the champion on the notes that both are judged on; None: not known.  Where the champion
        fails there too, off the same way and as far within ``max_mean_difference``, the model's only warn: keeping the
        champion would not put them right.
    slices
        Parts of the test, with the champion as reference.
    """
    allowed = settings.max_mean_difference
    shares = _class_means(means, settings)
    excused = beside is not None and beside.champion_as_far_off(means, allowed, 1 - settings.confidence)
    if excused and not shares.passed:
        shares = replace(
            shares,
            required=False,
            figures=f"{shares.figures}; the champion is about as far off the same way, so it only warns",
        )
    checks = [_better("champion", difference, settings, required=True), shares]
    return Verdict(Rule.CHAMPION, (*checks, *_slices(slices, settings, required=True)))


def inputs_check(withheld: tuple[str, ...], uses: int) -> Check | None:
    """Refuse a comparison in which the champion lacks over a tenth of what it goes by; warn of less, None for nothing.

    Parameters
    ----------
    withheld
        Features that the champion goes by and no test note has.
    uses
        How many it goes by.
    """
    if not withheld:
        return None
    named = ", ".join(withheld[:3]) + (f" and {len(withheld) - 3} more" if len(withheld) > 3 else "")
    figures = (
        f"no test note has {len(withheld)} of the {uses} features that it goes by ({named}): it is judged without what it "
        "knows. Give the columns and the payment history (--payments) that it was trained with"
    )
    return Check("the champion sees its inputs", False, len(withheld) > MOST_WITHHELD * uses, figures)


def notes_check(n_resolved: int, n_champion: int, settings: GateSettings) -> Check | None:
    """Refuse a model of far fewer resolved notes than the champion's; None where there are enough.

    Candidates are compared, each fitted on the older part of its notes.  That part is smaller where a history can be cut in
    time, so a candidate of few notes may have been fitted on more than one of many.  What would bid is fitted on all.

    Parameters
    ----------
    n_resolved, n_champion
        Resolved notes of the new model's data and of the champion's; 0 champion's: not known, or of another kind of data.
    """
    if n_resolved >= settings.min_share_of_notes * n_champion:
        return None
    figures = (
        f"{n_resolved:,} resolved notes, the champion has {n_champion:,}; at least {settings.min_share_of_notes:.0%} of "
        "that are needed (gate.min_share_of_notes): it would bid with less than is known. Train on the earlier notes too"
    )
    return Check("as many resolved notes", False, True, figures)


def _better(name: str, difference: Interval, settings: GateSettings, *, required: bool) -> Check:
    better, worse = bool(difference.high < 0), bool(difference.low > 0)
    said = "it is better" if better else "it is WORSE" if worse else "no evidence that it is better, or worse"
    figures = (
        f"log loss {difference.estimate:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}] "
        f"at {settings.confidence:.0%}, must lie below 0: {said}"
    )
    return Check(f"better than the {name.replace('_', ' ')}", better, required, figures)


def _class_means(means: MeanTest, settings: GateSettings) -> Check:
    """Refuse shares that are off by more than matters and by more than chance, all outcomes together."""
    allowed, doubt = settings.max_mean_difference, 1 - settings.confidence
    good = means.largest <= allowed or means.within_chance(settings.confidence)
    each = ", ".join(f"{name} {100 * one:+.2f}" for name, one in zip(OUTCOMES, means.differences, strict=True))
    figures = (
        f"predicted less actual, in points: {each}; a sound model is as far off in {means.p_value:.1%} of cases; refused "
        f"where one is off by more than {100 * allowed:.2f} and that is under {doubt:.0%}"
    )
    return Check("shares of the outcomes", good, True, figures)


def _slices(slices: list[Slice], settings: GateSettings, *, required: bool) -> list[Check]:
    """Refuse a slice that is worse by more than matters and by more than chance, the number of slices allowed for.

    Notes
    -----
    One-sided, at 1 - confidence over all slices together (Bonferroni).
    """
    counted = [one for one in slices if one.n_notes >= settings.slice_min_count]
    errors = NormalDist().inv_cdf(1 - (1 - settings.confidence) / max(len(counted), 1))
    return [_slice(one, errors, settings, required=required) for one in counted]


def _slice(one: Slice, errors: float, settings: GateSettings, *, required: bool) -> Check:
    surely = one.worse_by - errors * one.worse_error
    good = (one.worse_by <= settings.max_slice_worse) | (surely <= 0)
    figures = (
        f"{one.n_notes} notes, log loss {one.log_loss:.4f} against {one.reference_log_loss:.4f} "
        f"({one.worse_by:+.1%}, allowed {settings.max_slice_worse:+.0%}, chance alone does {errors * one.worse_error:+.1%})"
    )
    return Check(f"slice {one.by} = {one.value}", bool(good), required, figures, True)
