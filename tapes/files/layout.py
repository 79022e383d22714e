"""Lines under a heading that are no notes: repeated headings, totals, titles between pools, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tapes.files.heading import clean, is_data
from tapes.files.lines import NAMES, TOTAL, Line, counted, heads_its_state, is_summary, labelled_count
from tapes.files.table import TextTable
from tapes.files.total_lines import group_totals, missed_totals, total_lines
from tapes.files.totals import amount, amounts
from tapes.refusal import refusal

_MARKED = re.compile(
    r"^([*†‡]+|#+(?!\d)|\(\d\)|\[\d\]|\d\)|notes?\b(?!\W*\d+$)|source\b|disclaimer\b|confidential\b"
    r"|(weighted|wtd\.?|simple) (avg|average)"
    r"|averages?$|(trl|trailer|eof|end of (file|report|data|list))$)",
    re.IGNORECASE,
)
_SPACED = r"[\s\x{00a0}]"
_FEWEST_NAMES = 3
_NEAR = 5
"""Rows below a line that can be what it heads."""
_MOST_SUSPECTS = 50_000


def without_other_lines(table: TextTable, roles: Mapping[str, int]) -> TextTable:
    """Leave out blank rows, repeated headings, totals and footnotes, and count them.

    A total is a row without a loan number, or with "Total" for one, whose ``upb`` is the sum of the notes' to the cent, or
    of the block above or below it, and which is nowhere: a note whose number was forgotten lies in a state.
    A footnote is a line of words, or a count of the loans, under the last note; a title the same above a repeated heading.
    Whatever else has no loan number stays: it is excepted, with its reason, where the fields are read.  So does a row that
    says it is a total, or a count, and is not: ``missed`` tells by how much.

    Parameters
    ----------
    roles
        Position of the columns ``loan_id``, ``upb`` and ``property_state``, as far as the file has them.

    Raises
    ------
    TapeError
        Further down stands a heading with the same names in another order: what is under it is not what is above it.
    """
    if "loan_id" not in roles or len(table) == 0:
        return table
    suspects = _suspects(table, roles)
    if not len(suspects):
        return table
    kinds, remarks, missed = _kinds(table, roles, suspects)
    keep = np.ones(len(table), dtype=bool)
    counts = dict(table.not_notes)
    for position, kind in kinds.items():
        keep[position] = False
        counts[kind] += 1
    return replace(table.keep_rows(keep, counts), remarks=(*table.remarks, *remarks), missed=missed)


def _suspects(table: TextTable, roles: Mapping[str, int]) -> NDArray[np.intp]:
    """Give the positions of rows that may be no note, in file order; of very many the last, where totals stand."""
    ids = table.columns[roles["loan_id"]]
    words = {cell.lower() for row in (table.headings, *table.heading_cells) for cell in row if cell}
    named = pc.or_(
        pc.is_in(pc.utf8_lower(ids), value_set=pa.array(sorted(words), pa.string())),
        pc.fill_null(pc.match_substring_regex(ids, f"(?i){NAMES}"), False),
    ).to_numpy()
    spaced = np.flatnonzero(pc.fill_null(pc.match_substring_regex(ids, _SPACED), False).to_numpy())
    for position, text in zip(spaced, ids.take(pa.array(spaced)).to_pylist(), strict=True):
        named[position] |= clean(text).lower() in words
    filled = sum(column.is_valid().to_numpy().astype(np.int16) for column in table.columns)
    sparse = filled <= _few(table)
    nowhere = np.ones(len(table), dtype=bool)
    if "property_state" in roles:
        states = table.columns[roles["property_state"]]
        nowhere = pc.fill_null(pc.match_substring_regex(states, rf"(?i)^\d+$|{TOTAL.pattern}"), True).to_numpy()
    thin = filled <= np.median(filled) / 2
    has_id = ids.is_valid().to_numpy()
    suspect = named | (~has_id & (nowhere | sparse | thin)) | (thin & nowhere) | table.ragged
    suspect |= filled == 1
    dense = np.flatnonzero(~suspect & ~sparse)
    under = int(dense[-1]) + 1 if len(dense) else 0
    suspect[under:] |= sparse[under:]
    for position in np.flatnonzero(named):
        above = int(position) - 1
        suspect[max(above, 0)] = True  # the row of groups, where the heading has one
        while above >= 0 and sparse[above] and not suspect[above]:
            suspect[above] = True
            above -= 1
    return np.flatnonzero(suspect)[-_MOST_SUSPECTS:]


def _few(table: TextTable) -> int:
    """Give how many filled cells a line of text has at most, where a note has many more."""
    return max(1, min(4, len(table.columns) // 4))


def _kinds(
    table: TextTable, roles: Mapping[str, int], suspects: NDArray[np.intp]
) -> tuple[dict[int, str], tuple[str, ...], dict[int, str]]:
    lines = _lines(table, roles, suspects)
    ordinary = np.ones(len(table), dtype=bool)
    ordinary[suspects] = False
    last = int(np.flatnonzero(ordinary)[-1]) if ordinary.any() else -1
    kinds: dict[int, str] = {}
    headings = [[clean(cell).lower() for cell in row] for row in (table.headings, *table.heading_cells)]
    for line in lines:
        if not line.filled:
            kinds[line.position] = "blank"
        elif _is_repeated_heading(line, table, headings):
            kinds[line.position] = "repeated_heading"
    _enter(kinds, "total", (one for one in lines if TOTAL.match(one.loan_id) and _says_nothing(one)))
    _enter(kinds, "title", (one for one in lines if heads_its_state(one, _state_below(one, table, roles))))
    _enter(kinds, "footnote", (one for one in lines if one.position > last and _is_text(one, table)))
    _enter(kinds, "total", (one for one in lines if is_summary(one)))
    _find_titles(lines, table, kinds)
    counts = {line.position: n for line in lines if line.position not in kinds and (n := labelled_count(line))}
    missed: dict[int, str] = {}
    if "upb" in roles:
        values = amounts(table.columns[roles["upb"]])
        values[[*kinds, *counts]] = np.nan
        of_groups = group_totals(table, [one for one in lines if one.position not in kinds], kinds, roles)
        kinds |= dict.fromkeys(of_groups, "total")
        values[of_groups] = np.nan
        open_lines = [line for line in lines if line.position not in kinds and line.position not in counts]
        kinds |= dict.fromkeys(total_lines(values, open_lines, int(ordinary.sum())), "total")
        missed = missed_totals(values, open_lines, kinds)
    strays = sum(1 for one in lines if _is_stray(one, table) and not {one.position} & {*kinds, *counts, *missed})
    n_notes = len(table) - len(kinds) - len(counts) - len(missed) - strays
    kinds |= {position: "total" for position, n in counts.items() if n == n_notes}
    for position, n in counts.items():
        if n != n_notes:
            missed[position] = f"It counts {n:,}, and there are {n_notes:,} notes: is a loan missing?"
    said = [count for line in lines if kinds.get(line.position) == "footnote" and (count := counted(line)) is not None]
    remarks = [f"A line under the notes counts {count:,}; there are {n_notes:,}." for count in said if count != n_notes]
    return kinds, tuple(remarks), {int(table.rows[at]): fix for at, fix in missed.items()}


def _enter(kinds: dict[int, str], kind: str, lines: Iterable[Line]) -> None:
    """Enter lines as of a kind, but for those that are of one already."""
    for line in lines:
        kinds.setdefault(line.position, kind)


def _state_below(line: Line, table: TextTable, roles: Mapping[str, int]) -> str:
    """Give the state of the first row below a line that has one, not far below; empty where there is none."""
    if "property_state" not in roles or len(line.filled) != 1:
        return ""
    below = table.columns[roles["property_state"]].slice(line.position + 1, _NEAR).drop_null()
    return str(below[0].as_py()) if len(below) else ""


def _lines(table: TextTable, roles: Mapping[str, int], suspects: NDArray[np.intp]) -> list[Line]:
    picked = [column.take(pa.array(suspects)).to_pylist() for column in table.columns]
    lines = []
    for i, position in enumerate(suspects):
        cells = tuple(column[i] or "" for column in picked)
        upb, state = (cells[roles[name]] if name in roles else "" for name in ("upb", "property_state"))
        lines.append(Line(int(position), cells, cells[roles["loan_id"]], upb, state))
    return lines


def _is_repeated_heading(line: Line, table: TextTable, rows: Sequence[Sequence[str]]) -> bool:
    """Tell a heading that stands again over its columns.

    Parameters
    ----------
    rows
        The heading's names and the cells of its rows, in lower case.

    Raises
    ------
    TapeError
        It stands over other columns.
    """
    cells = [clean(cell).lower() for cell in line.cells]
    n_filled = sum(map(bool, cells))
    if n_filled > 1 or len(cells) == 1:
        for row in rows:
            if all(cell in ("", name) for cell, name in zip(cells, row, strict=True)):
                return True
    names = {name for row in rows for name in row if name}
    named = [cell for cell in cells if cell in names]
    other = [i for i, cell in enumerate(cells) if cell and all(row[i] != cell for row in rows)]
    if len(named) >= _FEWEST_NAMES and 2 * len(named) >= n_filled and other:
        raise refusal(
            table.place(line.position),
            f"a second heading, over other columns (column {other[0] + 1} is {line.cells[other[0]]!r} here and "
            f"{table.headings[other[0]]!r} above)",
            "A file has one order of columns.",
            "Put the two tables into two files or sheets.",
        )
    return False


def _is_text(line: Line, table: TextTable) -> bool:
    """Tell a line of words: few cells, no balance, no state and no plain loan number.

    Numbers stand beside its words only where a mark or a colon shows that these are no loan's.
    """
    if len(line.filled) > _few(table) or not np.isnan(amount(line.upb)):
        return False
    if counted(line) is not None:
        return True
    if line.loan_id and len(line.loan_id.split()) < 3 and not _MARKED.match(line.loan_id) and ":" not in line.loan_id:
        return _is_pool(line)
    is_marked = any(_MARKED.match(cell) or ":" in cell for cell in line.filled)
    if not is_marked and any(map(is_data, line.filled)):
        return False
    state_is_text = not line.state or " " in line.state or line.filled == [line.state]
    return state_is_text and (is_marked or any(" " in cell for cell in line.filled))


def _says_nothing(line: Line) -> bool:
    """Tell a total that gives no balance to compare: there is nothing of a note in it."""
    return not line.upb and not line.state and counted(line) is None


def _is_stray(line: Line, table: TextTable) -> bool:
    """Tell a line that may be anything but a note: it has other cells than the heading, or no number, balance and state."""
    return bool(table.ragged[line.position]) or not (line.loan_id or line.upb or line.state)


def _is_pool(line: Line) -> bool:
    return len(line.filled) == 1 and bool(re.match(r"(?i)(pool|group|portfolio|tranche|block)\b", line.loan_id))


def _find_titles(lines: Sequence[Line], table: TextTable, kinds: dict[int, str]) -> None:
    """Enter the lines of words that stand, with nothing but blank lines between, above a repeated heading."""
    leading: set[int] = set()
    titles = {text for _, text in table.titles}
    for line in reversed(lines):
        leads = line.position + 1 in leading
        if leads and line.position not in kinds and (_is_text(line, table) or " ".join(line.filled) in titles):
            kinds[line.position] = "title"
        kind = kinds.get(line.position)
        if kind == "repeated_heading" or (leads and kind in ("blank", "title")):
            leading.add(line.position)
