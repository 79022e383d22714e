"""States that stand in lines of their own above their loans: ``FLORIDA``, the loans, ``FL Total``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tapes.files.lines import TOTAL
from tapes.files.table import TextTable
from tapes.forms.wording_table import wording_key, wordings

STATE = "property_state"
_FEWEST_CELLS = 3
"""A loan's row has at least so many."""


def with_states_from_lines(table: TextTable, loan_id: int) -> TextTable | None:
    """Give the loans a column ``property_state`` from the lines above them, and count the lines as titles.

    Parameters
    ----------
    loan_id
        Position of the column of loan numbers, in which the lines stand.

    Returns
    -------
    None where no line holds a state alone, or the first loan stands under none.
    """
    ids = table.columns[loan_id]
    n_filled = sum(column.is_valid().to_numpy().astype(np.int16) for column in table.columns)
    known = wordings(STATE)
    alone = np.flatnonzero((n_filled == 1) & ids.is_valid().to_numpy())
    codes = {int(i): found.code for i in alone if (found := known.get(wording_key(ids[int(i)].as_py()))) is not None}
    lines = sorted(i for i, code in codes.items() if code)
    total = pc.fill_null(pc.match_substring_regex(ids, f"(?i){TOTAL.pattern}"), False).to_numpy()
    again = pc.fill_null(pc.equal(ids, table.headings[loan_id]), False).to_numpy()
    loans = np.flatnonzero((n_filled >= _FEWEST_CELLS) & ~total & ~again)
    if not lines or not len(loans) or loans[0] < lines[0]:
        return None
    above = np.searchsorted(np.array(lines), np.arange(len(table)), side="right") - 1
    of_loan = np.zeros(len(table), dtype=bool)
    of_loan[loans] = True
    states = [codes[lines[k]] if mine and k >= 0 else None for k, mine in zip(above, of_loan, strict=True)]
    keep = np.ones(len(table), dtype=bool)
    keep[lines] = False
    wide = replace(
        table,
        headings=(*table.headings, STATE),
        columns=(*table.columns, pa.chunked_array([pa.array(states, pa.string())])),
        heading_cells=tuple((*row, "") for row in table.heading_cells),
        letters=(*(table.letter(i) for i in range(len(table.headings))), ""),
        remarks=(
            *table.remarks,
            f"No column holds the state: it stands in {len(lines):,} lines of their own "
            f"({', '.join(dict.fromkeys(str(codes[i]) for i in lines))}) and is read for the loans under each.",
        ),
    )
    return wide.keep_rows(keep, {**wide.not_notes, "title": wide.not_notes["title"] + len(lines)})
