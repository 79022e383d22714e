"""What reading a file gives: the notes, where each came from, what was excepted and why, and the counts that must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from notes import Resolutions, Tape
from tapes.fields import RESOLUTION_FIELDS

LATER_THAN_THE_TAPE = "E_FUTURE"
UNREADABLE = "unreadable"
"""The end of a note whose outcome is written in words that are none."""
_OUTCOME_FIELDS = frozenset(one.name for one in RESOLUTION_FIELDS)


@dataclass(frozen=True)
class ReadOptions:
    """How a tape is to be read.

    Parameters
    ----------
    payments
        A payments file in long form; None: the tape's ``pay_string`` column is the history.
    as_of
        The day on which the tape was known; it goes before a column and before a date in the file's name.
    assume_first_lien
        Take a missing ``lien_position`` for a first lien, with the flag ``W_LIEN_ASSUMED``.
    sheet
        The sheet of a workbook; needed where several visible sheets hold rows.
    today
        The day after which no date can be known; None: the calendar's today.
    mapping
        A mapping file to be used whatever the headings are.
    mappings
        The folder in which the mapping for this set of headings is looked for; None: none is.
    delinquency_method
        ``mba`` or ``ots``: how the seller counts months behind, where the file does not say.
    password
        Of an encrypted workbook; it is in no message, file or log.
    observed_through
        Of resolutions: the day through which outcomes are known, for notes that say none of their own.
    carry
        Headings of columns that the workbook shall show beside the notes as they are written, personal ones too.
    """

    payments: Path | None = None
    as_of: date | None = None
    assume_first_lien: bool = False
    sheet: str | None = None
    today: date | None = None
    mapping: Path | None = None
    mappings: Path | None = None
    delinquency_method: str | None = None
    password: str | None = field(default=None, repr=False)
    carry: tuple[str, ...] = ()
    observed_through: date | None = None


@dataclass(frozen=True)
class ReadColumn:
    """What one column of the file was taken for.

    Parameters
    ----------
    heading
        As written.
    target
        The field, or what else it is; empty where the column is not read.
    how
        ``canonical``, ``alias``, ``mapping`` or ``unmapped``.
    unit
        How its cells were read.
    """

    heading: str
    target: str
    how: str
    unit: str


@dataclass(frozen=True)
class ExceptedField:
    """One reason why a row is not priced: a line of ``exceptions.csv``.

    Parameters
    ----------
    row
        Line (CSV) or row (workbook, Parquet) in the file, counted from 1.
    loan_id
        As written; empty where it is missing.
    field
        The canonical column at fault.
    value
        What was found, personal data masked; empty where nothing was.
    code
        A key of :data:`tapes.codes.CODES`.
    fix
        What to do about it.
    """

    row: int
    loan_id: str
    field: str
    value: str
    code: str
    fix: str

    @property
    def cells(self) -> tuple[int, str, str, str, str, str]:
        """Its cells in ``exceptions.csv``."""
        return (self.row, self.loan_id, self.field, self.value, self.code, self.fix)


@dataclass(frozen=True)
class FlaggedCells:
    """Cells of one column that were read with a doubt.

    Parameters
    ----------
    code
        The ``W_`` code that their notes carry for it.
    field
        The canonical column.
    notes
        Positions of the notes, rising.
    values
        As written, one a note, personal data masked.
    excepted
        The cells of rows that were excepted for something else: number in the file, loan number, and as written.
    """

    code: str
    field: str
    notes: NDArray[np.intp]
    values: tuple[str, ...]
    excepted: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class LineCounts:
    """Where every line of the file went.  The heading itself is not counted.

    ``lines = not_notes + rows`` and ``rows = priced + excepted``, asserted on construction.
    """

    lines: int
    blank: int
    title: int
    repeated_heading: int
    total: int
    footnote: int
    rows: int
    priced: int
    excepted: int

    def __post_init__(self) -> None:
        assert self.lines == self.not_notes + self.rows, f"{self.lines} lines, but {self.not_notes} + {self.rows}"
        assert self.rows == self.priced + self.excepted, f"{self.rows} rows, but {self.priced} + {self.excepted}"

    @property
    def not_notes(self) -> int:
        """Lines that are no note: blank, title, repeated heading, total, footnote."""
        return self.blank + self.title + self.repeated_heading + self.total + self.footnote

    def __str__(self) -> str:
        return self.told()

    def told(self, kept: str = "priced") -> str:
        """Say both sums on one line.

        Parameters
        ----------
        kept
            What is done with the rows that are not excepted: of a tape they are priced, of resolutions learned from.
        """
        return (
            f"{self.lines:,} lines = {self.not_notes:,} not notes ({self.blank} blank, {self.title} title, "
            f"{self.repeated_heading} repeated heading, {self.total} total, {self.footnote} footnote) + {self.rows:,} rows;"
            f" {self.rows:,} rows = {self.priced:,} {kept} + {self.excepted:,} excepted"
        )


@dataclass(frozen=True)
class Provenance:
    """Where a reading comes from and what is to be said about it.

    Parameters
    ----------
    rows
        int64, shape (n_notes,): line or row of each note in its file, counted from 1.
    flags
        A tuple of ``W_`` codes a note.
    exceptions
        A line per reason, in file order.
    sha256, payments_sha256
        Of the files' bytes; None without a payments file.
    content_sha256
        Of what the rows say, the same for any order of the columns; see :meth:`tapes.files.table.TextTable.content_sha256`.
    mapping
        Canonical column to the heading that it was read from.
    columns
        Every column of the file, in file order, the dropped ones last.
    payments_after_as_of
        Rows of the payments file dated after their note's as-of month: a leak, cut.
    as_of_date
        The tape's date; the latest one where rows differ; where no note is left, that of the excepted rows; None where
        they have none either.
    warnings
        Sentences for the user.
    doubtful
        Cells behind flags that say something of one cell.
    carried
        Heading to the notes' cells as written, of the columns that were asked for; nothing else may show them.
    """

    rows: NDArray[np.int64]
    flags: tuple[tuple[str, ...], ...]
    exceptions: tuple[ExceptedField, ...]
    counts: LineCounts
    sha256: str
    payments_sha256: str | None
    content_sha256: str
    mapping: dict[str, str]
    columns: tuple[ReadColumn, ...]
    payments_after_as_of: int
    as_of_date: date | None
    warnings: tuple[str, ...]
    doubtful: tuple[FlaggedCells, ...] = field(default=(), kw_only=True)
    carried: dict[str, tuple[str, ...]] = field(default_factory=dict, kw_only=True, repr=False)

    @property
    def excepted_as_later(self) -> dict[str, int]:
        """Rows excepted since what is past on the tape is dated after their as-of date, by field, the most first.

        What became of a note comes later by its nature and is not counted.
        """
        later = {(one.row, one.field) for one in self.exceptions if one.code == LATER_THAN_THE_TAPE}
        counts = Counter(name for _, name in later if name not in _OUTCOME_FIELDS)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True)
class TapeReading(Provenance):
    """A tape as read: the priceable notes in file order, and the rest accounted for."""

    tape: Tape


@dataclass(frozen=True)
class ResolutionsReading(Provenance):
    """A resolutions file as read: the usable snapshots in file order, and the rest accounted for.

    Parameters
    ----------
    loans_read, loans_left_out
        End to the loans with a row that states it: an outcome, empty for open, or :data:`UNREADABLE`.  A loan is left out
        of an end where every row that states it was excepted; repeated rows and totals do not count.
    """

    resolutions: Resolutions
    loans_read: Mapping[str, int]
    loans_left_out: Mapping[str, int]
