"""Making a thing on a server that must not be made twice, though answers get lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from registry.home import Home
from registry.store import RETRIES_VARIABLE

_TRIES = 3
_PAUSE_SECONDS = 1.0

T = TypeVar("T")


def made_once(home: Home, look: Callable[[], T | None], make: Callable[[], T]) -> T:
    """Give what is there, or make it; after a failure look first, since the server may have made it all the same.

    MLflow's own client sends a request that failed again as it was, and so registers a model twice when only the answer
    was lost.

    Raises
    ------
    mlflow.exceptions.MlflowException
        The last of three failures; of a database the first.
    """
    from mlflow.exceptions import MlflowException

    for left in reversed(range(_TRIES if home.is_server else 1)):
        found = look()
        if found is not None:
            return found
        try:
            with _sent_once():
                return make()
        except MlflowException:
            if not left:
                raise
            time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last try gives or raises")


@contextmanager
def _sent_once() -> Iterator[None]:
    before = os.environ[RETRIES_VARIABLE]
    os.environ[RETRIES_VARIABLE] = "0"
    try:
        yield
    finally:
        os.environ[RETRIES_VARIABLE] = before
