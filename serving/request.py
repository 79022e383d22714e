"""What is to be bid, with what, and where to."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from features import FEATURES
from features.catalogue import Group
from models.used_features import used_features
from notes import OutcomeProbabilities, Tape, UsageError
from pricing import NOTHING_OWN, Assumptions, OwnTerms
from reports import ResultFolder
from serving.drift import TapeDrift
from serving.model import ServedModel
from tapes import ReadOptions, TapeReading

DEMO_FLAG = "DEMO_MODEL"
SHORT_HISTORY_FLAG = "SHORT_HISTORY"
"""Of a note whose kind was not followed long enough in training to see its foreclosures."""
DEMO_WARNING = "DEMO MODEL, trained on made notes: these bids show how notebid works and are not prices."
_OF_PAYMENTS = frozenset(one.name for one in FEATURES if one.group is Group.PAYMENT)


@dataclass(frozen=True)
class ScoreRequest:
    """A tape to bid.

    Parameters
    ----------
    tape
        The seller's file.
    out
        The result folder; None: ``<tape>-<as_of_date>`` under ``out_root``, with a hash behind it where that holds the
        result of another tape.
    is_example
        The tape is the embedded example, for which a model trained on made notes is in its place.
    log_lines
        What ``run.log`` shall hold; lines may be added until the result is written.
    own_timelines, own_recoveries
        Whether to price with the months, and with the branch weights and recoveries, of the model's own resolutions.
    """

    tape: Path
    reading: ReadOptions
    assumptions: Assumptions
    model: ServedModel
    out_root: Path
    out: Path | None = None
    is_example: bool = False
    log_lines: list[str] = field(default_factory=list)
    own_timelines: bool = False
    own_recoveries: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether a model of made notes is to bid a tape that is not the example."""
        return self.model.is_made and not self.is_example

    def folder(self, reading: TapeReading) -> Path:
        """Say where the result goes; no date, also not of an excepted row: the tape's name alone.

        Two tapes of one name and date have a place each: the second, told by its content, has a hash in its folder's name.

        Raises
        ------
        UsageError
            A file that this run reads would be written over.
        """
        date_part = "" if reading.as_of_date is None else f"-{reading.as_of_date.isoformat()}"
        folder = self.out or self.out_root / f"{slug(self.tape.stem)}{date_part}"
        if self.out is None:
            held = ResultFolder.manifest(folder).get("tape_sha256")
            if held is not None and held != reading.content_sha256:
                folder = folder.with_name(f"{folder.name}-{reading.content_sha256[:8]}")
        refuse_writing_over(self.inputs, folder, WRITTEN)
        return folder

    @property
    def inputs(self) -> list[Path]:
        """The user's files that the run reads."""
        return [one for one in (self.tape, self.reading.payments, self.reading.mapping) if one is not None]

    def terms(self, tape: Tape) -> tuple[Assumptions, OwnTerms]:
        """Give what to price the tape with: the assumptions, and what of the desk's own resolutions was asked for.

        Raises
        ------
        UsageError
            Something of its own was asked for, and the model holds none.
        """
        if not (self.own_timelines or self.own_recoveries):
            return self.assumptions, NOTHING_OWN
        desk = self.model.desk
        if desk is None:
            raise UsageError(
                f"model {self.model.bundle.sha256[:12]} holds no months and recoveries of its own; train again with this "
                "notebid, or score without --own-timelines and --own-recoveries"
            )
        return desk.apply(tape, self.assumptions, timelines=self.own_timelines, recoveries=self.own_recoveries)

    def drift(self, frame: pd.DataFrame, probabilities: OutcomeProbabilities) -> TapeDrift | None:
        """Say whether the notes are of the kind that the model was trained on; None: nothing to say it by.

        A model trained on made notes is of no real tape's kind, which is said already.

        Raises
        ------
        ModelError
            What the bundle keeps for it is newer than this notebid, or cannot be read.
        """
        check = self.model.drift_check
        if check is None or self.model.is_made:
            return None
        report = check.report(frame, probabilities)
        return None if report is None else TapeDrift(report)

    def about_history(self, reading: TapeReading, frame: pd.DataFrame) -> tuple[str, ...]:
        """Say that no note has a payment history though the model goes by it, or what the tape has and it does not read."""
        inputs = self.model.inputs
        extra = inputs.not_read(reading.tape)
        unread = (_unread(extra),) if extra and not self.model.is_made else ()
        if reading.tape.history.is_known:
            said = inputs.unread_history(reading.tape)
            return (f"the payment histories tell {said}, which {_UNREAD}", *unread) if said else unread
        return (*self._lacking(frame), *unread)

    def _lacking(self, frame: pd.DataFrame) -> tuple[str, ...]:
        uses = used_features(self.model.bundle.predictor.model)
        lacking = [one for one in frame.columns[frame.isna().all()] if one in uses and one in _OF_PAYMENTS]
        if not lacking:
            return ()
        return (
            f"no note has a payment history, and the model goes by it ({len(lacking)} of its features are missing on every "
            "note): give it with --payments (PAYMENTS=)",
        )

    def marks(self, reading: TapeReading) -> dict[str, Any]:
        """Give what pricing shall write on each note beside its own flags."""
        extra = (DEMO_FLAG,) if self.is_demo else ()
        short = self._in_short_history(reading.tape)
        return {
            "reading_flags": [
                (*flags, *extra, SHORT_HISTORY_FLAG) if one else (*flags, *extra)
                for flags, one in zip(reading.flags, short, strict=True)
            ],
            "review_reason": DEMO_FLAG if self.is_demo else None,
        }

    def _in_short_history(self, tape: Tape) -> list[bool]:
        desk = None if self.model.is_made else self.model.desk
        if desk is None or not desk.short_history:
            return [False] * len(tape)
        marked: list[bool] = desk.has_short_history(tape).tolist()
        return marked


_UNREAD = (
    "the model does not read: hardly any of its resolutions had that. Give it to notebid train with --payments "
    "(PAYMENTS=)"
)


def _unread(names: tuple[str, ...]) -> str:
    named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return (
        f"the tape has {named}, which the model does not read: no note of its training had "
        f"{'it' if len(names) == 1 else 'them'}. Train with those columns to use them"
    )


_NAMED = 6
WRITTEN = ("bids.csv", "bids.xlsx", "exceptions.csv", "seller_questions.md", "run.json", "run.log")
"""The files of a result."""


def refuse_writing_over(inputs: Iterable[Path], folder: Path, written: Collection[str]) -> None:
    """Make sure that no input is a file that a result in a folder would replace.

    Raises
    ------
    UsageError
        One is; it is named.
    """
    target = Path(os.path.realpath(folder))
    for one in inputs:
        real = Path(os.path.realpath(one))
        if real.parent == target and real.name.lower() in written:
            raise UsageError(f"{one} is read by this run and would be written over; name another folder with --out")


def slug(text: str) -> str:
    """Make a file name of any text: letters, digits, ``._-``, at most 80 of them, never empty, never hidden.

    Examples
    --------
    >>> slug("a b$(shell touch x);`touch y`")
    'a-b-shell-touch-x-touch-y'
    >>> slug("../../etc"), slug("CON")
    ('etc', 'tape-CON')
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:80].rstrip("-._")
    return f"tape-{kept}" if _RESERVED.fullmatch(kept) else kept or "tape"


_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that stand for devices on Windows."""
