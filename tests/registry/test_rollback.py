"""Back along what was really champion, one step a time, and never to and fro."""

import shutil

import pytest

from notes import GateError, ModelError, UsageError
from registry.champion import MODEL_NAME
from registry.promote import Promotion, current_champion, promote, promote_by_force, promote_by_verdict
from registry.rollback import further_back, rollback
from registry.store import open_store


def tags_of(home, version):
    return open_store(home).get_model_version(MODEL_NAME, str(version)).tags


@pytest.fixture
def three_champions(mlflow_home, register):
    """Versions 1, 2 and 3, champions in this order."""
    for expected in (None, 1, 2):
        promote(mlflow_home, register(), expected)
    return mlflow_home


def test_each_rollback_goes_one_step_further_back_and_stops_at_the_first(three_champions):
    assert rollback(three_champions) == Promotion(2, 3)
    assert rollback(three_champions) == Promotion(1, 2)
    with pytest.raises(
        UsageError, match=r"version 1 is the champion and no champion is known before it.*--force --why"
    ):
        rollback(three_champions)
    assert current_champion(three_champions) == 1


def test_where_one_more_goes_is_told(three_champions):
    assert further_back(three_champions, 3) == "to version 2"


def test_an_old_champion_brought_back_by_force_does_not_make_rollbacks_go_in_a_circle(mlflow_home, register):
    # Champions in order: 1, 2, 1. Back: 2, then 1 as it was at first, and before that there was none.
    promote(mlflow_home, register(), None)
    promote(mlflow_home, register(), 1)
    promote_by_force(mlflow_home, 1, "2 bids too high")
    assert tags_of(mlflow_home, 1)["previous_champion"] == "2,1"
    assert rollback(mlflow_home).version == 2
    assert rollback(mlflow_home).version == 1
    with pytest.raises(UsageError, match="no champion is known before it"):
        rollback(mlflow_home)


def test_what_comes_after_a_rollback_goes_back_to_where_the_rollback_went(three_champions, register):
    rollback(three_champions)  # 2 is the champion, 1 before it
    promote(three_champions, register(), 2)
    assert tags_of(three_champions, 4)["previous_champion"] == "2,1"
    assert [rollback(three_champions).version, rollback(three_champions).version] == [2, 1]


def test_the_version_left_behind_is_marked_and_comes_back_by_force_alone(mlflow_home, register_judged):
    promote(mlflow_home, register_judged(True, None), None)
    second = register_judged(True, 1)
    promote(mlflow_home, second, 1)
    rollback(mlflow_home, "bids too high\nin Ohio")
    tags = tags_of(mlflow_home, second)
    assert tags["rolled_back_why"] == "bids too high in Ohio"
    with pytest.raises(GateError, match=f"was rolled back on {tags['rolled_back_at']}"):
        promote_by_verdict(mlflow_home, second)
    promote_by_force(mlflow_home, second, "it was the tape")
    assert not {"rolled_back_at", "rolled_back_why"} & set(tags_of(mlflow_home, second))


@pytest.mark.parametrize("place", ["artifacts", "registry"])
def test_a_champion_before_that_is_gone_refuses_the_rollback_and_says_so(place, three_champions):
    if place == "artifacts":
        shutil.rmtree(three_champions.artifacts)
    else:
        open_store(three_champions).delete_model_version(MODEL_NAME, "2")
    with pytest.raises((ModelError, UsageError), match="version 3 stays the champion, since version 2 before it"):
        rollback(three_champions)
    assert current_champion(three_champions) == 3


def test_a_champion_before_that_does_not_load_refuses_the_rollback(three_champions):
    def refuse(folder):
        raise ModelError(f"bundle {folder}: model.txt: it was changed")

    with pytest.raises(ModelError, match=r"version 2 before it cannot score: bundle .* it was changed"):
        rollback(three_champions, try_bundle=refuse)
    assert current_champion(three_champions) == 3
    assert "rolled_back_at" not in tags_of(three_champions, 3)


def test_a_rollback_never_brings_a_made_model_in_the_place_of_a_real_one(mlflow_home, register):
    promote(mlflow_home, register("made"), None)
    promote(mlflow_home, register("own"), 1)
    with pytest.raises(GateError, match="A made model never replaces a real one"):
        rollback(mlflow_home)
    assert current_champion(mlflow_home) == 2
    assert further_back(mlflow_home, 2) == "nowhere: version 1 before it learned from made data"
    assert further_back(mlflow_home, 1) == "nowhere: it is the first"


def test_without_a_champion_there_is_nothing_to_roll_back(mlflow_home, register):
    register()
    with pytest.raises(UsageError, match="has no champion"):
        rollback(mlflow_home)


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_rollback_that_dies_between_its_writes_can_be_done_again(steps, three_champions, dies_after):
    rollback(three_champions)
    dies_after(steps, lambda: rollback(three_champions, "why"))
    # The alias moves in the last of the writes, so either nothing has happened for a scorer, or all of it.
    if current_champion(three_champions) == 2:
        rollback(three_champions)
    assert current_champion(three_champions) == 1
    with pytest.raises(UsageError, match="no champion is known before it"):
        rollback(three_champions)
