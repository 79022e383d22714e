"""The section of the report, and the table of the model card, on how sure the model is."""

from __future__ import annotations

from notes import OUTCOMES
from reports.page import Block, Section
from training.how_sure import SHOWN, HowSure
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
    heading, *rows = sure_table(sure)
    caption, note = "5-95% interval by the probability predicted", f"{BEYOND_WORDS} {short_words(sure)}"
    block = Block(text=f"{WHAT} {WHAT_NOT}", heading=heading, rows=rows, caption=caption, note=note)
    return [Section("sure", "How sure it is", [block])]


def sure_table(sure: HowSure) -> tuple[tuple[str, ...], ...]:
    """Lay out the intervals, the heading first: a row an outcome, a column a predicted probability."""
    cells = {(one.outcome, one.probability): f"{percent(one.low)} to {percent(one.high)}" for one in sure.intervals}
    rows = [(spoken(one), *(cells.get((one, p), BEYOND) for p in SHOWN)) for one in map(str, OUTCOMES)]
    return (("predicted", *(percent(p, 0) for p in SHOWN)), *rows)


def short_words(sure: HowSure) -> str:
    """Say of how many notes the intervals are wider."""
    return (
        f"{percent(sure.short_history_share)} of the training notes are in strata with a short history; there the intervals "
        "are wider."
    )
