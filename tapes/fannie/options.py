"""Which snapshots are taken from the agency's files."""

from __future__ import annotations

from dataclasses import dataclass, field

from notes import UsageError
from notes.months import parse_month
from tapes.resolutions import LabelSettings


@dataclass(frozen=True)
class FannieOptions:
    """Which snapshots to take.

    Parameters
    ----------
    months
        Take every loan in these months (``YYYY-MM``); none: see ``every``.
    every
        Take every loan every so many months; None: draw one snapshot a loan within each band of months behind.
    seed
        Of the draw.
    tape_month
        The tape to score holds the notes at least a month behind in this month (``YYYY-MM``); None: each loan that was
        ever behind, in its worst month.  The worst month is known with hindsight only: that tape is for trying the
        scoring, not for measuring it.
    labels
        When an outcome is decided.
    memory
        What DuckDB may hold before it sorts on disk.
    """

    months: tuple[str, ...] = ()
    every: int | None = None
    seed: int = 0
    tape_month: str | None = None
    labels: LabelSettings = field(default_factory=LabelSettings)
    memory: str = "2GB"

    def __post_init__(self) -> None:
        if self.months and self.every is not None:
            raise UsageError("Give months or every, not both.")
        if self.every is not None and self.every < 1:
            raise UsageError(f"every must be at least 1 month, found {self.every}.")
        if self.seed < 0:
            raise UsageError(f"The seed must not be negative, found {self.seed}.")
        for text in (*self.months, *([self.tape_month] if self.tape_month else [])):
            try:
                parse_month(text)
            except ValueError as error:
                raise UsageError(f"{error}.") from None
