"""Any readable file, told apart by what is in it, as a table of text."""

from __future__ import annotations

import difflib
import os
import stat
from dataclasses import replace
from pathlib import Path

from notes import TapeError
from tapes.files.delimited import read_delimited
from tapes.files.encoding import decode
from tapes.files.kinds import kind_of_bytes, kind_of_text
from tapes.files.locked import open_container
from tapes.files.marks import without_marks
from tapes.files.markup import read_html, read_spreadsheet_xml
from tapes.files.parquet import read_parquet
from tapes.files.table import Knows, Source, TextTable
from tapes.files.workbook import read_archive, read_xls
from tapes.refusal import Place, refusal


def read_text_table(path: Path, knows: Knows, sheet: str | None = None, password: str | None = None) -> TextTable:
    """Read a workbook, delimited text, a web page's table or a Parquet file, told apart by content, as text.

    Parameters
    ----------
    knows
        Tells known headings, by which the heading row is found.
    sheet
        The sheet of a workbook.
    password
        Of an encrypted workbook.

    Raises
    ------
    TapeError
        The file cannot be read, changes while it is read, is of another kind, is damaged or encrypted, or holds no rows.
    UsageError
        Several sheets of a workbook might be meant and none was named, or it has no such sheet.
    """
    source = Source.of(path, _read_bytes(path), sheet)
    table = _read(source, knows, password)
    if len(table) == 0:
        raise refusal(
            table.place(), "no rows under the heading (no loans found)", "A file holds at least one note.", ""
        )
    return without_marks(table)


def _read(source: Source, knows: Knows, password: str | None) -> TextTable:
    kind = kind_of_bytes(source)
    if kind == "container":
        opened = open_container(source.data, Place(source.path), password)
        source = replace(source, data=opened.data)
        if opened.stream:
            return read_xls(source, knows, opened.stream)
        kind = kind_of_bytes(source)
    if kind == "archive":
        return read_archive(source, knows)
    if kind == "parquet":
        return read_parquet(source, knows)
    text = decode(source.data, Place(source.path))
    match kind_of_text(text.data, source):
        case "html":
            return read_html(source, text, knows)
        case "spreadsheet_xml":
            return read_spreadsheet_xml(source, text, knows)
    return read_delimited(source, text, knows)


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if stat.S_ISCHR(before.st_mode) or stat.S_ISBLK(before.st_mode):
                raise TapeError(f"{path}: this is a device; name a file.")
            data = file.read()
            after = (_identity(os.fstat(file.fileno())), _identity(path.stat()))
    except FileNotFoundError:
        raise TapeError(f"{path}: there is no such file.{_nearest(path)}") from None
    except IsADirectoryError:
        raise TapeError(f"{path}: this is a folder; name a file in it.") from None
    except MemoryError:
        raise TapeError(f"{path}: the file is too large for this machine's memory.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TapeError(f"{path}: cannot be read ({reason}).") from error
    if after != (_identity(before), _identity(before)):
        raise TapeError(
            f"{path}: the file changed while it was read. Close it elsewhere, or wait for it, and try again."
        )
    return data


def _identity(seen: os.stat_result) -> tuple[int, ...]:
    return (seen.st_size, seen.st_mtime_ns, seen.st_ino) if stat.S_ISREG(seen.st_mode) else (seen.st_ino,)


def _nearest(path: Path) -> str:
    try:
        names = [one.name for one in path.parent.iterdir()]
    except OSError:
        return ""
    close = difflib.get_close_matches(path.name, names, n=3)
    return f" Nearest in that folder: {', '.join(close)}." if close else ""
