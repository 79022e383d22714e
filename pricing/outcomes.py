"""The legs of the four outcomes: docs/pricing.md, section 6."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome, OutcomeTimelines, Tape
from pricing.assumptions import Assumptions
from pricing.collateral import capped_proceeds, upside
from pricing.facts import NoteFacts, note_facts
from pricing.forced_sale import ForcedSale, HoldingCosts, SaleStart
from pricing.leg import annuity, annuity_value, lump, undiscounted
from pricing.legs import LegBook, Legs, OutcomeLegs
from pricing.own_terms import NOTHING_OWN, OwnTerms
from pricing.paying import Paying, Schedule
from pricing.terms import months_up

Floats = NDArray[np.float64]

POINT_PREFIXES = ("early_", "middle_", "late_")
"""Of the branches, where an outcome is decided at three points."""


def build_legs(tape: Tape, assumptions: Assumptions, own: OwnTerms = NOTHING_OWN) -> Legs:
    """Write down every cash flow of every note, outcome by outcome and branch by branch.

    Parameters
    ----------
    tape
        Notes that can be priced; about 4 kB a note are held, so a very large tape goes in pieces (:func:`price_tape`).
    own
        What the desk's own resolutions say of months and recoveries, note by note; by default nothing.

    Raises
    ------
    ValueError
        Own terms are of another number of notes; or a note lacks what it cannot be priced without.

    Notes
    -----
    A note's legs depend on that note alone: it prices the same by itself as in any tape.
    """
    own.refuse_other_notes(len(tape))
    facts = note_facts(tape, assumptions)
    costs = HoldingCosts(facts, assumptions)
    sale = ForcedSale(facts, costs, assumptions)
    paying = Paying(facts, costs, sale, assumptions)
    reperform, balloon = _reperform(facts, paying, assumptions)
    outcomes = (
        reperform,
        _loss_mitigation(facts, paying, assumptions),
        own.at_own_recovery(_deed_in_lieu(facts, costs, assumptions, own.timelines)),
        own.at_own_recovery(_foreclosure(facts, sale, own.timelines)),
    )
    return Legs(outcomes, replace(facts, flags={**facts.flags, "BALLOON": balloon}))


def _reperform(facts: NoteFacts, paying: Paying, assumptions: Assumptions) -> tuple[OutcomeLegs, NDArray[np.bool_]]:
    terms, closing, loan = assumptions.reperform, assumptions.closing, facts.loan
    book, one = LegBook(Outcome.REPERFORM), np.ones(len(facts))
    current = facts.months_behind == 0
    _enter_payoff(book, facts, paying.costs, assumptions)
    weight = (1 - terms.payoff_share) * one
    unsettled = float(closing.boarding_months + terms.arrears_cure_months)
    schedule = Schedule(
        weight=weight,
        principal=loan.upb,
        monthly_rate=loan.monthly_rate,
        instalment=loan.instalment,
        instalments_left=loan.instalments_left,
        deferred=loan.deferred,
        first_month=1 + closing.boarding_months,
        arrears=np.minimum(
            facts.arrears * terms.arrears_cure_share, terms.arrears_cure_max_instalments * loan.instalment
        ),
        arrears_months=terms.arrears_cure_months,
        unsettled_months=np.where(current, 0.0, unsettled),
        redefault_share=np.where(current, terms.redefault_share_current, terms.redefault_share_delinquent),
    )
    balloon = paying.enter(book, schedule, "keeps_paying", "")
    if closing.collections_before_closing_to_buyer:
        interest = terms.collection_rate * loan.upb * loan.monthly_rate * closing.months_to_close
        others = [name for name in book.branches if name != "payoff"]
        book.enter(lump(0.0, interest, weight, "collections_before_closing"), *others)
    _enter_taxes(book, 1.0, facts, *book.branches)
    return book.close(), balloon


def _enter_payoff(book: LegBook, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
    terms, loan, one = assumptions.reperform, facts.loan, np.ones(len(facts))
    month = float(max(terms.payoff_months, 1 + assumptions.closing.boarding_months))
    branch = book.open("payoff", terms.payoff_share * one)
    weight = book.branches[branch][0]
    due = facts.legal.total + loan.upb * loan.monthly_rate * month
    due = due + assumptions.claim.advance_recovery_share * facts.carry.taxes_to_pay
    house = facts.collateral
    # A payoff is a refinancing or a sale: it cannot bring more than the house is good for.
    paid = capped_proceeds(house.value_in(month * one), house.ahead, due, house.sigma)
    book.enter(lump(month, paid, weight, "payoff"), branch)
    base = np.where(facts.months_behind == 0, costs.performing, costs.non_performing)
    book.enter(costs.inflated(base, one, one * month, weight, "servicing"), branch)


def _loss_mitigation(facts: NoteFacts, paying: Paying, assumptions: Assumptions) -> OutcomeLegs:
    terms = assumptions.loss_mitigation
    book, one = LegBook(Outcome.LOSS_MITIGATION), np.ones(len(facts))
    paying.enter(book, _modification(facts, assumptions), "modification", "modification_")
    paying.enter(book, _plan(facts, assumptions), "plan", "plan_")
    book.enter(lump(1.0, -terms.set_up_cost, one, "workout"), *book.branches)
    _enter_taxes(book, 1.0, facts, *book.branches)
    return book.close()


def _modification(facts: NoteFacts, assumptions: Assumptions) -> Schedule:
    terms, boarding, one = assumptions.loss_mitigation, assumptions.closing.boarding_months, np.ones(len(facts))
    advanced = assumptions.claim.advance_recovery_share * facts.carry.taxes_to_pay
    capitalised = np.maximum(facts.legal.total + advanced - facts.loan.deferred, 0.0)
    asked = capitalised * (1 - terms.forgiven_share - terms.forborne_share)
    rate = np.minimum(facts.loan.monthly_rate, terms.rate_cap / 12)
    # A borrower who fell behind is not helped by a higher instalment: what it would take is forborne.
    bearable = annuity_value(terms.max_payment_share * facts.loan.instalment, rate, terms.term_months * one)
    principal = np.minimum(asked, bearable)
    return Schedule(
        weight=terms.modification_share * one,
        principal=principal,
        monthly_rate=rate,
        instalment=annuity(principal, rate, terms.term_months),
        instalments_left=terms.term_months * one,
        deferred=facts.loan.deferred + capitalised * terms.forborne_share + asked - principal,
        first_month=1 + boarding,
        arrears=0.0 * one,
        arrears_months=1,
        unsettled_months=(boarding + terms.trial_months) * one,
        redefault_share=terms.redefault_share_modification * one,
    )


def _plan(facts: NoteFacts, assumptions: Assumptions) -> Schedule:
    terms, boarding, one = assumptions.loss_mitigation, assumptions.closing.boarding_months, np.ones(len(facts))
    loan, pause = facts.loan, terms.forbearance_months
    return Schedule(
        weight=(1 - terms.modification_share) * one,
        principal=loan.upb,
        monthly_rate=loan.monthly_rate,
        instalment=loan.instalment,
        instalments_left=loan.instalments_left,
        deferred=loan.deferred,
        first_month=1 + boarding + pause,
        arrears=np.minimum(
            facts.arrears + loan.upb * loan.monthly_rate * pause,
            assumptions.reperform.arrears_cure_max_instalments * loan.instalment,
        ),
        arrears_months=terms.plan_months,
        unsettled_months=(boarding + pause + terms.plan_months) * one,
        redefault_share=terms.redefault_share_plan * one,
    )


def _deed_in_lieu(
    facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions, timelines: OutcomeTimelines | None
) -> OutcomeLegs:
    terms = assumptions.deed_in_lieu
    book, one = LegBook(Outcome.DEED_IN_LIEU), np.ones(len(facts))
    for name, share, whole_months in (
        ("deed", terms.deed_share, terms.deed_months),
        ("short_sale", terms.short_sale_share, terms.short_sale_months),
        ("discounted_payoff", terms.discounted_payoff_share, terms.discounted_payoff_months),
    ):
        for point in _points(timelines, Outcome.DEED_IN_LIEU, float(whole_months) * one):
            branch = book.open(f"{point.prefix}{name}", share * point.weight * one)
            claim = _enter_wait(book, branch, point.month, facts, costs, assumptions)
            settle = _enter_deed if name == "deed" else _enter_short_sale if name == "short_sale" else _enter_settlement
            settle(_Agreement(book, branch, point.month, claim), facts, costs, assumptions)
    return book.close()


@dataclass(frozen=True)
class _Agreement:
    """A branch of deed_in_lieu up to the month in which it is signed."""

    book: LegBook
    branch: str
    month: Floats
    claim: Floats

    @property
    def weight(self) -> Floats:
        return self.book.branches[self.branch][0]


def _enter_deed(deal: _Agreement, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
    terms, house, one = assumptions.deed_in_lieu, facts.collateral, np.ones(len(facts))
    book, branch, month, weight = deal.book, deal.branch, deal.month, deal.weight
    _enter_taxes(book, month, facts, branch)
    release = np.minimum(facts.carry.junior_liens, terms.junior_release_cost)
    book.enter_if_any(lump(month, -terms.cash_for_keys, weight, "cash_for_keys"), branch)
    book.enter_if_any(lump(month, -release, weight, "junior_release"), branch)
    for leg in costs.reo(month + 1, assumptions.reo.months * one, weight):
        book.enter_if_any(leg, branch)
    resale = month + assumptions.reo.months
    value = house.value_in(resale) * ((1 - terms.deed_haircut) * (1 - assumptions.reo.selling_cost_share))
    capped = capped_proceeds(value, house.ahead, deal.claim, house.sigma)
    kept = terms.equity_to_buyer_share
    proceeds = (1 - kept) * capped + kept * upside(value, house.ahead, house.sigma)
    book.enter_proceeds(lump(resale, proceeds, weight, "sale_proceeds"), deal.claim, branch)


def _enter_short_sale(deal: _Agreement, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
    del costs  # nothing is held after a short sale
    house = facts.collateral
    net = (1 - assumptions.deed_in_lieu.short_sale_haircut) * (1 - assumptions.reo.selling_cost_share)
    _enter_taxes(deal.book, deal.month, facts, deal.branch)
    paid = capped_proceeds(house.value_in(deal.month) * net, house.ahead, deal.claim, house.sigma)
    deal.book.enter_proceeds(lump(deal.month, paid, deal.weight, "sale_proceeds"), deal.claim, deal.branch)


def _enter_settlement(deal: _Agreement, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
    del costs  # nothing is held after a settlement
    house, share = facts.collateral, assumptions.deed_in_lieu.settlement_share
    paid = share * capped_proceeds(house.value_in(deal.month), house.ahead, deal.claim, house.sigma)
    deal.book.enter_proceeds(lump(deal.month, paid, deal.weight, "settlement"), deal.claim, deal.branch)


def _enter_wait(
    book: LegBook, branch: str, month: Floats, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions
) -> Floats:
    """Enter what an agreement costs until it is signed, and give the claim by then."""
    weight, one = book.branches[branch][0], np.ones(len(facts))
    advances = [
        *costs.advances(one, month, weight),
        lump(1.0, -facts.carry.senior_cure, weight, "senior_arrears"),
    ]
    advanced = 0.0 * one
    for leg in advances:
        advanced = advanced - undiscounted(leg)
        book.enter_if_any(leg, branch)
    book.enter(costs.servicing(one, month, weight), branch)
    book.enter(lump(month, -assumptions.deed_in_lieu.legal_cost, weight, "legal"), branch)
    claim = facts.legal.total + facts.loan.upb * facts.loan.monthly_rate * month
    return claim + assumptions.claim.advance_recovery_share * advanced


def _enter_taxes(book: LegBook, month: float | Floats, facts: NoteFacts, *branches: str) -> None:
    """Enter the delinquent taxes into branches, once at their joint weight."""
    weight = np.zeros(len(facts))
    for name in branches:
        weight = weight + book.branches[name][0]
    book.enter_if_any(lump(month, -facts.carry.taxes_to_pay, weight, "delinquent_taxes"), *branches)


def _foreclosure(facts: NoteFacts, sale: ForcedSale, timelines: OutcomeTimelines | None) -> OutcomeLegs:
    book, one = LegBook(Outcome.FORECLOSURE), np.ones(len(facts))
    loan = facts.loan
    for point in _points(timelines, Outcome.FORECLOSURE, facts.sale.months):
        start = SaleStart(
            0.0,
            point.weight * one,
            loan.upb,
            loan.monthly_rate,
            facts.legal.total,
            later=False,
            sale_months=point.month,
        )
        sale.enter(book, start, point.prefix)
    return book.close()


@dataclass(frozen=True)
class _Point:
    """One month in which an outcome may be decided, whole, and its probability given the outcome."""

    prefix: str
    month: Floats
    weight: float


def _points(timelines: OutcomeTimelines | None, outcome: Outcome, table: Floats) -> list[_Point]:
    if timelines is None:
        return [_Point("", table, 1.0)]
    months = np.maximum(months_up(timelines.months[:, OUTCOMES.index(outcome)]), 1.0)
    return [_Point(name, months[:, j], float(timelines.weights[j])) for j, name in enumerate(POINT_PREFIXES)]
