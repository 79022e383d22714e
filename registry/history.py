"""What a version's tags say of its time as champion, and the one write that makes it so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from notes import UsageError
from notes.text import one_line
from registry.champion import CHAMPION, MODEL_NAME, read_version
from registry.home import Home
from registry.store import open_store, quiet, store_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient

PREVIOUS_TAG = "previous_champion"
"""On a version that became champion: the champions before it, the last one first, as in ``3,1``.  A rollback goes back
along it.  It is read from the champion alone, so what it says on other versions is history."""
PROMOTED_BY_TAG = "promoted_by"
PROMOTED_AT_TAG = "promoted_at"
FORCE_WHY_TAG = "force_why"
ROLLED_BACK_TAG = "rolled_back_at"
ROLLBACK_WHY_TAG = "rolled_back_why"
BY_GATE, BY_FORCE = "gate", "force"
_LONGEST_CHAIN = 50
_LONGEST_WHY = 1_000


def version_tags(home: Home, version: int) -> Mapping[str, str]:
    """Read a version's tags.

    Raises
    ------
    UsageError
        There is no such version.
    """
    if read_version(home, version=version) is None:
        raise UsageError(f"there is no version {version} of {MODEL_NAME}; make ui shows what there is")
    client = open_store(home)
    with store_errors(home), quiet():
        return dict(client.get_model_version(MODEL_NAME, str(version)).tags)


def champions_before(tags: Mapping[str, str]) -> list[int]:
    """Read the champions before a champion from its tags, the last one first.

    Examples
    --------
    >>> champions_before({"previous_champion": "3,1"})
    [3, 1]
    >>> champions_before({})
    []
    """
    words = tags.get(PREVIOUS_TAG, "").split(",")
    return [int(word) for word in words if word.isascii() and word.isdigit()]


def move_alias(client: MlflowClient, version: int, tags: Mapping[str, str], outdated: tuple[str, ...]) -> None:
    """Note tags on a version, take others off it, and then make it champion in one write."""
    kept = client.get_model_version(MODEL_NAME, str(version)).tags
    for name, value in tags.items():
        client.set_model_version_tag(MODEL_NAME, str(version), name, value)
    for name in outdated:
        if name in kept and name not in tags:
            client.delete_model_version_tag(MODEL_NAME, str(version), name)
    client.set_registered_model_alias(MODEL_NAME, CHAMPION, str(version))


def chain_text(chain: list[int]) -> dict[str, str]:
    """Give the tag that names the champions before; none for none."""
    return {PREVIOUS_TAG: ",".join(map(str, chain[:_LONGEST_CHAIN]))} if chain else {}


def now() -> str:
    """Give the time, UTC, to the second."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def named(version: int | None) -> str:
    """Name a champion in a sentence."""
    return "no champion" if version is None else f"version {version}"


def reason_in_words(why: str) -> str:
    """Give a reason as one line.

    Raises
    ------
    UsageError
        It is longer than 1,000 characters.
    """
    reason = one_line(why)
    if len(reason) > _LONGEST_WHY:
        raise UsageError(f"--why has {len(reason):,} characters; it takes at most {_LONGEST_WHY:,}")
    return reason
