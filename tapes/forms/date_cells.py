"""One date as somebody has written it: what it says for sure, and what only its column can tell."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

FIRST_YEAR, LAST_YEAR = 1950, 2100
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
DAYS_TO_1904 = 1462
"""A workbook that counts from 1904 writes each day as this much less."""
_SERIAL_ZERO = date(1899, 12, 30)
_LONGEST = 60


class Shape(Enum):
    """What kind of text a cell is."""

    NOTHING = "stands for no date"
    MASKED = "masked"
    BAD = "no date"
    DAY = "a day"
    MONTH = "a month"
    TRIPLE = "three numbers of which the order is open"
    SIX = "six digits"
    SERIAL = "a number of days"


@dataclass(frozen=True)
class DateCell:
    """A cell as read.

    Parameters
    ----------
    day
        Of a DAY; of a MONTH its first day.
    parts
        Of a TRIPLE, as they stand.
    short
        Of a TRIPLE: the year has two digits.
    padded
        Of a TRIPLE: all three parts have two digits, so that the year may come first too.
    number
        Of a SERIAL or SIX.
    """

    shape: Shape
    day: date | None = None
    parts: tuple[int, int, int] = (0, 0, 0)
    short: bool = False
    padded: bool = False
    number: int = 0


_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: i for name, i in _MONTHS.items()} | {"sept": 9}
_NAME = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_FLAGS = re.IGNORECASE | re.ASCII
_TIME = re.compile(
    r"(?:[ T]|(?<=\d):)\d{1,2}:\d{2}(:\d{2}([.,:]\d+)?)?( ?[AP]\.?M\.?)?( ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$", _FLAGS
)
_WEEKDAY = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[., ]+", _FLAGS)
_ZEROS = re.compile(r"0+(?:[-/. ]0+){0,2}", re.ASCII)
_MASKED = re.compile(r"(?=.*[X*#?])(?:[0-9X*#?]+(?:[-/. ][0-9X*#?]+){1,2}|\d{2,6}X{2,6}|X{6,8}|#{3,})", _FLAGS)
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})", re.ASCII)
_TRIPLE = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})(?:[-/ ](\d{1,2})|\.(\d{2}))", re.ASCII)
"""Behind a dot two digits only: of October a spreadsheet leaves ``2024.1``."""
_SERIAL = re.compile(r"(\d{3,5})(?:\.\d*)?", re.ASCII)
_GAP = r"[ \-/.,]*"
_YEAR = r"(\d{4}|'?\d{2})"
_NAMED = tuple(
    (re.compile(pattern, _FLAGS), order)
    for pattern, order in (
        (rf"(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{_NAME}{_GAP}{_YEAR}", (2, 1, 0)),
        (rf"{_NAME}{_GAP}(\d{{1,2}})(?:st|nd|rd|th)?[ \-/.,]+{_YEAR}", (2, 0, 1)),
        (rf"(\d{{4}}){_GAP}{_NAME}{_GAP}(\d{{1,2}})", (0, 1, 2)),
        (rf"{_NAME}{_GAP}{_YEAR}", (1, 0, None)),
        (rf"(\d{{4}}){_GAP}{_NAME}", (0, 1, None)),
    )
)
_NO_DATE = frozenset(
    {
        (1, 1, 1),  # the first day that .NET and SQL Server's newer types know
        (1753, 1, 1),  # the first day that SQL Server's older type knows
        (1899, 12, 30),  # Excel's and Access's day 0
        (1899, 12, 31),
        (1900, 1, 0),  # how Excel shows 0
        (1900, 1, 1),
        (1900, 1, 2),  # day 2 counted by programs without Excel's 29 February 1900
        (1904, 1, 1),  # day 0 of a workbook that counts from 1904
        (2999, 12, 31),
        (9999, 12, 31),
    }
)
_LAST_EXCEL_DAY = "2958465"
_NINES = re.compile(r"9{6,8}|9{2}([-/. ])9{2}\1(9{4}|9{2})|9{4}([-/. ])9{2}\3 ?9{2}", re.ASCII)


def read_date_cell(text: str, first_year: int) -> DateCell:
    """Read a cell on its own, by explicit shapes only; a time of day is dropped.

    Parameters
    ----------
    first_year
        A year of two digits is the one of the hundred years from this one on.
    """
    if len(text) > _LONGEST:
        return _BAD
    text = " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())
    text = _WEEKDAY.sub("", _TIME.sub("", text))
    if _ZEROS.fullmatch(text) or text == _LAST_EXCEL_DAY or _NINES.fullmatch(text):
        return DateCell(Shape.NOTHING)
    if text.isascii() and text.isdigit():
        return _digits(text)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _TRIPLE.fullmatch(text):
        return _triple(found[1], found[3], found[4])
    if found := _MONTH_YEAR.fullmatch(text):
        return _month(int(found[2]), int(found[1]))
    if found := _YEAR_MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2] or found[3]))
    if found := _SERIAL.fullmatch(text):
        return DateCell(Shape.SERIAL, number=int(found[1]))
    for pattern, order in _NAMED:
        if found := pattern.fullmatch(text):
            return _named(found.groups(), order, first_year)
    return DateCell(Shape.MASKED) if _MASKED.fullmatch(text) else _BAD


def calendar_day(year: int, month: int, day: int) -> date | None:
    """Give the day; None where the calendar has none, or where the year is outside 1950 to 2100.

    Examples
    --------
    >>> calendar_day(2024, 2, 29), calendar_day(2023, 2, 29), calendar_day(24, 3, 1)
    (datetime.date(2024, 2, 29), None, None)
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_year(year: int, first_year: int) -> int:
    """Give the year of two digits within the hundred years from ``first_year`` on.

    Examples
    --------
    >>> whole_year(24, 1950), whole_year(69, 1950), whole_year(69, 1970)
    (2024, 1969, 2069)
    """
    return first_year + (year - first_year) % 100


def serial_day(number: int, date_1904: bool, window: bool = True) -> date | None:
    """Give the day that a spreadsheet counts so; None outside 1950 to 2100, and with ``window`` outside 1954 to 2064.

    Examples
    --------
    >>> serial_day(45352, False), serial_day(43890, True), serial_day(360, False)
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1), None)
    """
    days = number + DAYS_TO_1904 * date_1904
    if window and not FIRST_SERIAL <= days <= LAST_SERIAL:
        return None
    day = _SERIAL_ZERO + timedelta(days=days)
    return calendar_day(day.year, day.month, day.day)


_BAD = DateCell(Shape.BAD)


def _day(year: int, month: int, day: int) -> DateCell:
    if (year, month, day) in _NO_DATE:
        return DateCell(Shape.NOTHING)
    found = calendar_day(year, month, day)
    return _BAD if found is None else DateCell(Shape.DAY, found)


def _month(year: int, month: int) -> DateCell:
    found = calendar_day(year, month, 1)
    return _BAD if found is None else DateCell(Shape.MONTH, found)


def _triple(one: str, two: str, three: str) -> DateCell:
    a, b, c = int(one), int(two), int(three)
    short = len(three) == 2
    if (c, a, b) in _NO_DATE or (c, b, a) in _NO_DATE or (short and (a, b, c) == (1, 0, 0)):
        return DateCell(Shape.NOTHING)
    return DateCell(Shape.TRIPLE, None, (a, b, c), short, short and len(one) == len(two) == 2)


def _digits(text: str) -> DateCell:
    if len(text) == 8:
        day = _day(int(text[:4]), int(text[4:6]), int(text[6:]))
        return day if day.shape is not Shape.BAD else _triple(text[:2], text[2:4], text[4:])
    if len(text) == 7:  # a spreadsheet has dropped the first 0
        return _triple(text[:1], text[1:3], text[3:])
    if len(text) == 6:
        parts = (int(text[:2]), int(text[2:4]), int(text[4:]))
        return DateCell(Shape.SIX, None, parts, short=True, padded=True, number=int(text))
    return DateCell(Shape.SERIAL, number=int(text)) if 3 <= len(text) <= 5 else _BAD


def _named(groups: tuple[str, ...], order: tuple[int, int, int | None], first_year: int) -> DateCell:
    at_year, at_month, at_day = order
    written = groups[at_year].strip("'")
    year = int(written) if len(written) == 4 else whole_year(int(written), first_year)
    month = _MONTHS[groups[at_month].lower()]
    return _month(year, month) if at_day is None else _day(year, month, int(groups[at_day]))
