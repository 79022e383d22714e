"""The claim, the collateral and the months to a sale of one note: sections 3, 4 and 5.3 of docs/pricing.md."""

from __future__ import annotations

import math
from types import SimpleNamespace

from oracle_terms import ceil_star, months_between

OUT_OF_DOMAIN = ("land", "mixed_use", "commercial", "other")


# Section 3: the claim


def claim_at_closing(k: SimpleNamespace) -> None:
    """L, Q and the time bar."""
    note, rules = k.note, k.a["claim"]
    escrow, corporate = note.get("escrow_advance"), note.get("corporate_advance")
    if escrow is None or corporate is None:
        k.flags.add("FILL_ADVANCES")
    stated = note.get("accrued_interest")
    too_much = stated is not None and stated - k.B * k.i * k.u > 0.05 * k.B
    if too_much:
        k.flags.add("ACCRUED_CONFLICT")
    if stated is not None and not too_much:
        to_closing = k.B * k.i * k.c
        accrued = note["accrued_interest"] + to_closing
    else:
        if stated is None:
            k.flags.add("FILL_ACCRUED")
        longest = rules["max_accrual_months"]
        to_closing = k.B * k.i * (min(k.u + k.c, longest) - min(k.u, longest))
        accrued = k.B * k.i * min(k.u + k.c, longest)
    total = k.B + k.D + accrued + (escrow or 0.0) + (corporate or 0.0)
    total += (note.get("late_charges") or 0.0) * rules["late_charge_collect_share"]
    k.L = max(total - (note.get("suspense_balance") or 0.0), 0.0)

    stated = note.get("legal_balance")
    as_of_sum = k.L - to_closing
    if stated is not None and abs(stated - as_of_sum) > 0.05 * as_of_sum:
        k.flags.add("LEGAL_BALANCE_CONFLICT")
        k.L = min(k.L, stated + to_closing)

    k.Q = max(k.L - k.B - k.D - k.B * k.i * min(k.u + k.c, 1 + k.c), 0.0)

    lim = k.state.get("limitation_months", rules["limitation_months"])
    past = [note[one] for one in ("maturity_date", "acceleration_date") if note.get(one) is not None]
    k.bar = 1.0
    on_file = note.get("foreclosure_status") in ("filed", "judgment", "sale_scheduled")
    too_old = k.s > lim or any(months_between(one, note["as_of_date"]) > lim for one in past)
    if too_old and not on_file:
        k.flags.add("LIMITATIONS")
        k.bar = rules["time_barred_share"]


# Section 4: the collateral


def collateral(k: SimpleNamespace) -> None:
    """cond, cond_re, σ and K."""
    rules, s = k.a["collateral"], k.s
    vacant, owner = rules["occupancy_haircut"]["vacant"], rules["occupancy_haircut"]["owner"]
    if k.occupancy == "unknown":
        w = 0.0
        if s >= 12:
            w = rules["vacancy_share_at_12"] + rules["vacancy_share_per_year"] * (s - 12) / 12
            w = min(w, rules["vacancy_share_cap"])
        h_occ, h_occ_re = w * vacant + (1 - w) * owner, owner
    else:
        h_occ = h_occ_re = rules["occupancy_haircut"][k.occupancy]
    h_age = min(rules["age_haircut_per_year"] * k.age / 12, rules["age_haircut_cap"])
    h_type = rules["valuation_haircut"][k.valuation_type]
    h_unpaid = min(rules["unpaid_haircut_per_year"] * max(s - 12, 0.0) / 12, rules["unpaid_haircut_cap"])
    h_domain = 0.0
    if k.note.get("property_type") in OUT_OF_DOMAIN or (k.note.get("units") or 1) > 4:
        k.flags.add("W_DOMAIN")
        h_domain = rules["out_of_domain_haircut"]
    k.cond = (1 - h_occ) * (1 - h_age) * (1 - h_type) * (1 - h_unpaid) * (1 - h_domain)
    k.cond_re = (1 - h_occ_re) * (1 - h_age) * (1 - h_type) * (1 - h_domain)
    k.sigma = math.sqrt(rules["sigma"][k.valuation_type] ** 2 + rules["sigma_per_root_year"] ** 2 * k.age / 12)
    k.K = k.senior + k.X0 if k.lien >= 2 else 0.0
    k.K_re = k.senior if k.lien >= 2 else 0.0


def value_in_month(k: SimpleNamespace, t: int, cond: float) -> float:
    """V_t."""
    return k.V * (1 + k.a["collateral"]["growth_per_year"]) ** (t / 12) * cond


# Section 5.3: months to the sale


def months_to_the_sale(k: SimpleNamespace) -> None:
    """T and T_re."""
    rules, chapter = k.a["foreclosure"], k.note.get("bankruptcy_chapter")
    day120 = 120 / 30.4
    process = rules["timeline_multiplier"] * (k.state["last_paid_to_sale_days"] - 150) / 30.4
    process = max(process, k.state["first_legal_to_sale_months"])
    doc = rules["document_defect_delay_months"] if k.defect else 0.0
    bk = rules["bankruptcy_delay_months"][f"chapter_{chapter}"] if chapter is not None else 0.0
    if k.referred:
        raw = process - rules["referral_credit_share"] * k.referral
    else:
        raw = max(day120 - k.m - k.c, 0.0) + rules["pre_referral_months"] + process
    k.T = ceil_star(max(raw, rules["min_remaining_months"]) + bk + doc)
    again = day120 + rules["pre_referral_months"] + process
    k.T_re = ceil_star(max(again, rules["min_remaining_months"]) + doc)
