"""Own severity and branches: what resolved notes brought and which way they went, beside what was assumed of them."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOME_DETAILS, OUTCOMES, Outcome
from pricing import Assumptions, Legs, OutcomeLegs, build_legs
from pricing.facts import priceable
from pricing.leg import undiscounted
from pricing.own_resolutions import RECOVERED, BranchShare, OwnResolutions, Recovery
from training.snapshots import Snapshots
from training.weights import Floats

PAID_THEN = {
    "deed": ("cash_for_keys", "junior_release", "delinquent_taxes", "legal"),
    "short_sale": ("delinquent_taxes", "legal"),
    "discounted_payoff": ("legal",),
    "third_party": (),
    "reo": ("eviction",),
}
"""Labels of the legs that are paid when a detail is settled; earlier payments and carry are not in ``net_proceeds``."""
MOST_WITHOUT_DETAIL = 0.1
"""Share of an outcome's loans without a detail above which nothing is learned of its branches: the usual one goes unsaid."""
LOWEST, HIGHEST = -0.5, 1.5
"""Shares of the claim between which a note's net proceeds are held: a slip of the pen must not set a price."""


def fit_own_resolutions(snapshots: Snapshots, assumptions: Assumptions) -> OwnResolutions:
    """Compare resolved notes with the assumptions.

    Parameters
    ----------
    snapshots
        A loan's snapshots share a weight of 1, so that every n is in loans.

    Returns
    -------
    Details that no loan ended in are absent, and branches of outcomes of which details are lacking
    (:func:`outcomes_without_details`).  Only notes that can be priced say something about recoveries and about
    third-party sales, whose assumption depends on the note.
    """
    resolutions, lacking = snapshots.resolutions, outcomes_without_details(snapshots)
    rows = np.flatnonzero((resolutions.outcome_detail != "") & priceable(resolutions.tape))
    taken = resolutions.take(rows)
    weight, detail, net = snapshots.weight[rows], taken.outcome_detail, taken.net_proceeds
    if len(rows) == 0:
        return OwnResolutions(_branches(snapshots, assumptions, lacking), {})
    legs = build_legs(taken.tape, assumptions)
    branches = _branches(snapshots, assumptions, lacking)
    third = None if Outcome.FORECLOSURE in lacking else _third_party(legs, detail, weight)
    if third is not None:
        branches["third_party"] = third
    recoveries = {}
    for name in RECOVERED:
        known = (detail == name) & ~np.isnan(net)
        found = _recovery(legs, name, known, net, weight)
        if found is not None:
            recoveries[name] = found
    return OwnResolutions(branches, recoveries)


def outcomes_without_details(snapshots: Snapshots) -> dict[Outcome, tuple[int, int]]:
    """Give the outcomes of which some loans have a detail and too many have none: loans without one, and all.

    A file that gives no detail at all lacks nothing: then the assumptions stand, and nobody takes them for the desk's own.
    """
    resolutions, found = snapshots.resolutions, {}
    for outcome in OUTCOMES:
        mine = resolutions.outcome == outcome
        loans = len(np.unique(snapshots.loan[mine]))
        told = len(np.unique(snapshots.loan[mine & (resolutions.outcome_detail != "")]))
        if told > 0 and loans - told > MOST_WITHOUT_DETAIL * loans:
            found[outcome] = (loans - told, loans)
    return found


def details_warnings(snapshots: Snapshots) -> list[str]:
    """Say of which outcomes nothing is learned of the branches."""
    return [
        f"{without:,} of {n:,} loans of {outcome} have no outcome_detail: which way the others went is not taken for the "
        "desk's own branch shares. Words say the detail where the mapping gives them one, "
        f'as outcomes."your word" = "{OUTCOME_DETAILS[outcome][-1]}"'
        for outcome, (without, n) in outcomes_without_details(snapshots).items()
    ]


def _branches(snapshots: Snapshots, assumptions: Assumptions, lacking: Container[Outcome]) -> dict[str, BranchShare]:
    """Give the shares of all branches but third-party sales, whose assumption depends on the note."""
    detail, weight = snapshots.resolutions.outcome_detail, snapshots.weight
    deed = assumptions.deed_in_lieu
    assumed = {
        "payoff": assumptions.reperform.payoff_share,
        "modification": assumptions.loss_mitigation.modification_share,
        "deed": deed.deed_share,
        "short_sale": deed.short_sale_share,
        "discounted_payoff": deed.discounted_payoff_share,
    }
    shares = {}
    for name in assumed:
        outcome = next(one for one, names in OUTCOME_DETAILS.items() if name in names)
        n = float(weight[np.isin(detail.astype(str), OUTCOME_DETAILS[outcome])].sum())
        if n > 0 and outcome not in lacking:
            shares[name] = BranchShare(n, float(weight[detail == name].sum()) / n, assumed[name])
    return shares


def _third_party(legs: Legs, detail: NDArray[np.object_], weight: Floats) -> BranchShare | None:
    rows = np.isin(detail.astype(str), OUTCOME_DETAILS[Outcome.FORECLOSURE])
    n = float(weight[rows].sum())
    if n == 0:
        return None
    branch = next(one for one in legs[Outcome.FORECLOSURE].branches if one.name == "third_party")
    own = float(weight[detail == "third_party"].sum()) / n
    return BranchShare(n, own, float(np.average(branch.weight[rows], weights=weight[rows])))


def _recovery(legs: Legs, name: str, known: NDArray[np.bool_], net: Floats, weight: Floats) -> Recovery | None:
    one = next(legs[outcome] for outcome, details in OUTCOME_DETAILS.items() if name in details)
    proceeds = next(brought for brought in one.proceeds if brought.branch == name)
    rows = known & (proceeds.claim > 0)
    if not rows.any():
        return None
    claim, w = proceeds.claim[rows], weight[rows]
    claimed = float((w * claim).sum())
    gross = float((w * one.legs[proceeds.leg].dollars_at_first[rows]).sum()) / claimed
    paid = float((w * _paid_then(one, name)[rows]).sum()) / claimed
    own = float((w * np.clip(net[rows], LOWEST * claim, HIGHEST * claim)).sum()) / claimed
    return Recovery(float(w.sum()), own, gross + paid, gross)


def _paid_then(one: OutcomeLegs, name: str) -> Floats:
    """Add up what a branch pays when it is settled, US dollars, negative; shape (n_notes,)."""
    branch = next(found for found in one.branches if found.name == name)
    total = np.zeros(len(branch.weight))
    for position in branch.legs:
        if one.legs[position].label in PAID_THEN[name]:
            total = total + undiscounted(one.legs[position])
    return total
