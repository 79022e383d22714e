"""What of a tape a model is shown: what it never saw in training would fill its features otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notes.delinquency import without_history
from notes.frame import Notes
from notes.tape import Tape

NEEDED = frozenset({"loan_id", "seller", "as_of_date", "upb", "next_due_date", "paid_to_date"})
"""Who a note is and how far behind: never kept from a model."""


@dataclass(frozen=True)
class Inputs:
    """What a model learned from.

    Parameters
    ----------
    payment_history
        Whether enough of its notes had a payment history.
    never_known
        Fields that none of its notes had.

    Examples
    --------
    >>> Inputs.from_dict(Inputs(False, ("dti",)).to_dict())
    Inputs(payment_history=False, never_known=('dti',))
    """

    payment_history: bool = True
    never_known: tuple[str, ...] = ()

    def shown(self, tape: Tape) -> Tape:
        """Give the tape without what none of the training notes had."""
        seen = tape if self.payment_history else without_history(tape)
        names = self.not_read(tape)
        return Tape(Notes(seen.notes.frame.drop(columns=list(names))), seen.history) if names else seen

    def not_read(self, tape: Tape) -> tuple[str, ...]:
        """Name the fields that the tape has and none of the training notes had."""
        frame, fields = tape.notes.frame, [one for one in self.never_known if one not in NEEDED]
        return tuple(name for name in fields if name in frame and bool(frame[name].notna().any()))

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON."""
        return {"payment_history": self.payment_history, "never_known": list(self.never_known)}

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
        good = isinstance(payments, bool) and isinstance(never, list) and all(isinstance(one, str) for one in never)
        if not good:
            raise ValueError(
                f"inputs: payment_history true or false and a list of fields are needed, found {content!r}"
            )
        return cls(payments, tuple(never))
