"""Notes and their payment history, turned into a frame of features; never sees a label, a file or a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from features.catalogue import FEATURES, Feature, Group
from features.frame import feature_frame

if TYPE_CHECKING:
    from features.transformer import NoteFeatures

__all__ = ["FEATURES", "Feature", "Group", "NoteFeatures", "feature_frame"]


def __getattr__(name: str) -> Any:
    # Scoring needs feature_frame alone and must not wait for scikit-learn's import.
    if name == "NoteFeatures":
        from features.transformer import NoteFeatures

        return NoteFeatures
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
