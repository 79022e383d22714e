"""A tape in, a frame of features out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import FEATURES
from features.known import Known
from notes import Tape

CHUNK_ROWS = 20_000
"""Notes worked on at a time: the working arrays stay at some tens of megabytes however long the tape is."""


def feature_frame(tape: Tape) -> pd.DataFrame:
    """Compute every feature of every note.

    Returns
    -------
    float64 frame, row i is note i (RangeIndex), columns in the order of :data:`features.FEATURES`.  NaN missing, never
    infinite.  A row depends on its own note alone: the same note gives the same bits in any tape and any order.

    Raises
    ------
    TypeError
        ``tape`` is not a :class:`notes.Tape`.
    """
    return pd.DataFrame(feature_values(tape), columns=[feature.name for feature in FEATURES], copy=False)


def feature_values(tape: Tape) -> NDArray[np.float64]:
    """Compute what :func:`feature_frame` holds as a bare array, shape (n_notes, n_features)."""
    refuse_unless_tape(tape)
    values: NDArray[np.float64] = np.empty((len(tape), len(FEATURES)), dtype=np.float64)
    for start in range(0, len(tape), CHUNK_ROWS):
        rows = np.arange(start, min(start + CHUNK_ROWS, len(tape)))
        known = Known(tape if len(rows) == len(tape) else tape.take(rows))
        for column, feature in enumerate(FEATURES):
            values[start : start + CHUNK_ROWS, column] = feature.function(known)
    return values


def refuse_unless_tape(tape: object) -> None:
    """Raise a TypeError that says what to pass unless ``tape`` is a :class:`notes.Tape`."""
    if not isinstance(tape, Tape):
        raise TypeError(
            f"features are computed from a notes.Tape (notes with their payment history), found {type(tape).__name__}: "
            "pass Tape(notes, history), with PaymentHistory.unknown(len(notes)) where no history is known"
        )
