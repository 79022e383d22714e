"""The legs of a forced sale: docs/pricing.md, section 5.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Outcome
from pricing.assumptions import Assumptions
from pricing.collateral import capped_proceeds
from pricing.facts import NoteFacts
from pricing.leg import Leg, level, lump, undiscounted
from pricing.legs import LaterSale, LegBook

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SaleStart:
    """Where a forced sale sets out; arrays float64, shape (n_notes,).

    Parameters
    ----------
    month
        The month after which it begins: 0 is closing.
    weight
        Its probability given the outcome.
    principal, monthly_rate
        What bears interest from then on, US dollars, and its rate.
    claim
        The whole debt then, US dollars.
    later
        False for the foreclosure outcome, true after a redefault.
    sale_months
        Whole months to the sale; None: the table's.
    """

    month: float
    weight: Floats
    principal: Floats
    monthly_rate: Floats
    claim: Floats
    later: bool
    sale_months: Floats | None = None


class HoldingCosts:
    """Legs of what a property costs month by month, from the facts of the notes and the cost assumptions."""

    def __init__(self, facts: NoteFacts, assumptions: Assumptions) -> None:
        costs = assumptions.costs
        self.inflation = float(np.expm1(np.log1p(costs.inflation_per_year) / 12))
        self.non_performing = np.full(len(facts), costs.servicing_non_performing_per_year / 12)
        self.performing = np.full(len(facts), costs.servicing_performing_per_year / 12)
        self.tax = facts.carry.annual_tax / 12
        self.insurance = costs.force_placed_multiplier * facts.carry.annual_insurance / 12
        self.preservation = np.full(len(facts), costs.preservation_per_month)
        self.maintenance = np.full(len(facts), assumptions.reo.maintenance_per_month)
        self.senior_payment = facts.carry.senior_payment

    def inflated(self, base: Floats, first: Floats, n_months: Floats, weight: Floats, label: str) -> Leg:
        """Build the leg of a cost that is ``base`` dollars in today's money each month and grows with inflation."""
        dollars = -base * np.exp(first * np.log1p(self.inflation))
        return level(first, n_months, dollars, weight, label, self.inflation)

    def servicing(self, first: Floats, n_months: Floats, weight: Floats, *, performing: bool = False) -> Leg:
        """Build a servicing leg."""
        base = self.performing if performing else self.non_performing
        return self.inflated(base, first, n_months, weight, "servicing")

    def advances(self, first: Floats, n_months: Floats, weight: Floats) -> list[Leg]:
        """Build property tax, insurance, preservation and the senior's payments: what a holder advances before a sale."""
        return [
            self.inflated(self.tax, first, n_months, weight, "property_tax"),
            self.inflated(self.insurance, first, n_months, weight, "insurance"),
            self.inflated(self.preservation, first, n_months, weight, "preservation"),
            level(first, n_months, -self.senior_payment, weight, "senior_payment"),
        ]

    def reo(self, first: Floats, n_months: Floats, weight: Floats) -> list[Leg]:
        """Build everything that property taken back costs until its resale."""
        return [
            self.servicing(first, n_months, weight),
            self.inflated(self.tax, first, n_months, weight, "property_tax"),
            self.inflated(self.insurance, first, n_months, weight, "insurance"),
            self.inflated(self.maintenance, first, n_months, weight, "reo_maintenance"),
            level(first, n_months, -self.senior_payment, weight, "senior_payment"),
        ]


class ForcedSale:
    """Writes the legs of forced sales of one tape into an outcome's book."""

    def __init__(self, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
        self.facts, self.costs, self.assumptions = facts, costs, assumptions

    def enter(self, book: LegBook, start: SaleStart, prefix: str = "") -> tuple[str, str]:
        """Enter the legs and give the names of the two branches, third party and REO.

        Legs that both branches share carry the weight of both; earlier legs of the path are the caller's to enter.  After a
        redefault a leg for walking away is entered too, which flows only where :func:`pricing.prices.walk_away_later` says.
        """
        sale, before = self.facts.sale, len(book.legs)
        table = sale.months_later if start.later else sale.months
        months = table if start.sale_months is None else start.sale_months
        advances = self._advances(start, months)
        advanced = np.zeros(len(self.facts))
        for leg in advances:
            advanced = advanced - undiscounted(leg)
        claim = start.claim + start.principal * start.monthly_rate * months
        claim = claim + self.assumptions.claim.advance_recovery_share * advanced
        auction = self._value(start, start.month + months, self.assumptions.foreclosure.third_party_haircut)
        share = self._third_party_share(auction - self._ahead(start), claim)
        sold = book.open(f"{prefix}third_party", start.weight * share)
        kept = book.open(f"{prefix}reo", start.weight * (1 - share))
        book.enter(self.costs.servicing(np.full(len(months), start.month + 1), months, start.weight), sold, kept)
        for leg in advances:
            book.enter_if_any(leg, sold, kept)
        paid = self._proceeds(start, auction, claim)
        self._enter_proceeds(book, lump(start.month + months, paid, start.weight * share, "sale_proceeds"), claim, sold)
        self._enter_reo(book, kept, start, claim, months)
        if start.later:
            book.later_sales.append(LaterSale(tuple(range(before, len(book.legs))), len(book.legs)))
            cost = -self.assumptions.foreclosure.walk_away_cost
            book.enter(level(start.month + 1, 0.0, cost, start.weight, "walk_away"), sold, kept)
        return sold, kept

    def _advances(self, start: SaleStart, months: Floats) -> list[Leg]:
        facts, first = self.facts, np.full(len(months), start.month + 1)
        legs = [
            *self.costs.advances(first, months, start.weight),
            level(first, months, -facts.sale.legal_cost / months, start.weight, "legal"),
            lump(first, -facts.sale.defect_cost, start.weight, "document_defect"),
        ]
        if not start.later:
            legs.append(lump(first, -facts.carry.taxes_to_pay, start.weight, "delinquent_taxes"))
            legs.append(lump(first, -facts.carry.senior_cure, start.weight, "senior_arrears"))
        return legs

    def _enter_reo(self, book: LegBook, branch: str, start: SaleStart, claim: Floats, months: Floats) -> None:
        sale, terms, weight = self.facts.sale, self.assumptions.foreclosure, book.branches[branch][0]
        possession = start.month + months + sale.redemption_months + sale.eviction_months
        resale = possession + self.assumptions.reo.months
        for leg in self.costs.reo(start.month + months + 1, resale - start.month - months, weight):
            book.enter_if_any(leg, branch)
        eviction = np.where(sale.eviction_months > 0, -terms.eviction_cost, 0.0)
        book.enter_if_any(lump(possession, eviction, weight, "eviction"), branch)
        value = self._value(start, resale, terms.reo_haircut) * (1 - self.assumptions.reo.selling_cost_share)
        paid = self._proceeds(start, value, claim)
        self._enter_proceeds(book, lump(resale, paid, weight, "sale_proceeds"), claim, branch)

    def _enter_proceeds(self, book: LegBook, leg: Leg, claim: Floats, branch: str) -> None:
        """Remember proceeds of the foreclosure outcome only: own recoveries say nothing of a sale after a redefault."""
        if book.outcome is Outcome.FORECLOSURE:
            book.enter_proceeds(leg, claim, branch)
        else:
            book.enter(leg, branch)

    def _value(self, start: SaleStart, month: Floats, haircut: float) -> Floats:
        return self.facts.collateral.value_in(month, later=start.later) * (1 - haircut)

    def _ahead(self, start: SaleStart) -> Floats:
        return self.facts.collateral.ahead_later if start.later else self.facts.collateral.ahead

    def _proceeds(self, start: SaleStart, value: Floats, claim: Floats) -> Floats:
        proceeds = capped_proceeds(value, self._ahead(start), claim, self.facts.collateral.sigma)
        return proceeds if start.later else proceeds * self.facts.sale.proceeds_share

    def _third_party_share(self, equity: Floats, claim: Floats) -> Floats:
        terms = self.assumptions.foreclosure
        owed = claim > 0
        over = equity / np.where(owed, claim, 1.0) - 1
        share = terms.third_party_share_at_par + terms.third_party_slope * over
        clipped: Floats = np.where(
            owed, np.clip(share, terms.third_party_min, terms.third_party_max), terms.third_party_max
        )
        return clipped
