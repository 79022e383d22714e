"""From a trained model to a registered one, with a store that fails and a machine that dies in between."""

import re
import time
from dataclasses import replace

import pytest

from notes import GateError, ModelError
from registry.champion import MODEL_NAME, find_model, read_version
from registry.gate_record import GateRecord
from registry.pending import keep, pending_files, read_pending
from registry.promote import current_champion, promote, promote_by_force, promote_by_verdict
from registry.record import log_training
from registry.rollback import rollback
from registry.settle import NotLoggedError, settle
from registry.store import open_store


def loads(folder):
    """Stand for loading a bundle: these are not models."""
    if not (folder / "predictor.py").is_file():
        raise ModelError(f"{folder}: predictor.py is missing")


def versions(home):
    return open_store(home).search_model_versions(f"name = '{MODEL_NAME}'")


@pytest.fixture
def with_champion(mlflow_home, make_record):
    """Version 1 is the champion; gives it as what the next one is judged against."""
    record = make_record(mlflow_home, 0.9)
    promote(mlflow_home, log_training(mlflow_home, record).version, None)
    return 1, record.bundle_folder.name


def test_a_model_that_passed_is_registered_promoted_and_pending_no_longer(mlflow_home, with_champion, make_pending):
    pending = make_pending(0.2, against=with_champion)
    keep(mlflow_home, pending)
    settled = settle(mlflow_home, pending, 1.0, loads)
    assert (settled.version, settled.promoted) == (2, True)
    assert current_champion(mlflow_home) == 2
    assert pending_files(mlflow_home) == []


def test_a_model_that_failed_is_registered_as_the_challenger(mlflow_home, with_champion, make_pending):
    settled = settle(mlflow_home, make_pending(0.2, passed=False, against=with_champion), 1.0, loads)
    assert not settled.promoted
    assert "share of foreclosure: 5 points" in settled.why_not
    assert current_champion(mlflow_home) == 1
    assert read_version(mlflow_home, alias="challenger").version == 2


def test_a_champion_that_changed_meanwhile_means_to_be_judged_again(mlflow_home, with_champion, make_pending, register):
    pending = make_pending(0.6, against=with_champion)
    promote(mlflow_home, register(), 1)
    settled = settle(mlflow_home, pending, 1.0, loads)
    assert not settled.promoted
    assert "must be judged again" in settled.why_not
    assert current_champion(mlflow_home) == 2
    assert read_version(mlflow_home, alias="challenger").version == settled.version == 3


def test_a_made_champion_that_came_meanwhile_is_no_rival_of_a_real_model(mlflow_home, make_pending, register):
    # The server was down when the model was trained; the demo model became champion before it was logged.
    pending = make_pending(0.6)
    promote(mlflow_home, register("made"), None)
    settled = settle(mlflow_home, pending, 1.0, loads)
    assert (settled.promoted, settled.why_not) == (True, "")
    assert current_champion(mlflow_home) == settled.version == 2


def test_a_real_champion_that_came_meanwhile_means_to_be_judged_again(mlflow_home, make_pending, register):
    pending = make_pending(0.6)
    promote(mlflow_home, register("own"), None)
    assert "must be judged again" in settle(mlflow_home, pending, 1.0, loads).why_not
    assert current_champion(mlflow_home) == 1


def test_the_same_number_on_another_store_is_another_champion(mlflow_home, with_champion, make_pending):
    # Judged against version 1 of a store that was in use then, whose bundle was another.
    settled = settle(mlflow_home, make_pending(0.2, against=(1, "f" * 64)), 1.0, loads)
    assert not settled.promoted
    champion = with_champion[1][:12]
    said = f"judged against version 1, but the champion is now version 1 of this store, which is another bundle ({champion})"
    assert said in settled.why_not
    assert "must be judged again" in settled.why_not
    with pytest.raises(GateError, match="which is another bundle"):  # nor later, on the verdict that is kept
        promote_by_verdict(mlflow_home, settled.version)
    assert current_champion(mlflow_home) == 1


NOT_ASKED = GateRecord(False, 2, ("it was the champion, so no gate was asked",))


def test_what_was_champion_elsewhere_is_no_pass_on_a_store_that_lacks_it(mlflow_home, with_champion, make_pending):
    pending = make_pending(0.2)
    settled = settle(mlflow_home, once_more(pending, NOT_ASKED, pending.bundle_sha256), 1.0, loads)
    assert not settled.promoted
    assert versions_and_tags(mlflow_home, settled.version)[1]["verdict"] == "failed"
    with pytest.raises(GateError, match="no gate was asked"):
        promote_by_verdict(mlflow_home, settled.version)
    assert current_champion(mlflow_home) == 1


def test_an_old_pass_promotes_no_training_that_no_gate_judged(mlflow_home, with_champion, make_pending):
    # Trained again while it was the champion, and logged when force had put version 1 in its place.
    pending = make_pending(0.2, against=with_champion)
    settle(mlflow_home, pending, 1.0, loads)
    promote_by_force(mlflow_home, 1, "to see")
    settled = settle(mlflow_home, once_more(pending, NOT_ASKED, pending.bundle_sha256), 1.0, loads)
    assert "no gate was asked" in settled.why_not
    assert current_champion(mlflow_home) == 1


@pytest.mark.parametrize("steps", range(11))
def test_a_death_between_any_two_writes_leaves_a_whole_champion_and_a_second_try_registers_once(
    steps, mlflow_home, with_champion, make_pending, dies_after
):
    pending = make_pending(0.2, against=with_champion)
    file = keep(mlflow_home, pending)
    died = dies_after(steps, lambda: settle(mlflow_home, pending, 1.0, loads))
    assert died == (steps < 10)  # there are 10 writes; if that changes, so must the range
    champion = find_model("", mlflow_home)
    assert champion.version in (1, 2)
    loads(champion.bundle_folder)
    if died:
        settled = settle(mlflow_home, read_pending(mlflow_home, file, pending.record.pyfunc_script), 1.0, loads)
        assert (settled.version, settled.promoted) == (2, True)
    assert current_champion(mlflow_home) == 2
    assert len(versions(mlflow_home)) == 2
    client = open_store(mlflow_home)
    runs = client.search_runs([client.get_experiment_by_name("notebid").experiment_id])
    assert [run.info.status for run in runs] == ["FINISHED"] * 2
    assert pending_files(mlflow_home) == []


def versions_and_tags(home, version):
    return len(versions(home)), dict(open_store(home).get_model_version(MODEL_NAME, str(version)).tags)


def once_more(pending, gate, champion_bundle):
    """Another training of the same bundle."""
    return replace(
        pending, record=replace(pending.record, training_id="1" * 32, gate=gate), champion_bundle=champion_bundle
    )


def test_the_champion_s_bundle_trained_again_changes_nothing_but_adds_a_run(mlflow_home, with_champion, make_pending):
    pending = make_pending(0.2, against=with_champion)
    settle(mlflow_home, pending, 1.0, loads)
    before = versions_and_tags(mlflow_home, 2)
    # Judged against itself it would fail, having nothing to be better than; or no store could be asked for the champion.
    for gate, against in ((GateRecord(True, 2), pending.bundle_sha256), (GateRecord(False, None, ("FAIL  x",)), "")):
        again = once_more(pending, gate, against)
        keep(mlflow_home, again)
        settled = settle(mlflow_home, again, 1.0, loads)
        assert (settled.version, settled.promoted, settled.is_champion, settled.why_not) == (2, True, True, "")
        assert versions_and_tags(mlflow_home, 2) == before
        assert pending_files(mlflow_home) == []
    assert current_champion(mlflow_home) == 2
    assert read_version(mlflow_home, alias="challenger") is None
    client = open_store(mlflow_home)
    assert len(client.search_runs([client.get_experiment_by_name("notebid").experiment_id])) == 3


def test_an_older_bundle_trained_again_keeps_its_number_and_takes_the_new_verdict(
    mlflow_home, with_champion, make_pending
):
    failed = make_pending(0.2, passed=False, against=with_champion)
    assert settle(mlflow_home, failed, 1.0, loads).version == 2
    again = once_more(failed, GateRecord(True, 1), with_champion[1])
    settled = settle(mlflow_home, again, 1.0, loads)
    assert (settled.version, settled.promoted, settled.is_champion) == (2, True, False)
    n_versions, tags = versions_and_tags(mlflow_home, 2)
    assert (n_versions, tags["verdict"], tags["judged_against"]) == (2, "passed", "1")
    assert "failed_checks" not in tags
    assert current_champion(mlflow_home) == 2


@pytest.mark.parametrize("steps", range(9))
def test_a_death_while_an_older_bundle_is_logged_again_never_leaves_a_pass_that_no_gate_gave(
    steps, mlflow_home, with_champion, make_pending, dies_after
):
    # Version 2 passed against version 1; version 3 is champion now, and against it version 2 fails.
    passed = make_pending(0.2, against=with_champion)
    log_training(mlflow_home, passed.record)
    third = log_training(mlflow_home, make_pending(0.3).record).version
    promote(mlflow_home, third, 1)
    again = once_more(passed, GateRecord(False, 3, ("FAIL  better than the champion",)), "")
    file = keep(mlflow_home, again)
    died = dies_after(steps, lambda: settle(mlflow_home, again, 1.0, loads))
    assert died == (steps < 8)  # there are 8 writes
    with pytest.raises(GateError):
        promote_by_verdict(mlflow_home, 2)
    if file.exists():
        settle(mlflow_home, read_pending(mlflow_home, file, again.record.pyfunc_script), 1.0, loads)
    n_versions, tags = versions_and_tags(mlflow_home, 2)
    assert (n_versions, tags["verdict"], tags["judged_against"]) == (3, "failed", "3")
    assert current_champion(mlflow_home) == 3
    assert read_version(mlflow_home, alias="challenger").version == 2


def test_what_was_promoted_before_a_crash_and_replaced_since_is_only_forgotten(
    mlflow_home, with_champion, make_pending
):
    pending = make_pending(0.2, against=with_champion)
    settle(mlflow_home, pending, 1.0, loads)
    keep(mlflow_home, pending)  # as if the crash had come before the file was removed
    third = make_pending(0.3, against=(2, pending.bundle_sha256))
    settle(mlflow_home, third, 1.0, loads)
    assert settle(mlflow_home, pending, 1.0, loads).promoted
    assert current_champion(mlflow_home) == 3
    assert read_version(mlflow_home, alias="challenger") is None


@pytest.fixture
def replaced(mlflow_home, with_champion, make_pending):
    """Champions 1, 2, 3; gives what was pending of 2, and 3 as what its data trained again are judged against."""
    second = make_pending(0.2, against=with_champion)
    settle(mlflow_home, second, 1.0, loads)
    third = make_pending(0.3, against=(2, second.bundle_sha256))
    settle(mlflow_home, third, 1.0, loads)
    assert current_champion(mlflow_home) == 3
    return second, third.bundle_sha256


def test_a_former_champion_trained_again_that_passes_is_champion_once_more(mlflow_home, replaced):
    second, third_bundle = replaced
    settled = settle(mlflow_home, once_more(second, GateRecord(True, 3), third_bundle), 1.0, loads)
    assert (settled.version, settled.promoted, settled.is_champion) == (2, True, False)
    assert current_champion(mlflow_home) == 2
    assert versions_and_tags(mlflow_home, 2)[1]["judged_against"] == "3"


def test_a_former_champion_trained_again_that_fails_is_not_called_promoted(mlflow_home, replaced):
    second, third_bundle = replaced
    again = once_more(second, GateRecord(False, 3, ("FAIL  better than the champion",)), third_bundle)
    settled = settle(mlflow_home, again, 1.0, loads)
    assert (settled.version, settled.promoted) == (2, False)
    assert "FAIL  better than the champion" in settled.why_not
    assert current_champion(mlflow_home) == 3


def test_a_former_champion_promoted_again_before_a_crash_is_only_forgotten(mlflow_home, replaced, make_pending):
    second, third_bundle = replaced
    again = once_more(second, GateRecord(True, 3), third_bundle)
    settle(mlflow_home, again, 1.0, loads)
    keep(mlflow_home, again)  # as if the crash had come before the file was removed
    assert settle(mlflow_home, again, 1.0, loads).is_champion
    settle(mlflow_home, make_pending(0.4, against=(2, second.bundle_sha256)), 1.0, loads)
    keep(mlflow_home, again)
    settled = settle(mlflow_home, again, 1.0, loads)
    assert (settled.promoted, settled.why_not) == (True, "")
    assert current_champion(mlflow_home) == 4
    assert read_version(mlflow_home, alias="challenger") is None


def test_what_was_rolled_back_is_not_promoted_again_by_a_sync(mlflow_home, with_champion, make_pending):
    pending = make_pending(0.2, against=with_champion)
    settle(mlflow_home, pending, 1.0, loads)
    keep(mlflow_home, pending)
    rollback(mlflow_home)
    settled = settle(mlflow_home, pending, 1.0, loads)
    assert "rolled back" in settled.why_not
    assert current_champion(mlflow_home) == 1


def test_a_damaged_bundle_is_not_registered_and_stays_pending(mlflow_home, make_pending):
    pending = make_pending(0.2)
    keep(mlflow_home, pending)
    (pending.record.bundle_folder / "predictor.py").unlink()
    with pytest.raises(ModelError, match="is missing"):
        settle(mlflow_home, pending, 1.0, loads)
    assert versions(mlflow_home) == []
    assert len(pending_files(mlflow_home)) == 1


@pytest.mark.parametrize("manner", ["dead", "error", "refuses", "no_mlflow", "hangs", "trickles", "sleepy"])
def test_a_server_in_trouble_costs_seconds_and_not_the_model(
    manner, mlflow_home, make_pending, bad_server, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0" if manner != "sleepy" else "1")
    pending = make_pending(0.2)
    keep(mlflow_home, pending)
    home = replace(mlflow_home, tracking_uri=bad_server(manner), store_seconds=4.0)
    start = time.monotonic()
    with pytest.raises(NotLoggedError, match=r"(?s)KEPT, BUT NOT LOGGED.*notebid sync") as failed:
        settle(home, pending, 1.0, loads)
    assert time.monotonic() - start < 12
    assert "secret" not in str(failed.value)
    assert str(pending.record.bundle_folder) in str(failed.value)
    assert len(pending_files(mlflow_home)) == 1
    # The store is back, here another one: logged and promoted after all.
    assert settle(mlflow_home, pending, 1.0, loads).promoted


def test_an_answer_that_got_lost_does_not_register_a_model_twice(mlflow_home, make_pending, monkeypatch):
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    create, calls = MlflowClient.create_model_version, []

    def answer_lost(*words, **named):
        calls.append(create(*words, **named))
        raise MlflowException("timed out")

    pending = make_pending(0.2)
    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "create_model_version", answer_lost)
        with pytest.raises(NotLoggedError, match="timed out"):
            settle(mlflow_home, pending, 1.0, loads)
    assert settle(mlflow_home, pending, 1.0, loads).version == 1
    assert len(calls) == len(versions(mlflow_home)) == 1


def test_the_message_holds_no_more_than_a_person_reads(mlflow_home, make_pending, bad_server):
    home = replace(mlflow_home, tracking_uri=bad_server("dead"), store_seconds=30.0)
    with pytest.raises(NotLoggedError) as failed:
        settle(home, make_pending(0.2), 1.0, loads)
    assert len(re.sub(r"\S*/bundles/\S*", "", str(failed.value))) < 900
