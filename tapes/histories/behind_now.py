"""The months or days behind that a seller states for the as-of date."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from notes.history import UNKNOWN
from tapes.asking import Question
from tapes.findings import Findings
from tapes.histories.alphabets import FORECLOSURE, FOREIGN
from tapes.histories.evidence import FORECLOSED_FROM, ByDueDate
from tapes.histories.foreign import shown_codes
from tapes.histories.monthly import for_columns
from tapes.histories.months import of_columns
from tapes.histories.series import RIGHT
from tapes.histories.settle import Column, Reading, Said, read_by, settle, weigh
from tapes.histories.spoken import spoken_alphabets
from tapes.mapped import MappedTable

_SAYS_MONTHS = re.compile(r"month|(?<![A-Za-z])mo?s?(?![A-Za-z])|mth|pa?y?me?n?ts?|instal", re.IGNORECASE)


def read_behind_now(
    mapped: MappedTable, by_due: ByDueDate, said: Said, findings: Findings
) -> Reading | Question | None:
    """Read a column of months or days behind on the as-of date; it counts only where there is no due date.

    A cell that cannot be read keeps a note out that has no due date; with one it is told of.

    Returns
    -------
    reading
        A question where numbers may be months or days; None where the file has no such column, or an empty one.

    Raises
    ------
    TapeError
        Over 20 % of the cells cannot be read and have no due date.
    """
    if mapped.assignment.of("months_delinquent") is None:
        return None
    text = mapped.formed["months_delinquent"].text
    cells = of_columns([text], np.zeros(len(text), dtype=np.int64))
    if not cells.written():
        return None
    heading = mapped.columns.headings["months_delinquent"]
    alphabets = spoken_alphabets(cells.counts, ())
    alphabets = alphabets[:1] if _SAYS_MONTHS.search(heading) else alphabets
    now = replace(for_columns(said, alphabets, (RIGHT,)), newest=RIGHT)
    column = Column(heading, "months behind", cells, by_due, now, alphabets, (RIGHT,))
    found = _now(column)
    if isinstance(found, Question):
        return found
    dated = ~np.isnan(by_due.mba)
    unread = column.codes(found.evidence)[:, -1] == FOREIGN
    if (unread & dated).any():
        n, known = int((unread & dated).sum()), shown_codes(cells, found.evidence.alphabet.codes)
        cells_are = "1 cell is" if n == 1 else f"{n:,} cells are"
        findings.warnings.append(f"{heading!r}: {cells_are} no number and no known word ({known}); due dates are used.")
        findings.flag(unread & dated, "W_STATUS_UNKNOWN", "months_delinquent", text)
    findings.refuse_cells(unread & ~dated, "E_STATUS", "months_delinquent", text)
    findings.refuse_rows(found.statuses.ended, "E_RESOLVED", "months_delinquent", text)
    stated = found.statuses.stated[:, -1]
    findings.flag(dated & (stated != UNKNOWN) & (np.abs(stated - by_due.mba) > 1), "W_DUE_HISTORY")
    foreclosed = column.codes(found.evidence)[:, -1] == FORECLOSURE
    findings.flag(foreclosed & (by_due.mba < FORECLOSED_FROM - 1), "W_DUE_HISTORY")
    months = np.where(dated[:, None], np.int16(UNKNOWN), found.statuses.months)
    doubtful = found.doubtful & ~dated
    remarks = found.remarks if doubtful.any() else ()
    return replace(
        found, statuses=replace(found.statuses, months=months, stated=months), doubtful=doubtful, remarks=remarks
    )


def _now(column: Column) -> Reading | Question:
    """Read months or days behind; which of the two it is matters where a note has no due date."""
    names = [one.name for one in column.alphabets] if column.said.alphabet is None else [column.said.alphabet]
    forced = [weigh(replace(column, said=replace(column.said, alphabet=name)))[0] for name in names]
    found = settle(column, forced) if len(forced) > 1 else read_by(column, forced[0])
    if isinstance(found, Reading):
        return found
    undated = np.isnan(column.by_due.mba) & (column.cells.ids[:, 0] > 0)
    return found if undated.any() else read_by(column, max(forced, key=lambda one: int(one.agrees.sum())))
