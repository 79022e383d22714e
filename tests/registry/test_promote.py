from concurrent.futures import ThreadPoolExecutor

import pytest

from notes import GateError, ModelError, UsageError
from registry.challenger import set_challenger
from registry.champion import CHAMPION, MODEL_NAME, find_model, read_version
from registry.promote import (
    Promotion,
    current_champion,
    promote,
    promote_by_force,
    promote_by_verdict,
)
from registry.store import open_store


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


def test_a_version_of_the_champion_s_own_bundle_is_the_champion_and_nothing_moves(mlflow_home, register):
    first = register()
    promote(mlflow_home, first, None)
    client = open_store(mlflow_home)
    tags = client.get_model_version(MODEL_NAME, str(first)).tags
    run_id = client.get_model_version(MODEL_NAME, str(first)).run_id
    twin = int(client.create_model_version(MODEL_NAME, f"runs:/{run_id}/model", run_id, tags=tags).version)
    said = Promotion(first, first, same_as=twin)
    for again in (
        lambda: promote(mlflow_home, twin, None),
        lambda: promote_by_verdict(mlflow_home, None),
        lambda: promote_by_force(mlflow_home, None, "to see"),
    ):
        set_challenger(mlflow_home, twin)
        assert again() == said
        assert read_version(mlflow_home, alias="challenger") is None
    assert current_champion(mlflow_home) == first
    assert client.get_model_version(MODEL_NAME, str(twin)).tags == tags


def test_a_twin_of_the_champion_takes_the_alias_from_no_other_challenger(mlflow_home, register):
    first, other = register(), register()
    promote(mlflow_home, first, None)
    set_challenger(mlflow_home, other)
    assert promote(mlflow_home, first, None) == Promotion(first, first)
    assert read_version(mlflow_home, alias="challenger").version == other


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


def tags_of(home, version):
    return open_store(home).get_model_version(MODEL_NAME, str(version)).tags


def test_a_version_is_promoted_on_the_verdict_kept_with_it(mlflow_home, register_judged):
    first = register_judged(True, None)
    assert promote_by_verdict(mlflow_home, first) == Promotion(first, None)
    assert tags_of(mlflow_home, first)["promoted_by"] == "gate"
    assert promote_by_verdict(mlflow_home, first) == Promotion(first, first)


def test_without_a_number_the_challenger_is_meant_and_it_is_challenger_no_longer(mlflow_home, register_judged):
    with pytest.raises(UsageError, match="there is no challenger"):
        promote_by_verdict(mlflow_home, None)
    promote_by_verdict(mlflow_home, register_judged(True, None))
    second = register_judged(True, 1)
    set_challenger(mlflow_home, second)
    assert promote_by_verdict(mlflow_home, None) == Promotion(second, 1)
    assert read_version(mlflow_home, alias="challenger") is None


def test_a_failed_verdict_no_verdict_and_one_against_another_champion_promote_nothing(
    mlflow_home, register, register_judged
):
    promote(mlflow_home, register_judged(True, None), None)
    failed, never_judged, stale = register_judged(False, 1), register(), register_judged(True, None)
    with pytest.raises(GateError, match=r"(?s)failed its gate.*share of foreclosure: 5 points.*--force --why"):
        promote_by_verdict(mlflow_home, failed)
    with pytest.raises(GateError, match="no verdict is kept with it"):
        promote_by_verdict(mlflow_home, never_judged)
    with pytest.raises(GateError, match="judged against no champion, but the champion is now version 1"):
        promote_by_verdict(mlflow_home, stale)
    assert current_champion(mlflow_home) == 1


@pytest.mark.parametrize("tag", ["", "yes", "PASSED"])
def test_a_verdict_that_cannot_be_read_is_none(tag, mlflow_home, register_judged):
    version = register_judged(True, None)
    open_store(mlflow_home).set_model_version_tag(MODEL_NAME, str(version), "verdict", tag)
    with pytest.raises(GateError, match="no verdict"):
        promote_by_verdict(mlflow_home, version)


def test_force_promotes_whatever_the_gate_said_and_keeps_the_reason_and_the_time(mlflow_home, register_judged):
    promote(mlflow_home, register_judged(True, None), None)
    second = register_judged(False, 1)
    assert promote_by_force(mlflow_home, second, " the market\n has moved ") == Promotion(second, 1)
    tags = tags_of(mlflow_home, second)
    assert (tags["promoted_by"], tags["force_why"]) == ("force", "the market has moved")
    assert tags["promoted_at"].endswith("Z")


def test_force_without_a_reason_in_words_is_wrong_use(mlflow_home, register_judged):
    version = register_judged(False, None)
    for why in ("", "  \n\t "):
        with pytest.raises(UsageError, match="needs --why"):
            promote_by_force(mlflow_home, version, why)
    with pytest.raises(UsageError, match="at most 1,000"):
        promote_by_force(mlflow_home, version, "x" * 1001)
    assert current_champion(mlflow_home) is None


def test_not_even_force_lets_a_made_model_replace_a_real_one_though_its_tag_was_taken_away(
    mlflow_home, register_judged
):
    promote(mlflow_home, register_judged(True, None), None)
    made = register_judged(True, 1, "made")
    with pytest.raises(GateError, match="A made model never replaces a real one"):
        promote_by_force(mlflow_home, made, "to see")
    open_store(mlflow_home).set_model_version_tag(MODEL_NAME, str(made), "training_data", "own")
    with pytest.raises(GateError, match="A made model never replaces a real one"):
        promote_by_force(mlflow_home, made, "to see")
    assert current_champion(mlflow_home) == 1


def test_not_even_force_promotes_a_bundle_that_does_not_load(mlflow_home, register_judged):
    def refuse(folder):
        raise ModelError(f"{folder.name}: damaged")

    version = register_judged(True, None)
    for attempt in (
        lambda: promote_by_force(mlflow_home, version, "to see", try_bundle=refuse),
        lambda: promote_by_verdict(mlflow_home, version, try_bundle=refuse),
    ):
        with pytest.raises(ModelError, match="damaged"):
            attempt()
    assert current_champion(mlflow_home) is None
    assert "promoted_by" not in tags_of(mlflow_home, version)


def test_a_promotion_by_the_gate_takes_an_old_reason_for_force_away(mlflow_home, register_judged):
    version = register_judged(True, None)
    promote_by_force(mlflow_home, version, "in haste")
    open_store(mlflow_home).delete_registered_model_alias(MODEL_NAME, CHAMPION)
    promote_by_verdict(mlflow_home, version)
    tags = tags_of(mlflow_home, version)
    assert tags["promoted_by"] == "gate"
    assert "force_why" not in tags
