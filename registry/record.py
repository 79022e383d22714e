"""Log a training as an MLflow run and register its bundle as a version of ``note-outcomes``."""

from __future__ import annotations

import importlib.metadata
import math
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from notes import OUTCOMES, TRAINING_DATA
from registry.champion import BUNDLE_TAG, MODEL_NAME, TRAINING_DATA_TAG, is_sha256
from registry.fetch import MODEL_FOLDER
from registry.home import Home, StoreError
from registry.store import experiment_id, open_store, quiet, store_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

_BATCH = 100  # MLflow takes at most 100 parameters or tags in one call
_LONGEST_PARAM = 6000
_RUNTIME = ("mlflow", "numpy", "pandas", "lightgbm")  # what predictor.py and the pyfunc import


class NotLoggedError(StoreError):
    """The model is trained and its bundle is kept, but the store took no record of it: exit 2."""


@dataclass(frozen=True)
class TrainingRecord:
    """What a training leaves in the store.  No row of a tape, no borrower's data and no path of a tape belongs in it.

    Parameters
    ----------
    bundle_folder
        ``artifacts/bundles/<bundle_sha256>``, written to the end.
    training_data
        ``made``, ``own`` or ``agency``.
    feature_names
        The model's inputs in order; all are declared double and optional.
    pyfunc_script
        ``serving/outcome_pyfunc.py``, which MLflow copies into the model.
    params
        Settings; values are written with ``str``.
    metrics
        Figures; those that are not finite are left out, since MLflow would store them as other numbers.
    tags
        Data hashes, versions and other short text.
    artifacts
        Files kept with the run: their name there to where they are.

    Raises
    ------
    ValueError
        The folder is not named by a sha256, or ``training_data`` is another word.
    """

    bundle_folder: Path
    training_data: str
    feature_names: tuple[str, ...]
    pyfunc_script: Path
    params: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_sha256(self.bundle_folder.name):
            raise ValueError(f"a bundle's folder is named by its sha256, found {self.bundle_folder.name!r}")
        if self.training_data not in TRAINING_DATA:
            raise ValueError(f"training_data must be one of {', '.join(TRAINING_DATA)}, found {self.training_data!r}")


@dataclass(frozen=True)
class RunReference:
    """Where a training was recorded.

    Parameters
    ----------
    run_id
        MLflow's id of the run.
    version
        The registered version of ``note-outcomes``.
    """

    run_id: str
    version: int

    @property
    def model_uri(self) -> str:
        """The version's address, for ``mlflow.pyfunc.load_model`` and for MODEL=."""
        return f"models:/{MODEL_NAME}/{self.version}"


def log_training(home: Home, record: TrainingRecord) -> RunReference:
    """Log a run with its parameters, metrics, tags and model, and register the model.  The champion stays what it was.

    The model is a models-from-code pyfunc around a copy of the bundle: feature frame in, four named probabilities out,
    no pickle, no example of the input.  Its version carries the tags ``bundle_sha256`` and ``training_data`` from the
    moment it exists.  A run that fails ends as FAILED, one that is interrupted as KILLED.

    Raises
    ------
    NotLoggedError
        The store failed; the message says where the bundle is and how to use it.
    BusyError
        The store must be made first and another run holds the lock.
    """
    try:
        client = open_store(home)
        with store_errors(home), quiet():
            run = client.create_run(experiment_id(client, home), tags=_run_tags(record))
            with _ended(client, run.info.run_id):
                _log_figures(client, run.info.run_id, record)
                _log_files(client, run.info.run_id, record)
                _log_model(client, run.info.run_id, record)
                version = _register(client, run.info.run_id, run.info.artifact_uri, record)
    except StoreError as error:
        raise NotLoggedError(
            f"the model is trained and kept in {record.bundle_folder}, but not logged and not registered: {error} Until "
            f"then score with MODEL={record.bundle_folder}"
        ) from error
    return RunReference(run.info.run_id, version)


@contextmanager
def _ended(client: MlflowClient, run_id: str) -> Iterator[None]:
    status = "FAILED"
    try:
        yield
        status = "FINISHED"
    except (KeyboardInterrupt, SystemExit):
        status = "KILLED"
        raise
    finally:
        try:
            client.set_terminated(run_id, status)
        except Exception:
            # What stopped the run says more than a store that cannot even note its end.
            if status == "FINISHED":
                raise


def _run_tags(record: TrainingRecord) -> dict[str, str]:
    return {
        **record.tags,
        "mlflow.runName": f"train on {record.training_data} data",
        "notebid_version": importlib.metadata.version("notebid"),
        BUNDLE_TAG: record.bundle_folder.name,
        TRAINING_DATA_TAG: record.training_data,
    }


def _log_figures(client: MlflowClient, run_id: str, record: TrainingRecord) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    params = [Param(name, str(value)[:_LONGEST_PARAM]) for name, value in record.params.items()]
    metrics = [Metric(name, float(value), now, 0) for name, value in record.metrics.items() if math.isfinite(value)]
    for start in range(0, max(len(params), len(metrics)), _BATCH):
        chosen = slice(start, start + _BATCH)
        client.log_batch(run_id, metrics=metrics[chosen], params=params[chosen])


def _log_files(client: MlflowClient, run_id: str, record: TrainingRecord) -> None:
    with tempfile.TemporaryDirectory(prefix="notebid-") as place:
        for name, path in record.artifacts.items():
            (Path(place) / name).write_bytes(path.read_bytes())
        if record.artifacts:
            client.log_artifacts(run_id, place)


def _log_model(client: MlflowClient, run_id: str, record: TrainingRecord) -> None:
    import mlflow.pyfunc

    with tempfile.TemporaryDirectory(prefix="notebid-") as place, warnings.catch_warnings():
        # An example of the input would be a row of somebody's tape.
        warnings.filterwarnings("ignore", "(?s).*An input example was not provided", UserWarning)
        model = Path(place) / MODEL_FOLDER
        mlflow.pyfunc.save_model(
            model,
            python_model=str(record.pyfunc_script),
            artifacts={"bundle": str(record.bundle_folder)},
            signature=_signature(record.feature_names),
            # Spelled out: MLflow would otherwise load the model in a process of its own to see what it imports.
            pip_requirements=[f"{name}=={importlib.metadata.version(name)}" for name in _RUNTIME],
        )
        client.log_artifacts(run_id, str(model), MODEL_FOLDER)


def _signature(feature_names: tuple[str, ...]) -> ModelSignature:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    inputs = Schema([ColSpec(DataType.double, name, required=False) for name in feature_names])
    outputs = Schema([ColSpec(DataType.double, f"p_{outcome}") for outcome in OUTCOMES])
    return ModelSignature(inputs, outputs)


def _register(client: MlflowClient, run_id: str, artifact_uri: str, record: TrainingRecord) -> int:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(
            MODEL_NAME, description="Probabilities of the four outcomes of a mortgage note; the alias champion scores."
        )
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    tags = {BUNDLE_TAG: record.bundle_folder.name, TRAINING_DATA_TAG: record.training_data}
    registered = client.create_model_version(MODEL_NAME, f"{artifact_uri}/{MODEL_FOLDER}", run_id, tags=tags)
    return int(registered.version)
