"""How far behind a note is, by its due date, its history and what its status says of it, set against each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from notes.delinquency import months_behind_on
from notes.history import UNKNOWN
from notes.months import Days, whole_months_between
from tapes.columns import Columns
from tapes.findings import Findings, Mask
from tapes.forms.distinct import Distinct
from tapes.forms.status_words import Status, read_status
from tapes.headings.columns import shown_heading
from tapes.histories.alphabets import FLOOR, FORECLOSURE
from tapes.histories.evidence import FORECLOSED_FROM
from tapes.rules import Values, oldest_due

_MOST_OF_CURRENT = 2
"""Months behind at which some sellers still call a loan performing."""
_SAME_FROM, _SAME_SHARE = 5, 0.9
"""Rows with both dates, and the share of them with equal ones, from which a whole column is in doubt."""


def check_due(columns: Columns, values: Values, as_of: Days, last_month: NDArray[np.int16], findings: Findings) -> None:
    """Except rows of which nobody can say how far behind they are; flag those that say it twice and differently.

    Parameters
    ----------
    last_month
        int16, shape (n_rows,): months behind in the as-of month by the payment history, -1 unknown.
    """
    stated, paid_to = values.days("next_due_date"), values.days("paid_to_date")
    by_date = months_behind_on(oldest_due(values), as_of)
    known = last_month != UNKNOWN
    undated = ~columns.filled("next_due_date") & ~columns.filled("paid_to_date")
    told_why = findings.refused("E_RESOLVED") | findings.refused("E_STATUS")
    findings.refuse_rows(undated & ~known & ~np.isnat(as_of) & ~told_why, "E_DUE", "next_due_date")
    findings.flag(np.abs(whole_months_between(paid_to, stated) - 1) > 1, "W_DUE_CONFLICT")
    findings.warnings += _same_dates_warning(columns, paid_to, stated)
    # A pay string's 9 is nine or more.
    apart = np.where(last_month == 9, last_month - by_date, np.abs(by_date - last_month))
    against = _against_status(columns, by_date, oldest_due(values) > as_of)
    findings.flag((known & (apart > 1)) | against, "W_DUE_HISTORY")


def _against_status(columns: Columns, by_date: NDArray[np.float64], nothing_due: Mask) -> Mask:
    """Tell notes of which ``loan_status`` says another number of months than the due date, whichever of them is worse.

    A month apart is a day of counting.  The column's last bucket may mean "or more", and a note that is "in default" or in
    foreclosure is behind at all.

    Parameters
    ----------
    by_date
        float64, shape (n_rows,): months behind by the due date, NaN without one.
    nothing_due
        bool, shape (n_rows,): the next instalment is due after the as-of date.
    """
    cells = Distinct(columns.written("loan_status"))
    found = [read_status(text) for text in cells.texts]
    said = [None if one is None else (one.months, _calls(one)) for one in found]
    last = max((one[0] for one in said if one is not None and 0 <= one[0] < FLOOR), default=0)
    against = np.zeros(len(by_date), dtype=bool)
    for one in {*said} - {None}:
        assert one is not None
        code, calls = one
        if code >= FLOOR:
            unlike = by_date < code - FLOOR - 1
        elif code > 0:
            unlike = (by_date < code - 1) | ((by_date > code + 1) & (code < last))
        elif code == 0 or calls == "current":
            unlike = by_date > _MOST_OF_CURRENT
        elif code == FORECLOSURE:
            unlike = by_date < FORECLOSED_FROM - 1
        else:
            unlike = nothing_due & (calls == "delinquent")
        against |= cells.mask([each == one for each in said]) & unlike
    return against


def _calls(status: Status) -> str:
    """Say whether a status calls the note current or delinquent, or neither."""
    return next((one for one in ("delinquent", "current") if one in status.codes), "")


def _same_dates_warning(columns: Columns, paid_to: Days, stated: Days) -> list[str]:
    """Warn where a seller's paid-to dates are its due dates: then one of the columns is not what its heading says.

    A month between them is what is meant; within that no note is flagged, but a whole column is one question.
    """
    both = ~np.isnat(paid_to) & ~np.isnat(stated)
    n_both, n_same = int(both.sum()), int((both & (paid_to == stated)).sum())
    if n_both < _SAME_FROM or n_same < _SAME_SHARE * n_both:
        return []
    paid, due = (columns.headings.get(name, name) for name in ("paid_to_date", "next_due_date"))
    return [
        f"Columns {shown_heading(paid)} (paid_to_date) and {shown_heading(due)} (next_due_date) hold the same date in "
        f"{n_same:,} of {n_both:,} rows.  Months behind are counted from next_due_date; unpaid interest "
        "from paid_to_date, so a month less of it than where interest is paid to a month before.  Ask the seller."
    ]
