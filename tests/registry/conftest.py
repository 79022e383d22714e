"""Small bundles by hand: the registry cares for folders, hashes and code, not for how good a model is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from registry.gate_record import GateRecord
from registry.home import Home
from registry.pending import Pending
from registry.record import TrainingRecord, log_training

ROOT = Path(__file__).resolve().parents[2]

# Foreclosure gets `base` plus a tenth of the loan-to-value ratio (nothing where that is missing), the rest is shared.
PREDICTOR = """
import pandas as pd


class Predictor:
    def __init__(self, folder):
        self.base = {base}

    def predict(self, frame):
        foreclosure = self.base + 0.1 * frame.reindex(columns=["ltv"])["ltv"].fillna(0.0)
        rest = (1.0 - foreclosure) / 3.0
        names = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu"]
        return pd.DataFrame(dict.fromkeys(names, rest) | {{"p_foreclosure": foreclosure}}, index=frame.index)
"""


@pytest.fixture(scope="session")
def make_bundle() -> Callable[..., Path]:
    """Write a bundle whose foreclosure probability starts at ``base``."""

    def make(home: Home, base: float = 0.2, training_data: str = "own") -> Path:
        code = PREDICTOR.format(base=base)
        manifest = json.dumps({"format": 1, "features": ["upb", "ltv"], "training_data": training_data, "base": base})
        folder = home.bundles / hashlib.sha256((code + manifest).encode()).hexdigest()
        folder.mkdir(parents=True)
        (folder / "predictor.py").write_text(code)
        (folder / "manifest.json").write_text(manifest)
        return folder

    return make


@pytest.fixture(scope="session")
def make_record(make_bundle: Callable[..., Path]) -> Callable[..., TrainingRecord]:
    """Write a bundle and the record of its training."""

    def make(home: Home, base: float = 0.2, training_data: str = "own", **more: object) -> TrainingRecord:
        given = {
            "pyfunc_script": ROOT / "serving" / "outcome_pyfunc.py",
            "params": {"learning_rate": 0.03, "horizon_months": 60},
            "metrics": {"log_loss": 0.85, "not_measured": float("nan")},
            "tags": {"resolutions_sha256": "0" * 64},
        }
        bundle = make_bundle(home, base, training_data)
        return TrainingRecord(bundle, training_data, ("upb", "ltv"), **(given | more))

    return make


@pytest.fixture
def register(mlflow_home: Home, make_record: Callable[..., TrainingRecord]) -> Callable[..., int]:
    """Register one more version; nothing is promoted."""
    bases = iter([0.1, 0.2, 0.3, 0.4, 0.5])

    def register(training_data: str = "own", **more: object) -> int:
        return log_training(mlflow_home, make_record(mlflow_home, next(bases), training_data, **more)).version

    return register


@pytest.fixture
def register_judged(register: Callable[..., int]) -> Callable[..., int]:
    """Register one more version with a gate's verdict against a champion."""

    def judged(passed: bool, against: int | None, training_data: str = "own") -> int:
        failed = () if passed else ("FAIL  share of foreclosure: 5 points",)
        return register(training_data, gate=GateRecord(passed, against, failed))

    return judged


@pytest.fixture
def make_pending(mlflow_home: Home, make_record: Callable[..., TrainingRecord]) -> Callable[..., Pending]:
    """Write a bundle and give what is pending of its training, judged against a version and its bundle."""

    def make(base: float, passed: bool = True, against: tuple[int | None, str] = (None, ""), **more: object) -> Pending:
        record = make_record(mlflow_home, base, **more)
        gate = GateRecord(passed, against[0], () if passed else ("FAIL  share of foreclosure: 5 points",))
        report = mlflow_home.reports / record.bundle_folder.name / "report.html"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text("<p>report</p>")
        return Pending(replace(record, gate=gate, artifacts={"report.html": report}), against[1])

    return make


class _DiedError(BaseException):
    """What stands for kill -9: nothing catches it, and the store takes no more words."""


@pytest.fixture
def dies_after(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Run something that dies right after so many of its writes to the store, or right before the next one."""
    from mlflow import MlflowClient

    writes = [
        "create_run",
        "log_batch",
        "log_artifacts",
        "create_registered_model",
        "create_model_version",
        "set_terminated",
        "set_model_version_tag",
        "delete_model_version_tag",
        "set_registered_model_alias",
        "delete_registered_model_alias",
    ]

    def run(steps: int, work: Callable[[], object]) -> bool:
        done = 0

        def counted(write: Callable[..., object]) -> Callable[..., object]:
            def wrapped(*words: object, **named: object) -> object:
                nonlocal done
                if done >= steps:
                    raise _DiedError
                result = write(*words, **named)
                done += 1
                return result

            return wrapped

        with monkeypatch.context() as patch:
            for name in writes:
                patch.setattr(MlflowClient, name, counted(getattr(MlflowClient, name)))
            try:
                work()
            except _DiedError:
                return True
            return False

    return run


class _Trouble(BaseHTTPRequestHandler):
    """A tracking server in one kind of trouble."""

    manner = ""

    def _answer(self) -> None:
        if self.manner in ("hangs", "trickles"):
            self._hold()
            return
        status, text = {
            "error": (500, '{"error_code": "INTERNAL_ERROR", "message": "disk full"}'),
            "refuses": (403, '{"error_code": "PERMISSION_DENIED", "message": "who are you"}'),
            "no_mlflow": (200, "<html>welcome to the printer</html>"),
            "sleepy": (503, ""),
        }[self.manner]
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Retry-After", "86400")
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

    def _hold(self) -> None:
        if self.manner == "trickles":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(60):
                time.sleep(0.25)
                if self.manner == "trickles":
                    self.wfile.write(b" ")
                    self.wfile.flush()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def bad_server() -> Iterator[Callable[[str], str]]:
    """Give the address of a tracking server in trouble: dead, error, refuses, no_mlflow, hangs, trickles or sleepy."""
    servers = []

    def start(manner: str) -> str:
        if manner == "dead":
            return "http://ann:secret@127.0.0.1:9"  # the discard port: nothing listens
        handler = type("Trouble", (_Trouble,), {"manner": manner})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://ann:secret@127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.socket.close()
