"""The alias ``challenger``: the newest version that was trained and waits to be promoted."""

from __future__ import annotations

from notes import UsageError
from registry.champion import CHALLENGER, MODEL_NAME, read_version
from registry.home import Home
from registry.store import open_store, quiet, store_errors


def challenger_of(home: Home) -> int:
    """Give the version that has it.

    Raises
    ------
    UsageError
        None has.
    """
    found = read_version(home, alias=CHALLENGER)
    if found is None:
        raise UsageError(
            "there is no challenger: no trained version waits to be promoted. Name a version; make ui shows what there is"
        )
    return found.version


def set_challenger(home: Home, version: int) -> None:
    """Give the alias ``challenger`` to a version that was trained and not promoted, unless a later one has it."""
    there = read_version(home, alias=CHALLENGER)
    if there is not None and there.version >= version:
        return
    client = open_store(home)
    with store_errors(home), quiet():
        client.set_registered_model_alias(MODEL_NAME, CHALLENGER, str(version))


def wait_no_longer(home: Home, version: int) -> None:
    """Take the alias ``challenger`` off a version that has it."""
    challenger = read_version(home, alias=CHALLENGER)
    if challenger is None or challenger.version != version:
        return
    client = open_store(home)
    with store_errors(home), quiet():
        client.delete_registered_model_alias(MODEL_NAME, CHALLENGER)
