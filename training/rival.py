"""The champion beside the new model: on which test notes, with which of its fits, and whom that favours.

A champion was refitted on all notes of its training, and has so learned what became of many notes that a later training
tests on.  Its candidate, the model as it was judged, was fitted and calibrated on part of them, and its bundle says on
which loans.  So candidate is set beside candidate, on the test notes whose loans the champion's has not learned from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import NoteFeatures
from models.candidate import CandidateContents, CandidateWindow
from models.classifier import OutcomeClassifier
from models.loan_record import LoanRecord
from notes.inputs import Inputs
from notes.months import Days
from training.context import Champion
from training.evaluate import Floats
from training.judge_settings import GateSettings
from training.snapshots import Snapshots, loan_names
from training.splits import Split

Mask = NDArray[np.bool_]
NEARLY_ALL = 0.9
"""Share of the test notes that must be unseen where the test is small: what is left out then changes little."""


@dataclass(frozen=True)
class Rival:
    """The champion on the test notes.

    Parameters
    ----------
    probability
        float64, shape (n_test, 4).
    compared
        bool, shape (n_test,): the notes that both are judged on.
    statement
        What is compared on what, to be printed.
    warnings
        Whom the comparison favours and why; empty where it is fair.
    withheld
        Features that the champion goes by and that are missing in every test note, in their order; of ``uses`` in all.
    """

    probability: Floats
    compared: Mask
    statement: str
    warnings: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    uses: int = 0


def set_beside(
    champion: Champion | None,
    features: pd.DataFrame,
    test: tuple[Snapshots, NDArray[np.intp]],
    split: Split,
    settings: GateSettings,
) -> Rival | None:
    """Predict the test notes with what of the champion is fair, and say which of them count.

    Parameters
    ----------
    champion
        None where there is none to be judged against.
    features
        Of the test notes, n_test rows.
    test
        The drawn snapshots, and the positions of the test notes among them.

    Notes
    -----
    A test note counts when its loan is not among those that the champion's candidate was fitted or calibrated on, or when
    its ``as_of_date`` lies after the last day on which anything of their outcomes was seen.  A champion without a candidate
    was fitted on every loan of its file, so only the second holds.  The choice never looks at a note's own outcome or
    resolution date: notes chosen by what became of them would favour the model that expects it.

    Where fewer than ``settings.min_unseen_notes`` are left, and fewer than nine tenths, all count, and the champion is
    favoured: whoever beats it even so is better, and who does not is not shown to be worse.
    """
    if champion is None:
        return None
    snapshots, rows = test
    notes = snapshots.resolutions.tape.notes.take(rows)
    as_of = notes.days("as_of_date")
    if champion.inputs != Inputs():
        features = NoteFeatures().transform(champion.inputs.shown(snapshots.resolutions.tape.take(rows)))
    candidate = champion.candidate
    if candidate is None:
        fresh = _after(as_of, champion.last_observed_through)
        why = f"{champion.name} is compared as it is kept, refitted on all its notes: its bundle keeps no candidate"
        rival = _rival(champion.predict(features), fresh, champion, settings, (why,))
        return replace(rival, withheld=_withheld(champion, features), uses=len(champion.uses))
    fresh = _after(as_of, candidate.window.known_through) | ~candidate.loans.holds(loan_names(notes))
    doubts = _doubts(candidate.window, champion.name, as_of, split)
    rival = _rival(candidate.predict(features), fresh, champion, settings, doubts)
    return replace(rival, withheld=_withheld(champion, features), uses=len(champion.uses))


def _withheld(champion: Champion, features: pd.DataFrame) -> tuple[str, ...]:
    """Name what the champion goes by and cannot see here: it would be judged half blind."""
    present = {str(name) for name in features.columns[features.notna().any()]}
    return tuple(sorted(champion.uses - present))


def keep_candidate(classifier: OutcomeClassifier, snapshots: Snapshots, split: Split) -> CandidateContents:
    """Put together what the bundle keeps of the candidate: the model, and what it was fitted and calibrated on."""
    resolutions = snapshots.resolutions.take(np.concatenate([split.fit, split.calibrate]))
    notes, known_through = resolutions.tape.notes, resolutions.observed_through.max()
    window = CandidateWindow(str(notes.days("as_of_date").max()), str(known_through), split.judged_months)
    return CandidateContents(classifier, LoanRecord.of(loan_names(notes)), window)


def _after(as_of: Days, day: str) -> Mask:
    """Say which notes come after an ISO date, bool, shape (n,); none where it is not known."""
    return as_of > np.datetime64(day, "D") if day else np.zeros(len(as_of), dtype=bool)


def _rival(
    probability: Floats, fresh: Mask, champion: Champion, settings: GateSettings, doubts: tuple[str, ...]
) -> Rival:
    n_notes, n_fresh = len(fresh), int(fresh.sum())
    what = champion.name if champion.candidate is None else f"the candidate that became {champion.name}"
    if n_fresh >= min(settings.min_unseen_notes, NEARLY_ALL * n_notes):
        left = _left_out(n_notes - n_fresh, by_record=champion.candidate is not None)
        return Rival(
            probability, fresh, f"compared with {what} on {n_fresh:,} of {n_notes:,} test notes; {left}", doubts
        )
    few = (
        f"only {n_fresh:,} of {n_notes:,} test notes are of loans that {what} cannot have been fitted on, fewer than "
        f"{settings.min_unseen_notes:,} (gate.min_unseen_notes): all are compared, and it knows the others' outcomes. The "
        "comparison favours it: to pass in spite of that is enough, not to pass says nothing against the new model"
    )
    everything = np.ones(n_notes, dtype=bool)
    return Rival(probability, everything, f"compared with {what} on all {n_notes:,} test notes", (*doubts, few))


def _left_out(n_notes: int, *, by_record: bool) -> str:
    """Say how many test notes do not count and why; ``by_record``: by the short hashes that a bundle keeps of its loans."""
    if n_notes == 0:
        return "none of them can have been fitted on"
    are, loans, them = ("is", "that loan", "it") if n_notes == 1 else ("are", "their loans", "them")
    said = f"{n_notes:,} {are} left out, as it may have been fitted on {loans} and know what became of {them}"
    return f"{said} (of other loans, too, 1 to 2 in a hundred look like one of its own)" if by_record else said


def _doubts(window: CandidateWindow, name: str, as_of: Days, split: Split) -> tuple[str, ...]:
    """Say what else than their worth may part the two candidates."""
    found = []
    if split.out_of_time and np.datetime64(window.last_as_of_date, "D") >= as_of.min():
        found.append(
            f"the candidate of {name} was fitted on snapshots through {window.last_as_of_date}, into the time of the test "
            f"(from {as_of.min()}), though of other loans: the times favour it a little"
        )
    if window.judged_months != split.judged_months:
        found.append(
            f"the candidate of {name} was fitted to outcomes within {window.judged_months} months, the test is of those "
            f"within {split.judged_months}: that favours the new model"
        )
    return tuple(found)
