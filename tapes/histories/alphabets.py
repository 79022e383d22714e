"""What the characters of a pay string mean, one table an alphabet, and the numbers that stand for it while it is read.

Sources: the agency's loan performance layout (two characters a month); the securities filings' "Pay History Summary
(MBA)" (a digit a month); dv01's public pay string definitions; the credit bureaus' payment history codes, where ``H`` is
a foreclosure, ``J`` a surrender and ``K`` a repossession; the 0-3-6-9 style is common in the trade.
"""

from __future__ import annotations

from dataclasses import dataclass

from notes.history import UNKNOWN

FORECLOSURE, OWNED, PAID_OFF, FOREIGN = -2, -3, -4, -9
"""What a month's code can be beside a number of months behind and -1, unknown: in foreclosure, the property taken, the
debt repaid, and no character of the alphabet."""
FLOOR = 1000
"""Added to a number of months that stands for "or more"."""

MARKS = "*?._-~ "
"""Characters that people put where they know nothing."""

_LETTERS = {"F": FORECLOSURE, "R": OWNED, "B": UNKNOWN, "X": UNKNOWN}
# P is paid off or a part payment, D default, deferred or deed: what a seller means by them nobody can tell.
_LOOSE = _LETTERS | {"C": 0, "P": UNKNOWN, "D": UNKNOWN}


@dataclass(frozen=True)
class Alphabet:
    """One way of writing a month's status.

    Parameters
    ----------
    name
        As in a mapping file.
    says
        The same for a person.
    codes
        Text of a month to months behind, or to a code of this module.
    width
        Characters a month.
    """

    name: str
    says: str
    codes: dict[str, int]
    width: int = 1


def _digits(last: int, floor: int | None = None) -> dict[str, int]:
    """Let digits stand for themselves, ``floor`` for that or more."""
    return {str(one): FLOOR + one if one == floor else one for one in range(last + 1)}


CANONICAL = Alphabet("canonical", "canonical", _digits(9, 9) | _LETTERS)
MONTHS_BEHIND = Alphabet("months_behind", "months behind", _digits(9, 9) | _LOOSE)
THIRTIES = Alphabet("thirties", "0, 3, 6, 9 for 0, 30, 60, 90 days", {"0": 0, "3": 1, "6": 2, "9": FLOOR + 3} | _LOOSE)
DV01 = Alphabet(
    "dv01",
    "dv01 (C current, 2 for 30-59 days)",
    {"C": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": FLOOR + 6}
    | {"F": FORECLOSURE, "R": OWNED, "P": PAID_OFF, "D": UNKNOWN, "X": UNKNOWN},
)
CREDIT_BUREAU = Alphabet(
    "credit_bureau",
    "credit bureau",
    _digits(6, 6)
    | {"G": UNKNOWN, "H": FORECLOSURE, "J": OWNED, "K": OWNED, "L": UNKNOWN}
    | {"B": UNKNOWN, "D": UNKNOWN, "E": UNKNOWN},
)
FANNIE = Alphabet(
    "fannie",
    "two characters a month",
    {f"{one:02d}": one for one in range(100)} | {"XX": UNKNOWN, "RA": OWNED},
    width=2,
)

DAYS = Alphabet("days", "days past due", {})
"""Of numbers in columns or rows of a month each, never of a character."""

SELLERS = (MONTHS_BEHIND, THIRTIES, DV01, CREDIT_BUREAU, FANNIE)
ALPHABETS = {one.name: one for one in (CANONICAL, *SELLERS, DAYS)}
"""By name, in the order in which one is preferred where several read the same."""
