"""The section of the report, and the table of the model card, on how sure the model is."""

from __future__ import annotations

from notes import OUTCOMES
from reports.page import Block, Section
from training.how_sure import SHOWN, HowSure, SureAt
from training.page_words import percent, spoken

BEYOND = "–"
WHAT = (
    "Where the true probability is to be sought when the model predicts one: 5% should lie below the interval and 5% above, "
    "since the model learned from so few notes and might have learned from others of the same kind (docs/uncertainty.md)."
)
WHAT_NOT = (
    "It is no range of what may happen to a note, it knows no notes of another kind, and it says nothing of values, costs, "
    "months or laws. Where outcomes hang on the facts in ways too fine for so few notes to show, it is too narrow."
)
BEYOND_WORDS = f"{BEYOND}: outside the range of 99% of the training notes' probabilities."


def sure_sections(sure: HowSure | None) -> list[Section]:
    """Show the interval at a few probabilities; nothing where it was not learned."""
    if sure is None:
        return []
    heading, *rows = sure_table(sure.intervals)
    caption = "5-95% interval by the probability predicted"
    blocks = [Block(text=f"{WHAT} {WHAT_NOT}", heading=heading, rows=rows, caption=caption, note=BEYOND_WORDS)]
    if sure.short_intervals:
        heading, *rows = sure_table(sure.short_intervals)
        blocks.append(Block(text=short_words(sure), heading=heading, rows=rows, caption=f"{caption}, there"))
    return [Section("sure", "How sure it is", blocks)]


def sure_table(intervals: tuple[SureAt, ...]) -> tuple[tuple[str, ...], ...]:
    """Lay intervals out, the heading first: a row an outcome, a column a predicted probability."""
    cells = {(one.outcome, one.probability): f"{percent(one.low)} to {percent(one.high)}" for one in intervals}
    rows = [(spoken(one), *(cells.get((one, p), BEYOND) for p in SHOWN)) for one in map(str, OUTCOMES)]
    return (("predicted", *(percent(p, 0) for p in SHOWN)), *rows)


def short_words(sure: HowSure) -> str:
    """Say of how many notes the intervals are wider, and why."""
    if sure.short_history_share == 0:
        return "No open note had to be given likely ends by the timelines of the states."
    where = (
        f"{percent(sure.short_history_share)} of the training notes are in strata with a short history: enough of their "
        "notes to weigh by were watched for a shorter time than nine tenths of their foreclosures take by the timelines of "
        "the states."
    )
    if sure.n_estimated == 0:
        return (
            f"{where} No end of an open note had to be estimated. There the intervals are wider all the same: few notes "
            "show what comes so late."
        )
    notes = "open note there was" if sure.n_estimated == 1 else "open notes there were"
    return (
        f"{where} {sure.n_estimated:,} {notes} given likely ends by those timelines. There the intervals are wider, by more "
        "or less from stratum to stratum. Notes are flagged SHORT_HISTORY where that may move the share of an outcome by a "
        "point or more."
    )
