"""A payments file into payment history: one row a month, one row a receipt, or a column a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.months import month_index
from tapes.asking import Question
from tapes.columns import Columns, unread_warnings
from tapes.convert import to_days
from tapes.fields import PAYMENT_FIELDS
from tapes.findings import Findings
from tapes.headings.columns import shown_heading
from tapes.histories.begun_month import without_begun_month
from tapes.histories.belonging import Belonging, rows_of_notes
from tapes.histories.coverage import coverage_warnings
from tapes.histories.evidence import ByDueDate
from tapes.histories.ledger import COUNTED, Ledger, kinds_of, refuse_negative, sum_months
from tapes.histories.long_form import months_of_rows, read_long, received
from tapes.histories.monthly import read_receipts, read_status_months
from tapes.histories.payment_columns import PaymentColumns, look_at_payments
from tapes.histories.payment_faults import (
    Laid,
    PaymentsFile,
    TapeRows,
    except_notes,
    except_pairs,
    except_rows,
)
from tapes.histories.payment_headings import other_amounts
from tapes.histories.settle import Reading
from tapes.histories.strangers import called
from tapes.missing import require_columns
from tapes.refusal import refusal

_FIELDS = {one.name: one for one in PAYMENT_FIELDS}


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
    found_columns = look_at_payments(path, tape.mapping, tape.password)
    mapped, columns, wide = found_columns.mapped, found_columns.columns, found_columns.is_wide
    for question in mapped.assignment.questions:
        raise question.error(columns.table.place())
    require_columns(columns, found_columns.wanted)
    for question in mapped.questions:
        raise question.error(columns.table.place())
    _refuse_second_amount(columns)
    unread = [one.heading for one in found_columns.unread]
    findings.warnings += [f"{path.name}: {warning}" for warning in unread_warnings(unread)]
    months = None if wide else partial(_row_months, columns, mapped.mapping.units, by_day=found_columns.is_ledger)
    found = rows_of_notes(columns, tape.columns, tape.as_of, findings, months=months)
    columns = columns if len(found.row) == len(columns.table) else columns.take_rows(found.row)
    file = PaymentsFile(mapped, columns, found.note, found.row, tape, findings)
    read = _read_wide if wide else read_long if found_columns.is_long else _read_ledger
    laid = read(file)
    after = laid.after_as_of
    history = (
        without_begun_month(laid.history, tape.as_of, path.name, findings)
        if _drawn_later(file, found, after)
        else laid.history
    )
    findings.warnings += coverage_warnings(file, laid, is_whole=read is not _read_ledger)
    if after and not wide:  # columns have told of it themselves
        of = "date" if found_columns.is_ledger else "month"
        findings.warnings.append(f"{path.name}: {after:,} rows are dated after their note's as-of {of} and were cut.")
    return Payments(history, columns.table.sha256, after)


def _row_months(columns: Columns, units: Mapping[str, str], *, by_day: bool) -> NDArray[np.float64]:
    """Read the month of each row of a file in long form or of a ledger."""
    if not by_day:
        return months_of_rows(columns, units)[0]
    days, _ = to_days(columns.cells("payment_date"))
    return month_index(days)


def _drawn_later(file: PaymentsFile, found: Belonging, after: int) -> bool:
    """Say whether a file tells months as of their end, after the days of the notes: rows of days are cut by them."""
    columns = file.columns
    if "as_of_date" in columns.text or PaymentColumns(file.mapped).is_ledger:
        return False
    return found.is_shared or (after > 0 and called(file.tape.columns) == "resolutions")


def _refuse_second_amount(columns: Columns) -> None:
    """Refuse a file of which two columns may be what was received and say different things."""
    taken = columns.headings.get("amount_received", "amount_received")
    table, mine = columns.table, columns.written("amount_received")
    for other in () if taken.strip().lower() == "amount_received" else other_amounts(table.headings):
        differ = pc.sum(pc.not_equal(mine, table.columns[table.headings.index(other)])).as_py() or 0
        if differ:
            raise refusal(
                table.place(column=taken),
                f"column {shown_heading(other)} may be what was received too, and {differ:,} rows differ",
                "One column says what was received.",
                "Take the other one out of the file.",
            )


def _read_ledger(file: PaymentsFile) -> Laid:
    """Read one row a receipt."""
    columns, findings = file.columns, file.findings
    cells = columns.cells("payment_date")
    day, bad_day = to_days(cells)
    amount, bad_amount = received(columns)
    kinds = None
    if "transaction_type" in columns.text:
        kinds, told = kinds_of(columns.cells("transaction_type"))
        findings.warnings += [f"{file.name}: {one}" for one in told]
    for name, bad in (("payment_date", bad_day | ~columns.filled("payment_date")), ("amount_received", bad_amount)):
        except_notes(file, name, bad & (file.note >= 0))
    ledger = Ledger(file.note, day, amount, kinds)
    payments = amount if kinds is None else amount[kinds == COUNTED]
    refuse_negative(payments, columns.table.place(column=columns.headings["amount_received"]))
    summed = sum_months(ledger, file.tape.as_of)
    nothing = PaymentHistory.unknown(len(file.tape))
    history = PaymentHistory(nothing.months_delinquent, summed.amounts)
    return Laid(history, file.count(summed.late), summed.only_after)


def _read_wide(file: PaymentsFile) -> Laid:
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
    only_after = np.zeros(n, dtype=bool)
    only_after[file.note[rows]] = (cut.all_of_it | receipts.cut.all_of_it)[rows]
    return Laid(PaymentHistory(months, amounts), cut.n_cells + receipts.cut.n_cells, only_after)
