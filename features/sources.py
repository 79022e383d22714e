"""Which fields of a tape each feature is made of, found by watching it being computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import FEATURES
from features.known import Column, Known
from notes import Notes, PaymentHistory, Tape
from notes.months import Days

HISTORY = "pay_string"
"""Stands for the payment history, wherever that was read from."""
_OF_EVERY_NOTE = frozenset({"loan_id", "seller", "as_of_date"})


@lru_cache(maxsize=1)
def source_fields() -> dict[str, tuple[str, ...]]:
    """Give the fields that each feature reads, by its name, in the order of reading.

    ``as_of_date``, which all need, is left out; :data:`HISTORY` stands for the payment history.

    Examples
    --------
    >>> source_fields()["debt_to_income"], source_fields()["months_behind"]
    (('dti',), ('next_due_date', 'paid_to_date', 'pay_string'))
    """
    return {one.name: _read_by(one.function) for one in FEATURES}


def _read_by(function: Callable[[Known], Column]) -> tuple[str, ...]:
    watched = _WatchedTape()
    function(Known(cast(Tape, watched)))
    return tuple(one for one in dict.fromkeys(watched.notes.asked) if one not in _OF_EVERY_NOTE)


# Without a rate but with an instalment, so that the maturity is asked for, from which the rate is then reckoned.
_NOTE = {"loan_id": ["1"], "as_of_date": ["2024-01-31"], "upb": [1e5], "p_and_i": [700.0], "lien_position": [1.0]}


@dataclass(frozen=True)
class _WatchedNotes(Notes):
    """Notes that write down which of their columns are asked for."""

    asked: list[str] = field(default_factory=list)

    def number(self, name: str) -> NDArray[np.float64]:
        self.asked.append(name)
        return super().number(name)

    def text(self, name: str) -> NDArray[np.object_]:
        self.asked.append(name)
        return super().text(name)

    def days(self, name: str) -> Days:
        self.asked.append(name)
        return super().days(name)


class _WatchedTape:
    """A tape of one note that writes down what is asked of it."""

    def __init__(self) -> None:
        self.notes = _WatchedNotes(pd.DataFrame(_NOTE))

    @property
    def history(self) -> PaymentHistory:
        self.notes.asked.append(HISTORY)
        return PaymentHistory.unknown(1)

    def __len__(self) -> int:
        return 1
