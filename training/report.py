"""A training run as lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from notes.counts import count_of
from pricing import DeskTerms
from training.desk import own_rows, time_rows
from training.gate import Verdict
from training.judge import MODEL
from training.page_words import in_last_month, open_words, taking_part
from training.result import TrainingResult
from training.scores import Evaluation, Scores
from training.stratum_report import StratumReport
from training.summary import DataSummary
from training.weights import CensoringWeights

STRATUM_WORDS = (
    "followed: the last month with enough notes to weigh by; open then: not resolved by that month, later outcomes included",
    "short: followed for less than 90% of sales take; ends estimated, SHORT_HISTORY: the same, open notes got likely ends",
)
STREAKS_NOT_COUNTED = "class counts at streaks of 3, 6 and 12 months: n/a, the file states its outcomes"


def report_lines(result: TrainingResult) -> list[str]:
    """Give the whole report, a line each."""
    horizon = int(result.parameters["label.horizon_months"])
    sections = (
        ("Data", data_lines(result.data)),
        ("Weights for open notes", [*weight_lines(result.weights), open_words(result.split.judged_months, horizon)]),
        ("Follow-up by stratum, all notes", stratum_lines(result.weights["all"].strata)),
        ("Months from the snapshot to each outcome, own resolutions", time_lines(result.desk)),
        ("Branches and recoveries, own beside assumed (used by score on request)", own_lines(result.desk)),
        (
            "Split",
            [result.split.statement, taking_part(result.data.n_resolved, result.resolved_in_parts, result.split)],
        ),
        ("Tuning", [] if result.tuning is None else result.tuning.lines()),
        ("Side by side on the test", [*score_lines(result.evaluation), *comparison_lines(result.evaluation)]),
        ("Predicted against actual on the test, notes", count_lines(result.evaluation)),
        (f"Parts of the test, against the {_name(result.evaluation.slice_reference)}", slice_lines(result.evaluation)),
        _gate_section(result.verdict),
        ("Beware", list(result.warnings)),
    )
    lines: list[str] = []
    for title, body in sections:
        if body:
            lines += ([""] if lines else []) + [title, *(f"  {line}" for line in body)]
    return lines


def _gate_section(verdict: Verdict) -> tuple[str, list[str]]:
    if verdict.champion_name:
        return "Gate: not asked", [verdict.nothing_to_promote]
    return f"Gate: {'passed' if verdict.promote else 'NOT passed'}", gate_lines(verdict)


def data_lines(data: DataSummary) -> list[str]:
    """Say what the model is trained on."""
    drawn = "" if data.n_given == data.n_snapshots else f", drawn from {data.n_given:,}"
    lines = [
        f"{data.n_snapshots:,} snapshots of {data.n_loans:,} loans{drawn}; {data.first_month} to {data.last_month}, "
        f"followed for up to {data.longest_followed:.0f} months",
        f"open {data.open_share:.1%}"
        + (f", {data.n_beyond_horizon:,} at the horizon" if data.n_beyond_horizon else "")
        + (f"; {in_last_month(data.n_in_last_month)}" if data.n_in_last_month else ""),
        "loans by outcome: " + _counts(data.class_counts),
    ]
    if data.class_counts_at_streaks is None:
        return [*lines, STREAKS_NOT_COUNTED]
    return lines + [
        f"at a streak of {streak:>2} months: {_counts(counts)}"
        for streak, counts in data.class_counts_at_streaks.items()
    ]


def weight_lines(weights: Mapping[str, CensoringWeights]) -> list[str]:
    """Say how far the weights for open notes go."""
    rows = [
        (
            name,
            f"{one.open_share:.1%}",
            f"{one.largest:.2f}",
            f"{one.effective_sample_size:,.0f}",
            f"{one.n_resolved:,}",
            f"{one.n_estimated:,}",
            f"{one.n_capped:,}",
        )
        for name, one in weights.items()
    ]
    return table(("part", "open", "largest", "effective", "resolved", "ends estimated", "capped"), rows)


def stratum_lines(strata: Sequence[StratumReport]) -> list[str]:
    """Say how far each stratum was followed, and what is only estimated in it."""
    heading = (
        "stratum",
        "notes",
        "open",
        "followed",
        "90% of sales",
        "largest",
        "effective",
        "open then",
        "foreclosure %",
        "5-95 %",
        "",
    )
    rows = [
        (
            one.name,
            f"{one.n_notes:,}",
            f"{one.open_share:.1%}",
            f"{one.followed_months}",
            "n/a" if math.isnan(one.foreclosure_months) else f"{one.foreclosure_months:.0f}",
            f"{one.largest_weight:.2f}",
            f"{one.effective_sample_size:,.0f}",
            f"{one.tail_share:.1%}",
            f"{100 * one.shares[-1]:.1f}",
            f"{100 * one.low[-1]:.1f}-{100 * one.high[-1]:.1f}",
            "SHORT_HISTORY" if one.flagged else "ends estimated" if one.n_estimated else "short" if one.short else "",
        )
        for one in strata
    ]
    return [*table(heading, rows), *STRATUM_WORDS] if rows else []


def time_lines(desk: DeskTerms | None) -> list[str]:
    """Say when each outcome came; a foreclosure's months are multiples of the state's own process."""
    rows = [] if desk is None else time_rows(desk.times)
    said = ["x: times the months that the state's own process takes to a sale"]
    return [*table(("outcome and cell", "n", "1/6", "1/2", "5/6"), rows), *said] if rows else []


def own_lines(desk: DeskTerms | None) -> list[str]:
    """Set own branch weights and recoveries beside the assumptions."""
    rows = [] if desk is None else own_rows(desk.own)
    return table(("what", "n", "own", "assumed", "blended"), rows) if rows else []


def score_lines(evaluation: Evaluation) -> list[str]:
    """Set the model beside what it has to beat; who is judged on fewer notes has their number in its row."""
    heading = (
        count_of(evaluation.n_test, "note"),
        "log loss",
        "Brier",
        "calibration",
        "D2 on table",
        "model less this, with interval",
    )
    return table(heading, [_score_row(*one) for one in evaluation.side_by_side()])


def comparison_lines(evaluation: Evaluation) -> list[str]:
    """Say what the champion was compared on."""
    return [evaluation.comparison] if evaluation.comparison else []


def _score_row(one: Scores, notes: str) -> tuple[str, ...]:
    gap = one.difference
    paired = "" if gap is None else f"{gap.estimate:+.4f} [{gap.low:+.4f}, {gap.high:+.4f}]"
    figures = (one.log_loss, one.brier_score, one.calibration_error)
    label = f"{_name(one.name)}, {notes}" if notes else _name(one.name)
    return (label, *(f"{value:.4f}" for value in figures), f"{one.explained_share:+.1%}", paired)


def count_lines(evaluation: Evaluation) -> list[str]:
    """Set predicted beside actual counts of each outcome."""
    total = sum(one.actual for one in evaluation.counts)
    rows = [
        (
            one.outcome,
            f"{one.predicted:,.1f}",
            f"{one.actual:,.1f}",
            f"{one.predicted - one.actual:+,.1f}",
            f"{one.standard_error:,.1f}",
            f"{100 * (one.predicted - one.actual) / total:+.2f}",
        )
        for one in evaluation.counts
    ]
    return table(("outcome", "predicted", "actual", "difference", "std error", "points"), rows)


def slice_lines(evaluation: Evaluation) -> list[str]:
    """Show how the model does on each part of the test."""
    rows = [
        (
            f"{one.by} {one.value}",
            f"{one.n_notes:,}",
            f"{one.log_loss:.4f}",
            f"{one.reference_log_loss:.4f}",
            f"{one.worse_by:+.1%}",
            "/".join(f"{100 * share:.0f}" for share in one.predicted),
            "/".join(f"{100 * share:.0f}" for share in one.actual),
        )
        for one in evaluation.slices
    ]
    return (
        table(("part", "notes", "log loss", "reference", "worse by", "predicted %", "actual %"), rows) if rows else []
    )


def gate_lines(verdict: Verdict) -> list[str]:
    """Give every check but the passed ones on parts of the test, which are counted."""
    shown = [str(one) for one in verdict.checks if not (one.passed and one.is_slice)]
    passed = sum(one.passed for one in verdict.checks if one.is_slice)
    looked_at = sum(one.is_slice for one in verdict.checks)
    return [*shown, f"{passed} of {looked_at} parts large enough to count are no worse than allowed"]


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out columns: the first to the left, figures to the right.

    Examples
    --------
    >>> table(("outcome", "notes"), [("reperform", "12"), ("foreclosure", "7")])
    ['outcome      notes', 'reperform       12', 'foreclosure      7']
    """
    widths = [max(len(row[column]) for row in (heading, *rows)) for column in range(len(heading))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (heading, *rows)
    ]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _name(name: str) -> str:
    return name if name == MODEL else name.replace("_", " ")
