"""One cell of money: signs, currency, separators, ``CR`` and ``DR``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tapes.forms.exact import LONGEST, PLAIN
from tapes.forms.missing import plain_dashes

_CURRENCY = r"(?:US\s?\$|USD|\$)"
_DOTTED = r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ ']\d{3})+|\d+)?(?:\.(?P<rest>\d*))?"
_COMMAED = r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ ']\d{3})+|\d+)?(?:,(?P<rest>\d*))?"
_AROUND = (
    rf"(?P<open>\()?\s*(?P<before>[+-])?\s*{_CURRENCY}?\s*(?P<inner>\()?\s*(?P<after>[+-])?\s*"
    rf"(?P<number>%s)\s*{_CURRENCY}?\s*(?P<close>\))?\s*(?P<trailing>-|CR\.?|DR\.?|CREDIT|DEBIT)?"
)
_US = re.compile(_AROUND % _DOTTED, re.ASCII | re.IGNORECASE)
_EUROPEAN = re.compile(_AROUND % _COMMAED, re.ASCII | re.IGNORECASE)
_ACCOUNTING_ZERO = re.compile(rf"\(?\s*{_CURRENCY}\s*-+\s*\)?", re.ASCII | re.IGNORECASE)
_COMMA_DECIMAL = re.compile(
    r"[^\d]*(?:\d{1,3}(?:[. ']\d{3})+,\d{1,2}|\d+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,})[^\d]*", re.ASCII
)
_DOT_DECIMAL = re.compile(
    r"[^\d]*(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d*\.\d{1,2}|\d*\.\d{4,}|\d{4,}\.\d*)[^\d]*", re.ASCII
)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2019": "'", "\u2018": "'"})


@dataclass(frozen=True)
class Amount:
    """What a cell of money says.

    Parameters
    ----------
    number
        Plain digits with a decimal point, no sign.
    negative
        By a minus or parentheses.
    side
        ``CR``, ``DR`` or empty.
    """

    number: str
    negative: bool = False
    side: str = ""


def read_amount(cell: str, european: bool = False) -> Amount | None:
    """Read an amount; None where the cell is none.

    At most one mark says that it is negative.  Separators of thousands stand where they belong, or the cell is no amount.

    Parameters
    ----------
    european
        A comma is the decimal mark and a dot parts thousands.

    Examples
    --------
    >>> read_amount("$120,345.67"), read_amount("(1,200.00)")
    (Amount(number='120345.67', negative=False, side=''), Amount(number='1200.00', negative=True, side=''))
    >>> read_amount("1,23"), read_amount("120k"), read_amount("$ -")
    (None, None, Amount(number='0', negative=False, side=''))
    """
    if len(cell) > LONGEST:
        return None
    text = plain_dashes(cell).translate(_SPACES)
    if _ACCOUNTING_ZERO.fullmatch(text):
        return Amount("0")
    if not european and PLAIN.fullmatch(text):
        return Amount(text.lstrip("+-"), text.startswith("-"))
    found = (_EUROPEAN if european else _US).fullmatch(text)
    if found is None or not (found["whole"] or found["rest"]):
        return None
    n_open = (found["open"] is not None) + (found["inner"] is not None)
    trailing = found["trailing"] or ""
    marks = [found["before"], found["after"], "-" if trailing == "-" else None, "-" if n_open else None]
    if n_open != (found["close"] is not None) or sum(mark is not None for mark in marks) > 1:
        return None
    whole, rest = re.sub(r"\D", "", found["whole"] or "0"), found["rest"]
    side = {"C": "CR", "D": "DR"}.get(trailing[:1].upper(), "")
    return Amount(f"{whole}.{rest}" if rest else whole, "-" in marks, side)


def has_comma_decimals(cell: str) -> bool:
    """Tell an amount that can only be read with a comma as decimal mark: ``1.200,50``, ``350,5``, ``1.200.000``."""
    return len(cell) <= LONGEST and _COMMA_DECIMAL.fullmatch(cell.translate(_SPACES)) is not None


def has_dot_decimals(cell: str) -> bool:
    """Tell an amount that can only be read with a dot as decimal mark: ``1,200``, ``1,200.50``, ``350.5``."""
    return len(cell) <= LONGEST and _DOT_DECIMAL.fullmatch(cell.translate(_SPACES)) is not None
