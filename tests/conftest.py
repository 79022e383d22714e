"""What several rooms' tests need: a home with a store, without the seconds that making one takes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from registry.home import Home
from registry.store import follow_home, open_store

_FOR_TESTS = ("NOTEBID_FANNIE_SAMPLE",)


def pytest_configure() -> None:
    """Forget what the user has set for himself: a NOTEBID_MODEL of his own must not change what the tests try."""
    for name in [*os.environ]:
        if (name.startswith("NOTEBID_") and name not in _FOR_TESTS) or name == "MLFLOW_TRACKING_URI":
            del os.environ[name]


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a migrated, empty store; made once, also when several pytest workers run.  Copy it, never use it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    root = base / "store_template"
    with FileLock(base / "store_template.lock"):
        if not (root / "mlflow.db").is_file():
            open_store(Home(root))
    return root


@pytest.fixture
def mlflow_home(tmp_path: Path, store_template: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of the test's own, with an empty migrated store; the environment names it too."""
    root = tmp_path / "home"
    root.mkdir()
    shutil.copyfile(store_template / "mlflow.db", root / "mlflow.db")
    home = Home(root)
    follow_home(home)
    monkeypatch.setenv("NOTEBID_HOME", str(root))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return home
