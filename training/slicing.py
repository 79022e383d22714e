"""The parts of a book that a model is also judged on apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import Notes
from training.weights import Floats

_BEHIND_EDGES = (1, 3, 6, 12, 24)
_BEHIND_NAMES = ("0", "1-2", "3-5", "6-11", "12-23", "24+")
UNKNOWN = "unknown"
REPERFORMING_FROM = 3
"""Months behind within the last 24 from which a note that is now 0-1 behind counts as re-performing."""


def slice_groups(notes: Notes, features: pd.DataFrame) -> dict[str, NDArray[np.str_]]:
    """Name the part that each note belongs to, by grouping.

    Returns
    -------
    Grouping to str array, shape (n,): ``status`` (current, delinquent), ``months_behind``, ``reperforming`` (now 0-1 months
    behind after 3 or more within 24 months), ``judicial``, ``lien``, ``occupancy``, ``seller``; ``unknown`` where missing.
    """
    behind = features["months_behind"].to_numpy(dtype=np.float64)
    worst = features["max_months_behind_24m"].to_numpy(dtype=np.float64)
    came_back = np.where(np.isnan(worst) | np.isnan(behind), np.nan, (behind <= 1) & (worst >= REPERFORMING_FROM))
    judicial = features["judicial"].to_numpy(dtype=np.float64)
    bucket = np.array(_BEHIND_NAMES)[np.searchsorted(_BEHIND_EDGES, np.nan_to_num(behind), side="right")]
    return {
        "status": _yes_no(np.where(np.isnan(behind), np.nan, behind >= 1), "delinquent", "current"),
        "months_behind": np.where(np.isnan(behind), UNKNOWN, bucket),
        "reperforming": _yes_no(came_back, "yes", "no"),
        "judicial": _yes_no(judicial, "yes", "no"),
        "lien": _numbers(notes.number("lien_position")),
        "occupancy": _texts(notes.text("occupancy")),
        "seller": _texts(notes.text("seller")),
    }


def _yes_no(flag: Floats, yes: str, no: str) -> NDArray[np.str_]:
    return np.where(np.isnan(flag), UNKNOWN, np.where(flag > 0, yes, no))


def _numbers(values: Floats) -> NDArray[np.str_]:
    return np.where(np.isnan(values), UNKNOWN, np.nan_to_num(values).astype(np.int64).astype(str))


def _texts(values: NDArray[np.object_]) -> NDArray[np.str_]:
    names = values.astype(str)
    return np.where(names == "", UNKNOWN, names)
