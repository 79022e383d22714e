"""From records in file order to a table: the heading found, blank lines and titles counted, every other line a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.files.cells import cell_text, is_empty, text_column
from tapes.files.heading import Heading, Spans, find_heading, is_data
from tapes.files.lines import TOTAL
from tapes.files.table import HEADING_WITHIN, NOT_NOTES, Knows, Source, TextTable
from tapes.files.table import column_letters as column_letters
from tapes.refusal import Place, refusal

_CHUNK = 50_000

Record = tuple[int, Sequence[Any]]
"""Line or row in the file, and its cells."""


@dataclass(frozen=True)
class Body:
    """What stands under a heading, column by column.

    Parameters
    ----------
    columns
        pyarrow string ChunkedArrays, trimmed; at least one a cell of the heading.
    rows, ragged, numeric
        As :class:`tapes.files.table.TextTable` has them.
    """

    columns: Sequence[Any]
    rows: NDArray[np.int64]
    ragged: NDArray[np.bool_]
    numeric: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    n_blank: int = 0


def trimmed(column: Any) -> Any:
    """Strip the white space around each cell; what is then empty becomes null."""
    text = pc.utf8_trim_whitespace(column)
    if pc.any(pc.equal(text, "")).as_py():
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return text


def table_from_records(
    records: Iterable[Record], source: Source, knows: Knows, grid: bool = False, spans: Spans | None = None
) -> TextTable:
    """Build a table from records in file order, the heading among the first thirty.

    Parameters
    ----------
    grid
        The cells have fixed places, as in a workbook: no row can have slipped, and a cell to the right of the heading
        is a column without a name.
    spans
        Merged cells.

    Raises
    ------
    TapeError
        There is no record at all.
    """
    stream = iter(records)
    first = list(islice(stream, HEADING_WITHIN))
    texts = [(row, [cell_text(cell) for cell in cells]) for row, cells in first]
    heading = heading_among(texts, source, knows, spans)
    under = heading.start + len(heading.cells)
    return assemble(source, texts, heading, gather(chain(first[under:], stream), heading, grid=grid))


def gather(records: Iterable[Record], heading: Heading, width: int = 0, grid: bool = False) -> Body:
    """Take what stands under a heading together, blank lines counted.

    Parameters
    ----------
    width
        Columns that there are at least, besides those of the heading.
    grid
        As for :func:`table_from_records`.
    """
    gathered = _Gathered(max(len(heading.names), width), _last_name(heading.names), grid)
    n_blank = 0
    for row, cells in records:
        if all(map(is_empty, cells)):
            n_blank += 1
        else:
            gathered.add(row, cells)
    return gathered.body(n_blank)


def joined(first: Body, last: Body) -> Body:
    """Put two bodies of text, of equally many columns, one under the other."""
    columns = [
        pa.chunked_array([*above.chunks, *below.chunks], pa.string())
        for above, below in zip(first.columns, last.columns, strict=True)
    ]
    rows = np.concatenate([first.rows, last.rows])
    return Body(columns, rows, np.concatenate([first.ragged, last.ragged]), {}, first.n_blank + last.n_blank)


def heading_among(
    texts: Sequence[tuple[int, Sequence[str]]], source: Source, knows: Knows, spans: Spans | None = None
) -> Heading:
    """Find the heading among a file's first records.

    Raises
    ------
    TapeError
        They hold nothing.
    """
    heading = find_heading(texts, knows, spans or {})
    if heading is None:
        raise refusal(
            Place(source.path, source.sheet),
            "there is no text in it (no loans found)",
            "A file begins with a heading.",
            "",
        )
    return heading


def assemble(source: Source, texts: Sequence[tuple[int, Sequence[str]]], heading: Heading, body: Body) -> TextTable:
    """Put heading, what stands above it and what stands under it together.

    A column without a name and without cells is a spacer and left out; one with cells is called after its letter.

    Parameters
    ----------
    texts
        The file's first records, the heading's among them.
    """
    above = texts[: heading.start]
    not_notes = dict.fromkeys(NOT_NOTES, 0) | {"blank": body.n_blank}
    for _, cells in above:
        not_notes[_kind_above(cells)] += 1
    names = [*heading.names, *[""] * (len(body.columns) - len(heading.names))]
    kept = [i for i, name in enumerate(names) if name or body.columns[i].null_count < len(body.rows)]
    heading_rows = tuple(row for row, _ in texts[heading.start : heading.start + len(heading.cells)])
    cells_of = [[*cells, *[""] * (len(names) - len(cells))] for cells in heading.cells]
    return TextTable(
        source.path,
        source.sheet,
        source.sha256,
        tuple(names[i] or f"column {column_letters(i)}" for i in kept),
        tuple(body.columns[i] for i in kept),
        body.rows,
        body.ragged,
        numeric={new: body.numeric[old] for new, old in enumerate(kept) if old in body.numeric},
        not_notes=not_notes,
        heading_rows=heading_rows,
        heading_cells=tuple(tuple(cells[i] for i in kept) for cells in cells_of),
        titles=tuple((row, _line(cells)) for row, cells in above if _line(cells)),
        remarks=_heading_remark(heading_rows),
        letters=tuple(map(column_letters, kept)),
    )


@dataclass
class _Gathered:
    """Records under a heading, turned into Arrow text chunk by chunk so that a large file does not live as Python lists."""

    n_columns: int
    n_named: int
    grid: bool
    chunks: list[list[Any]] = field(default_factory=list)
    numbers: list[dict[int, NDArray[np.bool_]]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    pending: list[Sequence[Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    ragged: list[bool] = field(default_factory=list)

    def add(self, row: int, cells: Sequence[Any]) -> None:
        n_cells = len(cells)
        if self.grid:
            self.n_columns = max(self.n_columns, n_cells)
        surplus = n_cells > self.n_columns and not all(map(is_empty, cells[self.n_columns :]))
        self.ragged.append(not self.grid and (n_cells < self.n_named or surplus))
        self.rows.append(row)
        self.pending.append(cells)
        if len(self.pending) == _CHUNK:
            self.flush()

    def flush(self) -> None:
        if not self.pending:
            return
        n = self.n_columns
        if any(len(cells) != n for cells in self.pending):
            self.pending = [[*cells[:n], *[""] * (n - len(cells))] for cells in self.pending]
        columns = [text_column(column) for column in zip(*self.pending, strict=True)]
        self.chunks.append([text for text, _ in columns])
        self.numbers.append({i: numeric for i, (_, numeric) in enumerate(columns) if numeric is not None})
        self.sizes.append(len(self.pending))
        self.pending = []

    def body(self, n_blank: int) -> Body:
        self.flush()
        numeric = {}
        for i in sorted({i for chunk in self.numbers for i in chunk}):
            masks = [chunk.get(i, np.zeros(n, dtype=bool)) for chunk, n in zip(self.numbers, self.sizes, strict=True)]
            numeric[i] = np.concatenate(masks)
        columns = []
        for i in range(self.n_columns):
            parts = [
                chunk[i] if i < len(chunk) else pa.nulls(n, pa.string())
                for chunk, n in zip(self.chunks, self.sizes, strict=True)
            ]
            columns.append(trimmed(pa.chunked_array(parts, pa.string())))
            for chunk in self.chunks:
                if i < len(chunk):
                    chunk[i] = None
        rows, ragged = np.array(self.rows, dtype=np.int64), np.array(self.ragged, dtype=bool)
        return Body(columns, rows, ragged, numeric, n_blank)


def _last_name(names: Sequence[str]) -> int:
    return max((i + 1 for i, name in enumerate(names) if name), default=0)


def _kind_above(cells: Sequence[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return "blank"
    n_numbers = sum(map(is_data, filled))
    if n_numbers == len(filled) or (n_numbers and any(TOTAL.match(cell) for cell in filled)):
        return "total"
    return "title"


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.strip() for cell in cells if cell.strip())


def _heading_remark(rows: Sequence[int]) -> tuple[str, ...]:
    if tuple(rows) == (1,):
        return ()
    joined = f" (rows {rows[0]:,} and {rows[-1]:,} joined)" if len(rows) > 1 else ""
    return (f"The heading was found at row {rows[0]:,}{joined}.",)
