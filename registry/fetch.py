"""Bring a bundle back from a run's artifacts when the home no longer holds it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from notes import ModelError
from registry.home import Home
from registry.store import open_store, quiet

MODEL_FOLDER = "model"
"""Where in a run's artifacts the pyfunc lies; its copy of the bundle is ``model/artifacts/<bundle_sha256>``."""


def fetch_bundle(home: Home, run_id: str, bundle_sha256: str) -> Path:
    """Download a registered version's bundle to its place under the home.

    Returns
    -------
    pathlib.Path
        ``artifacts/bundles/<bundle_sha256>``, moved there whole.  Its hashes are checked when it is loaded.

    Raises
    ------
    ModelError
        The run's artifacts hold no such bundle, or cannot be reached.
    """
    client = open_store(home)
    from mlflow.exceptions import MlflowException

    home.bundles.mkdir(parents=True, exist_ok=True)
    folder = home.bundles / bundle_sha256
    with tempfile.TemporaryDirectory(dir=home.bundles, prefix=".fetching-") as place:
        try:
            with quiet():
                came = Path(client.download_artifacts(run_id, f"{MODEL_FOLDER}/artifacts/{bundle_sha256}", place))
        except (MlflowException, OSError) as error:
            raise ModelError(_lost(folder, run_id)) from error
        if not (came / "manifest.json").is_file():
            raise ModelError(_lost(folder, run_id))
        try:
            os.rename(came, folder)
        except OSError:
            if not (folder / "manifest.json").is_file():  # else another run has just brought the same one
                raise
    return folder


def _lost(folder: Path, run_id: str) -> str:
    return (
        f"the bundle {folder} is gone and the artifacts of run {run_id or '(none)'} do not hold it either. Copy the folder "
        "back from where the model was trained, name another MODEL, or train again."
    )
