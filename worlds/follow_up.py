"""What became of made notes: outcome, month, detail, proceeds, and who is still open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOME_DETAILS, OUTCOMES, Outcome, OutcomeProbabilities, Resolutions, Tape
from notes.legal_balance import ClaimTerms, legal_balance
from notes.months import Days, add_months, month_end, month_index
from worlds.legal import process_months
from worlds.marginals import REO_DISCOUNT, REO_SELLING_COST, THIRD_PARTY_SHARE
from worlds.quantities import Quantities, quantities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HORIZON_MONTHS = 60
STREAK_MONTHS = 6
_CLAIM = ClaimTerms(months_to_close=0.0, late_charge_collect_share=0.0, max_accrual_months=120.0)
_DETAIL_SHARES = {
    # First FHFA report: self-cures three times the payoffs.  The rest assumed, third party from ATTOM.
    Outcome.REPERFORM: (0.15, 0.40, 0.45),
    Outcome.LOSS_MITIGATION: (0.70, 0.12, 0.18),
    Outcome.DEED_IN_LIEU: (0.40, 0.45, 0.15),
    Outcome.FORECLOSURE: (THIRD_PARTY_SHARE, 1 - THIRD_PARTY_SHARE),
}


@dataclass(frozen=True)
class Fate:
    """What would become of each note with nobody looking away.

    Parameters
    ----------
    outcome
        int64, shape (n_notes,), position in ``notes.OUTCOMES``.
    detail
        object array of str, shape (n_notes,).
    months
        int64, shape (n_notes,), months from ``as_of_date`` to the deciding event, 1 to 60.
    """

    outcome: Ints
    detail: NDArray[np.object_]
    months: Ints


def draw_fate(tape: Tape, truth: OutcomeProbabilities, rng: np.random.Generator) -> Fate:
    """Draw outcome, detail and month of every note.

    The month depends on the outcome, the note and its state, and stays within the horizon, so the truth is the chance of
    each outcome within 60 months and no outcome hides beyond them.
    """
    q, n = quantities(tape), len(tape)
    drawn = (rng.random(n)[:, None] > np.cumsum(truth.values, axis=1)[:, :-1]).sum(axis=1)
    detail = np.empty(n, dtype=object)
    for i, outcome in enumerate(OUTCOMES):
        names = np.array(OUTCOME_DETAILS[outcome], dtype=object)
        choice = names[rng.choice(len(names), n, p=_DETAIL_SHARES[outcome])]
        detail = np.where(drawn == i, choice, detail)
    detail = np.where((detail == "kept_paying") & (q.behind > 1), "reinstated", detail)
    detail = np.where((detail == "reinstated") & (q.behind <= 1), "kept_paying", detail)
    # Six month-ends in a row decide; a note behind first cures (mean 8 months), a workout first runs its trial (3 months)
    # after the time it takes to agree (mean 10).
    cure = np.where(q.behind <= 1, rng.geometric(0.6, n) - 1, rng.gamma(1.3, 6.5, n))
    by_detail = [
        (detail == "payoff", rng.gamma(1.5, 7.0, n)),
        (drawn == 0, STREAK_MONTHS + cure),
        (drawn == 1, STREAK_MONTHS + 3 + rng.gamma(1.6, 6.5, n)),
        (drawn == 2, 2 + rng.gamma(2.0, 5.0, n)),
    ]
    where, months = zip(*by_detail, strict=True)
    drawn_months = np.select(where, months, _months_to_sale(tape, q, rng))
    late = drawn_months > HORIZON_MONTHS
    drawn_months = np.where(late, rng.uniform(HORIZON_MONTHS / 2, HORIZON_MONTHS, n), drawn_months)
    return Fate(drawn, detail, np.clip(np.ceil(drawn_months), 1, HORIZON_MONTHS).astype(np.int64))


def _months_to_sale(tape: Tape, q: Quantities, rng: np.random.Generator) -> Floats:
    """Draw months to a forced sale: to day 120, to the referral, then what is left of the state's own months.

    The state's months are an allowance for routine cases; real ones take 1.4 times as long here on average.  A bankruptcy
    adds nine months.
    """
    n = len(tape)
    whole = process_months(tape.notes.text("property_state")) * rng.lognormal(0.3, 0.35, n)
    under_way = q.stage > 0
    to_referral = np.maximum(4 - q.behind, 0) + np.where(under_way, 0.0, rng.gamma(1.5, 2.0, n))
    run = np.where(under_way, 0.15 + 0.2 * q.stage, 0.0)
    months: Floats = to_referral + 9 * q.in_bankruptcy + whole * (1 - run)
    return months


def observe(tape: Tape, fate: Fate, observed_through: np.datetime64, rng: np.random.Generator) -> Resolutions:
    """Look at every note until ``observed_through`` or the horizon, whichever comes first: later outcomes are open."""
    notes, n = tape.notes, len(tape)
    event = month_end(add_months(notes.days("as_of_date"), fate.months))
    is_open = event > observed_through
    names = np.array([str(outcome) for outcome in OUTCOMES], dtype=object)
    proceeds = _net_proceeds(tape, fate, rng)
    return Resolutions(
        tape=tape,
        outcome=np.where(is_open, "", names[fate.outcome]).astype(object),
        outcome_detail=np.where(is_open, "", fate.detail).astype(object),
        resolution_date=np.where(is_open, np.datetime64("NaT"), event).astype("datetime64[D]"),
        observed_through=np.full(n, observed_through, dtype="datetime64[D]"),
        net_proceeds=np.where(is_open, np.nan, proceeds),
    )


def _net_proceeds(tape: Tape, fate: Fate, rng: np.random.Generator) -> Floats:
    """Make the cash at resolution less costs then, US dollars; NaN where the note goes on being paid.

    A claim is never paid more than once in full, and what the house brings goes to the senior lien first.
    """
    notes, n = tape.notes, len(tape)
    claim = legal_balance(notes, _CLAIM).total + notes.number("upb") * notes.number("note_rate") * fate.months / 12
    value = notes.number("as_is_value") * rng.lognormal(-0.01, 0.12, n)
    senior = np.nan_to_num(notes.number("senior_lien_balance"))
    after_sale = {
        "payoff": claim + senior,
        "deed": value * (1 - REO_DISCOUNT / 2) * (1 - REO_SELLING_COST) - 6_000,
        "short_sale": value * 0.94 * (1 - 0.07),
        "discounted_payoff": np.minimum(value * 0.80, claim * 0.85) + senior,
        "third_party": value * 0.82 - 2_500,
        "reo": value * (1 - REO_DISCOUNT) * (1 - REO_SELLING_COST) - 9_000,
    }
    cash = np.full(n, np.nan)
    for name, gross in after_sale.items():
        cash = np.where(fate.detail == name, np.clip(gross - senior, 0.0, claim), cash)
    return np.round(cash, 2)


def follow_up_months(as_of_date: Days, observed_through: np.datetime64) -> Floats:
    """Count the months from ``as_of_date`` to the end of observation, at most the horizon; float64, shape (n_notes,)."""
    end = month_index(np.full(as_of_date.shape, observed_through, dtype="datetime64[D]"))
    months: Floats = np.minimum(end - month_index(as_of_date), HORIZON_MONTHS)
    return months
