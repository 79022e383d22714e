"""The columns of a resolutions file that say what became of a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import OUTCOME_DETAILS
from notes.counts import count_of
from notes.months import Days
from notes.schema import Kind
from tapes.asking import Answer, Question
from tapes.columns import Columns
from tapes.convert import convert
from tapes.fields import RESOLUTION_FIELDS
from tapes.findings import Findings
from tapes.forms.distinct import Distinct
from tapes.forms.wording_table import wording_key, wordings
from tapes.headings.columns import shown_heading
from tapes.headings.mapping import OPEN
from tapes.loan_ends import check_loan_ends
from tapes.reading import ReadOptions
from tapes.refusal import masked

_DETAIL_BY_KEY = {wording_key(name): name for names in OUTCOME_DETAILS.values() for name in names}
_OUTCOME_KEYS = frozenset(wording_key(name) for name in OUTCOME_DETAILS)
_NAMED = 8
_OF_A_KIND = 5
"""A word that stands for the end of so many notes is no person's; a number may be all the same."""
_LONGEST_WORD = 60
"""A longer one is no word; it is shown cut."""
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){6,}")
_MEANINGS = "an outcome (docs/data_dictionary.md), one of its details, or open"
_CODES = {"outcome": "E_OUTCOME", "outcome_detail": "E_OUTCOME", "observed_through": "E_OBSERVED"}


@dataclass(frozen=True)
class Outcomes:
    """Columns of :class:`notes.Resolutions`, row i for row i of the file, excepted rows among them."""

    outcome: NDArray[np.object_]
    outcome_detail: NDArray[np.object_]
    resolution_date: Days
    observed_through: Days
    net_proceeds: NDArray[np.float64]


def read_outcomes(
    columns: Columns, as_of: Days, findings: Findings, options: ReadOptions, said: Mapping[str, str]
) -> Outcomes:
    """Convert the columns and except rows that contradict themselves.

    ``net_proceeds`` is gross proceeds less costs where only those are given.

    Parameters
    ----------
    said
        Words for an end and what a person says that they mean.  Where one means open, its date is the day up to which the
        note was seen.

    Raises
    ------
    TapeError
        Most words for an outcome are none; each is named with its count and the line that says what it means.
    """
    columns = _observed(_left_open(columns, said), options.observed_through)
    _ask_unknown(columns, findings)
    values: dict[str, Any] = {}
    details = _details(columns)
    for one in RESOLUTION_FIELDS:
        text = details if one.name == "outcome_detail" else columns.cells(one.name)
        values[one.name], bad = convert(text, one)
        code = _CODES.get(one.name, "E_DATE" if one.kind is Kind.DATE else "E_MONEY")
        findings.refuse_cells(bad, code, one.name, text)
    outcome, detail = (_text(values[name]) for name in ("outcome", "outcome_detail"))
    resolved, observed = values["resolution_date"], values["observed_through"]
    net = values["net_proceeds"]
    net = np.where(np.isnan(net), values["gross_proceeds"] - values["resolution_costs"], net)
    found = Outcomes(outcome, detail, resolved, observed, net)
    columns, found = _open_that_day(columns, found, findings, options.observed_through)
    _check(columns, found, as_of, findings)
    now = np.datetime64(options.today or date.today(), "D")
    for name in ("resolution_date", "observed_through"):
        findings.refuse_rows(values[name] > now, "E_FUTURE", name, columns.cells(name))
    check_loan_ends(columns, (outcome, detail), (as_of, resolved, observed), findings)
    return found


def _left_open(columns: Columns, said: Mapping[str, str]) -> Columns:
    """Read a date beside a word that a person says means open as the day up to which the note was seen."""
    if OPEN not in said.values() or not {"outcome", "resolution_date"} <= set(columns.text):
        return columns
    dates = columns.cells("resolution_date")
    left = pc.and_(pc.fill_null(pc.equal(columns.written("outcome"), OPEN), False), dates.is_valid())
    seen = columns.cells("observed_through")
    moved = {
        "resolution_date": pc.if_else(left, pa.scalar(None, pa.string()), dates),
        "observed_through": pc.if_else(left, dates, seen),
    }
    return replace(columns, text=columns.text | moved)


def _open_that_day(columns: Columns, found: Outcomes, findings: Findings, day: date | None) -> tuple[Columns, Outcomes]:
    """Take notes that ended after the day through which the file's outcomes are known for open on it.

    To leave them out would leave out notes that ended, and none that did not.
    """
    if day is None:
        return columns, found
    until = np.datetime64(day, "D")
    later = (found.observed_through == until) & (found.resolution_date > until) & (found.outcome != "")
    if not later.any():
        return columns, found
    findings.warnings.append(
        f"Ended after {day.isoformat()}, through which outcomes are said to be known: {count_of(int(later.sum()), 'row')}, "
        "taken for open on that day."
    )
    keep, none = pa.array(~later), pa.scalar(None, pa.string())
    names = ("outcome", "outcome_detail", "resolution_date")
    text = {name: pc.if_else(keep, columns.cells(name), none) for name in names if name in columns.text}
    opened = Outcomes(
        np.where(later, "", found.outcome).astype(object),
        np.where(later, "", found.outcome_detail).astype(object),
        np.where(later, np.datetime64("NaT", "D"), found.resolution_date),
        found.observed_through,
        np.where(later, np.nan, found.net_proceeds),
    )
    return replace(columns, text=columns.text | text), opened


def _observed(columns: Columns, day: date | None) -> Columns:
    """Put the day through which the whole file's outcomes are known where a row says none of its own."""
    if day is None:
        return columns
    filled = pc.fill_null(columns.cells("observed_through"), day.isoformat())
    return replace(columns, text=columns.text | {"observed_through": filled})


def outcome_question(columns: Columns) -> Question | None:
    """Ask what words for an outcome mean that are none; None where all are known."""
    counts = _unknown(columns)
    if not counts:
        return None
    often = sorted(counts, key=lambda one: (-counts[one], one))
    shown = {one: one if _is_of_a_kind(one, counts[one]) else masked(one) for one in often[:_NAMED]}
    named = ", ".join(f"{text!r} {counts[one]:,}" for one, text in shown.items())
    more = f" and {len(often) - _NAMED:,} more" if len(often) > _NAMED else ""
    cells = columns.cells("outcome")
    of = len(cells) - cells.null_count
    return Question(
        columns.headings.get("outcome", "outcome"),
        f"{sum(counts.values()):,} of {of:,} cells hold a word that is no known outcome ({named}{more})",
        "What does each mean: an outcome, one of its details, or open?",
        tuple(
            Answer(f"{counts[one]:,} rows; {_MEANINGS}", "outcomes", one, "?")
            for one, text in shown.items()
            if text == one
        ),
    )


def _is_of_a_kind(text: str, n_rows: int) -> bool:
    return n_rows >= _OF_A_KIND and len(text) <= _LONGEST_WORD and _LONG_NUMBER.search(text) is None


def _unknown(columns: Columns) -> dict[str, int]:
    distinct = Distinct(columns.cells("outcome"))
    found = zip(distinct.texts, distinct.counts, strict=True)
    return {text: int(count) for text, count in found if wording_key(text) not in _OUTCOME_KEYS}


def _ask_unknown(columns: Columns, findings: Findings) -> None:
    """Refuse the file where most words for an outcome are none, else say which are not."""
    question = outcome_question(columns)
    if question is None:
        return
    cells = columns.cells("outcome")
    if findings.is_most(sum(_unknown(columns).values()), len(cells) - cells.null_count):
        raise question.error(columns.table.place())
    lines = "; ".join(one.line for one in question.answers[:1])
    findings.warnings.append(
        f"Column {shown_heading(question.column)}: {question.evidence}: those rows are left out. Say in the mapping what "
        f"each means ({_MEANINGS}): {lines}"
    )


def _details(columns: Columns) -> Any:
    """Give the details, those that stand as the outcome itself too; a detail that says no more than its outcome is none.

    ``Short Sale`` is an outcome as desks write it, and tells the detail; ``Foreclosure Sale`` beside ``FCL`` tells none.
    """
    outcomes, written = columns.cells("outcome").to_pylist(), columns.written("outcome").to_pylist()
    found = []
    for outcome, cell, detail in zip(outcomes, written, columns.cells("outcome_detail").to_pylist(), strict=True):
        names = OUTCOME_DETAILS.get(outcome, ())
        if detail is None:
            told = _detail_of(cell)
            found.append(told if told in names else None)
        elif detail not in names and (known := wordings("outcome").get(wording_key(detail))) and known.code == outcome:
            found.append(None)
        else:
            found.append(detail)
    return pa.chunked_array([pa.array(found, pa.string())])


def _detail_of(text: str | None) -> str | None:
    key = wording_key(text or "")
    if key in _OUTCOME_KEYS:
        return None
    known = wordings("outcome_detail").get(key)
    return known.code if known is not None else _DETAIL_BY_KEY.get(key)


def _check(columns: Columns, found: Outcomes, as_of: Days, findings: Findings) -> None:
    is_open = ~columns.filled("outcome")
    undated = ~columns.filled("resolution_date")
    findings.refuse_rows(is_open & ~undated, "E_OUTCOME", "resolution_date", columns.cells("resolution_date"))
    findings.refuse_rows(~is_open & undated, "E_OUTCOME", "outcome", columns.cells("outcome"))
    details = {str(outcome): ("", *names) for outcome, names in OUTCOME_DETAILS.items()}
    pairs = zip(found.outcome, found.outcome_detail, strict=True)
    belongs = np.fromiter((detail in details.get(outcome, ("",)) for outcome, detail in pairs), bool, len(is_open))
    findings.refuse_rows(~belongs, "E_OUTCOME", "outcome_detail", columns.cells("outcome_detail"))
    findings.refuse_rows(~columns.filled("observed_through"), "E_OBSERVED", "observed_through")
    cells = columns.cells("resolution_date")
    findings.refuse_rows(found.resolution_date <= as_of, "E_ORDER", "resolution_date", cells)
    findings.refuse_rows(found.resolution_date > found.observed_through, "E_ORDER", "resolution_date", cells)
    findings.refuse_rows(
        found.observed_through < as_of, "E_ORDER", "observed_through", columns.cells("observed_through")
    )


def _text(values: Any) -> NDArray[np.object_]:
    text: NDArray[np.object_] = values.fill_null("").to_numpy().astype(object)
    return text
