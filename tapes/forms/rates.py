"""Rates and shares as sellers write them, put into fractions: 7.5, 7.5%, 0.075 and 750 are all 0.075.

The unit is decided once a column.  Each number without a mark speaks for the one unit in which it is a rate that a home loan
may have (:data:`tapes.forms.rate_units.USUAL`): 7.5 for percent points, 0.075 for a fraction, 750 for basis points, 0.75 for
none.  The unit for which most cells speak is the column's, if at least two thirds do; else it is asked.  What the mapping or
the heading says goes first, and is asked again where most cells speak against it.

A cell that breaks the column's unit is refused (``E_RATE_UNIT``) and never divided on its own: 0.08 among percent points,
7.5 among fractions, 750 among either.  A cell too small for the column which would be no usual rate in another unit stays:
0.75 among percent points is a teaser, taken with the flag ``W_RATE_LOW``.  Zero is zero in every unit.

A column in which some cells are 0.075 and others 7.5, as where a spreadsheet shows only some as per cent, is asked about;
the answer ``mixed`` reads each cell as the one usual rate that it can be, and refuses a cell that is none (0.75).

Under a canonical heading fractions are the contract: a column that can be in fractions is, and they win a tie.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct
from tapes.forms.exact import plain_numbers, shifted
from tapes.forms.formed import Context, Formed, Mask
from tapes.forms.missing import is_sentinel, missing_remark, sentinels, stands_for_nothing
from tapes.forms.rate_cells import BASIS_POINTS, PERCENT, RateCell, read_rate
from tapes.forms.rate_units import (
    FRACTION,
    MIXED,
    PLACES,
    UNITS,
    USUAL,
    Votes,
    count_votes,
    decide_unit,
    is_usual,
    wrong_unit,
)
from tapes.refusal import masked

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def form_rates(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of rates or shares into fractions.

    The mapping's words are ``percent``, ``fraction`` and ``basis_points``.
    """
    values = plain_numbers(text)
    if values is not None and not np.isin(values, list(sentinels(one.name))).any():
        unit = decide_unit(count_votes(values, np.ones(len(values), dtype=np.int64), 0, one), values, one, context)
        if unit == FRACTION:
            wrong = wrong_unit(values, np.zeros(len(values), dtype=np.int64), one)
            kept = _without(text, wrong) if wrong.any() else text
            return Formed(kept, UNITS[FRACTION], _refused(wrong))
    return _Rates(Distinct(text), one, context).formed(text)


class _Rates:
    """A column of rates by its distinct cells."""

    def __init__(self, distinct: Distinct, one: Field, context: Context) -> None:
        self.distinct, self.one, self.context = distinct, one, context
        texts = distinct.texts
        self.nothing: Mask = np.array(
            [stands_for_nothing(cell) or is_sentinel(cell, one.name) for cell in texts], dtype=bool
        )
        self.cells = [None if none else read_rate(cell) for cell, none in zip(texts, self.nothing, strict=True)]
        self.marked: Mask = np.array([cell is not None and cell.mark != "" for cell in self.cells], dtype=bool)
        self.numbers: Floats = np.array([np.nan if cell is None else float(cell.number) for cell in self.cells])

    def formed(self, text: Any) -> Formed:
        plain = np.where(self.marked, np.nan, self.numbers)
        n_percent = self.distinct.count([cell is not None and cell.mark == PERCENT for cell in self.cells])
        votes = count_votes(plain, self.distinct.counts, n_percent, self.one)
        unit = decide_unit(votes, plain, self.one, self.context) if votes.n_numbers else FRACTION
        if isinstance(unit, Question):
            return Formed(pa.chunked_array([pa.nulls(len(text), pa.string())]), question=unit)
        doubled = self._marked_fractions()
        if doubled is not None and self.context.stated is None:
            return Formed(pa.chunked_array([pa.nulls(len(text), pa.string())]), question=doubled)
        places = np.array([self._places(cell, unit, doubled is not None) for cell in self.cells], dtype=np.int64)
        wrong = wrong_unit(self.numbers, places, self.one) & (doubled is None)
        if unit == MIXED:
            wrong |= self._neither()
        low = self._low(places) & ~wrong
        fractions = [
            None if hit else cell_text if cell is None else shifted(cell.number, int(place))
            for cell, cell_text, place, hit in zip(
                self.cells, self.distinct.texts, places, self.nothing | wrong, strict=True
            )
        ]
        return Formed(
            self.distinct.spread(fractions),
            self._unit(unit, votes),
            _refused(self.distinct.mask(wrong)),
            (("W_RATE_LOW", self.distinct.mask(low)),) if low.any() else (),
            missing_remark(
                self.context.heading,
                self.distinct.count(self.nothing),
                (cell for cell, hit in zip(self.distinct.texts, self.nothing, strict=True) if hit),
            ),
        )

    def _places(self, cell: RateCell | None, unit: str, marks_are_idle: bool) -> int:
        if cell is None:
            return 0
        if cell.mark == PERCENT and marks_are_idle:
            return PLACES.get(self.context.stated or PERCENT, PLACES[PERCENT])
        if not cell.mark and unit == MIXED:
            return PLACES[FRACTION if is_usual(float(cell.number), FRACTION, self.one) else PERCENT]
        return PLACES[cell.mark or unit]

    def _neither(self) -> Mask:
        """Tell numbers without a mark that are a usual rate neither as a fraction nor as percent points; 0 is 0 in both."""
        plain = ~self.marked & (self.numbers != 0) & ~np.isnan(self.numbers)
        usual = [is_usual(x, FRACTION, self.one) or is_usual(x, PERCENT, self.one) for x in self.numbers.tolist()]
        neither: Mask = plain & ~np.array(usual, dtype=bool)
        return neither

    def _marked_fractions(self) -> Question | None:
        """Ask of percent signs behind what look like fractions in most cells: ``0.075%``."""
        low, high = USUAL[self.one.name]
        numbers = np.abs(self.numbers)
        signed = (numbers > 0) & np.array(
            [cell is not None and cell.mark == PERCENT for cell in self.cells], dtype=bool
        )
        small = signed & (numbers <= high) & (numbers * 0.01 < low)
        n_small, n_all = self.distinct.count(small), self.distinct.count(signed)
        if 2 * n_small <= n_all:
            return None
        example = masked(self.distinct.texts[int(np.argmax(small))])
        return Question(
            self.context.heading,
            f"{n_small:,} of {n_all:,} cells have a percent sign behind so small a number as {example}",
            "Are they fractions or per cent?",
            (
                Answer(f"{example} is meant as the fraction", "units", self.context.heading, FRACTION),
                Answer(f"{example} is meant as it stands", "units", self.context.heading, PERCENT),
            ),
        )

    def _low(self, places: Counts) -> Mask:
        """Tell rates that are below the usual though their column is written in another unit than fractions."""
        if self.one.name != "note_rate":
            return np.zeros(len(places), dtype=bool)
        low: Mask = (self.numbers > 0) & (places < 0) & (self.numbers * 10.0**places < USUAL["note_rate"][0])
        return low

    def _unit(self, unit: str, votes: Votes) -> str:
        marks = {cell.mark for cell in self.cells if cell is not None and cell.mark}
        signs = " and ".join(
            {PERCENT: "percent signs", BASIS_POINTS: "basis points"}[mark] for mark in sorted(marks, reverse=True)
        )
        if not signs:
            return UNITS[unit]
        return f"{signs}, otherwise {UNITS[unit]}" if votes.n_numbers else signs


def _refused(wrong: Mask) -> tuple[tuple[str, Mask], ...]:
    return (("E_RATE_UNIT", wrong),) if wrong.any() else ()


def _without(text: Any, wrong: Mask) -> Any:
    return pc.if_else(pa.array(~wrong), text, pa.scalar(None, pa.string()))
