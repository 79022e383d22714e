from pathlib import Path

import pytest

from notes import UsageError
from registry.home import Home, without_password


def test_without_settings_the_home_is_the_checkout_and_the_store_a_file_in_it():
    home = Home.from_environment({})
    assert (home.root / "pyproject.toml").is_file()
    assert home.store == home.root / "mlflow.db"
    assert home.tracking_uri == f"sqlite:///{home.store}"
    assert home.bundles == home.root / "artifacts" / "bundles"
    assert home.is_own_store


def test_the_mark_of_a_store_tells_it_from_others_wherever_the_home_lies_and_whoever_asks(tmp_path):
    server = "https://{}mlflow.example:5000"
    marks = [Home(tmp_path / "here", uri).store_mark for uri in ("", server.format(""), "sqlite:////srv/other.db")]
    assert len(set(marks)) == 3
    assert Home(tmp_path / "moved").store_mark == marks[0] == "own"
    assert Home(tmp_path, server.format("ann:secret@")).store_mark == marks[1]
    assert not any("/" in one or "mlflow" in one for one in marks)


def test_notebid_home_moves_store_artifacts_and_out_together(tmp_path):
    home = Home.from_environment({"NOTEBID_HOME": str(tmp_path / "new")})
    assert {path.parent for path in (home.store, home.artifacts, home.out, home.lock)} == {tmp_path / "new"}


def test_a_relative_home_counts_from_where_the_user_stands(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBID_CWD", str(tmp_path))  # what the Makefile hands down
    assert Home.from_environment({"NOTEBID_HOME": "mine"}).root == tmp_path / "mine"


def test_the_home_of_somebody_unknown_is_wrong_use():
    with pytest.raises(UsageError, match="no such home directory"):
        Home.from_environment({"NOTEBID_HOME": "~nobody-of-this-name/notes"})


def test_an_empty_variable_counts_as_unset(tmp_path):
    home = Home.from_environment({"NOTEBID_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": ""})
    assert home.is_own_store


@pytest.mark.parametrize("uri", ["./mlruns", "mlruns", "file:./mlruns", "file:///srv/mlruns", "/srv/mlruns"])
def test_a_folder_of_files_as_store_is_refused_with_the_way_out(uri, tmp_path):
    with pytest.raises(UsageError, match=r"folder of files.*Unset it.*mlflow migrate-filestore --source"):
        Home.from_environment({"NOTEBID_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": uri})


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused_since_models_would_be_lost(uri, tmp_path):
    with pytest.raises(UsageError, match="in memory"):
        Home(tmp_path, uri)


def test_an_unknown_kind_of_store_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"ftp://x/y.*does not know"):
        Home(tmp_path, "ftp://x/y")


@pytest.mark.parametrize(
    "uri", ["https://mlflow.example", "http://127.0.0.1:5000", "databricks", "postgresql+psycopg2://u:p@db/mlflow"]
)
def test_servers_and_databases_are_taken_as_they_are(uri, tmp_path):
    home = Home(tmp_path, uri)
    assert home.tracking_uri == uri
    assert home.sqlite_file is None
    assert home.is_server == (not uri.startswith("postgresql"))


def test_a_relative_sqlite_file_becomes_absolute_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBID_CWD", str(tmp_path))
    home = Home(tmp_path / "home", "sqlite:///team.db")
    assert home.sqlite_file == tmp_path / "team.db"
    assert not home.is_own_store


def test_a_file_in_the_place_of_the_home_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        Home(tmp_path / "taken")


@pytest.mark.parametrize("name", ["what?", "100%20"])
def test_a_folder_name_that_a_database_address_cannot_hold_is_refused(name, tmp_path):
    with pytest.raises(UsageError, match="rename it"):
        Home(tmp_path / name)


def test_a_password_never_shows():
    assert without_password("https://ann:secret@mlflow.example/x") == "https://mlflow.example/x"
    assert without_password("sqlite:////srv/a@b/mlflow.db") == "sqlite:////srv/a@b/mlflow.db"
    with pytest.raises(UsageError) as refused:
        Home(Path("/srv/notes"), "ftp://ann:secret@mlflow.example")
    assert "secret" not in str(refused.value)


def test_the_seconds_of_a_server_are_a_number_above_zero():
    assert Home.from_environment({"NOTEBID_STORE_SECONDS": "20"}).store_seconds == 20.0
    assert Home.from_environment({"NOTEBID_STORE_SECONDS": ""}).store_seconds == 300.0
    for text in ("0", "-1", "nan", "inf", "1e9", "soon"):
        with pytest.raises(UsageError, match=f"NOTEBID_STORE_SECONDS='{text}' must be a number of seconds above 0"):
            Home.from_environment({"NOTEBID_STORE_SECONDS": text})
