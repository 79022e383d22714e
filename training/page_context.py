"""Sections of the report on what the probabilities come to, rest on and may lack."""

from __future__ import annotations

from notes import OUTCOMES
from notes.counts import count_of
from reports.page import Block, Section
from reports.svg import Axes, BarRow, Caption, Series, bar_drawing, column_drawing, curve_drawing
from training.config import TrainingConfig
from training.judgement import Judgement
from training.judgement_bids import HISTOGRAM_EDGES, BidErrors
from training.judgement_learning import MORE, LearningCurve
from training.page_words import (
    in_last_month,
    interval,
    mix,
    model_name,
    open_words,
    outcome_names,
    percent,
    probability_words,
    signed,
    spoken,
)
from training.result import TrainingResult
from training.scores import Evaluation

_TOP_DRIFT, _TOP_FEATURES = 10, 20


def bids_section(evaluation: Evaluation, judgement: Judgement) -> Section:
    """What the odds come to in money, on the test notes that count beside the champion."""
    bids = judgement.bids
    if bids is None:
        return Section("bids", "In money", [Block(text="None of the test notes drawn could be priced.")])
    n_priced = next(iter(bids.all_notes.values())).n_notes
    verb = "is" if bids.n_left_out == 1 else "are"
    left = f"; {bids.n_left_out:,} could not be priced and {verb} left out" if bids.n_left_out else ""
    of = f" They are from {evaluation.which_notes}." if evaluation.which_notes else ""
    text = (
        f"Each of {count_of(n_priced, 'test note')} was priced twice under the shipped assumptions, at the odds that the "
        f"model gave and at what became of it{left}.{of} The difference, in dollars per $100 of UPB, is what not knowing "
        "the future costs; no model can bring it to 0, so compare rows. The notes that one would win are the fifth bid "
        "highest relative to UPB: there, an error in the seller's favour is paid for."
    )
    heading = ("", "mean |difference|", "90th percentile", "bid less hindsight", "share overbid")
    rows = [(model_name(name), *_bid_row(one)) for name, one in bids.all_notes.items()]
    won = [(model_name(name), *_bid_row(one)) for name, one in bids.won.items()]
    drawing = column_drawing(
        Caption("Notes by bid less the bid in hindsight", "Shares of the notes by difference of bids."),
        HISTOGRAM_EDGES,
        bids.histogram,
        "dollars per $100 of UPB; right of 0: bid too much; what lies beyond counts in the outermost columns",
        lambda value: percent(value, 0),
    )
    n_won = next(iter(bids.won.values())).n_notes
    return Section(
        "bids",
        "In money",
        [
            Block(
                text=text, drawings=[drawing], heading=heading, rows=rows, caption="All priced notes, $ per $100 of UPB"
            ),
            Block(heading=heading, rows=won, caption=f"The fifth one would win (this model: {n_won:,} notes)"),
        ],
    )


def drift_section(judgement: Judgement, config: TrainingConfig) -> Section:
    """Drift of the test against the fit part."""
    drift, settings = judgement.drift, config.judgement
    found = [one for one in drift.features if one.drifts]
    said = (
        "The test notes are of the same kind as those fitted on."
        if not drift.drifts
        else "The test notes differ from those fitted on: "
        + ", ".join([*(["the predicted mix"] if drift.mix_drifts else []), *(spoken(one.name) for one in found)])
        + "."
    )
    text = (
        f"{said} A difference is reported when it is too large for chance (at most {settings.drift_false_alarm:.0%} of "
        f"tapes without any would be) and large enough to matter (stability index of {settings.drift_min_psi:g}, or "
        f"{settings.drift_min_mix:.0%} of the notes moved between outcomes). It tells of notes and predictions only: a "
        "change in what becomes of the same notes shows under Predicted against actual, once they are resolved."
    )
    shown = drift.features[:_TOP_DRIFT]
    bars = [BarRow(spoken(one.name), one.psi, f"{one.psi:.3f}", "bad" if one.drifts else "mark0") for one in shown]
    marks = [(0.10, "0.10 watch"), (0.25, "0.25 act")]
    caption = Caption("Stability index (PSI), fit against test", "The ten features that changed most, as in the table.")
    rows = [
        (spoken(one.name), f"{one.psi:.4f}", f"{one.by_chance:.4f}", probability_words(one.p_value), _yes(one.drifts))
        for one in shown
    ]
    mixes = [
        ("fit", *mix(drift.reference_mix), ""),
        ("test", *mix(drift.mix), f"{percent(drift.moved)} moved, p {probability_words(drift.mix_p_value)}"),
    ]
    heading = ("feature", "stability index", "by chance alone", "p", "reported")
    return Section(
        "drift",
        "Drift",
        [
            Block(text=text, heading=("predicted mix", *outcome_names(), ""), rows=mixes),
            Block(drawings=[bar_drawing(caption, bars, marks)], heading=heading, rows=rows),
        ],
    )


def importance_section(judgement: Judgement) -> Section:
    """What the model relies on."""
    groups, single = judgement.group_importance, judgement.feature_importance[:_TOP_FEATURES]
    text = (
        f"How much the log loss rises on {judgement.importance_notes:,} test notes when something is shuffled among them, "
        "so that the model no longer knows it. Features that tell the same cover for each other: a group is worth more than "
        "its parts."
    )
    drawings = []
    for title, found in (("By group", groups), (f"The {len(single)} features that matter most", single)):
        bars = [BarRow(spoken(one.name), one.rise, f"{signed(one.rise)} ± {one.standard_error:.4f}") for one in found]
        caption = Caption(
            f"{title}: rise of the log loss", "Rise of the log loss with its standard error, largest first."
        )
        drawings.append(bar_drawing(caption, bars))
    return Section("importance", "What it relies on", [Block(text=text), *(Block(drawings=[one]) for one in drawings)])


def learning_section(judgement: Judgement, n_all: int, confidence: float) -> Section:
    """What more resolutions would buy."""
    curve = judgement.learning
    if curve is None:
        text = f"Not drawn: {judgement.no_learning}."
        return Section("learning", "What more resolutions would buy", [Block(text=text)])
    smallest, largest = float(curve.points[0].n_loans), float(max(n_all + MORE, curve.points[-1].n_loans))
    xs = [smallest + (largest - smallest) * step / 60 for step in range(61)]
    series = [
        Series("measured", [one.n_loans for one in curve.points], [one.log_loss for one in curve.points], "points"),
        Series("a + b / n", xs, [curve.at(x) for x in xs], "dashed", "plain"),
    ]
    axes = Axes("loans fitted on", "log loss on the test", lambda v: f"{v:,.0f}", lambda v: f"{v:.3f}", height=280.0)
    drawing = curve_drawing(Caption("Learning curve", "Log loss by number of loans, as in the table."), series, axes)
    rows = [
        (f"{one.n_loans:,}", f"{one.log_loss:.4f}", "" if one.difference is None else interval(one.difference))
        for one in curve.points
    ]
    heading = ("loans fitted on", "log loss", f"more than with all, {confidence:.0%} interval")
    block = Block(
        text=learning_words(curve, n_all), drawings=[drawing], heading=heading, rows=rows, note=curve_words(curve)
    )
    return Section("learning", "What more resolutions would buy", [block])


def curve_words(curve: LearningCurve) -> str:
    """Say what the curve is and how far it misses the points; through two of them any such curve goes."""
    what = f"Curve: {curve.floor:.4f} + {curve.slope:,.1f} / n"
    if len(curve.points) == 2 and curve.slope > 0:
        return (
            f"{what}, drawn through two points: any two allow one, so whether the log loss follows it was not tested."
        )
    missed = max(abs(one.log_loss - curve.at(one.n_loans)) for one in curve.points)
    through = f"fitted by least squares through {len(curve.points)} points"
    return f"{what}, {through}, which it misses by up to {missed:.4f}."


def learning_words(curve: LearningCurve, n_all: int) -> str:
    """Say in a sentence what 500 more resolutions would buy."""
    if curve.slope == 0:
        return (
            f"{MORE} more resolutions of this kind would buy nothing that can be seen: the log loss does not fall with the "
            "number of loans. Other kinds of notes or other columns would do more."
        )
    gain, twice = curve.gain(n_all), curve.gain(n_all, n_all)
    said = (
        f"{MORE} more resolutions of this kind would lower the log loss by {_small(gain)}, from about {curve.at(n_all):.4f} "
        f"with the {n_all:,} loans of the final model; twice as many would lower it by {_small(twice)}."
    )
    if curve.is_told:
        return f"{said} The estimate is as rough as the intervals below are wide."
    return (
        f"By the curve, {said} But the gain is not told from nothing: even the fit on the fewest loans is worse than that "
        "on all by no more than chance (its interval below does not lie above 0)."
    )


def _small(value: float) -> str:
    return f"about {value:.4f}" if value >= 0.0001 else "less than 0.0001"


def data_section(result: TrainingResult) -> Section:
    """What the model learned from."""
    data = result.data
    rows = [(spoken(name), f"{count:,}") for name, count in data.class_counts.items()]
    drawn = "" if data.n_given == data.n_snapshots else f" (drawn from {data.n_given:,})"
    points = [
        f"{data.n_snapshots:,} snapshots{drawn} of {data.n_loans:,} loans, known on dates from {data.first_month} to "
        f"{data.last_month}, followed for up to {data.longest_followed:.0f} months.",
        f"{percent(data.open_share)} still open: weighed, not dropped"
        + (f"; {data.n_beyond_horizon:,} open at the horizon" if data.n_beyond_horizon else "")
        + (f"; {in_last_month(data.n_in_last_month)}." if data.n_in_last_month else "."),
        f"An outcome counts within {result.parameters['label.horizon_months']} months; "
        f"{result.parameters['label.streak_months']} month ends in a row at 0 behind decide that a note performs.",
    ]
    blocks = [Block(points=points, heading=("outcome", "resolved loans"), rows=rows)]
    if data.class_counts_at_streaks is not None:
        streaks = [
            (f"{streak} months", *(f"{counts.get(str(name), 0):,}" for name in OUTCOMES))
            for streak, counts in data.class_counts_at_streaks.items()
        ]
        caption = "Counts by the length of the streak that decides"
        blocks.append(Block(heading=("streak", *outcome_names()), rows=streaks, caption=caption))
    weights = [
        (
            name,
            percent(one.open_share),
            f"{one.largest:.2f}",
            f"{one.effective_sample_size:,.0f}",
            f"{one.n_resolved:,}",
            f"{one.n_estimated:,}",
            f"{one.n_capped:,}",
        )
        for name, one in result.weights.items()
    ]
    heading = ("part", "open", "largest weight", "effective size", "resolved notes", "ends estimated", "at the cap")
    words = open_words(result.split.judged_months, int(result.parameters["label.horizon_months"]))
    blocks.append(Block(heading=heading, rows=weights, caption="Weights that make up for open notes", note=words))
    return Section("data", "What it learned from", blocks)


def _bid_row(one: BidErrors) -> tuple[str, ...]:
    return (f"${one.mean:.2f}", f"${one.high:.2f}", f"{signed(one.bias, 2)}", percent(one.overbid))


def _yes(flag: bool) -> str:
    return "yes" if flag else ""
