"""A workbook's sheet as text: values only, nothing followed, nothing run."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pyarrow.compute as pc

from notes import TapeError, UsageError
from tapes.files.archive import check_extent, read_facts
from tapes.files.heading import Spans
from tapes.files.native import without_panics
from tapes.files.number_formats import with_leading_zeros
from tapes.files.records import Record, column_letters, table_from_records
from tapes.files.rehearsal import rehearse
from tapes.files.sheet_facts import UNCALCULATED, SheetFacts, WorkbookFacts
from tapes.files.sheets import Sheets, choose_sheet
from tapes.files.table import EXCEL_ROWS, Knows, Source, TextTable
from tapes.files.xls import xls_facts
from tapes.refusal import Place, reason_of, refusal

_MAX_COLUMNS = 1_024
_NAMED = 5
T = TypeVar("T")


def read_archive(source: Source, knows: Knows) -> TextTable:
    """Read one sheet of an .xlsx, .xlsm or .xlsb; a whole number keeps no decimal point, a date becomes YYYY-MM-DD.

    An error is its text, ``#REF!``; a formula without a stored value is
    :data:`tapes.files.sheet_facts.UNCALCULATED`.

    Raises
    ------
    TapeError
        A damaged workbook, one that would unpack to more than memory should hold, or one whose formulas have no values.
    UsageError
        Several visible sheets may be the tape and none was named, or the named sheet is not there.
    """
    place = Place(source.path)
    facts = _guarded(place, lambda: read_facts(source.data, place))
    if facts.is_binary:
        _guarded(place, lambda: rehearse(source.data))
    with without_panics():
        return _read(source, knows, facts)


def read_xls(source: Source, knows: Knows, stream: bytes) -> TextTable:
    """Read one sheet of an old workbook as :func:`read_archive` does.

    What is hidden and which cells are errors is known of workbooks from Excel 97 on.

    Parameters
    ----------
    stream
        The workbook's records.
    """
    place = Place(source.path)
    facts = _guarded(place, lambda: xls_facts(stream))
    for one in facts.sheets.values():  # a parser lays out all sheets of an old workbook at once
        check_extent(one, place)
    _guarded(place, lambda: rehearse(source.data))
    with without_panics():
        return _read(source, knows, facts)


def _read(source: Source, knows: Knows, facts: WorkbookFacts) -> TextTable:
    place = Place(source.path)
    workbook = _guarded(place, lambda: _open(source.data))
    sheets = Sheets(workbook, lambda name: _guarded(place, lambda: workbook.get_sheet_by_name(name)))
    name, remarks = choose_sheet(sheets, facts, source, knows)
    here = Source(source.path, source.data, name, source.sha256)
    known = facts.of(name)
    sheet = sheets.pop(name)
    _check_size(sheet, Place(source.path, name))
    records = _guarded_records(Place(source.path, name), records_of(sheet, known))
    table = table_from_records(records, here, knows, grid=True, spans=_spans(sheet))
    _check_calculated(table, known, knows)
    if known.styled:
        table = with_leading_zeros(table, known, facts.zero_styles)
    hidden = np.isin(table.rows, known.hidden_rows) if known.hidden_rows else np.zeros(len(table), dtype=bool)
    return replace(
        table,
        date_1904=facts.date_1904,
        hidden=hidden if hidden.any() else None,
        remarks=(*facts.remarks, *remarks, *table.remarks, *_hidden_remarks(table, known, hidden)),
    )


def records_of(sheet: Any, facts: SheetFacts) -> Iterator[Record]:
    """Give a sheet's rows, counted from 1, all of one width; what the parser gave as empty is put back.

    Then it is told like any other bad cell.
    """
    lost: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in facts.lost.items():
        if row <= EXCEL_ROWS and column <= _MAX_COLUMNS:
            lost.setdefault(row, []).append((column - 1, text))
    first_column = sheet.start[1] if sheet.start else 0
    height, breadth = _extent(sheet)
    width = max([breadth, *(column + 1 for row in lost.values() for column, _ in row)])
    n_rows = max([height, *lost])
    left, right = [""] * first_column, [""] * (width - breadth)
    rows = sheet.iter_rows() if sheet.start else iter(())  # from the sheet's first row, but from its first used column
    for number in range(1, n_rows + 1):
        cells = next(rows, None)
        if cells is None:
            cells = [""] * width
        elif left or right:
            cells = [*left, *cells, *right]
        for column, text in lost.get(number, ()):
            cells[column] = text
        yield number, cells


def _extent(sheet: Any) -> tuple[int, int]:
    """Give how many rows and columns a sheet has, counted from its first; the parser's own totals are one short."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)


def _open(data: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _guarded(place: Place, read: Callable[[], T]) -> T:
    """Run a step of the parser; whatever it raises, a panic of its native code included, becomes a refusal."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, TapeError, UsageError):
        raise
    except BaseException as error:
        raise refusal(
            place,
            f"not a readable workbook ({reason_of(error)})",
            "",
            "Open it in Excel, save it as .xlsx, or export CSV UTF-8.",
        ) from None


def _guarded_records(place: Place, records: Iterator[Record]) -> Iterator[Record]:
    while (record := _guarded(place, lambda: next(records, None))) is not None:
        yield record


def _check_size(sheet: Any, place: Place) -> None:
    n_rows, n_columns = _extent(sheet)
    if n_rows > EXCEL_ROWS or n_columns > _MAX_COLUMNS:
        raise refusal(
            place,
            f"{n_rows:,} rows by {n_columns:,} columns",
            f"A sheet has at most {EXCEL_ROWS:,} rows and {_MAX_COLUMNS:,} columns.",
            "Take the empty rows and columns out.",
        )


def _spans(sheet: Any) -> Spans:
    merged = sheet.merged_cell_ranges or []
    return {(start[0] + 1, start[1]): end[1] for start, end in merged if end[1] > start[1]}


def _check_calculated(table: TextTable, facts: SheetFacts, knows: Knows) -> None:
    """Refuse a sheet where most cells of a known column are formulas without a value.

    Raises
    ------
    TapeError
        A script wrote it that does not calculate.
    """
    if UNCALCULATED not in facts.lost.values():
        return
    for i, heading in enumerate(table.headings):
        column = table.columns[i]
        missing = pc.sum(pc.equal(column, UNCALCULATED)).as_py() or 0
        n_filled = len(column) - column.null_count
        if 2 * missing > n_filled and knows(heading):
            raise refusal(
                Place(table.path, table.sheet, None, heading),
                f"{missing:,} of {n_filled:,} cells are formulas without a value: a program wrote them that does not "
                "calculate",
                "A formula's value stands beside it.",
                "Open the file in Excel, let it calculate, and save it.",
            )


def _hidden_remarks(table: TextTable, facts: SheetFacts, hidden: Any) -> list[str]:
    remarks = []
    if hidden.any():
        rows = table.rows[hidden]
        why = ", by a filter that was left on" if facts.is_filtered else ""
        remarks.append(f"{_rows(rows)} hidden{why}; {'it is' if len(rows) == 1 else 'they are'} read like the others.")
    if facts.hidden_columns:
        letters = ", ".join(column_letters(one - 1) for one in facts.hidden_columns[:_NAMED])
        more = ", ..." if len(facts.hidden_columns) > _NAMED else ""
        remarks.append(f"Hidden columns ({letters}{more}) are read like the others.")
    return remarks


def _rows(rows: Sequence[int]) -> str:
    named = ", ".join(f"{row:,}" for row in rows[:_NAMED]) + (", ..." if len(rows) > _NAMED else "")
    return f"1 row ({named}) is" if len(rows) == 1 else f"{len(rows):,} rows ({named}) are"
