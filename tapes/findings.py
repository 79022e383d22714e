"""What is found about each row while its fields are read: reasons against it, and flags on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tapes.codes import CODES, fix_for
from tapes.files.table import TextTable
from tapes.reading import ExceptedField, FlaggedCells
from tapes.refusal import masked, refusal, shown_id

_COLUMN_SHARE, _COLUMN_CELLS = 0.2, 20
"""Where more than this share of a column's filled cells is bad, and at least so many, the column is not what its heading
says."""

Mask = NDArray[np.bool_]


class Findings:
    """Reasons and flags, gathered field by field.

    Parameters
    ----------
    table
        The rows spoken of.
    loan_ids
        pyarrow string ChunkedArray, shape (n_rows,), null where missing.
    headings
        Field to the heading as the file writes it, by which a refused column is named.
    """

    def __init__(self, table: TextTable, loan_ids: Any, headings: Mapping[str, str] | None = None) -> None:
        self.table = table
        self._headings = headings or {}
        self.warnings: list[str] = []
        self._loan_ids = loan_ids
        self._told: dict[str, Mask] = {}
        self._reasons: list[tuple[int, int, ExceptedField]] = []
        self._flags: dict[str, Mask] = {}
        self._doubtful: list[tuple[str, str, Mask, Any]] = []
        self.excepted: Mask = np.zeros(len(table), dtype=bool)
        self._settled: Mask = np.zeros(len(table), dtype=bool)

    def refuse_rows(self, bad: Mask, code: str, field: str, values: Any = None) -> None:
        """Except rows, with the text found in each.

        Of a ragged row only its raggedness is told, of a total only that it is none, and of a field that has a reason
        already no second one: a cell that was refused is not missing too.
        """
        told = self._told.setdefault(field, np.zeros(len(self.table), dtype=bool))
        bad = bad & (~self.table.ragged | (code == "E_RAGGED")) & ~told & ~self._settled
        told |= bad
        fix = fix_for(code, field)
        assert code in CODES
        for position in np.flatnonzero(bad):
            loan_id, value = self._loan_ids[position].as_py(), "" if values is None else values[position]
            found = value.as_py() if hasattr(value, "as_py") else value
            reason = ExceptedField(
                int(self.table.rows[position]),
                shown_id(loan_id or "", bool(self.table.ragged[position])),
                field,
                shown_id(found or "") if field == "loan_id" else masked(found or ""),
                code,
                fix,
            )
            self._reasons.append((int(position), len(self._reasons), reason))
        self.excepted |= bad

    def refused(self, code: str) -> Mask:
        """Say which rows have been excepted with a code."""
        rows = np.zeros(len(self.table), dtype=bool)
        rows[[position for position, _, reason in self._reasons if reason.code == code]] = True
        return rows

    def refuse_totals(self, ids: Any, amounts: Any) -> None:
        """Except the totals and counts that do not agree with the notes; nothing else is then told of such a row.

        Parameters
        ----------
        ids, amounts
            Texts of ``loan_id`` and ``upb``, shape (n_rows,).
        """
        for position in np.flatnonzero(np.isin(self.table.rows, list(self.table.missed))):
            row = int(self.table.rows[position])
            loan_id, found = (shown_id(ids[position].as_py() or ""), masked(amounts[position].as_py() or ""))
            reason = ExceptedField(row, loan_id, "upb", found, "E_TOTAL", self.table.missed[row])
            self._reasons.append((int(position), len(self._reasons), reason))
            self._settled[position] = self.excepted[position] = True

    def refuse_cells(self, bad: Mask, code: str, field: str, text: Any) -> None:
        """Except the rows of cells that do not convert; where that is most of a column, refuse the file.

        Raises
        ------
        TapeError
            Over 20 % of the column's filled cells, and at least 20 of them, are bad.
        """
        n_bad, n_filled = int((bad & ~self.table.ragged & ~self._settled).sum()), len(text) - text.null_count
        if self.is_most(n_bad, n_filled):
            position = int(np.argmax(bad))
            raise refusal(
                self.table.place(position, self._column(field)),
                f"{masked(text[position].as_py())!r}, and {n_bad:,} of {n_filled:,} cells in this column like it ({code})",
                CODES[code].rule,
                fix_for(code, field),
            )
        self.refuse_rows(bad, code, field, text)

    @staticmethod
    def is_most(n_bad: int, n_filled: int) -> bool:
        """Tell whether so many bad cells refuse the file: over 20 % of a column's filled cells, and at least 20."""
        return n_bad >= _COLUMN_CELLS and n_bad > _COLUMN_SHARE * n_filled

    def _column(self, field: str) -> str:
        heading = self._headings.get(field, field)
        return field if heading.lower() == field else f"{heading!r} ({field})"

    def flag(self, rows: Mask, code: str, field: str = "", values: Any = None) -> None:
        """Put a flag on rows; with the field and its cells as written, where it is a cell that is doubtful."""
        assert code in CODES
        if rows.any():
            self._flags[code] = self._flags.get(code, np.zeros(len(self.table), dtype=bool)) | rows
            if values is not None:
                self._doubtful.append((code, field, rows, values))

    def doubtful(self, keep: NDArray[np.intp]) -> tuple[FlaggedCells, ...]:
        """Give the doubtful cells, personal data masked, in the order in which they were found.

        Those of the kept rows by their position among them, those of the excepted rows by row and loan number.
        """
        found = []
        for code, field, rows, values in self._doubtful:
            at, out = np.flatnonzero(rows[keep]), np.flatnonzero(rows & self.excepted & ~self.table.ragged)
            if len(at) or len(out):
                excepted = zip(self.table.rows[out].tolist(), self._ids(out), _shown(values, out), strict=True)
                found.append(FlaggedCells(code, field, at, _shown(values, keep[at]), tuple(excepted)))
        return tuple(found)

    def _ids(self, rows: NDArray[np.intp]) -> list[str]:
        return [shown_id(text or "") for text in self._loan_ids.take(pa.array(rows)).to_pylist()]

    def exceptions(self) -> tuple[ExceptedField, ...]:
        """Give the reasons in file order."""
        return tuple(reason for *_, reason in sorted(self._reasons, key=lambda one: one[:2]))

    def flags(self, keep: NDArray[np.intp]) -> tuple[tuple[str, ...], ...]:
        """Give the flags of the kept rows, a tuple a row, in the order of :data:`tapes.codes.CODES`."""
        names = [code for code in CODES if code in self._flags]
        if not names:
            return ((),) * len(keep)
        bits = np.zeros(len(keep), dtype=np.int64)
        for i, name in enumerate(names):
            bits |= self._flags[name][keep].astype(np.int64) << i
        kinds, which = np.unique(bits, return_inverse=True)
        tuples = [tuple(name for i, name in enumerate(names) if kind >> i & 1) for kind in kinds]
        return tuple(tuples[i] for i in which)


def _shown(values: Any, rows: NDArray[np.intp]) -> tuple[str, ...]:
    """Give cells of some rows, personal data masked, each distinct one masked once."""
    if not len(rows):
        return ()
    cells = pa.chunked_array([values.take(pa.array(rows)).combine_chunks()]).dictionary_encode()
    shown = [masked(text or "") for text in cells.chunk(0).dictionary.to_pylist()]
    return tuple("" if i is None else shown[i] for i in cells.chunk(0).indices.to_pylist())
