"""The MLflow store: made once under the lock, spoken to quietly, its artifacts always where the home says."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.home import Home, StoreError, without_password
from registry.lock import hold

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "notebid"
RETRIES_VARIABLE = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"

_ALWAYS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # Else a run on a server ends with two lines on stdout, in the middle of --json.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # Else MLflow copies a uv.lock and pyproject.toml of whatever folder the user stands in into the model.
    "MLFLOW_UV_AUTO_DETECT": "false",
}
# MLflow tries a dead server for minutes; a trained model must not wait that long to hear that it was not logged.
_UNLESS_SET = {
    RETRIES_VARIABLE: "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    # Else a server in trouble says for how long notebid is to sleep.
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
}
_LONGEST_REASON = 300
_QUIET = ("mlflow", "alembic", "sqlalchemy", "urllib3")


def prepare_environment() -> None:
    """Set the variables that must stand before MLflow is imported: no telemetry, no pickle, no progress bars."""
    os.environ.update(_ALWAYS)
    for name, value in _UNLESS_SET.items():
        os.environ.setdefault(name, value)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep MLflow's own chatter off the terminal; what goes wrong still comes as an exception."""
    loggers = [logging.getLogger(name) for name in _QUIET]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def store_errors(home: Home) -> Iterator[None]:
    """Turn what MLflow and the database raise into a :class:`~registry.home.StoreError` that names the store.

    Raises
    ------
    StoreError
        Any failure of the store inside the block.
    """
    import sqlalchemy
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        # The address with its password may stand in the middle of what was raised.
        reason = cut_short(re.sub(r"//[^/\s@]*@", "//", str(error)), _LONGEST_REASON)
        raise StoreError(
            f"the model store {without_password(home.tracking_uri)} failed: {reason} Check MLFLOW_TRACKING_URI (unset, "
            "it is a file in the checkout) and that the store answers."
        ) from error


def cut_short(text: str, most: int) -> str:
    r"""Give text as one line that ends as a sentence does, or after so many letters at the end of a word, with " ...".

    Examples
    --------
    >>> cut_short("Max retries\n exceeded", 40), cut_short("Max retries exceeded with url", 22)
    ('Max retries exceeded.', 'Max retries exceeded ...')
    >>> cut_short("who are you?", 40), cut_short("", 40)
    ('who are you?', 'no message.')
    """
    line = " ".join(text.split()).rstrip(".") or "no message"
    if len(line) <= most:
        return line if line.endswith(("?", "!")) else f"{line}."
    return f"{line[: most + 1].rpartition(' ')[0] or line[:most]} ..."


def open_store(home: Home) -> MlflowClient:
    """Give a client of the home's store, making or migrating the home's own store when that is needed.

    A new store is built beside its place and moved there when it is whole, so that a run killed in the middle leaves
    none.  An old one is copied to ``mlflow.db.before-<revision>`` before it is migrated.  A store that the user named is
    created if it is a missing SQLite file, and never migrated.

    Returns
    -------
    mlflow.MlflowClient
        Bound to the store and its registry; no global tracking URI is set.

    Raises
    ------
    StoreError
        The store does not answer, or is of another MLflow's version.
    BusyError
        The store must be made and another run holds the lock.
    """
    prepare_environment()
    from mlflow import MlflowClient  # before quiet(): its import sets its loggers' levels

    with quiet(), store_errors(home):
        if home.sqlite_file is not None:
            _ensure_database(home, home.sqlite_file)
        return MlflowClient(tracking_uri=home.tracking_uri, registry_uri=home.tracking_uri)


def experiment_id(client: MlflowClient, home: Home) -> str:
    """Give the id of the experiment ``notebid``, made on first use with its artifact location spelled out.

    Only a server decides for itself where artifacts go; MLflow's own default for a database would be ``./mlruns``.
    """
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        location = None if home.is_server else (home.mlflow_artifacts / EXPERIMENT).as_uri()
        try:
            return str(client.create_experiment(EXPERIMENT, artifact_location=location))
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        raise StoreError(f"the experiment {EXPERIMENT!r} exists but cannot be read: ask who runs the server.")
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _ensure_database(home: Home, file: Path) -> None:
    newest = _newest_revision()
    if _revision(file) != newest:
        with hold(home):
            found = _revision(file)  # again: another run may have made it while this one waited
            if found is None:
                _create(home, file)
            elif found != newest and home.is_own_store:
                _migrate(file, found)
            # Another's store is left as it is: MLflow itself says that it is out of date, and how to upgrade it.
    if home.is_own_store:
        follow_home(home)


_LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def follow_home(home: Home) -> None:
    """Put the artifact addresses in the home's own store right after the home was moved or copied.

    MLflow writes them absolute and has no call to change them; left alone, a training would write into the old folder.
    Addresses that do not lie in the artifact folder of the old home stay.  MLflow is not imported.

    Raises
    ------
    BusyError
        The home was moved and another run holds the lock.
    """
    tail, new = f"/artifacts/mlflow/{EXPERIMENT}", home.mlflow_artifacts.as_uri()
    with closing(sqlite3.connect(home.store, timeout=20)) as connection:
        row = connection.execute("SELECT artifact_location FROM experiments WHERE name = ?", (EXPERIMENT,)).fetchone()
        if row is None or not str(row[0]).endswith(tail) or row[0] == f"{new}/{EXPERIMENT}":
            return
        old = str(row[0]).removesuffix(f"/{EXPERIMENT}")
        with hold(home), connection:
            for table, column in _LOCATIONS:
                connection.execute(
                    f"UPDATE {table} SET {column} = :new || substr({column}, length(:old) + 1) "  # noqa: S608 - constants
                    f"WHERE {column} = :old OR substr({column}, 1, length(:old) + 1) = :old || '/'",
                    {"new": new, "old": old},
                )


def _revision(file: Path) -> str | None:
    """Give the schema revision of an SQLite store, None where there is no store yet.

    What a killed writer left half done is undone here, which a connection opened for reading alone may not do.  SQLite
    reads a file that cannot be written to all the same.
    """
    if not file.is_file() or file.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=20)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _newest_revision() -> str:
    from mlflow.store.db import utils

    untyped: Any = utils
    return str(untyped._get_latest_schema_revision())


def _create(home: Home, file: Path) -> None:
    from mlflow.store.tracking import sqlalchemy_store

    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_bytes(b"")  # fails at once where nothing may be written; MLflow would try for minutes
    # Making the store also makes MLflow's experiment "Default", whose location would be ./mlruns if not given here.
    untyped: Any = sqlalchemy_store
    store = untyped.SqlAlchemyStore(f"sqlite:///{unfinished}", home.mlflow_artifacts.as_uri())
    store.create_experiment(EXPERIMENT, (home.mlflow_artifacts / EXPERIMENT).as_uri())
    store.engine.dispose()
    os.replace(unfinished, file)


def _migrate(file: Path, found: str) -> None:
    from alembic.util import CommandError
    from mlflow.store.db import utils

    shutil.copyfile(file, file.with_name(f"{file.name}.before-{found}"))
    untyped: Any = utils
    engine = untyped.create_sqlalchemy_engine(f"sqlite:///{file}")
    try:
        untyped._upgrade_db(engine)
    except CommandError as error:
        raise StoreError(
            f"{file} was written by a newer MLflow (schema {found}), which this one cannot read. Run `make` to install "
            "the locked versions, or set NOTEBID_HOME to another folder."
        ) from error
    finally:
        engine.dispose()
