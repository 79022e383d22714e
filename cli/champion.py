"""The champion that a training sets its new model beside, and what it was when it was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import Console

if TYPE_CHECKING:
    from registry.champion import RegisteredVersion
    from registry.home import Home
    from serving.model import ServedModel
    from training.context import Champion, JudgedCandidate


def registered_champion(home: Home, console: Console) -> RegisteredVersion | None:
    """Ask the store which version is champion.

    A server that does not answer does not stop a training: the model is judged as where there is no champion, and kept.
    """
    from registry.champion import CHAMPION, read_version
    from registry.deadline import within_limit
    from registry.home import StoreError
    from registry.pending import pending_files

    waiting = len(pending_files(home))
    if waiting:
        console.warn(f"{waiting} trained before and not logged to the end: notebid sync does that")
    try:
        with within_limit(home):
            return read_version(home, alias=CHAMPION)
    except StoreError as error:
        if home.is_own_store:
            raise
        console.warn(
            f"{error} Training all the same, judged against the baselines only: where there is a champion after all, "
            "notebid sync will register the model and not promote it"
        )
        return None


def loaded_champion(
    home: Home, entry: RegisteredVersion | None, training_data: str, console: Console
) -> Champion | None:
    """Load the real model in use, to be judged beside the new one; None when there is none to be judged against.

    A made champion never competes, so it is not loaded.  One that can no longer be loaded (a damaged bundle, features
    that have changed since) cannot compete either: it bids nothing, and training is the way out of that.

    Raises
    ------
    GateError
        A made model would replace a real one.
    """
    from models.used_features import used_features
    from notes import ModelError
    from registry.champion import find_model
    from serving.model import ServedModel
    from training.context import Champion
    from training.gate import rule_for

    if entry is None or entry.training_data == "made":
        return None
    rule_for(training_data, entry.training_data)
    try:
        reference = find_model("", home)
        assert reference is not None, "the alias was there a moment ago, and this run holds the lock"
        model = ServedModel.from_folder(reference.bundle_folder)
    except ModelError as error:
        console.warn(f"the champion, version {entry.version}, cannot be used, so it is not judged against: {error}")
        return None
    manifest = model.bundle.manifest
    return Champion(
        name=f"{reference.name} version {reference.version}",
        training_data=str(manifest["training_data"]),
        predict=lambda frame: model.predict(frame).values,
        last_observed_through=str(manifest["training_window"].get("last_observed_through", "")),
        candidate=judged_candidate(model, console),
        uses=used_features(model.bundle.predictor.model),
        n_resolved=int(manifest["metrics"].get("training_notes", 0)),
        inputs=model.inputs,
    )


def judged_candidate(model: ServedModel, console: Console) -> JudgedCandidate | None:
    """Load what the champion was when it was judged; None, with a warning, where its files are damaged."""
    from models.candidate import read_candidate
    from notes import OUTCOMES, ModelError
    from training.context import JudgedCandidate

    try:
        kept = read_candidate(model.bundle.folder, model.bundle.manifest, model.bundle.predictor.threads)
    except ModelError as error:
        console.warn(f"the champion is judged as it is kept: {error}")
        return None
    if kept is None:
        return None
    columns = [f"p_{outcome}" for outcome in OUTCOMES]
    return JudgedCandidate(lambda frame: kept.predictor.predict(frame)[columns].to_numpy(), kept.loans, kept.window)
