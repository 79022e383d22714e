"""What is known of one note and how the rest is filled: sections 2 and 10 of docs/pricing.md.

Written from the page alone; it imports nothing of the project.  Every name is the page's.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from oracle_claim import claim_at_closing, collateral, months_to_the_sale
from oracle_terms import (
    add_months,
    annuity,
    ceil_star,
    floor_star,
    implied_rate,
    instalments_to_zero,
    months_between,
    whole_months,
)

REFERRED = ("referred", "filed", "judgment", "sale_scheduled")
DISTRESSED = ("delinquent", "foreclosure")


# Section 2: what is known of a note, and how the rest is filled


def read_note(note: dict, history: tuple, assumptions: dict, state_facts: dict) -> SimpleNamespace:
    """Gather everything that the cash flows need, under the page's symbols.

    Parameters
    ----------
    note
        Canonical column to value; a missing value is None or left out.
    history
        60 months behind (None unknown) and 60 amounts received (None unknown), oldest first.
    """
    k = SimpleNamespace(note=note, history=history, a=assumptions, flags=set())
    k.c = assumptions["closing"]["months_to_close"]
    k.b = assumptions["closing"]["boarding_months"]
    state = note["property_state"]
    k.state = {**state_facts[state], **assumptions["state_overrides"].get(state, {})}
    k.lien = note["lien_position"]
    if not (note.get("upb") or 0) > 0 or note.get("as_is_value") is None or k.lien is None:
        raise ValueError("such a note is excepted before pricing")
    if note.get("note_rate") is None and note.get("p_and_i") is None:
        raise ValueError("without a rate or an instalment a note is excepted before pricing")
    _status(k)
    _terms(k)
    _property(k)
    _around_the_note(k)
    claim_at_closing(k)
    collateral(k)
    months_to_the_sale(k)
    _review_flags(k)
    return k


def _status(k: SimpleNamespace) -> None:
    """m, u and s."""
    as_of = k.note["as_of_date"]
    next_due, paid_to = k.note.get("next_due_date"), k.note.get("paid_to_date")
    statuses, amounts = k.history
    oldest_unpaid = next_due
    if oldest_unpaid is None and paid_to is not None:
        oldest_unpaid = add_months(paid_to, 1)
    if oldest_unpaid is not None:
        k.m = max(whole_months(oldest_unpaid, as_of + timedelta(days=1)), 0)
    else:
        k.flags.add("FILL_DUE_DATE")
        k.m = statuses[-1]
        if k.m is None:
            raise ValueError("nothing says how far behind the note is")

    paid = [paid_to] if paid_to is not None else []
    paid += [add_months(next_due, -1)] if next_due is not None else []
    if paid:
        k.u = max(months_between(max(paid), as_of), 0.0)
    else:
        k.u = k.m + 1

    last_payment = k.note.get("last_payment_date")
    newest = next((back for back in range(60) if _shows_payment(statuses, amounts, 59 - back)), None)
    if last_payment is not None:
        k.s = max(months_between(last_payment, as_of), 0.0)
    elif newest is not None:
        k.s = newest
    else:
        k.flags.add("FILL_LAST_PAYMENT")
        k.s = k.m
        if k.m >= 3:
            k.flags.add("PAYMENTS_UNKNOWN")


def _shows_payment(statuses: list, amounts: list, t: int) -> bool:
    """Whether month t of the history shows a payment."""
    if amounts[t] is not None:
        return amounts[t] > 0
    if t == 0 or statuses[t] is None or statuses[t - 1] is None:
        return False
    nine_after_nine = statuses[t] == 9 and statuses[t - 1] == 9
    return statuses[t] <= statuses[t - 1] and not nine_after_nine


def _terms(k: SimpleNamespace) -> None:
    """B, D, r, i, M, P and N."""
    note, reperform = k.note, k.a["reperform"]
    as_of, maturity, balloon = note["as_of_date"], note.get("maturity_date"), note.get("balloon_date")
    k.B = note["upb"]
    k.D = note.get("deferred_balance") or 0.0

    k.r = note.get("note_rate")
    if k.r is None:
        k.flags.add("FILL_RATE")
        n = 240 if maturity is None else months_between(as_of, maturity)
        k.r = implied_rate(k.B, note["p_and_i"], n if n >= 12 else 240)
    k.i = k.r / 12

    ends = [one for one in (maturity, balloon) if one is not None]
    k.end_given = bool(ends)
    k.M = floor_star(months_between(as_of, min(ends)) - k.c) if ends else None
    k.matured = k.end_given and k.M <= 0

    k.P = note.get("p_and_i") or 0.0
    if not k.P > 0:
        k.flags.add("FILL_P_AND_I")
        n = 0 if maturity is None else floor_star(months_between(as_of, maturity) - k.c)
        n = n if n >= 1 else reperform["unstated_term_months"]
        k.P = annuity(k.B, k.i, n)
    k.P = min(k.P, k.B * (1 + k.i))

    n_am = instalments_to_zero(k.B, k.i, k.P)
    if k.matured:
        n = min(reperform["exit_months"], n_am)
    elif k.end_given:
        n = min(k.M, n_am)
    else:
        k.flags.add("FILL_MATURITY")
        n = n_am if n_am <= 480 else reperform["unstated_term_months"]
    k.N = min(max(n, 1), 480)


def _property(k: SimpleNamespace) -> None:
    """V, a, valuation type, occupancy, tax, ins, X0, X1."""
    note, a = k.note, k.a
    k.V = note["as_is_value"]
    if note.get("valuation_date") is not None:
        k.age = max(months_between(note["valuation_date"], note["as_of_date"]), 0.0)
    else:
        k.flags.add("FILL_VALUATION_DATE")
        k.age = a["collateral"]["unstated_valuation_age_months"]
    k.valuation_type = note.get("valuation_type")
    if k.valuation_type is None:
        k.flags.add("FILL_VALUATION_TYPE")
        k.valuation_type = "unknown"
    k.occupancy = note.get("occupancy") or "unknown"
    if k.occupancy == "unknown":
        k.flags.add("FILL_OCCUPANCY")

    k.tax = note.get("annual_property_tax")
    if k.tax is None:
        k.flags.add("FILL_TAX")
        k.tax = k.state["property_tax_rate"] * k.V
    k.ins = note.get("annual_insurance")
    if k.ins is None:
        k.flags.add("FILL_INSURANCE")
        k.ins = k.state["insurance_per_year"]
    k.X0 = note.get("delinquent_taxes")
    if k.X0 is None:
        k.X0 = k.tax / 12 * min(k.s, a["costs"]["delinquent_tax_max_months"])
        if note.get("escrowed") or (note.get("escrow_advance") or 0.0) > 0:
            k.X0 = 0.0
        if k.X0 > 0:
            k.flags.add("FILL_DELINQUENT_TAXES")
    k.X1 = k.X0 if k.lien == 1 else 0.0


def _around_the_note(k: SimpleNamespace) -> None:
    """Senior, sp, redemption, referral, defect and the fills that leave a figure at nothing."""
    note, a = k.note, k.a
    k.senior, k.sp = 0.0, 0.0
    if k.lien >= 2:
        if note.get("senior_lien_balance") is None:
            raise ValueError("a junior lien without the senior's balance is excepted before pricing")
        k.senior = note["senior_lien_balance"]
        k.sp = note.get("senior_payment")
        if k.sp is None:
            k.flags.add("FILL_SENIOR_PAYMENT")
            k.sp = annuity(k.senior, a["second_lien"]["senior_rate"] / 12, a["second_lien"]["senior_term_months"])
    redemption = k.state.get("redemption_months")
    if redemption is None:
        k.flags.add("FILL_REDEMPTION")
        redemption = a["foreclosure"]["unsourced_redemption_months"]
    k.R = ceil_star(redemption)
    if note.get("rate_type") is None:
        k.flags.add("FILL_RATE_TYPE")

    k.referred = note.get("foreclosure_status") in REFERRED
    k.referral = 0.0
    if note.get("foreclosure_referral_date") is not None:
        k.referral = max(months_between(note["foreclosure_referral_date"], note["as_of_date"]), 0.0) + k.c
    elif k.referred:
        k.flags.add("FILL_REFERRAL_DATE")
    lost = note.get("note_doc_status") in ("lost_note_affidavit", "missing")
    k.defect = lost or note.get("assignment_chain_complete") is False
    k.senior_distressed = k.lien >= 2 and note.get("senior_lien_status") in DISTRESSED
    k.junior = note.get("junior_liens_balance") or 0.0


# Section 10: the flags that the note's own columns settle


def _review_flags(k: SimpleNamespace) -> None:
    note = k.note
    io_end, p_and_i = note.get("io_end_date"), note.get("p_and_i") or 0.0
    holds = {
        "RATE_NOT_FIXED": note.get("rate_type") in ("arm", "step"),
        "JUNIOR_LIENS": k.junior > 0,
        "BANKRUPTCY": note.get("bankruptcy_chapter") is not None,
        "DOCUMENT_DEFECT": k.defect,
        "LIEN_3_PLUS": k.lien >= 3,
        "SENIOR_DISTRESSED": k.senior_distressed,
        "MATURED": k.matured,
        "INTEREST_ONLY": io_end is not None and io_end > note["as_of_date"],
        "NEGATIVE_AMORTISATION": 0 < p_and_i < k.B * k.i * (1 - 1e-6),
    }
    k.flags.update(code for code, held in holds.items() if held)
