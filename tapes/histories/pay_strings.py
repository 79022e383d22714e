"""A column of pay strings, whatever its alphabet and whichever end is the newest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.asking import Question
from tapes.codes import CODES
from tapes.findings import Findings, Mask
from tapes.histories.alphabets import CANONICAL, DAYS, FANNIE, MONTHS_BEHIND, SELLERS, Alphabet
from tapes.histories.evidence import ByDueDate
from tapes.histories.foreign import FEW, MOST_FOREIGN, Source, except_foreign, refuse_foreign, shown_codes
from tapes.histories.method import settle_method
from tapes.histories.months import MonthCells, of_lists, of_strings
from tapes.histories.settle import Column, Reading, Said, ask, read_by, settle, weigh
from tapes.histories.spoken import spoken_alphabets
from tapes.refusal import refusal

_LONGEST = 400
_CLEARLY = 5
"""Notes whose due dates it takes to doubt a column in contract form."""
_PROVEN_OTS = 10
_INSIDE = "-:. "
"""Separators that may also stand for an unknown month or inside a bucket: taken only between months of one width."""
_SEPARATORS = ",|/;" + _INSIDE
_SCOPE = re.compile(r"(?<!\d)(12|18|24|36|48|60)(?!\d)")


@dataclass(frozen=True)
class StringColumn:
    """The tape's column of pay strings.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray as written, null where empty.
    numeric
        bool, shape (n_rows,): cells that the file holds as numbers; None where it holds none.
    canonical
        The heading is the contract's, so the contract's form is expected.
    """

    heading: str
    text: Any
    numeric: Mask | None
    canonical: bool


def read_pay_strings(
    given: StringColumn, by_due: ByDueDate, said: Said, findings: Findings
) -> Reading | Question | None:
    """Read a column of pay strings.

    Returns
    -------
    The reading; a question where the file leaves several; None where the column is empty.

    Raises
    ------
    TapeError
        A spreadsheet has made numbers of the column, or over a tenth of its characters are codes that nobody knows.
    """
    text = given.text
    if text.null_count == len(text):
        return None
    numeric = _taken_for_number(text, given.numeric)
    _except_numeric(numeric, text, findings)
    long = pc.fill_null(pc.greater(pc.utf8_length(text), _LONGEST), False).to_numpy() & ~numeric
    findings.refuse_cells(long, "E_PAYSTRING", "pay_string", text)
    usable = pc.fill_null(text, "")
    if (numeric | long).any():
        usable = pc.if_else(pa.array(numeric | long), "", usable)
    cells, alphabets = _months(usable)
    if not cells.written():
        return None
    said = replace(said, alphabet=None) if said.alphabet == DAYS.name else said  # meant for columns of a month each
    column = Column(given.heading, "pay strings", cells, by_due, said, alphabets)
    found = _settle(column, given.canonical)
    if isinstance(found, Question):
        refuse_foreign(column, None, Source("pay_string", text), findings)
    else:
        except_foreign(column, found.evidence, Source("pay_string", text), findings)
        findings.refuse_rows(found.statuses.ended, "E_RESOLVED", "pay_string", text)
    return found


def _months(usable: Any) -> tuple[MonthCells, tuple[Alphabet, ...]]:
    """Take the strings apart, and say which alphabets may be meant."""
    cells = of_strings(usable).upper()
    for separator in _SEPARATORS:
        if separator not in cells.counts or not _separates(usable, separator):
            continue
        joined = pc.replace_substring(usable, separator, "")
        months = pc.add(pc.count_substring(usable, separator), 1)
        width = pc.divide(pc.cast(pc.utf8_length(joined), pa.float64()), pc.cast(months, pa.float64()))
        widths = pc.unique(pc.filter(width, pc.greater(width, 0.0))).to_pylist()
        if widths == [1.0]:
            return of_strings(joined).upper(), tuple(one for one in SELLERS if one.width == 1)
        if widths == [2.0] and separator in _INSIDE:
            return of_strings(joined).upper(), (FANNIE,)
        if separator not in _INSIDE:
            cells = of_lists(usable, separator)
            return cells, spoken_alphabets(cells.counts, [one for one in SELLERS if one not in (MONTHS_BEHIND, FANNIE)])
    return cells, SELLERS


def _separates(usable: Any, separator: str) -> bool:
    """Tell a character that stands between any two months, at least twice, in nine tenths of the longer strings."""
    longer = pc.greater(pc.utf8_length(usable), 4)
    n_longer = pc.sum(longer).as_py() or 0
    if not n_longer:
        return False
    word = r" ?[0-9A-Za-z*?+-]{1,12}" if separator not in _INSIDE else "[0-9A-Za-z*?]{1,2}"
    pattern = f"^{word}(?:{re.escape(separator)}{word}){{2,}}$"
    return bool(pc.sum(pc.and_(longer, pc.match_substring_regex(usable, pattern))).as_py() >= 0.9 * n_longer)


def _settle(column: Column, canonical: bool) -> Reading | Question:
    said = column.said
    if canonical and said.alphabet in (None, CANONICAL.name) and said.newest in (None, "right"):
        found = _as_contract(column)
        if found is not None:
            return found
    if said.alphabet == CANONICAL.name:
        column = replace(column, sides=("right",))
    column = replace(column, alphabets=_of_width(column))
    readings = weigh(column)
    if not readings:
        return ask(column, readings, "No alphabet reads its characters " + shown_codes(column.cells))
    return settle(column, readings)


def _as_contract(column: Column) -> Reading | Question | None:
    """Read a column of the contract's heading by the contract's form, unless the cells or the evidence forbid it.

    Returns
    -------
    None where the cells are not of the canonical alphabet, and another one reads them.
    """
    by_contract = np.where(np.isnan(column.said.ots), 0.0, column.said.ots)
    own = replace(column, said=Said(CANONICAL.name, "right", by_contract), alphabets=(CANONICAL,))
    mine = weigh(replace(own, said=replace(own.said, ots=column.said.ots)))[0]
    foreign = mine.foreign > MOST_FOREIGN * mine.written
    clean = mine.believable and mine.skips <= 1
    if clean and not foreign:
        return _with_doubt_of_ots(column, read_by(own, mine), by_contract)
    others = weigh(column)
    if foreign and others:
        return None
    against = [one for one in others if one.excludes(mine, rows=_CLEARLY)]
    if against and column.said.alphabet is None:
        return ask(column, [mine, *against], "The contract's form is contradicted")
    return read_by(own, mine)


def _with_doubt_of_ots(column: Column, reading: Reading, by_contract: NDArray[np.float64]) -> Reading:
    """Say so where newest months look counted by OTS in a column that the contract has counted by MBA."""
    if (by_contract == 1).any():
        return reading
    newest = reading.statuses.months[:, -1:]
    method = settle_method(newest, column.by_due, np.full(len(newest), np.nan))
    if int((method.ots & (newest[:, 0] > 0)).sum()) < _PROVEN_OTS:
        return reading
    remark = f"{column.heading!r}: {method.told}; months by MBA are expected.  Give --dq-method ots if it is so."
    return replace(reading, remarks=(*reading.remarks, remark))


def _of_width(column: Column) -> Any:
    """Leave out pairs or single characters where the heading says how many months there are."""
    scope = _SCOPE.search(column.heading)
    if scope is None or column.cells.whole:
        return column.alphabets
    lengths, n = np.unique(column.cells.ends[column.cells.ends >= 0] + 1, return_counts=True)
    usual = int(lengths[np.argmax(n)])
    width = {int(scope[1]): 1, 2 * int(scope[1]): 2}.get(usual)
    return tuple(one for one in column.alphabets if width in (None, one.width)) or column.alphabets


def _taken_for_number(text: Any, in_file: Mask | None) -> Mask:
    """Tell pay strings that a spreadsheet has made numbers of.

    They are numbers in the file, are written with an exponent, or begin with another digit than 0 and are shorter than
    the others, which leading zeros no longer fill: where nine tenths of the others are of one length, and a tenth of them
    begin with 0.
    """
    filled = text.is_valid().to_numpy()
    numeric = _matches(text, r"^\d+\.\d*$|^\d+(\.\d+)?[eE]\+?\d+$")
    if in_file is not None:
        numeric = numeric | (in_file & filled)
    lengths = pc.fill_null(pc.utf8_length(text), 0).to_numpy()
    values, n = np.unique(lengths[filled], return_counts=True)
    usual = int(values[np.argmax(n)])
    short = (lengths < usual) & filled
    if not short.any():
        return numeric
    short &= _matches(text, r"^[1-9]\d*$")
    rest = filled & ~short & ~numeric
    equal, zeros = rest & (lengths == usual), _matches(text, "^0")
    suspicious = 10 * equal.sum() >= 9 * rest.sum() and 10 * (equal & zeros).sum() >= equal.sum()
    return numeric | short if suspicious else numeric


def _except_numeric(numeric: Mask, text: Any, findings: Findings) -> None:
    """Except rows whose string a spreadsheet has damaged; refuse the file where that is the column."""
    n, filled = int(numeric.sum()), len(text) - text.null_count
    if n == filled and n >= FEW:
        found = f"a spreadsheet has made a number of every one of {n:,} cells (E_PAYSTRING_NUMERIC)"
        code = CODES["E_PAYSTRING_NUMERIC"]
        raise refusal(findings.table.place(column="pay_string"), found, code.rule, code.fix)
    findings.refuse_cells(numeric, "E_PAYSTRING_NUMERIC", "pay_string", text)


def _matches(text: Any, pattern: str) -> Mask:
    matches: Mask = pc.fill_null(pc.match_substring_regex(text, pattern), False).to_numpy()
    return matches
