"""One small real model, trained once a process, and the bids that it gives a reading."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from features import NoteFeatures
from models.bundle import BundleContents, write_bundle
from models.classifier import OutcomeClassifier
from pricing import Assumptions, build_legs, price_bids
from serving.model import ServedModel
from tapes import TapeReading
from worlds import WorldSettings, golden_tape, make_world

ROOT = Path(__file__).resolve().parents[3]
PLACE = TemporaryDirectory(prefix="corpus-bundle-")  # gone with the process


@lru_cache
def bundle_folder() -> Path:
    """Train on 500 made notes in a second or two: good enough to bid with, not to judge by."""
    resolutions = make_world(WorldSettings("smooth", 500, 0, 11)).resolutions
    known = np.flatnonzero(~resolutions.is_open)
    frame = NoteFeatures().transform(resolutions.tape).iloc[known]
    model = OutcomeClassifier(max_rounds=20, n_folds=2, n_jobs=1).fit(frame, resolutions.outcome[known].astype(str))
    contents = BundleContents(
        classifier=model,
        golden_tape=golden_tape(),
        golden_features=NoteFeatures().transform(golden_tape()),
        label_settings={"horizon_months": 60, "streak_months": 6},
        training_window={"first_as_of_date": "2019-03-31", "last_as_of_date": "2025-03-31"},
        training_data="made",
        metrics={},
        data_hashes={},
    )
    return write_bundle(Path(PLACE.name), contents)


@lru_cache
def _model() -> ServedModel:
    return ServedModel.from_folder(bundle_folder())


@lru_cache
def _assumptions() -> Assumptions:
    return Assumptions.from_toml(ROOT / "configs" / "assumptions.toml")


def bids(reading: TapeReading) -> pd.DataFrame:
    """Bid a reading: loan number, status, probabilities, prices and bids, money in cents."""
    probabilities = _model().predict(NoteFeatures().transform(reading.tape))
    legs = build_legs(reading.tape, _assumptions())
    sheet = price_bids(reading.tape, legs, probabilities, _assumptions(), reading_flags=reading.flags).frame
    money = [name for name in sheet.columns if name.startswith("price_") or name.endswith(("_price", "_bid", "bid"))]
    texts = ["loan_id", "binding_outcome", "no_bid_reason"]
    return pd.concat([sheet[texts], sheet[money].round(2)], axis=1)
