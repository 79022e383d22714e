"""Any readable file as a table of text: the one form from which every field is converted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.refusal import Place

NOT_NOTES = ("blank", "title", "repeated_heading", "total", "footnote")
EXCEL_ROWS = 1_048_576
HEADING_WITHIN = 30
"""The heading is looked for in this many first records."""

Knows = Callable[[str], bool]
"""Tells whether a text is a heading that somebody is known to use."""


@dataclass(frozen=True)
class TextTable:
    """A file's cells as text.

    Parameters
    ----------
    headings
        As written, stripped.
    columns
        A pyarrow string ChunkedArray a heading, trimmed; null is an empty cell.
    rows
        int64, shape (n_rows,): line or row in the file, counted from 1.
    ragged
        bool, shape (n_rows,): rows with more or fewer cells than the heading has; what they hold may have slipped.
    numeric
        For columns by position, bool of shape (n_rows,): cells that the file itself holds as numbers, not as text.  A
        column without numbers is not in it.
    not_notes
        Lines left out, by kind.
    date_1904
        The workbook counts days from 1904.
    heading_rows
        The line or rows of the heading, counted from 1; two where two rows were joined.
    heading_cells
        The cells of each of the heading's rows, one a column, as written; by them a repeated heading is known.
    titles
        What stands above the heading: row, and its cells' text joined by spaces.
    hidden
        bool, shape (n_rows,): rows that the workbook hides; they are read like the others.  None: none is.
    remarks
        Sentences about how the file was read: its encoding, delimiter, sheet, heading.
    missed
        By row in the file, totals that are not the sum of the notes, and counts that are not their number: what is to be
        done about each.
    letters
        Of each column in the file, as a spreadsheet shows them; empty where no column was left out.
    """

    path: Path
    sheet: str | None
    sha256: str
    headings: tuple[str, ...]
    columns: tuple[Any, ...]
    rows: NDArray[np.int64]
    ragged: NDArray[np.bool_]
    numeric: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    not_notes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NOT_NOTES, 0))
    date_1904: bool = False
    heading_rows: tuple[int, ...] = (1,)
    heading_cells: tuple[tuple[str, ...], ...] = ()
    titles: tuple[tuple[int, str], ...] = ()
    hidden: NDArray[np.bool_] | None = None
    remarks: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    missed: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def content_sha256(self) -> str:
        """Hash what the rows say, whatever the order of the columns and the kind of file.

        For each heading in sorted order: the heading, the length of each cell in bytes (-1 where empty) and the cells'
        UTF-8 bytes.
        """
        digest = hashlib.sha256(f"{len(self)}\n".encode())
        for at in sorted(range(len(self.headings)), key=lambda one: self.headings[one]):
            cells = pa.chunked_array(self.columns[at]).combine_chunks().cast(pa.large_binary())
            lengths = pc.fill_null(pc.binary_length(cells), -1).cast(pa.int64())
            digest.update(self.headings[at].encode() + b"\n")
            digest.update(lengths.to_numpy(zero_copy_only=False).astype("<i8").tobytes())
            digest.update(_bytes_of(pc.drop_null(cells)))
        return digest.hexdigest()

    def keep_rows(self, keep: NDArray[np.bool_], not_notes: dict[str, int]) -> TextTable:
        """Keep some rows, with the counts of what was left out."""
        mask = pa.array(keep)
        return replace(
            self,
            columns=tuple(column.filter(mask) for column in self.columns),
            rows=self.rows[keep],
            ragged=self.ragged[keep],
            numeric={i: cells[keep] for i, cells in self.numeric.items()},
            hidden=None if self.hidden is None else self.hidden[keep],
            not_notes=not_notes,
        )

    def take_rows(self, at: NDArray[np.int64]) -> TextTable:
        """Give rows by position, in the order given, also one several times."""
        positions = pa.array(at)
        return replace(
            self,
            columns=tuple(column.take(positions) for column in self.columns),
            rows=self.rows[at],
            ragged=self.ragged[at],
            numeric={i: cells[at] for i, cells in self.numeric.items()},
            hidden=None if self.hidden is None else self.hidden[at],
        )

    def keep_columns(self, positions: Sequence[int]) -> TextTable:
        """Keep some columns, renumbered in the order given."""
        return replace(
            self,
            headings=tuple(self.headings[i] for i in positions),
            columns=tuple(self.columns[i] for i in positions),
            heading_cells=tuple(tuple(row[i] for i in positions) for row in self.heading_cells),
            numeric={new: self.numeric[old] for new, old in enumerate(positions) if old in self.numeric},
            letters=tuple(self.letter(i) for i in positions),
        )

    def letter(self, position: int) -> str:
        """Name a column as a spreadsheet does, whatever was left out on the left of it."""
        return self.letters[position] if self.letters else column_letters(position)

    def place(self, position: int | None = None, column: str | None = None) -> Place:
        """Name a place in the file, by the position of a row in this table."""
        return Place(self.path, self.sheet, None if position is None else int(self.rows[position]), column)


@dataclass(frozen=True)
class Source:
    """A file's bytes, read once, so that what is hashed is what is parsed.

    Parameters
    ----------
    data
        What is parsed: the file's bytes, or what they decrypt to.
    sheet
        The sheet asked for, or the one that is read.
    sha256
        Of the bytes of the file as given.
    """

    path: Path
    data: bytes
    sheet: str | None
    sha256: str

    @classmethod
    def of(cls, path: Path, data: bytes, sheet: str | None = None) -> Source:
        """Take a file as given."""
        return cls(path, data, sheet, hashlib.sha256(data).hexdigest())


def column_letters(position: int) -> str:
    """Give a column's letters as a spreadsheet shows them.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701), column_letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _bytes_of(cells: Any) -> Any:
    """Give the bytes of a binary array's values, one after another."""
    if not len(cells):
        return b""
    _, offsets, values = cells.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    return values[int(ends[0]) : int(ends[-1])] if values is not None else b""
