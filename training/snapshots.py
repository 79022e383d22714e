"""Which snapshots of a loan are used, and what each weighs.

Monthly snapshots of every loan count slow cases more often: a foreclosure of four years brings 48 rows, a reinstatement
after three months brings 3.  One snapshot a loan within each band of months behind takes that away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes, Resolutions
from notes.delinquency import months_delinquent
from training.weights import Floats

UNKNOWN_BAND = -1


@dataclass(frozen=True)
class Snapshots:
    """The drawn snapshots.

    Parameters
    ----------
    resolutions
        The drawn rows, by loan and band: the order of the file does not matter to the model.
    loan
        int64, shape (n,): the same number for every snapshot of one loan (seller and ``loan_id``).
    weight
        float64, shape (n,): 1 / number of the loan's snapshots drawn.
    band
        int64, shape (n,): band of months behind; -1 where months behind are unknown.
    n_given
        How many snapshots there were to draw from.
    """

    resolutions: Resolutions
    loan: NDArray[np.int64]
    weight: Floats
    band: NDArray[np.int64]
    n_given: int

    def __len__(self) -> int:
        return len(self.loan)

    @property
    def n_loans(self) -> int:
        """How many loans there are."""
        return len(np.unique(self.loan))


def draw_snapshots(resolutions: Resolutions, bands: tuple[int, ...], seed: int) -> Snapshots:
    """Draw one snapshot a loan within each band of months behind.

    Parameters
    ----------
    resolutions
        Any number of snapshots a loan.
    bands
        First month behind of each band, ascending from 0.
    seed
        Of the draw.  It depends on the loan, its date and the seed alone: neither the order of the rows nor what other
        loans are in the file changes it.
    """
    notes = resolutions.tape.notes
    loans = loan_names(notes)
    behind = months_delinquent(resolutions.tape)
    band = np.where(np.isnan(behind), UNKNOWN_BAND, np.searchsorted(bands, behind, side="right") - 1).astype(np.int64)
    loan = np.unique(np.array(loans, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)
    lot = _lots(loans, notes.days("as_of_date").astype(str).tolist(), seed)
    order = np.lexsort((lot, band, loan))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(loan[order]) != 0) | (np.diff(band[order]) != 0)
    rows = order[first]
    number = np.unique(loan[rows], return_inverse=True)[1].astype(np.int64)
    weight = 1.0 / np.bincount(number)[number] if len(rows) else np.zeros(0)
    return Snapshots(resolutions.take(rows), number, weight, band[rows], len(resolutions))


def loan_names(notes: Notes) -> list[str]:
    """Name the loan of each note: seller and ``loan_id``, told apart by the seller's length."""
    return [f"{len(s)}:{s}{i}" for s, i in zip(notes.text("seller"), notes.text("loan_id"), strict=True)]


def _lots(loans: list[str], dates: list[str], seed: int) -> NDArray[np.uint64]:
    """Give every snapshot its lot, uniform over 64 bits; the lowest of a loan and band is drawn."""
    texts = (f"{seed}|{date}|{loan}".encode() for loan, date in zip(loans, dates, strict=True))
    drawn = b"".join(hashlib.blake2b(text, digest_size=8).digest() for text in texts)
    return np.frombuffer(drawn, dtype="<u8")


def loan_order(snapshots: Snapshots, seed: int) -> NDArray[np.uint64]:
    """Give every snapshot its loan's lot, the same for all snapshots of a loan: an order by chance that rows cannot move."""
    loans = loan_names(snapshots.resolutions.tape.notes)
    return _lots(loans, [""] * len(loans), seed)
