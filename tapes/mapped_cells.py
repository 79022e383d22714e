"""What a person has said of cells, put in their place before a column is formed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from tapes.files.table import TextTable
from tapes.forms.distinct import Distinct
from tapes.forms.wording_table import wording_key
from tapes.headings import Assignment, Mapping

OUTCOME = "outcome"


def with_blanks_filled(table: TextTable, assignment: Assignment) -> TextTable:
    """Fill the blanks of a column from another that a person calls the same field."""
    columns, numeric = list(table.columns), dict(table.numeric)
    for one in assignment.columns:
        if one.fills is None:
            continue
        blank = ~columns[one.fills].is_valid().to_numpy()
        columns[one.fills] = pc.coalesce(columns[one.fills], columns[one.position])
        nothing = np.zeros(len(table), dtype=bool)
        mine, other = numeric.get(one.fills, nothing), numeric.get(one.position, nothing)
        if mine.any() or other.any():
            numeric[one.fills] = np.where(blank, other, mine)
    return replace(table, columns=tuple(columns), numeric=numeric)


def with_outcome_words(table: TextTable, assignment: Assignment, mapping: Mapping) -> TextTable:
    """Put what a person says that words for an end mean in their place."""
    column = assignment.of(OUTCOME)
    if column is None or not mapping.outcomes:
        return table
    meant = {wording_key(text): word for text, word in mapping.outcomes.items()}
    distinct = Distinct(table.columns[column.position])
    columns = list(table.columns)
    columns[column.position] = distinct.spread([meant.get(wording_key(text), text) for text in distinct.texts])
    return replace(table, columns=tuple(columns))
