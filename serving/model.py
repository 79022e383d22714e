"""A verified model: the bundle is whole, and this notebid computes the features that it was trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from features import NoteFeatures
from models.bundle import Bundle, read_bundle
from models.drift_check import DriftCheck
from models.uncertainty import Uncertainty
from notes import OUTCOMES, ModelError, OutcomeDoubt, OutcomeProbabilities, Tape
from notes.inputs import Inputs
from pricing import DeskTerms

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class ServedModel:
    """A bundle whose golden notes this notebid reproduces.

    Parameters
    ----------
    bundle
        As read and verified from disk.
    """

    bundle: Bundle

    @classmethod
    def from_folder(cls, folder: Path) -> ServedModel:
        """Read a bundle and try its golden notes.

        Raises
        ------
        ModelError
            The bundle is damaged or newer than this notebid, or a golden note's feature or probability is off by more
            than 1e-9; the message names it.
        """
        bundle = read_bundle(folder)
        bundle.golden.check_features(NoteFeatures().transform(bundle.golden.tape))
        return cls(bundle)

    @property
    def is_made(self) -> bool:
        """Whether the model learned from made notes."""
        return str(self.bundle.manifest["training_data"]) == "made"

    @property
    def doubts(self) -> tuple[str, ...]:
        """What its training found against it, whatever champion it met; nothing for a made model, which prices nothing."""
        return self._told("warnings")

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that it fails by itself: it was promoted by force, or asked for by name."""
        return self._told("failed")

    def _told(self, kind: str) -> tuple[str, ...]:
        said = self.bundle.manifest["information"].get(kind, [])
        found = [one for one in said if isinstance(one, str)] if isinstance(said, list) and not self.is_made else []
        return tuple("".join(mark if mark.isprintable() else " " for mark in one) for one in found)

    @property
    def inputs(self) -> Inputs:
        """What the notes that it learned from had; a model that was saved before says nothing of it.

        Raises
        ------
        ModelError
            It cannot be read.
        """
        return self._kept("inputs", Inputs.from_dict) or Inputs()

    @property
    def desk(self) -> DeskTerms | None:
        """What the model's resolutions say of months, branches and recoveries; None: it was saved without.

        Raises
        ------
        ModelError
            They are newer than this notebid, or cannot be read.
        """
        return self._kept("desk", lambda kept: DeskTerms.from_json(json.dumps(kept)))

    @property
    def uncertainty(self) -> Uncertainty | None:
        """What the model knows of how sure it is; None: it was saved without.

        Raises
        ------
        ModelError
            It is newer than this notebid, or cannot be read.
        """
        return self._kept("uncertainty", Uncertainty.from_dict)

    @property
    def drift_check(self) -> DriftCheck | None:
        """What a tape is held against; None: it was saved without.

        Raises
        ------
        ModelError
            It is newer than this notebid, or cannot be read.
        """
        return self._kept("drift", DriftCheck.from_dict)

    def _kept(self, name: str, read: Callable[[Any], _Part]) -> _Part | None:
        kept = self.bundle.manifest.get(name)
        if kept is None:
            return None
        try:
            return read(kept)
        except ValueError as error:
            raise ModelError(f"bundle {self.bundle.folder}: {error}; update notebid, or train again") from error

    def features(self, tape: Tape) -> pd.DataFrame:
        """Compute the features of a tape's notes as the model learned them: of what it never saw it is shown nothing.

        Payments, or the day of the last one, would fill features as they were for no note of its training (docs/model.md).
        """
        frame: pd.DataFrame = NoteFeatures().transform(self.inputs.shown(tape))
        return frame

    def doubt(self, tape: Tape, frame: pd.DataFrame, probabilities: OutcomeProbabilities) -> OutcomeDoubt | None:
        """Say how sure the model is of a tape's probabilities; None if it does not say."""
        uncertainty = self.uncertainty
        return None if uncertainty is None else uncertainty.doubt(tape, frame, probabilities)

    def predict(self, frame: pd.DataFrame) -> OutcomeProbabilities:
        """Predict the four probabilities of each row of a feature frame."""
        columns = [f"p_{outcome}" for outcome in OUTCOMES]
        return OutcomeProbabilities(self.bundle.predictor.predict(frame)[columns].to_numpy())
