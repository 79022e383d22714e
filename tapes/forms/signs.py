"""Which sign an advance has: servicers differ, and the heading or the whole column says."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from tapes.forms.missing import shown_heading

_EITHER_SIGN = frozenset({"escrow_advance", "corporate_advance", "suspense_balance"})
"""Amounts that some books write wholly below zero."""
_MANY = 3
_SMALL = 100.0
"""Dollars of late charges that may have been credited back; more is a sign that the column means something else."""
_ADVANCE = re.compile(r"adv", re.IGNORECASE)


def heading_says_held(name: str, heading: str) -> bool:
    """Tell a column of escrow that counts the money held (``Escrow Balance``), not what was advanced."""
    return name == "escrow_advance" and _ADVANCE.search(heading) is None


def counts_held(name: str, heading: str, stated: str | None) -> bool:
    """Tell a column of escrow that is below zero where money was advanced, by the mapping's word or else its heading."""
    return name == "escrow_advance" and (
        stated == "advance_negative" or (stated is None and heading_says_held(name, heading))
    )


def settle_signs(
    cells: list[str | None],
    numbers: NDArray[np.float64],
    counts: NDArray[np.int64],
    name: str,
    heading: str,
    stated: str | None,
) -> tuple[list[str | None], tuple[str, ...]]:
    """Turn the signs of a column of advances so that an advance is positive.

    An ``Escrow Balance`` counts what is held for the borrower: below zero it is an advance, from zero up there is none.  A
    column of advances or of suspense that is below zero from top to bottom (three cells or more) is turned as a whole;
    single cells below zero, and any under a canonical heading, stay and are refused.  A credit of at most 100 dollars among
    late charges is none of them.

    Parameters
    ----------
    cells
        Plain dollars, None for nothing, as written where unreadable; one a distinct cell.
    numbers, counts
        float64 and int64, shape (n_distinct,): the cells as numbers (NaN unreadable) and how often each stands.
    stated
        ``advance_positive`` or ``advance_negative``, the mapping's word; None without one.

    Returns
    -------
    The cells, and remarks for the user.
    """
    below, above = int(counts[numbers < 0].sum()), int(counts[numbers > 0].sum())
    if counts_held(name, heading, stated):
        turned = [_turned(cell, number, floor=True) for cell, number in zip(cells, numbers, strict=True)]
        said = f"balances below zero ({below:,}) are advances, those above ({above:,}) money held and no advance"
        fix = f"units.{shown_heading(heading)} = 'advance_positive' in the mapping says otherwise."
        return turned, () if stated else (f"Column {shown_heading(heading)}: {said}; {fix}",)
    small = (numbers < 0) & (numbers >= -_SMALL)
    if name == "late_charges" and small.any() and heading.lower() != name:
        none = ["0" if hit else cell for cell, hit in zip(cells, small, strict=True)]
        said = f"small credits ({int(counts[small].sum()):,} cells below zero) are no charges: read as 0"
        return none, (f"Column {shown_heading(heading)}: {said}.",)
    if stated is None and heading.lower() != name and name in _EITHER_SIGN and below >= _MANY and not above:
        turned = [_turned(cell, number, floor=False) for cell, number in zip(cells, numbers, strict=True)]
        return turned, (f"Column {shown_heading(heading)} is below zero throughout: its signs were turned.",)
    return cells, ()


def _turned(cell: str | None, number: float, floor: bool) -> str | None:
    if cell is None or np.isnan(number):
        return cell
    if number < 0:
        return cell.removeprefix("-")
    return "0" if floor or number == 0 else f"-{cell.removeprefix('+')}"
