"""The legs of the four outcomes: docs/pricing.md, section 6."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from notes import Outcome, Tape
from pricing.assumptions import Assumptions
from pricing.collateral import capped_proceeds, upside
from pricing.facts import NoteFacts, note_facts
from pricing.forced_sale import ForcedSale, HoldingCosts, SaleStart
from pricing.leg import annuity, annuity_value, lump, undiscounted
from pricing.legs import LegBook, Legs, OutcomeLegs
from pricing.paying import Paying, Schedule

Floats = NDArray[np.float64]


def build_legs(tape: Tape, assumptions: Assumptions) -> Legs:
    """Write down every cash flow of every note, outcome by outcome and branch by branch.

    Parameters
    ----------
    tape
        Notes that can be priced; about 4 kB a note are held, so a very large tape goes in pieces (:func:`price_tape`).

    Raises
    ------
    ValueError
        A note lacks what it cannot be priced without.

    Notes
    -----
    A note's legs depend on that note alone: it prices the same by itself as in any tape.
    """
    facts = note_facts(tape, assumptions)
    costs = HoldingCosts(facts, assumptions)
    sale = ForcedSale(facts, costs, assumptions)
    paying = Paying(facts, costs, sale, assumptions)
    reperform, balloon = _reperform(facts, paying, assumptions)
    outcomes = (
        reperform,
        _loss_mitigation(facts, paying, assumptions),
        _deed_in_lieu(facts, costs, assumptions),
        _foreclosure(facts, sale),
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


def _deed_in_lieu(facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> OutcomeLegs:
    terms, house = assumptions.deed_in_lieu, facts.collateral
    book, one = LegBook(Outcome.DEED_IN_LIEU), np.ones(len(facts))
    net = (1 - terms.short_sale_haircut) * (1 - assumptions.reo.selling_cost_share)
    _enter_deed(book, facts, costs, assumptions)
    for name, share, whole_months in (
        ("short_sale", terms.short_sale_share, terms.short_sale_months),
        ("discounted_payoff", terms.discounted_payoff_share, terms.discounted_payoff_months),
    ):
        month, weight = float(whole_months), share * one
        branch = book.open(name, weight)
        claim = _enter_wait(book, branch, month, facts, costs, assumptions)
        value = house.value_in(month * one)
        if name == "short_sale":
            _enter_taxes(book, month, facts, branch)
            paid = capped_proceeds(value * net, house.ahead, claim, house.sigma)
            book.enter(lump(month, paid, weight, "sale_proceeds"), branch)
        else:
            paid = terms.settlement_share * capped_proceeds(value, house.ahead, claim, house.sigma)
            book.enter(lump(month, paid, weight, "settlement"), branch)
    return book.close()


def _enter_deed(book: LegBook, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions) -> None:
    terms, house, one = assumptions.deed_in_lieu, facts.collateral, np.ones(len(facts))
    month, weight = float(terms.deed_months), terms.deed_share * one
    branch = book.open("deed", weight)
    claim = _enter_wait(book, branch, month, facts, costs, assumptions)
    _enter_taxes(book, month, facts, branch)
    release = np.minimum(facts.carry.junior_liens, terms.junior_release_cost)
    book.enter_if_any(lump(month, -terms.cash_for_keys, weight, "cash_for_keys"), branch)
    book.enter_if_any(lump(month, -release, weight, "junior_release"), branch)
    for leg in costs.reo((month + 1) * one, assumptions.reo.months * one, weight):
        book.enter_if_any(leg, branch)
    resale = month + assumptions.reo.months
    value = house.value_in(resale * one) * ((1 - terms.deed_haircut) * (1 - assumptions.reo.selling_cost_share))
    capped = capped_proceeds(value, house.ahead, claim, house.sigma)
    kept = terms.equity_to_buyer_share
    proceeds = (1 - kept) * capped + kept * upside(value, house.ahead, house.sigma)
    book.enter(lump(resale, proceeds, weight, "sale_proceeds"), branch)


def _enter_wait(
    book: LegBook, branch: str, month: float, facts: NoteFacts, costs: HoldingCosts, assumptions: Assumptions
) -> Floats:
    """Enter what an agreement costs until it is signed, and give the claim by then."""
    weight, one = book.branches[branch][0], np.ones(len(facts))
    advances = [
        *costs.advances(one, month * one, weight),
        lump(1.0, -facts.carry.senior_cure, weight, "senior_arrears"),
    ]
    advanced = 0.0 * one
    for leg in advances:
        advanced = advanced - undiscounted(leg)
        book.enter_if_any(leg, branch)
    book.enter(costs.servicing(one, month * one, weight), branch)
    book.enter(lump(month, -assumptions.deed_in_lieu.legal_cost, weight, "legal"), branch)
    claim = facts.legal.total + facts.loan.upb * facts.loan.monthly_rate * month
    return claim + assumptions.claim.advance_recovery_share * advanced


def _enter_taxes(book: LegBook, month: float, facts: NoteFacts, *branches: str) -> None:
    """Enter the delinquent taxes into branches, once at their joint weight."""
    weight = np.zeros(len(facts))
    for name in branches:
        weight = weight + book.branches[name][0]
    book.enter_if_any(lump(month, -facts.carry.taxes_to_pay, weight, "delinquent_taxes"), *branches)


def _foreclosure(facts: NoteFacts, sale: ForcedSale) -> OutcomeLegs:
    book, one = LegBook(Outcome.FORECLOSURE), np.ones(len(facts))
    loan = facts.loan
    sale.enter(book, SaleStart(0.0, one, loan.upb, loan.monthly_rate, facts.legal.total, later=False))
    return book.close()
