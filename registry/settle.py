"""Bring a trained model into the store: log, register, and promote it or make it the challenger."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from notes import GateError
from registry.challenger import set_challenger
from registry.champion import CHAMPION, read_version
from registry.deadline import within_limit
from registry.history import champions_before, version_tags
from registry.home import Home, StoreError
from registry.lock import hold
from registry.pending import Pending, Settlement, discard, keep
from registry.promote import (
    TryBundle,
    is_no_rival,
    judged_against_another,
    promote_by_verdict,
    refuse_unless_passed,
)
from registry.record import RunReference, TrainingRecord, log_training
from registry.trials import log_trials


class NotLoggedError(StoreError):
    """The model is trained and kept, but the store took no or not the whole record of it: exit 2."""


@dataclass(frozen=True)
class Settled:
    """What became of a trained model.

    Parameters
    ----------
    version
        Its registered version.
    promoted
        Whether it is, or has been, the champion.
    why_not
        Why it is not promoted; empty when it is.
    trials_left
        What the store failed with when the trials of a search were logged, after everything else; empty: they are.
    told_before
        Whether the rest was settled, and told, by an earlier run, and only trials were left.
    is_champion
        Whether its bundle is the champion's, registered by an earlier training: nothing was compared or promoted.
    """

    version: int
    promoted: bool
    why_not: str = ""
    trials_left: str = ""
    told_before: bool = False
    is_champion: bool = False


def settle(home: Home, pending: Pending, wait_seconds: float, try_bundle: TryBundle) -> Settled:
    """Log and register what is pending, promote it if its gate passed, and forget the pending file.

    Every step may be done again: a bundle is registered once however often this is called, after a crash too.  It is
    promoted only while the champion is the one that it was judged against; otherwise it becomes the challenger.  The trials
    of a search come last, with a time limit of their own: where the store fails then, the pending file stays for them and
    says that the rest is settled, so that what came after this training stays as it is.

    Parameters
    ----------
    wait_seconds
        How long to wait for the home's lock.
    try_bundle
        Loads a bundle's folder to the end.

    Raises
    ------
    NotLoggedError
        The store failed or took too long; the pending file stays.
    ModelError
        The bundle does not load.
    BusyError
        Another run holds the lock.
    """
    with hold(home, wait_seconds):
        try_bundle(pending.record.bundle_folder)
        try:
            with within_limit(home):
                run = log_training(home, _judged(pending))
                settled = _settled_before(pending, run) or _promoted(home, pending, run, try_bundle)
        except StoreError as error:
            raise NotLoggedError(_not_logged(pending, error)) from error
        try:
            with within_limit(home):
                log_trials(home, run.run_id, pending.record.trials)
        except StoreError as error:
            settlement = Settlement(run.run_id, settled.version, settled.promoted, settled.why_not)
            with suppress(OSError):  # a full disk: then all is done again, which changes nothing
                keep(home, replace(pending, settlement=settlement))
            return replace(settled, trials_left=str(error))
        discard(home, pending)
    return settled


def _judged(pending: Pending) -> TrainingRecord:
    """Give the record with the bundle that it was judged against, for a promotion that comes later."""
    return replace(pending.record, gate=replace(pending.gate, champion_bundle=pending.champion_bundle))


def _settled_before(pending: Pending, run: RunReference) -> Settled | None:
    """Give what an earlier run settled on this store; None where it did not."""
    known = pending.settlement
    if known is None or known.run_id != run.run_id:
        return None
    return Settled(known.version, known.promoted, known.why_not, told_before=True)


def _promoted(home: Home, pending: Pending, run: RunReference, try_bundle: TryBundle) -> Settled:
    champion, version = read_version(home, alias=CHAMPION), run.version
    if run.was_there and champion is not None and champion.bundle_sha256 == pending.bundle_sha256:
        return Settled(version, True, is_champion=True)
    before = [] if champion is None else champions_before(version_tags(home, champion.version))
    if _replaced_since(home, pending, run, before):
        return Settled(version, True)
    try:
        found = "" if champion is None else champion.bundle_sha256
        same = pending.champion_bundle == found or (champion is not None and champion.version == version)
        same |= pending.champion_bundle == "" and is_no_rival(champion, pending.record.training_data)
        if pending.gate.passed and not same:
            raise judged_against_another(version, pending.gate.judged_against, champion)
        refuse_unless_passed(pending.gate, version)  # the version keeps an older verdict where this was the champion
        promote_by_verdict(home, version, 0.0, try_bundle)
    except GateError as error:
        set_challenger(home, version)
        return Settled(version, False, str(error))
    return Settled(version, True)


def _replaced_since(home: Home, pending: Pending, run: RunReference, before: list[int]) -> bool:
    """Say whether this training was promoted before a crash, and is no longer the champion.

    A version that this training registered was champion by this training.  One that was there may be champion of old: what
    counts is that it was champion after the one that this training was judged against.
    """
    against = pending.gate.judged_against
    if run.version not in before or not run.was_there:
        return run.version in before
    if not pending.gate.passed or against not in before or before.index(run.version) > before.index(against):
        return False
    there = read_version(home, version=against)
    return there is not None and there.bundle_sha256 == pending.champion_bundle


def _not_logged(pending: Pending, error: StoreError) -> str:
    folder = pending.record.bundle_folder
    return (
        f"THE MODEL IS TRAINED AND KEPT, BUT NOT LOGGED: {error}\n"
        f"It is in {folder}. When the store answers again: notebid sync. Until then bid with it by MODEL={folder}"
    )
