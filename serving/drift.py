"""Whether a tape is of the kind that its model was trained on: said once, and never in the way of a bid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from features import FEATURES
from features.spoken import spoken_name
from models.drift import DriftReport

SHOWN = 3
"""Features named in the sentence; all that drift are in ``run.json``."""
_SPOKEN = {one.name: spoken_name(one) for one in FEATURES}


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
