"""The line from resolutions to a judged model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import NoteFeatures
from models.baselines import BucketTable, ClassPrior, MultinomialLogit
from models.bundle import BundleContents
from models.classifier import OutcomeClassifier
from notes import Resolutions
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS, TrainingConfig
from training.context import Champion, Progress, TrainingContext
from training.desk import learn_desk_terms
from training.evaluate import Floats
from training.file_checks import file_checks
from training.fitting import STEPS, fit_baselines, fit_model, fit_recipe, refit, takes_open_notes
from training.follow_up import FollowUp
from training.gate import Check, Rule, Verdict, rule_for
from training.judge import CHAMPION, MODEL, evaluate, faults, judge
from training.judgement import Evidence, Judgement, drift_check, judge_further
from training.judgement_learning import LearningData
from training.likely_ends import LikelyEnds
from training.parts import Part, Watched, watch_apart, weigh, weigh_parts
from training.references import reference_notes
from training.refusals import refuse_leaks, refuse_what_is_lacking
from training.result import TrainingResult
from training.rival import Rival, keep_candidate, set_beside
from training.scores import Evaluation
from training.severity import details_warnings
from training.slicing import slice_groups
from training.snapshots import Snapshots, draw_snapshots
from training.splits import Split, split_out_of_time
from training.summary import (
    DataSummary,
    flat_metrics,
    flat_parameters,
    inputs_of,
    manifest_metrics,
    summarise,
    training_window,
    warnings_of,
)
from training.tune import tune
from training.tune_result import Tuned
from training.uncertainty import learn_uncertainty
from training.weights import Labels, label, share_unseen


def train(resolutions: Resolutions, config: TrainingConfig, context: TrainingContext) -> TrainingResult:
    """Fit a model on what became of notes, judge it on later notes, and refit it on all of them.

    Parameters
    ----------
    resolutions
        Snapshots with their outcomes, open ones included.
    config
        Settings.
    context
        What kind of data it is, golden notes, the champion.

    Returns
    -------
    Nothing is written.  A gate that failed does not raise: see ``verdict``.

    Raises
    ------
    notes.TapeError
        Too little in the resolutions; everything that is lacking is listed.
    notes.GateError
        A made model would replace a real one, or a feature knows the outcome.
    """
    rule = rule_for(context.training_data, None if context.champion is None else context.champion.training_data)
    snapshots = draw_snapshots(resolutions, config.snapshots.bands, config.model.seed)
    labels = label(snapshots.resolutions, config.label.horizon_months)
    refuse_what_is_lacking(snapshots, labels, config, context.file.left_out)
    features = _features(snapshots, context.progress)
    refuse_leaks(features, labels, snapshots.weight, config.data.max_feature_auc, context.file.columns)
    split = split_out_of_time(snapshots, labels, config.split, config.label.horizon_months, config.model.seed)
    assumptions = context.assumptions or Assumptions.from_toml(SHIPPED_ASSUMPTIONS)
    follow_up = FollowUp.of_tape(snapshots.resolutions.tape, assumptions)
    log_sd = config.censoring.timeline_log_sd
    apart = watch_apart(snapshots, features, follow_up, split)
    tuned = _tuned(apart, split, config, context)
    config = config if tuned is None else tuned.config
    data = summarise(snapshots, labels, context.class_counts_at_streaks)
    trial = _Trial(rule, snapshots, labels, data, split, config, context)
    parts = weigh_parts(apart, split, config)
    watched, rows = Watched(snapshots, features, labels, follow_up), np.arange(len(snapshots))
    everything = weigh(watched, rows, config, tail=True)
    with_open = takes_open_notes(everything, config.model)
    ends = LikelyEnds(apart, split.fit, log_sd) if with_open else None
    candidate = fit_model(parts["fit"], ends, config.model, context.progress)
    _calibrate(candidate, parts["calibrate"])
    baselines = fit_baselines(parts["fit"], config.model, context.progress)
    context.progress("judge", 3, len(STEPS))
    champion = context.champion if rule is Rule.CHAMPION else None  # a made one never competes
    rival = set_beside(champion, parts["test"].features, (snapshots, parts["test"].rows), split, config.gate)
    probabilities = _probabilities(candidate, baselines, parts["test"], rival)
    evaluation = _evaluate(probabilities, parts, trial, rival)
    evidence = _evidence((candidate, rival), probabilities, (parts, ends), features, trial)
    judgement = judge_further(evidence, config)
    of_file = file_checks(context.file, data, snapshots, judgement.leakage, config.gate)
    verdict = _verdict(trial, evaluation, champion).led_by(*of_file)
    fitted_on = parts["fit"].censoring.effective_sample_size
    ends = LikelyEnds(watched, rows, log_sd) if with_open else None
    model = refit(everything, ends, (candidate, fitted_on), config.model, context.progress)
    findings = _Findings(evaluation, verdict, judgement, of_file, () if rival is None else rival.warnings)
    result = _result(trial, parts | {"all": everything}, (candidate, model), findings)
    result = _with_what_is_kept(result, trial, (watched, everything), candidate, assumptions)
    return result if tuned is None else result.with_tuning(tuned)


def _verdict(trial: _Trial, evaluation: Evaluation, champion: Champion | None) -> Verdict:
    """Judge the candidate by the test."""
    known = champion.n_resolved if champion and champion.training_data == trial.context.training_data else 0
    return judge(trial.rule, evaluation, trial.config.gate, (int(trial.labels.resolved.sum()), known))


def _calibrate(candidate: OutcomeClassifier, later: Part) -> None:
    candidate.calibrate(later.features, later.outcome, later.weight, later.loan)


def _with_what_is_kept(
    result: TrainingResult,
    trial: _Trial,
    notes: tuple[Watched, Part],
    candidate: OutcomeClassifier,
    assumptions: Assumptions,
) -> TrainingResult:
    """Add what is kept with the model that bids: the desk's terms, the candidate, how sure it is, what it learned from."""
    (watched, everything), model, config = notes, result.bundle.classifier, trial.config
    snapshots, features, labels = watched.snapshots, watched.features, watched.labels
    desk = learn_desk_terms(snapshots, labels, watched.follow_up, config.censoring, assumptions)
    bundle = replace(
        result.bundle,
        drift=drift_check(snapshots, features, model.predict_proba, config).to_dict(),
        desk=json.loads(desk.to_json()),
        candidate=keep_candidate(candidate, snapshots, trial.split),
        uncertainty=learn_uncertainty(
            model,
            everything,
            watched,
            config.uncertainty,
            took_open_notes=takes_open_notes(everything, config.model),
        ),
    )
    references = reference_notes(snapshots, labels, features, model.model_, config)
    return replace(result, bundle=bundle, desk=desk, references=references)


def _tuned(apart: Watched, split: Split, config: TrainingConfig, context: TrainingContext) -> Tuned | None:
    """Look for better settings, if that was asked for."""
    if context.search is None:
        return None
    context.progress("tune", 0, len(STEPS))
    return tune(apart, split, config, context.search)


def _features(snapshots: Snapshots, progress: Progress) -> pd.DataFrame:
    progress("features", 0, len(STEPS))
    frame: pd.DataFrame = NoteFeatures().transform(snapshots.resolutions.tape)
    return frame


@dataclass(frozen=True)
class _Trial:
    """What evaluation and result read beside models and parts."""

    rule: Rule
    snapshots: Snapshots
    labels: Labels
    data: DataSummary
    split: Split
    config: TrainingConfig
    context: TrainingContext


@dataclass(frozen=True)
class _Findings:
    """What was measured."""

    evaluation: Evaluation
    verdict: Verdict
    judgement: Judgement
    of_file: tuple[Check, ...]
    of_champion: tuple[str, ...]


def _probabilities(
    candidate: OutcomeClassifier,
    baselines: Mapping[str, ClassPrior | BucketTable | MultinomialLogit],
    test: Part,
    rival: Rival | None,
) -> dict[str, Floats]:
    probabilities: dict[str, Floats] = {MODEL: candidate.predict_proba(test.features)}
    probabilities |= {name: one.predict_proba(test.features) for name, one in baselines.items()}
    return probabilities if rival is None else probabilities | {CHAMPION: rival.probability}


def _evaluate(
    probabilities: Mapping[str, Floats], parts: Mapping[str, Part], trial: _Trial, rival: Rival | None
) -> Evaluation:
    test = parts["test"]
    return evaluate(
        test.judged,
        probabilities,
        slice_groups(trial.snapshots.resolutions.tape.notes.take(test.rows), test.features),
        trial.config,
        fitted_on=parts["fit"].censoring.effective_sample_size,
        unseen_share=share_unseen(trial.labels, trial.snapshots.weight, trial.split.judged_months),
        rival=rival,
    )


def _evidence(
    judged: tuple[OutcomeClassifier, Rival | None],
    probabilities: Mapping[str, Floats],
    fitted: tuple[Mapping[str, Part], LikelyEnds | None],
    features: pd.DataFrame,
    trial: _Trial,
) -> Evidence:
    (candidate, rival), (parts, ends) = judged, fitted
    fit, calibrate, test = parts["fit"], parts["calibrate"], parts["test"]

    def fit_on(loans: NDArray[np.int64]) -> Floats:
        some = None if ends is None else ends.in_proportion(loans, fit.loan, trial.config.model.seed)
        model = fit_recipe(fit.of_loans(loans), some, trial.config.model)
        model.calibrate(calibrate.features, calibrate.outcome, calibrate.weight, calibrate.loan)
        return model.predict_proba(test.features)

    return Evidence(
        snapshots=trial.snapshots,
        labels=trial.labels,
        features=features,
        split=trial.split,
        context=trial.context,
        test_rows=test.rows,
        judged=test.judged,
        probabilities=probabilities,
        compared=np.ones(len(test.rows), dtype=bool) if rival is None else rival.compared,
        predict=candidate.predict_proba,
        learning=LearningData(fit.loan, fit.outcome, fit_on),
    )


def _result(
    trial: _Trial, parts: Mapping[str, Part], models: tuple[OutcomeClassifier, OutcomeClassifier], findings: _Findings
) -> TrainingResult:
    config, context, split = trial.config, trial.context, trial.split
    candidate, model = models
    choices = {"chosen": model.report_, "chosen_as_judged": candidate.report_}
    evaluation, verdict = findings.evaluation, findings.verdict
    weights, data = {name: part.censoring for name, part in parts.items()}, trial.data
    metrics = flat_metrics(evaluation, weights["all"], data) | {"temperature": model.calibrator_.temperature}
    warnings = (
        *context.file.remarks,
        *warnings_of(data, split, weights, evaluation),
        *details_warnings(trial.snapshots),
    )
    failed = (*findings.of_file, *faults(evaluation, config.gate))
    return TrainingResult(
        bundle=BundleContents(
            classifier=model,
            golden_tape=context.golden_tape,
            golden_features=NoteFeatures().transform(context.golden_tape),
            label_settings=asdict(config.label),
            training_window=training_window(trial.snapshots.resolutions),
            training_data=context.training_data,
            metrics=manifest_metrics(metrics),
            data_hashes=dict(context.data_hashes),
            inputs=inputs_of(trial.snapshots, data),
        ),
        verdict=verdict,
        metrics=metrics | {"promote": float(verdict.promote)},
        parameters=flat_parameters(config, context.training_data, split, choices)
        | {"open_notes.short_history": "; ".join(weights["all"].flagged_strata)},
        data=data,
        split=split,
        weights=weights,
        evaluation=evaluation,
        warnings=(*warnings, *findings.of_champion),
        doubts=(*map(str, failed), *warnings),
        failed=tuple(one.name for one in failed if one.required and not one.passed),
        judgement=findings.judgement,
    )
