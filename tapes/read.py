"""Reading a tape or a resolutions file: one straight line from text to notes, with every row accounted for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from notes import FIELDS, Notes, PaymentHistory, Resolutions, Tape, UsageError
from notes.months import Days
from notes.schema import Kind
from tapes.as_of import odd_rows, settle_as_of, several_dates_warning, stale_rows, stale_warning
from tapes.asking import raise_open
from tapes.columns import Columns, read_fields, to_series, unread_warnings
from tapes.comments import check_comments
from tapes.cross_checks import check_across
from tapes.derive import derive
from tapes.due_checks import check_due
from tapes.fields import RESOLUTION_NAMES, TAPE_NAMES
from tapes.files.table import EXCEL_ROWS
from tapes.findings import Findings
from tapes.headings.registry import STATUS_MONTH
from tapes.histories.begun_month import as_at_last_month_end
from tapes.histories.payment_faults import TapeRows
from tapes.histories.payments import read_payments
from tapes.histories.sources import merge_histories, read_histories, said_of
from tapes.mapped import MappedTable, read_mapped
from tapes.missing import require_columns
from tapes.outcomes import Outcomes, read_outcomes
from tapes.reading import UNREADABLE, LineCounts, ReadOptions, ResolutionsReading, TapeReading
from tapes.rules import (
    Values,
    check_duplicates,
    check_ids,
    check_life,
    check_required,
    flag_doubts,
    flag_spellings,
    oldest_due,
)

_ALWAYS = frozenset({"loan_id", "upb", "as_is_value", "property_state", "lien_position"})
_OPTIONAL = TAPE_NAMES - _ALWAYS


@dataclass(frozen=True)
class _Rows:
    """Every row of a file, the excepted ones still among them."""

    mapped: MappedTable
    columns: Columns
    findings: Findings
    values: Values
    as_of: Days
    history: PaymentHistory
    payments_sha256: str | None
    payments_after_as_of: int
    units: dict[str, str]


def read_tape(path: Path, options: ReadOptions | None = None) -> TapeReading:
    """Read a tape in contract form or as its seller sends it: a workbook, text or Parquet, told apart by content.

    A row is either among the notes or in ``exceptions`` with its reasons; a broken cell in an optional column excepts
    the row too, since dropping what a seller says would change the price in silence.

    Parameters
    ----------
    path
        The file.
    options
        How to read it.

    Raises
    ------
    TapeError
        The file is refused as a whole: unreadable, no rows, a missing or doubled column, no as-of date, a column of
        which over 20 % of the cells (and at least 20) are bad, or payments that contradict themselves.
    UsageError
        A workbook has several sheets with rows and none was named.
    """
    options = options or ReadOptions()
    rows = _read_rows(path, options, TAPE_NAMES)
    rows.findings.warnings += several_dates_warning(rows.as_of) + stale_warning(rows.as_of, options)
    rows.findings.flag(stale_rows(rows.as_of, options), "W_TAPE_OLD")
    rows.findings.flag(odd_rows(rows.as_of), "W_AS_OF_APART")
    keep = np.flatnonzero(~rows.findings.excepted)
    return TapeReading(tape=_tape(rows, keep), **_provenance(rows, keep))


def read_resolutions(
    path: Path, payments: Path | None = None, options: ReadOptions | None = None
) -> ResolutionsReading:
    """Read a resolutions file: a tape's columns as known on ``as_of_date``, and what became of the notes.

    Parameters
    ----------
    payments
        Goes before ``options.payments``; it carries ``as_of_date`` where a loan appears with several.

    Raises
    ------
    TapeError
        As :func:`read_tape`, and when ``outcome``, ``resolution_date`` or ``observed_through`` is missing.
    """
    given = options or ReadOptions()
    options = replace(given, payments=payments or given.payments)
    today = options.today or date.today()
    if options.observed_through is not None and options.observed_through > today:
        raise UsageError(
            f"--observed-through {options.observed_through}: nothing can have been seen after today, {today}"
        )
    rows = _read_rows(path, options, RESOLUTION_NAMES, tuple(outcome_columns(options)))
    outcomes = read_outcomes(rows.columns, rows.as_of, rows.findings, options, rows.mapped.mapping.outcomes)
    keep = np.flatnonzero(~rows.findings.excepted)
    read, left_out = _loans_by_end(rows, outcomes)
    return ResolutionsReading(
        resolutions=_resolutions(rows, outcomes, keep),
        loans_read=read,
        loans_left_out=left_out,
        **_provenance(rows, keep),
    )


def _loans_by_end(rows: _Rows, outcomes: Outcomes) -> tuple[dict[str, int], dict[str, int]]:
    """Count the loans of each end of which a row was read, and those of which none was; totals and repeated rows aside."""
    findings, columns = rows.findings, rows.columns
    ends = np.where((outcomes.outcome == "") & columns.filled("outcome"), UNREADABLE, outcomes.outcome)
    frame = pd.DataFrame(
        {
            "seller": columns.cells("seller").to_pandas().fillna("").to_numpy(),
            "loan": columns.cells("loan_id").to_pandas().fillna("").to_numpy(),
            "end": ends,
            "read": ~findings.excepted,
        }
    )
    nothing_lost = findings.refused("E_DUP_SAME") | findings.refused("E_TOTAL")
    was_read = frame[~nothing_lost].groupby(["seller", "loan", "end"])["read"].any()
    by_end = [was_read[was_read == kept].groupby("end").size() for kept in (True, False)]
    read, left_out = ({str(end): int(count) for end, count in one.items()} for one in by_end)
    return read, left_out


def _read_rows(
    path: Path, options: ReadOptions, known: frozenset[str], also: tuple[tuple[str, ...], ...] = ()
) -> _Rows:
    mapped = read_mapped(path, known, options)
    _check_carried(mapped, options)
    table, columns = mapped.table, mapped.columns
    require_columns(columns, [*wanted_columns(options, mapped), *also], mapping=mapped.mapping.columns)
    raise_open(mapped.questions, table.place())
    findings = Findings(table, columns.cells("loan_id"), columns.headings)
    mapped.put(findings)
    findings.warnings += unread_warnings([one.heading for one in mapped.assignment.columns if one.target is None])
    if int(table.rows[-1]) == EXCEL_ROWS:
        findings.warnings.append(f"The file ends at row {EXCEL_ROWS:,}, Excel's last: rows may be missing.")
    findings.refuse_totals(columns.cells("loan_id"), columns.written("upb"))
    findings.refuse_rows(table.ragged, "E_RAGGED", "")
    if table.hidden is not None:
        findings.flag(table.hidden, "W_ROW_HIDDEN")
    check_comments(mapped, findings)
    check_ids(columns, findings)
    rest, as_of = settle_as_of(columns, options, findings)
    check_duplicates(columns, as_of, findings)
    flag_spellings(columns, as_of, findings)
    rest = derive(rest, as_of, findings)
    columns = replace(columns, text=columns.text | rest.text)
    values = Values(read_fields(rest, findings, _OPTIONAL), len(table))
    check_required(columns, values, findings, options.assume_first_lien)
    check_life(columns, values, as_of, findings)
    flag_doubts(columns, values, as_of, findings)
    check_across(values, mapped, as_of, findings)
    due = oldest_due(values)
    told = read_histories(mapped, due, as_of, options, findings)
    raise_open(told.questions, table.place())
    history, sha256, after = told.history, None, told.after_as_of
    if options.payments is not None:
        beside = TapeRows(columns, as_of, due, said_of(mapped, options), mapped.mapping.path, options.password)
        payments = read_payments(options.payments, beside, findings)
        history = merge_histories(history, payments.history, told.stated, findings)
        sha256, after = payments.sha256, after + payments.after_as_of
    if "outcome" in columns.text:
        history = as_at_last_month_end(history, due, as_of, findings)
    check_due(columns, values, as_of, history.months_delinquent[:, -1], findings)
    return _Rows(mapped, columns, findings, values, as_of, history, sha256, after, told.units)


def outcome_columns(options: ReadOptions) -> list[tuple[str, ...]]:
    """Name what resolutions cannot do without besides the columns of :func:`wanted_columns`."""
    # A file's name has the day of the export: every outcome in it would come before the day on which its note was known.
    known_on = () if options.as_of else ("as_of_date",)
    seen = () if options.observed_through else ("observed_through",)
    return [(one,) for one in (*known_on, "outcome", "resolution_date", *seen)]


def wanted_columns(options: ReadOptions, mapped: MappedTable) -> list[tuple[str, ...]]:
    """Name the columns that a tape cannot do without; of each item one is enough."""
    wanted: list[tuple[str, ...]] = [("loan_id",), ("upb",), ("as_is_value",), ("property_state",)]
    wanted.append(("note_rate", "p_and_i"))
    wanted += [] if options.assume_first_lien else [("lien_position",)]
    if options.payments is None and mapped.assignment.of(STATUS_MONTH) is None:
        wanted.append(("next_due_date", "paid_to_date", "pay_string", "months_delinquent", "days_past_due"))
    return wanted


def _tape(rows: _Rows, keep: NDArray[np.intp]) -> Tape:
    series = {"as_of_date": to_series(rows.as_of, Kind.DATE)}
    for one in FIELDS:
        if one.name in rows.values.by_name:
            series[one.name] = to_series(rows.values.by_name[one.name], one.kind)
    frame = pd.DataFrame(series)
    whole = len(keep) == len(frame)
    return Tape(Notes(frame if whole else frame.iloc[keep]), rows.history if whole else rows.history.take(keep))


def _resolutions(rows: _Rows, outcomes: Outcomes, keep: NDArray[np.intp]) -> Resolutions:
    return Resolutions(
        _tape(rows, keep),
        outcomes.outcome[keep],
        outcomes.outcome_detail[keep],
        outcomes.resolution_date[keep],
        outcomes.observed_through[keep],
        outcomes.net_proceeds[keep],
    )


def _texts(cells: Any, keep: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(text or "" for text in cells.take(pa.array(keep)).to_pylist())


def _check_carried(mapped: MappedTable, options: ReadOptions) -> None:
    missing = [name for name in options.carry if name not in mapped.carried]
    if missing:
        headings = (*mapped.table.headings, *mapped.dropped)
        near = difflib.get_close_matches(missing[0], headings, n=3)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise UsageError(f"{mapped.table.place()}: there is no column {missing[0]!r} to carry{hint}")


def _provenance(rows: _Rows, keep: NDArray[np.intp]) -> dict[str, Any]:
    table, findings = rows.columns.table, rows.findings
    not_notes = sum(table.not_notes.values())
    counts = LineCounts(
        lines=not_notes + len(table),
        **table.not_notes,
        rows=len(table),
        priced=len(keep),
        excepted=int(findings.excepted.sum()),
    )
    # Where no row is left the tape is still of a day: the one that its rows were given.
    as_of = rows.as_of[keep] if len(keep) else rows.as_of[~np.isnat(rows.as_of)]
    return {
        "rows": table.rows[keep],
        "flags": findings.flags(keep),
        "doubtful": findings.doubtful(keep),
        "carried": {name: _texts(cells, keep) for name, cells in rows.mapped.carried.items()},
        "exceptions": findings.exceptions(),
        "counts": counts,
        "sha256": table.sha256,
        "payments_sha256": rows.payments_sha256,
        "content_sha256": table.content_sha256(),
        "mapping": dict(sorted(rows.columns.headings.items())),
        "columns": rows.mapped.report(rows.units),
        "payments_after_as_of": rows.payments_after_as_of,
        "as_of_date": as_of.max().item() if len(as_of) else None,
        "warnings": tuple(findings.warnings),
    }
