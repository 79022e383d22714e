"""A limit to how long a tracking server may keep a command: neither a hang nor a trickle of bytes holds it for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from registry.home import SECONDS_VARIABLE, Home, StoreError, without_password

_AGAIN_SECONDS = 10.0


class _OverdueError(BaseException):
    """The time is up.  Not an Exception: MLflow and urllib3 catch those and try again."""


@contextmanager
def within_limit(home: Home) -> Iterator[None]:
    """Break off what a tracking server has not answered within ``home.store_seconds``.

    The home's own store is a file and waits for nobody, so it has no limit.  Each request has a limit of its own
    (``MLFLOW_HTTP_REQUEST_TIMEOUT``), but a training makes dozens, and a byte now and then is never silence.  Where there
    is no alarm (Windows, a thread other than the main one) only those limits hold.  Inside such a block another one
    changes nothing.

    Raises
    ------
    StoreError
        The time is up.
    """
    able = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if home.is_own_store or not able or signal.getsignal(signal.SIGALRM) is _overdue:
        yield
        return
    before = signal.signal(signal.SIGALRM, _overdue)
    try:
        # Again and again: what tidies up after the first alarm may hang on the same server.
        signal.setitimer(signal.ITIMER_REAL, home.store_seconds, _AGAIN_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _OverdueError:
        raise StoreError(
            f"the model store {without_password(home.tracking_uri)} took longer than {home.store_seconds:g} seconds. Ask "
            f"who runs it, or set {SECONDS_VARIABLE} to more."
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # again: the alarm may have come before the line above
        signal.signal(signal.SIGALRM, before)


def _overdue(_number: int, _frame: FrameType | None) -> None:
    raise _OverdueError
