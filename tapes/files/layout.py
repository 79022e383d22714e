"""From records to rows of notes: the heading found, what is no note left out and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.files.table import HEADING_WITHIN, NOT_NOTES, Knows, Source, TextTable, is_heading
from tapes.refusal import Place, refusal

TOTAL = re.compile(r"^(grand|sub)?[ -]?totals?\b|^sum\b", re.IGNORECASE)
_CHUNK = 50_000
_CENT = 0.01

Record = tuple[int, Sequence[str]]
"""Line or row in the file, and its cells."""


@dataclass
class _Gathered:
    """Records under a heading, turned into Arrow text chunk by chunk so that a large file does not live as Python lists."""

    n_columns: int
    chunks: list[list[pa.Array]] = field(default_factory=list)
    pending: list[Sequence[str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    ragged: list[bool] = field(default_factory=list)

    def add(self, row: int, cells: Sequence[str]) -> None:
        surplus = [cell for cell in cells[self.n_columns :] if cell.strip()]
        self.ragged.append(len(cells) < self.n_columns or bool(surplus))
        self.rows.append(row)
        missing = self.n_columns - len(cells)
        self.pending.append([*cells, *[""] * missing] if missing > 0 else cells[: self.n_columns])
        if len(self.pending) == _CHUNK:
            self.flush()

    def flush(self) -> None:
        if self.pending:
            self.chunks.append([pa.array(column, pa.string()) for column in zip(*self.pending, strict=True)])
            self.pending = []

    def columns(self) -> list[Any]:
        self.flush()
        return [
            trimmed(pa.chunked_array([chunk[i] for chunk in self.chunks], pa.string())) for i in range(self.n_columns)
        ]


def trimmed(column: Any) -> Any:
    """Strip the white space around each cell; what is then empty becomes null."""
    text = pc.utf8_trim_whitespace(column)
    if pc.any(pc.equal(text, "")).as_py():
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return text


def table_from_records(records: Iterable[Record], source: Source, knows: Knows) -> TextTable:
    """Build a table from records in file order, the heading among the first thirty.

    Raises
    ------
    TapeError
        The cells are separated by something else than commas, or there is no record at all.
    """
    stream = iter(records)
    first = [(row, cells) for row, cells in islice(stream, HEADING_WITHIN)]
    heading = next((i for i, (_, cells) in enumerate(first) if is_heading(cells, knows)), None)
    if heading is None:
        heading = next((i for i, (_, cells) in enumerate(first) if any(cell.strip() for cell in cells)), None)
    if heading is None:
        raise refusal(Place(source.path, source.sheet), "there is no text in it", "A file begins with a heading.", "")
    headings = _headings(first[heading][1])
    _check_delimiter(first[heading][1], Place(source.path, source.sheet, first[heading][0]))
    not_notes = dict.fromkeys(NOT_NOTES, 0)
    for _, cells in first[:heading]:
        not_notes["title" if any(cell.strip() for cell in cells) else "blank"] += 1
    gathered = _Gathered(len(headings))
    for row, cells in chain(first[heading + 1 :], stream):
        if any(cell.strip() for cell in cells):
            gathered.add(row, cells)
        else:
            not_notes["blank"] += 1
    return TextTable(
        source.path,
        source.sheet,
        source.sha256,
        headings,
        tuple(gathered.columns()),
        np.array(gathered.rows, dtype=np.int64),
        np.array(gathered.ragged, dtype=bool),
        not_notes=not_notes,
        heading_rows=(first[heading][0],),
        titles=tuple(
            (row, " ".join(cell.strip() for cell in cells if cell.strip()))
            for row, cells in first[:heading]
            if any(cell.strip() for cell in cells)
        ),
    )


def without_other_lines(table: TextTable, roles: Mapping[str, int]) -> TextTable:
    """Leave out blank rows, repeated headings, totals and footnotes, and count them.

    A total is a row without a loan number, or with "Total" for one, whose ``upb`` is the sum of the notes' to the cent and
    which is nowhere: a note whose number was forgotten lies in a state.
    A footnote is a row under the last note with one cell of several words.  Whatever else has no loan number stays: it
    is excepted, with its reason, where the fields are read.

    Parameters
    ----------
    roles
        Position of the columns ``loan_id``, ``upb`` and ``property_state``, as far as the file has them.
    """
    if "loan_id" not in roles or len(table) == 0:
        return table
    ids = table.columns[roles["loan_id"]]
    heading = re.escape(table.headings[roles["loan_id"]].lower())
    suspect = pc.or_kleene(
        pc.is_null(ids),
        pc.match_substring_regex(pc.fill_null(ids, ""), rf"(?i)^{heading}$|{TOTAL.pattern}"),
    )
    suspects = np.flatnonzero(suspect.to_numpy() | table.ragged)
    if not len(suspects):
        return table
    ordinary = np.ones(len(table), dtype=bool)
    ordinary[suspects] = False
    kinds = _kinds(table, roles, suspects, ordinary)
    keep = np.ones(len(table), dtype=bool)
    counts = dict(table.not_notes)
    for position, kind in zip(suspects, kinds, strict=True):
        if kind:
            keep[position] = False
            counts[kind] += 1
    return table.keep_rows(keep, counts)


def _kinds(
    table: TextTable, roles: Mapping[str, int], suspects: NDArray[np.intp], ordinary: NDArray[np.bool_]
) -> list[str]:
    picked = [column.take(pa.array(suspects)).to_pylist() for column in table.columns]
    names = [heading.lower() for heading in table.headings]
    upb, state = roles.get("upb"), roles.get("property_state")
    total = None if upb is None else _sum(table.columns[upb].filter(pa.array(ordinary)))
    last = int(np.flatnonzero(ordinary)[-1]) if ordinary.any() else -1
    kinds = []
    for i, position in enumerate(suspects):
        cells = [column[i] for column in picked]
        filled = [cell for cell in cells if cell]
        loan_id = cells[roles["loan_id"]] or ""
        amount = None if upb is None else _number(cells[upb])
        if not filled:
            kind = "blank"
        elif [(cell or "").lower() for cell in cells] == names:
            kind = "repeated_heading"
        elif (
            (not loan_id or TOTAL.match(loan_id)) and _same_cents(amount, total) and (state is None or not cells[state])
        ):
            kind = "total"
        elif position > last and len(filled) == 1 and (" " in filled[0] or filled[0].startswith("*")):
            kind = "footnote"
        else:
            kind = ""
        kinds.append(kind)
    return kinds


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    headings = [" ".join(cell.split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)


_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def _check_delimiter(cells: Sequence[str], place: Place) -> None:
    if len(cells) == 1:
        for character, name in _OTHER_DELIMITERS.items():
            if character in cells[0]:
                raise refusal(
                    place, f"the cells are separated by {name}", "CSV is separated by commas.", "Export again."
                )


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return None


def _sum(cells: Any) -> float:
    return sum(number for cell in cells.to_pylist() if (number := _number(cell)) is not None)


def _same_cents(amount: float | None, total: float | None) -> bool:
    return amount is not None and total is not None and abs(amount - total) <= _CENT * (1 + 1e-6)
