"""Made notes resemble what is published; the bands say how closely, the sources are in worlds/marginals.py."""

import numpy as np
import pytest

from notes.delinquency import months_delinquent
from worlds import WorldSettings, make_world, true_probabilities

# FHFA, Enterprise Non-Performing Loan Sales Report, loans sold to 31 December 2023.
FHFA_MEAN_UPB, FHFA_MEAN_LTV, FHFA_MONTHS_BEHIND, FHFA_NJ_NY_FL = 183_055, 0.82, 2.8 * 12, 0.39
# The same: 28.9 % foreclosed and 47.0 % avoided where the borrower lives there, 75.7 % and 17.7 % where it is vacant.
FORECLOSED_OWNER, FORECLOSED_VACANT = 0.381, 0.810


@pytest.fixture(scope="module")
def non_performing(tape):
    """First liens a year or more behind: what the agencies sell."""
    return (months_delinquent(tape) >= 12) & (tape.notes.number("lien_position") == 1)


def test_balance_value_and_delinquency_of_non_performing_notes_are_near_the_agencies(tape, non_performing):
    upb, value = tape.notes.number("upb")[non_performing], tape.notes.number("as_is_value")[non_performing]
    assert np.mean(upb) == pytest.approx(FHFA_MEAN_UPB, rel=0.08)
    assert np.mean(upb / value) == pytest.approx(FHFA_MEAN_LTV, abs=0.05)
    assert months_delinquent(tape)[non_performing].mean() == pytest.approx(FHFA_MONTHS_BEHIND, abs=4)


def test_three_states_hold_their_share(tape):
    assert np.isin(tape.notes.text("property_state"), ["NJ", "NY", "FL"]).mean() == pytest.approx(
        FHFA_NJ_NY_FL, abs=0.02
    )
    assert len(set(tape.notes.text("property_state"))) == 51


def test_every_status_is_on_the_tape(tape):
    behind = months_delinquent(tape)
    bands = [(0, 0, 0.30, 0.45), (1, 2, 0.06, 0.16), (3, 11, 0.12, 0.30), (12, 59, 0.20, 0.40), (60, 200, 0.01, 0.08)]
    for low, high, least, most in bands:
        assert least < ((behind >= low) & (behind <= high)).mean() < most, (low, high)


def test_second_liens_bankruptcies_and_vacancy_are_as_stated(tape, non_performing):
    notes = tape.notes
    assert (notes.number("lien_position") == 2).mean() == pytest.approx(0.06, abs=0.01)
    assert 0.03 < (notes.text("bankruptcy_chapter") != "").mean() < 0.07
    vacant = notes.text("occupancy") == "vacant"
    assert vacant[non_performing].mean() > 3 * vacant[months_delinquent(tape) == 0].mean()


@pytest.mark.parametrize("kind", ["smooth", "steps"])
def test_non_performing_notes_are_foreclosed_as_often_as_the_agencies_report(kind, tape, non_performing):
    foreclosed = true_probabilities(kind, tape).values[:, 3]
    occupancy = tape.notes.text("occupancy")
    assert foreclosed[non_performing & (occupancy == "owner")].mean() == pytest.approx(FORECLOSED_OWNER, abs=0.07)
    assert foreclosed[non_performing & (occupancy == "vacant")].mean() == pytest.approx(FORECLOSED_VACANT, abs=0.06)


@pytest.mark.parametrize("kind", ["smooth", "steps"])
def test_a_deed_in_lieu_is_rare_and_a_current_note_mostly_keeps_performing(kind, tape):
    truth = true_probabilities(kind, tape).values
    assert 0.01 < truth[:, 2].mean() < 0.05
    assert truth[months_delinquent(tape) == 0, 0].mean() > 0.8


def test_sellers_leave_gaps_that_tell_nothing(tape):
    """A missing score is as likely on a good note as on a bad one."""
    missing = np.isnan(tape.notes.number("credit_score"))
    behind = months_delinquent(tape)
    assert missing.mean() == pytest.approx(0.22, abs=0.02)
    assert missing[behind == 0].mean() == pytest.approx(missing[behind >= 12].mean(), abs=0.03)


def test_snapshots_are_quarter_ends_over_several_years():
    world = make_world(WorldSettings("smooth", 3_000, 0, seed=2))
    days = np.unique(world.resolutions.tape.notes.days("as_of_date"))
    assert set((days + 1).astype("datetime64[M]").astype(int) % 12) == {0, 3, 6, 9}
    assert (days[-1] - days[0]).astype(int) > 5 * 365
    assert (world.resolutions.observed_through == world.resolutions.observed_through[0]).all()
