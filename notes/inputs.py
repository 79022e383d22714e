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


@dataclass(frozen=True)
class Inputs:
    """What a model learned from.

    Parameters
    ----------
    months_behind, receipts
        Whether enough of its notes had a history that said how far behind they were each month, and what was received.
    never_known
        Fields that none of its notes had.

    Examples
    --------
    >>> Inputs.from_dict(Inputs(months_behind=False, never_known=("dti",)).to_dict())
    Inputs(months_behind=False, receipts=True, never_known=('dti',))
    """

    months_behind: bool = True
    receipts: bool = True
    never_known: tuple[str, ...] = ()

    def shown(self, tape: Tape) -> Tape:
        """Give the tape without what none of the training notes had."""
        seen = tape
        if not (self.months_behind and self.receipts):
            seen = without_history(tape, months=not self.months_behind, receipts=not self.receipts)
        names = self.not_read(tape)
        return Tape(Notes(seen.notes.frame.drop(columns=list(names))), seen.history) if names else seen

    def not_read(self, tape: Tape) -> tuple[str, ...]:
        """Name the fields that the tape has and none of the training notes had."""
        frame, fields = tape.notes.frame, [one for one in self.never_known if one not in NEEDED]
        return tuple(name for name in fields if name in frame and bool(frame[name].notna().any()))

    def unread_history(self, tape: Tape) -> str:
        """Say in words what the tape's histories tell and those of training did not; empty where there is nothing."""
        months = bool((tape.history.months_delinquent != UNKNOWN).any())
        receipts = not bool(np.isnan(tape.history.amount_received).all())
        unread = [
            *(["how far behind each note was month by month"] if months and not self.months_behind else []),
            *(["what was received"] if receipts and not self.receipts else []),
        ]
        return " and ".join(unread)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON: ``payment_history`` is false where neither half of it is shown."""
        halves = {"months_behind": self.months_behind, "receipts": self.receipts}
        either = self.months_behind or self.receipts
        hidden = {name: False for name, shown in halves.items() if either and not shown}
        return {"payment_history": either, "never_known": list(self.never_known), **hidden}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Inputs:
        """Read what :meth:`to_dict` wrote; nothing said is nothing hidden.

        Raises
        ------
        ValueError
            It is no such content.
        """
        said = content if isinstance(content, Mapping) else {"payment_history": None}
        flags = [said.get(name, True) for name in ("payment_history", "months_behind", "receipts")]
        never = said.get("never_known", [])
        good = isinstance(never, list) and all(isinstance(one, str) for one in never)
        if not good or not all(isinstance(one, bool) for one in flags):
            raise ValueError(
                f"inputs: payment_history true or false and a list of fields are needed, found {content!r}"
            )
        either, months, receipts = flags
        return cls(either and months, either and receipts, tuple(never))
