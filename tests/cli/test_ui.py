"""The page is served in the place of notebid, so that nothing is left when it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from cli import ui
from cli.main import main


def test_notebid_becomes_a_server_of_one_worker_without_job_workers(mlflow_home, monkeypatch):
    became = []
    monkeypatch.setattr(ui.os, "execvpe", lambda *words: became.append(words))
    main(["ui", "--port=5050", "--quiet"])
    [(program, words, environment)] = became
    assert program == sys.executable
    assert words[1:8] == ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", "5050"]
    assert words[8:12] == ["--workers", "1", "--backend-store-uri", mlflow_home.tracking_uri]
    assert environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert environment["NOTEBID_HOME"] == str(mlflow_home.root)


@pytest.mark.slow
def test_the_page_answers_and_ending_notebid_leaves_no_process(mlflow_home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "ui", f"--port={port}"], cwd=root, env={**os.environ}, start_new_session=True
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/", within=90)
        process.terminate()
        process.wait(30)
        with pytest.raises(ProcessLookupError):  # everything that it started is of its session
            os.killpg(process.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _answers(address, within):
    end = time.monotonic() + within
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as page:
            return page.status == 200
        time.sleep(0.5)
    return False
