"""Writing what a training found: the page, the figures and the model card."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from models.bundle_files import write_text
from models.canonical_json import canonical_json
from notes import OUTCOMES
from notes.counts import count_of
from reports.page import Block, KeyFigure, Page, Section, html_page
from training.config import TrainingConfig
from training.gate import Verdict
from training.judge import BUCKET_TABLE, MODEL
from training.model_card import CardPart, card_markdown, model_card
from training.page_built import built_section
from training.page_context import (
    bids_section,
    data_section,
    drift_section,
    importance_section,
    learning_section,
)
from training.page_leakage import leakage_section
from training.page_measures import (
    baselines_section,
    counts_section,
    gate_block,
    parts_section,
    quarters_section,
    reliability_section,
)
from training.page_sure import sure_sections
from training.page_tuning import tuning_sections
from training.page_words import model_name, percent, sentence, signed, spoken, trained_on, warning_of
from training.result import TrainingResult

PAGE, FIGURES, CARD = EVERY_REPORT = ("report.html", "metrics.json", "model_card.md")
SETTINGS = "settings.toml"
METRICS_FORMAT = 1


def write_report(
    folder: Path, result: TrainingResult, config: TrainingConfig, bundle_sha256: str
) -> Mapping[str, Path]:
    """Write the files of a training's report; give file name to path.

    Three, and after a search for settings those that were used, as a training configuration.  They are written beside
    their folder, which is renamed when complete, so that no half report can be read.

    Parameters
    ----------
    folder
        Made, with those above it.

    Raises
    ------
    FileExistsError
        It is there: a report is never written over.
    """
    if os.path.lexists(folder):
        raise FileExistsError(f"{folder} is there already; a report is never written over")
    card = model_card(result, bundle_sha256)
    content = {
        PAGE: html_page(report_page(result, config, card, bundle_sha256)),
        FIGURES: canonical_json(figures(result, bundle_sha256), indent=2),
        CARD: card_markdown(card, result.bundle.training_data),
    }
    if result.tuning is not None:
        content[SETTINGS] = result.tuning.to_toml()
    writing = folder.with_name(f".writing-{os.getpid()}-{folder.name}")
    writing.mkdir(parents=True)
    try:
        for name, text in content.items():
            write_text(writing / name, text)
        writing.rename(folder)
    finally:
        shutil.rmtree(writing, ignore_errors=True)
    return {name: folder / name for name in content}


def report_page(result: TrainingResult, config: TrainingConfig, card: list[CardPart], bundle_sha256: str) -> Page:
    """Put the page together."""
    judgement, data, confidence = result.judgement, result.bundle.training_data, config.gate.confidence
    n_resolved = sum(result.data.class_counts.values())
    sections = [
        Section("verdict", "Verdict", [*_verdict_blocks(result)]),
        counts_section(result.evaluation, confidence),
        bids_section(result.evaluation, judgement),
        baselines_section(result.evaluation, confidence),
        reliability_section(judgement, config.judgement.reliability_confidence),
        *sure_sections(result.how_sure),
        parts_section(result.evaluation, judgement, confidence),
        quarters_section(judgement, result),
        drift_section(judgement, config),
        importance_section(judgement),
        leakage_section(judgement, config),
        learning_section(judgement, n_resolved, confidence),
        *tuning_sections(result.tuning),
        built_section(result),
        data_section(result),
        Section("card", "Model card", [Block(title=one.title, points=one.points) for one in card]),
    ]
    return Page(
        title=f"Outcome model, trained on {trained_on(data)}",
        banner=warning_of(data),
        lead=_lead(result),
        figures=_key_figures(result, n_resolved, confidence),
        sections=sections,
        footer=f"notebid · bundle {bundle_sha256} · all figures of this page are in {FIGURES}",
    )


_OF_WEIGHTS = ("open_share", "largest", "effective_sample_size", "n_capped", "n_resolved", "n_estimated")


def figures(result: TrainingResult, bundle_sha256: str) -> dict[str, Any]:
    """Give every figure of the report as plain JSON; what is not a finite number is null."""
    curve, tuning, sure = result.judgement.learning, result.tuning, result.how_sure
    n_resolved = sum(result.data.class_counts.values())
    found = {
        "format": METRICS_FORMAT,
        "bundle_sha256": bundle_sha256,
        "training_data": result.bundle.training_data,
        "outcomes": [str(one) for one in OUTCOMES],
        "training_window": dict(result.bundle.training_window),
        "data": _json(result.data),
        "split": {
            "statement": result.split.statement,
            "out_of_time": result.split.out_of_time,
            "embargo_months": result.split.embargo_months,
            "judged_months": result.split.judged_months,
            "rows": {name: len(getattr(result.split, name)) for name in ("fit", "calibrate", "test")},
            "no_part": _json(result.split.no_part),
        },
        "weights": {
            name: {figure: getattr(one, figure) for figure in _OF_WEIGHTS} for name, one in result.weights.items()
        },
        "verdict": {
            "promote": result.verdict.promote,
            "rule": str(result.verdict.rule),
            "checks": _checks(result),
            "champion_name": result.verdict.champion_name,
        },
        "evaluation": _json(result.evaluation),
        "judgement": _json(result.judgement),
        "what_500_more_resolutions_would_buy": None if curve is None else _json(curve.gain(n_resolved)),
        "how_it_was_built": {"judged": _json(result.judged_report), "kept": _json(result.kept_report)},
        "warnings": list(result.warnings),
        "run": _json(result.metrics),
    }
    found |= {} if sure is None else {"how_sure": _json(sure)}
    return found | ({} if tuning is None else {"tuning": _json(tuning.to_dict())})


def _checks(result: TrainingResult) -> list[dict[str, Any]]:
    return [asdict(one) for one in result.verdict.checks]


def _json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _json(one) for name, one in vars(value).items()}
    if isinstance(value, Mapping):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _verdict_blocks(result: TrainingResult) -> list[Block]:
    verdict = result.verdict
    if verdict.champion_name:
        return [Block(text=sentence(verdict.nothing_to_promote)), *_beware(result)]
    against = "the champion" if verdict.rule == "champion" else "the class shares, as no model of real data is in use"
    said = (
        "passes the gate and may become the champion"
        if verdict.promote
        else "FAILS the gate and does not become the champion by it"
    )
    blocks = [
        Block(text=f"The model {said}. It was judged against {against}."),
        gate_block(verdict.checks, result.evaluation.comparison),
    ]
    return [*blocks, *_beware(result)]


def _beware(result: TrainingResult) -> list[Block]:
    points = [sentence(one) for one in result.warnings]
    return [Block(title="Beware", points=points)] if points else []


def _lead(result: TrainingResult) -> str:
    data, window = result.data, result.bundle.training_window
    than = "later than" if result.split.out_of_time else "beside"
    return (
        f"{data.n_snapshots:,} snapshots of {data.n_loans:,} loans, known from {window['first_as_of_date']} to "
        f"{window['last_as_of_date']} and observed through {window['last_observed_through']}; judged on "
        f"{result.evaluation.n_test:,} notes {than} those it was fitted on."
    )


def _gate_figure(verdict: Verdict) -> KeyFigure:
    if verdict.champion_name:
        return KeyFigure("Gate", "not asked", f"it is the champion, {verdict.champion_name}")
    n_required = sum(one.required for one in verdict.checks)
    state = ("passed", "good") if verdict.promote else ("failed", "bad")
    n_failed = sum(one.required and not one.passed for one in verdict.checks)
    said = f"{n_failed} of {n_required} required checks" if n_failed else f"{n_required} required checks"
    warned = sum(not one.required and not one.passed for one in verdict.checks)
    said += f", {count_of(warned, 'warning')}" if warned else ""
    return KeyFigure("Gate", state[0], said, state[1])


def _key_figures(result: TrainingResult, n_resolved: int, confidence: float) -> list[KeyFigure]:
    evaluation, judgement = result.evaluation, result.judgement
    scores = {one.name: one for one in evaluation.scores}
    table = scores[BUCKET_TABLE]
    total = sum(one.actual for one in evaluation.counts)
    worst = max(evaluation.counts, key=lambda one: abs(one.predicted - one.actual))
    gap = table.difference
    assert gap is not None, "a baseline has its difference"
    found = [
        _gate_figure(result.verdict),
        KeyFigure("Resolved loans", f"{n_resolved:,}", f"{percent(result.data.open_share)} of all notes still open"),
        KeyFigure(
            "Log loss on the test",
            f"{scores[MODEL].log_loss:.4f}",
            f"{signed(gap.estimate)} against the bucket table",
            "good" if gap.high < 0 else "bad" if gap.low > 0 else "",
        ),
        KeyFigure(
            "Largest miss of a share",
            f"{signed(100 * (worst.predicted - worst.actual) / total, 1)} points",
            f"{spoken(worst.outcome)}; standard error {100 * worst.standard_error / total:.1f}",
            "good" if evaluation.mean_test.within_chance(confidence) else "bad",
        ),
    ]
    if judgement.bids is not None:
        mine, other = judgement.bids.all_notes[MODEL], judgement.bids.all_notes[BUCKET_TABLE]
        remark = f"per $100 of UPB; {model_name(BUCKET_TABLE)} ${other.mean:.2f}"
        found.append(KeyFigure("Bid from hindsight", f"${mine.mean:.2f}", remark))
    drifts = judgement.drift.drifts
    found.append(KeyFigure("Drift, fit to test", "yes" if drifts else "none", "", "bad" if drifts else "good"))
    return found
