"""Feature frame to outcome probabilities: the classifier, its calibration, the baselines and the bundle on disk."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.baselines import BucketTable, ClassPrior, MultinomialLogit
    from models.bundle import Bundle, BundleContents, read_bundle, write_bundle
    from models.calibration import Calibrator, choose_calibrator, fit_temperature
    from models.classifier import OutcomeClassifier
    from models.golden import Golden
    from models.predictor import Predictor

__all__ = [
    "BucketTable",
    "Bundle",
    "BundleContents",
    "Calibrator",
    "ClassPrior",
    "Golden",
    "MultinomialLogit",
    "OutcomeClassifier",
    "Predictor",
    "choose_calibrator",
    "fit_temperature",
    "read_bundle",
    "write_bundle",
]

_MODULES = {
    "BucketTable": "models.baselines",
    "Bundle": "models.bundle",
    "BundleContents": "models.bundle",
    "Calibrator": "models.calibration",
    "ClassPrior": "models.baselines",
    "Golden": "models.golden",
    "MultinomialLogit": "models.baselines",
    "OutcomeClassifier": "models.classifier",
    "Predictor": "models.predictor",
    "choose_calibrator": "models.calibration",
    "fit_temperature": "models.calibration",
    "read_bundle": "models.bundle",
    "write_bundle": "models.bundle",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: scoring reads a bundle and never needs scikit-learn."""
    if name not in _MODULES:
        raise AttributeError(f"module 'models' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
