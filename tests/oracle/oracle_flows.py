"""The cash flows of the four outcomes of one note, branch by branch and month by month: sections 5 and 6 of docs/pricing.md.

Written from the page alone; it imports nothing of the project.  Every name is the page's.  A flow is one amount in one
month; a branch holds every flow that happens in it, so what two branches share stands in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from oracle_claim import value_in_month
from oracle_own import at_own_recovery, own_points
from oracle_terms import annuity, call, capped, principal_left, pv


@dataclass
class Branch:
    """One way in which an outcome can go.

    Parameters
    ----------
    weight
        Its probability, given the outcome.
    flows
        (month, label, dollars), undiscounted and unweighted.
    redefault
        The month τ after which a sale after a redefault begins; None for any other branch.
    paid_before
        Of such a branch, the flows up to τ.
    claim
        L_T of a branch of deed_in_lieu or foreclosure.
    """

    name: str
    weight: float
    flows: list
    redefault: int | None = None
    paid_before: list | None = None
    claim: float | None = None


def outcome_branches(k: SimpleNamespace) -> dict:
    """The branches of every outcome, mildest outcome first."""
    sold = []
    for prefix, T, w in own_points(k, "foreclosure") or [("", k.T, 1.0)]:
        sold += foreclosure_path(k, [], prefix, 0, T, w, k.B, k.i, k.L, k.cond, True)
    branches = {
        "reperform": reperform(k),
        "loss_mitigation": loss_mitigation(k),
        "deed_in_lieu": deed_in_lieu(k),
        "foreclosure": sold,
    }
    for outcome in ("deed_in_lieu", "foreclosure"):
        at_own_recovery(branches[outcome], k.own.get("recoveries", {}).get(outcome))
    return branches


def monthly(label: str, first: int, last: int, dollars: float) -> list:
    """The same amount in every month from first to last."""
    return [(t, label, dollars) for t in range(first, last + 1)]


def inflated(k: SimpleNamespace, label: str, first: int, last: int, base: float) -> list:
    """A cost a month of the given base at closing, inflated."""
    yearly = 1 + k.a["costs"]["inflation_per_year"]
    return [(t, label, -base * yearly ** (t / 12)) for t in range(first, last + 1)]


# Section 5.1


def servicing(k: SimpleNamespace, kind: str, first: int, last: int) -> list:
    return inflated(k, "servicing", first, last, k.a["costs"][f"servicing_{kind}_per_year"] / 12)


def holding(k: SimpleNamespace, first: int, last: int) -> list:
    """Servicing, property tax and insurance."""
    costs = k.a["costs"]
    flows = servicing(k, "non_performing", first, last)
    flows += inflated(k, "property_tax", first, last, k.tax / 12)
    return flows + inflated(k, "insurance", first, last, costs["force_placed_multiplier"] * k.ins / 12)


def preservation(k: SimpleNamespace, first: int, last: int) -> list:
    return inflated(k, "preservation", first, last, k.a["costs"]["preservation_per_month"])


def reo_holding(k: SimpleNamespace, first: int, last: int) -> list:
    """What a house owned by the holder costs until its resale."""
    flows = holding(k, first, last)
    flows += inflated(k, "reo_maintenance", first, last, k.a["reo"]["maintenance_per_month"])
    return flows + senior_payments(k, first, last)


def senior_payments(k: SimpleNamespace, first: int, last: int) -> list:
    return monthly("senior_payment", first, last, -k.sp) if k.lien >= 2 else []


def senior_arrears(k: SimpleNamespace, month: int) -> list:
    arrears = k.a["second_lien"]["senior_arrears_months"] * k.sp
    return [(month, "senior_arrears", -arrears)] if k.senior_distressed else []


def foreclosure_path(
    k: SimpleNamespace,
    before: list,
    prefix: str,
    tau: int,
    T: int,
    w: float,
    b0: float,
    i0: float,
    claim0: float,
    cond: float,
    primary: bool,
) -> list:
    """A forced sale in month τ+T, after the flows ``before``: the branches third_party and reo."""
    rules, reo, sale = k.a["foreclosure"], k.a["reo"], tau + T
    other = "other_legal_cost_judicial" if k.state["judicial"] else "other_legal_cost_non_judicial"
    fee = k.state["attorney_fee"] * rules["attorney_fee_multiplier"] + rules[other]
    common = holding(k, tau + 1, sale)
    common += preservation(k, tau + 1, sale)
    common += monthly("legal", tau + 1, sale, -fee / T)
    if k.defect:
        common.append((tau + 1, "document_defect", -rules["document_defect_cost"]))
    common += senior_payments(k, tau + 1, sale)
    if primary:
        common.append((tau + 1, "delinquent_taxes", -k.X1))
        common += senior_arrears(k, tau + 1)
    adv = -sum(dollars for _, label, dollars in common if label != "servicing")
    L_T = claim0 + b0 * i0 * T + k.a["claim"]["advance_recovery_share"] * adv

    K = k.K if primary else k.K_re
    bar = k.bar if primary else 1.0
    V_tp = value_in_month(k, sale, cond) * (1 - rules["third_party_haircut"])
    share = rules["third_party_max"]
    if L_T > 0:
        share = rules["third_party_share_at_par"] + rules["third_party_slope"] * ((V_tp - K) / L_T - 1)
        share = min(max(share, rules["third_party_min"]), rules["third_party_max"])
    third_party = [(sale, "sale_proceeds", bar * capped(V_tp, K, L_T, k.sigma))]

    evict = 0 if k.occupancy == "vacant" else rules["eviction_months"]
    X = sale + k.R + evict + reo["months"]
    owned = reo_holding(k, sale + 1, X)
    if evict > 0:
        owned.append((sale + k.R + evict, "eviction", -rules["eviction_cost"]))
    V_X = value_in_month(k, X, cond) * (1 - rules["reo_haircut"]) * (1 - reo["selling_cost_share"])
    owned.append((X, "sale_proceeds", bar * capped(V_X, K, L_T, k.sigma)))
    again = (None, None) if primary else (tau, before)
    return [
        Branch(prefix + "third_party", w * share, before + common + third_party, *again, claim=L_T),
        Branch(prefix + "reo", w * (1 - share), before + common + owned, *again, claim=L_T),
    ]


# Section 5.2


def paying(
    k: SimpleNamespace,
    before: list,
    name: str,
    w: float,
    b0: float,
    i0: float,
    P0: float,
    N0: int,
    D0: float,
    f: int,
    arrears: float,
    n_arrears: int,
    Z0: int,
    rho: float,
) -> list:
    """Instalments from month f, to the exit or to a redefault."""
    H, kappa = k.a["reperform"]["exit_months"], k.a["reperform"]["collection_rate"]
    n_pay = min(max(H - f + 1, 1), N0)
    X = f - 1 + n_pay
    n_a = min(n_arrears, n_pay)
    prefix = "" if name == "keeps_paying" else name + "_"

    def until(last: int, n: int) -> list:
        """What comes up to month last, with n instalments."""
        flows = monthly("principal_and_interest", f, f + n - 1, kappa * P0)
        flows += monthly("arrears_cure", f, f + min(n_a, n) - 1, arrears / n_a)
        flows += servicing(k, "non_performing", 1, min(Z0, last))
        return flows + servicing(k, "performing", min(Z0, last) + 1, last)

    U = principal_left(b0, i0, P0, n_pay)
    secured = capped(value_in_month(k, X, k.cond_re), k.K_re, U + D0, k.sigma)
    secured *= k.a["reperform"]["resale_share"]
    if n_pay < N0:
        j = (1 + k.a["reperform"]["resale_yield"]) ** (1 / 12) - 1
        left = N0 - n_pay
        last_due = principal_left(b0, i0, P0, N0) + D0
        exit_value = min(secured, pv(P0, j, left) + last_due * (1 + j) ** -left, U + D0)
    elif U <= P0:
        exit_value = U + D0
    else:
        exit_value = secured
        if name == "keeps_paying":
            k.flags.add("BALLOON")

    branches, keeps = [], 1.0
    for tau, s in zip(k.a["redefault"]["months"], k.a["redefault"]["shares"], strict=True):
        if tau < X:
            n_j = max(tau - f + 1, 0)
            U_j = principal_left(b0, i0, P0, n_j)
            keeps -= rho * s
            branches += foreclosure_path(
                k,
                before + until(tau, n_j),
                f"{prefix}redefault_{tau}_",
                tau,
                k.T_re,
                w * rho * s,
                U_j,
                i0,
                U_j + D0,
                k.cond_re,
                False,
            )
    return [Branch(name, w * keeps, before + until(X, n_pay) + [(X, "exit", exit_value)]), *branches]


# Section 6


def reperform(k: SimpleNamespace) -> list:
    rules = k.a["reperform"]
    T_p = max(rules["payoff_months"], 1 + k.b)
    due = k.L + k.B * k.i * T_p + k.a["claim"]["advance_recovery_share"] * k.X1
    taxes = (1, "delinquent_taxes", -k.X1)
    payoff = [taxes, (T_p, "payoff", capped(value_in_month(k, T_p, k.cond), k.K, due, k.sigma))]
    payoff += servicing(k, "performing" if k.m == 0 else "non_performing", 1, T_p)

    before = [taxes]
    if k.a["closing"]["collections_before_closing_to_buyer"]:
        before.append((0, "collections_before_closing", rules["collection_rate"] * k.B * k.i * k.c))
    Z0 = 0 if k.m == 0 else k.b + rules["arrears_cure_months"]
    rho = rules["redefault_share_current"] if k.m == 0 else rules["redefault_share_delinquent"]
    cured = min(k.Q * rules["arrears_cure_share"], rules["arrears_cure_max_instalments"] * k.P)
    w = 1 - rules["payoff_share"]
    f, n_arrears = 1 + k.b, rules["arrears_cure_months"]
    kept = paying(k, before, "keeps_paying", w, k.B, k.i, k.P, k.N, k.D, f, cured, n_arrears, Z0, rho)
    return [Branch("payoff", rules["payoff_share"], payoff), *kept]


def loss_mitigation(k: SimpleNamespace) -> list:
    rules = k.a["loss_mitigation"]
    workout = [(1, "workout", -rules["set_up_cost"]), (1, "delinquent_taxes", -k.X1)]

    C = max(k.L + k.a["claim"]["advance_recovery_share"] * k.X1 - k.D, 0.0)
    b0 = C * (1 - rules["forgiven_share"] - rules["forborne_share"])
    i0 = min(k.r, rules["rate_cap"]) / 12
    n = rules["term_months"]
    asked, b0 = b0, min(b0, pv(rules["max_payment_share"] * k.P, i0, n))
    D0 = k.D + C * rules["forborne_share"] + asked - b0
    P0 = annuity(b0, i0, n)
    w, f, Z0 = rules["modification_share"], 1 + k.b, k.b + rules["trial_months"]
    rho = rules["redefault_share_modification"]
    modified = paying(k, workout, "modification", w, b0, i0, P0, n, D0, f, 0.0, 1, Z0, rho)

    q = rules["forbearance_months"]
    w, f, Z0 = 1 - w, 1 + k.b + q, k.b + q + rules["plan_months"]
    arrears = min(k.Q + k.B * k.i * q, k.a["reperform"]["arrears_cure_max_instalments"] * k.P)
    rho = rules["redefault_share_plan"]
    plan = paying(k, workout, "plan", w, k.B, k.i, k.P, k.N, k.D, f, arrears, rules["plan_months"], Z0, rho)
    return modified + plan


def deed_in_lieu(k: SimpleNamespace) -> list:
    rules = k.a["deed_in_lieu"]
    branches = []
    for name in ("deed", "short_sale", "discounted_payoff"):
        share = rules[f"{name}_share"]
        for prefix, T, w in own_points(k, "deed_in_lieu") or [("", rules[f"{name}_months"], 1.0)]:
            flows, L_T = _until_agreed(k, T)
            flows += {"deed": _deed, "short_sale": _short_sale, "discounted_payoff": _settlement}[name](k, T, L_T)
            branches.append(Branch(prefix + name, share * w, flows, claim=L_T))
    return branches


def _deed(k: SimpleNamespace, T: int, L_T: float) -> list:
    rules, reo = k.a["deed_in_lieu"], k.a["reo"]
    X = T + reo["months"]
    flows = [
        (T, "cash_for_keys", -rules["cash_for_keys"]),
        (T, "delinquent_taxes", -k.X1),
        (T, "junior_release", -min(k.junior, rules["junior_release_cost"])),
    ]
    flows += reo_holding(k, T + 1, X)
    V_d = value_in_month(k, X, k.cond) * (1 - rules["deed_haircut"]) * (1 - reo["selling_cost_share"])
    e = rules["equity_to_buyer_share"]
    proceeds = (1 - e) * capped(V_d, k.K, L_T, k.sigma) + e * call(V_d, k.K, k.sigma)
    return [*flows, (X, "sale_proceeds", proceeds)]


def _short_sale(k: SimpleNamespace, T: int, L_T: float) -> list:
    rules, sells = k.a["deed_in_lieu"], 1 - k.a["reo"]["selling_cost_share"]
    V_s = value_in_month(k, T, k.cond) * (1 - rules["short_sale_haircut"]) * sells
    return [(T, "delinquent_taxes", -k.X1), (T, "sale_proceeds", capped(V_s, k.K, L_T, k.sigma))]


def _settlement(k: SimpleNamespace, T: int, L_T: float) -> list:
    V_T = value_in_month(k, T, k.cond)
    return [(T, "settlement", k.a["deed_in_lieu"]["settlement_share"] * capped(V_T, k.K, L_T, k.sigma))]


def _until_agreed(k: SimpleNamespace, T: int) -> tuple:
    """The costs of months 1 to T that the three agreements share, and L_T."""
    flows = holding(k, 1, T) + preservation(k, 1, T) + senior_payments(k, 1, T) + senior_arrears(k, 1)
    adv = -sum(dollars for _, label, dollars in flows if label != "servicing")
    flows.append((T, "legal", -k.a["deed_in_lieu"]["legal_cost"]))
    return flows, k.L + k.B * k.i * T + k.a["claim"]["advance_recovery_share"] * adv
