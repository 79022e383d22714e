"""The trials of a search for settings, as runs below the run of their training.

They are logged in one go after the training: a run costs some writes, and while the search runs its own file holds all of
it.  What a store could not take stays with the pending training, and ``notebid sync`` logs it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry.home import Home
from registry.once import made_once
from registry.store import experiment_id, open_store, quiet, store_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT_TAG = "mlflow.parentRunId"
NUMBER_TAG = "tuning_trial"
STATE_TAG = "tuning_state"
_PAGE = 1000


@dataclass(frozen=True)
class TrialRun:
    """One trial as it is logged.

    Parameters
    ----------
    number
        In its study.
    state
        A word: finished, pruned.
    params, metrics
        Settings and figures; figures that are not finite are left out.
    started, ended
        Seconds since 1970.
    """

    number: int
    state: str
    params: Mapping[str, object]
    metrics: Mapping[str, float]
    started: float
    ended: float
    tags: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return {
            "number": self.number,
            "state": self.state,
            "params": {name: str(value) for name, value in self.params.items()},
            "metrics": {name: float(value) for name, value in self.metrics.items() if math.isfinite(value)},
            "started": self.started,
            "ended": self.ended,
            "tags": dict(self.tags),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> TrialRun:
        """Read plain values; KeyError, TypeError or ValueError when they are of another kind."""
        return cls(
            number=int(kept["number"]),
            state=str(kept["state"]),
            params={str(name): str(value) for name, value in kept["params"].items()},
            metrics={str(name): float(value) for name, value in kept["metrics"].items()},
            started=float(kept["started"]),
            ended=float(kept["ended"]),
            tags={str(name): str(value) for name, value in kept["tags"].items()},
        )


def log_trials(home: Home, parent_run_id: str, trials: tuple[TrialRun, ...]) -> int:
    """Log the trials that the store does not have yet; give how many that were.

    Doing it twice is doing it once: a trial that is there to its end is left, one that broke off is done to its end.

    Raises
    ------
    StoreError
        The store failed.
    """
    if not trials:
        return 0
    client = open_store(home)
    with store_errors(home), quiet():
        experiment = experiment_id(client, home)
        there = _there(client, experiment, parent_run_id)
        missing = [one for one in trials if there.get(one.number, ("", ""))[1] != "FINISHED"]
        for one in missing:
            begun = there.get(one.number, ("", ""))[0]
            _log(client, begun or _begun_once(home, client, (experiment, parent_run_id), one), one)
        return len(missing)


def _there(client: MlflowClient, experiment: str, parent_run_id: str) -> dict[int, tuple[str, str]]:
    """Give number to run and status of the trials below a run."""
    found: dict[int, tuple[str, str]] = {}
    token = None
    while True:
        page = client.search_runs(
            [experiment], f"tags.`{PARENT_TAG}` = '{parent_run_id}'", max_results=_PAGE, page_token=token
        )
        for run in page:
            number = int(run.data.tags.get(NUMBER_TAG, -1))
            if found.get(number, ("", ""))[1] != "FINISHED":
                found[number] = (str(run.info.run_id), str(run.info.status))
        token = page.token
        if not token:
            return found


def _begun_once(home: Home, client: MlflowClient, place: tuple[str, str], trial: TrialRun) -> str:
    """Begin a run; after a failure look first whether it was begun all the same.  ``place``: experiment and parent."""
    failed = False

    def look() -> str | None:
        nonlocal failed
        before, failed = failed, True
        return _there(client, *place).get(trial.number, (None, ""))[0] if before else None

    return made_once(home, look, lambda: _begin(client, *place, trial))


def _begin(client: MlflowClient, experiment: str, parent_run_id: str, trial: TrialRun) -> str:
    tags = {
        **trial.tags,
        PARENT_TAG: parent_run_id,
        NUMBER_TAG: str(trial.number),
        STATE_TAG: trial.state,
        "mlflow.runName": f"trial {trial.number}",
    }
    run = client.create_run(experiment, start_time=int(trial.started * 1000), tags=tags)
    return str(run.info.run_id)


def _log(client: MlflowClient, run_id: str, trial: TrialRun) -> None:
    from mlflow.entities import Metric, Param

    ended = int(trial.ended * 1000)
    params = [Param(name, str(value)) for name, value in trial.params.items()]
    metrics = [Metric(name, float(value), ended, 0) for name, value in trial.metrics.items() if math.isfinite(value)]
    client.log_batch(run_id, metrics=metrics, params=params)
    client.set_terminated(run_id, "FINISHED", end_time=ended)
