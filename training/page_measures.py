"""Sections of the report on how good the probabilities are."""

from __future__ import annotations

from markupsafe import Markup

from notes import OUTCOMES
from reports.page import Block, Section
from reports.svg import Axes, BarRow, Caption, IntervalRow, Series, bar_drawing, curve_drawing, interval_drawing
from training.gate import Check
from training.judgement import Judgement
from training.judgement_parts import PartScore
from training.page_words import both_shares, interval, model_name, outcome_names, percent, signed, spoken, taking_part
from training.result import TrainingResult
from training.scores import Evaluation

_SMALL = 400.0


def counts_section(evaluation: Evaluation, confidence: float) -> Section:
    """Predicted against actual counts, with the gate's own test of the four together."""
    total = sum(one.actual for one in evaluation.counts)
    rows = [
        (
            spoken(one.outcome),
            f"{one.predicted:,.1f}",
            f"{one.actual:,.1f}",
            signed(one.predicted - one.actual, 1),
            f"{one.standard_error:,.1f}",
            signed(100 * (one.predicted - one.actual) / total, 2),
        )
        for one in evaluation.counts
    ]
    bars = [
        BarRow(label, value, f"{value:,.0f}", tone)
        for one in evaluation.counts
        for label, value, tone in (
            (f"{spoken(one.outcome)}, predicted", one.predicted, "mark0"),
            ("actual", one.actual, "mark1"),
        )
    ]
    means = evaluation.mean_test
    said = "agree within chance" if means.within_chance(confidence) else "differ by more than chance"
    text = (
        f"{evaluation.n_test:,} resolved notes that the model had not seen, weighed for those like them that are still open "
        f"so that they stand for {total:,.0f}: this many ended in each way, beside how many it expected. All four "
        f"together {said}: a sound model is as far off in {percent(means.p_value)} of cases (Hotelling's test, "
        f"the gate's too; chance ends under {percent(1 - confidence, 0)})."
    )
    caption = Caption("Notes by outcome", "Predicted and actual count of each outcome, as in the table below.")
    heading = ("outcome", "predicted", "actual", "difference", "standard error", "points")
    note = "Counts are sums of weights, so not whole. Points: difference in percent of the weight."
    return Section(
        "counts",
        "Predicted against actual",
        [Block(text=text, drawings=[bar_drawing(caption, bars)], heading=heading, rows=rows, note=note)],
    )


BASELINES_NOTE = (
    "Brier: mean squared error of the four probabilities. Calibration error: mean gap between predicted and actual "
    "share. D²: share of the bucket table's log loss that is taken away. The bucket table is what a desk's own "
    "experience table amounts to: months behind, payments of the last 12 months, occupancy."
)
"""What the columns of the table of baselines are."""


def baselines_section(evaluation: Evaluation, confidence: float) -> Section:
    """Log loss, Brier score, calibration error and D² beside the baselines."""
    rows, drawn = [], []
    for one, notes in evaluation.side_by_side():
        gap = one.difference
        rows.append(
            (
                f"{model_name(one.name)}, {notes}" if notes else model_name(one.name),
                f"{one.log_loss:.4f}",
                f"{one.brier_score:.4f}",
                f"{one.calibration_error:.4f}",
                percent(one.explained_share),
                "" if gap is None else interval(gap),
            )
        )
        if gap is not None:
            tone = "good" if gap.high < 0 else "bad" if gap.low > 0 else "plain"
            drawn.append(IntervalRow(f"than {model_name(one.name)}", gap.estimate, gap.low, gap.high, tone))
    caption = Caption(
        "Log loss of this model less that of each other; left of 0 this model is better",
        "Paired differences of log loss with intervals, as in the table below.",
    )
    heading = (
        "",
        "log loss",
        "Brier",
        "calibration error",
        "D² on bucket table",
        f"this model less it, {confidence:.0%} interval",
    )
    text = (
        "Every rule below was fitted on the same notes and judged on the same others. Log loss is the measure that "
        "counts: the lower, the more probability was given to what happened. The intervals draw loans with replacement."
    )
    drawing = interval_drawing(caption, drawn, signed)
    return Section(
        "baselines",
        "Better than simpler rules?",
        [Block(text=text, drawings=[drawing], heading=heading, rows=rows, note=BASELINES_NOTE)],
    )


def reliability_section(judgement: Judgement, confidence: float) -> Section:
    """Reliability of each outcome's probability."""
    drawings: list[Markup] = []
    for name in OUTCOMES:
        bins = [one for one in judgement.reliability if one.outcome == name]
        series = Series(
            spoken(name),
            [one.predicted for one in bins],
            [one.actual.estimate for one in bins],
            "points",
            low=[one.actual.low for one in bins],
            high=[one.actual.high for one in bins],
        )
        axes = Axes("predicted", "actual", _whole_percent, _whole_percent, _SMALL, 300.0, diagonal=True)
        caption = Caption(spoken(name), f"Predicted against actual share of {spoken(name)}, as in the folded table.")
        drawings.append(curve_drawing(caption, [series], axes))
    rows = [
        (
            spoken(one.outcome),
            f"{one.n_notes:,}",
            percent(one.predicted),
            percent(one.actual.estimate),
            f"{percent(one.actual.low)} to {percent(one.actual.high)}",
        )
        for one in judgement.reliability
    ]
    band = f"{confidence:.0%}"
    text = (
        "Test notes are put into bins by the probability that they were given. A point on the dashed line means: of the "
        f"notes given 30%, 30% ended so. The bars are {band} bands for the number of loans in the bin; one bar in "
        f"{round(1 / (1 - confidence))} misses the line by chance alone."
    )
    heading = ("outcome", "notes", "predicted", "actual", f"{band} band")
    table = Block(heading=heading, rows=rows, folded="The bins in figures")
    return Section("reliability", "Reliability by outcome", [Block(text=text, drawings=drawings), table])


def parts_section(evaluation: Evaluation, judgement: Judgement, confidence: float) -> Section:
    """Parts of the book, and of its delinquent notes alone, on the test notes that count beside the champion."""
    reference = model_name(judgement.part_reference)
    caption = (
        f"Log loss of this model less that of the {reference.removeprefix('the ')}; left of 0 this model is better"
    )
    blocks = [
        Block(
            text=f"How the model does on each part of {evaluation.which_notes or 'the test'}, beside {_the(reference)}. "
            "Small parts have wide intervals: look for a part whose whole interval lies to the right of 0.",
            drawings=[_parts_drawing(caption, judgement.parts)] if judgement.parts else [],
        ),
        _parts_table(judgement.parts, "All of these notes: the parts in figures", confidence),
    ]
    if judgement.delinquent_parts:
        text = (
            "Current notes are easy, and a book full of them flatters any model. The same among notes that were behind on "
            "their as-of date:"
        )
        title = f"Delinquent notes only: log loss of this model less that of {_the(reference)}"
        drawing = _parts_drawing(title, judgement.delinquent_parts)
        blocks.append(Block(text=text, drawings=[drawing]))
        blocks.append(
            _parts_table(judgement.delinquent_parts, "Delinquent notes only: the parts in figures", confidence)
        )
    return Section("parts", "Parts of the book", blocks)


def quarters_section(judgement: Judgement, result: TrainingResult) -> Section:
    """The test by quarter of the as-of date."""
    quarters, reference = judgement.quarters, model_name(judgement.part_reference)
    counts = taking_part(result.data.n_resolved, result.resolved_in_parts, result.split)
    which = f" Below: {result.evaluation.which_notes}." if result.evaluation.which_notes else ""
    blocks = [Block(text=f"{result.split.statement[0].upper()}{result.split.statement[1:]}. {counts}.{which}")]
    if len(quarters) > 1:
        x = list(range(len(quarters)))
        labels = [one.value for one in quarters]
        axes = Axes("quarter of the as-of date", "", _plain, _two_digits, from_zero=True, height=260.0, x_labels=labels)
        series = [
            Series("this model", x, [one.log_loss for one in quarters], "both"),
            Series(reference, x, [one.reference_log_loss for one in quarters], "both", "mark1"),
        ]
        drawing = curve_drawing(Caption("Log loss by quarter", "As in the table below."), series, axes)
        small = [_quarter_mix(quarters, position, labels) for position in range(len(OUTCOMES))]
        blocks += [Block(drawings=[drawing]), Block(drawings=small)]
    rows = [
        (
            one.value,
            f"{one.n_notes:,}",
            f"{one.log_loss:.4f}",
            f"{one.reference_log_loss:.4f}",
            *both_shares(one.predicted, one.actual),
        )
        for one in quarters
    ]
    heading = ("quarter", "notes", "log loss", reference, *outcome_names())
    caption = "Under each outcome: predicted / actual share, %"
    blocks.append(Block(heading=heading, rows=rows, caption=caption))
    return Section("quarters", "Over time", blocks)


def gate_block(checks: tuple[Check, ...], comparison: str = "") -> Block:
    """Every check of the gate that is not a passed one on a part of the book, and what the champion was compared on."""
    rows = [
        (spoken(one.name), "pass" if one.passed else "FAIL" if one.required else "warning", one.figures)
        for one in checks
        if not (one.passed and one.is_slice)
    ]
    looked, passed = sum(one.is_slice for one in checks), sum(one.passed and one.is_slice for one in checks)
    note = f"{passed} of {looked} parts of the book that are large enough to count are no worse than allowed."
    note += f" {comparison[:1].upper()}{comparison[1:]}." if comparison else ""
    return Block(heading=("check", "", "figures"), rows=rows, words=(1, 2), caption="The gate", note=note)


def _parts_drawing(caption: str, parts: tuple[PartScore, ...]) -> Markup:
    rows = []
    for one in parts:
        gap = one.difference
        tone = "good" if gap.high < 0 else "bad" if gap.low > 0 else "plain"
        label = f"{spoken(one.by)}: {one.value} ({one.n_notes:,})"
        rows.append(IntervalRow(label if len(label) <= 34 else label[:33] + "…", gap.estimate, gap.low, gap.high, tone))
    description = "Difference of log loss with its interval for each part, as in the folded table."
    return interval_drawing(Caption(caption, description), rows, lambda value: signed(value, 3))


def _parts_table(parts: tuple[PartScore, ...], title: str, confidence: float) -> Block:
    rows = [
        (
            f"{spoken(one.by)}: {one.value}",
            f"{one.n_notes:,}",
            f"{one.log_loss:.4f}",
            f"{one.reference_log_loss:.4f}",
            interval(one.difference, 3),
            *both_shares(one.predicted, one.actual),
        )
        for one in parts
    ]
    heading = ("part", "notes", "log loss", "reference", f"difference, {confidence:.0%} interval", *outcome_names())
    return Block(heading=heading, rows=rows, folded=title, caption="Under each outcome: predicted / actual share, %")


def _quarter_mix(quarters: tuple[PartScore, ...], position: int, labels: list[str]) -> Markup:
    x, name = list(range(len(quarters))), outcome_names()[position]
    series = [
        Series("predicted", x, [one.predicted[position] for one in quarters], "both"),
        Series("actual", x, [one.actual[position] for one in quarters], "both", "mark1"),
    ]
    axes = Axes("", "", _plain, _whole_percent, _SMALL, 220.0, from_zero=True, x_labels=labels)
    return curve_drawing(
        Caption(name, f"Predicted and actual share of {name} by quarter, as in the table."), series, axes
    )


def _the(name: str) -> str:
    return name if name.startswith("the ") else f"the {name}"


def _whole_percent(value: float) -> str:
    return f"{100 * value:.0f}%" if abs(100 * value - round(100 * value)) < 1e-9 else f"{100 * value:.1f}%"


def _plain(value: float) -> str:
    return f"{value:g}"


def _two_digits(value: float) -> str:
    return f"{value:.2f}"
