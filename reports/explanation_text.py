"""Why a note has its odds, in plain text for a minute's reading."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from notes import OUTCOMES, Outcome
from reports.explanation import (
    NoteExplanation,
    bid_words,
    cut_line,
    effect,
    flag_words,
    for_and_against,
    how_to_read,
    odds_range,
    reason_headings,
    reason_row,
    similar_headings,
    similar_rows,
    similar_words,
    top_reasons,
)

WIDTH = 118


def explanation_lines(explanation: NoteExplanation) -> list[str]:
    """Lay the explanation out in plain text, for a minute's reading."""
    lines = [explanation.banner, ""] if explanation.banner else []
    lines += [_title(explanation), ", ".join(explanation.facts), bid_words(explanation.bid)]
    flags = flag_words(explanation.bid)
    lines += [*(textwrap.wrap(f"flags: {flags}", WIDTH, subsequent_indent="  ") if flags else ()), ""]
    for outcome in OUTCOMES:
        lines += _outcome_lines(explanation, outcome)
    lines += ["", *aligned(reason_headings(), _reason_rows(explanation)), *how_to_read(explanation), ""]
    lines += _similar_lines(explanation)
    lines += ["", f"model {explanation.model[:12]}, trained on {explanation.training_data} data"]
    return lines + [f"note: {text}" for text in explanation.remarks]


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay a table out in plain text, the first column to the left and the others to the right."""
    grid = [list(headings), *[list(row) for row in rows]]
    widths = [max(len(row[i]) for row in grid) for i in range(len(headings))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(n) for cell, n in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in grid
    ]


def _title(explanation: NoteExplanation) -> str:
    seller = f", {cut_line(explanation.seller)}" if explanation.seller else ""
    return f"{cut_line(explanation.loan_id)}{seller}, as of {explanation.as_of_date}"


def _outcome_lines(explanation: NoteExplanation, outcome: Outcome) -> list[str]:
    lists = for_and_against(explanation, outcome)
    lines = [f"{outcome.replace('_', ' ')} {explanation.odds[outcome]:.1%}{odds_range(explanation, outcome)}"]
    k = OUTCOMES.index(outcome)
    for word, reasons in zip(("for", "against"), lists, strict=True):
        # A no-break space keeps an effect in the line of its value.
        said = "; ".join(f"{one.words}: {one.shown}\N{NO-BREAK SPACE}({effect(one.effects[k])})" for one in reasons)
        first, *rest = textwrap.wrap(said or "nothing of weight", WIDTH - 11, break_long_words=False)
        found = [f"  {word:<7}  {first}", *(f"{'':<11}{line}" for line in rest)]
        lines += [line.replace("\N{NO-BREAK SPACE}", " ") for line in found]
    return lines


def _reason_rows(explanation: NoteExplanation) -> list[list[str]]:
    rows = [["the average note", "", "", *map(effect, explanation.average)]]
    for group in explanation.groups:
        rows.append([group.name.upper(), "", "", *map(effect, group.effects)])
        rows += [[f"  {row[0]}", *row[1:]] for row in map(reason_row, top_reasons(group))]
    return [*rows, ["THIS NOTE", "", "", *map(effect, explanation.total)]]


def _similar_lines(explanation: NoteExplanation) -> list[str]:
    similar = explanation.similar
    if similar is None:
        return [
            "similar notes: none are kept with this model (those of a training stay on the machine that trained it)"
        ]
    table = aligned(similar_headings(similar), similar_rows(similar))
    return [
        f"the {len(similar.notes)} most similar resolved notes",
        *table,
        *textwrap.wrap(similar_words(similar), WIDTH),
    ]
