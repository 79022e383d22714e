"""CSV as text: pyarrow for a clean file, Python's csv module for one with blank lines, titles or ragged rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tapes.files.layout import table_from_records, trimmed
from tapes.files.table import Knows, Source, TextTable, is_heading
from tapes.refusal import Place, refusal

_BOM = b"\xef\xbb\xbf"
_LINES_IN_ONE_RECORD = 100
_BYTES_AT_ONCE = 1 << 24


def read_csv(source: Source, knows: Knows) -> TextTable:
    """Read a CSV in UTF-8, separated by commas, with quotes as in RFC 4180.

    Raises
    ------
    TapeError
        Not UTF-8, another delimiter, unbalanced quotes or no heading.
    """
    return _read_clean(source, knows) or _read_any(source, knows)


def _read_clean(source: Source, knows: Knows) -> TextTable | None:
    """Read with pyarrow a file whose first line is the heading and whose every line is one record; None for another."""
    body = source.data.removeprefix(_BOM)
    first = body[: body.find(b"\n") + 1 or None].rstrip(b"\r\n")
    try:
        headings = next(csv.reader([first.decode()], strict=True), [])
        if not is_heading(headings, knows):
            return None
        names = [str(i) for i in range(len(headings))]
        table = pa_csv.read_csv(
            pa.py_buffer(body),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (csv.Error, pa.ArrowException, UnicodeDecodeError):
        return None
    if not _quotes_are_regular(body):
        return None
    n_lines = body.count(b"\n") + (not body.endswith(b"\n"))
    if table.num_rows + 1 != n_lines or body.count(b"\r") != body.count(b"\r\n"):
        return None
    return TextTable(
        source.path,
        None,
        source.sha256,
        tuple(" ".join(one.split()) for one in headings),
        tuple(trimmed(one) for one in table.columns),
        np.arange(2, n_lines + 1, dtype=np.int64),
        np.zeros(table.num_rows, dtype=bool),
    )


def _quotes_are_regular(body: bytes) -> bool:
    """Tell whether every quote opens a cell, closes one or is doubled inside one; pyarrow takes others as it likes.

    Read in turn, quotes open and close.  One that opens stands behind a comma, a line break or a closing quote (the two
    then are a doubled one); one that closes stands before a comma, a line break or an opening quote.
    """
    if b'"' not in body:
        return True
    data = np.frombuffer(body, dtype=np.uint8)
    outside = np.zeros(256, dtype=bool)
    outside[[*b',"\r\n']] = True
    n_before = 0
    for start in range(0, len(data), _BYTES_AT_ONCE):
        quotes = np.flatnonzero(data[start : start + _BYTES_AT_ONCE] == ord('"')) + start
        opens, closes = quotes[n_before % 2 :: 2], quotes[1 - n_before % 2 :: 2]
        n_before += len(quotes)
        before, after = data[opens[opens > 0] - 1], data[closes[closes < len(data) - 1] + 1]
        if not (outside[before].all() and outside[after].all()):
            return False
    return n_before % 2 == 0


def _read_any(source: Source, knows: Knows) -> TextTable:
    try:
        source.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.data.count(b"\n", 0, error.start) + 1
        raise refusal(
            Place(source.path, row=line),
            f"byte 0x{source.data[error.start]:02x} is not UTF-8",
            "CSV is text in UTF-8.",
            "Export it again as CSV UTF-8.",
        ) from None
    records = _records(source)
    try:
        return table_from_records(records, source, knows)
    except csv.Error as error:
        too_long = "field larger" in str(error)
        raise refusal(
            Place(source.path, row=getattr(error, "line", None)),
            f"a cell of over {csv.field_size_limit():,} characters" if too_long else f"not a readable CSV ({error})",
            "Quotes open and close around a cell, and a quote inside is doubled.",
            "Shorten the cell, or close its quote." if too_long else "Mend the line or export the file again.",
        ) from None


def _records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line on which it begins."""
    text = io.TextIOWrapper(io.BytesIO(source.data), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    line = 1
    try:
        for cells in reader:
            if reader.line_num - line >= _LINES_IN_ONE_RECORD:
                raise csv.Error(f"one record takes {reader.line_num - line + 1} lines")
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _BadLine(str(error), line) from None


class _BadLine(csv.Error):
    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line
