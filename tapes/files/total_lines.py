"""Which lines under a heading are sums of the notes, of all or of a group, and by how much the others miss."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tapes.files.heading import is_data
from tapes.files.lines import COUNTED_LABEL, TOTAL, Line, is_nowhere
from tapes.files.table import TextTable
from tapes.files.totals import amount, amounts, nearest_sum, totals

_CENT = 0.01 * (1 + 1e-6)


def total_lines(values: NDArray[np.float64], lines: Sequence[Line], n_notes: int) -> list[int]:
    """Tell which lines are sums of the notes, by their balances; see :func:`tapes.files.totals.totals`.

    Parameters
    ----------
    values
        Dollars, shape (n_rows,); NaN for what is known to be no note.
    lines
        Those that may be no note.
    n_notes
        How many notes there are, by which a bare count of them is known.
    """
    candidates = {}
    for line in lines:
        label = any(TOTAL.match(cell) or COUNTED_LABEL.match(cell) for cell in line.filled)
        counts = line.loan_id.isdigit() and len(line.loan_id) < 10 and int(line.loan_id) == n_notes
        nameless = not line.loan_id or counts or _says_sum(line.loan_id)
        if line.upb and is_nowhere(line) and nameless:
            candidates[line.position] = label
    return totals(values, candidates) if candidates else []


def group_totals(
    table: TextTable, lines: Sequence[Line], kinds: Mapping[int, str], roles: Mapping[str, int]
) -> list[int]:
    """Tell totals of groups that only a state names: amounts, the balance among them, that are the sums of a block.

    Such a line has no number, and beside the state nothing but amounts, of which two or more are sums of the rows up to the
    last such line above it.
    """
    walls = sorted({*kinds, *(line.position for line in lines if not line.loan_id)})
    sums: list[int] = []
    columns: dict[int, NDArray[np.float64]] = {}
    for line in sorted(lines, key=lambda one: one.position):
        at = [i for i, cell in enumerate(line.cells) if cell and cell != line.state]
        plain = all(not np.isnan(amount(line.cells[i])) for i in at)
        if line.loan_id or not line.state or is_nowhere(line) or not plain or roles["upb"] not in at:
            continue
        wall = bisect_left(walls, line.position)
        block = slice(walls[wall - 1] + 1 if wall else 0, line.position)
        if block.start >= block.stop:
            continue
        for i in at:
            if i not in columns:
                columns[i] = amounts(table.columns[i])
        same = {i for i in at if abs(float(np.nansum(columns[i][block])) - amount(line.cells[i])) <= _CENT}
        if roles["upb"] in same and len(same) > 1:
            sums.append(line.position)
    return sums


def _says_sum(text: str) -> bool:
    return bool(TOTAL.match(text) or COUNTED_LABEL.match(text))


def missed_totals(values: NDArray[np.float64], lines: Sequence[Line], kinds: dict[int, str]) -> dict[int, str]:
    """Tell by how much each row misses the sum that says it is one and holds nothing else of a note.

    One that misses nothing, once lines without a loan number are left out of the sum, is entered into ``kinds``.
    """
    labels = {}
    for line in lines:
        words = [cell for cell in line.filled if not is_data(cell) and np.isnan(amount(cell))]
        says_so = bool(words) and _says_sum(words[0]) and (not line.loan_id or line.loan_id == words[0])
        if line.position not in kinds and says_so and is_nowhere(line) and not np.isnan(values[line.position]):
            labels[line.position] = words[0]
    walls = sorted([*labels, *(position for position, kind in kinds.items() if kind == "total")])
    numbered = values.copy()
    numbered[[line.position for line in lines if not line.loan_id and line.position not in labels]] = np.nan
    missed = {}
    for position, label in labels.items():
        of_all = label.lower().startswith("grand")
        # A line without a number may be a note or none: the sum that comes nearer is meant.
        off = min((values[position] - nearest_sum(one, position, walls, of_all) for one in (values, numbered)), key=abs)
        if abs(off) <= _CENT:
            kinds[position] = "total"
            continue
        missed[position] = f"It misses the sum of the notes by ${abs(off):,.2f}: is a loan missing?"
    return missed
