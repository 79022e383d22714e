"""A grid as the bytes of a file, in each kind that sellers send."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from tests.tapes.corpus.cells import CellError, Formula
from tests.tapes.corpus.grid import HEADING, NOTE, Grid

Write = Callable[[Grid], bytes]
MADE_ON = datetime(2025, 7, 1)


def text_of(cell: object) -> str:
    """Give a cell as a text file holds it."""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, Formula):
        return text_of(cell.value)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def delimited(delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n", quote_all: bool = False) -> Write:
    """Write separated text; rows without cells are empty lines, and short rows are filled up."""

    def write(grid: Grid) -> bytes:
        file = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=delimiter, lineterminator=newline, quoting=quoting)
        width = max(len(line.cells) for line in grid.lines)
        for line in grid.lines:
            cells = [text_of(cell) for cell in line.cells]
            if line.kind == "blank":
                file.write(newline)
            else:
                writer.writerow(cells + [""] * (width - len(cells)))
        return file.getvalue().encode(encoding)

    return write


def workbook(
    before: Sequence[tuple[str, str, Sequence[Sequence[object]]]] = (),
    after: Sequence[tuple[str, str, Sequence[Sequence[object]]]] = (),
    date_1904: bool = False,
) -> Write:
    """Write an XLSX.

    Parameters
    ----------
    before, after
        Other sheets: name, ``visible``, ``hidden`` or ``very_hidden``, and rows of cells.
    """

    def write(grid: Grid) -> bytes:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True, "date_1904": date_1904, "strings_to_numbers": False})
        book.set_properties({"created": MADE_ON})
        formats = {"date": book.add_format({"num_format": "mm/dd/yyyy"}), "": None}
        for name, state, rows in before:
            _sheet(book, name, state, rows, formats)
        tape = _sheet(book, grid.sheet, "visible", grid.rows, formats)
        tape.activate()
        tape.set_first_sheet()
        for row, first, last in grid.merged:
            tape.merge_range(row, first, row, last, grid.lines[row].cells[first])
        for row in grid.hidden_rows:
            tape.set_row(row, None, None, {"hidden": True})
        for column in grid.hidden_columns:
            tape.set_column(column, column, None, None, {"hidden": True})
        for name, state, rows in after:
            _sheet(book, name, state, rows, formats)
        book.close()
        return file.getvalue()

    return write


def _sheet(book: object, name: str, state: str, rows: Sequence[Sequence[object]], formats: dict[str, object]) -> object:
    sheet = book.add_worksheet(name)  # type: ignore[attr-defined]
    if state == "hidden":
        sheet.hide()
    if state == "very_hidden":
        sheet.very_hidden()
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            _put(sheet, i, j, cell, formats)
    return sheet


def _put(sheet: object, i: int, j: int, cell: object, formats: dict[str, object]) -> None:
    match cell:
        case None | "":
            pass
        case CellError():
            sheet.write_formula(i, j, "=NA()", None, cell.text)  # type: ignore[attr-defined]
        case Formula():
            value = "" if cell.value is None else _plain(cell.value)
            sheet.write_formula(i, j, cell.text, None, value)  # type: ignore[attr-defined]
        case bool():
            sheet.write_boolean(i, j, cell)  # type: ignore[attr-defined]
        case int() | Decimal():
            sheet.write_number(i, j, float(cell))  # type: ignore[attr-defined]
        case date():
            sheet.write_datetime(i, j, datetime(cell.year, cell.month, cell.day), formats["date"])  # type: ignore[attr-defined]
        case _:
            sheet.write_string(i, j, str(cell))  # type: ignore[attr-defined]


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal | int) else value


def macro_workbook(grid: Grid) -> bytes:
    """Write an XLSM: the same workbook, declared to hold macros, with a macro part that must never be looked at."""
    plain = zipfile.ZipFile(io.BytesIO(workbook()(grid)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in plain.infolist():
            data = plain.read(info)
            if info.filename == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(
                    b"<Override",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override',
                    1,
                )
            archive.writestr(info.filename, data)
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 made: not a macro")
    return file.getvalue()


def old_workbook(grid: Grid) -> bytes:
    """Write an XLS (BIFF8)."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(grid.sheet)
    days = xlwt.easyxf(num_format_str="MM/DD/YYYY")
    for i, row in enumerate(grid.rows):
        for j, cell in enumerate(row):
            match cell:
                case None | "":
                    pass
                case int() | Decimal():
                    sheet.write(i, j, float(cell))
                case date():
                    sheet.write(i, j, datetime(cell.year, cell.month, cell.day), days)
                case _:
                    sheet.write(i, j, text_of(cell))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def html_table(grid: Grid) -> bytes:
    """Write a web page with one table, as servicers' systems do under the name .xls."""
    rows = []
    for line in grid.lines:
        tag = "th" if line.kind == HEADING else "td"
        rows.append("<tr>" + "".join(f"<{tag}>{html.escape(text_of(cell))}</{tag}>" for cell in line.cells) + "</tr>")
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"><title>Tape</title>'
        "<style>td {mso-number-format: General}</style></head><body><table border=1>\n"
    )
    return (page + "\n".join(rows) + "\n</table></body></html>\n").encode()


def parquet_text(grid: Grid) -> bytes:
    """Write Parquet in which every column is text."""
    heading, *rows = [list(line.cells) for line in grid.lines if line.kind in (HEADING, NOTE)]
    columns = [pa.array([text_of(row[i]) or None for row in rows], pa.string()) for i in range(len(heading))]
    return _parquet(pa.table(columns, names=[str(name) for name in heading]))


def parquet_typed(grid: Grid) -> bytes:
    """Write Parquet with typed columns: numbers as doubles, dates as dates."""
    heading, *rows = [list(line.cells) for line in grid.lines if line.kind in (HEADING, NOTE)]
    columns = []
    for i in range(len(heading)):
        cells = [row[i] for row in rows]
        if any(isinstance(cell, str) for cell in cells):
            columns.append(pa.array([None if cell is None else text_of(cell) for cell in cells], pa.string()))
        elif any(isinstance(cell, date) for cell in cells):
            columns.append(pa.array(cells, pa.date32()))
        else:
            columns.append(pa.array([None if cell is None else float(cell) for cell in cells], pa.float64()))  # type: ignore[arg-type]
    return _parquet(pa.table(columns, names=[str(name) for name in heading]))


def _parquet(table: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def locked(password: str) -> Write:
    """Write an XLSX behind a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    def write(grid: Grid) -> bytes:
        file = io.BytesIO()
        OOXMLFile(io.BytesIO(workbook()(grid))).encrypt(password, file)
        return file.getvalue()

    return write
