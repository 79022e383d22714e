"""What the columns of a payments file are, before any of its rows is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tapes.columns import Columns
from tapes.fields import PAYMENT_NAMES
from tapes.headings import AssignedColumn
from tapes.headings.registry import RECEIPTS_MONTH, STATUS_MONTH
from tapes.histories.payment_headings import payment_targets
from tapes.mapped import MappedTable, look_at
from tapes.reading import ReadOptions

_KNOWN = PAYMENT_NAMES | {STATUS_MONTH, RECEIPTS_MONTH, "ignored", "personal", "outcome"}
"""What a column can be and need not be warned of: it is read, or of another file."""


@dataclass(frozen=True)
class PaymentColumns:
    """A payments file with its headings understood.

    Parameters
    ----------
    mapped
        The file, each column with what it is.
    """

    mapped: MappedTable

    @property
    def columns(self) -> Columns:
        """The columns by field, in contract form."""
        return self.mapped.columns

    @property
    def is_long(self) -> bool:
        """A row a month."""
        return "month" in self.mapped.formed

    @property
    def is_ledger(self) -> bool:
        """A row a receipt, with its date."""
        return "payment_date" in self.mapped.formed and not self.is_long

    @property
    def is_wide(self) -> bool:
        """A row a loan, with columns a month."""
        monthly = any(self.mapped.assignment.of(one) is not None for one in (STATUS_MONTH, RECEIPTS_MONTH))
        return monthly and not self.is_long and not self.is_ledger

    @property
    def wanted(self) -> list[tuple[str, ...]]:
        """The columns that a file of this form needs; each item names those of which one is needed."""
        if self.is_wide:
            return [("loan_id",)]
        told = ("amount_received",) if self.is_ledger else ("months_delinquent", "amount_received")
        return [("loan_id",), ("month", "payment_date"), told]

    @property
    def unread(self) -> list[AssignedColumn]:
        """The columns that nothing in this kind of file is known to be called, in the order of the file."""
        return [one for one in self.mapped.assignment.columns if one.target not in _KNOWN]


def look_at_payments(path: Path, mapping: Path | None, password: str | None) -> PaymentColumns:
    """Read a payments file and say what each column is; two headings for one field are a question, neither is read.

    Parameters
    ----------
    mapping
        The tape's mapping file, which serves its payments too.

    Raises
    ------
    TapeError
        The file cannot be read.
    UsageError
        As :func:`tapes.mapped.look_at`.
    """
    options = ReadOptions(mapping=mapping, password=password)
    return PaymentColumns(look_at(path, PAYMENT_NAMES, options, payment_targets))
