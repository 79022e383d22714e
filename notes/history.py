"""Sixty months of payment history a note, as two dense arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HISTORY_MONTHS = 60
UNKNOWN = -1
FORECLOSURE_FLOOR = 4
"""Months behind that a foreclosure filing implies: 12 CFR 1024.41(f) bars the first filing until more than 120 days."""


@dataclass(frozen=True)
class PaymentHistory:
    """What each note did in the 60 months up to its as-of month.

    Parameters
    ----------
    months_delinquent
        int16, shape (n_notes, 60): months behind at month end by the MBA method, -1 unknown.  Oldest first; the last
        column is the month of ``as_of_date``.
    amount_received
        float32, the same shape: dollars received in the month, NaN unknown.  0 is a month known to have brought nothing.

    Raises
    ------
    ValueError
        A wrong shape, a status below -1 or an infinite amount.
    """

    months_delinquent: NDArray[np.int16]
    amount_received: NDArray[np.float32]

    def __post_init__(self) -> None:
        status = np.array(self.months_delinquent, dtype=np.int16)
        amount = np.array(self.amount_received, dtype=np.float32)
        if status.ndim != 2 or status.shape[1] != HISTORY_MONTHS or amount.shape != status.shape:
            raise ValueError(
                f"both arrays need the shape (n_notes, {HISTORY_MONTHS}), found {status.shape} and {amount.shape}"
            )
        if not (status >= UNKNOWN).all():
            raise ValueError(f"months behind must be at least {UNKNOWN} (unknown), found {status.min()}")
        if np.isinf(amount).any():
            raise ValueError("amounts received must be finite or NaN")
        for name, array in (("months_delinquent", status), ("amount_received", amount)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.months_delinquent)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of any note's payments."""
        return bool((self.months_delinquent != UNKNOWN).any()) or not bool(np.isnan(self.amount_received).all())

    @classmethod
    def unknown(cls, n_notes: int) -> PaymentHistory:
        """Build the history of notes about which nothing is known."""
        shape = (n_notes, HISTORY_MONTHS)
        return cls(np.full(shape, UNKNOWN, dtype=np.int16), np.full(shape, np.nan, dtype=np.float32))

    @classmethod
    def from_pay_strings(cls, pay_strings: Sequence[str]) -> PaymentHistory:
        """Read canonical pay strings: oldest first, the last character for the month of ``as_of_date``.

        ``0``-``8`` months behind, ``9`` nine or more (kept as 9, a floor), ``F`` in foreclosure: one month more than the
        month before it, at least 4 (nobody pays in foreclosure and none is filed before day 120), ``B`` bankruptcy,
        ``R`` REO and ``X`` unknown: unknown.  A string longer than 60 months keeps its last 60; an empty one is unknown.

        Raises
        ------
        ValueError
            A character outside the alphabet; the message names the note's position and the character.

        Examples
        --------
        >>> PaymentHistory.from_pay_strings(["0123F"]).months_delinquent[0, -6:]
        array([-1,  0,  1,  2,  3,  4], dtype=int16)
        """
        status = np.full((len(pay_strings), HISTORY_MONTHS), UNKNOWN, dtype=np.int16)
        for i, text in enumerate(pay_strings):
            codes = _months_behind(text, i)[-HISTORY_MONTHS:]
            if codes:
                status[i, -len(codes) :] = codes
        return cls(status, np.full(status.shape, np.nan, dtype=np.float32))

    def take(self, rows: NDArray[np.intp]) -> PaymentHistory:
        """Pick notes by position."""
        return PaymentHistory(self.months_delinquent[rows], self.amount_received[rows])


def _months_behind(pay_string: str, position: int) -> list[int]:
    codes: list[int] = []
    for character in pay_string:
        if character in "0123456789":
            codes.append(int(character))
        elif character == "F":
            before = codes[-1] if codes else UNKNOWN
            codes.append(max(before + 1, FORECLOSURE_FLOOR))
        elif character in "RBX":
            codes.append(UNKNOWN)
        else:
            raise ValueError(f"note {position}: {character!r} is not in the canonical pay string alphabet 0-9 F R B X")
    return codes
