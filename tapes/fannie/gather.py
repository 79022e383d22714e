"""Snapshots gathered batch by batch, and the counts that are printed about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import Notes, PaymentHistory, Tape
from notes.months import parse_month
from tapes.fannie.layout import BANDS
from tapes.fannie.options import FannieOptions
from tapes.fannie.records import LoanMonths
from tapes.fannie.snapshots import (
    Cells,
    Loans,
    candidates,
    history,
    in_months,
    months_after,
    note_frame,
    one_a_band,
    worst,
)
from tapes.resolutions import Labels, Terminal, count_by_streak, label_histories


@dataclass
class Notebook:
    """Snapshots of one kind, a piece a batch."""

    frames: list[pd.DataFrame] = field(default_factory=list)
    histories: list[PaymentHistory] = field(default_factory=list)
    n_scheduled: int = 0

    def add(self, months: LoanMonths, cells: Cells, loans: Loans) -> None:
        """Add the snapshots of a batch."""
        frame, scheduled = note_frame(months, cells, loans)
        self.frames.append(frame)
        self.histories.append(history(months, cells))
        self.n_scheduled += int(scheduled.sum())

    def tape(self) -> Tape:
        """Put the pieces together."""
        past = PaymentHistory(
            np.concatenate([one.months_delinquent for one in self.histories]),
            np.concatenate([one.amount_received for one in self.histories]),
        )
        return Tape(Notes(pd.concat(self.frames, ignore_index=True)), past)


@dataclass
class Gathered:
    """What the batches gave so far.

    Parameters
    ----------
    last
        Month index of the files' last month.
    """

    loans: Loans
    options: FannieOptions
    last: int
    snapshots: Notebook = field(default_factory=Notebook)
    delinquent: Notebook = field(default_factory=Notebook)
    labels: list[Labels] = field(default_factory=list)
    net_proceeds: list[NDArray[np.float64]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bands: Counter[tuple[int, int]] = field(default_factory=Counter)
    streaks: dict[int, Counter[str]] = field(default_factory=dict)

    def add(self, months: LoanMonths) -> None:
        """Take the snapshots of a batch of loans."""
        is_loan = self.loans.frame.index.get_indexer(months.loan_id) >= 0
        possible = candidates(months, is_loan)
        ends = np.minimum(months.n_months, months.terminal_at + 1) - 1
        followed = possible & (np.arange(possible.shape[1])[None, :] < ends[:, None])
        self._resolve(months, _choose(months, followed, self.options, self.last))
        month = self.options.tape_month
        behind = worst(months, possible) if month is None else _behind_in(months, possible, month)
        self.delinquent.add(months, behind, self.loans)
        self._count(months, is_loan)

    def _resolve(self, months: LoanMonths, cells: Cells) -> None:
        settings = self.options.labels
        after = months_after(months, cells, settings)
        labels = label_histories(after, settings)
        self.snapshots.add(months, cells, self.loans)
        self.labels.append(labels)
        sold = np.isin(labels.outcome_detail.astype(str), ["short_sale", "third_party", "reo"])
        self.net_proceeds.append(np.where(sold, months.net_proceeds[cells.loan], np.nan))
        behind = months.months_delinquent[cells.loan, cells.column]
        for low, high in BANDS:
            self.bands[(low, high)] += int(((behind >= low) & (behind <= high)).sum())
        for streak, counts in count_by_streak(after, settings).items():
            self.streaks.setdefault(streak, Counter()).update(counts)

    def _count(self, months: LoanMonths, is_loan: NDArray[np.bool_]) -> None:
        at_end = months.first_month + months.n_months - 1 == self.last
        is_open = months.terminal == Terminal.NONE
        self.counts["without acquisition"] += int((~is_loan).sum())
        self.counts["active"] += int((is_open & at_end).sum())
        self.counts["cut off"] += int((is_open & ~at_end).sum())
        self.counts["seriously behind"] += int((months.months_delinquent >= 3).any(axis=1).sum())
        self.counts["modified"] += int((months.modified < months.months_delinquent.shape[1]).sum())


def _choose(months: LoanMonths, possible: NDArray[np.bool_], options: FannieOptions, last: int) -> Cells:
    if not options.months and options.every is None:
        return one_a_band(months, possible, options.seed)
    wanted = np.zeros(last + 2, dtype=bool)
    if options.every is not None:
        wanted[: last + 1] = np.arange(last + 1) % options.every == 0
    for text in options.months:
        wanted[min(parse_month(text), last + 1)] = parse_month(text) <= last
    return in_months(months, possible, wanted)


def _behind_in(months: LoanMonths, possible: NDArray[np.bool_], month: str) -> Cells:
    index = parse_month(month)
    wanted = np.zeros(index + 2, dtype=bool)
    wanted[index] = True
    return in_months(months, possible & (months.months_delinquent >= 1), wanted)
