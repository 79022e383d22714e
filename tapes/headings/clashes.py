"""Two columns for one field: settled where the headings and the mapping settle it, else a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tapes.asking import Answer, Question
from tapes.files.table import TextTable
from tapes.headings.columns import AssignedColumn, Suggestion, samples, shown_heading
from tapes.headings.registry import IGNORED, NO_FIELDS, registry

_MOVES_THE_BID = frozenset({"upb", "as_is_value", "p_and_i"})
"""Fields of which no column wins by its heading where the columns say different amounts."""
_FEW_ROWS, _FEW_SHARE = 2, 0.01
"""Rows, and share of those filled in both, up to which two columns are one but for slips."""
_CENTS = r"[.,](\d{1,2}|\d{4,})\D*$"
_LONGEST = 15


def settle_doubles(
    table: TextTable, columns: Sequence[AssignedColumn]
) -> tuple[list[AssignedColumn], tuple[Question, ...], tuple[str, ...]]:
    """Leave one column a field and month.

    A person's word wins; of two amounts that a person calls one field the plainer is read, and the other where it is blank.
    Else the plainest heading wins, if it alone is that plain and its column is filled wherever the
    others are, so that nothing that the file tells is lost (``Current Interest Rate`` beside ``Note Rate``).  So does an
    amount that is filled wherever the others are and says the same as they wherever they say something.  Balances,
    values and instalments that differ in more than a few rows are asked about all the same: the bid hangs on them.

    Returns
    -------
    columns
        Those that stand back are ``ignored``; those in question have no target.
    questions
        One a field that is not settled.
    remarks
        Which columns stood back.
    """
    found: dict[tuple[str, str | None], list[AssignedColumn]] = defaultdict(list)
    for one in columns:
        if one.target is not None and one.target not in NO_FIELDS:
            found[one.target, one.month].append(one)
    settled, questions, stood_back = list(columns), [], []
    for (target, month), several in found.items():
        if len(several) == 1:
            continue
        fuller = None
        winner = _winner(table, several) or (fuller := _fuller(table, target, several)) or _filled_up(target, several)
        differing = _differing(table, winner, several) if target in _MOVES_THE_BID and month is None else ""
        winner = None if differing else winner
        for one in several:
            if winner is None:
                likely = (Suggestion(target, 100.0),)
                settled[one.position] = replace(one, target=None, how="unmapped", month=None, suggestions=likely)
            elif one is not winner:
                fills = winner.position if one.how == winner.how == "mapping" else None
                settled[one.position] = replace(one, target=IGNORED, month=None, fills=fills)
                stood_back.append(_stood_back(table, target, (winner, one), fuller is not None))
        if winner is None:
            questions.append(_question(table, target, month, several))
    remarks = (f"Of several columns for one field the plainer is read: {'; '.join(stood_back)}.",) if stood_back else ()
    return settled, tuple(questions), remarks


def _winner(table: TextTable, several: Sequence[AssignedColumn]) -> AssignedColumn | None:
    said = [one for one in several if one.how == "mapping"]
    if said:
        return said[0] if len(said) == 1 else None
    first, second = sorted(several, key=lambda one: one.rank)[:2]
    if first.rank == second.rank:
        return None
    filled = table.columns[first.position].is_valid()
    others = (table.columns[one.position].is_valid() for one in several if one is not first)
    return first if all(pc.all(pc.or_(filled, pc.invert(one))).as_py() for one in others) else None


def _fuller(table: TextTable, target: str, several: Sequence[AssignedColumn]) -> AssignedColumn | None:
    """Give the amount that is filled wherever the others are, in more rows, and equals them wherever they are filled."""
    if target not in _MOVES_THE_BID or any(one.how == "mapping" for one in several):
        return None
    for one in several:
        rest = [other for other in several if other is not one]
        if all(_holds_all_of(table, one, other) for other in rest):
            return one
    return None


def _holds_all_of(table: TextTable, one: AssignedColumn, other: AssignedColumn) -> bool:
    n_blank, n_other_blank, n_both, n_apart = _compared(table, one, other)
    filled, theirs = (table.columns[each.position].is_valid() for each in (one, other))
    return (
        n_other_blank > n_blank
        and n_both > 0
        and not n_apart
        and bool(pc.all(pc.or_(filled, pc.invert(theirs))).as_py())
    )


def _filled_up(target: str, several: Sequence[AssignedColumn]) -> AssignedColumn | None:
    """Give the plainest of several columns that a person calls one amount; the others fill its blanks."""
    said = [one for one in several if one.how == "mapping"]
    if len(said) < 2 or target not in _MOVES_THE_BID:
        return None
    return min(said, key=_plainness)


def _plainness(one: AssignedColumn) -> int:
    known = registry().target(one.heading)
    return one.rank if one.how != "mapping" else 9 if known is None else known.rank


def _stood_back(table: TextTable, target: str, pair: tuple[AssignedColumn, AssignedColumn], is_fuller: bool) -> str:
    """Say that of two columns the first is read, and what becomes of the second."""
    winner, one = (shown_heading(each.heading) for each in pair)
    both_said = all(each.how == "mapping" for each in pair)
    if not is_fuller and not both_said:
        return f"{target} from {winner}, not {one}"
    _, _, n_both, n_apart = _compared(table, *pair)
    if both_said:
        return f"{target} from {winner}, and where it is blank from {one} ({n_apart:,} of {n_both:,} rows differ)"
    return f"{target} from {winner}, which says the same as {one} in the {n_both:,} rows that both fill and fills more"


def _compared(table: TextTable, one: AssignedColumn, other: AssignedColumn) -> tuple[int, int, int, int]:
    """Count the blanks of two columns, the rows that both fill with an amount, and those in which the amounts differ."""
    mine, theirs = _dollars(table, one), _dollars(table, other)
    apart = pc.abs(pc.subtract(mine, theirs))
    blanks = [table.columns[each.position].null_count for each in (one, other)]
    return blanks[0], blanks[1], pc.count(apart).as_py(), pc.sum(pc.greater(apart, 1)).as_py() or 0


def _differing(table: TextTable, winner: AssignedColumn | None, several: Sequence[AssignedColumn]) -> str:
    """Say in how many rows another column holds another amount than the plainest; nothing where a person has chosen.

    A heading that says that it is the original's (``ORIG PMT``) is no rival to one that does not.
    """
    if winner is None or winner.how == "mapping":
        return ""
    read = _dollars(table, winner)
    for one in several:
        if one is winner or "orig" in one.heading.lower():
            continue
        apart = pc.abs(pc.subtract(read, _dollars(table, one)))
        n_both, n_apart = pc.count(apart).as_py(), pc.sum(pc.greater(apart, 1)).as_py() or 0
        if n_apart > max(_FEW_ROWS, _FEW_SHARE * n_both):
            return f", and differ in {n_apart:,} of {n_both:,} rows"
    return ""


def _dollars(table: TextTable, one: AssignedColumn) -> Any:
    """Give a column's whole dollars in whichever style they are written, null where there are none: for comparison alone."""
    digits = pc.replace_substring_regex(pc.replace_substring_regex(table.columns[one.position], _CENTS, ""), r"\D", "")
    usable = pc.match_substring_regex(digits, rf"^0*[1-9]\d{{0,{_LONGEST}}}$")
    return pc.if_else(usable, digits, None).cast(pa.int64())


def _question(table: TextTable, target: str, month: str | None, several: Sequence[AssignedColumn]) -> Question:
    alike = len({one.heading for one in several}) < len(several)
    named = [f"column {one.letter} {shown_heading(one.heading)}" for one in several]
    values = [", ".join(samples(table, one.position)) or "all empty" for one in several]
    stand = "both stand" if len(several) == 2 else "all stand"
    both = " and ".join(f"{name} ({value})" for name, value in zip(named, values, strict=True))
    what = target if month is None else f"{target} {month}"
    answers = []
    for i, one in enumerate(several):
        key = f"{one.heading} [{one.letter}]" if alike else one.heading
        if len(several) == 2:
            answers.append(Answer(f"{named[1 - i]} is read", "columns", key, IGNORED))
        else:
            answers.append(Answer("only this one is read", "columns", key, target))
    counted = ""
    if target in _MOVES_THE_BID and month is None:
        blank = " and ".join(f"{table.columns[one.position].null_count:,}" for one in several)
        counted = f"; of {len(table):,} rows {blank} are blank"
        _, _, n_both, n_apart = _compared(table, *several[:2])
        counted += f", and they differ in {n_apart:,} of {n_both:,} rows" if len(several) == 2 else ""
        if len(several) == 2 and not alike:
            first, second = sorted(several, key=_plainness)
            fill = f"; this line and the next: {shown_heading(first.heading)} is read, and the other where it is blank"
            answers += [
                Answer(f"both{fill}", "columns", first.heading, target),
                Answer("both; this line and the one before", "columns", second.heading, target),
            ]
    return Question(what, f"{both} {stand} for it{counted}", f"Which of them is {what}?", tuple(answers))
