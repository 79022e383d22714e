"""Find the bundle that a user's MODEL= means, on a local store without importing MLflow."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from notes import ModelError, UsageError
from registry.home import Home, user_path

MODEL_NAME = "note-outcomes"
CHAMPION = "champion"
CHALLENGER = "challenger"
CHAMPION_URI = f"models:/{MODEL_NAME}@{CHAMPION}"
BUNDLE_TAG = "bundle_sha256"
TRAINING_DATA_TAG = "training_data"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REGISTERED = re.compile(r"models:/([^/@:\s]+)(?:@([A-Za-z0-9_.-]+)|/([1-9][0-9]{0,8}))")
_FORMS = f"{CHAMPION_URI} (the default), models:/{MODEL_NAME}/3, a version such as 3, or a bundle's folder"

_QUERY = f"""
SELECT v.version, v.status, v.run_id, bundle.value, made.value
FROM model_versions v
LEFT JOIN model_version_tags bundle ON bundle.workspace = v.workspace AND bundle.name = v.name
    AND bundle.version = v.version AND bundle.key = '{BUNDLE_TAG}'
LEFT JOIN model_version_tags made ON made.workspace = v.workspace AND made.name = v.name
    AND made.version = v.version AND made.key = '{TRAINING_DATA_TAG}'
WHERE v.workspace = 'default' AND v.name = :name AND IFNULL(v.current_stage, '') <> 'Deleted_Internal'
    AND v.version = COALESCE(:version, (
        SELECT a.version FROM registered_model_aliases a
        WHERE a.workspace = 'default' AND a.name = :name AND a.alias = :alias))
"""  # noqa: S608 - only this module's constants go in; what the user wrote is bound


@dataclass(frozen=True)
class ModelReference:
    """Where a model's bundle is, and what the registry says of it.

    Parameters
    ----------
    bundle_folder
        The folder, there when the reference was made.  What is in it is checked by whoever loads it.
    name, version, alias
        The registered model; empty, None and empty for a folder that the user named.  ``alias`` is empty too where a
        version was asked for.
    training_data
        ``made``, ``own`` or ``agency`` by the version's tag; empty for a folder: the manifest knows.
    """

    bundle_folder: Path
    name: str = ""
    version: int | None = None
    alias: str = ""
    training_data: str = ""


@dataclass(frozen=True)
class _Wanted:
    name: str
    alias: str = ""
    version: int | None = None

    def __str__(self) -> str:
        return f"models:/{self.name}@{self.alias}" if self.alias else f"models:/{self.name}/{self.version}"


@dataclass(frozen=True)
class RegisteredVersion:
    """What the registry says of one version; texts are empty where it says nothing.

    Parameters
    ----------
    status
        ``READY`` once registered to the end.
    training_data
        ``made``, ``own`` or ``agency``, by the version's tag.
    """

    version: int
    status: str
    run_id: str
    bundle_sha256: str
    training_data: str


def find_model(model: str, home: Home) -> ModelReference | None:
    """Find the model that a user means.

    On an SQLite store this is one read-only query; MLflow is imported only for other stores, for a schema that this
    code does not know, and to fetch a bundle that is no longer on disk.  The bundle is found by its hash under the
    home, so a checkout that was moved still finds it.

    Parameters
    ----------
    model
        ``models:/note-outcomes@champion``, ``models:/note-outcomes/3``, a version ``3``, or a bundle's folder.  Empty: the
        champion.

    Returns
    -------
    ModelReference or None
        None when the champion is asked for and there is none yet.

    Raises
    ------
    UsageError
        The text is none of these forms, or names a version, alias or folder that does not exist.
    ModelError
        The version has no bundle that could be found or fetched.
    StoreError
        The store does not answer.
    """
    wanted = _parse(model.strip() or CHAMPION_URI)
    if isinstance(wanted, Path):
        return ModelReference(wanted)
    entry = _read(wanted, home)
    if entry is None:
        if wanted == _Wanted(MODEL_NAME, CHAMPION):
            return None
        raise UsageError(f"{wanted} is not in the registry. MODEL takes {_FORMS}; make ui shows what there is.")
    if entry.status != "READY":
        raise ModelError(
            f"{wanted} was not registered to the end (status {entry.status}). Train again, or name another."
        )
    return ModelReference(
        _bundle_folder(wanted, entry, home), wanted.name, entry.version, wanted.alias, entry.training_data
    )


def _parse(model: str) -> _Wanted | Path:
    if re.fullmatch(r"[1-9][0-9]{0,8}", model):
        return _Wanted(MODEL_NAME, version=int(model))
    registered = _REGISTERED.fullmatch(model)
    if registered:
        name, alias, version = registered.groups()
        return _Wanted(name, alias or "", int(version) if version else None)
    try:
        folder = user_path(model)
        if (folder / "manifest.json").is_file():
            return folder
    except (OSError, ValueError):  # a name too long, a NUL in it, no such home directory
        pass
    raise UsageError(f"MODEL={model!r} is neither a model nor the folder of a bundle. It takes {_FORMS}.")


def read_version(home: Home, alias: str = "", version: int | None = None) -> RegisteredVersion | None:
    """Read what the registry says of a version of ``note-outcomes``, by alias or by number; None if there is none.

    The bundle need not be there.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    return _read(_Wanted(MODEL_NAME, alias, version), home)


def is_sha256(text: str) -> bool:
    """Say whether a text is a sha256 in lower-case hexadecimal, and so safe as the name of a folder."""
    return _SHA256.fullmatch(text) is not None


def _read(wanted: _Wanted, home: Home) -> RegisteredVersion | None:
    file = home.sqlite_file
    if file is not None:
        if not file.is_file():
            return None
        try:
            return _query(wanted, file)
        except sqlite3.Error:
            pass  # a schema of another version, or a journal that a killed writer left: MLflow can deal with both
    return _ask_mlflow(wanted, home)


def _query(wanted: _Wanted, file: Path) -> RegisteredVersion | None:
    bound = {"name": wanted.name, "version": wanted.version, "alias": wanted.alias}
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=20)) as connection:
        row = connection.execute(_QUERY, bound).fetchone()
    if row is None:
        return None
    version, status, run_id, bundle_sha256, training_data = row
    return RegisteredVersion(int(version), status or "", run_id or "", bundle_sha256 or "", training_data or "")


def _ask_mlflow(wanted: _Wanted, home: Home) -> RegisteredVersion | None:
    from registry.store import open_store, quiet, store_errors

    client = open_store(home)
    from mlflow.exceptions import MlflowException

    with store_errors(home), quiet():
        try:
            if wanted.alias:
                found = client.get_model_version_by_alias(wanted.name, wanted.alias)
            else:
                found = client.get_model_version(wanted.name, str(wanted.version))
        except MlflowException as error:
            # The database store answers a missing alias with INVALID_PARAMETER_VALUE, a server with the other.
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise
    tags = found.tags
    return RegisteredVersion(
        int(found.version), found.status, found.run_id or "", tags.get(BUNDLE_TAG, ""), tags.get(TRAINING_DATA_TAG, "")
    )


def _bundle_folder(wanted: _Wanted, entry: RegisteredVersion, home: Home) -> Path:
    # The tag may come from a server that others write to: nothing but a hash becomes part of a path.
    if not is_sha256(entry.bundle_sha256):
        raise ModelError(
            f"{wanted} (version {entry.version}) carries no tag {BUNDLE_TAG} with a sha256, so it was not registered by "
            "notebid train. Name another version, or train."
        )
    folder = home.bundles / entry.bundle_sha256
    if not (folder / "manifest.json").is_file():
        from registry.fetch import fetch_bundle

        fetch_bundle(home, entry.run_id, entry.bundle_sha256)
    return folder
