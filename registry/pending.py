"""What is still to be logged of a training, as a file in the home: written before the first word to the store."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from notes import ModelError
from registry.champion import is_sha256
from registry.gate_record import GateRecord
from registry.home import Home
from registry.record import TrainingRecord
from registry.report_folders import is_report_folder
from registry.trials import TrialRun

FORMAT = 2
"""1: the report lies in the folder of the bundle's name.  2: in that of ``report_folder``; written only where it differs."""


@dataclass(frozen=True)
class Settlement:
    """What became of a training of which nothing but the trials of its search is left to log.

    Parameters
    ----------
    run_id
        MLflow's id of its run, which is of one store: on another nothing of it is settled.
    version
        Its registered version.
    promoted, why_not
        As :class:`registry.settle.Settled` has them; both were told when it was settled.
    """

    run_id: str
    version: int
    promoted: bool
    why_not: str


@dataclass(frozen=True)
class Pending:
    """A training whose bundle is whole and which the store may not know yet.

    Its file holds settings, figures, hashes and names of files, no row of a tape, nothing personal and no path, so a home
    that was moved still can be synchronised.

    Parameters
    ----------
    record
        What is to be logged, with the gate's verdict.
    champion_bundle
        ``bundle_sha256`` of the champion that it was judged against, which is the same on every store; empty: none.
    settlement
        What became of it where only trials are left; None: it is not settled.
    store
        :attr:`registry.home.Home.store_mark` of the store that it was trained for; empty: not known.
    """

    record: TrainingRecord
    champion_bundle: str = ""
    settlement: Settlement | None = None
    store: str = ""

    def __post_init__(self) -> None:
        if self.record.gate is None:
            raise ValueError("a pending training needs the gate's verdict")

    @property
    def bundle_sha256(self) -> str:
        """The hash of the bundle, which names the file."""
        return self.record.bundle_folder.name

    @property
    def report_folder(self) -> Path | None:
        """Where the files of its report lie; None where there are none."""
        return next((path.parent for path in self.record.artifacts.values()), None)

    @property
    def gate(self) -> GateRecord:
        """What the gate said."""
        assert self.record.gate is not None, "checked when it was made"
        return self.record.gate


def keep(home: Home, pending: Pending) -> Path:
    """Write a pending training, whole or not at all; one of the same bundle is replaced.

    Returns
    -------
    pathlib.Path
        ``artifacts/pending/<bundle_sha256>.json``.
    """
    file = pending_file(home, pending)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8", newline="\n") as writing:
        json.dump(_to_json(home, pending), writing, allow_nan=False, ensure_ascii=False, indent=2, sort_keys=True)
        writing.flush()
        os.fsync(writing.fileno())
    beside.replace(file)
    return file


def pending_file(home: Home, pending: Pending) -> Path:
    """Say where a pending training is kept."""
    return home.pending / f"{pending.bundle_sha256}.json"


def pending_files(home: Home) -> list[Path]:
    """List the files of what is pending; half-written ones, which a killed run leaves, are none."""
    return sorted(one for one in home.pending.glob("*.json") if not one.name.startswith("."))


def read_pending(home: Home, file: Path, pyfunc_script: Path) -> Pending:
    """Read one pending training.

    Parameters
    ----------
    pyfunc_script
        As :class:`~registry.record.TrainingRecord` has it.

    Raises
    ------
    ModelError
        The file was changed or is newer than this notebid, or the bundle or a file of the report is gone.
    """
    try:
        kept = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
        if int(kept["format"]) > FORMAT:
            raise ModelError(f"{file}: format {kept['format']} is newer than {FORMAT}; update notebid")
        pending = _from_json(home, kept, pyfunc_script)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{file}: it cannot be read ({_found(error)}). Put it back from a copy. {_remedy(file)}"
        ) from error
    if pending_file(home, pending) != file:
        raise ModelError(
            f"{file}: it is of bundle {pending.bundle_sha256[:12]} and should be named by that. Rename it back"
        )
    absent = [
        path
        for path in (pending.record.bundle_folder / "manifest.json", *pending.record.artifacts.values())
        if not path.is_file()
    ]
    if absent:
        raise ModelError(f"{file}: {absent[0]} is gone. Put it back from a copy. {_remedy(file)}")
    return pending


def discard(home: Home, pending: Pending) -> None:
    """Forget a training that is settled."""
    pending_file(home, pending).unlink(missing_ok=True)


def _remedy(file: Path) -> str:
    return f"Or train again and delete {file.name}: nothing else refers to it."


def _found(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no figure of a training")


def _to_json(home: Home, pending: Pending) -> dict[str, Any]:
    record, gate = pending.record, pending.gate
    folder = pending.report_folder or home.reports / pending.bundle_sha256
    if folder.parent != home.reports or not is_report_folder(folder.name, pending.bundle_sha256):
        raise ValueError(f"files of a pending training lie in {home.reports / pending.bundle_sha256}, found {folder}")
    elsewhere = [path for name, path in record.artifacts.items() if path != folder / name]
    if elsewhere:
        raise ValueError(f"files of a pending training lie in {folder}, found {elsewhere[0]}")
    settlement = {} if pending.settlement is None else {"settlement": asdict(pending.settlement)}
    return {
        **settlement,
        "format": 1 if folder.name == pending.bundle_sha256 else FORMAT,
        "store": pending.store,
        "training_id": record.training_id,
        "trained_at": record.trained_at,
        "bundle_sha256": pending.bundle_sha256,
        "report_folder": folder.name,
        "training_data": record.training_data,
        "feature_names": list(record.feature_names),
        "params": {name: str(value) for name, value in record.params.items()},
        "metrics": {name: float(value) for name, value in record.metrics.items() if math.isfinite(value)},
        "tags": dict(record.tags),
        "files": sorted(record.artifacts),
        "trials": [one.to_json() for one in record.trials],
        "gate": {
            "passed": gate.passed,
            "judged_against": gate.judged_against,
            "champion_bundle": pending.champion_bundle,
            "failed_checks": list(gate.failed_checks),
        },
    }


def _from_json(home: Home, kept: Mapping[str, Any], pyfunc_script: Path) -> Pending:
    bundle, gate = str(kept["bundle_sha256"]), kept["gate"]
    if not is_sha256(bundle):  # nothing but a hash becomes part of a path
        raise ValueError(f"bundle_sha256 is no sha256: {bundle[:80]!r}")
    folder = str(kept.get("report_folder", bundle))  # absent before there could be several
    if not is_report_folder(folder, bundle):
        raise ValueError(f"report_folder is none of this bundle: {folder[:80]!r}")
    names = [str(name) for name in kept["files"]]
    if any(name != Path(name).name or name.startswith(".") for name in names):
        raise ValueError(f"files are names without a folder, found {names}")
    against = gate["judged_against"]
    if type(gate["passed"]) is not bool or not (against is None or type(against) is int):
        raise TypeError("gate: passed is true or false, and judged_against a version or null")
    record = TrainingRecord(
        bundle_folder=home.bundles / bundle,
        training_data=kept["training_data"],
        feature_names=tuple(map(str, kept["feature_names"])),
        pyfunc_script=pyfunc_script,
        params={str(name): str(value) for name, value in kept["params"].items()},
        metrics={str(name): float(value) for name, value in kept["metrics"].items()},
        tags={str(name): str(value) for name, value in kept["tags"].items()},
        artifacts={name: home.reports / folder / name for name in names},
        gate=GateRecord(gate["passed"], against, tuple(map(str, gate["failed_checks"]))),
        training_id=str(kept["training_id"]),
        trained_at=float(kept["trained_at"]),
        trials=tuple(TrialRun.from_json(one) for one in kept.get("trials", [])),  # absent before there were any
    )
    store = str(kept.get("store", ""))  # absent before it was written down
    return Pending(record, str(gate["champion_bundle"]), _settlement(kept.get("settlement")), store)


def _settlement(kept: Mapping[str, Any] | None) -> Settlement | None:
    """Read what became of it; nothing where it is not settled, as in every file of before there was this."""
    if kept is None:
        return None
    if type(kept["promoted"]) is not bool or type(kept["version"]) is not int:
        raise TypeError("settlement: promoted is true or false, and version a number")
    return Settlement(str(kept["run_id"]), kept["version"], kept["promoted"], str(kept["why_not"]))
