"""A bundle that is registered already: trained again it is the same version, with the verdict of the last training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.champion import BUNDLE_TAG, CHAMPION, MODEL_NAME, is_sha256
from registry.gate_record import AGAINST_BUNDLE_TAG, FAILED, FAILED_CHECKS_TAG, VERDICT_TAG, GateRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient

SAME_AS_TAG = "same_bundle_as_version"
"""On the run of a training whose bundle was registered before: that version."""


def version_of_bundle(client: MlflowClient, bundle_sha256: str) -> int | None:
    """Give the version that holds a bundle: the champion where it does, else the last one; None where none does."""
    if not is_sha256(bundle_sha256):
        return None
    wanted = f"name = '{MODEL_NAME}' AND tags.{BUNDLE_TAG} = '{bundle_sha256}'"
    found = [int(one.version) for one in client.search_model_versions(wanted) if one.status == "READY"]
    if not found:
        return None
    champion = champion_of(client)
    return champion if champion in found else max(found)


def champion_of(client: MlflowClient) -> int | None:
    """Give the version with the alias ``champion``."""
    aliases = client.get_registered_model(MODEL_NAME).aliases
    return int(aliases[CHAMPION]) if CHAMPION in aliases else None


def judge_again(client: MlflowClient, version: int, gate: GateRecord | None) -> None:
    """Put the verdict of a later training on a version; the champion keeps the one that made it champion.

    It reads as failed until the rest is written: a crash in between never leaves a pass that no gate gave.
    """
    if gate is None or version in (champion_of(client), gate.judged_against):
        return
    tags = gate.to_tags()
    there = client.get_model_version(MODEL_NAME, str(version)).tags
    outdated = [name for name in (FAILED_CHECKS_TAG, AGAINST_BUNDLE_TAG) if name in there and name not in tags]
    if not outdated and all(there.get(name) == value for name, value in tags.items()):
        return
    verdict = tags.pop(VERDICT_TAG)
    client.set_model_version_tag(MODEL_NAME, str(version), VERDICT_TAG, FAILED)
    for name, value in tags.items():
        client.set_model_version_tag(MODEL_NAME, str(version), name, value)
    for name in outdated:
        client.delete_model_version_tag(MODEL_NAME, str(version), name)
    if verdict != FAILED:
        client.set_model_version_tag(MODEL_NAME, str(version), VERDICT_TAG, verdict)
