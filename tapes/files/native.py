"""What a parser's native code prints when it panics is kept off the terminal: the refusal says it in one line."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PANIC = b"panicked at"
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def without_panics() -> Iterator[None]:
    """Hold back what is written to the process's error stream, and let it pass afterwards unless it tells of a panic."""
    with _ONE_AT_A_TIME:
        try:
            own = os.dup(2)
        except OSError:  # the stream is closed: there is nothing to keep clean
            yield
            return
        with tempfile.TemporaryFile() as held:
            _flush()
            os.dup2(held.fileno(), 2)
            try:
                yield
            finally:
                _flush()
                os.dup2(own, 2)
                os.close(own)
                held.seek(0)
                text = held.read()
                if text and _PANIC not in text:
                    os.write(2, text)


def _flush() -> None:
    if sys.stderr is not None and not sys.stderr.closed:
        sys.stderr.flush()
