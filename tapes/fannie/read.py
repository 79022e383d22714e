"""From the agency's two files to snapshots with their outcomes, and a tape of delinquent notes to score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from notes import Resolutions, Tape, TapeError
from tapes.fannie.gather import Gathered
from tapes.fannie.options import FannieOptions
from tapes.fannie.records import Files
from tapes.fannie.report import Counted, report_lines
from tapes.fannie.snapshots import read_loans
from tapes.resolutions import Labels
from tapes.write import write_payments, write_resolutions, write_tape


@dataclass(frozen=True)
class FannieImport:
    """What the files hold, in contract form.

    Parameters
    ----------
    resolutions
        Snapshots with what became of them, by loan and date.
    delinquent
        Notes at least a month behind, a tape to score; every note has its own ``as_of_date``.
    report
        Lines to print: the mapping, and every count.
    """

    resolutions: Resolutions
    delinquent: Tape
    report: tuple[str, ...]


def read_fannie(
    acquisition: Path, performance: Path | Sequence[Path], options: FannieOptions | None = None
) -> FannieImport:
    """Read an acquisition file and its performance file, or the parts of one, of the layout of before October 2020.

    A snapshot holds what was known at the end of its month: history up to and including it, terms, balance and
    modification as of then.  Its outcome is decided by :func:`tapes.resolutions.label_histories` from the months strictly
    after it.  A month can be a snapshot where its status is known and the loan is alive.

    Raises
    ------
    UsageError
        DuckDB is not installed.
    TapeError
        A file is not of the layout, holds an unknown code or repeats a month, or no snapshot can be taken.
    """
    options = options or FannieOptions()
    parts = [performance] if isinstance(performance, Path) else list(performance)
    files = Files(acquisition, parts, options.memory)
    try:
        totals, codes = files.totals(), files.terminal_counts()
        acquisitions = files.acquisitions()
        loans, left_out = read_loans(acquisitions)
        gathered = Gathered(loans, options, totals["last"])
        for months in files.batches():
            gathered.add(months)
    finally:
        files.close()
    resolutions, delinquent = _resolutions(gathered), gathered.delinquent.tape()
    if not len(resolutions):
        raise TapeError(f"{acquisition.name}: no snapshot can be taken of the performance file's loans.")
    counted = Counted(len(acquisitions), left_out, totals, codes, gathered)
    return FannieImport(resolutions, delinquent, report_lines(counted, resolutions, delinquent))


def write_fannie(imported: FannieImport, out: Path) -> tuple[Path, ...]:
    """Write ``resolutions.csv``, ``payments.csv``, ``tape.csv`` and ``tape_payments.csv`` into a folder.

    Returns
    -------
    The files written.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = tuple(out / f"{name}.csv" for name in ("resolutions", "payments", "tape", "tape_payments"))
    write_resolutions(paths[0], imported.resolutions)
    write_payments(paths[1], imported.resolutions.tape, with_as_of=True)
    write_tape(paths[2], imported.delinquent)
    write_payments(paths[3], imported.delinquent, with_as_of=False)
    return paths


def _resolutions(gathered: Gathered) -> Resolutions:
    tape = gathered.snapshots.tape()
    as_of = tape.notes.days("as_of_date")
    labels = Labels(
        np.concatenate([one.outcome for one in gathered.labels]),
        np.concatenate([one.outcome_detail for one in gathered.labels]),
        np.concatenate([one.months for one in gathered.labels]),
    )
    left = gathered.last - tape.notes.month("as_of_date").astype(np.int64)
    window = Labels(labels.outcome, labels.outcome_detail, np.minimum(left, gathered.options.labels.horizon_months))
    return Resolutions(
        tape,
        labels.outcome,
        labels.outcome_detail,
        labels.resolution_date(as_of),
        np.where(labels.is_censored, labels.last_seen(as_of), window.last_seen(as_of)),
        np.concatenate(gathered.net_proceeds),
    )
