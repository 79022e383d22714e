"""The vocabulary of mortgage notes: everything that the other rooms speak in, and nothing that reads, fits or prices."""

from notes.doubt import OutcomeDoubt
from notes.errors import (
    BusyError,
    GateError,
    ModelError,
    NotebidError,
    RowsExceptedError,
    TapeError,
    UsageError,
)
from notes.frame import Notes
from notes.history import HISTORY_MONTHS, PaymentHistory
from notes.outcome import OUTCOME_DETAILS, OUTCOMES, Outcome, OutcomeProbabilities, OutcomeRecoveries, OutcomeTimelines
from notes.schema import FIELDS, Field, Kind, field
from notes.tape import TRAINING_DATA, Resolutions, Tape

__all__ = [
    "FIELDS",
    "HISTORY_MONTHS",
    "OUTCOMES",
    "OUTCOME_DETAILS",
    "TRAINING_DATA",
    "BusyError",
    "Field",
    "GateError",
    "Kind",
    "ModelError",
    "NotebidError",
    "Notes",
    "Outcome",
    "OutcomeDoubt",
    "OutcomeProbabilities",
    "OutcomeRecoveries",
    "OutcomeTimelines",
    "PaymentHistory",
    "Resolutions",
    "RowsExceptedError",
    "Tape",
    "TapeError",
    "UsageError",
    "field",
]
