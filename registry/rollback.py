"""Go back to the champion before, one step a time."""

from __future__ import annotations

from notes import ModelError, UsageError
from registry.champion import CHAMPION, MODEL_NAME, read_version
from registry.deadline import within_limit
from registry.history import (
    PREVIOUS_TAG,
    ROLLBACK_WHY_TAG,
    ROLLED_BACK_TAG,
    chain_text,
    champions_before,
    move_alias,
    now,
    reason_in_words,
    version_tags,
)
from registry.home import Home
from registry.lock import WAIT_SECONDS, hold
from registry.promote import MADE, Promotion, TryBundle, find_candidate
from registry.store import open_store, quiet, store_errors


def rollback(
    home: Home, why: str = "", wait_seconds: float = WAIT_SECONDS, try_bundle: TryBundle | None = None
) -> Promotion:
    """Make the champion before the present one the champion again.

    Each rollback goes one step further back along what was really champion, and stops at the first one: it never comes
    forward again.  The version left behind is marked ``rolled_back_at``, so that only force makes it champion once more.

    Parameters
    ----------
    why
        A reason in words, kept with the version left behind; may be empty.

    Raises
    ------
    UsageError
        There is no champion, or none before it, or that version is no longer in the registry.
    ModelError
        The bundle of the version before is gone or damaged.
    GateError
        The version before learned from made data and the present one did not.
    BusyError, StoreError
        As :func:`registry.promote.promote`.
    """
    reason = reason_in_words(why)
    with hold(home, wait_seconds), within_limit(home):
        champion = read_version(home, alias=CHAMPION)
        if champion is None:
            raise UsageError(f"{MODEL_NAME} has no champion, so there is nothing to roll back")
        left = champion.version
        chain = champions_before(version_tags(home, left))
        if not chain:
            raise UsageError(f"version {left} is the champion and no champion is known before it. {_other()}")
        back, *rest = chain
        try:
            find_candidate(home, back, champion, try_bundle)
        except (UsageError, ModelError) as error:
            raise type(error)(
                f"version {left} stays the champion, since version {back} before it cannot score: {error} {_other()}"
            ) from error
        client = open_store(home)
        with store_errors(home), quiet():
            marks = {ROLLED_BACK_TAG: now(), **({ROLLBACK_WHY_TAG: reason} if reason else {})}
            for name, value in marks.items():
                client.set_model_version_tag(MODEL_NAME, str(left), name, value)
            move_alias(client, back, chain_text(rest), (PREVIOUS_TAG, ROLLED_BACK_TAG, ROLLBACK_WHY_TAG))
    return Promotion(back, left)


def further_back(home: Home, version: int) -> str:
    """Say where a rollback from a version goes, in words that follow "goes"; never from real data to made data.

    Raises
    ------
    UsageError
        There is no such version.
    """
    chain = champions_before(version_tags(home, version))
    if not chain:
        return "nowhere: it is the first"
    here, back = read_version(home, version=version), read_version(home, version=chain[0])
    if back is not None and back.training_data == MADE and here is not None and here.training_data != MADE:
        return f"nowhere: version {chain[0]} before it learned from made data"
    return f"to version {chain[0]}"


def _other() -> str:
    return 'For another version: notebid promote VERSION --force --why "the reason"'
