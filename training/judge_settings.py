"""Settings of the gate and of the report; a value out of its range is refused by its key."""

from __future__ import annotations

from dataclasses import dataclass

from training.member_settings import require


@dataclass(frozen=True)
class GateSettings:
    """When a model may be promoted."""

    confidence: float
    bootstrap_draws: int
    max_mean_difference: float
    min_unseen_notes: int
    min_share_of_notes: float
    slice_min_count: int
    max_slice_worse: float
    max_without_payments: float
    max_outcomes_missing: float

    def __post_init__(self) -> None:
        require(0.5 < self.confidence < 1, "gate.confidence", self.confidence, "above 0.5 and under 1")
        require(self.bootstrap_draws >= 100, "gate.bootstrap_draws", self.bootstrap_draws, "100 or more")
        for name in ("max_mean_difference", "max_slice_worse", "max_outcomes_missing"):
            require(getattr(self, name) > 0, f"gate.{name}", getattr(self, name), "above 0")
        for name in ("min_share_of_notes", "max_without_payments"):
            require(0 <= getattr(self, name) <= 1, f"gate.{name}", getattr(self, name), "from 0 to 1")
        for name in ("min_unseen_notes", "slice_min_count"):
            require(getattr(self, name) >= 1, f"gate.{name}", getattr(self, name), "1 or more")


@dataclass(frozen=True)
class JudgementSettings:
    """How much is spent on the report beside the gate; nothing here changes a probability or the verdict."""

    learning_percents: tuple[int, ...]
    learning_max_loans: int
    importance_notes: int
    priced_notes: int
    realised_floor: float
    drift_notes: int
    drift_false_alarm: float
    drift_min_psi: float
    drift_min_mix: float
    drift_least_notes: int
    reliability_bins: int
    reliability_confidence: float
    reference_notes: int

    def __post_init__(self) -> None:
        percents = self.learning_percents
        rising = all(low < high for low, high in zip((0, *percents), (*percents, 100), strict=True))
        require(rising, "judgement.learning_percents", list(percents), "rising percents between 0 and 100, or empty")
        counts = ("learning_max_loans", "importance_notes", "priced_notes", "drift_notes", "drift_least_notes")
        for name in (*counts, "reliability_bins", "reference_notes"):
            require(getattr(self, name) >= 1, f"judgement.{name}", getattr(self, name), "1 or more")
        for name in ("drift_false_alarm", "drift_min_psi", "drift_min_mix", "reliability_confidence"):
            require(0 < getattr(self, name) < 1, f"judgement.{name}", getattr(self, name), "between 0 and 1")
        floor = self.realised_floor
        require(0 < floor <= 0.05, "judgement.realised_floor", floor, "above 0, at most 0.05")
