"""A note far from what was learned from is told, with the feature that makes it so."""

import json

import numpy as np
import pandas as pd
import pytest

from models.familiarity import Familiar, learn_familiar

N = 1_000


@pytest.fixture(scope="module")
def training():
    rng = np.random.default_rng(1)
    owner = (np.arange(N) % 2).astype(float)
    frame = pd.DataFrame(
        {
            "ltv": rng.uniform(0.5, 1.5, N),
            "credit_score": np.where(np.arange(N) % 10 == 0, np.nan, rng.uniform(500, 800, N)),
            "occupancy_owner": owner,
            "occupancy_vacant": np.where(owner == 1, 0.0, (np.arange(N) % 4 == 0).astype(float)),
            "lien_position": np.where(np.arange(N) % 5 == 0, 2.0, 1.0),
            "dscr": np.full(N, np.nan),
        }
    )
    frame.loc[0, "ltv"], frame.loc[1, "ltv"] = 0.5, 1.5  # the range exactly, and a tenth of it is 0.1
    return frame, np.array(["TX", "FL"] * (N // 2), dtype=object)


@pytest.fixture(scope="module")
def familiar(training):
    return learn_familiar(*training)


def far(familiar, state="TX", **values):
    plain = {"ltv": 1.0, "credit_score": 700.0, "occupancy_owner": 1.0, "occupancy_vacant": 0.0, "lien_position": 1.0}
    [text] = familiar.far(pd.DataFrame([{**plain, **values}]), np.array([state], dtype=object))
    return text


def test_the_training_notes_themselves_are_not_far(familiar, training):
    assert set(familiar.far(*training)) == {""}


def test_a_value_a_tenth_of_the_range_outside_it_is_still_near_and_further_out_is_far(familiar):
    assert far(familiar, ltv=1.59) == ""
    assert far(familiar, ltv=0.41) == ""
    assert far(familiar, ltv=1.61) == "ltv 1.61, in training at most 1.5"
    assert far(familiar, ltv=0.39) == "ltv 0.39, in training at least 0.5"


def test_a_feature_that_was_never_missing_is_missed_and_another_is_not(familiar):
    assert far(familiar, ltv=np.nan) == "ltv missing, never so in training"
    assert far(familiar, credit_score=np.nan) == ""


def test_a_feature_that_was_never_known_says_nothing(familiar):
    assert far(familiar, dscr=1.2) == ""


def test_two_common_values_that_never_came_together_are_told(familiar):
    # 500 owners and 250 vacant houses of 1,000 notes: 125 would have been both by chance.
    said = "occupancy_owner 1 with occupancy_vacant 1, never together in training"
    assert far(familiar, occupancy_vacant=1.0) == said


def test_two_rare_values_that_never_came_together_say_nothing():
    # 20 and 20 of 1,000 notes: 0.4 would have been both by chance.
    frame = pd.DataFrame({"a": (np.arange(N) < 20).astype(float), "b": (np.arange(N) >= N - 20).astype(float)})
    learned = learn_familiar(frame, np.full(N, "TX", dtype=object))
    both = pd.DataFrame({"a": [1.0], "b": [1.0]})
    assert learned.far(both, np.array(["TX"], dtype=object)) == ("",)


def test_a_state_that_was_not_seen_is_told(familiar):
    assert far(familiar, state="GA") == "property_state GA, not in training"


def test_a_value_that_never_varied_is_far_as_soon_as_it_does():
    frame = pd.DataFrame({"matured": np.zeros(N)})
    learned = learn_familiar(frame, np.full(N, "TX", dtype=object))
    assert learned.far(pd.DataFrame({"matured": [1.0]}), np.array(["TX"], dtype=object)) == (
        "matured 1, in training at most 0",
    )


def test_three_reasons_are_given_at_most_and_an_absent_column_is_missing(familiar):
    odd = pd.DataFrame({"ltv": [9.0], "credit_score": [100.0], "occupancy_vacant": [0.0]})
    [text] = familiar.far(odd, np.array(["GA"], dtype=object))
    assert text.split("; ") == [
        "ltv 9, in training at most 1.5",
        f"credit_score 100, in training at least {familiar.ranges['credit_score'].low:.6g}",
        "occupancy_owner missing, never so in training",
    ]


def test_few_notes_show_no_range():
    learned = learn_familiar(pd.DataFrame({"ltv": np.linspace(0.5, 1.5, 99)}), np.full(99, "TX", dtype=object))
    assert learned.far(pd.DataFrame({"ltv": [9.0]}), np.array(["TX"], dtype=object)) == ("",)


@pytest.mark.parametrize(("without", "strange"), [(2, True), (3, False)])
def test_a_note_without_payments_is_told_where_nearly_all_had_some(without, strange):
    # Of 100 notes; two in a hundred may lack them.
    months = np.where(np.arange(100) < without, 0.0, 36.0)
    learned = learn_familiar(pd.DataFrame({"history_months": months}), np.full(100, "TX", dtype=object))
    learned = Familiar.from_dict(json.loads(json.dumps(learned.to_dict())))
    said = learned.far(pd.DataFrame({"history_months": [0.0, 12.0]}), np.array(["TX", "TX"], dtype=object))
    assert said == ("no payment history, hardly ever so in training" if strange else "", "")


def test_it_comes_back_from_json_as_it_was(familiar):
    text = json.dumps(familiar.to_dict(), allow_nan=False)
    assert Familiar.from_dict(json.loads(text)) == familiar


def test_a_missing_value_among_pairs_survives_json():
    # One feature is missing for every second note, the other is 1 for just those that have it.
    half = np.arange(N) % 2 == 0
    frame = pd.DataFrame({"a": np.where(half, np.nan, 1.0), "b": np.where(half, 0.0, 1.0)})
    learned = learn_familiar(frame, np.full(N, "TX", dtype=object))
    again = Familiar.from_dict(json.loads(json.dumps(learned.to_dict(), allow_nan=False)))
    odd = pd.DataFrame({"a": [np.nan, np.nan], "b": [1.0, 0.0]})
    said = again.far(odd, np.array(["TX", "TX"], dtype=object))
    assert said == ("a missing with b 1, never together in training", "")
