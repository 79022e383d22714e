"""Parquet as text, so that its cells pass through the same rules as everyone else's."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tapes.files.records import trimmed
from tapes.files.table import Knows, Source, TextTable
from tapes.refusal import Place, reason_of, refusal


def read_parquet(source: Source, knows: Knows) -> TextTable:  # noqa: ARG001 - one signature for all readers
    """Read a Parquet file; NaN counts as an empty cell, a whole number of any type as its digits.

    Raises
    ------
    TapeError
        A damaged file, or a column of lists or structures.
    """
    try:
        table = pq.ParquetFile(io.BytesIO(source.data)).read()
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError, KeyError, TypeError) as error:
        raise refusal(
            Place(source.path), f"not a readable Parquet file ({reason_of(error)})", "", "Export it again, or as CSV."
        ) from None
    columns, numeric = [], {}
    for i, column in enumerate(table.columns):
        place = Place(source.path, column=table.column_names[i])
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        columns.append(trimmed(_text(column, place)))
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            numeric[i] = np.ones(table.num_rows, dtype=bool)
    return TextTable(
        source.path,
        None,
        source.sha256,
        tuple(" ".join(str(one).split()) for one in table.column_names),
        tuple(columns),
        np.arange(1, table.num_rows + 1, dtype=np.int64),
        np.zeros(table.num_rows, dtype=bool),
        numeric,
    )


def _text(column: Any, place: Place) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    try:
        text = column.cast(pa.string())
    except (pa.ArrowException, UnicodeDecodeError):
        raise refusal(
            place,
            f"a column of type {column.type}",
            "A cell holds one text, number, date or flag.",
            "Flatten the column.",
        ) from None
    try:
        # A file's word that a column is text is taken nowhere else: its bytes need not be UTF-8.
        text.validate(full=True)
    except pa.ArrowException:
        raise refusal(place, "text that is not UTF-8", "Text is UTF-8.", "Export the file again.") from None
    return text
