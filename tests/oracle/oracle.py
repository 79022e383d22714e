"""The bid on one note, by docs/pricing.md and nothing else: required returns, prices, bid and returns (sections 7 to 10).

An independent witness for the tests of ``pricing``: plain Python, one note at a time, a cash flow for every month of
every branch.  It was written from the page and imports nothing of the project.
"""

from __future__ import annotations

import math

from oracle_flows import Branch, outcome_branches
from oracle_note import read_note

OUTCOMES = ("reperform", "loss_mitigation", "deed_in_lieu", "foreclosure")
WALKS_AWAY = ("deed_in_lieu", "foreclosure")
REVIEWED = {
    "RATE_NOT_FIXED",
    "JUNIOR_LIENS",
    "BANKRUPTCY",
    "DOCUMENT_DEFECT",
    "LIEN_3_PLUS",
    "SENIOR_DISTRESSED",
    "MATURED",
    "INTEREST_ONLY",
    "NEGATIVE_AMORTISATION",
    "W_DOMAIN",
    "LEGAL_BALANCE_CONFLICT",
    "ACCRUED_CONFLICT",
    "BALLOON",
    "LOSS_LIKELY",
    "LIMITATIONS",
    "PAYMENTS_UNKNOWN",
}
GRID = (-0.99, -0.9, -0.75, -0.6, -0.5, -0.4, -0.3, -0.25, -0.2, -0.15, -0.1, -0.05, 0.0, 0.05)
GRID += (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)


def bid_note(
    note: dict,
    history: tuple,
    probabilities: list,
    assumptions: dict,
    state_facts: dict,
    review_reason: str = "",
    own: dict | None = None,
) -> dict:
    """Every column of section 9 for one note; ``flags`` is a set, an empty number is NaN.

    Parameters
    ----------
    note
        Canonical column to value; a missing value is None or left out, dates are ``datetime.date``.
    history
        60 months behind (None unknown) and 60 amounts received (None unknown), oldest first.
    probabilities
        Of the four outcomes, mildest first.
    assumptions
        What ``tomllib`` makes of the assumptions.
    state_facts
        {state: {fact: number}}.
    review_reason
        A reason for which the caller sends every row to review.
    own
        A desk's own terms for this note: ``months`` (outcome to three), ``weights`` (three), ``recoveries`` (outcome to
        share of the claim, where it is not the table's).

    Returns
    -------
    dict
        Besides the columns, ``unrounded_bids``: the three bids before they are rounded down.
    """
    k = read_note(note, history, assumptions, state_facts)
    k.own = own or {}
    p = dict(zip(OUTCOMES, probabilities, strict=True))
    branches = outcome_branches(k)
    row: dict = {"loan_id": note["loan_id"], "legal_balance": k.L, "months_delinquent": k.m}
    row |= {f"p_{o}": p[o] for o in OUTCOMES}

    price = {}
    for o in OUTCOMES:
        severe = sum(p[one] for one in OUTCOMES[OUTCOMES.index(o) :])
        hurdle = assumptions["hurdle"][o]
        y = min(max(hurdle["base"] + hurdle["slope"] * severe, hurdle["floor"]), hurdle["cap"])
        leave_hopeless_sales(k, branches[o], y)
        price[o], row[f"required_yield_{o}"] = price_outcome(branches[o], y, assumptions, o)
        if o in WALKS_AWAY and price[o] < -assumptions["foreclosure"]["walk_away_cost"]:
            price[o] = -assumptions["foreclosure"]["walk_away_cost"]
            branches[o] = [Branch("walk_away", 1.0, [(0, "walk_away", price[o])])]
            k.flags.add("WALK_AWAY")
        row[f"price_{o}"] = price[o]
    if price["foreclosure"] > price["reperform"]:
        k.flags.add("INVERTED")

    row |= bids(k, p, price)
    row |= returns(k, p, branches, row["bid"])
    if row["loss_probability"] > assumptions["bid"]["review_loss_probability"]:
        k.flags.add("LOSS_LIKELY")
    row["bid_status"] = "BID"
    if row["no_bid_reason"]:
        row["bid_status"] = "NO_BID"
    elif k.flags & REVIEWED:
        row["bid_status"] = "REVIEW"
    if review_reason:
        row["bid_status"] = "REVIEW"
        k.flags.add(review_reason)
    row["flags"] = k.flags
    return row


# Section 7: required return and the four prices


def leave_hopeless_sales(k, branches: list, y: float) -> None:
    """Section 5.2: walk away from the sales after a redefault that are worth less than that."""
    for tau in {branch.redefault for branch in branches} - {None}:
        for name in {branch.name.split("redefault")[0] for branch in branches if branch.redefault == tau}:
            pair = [one for one in branches if one.redefault == tau and one.name.split("redefault")[0] == name]
            leave = (tau + 1, "walk_away", -k.a["foreclosure"]["walk_away_cost"])
            sale, instead = 0.0, 0.0
            for branch in pair:
                path = branch.flows[len(branch.paid_before) :]
                sale += branch.weight * math.fsum(dollars * (1 + y) ** (-t / 12) for t, _, dollars in path)
                instead += branch.weight * leave[2] * (1 + y) ** (-leave[0] / 12)
            if sale < instead:
                k.flags.add("WALK_AWAY")
                for branch in pair:
                    branch.flows = [*branch.paid_before, leave]


def price_outcome(branches: list, y: float, assumptions: dict, outcome: str) -> tuple:
    """P_k before walking away, and y_k as it is shown."""
    hurdle, closing = assumptions["hurdle"][outcome], assumptions["closing"]
    flows = [(branch.weight, t, dollars) for branch in branches for t, _, dollars in branch.flows]
    inflow = math.fsum(weight * dollars for weight, _, dollars in flows if dollars > 0)
    outflow = -math.fsum(weight * dollars for weight, _, dollars in flows if dollars < 0)
    gross = (inflow - outflow - hurdle["min_roi"] * outflow) / (1 + hurdle["min_roi"])
    if assumptions["hurdle"]["mode"] == "flat_roi":
        y = math.nan
    else:
        gross = min(gross, math.fsum(weight * dollars * (1 + y) ** (-t / 12) for weight, t, dollars in flows))
    return (gross - closing["fixed_acquisition_per_note"]) / (1 + closing["acquisition_share_of_price"]), y


# Section 8: from four prices to a bid


def bids(k, p: dict, price: dict) -> dict:
    """Expected price, floor price, the three bids, the reason of no bid and the binding outcome."""
    rules = k.a["bid"]
    A = sum(p[o] * price[o] for o in OUTCOMES)
    C = floor_price(p, price, rules["shortfall_share"] * max(A, 0.0))
    blend = rules["expected_weight"] * A + (1 - rules["expected_weight"]) * C if C < A else A
    caps = {
        "CAP_UPB": rules["cap_share_of_upb"] * k.B,
        "CAP_VALUE": rules["cap_share_of_value"] * max(k.V - (k.senior if k.lien >= 2 else 0.0), 0.0),
        "CAP_LEGAL_BALANCE": rules["cap_share_of_legal_balance"] * k.L,
    }
    k.flags.update(code for code, cap in caps.items() if cap < blend)
    M = min(blend, *caps.values())
    at_margin = M * (1 - rules["margin"])
    unrounded = (M, at_margin, at_margin * (1 - rules["opening_offset"]))
    whole = [math.floor(max(x, 0.0) + 1e-6) for x in unrounded]
    reason = ""
    if whole[1] <= 0 or whole[1] <= rules["min_bid"]:
        reason = "EXPECTED_PRICE" if A <= 0 else "FLOOR_PRICE" if blend <= 0 else "CAP" if M <= 0 else "MIN_BID"
        whole = [0, 0, 0]

    short = {o: p[o] * max(0.0, C - price[o]) for o in OUTCOMES}
    binding = max(OUTCOMES, key=short.get) if max(short.values()) > 0 else min(OUTCOMES, key=price.get)
    return {
        "expected_price": A,
        "floor_price": C,
        "max_bid": whole[0],
        "bid": whole[1],
        "opening_bid": whole[2],
        "unrounded_bids": unrounded,
        "no_bid_reason": reason,
        "binding_outcome": binding,
    }


def floor_price(p: dict, price: dict, tolerated: float) -> float:
    """The largest b with Σ p_k max(0, b − P_k) ≤ τ."""

    def shortfall(b: float) -> float:
        return sum(p[o] * max(0.0, b - price[o]) for o in OUTCOMES)

    below, last = 0.0, math.nan
    floor = math.nan
    for o in sorted(OUTCOMES, key=price.get):
        if shortfall(price[o]) > tolerated:
            break
        below, last = below + p[o], price[o]
        floor = last + (tolerated - shortfall(last)) / below
    return floor


# Section 9: returns at the bid


def returns(k, p: dict, branches: dict, bid: int) -> dict:
    """Every return at the bid; empty where the bid is 0."""
    per_outcome = [f"{measure}_{o}" for measure in ("roi", "yield", "months") for o in OUTCOMES]
    at_bid = ["bid_pct_upb", "bid_pct_value", "bid_pct_legal_balance"]
    expected = ["expected_roi", "expected_yield", "expected_months", "loss_probability"]
    row = dict.fromkeys(per_outcome + at_bid + expected, math.nan)
    if bid == 0:
        return row
    closing = k.a["closing"]
    cost0 = bid * (1 + closing["acquisition_share_of_price"]) + closing["fixed_acquisition_per_note"]
    row["bid_pct_upb"] = bid / k.B
    row["bid_pct_value"] = bid / k.V if k.V > 0 else math.nan
    row["bid_pct_legal_balance"] = bid / k.L if k.L > 0 else math.nan

    profits = capitals = months = losses = 0.0
    n_months = 1 + max(t for o in OUTCOMES for branch in branches[o] for t, _, _ in branch.flows)
    expected_flows = [0.0] * n_months
    for o in OUTCOMES:
        flows = [0.0] * n_months
        for branch in branches[o]:
            for t, _, dollars in branch.flows:
                flows[t] += branch.weight * dollars
        expected_flows = [one + p[o] * other for one, other in zip(expected_flows, flows, strict=True)]
        profit = math.fsum(flows) - cost0
        capital = cost0 + deepest_outflow(flows)
        row[f"roi_{o}"] = profit / capital
        row[f"yield_{o}"] = yield_of(cost0, flows)
        row[f"months_{o}"] = sum(one.weight * max(t for t, _, _ in one.flows) for one in branches[o])
        profits, capitals = profits + p[o] * profit, capitals + p[o] * capital
        months += p[o] * row[f"months_{o}"]
        for branch in branches[o]:
            if math.fsum(dollars for _, _, dollars in branch.flows) - cost0 < -0.005:
                losses += p[o] * branch.weight
    row["expected_roi"] = profits / capitals
    row["expected_yield"] = yield_of(cost0, expected_flows)
    row["expected_months"] = months
    row["loss_probability"] = losses
    if any(math.isnan(row[f"yield_{o}"]) for o in OUTCOMES) or math.isnan(row["expected_yield"]):
        k.flags.add("NO_YIELD")
    return row


def deepest_outflow(flows: list) -> float:
    """The deepest cumulative outflow from month 0 on, at least 0."""
    so_far = deepest = 0.0
    for dollars in flows:
        so_far += dollars
        deepest = max(deepest, -so_far)
    return deepest


def yield_of(cost0: float, flows: list) -> float:
    """The one root in (−0.99, 10] of the value at a yield less the cost, NaN where the grid does not show exactly one."""

    def g(y: float) -> float:
        v, total = (1 + y) ** (-1 / 12), 0.0
        for dollars in reversed(flows):
            total = total * v + dollars
        return total - cost0

    positive = [g(y) >= 0 for y in GRID]
    changes = [cell for cell in range(len(GRID) - 1) if positive[cell] != positive[cell + 1]]
    if len(changes) != 1:
        return math.nan
    low, high = GRID[changes[0]], GRID[changes[0] + 1]
    low_positive = positive[changes[0]]
    for _ in range(60):
        middle = (low + high) / 2
        if (g(middle) >= 0) == low_positive:
            low = middle
        else:
            high = middle
    return (low + high) / 2
