"""Rates and shares as sellers write them, put into fractions: 7.5, 7.5%, 0.075 and 750 are all 0.075.

The unit is decided once a column.  Each number without a mark speaks for the one unit in which it is a rate that a home loan
may have (:data:`_USUAL`): 7.5 for percent points, 0.075 for a fraction, 750 for basis points, 0.75 for none.  The unit for
which most cells speak is the column's, if at least two thirds do; else it is asked.  What the mapping or the heading says
goes first, and is asked again where most cells speak against it.

A cell that breaks the column's unit is refused (``E_RATE_UNIT``) and never divided on its own: 0.08 among percent points,
7.5 among fractions, 750 among either.  A cell too small for the column which would be no usual rate in another unit stays:
0.75 among percent points is a teaser, taken with the flag ``W_RATE_LOW``.  Zero is zero in every unit.

A column in which some cells are 0.075 and others 7.5, as where a spreadsheet shows only some as per cent, is asked about;
the answer ``mixed`` reads each cell as the one usual rate that it can be, and refuses a cell that is none (0.75).

Under a canonical heading fractions are the contract: a column that can be in fractions is, and they win a tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.schema import Field, Kind
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct
from tapes.forms.exact import plain_numbers, shifted
from tapes.forms.formed import Context, Formed, Mask
from tapes.forms.missing import is_sentinel, missing_remark, sentinels, stands_for_nothing
from tapes.forms.rate_cells import BASIS_POINTS, PERCENT, RateCell, read_rate
from tapes.refusal import masked

FRACTION, MIXED = "fraction", "mixed"
_PLACES = {FRACTION: 0, PERCENT: -2, BASIS_POINTS: -4}
"""Units from the largest numbers to the smallest, and how far the decimal point moves."""
_UNITS = {
    FRACTION: "fractions",
    PERCENT: "percent points",
    BASIS_POINTS: "basis points",
    MIXED: "fractions and percent points, cell by cell",
}
_USUAL = {
    "note_rate": (0.01, 0.36),
    "arm_margin": (0.004, 0.15),
    "rate_cap_periodic": (0.004, 0.12),
    "rate_cap_life": (0.02, 0.36),
    "rate_floor": (0.004, 0.2),
    "dti": (0.05, 2.0),
    "original_ltv": (0.1, 2.0),
    "mi_coverage": (0.03, 0.6),
}
"""As fractions.  The upper end is less than a hundred times the lower one, so that no number is usual in two units."""
_SETTLED_BY_A_WORKBOOK = frozenset({"note_rate", "dti", "original_ltv", "mi_coverage"})
"""A percent format shows 0.075 as 7.5 %: where a workbook's heading says per cent over such numbers, they are fractions."""
_MINORITY, _COLUMN_SHARE, _COLUMN_CELLS = 1 / 3, 0.2, 20

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class _Votes:
    """Of how many cells each unit makes a usual rate."""

    by_unit: dict[str, int]
    n_marked: int
    n_numbers: int

    @property
    def best(self) -> str:
        return max(self.by_unit, key=lambda unit: self.by_unit[unit])

    @property
    def total(self) -> int:
        return sum(self.by_unit.values())

    @property
    def mixed(self) -> bool:
        against = self.total - self.by_unit[self.best]
        many = against >= _COLUMN_CELLS and against > _COLUMN_SHARE * self.total
        return many or against > _MINORITY * self.total


def form_rates(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of rates or shares into fractions.

    The mapping's words are ``percent``, ``fraction`` and ``basis_points``.
    """
    values = plain_numbers(text)
    if values is not None and not np.isin(values, list(sentinels(one.name))).any():
        unit = _decide(_votes(values, np.ones(len(values), dtype=np.int64), 0, one), values, one, context)
        if unit == FRACTION:
            wrong = _wrong_unit(values, np.zeros(len(values), dtype=np.int64), one)
            kept = _without(text, wrong) if wrong.any() else text
            return Formed(kept, _UNITS[FRACTION], _refused(wrong))
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
        votes = _votes(plain, self.distinct.counts, n_percent, self.one)
        unit = _decide(votes, plain, self.one, self.context) if votes.n_numbers else FRACTION
        if isinstance(unit, Question):
            return Formed(pa.chunked_array([pa.nulls(len(text), pa.string())]), question=unit)
        doubled = self._marked_fractions()
        if doubled is not None and self.context.stated is None:
            return Formed(pa.chunked_array([pa.nulls(len(text), pa.string())]), question=doubled)
        places = np.array([self._places(cell, unit, doubled is not None) for cell in self.cells], dtype=np.int64)
        wrong = _wrong_unit(self.numbers, places, self.one) & (doubled is None)
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
            return _PLACES.get(self.context.stated or PERCENT, _PLACES[PERCENT])
        if not cell.mark and unit == MIXED:
            return _PLACES[FRACTION if _is_usual(float(cell.number), FRACTION, self.one) else PERCENT]
        return _PLACES[cell.mark or unit]

    def _neither(self) -> Mask:
        """Tell numbers without a mark that are a usual rate neither as a fraction nor as percent points; 0 is 0 in both."""
        plain = ~self.marked & (self.numbers != 0) & ~np.isnan(self.numbers)
        usual = [_is_usual(x, FRACTION, self.one) or _is_usual(x, PERCENT, self.one) for x in self.numbers.tolist()]
        neither: Mask = plain & ~np.array(usual, dtype=bool)
        return neither

    def _marked_fractions(self) -> Question | None:
        """Ask of percent signs behind what look like fractions in most cells: ``0.075%``."""
        low, high = _USUAL[self.one.name]
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
        low: Mask = (self.numbers > 0) & (places < 0) & (self.numbers * 10.0**places < _USUAL["note_rate"][0])
        return low

    def _unit(self, unit: str, votes: _Votes) -> str:
        marks = {cell.mark for cell in self.cells if cell is not None and cell.mark}
        signs = " and ".join(
            {PERCENT: "percent signs", BASIS_POINTS: "basis points"}[mark] for mark in sorted(marks, reverse=True)
        )
        if not signs:
            return _UNITS[unit]
        return f"{signs}, otherwise {_UNITS[unit]}" if votes.n_numbers else signs


def _votes(numbers: Floats, counts: Counts, n_percent: int, one: Field) -> _Votes:
    """Count for each unit the unmarked numbers that it makes a usual rate; percent signs that prevail speak for points.

    Parameters
    ----------
    numbers
        float64, shape (n_distinct,); NaN where there is none or it carries a mark.
    n_percent
        Cells with a percent sign.
    """
    low, high = _USUAL[one.name]
    sizes = np.abs(numbers)
    by_unit = {}
    for unit, places in _PLACES.items():
        if unit == BASIS_POINTS and one.kind is not Kind.RATE:
            continue
        scale = 10.0**-places
        by_unit[unit] = int(counts[(sizes >= low * scale) & (sizes <= high * scale)].sum())
    n_numbers = int(counts[sizes > 0].sum())
    n_marked = n_percent if n_percent > n_numbers else 0
    by_unit[PERCENT] += n_marked
    return _Votes(by_unit, n_marked, n_numbers)


def _decide(votes: _Votes, numbers: Floats, one: Field, context: Context) -> str | Question:
    """Settle the unit of the cells that carry no mark, or ask for it."""
    if context.stated == MIXED:
        return MIXED
    said = context.stated or context.unit_hint
    if context.stated is not None and context.stated not in votes.by_unit:
        return _ask(votes, numbers, one, context, f"the mapping says {context.stated!r}, which is no unit of it; ")
    if said is not None and said in votes.by_unit:
        if votes.total == 0 or 2 * votes.by_unit[said] >= votes.total or votes.best == said:
            return said
        if context.stated is None and votes.best == FRACTION and _from_workbook(votes, one, context):
            return FRACTION
        return _ask(votes, numbers, one, context, f"{_said_by(context)} says {_UNITS[said]}, but ")
    if _is_canonical(context, one) and (votes.mixed or _within(numbers, one)):
        return FRACTION if _within(numbers, one) or votes.by_unit[FRACTION] * 2 >= votes.total else votes.best
    if votes.total and not votes.mixed:
        unusual = votes.n_numbers + votes.n_marked - votes.total
        return votes.best if 2 * unusual <= votes.n_numbers + votes.n_marked else _open(votes, numbers, one, context)
    return _open(votes, numbers, one, context)


def _open(votes: _Votes, numbers: Floats, one: Field, context: Context) -> str | Question:
    """Settle a column in which few cells or none are usual rates: too small in any unit, it can only be in fractions."""
    sizes = np.abs(numbers[np.abs(numbers) > 0])
    if votes.total == 0 and (len(sizes) == 0 or sizes.max() < _USUAL[one.name][0]):
        return FRACTION
    return _ask(votes, numbers, one, context, "")


def _is_canonical(context: Context, one: Field) -> bool:
    return context.heading.lower() == one.name


def _within(numbers: Floats, one: Field) -> bool:
    low, high = -np.inf if one.low is None else one.low, np.inf if one.high is None else one.high
    return bool(((numbers >= low) & (numbers <= high) | np.isnan(numbers)).all())


def _from_workbook(votes: _Votes, one: Field, context: Context) -> bool:
    typed = context.numeric
    return one.name in _SETTLED_BY_A_WORKBOOK and typed is not None and int(typed.sum()) >= votes.n_numbers


def _said_by(context: Context) -> str:
    return "the heading" if context.stated is None else "the mapping"


def _ask(votes: _Votes, numbers: Floats, one: Field, context: Context, before: str) -> Question:
    unmarked = numbers[np.abs(numbers) > 0]
    of = [next((unit for unit in votes.by_unit if _is_usual(x, unit, one)), "") for x in unmarked.tolist()]
    parts = []
    for unit, n in votes.by_unit.items():
        example = next((x for x, speaks_for in zip(unmarked, of, strict=True) if speaks_for == unit), None)
        n_signs = votes.n_marked if unit == PERCENT else 0
        parts += [f"percent signs ({n_signs:,}) for percent points"] if n_signs else []
        parts += [f"numbers like {example:g} ({n - n_signs:,}) speak for {_UNITS[unit]}"] if example is not None else []
    odd = next((x for x, speaks_for in zip(unmarked, of, strict=True) if not speaks_for), None)
    n_odd = votes.n_numbers + votes.n_marked - votes.total
    parts += [f"numbers like {odd:g} ({n_odd:,}) for none"] if odd is not None else []
    units = [*votes.by_unit, *([MIXED] if votes.by_unit[FRACTION] and votes.by_unit[PERCENT] > votes.n_marked else [])]
    answers = tuple(Answer(_EXAMPLES[unit], "units", context.heading, unit) for unit in units)
    return Question(context.heading, before + ", ".join(parts), "In which unit is the column?", answers)


_EXAMPLES = {
    FRACTION: "0.075 is 7.5 %",
    PERCENT: "7.5 is 7.5 %",
    BASIS_POINTS: "750 is 7.5 %",
    MIXED: "0.075 and 7.5 are both 7.5 %",
}


def _is_usual(number: float, unit: str, one: Field) -> bool:
    low, high = _USUAL[one.name]
    return low <= abs(number) * 10.0 ** _PLACES[unit] <= high


def _wrong_unit(numbers: Floats, places: Counts, one: Field) -> Mask:
    """Tell numbers that cannot be meant in their column's unit, and can in another.

    Parameters
    ----------
    places
        int64, shape (n,): the unit of each, as in ``_PLACES``.
    """
    low, high = _USUAL[one.name]
    most = np.inf if one.high is None else one.high
    values = numbers * 10.0**places
    smaller = 1e-4 if one.kind is Kind.RATE else 1e-2
    too_large: Mask = (values > most) & (numbers * smaller <= most)
    too_small: Mask = np.zeros(len(numbers), dtype=bool)
    for larger in _PLACES.values():
        too_small |= (places < larger) & (numbers > 0) & (values < low) & (numbers * 10.0**larger <= high)
    return too_large | too_small


def _refused(wrong: Mask) -> tuple[tuple[str, Mask], ...]:
    return (("E_RATE_UNIT", wrong),) if wrong.any() else ()


def _without(text: Any, wrong: Mask) -> Any:
    return pc.if_else(pa.array(~wrong), text, pa.scalar(None, pa.string()))
