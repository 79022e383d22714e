"""What was known of each note on its ``as_of_date``: the one door through which features read a tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.instalments import Instalments
from notes import Tape
from notes.delinquency import months_delinquent
from notes.history import UNKNOWN
from notes.legal_balance import ClaimTerms, legal_balance
from notes.months import Days

Column = NDArray[np.float64]
"""One feature: float64, shape (n_notes,), NaN missing, never infinite."""

Flags = NDArray[np.bool_]
"""bool, shape (n_notes, 60): a yes or no a month, oldest first; or (n_notes,)."""

Statuses = NDArray[np.int32]
"""Months behind at month end, shape (n_notes, 60), oldest first, -1 unknown."""

CLAIM_TERMS = ClaimTerms(months_to_close=0, late_charge_collect_share=0.0, max_accrual_months=120)
"""How features reckon the legal balance: on ``as_of_date`` itself, without late charges (seldom collected), and with at
most ten years of interest, the buyer's longest example; beyond it months behind say more than dollars do.  These are the
features' own constants, not the buyer's assumptions: a model must not change when a buyer edits an assumption."""

PAY_STRING_CEILING = 9
"""The highest months behind that a pay string can write; it then means nine or more."""

LEAST_VALUE = 1.0
"""Dollars.  A property value or an instalment under a dollar is a placeholder, read as missing; so no ratio overflows."""


@dataclass(frozen=True)
class Known:
    """A tape as it was known on each note's ``as_of_date``.

    An event dated after ``as_of_date`` counts as missing: it was not known then, and a model that saw it in training
    would learn from the future.
    """

    tape: Tape

    @cached_property
    def as_of(self) -> Days:
        """The ``as_of_date`` of each note, datetime64[D], shape (n_notes,)."""
        return self.tape.notes.days("as_of_date")

    def event(self, name: str) -> Days:
        """Give the date of something that happens once, NaT where missing or after ``as_of_date``."""
        days = self.tape.notes.days(name)
        return np.where(days <= self.as_of, days, np.datetime64("NaT", "D"))

    def is_later(self, name: str) -> Flags:
        """Say whether an event is dated after ``as_of_date``, bool, shape (n_notes,)."""
        later: Flags = self.tape.notes.days(name) > self.as_of
        return later

    def agreed(self, name: str) -> Days:
        """Give a date fixed by contract, which may lie ahead (a maturity), NaT where missing."""
        return self.tape.notes.days(name)

    def number(self, name: str) -> Column:
        """Give a number, NaN where missing."""
        return self.tape.notes.number(name)

    def code(self, name: str) -> NDArray[np.object_]:
        """Give a code, the empty string where missing."""
        return self.tape.notes.text(name)

    def is_code(self, name: str, codes: Sequence[str]) -> Column:
        """Say 1 where the code is one of ``codes``, 0 where it is another, NaN where it is missing."""
        values = self.code(name)
        matches = np.isin(values.astype(str), list(codes)).astype(np.float64)
        return np.where(values == "", np.nan, matches)

    @cached_property
    def months_behind(self) -> Column:
        """Months behind on ``as_of_date``; see :func:`notes.delinquency.months_delinquent`."""
        return months_delinquent(self.tape)

    @cached_property
    def status(self) -> Statuses:
        """Months behind at each month end as the history gives them; an unknown as-of month from the due date."""
        status = self.tape.history.months_delinquent.astype(np.int32)
        return self._with_as_of_month(status, status[:, -1] == UNKNOWN)

    @cached_property
    def month_ends(self) -> Statuses:
        """Months behind at each month end, the as-of month always by :attr:`months_behind`.

        For questions of where the note stood.  Questions of how it moved need :attr:`status`: a pay string ends at 9
        where the due date says 30, and the step between the two sources is no move.
        """
        return self._with_as_of_month(self.status.copy(), np.ones(len(self.tape), bool))

    @cached_property
    def at_ceiling(self) -> Flags:
        """Whether a month end's 9 may stand for more, shape (n_notes, 60): in a history that never shows more than 9."""
        status = self.tape.history.months_delinquent
        highest = status.max(axis=1, initial=UNKNOWN)
        at_ceiling: Flags = (status == PAY_STRING_CEILING) & (highest == PAY_STRING_CEILING)[:, None]
        return at_ceiling

    @cached_property
    def before(self) -> Statuses:
        """Months behind one month before each month end, shape (n_notes, 60), -1 unknown."""
        before = np.full_like(self.status, UNKNOWN)
        before[:, 1:] = self.status[:, :-1]
        return before

    @cached_property
    def moved(self) -> Flags:
        """Whether the move of the status in each month is known, shape (n_notes, 60).

        From nine or more to nine or more there may have been any move, or none.
        """
        from_ceiling = np.zeros_like(self.at_ceiling)
        from_ceiling[:, 1:] = self.at_ceiling[:, :-1]
        hidden = from_ceiling & (self.status >= PAY_STRING_CEILING)
        moved: Flags = (self.before != UNKNOWN) & (self.status != UNKNOWN) & ~hidden
        return moved

    def _with_as_of_month(self, status: Statuses, rows: Flags) -> Statuses:
        rows = rows & ~np.isnan(self.months_behind)
        status[rows, -1] = self.months_behind[rows].astype(np.int32)
        return status

    @cached_property
    def p_and_i(self) -> Column:
        """The monthly instalment, dollars; NaN where missing or a placeholder."""
        p_and_i = self.number("p_and_i")
        return np.where(p_and_i >= LEAST_VALUE, p_and_i, np.nan)

    @cached_property
    def instalments(self) -> Instalments:
        """What each month brought; see :mod:`features.instalments`."""
        return Instalments.of(self)

    @cached_property
    def as_is_value(self) -> Column:
        """The property's value, dollars; NaN where missing, a placeholder, or found after ``as_of_date``."""
        value = self.number("as_is_value")
        return np.where((value >= LEAST_VALUE) & ~self.is_later("valuation_date"), value, np.nan)

    @cached_property
    def legal_balance(self) -> Column:
        """The whole debt on this lien on ``as_of_date``, dollars, by :data:`CLAIM_TERMS`."""
        return legal_balance(self.tape.notes, CLAIM_TERMS, self.months_behind).total

    @cached_property
    def senior_debt(self) -> Column:
        """Debt ahead of this lien, dollars; 0 for a first lien that states none, NaN for a junior that states none."""
        stated = self.number("senior_lien_balance")
        return np.where(np.isnan(stated) & (self.number("lien_position") == 1), 0.0, stated)
