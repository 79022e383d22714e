"""A ledger of receipts, one row a payment, summed into months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import HISTORY_MONTHS
from notes.months import Days, month_index
from tapes.findings import Mask
from tapes.refusal import Place, masked, refusal

COUNTED, NOT_COUNTED, REVERSED, UNCLEAR = "counted", "not counted", "reversed", "unclear"

_NOT_PAYMENTS = re.compile(
    r"disburs|advanc|assess|accru|\bfees?\b|tax|insur|hazard|inspect|adjust|waive|transfer|board|balance forward|billed|"
    r"billing|write.?off|charge.?off|\bnotes?\b|memo|non.?cash|capitali"
)
_PAYMENTS = re.compile(
    r"pa?y?me?n?ts?\b|\bpmts?\b|\bpymts?\b|receipts?\b|received|curtail|payoff|paid|install|remit|collect|deposit|lockbox|"
    r"\bach\b|\bwire\b|\bche(?:ck|que)s?\b|\bp ?& ?i\b|borrower funds|suspense|unapplied|regular"
)
_REVERSALS = re.compile(r"revers|\bnsf\b|return|bounce|chargeback|void|refund")
FEW_RECEIPTS = 3
"""Negative amounts of a month each, which may be net of a reversal, that are no accident."""
_NAMED = 6


@dataclass(frozen=True)
class Ledger:
    """Rows of a ledger, each beside the row of the tape that it belongs to.

    Parameters
    ----------
    note
        int64, shape (n_rows,): position on the tape, -1 none.
    day
        datetime64[D], shape (n_rows,), NaT unreadable.
    amount
        float64, shape (n_rows,), dollars, NaN unreadable.
    kinds
        What each row is: one of the words of this module; None where the file has no column of types.
    """

    note: NDArray[np.int64]
    day: Days
    amount: NDArray[np.float64]
    kinds: NDArray[np.object_] | None


@dataclass(frozen=True)
class Summed:
    """A ledger's months.

    Parameters
    ----------
    amounts
        float32, shape (n_notes, 60), dollars, NaN unknown.
    late
        bool, shape (n_rows,): rows cut, being dated after their note's as-of date.
    only_after
        bool, shape (n_notes,): notes all of whose rows were.
    """

    amounts: NDArray[np.float32]
    late: Mask
    only_after: Mask


def kind_of(text: str) -> str:
    """Say whether a type of transaction is a payment by the borrower.

    Examples
    --------
    >>> kind_of("Regular Payment"), kind_of("NSF Reversal"), kind_of("Escrow Disbursement"), kind_of("Late Fee Payment")
    ('counted', 'reversed', 'not counted', 'unclear')
    """
    words = text.lower()
    pays, other = _PAYMENTS.search(words) is not None, _NOT_PAYMENTS.search(words) is not None
    if _REVERSALS.search(words) is not None:
        return UNCLEAR if other else REVERSED
    if pays == other:
        return UNCLEAR
    return COUNTED if pays else NOT_COUNTED


def kinds_of(cells: Any) -> tuple[NDArray[np.object_], list[str]]:
    """Give each row's kind, and sentences that say what was done with which type.

    Parameters
    ----------
    cells
        pyarrow string ChunkedArray, null where no type is given: counted.
    """
    encoded = pc.dictionary_encode(cells).unify_dictionaries().combine_chunks()
    texts = encoded.dictionary.to_pylist()
    kinds = np.array([*map(kind_of, texts), COUNTED], dtype=object)
    at = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False)
    told = []
    for kind, words in (
        (REVERSED, "are taken back from what was received"),
        (NOT_COUNTED, "are no payments and were not counted"),
        (UNCLEAR, "may be payments or not: what their notes received in their months is unknown"),
    ):
        named = [text for text, one in zip(texts, kinds, strict=False) if one == kind]
        n = int((kinds[at] == kind).sum())
        if n:
            more = f" and {len(named) - _NAMED:,} more types" if len(named) > _NAMED else ""
            told.append(f"{n:,} rows ({', '.join(repr(masked(one)) for one in named[:_NAMED])}{more}) {words}.")
    return kinds[at], told


def refuse_negative(amounts: NDArray[np.float64], place: Place, at_least: int = 1) -> None:
    """Refuse receipts that are written as negative amounts, so that signs mean the contrary.

    Parameters
    ----------
    amounts
        float64, any shape, dollars, NaN unknown: payments only, where the file tells them from charges.
    at_least
        Negative amounts from which more of them than of positive ones are no accident.

    Raises
    ------
    TapeError
        Most amounts that are not 0 are negative.
    """
    negative, positive = int((amounts < 0).sum()), int((amounts > 0).sum())
    if negative >= at_least and negative > positive:
        raise refusal(
            place,
            "most amounts are negative",
            "A receipt is positive and a reversal negative.",
            "Turn the signs, and keep charges out or in a type of their own.",
        )


def sum_months(ledger: Ledger, as_of: Days) -> Summed:
    """Sum receipts by note and month, each up to its note's as-of date.

    Several payments on one day are several payments.  A reversal is taken back in the month in which it is booked.  A month
    without a row is known to have brought nothing from the note's first entry to the ledger's last day; before and after,
    and on notes without an entry, nothing is known.  A row that may be a payment or not makes its month unknown.
    """
    n = len(as_of)
    usable = (ledger.note >= 0) & ~np.isnat(ledger.day)
    late = usable & (ledger.day > as_of[ledger.note])
    ends = month_index(ledger.day).max(initial=0.0, where=~np.isnat(ledger.day))
    usable &= ~late
    offset = np.where(usable, month_index(as_of)[ledger.note] - month_index(ledger.day), np.nan)
    inside = offset < HISTORY_MONTHS
    slot = np.where(inside, ledger.note * HISTORY_MONTHS + (HISTORY_MONTHS - 1 - np.nan_to_num(offset)), 0).astype(
        np.int64
    )
    signed = _signed(ledger)
    counted: Mask = inside & ~np.isnan(signed)
    # Cents are whole numbers, so that sums are the same in any order.
    cents = np.bincount(slot[counted], np.rint(signed[counted] * 100.0), n * HISTORY_MONTHS).reshape(n, HISTORY_MONTHS)
    first = np.full(n, np.inf)
    known = np.flatnonzero(usable)
    np.minimum.at(first, ledger.note[known], month_index(ledger.day)[known])
    month = month_index(as_of)[:, None] - np.arange(HISTORY_MONTHS - 1, -1, -1)
    covered = (month >= first[:, None]) & (month <= ends)
    amounts = np.where(covered, cents / 100.0, np.nan).astype(np.float32)
    if ledger.kinds is not None:
        unclear = inside & (ledger.kinds == UNCLEAR)
        amounts.reshape(-1)[slot[unclear]] = np.nan
    return Summed(amounts, late, only_late(ledger.note, late, usable, n))


def only_late(note: NDArray[np.int64], late: Mask, in_time: Mask, n_notes: int) -> Mask:
    """Say which notes have late rows and none in time, bool, shape (n_notes,)."""
    has_late, has_other = (np.bincount(note[rows], minlength=n_notes) > 0 for rows in (late, in_time))
    only: Mask = has_late & ~has_other
    return only


def _signed(ledger: Ledger) -> NDArray[np.float64]:
    """Give what each row adds: nothing where it is no payment, and a reversal's amount taken away."""
    if ledger.kinds is None:
        return ledger.amount
    taken = np.where(ledger.kinds == REVERSED, -np.abs(ledger.amount), ledger.amount)
    return np.where((ledger.kinds == COUNTED) | (ledger.kinds == REVERSED), taken, np.nan)
