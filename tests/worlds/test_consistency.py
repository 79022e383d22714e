"""What a tape says in one column agrees with what it says in the others: dates, statuses, money, terms, law."""

import itertools

import numpy as np
import pytest

from notes import HISTORY_MONTHS
from notes.delinquency import months_behind_on, next_due_date
from notes.history import UNKNOWN
from notes.legal_balance import ClaimTerms, legal_balance
from notes.months import add_months, month_index
from notes.states import fact
from worlds import WorldSettings, make_world


def behind_by_date(tape):
    return months_behind_on(next_due_date(tape), tape.notes.days("as_of_date"))


@pytest.mark.parametrize("seed", range(4))
def test_months_behind_by_date_are_the_last_month_of_the_history(seed):
    world = make_world(WorldSettings("smooth", n_resolutions=1_500, n_tape=1_500, seed=seed, history_months=48))
    for tape in (world.tape, world.resolutions.tape):
        by_date, last = behind_by_date(tape), tape.history.months_delinquent[:, -1]
        known = last != UNKNOWN
        assert known.mean() > 0.9
        np.testing.assert_array_equal(by_date[known], last[known])


def test_both_due_dates_where_both_are_stated_are_one_month_apart(tape):
    paid_to, due = tape.notes.days("paid_to_date"), tape.notes.days("next_due_date")
    both = ~np.isnat(paid_to) & ~np.isnat(due)
    assert both.mean() > 0.5
    np.testing.assert_array_equal(add_months(paid_to[both], 1), due[both])
    assert (~np.isnat(paid_to) | ~np.isnat(due)).all()


def test_a_status_rises_by_one_month_a_month_at_most(tape):
    status = tape.history.months_delinquent.astype(int)
    known = (status[:, 1:] != UNKNOWN) & (status[:, :-1] != UNKNOWN)
    assert (np.diff(status, axis=1)[known] <= 1).all()


def test_the_history_shows_the_months_asked_for_and_no_more():
    tape = make_world(WorldSettings("smooth", 0, 2_000, seed=5, history_months=24)).tape
    status, amount = tape.history.months_delinquent, tape.history.amount_received
    assert (status[:, : HISTORY_MONTHS - 24] == UNKNOWN).all()
    assert np.isnan(amount[:, : HISTORY_MONTHS - 24]).all()
    assert (status[:, HISTORY_MONTHS - 24] != UNKNOWN).mean() > 0.7


def test_money_received_explains_how_the_months_behind_moved(tape):
    """Months behind then + months passed - instalments received = months behind now.

    Less than one instalment may wait in suspense at either end, and a note shown as 0 behind may be one paid ahead: so the
    two sides differ by under 1 between months behind, and by under 2 where one end is 0.  Modified notes are left out:
    the modification, not money, made them current.
    """
    unmodified = np.isnat(tape.notes.days("modification_date"))
    status = tape.history.months_delinquent[unmodified].astype(float)
    paid = tape.history.amount_received[unmodified] / tape.notes.number("p_and_i")[unmodified, None]
    for months in (1, 6, 18):
        start, end = status[:, -1 - months], status[:, -1]
        received = paid[:, -months:].sum(axis=1)
        known = (start != UNKNOWN) & (end != UNKNOWN) & ~np.isnan(received)
        assert known.sum() > 5_000
        gap = np.abs(start + months - received - end)[known]
        allowed = np.where((start == 0) | (end == 0), 2.0, 1.0)[known]
        assert (gap < allowed + 1e-4).all()


def test_the_last_payment_date_is_in_the_last_month_that_brought_money(tape):
    stated = tape.notes.month("last_payment_date")
    amount = tape.history.amount_received
    ago = np.argmax(amount[:, ::-1] > 0, axis=1)
    as_of = tape.notes.month("as_of_date")
    window = amount[:, -12:]
    known = ~np.isnan(window).any(axis=1) & (np.nan_to_num(window) > 0).any(axis=1) & ~np.isnan(stated)
    assert known.sum() > 5_000
    np.testing.assert_array_equal((as_of - stated)[known], ago[known])


def test_the_balance_is_what_the_instalments_paid_have_left_of_the_loan(tape):
    """UPB of an unmodified, fully amortising note by the closed form, from the tape's own columns, to a dollar."""
    notes = tape.notes
    first, due, last = (notes.days(name) for name in ("first_payment_date", "next_due_date", "maturity_date"))
    plain = np.isnat(notes.days("modification_date")) & np.isnat(notes.days("balloon_date"))
    plain &= ~np.isnat(first) & ~np.isnat(due)
    assert plain.sum() > 5_000
    term = (month_index(last) - month_index(first) + 1)[plain]
    paid = (month_index(due) - month_index(first))[plain]
    loan, rate = notes.number("original_balance")[plain], notes.number("note_rate")[plain] / 12
    left = loan * ((1 + rate) ** term - (1 + rate) ** paid) / ((1 + rate) ** term - 1)
    np.testing.assert_allclose(notes.number("upb")[plain], left, atol=1.0)
    instalment = loan * rate / (1 - (1 + rate) ** -term)
    np.testing.assert_allclose(notes.number("p_and_i")[plain], instalment, atol=0.006)


def test_accrued_interest_runs_from_the_date_paid_to(tape):
    stated = tape.notes.number("accrued_interest")
    known = ~np.isnan(stated)
    blank = tape.notes.frame.assign(accrued_interest=np.nan)
    claim = legal_balance(type(tape.notes)(blank), ClaimTerms(0.0, 0.0, 1_000.0))
    np.testing.assert_allclose(stated[known], claim.accrued_interest[known], rtol=1e-3, atol=0.02)


def test_no_note_is_referred_before_it_is_more_than_four_months_behind(tape):
    notes, behind = tape.notes, behind_by_date(tape)
    referred = notes.text("foreclosure_status") != "none"
    assert 0.1 < referred.mean() < 0.5
    np.testing.assert_array_equal(referred, ~np.isnat(notes.days("foreclosure_referral_date")))
    since_due = notes.month("foreclosure_referral_date") - month_index(next_due_date(tape))
    assert (behind[referred] > 4).all()
    assert (since_due[referred] >= 3).all()


def test_only_courts_give_judgments_and_only_scheduled_sales_have_a_date_and_it_is_ahead(tape):
    notes = tape.notes
    status, sale = notes.text("foreclosure_status"), notes.days("foreclosure_sale_date")
    assert (fact("judicial", notes.text("property_state"))[status == "judgment"] == 1).all()
    np.testing.assert_array_equal(status == "sale_scheduled", ~np.isnat(sale))
    assert (sale[status == "sale_scheduled"] > notes.days("as_of_date")[status == "sale_scheduled"]).all()


def test_nothing_on_the_tape_lies_after_its_date(world):
    for tape in (world.tape, world.resolutions.tape):
        as_of = tape.notes.days("as_of_date")
        for name in (
            "origination_date", "last_payment_date", "valuation_date", "modification_date", "foreclosure_referral_date",
            "acceleration_date", "bankruptcy_filed_date",
        ):  # fmt: skip
            dates = tape.notes.days(name)
            assert (np.isnat(dates) | (dates <= as_of)).all(), name


def test_dates_of_a_loan_come_in_order(tape):
    notes = tape.notes
    order = ["origination_date", "first_payment_date", "maturity_date"]
    for before, after in itertools.pairwise(order):
        first, then = notes.days(before), notes.days(after)
        assert (np.isnat(first) | np.isnat(then) | (first < then)).all()


def test_a_matured_note_was_unpaid_when_it_fell_due(tape):
    notes = tape.notes
    matured = notes.days("maturity_date") < notes.days("as_of_date")
    assert 0.01 < matured.mean() < 0.04
    assert (next_due_date(tape)[matured] <= notes.days("maturity_date")[matured]).all()
    assert (~np.isnat(notes.days("balloon_date")[matured])).all()


def test_a_second_lien_has_a_senior_and_a_first_has_none(tape):
    second, senior = tape.notes.number("lien_position") == 2, tape.notes.number("senior_lien_balance")
    assert (senior[second] > 0).all()
    assert (senior[~second] == 0).all()


def test_a_modified_note_was_modified_after_it_fell_behind_and_within_the_history(tape):
    notes = tape.notes
    modified = ~np.isnat(notes.days("modification_date"))
    ago = (notes.month("as_of_date") - notes.month("modification_date"))[modified].astype(int)
    rows = np.flatnonzero(modified)
    status = tape.history.months_delinquent[rows, HISTORY_MONTHS - 1 - ago]
    assert (status[status != UNKNOWN] == 0).all()
