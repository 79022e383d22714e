"""Rows that could not be read, by what became of their notes: lost of one outcome more than of others, they bias a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist

from notes import OUTCOMES
from training.gate import Check
from training.judge_settings import GateSettings

OPEN = ""
"""What became of a note that is still open."""
ENDS = (*(str(one) for one in OUTCOMES), OPEN)


@dataclass(frozen=True)
class LeftOut:
    """Rows of a resolutions file an end, an outcome or :data:`OPEN`; rows without a readable one are in neither.

    Parameters
    ----------
    learned
        Rows that were read.
    excepted
        Rows that were not; repeated rows and totals do not count.
    """

    learned: Mapping[str, int] = field(default_factory=dict)
    excepted: Mapping[str, int] = field(default_factory=dict)

    def of(self, end: str) -> tuple[int, int]:
        """Give the rows of one end that were left out, and all of them."""
        left = self.excepted.get(end, 0)
        return left, left + self.learned.get(end, 0)

    def words(self, end: str) -> str:
        """Say how many rows of one end were left out: ``loss mitigation 287 of 443``."""
        left, whole = self.of(end)
        return f"{name_of(end)} {left:,} of {whole:,}"

    @property
    def by_end(self) -> str:
        """Say it of each end that lost rows: ``loss mitigation 287 of 443, none of the others``."""
        lost = [end for end in ENDS if self.of(end)[0]]
        whole = [end for end in ENDS if self.of(end)[1] and end not in lost]
        return ", ".join([*(self.words(end) for end in lost), *(["none of the others"] if whole else [])])


def name_of(end: str) -> str:
    """Name an end in words."""
    return end.replace("_", " ") or "open"


def left_out_check(rows: LeftOut | None, settings: GateSettings) -> Check | None:
    r"""Refuse a model of a file that lost so much of one end that its shares moved; None where they did not.

    A file in which a date is filled from today's system has it, after the as-of date, on the notes that ended in one way:
    those rows are excepted, and a model of the rest has learned that the outcome is rare.

    Notes
    -----
    With s the share of an end among all N rows and t among the n that were read, refused where :math:`|t - s|` is above
    ``max_mean_difference`` and above what leaving rows out by lot would do, :math:`t` then having the hypergeometric
    variance :math:`s (1 - s) (N - n) / (n (N - 1))`; two-sided, at 1 - confidence over all ends together (Bonferroni).
    """
    n_read, n_left = (0, 0) if rows is None else (sum(rows.learned.values()), sum(rows.excepted.values()))
    if rows is None or not n_read or not n_left:
        return None
    n_all = n_read + n_left
    errors = NormalDist().inv_cdf(1 - (1 - settings.confidence) / (2 * len(ENDS)))
    found: list[tuple[float, str]] = []
    for end in ENDS:
        share, kept = rows.of(end)[1] / n_all, rows.learned.get(end, 0) / n_read
        by_lot = errors * sqrt(share * (1 - share) * n_left / (n_read * (n_all - 1)))
        if abs(kept - share) > max(settings.max_mean_difference, by_lot):
            found.append(
                (abs(kept - share), f"{name_of(end)} is {share:.1%} of the file and {kept:.1%} of what was read")
            )
    if not found:
        return None
    figures = (
        f"rows were not left out of every outcome alike: {rows.by_end}; {max(found)[1]}. Mend the rows that were left out "
        "(their file is named above), most likely a date or a figure of today on notes that ended in one way"
    )
    return Check("what was left out is like the rest", False, True, figures)
