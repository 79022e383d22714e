"""What holding a note costs month by month, and what ranks ahead of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Notes
from notes.states import fact
from pricing.assumptions import Assumptions
from pricing.leg import annuity

Floats = NDArray[np.float64]
Flags = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Carry:
    """Costs of holding, as positive US dollars; arrays float64, shape (n_notes,).

    Parameters
    ----------
    annual_tax, annual_insurance
        A year's property tax and insurance premium.
    delinquent_taxes
        Unpaid property tax, ahead of every lien.
    senior_balance, senior_payment
        The lien ahead and its monthly payment; 0 for a first lien.
    senior_cure
        What bringing a distressed senior current costs, else 0.
    junior_liens
        Debt behind the note, which a deed does not wipe out.
    is_junior
        bool: lien position 2 or later.
    """

    annual_tax: Floats
    annual_insurance: Floats
    delinquent_taxes: Floats
    senior_balance: Floats
    senior_payment: Floats
    senior_cure: Floats
    junior_liens: Floats
    is_junior: NDArray[np.bool_]

    @property
    def taxes_to_pay(self) -> Floats:
        """Delinquent taxes that a first lien's holder pays to protect it; 0 for a junior, which has them ahead of it."""
        paid: Floats = np.where(self.is_junior, 0.0, self.delinquent_taxes)
        return paid

    @property
    def ahead(self) -> tuple[Floats, Floats]:
        """What ranks ahead at a sale, now and after a redefault; 0 for a first lien, whose holder pays the taxes."""
        now: Floats = np.where(self.is_junior, self.senior_balance + self.delinquent_taxes, 0.0)
        return now, self.senior_balance


def state_fact(name: str, states: NDArray[np.object_], assumptions: Assumptions) -> Floats:
    """Look a state fact up, the buyer's own overrides first; NaN where no source gives it."""
    values = (
        np.full(len(states), assumptions.claim.limitation_months) if name == "limitation_months" else fact(name, states)
    )
    for state, facts in assumptions.state_overrides.items():
        if name in facts:
            values = np.where(states == state, facts[name], values)
    return values


def carry(notes: Notes, months_unpaid: Floats, assumptions: Assumptions) -> tuple[Carry, Flags]:
    """Give each note's costs, filling what the tape leaves out; the flags say what was filled and what is odd."""
    states = notes.text("property_state")
    tax, insurance = notes.number("annual_property_tax"), notes.number("annual_insurance")
    annual_tax = np.where(
        np.isnan(tax), state_fact("property_tax_rate", states, assumptions) * notes.number("as_is_value"), tax
    )
    stated = notes.number("delinquent_taxes")
    unpaid = np.minimum(months_unpaid, assumptions.costs.delinquent_tax_max_months)
    # A servicer that holds an escrow, or has advanced one, has been paying the taxes.
    serviced = (notes.number("escrowed") == 1) | (notes.number("escrow_advance") > 0)
    guessed = np.where(serviced, 0.0, annual_tax / 12 * unpaid)
    filled = np.isnan(stated)
    lien = notes.number("lien_position")
    junior = lien >= 2
    senior, payment, senior_flags = _senior(notes, junior, assumptions)
    distressed = senior_flags["SENIOR_DISTRESSED"]
    behind = np.nan_to_num(notes.number("junior_liens_balance"))
    found = Carry(
        annual_tax=annual_tax,
        annual_insurance=np.where(
            np.isnan(insurance), state_fact("insurance_per_year", states, assumptions), insurance
        ),
        delinquent_taxes=np.where(filled, guessed, stated),
        senior_balance=senior,
        senior_payment=payment,
        senior_cure=np.where(distressed, assumptions.second_lien.senior_arrears_months * payment, 0.0),
        junior_liens=behind,
        is_junior=junior,
    )
    flags = {
        "FILL_TAX": np.isnan(tax),
        "FILL_INSURANCE": np.isnan(insurance),
        "FILL_DELINQUENT_TAXES": filled & (guessed > 0),
        "JUNIOR_LIENS": behind > 0,
        "LIEN_3_PLUS": lien >= 3,
        **senior_flags,
    }
    return found, flags


def _senior(notes: Notes, junior: NDArray[np.bool_], assumptions: Assumptions) -> tuple[Floats, Floats, Flags]:
    terms = assumptions.second_lien
    balance = np.where(junior, notes.number("senior_lien_balance"), 0.0)
    stated = notes.number("senior_payment")
    implied = annuity(balance, terms.senior_rate / 12, terms.senior_term_months)
    payment = np.where(junior, np.where(np.isnan(stated), implied, stated), 0.0)
    status = notes.text("senior_lien_status")
    flags = {
        "FILL_SENIOR_PAYMENT": junior & np.isnan(stated),
        "SENIOR_DISTRESSED": junior & ((status == "delinquent") | (status == "foreclosure")),
    }
    return balance, payment, flags
