"""A file with its headings understood and its columns in contract form, before anything is judged row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from notes import UsageError
from notes.schema import Field
from tapes.asking import Question
from tapes.bands import STATE, with_states_from_lines
from tapes.columns import Columns
from tapes.fields import FIELD_BY_NAME, TAPE_NAMES
from tapes.files.layout import without_other_lines
from tapes.files.read import read_text_table
from tapes.files.table import TextTable
from tapes.findings import Findings
from tapes.forms import Context, Formed, form_column
from tapes.forms.day_order import file_order, waits_for_file_order
from tapes.headings import Assignment, Mapping, find_mapping, mapping_remarks, matched, read_mapping, registry
from tapes.headings.mapping import check_units
from tapes.headings.months import names_a_month
from tapes.headings.normalise import normalised
from tapes.headings.outcome_headings import outcome_headings
from tapes.headings.registry import IGNORED, PERSONAL
from tapes.mapped_cells import OUTCOME, with_blanks_filled, with_outcome_words
from tapes.reading import ReadColumn, ReadOptions
from tapes.refusal import refusal

_ROLES = ("loan_id", "upb", "property_state")
_RAW = frozenset({"pay_string", "status_month", "receipts_month", "months_delinquent"})
"""Columns whose form depends on the due date and each other: they go to :mod:`tapes.histories` as written."""

_UNDERSTOOD = frozenset({"E_RESOLVED", "E_DOMAIN", "E_STATE"})
"""What a cell says plainly: however many say it, the column is what its heading says."""


@dataclass(frozen=True)
class MappedTable:
    """A file's rows as the seller wrote them, what each column is, and its cells in contract form.

    Parameters
    ----------
    table
        The file's notes: totals, footnotes and repeated headings out, personal columns dropped.
    assignment
        What each column of ``table`` is; positions count in ``table``.
    dropped
        Headings of personal columns, which are nowhere kept.
    formed
        Field to its column in contract form.
    remarks
        Sentences about the mapping and the headings.
    carried
        Heading to cells as written, of the columns that were asked for, personal ones too.
    """

    table: TextTable
    assignment: Assignment
    mapping: Mapping
    dropped: tuple[str, ...]
    formed: dict[str, Formed]
    remarks: tuple[str, ...] = ()
    carried: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> Columns:
        """The columns by field, in contract form; those that histories are made of as written."""
        text = {name: one.text for name, one in self.formed.items()}
        headings = {name: self._heading(name) for name in text}
        return Columns(self.table, text, headings)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be answered before the file can be read."""
        of_columns = (one.question for one in self.formed.values() if one.question is not None)
        return (*self.assignment.questions, *of_columns)

    def report(self, units: dict[str, str] | None = None) -> tuple[ReadColumn, ...]:
        """Say of each column what it is taken for, how sure that is and in which unit it was read.

        Parameters
        ----------
        units
            Heading to unit, of columns that were read elsewhere.
        """
        said = units or {}
        kept = [
            ReadColumn(
                one.heading,
                one.target or "",
                one.how,
                said.get(one.heading, self.formed[one.target].unit if one.target in self.formed else ""),
            )
            for one in self.assignment.columns
        ]
        return (*kept, *(ReadColumn(heading, PERSONAL, "alias", "dropped") for heading in self.dropped))

    def put(self, findings: Findings) -> None:
        """Enter what forming the columns found: refused and flagged cells, and remarks."""
        findings.warnings += (*self.table.remarks, *self.remarks)
        for name, one in self.formed.items():
            original = self.table.columns[self._position(name)]
            for code, mask in one.refused:
                if code in _UNDERSTOOD:
                    findings.refuse_rows(mask, code, name, original)
                else:
                    findings.refuse_cells(mask, code, name, original)
            for code, mask in one.flagged:
                findings.flag(mask, code, name, original)
            findings.warnings += one.remarks

    def _heading(self, name: str) -> str:
        return self.table.headings[self._position(name)]

    def _position(self, name: str) -> int:
        column = self.assignment.of(name)
        assert column is not None, name
        return column.position


def read_mapped(
    path: Path,
    known: frozenset[str],
    options: ReadOptions,
    also: Callable[[Sequence[str]], dict[str, str]] | None = None,
) -> MappedTable:
    """Read a file, find its heading, settle what each column is and put the columns into contract form.

    Parameters
    ----------
    known
        Canonical names that the file may hold.
    also
        Gives the targets of headings that mean something in this kind of file only; they go before the registry's, and
        before the mapping's, which speaks of the tape.

    Raises
    ------
    TapeError
        The file cannot be read, or two headings stand for one field.
    UsageError
        A workbook has several candidate sheets and none was named; a mapping file is wrong.
    """
    mapped = look_at(path, known, options, also)
    for question in mapped.assignment.questions:
        raise question.error(mapped.table.place())
    return mapped


def look_at(
    path: Path,
    known: frozenset[str],
    options: ReadOptions,
    also: Callable[[Sequence[str]], dict[str, str]] | None = None,
) -> MappedTable:
    """Do as :func:`read_mapped`, with two headings for one field as a question: neither is then read.

    Raises
    ------
    TapeError
        The file cannot be read.
    UsageError
        As :func:`read_mapped`.
    """
    given = None if options.mapping is None else read_mapping(options.mapping)
    table = read_text_table(path, _knows(known, given, also), options.sheet, options.password)
    table = _with_states(table, known, given)
    mapping = given or _saved(options, table) or Mapping()
    remarks = mapping_remarks(mapping, options.mappings, table, known)
    mapping = mapping.on(table)
    if OUTCOME in known:
        mapping = mapping.with_outcomes()
    said = mapping.columns
    if OUTCOME in known:
        mapping = mapping.with_outcome_headings(outcome_headings(table.headings))
    if also is not None:
        mapping = replace(mapping, columns=_beside(mapping, also(table.headings), known))
    assignment = _by_alias(matched(table, known, mapping), said)
    table = with_blanks_filled(table, assignment)
    table = with_outcome_words(table, assignment, mapping)
    check_units(mapping, ((one.heading, one.target) for one in assignment.columns))
    roles = {name: one.position for name in _ROLES if (one := assignment.of(name)) is not None}
    table = without_other_lines(table, roles)
    if len(table) == 0:
        raise refusal(table.place(), "no rows under the heading", "A file holds at least one note.", "")
    carried = {name: table.columns[i] for i, name in enumerate(table.headings) if name in options.carry}
    kept = [one for one in assignment.columns if one.target != PERSONAL]
    dropped = tuple(one.heading for one in assignment.columns if one.target == PERSONAL)
    table = table.keep_columns([one.position for one in kept])
    now = {one.position: i for i, one in enumerate(kept)}
    moved = (
        replace(one, position=i, fills=None if one.fills is None else now[one.fills]) for i, one in enumerate(kept)
    )
    assignment = replace(assignment, columns=tuple(moved))
    formed = _form(table, assignment, mapping)
    return MappedTable(table, assignment, mapping, dropped, formed, (*remarks, *assignment.remarks), carried)


def _by_alias(assignment: Assignment, said: dict[str, str]) -> Assignment:
    """Tell what a kind of file means by a heading from what a person has said."""
    columns = [
        replace(one, how="alias")
        if one.how == "mapping" and one.heading not in said and f"{one.heading} [{one.letter}]" not in said
        else one
        for one in assignment.columns
    ]
    return replace(assignment, columns=tuple(columns))


def _knows(known: frozenset[str], given: Mapping | None, also: Callable[[Sequence[str]], dict[str, str]] | None) -> Any:
    said = set() if given is None else {normalised(one) for one in given.columns}

    def knows(heading: str) -> bool:
        if also is not None and also([heading]):
            return True
        return (
            heading.lower() in known
            or (OUTCOME in known and bool(outcome_headings([heading])))
            or (bool(said) and normalised(heading) in said)
            or registry().target(heading) is not None
            or names_a_month(heading)
        )

    return knows


def _beside(mapping: Mapping, meant: dict[str, str], known: frozenset[str]) -> dict[str, str]:
    """Put what headings mean in a file beside a tape before what the tape's mapping says of the tape.

    A line of the mapping that names a field which only such a file has is a person's word on it, and goes before both.
    """
    said = {heading: word for heading, word in mapping.columns.items() if word in known - TAPE_NAMES}
    taken = set(said.values())
    meant = {heading: IGNORED if word in taken else word for heading, word in meant.items()}
    return mapping.columns | meant | said


def _with_states(table: TextTable, known: frozenset[str], given: Mapping | None) -> TextTable:
    """Read states from lines of their own where no column holds them, before a mapping is looked for by the headings."""
    first = matched(table, known, (given or Mapping()).on(table)) if STATE in known else None
    loan_id = None if first is None else first.of("loan_id")
    if first is None or loan_id is None or first.of(STATE) is not None:
        return table
    return with_states_from_lines(table, loan_id.position) or table


def _saved(options: ReadOptions, table: TextTable) -> Mapping | None:
    if options.mappings is None:
        return None
    try:
        return find_mapping(options.mappings, table.headings)
    except OSError as error:
        raise UsageError(f"{options.mappings}: cannot be read ({error.strerror})") from None


def _form(table: TextTable, assignment: Assignment, mapping: Mapping) -> dict[str, Formed]:
    formed = {}
    contexts = {}
    for one in assignment.columns:
        if one.target is None or one.target not in FIELD_BY_NAME:
            continue
        text = table.columns[one.position]
        if one.target in _RAW:
            formed[one.target] = Formed(text)
            continue
        contexts[one.target] = Context(
            one.heading,
            one.unit,
            mapping.units.get(one.heading),
            table.numeric.get(one.position, np.zeros(len(table), dtype=bool)),
            table.date_1904,
        )
        formed[one.target] = form_column(text, _field(one.target), contexts[one.target])
    order = file_order(formed.values())
    if order is not None:
        # One program wrote the file: what one column of dates proves holds for those that leave it open.
        for name, context in contexts.items():
            if waits_for_file_order(formed[name], _field(name)):
                text = table.columns[next(one.position for one in assignment.all_of(name))]
                formed[name] = form_column(text, _field(name), replace(context, file_order=order))
    return formed


def _field(name: str) -> Field:
    return FIELD_BY_NAME[name]
