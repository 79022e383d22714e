"""Codes that nobody knows: a few are unknown months, many keep a row out, and a column of them is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tapes.findings import Findings
from tapes.histories.alphabets import FANNIE, FOREIGN
from tapes.histories.evidence import Evidence
from tapes.histories.months import MonthCells, is_mark
from tapes.histories.settle import Column
from tapes.refusal import masked, refusal

MOST_FOREIGN = 0.1
"""Share of a note's months, and of a column's, that may be codes which nobody knows."""
_WIDEST = 40
"""Characters shown of a code."""
FEW = 5
"""Notes up to which a column is too small to be judged as a whole."""


@dataclass(frozen=True)
class Source:
    """Where months stand.

    Parameters
    ----------
    field
        As in ``exceptions.csv``.
    text
        pyarrow string ChunkedArray, shape (n_rows,): what is shown of a row; null where it has no months.
    """

    field: str
    text: Any


def except_foreign(column: Column, evidence: Evidence, source: Source, findings: Findings) -> None:
    """Except notes of which over a tenth of the months are not of the alphabet, flag the others with such a month.

    Raises
    ------
    TapeError
        As :func:`refuse_foreign`.
    """
    if not (evidence.foreign or any(is_mark(one) for one in column.cells.counts)):
        return
    refuse_foreign(column, evidence, source, findings)
    unread = (column.codes(evidence) == FOREIGN).sum(axis=1)
    cells = column.cells.paired if evidence.alphabet.width == 2 else column.cells
    wrong = unread > MOST_FOREIGN * np.count_nonzero(cells.ids, axis=1)
    findings.refuse_cells(wrong, "E_PAYSTRING", source.field, source.text)
    findings.flag((unread > 0) & ~wrong, "W_PAYSTRING_CODE")


def refuse_foreign(column: Column, evidence: Evidence | None, source: Source, findings: Findings) -> None:
    """Refuse a column over a tenth of whose months are codes that nobody knows, unless it is very small.

    Marks for the unknown count too, but for those before a note's first known month, which fill a young note's string.

    Parameters
    ----------
    evidence
        None: of the reading nothing is settled, so that only marks count.

    Raises
    ------
    TapeError
        It is so.
    """
    if len(source.text) - source.text.null_count < FEW:
        return
    codes = FANNIE.codes if evidence is None else evidence.alphabet.codes
    written = column.cells.written()
    unknown = _inner_marks(column.cells) + (0 if evidence is None else evidence.foreign)
    if unknown > MOST_FOREIGN * written:
        found = f"{unknown:,} of {written:,} months are codes that nobody knows ({shown_codes(column.cells, codes)})"
        place = findings.table.place(column=column.heading)
        raise refusal(place, found, "At most a tenth may be unknown.", "Ask the seller what they mean.")


def shown_codes(cells: MonthCells, known: Any = ()) -> str:
    """List what stands in the months and is not among the known, the most frequent first."""
    often = sorted((one for one in cells.counts if one not in known), key=lambda one: -cells.counts[one])
    return ", ".join(repr(_cut(masked(one))) for one in often[:12])


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _inner_marks(cells: MonthCells) -> int:
    """Count marks for the unknown that have something else on both sides."""
    marks = [one for one, text in cells.tokens.items() if one and is_mark(text)]
    if not marks:
        return 0
    is_unknown = np.isin(cells.ids, marks)
    something = (cells.ids > 0) & ~is_unknown
    before = np.logical_or.accumulate(something, axis=1)
    after = np.logical_or.accumulate(something[:, ::-1], axis=1)[:, ::-1]
    return int((is_unknown & before & after).sum())
