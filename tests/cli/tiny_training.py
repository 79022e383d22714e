"""A training of three seconds that passes its gate, for what happens around trainings."""

from __future__ import annotations

from dataclasses import replace

from cli.training_run import DEMO_CONFIG, Lesson, checkout
from training.config import TrainingConfig
from worlds import WorldSettings, make_world


def tiny_config() -> TrainingConfig:
    """Give the demo's settings with hardly any effort, and a gate that lets so small a model pass."""
    config = TrainingConfig.from_toml(checkout() / DEMO_CONFIG)
    quick = {"learning_percents": (), "importance_notes": 100, "priced_notes": 100, "drift_notes": 200}
    return replace(
        config,
        data=replace(config.data, min_class_count=5),
        model=replace(config.model, max_rounds=20, folds=2, open_notes_below=0, n_jobs=1),
        gate=replace(config.gate, bootstrap_draws=100, max_mean_difference=0.5),
        judgement=replace(config.judgement, **quick),
    )


def lesson(seed: int) -> Lesson:
    """Make a small made world."""
    return Lesson(make_world(WorldSettings("smooth", 1_000, 0, seed)).resolutions, "made", {})
