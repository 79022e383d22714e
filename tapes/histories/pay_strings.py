"""Canonical pay strings into payment history, and beside a payments file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes import PaymentHistory
from notes.history import UNKNOWN
from tapes.columns import Columns
from tapes.findings import Findings


def merge_histories(
    strings: PaymentHistory, payments: PaymentHistory, stated: PaymentHistory, findings: Findings
) -> PaymentHistory:
    """Fill what the payments file leaves unknown from the pay strings; flag notes where both know and differ.

    Parameters
    ----------
    strings
        From the pay strings; what they imply for months in foreclosure counts as known.
    stated
        The same without what is implied; 9 stands for nine or more.
    """
    file, text = payments.months_delinquent, stated.months_delinquent
    both = (file != UNKNOWN) & (text != UNKNOWN)
    findings.flag((both & (np.minimum(file, 9) != text)).any(axis=1), "W_PAYSTRING_CONFLICT")
    status = np.where(file != UNKNOWN, file, strings.months_delinquent)
    return PaymentHistory(status, payments.amount_received)


def read_pay_strings(columns: Columns, findings: Findings) -> tuple[PaymentHistory, PaymentHistory]:
    """Read the tape's pay strings.

    Returns
    -------
    history
        As :meth:`notes.PaymentHistory.from_pay_strings` reads them.
    stated
        The same with months in foreclosure unknown.
    """
    text = columns.cells("pay_string")
    if text.null_count == len(text):
        unknown = PaymentHistory.unknown(len(text))
        return unknown, unknown
    numeric = _taken_for_number(columns, text)
    findings.refuse_rows(numeric, "E_PAYSTRING_NUMERIC", "pay_string", text)
    wrong = ~pc.fill_null(pc.match_substring_regex(text, "^[0-9FRBX]*$"), True).to_numpy() & ~numeric
    findings.refuse_cells(wrong, "E_PAYSTRING", "pay_string", text)
    owned = pc.fill_null(pc.ends_with(text, "R"), False).to_numpy() & ~wrong
    findings.refuse_rows(owned, "E_RESOLVED", "pay_string", text)
    usable = pc.if_else(pa.array(numeric | wrong), "", pc.fill_null(text, ""))
    history = PaymentHistory.from_pay_strings(usable.to_pylist())
    if not pc.any(pc.match_substring(usable, "F")).as_py():
        return history, history
    return history, PaymentHistory.from_pay_strings(pc.replace_substring(usable, "F", "X").to_pylist())


def _taken_for_number(columns: Columns, text: Any) -> NDArray[np.bool_]:
    """Tell pay strings that a spreadsheet has made numbers of.

    They are numbers in the file, are written with an exponent, or begin with another digit than 0 and are shorter than
    most of the column, which leading zeros no longer fill.
    """
    position = columns.table.headings.index(columns.headings["pay_string"])
    in_file = columns.table.numeric.get(position, np.zeros(len(text), dtype=bool)) & text.is_valid().to_numpy()
    written = _matches(text, r"^\d+\.\d*$|^\d+(\.\d+)?[eE]\+?\d+$")
    lengths = pc.utf8_length(text)
    shorter = pc.fill_null(pc.less(lengths, pc.mode(lengths)[0]["mode"]), False).to_numpy()
    numeric: NDArray[np.bool_] = in_file | written | (_matches(text, r"^[1-9]\d*$") & shorter)
    return numeric


def _matches(text: Any, pattern: str) -> NDArray[np.bool_]:
    matches: NDArray[np.bool_] = pc.fill_null(pc.match_substring_regex(text, pattern), False).to_numpy()
    return matches
