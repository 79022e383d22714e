import numpy as np
import pytest

from training.snapshots import draw_snapshots, loan_order

BANDS = (0, 2, 4, 7, 13, 25)


def monthly(resolutions_of, n_loans=30, months=9):
    """Each loan seen in nine months, falling one month further behind in each: 0 to 8."""
    loans = [f"L{i}" for i in range(n_loans) for _ in range(months)]
    return resolutions_of(
        loan_id=loans,
        as_of_date=[f"2018-{m + 1:02d}-28" for m in range(months)] * n_loans,
        pay_strings=[str(m) for m in range(months)] * n_loans,
        resolution_date=["NaT"] * len(loans),
        observed_through=["2019-12-31"] * len(loans),
    )


def keys(snapshots):
    notes = snapshots.resolutions.tape.notes
    return set(zip(notes.text("loan_id"), notes.days("as_of_date").astype(str), strict=True))


def test_one_snapshot_a_loan_is_drawn_in_each_band_and_a_loan_weighs_one(resolutions_of):
    drawn = draw_snapshots(monthly(resolutions_of), BANDS, seed=1)
    # 0-1, 2-3, 4-6 and 7-12 months behind are seen: four bands.
    assert len(drawn) == 30 * 4
    assert drawn.n_given == 30 * 9
    assert drawn.n_loans == 30
    assert drawn.weight == pytest.approx(0.25)
    for loan in range(30):
        assert sorted(drawn.band[drawn.loan == loan]) == [0, 1, 2, 3]


def test_the_draw_does_not_depend_on_the_order_of_rows_nor_on_other_loans(resolutions_of):
    given = monthly(resolutions_of)
    shuffled = np.random.default_rng(0).permutation(len(given))
    whole = keys(draw_snapshots(given, BANDS, seed=1))
    assert keys(draw_snapshots(given.take(shuffled), BANDS, seed=1)) == whole
    first_five = np.flatnonzero(np.isin(given.tape.notes.text("loan_id"), [f"L{i}" for i in range(5)]))
    assert keys(draw_snapshots(given.take(first_five), BANDS, seed=1)) == {
        k for k in whole if k[0] in ["L0", "L1", "L2", "L3", "L4"]
    }


def test_every_month_of_a_band_is_as_likely(resolutions_of):
    drawn = draw_snapshots(monthly(resolutions_of, n_loans=900), BANDS, seed=5)
    behind = drawn.resolutions.tape.history.months_delinquent[:, -1]
    # Band 4-6 holds three months: 300 each of 900, standard deviation 14.
    assert np.bincount(behind)[4:7] == pytest.approx([300, 300, 300], abs=60)


def test_another_seed_draws_others(resolutions_of):
    given = monthly(resolutions_of)
    assert keys(draw_snapshots(given, BANDS, seed=1)) != keys(draw_snapshots(given, BANDS, seed=2))


def test_two_sellers_with_one_loan_number_have_two_loans(resolutions_of):
    given = resolutions_of(
        loan_id=["7", "7"],
        seller=["North", "South"],
        as_of_date=["2018-01-31"] * 2,
        resolution_date=["NaT"] * 2,
        observed_through=["2019-12-31"] * 2,
    )
    drawn = draw_snapshots(given, BANDS, seed=1)
    assert drawn.n_loans == 2
    assert drawn.weight.tolist() == [1, 1]


def test_a_note_of_unknown_delinquency_is_its_own_band(resolutions_of):
    given = resolutions_of(
        as_of_date=["2018-01-31"], pay_strings=[""], resolution_date=["NaT"], observed_through=["2019-12-31"]
    )
    assert draw_snapshots(given, BANDS, seed=1).band.tolist() == [-1]


def test_snapshots_of_a_loan_share_their_place_in_the_order_by_chance(resolutions_of):
    drawn = draw_snapshots(monthly(resolutions_of), BANDS, seed=1)
    order = loan_order(drawn, seed=1)
    assert all(len(set(order[drawn.loan == loan])) == 1 for loan in range(30))
    assert len(set(order)) == 30
