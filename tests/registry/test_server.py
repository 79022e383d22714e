"""The same through a tracking server, as a team would run one."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace

import pytest

from registry.champion import MODEL_NAME, find_model
from registry.home import Home
from registry.pending import keep, pending_files
from registry.promote import current_champion, promote
from registry.record import log_training
from registry.settle import NotLoggedError, settle
from registry.store import open_store

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path, store_template):
    """An MLflow server of the test's own on this machine; gives its address."""
    with running_server(tmp_path, store_template) as (address, _):
        yield address


@contextlib.contextmanager
def running_server(tmp_path, store_template):
    """Run an MLflow server; gives its address and the id of its group of processes."""
    shutil.copyfile(store_template / "mlflow.db", tmp_path / "server.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{tmp_path / 'server.db'}"]
    words += ["--artifacts-destination", str(tmp_path / "server_artifacts")]
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/health", process)
            yield address, process.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def wait_for(address, process):
    deadline = time.monotonic() + 240  # it imports mlflow in several processes: slow on a busy machine
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up within four minutes")


def test_a_model_logged_to_a_server_is_found_and_fetched_by_another_home(server, tmp_path, make_record, capsys):
    mine, theirs = Home(tmp_path / "mine", server), Home(tmp_path / "theirs", server)
    assert find_model("", mine) is None
    record = make_record(mine)
    reference = log_training(mine, record)
    assert current_champion(mine) is None
    promote(mine, reference.version, None)

    found = find_model("", theirs)
    assert (found.version, found.training_data) == (reference.version, "own")
    assert found.bundle_folder == theirs.bundles / record.bundle_folder.name
    for path in record.bundle_folder.iterdir():
        assert (found.bundle_folder / path.name).read_bytes() == path.read_bytes()
    assert capsys.readouterr().out == ""  # stdout is for results, and may be JSON
    assert not mine.store.exists()
    assert not mine.mlflow_artifacts.exists()


def test_a_server_that_stops_answering_in_the_middle_ends_with_one_run_and_one_version(
    tmp_path, store_template, mlflow_home, make_pending, monkeypatch
):
    from mlflow import MlflowClient

    pending = make_pending(0.2)
    keep(mlflow_home, pending)
    with running_server(tmp_path, store_template) as (address, group):
        home = replace(mlflow_home, tracking_uri=address, store_seconds=8.0)
        create = MlflowClient.create_model_version

        def freezes(*words, **named):
            os.killpg(group, signal.SIGSTOP)  # what is sent now is answered when it wakes up
            return create(*words, **named)

        with monkeypatch.context() as patch:
            patch.setattr(MlflowClient, "create_model_version", freezes)
            with pytest.raises(NotLoggedError, match="took longer than 8 seconds"):
                settle(home, pending, 1.0, bool)
        assert len(pending_files(home)) == 1
        os.killpg(group, signal.SIGCONT)
        time.sleep(2.0)  # in which it does what it was asked while it slept, or finds that nobody listens any more
        patient = replace(home, store_seconds=60.0)
        assert settle(patient, pending, 1.0, bool).promoted
        client = open_store(home)
        assert len(client.search_model_versions(f"name = '{MODEL_NAME}'")) == 1
        [run] = client.search_runs([client.get_experiment_by_name("notebid").experiment_id])
        assert (run.info.status, run.data.tags["training_id"]) == ("FINISHED", pending.record.training_id)
