"""A folder of one's own, and files in it."""

import pytest


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NOTEBID_CWD", str(tmp_path))
    return tmp_path / "home"


@pytest.fixture
def written(tmp_path):
    def write(text, name):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
