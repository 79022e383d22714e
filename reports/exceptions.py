"""``exceptions.csv``: a line a reason, in the words that fix it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from reports.delimited import write_csv

EXCEPTION_COLUMNS = ("row", "loan_id", "field", "value", "code", "fix")


def exceptions_frame(rows: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Lay exceptions out as a frame of :data:`EXCEPTION_COLUMNS`, every column but ``row`` as text."""
    frame = pd.DataFrame(list(rows), columns=list(EXCEPTION_COLUMNS))
    return frame.astype({"row": "int64", **dict.fromkeys(EXCEPTION_COLUMNS[1:], "str")})


def write_exceptions(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write ``exceptions.csv``; with no exception it holds the heading line alone.

    Parameters
    ----------
    rows
        One a reason, in the order of :data:`EXCEPTION_COLUMNS`; personal data already masked by the reader.
    """
    write_csv(path, exceptions_frame(rows), whole=("row",))


def replace_exceptions(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write them in place of what is there, whole or not at all; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_exceptions(beside, rows)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
