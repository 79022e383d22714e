"""A table's columns as canonical fields: headings to names, cells to values, each bad cell with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.schema import FIELDS, Field, Kind
from tapes.asking import Answer
from tapes.convert import Bad, convert
from tapes.files.table import TextTable
from tapes.findings import Findings
from tapes.forms.distinct import Distinct
from tapes.forms.status_words import read_status
from tapes.headings.columns import shown_heading
from tapes.headings.likeness import nearest
from tapes.headings.outcome_headings import alike
from tapes.headings.registry import registry
from tapes.refusal import refusal
from tapes.words import is_trade_text

_CELL_ERRORS = pa.array(
    ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"]
)
_NAMED, _NEAREST = 5, 3
_WITHOUT = {
    "observed_through": "or, where all outcomes are known through one day, give it with --observed-through",
    "lien_position": "or, where every note is a first lien, give --assume-first-lien",
    "next_due_date": "or give the payment history with --payments",
}
"""Columns that a tape can do without, and how."""


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


@dataclass(frozen=True)
class Missing:
    """Columns of which one is needed and none is there.

    Parameters
    ----------
    near
        Unknown headings that look most like any of them, the likeliest first: heading, field and score of 100.
    last_paid
        The heading that was taken for the day of the last receipt, which some sellers mean as a paid-to date; empty where
        there is none or it does not matter.
    said
        Headings that are known for one of them, of which the mapping says something else: heading, field and that word.
    buckets
        The heading of a column of statuses most of which say how far behind the note is; empty where there is none.
    """

    names: tuple[str, ...]
    near: tuple[tuple[str, str, float], ...]
    last_paid: str = ""
    said: tuple[tuple[str, str, str], ...] = ()
    buckets: str = ""

    def __str__(self) -> str:
        near = ", ".join(
            f"{shown_heading(heading)} {score:.0f} of 100 for {name}" for heading, name, score in self.near
        )
        said = ", ".join(Answer("", "columns", heading, word).line for heading, _, word in self.said)
        found = [*([f"the mapping says {said}"] if said else []), *([f"nearest: {near}"] if near else [])]
        return " or ".join(self.names) + (f" ({'; '.join(found)})" if found else "")

    @property
    def lines(self) -> list[str]:
        """The lines of a mapping file by which a person says which heading it is, and what else he may do."""
        lines = [
            f"{Answer('', 'columns', heading, name).line}   # in place of {json.dumps(word)}"
            for heading, name, word in self.said
        ]
        lines += [
            f"{Answer('', 'columns', heading, name).line}   # {score:.0f} of 100" for heading, name, score in self.near
        ]
        if self.last_paid:
            said = "taken for the day of the last receipt; use this line if it is the day up to which interest is paid"
            lines.append(f"{Answer('', 'columns', self.last_paid, 'paid_to_date').line}   # {said}")
        if self.buckets:
            said = "its words say how far behind most notes are; the rest of what they say is read all the same"
            lines.append(f"{Answer('', 'columns', self.buckets, 'months_delinquent').line}   # {said}")
        lines = lines or [f'columns."the heading" = "{self.names[0]}"   # no heading is like it']
        return lines + [f"# {said}" for name, said in _WITHOUT.items() if name in self.names]


def missing_columns(
    columns: Columns, wanted: Iterable[tuple[str, ...]], mapping: Mapping[str, str] | None = None
) -> tuple[Missing, ...]:
    """Find what a table lacks; each item names the columns of which one is needed.

    Parameters
    ----------
    mapping
        Heading to word, as a person has said.
    """
    lacking = [names for names in wanted if not any(name in columns.text for name in names)]
    if not lacking:
        return ()
    taken = set(columns.headings.values())
    untaken = [one for one in columns.table.headings if one not in taken]
    free = [one for one in untaken if registry().target(one) is None]
    if not columns.text:  # the row may be a loan's, with its borrower's name
        free = [one for one in free if is_trade_text(one)]
    last_paid = columns.headings.get("last_payment_date", "")
    return tuple(
        Missing(
            names,
            _near(free, untaken, names),
            last_paid if "paid_to_date" in names else "",
            _overruled(mapping or {}, names),
            _buckets(columns) if "months_delinquent" in names else "",
        )
        for names in lacking
    )


def _near(free: Sequence[str], untaken: Sequence[str], names: tuple[str, ...]) -> tuple[tuple[str, str, float], ...]:
    """Give the headings that may be any of some fields: of several known for one of resolutions none is taken."""
    known = [(heading, name, 100.0) for heading, name in alike(untaken, names)]
    others = [one for one in nearest(free, names) if one[0] not in {heading for heading, _, _ in known}]
    return (*known, *others)[:_NEAREST]


def _buckets(columns: Columns) -> str:
    """Name the column of statuses if half of its cells or more say how far behind the note is, and some that it is."""
    if "loan_status" not in columns.text:
        return ""
    cells = Distinct(columns.written("loan_status"))
    found = [read_status(text) for text in cells.texts]
    say = [one is not None and one.months >= 0 for one in found]
    late = any(one is not None and one.months > 0 for one in found)
    return columns.headings["loan_status"] if late and 2 * cells.count(say) >= int(cells.counts.sum()) else ""


def _overruled(mapping: Mapping[str, str], names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Find the lines of a mapping by which a heading that is known for one of some fields is something else."""
    known = ((heading, registry().target(heading), word) for heading, word in mapping.items())
    return tuple((heading, of.name, word) for heading, of, word in known if of is not None and of.name in names)


def require_columns(
    columns: Columns, wanted: Iterable[tuple[str, ...]], fix: str = "", mapping: Mapping[str, str] | None = None
) -> None:
    """Refuse a table that lacks a column; each item names the columns of which one is needed.

    Raises
    ------
    TapeError
        Naming every missing column, the unknown headings that look most like it, scored, and the mapping lines by which
        a person says that they are it.
    """
    missing = missing_columns(columns, wanted, mapping)
    if missing:
        stanza = "".join(f"\n    {line}" for one in missing for line in one.lines)
        raise refusal(
            columns.table.place(),
            f"no column {'; no column '.join(map(str, missing))}",
            f"Every note needs {'it' if len(missing) == 1 else 'them'}.",
            fix
            or "Say which column it is in the tape's mapping: the one that notebid map writes is found by itself, any "
            f"other is given with --mapping:{stanza}",
        )


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
