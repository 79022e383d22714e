"""What has changed between two tapes: loans, fields, payment history, months behind and bids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import FIELDS, Notes
from notes.delinquency import months_behind_on, months_delinquent, next_due_date
from notes.history import UNKNOWN
from notes.months import format_month
from notes.schema import Kind
from serving.matching import Match, Positions
from tapes import TapeReading

CHANGE_COLUMNS = ("loan_id", "seller", "change", "field", "old", "new")
NOT_THERE = "not on the new tape"
_SAME = 1e-9
_MOST = 9
"""In a pay string nine is nine or more."""
_NOT_COMPARED = frozenset({"loan_id", "seller", "as_of_date", "pay_string"})
"""What names the loan, what is different on purpose, and the history, which is compared month by month."""
BUCKETS = ("0", "1", "2", "3", "4-5", "6-11", "12-23", "24+")
_FLOORS = np.array([0, 1, 2, 3, 4, 6, 12, 24])


@dataclass(frozen=True)
class Months:
    """How far behind the loans of both tapes were and are.

    Parameters
    ----------
    table
        Loans by bucket on the old tape (rows) and on the new one (columns), in the order of :data:`BUCKETS`.
    paid, as_time_passed, unexplained
        Loans that are less far behind than if nothing had been paid since, just as far, and further: a restated date.
    """

    table: pd.DataFrame
    paid: int
    as_time_passed: int
    unexplained: int


@dataclass(frozen=True)
class Comparison:
    """Two tapes side by side.

    Parameters
    ----------
    changes
        A row a change, in :data:`CHANGE_COLUMNS`, all text.
    fields
        A row a field that changed on any loan: ``field``, ``changed``, ``filled`` (was blank), ``blanked``; most first.
    """

    match: Match
    changes: pd.DataFrame
    fields: pd.DataFrame
    months: Months


def compare(old: TapeReading, new: TapeReading, match: Match) -> Comparison:
    """Compare two tapes loan by loan."""
    changed = [*_field_changes(old.tape.notes, new.tape.notes, match), _history_changes(old, new, match)]
    months, moved = _months(old, new, match)
    frames = [_loans(old, new, match), *changed, moved]
    changes = pd.concat([one for one in frames if len(one)] or [_frame([], "")], ignore_index=True)
    return Comparison(match, changes[list(CHANGE_COLUMNS)].astype("str"), _counts(changed), months)


def _frame(rows: list[tuple[str, str, str, str]], change: str, field: str = "") -> pd.DataFrame:
    """Lay out loan_id, seller, old and new."""
    frame = pd.DataFrame(rows, columns=["loan_id", "seller", "old", "new"], dtype="str")
    return frame.assign(change=change, field=field)


def _loans(old: TapeReading, new: TapeReading, match: Match) -> pd.DataFrame:
    was, now = _names(old.tape.notes), _names(new.tape.notes)
    parts = [
        _frame([(*now[i], "", "on the tape") for i in match.added], "new"),
        _frame([(one, "", "", f"excepted: {codes}") for one, codes in match.excepted_new], "new"),
        _frame([(*was[i], "on the tape", NOT_THERE) for i in match.gone], "gone"),
        _frame([(one, "", f"excepted: {codes}", NOT_THERE) for one, codes in match.excepted_gone], "gone"),
        _frame([(*was[i], "read", f"excepted: {codes}") for i, codes in match.excepted_now], "excepted_now"),
        _frame([(*now[i], f"excepted: {codes}", "read") for i, codes in match.excepted_before], "read_now"),
        _frame(
            [(one, "", f"excepted: {was}", f"excepted: {now}") for one, was, now in match.excepted_both],
            "excepted_both",
        ),
    ]
    return pd.concat([one for one in parts if len(one)] or [_frame([], "")], ignore_index=True)


def _names(notes: Notes) -> list[tuple[str, str]]:
    return list(zip(map(str, notes.text("loan_id")), map(str, notes.text("seller")), strict=True))


def _field_changes(old: Notes, new: Notes, match: Match) -> list[pd.DataFrame]:
    frames = []
    for one in FIELDS:
        if one.name in _NOT_COMPARED:
            continue
        before = old.frame[one.name].iloc[match.old].reset_index(drop=True)
        after = new.frame[one.name].iloc[match.new].reset_index(drop=True)
        differs = np.flatnonzero(_differ(before, after, one.kind))
        if len(differs):
            frames.append(_pairs(new, match.new[differs], before.iloc[differs], after.iloc[differs], one.name))
    return frames


def _differ(before: pd.Series, after: pd.Series, kind: Kind) -> NDArray[np.bool_]:
    missing_before, missing_after = before.isna().to_numpy(), after.isna().to_numpy()
    both = ~missing_before & ~missing_after
    if kind in (Kind.MONEY, Kind.RATE, Kind.SHARE, Kind.NUMBER):
        one, two = before.to_numpy(dtype=np.float64), after.to_numpy(dtype=np.float64)
        same = np.abs(one - two) <= _SAME * np.maximum(1.0, np.abs(one))
    else:
        same = (before == after).fillna(False).to_numpy(dtype=bool)
    differs: NDArray[np.bool_] = (missing_before != missing_after) | (both & ~same)
    return differs


def _pairs(notes: Notes, positions: Positions, before: pd.Series, after: pd.Series, field: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "loan_id": notes.text("loan_id")[positions],
            "seller": notes.text("seller")[positions],
            "old": _text(before),
            "new": _text(after),
            "change": "changed",
            "field": field,
        }
    )


def _text(values: pd.Series) -> list[str]:
    """Write values as a tape in contract form does; missing is empty."""
    if values.dtype.kind == "M":
        return ["" if pd.isna(one) else f"{one:%Y-%m-%d}" for one in values]
    if values.dtype == "boolean":
        return ["" if pd.isna(one) else "Y" if one else "N" for one in values]
    if values.dtype.kind == "f":
        return ["" if pd.isna(one) else f"{one:.15g}" for one in values]
    return ["" if pd.isna(one) else str(one) for one in values]


def _history_changes(old: TapeReading, new: TapeReading, match: Match) -> pd.DataFrame:
    """Find loans of which a month that both tapes know is told differently now."""
    was, now = old.tape.history.months_delinquent[match.old], new.tape.history.months_delinquent[match.new]
    shift = new.tape.notes.month("as_of_date")[match.new] - old.tape.notes.month("as_of_date")[match.old]
    width = was.shape[1]
    restated, first = np.zeros(len(was), dtype=np.int64), np.zeros(len(was), dtype=np.int64)
    for step in np.unique(shift[np.abs(shift) < width]):
        rows, by = np.flatnonzero(shift == step), int(step)
        left = was[rows][:, max(by, 0) : width + min(by, 0)]
        right = now[rows][:, max(-by, 0) : width - max(by, 0)]
        apart = (left != UNKNOWN) & (right != UNKNOWN) & (np.minimum(left, _MOST) != np.minimum(right, _MOST))
        restated[rows] = apart.sum(axis=1)
        first[rows] = apart.argmax(axis=1) + max(by, 0)
    found = np.flatnonzero(restated)
    months = (old.tape.notes.month("as_of_date")[match.old] - (width - 1) + first)[found].astype(np.int64)
    told = [format_month(int(one)) for one in months]
    before = [f"{month}: {was[i, first[i]]}" for i, month in zip(found, told, strict=True)]
    after = [
        f"{month}: {now[i, first[i] - int(shift[i])]} ({restated[i]} restated)"
        for i, month in zip(found, told, strict=True)
    ]
    texts = pd.Series(before, dtype="str"), pd.Series(after, dtype="str")
    return _pairs(new.tape.notes, match.new[found], *texts, "payment_history")


def _months(old: TapeReading, new: TapeReading, match: Match) -> tuple[Months, pd.DataFrame]:
    was, now = months_delinquent(old.tape)[match.old], months_delinquent(new.tape)[match.new]
    day_was, day_now = old.tape.notes.days("as_of_date")[match.old], new.tape.notes.days("as_of_date")[match.new]
    by_date = months_behind_on(next_due_date(old.tape)[match.old], day_now)
    passed = day_now.astype("datetime64[M]").astype(np.int64) - day_was.astype("datetime64[M]").astype(np.int64)
    unpaid = np.where(np.isnan(by_date), np.maximum(was + passed, 0), by_date)
    bucket_was, bucket_now = _bucket(was), _bucket(now)
    table = np.zeros((len(BUCKETS), len(BUCKETS)), dtype=np.int64)
    np.add.at(table, (bucket_was, bucket_now), 1)
    months = Months(
        pd.DataFrame(table, index=list(BUCKETS), columns=list(BUCKETS)),
        paid=int((now < unpaid).sum()),
        as_time_passed=int((now == unpaid).sum()),
        unexplained=int((now > unpaid).sum()),
    )
    moved = np.flatnonzero(was != now)
    frame = _pairs(new.tape.notes, match.new[moved], pd.Series(was[moved]), pd.Series(now[moved]), "months_delinquent")
    return months, frame.assign(change="months_behind")


def _bucket(months: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.searchsorted(_FLOORS, months, side="right") - 1


def _counts(frames: list[pd.DataFrame]) -> pd.DataFrame:
    rows = [
        (
            str(one["field"].iloc[0]),
            len(one),
            int((one["old"] == "").sum()),
            int((one["new"] == "").sum()),
        )
        for one in frames
        if len(one)
    ]
    counted = pd.DataFrame(rows, columns=["field", "changed", "filled", "blanked"])
    return counted.sort_values(["changed", "field"], ascending=[False, True], ignore_index=True)
