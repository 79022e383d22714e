"""A model on disk: a folder of text files, named by its hash, written whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from models import predictor as predictor_module
from models.bundle_files import sha256, write_model, write_text
from models.candidate import CandidateContents, read_candidate, write_candidate
from models.canonical_json import canonical_json
from models.golden import Golden
from models.predictor import FORMAT, THREADS_VARIABLE, Floats, Predictor
from notes import OUTCOMES, TRAINING_DATA, ModelError, Tape, UsageError
from notes.inputs import Inputs

if TYPE_CHECKING:
    from models.classifier import OutcomeClassifier

HASHED_FILES = ("anchor.json", "calibrator.json", "golden.json", "model.txt", "predictor.py")
LIBRARIES = ("lightgbm", "numpy", "pandas", "scikit-learn", "scipy")
NOT_IN_HASH = ("bundle_sha256", "information", "information_sha256")
"""Fields of the manifest that do not make another model: same data, same hash."""
RESTORE = "restore the folder from a copy, or train again with 'notebid train'"


@dataclass(frozen=True)
class BundleContents:
    """What goes into a bundle.

    Parameters
    ----------
    classifier
        Fitted on :class:`~notes.Outcome` labels and a frame with named columns, temperature set.
    golden_tape, golden_features
        Made notes and their features, row by row; 32 are usual.  The bundle computes their probabilities when written.
    label_settings
        How outcomes were decided: ``horizon_months``, ``streak_months`` and the like.
    training_window
        First and last ``as_of_date`` and last ``observed_through``, ISO dates.
    training_data
        ``made``, ``own`` or ``agency``.
    metrics
        Names to numbers, as they were when the model was judged.
    data_hashes
        File name to sha256 of what it was trained on.
    desk
        What the resolutions say of months, branches and recoveries, as plain JSON values; empty: nothing.
    uncertainty
        How sure the model is of its probabilities, :meth:`models.uncertainty.Uncertainty.to_dict`; empty: it does not say.
    drift
        What a tape is held against, :meth:`models.drift_check.DriftCheck.to_dict`; empty: nothing.
    information
        Commit, time of writing and what else is good to know; not part of the hash.
    candidate
        The model as it was judged, to compare later ones with; None: none is kept.
    inputs
        What of a tape the model is to be shown.
    """

    classifier: OutcomeClassifier
    golden_tape: Tape
    golden_features: pd.DataFrame
    label_settings: Mapping[str, Any]
    training_window: Mapping[str, Any]
    training_data: str
    metrics: Mapping[str, Any]
    data_hashes: Mapping[str, str]
    desk: Mapping[str, Any] = field(default_factory=dict)
    uncertainty: Mapping[str, Any] = field(default_factory=dict)
    drift: Mapping[str, Any] = field(default_factory=dict)
    information: Mapping[str, Any] = field(default_factory=dict)
    candidate: CandidateContents | None = None
    inputs: Inputs = field(default_factory=Inputs)


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read and found whole.

    Parameters
    ----------
    folder
        Where it lies.
    manifest
        The content of ``manifest.json``.
    predictor
        Ready to predict, with the code of today; the copy in the folder is for other processes.
    golden
        Its golden notes; ``golden.check_features`` is for the caller, who can compute features.
    """

    folder: Path
    manifest: Mapping[str, Any]
    predictor: Predictor
    golden: Golden

    @property
    def sha256(self) -> str:
        """The hash of the bundle, which is the folder's name."""
        return str(self.manifest["bundle_sha256"])

    @property
    def is_made(self) -> bool:
        """Whether the model was trained on made data: it must never pass for a real one."""
        return str(self.manifest["training_data"]) == "made"


def write_bundle(root: Path, contents: BundleContents) -> Path:
    """Write a bundle to ``root/<bundle_sha256>/`` and give that folder.

    It is written beside its place and renamed when complete, so that no half bundle can be read.  If a whole bundle of this
    hash is there already it is kept, with the new ``information``; a damaged one is replaced.

    Raises
    ------
    ValueError
        The classifier is not fitted on outcomes and named features, an unknown ``training_data``, golden features of other
        names, or a number in the contents that is not finite.
    """
    _check_contents(contents)
    root.mkdir(parents=True, exist_ok=True)
    writing = root / f".writing-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    writing.mkdir()
    try:
        _write_parts(writing, contents)
        candidate = {} if contents.candidate is None else write_candidate(writing, contents.candidate)
        draft = _manifest(writing, contents, candidate)
        write_text(writing / "manifest.json", canonical_json(draft, indent=2))
        probabilities = _probabilities(Predictor(writing, 1), contents.golden_features)
        golden = Golden(contents.golden_tape, contents.golden_features, probabilities)
        write_text(writing / "golden.json", golden.to_json())
        manifest = _manifest(writing, contents, candidate)
        write_text(writing / "manifest.json", canonical_json(manifest, indent=2))
        return _move_into_place(writing, root / manifest["bundle_sha256"])
    finally:
        shutil.rmtree(writing, ignore_errors=True)


def read_bundle(folder: Path, threads: int | None = None) -> Bundle:
    """Read a bundle and refuse it unless it is whole.

    Hashes are checked before LightGBM sees its text, because a damaged text can crash the process.  Files that the format
    does not know are never read.

    Raises
    ------
    ModelError
        A file is absent, is a link, or is not the one that was saved; a newer format; a folder whose name is not the
        bundle's hash; golden notes whose probabilities are off by more than 1e-9.
    UsageError
        No ``threads`` are given and NOTEBID_THREADS is not a whole number.
    """
    folder = Path(folder).resolve()
    _check_files(folder)
    manifest = _read_manifest(folder)
    if folder.name != manifest["bundle_sha256"]:
        raise _refused(
            folder, "manifest.json", f"the folder should be named {manifest['bundle_sha256']}", "rename it back"
        )
    for name in HASHED_FILES:
        if sha256((folder / name).read_bytes()) != manifest["files"][name]:
            raise _refused(folder, name, "it was changed after it was saved (its sha256 differs)", RESTORE)
    threads = _named_threads() if threads is None else threads  # outside: a wrong setting is no fault of the bundle
    try:
        predictor = Predictor(folder, threads)
        golden = Golden.from_json((folder / "golden.json").read_text(encoding="utf-8"))
        probabilities = _probabilities(predictor, golden.features)
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(folder, "the bundle", f"it cannot be read ({error})", RESTORE) from error
    golden.check_probabilities(probabilities)
    return Bundle(folder, manifest, predictor, golden)


def _named_threads() -> int:
    text = os.environ.get(THREADS_VARIABLE) or "0"
    if not text.isdecimal():
        raise UsageError(f"{THREADS_VARIABLE}={text!r} must be a whole number of threads; 0 or unset is every core")
    return int(text)


def _check_contents(contents: BundleContents) -> None:
    classifier = contents.classifier
    if tuple(classifier.classes_.tolist()) != tuple(OUTCOMES):
        raise ValueError(f"a bundle needs a classifier of {', '.join(OUTCOMES)}, found {classifier.classes_.tolist()}")
    if not hasattr(classifier, "feature_names_in_"):
        raise ValueError("a bundle needs a classifier fitted on named columns")
    if contents.training_data not in TRAINING_DATA:
        raise ValueError(f"training_data must be one of {', '.join(TRAINING_DATA)}, found {contents.training_data!r}")
    absent = [name for name in classifier.feature_names_in_ if name not in contents.golden_features.columns]
    if absent:
        raise ValueError(f"golden_features lack {', '.join(absent)}")


def _write_parts(folder: Path, contents: BundleContents) -> None:
    write_model(folder, contents.classifier.model_)
    write_text(folder / "predictor.py", Path(predictor_module.__file__).read_text(encoding="utf-8"))


def _manifest(folder: Path, contents: BundleContents, candidate: Mapping[str, str]) -> dict[str, Any]:
    written = [name for name in HASHED_FILES if (folder / name).exists()]
    model = {
        "format": FORMAT,
        "features": list(contents.classifier.model_.feature_names),
        "classes": [outcome.value for outcome in OUTCOMES],
        "label_settings": dict(contents.label_settings),
        "training_window": dict(contents.training_window),
        "training_data": contents.training_data,
        "metrics": dict(contents.metrics),
        "data_hashes": dict(contents.data_hashes),
        "inputs": contents.inputs.to_dict(),
        "files": {name: sha256((folder / name).read_bytes()) for name in written},
    }
    kept = {"candidate": candidate, "desk": contents.desk, "drift": contents.drift, "uncertainty": contents.uncertainty}
    model |= {name: dict(part) for name, part in kept.items() if part}
    libraries = {name: version(name) for name in LIBRARIES}
    information = {"python": platform.python_version(), "libraries": libraries, **contents.information}
    return {
        **model,
        "bundle_sha256": sha256(canonical_json(model).encode()),
        "information": information,
        "information_sha256": sha256(canonical_json(information).encode()),
    }


def _probabilities(predictor: Predictor, features: pd.DataFrame) -> Floats:
    columns = [f"p_{outcome}" for outcome in OUTCOMES]
    probabilities: Floats = predictor.predict(features)[columns].to_numpy()
    return probabilities


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise ModelError(
            f"{folder}: there is no bundle folder here; give a bundle's folder, or train with 'notebid train'"
        )
    for name in (*HASHED_FILES, "manifest.json"):
        path = folder / name
        if path.is_symlink():
            raise _refused(folder, name, "it is a link, and a bundle holds its own files", RESTORE)
        if not path.is_file():
            raise _refused(folder, name, "it is missing", RESTORE)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest and prove that each of its bytes is as it was written."""
    try:
        text = (folder / "manifest.json").read_bytes().decode("utf-8")
        manifest: dict[str, Any] = json.loads(text)
        newer = int(manifest["format"]) > FORMAT
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refused(folder, "manifest.json", f"it cannot be read ({error})", RESTORE) from error
    if newer:
        fix = "update notebid, or use an older model"
        raise _refused(folder, "manifest.json", f"format {manifest['format']} is newer than {FORMAT}", fix)
    if not _is_whole(manifest, text):
        raise _refused(folder, "manifest.json", "it was changed after it was saved (its sha256 differs)", RESTORE)
    return manifest


def _is_whole(manifest: dict[str, Any], text: str) -> bool:
    model = {key: value for key, value in manifest.items() if key not in NOT_IN_HASH}
    try:
        return (
            text == canonical_json(manifest, indent=2)
            and manifest["bundle_sha256"] == sha256(canonical_json(model).encode())
            and manifest["information_sha256"] == sha256(canonical_json(manifest["information"]).encode())
            and sorted(manifest["files"]) == sorted(HASHED_FILES)
        )
    except (ValueError, KeyError, TypeError):  # not finite, a field gone, a field of another kind
        return False


def _refused(folder: Path, name: str, found: str, fix: str) -> ModelError:
    return ModelError(f"bundle {folder}: {name}: {found}; {fix}")


def _move_into_place(writing: Path, folder: Path) -> Path:
    if folder.exists():
        try:
            read_candidate(folder, read_bundle(folder).manifest)
        except ModelError:
            os.replace(folder, writing.with_name(writing.name + "-damaged"))
            shutil.rmtree(writing.with_name(writing.name + "-damaged"), ignore_errors=True)
        else:  # the same model: no more than `information` can differ
            if (folder / "manifest.json").read_bytes() != (writing / "manifest.json").read_bytes():
                os.replace(writing / "manifest.json", folder / "manifest.json")
            return folder
    os.replace(writing, folder)
    return folder
