"""What the champion was when it was judged, for a training to set its new model beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import Console

if TYPE_CHECKING:
    from serving.model import ServedModel
    from training.result import JudgedCandidate


def judged_candidate(model: ServedModel, console: Console) -> JudgedCandidate | None:
    """Load what the champion was when it was judged; None, with a warning, where its files are damaged."""
    from models.candidate import read_candidate
    from notes import OUTCOMES, ModelError
    from training.result import JudgedCandidate

    try:
        kept = read_candidate(model.bundle.folder, model.bundle.manifest, model.bundle.predictor.threads)
    except ModelError as error:
        console.warn(f"the champion is judged as it is kept: {error}")
        return None
    if kept is None:
        return None
    columns = [f"p_{outcome}" for outcome in OUTCOMES]
    return JudgedCandidate(lambda frame: kept.predictor.predict(frame)[columns].to_numpy(), kept.loans, kept.window)
