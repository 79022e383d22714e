"""What is to be bid, with what, and where to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pricing import Assumptions
from serving.model import ServedModel
from tapes import ReadOptions, TapeReading

DEMO_FLAG = "DEMO_MODEL"
DEMO_WARNING = "DEMO MODEL, trained on made notes: these bids show how notebid works and are not prices."


@dataclass(frozen=True)
class ScoreRequest:
    """A tape to bid.

    Parameters
    ----------
    tape
        The seller's file.
    out
        The result folder; None: ``<tape>-<as_of_date>`` under ``out_root``.
    is_example
        The tape is the embedded example, for which a model trained on made notes is in its place.
    log_lines
        What ``run.log`` shall hold; lines may be added until the result is written.
    """

    tape: Path
    reading: ReadOptions
    assumptions: Assumptions
    model: ServedModel
    out_root: Path
    out: Path | None = None
    is_example: bool = False
    log_lines: list[str] = field(default_factory=list)

    @property
    def is_demo(self) -> bool:
        """Whether a model of made notes is to bid a tape that is not the example."""
        return self.model.is_made and not self.is_example

    def folder(self, as_of_date: date | None) -> Path:
        """Say where the result goes; no row left, no date: the tape's name alone."""
        date_part = "" if as_of_date is None else f"-{as_of_date.isoformat()}"
        return self.out or self.out_root / f"{slug(self.tape.stem)}{date_part}"

    def marks(self, reading: TapeReading) -> dict[str, Any]:
        """Give what pricing shall write on each note beside its own flags."""
        extra = (DEMO_FLAG,) if self.is_demo else ()
        return {
            "reading_flags": [(*flags, *extra) for flags in reading.flags],
            "review_reason": DEMO_FLAG if self.is_demo else None,
        }


def slug(text: str) -> str:
    """Make a file name of any text: letters, digits, ``._-``, at most 80 of them, never empty, never hidden.

    Examples
    --------
    >>> slug("a b$(shell touch x);`touch y`")
    'a-b-shell-touch-x-touch-y'
    >>> slug("../../etc")
    'etc'
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:80].rstrip("-._")
    return kept or "tape"
