"""What must hold for any note and any sensible preset."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notes import OUTCOMES, Outcome, OutcomeProbabilities
from pricing import build_legs
from pricing.offers import make_offers
from pricing.prices import outcome_prices

N = 40
seeds = st.integers(0, 10_000)
few = settings(max_examples=12, deadline=None)


def preset(shipped, changed, seed: int):
    """Draw a buyer: his hurdles, costs and times, within what a desk would write."""
    draw = np.random.default_rng(seed + 7)
    keys = {
        "foreclosure.timeline_multiplier": draw.uniform(1.0, 2.5),
        "foreclosure.pre_referral_months": draw.uniform(0.0, 6.0),
        "foreclosure.reo_haircut": draw.uniform(0.13, 0.25),
        "foreclosure.third_party_slope": draw.uniform(0.0, 1.0),
        "foreclosure.attorney_fee_multiplier": draw.uniform(0.8, 2.0),
        "foreclosure.walk_away_cost": draw.uniform(0.0, 10_000.0),
        "claim.advance_recovery_share": draw.uniform(0.0, 1.0),
        "collateral.sigma_per_root_year": draw.uniform(0.0, 0.2),
        "reperform.payoff_share": draw.uniform(0.0, 1.0),
        "bid.shortfall_share": draw.uniform(0.0, 0.2),
        "bid.expected_weight": draw.uniform(0.0, 1.0),
        "closing.acquisition_share_of_price": draw.uniform(0.0, 0.03),
    }
    for outcome in OUTCOMES:
        keys[f"hurdle.{outcome}.base"] = draw.uniform(0.07, 0.15)
        keys[f"hurdle.{outcome}.slope"] = 0.0 if outcome is Outcome.REPERFORM else draw.uniform(0.0, 0.2)
    return changed(shipped, keys)


def prices(tape, p, assumptions):
    return outcome_prices(build_legs(tape, assumptions), p, assumptions).price


@few
@given(seeds, st.floats(0.5, 1.0))
def test_a_lower_value_never_raises_a_price(tape, odds, shipped, changed, seed, share):
    own, p = preset(shipped, changed, seed), odds(N, seed)
    notes = tape(N, seed)
    value = notes.notes.number("as_is_value")
    taxes = {"annual_property_tax": value * 0.012}  # stated, so that they do not fall with the value
    senior = notes.notes.number("senior_lien_balance")
    lower = tape(N, seed, as_is_value=value * share, senior_lien_balance=senior, **taxes)
    assert (prices(lower, p, own) <= prices(notes, p, own) + 1e-6).all()


@few
@given(
    seeds,
    st.sampled_from(
        [
            "costs.servicing_non_performing_per_year",
            "costs.servicing_performing_per_year",
            "costs.preservation_per_month",
            "costs.force_placed_multiplier",
            "foreclosure.attorney_fee_multiplier",
            "foreclosure.other_legal_cost_judicial",
            "foreclosure.eviction_cost",
            "foreclosure.reo_haircut",
            "foreclosure.third_party_haircut",
            "reo.maintenance_per_month",
            "reo.selling_cost_share",
            "deed_in_lieu.legal_cost",
            "deed_in_lieu.cash_for_keys",
            "deed_in_lieu.deed_haircut",
            "loss_mitigation.set_up_cost",
            "closing.fixed_acquisition_per_note",
        ]
    ),
    st.floats(1.0, 1.8),
)
def test_a_higher_cost_never_raises_a_price(tape, odds, shipped, changed, seed, key, factor):
    own, p, notes = preset(shipped, changed, seed), odds(N, seed), tape(N, seed)
    section, name = key.split(".")
    dearer = changed(own, {key: getattr(getattr(own, section), name) * factor})
    assert (prices(notes, p, dearer) <= prices(notes, p, own) + 1e-6).all()


@few
@given(seeds, st.floats(1.0, 2.0), st.sampled_from(["timeline_multiplier", "pre_referral_months"]))
def test_a_later_sale_never_raises_a_price(tape, odds, shipped, changed, seed, factor, key):
    # For debts that grow slower than the required return (rates to 5 %, hurdles from 7 %) and notes that are worth their
    # costs: a sale that only loses money is better put off, and a claim that outgrows the hurdle is better left to grow.
    draw = np.random.default_rng(seed)
    own, p = preset(shipped, changed, seed), odds(N, seed)
    columns = {"note_rate": draw.uniform(0.0, 0.05, N), "lien_position": np.ones(N), "deferred_balance": np.zeros(N)}
    notes = tape(N, seed, **columns)
    worth = notes.notes.number("as_is_value") >= 60_000
    later = changed(own, {f"foreclosure.{key}": getattr(own.foreclosure, key) * factor})
    before, after = prices(notes, p, own), prices(notes, p, later)
    assert (after <= before + 1e-6)[worth].all()


@few
@given(seeds, st.integers(0, 3), st.integers(0, 3), st.floats(0.01, 1.0))
def test_a_better_note_never_prices_lower(tape, odds, shipped, changed, seed, i, j, share):
    # Move probability from outcome j to a milder i that is worth at least as much.
    milder, worse = min(i, j), max(i, j)
    own, p, notes = preset(shipped, changed, seed), odds(N, seed), tape(N, seed)
    legs = build_legs(notes, own)
    moved = p.values.copy()
    step = np.minimum(p.values[:, worse] * share, p.values[:, worse] - 1e-6)
    moved[:, worse] -= step
    moved[:, milder] += step
    better = OutcomeProbabilities(moved)
    now, then = outcome_prices(legs, p, own), outcome_prices(legs, better, own)
    good = now.price[:, milder] >= now.price[:, worse]
    # A lower hurdle raises a price only where money comes back later than it goes out.
    good &= (then.price >= now.price - 1e-9).all(axis=1)
    if (milder, worse) == (0, 3):
        assert good.mean() > 0.5  # the claim is not an empty one
    first, second = (make_offers(legs.facts, found, q, own) for found, q in ((now, p), (then, better)))
    for name in ("expected_price", "floor_price", "bid"):
        assert (getattr(second, name) >= getattr(first, name) - 1e-6)[good].all(), name


@few
@given(seeds)
def test_a_bid_moves_smoothly_with_the_odds(tape, odds, shipped, changed, seed):
    # A millionth of probability moves no price by more than a few thousandths of the balance.
    own, p, notes = preset(shipped, changed, seed), odds(N, seed), tape(N, seed)
    legs = build_legs(notes, own)
    moved = p.values + np.array([-1e-6, 0.0, 0.0, 1e-6])
    odds_before_and_after = (p, OutcomeProbabilities(moved))
    offers = [make_offers(legs.facts, outcome_prices(legs, q, own), q, own) for q in odds_before_and_after]
    upb = notes.notes.number("upb")
    for name in ("expected_price", "floor_price"):
        assert (np.abs(getattr(offers[1], name) - getattr(offers[0], name)) <= 5e-3 * upb + 1.0).all()


@pytest.mark.parametrize("seed", range(3))
def test_every_outcomes_hurdle_falls_as_worse_outcomes_grow_unlikely(odds, shipped, changed, seed):
    from pricing.prices import required_yields

    own = preset(shipped, changed, seed)
    p = odds(N, seed)
    kinder = p.values.copy()
    kinder[:, 0] += kinder[:, 3] / 2
    kinder[:, 3] /= 2
    assert (required_yields(OutcomeProbabilities(kinder), own) <= required_yields(p, own) + 1e-15).all()
