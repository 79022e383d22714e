"""Between the debt and the bid no dollar is lost."""

import numpy as np
import pytest

from notes import OUTCOMES, OutcomeProbabilities
from pricing import bid_bridge, build_legs, cushion_table, price_bids


@pytest.fixture(scope="module")
def run(tape, odds, shipped):
    notes, p = tape(120, 81), odds(120, 81)
    return notes, build_legs(notes, shipped), p


def test_the_bridge_adds_up_to_the_cent(run, shipped):
    notes, legs, p = run
    steps = bid_bridge(legs, p, shipped)
    left = steps["legal_balance"] - steps.drop(columns=["legal_balance", "bid"]).sum(axis=1)
    assert left.to_numpy() == pytest.approx(steps["bid"].to_numpy(), abs=0.005)
    assert (steps["bid"] == price_bids(notes, legs, p, shipped).frame["bid"]).all()


def test_the_bridge_of_one_note_by_hand(note, plain, changed):
    # All but certain payoff of 111,250 in month 9, 9 x 131.083 = 1,179.75 of servicing, debt 106,750 at closing, 9 %.
    own = changed(plain, {"reperform.payoff_share": 1.0})
    legs = build_legs(note(next_due_date="2023-07-01", accrued_interest=6_000.0), own)
    steps = bid_bridge(legs, OutcomeProbabilities([[1 - 3e-12, 1e-12, 1e-12, 1e-12]]), own).iloc[0]
    v = 1.09 ** (-1 / 12)
    worth = 111_250 * v**9 - 131.083333 * sum(v**t for t in range(1, 10))
    assert steps["legal_balance"] == pytest.approx(106_750.0)
    assert steps["non_repayment"] == pytest.approx(106_750.0 - 111_250.0, abs=0.01)
    assert steps["workout_cost"] == pytest.approx(1_179.75, abs=0.01)
    assert steps["time"] == pytest.approx(111_250 - 1_179.75 - worth, abs=0.01)
    assert steps["acquisition"] == pytest.approx(worth - (worth - 400) / 1.005, abs=0.01)
    assert steps["bid"] == np.floor(0.98 * (worth - 400) / 1.005)


def test_the_cushions_add_up_from_the_bids_to_the_price_without_any(run, shipped):
    notes, legs, p = run
    table = cushion_table(legs, p, shipped)
    assert table["dollars"].iloc[:-1].sum() == pytest.approx(table["dollars"].iloc[-1])
    made = price_bids(notes, legs, p, shipped).frame["bid"]
    assert table["dollars"].iloc[0] == made.sum()
    upb = notes.notes.number("upb")[made > 0].sum()
    assert table["share_of_upb"].to_numpy() == pytest.approx(table["dollars"].to_numpy() / upb)


def test_a_buyer_without_cushions_has_none(run, shipped, changed):
    keys = {f"hurdle.{o}.{k}": v for o in OUTCOMES for k, v in {"slope": 0.0, "min_roi": -0.99}.items()}
    caps = {f"bid.cap_share_of_{base}": 10.0 for base in ("upb", "value", "legal_balance")}
    bare = changed(shipped, {**keys, **caps, "bid.margin": 0.0, "bid.expected_weight": 1.0})
    notes, _, p = run
    table = cushion_table(build_legs(notes, bare), p, bare)
    # What is left is the rounding to whole dollars, under a dollar a note.
    assert table["dollars"].iloc[2:-1].tolist() == pytest.approx([0.0] * 4, abs=1e-6)
    assert 0 <= table["dollars"].iloc[1] < len(notes)


def test_the_margin_is_two_percent_of_what_is_left_of_it(note, shipped):
    p = OutcomeProbabilities([[0.4, 0.3, 0.1, 0.2]])
    table = cushion_table(build_legs(note(), shipped), p, shipped).set_index("layer")["dollars"]
    bid, margin = table["bid"], table["margin and rounding"]
    assert margin == pytest.approx((bid + margin) * 0.02, abs=1.0)
