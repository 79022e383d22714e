"""Days written in a text, such as a file's name: every shape that people use, and no guess between two readings."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_SIX_DIGITS_WITHIN = timedelta(days=731)
"""Six digits are a deal's number as often as a day: they count for a day of the last two years only."""
_TEN_YEARS = timedelta(days=3653)
_SOON = timedelta(days=92)
"""Days within which bids are due and sales close."""
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_NAME = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_BEFORE_NAME = r"(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))"
_NUMBER_BEFORE = r"(?<![\dvV.$,#])"  # no part of a longer number, of a version or of an amount
_LONGEST = 2000


@dataclass(frozen=True)
class WrittenDate:
    """A day, or a month, as found in a text.

    Parameters
    ----------
    text
        As written.
    start
        Where in the text it begins.
    days
        The days that it can be read as, in order: none, where no calendar has it; two, where day and month may change
        places.  A month stands for its last day.
    is_month
        Only a month is written.
    """

    text: str
    start: int
    days: tuple[date, ...]
    is_month: bool = False


def written_dates(text: str, today: date) -> tuple[WrittenDate, ...]:
    """Find every date in a text.

    Parameters
    ----------
    today
        Nothing is known on a later day: where only the month-first reading is not later, it is meant; the other way round,
        the date may be of something to come.

    Examples
    --------
    >>> [(one.text, [str(day) for day in one.days]) for one in written_dates("Pool 7 as of 6.30.24", date(2024, 9, 1))]
    [('6.30.24', ['2024-06-30'])]
    >>> [str(day) for one in written_dates("tape_03-04-2024", date(2024, 9, 1)) for day in one.days]
    ['2024-03-04', '2024-04-03']
    >>> [(str(one.days[0]), one.is_month) for one in written_dates("Jun24 tape", date(2024, 9, 1))]
    [('2024-06-30', True)]
    """
    found: list[WrittenDate] = []
    left = text[:_LONGEST]
    for pattern, read, is_month in _SHAPES:
        for match in pattern.finditer(left):
            days = read(match.groups())
            if days is None:
                continue
            if match[0].isdigit() and len(match[0]) == 6:
                days = [day for day in days if timedelta(0) <= today - day <= _SIX_DIGITS_WITHIN]
                if not days:
                    continue
            months = is_month or (len(match[0]) == 6 and _is_year_month(match[0], days))
            found.append(WrittenDate(match[0].strip(), match.start(), _known(days, today), months))
            left = left[: match.start()] + "\0" * len(match[0]) + left[match.end() :]
    return tuple(sorted(found, key=lambda one: one.start))


def _known(days: Sequence[date], today: date) -> tuple[date, ...]:
    """Leave out readings that cannot be meant beside others; the first is the one with the month first."""
    past = sorted({day for day in days if day <= today})
    lately = [day for day in past if today - day <= _TEN_YEARS]
    if not past or today < days[0] <= today + _SOON:
        return tuple(sorted(set(days)))
    return tuple(lately or past)


def _is_year_month(text: str, days: Iterable[date]) -> bool:
    return any(f"{day:%Y%m}" == text for day in days)


def _day(year: int | str, month: int | str, day: int | str) -> list[date]:
    """Give the day as a list, empty where the calendar has none; two digits of a year are of this century."""
    year = int(year) + 2000 if len(str(year)) == 2 else int(year)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return []
    try:
        return [date(year, int(month), int(day))]
    except ValueError:
        return []


def _month_end(year: str, month: int | str) -> list[date]:
    first = _day(year, month, 1)
    return [date(one.year, one.month, calendar.monthrange(one.year, one.month)[1]) for one in first]


Parts = tuple[str, ...]


def _year_first(parts: Parts) -> list[date]:
    year, _, month, day = parts
    return _day(year, month, day)


def _year_last(parts: Parts) -> list[date]:
    one, _, two, year = parts
    days = _day(year, one, two) + _day(year, two, one)
    # 24-06-30: the year may come first in two digits too.
    return days + (_day(one, two, year) if len(one) == len(year) == 2 else [])


def _eight_digits(parts: Parts) -> list[date] | None:
    (text,) = parts
    days = _day(text[:4], text[4:6], text[6:]) + _day(text[4:], text[:2], text[2:4])
    return days + _day(text[4:], text[2:4], text[:2]) or None


def _six_digits(parts: Parts) -> list[date]:
    (text,) = parts
    one, two, three = text[:2], text[2:4], text[4:]
    return _day(one, two, three) + _day(three, one, two) + _day(three, two, one) + _month_end(text[:4], three)


def _name_day_year(parts: Parts) -> list[date]:
    name, day, year = parts
    return _day(year, _MONTHS[name.lower()], day)


def _day_name_year(parts: Parts) -> list[date]:
    day, name, year = parts
    return _day(year, _MONTHS[name.lower()], day)


def _year_name_day(parts: Parts) -> list[date]:
    year, name, day = parts
    return _day(year, _MONTHS[name.lower()], day)


def _name_year(parts: Parts) -> list[date]:
    name, year = parts
    return _month_end(year, _MONTHS[name.lower()])


def _year_name(parts: Parts) -> list[date]:
    year, name = parts
    return _month_end(year, _MONTHS[name.lower()])


def _year_month(parts: Parts) -> list[date] | None:
    return _month_end(*parts) or None


def _month_year(parts: Parts) -> list[date] | None:
    month, year = parts
    return _month_end(year, month) or None


def _shape(pattern: str, read: Callable[[Parts], list[date] | None], is_month: bool = False) -> _Shape:
    return re.compile(pattern, re.IGNORECASE | re.ASCII), read, is_month


_Shape = tuple[re.Pattern[str], Callable[[Parts], list[date] | None], bool]
_GAP = r"[ ._,/-]{0,3}"
_SHAPES: tuple[_Shape, ...] = (
    _shape(rf"{_NUMBER_BEFORE}(\d{{4}})([-_./ ])(\d{{1,2}})\2(\d{{1,2}})(?!\d)", _year_first),
    _shape(rf"{_NUMBER_BEFORE}(\d{{1,2}})([-_./])(\d{{1,2}})\2(\d{{4}}|\d\d)(?!\d)", _year_last),
    _shape(rf"{_NUMBER_BEFORE}(\d\d)( )(\d\d) (\d{{4}}|\d\d)(?!\d)", _year_last),
    _shape(rf"{_NUMBER_BEFORE}(\d{{4}}){_GAP}{_NAME}{_GAP}(\d{{1,2}})(?!\d)", _year_name_day),
    _shape(
        rf"{_NUMBER_BEFORE}(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{_NAME}{_GAP}(\d{{4}}|\d\d)(?!\d)",
        _day_name_year,
    ),
    _shape(
        rf"{_BEFORE_NAME}{_NAME}{_GAP}(\d{{1,2}})(?:st|nd|rd|th)?[ ._,/-]{{1,3}}(\d{{4}}|\d\d)(?!\d)", _name_day_year
    ),
    _shape(rf"{_BEFORE_NAME}{_NAME}{_GAP}(\d\d)(20\d\d)(?!\d)", _name_day_year),
    _shape(rf"{_BEFORE_NAME}{_NAME}{_GAP}'?(\d{{4}}|\d\d)(?!\d)", _name_year, is_month=True),
    _shape(rf"{_NUMBER_BEFORE}(\d{{4}}){_GAP}{_NAME}(?!{_GAP}\d)", _year_name, is_month=True),
    _shape(rf"{_NUMBER_BEFORE}(\d{{8}})(?!\d)", _eight_digits),
    _shape(rf"{_NUMBER_BEFORE}(\d{{6}})(?!\d)", _six_digits),
    _shape(rf"{_NUMBER_BEFORE}(\d{{4}})[-_./ ](\d\d)(?!\d|[-_./ ]\d)", _year_month, is_month=True),
    _shape(rf"{_NUMBER_BEFORE}(\d\d)[-_./ ](\d{{4}})(?!\d)", _month_year, is_month=True),
)
"""Tried in this order, each on what the ones before have left."""
