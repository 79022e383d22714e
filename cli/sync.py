"""``notebid sync``: log and register what the store could not take when it was trained."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.paths import checkout
from cli.training_run import PYFUNC
from notes import GateError, ModelError
from notes.counts import count_of

if TYPE_CHECKING:
    from registry.home import Home
    from registry.pending import Pending
    from registry.settle import Settled


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none of its own."""


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Settle every pending training, the oldest first; the gate's exit codes are those of ``train``."""
    from registry.home import Home, StoreError
    from registry.lock import hold
    from registry.pending import pending_files
    from registry.settle import settle
    from serving.model import ServedModel

    home = Home.from_environment()
    if not pending_files(home):
        console.result(["nothing is pending: every trained model is logged"], {"settled": [], "left": 0})
        return 0
    done: list[tuple[Pending, Settled]] = []
    trouble: list[Exception] = []
    with hold(home, arguments.wait):
        waiting, damaged = _read(home, pending_files(home))
        trouble += damaged
        _warn_of_another_store(home, waiting, console)
        for pending in waiting:
            try:
                settled = settle(home, pending, arguments.wait, ServedModel.from_folder)
                done.append((pending, settled))
                if settled.trials_left:
                    raise StoreError(f"the trials of its search are not all logged: {settled.trials_left}")
            except ModelError as error:
                trouble.append(error)
            except StoreError as error:  # it will not answer for the others either
                trouble.insert(0, error)
                break
    left = len(pending_files(home))
    lines = [_line(*one) for one in done] or [f"nothing was logged; {left} pending"]
    console.result(lines, {"settled": [_value(*one) for one in done], "left": left})
    refused = [settled.why_not for _, settled in done if not (settled.promoted or settled.told_before)]
    if trouble:
        for line in (*refused, *map(str, trouble[1:])):  # told now or never: they are settled
            console.error(line)
        raise trouble[0]
    if refused:
        raise GateError("\n".join(refused))
    return 0


def _warn_of_another_store(home: Home, waiting: list[Pending], console: Console) -> None:
    """Say where it logs to, where that is not where a training was to be logged."""
    from registry.home import without_password

    elsewhere = sum(one.store not in ("", home.store_mark) for one in waiting)
    if elsewhere:
        console.warn(
            f"logging to {without_password(home.tracking_uri)}: {elsewhere:,} of {count_of(len(waiting), 'training')} "
            f"{'was' if elsewhere == 1 else 'were'} meant for another store (MLFLOW_TRACKING_URI)"
        )


def _read(home: Home, files: list[Path]) -> tuple[list[Pending], list[Exception]]:
    from registry.pending import read_pending

    waiting: list[Pending] = []
    damaged: list[Exception] = []
    for file in files:
        try:
            waiting.append(read_pending(home, file, checkout() / PYFUNC))
        except ModelError as error:
            damaged.append(error)
    return sorted(waiting, key=lambda one: one.record.trained_at), damaged


def _line(pending: Pending, settled: Settled) -> str:
    state = "promoted: it passed its gate" if settled.promoted else "registered and not promoted"
    if settled.is_champion:
        state = "is the champion to the last byte: nothing to promote"
    if settled.told_before:
        state = "was settled before; the trials of its search " + ("are left" if settled.trials_left else "are logged")
    when = f"{dt.datetime.fromtimestamp(pending.record.trained_at, dt.UTC):%Y-%m-%d %H:%M} UTC"
    return f"note-outcomes version {settled.version} {state}; bundle {pending.bundle_sha256[:12]}, trained {when}"


def _value(pending: Pending, settled: Settled) -> dict[str, Any]:
    return {
        "version": settled.version,
        "promoted": settled.promoted,
        "is_champion": settled.is_champion,
        "bundle_sha256": pending.bundle_sha256,
        "why_not": settled.why_not,
    }
