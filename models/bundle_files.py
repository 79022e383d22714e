"""The files of a model on disk: how they are written and hashed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from models.canonical_json import canonical_json
from models.predictor import BETWEEN_BOOSTERS, OutcomeModel

MODEL_FILES = ("anchor.json", "calibrator.json", "model.txt")
"""What :class:`models.predictor.Predictor` reads beside a manifest."""


def write_model(folder: Path, model: OutcomeModel) -> None:
    """Write a model's three files into a folder."""
    calibrator = {"floor": model.floor, "temperature": model.temperature, "tree_weights": list(model.tree_weights)}
    if model.scales:
        calibrator |= {"scales": list(model.scales), "offsets": list(model.offsets)}
    texts = [booster.model_to_string() for booster in model.boosters]
    write_text(folder / "model.txt", BETWEEN_BOOSTERS.join(texts))
    write_text(folder / "anchor.json", canonical_json(model.anchor.to_json(), indent=1))
    write_text(folder / "calibrator.json", canonical_json(calibrator))


def sha256(content: bytes) -> str:
    """Give the sha256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, onto the disk."""
    with path.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
