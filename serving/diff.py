"""A tape that was sent again, beside the last one: read, bid, compare, write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from notes import OUTCOMES
from pricing import price_tape
from reports import ResultFolder, write_csv
from serving.compare import Comparison, compare
from serving.matching import match_loans
from serving.request import ScoreRequest, refuse_writing_over, slug
from serving.result import made_with, write_log
from tapes import TapeReading, read_tape
from tapes.as_of import stale_warning

FILES = ("changes.csv", "bids_moved.csv", "run.json", "run.log")
_BID = ("bid_status", "bid", "expected_price", *(f"p_{one}" for one in OUTCOMES))
_WHOLE = ("old_bid", "new_bid", "bid_change")
_MONEY = ("old_expected_price", "new_expected_price")


@dataclass(frozen=True)
class DiffRequest:
    """Two tapes, to be bid with the same model and assumptions.

    Parameters
    ----------
    old, new
        As each would be scored; where their results would go does not matter, since none is written.
    out
        The result folder; None: a name made of both tapes', under ``out_root``.
    """

    old: ScoreRequest
    new: ScoreRequest
    out: Path | None = None

    def folder(self, old: TapeReading, new: TapeReading) -> Path:
        """Say where the result goes.

        Raises
        ------
        UsageError
            A file that this run reads would be written over.
        """
        folder = self.out or self._default(old, new)
        for one in (self.old, self.new):
            refuse_writing_over(one.inputs, folder, FILES)
        return folder

    def _default(self, old: TapeReading, new: TapeReading) -> Path:
        names = [f"{slug(one.tape.stem)}{_day(of)}" for one, of in ((self.old, old), (self.new, new))]
        folder = self.new.out_root / f"diff-{'-to-'.join(names)}"
        held = ResultFolder.manifest(folder).get("diff")
        contents = [old.content_sha256, new.content_sha256]
        if held is not None and held != contents:
            folder = folder.with_name(f"{folder.name}-{contents[0][:8]}-{contents[1][:8]}")
        return folder


@dataclass(frozen=True)
class Difference:
    """What came out of a comparison.

    Parameters
    ----------
    bids
        A row a loan that was bid on either tape: loan_id, seller, on (``both``, ``new``, ``gone``, ``read_now``,
        ``excepted_now``), and old and new status, bid, expected price and probabilities.
    warnings
        Sentences for the user, those of each tape with its name in front.
    """

    folder: Path
    old: TapeReading
    new: TapeReading
    comparison: Comparison
    bids: pd.DataFrame
    warnings: tuple[str, ...]


def diff(request: DiffRequest) -> Difference:
    """Compare a tape with the one before it and write ``changes.csv`` and ``bids_moved.csv``.

    Raises
    ------
    TapeError
        A tape is refused.
    UsageError
        The result folder holds something else, or what this run reads.
    """
    old = read_tape(request.old.tape, request.old.reading)
    new = read_tape(request.new.tape, request.new.reading)
    comparison = compare(old, new, match_loans(old, new))
    bids = _bids_side_by_side(_bid(request.old, old), _bid(request.new, new), comparison, old, new)
    warnings = _warnings(request, old, new, comparison)
    folder = request.folder(old, new)
    with ResultFolder(folder) as result:
        write_csv(result.path / "changes.csv", comparison.changes)
        write_csv(result.path / "bids_moved.csv", bids, money=_MONEY, whole=_WHOLE)
        write_log(request.new.log_lines, warnings, result.path)
        result.publish(_manifest(request, old, new))
    return Difference(folder, old, new, comparison, bids, warnings)


def _bid(request: ScoreRequest, reading: TapeReading) -> pd.DataFrame:
    """Bid a tape in memory; a tape of which nothing can be priced has no bids."""
    if not len(reading.tape):
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "bid_status" else "float64") for name in _BID})
    frame = request.model.features(reading.tape)
    probabilities = request.model.predict(frame)
    doubt = request.model.doubt(reading.tape, frame, probabilities)
    sheet = price_tape(reading.tape, probabilities, request.assumptions, **request.marks(reading), doubt=doubt)
    return sheet.frame[list(_BID)]


def _bids_side_by_side(
    was: pd.DataFrame, now: pd.DataFrame, comparison: Comparison, old: TapeReading, new: TapeReading
) -> pd.DataFrame:
    match = comparison.match
    before_only = [("gone", match.gone), ("excepted_now", np.array([i for i, _ in match.excepted_now], dtype=np.intp))]
    after_only = [("new", match.added), ("read_now", np.array([i for i, _ in match.excepted_before], dtype=np.intp))]
    parts = [_side(new, match.new, "both", was.iloc[match.old], now.iloc[match.new])]
    parts += [_side(new, at, on, None, now.iloc[at]) for on, at in after_only]
    parts += [_side(old, at, on, was.iloc[at], None) for on, at in before_only]
    bids = pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    bids.insert(5, "bid_change", bids["new_bid"] - bids["old_bid"])
    return bids


def _side(reading: TapeReading, at: Any, on: str, was: pd.DataFrame | None, now: pd.DataFrame | None) -> pd.DataFrame:
    notes = reading.tape.notes
    columns: dict[str, Any] = {"loan_id": notes.text("loan_id")[at], "seller": notes.text("seller")[at], "on": on}
    for name in ("bid", *(one for one in _BID if one != "bid")):
        for which, sheet in (("old", was), ("new", now)):
            empty: Any = "" if name == "bid_status" else np.full(len(at), np.nan)
            columns[f"{which}_{name}"] = empty if sheet is None else sheet[name].to_numpy()
    frame = pd.DataFrame(columns, index=range(len(at)))
    texts = ("loan_id", "seller", "on", "old_bid_status", "new_bid_status")
    return frame.astype(dict.fromkeys(texts, "str"))


def _warnings(request: DiffRequest, old: TapeReading, new: TapeReading, comparison: Comparison) -> tuple[str, ...]:
    found = list(comparison.match.remarks)
    if old.as_of_date and new.as_of_date and new.as_of_date < old.as_of_date:
        found.append(f"The new tape is of {new.as_of_date}, before the old one, of {old.as_of_date}.")
    for name, one, reading in (("old", request.old, old), ("new", request.new, new)):
        aged = set(stale_warning(reading.tape.notes.days("as_of_date"), one.reading))
        found += [f"{name} tape: {text}" for text in reading.warnings if name == "new" or text not in aged]
    return tuple(found)


def _manifest(request: DiffRequest, old: TapeReading, new: TapeReading) -> dict[str, Any]:
    """Say what made the result: no time, no duration, no path."""
    return {
        **made_with(request.new),
        "diff": [old.content_sha256, new.content_sha256],
        "old": _tape(old),
        "new": _tape(new),
    }


def _tape(reading: TapeReading) -> dict[str, Any]:
    return {
        "as_of_date": None if reading.as_of_date is None else reading.as_of_date.isoformat(),
        "rows": reading.counts.rows,
        "priced": reading.counts.priced,
        "excepted": reading.counts.excepted,
        "payments_sha256": reading.payments_sha256,
        "tape_sha256": reading.content_sha256,
    }


def _day(reading: TapeReading) -> str:
    return "" if reading.as_of_date is None else f"-{reading.as_of_date.isoformat()}"
