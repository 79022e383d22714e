"""Delimited text: pyarrow for a clean file, Python's csv module for one with blank lines or ragged rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tapes.files.delimiter import NAMES, find_delimiter, sample_of
from tapes.files.encoding import Decoded
from tapes.files.heading import Heading
from tapes.files.records import Body, assemble, gather, heading_among, joined, table_from_records, trimmed
from tapes.files.table import HEADING_WITHIN, Knows, Source, TextTable
from tapes.refusal import Place, refusal

_LINES_IN_ONE_RECORD = 100
_LAST_LINES = 100
_BYTES_AT_ONCE = 1 << 24


def read_delimited(source: Source, text: Decoded, knows: Knows) -> TextTable:
    """Read text whose cells are separated by commas, semicolons, tabs or bars, with quotes as in RFC 4180.

    Raises
    ------
    TapeError
        Unbalanced quotes, a cell or record of inordinate length, or no text.
    """
    delimiter = find_delimiter(text.data, knows)
    table = _read_clean(source, text.data, delimiter, knows) or _read_any(source, text.data, delimiter, knows)
    remarks = [text.remark] if text.remark else []
    remarks += [f"The cells are separated by {NAMES[delimiter]}."] if delimiter != "," else []
    return replace(table, remarks=(*remarks, *table.remarks))


@dataclass(frozen=True)
class _Above:
    """A file's first records, and how many lines heading and titles take."""

    texts: list[tuple[int, list[str]]]
    heading: Heading
    n_lines: int

    @property
    def width(self) -> int:
        return len(self.texts[self.heading.start + len(self.heading.cells) - 1][1])


def _read_clean(source: Source, data: bytes, delimiter: str, knows: Knows) -> TextTable | None:
    """Read with pyarrow a file whose every line under the heading, but for the last hundred, is one record.

    Returns
    -------
    None for another file.
    """
    above = _above(source, data, delimiter, knows)
    if above is None or data.count(b"\r") != data.count(b"\r\n") or above.width < len(above.heading.names):
        return None
    start = 0
    for _ in range(above.n_lines):
        start = data.find(b"\n", start) + 1
        if not start:
            return None
    for n_last in (0, _LAST_LINES):
        cut = len(data)
        for _ in range(n_last + 1 if n_last else 0):
            cut = max(data.rfind(b"\n", start, cut), start - 1)
        head, tail = data[start : cut + 1], data[cut + 1 :]
        body = _clean_body(head, delimiter, above.width, above.n_lines + 1)
        try:
            if body is not None and tail:
                records = _records(tail, delimiter, above.n_lines + 1 + len(body.rows))
                body = joined(body, gather(records, above.heading, above.width))
        except csv.Error:
            return None
        if body is not None:
            return assemble(source, above.texts, above.heading, body)
    return None


def _above(source: Source, data: bytes, delimiter: str, knows: Knows) -> _Above | None:
    texts: list[tuple[int, list[str]]] = []
    ends: list[int] = []
    try:
        reader = csv.reader(io.StringIO(sample_of(data), newline=""), delimiter=delimiter, strict=True)
        for cells in islice(reader, HEADING_WITHIN):
            texts.append((ends[-1] + 1 if ends else 1, cells))
            ends.append(reader.line_num)
    except csv.Error:
        return None
    if not texts:
        return None
    heading = heading_among(texts, source, knows)
    return _Above(texts, heading, ends[heading.start + len(heading.cells) - 1])


def _clean_body(body: bytes, delimiter: str, width: int, first_row: int) -> Body | None:
    n_lines = body.count(b"\n") + (bool(body) and not body.endswith(b"\n"))
    if not n_lines or not _quotes_are_regular(body, delimiter):
        return None
    names = [str(i) for i in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(body),
            read_options=pa_csv.ReadOptions(column_names=names),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException:
        return None
    if table.num_rows != n_lines:
        return None
    columns = tuple(trimmed(one) for one in table.columns)
    rows = np.arange(first_row, first_row + n_lines, dtype=np.int64)
    return Body(columns, rows, np.zeros(n_lines, dtype=bool))


def _quotes_are_regular(body: bytes, delimiter: str = ",") -> bool:
    """Tell whether every quote opens a cell, closes one or is doubled inside one; pyarrow takes others as it likes.

    Read in turn, quotes open and close.  One that opens stands behind a delimiter, a line break or a closing quote (the
    two then are a doubled one); one that closes stands before a delimiter, a line break or an opening quote.
    """
    if b'"' not in body:
        return True
    data = np.frombuffer(body, dtype=np.uint8)
    outside = np.zeros(256, dtype=bool)
    outside[[*b'"\r\n', ord(delimiter)]] = True
    n_before = 0
    for start in range(0, len(data), _BYTES_AT_ONCE):
        quotes = np.flatnonzero(data[start : start + _BYTES_AT_ONCE] == ord('"')) + start
        opens, closes = quotes[n_before % 2 :: 2], quotes[1 - n_before % 2 :: 2]
        n_before += len(quotes)
        before, after = data[opens[opens > 0] - 1], data[closes[closes < len(data) - 1] + 1]
        if not (outside[before].all() and outside[after].all()):
            return False
    return n_before % 2 == 0


def _read_any(source: Source, data: bytes, delimiter: str, knows: Knows) -> TextTable:
    try:
        return table_from_records(_records(data, delimiter), source, knows)
    except csv.Error as error:
        too_long = "field larger" in str(error)
        raise refusal(
            Place(source.path, row=getattr(error, "line", None)),
            f"a cell of over {csv.field_size_limit():,} characters" if too_long else f"not a readable CSV ({error})",
            "Quotes open and close around a cell, and a quote inside is doubled.",
            "Shorten the cell, or close its quote." if too_long else "Mend the line or export the file again.",
        ) from None


def _records(data: bytes, delimiter: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line on which it begins, the first on ``line``."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    above = line - 1
    try:
        for cells in reader:
            n_lines = above + reader.line_num - line + 1
            if n_lines > _LINES_IN_ONE_RECORD:
                raise csv.Error(f"one record takes {n_lines} lines")
            yield line, cells
            line = above + reader.line_num + 1
    except csv.Error as error:
        raise _BadLine(str(error), line) from None


class _BadLine(csv.Error):
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line
