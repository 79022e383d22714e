"""What a workbook's own parts say of a sheet that a parser does not pass on."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

UNCALCULATED = "#UNCALCULATED"
"""Stands for a formula without a value, as a script leaves it that does not calculate."""


@dataclass
class SheetFacts:
    """A sheet's extent, what is hidden on it, and cells that a parser gives as empty although they are not.

    Parameters
    ----------
    last_row, last_column
        Of its cells and rows, counted from 1.
    n_cells
        Cells that are there, empty ones that only have a format among them.
    hidden_rows, hidden_columns
        Counted from 1, in file order.
    is_filtered
        A filter is left on.
    lost
        (row, column), counted from 1, to the error as Excel shows it (``#REF!``) or to :data:`UNCALCULATED`.  A formula
        whose stored value is the empty text is empty.
    styled
        (column, style), of the styles that show leading zeros, to the rows of its cells.
    """

    last_row: int = 0
    last_column: int = 0
    n_cells: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_filtered: bool = False
    lost: dict[tuple[int, int], str] = field(default_factory=dict)
    styled: dict[tuple[int, int], array[int]] = field(default_factory=dict)

    @property
    def n_laid_out(self) -> int:
        """Cells from the first to the last, empty ones among them: what a parser holds in memory."""
        return self.last_row * self.last_column


@dataclass(frozen=True)
class WorkbookFacts:
    """What a workbook's own parts say.

    Parameters
    ----------
    sheets
        By name.
    date_1904
        It counts days from 1904.
    zero_styles
        Cell styles that show leading zeros, to their formats: ``000000``.
    remarks
        What in it is not read: macros, links to other workbooks.
    is_binary
        Its parts are binary records (.xlsb).
    """

    sheets: Mapping[str, SheetFacts]
    date_1904: bool = False
    remarks: tuple[str, ...] = ()
    zero_styles: Mapping[int, str] = field(default_factory=dict)
    is_binary: bool = False

    def of(self, name: str) -> SheetFacts:
        """Give a sheet's facts; empty ones where its part was not found."""
        return self.sheets.get(name) or SheetFacts()


ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error values by their number in binary workbooks."""
