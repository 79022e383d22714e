"""Any readable file, told apart by what is in it, as a table of text."""

from __future__ import annotations

import difflib
from pathlib import Path

from notes import TapeError
from tapes.files.delimited import read_csv
from tapes.files.parquet import read_parquet
from tapes.files.table import Knows, Source, TextTable
from tapes.files.workbook import read_xlsx
from tapes.refusal import Place, refusal


def read_text_table(path: Path, knows: Knows, sheet: str | None = None) -> TextTable:
    """Read a CSV, XLSX or Parquet file, told apart by content, as text.

    Parameters
    ----------
    knows
        Tells known headings, by which the heading row is found.
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
    table = _READERS[_kind(source)](source, knows)
    if len(table) == 0:
        raise refusal(table.place(), "no rows under the heading", "A file holds at least one note.", "")
    return table


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


_READERS = {"xlsx": read_xlsx, "parquet": read_parquet, "csv": read_csv}
