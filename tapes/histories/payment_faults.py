"""A payments file beside its tape, and what keeps a note out because of it: cells, contradictions, notes that ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.months import Days
from tapes.codes import CODES
from tapes.columns import Columns
from tapes.convert import Bad
from tapes.findings import Findings, Mask
from tapes.histories.settle import Said
from tapes.histories.statuses import Statuses
from tapes.mapped import MappedTable
from tapes.refusal import Shown, masked, refusal

_MOST_BAD, _MOST_BAD_FROM = 0.2, 20


@dataclass(frozen=True)
class TapeRows:
    """The rows of a tape, beside which payments are laid.

    Parameters
    ----------
    columns
        Of which ``loan_id`` and ``seller`` are matched, and ``as_of_date`` where the payments file has it.
    as_of, due
        datetime64[D], shape (n_rows,); NaT unknown.
    said
        How the seller counts months behind.
    mapping
        The tape's mapping file, whose units hold for the payments file too; None without one.
    password
        Of an encrypted payments file.
    """

    columns: Columns
    as_of: Days
    due: Days
    said: Said
    mapping: Path | None = None
    password: str | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.as_of)


@dataclass(frozen=True)
class PaymentsFile:
    """A payments file and where it belongs.

    Parameters
    ----------
    columns
        A row that belongs to several snapshots of a loan is there once for each.
    note
        int64, shape (n_rows,): position on the tape, -1 none.
    row
        int64, shape (n_rows,): position in the file.
    """

    mapped: MappedTable
    columns: Columns
    note: NDArray[np.int64]
    row: NDArray[np.int64]
    tape: TapeRows
    findings: Findings

    def count(self, rows: Mask) -> int:
        """Count the file's rows of which this holds wherever they belong."""
        n_rows = int(self.row.max(initial=-1)) + 1
        elsewhere = np.bincount(self.row[~rows], minlength=n_rows) > 0
        return int((np.bincount(self.row, minlength=n_rows) > 0).sum() - elsewhere.sum())

    @property
    def name(self) -> str:
        """Of the file, without its folder."""
        return self.columns.table.path.name


@dataclass(frozen=True)
class Laid:
    """A payments file laid beside the rows of a tape.

    Parameters
    ----------
    history
        Row i for row i of the tape.
    after_as_of
        Rows or cells cut, being dated after their note's as-of month or date.
    only_after
        bool, shape (n_rows,): notes of which the file has nothing else.
    """

    history: PaymentHistory
    after_as_of: int
    only_after: Mask


def except_notes(file: PaymentsFile, name: str, bad: Bad) -> None:
    """Except notes with a cell that cannot be read; refuse the file where that is most of the column."""
    n_bad = int(bad.sum())
    if not n_bad:
        return
    cells, positions = file.columns.written(name), np.flatnonzero(bad)
    first = file.columns.table.place(int(positions[0]), name)
    if n_bad >= _MOST_BAD_FROM and n_bad > _MOST_BAD * len(bad):
        found = (
            f"{masked(cells[positions[0]].as_py() or '')!r}, and {n_bad:,} of {len(bad):,} cells like it (E_PAYMENT)"
        )
        raise refusal(first, found, CODES["E_PAYMENT"].rule, "Correct the column.")
    _except(file, positions, lambda i: f"{file.columns.table.place(i, name)}: {masked(cells[i].as_py() or '')!r}")


def except_contradictions(
    file: PaymentsFile, rows: NDArray[np.intp], slot: NDArray[np.int64], pairs: list[tuple[Any, Any]]
) -> None:
    """Except notes of which two rows say different things about one month; the same row twice is one row."""
    differs = np.zeros(len(rows), dtype=bool)
    for values, kept in pairs:
        differs |= (values != kept[slot]) & ~(np.isnan(values) & np.isnan(kept[slot]))
    except_pairs(file, rows, slot, differs)


def except_pairs(file: PaymentsFile, rows: NDArray[np.intp], slot: NDArray[np.int64], differs: Mask) -> None:
    """Except notes of rows that differ from the last row of their place; refuse the file where those are most of it."""
    wrong = np.flatnonzero(differs)
    if not len(wrong):
        return
    last = np.zeros(int(slot.max()) + 1, dtype=np.int64)
    last[slot] = rows
    place = file.columns.table.place
    other = {int(rows[i]): int(last[slot[i]]) for i in wrong}

    def told(row: int) -> str:
        return f"{place(row)}: row {place(other[row]).row:,} says something else about the same note and month"

    if len(wrong) >= _MOST_BAD_FROM and len(wrong) > _MOST_BAD * len(rows):
        found = f"{told(int(rows[wrong[0]])).split(': ', 1)[1]}, and {len(wrong):,} of {len(rows):,} rows like it"
        raise refusal(place(int(rows[wrong[0]])), found, "A note has one row a month.", "Keep the right ones.")
    _except(file, rows[wrong], told)


def except_rows(file: PaymentsFile, found: Findings) -> None:
    """Except the notes of rows that were excepted in the payments file itself."""
    rows = np.flatnonzero(found.excepted & (file.note >= 0))
    reasons = {one.row: one for one in reversed(found.exceptions())}
    place = file.columns.table.place

    def told(row: int) -> str:
        one = reasons[int(file.columns.table.rows[row])]
        return f"{place(row, one.field)}: {one.value!r} ({one.code})"

    ended = [row for row in rows if reasons[int(file.columns.table.rows[row])].code == "E_RESOLVED"]
    _except(file, np.array(ended, dtype=np.intp), told, "E_RESOLVED")
    _except(file, np.setdiff1d(rows, ended), told)


def except_ended(file: PaymentsFile, statuses: Statuses) -> None:
    """Except notes whose newest month says that the property is taken or the debt repaid."""
    values = np.array([Shown(f"{file.name}: the newest status")] * len(statuses.ended), dtype=object)
    file.findings.refuse_rows(statuses.ended, "E_RESOLVED", "payments", values)


def _except(file: PaymentsFile, rows: NDArray[np.intp], told: Any, code: str = "E_PAYMENT") -> None:
    """Except the notes of some rows, each with the first of its rows."""
    values = np.full(len(file.tape), "", dtype=object)
    notes, which = np.unique(file.note[rows], return_index=True)
    for i, row in zip(notes, rows[which], strict=True):
        values[i] = Shown(told(int(row)))
    file.findings.refuse_rows(values != "", code, "payments", values)
