"""Everything on a tape that tells of past payments, in the order in which it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.history import UNKNOWN
from notes.months import Days, add_months
from tapes.as_of import settle_as_of
from tapes.asking import Question
from tapes.convert import to_days
from tapes.findings import Findings
from tapes.histories.begun_month import without_begun_month
from tapes.histories.behind_now import read_behind_now
from tapes.histories.evidence import MBA, OTS, ByDueDate
from tapes.histories.monthly import Receipts, read_receipts, read_status_months
from tapes.histories.pay_strings import StringColumn, read_pay_strings
from tapes.histories.settle import Reading, Said, said_in
from tapes.histories.statuses import Statuses
from tapes.mapped import MappedTable
from tapes.reading import ReadOptions

_METHOD_IN_HEADING = re.compile(r"(?<![A-Za-z])(MBA|OTS)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True)
class HistoryReading:
    """What a tape tells of past payments.

    Parameters
    ----------
    history
        Row i for row i of the tape; unknown where a question is open.
    stated
        int16, shape (n_rows, 60): its months behind without what is implied for months in foreclosure.
    units
        Heading to how its column was read, for a person.
    questions
        What has to be answered before the history is whole.
    after_as_of
        Cells of monthly columns that were cut, being dated after their note's as-of month.
    """

    history: PaymentHistory
    stated: NDArray[np.int16]
    units: dict[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    after_as_of: int = 0


def read_histories(
    mapped: MappedTable, due: Days, as_of: Days, options: ReadOptions, findings: Findings
) -> HistoryReading:
    """Read monthly columns, the pay string and the months behind now; of two that know a month the first is believed.

    Parameters
    ----------
    due
        datetime64[D], shape (n_rows,): due date of the oldest unpaid instalment, NaT unknown.
    as_of
        datetime64[D], shape (n_rows,), NaT on rows that are excepted for it.
    findings
        Takes the cells that cannot be read, flags and remarks.

    Raises
    ------
    TapeError
        A column is not what its heading says: numbers for pay strings, a month twice, mostly cells that nobody can read.
    UsageError
        The mapping says something of pay strings that is not known.
    """
    by_due = ByDueDate.of(due, as_of)
    said = said_of(mapped, options)
    units: dict[str, str] = {}
    questions: list[Question] = []
    status, cut = read_status_months(mapped, by_due, as_of, said, findings)
    receipts = read_receipts(mapped, as_of, said, status, findings)
    if cut.n_cells + receipts.cut.n_cells and "outcome" in mapped.formed:
        status, receipts = _known_on_the_day(status, receipts, as_of, findings)
    string = _pay_string(mapped)
    found = [
        (tuple(one.heading for one in mapped.assignment.all_of("status_month")), status),
        ((string.heading,) if string else (), read_pay_strings(string, by_due, said, findings) if string else None),
        (
            tuple(one.heading for one in mapped.assignment.all_of("months_delinquent")),
            read_behind_now(mapped, by_due, said, findings),
        ),
    ]
    merged: Statuses | None = None
    for headings, one in reversed(found):
        if isinstance(one, Question):
            questions.insert(0, one)
        elif one is not None:
            merged = _take(one, merged, by_due, findings)
            units |= dict.fromkeys(headings, one.told)
    questions += receipts.questions
    merged = merged or Statuses.unknown(len(as_of))
    return HistoryReading(
        PaymentHistory(merged.months, receipts.amounts),
        merged.stated,
        units | receipts.units,
        tuple(questions),
        cut.n_cells + receipts.cut.n_cells,
    )


def _known_on_the_day(
    status: Reading | Question | None, receipts: Receipts, as_of: Days, findings: Findings
) -> tuple[Reading | Question | None, Receipts]:
    """Take the month that a note's day falls into out of monthly columns that go on after it."""
    statuses = status.statuses if isinstance(status, Reading) else Statuses.unknown(len(as_of))
    history = PaymentHistory(statuses.months, receipts.amounts)
    history = without_begun_month(history, as_of, "The monthly columns", findings)
    receipts = replace(receipts, amounts=history.amount_received)
    if not isinstance(status, Reading):
        return status, receipts
    stated = np.where(history.months_delinquent == UNKNOWN, UNKNOWN, statuses.stated)
    return replace(status, statuses=replace(statuses, months=history.months_delinquent, stated=stated)), receipts


def preview_histories(mapped: MappedTable, options: ReadOptions) -> HistoryReading:
    """Read the histories of a tape whose rows have not been judged: for showing how its columns are taken.

    Raises
    ------
    TapeError
        As :func:`read_histories`, and where the tape's day is not known.
    """
    columns = mapped.columns
    _, days = settle_as_of(columns, options, Findings(mapped.table, columns.cells("loan_id")))
    next_due, paid_to = (to_days(columns.cells(name))[0] for name in ("next_due_date", "paid_to_date"))
    due = np.where(np.isnat(next_due), add_months(paid_to, 1), next_due)
    return read_histories(mapped, due, days, options, Findings(mapped.table, columns.cells("loan_id")))


def said_of(mapped: MappedTable, options: ReadOptions) -> Said:
    """Gather what the command, the mapping and the tape say about how its histories are written.

    Raises
    ------
    UsageError
        The mapping says something that is not known.
    """
    return said_in(mapped.mapping, _said_method(mapped, options))


def merge_histories(
    lower: PaymentHistory, higher: PaymentHistory, stated: NDArray[np.int16], findings: Findings
) -> PaymentHistory:
    """Fill what the source believed first leaves unknown; flag notes where both know a month and differ.

    Parameters
    ----------
    lower, higher
        What both imply for months in foreclosure counts as known.
    stated
        The lower one's months behind without what is implied; 9 stands for nine or more.
    """
    _flag_conflicts(stated, higher.months_delinquent, findings)
    file = higher.months_delinquent
    status = np.where(file != UNKNOWN, file, lower.months_delinquent)
    amounts = np.where(np.isnan(higher.amount_received), lower.amount_received, higher.amount_received)
    return PaymentHistory(status, amounts)


def _take(one: Reading, lower: Statuses | None, by_due: ByDueDate, findings: Findings) -> Statuses:
    """Lay a source over those that are believed after it, with its flags and remarks."""
    found = one.statuses
    findings.flag(one.doubtful, "W_METHOD")
    findings.flag((found.at_least >= 0) & np.isnan(by_due.mba), "W_STATUS_FLOOR")
    findings.flag((found.at_least >= 0) & (by_due.mba < found.at_least - 1), "W_DUE_HISTORY")
    findings.warnings += one.remarks
    if lower is None:
        return found
    _flag_conflicts(lower.stated, found.stated, findings)
    months = np.where(found.months != UNKNOWN, found.months, lower.months)
    stated = np.where(found.stated != UNKNOWN, found.stated, lower.stated)
    return Statuses(months, stated, found.ended, found.at_least)


def _flag_conflicts(lower: NDArray[np.int16], higher: NDArray[np.int16], findings: Findings) -> None:
    both = (lower != UNKNOWN) & (higher != UNKNOWN)
    # 9 is nine or more in a pay string.
    same = (higher == lower) | ((lower == 9) & (higher > 9)) | ((higher == 9) & (lower > 9))
    findings.flag((both & ~same).any(axis=1), "W_PAYSTRING_CONFLICT")


def _pay_string(mapped: MappedTable) -> StringColumn | None:
    one = mapped.assignment.of("pay_string")
    if one is None:
        return None
    table = mapped.table
    canonical = one.heading.strip().lower() == "pay_string"
    return StringColumn(one.heading, table.columns[one.position], table.numeric.get(one.position), canonical)


def _said_method(mapped: MappedTable, options: ReadOptions) -> NDArray[np.float64]:
    """Find who says how months are counted: the command, the mapping, a column, or a heading; NaN where nobody does."""
    ots = np.full(len(mapped.table), np.nan)
    numbers = {MBA: 0.0, OTS: 1.0}
    whole = options.delinquency_method or mapping_method(mapped)
    if whole is not None:
        ots[:] = numbers.get(whole.lower(), np.nan)
        return ots
    cells = mapped.columns.cells("delinquency_method").to_pylist() if "delinquency_method" in mapped.formed else []
    for i, cell in enumerate(cells):
        ots[i] = numbers.get((cell or "").lower(), np.nan)
    named = {
        found[1].lower()
        for target in ("pay_string", "status_month", "months_delinquent")
        for one in mapped.assignment.all_of(target)
        if (found := _METHOD_IN_HEADING.search(one.heading)) is not None
    }
    if len(named) == 1:
        ots[np.isnan(ots)] = numbers[named.pop()]
    return ots


def mapping_method(mapped: MappedTable) -> str | None:
    """Give the method that the mapping file names, or None."""
    return mapped.mapping.pay_string.get("method")
