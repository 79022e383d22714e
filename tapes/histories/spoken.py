"""A month's status in words and buckets: ``Current``, ``30-59``, ``60 Days``, ``120+``, ``FC``, ``BK13``, ``REO``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tapes.forms.status_words import bucket, read_status
from tapes.histories.alphabets import DAYS, MONTHS_BEHIND, SELLERS, Alphabet

_MOST_MONTHS = 600
_DAYS = 30
_LETTER, _FEWEST_LETTERS = re.compile(r"[A-Za-z]"), 2
"""A letter alone is a sign of an alphabet."""
_SHORT = 3
"""Days that a month's end lies before the thirtieth day of a February, so that three months may be 87 days."""

_INTEGER = re.compile(r"(\d{1,4})(?:\.0*)?")


def spoken(text: str) -> int | None:
    """Give the code of a status that can mean one thing only, in whatever column it stands; None for any other text.

    A status of the note says the same here as in its own column, but for a bare number, which may be months or days.

    Examples
    --------
    >>> from tapes.histories.alphabets import FLOOR, FORECLOSURE, PAID_OFF
    >>> spoken("30-59"), spoken("60 DAYS"), spoken("120+") - FLOOR, spoken("2 PMTS"), spoken("CURRENT"), spoken("3")
    (1, 2, 4, 2, 0, None)
    >>> spoken("FORECLOSURE - REFERRED") == FORECLOSURE, spoken("SOLD") == PAID_OFF, spoken("PURPLE")
    (True, True, None)
    """
    code = bucket(text)
    if code is not None or len(_LETTER.findall(text)) < _FEWEST_LETTERS:
        return code
    status = read_status(text)
    return None if status is None else status.months


def spoken_alphabets(texts: Iterable[str], alphabets: Iterable[Alphabet]) -> tuple[Alphabet, ...]:
    """Give the ways in which the cells of monthly columns can be read.

    Numbers that are all whole multiples of thirty, 30 or more among them, are days.  Else they are months behind, or days
    where half of them are nearly thirty or more, or what an alphabet of one character makes of them.  Words mean the same
    in each.

    Parameters
    ----------
    texts
        The different texts of the cells.
    alphabets
        Those of one character that may be meant.
    """
    known = list(texts)
    words = {text: code for text in known if (code := spoken(text)) is not None}
    numbers = {text: int(found[1]) for text in known if (found := _INTEGER.fullmatch(text)) is not None}
    if max(numbers.values(), default=0) >= _DAYS and all(one % _DAYS == 0 for one in numbers.values()):
        days = {text: one // _DAYS for text, one in numbers.items()}
        return (Alphabet("months_behind", "30, 60, 90 days", days | {"C": 0} | words),)
    months = {text: one for text, one in numbers.items() if one <= _MOST_MONTHS}
    letters = {text: code for text, code in MONTHS_BEHIND.codes.items() if text.isalpha()}
    ways = [replace(MONTHS_BEHIND, codes=months | letters | words)]
    late = [one for one in numbers.values() if one > 0]
    if max(late, default=0) >= _DAYS and 2 * sum(one >= _DAYS - _SHORT for one in late) >= len(late):
        days = {text: (one + _SHORT) // _DAYS for text, one in numbers.items()}
        ways.append(replace(DAYS, codes=days | letters | words))
    plain = {text: text.removesuffix(".0") for text in known}
    for one in alphabets:
        codes = {text: one.codes[plain[text]] for text in known if plain[text] in one.codes}
        # A letter means what its alphabet says before it means what everybody says.
        ways.append(replace(one, codes={text: code for text, code in words.items() if len(text) > 1} | codes))
    return tuple(ways)


def month_alphabets(texts: Iterable[str]) -> tuple[Alphabet, ...]:
    """Give the ways in which a column or a row a month can be read: as :func:`spoken_alphabets`, with those of sellers."""
    return spoken_alphabets(texts, [one for one in SELLERS[1:] if one.width == 1])
