"""The day on which a tape was known: from the command, else its column, else its file's name; never guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np

from notes.months import Days, whole_months_between
from tapes.columns import Columns
from tapes.convert import to_days
from tapes.findings import Findings
from tapes.reading import ReadOptions
from tapes.refusal import refusal

_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_STALE_MONTHS = 12
_FIX = "Give --as-of YYYY-MM-DD, a column as_of_date, or a date YYYY-MM-DD in the file's name."


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
        No date is given anywhere, the one given is in the future, or no cell of the column holds one.
    """
    place, n_rows = columns.table.place(column="as_of_date"), len(columns.table)
    rest = replace(columns, text={name: text for name, text in columns.text.items() if name != "as_of_date"})
    cells = columns.cells("as_of_date")
    days, bad = to_days(cells)
    today: np.datetime64 = np.datetime64(options.today or date.today(), "D")
    if options.as_of is not None:
        fixed: np.datetime64 = np.datetime64(options.as_of, "D")
        differs = int((~np.isnat(days) & (days != fixed)).sum())
        if differs:
            findings.warnings.append(
                f"--as-of {fixed} is used; column as_of_date says something else on {differs:,} rows."
            )
    elif columns.filled("as_of_date").any():
        findings.refuse_cells(bad, "E_AS_OF", "as_of_date", cells)
        future = days > today
        if future.all():
            raise refusal(place, f"{days[0]} is in the future", "A tape is known on its as-of date.", _FIX)
        findings.refuse_rows((np.isnat(days) & ~bad) | future, "E_AS_OF", "as_of_date", cells)
        return rest, np.where(future, np.datetime64("NaT", "D"), days)
    else:
        fixed = _from_name(columns)
    if not fixed <= today:
        raise refusal(place, f"{fixed} is in the future", "A tape is known on its as-of date.", _FIX)
    return rest, np.full(n_rows, fixed)


def stale_warning(as_of: Days, options: ReadOptions) -> list[str]:
    """Warn of a tape that is over twelve months old."""
    today = np.array(options.today or date.today(), dtype="datetime64[D]")
    known = as_of[~np.isnat(as_of)]
    old = whole_months_between(known, today) > _STALE_MONTHS
    return [f"The tape is of {known.min()}: over {_STALE_MONTHS} months old."] if old.any() else []


def several_dates_warning(as_of: Days) -> list[str]:
    """Warn of a tape whose rows are of different days."""
    dates = np.unique(as_of[~np.isnat(as_of)])
    if len(dates) < 2:
        return []
    return [f"as_of_date runs from {dates[0]} to {dates[-1]}: each note is priced as of its own."]


def _from_name(columns: Columns) -> np.datetime64:
    path = columns.table.path
    found = set(_IN_NAME.findall(path.stem))
    for text in found if len(found) == 1 else ():
        try:
            return np.datetime64(date.fromisoformat(text), "D")
        except ValueError:
            break
    raise refusal(columns.table.place(), "the as-of date is not given", "A tape is known on a day.", _FIX)
