"""How far a bid moves with what is not known of the probabilities."""

import numpy as np
import pytest

from notes import OutcomeDoubt, OutcomeProbabilities
from pricing import build_legs, price_bids, price_tape

MIXED = np.array([[1.0, -0.5, -0.2, -0.45], [-0.5, 1.0, 0.2, -0.2], [-0.2, 0.2, 1.0, 0.4], [-0.45, -0.2, 0.4, 1.0]])
ADDED = 11


def doubt_of(n_notes, sd, far=(), wide=0.5):
    """The same deviation for each outcome; ``far`` are positions."""
    texts = tuple("ltv 9, in training at most 2" if row in far else "" for row in range(n_notes))
    sides = np.full((n_notes, 4), float(sd))
    return OutcomeDoubt(sides, sides, MIXED, texts, wide)


@pytest.fixture(scope="module")
def case(tape, odds, shipped):
    notes, p = tape(250, 17), odds(250, 17)
    return notes, build_legs(notes, shipped), p


def test_a_doubt_moves_no_probability_price_or_bid(case, shipped):
    notes, legs, p = case
    without = price_bids(notes, legs, p, shipped).frame
    with_doubt = price_bids(notes, legs, p, shipped, doubt=doubt_of(250, 0.6)).frame
    known = [name for name in without.columns[:-ADDED] if name != "flags"]
    assert without[known].equals(with_doubt[known])
    assert without[list(without.columns[-ADDED:-1])].isna().all(axis=None)
    assert (without["far_from_training"] == "").all()
    assert with_doubt[list(without.columns[-ADDED:-1])].notna().all(axis=None)


def test_the_range_holds_the_bid_and_grows_with_the_doubt(case, shipped):
    notes, legs, p = case
    width = np.zeros(250)
    for sd in (1e-6, 0.2, 0.5, 1.0):
        sheet = price_bids(notes, legs, p, shipped, doubt=doubt_of(250, sd)).frame
        low, bid, high = (sheet[name].to_numpy() for name in ("bid_low", "bid", "bid_high"))
        assert ((low >= 0) & (low <= bid) & (bid <= high)).all()
        assert (low == np.floor(low)).all()
        assert (high == np.floor(high)).all()
        assert np.mean(high - low >= width - 1) > 0.97  # not all: a cap or a floor may bend a bid either way
        width = high - low
        if sd == 1e-6:
            assert (width <= 4).all()  # a dollar's rounding in each of four pairs, up and down
    assert np.median(width[bid > 0]) > 1_000


def test_nine_in_ten_bids_made_anew_at_drawn_probabilities_lie_in_the_range(case, shipped):
    notes, legs, p = case
    sheet = price_bids(notes, legs, p, shipped, doubt=doubt_of(250, 0.5)).frame
    rng, log_odds = np.random.default_rng(8), np.log(p.values / (1 - p.values))
    inside = []
    for _ in range(60):
        drawn = log_odds + 0.5 * rng.multivariate_normal(np.zeros(4), MIXED, size=250)
        q = 1 / (1 + np.exp(-drawn))
        other = OutcomeProbabilities(q / q.sum(axis=1, keepdims=True))
        bid = price_bids(notes, legs, other, shipped).frame["bid"]
        inside.append((sheet["bid_low"] <= bid) & (bid <= sheet["bid_high"]))
    # 250 notes, 60 draws: the noise of the share is a few tenths of a point; the rest is curvature and the straight line
    # between two required yields.
    assert np.mean(inside) == pytest.approx(0.90, abs=0.025)


def test_a_note_has_the_same_range_alone_as_on_its_tape(case, shipped):
    notes, _, p = case
    together = price_tape(notes, p, shipped, doubt=doubt_of(250, 0.7)).frame
    for row in (3, 140):
        alone = OutcomeProbabilities(p.values[[row]])
        one = price_tape(notes.take(np.array([row])), alone, shipped, doubt=doubt_of(1, 0.7)).frame
        assert one.iloc[0][["bid_low", "bid", "bid_high"]].equals(together.iloc[row][["bid_low", "bid", "bid_high"]])


def test_priced_by_a_flat_roi_the_range_comes_from_the_weights_alone(case, shipped, changed):
    notes, _, p = case
    flat = changed(shipped, {"hurdle.mode": "flat_roi"})
    sheet = price_tape(notes, p, flat, doubt=doubt_of(250, 0.5)).frame
    made = sheet["bid"] > 0
    assert ((sheet["bid_low"] <= sheet["bid"]) & (sheet["bid"] <= sheet["bid_high"])).all()
    fixed = made & (sheet["bid_high"] == sheet["bid_low"])
    assert sheet["flags"][fixed].str.contains("CAP_").all()  # where a cap holds the bid, no weight moves it
    assert fixed.sum() < 0.3 * made.sum()


def test_far_notes_go_to_review_and_wide_ranges_are_flagged(case, shipped):
    notes, legs, p = case
    plain = price_bids(notes, legs, p, shipped).frame
    row = int(np.flatnonzero(plain["bid_status"] == "BID")[0])
    sheet = price_bids(notes, legs, p, shipped, doubt=doubt_of(250, 0.3, far=[row], wide=0.05)).frame
    flags = [one.split(";") for one in sheet["flags"]]
    assert [i for i, one in enumerate(flags) if "FAR_FROM_TRAINING" in one] == [row]
    assert sheet["bid_status"][row] == "REVIEW"
    assert sheet["far_from_training"][row] == "ltv 9, in training at most 2"
    others = np.arange(250) != row
    assert (sheet["bid_status"] == plain["bid_status"])[others].all()
    is_wide = (sheet["bid_high"] - sheet["bid_low"] > 0.05 * sheet["bid"]) & (sheet["bid"] > 0)
    assert ["WIDE_BID_RANGE" in one for one in flags] == list(is_wide)
    assert 0 < is_wide.sum() < 250


def test_a_doubt_of_another_tape_is_refused(case, shipped):
    notes, legs, p = case
    with pytest.raises(ValueError, match="one length"):
        price_bids(notes, legs, p, shipped, doubt=doubt_of(249, 0.3))


def test_where_a_cap_holds_the_bid_whatever_the_odds_the_three_are_equal(case, shipped, changed):
    # A cap of a hundredth of the UPB less the margin is far below what nearly every scenario would bid.
    notes, _, p = case
    low_cap = changed(shipped, {"bid.cap_share_of_upb": 0.01})
    sheet = price_tape(notes, p, low_cap, doubt=doubt_of(250, 0.05)).frame
    held = sheet[(sheet["bid"] > 0) & sheet["flags"].str.contains("CAP_UPB")]
    same = (held["bid_low"] == held["bid"]) & (held["bid"] == held["bid_high"])
    assert len(held) > 100
    assert same.mean() > 0.95  # the others are notes that a scenario leaves without a bid
    upb = notes.notes.frame["upb"].to_numpy(dtype=float)[held.index]
    assert np.abs(held["bid"] - 0.01 * (1 - low_cap.bid.margin) * upb).max() <= 1
