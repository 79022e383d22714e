"""Which rows of a file are its heading, and what each column is then called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tapes.files.table import Knows
from tapes.headings.months import month_runs

Spans = Mapping[tuple[int, int], int]
"""Merged cells: row (from 1) and column (from 0) of the first to the column of the last."""

_LONGEST = 200
_ENOUGH, _AS_GOOD = 2, 0.6
_MOST_DATA, _MOST_DATA_BELOW = 0.5, 0.2
_NUMBER = re.compile(r"[-+(]?\s?\$?\s?[-(]?[\d.,]*\d[\d.,]*\s?%?\)?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_QUALIFIES = re.compile(
    r"\b(co-?)?(borrower|guarantor|mailing|second|2nd|junior|senior|prior|first|1st|original|origination|orig|modified|mod"
    r"|pre-?mod|post-?mod|lender|servicer|repaired|proposed|estimated)",
    re.IGNORECASE,
)
"""Words in a group's heading that change what stands under it: a borrower's state is not the property's."""


_OF_OTHERS = re.compile(r"\b(co-?)?(borrower|guarantor|mailing|lender|servicer)\b", re.IGNORECASE)
"""Words in a heading that may be a group's although no cells are merged: what stands beside it may be theirs."""
_UNIT = re.compile(r"\([^()]{1,20}\)|\[[^\[\]]{1,20}\]|[$%#]")


@dataclass(frozen=True)
class Heading:
    """A heading of one or two rows.

    Parameters
    ----------
    start
        Its first row's place among the records looked at, from 0.
    names
        One a column; empty where a column has none.
    cells
        Of each of its rows, as written but for white space.
    n_known
        How many different known headings are among the names.
    """

    start: int
    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    n_known: int


def clean(cell: str) -> str:
    """Give a heading's cell on one line, without characters that nobody sees."""
    return " ".join(cell.translate(_UNSEEN).split())


def is_data(cell: str) -> bool:
    """Tell a number or date from a text."""
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def find_heading(first: Sequence[tuple[int, Sequence[str]]], knows: Knows, spans: Spans) -> Heading | None:
    """Find the heading among a file's first records.

    It is the row, or the two rows joined, with the most known headings; of two about as good the earlier, since pools
    may be stacked, each with its heading.  Where fewer than two headings are known, it is the first row of texts with data
    under it, so that the message can say what is missing.

    Parameters
    ----------
    first
        Row in the file, and its cells.

    Returns
    -------
    None where no record holds anything.
    """
    rows = [tuple(clean(cell) for cell in cells) for _, cells in first]
    known = _Known(knows)
    found = list(_candidates([row for row, _ in first], rows, known, spans))
    if not found:
        return _unknown_heading(rows)
    most = max(found, key=lambda one: one.n_known)
    good = [
        one
        for one in found
        if one.n_known >= _AS_GOOD * most.n_known and _filled(one.names) >= _AS_GOOD * _filled(most.names)
    ]
    start = min(one.start for one in good)
    return max((one for one in good if one.start == start), key=lambda one: (one.n_known, len(one.cells)))


_ENOUGH_PAIRS = 2
"""Known headings of two rows from which an unknown one among them is taken for a typing error."""


class _Known:
    """Asks once a text."""

    def __init__(self, knows: Knows) -> None:
        self._knows = knows
        self._told: dict[str, bool] = {"": False}

    def __call__(self, text: str) -> bool:
        if text not in self._told:
            self._told[text] = len(text) <= _LONGEST and bool(self._knows(text))
        return self._told[text]

    def count(self, names: Sequence[str]) -> int:
        return len({name.lower() for name in names if self(name)})

    def data_share(self, cells: Sequence[str]) -> float:
        data = {i for i, cell in enumerate(cells) if is_data(cell) and not self(cell)}
        if len(data) > _MOST_DATA_BELOW * _filled(cells):
            data -= month_runs(cells)
        return len(data) / max(_filled(cells), 1)


def _candidates(
    numbers: Sequence[int], rows: Sequence[tuple[str, ...]], known: _Known, spans: Spans
) -> Iterator[Heading]:
    alone = [known.count(row) for row in rows]
    for i, row in enumerate(rows):
        if alone[i] >= _ENOUGH and known.data_share(row) <= _MOST_DATA:
            yield Heading(i, row, (row,), alone[i])
        if i + 1 < len(rows) and known.data_share(rows[i + 1]) <= _MOST_DATA_BELOW:
            names = _joined(row, rows[i + 1], {at[1]: end for at, end in spans.items() if at[0] == numbers[i]}, known)
            n_known = known.count(names)
            belongs = _belongs(row, rows[i + 1], known) or _are_units(rows[i + 1])
            if n_known >= _ENOUGH and (n_known > max(alone[i], alone[i + 1]) or belongs):
                yield Heading(i, names, (row, rows[i + 1]), n_known)


def _belongs(upper: Sequence[str], lower: Sequence[str], known: _Known) -> bool:
    """Tell a row of few words that make known headings with those below, but for a minority (mistyped): it is no title."""
    pairs = [f"{above} {below}" for above, below in zip(upper, lower, strict=False) if above and below]
    n_known = sum(known(both) for both in pairs)
    most = n_known == len(pairs) or (n_known >= _ENOUGH_PAIRS and 2 * n_known > len(pairs))
    return len(pairs) == _filled(upper) > 0 and most


def _are_units(cells: Sequence[str]) -> bool:
    """Tell a row that says of the columns above it only in what they are: ($000s), (%)."""
    return any(cells) and all(_UNIT.fullmatch(cell) for cell in cells if cell)


def _joined(upper: Sequence[str], lower: Sequence[str], merged: Mapping[int, int], known: _Known) -> tuple[str, ...]:
    """Give each column one name; a merged cell stands over all its columns, another only over its own."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    for start, end in merged.items():
        for column in range(start, min(end + 1, width)):
            above[column] = above[start]
    grouped = {i for start, end in merged.items() if end > start for i in range(start, end + 1)}
    by_pairs = _by_pairs(above, below, grouped, known)
    names = [_one_name((above[i], below[i]), known, i in grouped, by_pairs and i not in grouped) for i in range(width)]
    groups = _groups(above, month_runs(below))
    times = Counter(names)
    for i, name in enumerate(tuple(names)):
        both = f"{groups[i]} {below[i]}"
        is_anothers = not above[i] and _OF_OTHERS.search(groups[i])
        if below[i] and (times[name] > 1 or ((is_anothers or not known(name)) and known(both))):
            names[i] = clean(both)
    return tuple(names)


def _groups(above: Sequence[str], months: Container[int]) -> list[str]:
    """Give each column the group's word that stands over it or to its left.

    A word over another column than a month is no word of the months to its right: ``Paid`` over ``to Date``.
    """
    start, groups = 0, []
    for i, one in enumerate(above):
        start = i if one else start
        groups.append(above[start] if i not in months or start in months else "")
    return groups


def _by_pairs(above: Sequence[str], below: Sequence[str], grouped: Container[int], known: _Known) -> bool:
    """Tell two rows whose words belong together column by column from a row of groups over a row of headings."""
    pairs = [(f"{a} {b}", b) for i, (a, b) in enumerate(zip(above, below, strict=True)) if a and b and i not in grouped]
    return sum(known(both) for both, _ in pairs) > sum(known(lower) and not known(both) for both, lower in pairs)


def _one_name(cells: tuple[str, str], known: _Known, grouped: bool, paired: bool) -> str:
    """Name a column; the heading of a group says of no column of it alone what it is.

    Where the words belong together, one that is not known with the word below has changed its meaning: under
    ``NonInerest``, mistyped, ``UPB`` is not the balance.
    """
    upper, lower = cells
    both = f"{upper} {lower}".strip()
    if not upper or not lower or paired or known(both) or _QUALIFIES.search(upper):
        return both
    if known(lower):
        return lower
    return upper if known(upper) and not grouped else both


def _unknown_heading(rows: Sequence[tuple[str, ...]]) -> Heading | None:
    filled = [i for i, row in enumerate(rows) if _filled(row)]
    for i, below in pairwise(filled):
        texts = [cell for cell in rows[i] if cell]
        if len(texts) >= _ENOUGH and not any(map(is_data, texts)) and any(map(is_data, rows[below])):
            return Heading(i, rows[i], (rows[i],), 0)
    wide = [i for i in filled if _filled(rows[i]) >= _ENOUGH] or filled
    return Heading(wide[0], rows[wide[0]], (rows[wide[0]],), 0) if wide else None


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)
