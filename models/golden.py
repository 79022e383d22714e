"""Golden notes: made notes saved with a model, with the features and probabilities that they had then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.canonical_json import canonical_json
from models.predictor import Floats, feature_values
from notes import FIELDS, OUTCOMES, Kind, ModelError, Notes, PaymentHistory, Tape

TOLERANCE = 1e-9
RETRAIN = "the code has changed since the model was saved; train again, or use the code that saved it"


@dataclass(frozen=True)
class Golden:
    """Made notes, and what the model made of them when it was saved.

    Parameters
    ----------
    tape
        The notes with their history.
    features
        float64 columns, one row a note, NaN missing, RangeIndex.
    probabilities
        float64, shape (n_notes, 4), columns in the order of :class:`~notes.Outcome`.

    Raises
    ------
    ValueError
        Lengths differ.
    """

    tape: Tape
    features: pd.DataFrame
    probabilities: Floats

    def __post_init__(self) -> None:
        n_notes = len(self.tape)
        if len(self.features) != n_notes or self.probabilities.shape != (n_notes, len(OUTCOMES)):
            raise ValueError(
                f"{n_notes} notes, {len(self.features)} rows of features and probabilities of the shape "
                f"{self.probabilities.shape} do not belong together"
            )

    def __len__(self) -> int:
        return len(self.tape)

    def check_features(self, frame: pd.DataFrame) -> None:
        """Refuse features that are not those of the time of saving.

        Parameters
        ----------
        frame
            The features of ``tape`` as the code of today computes them.

        Raises
        ------
        ModelError
            A feature is absent, or off by more than 1e-9 (times its size, if above 1), or missing where it was not; the
            message names the feature and the note.
        """
        if len(frame) != len(self):
            raise ModelError(f"golden.json: {len(self)} notes gave {len(frame)} rows of features; {RETRAIN}")
        names = [str(name) for name in self.features.columns]
        absent = [name for name in names if name not in frame.columns]
        if absent:
            raise ModelError(f"golden.json: the feature {absent[0]} is no longer computed; {RETRAIN}")
        saved, found = feature_values(self.features, names), feature_values(frame, names)
        near = np.abs(found - saved) <= TOLERANCE * np.maximum(1.0, np.abs(saved))
        good = near | (np.isnan(saved) & np.isnan(found))
        if not good.all():
            row, j = map(int, np.argwhere(~good)[0])
            raise ModelError(
                f"golden.json: feature {names[j]} of note {self._loan(row)} was {saved[row, j]!s} and is now "
                f"{found[row, j]!s}; {RETRAIN}"
            )

    def check_probabilities(self, probabilities: Floats) -> None:
        """Refuse probabilities that are not those of the time of saving.

        Raises
        ------
        ModelError
            One is off by more than 1e-9; the message names the note and the outcome.
        """
        good = np.abs(probabilities - self.probabilities) <= TOLERANCE
        if not good.all():
            row, k = map(int, np.argwhere(~good)[0])
            raise ModelError(
                f"golden.json: the probability of {OUTCOMES[k]} of note {self._loan(row)} was "
                f"{self.probabilities[row, k]!s} and is now {probabilities[row, k]!s}; {RETRAIN}"
            )

    def to_json(self) -> str:
        """Write the golden notes as canonical JSON."""
        history = self.tape.history
        content = {
            "notes": _note_records(self.tape.notes),
            "months_delinquent": history.months_delinquent.tolist(),
            # str gives the shortest text that reads back as the same float32
            "amount_received": [
                [None if np.isnan(one) else float(str(one)) for one in row] for row in history.amount_received
            ],
            "feature_names": [str(name) for name in self.features.columns],
            "features": _with_null(feature_values(self.features, map(str, self.features.columns))),
            "outcomes": [outcome.value for outcome in OUTCOMES],
            "probabilities": self.probabilities.tolist(),
        }
        return canonical_json(content)

    @classmethod
    def from_json(cls, text: str) -> Golden:
        """Read :meth:`to_json`.

        Raises
        ------
        ValueError, KeyError, TypeError
            The text is not that of golden notes.
        """
        content = json.loads(text)
        if content["outcomes"] != list(OUTCOMES):
            raise ValueError(f"outcomes must be {', '.join(OUTCOMES)}, found {content['outcomes']}")
        history = PaymentHistory(
            np.array(content["months_delinquent"], dtype=np.int16),
            np.array(content["amount_received"], dtype=np.float32),  # None becomes NaN
        )
        values = np.array(content["features"], dtype=np.float64).reshape(len(history), len(content["feature_names"]))
        features = pd.DataFrame(values, columns=content["feature_names"])
        tape = Tape(_notes(content["notes"]), history)
        return cls(tape, features, np.array(content["probabilities"], dtype=np.float64))

    def _loan(self, row: int) -> str:
        return str(self.tape.notes.text("loan_id")[row])


def _with_null(values: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(one) else one for one in row] for row in values.tolist()]


def _note_records(notes: Notes) -> list[dict[str, Any]]:
    """Give each note's known values by canonical name; dates as ISO text."""
    records: list[dict[str, Any]] = [{} for _ in range(len(notes))]
    for one in FIELDS:
        column = notes.frame[one.name]
        known = column.notna().to_numpy()
        for row in np.flatnonzero(known).tolist():
            value = column.iloc[row]
            if one.kind is Kind.DATE:
                records[row][one.name] = value.date().isoformat()
            elif one.kind is Kind.FLAG:
                records[row][one.name] = bool(value)
            elif one.kind in (Kind.TEXT, Kind.CODE):
                records[row][one.name] = str(value)
            else:
                records[row][one.name] = float(value)
    return records


def _notes(records: list[dict[str, Any]]) -> Notes:
    columns: dict[str, Any] = {}
    for one in FIELDS:
        if not any(one.name in record for record in records):
            continue
        values = [record.get(one.name) for record in records]
        if one.kind is Kind.DATE:
            days: NDArray[np.datetime64] = np.array(values, dtype="datetime64[s]")
            columns[one.name] = days
        elif one.kind in (Kind.TEXT, Kind.CODE):
            columns[one.name] = pd.Series(values, dtype="str")
        elif one.kind is Kind.FLAG:
            columns[one.name] = pd.Series(values, dtype="boolean")
        else:
            columns[one.name] = np.array(values, dtype=np.float64)
    return Notes(pd.DataFrame(columns))
