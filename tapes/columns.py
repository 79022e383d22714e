"""A table's columns as canonical fields: headings to names, cells to values, each bad cell with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.schema import FIELDS, Field, Kind
from tapes.convert import Bad, convert
from tapes.files.table import TextTable
from tapes.findings import Findings
from tapes.headings.columns import shown_heading

_CELL_ERRORS = pa.array(
    ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"]
)
_NAMED = 5


@dataclass(frozen=True)
class Columns:
    """Columns of a table by canonical name.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray a name, empty cells null.
    headings
        Canonical name to the heading as the file writes it.
    """

    table: TextTable
    text: dict[str, Any]
    headings: dict[str, str]

    def cells(self, name: str) -> Any:
        """Give a column's text, all null where the file has no such column."""
        return self.text[name] if name in self.text else pa.chunked_array([pa.nulls(len(self.table), pa.string())])

    def written(self, name: str) -> Any:
        """Give a column's cells as the file has them, for showing; where no column of the file is behind it, its text."""
        if name not in self.headings or self.headings[name] not in self.table.headings:
            return self.cells(name)
        return self.table.columns[self.table.headings.index(self.headings[name])]

    def take_rows(self, at: NDArray[np.int64]) -> Columns:
        """Give rows by position, as :meth:`tapes.files.table.TextTable.take_rows` does."""
        text = {name: cells.take(pa.array(at)) for name, cells in self.text.items()}
        return Columns(self.table.take_rows(at), text, self.headings)

    def filled(self, name: str) -> NDArray[np.bool_]:
        """Say which cells of a column hold something, bool, shape (n_rows,)."""
        filled: NDArray[np.bool_] = self.cells(name).is_valid().to_numpy()
        return filled


def unread_warnings(unknown: Sequence[str]) -> list[str]:
    """Warn of headings that nobody is known to use, in one sentence: how many, and the first of them."""
    if not unknown:
        return []
    named = ", ".join(shown_heading(one) for one in unknown[:_NAMED])
    more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
    columns = "1 column is" if len(unknown) == 1 else f"{len(unknown):,} columns are"
    which = "it" if len(unknown) == 1 else "they"
    return [f"{columns} not known and not read: {named}{more}; notebid map shows what {which} might be."]


def read_fields(columns: Columns, findings: Findings, optional: frozenset[str]) -> dict[str, Any]:
    """Convert every canonical column of the table.

    Parameters
    ----------
    optional
        Fields in which a spreadsheet's error value counts as an empty cell, with a flag.

    Returns
    -------
    Values a name, as :func:`tapes.convert.convert` gives them; bad cells are missing, their rows excepted.
    """
    return {
        one.name: read_field(columns, one, findings, one.name in optional) for one in FIELDS if one.name in columns.text
    }


def read_field(columns: Columns, one: Field, findings: Findings, optional: bool = True) -> Any:
    """Convert one column and except the rows of its bad cells; see :func:`read_fields`."""
    text = columns.text[one.name]
    if optional:
        text = _without_cell_errors(text, findings)
    values, bad = convert(text, one)
    if bad.any():
        _except_cells(text, columns.written(one.name), bad, one, findings)
    return values


def to_series(values: Any, kind: Kind) -> pd.Series:
    """Give converted values the dtype that :class:`notes.Notes` keeps for the kind."""
    if kind in (Kind.TEXT, Kind.CODE):
        return pd.Series(pd.array(values.combine_chunks(), dtype="str"))
    if kind is Kind.FLAG:
        return pd.Series(pd.arrays.BooleanArray(np.nan_to_num(values) > 0, np.isnan(values)))
    if kind is Kind.DATE:
        return pd.Series(values.astype("datetime64[s]"))
    return pd.Series(values)


_BY_KIND = {
    Kind.MONEY: "E_MONEY",
    Kind.RATE: "E_RATE",
    Kind.SHARE: "E_SHARE",
    Kind.NUMBER: "E_NUMBER",
    Kind.DATE: "E_DATE",
    Kind.CODE: "E_CODE",
    Kind.FLAG: "E_FLAG",
    Kind.TEXT: "E_TEXT",
}
_BY_NAME = {
    "upb": "E_UPB",
    "as_is_value": "E_VALUE",
    "property_state": "E_STATE",
    "lien_position": "E_LIEN",
    "senior_lien_balance": "E_SENIOR",
    "loan_id": "E_NO_ID",
    "as_of_date": "E_AS_OF",
}


def _except_cells(text: Any, written: Any, bad: Bad, one: Field, findings: Findings) -> None:
    code = _BY_NAME.get(one.name, _BY_KIND[one.kind])
    if one.kind in (Kind.RATE, Kind.SHARE):
        per_cent = bad & _in_per_cent(text, one)
        findings.refuse_cells(per_cent, "E_RATE_UNIT", one.name, written)
        bad = bad & ~per_cent
    findings.refuse_cells(bad, code, one.name, written)


def _in_per_cent(text: Any, one: Field) -> NDArray[np.bool_]:
    """Tell cells that would be in range if they were divided by 100."""
    high = np.inf if one.high is None else one.high
    values, _ = convert(
        text, Field(one.name, Kind.NUMBER, one.meaning, low=np.nextafter(high, np.inf), high=100 * high)
    )
    hits: NDArray[np.bool_] = ~np.isnan(values)
    return hits


def _without_cell_errors(text: Any, findings: Findings) -> Any:
    errors = pc.is_in(text, value_set=_CELL_ERRORS)
    if not pc.any(errors).as_py():
        return text
    findings.flag(errors.to_numpy(), "W_CELL_ERROR")
    return pc.if_else(errors, pa.scalar(None, pa.string()), text)
