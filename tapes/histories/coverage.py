"""What a payments file leaves out of its tape: notes without a row, and the months up to the tape."""

from __future__ import annotations

import numpy as np

from notes.history import UNKNOWN
from notes.months import month_index
from tapes.findings import Mask
from tapes.histories.payment_faults import Laid, PaymentsFile

_LATE = 2
"""Months before the tape's from which a file is called old: the tape's own month, or the one before it, may be open."""


def coverage_warnings(file: PaymentsFile, laid: Laid, is_whole: bool) -> tuple[str, ...]:
    """Warn where notes that are not excepted have no payments, and where the payments end long before the tape.

    Parameters
    ----------
    laid
        What the file tells; its history is unknown where it says nothing.
    is_whole
        The file has a row a note and month, or a column a month: a ledger, which has none where nothing was received, tells
        of a note's last receipt and not of the month up to which it was kept.
    """
    asked = ~file.findings.excepted & file.tape.columns.filled("loan_id")
    history = laid.history
    known = (history.months_delinquent != UNKNOWN) | ~np.isnan(history.amount_received)
    told = np.zeros(len(file.tape), dtype=bool)
    told[file.note[file.note >= 0]] = True
    said = []
    without, n = int((asked & ~told).sum()), int(asked.sum())
    if without:
        said.append(f"{file.name}: no payments for {without:,} of {n:,} notes; nothing is known of what they paid.")
    seen = asked & told
    later = seen & laid.only_after & ~known.any(axis=1)
    if later.any():
        said.append(
            f"{file.name}: {int(later.sum()):,} of {n:,} notes: all their payments are of months after the as-of date; "
            "what they paid before is not known."
        )
    seen &= ~later
    if not seen.any():
        return tuple(said)
    back = np.where(known.any(axis=1), np.argmax(known[:, ::-1], axis=1), known.shape[1])
    newest = int(back[seen].min())
    if newest >= _LATE:
        said.append(f"{file.name}: {_ends(file, seen, newest, known.shape[1])}; what came since is not known.")
    elif is_whole and (late := seen & (back >= _LATE)).any():
        said.append(
            f"{file.name}: the payments of {int(late.sum()):,} of {n:,} notes end {_LATE} months or more before the as-of "
            "date."
        )
    return tuple(said)


def _ends(file: PaymentsFile, seen: Mask, back: int, window: int) -> str:
    """Say in which month the file's payments end."""
    if back >= window:
        return f"payments end {window} months or more before the as-of date"
    index = int(month_index(file.tape.as_of[seen].max())) - back
    return f"payments end in {index // 12}-{index % 12 + 1:02d}, {back} months before the as-of date"
