"""A sheet as rows of cells, each row with what it is, and the ways in which sellers lay a sheet out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

HEADING, NOTE, NEITHER = "heading", "note", "neither"
"""Kinds of row beside the five kinds that are no note: ``title``, ``blank``, ``repeated_heading``, ``total``,
``footnote``.  NEITHER: left to the reader, between a title and a heading."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet."""

    kind: str
    cells: tuple[object, ...]


@dataclass(frozen=True)
class Grid:
    """A sheet.

    Parameters
    ----------
    lines
        Top to bottom.
    merged
        Row, first and last column of merged cells, counted from 0.
    hidden_rows, hidden_columns
        Counted from 0.
    """

    lines: tuple[Line, ...]
    sheet: str = "Tape"
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    formats: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[list[object]]:
        return [list(line.cells) for line in self.lines]

    def row_of_note(self, which: int) -> int:
        """Give the row, counted from 1, of the note at a position."""
        return [i + 1 for i, line in enumerate(self.lines) if line.kind == NOTE][which]

    def count(self, kind: str) -> int:
        return sum(line.kind == kind for line in self.lines)


Layout = Callable[[Grid], Grid]


def grid_of(headings: Sequence[str], rows: Sequence[Sequence[object]], sheet: str = "Tape") -> Grid:
    """Lay headings over rows of notes."""
    lines = [Line(HEADING, tuple(headings)), *(Line(NOTE, tuple(row)) for row in rows)]
    return Grid(tuple(lines), sheet)


def titles(*texts: str) -> Layout:
    """Put title rows above everything; an empty text is a blank row."""
    above = tuple(Line("title" if text else "blank", (text or None,)) for text in texts)
    return lambda grid: replace(grid, lines=above + grid.lines)


def blank_below(position: int) -> Layout:
    """Put a blank row below the note at a position."""

    def lay(grid: Grid) -> Grid:
        at = grid.row_of_note(position)
        return replace(grid, lines=(*grid.lines[:at], Line("blank", ()), *grid.lines[at:]))

    return lay


def heading_again(position: int) -> Layout:
    """Repeat the heading below the note at a position."""

    def lay(grid: Grid) -> Grid:
        at = grid.row_of_note(position)
        heading = next(line for line in grid.lines if line.kind == HEADING)
        return replace(grid, lines=(*grid.lines[:at], Line("repeated_heading", heading.cells), *grid.lines[at:]))

    return lay


def two_rows(pairs: dict[str, tuple[str, str]]) -> Layout:
    """Break headings in two over two rows; the others stand in the lower row alone."""

    def lay(grid: Grid) -> Grid:
        at = next(i for i, line in enumerate(grid.lines) if line.kind == HEADING)
        cells = grid.lines[at].cells
        upper = tuple(pairs[str(cell)][0] if cell in pairs else None for cell in cells)
        lower = tuple(pairs[str(cell)][1] if cell in pairs else cell for cell in cells)
        lines = (*grid.lines[:at], Line(HEADING, upper), Line(HEADING, lower), *grid.lines[at + 1 :])
        return replace(grid, lines=lines)

    return lay


def groups(starts: dict[int, str]) -> Layout:
    """Put a row of group names over the heading, each merged over its columns; it is no part of any heading."""

    def lay(grid: Grid) -> Grid:
        at = next(i for i, line in enumerate(grid.lines) if line.kind == HEADING)
        width = len(grid.lines[at].cells)
        begins = sorted(starts)
        ends = [*(begin - 1 for begin in begins[1:]), width - 1]
        cells: list[object] = [None] * width
        for begin, name in starts.items():
            cells[begin] = name
        merged = tuple((at, begin, end) for begin, end in zip(begins, ends, strict=True) if end > begin)
        return replace(
            grid,
            lines=(*grid.lines[:at], Line(NEITHER, tuple(cells)), *grid.lines[at:]),
            merged=grid.merged + merged,
        )

    return lay


def total(columns: Sequence[str], label: str = "Total", top: bool = False) -> Layout:
    """Add a row with the sums of some columns, below the notes or above the heading."""

    def lay(grid: Grid) -> Grid:
        at = next(i for i, line in enumerate(grid.lines) if line.kind == HEADING)
        heading = [str(cell) for cell in grid.lines[at].cells]
        cells: list[object] = [label] + [None] * (len(heading) - 1)
        for name in columns:
            i = heading.index(name)
            cells[i] = sum((_amount(line.cells[i]) for line in grid.lines if line.kind == NOTE), Decimal(0))
        if top:
            return replace(grid, lines=(*grid.lines[:at], Line(NEITHER, tuple(cells)), *grid.lines[at:]))
        return replace(grid, lines=(*grid.lines, Line("total", tuple(cells))))

    return lay


def footnotes(*texts: str) -> Layout:
    """Put sentences below the notes."""
    return lambda grid: replace(grid, lines=grid.lines + tuple(Line("footnote", (text,)) for text in texts))


def trailing_blanks(n_rows: int) -> Layout:
    return lambda grid: replace(grid, lines=grid.lines + (Line("blank", ("",)),) * n_rows)


def spacers(*positions: int) -> Layout:
    """Put empty columns before those at some positions."""

    def widen(line: Line) -> Line:
        cells: list[object] = list(line.cells)
        if line.kind in (HEADING, NOTE, "repeated_heading", "total"):
            for position in sorted(positions, reverse=True):
                cells.insert(position, None)
        return replace(line, cells=tuple(cells))

    return lambda grid: replace(grid, lines=tuple(widen(line) for line in grid.lines))


def hidden(rows_of_notes: Sequence[int] = (), columns: Sequence[int] = ()) -> Layout:
    """Hide some notes' rows and some columns."""

    def lay(grid: Grid) -> Grid:
        rows = tuple(grid.row_of_note(which) - 1 for which in rows_of_notes)
        return replace(grid, hidden_rows=rows, hidden_columns=tuple(columns))

    return lay


def reheaded(change: Callable[[str], str]) -> Layout:
    """Write each heading in another way."""

    def lay(grid: Grid) -> Grid:
        lines = [
            replace(line, cells=tuple(cell and change(str(cell)) for cell in line.cells))
            if line.kind == HEADING
            else line
            for line in grid.lines
        ]
        return replace(grid, lines=tuple(lines))

    return lay


def _amount(cell: object) -> Decimal:
    if cell is None:
        return Decimal(0)
    if isinstance(cell, Decimal | int):
        return Decimal(cell)
    return Decimal(str(cell).replace("$", "").replace(",", "").strip() or "0")
