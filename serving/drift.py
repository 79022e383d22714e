"""Whether a tape is of the kind that its model was trained on: said once, and never in the way of a bid."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features import FEATURES
from features.spoken import spoken_name
from models.drift import DriftReference, DriftReport, DriftSettings, NoteSample, drift_report
from notes import OUTCOMES, OutcomeProbabilities

SHOWN = 3
"""Features named in the sentence; all that drift are in ``run.json``."""
_SPOKEN = {one.name: spoken_name(one) for one in FEATURES}


@dataclass(frozen=True)
class DriftCheck:
    """What a tape is held against.

    Parameters
    ----------
    least_notes
        Of a tape; on fewer a difference cannot be told from chance.
    sha256
        Of the file that it was read from: an input of the result, kept outside the model.
    """

    reference: DriftReference
    settings: DriftSettings
    least_notes: int
    sha256: str

    @classmethod
    def read(cls, file: Path) -> DriftCheck | None:
        """Read what a training kept; None where there is nothing, or nothing that this notebid can use."""
        try:
            text = file.read_bytes()
            content = json.loads(text)
            kept = content["settings"]
            settings = DriftSettings(float(kept["false_alarm"]), float(kept["min_psi"]), float(kept["min_mix"]))
            reference = DriftReference.from_dict(content)
            check = cls(reference, settings, int(kept["least_notes"]), hashlib.sha256(text).hexdigest())
            return check if _of_outcomes(reference) else None
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
            return None

    def compare(self, frame: pd.DataFrame, probabilities: OutcomeProbabilities) -> TapeDrift | None:
        """Hold a tape's features and probabilities against the reference; None on too few notes or other features."""
        if len(frame) < self.least_notes or not set(self.reference.edges) <= set(frame.columns):
            return None
        return TapeDrift(drift_report(self.reference, NoteSample.of_tape(frame, probabilities.values), self.settings))


def _of_outcomes(reference: DriftReference) -> bool:
    return reference.mean.shape == (len(OUTCOMES),)


@dataclass(frozen=True)
class TapeDrift:
    """How a tape differs from what its model was trained on."""

    report: DriftReport

    @property
    def features(self) -> list[str]:
        """The features that drift, the one that changed most first."""
        return [one.name for one in self.report.features if one.drifts]

    @property
    def sentence(self) -> str:
        """What is to be said of it, one line."""
        if not self.report.drifts:
            return "the notes are of the kind that the model was trained on"
        parts = [f"the predicted mix, {self.report.moved:.1%} of the notes moved"] if self.report.mix_drifts else []
        psi = {one.name: one.psi for one in self.report.features}
        named = self.features[:SHOWN]
        parts += [f"{_SPOKEN.get(name, name)} (stability index {psi[name]:.2f})" for name in named]
        more = len(self.features) - len(named)
        parts += [f"{more} more feature{'s' if more > 1 else ''}"] if more else []
        return f"the notes DIFFER from those that the model was trained on: {'; '.join(parts)}"

    def to_dict(self) -> dict[str, Any]:
        """Give it for ``run.json``."""
        psi = {one.name: round(one.psi, 4) for one in self.report.features if one.drifts}
        return {
            "drifts": self.report.drifts,
            "features": psi,
            "mix_drifts": self.report.mix_drifts,
            "mix_moved": round(self.report.moved, 4),
            "notes": round(self.report.size),
        }
