"""What is said of the follow-up of one stratum."""

from __future__ import annotations

from dataclasses import dataclass

FLAGGED_POINTS = 0.01
"""By how much the timelines tried must move the share of an outcome in a short stratum for the flag ``SHORT_HISTORY``."""
LEAST_TOLD = 10.0
"""Effective number of resolved notes in a stratum, under which they say next to nothing of it."""


@dataclass(frozen=True)
class StratumReport:
    """One stratum's follow-up in numbers; shares are of its base weight."""

    name: str
    members: tuple[str, ...]
    """The strata in it: itself, or those too small to stand alone."""
    n_notes: int
    open_share: float
    followed_months: int
    """The month to which weights reach."""
    foreclosure_months: float
    """By which nine tenths of forced sales come, by the state's timeline; NaN where unknown."""
    largest_weight: float
    effective_sample_size: float
    told: float
    """Effective number of resolved notes: what an open one with estimated ends tells is the prior's."""
    short: bool
    """Followed for less than its foreclosures take, so that notes open at the end of it are given likely ends."""
    tail_share: float
    """Still open at ``followed_months``, notes resolved later included."""
    shares: tuple[float, ...]
    """Of the four outcomes, as weighed."""
    low: tuple[float, ...]
    high: tuple[float, ...]
    """5 to 95 %: sampling error, and in a short stratum what the prior timelines may be wrong by."""
    timeline_low: tuple[float, ...] = ()
    timeline_high: tuple[float, ...] = ()
    """The same without sampling error: the least and the largest share at any of the timelines tried."""
    n_estimated: int = 0
    """Open notes that were given likely ends."""

    @property
    def hardly_seen(self) -> bool:
        """Whether so few of its notes are resolved that its shares are the states' timelines and little else."""
        return self.told < LEAST_TOLD

    @property
    def flagged(self) -> bool:
        """Whether it is short and the share of some outcome hangs on the timelines by :data:`FLAGGED_POINTS` or more."""
        moved = (high - low for low, high in zip(self.timeline_low, self.timeline_high, strict=True))
        return self.short and max(moved, default=0.0) >= FLAGGED_POINTS
