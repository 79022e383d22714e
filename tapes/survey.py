"""A tape as far as it is understood, also where it cannot be read yet: what ``notebid map`` shows and writes down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from notes import TapeError
from tapes.asking import Question, QuestionError
from tapes.fields import RESOLUTION_NAMES, TAPE_NAMES
from tapes.files.heading import is_data
from tapes.headings.columns import AssignedColumn
from tapes.headings.likeness import with_suggestions
from tapes.headings.mapping import headings_key
from tapes.headings.mapping_file import Proposal
from tapes.histories.sources import HistoryReading, preview_histories
from tapes.mapped import MappedTable, look_at
from tapes.missing import Missing, missing_columns
from tapes.outcomes import outcome_question
from tapes.read import outcome_columns, read_resolutions, read_tape, wanted_columns
from tapes.reading import ReadOptions, ResolutionsReading, TapeReading
from tapes.refusal import refusal
from tapes.survey_columns import SurveyedPayments, shown_samples, survey_payments, with_nearest


@dataclass(frozen=True)
class Survey:
    """What is known of a tape's columns.

    Parameters
    ----------
    columns
        Every column but those about persons, unmapped ones with suggestions.
    missing
        Columns that every note needs.
    questions
        What has to be answered first.
    reading
        The file as read; None where it is refused.
    refused
        Why it is refused; empty where it is not.
    history_units
        Heading to how a column of histories is read, of a file that is refused.
    resolutions
        The file says what became of the notes, and is read as training reads it.
    payments
        The columns of the payments file beside it; None without one, or where it cannot be read at all.
    """

    mapped: MappedTable
    columns: tuple[AssignedColumn, ...]
    missing: tuple[Missing, ...]
    questions: tuple[Question, ...]
    reading: TapeReading | ResolutionsReading | None
    refused: str
    history_units: dict[str, str] = field(default_factory=dict)
    resolutions: bool = False
    payments: SurveyedPayments | None = None

    def unit(self, column: AssignedColumn) -> str:
        """Say how a column's cells are read; empty where they are not."""
        if self.reading is not None:
            units = {one.heading: one.unit for one in self.reading.columns if one.target == column.target}
            return units.get(column.heading, "")
        if column.heading in self.history_units:
            return self.history_units[column.heading]
        if any(one.column == column.heading for one in self.questions):
            return "asked below"
        formed = self.mapped.formed.get(column.target or "")
        return "" if formed is None else formed.unit

    def samples(self, column: AssignedColumn) -> tuple[str, ...]:
        """Give a column's first values, as :func:`tapes.survey_columns.shown_samples` does."""
        return shown_samples(self.mapped, column)

    def proposal(self, seller: str) -> Proposal:
        """Give what is to be in the seller's mapping file."""
        headings = (*self.mapped.table.headings, *self.mapped.dropped)
        beside = () if self.payments is None else self.payments.open_columns(headings)
        missing = (*self.missing, *(() if self.payments is None else self.payments.missing))
        lacking = [name for one in missing if not one.near for name in one.names[:1]]
        key = headings_key(headings)
        said = self.mapped.mapping
        there = (*headings, *(f"{one.heading} [{one.letter}]" for one in self.columns))
        units = {heading: said.units[heading] for heading in dict.fromkeys(there) if heading in said.units}
        settings = (units, said.pay_string, said.outcomes)
        columns = (*self.columns, *beside)
        return Proposal(seller, key, columns, self.questions, self.mapped.dropped, lacking, *settings)


def survey_tape(path: Path, options: ReadOptions, *, resolutions: bool = False) -> Survey:
    """Look at the columns of a tape, or of resolutions, and try whether it can be read.

    Raises
    ------
    TapeError
        The file cannot be read at all, or has no heading.
    UsageError
        As :func:`tapes.read.read_tape`.
    """
    mapped = look_at(path, RESOLUTION_NAMES if resolutions else TAPE_NAMES, options)
    if not mapped.dropped and all(one.target is None for one in mapped.assignment.columns):
        _check_heading(mapped)
    questions, refused = list(mapped.questions), ""
    reading: TapeReading | ResolutionsReading | None = None
    try:
        reading = read_resolutions(path, options=options) if resolutions else read_tape(path, options)
    except QuestionError as error:
        refused = str(error)
        questions += [one for one in error.questions if one not in questions]
    except TapeError as error:
        refused = str(error)
    unknown = outcome_question(mapped.columns) if resolutions else None
    questions += [] if unknown is None or unknown in questions else [unknown]
    history = None if reading is not None else _history(mapped, options)
    if history is not None:
        questions += [one for one in history.questions if one not in questions]
    asked = {each.target for one in mapped.assignment.columns for each in one.suggestions}
    wanted = [*wanted_columns(options, mapped), *(outcome_columns(options) if resolutions else ())]
    lacking = missing_columns(mapped.columns, wanted, mapped.mapping.columns)
    missing = tuple(one for one in lacking if not asked & {*one.names})
    columns = tuple(with_nearest(one, missing) for one in with_suggestions(mapped.assignment.columns))
    units = {} if history is None else history.units
    payments = (
        None if options.payments is None else survey_payments(options.payments, mapped.mapping.path, options.password)
    )
    return Survey(mapped, columns, missing, tuple(questions), reading, refused, units, resolutions, payments)


def _history(mapped: MappedTable, options: ReadOptions) -> HistoryReading | None:
    """Read the histories of a tape that is refused for something else; None where they cannot be read either."""
    try:
        return preview_histories(mapped, options)
    except TapeError:
        return None


def _check_heading(mapped: MappedTable) -> None:
    if any(is_data(one) for one in mapped.table.headings):
        rows = mapped.table.heading_rows
        raise refusal(
            mapped.table.place(),
            f"row {rows[0] if rows else 1:,} was taken for the heading, none of it is known and it holds numbers or dates",
            "A tape has a heading.",
            "Put a row of headings above the first note.",
        )
