"""In which unit a column of rates or shares is: every number without a mark speaks for the one in which it is usual."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.schema import Field, Kind
from tapes.asking import Answer, Question
from tapes.forms.formed import Context, Mask
from tapes.forms.rate_cells import BASIS_POINTS, PERCENT

FRACTION, MIXED = "fraction", "mixed"
PLACES = {FRACTION: 0, PERCENT: -2, BASIS_POINTS: -4}
"""Units from the largest numbers to the smallest, and how far the decimal point moves."""
UNITS = {
    FRACTION: "fractions",
    PERCENT: "percent points",
    BASIS_POINTS: "basis points",
    MIXED: "fractions and percent points, cell by cell",
}
USUAL = {
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
class Votes:
    """Of how many cells each unit makes a usual rate."""

    by_unit: dict[str, int]
    n_marked: int
    n_numbers: int

    @property
    def best(self) -> str:
        """The unit for which most cells speak."""
        return max(self.by_unit, key=lambda unit: self.by_unit[unit])

    @property
    def total(self) -> int:
        """Cells that speak for any unit."""
        return sum(self.by_unit.values())

    @property
    def mixed(self) -> bool:
        """Whether too many cells speak for another unit than the best one."""
        against = self.total - self.by_unit[self.best]
        many = against >= _COLUMN_CELLS and against > _COLUMN_SHARE * self.total
        return many or against > _MINORITY * self.total


def count_votes(numbers: Floats, counts: Counts, n_percent: int, one: Field) -> Votes:
    """Count for each unit the unmarked numbers that it makes a usual rate; percent signs that prevail speak for points.

    Parameters
    ----------
    numbers
        float64, shape (n_distinct,); NaN where there is none or it carries a mark.
    n_percent
        Cells with a percent sign.
    """
    low, high = USUAL[one.name]
    sizes = np.abs(numbers)
    by_unit = {}
    for unit, places in PLACES.items():
        if unit == BASIS_POINTS and one.kind is not Kind.RATE:
            continue
        scale = 10.0**-places
        by_unit[unit] = int(counts[(sizes >= low * scale) & (sizes <= high * scale)].sum())
    n_numbers = int(counts[sizes > 0].sum())
    n_marked = n_percent if n_percent > n_numbers else 0
    by_unit[PERCENT] += n_marked
    return Votes(by_unit, n_marked, n_numbers)


def decide_unit(votes: Votes, numbers: Floats, one: Field, context: Context) -> str | Question:
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
        return _ask(votes, numbers, one, context, f"{_said_by(context)} says {UNITS[said]}, but ")
    if _is_canonical(context, one) and (votes.mixed or _within(numbers, one)):
        return FRACTION if _within(numbers, one) or votes.by_unit[FRACTION] * 2 >= votes.total else votes.best
    if votes.total and not votes.mixed:
        unusual = votes.n_numbers + votes.n_marked - votes.total
        return votes.best if 2 * unusual <= votes.n_numbers + votes.n_marked else _open(votes, numbers, one, context)
    return _open(votes, numbers, one, context)


def _open(votes: Votes, numbers: Floats, one: Field, context: Context) -> str | Question:
    """Settle a column in which few cells or none are usual rates: too small in any unit, it can only be in fractions."""
    sizes = np.abs(numbers[np.abs(numbers) > 0])
    if votes.total == 0 and (len(sizes) == 0 or sizes.max() < USUAL[one.name][0]):
        return FRACTION
    return _ask(votes, numbers, one, context, "")


def _is_canonical(context: Context, one: Field) -> bool:
    return context.heading.lower() == one.name


def _within(numbers: Floats, one: Field) -> bool:
    low, high = -np.inf if one.low is None else one.low, np.inf if one.high is None else one.high
    return bool(((numbers >= low) & (numbers <= high) | np.isnan(numbers)).all())


def _from_workbook(votes: Votes, one: Field, context: Context) -> bool:
    typed = context.numeric
    return one.name in _SETTLED_BY_A_WORKBOOK and typed is not None and int(typed.sum()) >= votes.n_numbers


def _said_by(context: Context) -> str:
    return "the heading" if context.stated is None else "the mapping"


def _ask(votes: Votes, numbers: Floats, one: Field, context: Context, before: str) -> Question:
    unmarked = numbers[np.abs(numbers) > 0]
    of = [next((unit for unit in votes.by_unit if is_usual(x, unit, one)), "") for x in unmarked.tolist()]
    parts = []
    for unit, n in votes.by_unit.items():
        example = next((x for x, speaks_for in zip(unmarked, of, strict=True) if speaks_for == unit), None)
        n_signs = votes.n_marked if unit == PERCENT else 0
        parts += [f"percent signs ({n_signs:,}) for percent points"] if n_signs else []
        parts += [f"numbers like {example:g} ({n - n_signs:,}) speak for {UNITS[unit]}"] if example is not None else []
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


def is_usual(number: float, unit: str, one: Field) -> bool:
    """Tell whether a unit makes a number a usual rate of its field, whatever its sign."""
    low, high = USUAL[one.name]
    return low <= abs(number) * 10.0 ** PLACES[unit] <= high


def wrong_unit(numbers: Floats, places: Counts, one: Field) -> Mask:
    """Tell numbers that cannot be meant in their column's unit, and can in another.

    Parameters
    ----------
    places
        int64, shape (n,): the unit of each, as in ``PLACES``.
    """
    low, high = USUAL[one.name]
    most = np.inf if one.high is None else one.high
    values = numbers * 10.0**places
    smaller = 1e-4 if one.kind is Kind.RATE else 1e-2
    too_large: Mask = (values > most) & (numbers * smaller <= most)
    too_small: Mask = np.zeros(len(numbers), dtype=bool)
    for larger in PLACES.values():
        too_small |= (places < larger) & (numbers > 0) & (values < low) & (numbers * 10.0**larger <= high)
    return too_large | too_small
