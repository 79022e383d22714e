"""The legs of a note that pays: docs/pricing.md, section 5.2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.assumptions import Assumptions
from pricing.collateral import capped_proceeds
from pricing.facts import NoteFacts
from pricing.forced_sale import ForcedSale, HoldingCosts, SaleStart
from pricing.leg import annuity_value, level, lump, principal_left
from pricing.legs import LegBook

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Schedule:
    """How a note pays from closing on; arrays float64, shape (n_notes,).

    Parameters
    ----------
    weight
        Probability of this group of branches given the outcome.
    principal, monthly_rate, instalment, instalments_left, deferred
        The terms from closing on.
    first_month
        Month of the first instalment.
    arrears, arrears_months
        US dollars collected on top, in equal parts over the first months.
    unsettled_months
        Last month that is serviced as non-performing; 0 for none.
    redefault_share
        Share that falls back.
    """

    weight: Floats
    principal: Floats
    monthly_rate: Floats
    instalment: Floats
    instalments_left: Floats
    deferred: Floats
    first_month: int
    arrears: Floats
    arrears_months: int
    unsettled_months: Floats
    redefault_share: Floats


class Paying:
    """Writes the legs of paying notes of one tape, with their redefaults, into an outcome's book."""

    def __init__(self, facts: NoteFacts, costs: HoldingCosts, sale: ForcedSale, assumptions: Assumptions) -> None:
        self.facts, self.costs, self.sale, self.assumptions = facts, costs, sale, assumptions

    def enter(self, book: LegBook, pays: Schedule, name: str, prefix: str) -> NDArray[np.bool_]:
        """Enter the branch that pays to the exit and the redefaults; tell which notes end in a balloon."""
        terms, redefault = self.assumptions.reperform, self.assumptions.redefault
        n_paid = np.minimum(max(terms.exit_months - pays.first_month + 1, 1), pays.instalments_left)
        exit_month = pays.first_month - 1 + n_paid
        fallen = np.zeros(len(self.facts))
        for month, share in zip(redefault.months, redefault.shares, strict=True):
            weight = np.where(month < exit_month, pays.weight * pays.redefault_share * share, 0.0)
            fallen = fallen + np.where(month < exit_month, share, 0.0)
            self._enter_redefault(book, pays, n_paid, (month, weight), prefix)
        kept = pays.weight * (1 - pays.redefault_share * fallen)
        branch = (book.open(name, kept),)
        self._enter_instalments(book, pays, (n_paid, n_paid), kept, branch)
        self._enter_servicing(book, pays, exit_month, kept, branch)
        value, balloon = self._exit_value(pays, n_paid, exit_month)
        book.enter(lump(exit_month, value, kept, "exit"), *branch)
        return balloon

    def _enter_redefault(
        self, book: LegBook, pays: Schedule, n_paid: Floats, point: tuple[int, Floats], prefix: str
    ) -> None:
        month, weight = point
        n_before = np.full(len(self.facts), float(max(month - pays.first_month + 1, 0)))
        left = principal_left(pays.principal, pays.monthly_rate, pays.instalment, n_before)
        start = SaleStart(float(month), weight, left, pays.monthly_rate, left + pays.deferred, later=True)
        branches = self.sale.enter(book, start, f"{prefix}redefault_{month}_")
        self._enter_instalments(book, pays, (n_before, n_paid), weight, branches)
        self._enter_servicing(book, pays, np.full(len(self.facts), float(month)), weight, branches)

    def _enter_instalments(
        self, book: LegBook, pays: Schedule, months: tuple[Floats, Floats], weight: Floats, branches: tuple[str, ...]
    ) -> None:
        n_months, n_paid = months
        rate = self.assumptions.reperform.collection_rate
        book.enter(
            level(pays.first_month, n_months, rate * pays.instalment, weight, "principal_and_interest"), *branches
        )
        n_arrears = np.minimum(float(pays.arrears_months), n_paid)
        cured = np.minimum(n_arrears, n_months)
        book.enter_if_any(level(pays.first_month, cured, pays.arrears / n_arrears, weight, "arrears_cure"), *branches)

    def _enter_servicing(
        self, book: LegBook, pays: Schedule, last_month: Floats, weight: Floats, branches: tuple[str, ...]
    ) -> None:
        unsettled = np.minimum(pays.unsettled_months, last_month)
        first = np.ones(len(self.facts))
        book.enter_if_any(self.costs.servicing(first, unsettled, weight), *branches)
        settled = self.costs.servicing(unsettled + 1, last_month - unsettled, weight, performing=True)
        book.enter_if_any(settled, *branches)

    def _exit_value(self, pays: Schedule, n_paid: Floats, exit_month: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Value a note at its exit: sold on, paid off, or a balloon that is sold on.

        Whoever buys it looks at the house too: the resale share is of what the house secures.
        """
        terms, house = self.assumptions.reperform, self.facts.collateral
        left = principal_left(pays.principal, pays.monthly_rate, pays.instalment, n_paid)
        at_end = principal_left(pays.principal, pays.monthly_rate, pays.instalment, pays.instalments_left)
        owed = left + pays.deferred
        n_more = pays.instalments_left - n_paid
        monthly = np.log1p(terms.resale_yield) / 12
        remaining = annuity_value(pays.instalment, np.expm1(monthly), np.maximum(n_more, 0.0))
        remaining = remaining + (at_end + pays.deferred) * np.exp(-n_more * monthly)
        value = house.value_in(exit_month, later=True)
        secured = terms.resale_share * capped_proceeds(value, house.ahead_later, owed, house.sigma)
        sold_on = np.minimum(np.minimum(secured, remaining), owed)
        balloon = (n_more <= 0) & (left > pays.instalment)
        ended = np.where(balloon, secured, owed)
        return np.where(n_more > 0, sold_on, ended), balloon
