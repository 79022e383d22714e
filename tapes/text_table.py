"""Any readable file as a table of text: the one form from which every field is converted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import TapeError
from tapes.refusal import Place, refusal

NOT_NOTES = ("blank", "title", "repeated_heading", "total", "footnote")
EXCEL_ROWS = 1_048_576
HEADING_WITHIN = 30
"""The heading is looked for in this many first records."""


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
        For columns by position, bool of shape (n_rows,): cells that the file itself holds as numbers, not as text.
    not_notes
        Lines left out, by kind.
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

    def place(self, position: int | None = None, column: str | None = None) -> Place:
        """Name a place in the file, by the position of a row in this table."""
        return Place(self.path, self.sheet, None if position is None else int(self.rows[position]), column)


@dataclass(frozen=True)
class Source:
    """A file's bytes, read once, so that what is hashed is what is parsed."""

    path: Path
    data: bytes
    sheet: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def read_text_table(path: Path, known: frozenset[str], sheet: str | None = None) -> TextTable:
    """Read a CSV, XLSX or Parquet file, told apart by content, as text.

    Parameters
    ----------
    known
        Canonical headings, by which the heading row is found.
    sheet
        The sheet of a workbook.

    Raises
    ------
    TapeError
        The file cannot be read, is of another kind, is damaged, or holds no rows.
    UsageError
        A workbook has several sheets with rows and none was named, or has no such sheet.
    """
    source = Source(path, _read_bytes(path), sheet)
    kind = _kind(source)
    if kind == "xlsx":
        from tapes.text_xlsx import read_xlsx as read
    elif kind == "parquet":
        from tapes.text_parquet import read_parquet as read
    else:
        from tapes.text_csv import read_csv as read
    table = read(source, known)
    if len(table) == 0:
        raise refusal(table.place(), "no rows under the heading", "A file holds at least one note.", "")
    return table


def is_heading(cells: Sequence[str], known: frozenset[str]) -> bool:
    """Tell a heading row: at least two of its cells, and half of those that are not empty, are canonical names."""
    names = [cell.strip().lower() for cell in cells if cell.strip()]
    hits = sum(name in known for name in names)
    return hits >= 2 and 2 * hits >= len(names)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TapeError(f"{path}: there is no such file.{_nearest(path)}") from None
    except IsADirectoryError:
        raise TapeError(f"{path}: this is a folder; name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TapeError(f"{path}: cannot be read ({reason}).") from error


def _nearest(path: Path) -> str:
    import difflib

    try:
        names = [one.name for one in path.parent.iterdir()]
    except OSError:
        return ""
    close = difflib.get_close_matches(path.name, names, n=3)
    return f" Nearest in that folder: {', '.join(close)}." if close else ""


_OTHER_KINDS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old or an encrypted Excel workbook",
        "Save it as an .xlsx without a password, or as CSV.",
    ),
    (b"%PDF", "a PDF", "Ask for the tape as CSV or XLSX."),
    (b"\xff\xfe", "text in UTF-16", "Save it as CSV UTF-8."),
    (b"\xfe\xff", "text in UTF-16", "Save it as CSV UTF-8."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
)


def _kind(source: Source) -> str:
    data, place = source.data, Place(source.path)
    if not data.strip():
        raise refusal(place, "the file is empty", "A file holds a heading and at least one note.", "")
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(b"PAR1"):
        return "parquet"
    for magic, name, fix in _OTHER_KINDS:
        if data.startswith(magic):
            raise refusal(place, f"this is {name}", "CSV (UTF-8), XLSX and Parquet are read.", fix)
    if data[:1000].lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise refusal(
            place,
            "this is a web page",
            "CSV (UTF-8), XLSX and Parquet are read.",
            "Open it in Excel and save as .xlsx.",
        )
    if b"\x00" in data:
        raise refusal(place, "the file holds NUL bytes", "CSV is text in UTF-8.", "Export it again as CSV UTF-8.")
    return "csv"


def _bytes_of(cells: Any) -> Any:
    """Give the bytes of a binary array's values, one after another."""
    if not len(cells):
        return b""
    _, offsets, values = cells.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    return values[int(ends[0]) : int(ends[-1])] if values is not None else b""
