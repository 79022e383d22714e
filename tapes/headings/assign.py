"""Which column of a file is which field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tapes.asking import Question
from tapes.files.table import TextTable
from tapes.headings.clashes import settle_doubles
from tapes.headings.columns import AssignedColumn, Suggestion
from tapes.headings.mapping import Mapping
from tapes.headings.monthly import assign_months
from tapes.headings.normalise import normalised
from tapes.headings.registry import NO_FIELDS, registry
from tapes.headings.valuation import with_its_date

__all__ = ["AssignedColumn", "Assignment", "Suggestion", "assign", "matched"]


@dataclass(frozen=True)
class Assignment:
    """Every column of a file, in file order.

    Parameters
    ----------
    questions
        Where two columns stand for one field or one month.
    remarks
        Sentences for the user: which of several columns a field was read from.
    """

    columns: tuple[AssignedColumn, ...]
    questions: tuple[Question, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())

    def of(self, target: str) -> AssignedColumn | None:
        """Give the column of a field, None where the file has none."""
        return next(self.all_of(target), None)

    def all_of(self, target: str) -> Iterator[AssignedColumn]:
        """Give the columns of a target in file order."""
        return (one for one in self.columns if one.target == target)


def assign(table: TextTable, known: frozenset[str], mapping: Mapping | None = None) -> Assignment:
    """Match each heading: the saved mapping's word, else a canonical name, else an exact alias, else nothing.

    Parameters
    ----------
    known
        Canonical names that the file may hold.
    mapping
        What a person has said before; it goes before everything.

    Raises
    ------
    TapeError
        Two headings for one field; the message shows both with three values each and the lines that settle it.
    """
    assignment = matched(table, known, mapping)
    for question in assignment.questions:
        raise question.error(table.place())
    return assignment


def matched(table: TextTable, known: frozenset[str], mapping: Mapping | None = None) -> Assignment:
    """Match as :func:`assign` does, with what stands in the way as questions; columns in question have no target."""
    said = Mapping() if mapping is None else mapping
    columns = [_one(position, table, known, said) for position in range(len(table.headings))]
    columns = assign_months(table, columns, said)
    settled, _, _ = settle_doubles(table, columns)
    columns, unlike = with_its_date(columns, settled)
    settled, questions, remarks = settle_doubles(table, columns)
    return Assignment(tuple(settled), questions, (*remarks, *unlike))


def _one(position: int, table: TextTable, known: frozenset[str], said: Mapping) -> AssignedColumn:
    heading, letter = table.headings[position], table.letter(position)
    word, name = said.target(heading, letter), heading.lower()
    if word is not None:
        return AssignedColumn(position, heading, word, "mapping", None, registry().unit(heading, word), (), 0, letter)
    if name in known:
        return AssignedColumn(position, heading, name, "canonical", letter=letter)
    target = registry().target(heading)
    own = normalised(heading)
    if own in known and (
        target is None or target.name in NO_FIELDS
    ):  # resolutions and payments have fields of their own
        return AssignedColumn(position, heading, own, "alias", letter=letter)
    if target is None:
        return AssignedColumn(position, heading, None, "unmapped", letter=letter)
    return AssignedColumn(position, heading, target.name, "alias", None, target.unit, (), target.rank, letter)
