"""Which row of a tape each row of a payments file belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.counts import count_of
from notes.months import Days
from tapes.columns import Columns
from tapes.convert import to_days
from tapes.findings import Findings, Mask
from tapes.refusal import masked, refusal, shown_id

_NAMED = 3
"""Loan numbers named of each file."""


def rows_of_notes(columns: Columns, tape: Columns, as_of: Days, findings: Findings) -> NDArray[np.int64]:
    """Give each payments row the position of its row on the tape, -1 where there is none.

    Rows are matched by ``loan_id``, with ``seller`` where both files have it and with ``as_of_date`` where the payments
    file has it.

    Raises
    ------
    TapeError
        The tape has several rows of a loan and the payments file lacks the column that tells them apart; or no row belongs
        to a row of the tape, or neither half of the rows do nor half of the tape's notes have one.
    """
    by_seller = "seller" in columns.text and "seller" in tape.text
    by_day = "as_of_date" in columns.text
    tape_keys = _keys(tape, by_seller, as_of if by_day else None)
    file_keys = _keys(columns, by_seller, _file_days(columns) if by_day else None)
    codes, uniques = pd.factorize(tape_keys.to_pandas())
    _refuse_ambiguous(columns, tape, as_of, codes)
    first = np.full(len(uniques) + 1, -1, dtype=np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    first[codes[known]] = known
    found = pc.fill_null(pc.index_in(file_keys, value_set=pa.array(uniques, pa.string())), len(uniques))
    note: NDArray[np.int64] = first[found.to_numpy()]
    if (note < 0).any():
        _tell_strangers(_Match(columns, tape, note), findings)
    return note


@dataclass(frozen=True)
class _Match:
    """A payments file beside its tape.

    Parameters
    ----------
    note
        int64, shape (n_file_rows,): position on the tape, -1 none.
    """

    file: Columns
    tape: Columns
    note: NDArray[np.int64]

    @property
    def name(self) -> str:
        """What the payments belong to."""
        return called(self.tape)

    @property
    def strange(self) -> Mask:
        """Say which rows of the file belong to no row of the tape."""
        return self.note < 0

    def explained(self) -> tuple[str, str]:
        """Say why the strange rows belong to none, and what to do, as far as the loan numbers show it."""
        ids, known = self.file.cells("loan_id").filter(pa.array(self.strange)), self.tape.cells("loan_id")
        if _hits(ids, known):
            by = " or ".join(one for one in ("seller", "as_of_date") if one in self.file.text)
            return (
                f"{_hits(ids, known):,} of them have a loan_id of the {self.name}, but another {by}",
                f"Correct {by}.",
            )
        decimal = r"(\d)\.0+$"
        whole, known_whole = (pc.replace_substring_regex(one, decimal, r"\1") for one in (ids, known))
        if hits := _hits(whole, known_whole):
            return (
                f"without a .0 behind the number {hits:,} of them would belong to one: a spreadsheet took ids for numbers",
                "Export the loan ids as text in both files.",
            )
        ids, known = whole, known_whole
        bare = _hits(pc.utf8_ltrim(ids, "0"), pc.utf8_ltrim(known, "0"))
        if not bare:
            return "", f"Check that it is the payments file of this {self.name}, and which column is its loan_id."
        return (
            f"without leading zeros {bare:,} of them would belong to one: a spreadsheet took the ids for numbers",
            "Export the loan ids as text, with their zeros, in both files.",
        )


def _hits(ids: Any, known: Any) -> int:
    return pc.sum(pc.is_in(ids, value_set=known.drop_null())).as_py() or 0


def _tell_strangers(match: _Match, findings: Findings) -> None:
    """Warn of rows that belong to no row of the tape; refuse the file where it is not this tape's.

    A file of the seller's whole book has many strange rows, and one of a few notes leaves many notes without: only a file
    that is both, or of which no row belongs, is another tape's or has other loan numbers.
    """
    note, strange = match.note, match.strange
    n_strange, n_rows = int(strange.sum()), len(note)
    priced = match.tape.filled("loan_id") & ~findings.excepted
    told = np.zeros(len(priced), dtype=bool)
    told[note[~strange]] = True
    why, fix = match.explained()
    ids = _first_ids(match.file, strange)
    few = 2 * n_strange > n_rows and 2 * int((priced & told).sum()) < int(priced.sum())
    if n_strange < n_rows and not few:
        why = f"; {why}.  {fix}" if why else "."
        said = (
            f"1 row belongs to no row of the {match.name} and was"
            if n_strange == 1
            else (f"{n_strange:,} rows belong to no row of the {match.name} and were")
        )
        findings.warnings.append(f"{match.file.table.path.name}: {said} not used: loan_id {ids}{why}")
        return
    all_rows = (
        f"none of its {n_rows:,} rows belongs"
        if n_strange == n_rows
        else (f"only {n_rows - n_strange:,} of its {n_rows:,} rows belong")
    )
    raise refusal(
        match.file.table.place(),
        f"{all_rows} to a row of the {match.name}: it has loan_id {ids}, the {match.name} {_first_ids(match.tape, ~told)}"
        + (f"; {why}" if why else ""),
        "Payments are laid beside the notes by loan_id.",
        fix,
    )


def _first_ids(columns: Columns, rows: Mask) -> str:
    """Name the first different loan numbers of some rows."""
    ids = pc.unique(columns.cells("loan_id").filter(pa.array(rows)))
    named = [repr(shown_id(one, True)) if one else "(empty)" for one in ids[:_NAMED].to_pylist()]
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(named) + more


def _keys(columns: Columns, by_seller: bool, days: Days | None) -> Any:
    """Join what a row is known by; null where it has no loan number."""
    keys = columns.cells("loan_id")
    if by_seller:
        keys = pc.binary_join_element_wise(keys, pc.fill_null(columns.cells("seller"), ""), "\x1f")
    if days is not None:
        encoded, where = np.unique(days, return_inverse=True)
        text = pa.array(np.datetime_as_string(encoded).astype(object)).take(pa.array(where))
        keys = pc.binary_join_element_wise(keys, pa.chunked_array([text]), "\x1f")
    return keys


def _file_days(columns: Columns) -> Days:
    cells = columns.cells("as_of_date")
    days, bad = to_days(cells)
    wrong = bad | np.isnat(days)
    if wrong.any():
        position = int(np.argmax(wrong))
        raise refusal(
            columns.table.place(position, "as_of_date"),
            repr(masked(cells[position].as_py() or "")),
            "A row belongs to one snapshot, by its date YYYY-MM-DD.",
            "Correct it, or take the column out.",
        )
    return days


def _refuse_ambiguous(columns: Columns, tape: Columns, as_of: Days, codes: NDArray[np.int64]) -> None:
    """Refuse a file that lacks the columns by which several rows of one loan are told apart."""
    rows = pd.DataFrame({"key": codes, "seller": tape.cells("seller").to_pandas(), "as_of_date": as_of})
    rows = rows[codes >= 0].drop_duplicates()
    doubled = rows.duplicated("key", keep=False)
    if not doubled.any():
        return
    twice, name = rows[doubled], called(tape)
    n_loans = len(twice["key"].unique())
    ways = _told_apart_by(twice)
    named = " or ".join(" and ".join(one) for one in ways)
    missing = "the columns are missing" if len(ways[0]) > 1 else "the column is missing"
    raise refusal(
        columns.table.place(column=named),
        f"{missing}, and {count_of(n_loans, 'loan')} of the {name} {'has' if n_loans == 1 else 'have'} several rows",
        f"A payments row belongs to one row of the {name}.",
        f"Add {named}.",
    )


def _told_apart_by(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give the columns that tell all rows of each loan apart: each one that does so alone, else both."""
    alone = [(one,) for one in ("seller", "as_of_date") if not rows.duplicated(["key", one]).any()]
    return [*alone] or [("seller", "as_of_date")]


def called(tape: Columns) -> str:
    """Name what the payments belong to: a file that has outcomes is of resolutions."""
    return "resolutions" if "outcome" in tape.text else "tape"
