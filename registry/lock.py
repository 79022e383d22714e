"""One lock a home, so that two trainings or two first runs do not cross."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from notes import BusyError, UsageError
from registry.home import Home

WAIT_SECONDS = 60.0


@contextmanager
def hold(home: Home, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the home's lock for the length of a ``with`` block.

    The lock is the operating system's own: a holder that dies, however it dies, lets go of it.  The thread that holds
    it may take it again inside the block.

    Parameters
    ----------
    wait_seconds
        How long to wait for another holder, seconds; 0 asks once.

    Raises
    ------
    BusyError
        Another run held the lock all the while; the message names its process and machine.
    UsageError
        The home cannot be written to.
    """
    # A shared instance a path: only so does a second hold in one thread count up instead of waiting for itself.
    lock = FileLock(home.lock, is_singleton=True)
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=max(wait_seconds, 0.0))
    except Timeout as error:
        raise BusyError(
            f"another run is at work in {home.root}: {_holder(home.lock)}. Wait for it to end, or give --wait more than "
            f"{wait_seconds:g} seconds. There is nothing to delete: the lock goes when that process ends."
        ) from error
    except OSError as error:
        raise UsageError(
            f"cannot write to {home.root}: {error.strerror}. Set NOTEBID_HOME to a folder of yours."
        ) from error
    outermost = lock.lock_counter == 1
    try:
        if outermost:
            _note(home.lock, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        yield
    finally:
        if outermost:
            _note(home.lock, "")
        lock.release()


def _note(lock_file: Path, text: str) -> None:
    with suppress(OSError):  # a full disk must not keep the lock: who holds it is only for the message
        lock_file.write_text(text)


def _holder(lock_file: Path) -> str:
    try:
        holder = json.loads(lock_file.read_text())
        return f"process {int(holder['pid'])} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has only just begun, or is just ending"
