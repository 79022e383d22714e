"""A tape as far as it is understood, also where it cannot be read yet: what ``notebid map`` shows and writes down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.compute as pc

from notes import TapeError
from notes.schema import Kind
from tapes.asking import Question, QuestionError
from tapes.columns import Missing, missing_columns
from tapes.fields import FIELD_BY_NAME, RESOLUTION_NAMES, TAPE_NAMES
from tapes.files.heading import is_data
from tapes.headings.columns import AssignedColumn, Suggestion, samples
from tapes.headings.likeness import with_suggestions
from tapes.headings.mapping import headings_key
from tapes.headings.mapping_file import Proposal
from tapes.headings.registry import STATUS_MONTH
from tapes.histories.sources import HistoryReading, preview_histories
from tapes.mapped import MappedTable, look_at
from tapes.outcomes import outcome_question
from tapes.read import outcome_columns, read_resolutions, read_tape, wanted_columns
from tapes.reading import ReadOptions, ResolutionsReading, TapeReading
from tapes.refusal import masked, refusal
from tapes.words import is_trade_text

_OF_STATUSES = ("pay_string", STATUS_MONTH)
_STATUSES = re.compile(r"[0-9BCDFGHJKLPRX*?._~ -]+")
"""Every sign of a pay string but two vowels, without which no name can be written."""
_ONE_WORD = re.compile(r"[^\W\d_]{3,}")


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
    """

    mapped: MappedTable
    columns: tuple[AssignedColumn, ...]
    missing: tuple[Missing, ...]
    questions: tuple[Question, ...]
    reading: TapeReading | ResolutionsReading | None
    refused: str
    history_units: dict[str, str] = field(default_factory=dict)
    resolutions: bool = False

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
        """Give a column's first values, the first date also as it is read: ``45203 (2023-10-04)``.

        Where nothing is known of the column, a lone word that the trade does not use is masked.
        """
        found = samples(self.mapped.table, column.position, _statuses if column.target in _OF_STATUSES else masked)
        if column.target is None:
            return tuple(
                text if not _ONE_WORD.fullmatch(text) or is_trade_text(text) else text[0] + "*" * (len(text) - 1)
                for text in found
            )
        named, formed = FIELD_BY_NAME.get(column.target), self.mapped.formed.get(column.target)
        if not found or formed is None or named is None or named.kind is not Kind.DATE:
            return found
        first = pc.index(self.mapped.table.columns[column.position].is_valid(), value=True).as_py()
        day = formed.text[first].as_py()
        return found if day is None or day == found[0] else (f"{found[0]} ({day})", *found[1:])

    def proposal(self, seller: str) -> Proposal:
        """Give what is to be in the seller's mapping file."""
        headings = (*self.mapped.table.headings, *self.mapped.dropped)
        lacking = [name for one in self.missing if not one.near for name in one.names[:1]]
        key = headings_key(headings)
        said = self.mapped.mapping
        there = (*headings, *(f"{one.heading} [{one.letter}]" for one in self.columns))
        units = {heading: said.units[heading] for heading in dict.fromkeys(there) if heading in said.units}
        settings = (units, said.pay_string, said.outcomes)
        return Proposal(seller, key, self.columns, self.questions, self.mapped.dropped, lacking, *settings)


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
    columns = tuple(_with_nearest(one, missing) for one in with_suggestions(mapped.assignment.columns))
    units = {} if history is None else history.units
    return Survey(mapped, columns, missing, tuple(questions), reading, refused, units, resolutions)


def _history(mapped: MappedTable, options: ReadOptions) -> HistoryReading | None:
    """Read the histories of a tape that is refused for something else; None where they cannot be read either."""
    try:
        return preview_histories(mapped, options)
    except TapeError:
        return None


def _statuses(text: str) -> str:
    """Show signs of months' statuses as they are, and mask what else stands in their column; numbers of persons always."""
    shown = masked(text)
    only_letters = len(shown) == len(text) and all(a == b or a.isalpha() for a, b in zip(text, shown, strict=True))
    return text if only_letters and _STATUSES.fullmatch(text) else shown


def _with_nearest(column: AssignedColumn, missing: Sequence[Missing]) -> AssignedColumn:
    """Suggest for a column without a suggestion the missing field that it is nearest to, if any."""
    if column.target is not None or column.suggestions:
        return column
    near = (
        Suggestion(name, score) for one in missing for heading, name, score in one.near if heading == column.heading
    )
    return replace(column, suggestions=tuple(near)[:1])


def _check_heading(mapped: MappedTable) -> None:
    if any(is_data(one) for one in mapped.table.headings):
        rows = mapped.table.heading_rows
        raise refusal(
            mapped.table.place(),
            f"row {rows[0] if rows else 1:,} was taken for the heading, none of it is known and it holds numbers or dates",
            "A tape has a heading.",
            "Put a row of headings above the first note.",
        )
