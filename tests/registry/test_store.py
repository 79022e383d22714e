import logging
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from registry.home import Home, StoreError
from registry.promote import current_champion, promote
from registry.store import EXPERIMENT, experiment_id, open_store, store_errors

FIRST_RUN = """
import sys
from pathlib import Path
from registry.home import Home
from registry.store import experiment_id, open_store
home = Home(Path(sys.argv[1]))
client = open_store(home)
run = client.create_run(experiment_id(client, home))
print(run.info.run_id, "mlflow.telemetry" in sys.modules)
"""


def rows(home: Home, query: str) -> list[tuple]:
    with sqlite3.connect(home.store) as connection:
        return connection.execute(query).fetchall()


def test_artifacts_lie_under_the_home_and_never_in_mlruns(mlflow_home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    client = open_store(mlflow_home)
    run = client.create_run(experiment_id(client, mlflow_home))
    client.log_text(run.info.run_id, "text", "a.txt")
    written = mlflow_home.mlflow_artifacts / EXPERIMENT / run.info.run_id / "artifacts" / "a.txt"
    assert written.read_text() == "text"
    assert not (tmp_path / "mlruns").exists()
    assert all(
        "mlruns" not in location for (location,) in rows(mlflow_home, "SELECT artifact_location FROM experiments")
    )


def test_opening_the_store_sets_no_global_address_and_no_root_logger(mlflow_home):
    import mlflow

    before, level = mlflow.get_tracking_uri(), logging.getLogger("mlflow").level
    open_store(mlflow_home)
    assert mlflow.get_tracking_uri() == before
    assert "MLFLOW_TRACKING_URI" not in os.environ
    assert logging.getLogger("mlflow").level == level


def test_telemetry_and_pickle_are_off_even_if_the_user_had_them_on(mlflow_home, monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")
    open_store(mlflow_home)
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"


def test_a_moved_home_takes_its_runs_with_it(mlflow_home, tmp_path):
    client = open_store(mlflow_home)
    run = client.create_run(experiment_id(client, mlflow_home))
    client.log_text(run.info.run_id, "text", "a.txt")
    moved = Home(tmp_path / "moved it")  # the longer name with a blank: addresses are quoted
    shutil.move(mlflow_home.root, moved.root)
    client = open_store(moved)
    assert Path(client.download_artifacts(run.info.run_id, "a.txt")).read_text() == "text"
    again = client.create_run(experiment_id(client, moved))
    client.log_text(again.info.run_id, "text", "b.txt")
    assert not mlflow_home.root.exists()


def test_a_deleted_experiment_is_brought_back(mlflow_home):
    client = open_store(mlflow_home)
    found = experiment_id(client, mlflow_home)
    client.delete_experiment(found)
    assert experiment_id(client, mlflow_home) == found
    client.create_run(found)


def test_a_store_of_a_newer_mlflow_is_refused_and_left_as_it_was(mlflow_home):
    with sqlite3.connect(mlflow_home.store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from2031'")
    with pytest.raises(StoreError, match=r"newer MLflow.*from2031"):
        open_store(mlflow_home)
    assert rows(mlflow_home, "SELECT version_num FROM alembic_version") == [("from2031",)]


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path):
    home = Home(tmp_path)
    home.store.write_text("this is a letter, not a database, and it is long enough to have a header")
    with pytest.raises(StoreError, match=r"mlflow\.db failed: file is not a database"):
        open_store(home)


def test_what_a_store_failed_with_is_cut_at_the_end_of_a_word_and_says_so(tmp_path):
    with pytest.raises(StoreError) as short, store_errors(Home(tmp_path)):
        raise OSError("disk full.")
    assert "failed: disk full. Check MLFLOW_TRACKING_URI" in str(short.value)
    for raised, said in (("", "no message."), ("...", "no message."), ("what?", "what?")):
        with pytest.raises(StoreError, match=re.escape(f"failed: {said} Check")), store_errors(Home(tmp_path)):
            raise OSError(raised)
    words = " ".join(f"HTTPConnectionPool(host='10.0.0.{i}')" for i in range(20))
    with pytest.raises(StoreError) as long, store_errors(Home(tmp_path)):
        raise OSError(words)
    said = str(long.value).partition("failed: ")[2].partition(" Check")[0]
    assert said.endswith("') ...")
    assert 250 < len(said) <= 304
    assert words.startswith(said.removesuffix(" ..."))


def test_a_run_killed_while_making_the_store_leaves_nothing_in_the_way(tmp_path, store_template):
    home = Home(tmp_path / "home")
    home.root.mkdir()
    whole = (store_template / "mlflow.db").read_bytes()
    home.store.with_name("mlflow.db.unfinished").write_bytes(whole[: len(whole) // 2])
    client = open_store(home)
    client.create_run(experiment_id(client, home))
    assert sorted(path.name for path in home.root.iterdir()) == [".notebid.lock", "mlflow.db"]


@pytest.mark.slow
def test_a_store_of_an_older_mlflow_is_copied_aside_and_migrated(tmp_path):
    from alembic import command
    from alembic.script import ScriptDirectory
    from mlflow.store.db import utils
    from mlflow.store.tracking.dbmodels.initial_models import Base

    home = Home(tmp_path)
    engine = utils.create_sqlalchemy_engine(home.tracking_uri)
    Base.metadata.create_all(engine)
    config = utils._get_alembic_config(home.tracking_uri)
    older = ScriptDirectory.from_config(config).get_revision("head").down_revision
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, older)
    engine.dispose()

    client = open_store(home)
    client.create_run(experiment_id(client, home))
    assert rows(home, "SELECT version_num FROM alembic_version") != [(older,)]
    assert (tmp_path / f"mlflow.db.before-{older}").is_file()
    location = client.get_experiment_by_name(EXPERIMENT).artifact_location
    assert location == (home.mlflow_artifacts / EXPERIMENT).as_uri()


@pytest.mark.slow
def test_four_first_runs_at_once_on_a_new_store_all_work(tmp_path):
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_RUN, str(tmp_path / "home")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, said
    assert [error for _, error in said] == [""] * 4  # quiet, too
    assert len({out for out, _ in said}) == 4
    assert len(rows(Home(tmp_path / "home"), "SELECT run_uuid FROM runs")) == 4


KILLED_WRITER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit that never comes
connection.execute("BEGIN")
connection.execute("CREATE TABLE half_written (page BLOB)")
connection.executemany("INSERT INTO half_written VALUES (?)", [(bytes(4096),)] * 200)
connection.execute("UPDATE registered_model_aliases SET version = 99")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_store_whose_writer_was_killed_in_the_middle_is_as_it_was_before(mlflow_home, register):
    promote(mlflow_home, register(), None)
    before = current_champion(mlflow_home)
    assert before is not None
    killed = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(mlflow_home.sqlite_file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    journal = Path(f"{mlflow_home.sqlite_file}-journal")
    assert journal.stat().st_size > 0  # the writer left its work half done
    assert current_champion(mlflow_home) == before
    with closing(sqlite3.connect(mlflow_home.sqlite_file)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "half_written" not in tables
