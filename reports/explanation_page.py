"""Why a note has its odds, as one page: every feature with its meaning, a subject at a time."""

from __future__ import annotations

from notes import OUTCOMES
from reports.explanation import (
    SHORT,
    NoteExplanation,
    ReasonGroup,
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
)
from reports.page import Block, KeyFigure, Page, Section


def explanation_page(explanation: NoteExplanation) -> Page:
    """Put the page together."""
    figures = [
        KeyFigure(
            one.replace("_", " "),
            f"{explanation.odds[one]:.1%}{odds_range(explanation, one)}",
            _against_average(explanation, k),
        )
        for k, one in enumerate(OUTCOMES)
    ]
    loan = cut_line(explanation.loan_id)
    flags = flag_words(explanation.bid)
    said = f"{explanation.as_of_date}: {', '.join(explanation.facts)}; {bid_words(explanation.bid)}"
    return Page(
        title=f"Why loan {loan} has its odds",
        banner=explanation.banner,
        lead=f"As of {said}." + (f" Flags: {flags}." if flags else ""),
        figures=figures,
        sections=[_lists(explanation), _sums(explanation), _all(explanation), _similar(explanation)],
        footer=f"notebid · model {explanation.model}, trained on {explanation.training_data} data",
    )


def _against_average(explanation: NoteExplanation, k: int) -> str:
    return f"log odds {effect(explanation.total[k])}, the average note {effect(explanation.average[k])}"


def _lists(explanation: NoteExplanation) -> Section:
    blocks = []
    for k, outcome in enumerate(OUTCOMES):
        points = [
            f"{word}: {one.words}, {one.shown} ({effect(one.effects[k])})"
            for word, reasons in zip(("For", "Against"), for_and_against(explanation, outcome), strict=True)
            for one in reasons
        ]
        blocks.append(Block(title=outcome.replace("_", " "), points=points or ["nothing of weight either way"]))
    return Section("reasons", "For and against", blocks)


def _sums(explanation: NoteExplanation) -> Section:
    rows = [["the average note", *map(effect, explanation.average)]]
    rows += [[group.name, *map(effect, group.effects)] for group in explanation.groups]
    rows.append(["this note", *map(effect, explanation.total)])
    block = Block(heading=["", *SHORT.values()], rows=rows, note=" ".join(how_to_read(explanation)))
    return Section("subjects", "By subject", [block])


def _all(explanation: NoteExplanation) -> Section:
    return Section("features", "Every feature", [one for group in explanation.groups for one in _group_blocks(group)])


def _group_blocks(group: ReasonGroup) -> list[Block]:
    return [
        Block(title=group.name, heading=reason_headings(), rows=[reason_row(one) for one in group.reasons]),
        Block(
            folded="What these say",
            heading=["", "meaning"],
            rows=[[one.words, one.meaning] for one in group.reasons],
            words=(1,),
        ),
    ]


def _similar(explanation: NoteExplanation) -> Section:
    similar = explanation.similar
    if similar is None:
        return Section("similar", "Similar notes", [Block(text="None are kept with this model.")])
    block = Block(heading=similar_headings(similar), rows=similar_rows(similar), note=similar_words(similar))
    return Section("similar", "Similar notes and what became of them", [block])
