"""A workbook's sheet as text: values only, nothing followed, nothing run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from notes import TapeError, UsageError
from tapes.files.layout import table_from_records
from tapes.files.lost_cells import lost_cells
from tapes.files.sheet_size import sheet_size
from tapes.files.table import EXCEL_ROWS, Knows, Source, TextTable
from tapes.refusal import Place, refusal

_MAX_UNPACKED = 2_000_000_000
_MAX_RATIO, _RATIO_FROM = 100, 50_000_000
_MAX_COLUMNS = 1_024
_MAX_EMPTY, _EMPTY_FROM = 20, 10_000_000


def read_xlsx(source: Source, knows: Knows) -> TextTable:
    """Read one sheet of an XLSX workbook; a whole number keeps no decimal point, a date becomes YYYY-MM-DD.

    An error is its text, ``#REF!``; a formula without a stored value is :data:`tapes.files.lost_cells.UNCALCULATED`.

    Raises
    ------
    TapeError
        A damaged workbook, or one that would unpack to more than memory should hold.
    UsageError
        Several visible sheets hold something and none was named, or the named sheet is not there.
    """
    place = Place(source.path)
    _check_archive(source, place)
    workbook = _guarded(place, lambda: _open(source.data))
    name = _choose_sheet(workbook, source, place)
    place = Place(source.path, name)
    sheet = _guarded(place, lambda: workbook.get_sheet_by_name(name))
    if sheet.total_height > EXCEL_ROWS or sheet.total_width > _MAX_COLUMNS:
        raise refusal(
            place,
            f"{sheet.total_height:,} rows by {sheet.total_width:,} columns",
            f"A sheet has at most {EXCEL_ROWS:,} rows and {_MAX_COLUMNS:,} columns.",
            "Take the empty rows and columns out.",
        )
    cells: list[list[Any]] = _guarded(place, lambda: sheet.to_python(skip_empty_area=False))
    _restore(cells, _guarded(place, lambda: lost_cells(zipfile.ZipFile(io.BytesIO(source.data)), name)))
    table = table_from_records(_records(cells), Source(source.path, source.data, name), knows)
    numbers = {}
    for i in range(len(table.headings)):
        in_file = np.array([isinstance(cells[row - 1][i], int | float) for row in table.rows], dtype=bool)
        if in_file.any():
            numbers[i] = in_file
    return replace(table, sheet=name, numeric=numbers)


def _open(data: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _guarded(place: Place, read: Any) -> Any:
    """Run a step of the parser; whatever it raises, a panic of its native code included, becomes a refusal."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, TapeError):
        raise
    except BaseException as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise refusal(
            place, f"not a readable workbook ({reason})", "", "Open it in Excel, save it as .xlsx, or export CSV UTF-8."
        ) from None


def _check_archive(source: Source, place: Place) -> None:
    infos: list[zipfile.ZipInfo] = _guarded(place, lambda: zipfile.ZipFile(io.BytesIO(source.data)).infolist())
    unpacked = sum(info.file_size for info in infos)
    bomb = any(
        info.file_size > _RATIO_FROM and info.file_size > _MAX_RATIO * max(info.compress_size, 1) for info in infos
    )
    if unpacked > _MAX_UNPACKED or bomb:
        raise refusal(
            place,
            f"{len(source.data):,} bytes that unpack to {unpacked:,}",
            f"A workbook unpacks to at most {_MAX_UNPACKED:,} bytes, and no large part to over {_MAX_RATIO} times its size.",
            "Export the sheet as CSV UTF-8.",
        )
    size = _guarded(place, lambda: sheet_size(zipfile.ZipFile(io.BytesIO(source.data))))
    if size.n_laid_out > _EMPTY_FROM and size.n_laid_out > _MAX_EMPTY * size.n_cells:
        raise refusal(
            place,
            f"a sheet of {size.n_laid_out:,} cells from the first to the last, of which {size.n_cells:,} are there",
            f"A large sheet holds something in at least one of {_MAX_EMPTY} cells.",
            "Delete the empty rows and columns up to the sheet's last cell (Ctrl+End goes there), or export CSV UTF-8.",
        )


def _choose_sheet(workbook: Any, source: Source, place: Place) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = {one.name: one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet}
    if source.sheet is not None:
        if source.sheet not in sheets:
            raise UsageError(f"{place}: there is no sheet {source.sheet!r}; it has {', '.join(map(repr, sheets))}.")
        return source.sheet
    visible = [name for name, one in sheets.items() if one.visible == SheetVisibleEnum.Visible]
    filled = [
        name for name in visible if _guarded(place, lambda n=name: workbook.get_sheet_by_name(n)).total_height > 0
    ]
    if len(filled) > 1:
        raise UsageError(f"{place}: several sheets hold rows ({', '.join(map(repr, filled))}); name one with --sheet.")
    if not filled:
        raise refusal(place, "no visible sheet holds anything", "A sheet holds a heading and at least one note.", "")
    return str(filled[0])


def _restore(cells: list[list[Any]], lost: dict[tuple[int, int], str]) -> None:
    """Put back what the parser gave as empty, in rows of one width, so that it is told like any other bad cell."""
    inside = {at: text for at, text in lost.items() if at[0] <= EXCEL_ROWS and at[1] <= _MAX_COLUMNS}
    width = max([len(cells[0]) if cells else 0, *(column for _, column in inside)])
    cells += [[] for _ in range(max([0, *(row for row, _ in inside)]) - len(cells))]
    if inside:
        for one in cells:
            one += [""] * (width - len(one))
    for (row, column), text in inside.items():
        cells[row - 1][column - 1] = text


def _records(cells: list[list[Any]]) -> Iterator[tuple[int, list[str]]]:
    for i, row in enumerate(cells):
        yield i + 1, [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "Y" if cell else "N"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case None:
            return ""
    return repr(cell) if isinstance(cell, float) else str(cell)
