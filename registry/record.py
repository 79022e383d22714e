"""Log a training as an MLflow run and register its bundle as a version of ``note-outcomes``."""

from __future__ import annotations

import importlib.metadata
import math
import re
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from notes import OUTCOMES, TRAINING_DATA
from registry.champion import BUNDLE_TAG, MODEL_NAME, TRAINING_DATA_TAG, is_sha256
from registry.fetch import MODEL_FOLDER
from registry.gate_record import GateRecord
from registry.home import Home
from registry.once import made_once
from registry.same_bundle import SAME_AS_TAG, judge_again, version_of_bundle
from registry.store import experiment_id, open_store, quiet, store_errors
from registry.trials import TrialRun

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.models import ModelSignature

TRAINING_ID_TAG = "training_id"

_BATCH = 100  # MLflow takes at most 100 parameters or tags in one call
_LONGEST_PARAM = 6000
_RUNTIME = ("mlflow", "numpy", "pandas", "lightgbm")  # what predictor.py and the pyfunc import


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
    gate
        What the gate said; None where nobody judged.
    training_id
        Names this one training, so that it is never registered twice.
    trained_at
        When it ended, seconds since 1970; the run is dated by it also when it is logged much later.
    trials
        Of the search for settings before it; :func:`registry.trials.log_trials` logs them.

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
    gate: GateRecord | None = None
    training_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    trained_at: float = field(default_factory=time.time)
    trials: tuple[TrialRun, ...] = ()

    def __post_init__(self) -> None:
        if not is_sha256(self.bundle_folder.name):
            raise ValueError(f"a bundle's folder is named by its sha256, found {self.bundle_folder.name!r}")
        if self.training_data not in TRAINING_DATA:
            raise ValueError(f"training_data must be one of {', '.join(TRAINING_DATA)}, found {self.training_data!r}")
        if not re.fullmatch(r"[0-9a-f]{32}", self.training_id):
            raise ValueError(f"a training's id is 32 hexadecimal digits, found {self.training_id!r}")


@dataclass(frozen=True)
class RunReference:
    """Where a training was recorded.

    Parameters
    ----------
    run_id
        MLflow's id of the run.
    version
        The registered version of ``note-outcomes``.
    was_there
        Whether an earlier training of the same bundle had registered it.
    """

    run_id: str
    version: int
    was_there: bool = False

    @property
    def model_uri(self) -> str:
        """The version's address, for ``mlflow.pyfunc.load_model`` and for MODEL=."""
        return f"models:/{MODEL_NAME}/{self.version}"


def log_training(home: Home, record: TrainingRecord) -> RunReference:
    """Log a run with its parameters, metrics, tags and model, and register the model.  The champion stays what it was.

    The model is a models-from-code pyfunc around a copy of the bundle: feature frame in, four named probabilities out,
    no pickle, no example of the input.  Its version carries the tags ``bundle_sha256``, ``training_data`` and the gate's
    verdict from the moment it exists.  A run that fails ends as FAILED, one that is interrupted as KILLED.

    Doing it twice with one record is doing it once: a run that broke off is taken up again, and a version that is there
    already is given.  A bundle that an earlier training registered is not registered again: its version gets the verdict of
    this training, unless it is the champion.

    Raises
    ------
    StoreError
        The store failed.
    BusyError
        The store must be made first and another run holds the lock.
    """
    client = open_store(home)
    with store_errors(home), quiet():
        there = find_version(client, record.training_id)
        if there is not None:
            if client.get_run(there.run_id).info.status != "FINISHED":  # it broke off after the last thing to be done
                client.set_terminated(there.run_id, "FINISHED")
            return there
        run = _run(client, home, record)
        with _ended(client, run.info.run_id):
            _log_figures(client, run.info.run_id, record)
            _log_files(client, run.info.run_id, record)
            known = version_of_bundle(client, record.bundle_folder.name)
            if known is not None:
                client.set_tag(run.info.run_id, SAME_AS_TAG, str(known))
                judge_again(client, known, record.gate)
                return RunReference(run.info.run_id, known, was_there=True)
            _log_model(client, run.info.run_id, record)
            return made_once(
                home,
                lambda: find_version(client, record.training_id),
                lambda: _register(client, run.info.run_id, run.info.artifact_uri, record),
            )


def find_version(client: MlflowClient, training_id: str) -> RunReference | None:
    """Give the version that a training was registered as, None if it was not."""
    wanted = f"name = '{MODEL_NAME}' AND tags.{TRAINING_ID_TAG} = '{training_id}'"
    found = [(int(one.version), str(one.run_id)) for one in client.search_model_versions(wanted)]
    if not found:
        return None
    version, run_id = min(found)
    return RunReference(run_id, version)


def _run(client: MlflowClient, home: Home, record: TrainingRecord) -> Run:
    """Take up the run of a training that broke off, or begin one."""
    experiment = experiment_id(client, home)

    def look() -> Run | None:
        found = client.search_runs([experiment], f"tags.{TRAINING_ID_TAG} = '{record.training_id}'", max_results=1)
        return found[0] if found else None

    def make() -> Run:
        return client.create_run(experiment, start_time=int(record.trained_at * 1000), tags=_run_tags(record))

    return made_once(home, look, make)


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
        **_identity(record),
    }


def _identity(record: TrainingRecord) -> dict[str, str]:
    return {
        BUNDLE_TAG: record.bundle_folder.name,
        TRAINING_DATA_TAG: record.training_data,
        TRAINING_ID_TAG: record.training_id,
    }


def _log_figures(client: MlflowClient, run_id: str, record: TrainingRecord) -> None:
    from mlflow.entities import Metric, Param

    now = int(record.trained_at * 1000)  # the same again when a run is taken up: a figure is stored once
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


def _register(client: MlflowClient, run_id: str, artifact_uri: str, record: TrainingRecord) -> RunReference:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(
            MODEL_NAME, description="Probabilities of the four outcomes of a mortgage note; the alias champion scores."
        )
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    tags = _identity(record) | ({} if record.gate is None else record.gate.to_tags())
    registered = client.create_model_version(MODEL_NAME, f"{artifact_uri}/{MODEL_FOLDER}", run_id, tags=tags)
    return RunReference(run_id, int(registered.version))
