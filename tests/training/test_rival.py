"""The champion is compared on notes whose outcome it cannot have learned, or it is said that it can have."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import NoteFeatures
from models.candidate import CandidateWindow
from models.loan_record import LoanRecord
from notes.inputs import Inputs
from training.config import TrainingConfig
from training.context import Champion, JudgedCandidate
from training.rival import keep_candidate, set_beside
from training.snapshots import draw_snapshots, loan_names
from training.splits import Split

CONFIG = TrainingConfig.from_toml()
GATE = replace(CONFIG.gate, min_unseen_notes=2)
DATES = ["2019-03-31", "2019-06-30", "2021-03-31", "2021-06-30", "2021-09-30", "2023-03-31"]
KEPT, JUDGED = 0.7, 0.4
"""Probability of reperform by the champion as it is kept, and as it was judged."""


def says(reperform):
    return lambda frame: np.tile([reperform, 0.1, 0.1, 0.8 - reperform], (len(frame), 1))


@pytest.fixture
def snapshots(resolutions_of):
    """Six loans L0 to L5, a snapshot each, in the order of DATES; all seen through the end of 2024."""
    given = resolutions_of(
        as_of_date=DATES,
        outcome=["reperform"] * 5 + [""],
        resolution_date=[*["2024-06-30"] * 5, "NaT"],
        observed_through=["2024-12-31"] * 6,
    )
    return draw_snapshots(given, CONFIG.snapshots.bands, 1)


def split_of(**changes):
    rows = {"fit": np.array([0]), "calibrate": np.array([1]), "test": np.arange(2, 6)}
    return Split(
        **rows,
        **({"out_of_time": True, "embargo_months": 0, "judged_months": 36} | changes),
        factor=np.ones(6),
        statement="",
    )


def champion_of(snapshots, seen, **window):
    """A champion whose candidate was fitted on the loans at these positions of DATES."""
    names = loan_names(snapshots.resolutions.tape.notes)
    known = CandidateWindow(
        **({"last_as_of_date": "2019-06-30", "known_through": "2022-12-31", "judged_months": 36} | window)
    )
    judged = JudgedCandidate(says(JUDGED), LoanRecord.of([names[i] for i in seen]), known)
    return Champion("version 3", "own", says(KEPT), "2022-12-31", judged)


def beside(snapshots, champion, split=None, settings=GATE):
    rows = np.arange(2, 6)
    return set_beside(champion, pd.DataFrame(index=range(4)), (snapshots, rows), split or split_of(), settings)


def test_without_a_champion_there_is_nothing_to_compare(snapshots):
    assert beside(snapshots, None) is None


def test_earlier_loans_only_the_candidate_is_compared_on_every_note(snapshots):
    rival = beside(snapshots, champion_of(snapshots, [0, 1]))
    assert rival.compared.all()
    assert (rival.probability[:, 0] == JUDGED).all()
    assert (
        "the candidate that became version 3 on 4 of 4 test notes; none of them can have been fitted on"
        in rival.statement
    )
    assert rival.warnings == ()


def test_notes_of_loans_that_the_candidate_was_fitted_on_are_left_out_and_counted(snapshots):
    rival = beside(snapshots, champion_of(snapshots, [0, 1, 3]))
    assert rival.compared.tolist() == [True, False, True, True]
    assert (
        "3 of 4 test notes; 1 is left out, as it may have been fitted on that loan and know what became of it (of other "
        "loans, too, 1 to 2 in a hundred look like one of its own)" in rival.statement
    )


def test_several_notes_left_out_are_spoken_of_as_several(snapshots):
    rival = beside(snapshots, champion_of(snapshots, [0, 2, 3]))
    assert "2 of 4 test notes; 2 are left out, as it may have been fitted on their loans" in rival.statement
    assert "what became of them" in rival.statement


def test_a_later_snapshot_of_a_fitted_loan_counts_when_nothing_of_its_outcome_was_known_yet(snapshots):
    # The last note is of March 2023; what was fitted on was seen through December 2022.
    assert beside(snapshots, champion_of(snapshots, [5])).compared.all()
    later = champion_of(snapshots, [5], known_through="2023-03-31")
    assert beside(snapshots, later).compared.tolist() == [True, True, True, False]


def test_where_too_few_are_left_all_count_and_the_champion_is_said_to_be_favoured(snapshots):
    rival = beside(snapshots, champion_of(snapshots, [2, 3, 4], known_through="2024-12-31"))
    assert rival.compared.all()
    assert (rival.probability[:, 0] == JUDGED).all()
    [told] = rival.warnings
    assert "only 1 of 4 test notes" in told
    assert "favours it" in told
    assert "says nothing against the new model" in told


def test_a_small_test_of_which_nothing_is_left_out_favours_nobody(snapshots):
    rival = beside(snapshots, champion_of(snapshots, [0, 1]), settings=CONFIG.gate)  # 200 notes wanted, 4 there
    assert rival.compared.all()
    assert rival.warnings == ()
    assert "on 4 of 4 test notes" in rival.statement


def test_a_champion_without_a_candidate_is_compared_as_kept_on_notes_after_all_it_can_know(snapshots):
    kept = Champion("version 3", "own", says(KEPT), "2021-03-31")
    rival = beside(snapshots, kept)
    assert rival.compared.tolist() == [False, True, True, True]
    assert (rival.probability[:, 0] == KEPT).all()
    assert "keeps no candidate" in rival.warnings[0]
    assert "of other loans" not in rival.statement  # it is left out by its date, not by a hash


@pytest.mark.parametrize("known", ["2024-12-31", ""])
def test_a_champion_without_a_candidate_that_can_know_every_note_is_favoured(snapshots, known):
    rival = beside(snapshots, Champion("version 3", "own", says(KEPT), known))
    assert rival.compared.all()
    assert len(rival.warnings) == 2
    assert "favours it" in rival.warnings[1]


def test_a_candidate_of_the_tests_own_time_or_of_other_labels_is_told_of(snapshots):
    [told] = beside(snapshots, champion_of(snapshots, [0], last_as_of_date="2021-03-31")).warnings
    assert "through 2021-03-31, into the time of the test (from 2021-03-31)" in told
    [told] = beside(snapshots, champion_of(snapshots, [0], judged_months=24)).warnings
    assert "within 24 months" in told
    assert "favours the new model" in told
    # Parted by chance, the new model was fitted on the same times too.
    assert (
        beside(
            snapshots, champion_of(snapshots, [0], last_as_of_date="2021-03-31"), split_of(out_of_time=False)
        ).warnings
        == ()
    )


def test_what_is_kept_of_a_candidate_are_its_fit_and_calibration_loans_open_ones_too(snapshots):
    class Model:
        pass

    # Rows 0 and 1 are fitted and calibrated on, row 5 (open) too.
    split = replace(split_of(judged_months=24), fit=np.array([0, 5]))
    kept = keep_candidate(Model(), snapshots, split)
    names = loan_names(snapshots.resolutions.tape.notes)
    assert kept.loans.holds(names).tolist() == [True, True, False, False, False, True]
    assert kept.window == CandidateWindow("2023-03-31", "2024-12-31", 24)


def test_a_champion_that_never_saw_payments_is_judged_without_them(resolutions_of):
    # Row 2 has no due date and two months behind in its pay string: what it is behind is told, its payments are not.
    given = resolutions_of(
        as_of_date=DATES,
        outcome=["reperform"] * 6,
        resolution_date=["2024-06-30"] * 6,
        observed_through=["2024-12-31"] * 6,
        next_due_date=["2019-01-01", "2019-01-01", "NaT", *["2020-01-01"] * 3],
        pay_strings=["000012"] * 6,
    )
    snapshots = draw_snapshots(given, CONFIG.snapshots.bands, 1)
    shown = []

    def listens(frame):
        shown.append(frame)
        return says(JUDGED)(frame)

    champion = champion_of(snapshots, [0])
    champion = replace(champion, candidate=replace(champion.candidate, predict=listens))
    features = NoteFeatures().transform(snapshots.resolutions.tape).iloc[2:6]
    for reads in (True, False):
        where = (snapshots, np.arange(2, 6))
        set_beside(
            replace(champion, inputs=Inputs(months_behind=reads, receipts=reads)), features, where, split_of(), GATE
        )
    sees, blind = shown
    assert sees["history_months"].tolist() == [6.0] * 4
    assert blind["history_months"].tolist() == [0.0] * 4
    assert blind["months_behind"].iloc[0] == sees["months_behind"].iloc[0] == 2.0


def test_what_the_champion_goes_by_and_no_test_note_has_is_named(snapshots):
    # Of ltv one note of four knows; of the two payment features none does, one being no column at all.
    champion = replace(champion_of(snapshots, [0]), uses=frozenset({"ltv", "rolls_12m", "months_since_any_money"}))
    features = pd.DataFrame({"ltv": [np.nan, 0.8, np.nan, np.nan], "rolls_12m": [np.nan] * 4})
    rival = set_beside(champion, features, (snapshots, np.arange(2, 6)), split_of(), GATE)
    assert rival.withheld == ("months_since_any_money", "rolls_12m")
    assert rival.uses == 3
