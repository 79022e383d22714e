"""How the columns of a tape are shown: what is read, what is not, what is dropped, what is not known, what to answer."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from notes.text import one_line

if TYPE_CHECKING:
    from tapes.headings import AssignedColumn
    from tapes.reading import ResolutionsReading, TapeReading
    from tapes.survey import Survey
    from tapes.survey_columns import SurveyedPayments

    _Shown = Survey | SurveyedPayments

_HEADING, _SAMPLES, _WIDTH = 42, 46, 118
_RULES = 6
_MONTHLY = ("status_month", "receipts_month")
_NOT_READ = {"ignored": "Known and not needed", "after_the_fact": "Known only after the fact, never read"}


def map_lines(survey: Survey, path: str, was_there: bool, is_found: bool) -> list[str]:
    """Lay the page out for a person.

    Parameters
    ----------
    path
        The mapping file.
    was_there
        It has been added to.
    is_found
        It is in the folder in which tapes look for theirs.
    """
    now = "Tapes with these headings are read by it from now on."
    other = f"It is used with --mapping {path}; tapes find by themselves only those in mappings/."
    return [
        _title(survey),
        *_columns(survey),
        *_questions(survey),
        *_payments(survey.payments),
        *_verdict(survey),
        "",
        f"mapping            {path} ({'yours is kept, what it did not say is added' if was_there else 'new'})",
        f"                   Review it. {now if is_found else other}",
    ]


def map_values(survey: Survey) -> dict[str, Any]:
    """Give the same as data."""
    return _file_values(survey) | {
        "questions": [
            {
                "column": one.column,
                "evidence": one.evidence,
                "asks": one.asks,
                "answers": [{"line": answer.line, "meaning": answer.meaning} for answer in one.answers],
            }
            for one in survey.questions
        ],
        "payments": None if survey.payments is None else _file_values(survey.payments),
        "remarks": list(survey.mapped.remarks),
        "refused": survey.refused,
        "excepted": None if survey.reading is None else _by_rule(survey.reading),
        "priced": None if survey.reading is None else survey.reading.counts.priced,
    }


def _title(shown: _Shown) -> str:
    table = shown.mapped.table
    sheet = "" if table.sheet is None else f", sheet {table.sheet!r}"
    n_columns = len(shown.columns) + len(shown.mapped.dropped)
    return f"{table.path.name}{sheet}: {n_columns} columns, {len(table):,} rows"


def _columns(shown: _Shown) -> list[str]:
    return [*_read(shown), *_not_read(shown), *_unknown(shown), *_missing(shown)]


def _payments(payments: SurveyedPayments | None) -> list[str]:
    return [] if payments is None else ["", _title(payments), *_columns(payments)]


def _file_values(shown: _Shown) -> dict[str, Any]:
    return {
        "sheet": shown.mapped.table.sheet,
        "rows": len(shown.mapped.table),
        "columns": [_value(shown, one) for one in shown.columns],
        "dropped": list(shown.mapped.dropped),
        "missing": [
            {
                "fields": list(one.names),
                "nearest": [{"heading": h, "field": name, "score": round(score)} for h, name, score in one.near],
            }
            for one in shown.missing
        ],
    }


def _value(shown: _Shown, one: AssignedColumn) -> dict[str, Any]:
    return {
        "column": one.letter,
        "heading": one.heading,
        "target": one.target,
        "how": one.how,
        "unit": shown.unit(one),
        "month": one.month,
        "suggestions": [{"target": each.target, "score": round(each.score)} for each in one.suggestions],
        "samples": list(shown.samples(one)),
    }


def _read(shown: _Shown) -> list[str]:
    read = [one for one in shown.columns if one.target is not None and one.target not in _NOT_READ]
    rows = [
        (one.letter, one.heading, one.target or "", one.how, shown.unit(one), ", ".join(shown.samples(one)))
        for one in read
        if one.target not in _MONTHLY
    ]
    for target in _MONTHLY:
        months = [one for one in read if one.target == target]
        if months:
            first, last = months[0], months[-1]
            letters = first.letter if first is last else f"{first.letter}-{last.letter}"
            heading = first.heading if first is last else f"{first.heading} ... {last.heading} ({len(months)})"
            rows.append((letters, heading, target, first.how, shown.unit(first), ", ".join(shown.samples(first))))
    return _grid(f"Read ({len(read)})", ("", "heading", "field", "by", "read as", "first values"), rows)


def _not_read(shown: _Shown) -> list[str]:
    lines: list[str] = []
    for target, title in _NOT_READ.items():
        lines += _list(title, [one.heading for one in shown.columns if one.target == target])
    return lines + _list("About persons, dropped on reading", shown.mapped.dropped)


def _unknown(shown: _Shown) -> list[str]:
    rows = [
        (
            one.letter,
            one.heading,
            ", ".join(f"{each.target} {each.score:.0f}" for each in one.suggestions) or "-",
            ", ".join(shown.samples(one)),
        )
        for one in shown.columns
        if one.target is None and (one.heading or shown.samples(one))
    ]
    title = f"Not known ({len(rows)}); what a heading looks like is never taken until you say so in the mapping"
    return _grid(title, ("", "heading", "looks like (of 100)", "first values"), rows)


def _missing(shown: _Shown) -> list[str]:
    if not shown.missing:
        return []
    lines = ["", "Missing: every note needs these. A line of the mapping says which column it is:"]
    for one in shown.missing:
        lines += [f"  {' or '.join(one.names)}", *(f"      {line}" for line in one.lines)]
    return lines


def _questions(survey: Survey) -> list[str]:
    if not survey.questions:
        return []
    lines = ["", f"Questions ({len(survey.questions)}). Put one line for each into the mapping:"]
    for number, one in enumerate(survey.questions, 1):
        lines += _wrapped(f"{number}. {one.column}: {one.asks} {one.evidence.rstrip('.')}.", "  ", "     ")
        lines += [f"     {answer.line}   # {answer.meaning}" for answer in one.answers]
    return lines


def _verdict(survey: Survey) -> list[str]:
    lines = [""]
    for remark in survey.mapped.remarks:
        lines += _wrapped(f"note: {remark}", "", "      ")
    if survey.reading is not None:
        counts = survey.reading.counts
        done = "learned from" if survey.resolutions else "priced"
        said = f"as it stands       {counts.priced:,} of {counts.rows:,} rows can be {done}"
        return [*lines, *_wrapped(f"{said}{_excepted(survey.reading)}", "", "                   ")]
    what = "the resolutions" if survey.resolutions else "the tape"
    lacking = (*survey.missing, *(() if survey.payments is None else survey.payments.missing))
    if lacking or survey.questions:
        return [*lines, f"as it stands       {what} cannot be read: see above"]
    return [
        *lines,
        *_wrapped(f"as it stands       {what} cannot be read: {survey.refused}", "", "                   "),
    ]


def _by_rule(reading: TapeReading | ResolutionsReading) -> dict[str, int]:
    """Count the rows that are left out by what they break, rule and field, the most first."""
    found = Counter(
        f"{code} {field}".strip() for code, field, _ in {(one.code, one.field, one.row) for one in reading.exceptions}
    )
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _excepted(reading: TapeReading | ResolutionsReading) -> str:
    found = _by_rule(reading)
    named = [f"{rule} {n:,}" for rule, n in list(found.items())[:_RULES]]
    more = f" and {len(found) - _RULES:,} more" if len(found) > _RULES else ""
    return f"; rows left out by rule: {', '.join(named)}{more} (docs/exceptions.md)" if named else ""


def _grid(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cut = [[_cut(cell, _SAMPLES if i == len(row) - 1 else _HEADING) for i, cell in enumerate(row)] for row in rows]
    grid = [list(headings), *cut]
    widths = [max(len(row[i]) for row in grid) for i in range(len(headings))]
    laid = ["  " + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip() for row in grid]
    return ["", title, *laid]


def _list(title: str, headings: Iterable[str]) -> list[str]:
    named = [_cut(one, _HEADING) for one in headings]
    return ["", f"{title} ({len(named)})", *_wrapped(", ".join(named), "  ", "  ")] if named else []


def _cut(text: str, width: int) -> str:
    line = one_line(text)
    return line if len(line) <= width else line[: width - 3] + "..."


def _wrapped(text: str, first: str, then: str) -> list[str]:
    if "\n" in text:
        return [f"{first}{line}" if i == 0 else f"{then}{line.strip()}" for i, line in enumerate(text.split("\n"))]
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
