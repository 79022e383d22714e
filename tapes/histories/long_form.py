"""Payments in long form: one row a note and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, PaymentHistory
from notes.history import UNKNOWN
from notes.months import month_index, parse_month
from tapes.asking import Question
from tapes.columns import Columns
from tapes.convert import Bad, to_days, to_numbers
from tapes.fields import PAYMENT_FIELDS
from tapes.forms import Context, form_column
from tapes.histories.alphabets import FOREIGN
from tapes.histories.evidence import ByDueDate
from tapes.histories.ledger import FEW_RECEIPTS, only_late, refuse_negative
from tapes.histories.monthly import for_columns, no_reading
from tapes.histories.months import MonthCells, of_columns
from tapes.histories.payment_faults import Laid, PaymentsFile, except_contradictions, except_ended, except_notes
from tapes.histories.series import RIGHT
from tapes.histories.settle import Column, settle, weigh
from tapes.histories.spoken import month_alphabets, spoken
from tapes.histories.statuses import Statuses, settle_months

_FIELDS = {one.name: one for one in PAYMENT_FIELDS}


def read_long(file: PaymentsFile) -> Laid:
    """Read one row a note and month.

    Raises
    ------
    TapeError
        Months behind can be read in several ways, all receipts are negative, or as for any payments file.
    """
    columns, note, as_of = file.columns, file.note, file.tape.as_of
    month, bad_month = months_of_rows(columns, file.mapped.mapping.units)
    amount, bad_amount = received(columns)
    except_notes(file, "month", (bad_month | ~columns.filled("month")) & (note >= 0))
    late = (note >= 0) & (month_index(as_of)[note] < month)
    except_notes(file, "amount_received", bad_amount & (note >= 0) & ~late)
    place = columns.table.place(column=columns.headings.get("amount_received"))
    refuse_negative(amount, place, FEW_RECEIPTS)
    on_tape = (note >= 0) & ~np.isnan(month)
    offset = np.where(on_tape, month_index(as_of)[note] - month, np.nan)
    inside = np.flatnonzero((offset >= 0) & (offset < HISTORY_MONTHS))
    slot = note[inside] * HISTORY_MONTHS + (HISTORY_MONTHS - 1 - offset[inside].astype(np.int64))
    pairs: list[tuple[Any, Any]] = []
    statuses = Statuses.unknown(len(as_of))
    if "months_delinquent" in columns.text:
        given, codes, statuses = _statuses(file, inside, slot)
        pairs.append((given, codes))
    paid = amount[inside].astype(np.float32)
    amounts = _scatter(slot, paid, np.nan, len(as_of))
    except_contradictions(file, inside, slot, [*pairs, (paid, amounts)])
    except_ended(file, statuses)
    history = PaymentHistory(statuses.months, amounts.reshape(-1, HISTORY_MONTHS))
    return Laid(history, file.count(offset < 0), only_late(note, offset < 0, offset >= 0, len(as_of)))


def months_of_rows(columns: Columns, units: Mapping[str, str]) -> tuple[NDArray[np.float64], Bad]:
    """Read the column of months: numbered as :func:`notes.months.month_index`, NaN where there is none.

    Parameters
    ----------
    units
        Heading to the unit that a person has said: which comes first in a date, the day or the month.
    """
    stated = units.get(columns.headings["month"])
    return _by_value(columns.cells("month"), lambda text: _months(columns, text, stated))


def received(columns: Columns) -> tuple[NDArray[np.float64], Bad]:
    """Convert the column of receipts: float64, shape (n_file_rows,), dollars, NaN where there is none."""
    amount, bad = to_numbers(columns.cells("amount_received"))
    one = _FIELDS["amount_received"]
    inside = (amount >= (one.low or 0.0)) & (amount <= (one.high or 0.0))
    outside = ~np.isnan(amount) & ~inside
    return np.where(outside, np.nan, amount), bad | outside


def _statuses(
    file: PaymentsFile, inside: NDArray[np.intp], slot: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.int16], Statuses]:
    """Read months behind: by the contract under the contract's heading, else as a seller's monthly columns are read.

    Parameters
    ----------
    inside, slot
        Rows that count, and the place of each among notes times sixty months.

    Returns
    -------
    given
        Code of each row that counts.
    codes
        Code of each place.
    statuses

    Raises
    ------
    TapeError
        The file leaves several readings.
    """
    text, n, name = file.columns.cells("months_delinquent"), len(file.tape), "months_delinquent"
    by_due = ByDueDate.of(file.tape.due, file.tape.as_of)
    counted = np.zeros(len(text), dtype=bool)
    counted[inside] = True
    if file.columns.headings[name].strip().lower() == name:
        status, bad = _by_value(text, _as_contract)
        except_notes(file, name, bad & counted)
        given = np.nan_to_num(status[inside], nan=UNKNOWN).astype(np.int16)
        codes = _scatter(slot, given, UNKNOWN, n)
        return given, codes, settle_months(codes.reshape(-1, HISTORY_MONTHS), by_due.mba)
    rows = of_columns([text], np.zeros(len(text), dtype=np.int64))
    placed = _scatter(slot, rows.ids[inside, 0], 0, n).reshape(-1, HISTORY_MONTHS)
    cells = MonthCells(placed, rows.tokens, np.full(n, HISTORY_MONTHS - 1), whole=True)
    if not cells.written():
        nothing = np.full(len(inside), UNKNOWN, dtype=np.int16)
        return nothing, np.full(n * HISTORY_MONTHS, UNKNOWN, dtype=np.int16), Statuses.unknown(n)
    alphabets = month_alphabets(rows.counts)
    said = replace(for_columns(file.tape.said, alphabets, (RIGHT,)), newest=RIGHT)
    column = Column(file.columns.headings[name], "a row a month", cells, by_due, said, alphabets, (RIGHT,))
    readings = weigh(column)
    found = settle(column, readings) if readings else no_reading(column)
    if isinstance(found, Question):
        raise found.error(file.columns.table.place())
    codes = rows.read(found.evidence.alphabet.codes, RIGHT)[:, 0]
    except_notes(file, name, (codes == FOREIGN) & counted)
    file.findings.flag(found.doubtful, "W_METHOD")
    file.findings.warnings += [f"{file.name}: {one}" for one in found.remarks]
    return codes[inside], column.codes(found.evidence).reshape(-1), found.statuses


def _by_value(text: Any, convert: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert a column of few distinct values by converting each value once."""
    encoded = pc.dictionary_encode(text).unify_dictionaries()
    chunk = encoded.combine_chunks()
    values, bad = convert(pa.chunked_array([chunk.dictionary]))
    at = pc.fill_null(chunk.indices, len(values)).to_numpy()
    return np.append(values, np.nan)[at], np.append(bad, False)[at]


def _months(columns: Columns, text: Any, stated: str | None) -> tuple[NDArray[np.float64], Bad]:
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
        formed = form_column(text.filter(pa.array(rest)), dates, Context(heading, None, stated))
        if formed.question is not None:
            raise formed.question.error(columns.table.place())
        months[rest] = month_index(to_days(formed.text)[0])
    return months, np.isnan(months)


def _as_contract(text: Any) -> tuple[NDArray[np.float64], Bad]:
    """Convert months behind by the contract: whole numbers; words mean what they mean everywhere."""
    values, bad = to_numbers(text)
    one = _FIELDS["months_delinquent"]
    whole = (values >= (one.low or 0.0)) & (values <= (one.high or 0.0)) & (values == np.floor(values))
    if whole.all():
        return values, bad
    spoke = [spoken(cell or "") for cell in text.to_pylist()]
    codes = np.array([FOREIGN if one is None else one for one in spoke], dtype=np.float64)
    codes = np.where(whole, values, codes)
    return np.where(codes == FOREIGN, np.nan, codes), codes == FOREIGN


def _scatter(slot: NDArray[np.int64], values: Any, unknown: float, n_notes: int) -> Any:
    flat = np.full(n_notes * HISTORY_MONTHS, unknown, dtype=values.dtype)
    flat[slot] = values
    return flat
