"""What of a tape a model is shown: what it never saw in training would fill its features otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from notes.delinquency import without_history
from notes.frame import Notes
from notes.history import UNKNOWN
from notes.tape import Tape

NEEDED = frozenset({"loan_id", "seller", "as_of_date", "upb", "next_due_date", "paid_to_date"})
"""Who a note is and how far behind: never kept from a model."""

_OF_HISTORY = {"months": "months_behind", "receipts": "receipts"}
"""What a history tells, and the field that says whether enough histories did."""


@dataclass(frozen=True)
class Inputs:
    """What a model learned from.

    Parameters
    ----------
    payment_history
        Whether enough of its notes had a payment history.
    never_known
        Fields that none of its notes had.
    months_behind, receipts
        Whether enough of the histories said how far behind a note was each month, and what was received.

    Examples
    --------
    >>> Inputs.from_dict(Inputs(False, ("dti",)).to_dict())
    Inputs(payment_history=False, never_known=('dti',), months_behind=True, receipts=True)
    """

    payment_history: bool = True
    never_known: tuple[str, ...] = ()
    months_behind: bool = True
    receipts: bool = True

    def shown(self, tape: Tape) -> Tape:
        """Give the tape without what none of the training notes had."""
        hidden = {one: not (self.payment_history and getattr(self, field)) for one, field in _OF_HISTORY.items()}
        seen = without_history(tape, **hidden) if any(hidden.values()) else tape
        names = self.not_read(tape)
        return Tape(Notes(seen.notes.frame.drop(columns=list(names))), seen.history) if names else seen

    def not_read(self, tape: Tape) -> tuple[str, ...]:
        """Name the fields that the tape has and none of the training notes had."""
        frame, fields = tape.notes.frame, [one for one in self.never_known if one not in NEEDED]
        return tuple(name for name in fields if name in frame and bool(frame[name].notna().any()))

    def unread_history(self, tape: Tape) -> str:
        """Say in words what the tape's histories tell and those of training did not; empty where there is nothing."""
        history = tape.history
        tells = {
            "how far behind each note was month by month": (history.months_delinquent != UNKNOWN).any()
            and not (self.payment_history and self.months_behind),
            "what was received": (~np.isnan(history.amount_received)).any()
            and not (self.payment_history and self.receipts),
        }
        return " and ".join(words for words, unread in tells.items() if unread)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON."""
        hidden = {name: False for name in _OF_HISTORY.values() if not getattr(self, name)}
        return {"payment_history": self.payment_history, "never_known": list(self.never_known), **hidden}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Inputs:
        """Read what :meth:`to_dict` wrote; nothing said is nothing hidden.

        Raises
        ------
        ValueError
            It is no such content.
        """
        payments = content.get("payment_history", True) if isinstance(content, Mapping) else None
        never = content.get("never_known", []) if isinstance(content, Mapping) else None
        parts = [content.get(name, True) if isinstance(content, Mapping) else None for name in _OF_HISTORY.values()]
        good = (
            all(isinstance(one, bool) for one in (payments, *parts))
            and isinstance(never, list)
            and all(isinstance(one, str) for one in never)
        )
        if not good:
            raise ValueError(
                f"inputs: payment_history true or false and a list of fields are needed, found {content!r}"
            )
        return cls(payments, tuple(never), *parts)
