from concurrent.futures import ThreadPoolExecutor

import pytest

from notes import GateError, ModelError, UsageError
from registry.champion import CHAMPION, MODEL_NAME, find_model
from registry.promote import Promotion, current_champion, promote
from registry.record import log_training
from registry.store import open_store


@pytest.fixture
def register(mlflow_home, make_record):
    """Register one more version; nothing is promoted."""
    bases = iter([0.1, 0.2, 0.3, 0.4])

    def register(training_data: str = "own") -> int:
        return log_training(mlflow_home, make_record(mlflow_home, next(bases), training_data)).version

    return register


def test_the_alias_moves_and_the_version_before_is_noted_for_a_rollback(mlflow_home, register):
    first, second = register(), register()
    assert current_champion(mlflow_home) is None
    assert promote(mlflow_home, first, None) == Promotion(first, None)
    assert promote(mlflow_home, second, first) == Promotion(second, first)
    assert current_champion(mlflow_home) == second
    assert open_store(mlflow_home).get_model_version(MODEL_NAME, str(second)).tags["previous_champion"] == str(first)


def test_registering_alone_leaves_the_champion_as_after_a_crash_between_the_two(mlflow_home, register):
    promote(mlflow_home, register(), None)
    register()
    assert find_model("", mlflow_home).version == 1


def test_a_crash_before_the_alias_moved_leaves_the_old_champion_and_a_second_try_works(mlflow_home, register):
    promote(mlflow_home, register(), None)
    second = register()
    # What a promotion that died between its two writes leaves behind.
    open_store(mlflow_home).set_model_version_tag(MODEL_NAME, str(second), "previous_champion", "1")
    assert current_champion(mlflow_home) == 1
    assert promote(mlflow_home, second, 1) == Promotion(second, 1)


def test_promoting_twice_is_promoting_once(mlflow_home, register):
    first = register()
    promote(mlflow_home, first, None)
    assert promote(mlflow_home, first, None) == Promotion(first, first)


def test_a_model_judged_against_a_champion_that_has_changed_is_not_promoted(mlflow_home, register):
    first, second, third = register(), register(), register()
    promote(mlflow_home, first, None)
    promote(mlflow_home, second, first)
    with pytest.raises(GateError, match="judged against version 1, but the champion is now version 2") as stale:
        promote(mlflow_home, third, first)
    assert stale.value.exit_code == 5
    assert current_champion(mlflow_home) == second


def test_of_two_promotions_at_once_one_wins_and_the_other_is_told(mlflow_home, register):
    first, *rivals = register(), register(), register()
    promote(mlflow_home, first, None)

    def attempt(version: int) -> Promotion | GateError:
        try:
            return promote(mlflow_home, version, first)
        except GateError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(attempt, rivals))
    winners = [end for end in ends if isinstance(end, Promotion)]
    assert len(winners) == 1
    assert current_champion(mlflow_home) == winners[0].version


def test_a_made_model_never_replaces_a_real_one(mlflow_home, register):
    made, own, agency = register("made"), register("own"), register("agency")
    promote(mlflow_home, own, None)
    with pytest.raises(GateError, match="A made model never replaces a real one"):
        promote(mlflow_home, made, own)
    promote(mlflow_home, agency, own)
    with pytest.raises(GateError, match="from agency data"):
        promote(mlflow_home, made, agency)
    assert current_champion(mlflow_home) == agency


def test_a_real_model_replaces_a_made_one_and_made_replaces_made(mlflow_home, register):
    made, made_again, own = register("made"), register("made"), register("own")
    promote(mlflow_home, made, None)
    promote(mlflow_home, made_again, made)
    promote(mlflow_home, own, made_again)
    assert find_model("", mlflow_home).training_data == "own"


def test_the_alias_never_points_to_a_version_without_a_bundle(mlflow_home, register):
    client = open_store(mlflow_home)
    first = register()
    promote(mlflow_home, first, None)
    foreign = client.create_model_version(MODEL_NAME, mlflow_home.root.as_uri()).version
    with pytest.raises(ModelError, match="no tag bundle_sha256"):
        promote(mlflow_home, int(foreign), first)
    assert str(client.get_model_version_by_alias(MODEL_NAME, CHAMPION).version) == str(first)


def test_a_version_that_does_not_exist_is_not_promoted(mlflow_home, register):
    register()
    with pytest.raises(UsageError, match="not in the registry"):
        promote(mlflow_home, 9, None)
