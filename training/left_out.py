"""Loans that could not be read, by what became of them: lost of one outcome more than of others, they bias a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist

from notes import OUTCOMES
from tapes.reading import UNREADABLE
from training.gate import Check
from training.judge_settings import GateSettings

OPEN = ""
"""What became of a note that is still open."""
ENDS = (*(str(one) for one in OUTCOMES), OPEN)


@dataclass(frozen=True)
class LeftOut:
    """Loans of a resolutions file an end: an outcome, :data:`OPEN` or :data:`tapes.reading.UNREADABLE`.

    Loans and not rows, since the snapshots of a loan are mostly lost together.

    Parameters
    ----------
    learned
        Loans of which a row of that end was read.
    excepted
        Those of which none was; repeated rows and totals do not count.
    """

    learned: Mapping[str, int] = field(default_factory=dict)
    excepted: Mapping[str, int] = field(default_factory=dict)

    def of(self, end: str) -> tuple[int, int]:
        """Give the loans of one end that were left out, and all of them."""
        left = self.excepted.get(end, 0)
        return left, left + self.learned.get(end, 0)

    def words(self, end: str) -> str:
        """Say how many loans of one end were left out: ``loss mitigation 287 of 443``."""
        left, whole = self.of(end)
        return f"an outcome that is none {left:,}" if end == UNREADABLE else f"{name_of(end)} {left:,} of {whole:,}"

    @property
    def by_end(self) -> str:
        """Say it of each end that lost loans: ``loss mitigation 287 of 443, none of the others``; empty where none did."""
        lost = [end for end in (*ENDS, UNREADABLE) if self.of(end)[0]]
        if not lost:
            return ""
        whole = [end for end in ENDS if self.of(end)[1] and end not in lost]
        return ", ".join([*(self.words(end) for end in lost), *(["none of the others"] if whole else [])])


def name_of(end: str) -> str:
    """Name an end in words."""
    return end.replace("_", " ") or "open"


def left_out_check(rows: LeftOut | None, settings: GateSettings) -> Check | None:
    r"""Refuse a model of a file that lost so much of one end that its shares moved; None where they did not.

    A file in which a date is filled from today's system has it, after the as-of date, on the notes that ended in one way:
    those rows are excepted, and a model of the rest has learned that the outcome is rare.  So has one of a file in which an
    outcome is written in words that are none: refused where more than ``max_mean_difference`` of the loans are lost so.

    Notes
    -----
    With s the share of an end among all N loans and t among the n that were read, refused where :math:`|t - s|` is above
    ``max_mean_difference`` and above what leaving loans out by lot would do, :math:`t` then having the hypergeometric
    variance :math:`s (1 - s) (N - n) / (n (N - 1))`; two-sided, at 1 - confidence over all ends together (Bonferroni).
    """
    if rows is None or not rows.by_end or not sum(rows.learned.values()):
        return None
    unread, moved = _unreadable(rows, settings), shares_moved(rows, settings)
    if not unread and not moved:
        return None
    figures = (
        f"loans were not left out of every outcome alike: {rows.by_end}; {'; '.join([*unread, *moved[:1]])}. Mend the rows "
        "that were left out (reading the file named where they are listed): most likely words for an outcome that are "
        "none, or a date or a figure of today on notes that ended in one way"
    )
    return Check("what was left out is like the rest", False, True, figures)


def _unreadable(rows: LeftOut, settings: GateSettings) -> list[str]:
    lost, n_all = rows.of(UNREADABLE)[0], sum(rows.learned.values()) + sum(rows.excepted.values())
    if lost <= settings.max_mean_difference * n_all:
        return []
    return [f"what became of {lost / n_all:.1%} of the loans cannot be read"]


def shares_moved(
    rows: LeftOut, settings: GateSettings, kept_words: str = "what was read", all_words: str = "the file"
) -> list[str]:
    """Name the ends of which the share moved by more than matters and by more than chance, the farthest first."""
    n_read, n_all = sum(rows.learned.get(end, 0) for end in ENDS), sum(rows.of(end)[1] for end in ENDS)
    errors = NormalDist().inv_cdf(1 - (1 - settings.confidence) / (2 * len(ENDS)))
    found = []
    for end in ENDS:
        share, kept = rows.of(end)[1] / n_all, rows.learned.get(end, 0) / n_read
        by_lot = errors * sqrt(share * (1 - share) * (n_all - n_read) / (n_read * max(n_all - 1, 1)))
        if abs(kept - share) > max(settings.max_mean_difference, by_lot):
            found.append(
                (abs(kept - share), f"{name_of(end)} is {share:.1%} of {all_words} and {kept:.1%} of {kept_words}")
            )
    return [told for _, told in sorted(found, reverse=True)]
