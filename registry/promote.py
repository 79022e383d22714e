"""Move the alias ``champion``, the one act that changes which model scores."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from notes import GateError, ModelError, UsageError
from registry.challenger import challenger_of, wait_no_longer
from registry.champion import (
    CHAMPION,
    ModelReference,
    RegisteredVersion,
    find_model,
    read_version,
)
from registry.deadline import within_limit
from registry.gate_record import GateRecord
from registry.history import (
    BY_FORCE,
    BY_GATE,
    FORCE_WHY_TAG,
    PREVIOUS_TAG,
    PROMOTED_AT_TAG,
    PROMOTED_BY_TAG,
    ROLLBACK_WHY_TAG,
    ROLLED_BACK_TAG,
    chain_text,
    champions_before,
    move_alias,
    named,
    now,
    reason_in_words,
    version_tags,
)
from registry.home import Home
from registry.lock import WAIT_SECONDS, hold
from registry.store import open_store, quiet, store_errors

MADE = "made"

TryBundle = Callable[[Path], object]
"""Loads a bundle's folder to the end, and raises :class:`~notes.ModelError` where it cannot."""


@dataclass(frozen=True)
class Promotion:
    """What a promotion or a rollback did.

    Parameters
    ----------
    version
        The champion now.
    previous
        The champion before; None if there was none, ``version`` itself if it was champion already.
    same_as
        The version that was asked for, where its bundle is that of the champion, another version; None otherwise.
    """

    version: int
    previous: int | None
    same_as: int | None = None


def current_champion(home: Home) -> int | None:
    """Give the version that is champion, None if there is none.  Read it before judging, hand it to :func:`promote`."""
    found = read_version(home, alias=CHAMPION)
    return None if found is None else found.version


def promote(
    home: Home,
    version: int,
    expected: int | None,
    wait_seconds: float = WAIT_SECONDS,
    try_bundle: TryBundle | None = None,
) -> Promotion:
    """Make a version the champion, if the champion still is the one that it was judged against.

    Doing it twice is doing it once, and a version of the champion's own bundle changes nothing.  What came before is noted
    on the new version first, then the alias moves in one write, so a crash leaves either the old champion or the new one.

    Parameters
    ----------
    version
        The registered version of ``note-outcomes``.
    expected
        The champion when ``version`` was judged; None if there was none.  A made model that became it since is no champion
        for a real one to be judged against.
    wait_seconds
        How long to wait for the home's lock, seconds.
    try_bundle
        Loads the bundle before the alias moves; None: that its folder is there is enough.

    Raises
    ------
    GateError
        The champion has changed since; or the version learned from made data and the champion did not.
    ModelError
        The version has no bundle, or one that does not load.
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
    with hold(home, wait_seconds), within_limit(home):
        champion = read_version(home, alias=CHAMPION)
        previous = None if champion is None else champion.version
        if (there := _nothing_to_promote(home, version, champion)) is not None:
            return there
        chosen = find_candidate(home, version, champion, try_bundle)
        if previous != expected and not (expected is None and is_no_rival(champion, chosen.training_data)):
            raise GateError(
                f"version {version} is not promoted: it was judged against {named(expected)}, but the champion is now "
                f"{named(previous)}. Train or judge it again."
            )
        return _move(home, chosen, champion, {PROMOTED_BY_TAG: BY_GATE})


def is_no_rival(champion: RegisteredVersion | None, training_data: str) -> bool:
    """Say whether a real model judged where there was no champion may take this one's place: a made one never competes."""
    return champion is not None and champion.training_data == MADE and training_data != MADE


def promote_by_verdict(
    home: Home, version: int | None, wait_seconds: float = WAIT_SECONDS, try_bundle: TryBundle | None = None
) -> Promotion:
    """Make a version the champion on the verdict that its own gate reached, as it is kept with the version.

    Parameters
    ----------
    version
        None: the one with the alias ``challenger``.

    Raises
    ------
    GateError
        Its gate failed, nobody judged it, it was rolled back, or as :func:`promote`.
    ModelError, UsageError, BusyError, StoreError
        As :func:`promote`.
    """
    with hold(home, wait_seconds), within_limit(home):
        version = challenger_of(home) if version is None else version
        champion = read_version(home, alias=CHAMPION)
        if (there := _nothing_to_promote(home, version, champion)) is not None:
            return there
        tags = version_tags(home, version)
        gate = GateRecord.from_tags(tags)
        if gate is None:
            raise GateError(
                f"version {version} is not promoted: no verdict is kept with it. Train again, or {_forced(version)}"
            )
        refuse_unless_passed(gate, version)
        if ROLLED_BACK_TAG in tags:
            raise GateError(
                f"version {version} is not promoted: it was the champion and was rolled back on {tags[ROLLED_BACK_TAG]}. "
                f"If that was wrong: {_forced(version)}"
            )
        if champion is not None and gate.champion_bundle not in ("", champion.bundle_sha256):
            raise judged_against_another(version, gate.judged_against, champion)
        return promote(home, version, gate.judged_against, wait_seconds, try_bundle)


def refuse_unless_passed(gate: GateRecord, version: int) -> None:
    """Refuse a version whose gate failed, and say how to use it all the same.

    Raises
    ------
    GateError
        The gate failed.
    """
    try:
        gate.raise_unless_passed(version)
    except GateError as error:
        raise GateError(f"{error}\nTo use it all the same: {_forced(version)}") from None


def judged_against_another(version: int, against: int | None, champion: RegisteredVersion | None) -> GateError:
    """Give the refusal of a version that was judged against another model than the champion."""
    now_is = named(None if champion is None else champion.version)
    if champion is not None and champion.version == against:  # a number of another store
        now_is += f" of this store, which is another bundle ({champion.bundle_sha256[:12]})"
    return GateError(
        f"version {version} is not promoted: it was judged against {named(against)}, but the champion is now {now_is}. "
        "It must be judged again: train again."
    )


def promote_by_force(
    home: Home, version: int | None, why: str, wait_seconds: float = WAIT_SECONDS, try_bundle: TryBundle | None = None
) -> Promotion:
    """Make a version the champion whatever its gate said; when and why stays with the version.

    Parameters
    ----------
    version
        None: the one with the alias ``challenger``.
    why
        A reason in words, at most 1,000 characters.

    Raises
    ------
    UsageError
        No reason, a reason too long, or no such version.
    GateError
        The version learned from made data and the champion did not.
    ModelError, BusyError, StoreError
        As :func:`promote`.
    """
    reason = reason_in_words(why)
    if not reason:
        raise UsageError("--force needs --why with a reason in words: it is kept with the version")
    with hold(home, wait_seconds), within_limit(home):
        version = challenger_of(home) if version is None else version
        champion = read_version(home, alias=CHAMPION)
        if (there := _nothing_to_promote(home, version, champion)) is not None:
            return there
        chosen = find_candidate(home, version, champion, try_bundle)
        return _move(home, chosen, champion, {PROMOTED_BY_TAG: BY_FORCE, FORCE_WHY_TAG: reason})


def _nothing_to_promote(home: Home, version: int, champion: RegisteredVersion | None) -> Promotion | None:
    """Say that the version is the champion, or of its bundle, and let it wait no longer; None where it is neither."""
    if champion is None:
        return None
    if champion.version == version:
        wait_no_longer(home, version)
        return Promotion(version, version)
    asked = read_version(home, version=version)
    if asked is None or asked.bundle_sha256 == "" or asked.bundle_sha256 != champion.bundle_sha256:
        return None
    wait_no_longer(home, version)
    return Promotion(champion.version, champion.version, same_as=version)


def find_candidate(
    home: Home, version: int, champion: RegisteredVersion | None, try_bundle: TryBundle | None
) -> ModelReference:
    """Find a version that may take the champion's place: its bundle is whole, and it is not made where that is real.

    Raises
    ------
    UsageError, ModelError, GateError
        As :func:`promote`.
    """
    chosen = find_model(str(version), home)
    assert chosen is not None, "only the champion may be absent"
    if try_bundle is not None:
        try_bundle(chosen.bundle_folder)
    if champion is not None and champion.training_data != MADE and _is_made(chosen):
        raise GateError(
            f"version {version} is not promoted: it learned from made data, and the champion, version {champion.version}, "
            f"from {champion.training_data or 'unknown'} data. A made model never replaces a real one."
        )
    return chosen


def _move(home: Home, chosen: ModelReference, champion: RegisteredVersion | None, how: Mapping[str, str]) -> Promotion:
    assert chosen.version is not None, "a candidate is a registered version"
    previous = None if champion is None else champion.version
    chain = [] if previous is None else [previous, *champions_before(version_tags(home, previous))]
    client = open_store(home)
    with store_errors(home), quiet():
        tags = {**chain_text(chain), **how, PROMOTED_AT_TAG: now()}
        move_alias(client, chosen.version, tags, (PREVIOUS_TAG, FORCE_WHY_TAG, ROLLED_BACK_TAG, ROLLBACK_WHY_TAG))
    wait_no_longer(home, chosen.version)
    return Promotion(chosen.version, previous)


def _is_made(chosen: ModelReference) -> bool:
    """Say whether a model learned from made data, by its version's tag or, which nobody can untag, its manifest."""
    try:
        manifest = json.loads((chosen.bundle_folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"bundle {chosen.bundle_folder}: manifest.json cannot be read ({error})") from error
    return MADE in (chosen.training_data, isinstance(manifest, dict) and manifest.get("training_data"))


def _forced(version: int) -> str:
    return f'notebid promote {version} --force --why "the reason"'
