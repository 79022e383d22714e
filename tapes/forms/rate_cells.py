"""One cell of a rate or a share: its number, and the mark that it carries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tapes.forms.exact import LONGEST, PLAIN
from tapes.forms.missing import plain_dashes

PERCENT, BASIS_POINTS = "percent", "basis_points"
_CELL = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<number>\d+(?:[.,]\d*)?|[.,]\d+|\d{1,2} \d{1,2}/\d{1,2}|\d{1,2}/\d{1,2})\s*"
    r"(?P<mark>%|percent|per cent|pct\.?|bps?|basis points)?\s*(?P<close>\))?",
    re.ASCII | re.IGNORECASE,
)
_SIXTEENTHS = {"2": 2, "4": 4, "8": 8, "16": 16, "32": 32}


@dataclass(frozen=True)
class RateCell:
    """What a cell of a rate says.

    Parameters
    ----------
    number
        A plain number as written, before its unit is known.
    mark
        :data:`PERCENT`, :data:`BASIS_POINTS`, or empty where the cell carries none.
    """

    number: str
    mark: str = ""


def read_rate(cell: str) -> RateCell | None:
    """Read a rate; None where the cell is none.

    Examples
    --------
    >>> read_rate("7.125%"), read_rate("750 bps")
    (RateCell(number='7.125', mark='percent'), RateCell(number='750', mark='basis_points'))
    >>> read_rate("7 1/8"), read_rate("7,5"), read_rate("Prime + 1")
    (RateCell(number='7.125', mark=''), RateCell(number='7.5', mark=''), None)
    """
    text = plain_dashes(cell).replace("\u00a0", " ") if len(cell) <= LONGEST else ""
    if PLAIN.fullmatch(text):
        return RateCell(text)
    found = _CELL.fullmatch(text)
    if found is None or (found["open"] is None) != (found["close"] is None) or (found["open"] and found["sign"]):
        return None
    number = _decimal(found["number"])
    if number is None:
        return None
    mark = (found["mark"] or "").lower()
    negative = found["sign"] == "-" or found["open"] is not None
    of = "" if not mark else BASIS_POINTS if mark.startswith("b") else PERCENT
    return RateCell(f"-{number}" if negative else number, of)


def _decimal(number: str) -> str | None:
    """Write a decimal comma and eighths as a plain decimal."""
    if "/" not in number:
        return number.replace(",", ".")
    whole, _, part = number.rpartition(" ")
    over, under = part.split("/")
    if under not in _SIXTEENTHS or not 0 < int(over) < int(under):
        return None
    return str(int(whole or "0") + int(over) / _SIXTEENTHS[under])
