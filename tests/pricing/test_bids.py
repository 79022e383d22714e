"""The bid sheet keeps the contract."""

import numpy as np
import pandas as pd
import pytest

from notes import OUTCOMES, OutcomeProbabilities, Tape
from pricing import COLUMNS, build_legs, price_bids, price_tape
from pricing import bids as bids_module

EVEN = OutcomeProbabilities([[0.4, 0.3, 0.1, 0.2]])


def price(tape: Tape, p: OutcomeProbabilities, assumptions, **more) -> pd.DataFrame:
    return price_bids(tape, build_legs(tape, assumptions), p, assumptions, **more).frame


@pytest.fixture(scope="module")
def sheet(tape, odds, shipped) -> pd.DataFrame:
    return price(tape(300, 61), odds(300, 61), shipped)


def test_the_columns_are_the_contracts(sheet):
    o = ["reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"]
    expected = ["loan_id", "bid_status", "no_bid_reason"]
    for name in ("p", "required_yield", "price", "roi", "yield", "months"):
        expected += [f"{name}_{one}" for one in o]
    expected += ["expected_price", "floor_price", "max_bid", "bid", "opening_bid", "bid_pct_upb", "bid_pct_value"]
    expected += ["bid_pct_legal_balance", "binding_outcome", "expected_roi", "expected_yield", "expected_months"]
    expected += ["loss_probability", "legal_balance", "months_delinquent", "flags"]
    expected += [f"p_{one}_{end}" for one in o for end in ("low", "high")]  # what came later stands behind
    expected += ["bid_low", "bid_high", "far_from_training"]
    assert list(sheet.columns) == expected
    assert tuple(sheet.columns) == COLUMNS


def test_the_expected_price_is_the_weighted_sum_of_the_four(sheet):
    total = sum(sheet[f"p_{o}"] * sheet[f"price_{o}"] for o in OUTCOMES)
    assert sheet["expected_price"].to_numpy() == pytest.approx(total.to_numpy(), rel=1e-12, abs=1e-6)


def test_the_three_bids_descend_in_whole_dollars(sheet):
    bids = sheet[["max_bid", "bid", "opening_bid"]].to_numpy()
    assert (bids == np.floor(bids)).all()
    assert (bids[:, 0] >= bids[:, 1]).all()
    assert (bids[:, 1] >= bids[:, 2]).all()
    assert (bids >= 0).all()


def test_a_row_without_a_bid_has_zeros_and_empty_returns_but_keeps_its_prices(tape, odds, shipped, changed):
    sheet = price(tape(300, 61), odds(300, 61), changed(shipped, {"bid.min_bid": 60_000.0}))
    none = sheet[sheet["bid_status"] == "NO_BID"]
    assert len(none) >= 5
    assert (none[["max_bid", "bid", "opening_bid"]] == 0).all(axis=None)
    assert (none["no_bid_reason"] != "").all()
    returns = [c for c in COLUMNS if c.startswith(("roi_", "yield_", "months_", "bid_pct", "expected_"))]
    returns = [c for c in returns if c not in ("expected_price", "months_delinquent")] + ["loss_probability"]
    assert none[returns].isna().all(axis=None)
    assert none[[f"price_{o}" for o in OUTCOMES]].notna().all(axis=None)
    others = sheet[sheet["bid_status"] != "NO_BID"]
    assert (others["no_bid_reason"] == "").all()
    assert others[[c for c in returns if "yield" not in c]].notna().all(axis=None)


def test_an_empty_yield_carries_its_flag_and_no_other_does(sheet):
    made = sheet[sheet["bid"] > 0]
    empty = made[[*(f"yield_{o}" for o in OUTCOMES), "expected_yield"]].isna().any(axis=1)
    assert (empty == made["flags"].str.contains("NO_YIELD")).all()
    assert empty.any()
    assert not empty.all()


def test_flags_are_sorted_codes(sheet):
    for flags in sheet["flags"]:
        codes = flags.split(";")
        assert codes == sorted(set(codes))


def test_a_note_bids_the_same_alone_as_in_the_tape(tape, odds, shipped, sheet):
    notes, p = tape(300, 61), odds(300, 61)
    for row in (0, 7, 61, 120, 299):
        rows = np.array([row])
        alone = price(notes.take(rows), OutcomeProbabilities(p.values[rows]), shipped)
        pd.testing.assert_frame_equal(alone, sheet.iloc[rows].reset_index(drop=True), check_exact=True)


def test_a_tape_in_pieces_is_the_tape(tape, odds, shipped, sheet, monkeypatch):
    monkeypatch.setattr(bids_module, "CHUNK", 77)
    monkeypatch.setattr(bids_module, "_RETURNS_CHUNK", 13)
    pieces = price_tape(tape(300, 61), odds(300, 61), shipped).frame
    pd.testing.assert_frame_equal(pieces, sheet, check_exact=True)


def test_a_tape_of_no_notes_gives_a_sheet_of_no_rows(tape, shipped):
    none = tape(3, 1).take(np.array([], dtype=np.intp))
    frame = price_tape(none, OutcomeProbabilities(np.zeros((0, 4))), shipped).frame
    assert frame.shape == (0, len(COLUMNS))


def test_a_bid_by_hand_from_its_four_prices(note, shipped):
    # With A and C from the sheet: bid = floor(0.98 x (0.7 A + 0.3 C)) when C < A and no cap binds.
    row = price(note(next_due_date="2023-07-01", as_is_value=90_000.0), EVEN, shipped).iloc[0]
    assert row["floor_price"] < row["expected_price"]
    blend = 0.7 * row["expected_price"] + 0.3 * row["floor_price"]
    assert row["max_bid"] == np.floor(blend)
    assert row["bid"] == np.floor(0.98 * blend)
    assert row["opening_bid"] == row["bid"]
    assert row["bid_status"] == "BID"


def test_the_shortfall_at_the_floor_price_is_three_percent(sheet):
    short = sum(
        sheet[f"p_{o}"] * (sheet["floor_price"] - sheet[f"price_{o}"]).clip(lower=0) for o in OUTCOMES
    ).to_numpy()
    assert short == pytest.approx(0.03 * sheet["expected_price"].clip(lower=0).to_numpy(), abs=1e-6)


def test_the_binding_outcome_is_where_the_floor_price_falls_shortest(sheet):
    short = np.stack([sheet[f"p_{o}"] * (sheet["floor_price"] - sheet[f"price_{o}"]) for o in OUTCOMES], axis=1)
    assert (short.max(axis=1) > 0).mean() > 0.9
    some = short.max(axis=1) > 0
    names = np.array([o.value for o in OUTCOMES])[short.argmax(axis=1)]
    assert (sheet["binding_outcome"].to_numpy()[some] == names[some]).all()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("cap_share_of_upb", "CAP_UPB"),
        ("cap_share_of_value", "CAP_VALUE"),
        ("cap_share_of_legal_balance", "CAP_LEGAL_BALANCE"),
    ],
)
def test_a_cap_that_binds_says_so(note, shipped, changed, key: str, code: str):
    row = price(note(), EVEN, changed(shipped, {f"bid.{key}": 0.1})).iloc[0]
    assert code in row["flags"].split(";")
    base = {"CAP_UPB": 100_000.0, "CAP_VALUE": 200_000.0, "CAP_LEGAL_BALANCE": row["legal_balance"]}[code]
    assert row["max_bid"] == np.floor(0.1 * base)


@pytest.mark.parametrize(
    ("columns", "keys", "reason"),
    [
        ({"as_is_value": 2_000.0, "next_due_date": "2014-07-01"}, {}, "EXPECTED_PRICE"),
        ({"as_is_value": 5_000.0, "next_due_date": "2023-07-01"}, {"bid.expected_weight": 0.0}, "FLOOR_PRICE"),
        ({}, {"bid.cap_share_of_upb": 0.0}, "CAP"),
        ({}, {"bid.min_bid": 900_000.0}, "MIN_BID"),
    ],
)
def test_a_note_without_a_bid_says_why(note, shipped, changed, columns, keys, reason: str):
    odds = {
        "EXPECTED_PRICE": [[0.01, 0.01, 0.01, 0.97]],
        "FLOOR_PRICE": [[0.1, 0.02, 0.02, 0.86]],
    }.get(reason, [[0.4, 0.3, 0.1, 0.2]])
    row = price(note(**columns), OutcomeProbabilities(odds), changed(shipped, keys)).iloc[0]
    assert (row["bid_status"], row["no_bid_reason"]) == ("NO_BID", reason)


def test_a_note_without_a_bid_that_costs_nothing_to_buy_has_empty_returns(note, shipped, changed):
    free = changed(shipped, {"closing.fixed_acquisition_per_note": 0.0, "bid.min_bid": 900_000.0})
    row = price(note(), EVEN, free).iloc[0]
    assert row["bid_status"] == "NO_BID"
    assert np.isnan(row["expected_roi"])


def test_what_is_not_covered_is_priced_and_sent_to_review(note, shipped):
    row = price(note(rate_type="arm"), EVEN, shipped).iloc[0]
    assert row["bid_status"] == "REVIEW"
    assert row["bid"] > 0
    assert "RATE_NOT_FIXED" in row["flags"].split(";")


@pytest.mark.parametrize("code", ["W_STATUS_FLOOR", "W_P_AND_I_TERMS", "W_UPB_IS_VALUE"])
def test_a_doubt_of_the_tape_that_moves_the_price_is_sent_to_review(code, note, shipped):
    assert price(note(), EVEN, shipped, reading_flags=[(code,)]).iloc[0]["bid_status"] == "REVIEW"


def test_a_value_at_origination_has_its_own_haircut_and_needs_no_review(note, shipped):
    flags = [("W_VALUE_AT_ORIGINATION",)]
    assert price(note(), EVEN, shipped, reading_flags=flags).iloc[0]["bid_status"] == "BID"


def test_a_made_model_sends_every_row_to_review(tape, odds, shipped):
    notes, p = tape(40, 61), odds(40, 61)
    plain, shown = price(notes, p, shipped), price(notes, p, shipped, review_reason="DEMO_MODEL")
    assert (shown["bid_status"] == "REVIEW").all()
    assert shown["flags"].str.contains("DEMO_MODEL").all()
    assert shown["bid"].equals(plain["bid"])


def test_flags_from_reading_the_tape_join_the_others(note, shipped):
    row = price(note(), EVEN, shipped, reading_flags=[("W_STALE",)]).iloc[0]
    assert "W_STALE" in row["flags"].split(";")


def test_pieces_of_different_lengths_are_refused(note, tape, shipped):
    legs = build_legs(note(), shipped)
    with pytest.raises(ValueError, match="one length"):
        price_bids(tape(2, 1), legs, EVEN, shipped)


def test_the_deepest_discount_is_the_riskiest(note, shipped):
    # Nothing but the odds differs: the likelier the foreclosure, the lower the bid and the higher the odds of a loss.
    rows = [
        price(note(as_is_value=90_000.0, next_due_date="2023-07-01"), OutcomeProbabilities([p]), shipped).iloc[0]
        for p in ([0.6, 0.3, 0.05, 0.05], [0.3, 0.2, 0.1, 0.4], [0.05, 0.1, 0.05, 0.8])
    ]
    assert rows[0]["bid"] > rows[1]["bid"] > rows[2]["bid"] > 0


@pytest.mark.slow
def test_a_hundred_thousand_notes_fit_in_memory(tape, odds, shipped):
    import resource

    sheet = price_tape(tape(100_000, 71), odds(100_000, 71), shipped)
    assert len(sheet) == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4e6
