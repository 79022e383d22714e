"""The study on disk: one journal file a question, so that a search can be gone on with, also after it was killed.

Optuna's journal is a line a write, each forced to disk.  A process that dies leaves at most half a line at the end, which is
cut off, and a trial that still counts as running, which is failed.  SQLite would survive as well; it costs the import of
SQLAlchemy and Alembic, and a migration with each new schema of Optuna's.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.config import TrainingConfig
from training.search_space import VERSION
from training.tune_folds import TuneFolds

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.study import Study
    from optuna.trial import FrozenTrial

RANDOM_TRIALS = 8
"""Drawn at random before the search learns from what was found."""
UNPRUNED_TRIALS = 5
"""Finished before any is stopped between folds."""


def study_key(folds: TuneFolds, config: TrainingConfig, space: Mapping[str, BaseDistribution]) -> str:
    """Name the question: a hash of all that a trial's score depends on, data, settings, search space and versions."""
    from optuna.distributions import distribution_to_json

    digest = hashlib.sha256()
    for fold in folds.folds:
        for part in (fold.train, fold.judge):
            digest.update(json.dumps(list(part.features.columns)).encode())
            values = part.features.to_numpy(dtype=np.float64)
            for array in (values, part.judged.outcome, part.weight, part.loan):
                digest.update(f"{array.shape}{array.dtype}".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
    model, tuning = config.model, config.tuning
    asked = {
        "version": VERSION,
        "members": asdict(model.members),
        "effort": [model.max_rounds, tuning.inner_folds, model.seed, RANDOM_TRIALS, UNPRUNED_TRIALS],
        "space": {name: json.loads(distribution_to_json(one)) for name, one in space.items()},
        "versions": [importlib.metadata.version(name) for name in ("notebid", "lightgbm", "optuna")],
    }
    digest.update(json.dumps(asked, sort_keys=True).encode())
    return digest.hexdigest()[:32]


def open_study(folder: Path, key: str, say: Callable[[str], None]) -> Study:
    """Open a question's study, or begin it; what a killed process left half done is put right first.

    Only the holder of the home's lock may: there is no other lock.  A file that cannot be read is put aside, under the
    same name with ``.damaged``, and the study begins anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{key}.jsonl"
    _cut_half_line(file)
    try:
        return _load(file, key)
    except (ValueError, KeyError, TypeError, AssertionError):
        aside = file.with_name(f"{file.name}.damaged")
        file.replace(aside)
        say(f"tuning: the study of an earlier search cannot be read and is damaged; begun anew, the old one is {aside}")
        return _load(file, key)


def fail_running(study: Study) -> None:
    """Fail the trials that no process works on any more."""
    from optuna.trial import TrialState

    for one in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(one.number, state=TrialState.FAIL)


def _cut_half_line(file: Path) -> None:
    if not file.is_file():
        return
    content = file.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with file.open("r+b") as opened:
            opened.truncate(whole)


class _HomeIsHeld:
    """The home's lock keeps others out; a lock of Optuna's own would outlive a process that is killed."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        return None


def _load(file: Path, key: str) -> Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    held: Any = _HomeIsHeld()
    storage = JournalStorage(JournalFileBackend(str(file), lock_obj=held))
    study = optuna.create_study(
        storage=storage,
        study_name=key,
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED_TRIALS),
    )
    study.get_trials(deepcopy=False)
    fail_running(study)
    return study


def seed_sampler(study: Study, seed: int, n_done: int) -> None:
    """Make the next draw depend on the seed and the trials done alone, so that a search in pieces is one search."""
    import optuna

    drawn = int(np.random.default_rng([seed, n_done]).integers(2**31))
    study.sampler = optuna.samplers.TPESampler(n_startup_trials=RANDOM_TRIALS, seed=drawn)


def times_of(trial: FrozenTrial) -> tuple[float, float]:
    """Give when a trial that is done began and ended, seconds since 1970."""
    began, ended = trial.datetime_start, trial.datetime_complete
    assert began is not None, "a trial that is done has begun"
    assert ended is not None, "a trial that is done has ended"
    return began.timestamp(), ended.timestamp()
