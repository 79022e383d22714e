"""Tables out of markup: a web page saved as .xls, and Excel's XML of 2003.  Nothing in them is fetched or run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from notes import UsageError
from tapes.files.encoding import Decoded
from tapes.files.heading import find_heading
from tapes.files.records import Record, table_from_records
from tapes.files.table import HEADING_WITHIN, Knows, Source, TextTable
from tapes.refusal import Place, refusal

_NAME = re.compile(r"/?[A-Za-z][\w:.-]{0,60}")
_ATTRIBUTE = re.compile(r"([\w:.-]{1,60})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LONGEST_TAG = 4_000
_WIDEST, _MOST_CELLS = 16_384, 50_000_000
_RAW = ("script", "style", "title", "xml")
_BREAKS = frozenset({"br", "p", "div", "li"})


@dataclass
class _Grid:
    """One table as it is read: rows of cells, and what later rows inherit from a cell that spans them."""

    rows: list[list[str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
    cell: list[str] | None = None
    column: int = 0
    n_cells: int = 0
    name: str = ""
    is_visible: bool = True

    def row(self) -> None:
        self.end_cell()
        self.rows.append([])
        self.taken = {column: left - 1 for column, left in self.taken.items() if left > 1}

    def start_cell(self, n_columns: int, n_rows: int, column: int | None = None) -> None:
        if not self.rows:
            self.row()
        self.end_cell()
        row = self.rows[-1]
        n_before = len(row)
        if column is not None:
            row += [""] * (min(column, _WIDEST) - len(row))
        while len(row) in self.taken:
            row.append("")
        self.column, n_columns = len(row), max(1, min(n_columns, _WIDEST - len(row), 1_000))
        if n_columns > 1:
            self.spans[len(self.rows), self.column] = self.column + n_columns - 1
        row += [""] * n_columns
        self.n_cells += len(row) - n_before
        if n_rows > 1:
            # The row being read counts too.
            self.taken |= dict.fromkeys(range(self.column, self.column + n_columns), min(n_rows, 100_000))
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is not None:
            self.rows[-1][self.column] = "".join(self.cell).strip()
            self.cell = None


def read_html(source: Source, text: Decoded, knows: Knows) -> TextTable:
    """Read the table of a web page that is a tape: the only one with known headings, else the largest.

    Raises
    ------
    TapeError
        There is no table.
    UsageError
        Several tables have a tape's heading.
    """
    grids = [grid for grid in _html_tables(text.data.decode(), Place(source.path)) if grid.n_cells]
    if not grids:
        raise refusal(
            Place(source.path), "this is a web page without a table", "", "Ask for the tape as CSV or as a workbook."
        )
    known = [_n_known(grid, knows) for grid in grids]
    tapes = [i for i, n_known in enumerate(known) if n_known >= 3 and n_known >= max(known) / 2]
    if len(tapes) > 1:
        raise UsageError(
            f"{Place(source.path)}: {len(tapes)} tables of this web page look like tapes; save the one that is meant as CSV."
        )
    chosen = grids[tapes[0]] if tapes else max(grids, key=lambda grid: grid.n_cells)
    remarks = ["The file is a web page; its table was read."]
    if len(grids) > 1:
        remarks[0] = f"The file is a web page; of its {len(grids)} tables, number {grids.index(chosen) + 1} was read."
    return _table(chosen, source, knows, [*remarks, *([text.remark] if text.remark else [])], False)


def read_spreadsheet_xml(source: Source, text: Decoded, knows: Knows) -> TextTable:
    """Read a sheet of Excel's XML of 2003.

    Raises
    ------
    TapeError
        It declares entities, or no sheet holds anything.
    UsageError
        Several sheets might be meant, or the one asked for is not there.
    """
    place, page = Place(source.path), text.data.decode()
    if re.search(r"<!(?:doctype|entity)", page, re.IGNORECASE):
        raise refusal(
            place, "a document type or entity declaration", "A workbook has neither.", "Save it anew as .xlsx."
        )
    grids = list(_xml_sheets(page, place))
    names = [grid.name for grid in grids]
    if source.sheet is not None and source.sheet not in names:
        raise UsageError(f"{place}: there is no sheet {source.sheet!r}; it has {', '.join(map(repr, names))}.")
    filled = [grid for grid in grids if grid.n_cells and (grid.is_visible if source.sheet is None else True)]
    found = [grid for grid in filled if grid.name == source.sheet] if source.sheet is not None else filled
    if len(found) > 1:
        found = [grid for grid in filled if _n_known(grid, knows) >= 3] or filled
    if len(found) > 1:
        several = ", ".join(repr(grid.name) for grid in found)
        raise UsageError(f"{place}: several sheets hold rows ({several}); name one with --sheet (make: SHEET=).")
    if not found:
        raise refusal(place, "no visible sheet holds anything", "A sheet holds a heading and at least one note.", "")
    here = replace(source, sheet=found[0].name)
    return _table(found[0], here, knows, ["The file is Excel's XML of 2003."], True)


def _table(grid: _Grid, source: Source, knows: Knows, remarks: list[str], is_grid: bool) -> TextTable:
    records: Iterator[Record] = ((i + 1, row) for i, row in enumerate(grid.rows))
    table = table_from_records(records, source, knows, is_grid, grid.spans)
    hidden = np.isin(table.rows, grid.hidden)
    if hidden.any():
        remarks = [*remarks, f"{int(hidden.sum()):,} rows are hidden; they are read like the others."]
    return replace(table, hidden=hidden if hidden.any() else None, remarks=(*remarks, *table.remarks))


def _n_known(grid: _Grid, knows: Knows) -> int:
    heading = find_heading(list(enumerate(grid.rows[:HEADING_WITHIN])), knows, {})
    return 0 if heading is None else heading.n_known


def _html_tables(page: str, place: Place) -> Iterator[_Grid]:
    open_tables: list[_Grid] = []
    for name, attributes, text in _tokens(page):
        if name == "table":
            open_tables.append(_Grid())
        if not open_tables:
            continue
        grid = open_tables[-1]
        if name == "/table":
            grid.end_cell()
            yield open_tables.pop()
        elif name == "tr":
            grid.row()
            if re.search(r"display\s{0,9}:\s{0,9}none", _attributes(attributes).get("style", "")):
                grid.hidden.append(len(grid.rows))
        elif name in ("td", "th"):
            said = _attributes(attributes) if attributes else {}
            grid.start_cell(_count(said.get("colspan")), _count(said.get("rowspan")))
            _check_cells(grid, place)
        elif name in ("/td", "/th", "/tr"):
            grid.end_cell()
        elif name in _BREAKS and grid.cell is not None:
            grid.cell.append(" ")
        if text and grid.cell is not None:
            grid.cell.append(" ".join(html.unescape(f"|{text}|").split())[1:-1] or " ")
    for grid in open_tables:
        grid.end_cell()
        yield grid


def _xml_sheets(page: str, place: Place) -> Iterator[_Grid]:
    grid, kind = _Grid(), ""
    for name, attributes, text in _tokens(page):
        name = name.removeprefix("ss:").replace("/ss:", "/")
        said = _attributes(attributes) if name in ("worksheet", "row", "cell", "data") else {}
        if name == "worksheet":
            grid = _Grid(name=said.get("name", ""))
        elif name == "/worksheet":
            grid.end_cell()
            yield grid
        elif name == "visible" and text.strip() in ("SheetHidden", "SheetVeryHidden"):
            grid.is_visible = False
        elif name == "row":
            index = said.get("index", "")
            missing = min(int(index), 1_048_576) - len(grid.rows) - 1 if index.isdecimal() and len(index) < 9 else 0
            for _ in range(1 + max(missing, 0)):
                grid.row()
            if said.get("hidden") == "1":
                grid.hidden.append(len(grid.rows))
        elif name == "cell":
            index, rows = said.get("index", ""), _count(said.get("mergedown")) if "mergedown" in said else 0
            columns = _count(said.get("mergeacross")) + 1 if said.get("mergeacross", "0") != "0" else 1
            grid.start_cell(columns, rows + 1, int(index) - 1 if index.isdecimal() and len(index) < 6 else None)
            _check_cells(grid, place)
        elif name == "data":
            kind = said.get("type", "")
        elif name == "/cell":
            grid.end_cell()
        if text and grid.cell is not None and name not in ("/data", "cell"):
            grid.cell.append(_xml_text(html.unescape(text), kind))


def _xml_text(text: str, kind: str) -> str:
    if kind == "DateTime":
        return re.sub(r"T00:00:00(\.0+)?$", "", text.strip())
    if kind == "Boolean":
        return {"1": "Y", "0": "N"}.get(text.strip(), text)
    return text


def _tokens(page: str) -> Iterator[tuple[str, str, str]]:
    """Give each tag's name in lower case (with a slash where it ends), its attributes, and the text behind it.

    The page is gone through once, whatever it holds; a comment or script that does not end takes the rest with it.
    """
    at, end = page.find("<"), len(page)
    while 0 <= at < end:
        if page.startswith("<!--", at):
            close = page.find("-->", at + 4)
            name, attributes, after = "", "", close + 3 if close >= 0 else end
        else:
            close = _tag_end(page, at)
            found = _NAME.match(page, at + 1)
            name = found[0].lower() if found else ""
            attributes = page[found.end() : close] if found else ""
            after = close + 1
            if name in _RAW:
                closing = re.compile(f"</{name}", re.IGNORECASE).search(page, after)
                after = closing.start() if closing else end
        at = page.find("<", after)
        at = end if at < 0 else at
        yield name, attributes, page[after:at]


def _tag_end(page: str, at: int) -> int:
    """Find where a tag ends; a > inside quotes ends none, unless the quotes do not end within a tag's longest length."""
    limit = min(at + _LONGEST_TAG, len(page))
    plain = page.find(">", at, limit)
    if plain < 0:
        return limit
    if page.count('"', at, plain) % 2 == 0 and page.count("'", at, plain) % 2 == 0:
        return plain
    found = re.compile(r"(?:[^>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*").match(page, at, limit)
    closed = found.end() if found else plain
    return closed if closed < limit and page[closed] == ">" else plain


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text[:_LONGEST_TAG])
    return {name.lower().split(":")[-1]: html.unescape(a or b or c) for name, a, b, c in found}


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1


def _check_cells(grid: _Grid, place: Place) -> None:
    if grid.n_cells > _MOST_CELLS:
        raise refusal(place, f"a table of over {_MOST_CELLS:,} cells", "", "Export it as CSV UTF-8.")
