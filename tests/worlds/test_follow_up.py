"""What became of made notes agrees with the truth, and what is hidden is hidden by the calendar alone."""

import numpy as np
import pytest

from notes import OUTCOME_DETAILS, OUTCOMES
from notes.delinquency import months_delinquent
from notes.legal_balance import ClaimTerms, legal_balance
from notes.months import month_end, month_index
from notes.states import fact
from worlds.follow_up import follow_up_months


def test_outcomes_are_drawn_with_the_true_probabilities(world):
    """Counts of each outcome lie within 4 standard errors of the sum of p: in all, and in each fifth of p."""
    for truth, fate in ((world.tape_truth, world.tape_fate), (world.resolutions_truth, world.resolutions_fate)):
        for k in range(4):
            p, hit = truth[:, k], fate.outcome == k
            edges = np.quantile(p, [0.2, 0.4, 0.6, 0.8])
            for fifth in range(5):
                rows = np.searchsorted(edges, p) == fifth
                spread = np.sqrt((p * (1 - p))[rows].sum())
                assert abs(hit[rows].sum() - p[rows].sum()) < 4 * spread + 1


def test_about_one_in_six_is_open(world):
    assert world.resolutions.is_open.mean() == pytest.approx(0.17, abs=0.02)


def test_a_note_is_open_exactly_when_its_event_lies_after_the_last_day_seen(world):
    resolutions, fate = world.resolutions, world.resolutions_fate
    as_of = resolutions.tape.notes.days("as_of_date")
    followed = month_index(resolutions.observed_through) - month_index(as_of)
    np.testing.assert_array_equal(resolutions.is_open, fate.months > followed)
    resolved = ~resolutions.is_open
    np.testing.assert_array_equal(
        (month_index(resolutions.resolution_date) - month_index(as_of))[resolved], fate.months[resolved]
    )
    dates = resolutions.resolution_date[resolved]
    np.testing.assert_array_equal(dates, month_end(dates))


def test_some_notes_were_followed_to_the_horizon_and_none_resolves_beyond_it(world):
    resolutions = world.resolutions
    months = follow_up_months(resolutions.tape.notes.days("as_of_date"), resolutions.observed_through[0])
    assert (months == 60).mean() > 0.1
    assert months.min() >= 3
    assert world.resolutions_fate.months.max() <= 60


def test_dropping_open_notes_loses_foreclosures(world):
    resolved = ~world.resolutions.is_open
    foreclosed = world.resolutions_fate.outcome == 3
    assert foreclosed[resolved].mean() < foreclosed.mean() - 0.003


def test_keeping_paying_is_decided_by_six_month_ends_in_a_row(world):
    fate, behind = world.resolutions_fate, months_delinquent(world.resolutions.tape)
    kept = fate.detail == "kept_paying"
    assert kept.sum() > 1_000
    assert (behind[kept] <= 1).all()
    assert (fate.months[kept] >= 6).all()
    assert (fate.months[fate.detail == "reinstated"] >= 6).all()
    assert (behind[fate.detail == "reinstated"] > 1).all()
    assert (fate.months[fate.outcome == 1] >= 6).all()


def test_courts_take_longer(world):
    fate = world.resolutions_fate
    judicial = fact("judicial", world.resolutions.tape.notes.text("property_state")) == 1
    forced = fate.outcome == 3
    assert np.median(fate.months[forced & judicial]) > 1.5 * np.median(fate.months[forced & ~judicial])


def test_details_belong_to_their_outcome_and_third_parties_buy_as_often_as_published(world):
    fate = world.resolutions_fate
    for k, outcome in enumerate(OUTCOMES):
        assert set(fate.detail[fate.outcome == k]) <= set(OUTCOME_DETAILS[outcome])
    assert (fate.detail[fate.outcome == 3] == "third_party").mean() == pytest.approx(0.285, abs=0.04)  # ATTOM, 2016


def test_net_proceeds_are_known_where_cash_came_in_at_once_and_never_exceed_the_claim(world):
    resolutions = world.resolutions
    notes, cash = resolutions.tape.notes, resolutions.net_proceeds
    at_once = np.isin(
        resolutions.outcome_detail.astype(str),
        ["payoff", "deed", "short_sale", "discounted_payoff", "third_party", "reo"],
    )
    np.testing.assert_array_equal(~np.isnan(cash), at_once)
    claim = (
        legal_balance(notes, ClaimTerms(0.0, 0.0, 120.0)).total + notes.number("upb") * notes.number("note_rate") * 5
    )
    assert (cash[at_once] <= claim[at_once] + 0.01).all()
    assert (cash[at_once] >= 0).all()
    first = notes.number("lien_position") == 1
    foreclosed = at_once & (resolutions.outcome == "foreclosure") & first
    assert 0.4 < np.median(cash[foreclosed] / notes.number("upb")[foreclosed]) < 1.2
