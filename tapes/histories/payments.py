"""A payments file into payment history: one row a month, one row a receipt, or a column a month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, PaymentHistory
from notes.history import UNKNOWN
from notes.months import month_index, parse_month
from tapes.asking import Question
from tapes.columns import Columns, require_columns, unread_warnings
from tapes.convert import Bad, to_days, to_numbers
from tapes.fields import PAYMENT_FIELDS, PAYMENT_NAMES
from tapes.findings import Findings
from tapes.forms import Context, form_column
from tapes.headings.registry import RECEIPTS_MONTH, STATUS_MONTH
from tapes.histories.alphabets import FOREIGN
from tapes.histories.belonging import rows_of_notes
from tapes.histories.evidence import ByDueDate
from tapes.histories.ledger import Ledger, kinds_of, mostly_negative, sum_months
from tapes.histories.monthly import read_receipts, read_status_months
from tapes.histories.payment_faults import (
    PaymentsFile,
    TapeRows,
    except_contradictions,
    except_ended,
    except_notes,
    except_pairs,
    except_rows,
)
from tapes.histories.payment_headings import payment_targets
from tapes.histories.settle import Reading
from tapes.histories.spoken import spoken_alphabets
from tapes.histories.statuses import settle_months
from tapes.mapped import read_mapped
from tapes.reading import ReadOptions
from tapes.refusal import refusal

_FIELDS = {one.name: one for one in PAYMENT_FIELDS}
_KNOWN = PAYMENT_NAMES | {STATUS_MONTH, RECEIPTS_MONTH, "ignored", "personal", "outcome"}


@dataclass(frozen=True)
class Payments:
    """What a payments file says about the rows of a tape.

    Parameters
    ----------
    history
        Row i for row i of the tape.
    after_as_of
        Rows cut because they are dated after the as-of month, or a receipt after the as-of date; of a file with a column
        a month its cells.
    """

    history: PaymentHistory
    sha256: str
    after_as_of: int


def read_payments(path: Path, tape: TapeRows, findings: Findings) -> Payments:
    """Read a payments file and lay it beside the rows of a tape.

    It is in long form (``month``), a ledger of receipts (a date and an amount a row) or wide (a column a month).

    Parameters
    ----------
    findings
        Of the tape: a note whose payments cannot be read, or contradict each other, is excepted.

    Raises
    ------
    TapeError
        The file cannot be read, lacks a column, does not say which of several rows of one loan is meant, is wrong in most
        of a column or says two things about most of its notes.
    """
    mapped = read_mapped(
        path, PAYMENT_NAMES, ReadOptions(mapping=tape.mapping, password=tape.password), payment_targets
    )
    columns = mapped.columns
    long, ledger = "month" in columns.text, "payment_date" in columns.text
    monthly = any(mapped.assignment.of(one) is not None for one in (STATUS_MONTH, RECEIPTS_MONTH))
    wide = monthly and not long and not ledger
    told = ("amount_received",) if ledger and not long else ("months_delinquent", "amount_received")
    require_columns(columns, [("loan_id",)] if wide else [("loan_id",), ("month", "payment_date"), told])
    for question in mapped.questions:
        raise question.error(columns.table.place())
    unread = [one.heading for one in mapped.assignment.columns if one.target not in _KNOWN]
    findings.warnings += [f"{path.name}: {warning}" for warning in unread_warnings(unread)]
    file = PaymentsFile(mapped, columns, rows_of_notes(columns, tape.columns, tape.as_of, findings), tape, findings)
    read = _read_wide if wide else _read_long if long else _read_ledger
    history, after = read(file)
    if after:
        rows = "cells" if wide else "rows"
        findings.warnings.append(
            f"{path.name}: {after:,} {rows} are dated after their note's as-of month and were cut."
        )
    return Payments(history, columns.table.sha256, after)


def _read_long(file: PaymentsFile) -> tuple[PaymentHistory, int]:
    """Read one row a note and month."""
    columns, note, as_of = file.columns, file.note, file.tape.as_of
    month, bad_month = _by_value(columns.cells("month"), lambda text: _months(columns, text))
    bad_month = bad_month | ~columns.filled("month")
    canonical = columns.headings.get("months_delinquent", "").lower() == "months_delinquent"
    status, bad_status = _by_value(columns.cells("months_delinquent"), lambda text: _statuses(text, canonical))
    amount, bad_amount = _amounts(columns)
    for name, bad in (("month", bad_month), ("months_delinquent", bad_status), ("amount_received", bad_amount)):
        except_notes(file, name, bad & (note >= 0))
    on_tape = (note >= 0) & ~np.isnan(month)
    offset = np.where(on_tape, month_index(as_of)[note] - month, np.nan)
    inside = np.flatnonzero((offset >= 0) & (offset < HISTORY_MONTHS))
    slot = note[inside] * HISTORY_MONTHS + (HISTORY_MONTHS - 1 - offset[inside].astype(np.int64))
    given = np.nan_to_num(status[inside], nan=UNKNOWN).astype(np.int16), amount[inside].astype(np.float32)
    codes = _scatter(slot, given[0], UNKNOWN, len(as_of))
    received = _scatter(slot, given[1], np.nan, len(as_of))
    except_contradictions(file, inside, slot, [(given[0], codes), (given[1], received)])
    by_due = ByDueDate.of(file.tape.due, as_of)
    statuses = settle_months(codes.reshape(-1, HISTORY_MONTHS), by_due.mba)
    except_ended(file, statuses)
    return PaymentHistory(statuses.months, received.reshape(-1, HISTORY_MONTHS)), int((offset < 0).sum())


def _read_ledger(file: PaymentsFile) -> tuple[PaymentHistory, int]:
    """Read one row a receipt."""
    columns, findings = file.columns, file.findings
    cells = columns.cells("payment_date")
    day, bad_day = to_days(cells)
    amount, bad_amount = _amounts(columns)
    kinds = None
    if "transaction_type" in columns.text:
        kinds, told = kinds_of(columns.cells("transaction_type"))
        findings.warnings += [f"{file.name}: {one}" for one in told]
    for name, bad in (("payment_date", bad_day | ~columns.filled("payment_date")), ("amount_received", bad_amount)):
        except_notes(file, name, bad & (file.note >= 0))
    ledger = Ledger(file.note, day, amount, kinds)
    if mostly_negative(ledger):
        raise refusal(
            columns.table.place(column=columns.headings["amount_received"]),
            "most amounts are negative",
            "A receipt is positive and a reversal negative.",
            "Turn the signs, and keep charges out or in a type of their own.",
        )
    summed = sum_months(ledger, file.tape.as_of)
    nothing = PaymentHistory.unknown(len(file.tape))
    return PaymentHistory(nothing.months_delinquent, summed.amounts), summed.after_as_of


def _read_wide(file: PaymentsFile) -> tuple[PaymentHistory, int]:
    """Read one row a note with a column a month."""
    table, tape = file.columns.table, file.tape
    nat = np.datetime64("NaT", "D")
    mine = file.note >= 0
    as_of, due = (np.where(mine, days[file.note], nat) for days in (tape.as_of, tape.due))
    said = replace(tape.said, ots=np.where(mine, tape.said.ots[file.note], np.nan))
    found = Findings(table, file.columns.cells("loan_id"))
    status, cut = read_status_months(file.mapped, ByDueDate.of(due, as_of), as_of, said, found)
    receipts = read_receipts(file.mapped, as_of, said, status, found)
    for question in ([status] if isinstance(status, Question) else []) + list(receipts.questions):
        raise question.error(table.place())
    file.findings.warnings += [f"{file.name}: {one}" for one in found.warnings]
    except_rows(file, found)
    n = len(tape)
    history = PaymentHistory.unknown(n)
    months, amounts = history.months_delinquent.copy(), history.amount_received.copy()
    rows = np.flatnonzero(mine)
    pairs: list[tuple[Any, Any]] = [(receipts.amounts, amounts)]
    if isinstance(status, Reading):
        pairs.append((status.statuses.months, months))
        doubtful = np.zeros(n, dtype=bool)
        doubtful[file.note[rows]] = status.doubtful[rows]
        file.findings.flag(doubtful, "W_METHOD")
    for values, kept in pairs:
        kept[file.note[rows]] = values[rows]
    differs = np.zeros(len(rows), dtype=bool)
    for values, kept in pairs:
        one, other = values[rows], kept[file.note[rows]]
        differs |= ((one != other) & ~(np.isnan(one) & np.isnan(other))).any(axis=1)
    except_pairs(file, rows, file.note[rows], differs)
    return PaymentHistory(months, amounts), cut + receipts.after_as_of


def _amounts(columns: Columns) -> tuple[NDArray[np.float64], Bad]:
    amount, bad = to_numbers(columns.cells("amount_received"))
    one = _FIELDS["amount_received"]
    inside = (amount >= (one.low or 0.0)) & (amount <= (one.high or 0.0))
    outside = ~np.isnan(amount) & ~inside
    return np.where(outside, np.nan, amount), bad | outside


def _by_value(text: Any, convert: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert a column of few distinct values by converting each value once."""
    encoded = pc.dictionary_encode(text).unify_dictionaries()
    chunk = encoded.combine_chunks()
    values, bad = convert(pa.chunked_array([chunk.dictionary]))
    at = pc.fill_null(chunk.indices, len(values)).to_numpy()
    return np.append(values, np.nan)[at], np.append(bad, False)[at]


def _months(columns: Columns, text: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert months: ``2024-06``, and any date, which stands for its month since a spreadsheet makes one of that."""

    def one(cell: str) -> float:
        try:
            return float(parse_month(cell))
        except ValueError:
            return np.nan

    months = np.array([one(cell) for cell in text.to_pylist()], dtype=np.float64)
    rest = np.isnan(months)
    if rest.any():
        heading = columns.headings["month"]
        dates = replace(_FIELDS["payment_date"], name="month")
        formed = form_column(text.filter(pa.array(rest)), dates, Context(heading))
        if formed.question is not None:
            raise formed.question.error(columns.table.place())
        months[rest] = month_index(to_days(formed.text)[0])
    return months, np.isnan(months)


def _statuses(text: Any, canonical: bool) -> tuple[NDArray[np.float64], Bad]:
    """Convert months behind, and under another heading than the contract's days, to codes; words under any."""
    values, bad = to_numbers(text)
    one = _FIELDS["months_delinquent"]
    whole = (values >= (one.low or 0.0)) & (values <= (one.high or 0.0)) & (values == np.floor(values))
    texts = [(cell or "").upper() for cell in text.to_pylist()]
    if canonical and whole.all():
        return values, bad
    (alphabet,) = spoken_alphabets(texts, ())
    codes = np.array([alphabet.codes.get(cell, FOREIGN) for cell in texts], dtype=np.float64)
    codes = np.where(whole & canonical, values, codes)
    return np.where(codes == FOREIGN, np.nan, codes), codes == FOREIGN


def _scatter(slot: NDArray[np.int64], values: Any, unknown: float, n_notes: int) -> Any:
    flat = np.full(n_notes * HISTORY_MONTHS, unknown, dtype=values.dtype)
    flat[slot] = values
    return flat
