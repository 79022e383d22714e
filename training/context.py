"""What a training run is given beside its data and settings: the champion, the file's facts, who watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import Tape
from notes.inputs import Inputs
from training.file_facts import FileFacts

if TYPE_CHECKING:
    from models.candidate import CandidateWindow
    from models.loan_record import LoanRecord
    from pricing import Assumptions
    from training.tune import Search

Probabilities = Callable[[pd.DataFrame], NDArray[np.float64]]
"""Feature frame to probabilities, float64, shape (n, 4), in the order of ``OUTCOMES``."""


class Progress(Protocol):
    """Called as the work goes on; the caller decides whether anybody is watching."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` steps are over and ``step`` begins."""


def nobody_watches(step: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class JudgedCandidate:
    """A champion as it was when it was judged: fitted on part of its notes.

    Parameters
    ----------
    loans
        Those that it was fitted or calibrated on.
    window
        What it can have known of them.
    """

    predict: Probabilities
    loans: LoanRecord
    window: CandidateWindow


@dataclass(frozen=True)
class Champion:
    """The model in use: what it was trained on and how it predicts.

    Parameters
    ----------
    last_observed_through
        The last day on which anything of what it was fitted on was seen, ISO date, from its manifest's training window;
        empty where unknown.
    candidate
        It as it was judged; None where its bundle keeps none.
    uses
        Features that it goes by (:func:`models.used_features.used_features`); empty where unknown.
    n_resolved
        Resolved notes that it was trained on; 0 where unknown.
    inputs
        What the notes that it learned from had: of what they had not it is shown nothing.
    """

    name: str
    training_data: str
    predict: Probabilities
    last_observed_through: str = ""
    candidate: JudgedCandidate | None = None
    uses: frozenset[str] = frozenset()
    n_resolved: int = 0
    inputs: Inputs = field(default_factory=Inputs)


@dataclass(frozen=True)
class TrainingContext:
    """What a run needs to know beside data and settings.

    Parameters
    ----------
    training_data
        ``made``, ``own`` or ``agency``.
    golden_tape
        32 made notes with history, kept in the bundle with their features and probabilities.
    data_hashes
        File to sha256, as logged with the run.
    champion
        The model in use; None when there is none.
    class_counts_at_streaks
        Streak to outcome to count, where the history decides the outcomes; None where the file states them.
    progress
        Called on long work.
    assumptions
        Whose timelines are the prior for foreclosures not seen yet; None: the shipped ones.
    file
        What reading the file showed.
    search
        How to look for better settings before the fit; None: the given ones are used.
    """

    training_data: str
    golden_tape: Tape
    data_hashes: Mapping[str, str] = field(default_factory=dict)
    champion: Champion | None = None
    class_counts_at_streaks: Mapping[int, Mapping[str, int]] | None = None
    progress: Progress = nobody_watches
    assumptions: Assumptions | None = None
    file: FileFacts = field(default_factory=FileFacts)
    search: Search | None = None
