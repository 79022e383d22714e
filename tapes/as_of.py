"""The day on which a tape was known: from the command, its column, its file's name or a cell above the heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from notes.months import Days, whole_months_between
from tapes.columns import Columns
from tapes.convert import to_days
from tapes.files.table import TextTable
from tapes.findings import Findings, Mask
from tapes.headings.columns import shown_heading
from tapes.reading import ReadOptions
from tapes.refusal import refusal
from tapes.written_dates import WrittenDate, written_dates

STALE_MONTHS = 12
_WORDS_WITHIN = 60
_NEARLY_ALL = 0.9
_CLAIMED = 3
_RULE = "A tape is known on a day."
_FIX = (
    "Give --as-of YYYY-MM-DD, a column as_of_date, or the date in the file's name; where another column is it, a line of "
    'the mapping says so: columns."the heading" = "as_of_date".'
)
_FUTURE_RULE = "A tape is known on its as-of date."
_WEEKDAY = r"((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[^A-Za-z0-9]+)?"
_END = r"[^A-Za-z0-9]*(date|is|of|on|:)?[^A-Za-z0-9]*" + _WEEKDAY + "$"
_CLOSE = r"(\s+(the\s+)?(close|end|cob|eob)(\s+of(\s+(the\s+)?(business|day|month|quarter|trading))?)?)?"
_SAYS_AS_OF = re.compile(rf"(\bas[\s_-]*(of|at){_CLOSE}|\bcut[\s_-]*off|\bdata\s+(thru|through))" + _END, re.IGNORECASE)
_HEADING_SAYS_AS_OF = re.compile(r"(@|\bas[\s_-]*(of|at)\b|\bat\b)[^A-Za-z0-9]*$", re.IGNORECASE)
_OF_THE_DEBT = re.compile(r"upb|principal|bal(ance)?s?\b|debt|payoff|delinq|status", re.IGNORECASE)
"""A value or a price has a day of its own."""
_SAYS_REPORT = re.compile(
    r"(\b(report\w*|data|tape|effective|eff|statement|run|file)[\s_-]*date|\bdated|\bthrough|\bthru|"
    r"\b(month|period)[\s_-]*end(ing|ed)?)" + _END,
    re.IGNORECASE,
)
_SAYS_OTHERWISE = re.compile(
    r"\b(due|bids?|clos(e|es|ing)|settle\w*|sales?|auction|trade|fund(ed|ing)|expir\w*|maturity|originat\w*|call|offers?|"
    r"valu\w*|apprais\w*|bpos?|transfer\w*|board(ed|ing)|sent|upload\w*|modif\w*|revis\w*|rev|updated?|acqui\w*|purchase\w*)"
    r"\b(?:(?!\b(?:tapes?|pools?|data|portfolio|loans?|notes?)\b)[^0-9]){0,25}$|\b(by|until|between|from|since|after|before)\W{0,3}$|\bfrom\b.{0,30}\bto\W{0,3}$|"
    r"\b(?!tape|loan|pool|as)[a-z]+ date\W{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Source:
    """A place that may say the day, the dates that it holds, and texts of dates that its words say are of something else."""

    name: str
    dates: tuple[WrittenDate, ...]
    claimed: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The distinct days; a month counts for nothing beside a day that lies in it."""
        exact = {day for one in self.dates if not one.is_month for day in one.days}
        months = {day for one in self.dates if one.is_month for day in one.days}
        return tuple(sorted(exact | {day for day in months if not any(_same_month(day, one) for one in exact)}))

    @property
    def is_month(self) -> bool:
        """Whether nothing but a month is written."""
        return all(one.is_month for one in self.dates)

    def __str__(self) -> str:
        texts = list(dict.fromkeys(one.text for one in self.dates))
        return f"{self.name} says {' and '.join(map(repr, texts))}"


def settle_as_of(columns: Columns, options: ReadOptions, findings: Findings) -> tuple[Columns, Days]:
    """Give each row its as-of date and take the column out of what is still to be converted.

    Returns
    -------
    columns
        Without ``as_of_date``.
    as_of
        datetime64[D], shape (n_rows,); NaT on rows that are excepted for it.

    Raises
    ------
    TapeError
        No date is given anywhere, a name or cell can be read as several, the one given is in the future, or no cell of
        the column holds one.
    """
    place, n_rows = columns.table.place(column="as_of_date"), len(columns.table)
    rest = replace(columns, text={name: text for name, text in columns.text.items() if name != "as_of_date"})
    cells = columns.cells("as_of_date")
    days, bad = to_days(cells)
    day = options.today or date.today()
    today: np.datetime64 = np.datetime64(day, "D")
    if options.as_of is not None:
        fixed: np.datetime64 = np.datetime64(options.as_of, "D")
        differs = int((~np.isnat(days) & (days != fixed)).sum())
        if differs:
            findings.warnings.append(
                f"--as-of {fixed} is used; column as_of_date says something else on {differs:,} rows."
            )
        findings.warnings += _otherwise(columns.table, options.as_of, day)
    elif columns.filled("as_of_date").any():
        findings.refuse_cells(bad, "E_AS_OF", "as_of_date", cells)
        future = days > today
        if future.all():
            raise refusal(place, f"{days[0]} is in the future", _FUTURE_RULE, _FIX)
        findings.refuse_rows((np.isnat(days) & ~bad) | future, "E_AS_OF", "as_of_date", cells)
        return rest, np.where(future, np.datetime64("NaT", "D"), days)
    else:
        fixed, remarks = _written(columns.table, day)
        findings.warnings += remarks
    if not fixed <= today:
        found = f"{fixed} is in the future" + ("" if options.as_of is not None else f" ({remarks[0].rstrip('.')})")
        raise refusal(place, found, _FUTURE_RULE, _FIX)
    return rest, np.full(n_rows, fixed)


def stale_rows(as_of: Days, options: ReadOptions) -> Mask:
    """Say which rows are known as of a day over twelve months ago, bool, shape (n_rows,)."""
    today = np.array(options.today or date.today(), dtype="datetime64[D]")
    old: Mask = ~np.isnat(as_of) & (whole_months_between(as_of, today) > STALE_MONTHS)
    return old


def stale_warning(as_of: Days, options: ReadOptions) -> list[str]:
    """Warn of a tape that is over twelve months old."""
    old = stale_rows(as_of, options)
    return [f"The tape is of {as_of[old].min()}: over {STALE_MONTHS} months old."] if old.any() else []


def odd_rows(as_of: Days) -> Mask:
    """Say which rows are known as of another day than nine in ten rows of the tape, bool, shape (n_rows,)."""
    known = ~np.isnat(as_of)
    days, counts = np.unique(as_of[known], return_counts=True)
    odd: Mask = np.zeros(len(as_of), dtype=bool)
    if len(days) > 1 and counts.max() >= _NEARLY_ALL * counts.sum():
        odd = known & (as_of != days[counts.argmax()])
    return odd


def several_dates_warning(as_of: Days) -> list[str]:
    """Warn of a tape whose rows are of different days."""
    dates = np.unique(as_of[~np.isnat(as_of)])
    if len(dates) < 2:
        return []
    return [f"as_of_date runs from {dates[0]} to {dates[-1]}: each note is priced as of its own."]


def _written(table: TextTable, today: date) -> tuple[np.datetime64, list[str]]:
    """Take the day from the file's name, else from above the heading, else from the sheet's name; say where it was."""
    known = list(_sources(table, today))
    sources = [one for one in known if one.dates]
    first = next(iter(sources), None)
    if first is None or len(first.days) != 1:
        elsewhere = [f"; {text!r} seems to be of something else" for one in known for text in one.claimed[:_CLAIMED]]
        found = "the as-of date is not given" + "".join([*(f"; {_evidence(one)}" for one in sources), *elsewhere])
        raise refusal(table.place(), found, _RULE, _ways_out(first))
    [day] = first.days
    # A name gives the month, a cell the day in it: then they agree, and the cell says more.
    finer = next((one for one in sources[1:] if first.is_month and _gives_day_in(one, day)), None)
    if finer is not None:
        first, [day] = finer, finer.days
    means = ", taken for the month's last day" if first.is_month else ""
    remarks = [f"The as-of date is {day}: {first}{means}."]
    others = [one for one in sources if one is not first and not _agrees(one, day)]
    remarks += [f"The as-of date {day} is used, but {one}: give --as-of if that is the day." for one in others]
    return np.datetime64(day, "D"), remarks


def _otherwise(table: TextTable, given: date, today: date) -> list[str]:
    """Warn of the places that say another day than the one that the command gives."""
    others = [one for one in _sources(table, today) if one.dates and not _agrees(one, given)]
    return [f"--as-of {given} is used, but {one}." for one in others]


def _sources(table: TextTable, today: date) -> Iterator[_Source]:
    yield _by_name("the file's name", table.path.stem, today)
    yield _above_heading(table, today)
    yield _in_headings(table, today)
    yield _by_name("the sheet's name", table.sheet or "", today)


def _by_name(what: str, name: str, today: date) -> _Source:
    """Take the dates of a name that its words do not claim for something else, those behind "as of" first."""
    taken, claimed = _ranked([(0, name.replace("_", " "), name)], today)
    return _Source(what, tuple(one for _, one in taken), claimed)


def _above_heading(table: TextTable, today: date) -> _Source:
    """Take the dates of the titles in the same way."""
    taken, claimed = _ranked([(row, text, text) for row, text in table.titles], today)
    rows = sorted({row for row, _ in taken})
    name = f"row {' and '.join(map(str, rows))}, above the heading," if rows else ""
    return _Source(name, tuple(one for _, one in taken), claimed)


def _ranked(
    texts: Iterable[tuple[int, str, str]], today: date
) -> tuple[list[tuple[int, WrittenDate]], tuple[str, ...]]:
    """Take the dates behind words like "as of", else behind "report date", else those that no other word claims.

    Parameters
    ----------
    texts
        Row, the words, and the text as written, of the same length.

    Returns
    -------
    Row and date of those; and the texts of dates that words claim.
    """
    ranked: tuple[list[tuple[int, WrittenDate]], ...] = ([], [], [])
    claimed = []
    for row, words, text in texts:
        for one in written_dates(text, today):
            before = words[max(0, one.start - _WORDS_WITHIN) : one.start]
            if _SAYS_AS_OF.search(before):
                ranked[0].append((row, one))
            elif _SAYS_REPORT.search(before):
                ranked[1].append((row, one))
            elif _SAYS_OTHERWISE.search(before):
                claimed.append(one.text)
            else:
                ranked[2].append((row, one))
    return next((found for found in ranked if found), []), tuple(dict.fromkeys(claimed))


def _in_headings(table: TextTable, today: date) -> _Source:
    """Take the dates of headings such as ``UPB @ 10/31/26``."""
    found = [
        (heading, one)
        for heading in table.headings
        if _OF_THE_DEBT.search(heading)
        for one in written_dates(heading, today)
        if _HEADING_SAYS_AS_OF.search(heading[: one.start])
    ]
    named = " and ".join(dict.fromkeys(shown_heading(heading) for heading, _ in found))
    return _Source(f"the heading {named}", tuple(one for _, one in found))


def _evidence(source: _Source) -> str:
    impossible = [one for one in source.dates if not one.days]
    if impossible and not source.days:
        return f"{source}, which no calendar has"
    doubtful = [one for one in source.dates if len(one.days) > 1]
    if doubtful:
        return f"{source}, which may be {' or '.join(map(str, doubtful[0].days))}"
    return str(source)


def _ways_out(source: _Source | None) -> str:
    if source is None or not source.days:
        return _FIX
    return f"Say which: {' or '.join(f'--as-of {day}' for day in source.days)}."


def _gives_day_in(source: _Source, month_end: date) -> bool:
    return not source.is_month and len(source.days) == 1 and _same_month(source.days[0], month_end)


def _agrees(source: _Source, day: date) -> bool:
    return not source.days or any(one == day or (source.is_month and _same_month(one, day)) for one in source.days)


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
