"""Rows of a payments file that belong to no row of its tape: told of, or the file is another tape's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.columns import Columns
from tapes.findings import Findings, Mask
from tapes.refusal import refusal, shown_id

_NAMED = 3
"""Loan numbers named of each file."""


@dataclass(frozen=True)
class Match:
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


def tell_strangers(match: Match, findings: Findings) -> None:
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


def called(tape: Columns) -> str:
    """Name what the payments belong to: a file that has outcomes is of resolutions."""
    return "resolutions" if "outcome" in tape.text else "tape"
