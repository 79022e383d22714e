"""Move the alias ``champion``, the one act that changes which model scores."""

from __future__ import annotations

from dataclasses import dataclass

from notes import GateError, UsageError
from registry.champion import CHAMPION, MODEL_NAME, find_model, read_version
from registry.home import Home
from registry.lock import WAIT_SECONDS, hold
from registry.store import open_store, quiet, store_errors

PREVIOUS_TAG = "previous_champion"
"""On a version that became champion: the version before it, to which a rollback goes."""


@dataclass(frozen=True)
class Promotion:
    """What a promotion did.

    Parameters
    ----------
    version
        The champion now.
    previous
        The champion before; None if there was none, ``version`` itself if it was champion already.
    """

    version: int
    previous: int | None


def current_champion(home: Home) -> int | None:
    """Give the version that is champion, None if there is none.  Read it before judging, hand it to :func:`promote`."""
    found = read_version(home, alias=CHAMPION)
    return None if found is None else found.version


def promote(home: Home, version: int, expected: int | None, wait_seconds: float = WAIT_SECONDS) -> Promotion:
    """Make a version the champion, if the champion still is the one that it was judged against.

    Doing it twice is doing it once.  The version before is noted on the new one first, then the alias moves in one
    write, so a crash leaves either the old champion or the new one.

    Parameters
    ----------
    version
        The registered version of ``note-outcomes``.
    expected
        The champion when ``version`` was judged; None if there was none.
    wait_seconds
        How long to wait for the home's lock, seconds.

    Raises
    ------
    GateError
        The champion has changed since; or the version learned from made data and the champion did not.
    ModelError
        The version has no bundle.
    UsageError
        There is no such version.
    BusyError
        Another run holds the lock.
    StoreError
        The store does not answer.

    Notes
    -----
    The lock covers one home.  Two homes that share a server compare too, but a moment lies between their compare and
    their write.
    """
    with hold(home, wait_seconds):
        chosen = find_model(str(version), home)
        if chosen is None:
            raise UsageError(f"there is no version {version} of {MODEL_NAME}")
        champion = read_version(home, alias=CHAMPION)
        previous = None if champion is None else champion.version
        if previous == version:
            return Promotion(version, previous)
        if previous != expected:
            raise GateError(
                f"version {version} is not promoted: it was judged against {_named(expected)}, but the champion is now "
                f"{_named(previous)}. Train or judge it again."
            )
        if champion is not None and chosen.training_data == "made" and champion.training_data != "made":
            raise GateError(
                f"version {version} is not promoted: it learned from made data, and the champion, version {previous}, from "
                f"{champion.training_data or 'unknown'} data. A made model never replaces a real one."
            )
        client = open_store(home)
        with store_errors(home), quiet():
            if previous is not None:
                client.set_model_version_tag(MODEL_NAME, str(version), PREVIOUS_TAG, str(previous))
            client.set_registered_model_alias(MODEL_NAME, CHAMPION, str(version))
    return Promotion(version, previous)


def _named(version: int | None) -> str:
    return "no champion" if version is None else f"version {version}"
