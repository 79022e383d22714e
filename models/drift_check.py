"""What a model keeps of the notes that it was fitted on, and the settings by which a tape is held against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from models.drift import DriftReference, DriftReport, DriftSettings, NoteSample, drift_report
from notes import OUTCOMES, OutcomeProbabilities

FORMAT = 1


@dataclass(frozen=True)
class DriftCheck:
    """Learned with a model and kept in its bundle.

    Parameters
    ----------
    reference
        Of all the notes and the refitted model.
    settings
        When a difference counts.
    least_notes
        Of a tape; on fewer a difference cannot be told from chance.
    """

    reference: DriftReference
    settings: DriftSettings
    least_notes: int

    def report(self, features: pd.DataFrame, probabilities: OutcomeProbabilities) -> DriftReport | None:
        """Hold a tape's features and probabilities against the reference; None on too few notes or other features."""
        if len(features) < self.least_notes or not set(self.reference.edges) <= set(features.columns):
            return None
        return drift_report(self.reference, NoteSample.of_tape(features, probabilities.values), self.settings)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON."""
        settings = asdict(self.settings) | {"least_notes": self.least_notes}
        return {"format": FORMAT, "reference": self.reference.to_dict(), "settings": settings}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> DriftCheck:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            It is of another format, of other classes than the four outcomes, or no such content.
        """
        try:
            if content["format"] != FORMAT:
                raise ValueError(f"drift: format {content['format']!r} is not {FORMAT}")
            kept = content["settings"]
            settings = DriftSettings(*(_share(name, kept[name]) for name in ("false_alarm", "min_psi", "min_mix")))
            least = kept["least_notes"]
            if type(least) is not int or least < 1:
                raise ValueError(f"drift: least_notes must be a number of notes from 1, found {least!r}")
            reference = DriftReference.from_dict(content["reference"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no drift check of a model: {error!r}") from error
        if reference.mean.shape != (len(OUTCOMES),):
            raise ValueError(f"drift: {len(OUTCOMES)} outcomes are needed, found a mean of {len(reference.mean)}")
        return cls(reference, settings, least)


def _share(name: str, value: object) -> float:
    if isinstance(value, float) and 0 < value < 1:
        return value
    raise ValueError(f"drift: {name} must be a number between 0 and 1, found {value!r}")
