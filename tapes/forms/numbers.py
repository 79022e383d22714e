"""Counts, scores, ratios and durations as sellers write them, put into plain numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct
from tapes.forms.exact import LONGEST, PLAIN, plain_numbers, shifted
from tapes.forms.formed import Context, Formed
from tapes.forms.missing import is_sentinel, missing_remark, plain_dashes, sentinels, shown_heading, stands_for_nothing

_MONTHS = frozenset({"remaining_term", "months_delinquent"})
_DAYS = frozenset({"days_past_due", "grace_days", "default_trigger_days", "cure_days", "demand_letter_days"})
_GROUPED = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<close>\))?", re.ASCII
)
_LIEN = re.compile(
    r"(?:lien )?(?P<which>[a-z0-9]+)(?:[ -](?:lien|mortgage|mtg|td|dot|trust deed|deed of trust|position|pos))*"
)
_ORDINALS = {
    **dict.fromkeys(("1st", "first", "one", "i", "01", "1"), "1"),
    **dict.fromkeys(("2nd", "second", "two", "ii", "02", "2"), "2"),
    **dict.fromkeys(("3rd", "third", "three", "iii", "03", "3"), "3"),
}
_UNITS_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "single": "1", "duplex": "2", "triplex": "3"}
_UNITS_WORDS |= dict.fromkeys(("fourplex", "quadplex", "quadruplex"), "4")
_UNITS = re.compile(r"(?P<which>[a-z0-9.]+)(?:[ -]?(?:units?|family|fam))?")
_DURATION = re.compile(
    r"(?:(?P<years>\d+(?:\.\d+)?) ?(?:y|yrs?|years?)[.,]?)? ?(?:(?P<months>\d+(?:\.\d+)?) ?(?:m|mos?|mths?|months?)\.?)?",
    re.ASCII,
)
_IN_DAYS = re.compile(r"(?P<days>-?\d+(?:\.\d+)?) ?(?:d|days?)\.?", re.ASCII)
_SAYS_MONTHS = re.compile(r"mo(nth)?s?\b", re.IGNORECASE)
_MOST_YEARS = 40
_TIMES = re.compile(r"(?P<ratio>\d+(?:\.\d+)?|\.\d+) ?(?P<mark>x|%|times)(?::1)?", re.ASCII)


def form_numbers(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of numbers into plain ones.

    Read beside plain numbers: separators of thousands, parentheses for less than nothing, ``1st`` and ``First`` for a lien,
    ``duplex`` and ``2 units``, ``15 days``, ``27 yrs 6 mos``, ``1.25x``.  A duration in years (heading or mapping) is turned
    into months.
    """
    unit = context.stated or context.unit_hint
    wanted = "months" if one.name in _MONTHS else "days" if one.name in _DAYS else "numbers"
    if context.stated is not None and context.stated not in _allowed(wanted):
        nulls = pa.chunked_array([pa.nulls(len(text), pa.string())])
        return Formed(nulls, question=_no_unit(context, wanted))
    in_years = wanted == "months" and unit == "years"
    values = plain_numbers(text)
    if values is not None and not in_years and not np.isin(values, list(sentinels(one.name))).any():
        return Formed(text, wanted, remarks=_short_terms(values, one, context))
    distinct = Distinct(text)
    nothing = np.array([stands_for_nothing(cell) or is_sentinel(cell, one.name) for cell in distinct.texts], dtype=bool)
    pairs = zip(distinct.texts, nothing, strict=True)
    cells = [None if hit else _number(cell, one, in_years) for cell, hit in pairs]
    words = (cell for cell, hit in zip(distinct.texts, nothing, strict=True) if hit)
    remarks = missing_remark(context.heading, distinct.count(nothing), words)
    return Formed(distinct.spread(cells), "years" if in_years else wanted, remarks=remarks)


def _short_terms(values: NDArray[np.float64], one: Field, context: Context) -> tuple[str, ...]:
    """Tell the user of terms that nobody calls months and that are none longer than a loan's years."""
    if one.name != "remaining_term" or context.stated or context.unit_hint or _SAYS_MONTHS.search(context.heading):
        return ()
    if not (values > 0).any() or (values > _MOST_YEARS).any():
        return ()
    heading = shown_heading(context.heading)
    return (
        f"Column {heading}: no term is over {_MOST_YEARS}; they are taken for months; units.{heading} = 'years' in the "
        "mapping says otherwise.",
    )


def _allowed(wanted: str) -> tuple[str, ...]:
    return ("months", "years") if wanted == "months" else (wanted,)


def _no_unit(context: Context, wanted: str) -> Question:
    answers = tuple(Answer(f"the column counts {unit}", "units", context.heading, unit) for unit in _allowed(wanted))
    return Question(
        context.heading,
        f"the mapping says {context.stated!r}, in which this column cannot be",
        "In which unit is the column?",
        answers,
    )


def _number(written: str, one: Field, in_years: bool) -> str:
    """Give a cell as a plain number, or as written where it is none."""
    if len(written) > LONGEST:
        return written
    cell = " ".join(plain_dashes(written).casefold().split())
    if PLAIN.fullmatch(cell):
        return _times(cell, "12") if in_years else cell
    if one.name == "lien_position":
        found = _LIEN.fullmatch(cell)
        return written if found is None else _ORDINALS.get(found["which"], written)
    if one.name == "units":
        found = _UNITS.fullmatch(cell)
        which = written if found is None else _UNITS_WORDS.get(found["which"], found["which"])
        return which if PLAIN.fullmatch(which) else written
    grouped = _GROUPED.fullmatch(cell)
    if grouped is not None and (grouped["open"] is None) == (grouped["close"] is None):
        if grouped["open"] and grouped["sign"]:
            return written
        number = grouped["number"].replace(",", "")
        return f"-{number}" if grouped["open"] or grouped["sign"] == "-" else number
    return _with_a_word(cell, one) or written


def _with_a_word(cell: str, one: Field) -> str | None:
    if one.name in _MONTHS:
        found = _DURATION.fullmatch(cell)
        if found is None or not (found["years"] or found["months"]):
            return None
        return f"{12 * float(found['years'] or 0) + float(found['months'] or 0):g}"
    if one.name in _DAYS:
        found = _IN_DAYS.fullmatch(cell)
        return None if found is None else found["days"]
    if one.name == "dscr":
        found = _TIMES.fullmatch(cell)
        return None if found is None else shifted(found["ratio"], -2 if found["mark"] == "%" else 0)
    return None


def _times(number: str, factor: str) -> str:
    value = float(number) * float(factor)
    return f"{value:.10g}" if np.isfinite(value) else number
