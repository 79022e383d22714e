"""The resolved notes beside a bundle, on disk: one Parquet file with its hash, on this machine only."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from models.references import ReferenceNotes, Resolved
from notes import ModelError
from registry.home import Home

FORMAT = 1
FOLDER = "references"
_KEPT = ("loan_id", "loan", "as_of_date", "outcome", "outcome_detail", "months")
_FIX = "put the file back from a copy, train again, or delete it to explain without similar notes"


def references_file(bundle_folder: Path) -> Path:
    """Say where the resolved notes of a bundle are kept: in ``references`` beside the folder of bundles."""
    return bundle_folder.parent.parent / FOLDER / f"{bundle_folder.name}.parquet"


def write_references(bundle_folder: Path, notes: ReferenceNotes) -> Path:
    """Write them, then their hash in a file of its own (as ``sha256sum`` does); each appears whole or not at all.

    What is kept of a note is its loan number, its date, its features, the model's reasons and what became of it.
    """
    path = references_file(bundle_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(_table(notes, bundle_folder.name), beside, compression="zstd")
        digest = hashlib.sha256(beside.read_bytes()).hexdigest()
        beside.replace(path)
        beside.write_text(f"{digest}  {path.name}\n", encoding="utf-8")
        beside.replace(_sidecar(path))
    finally:
        beside.unlink(missing_ok=True)
    return path


def read_references(bundle_folder: Path, home: Home) -> ReferenceNotes | None:
    """Read the resolved notes of a bundle: those beside it, else those of the home; None where there are none.

    Raises
    ------
    ModelError
        The file is not the one that was written, has lost its hash, is of a newer format, or belongs to another model.
    """
    places = (references_file(bundle_folder), references_file(home.bundles / bundle_folder.name))
    path = next((one for one in places if one.is_file()), None)
    if path is None:
        return None
    content = path.read_bytes()
    if _digest(path) != hashlib.sha256(content).hexdigest():
        raise ModelError(f"{path}: its sha256 is not that of {_sidecar(path).name}; {_FIX}")
    try:
        table = pq.read_table(pa.BufferReader(content))
        about = json.loads((table.schema.metadata or {})[b"notebid"])
        format_, bundle = int(about["format"]), str(about["bundle_sha256"])
    except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: it cannot be read ({type(error).__name__}); {_FIX}") from error
    if format_ > FORMAT:
        raise ModelError(f"{path}: format {format_} is newer than {FORMAT}; update notebid")
    if bundle != bundle_folder.name:
        raise ModelError(f"{path}: it belongs to model {bundle[:12]}; {_FIX}")
    return _notes(table, about)


def _table(notes: ReferenceNotes, bundle_sha256: str) -> pa.Table:
    resolved, (_, n_features, n_classes) = notes.resolved, notes.reasons.shape
    columns = {name: pa.array(getattr(resolved, name)) for name in _KEPT if name not in _TEXTS}
    columns |= {name: pa.array(getattr(resolved, name).tolist(), pa.string()) for name in _TEXTS}
    arrays = [columns[name] for name in _KEPT]
    arrays += [pa.array(notes.features[name].to_numpy()) for name in notes.features.columns]
    flat = pa.array(notes.reasons.ravel().astype(np.float16))  # three digits of a log odds, in half the room
    arrays.append(pa.FixedSizeListArray.from_arrays(flat, n_features * n_classes))
    features = [str(name) for name in notes.features.columns]
    about = {"format": FORMAT, "bundle_sha256": bundle_sha256, "features": features, "n_classes": n_classes}
    names = [*_KEPT, *(f"feature.{name}" for name in features), "reasons"]
    return pa.table(arrays, names=names).replace_schema_metadata({"notebid": json.dumps(about)})


_TEXTS = ("loan_id", "outcome", "outcome_detail")


def _notes(table: pa.Table, about: dict[str, Any]) -> ReferenceNotes:
    def texts(name: str) -> Any:
        return np.array(table[name].to_pylist(), dtype=object)

    resolved = Resolved(
        loan_id=texts("loan_id"),
        loan=table["loan"].to_numpy(),
        as_of_date=table["as_of_date"].to_numpy().astype("datetime64[D]"),
        outcome=texts("outcome"),
        outcome_detail=texts("outcome_detail"),
        months=table["months"].to_numpy(),
    )
    features = pd.DataFrame({name: table[f"feature.{name}"].to_numpy() for name in about["features"]})
    reasons = table["reasons"].combine_chunks().flatten().to_numpy().astype(np.float32)
    return ReferenceNotes(resolved, features, reasons.reshape(len(table), len(about["features"]), about["n_classes"]))


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _digest(path: Path) -> str:
    try:
        return _sidecar(path).read_text(encoding="utf-8").split()[0]
    except (OSError, ValueError, IndexError):
        return ""
