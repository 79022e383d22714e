"""Small bundles by hand: the registry cares for folders, hashes and code, not for how good a model is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.home import Home
from registry.record import TrainingRecord

ROOT = Path(__file__).resolve().parents[2]

# Foreclosure gets `base` plus a tenth of the loan-to-value ratio (nothing where that is missing), the rest is shared.
PREDICTOR = """
import pandas as pd


class Predictor:
    def __init__(self, folder):
        self.base = {base}

    def predict(self, frame):
        foreclosure = self.base + 0.1 * frame.reindex(columns=["ltv"])["ltv"].fillna(0.0)
        rest = (1.0 - foreclosure) / 3.0
        names = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu"]
        return pd.DataFrame(dict.fromkeys(names, rest) | {{"p_foreclosure": foreclosure}}, index=frame.index)
"""


@pytest.fixture(scope="session")
def make_bundle() -> Callable[..., Path]:
    """Write a bundle whose foreclosure probability starts at ``base``."""

    def make(home: Home, base: float = 0.2, training_data: str = "own") -> Path:
        code = PREDICTOR.format(base=base)
        manifest = json.dumps({"format": 1, "features": ["upb", "ltv"], "training_data": training_data, "base": base})
        folder = home.bundles / hashlib.sha256((code + manifest).encode()).hexdigest()
        folder.mkdir(parents=True)
        (folder / "predictor.py").write_text(code)
        (folder / "manifest.json").write_text(manifest)
        return folder

    return make


@pytest.fixture(scope="session")
def make_record(make_bundle: Callable[..., Path]) -> Callable[..., TrainingRecord]:
    """Write a bundle and the record of its training."""

    def make(home: Home, base: float = 0.2, training_data: str = "own", **more: object) -> TrainingRecord:
        given = {
            "pyfunc_script": ROOT / "serving" / "outcome_pyfunc.py",
            "params": {"learning_rate": 0.03, "horizon_months": 60},
            "metrics": {"log_loss": 0.85, "not_measured": float("nan")},
            "tags": {"resolutions_sha256": "0" * 64},
        }
        bundle = make_bundle(home, base, training_data)
        return TrainingRecord(bundle, training_data, ("upb", "ltv"), **(given | more))

    return make
