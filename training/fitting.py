"""Fitting: the model once or twice, its baselines, and the refit on all notes."""

from __future__ import annotations

from dataclasses import asdict

from models.baselines import BucketTable, ClassPrior, MultinomialLogit
from models.classifier import OutcomeClassifier
from training.config import ModelSettings
from training.context import Progress
from training.judge import BUCKET_TABLE
from training.likely_ends import LikelyEnds
from training.parts import Part

STEPS = ("features", "fit", "baselines", "judge", "refit")
"""What the progress callback is told; and ``tune``, before the fit, where a search was asked for."""


def fit_model(
    part: Part, open_notes: LikelyEnds | None, settings: ModelSettings, progress: Progress
) -> OutcomeClassifier:
    """Fit the outcome classifier, and once more with open notes and what the first fit says of them, if any are given."""
    progress("fit", 1, len(STEPS))
    return fit_recipe(part, open_notes, settings)


def fit_recipe(part: Part, open_notes: LikelyEnds | None, settings: ModelSettings) -> OutcomeClassifier:
    """Fit as :func:`fit_model`, without a word to anybody."""
    first = classifier_of(settings).fit(part.features, part.outcome, part.weight, part.loan)
    if open_notes is None:
        return first
    with_open = open_notes.join(part, first.predict_proba)
    if with_open is part:  # none of them is open within the months that count: the same fit again
        return first
    return classifier_of(settings).fit(with_open.features, with_open.outcome, with_open.weight, with_open.loan)


def takes_open_notes(everything: Part, settings: ModelSettings) -> bool:
    """Say whether fits take in the open notes.

    The rows of all notes decide, also for the candidate's fit on a part of them: what is judged is made as what is kept.
    """
    return len(everything.outcome) <= settings.open_notes_below


def fit_baselines(
    part: Part, settings: ModelSettings, progress: Progress
) -> dict[str, ClassPrior | BucketTable | MultinomialLogit]:
    """Fit what the model has to beat, on the same notes."""
    progress("baselines", 2, len(STEPS))
    baselines = {
        "class_prior": ClassPrior(),
        BUCKET_TABLE: BucketTable(random_state=settings.seed),
        "multinomial_logit": MultinomialLogit(n_jobs=settings.n_jobs or -1, random_state=settings.seed),
    }
    return {name: one.fit(part.features, part.outcome, part.weight, part.loan) for name, one in baselines.items()}


def refit(
    part: Part,
    open_notes: LikelyEnds | None,
    trial: tuple[OutcomeClassifier, float],
    settings: ModelSettings,
    progress: Progress,
) -> OutcomeClassifier:
    """Fit the same recipe on all notes, with as much of the candidate's calibration as still applies.

    ``trial`` is the candidate and the effective sample size that it was fitted on.
    """
    progress("refit", 4, len(STEPS))
    candidate, fitted_on = trial
    model = fit_recipe(part, open_notes, settings)
    kept = fitted_on / part.censoring.effective_sample_size
    model.report_ = model.report_ | {"calibration": candidate.report_["calibration"]}
    return model.set_calibrator(candidate.calibrator_.eased(kept))


def classifier_of(settings: ModelSettings) -> OutcomeClassifier:
    """Give the classifier, not fitted yet, that the settings describe."""
    return OutcomeClassifier(
        **asdict(settings.members),
        max_rounds=settings.max_rounds,
        n_folds=settings.folds,
        n_jobs=settings.n_jobs or -1,
        random_state=settings.seed,
    )
