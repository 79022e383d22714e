"""Headings of columns that a file has one of a month: ``M0``, ``Pay1``, ``Jan-24``, ``Status 2024-01``, ``ID0 0 - $``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tapes.headings.normalise import normalised, written_out

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CALENDAR = tuple(
    re.compile(rf"{pattern}(?:_0+_0+_0+)?")
    for pattern in (
        rf"{_NAME}_?(?P<year>\d{{4}}|\d{{2}})",
        rf"(?P<year>\d{{4}})_?{_NAME}",
        rf"\d{{1,2}}_?{_NAME}_?(?P<year>\d{{4}}|\d{{2}})",
        rf"{_NAME}_\d{{1,2}}_(?P<year>\d{{4}})",
        r"(?P<year>\d{4})_(?P<month>\d{1,2})(?:_\d{1,2})?",
        r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?:[0-3]\d)?",
        r"(?P<month>\d{1,2})_(?P<year>\d{4})",
        r"(?P<month>\d{1,2})_(?P<other>\d{1,2})_(?P<year>\d{4}|\d{2})",
    )
)
_RELATIVE = re.compile(r"(?P<stem>[a-z]+(?:0(?=_))?(?:_[a-z]+)*?)_?(?P<n>\d{1,2})(?P<tail>(?:_[a-z]+)*)")

_STATUS_WORDS = frozenset({"status", "delinquency", "hist", "history", "bucket", "string", "mba", "ots"})
_RECEIPT_WORDS = frozenset(
    {"received", "receipt", "receipts", "paid", "collected", "collections", "cash", "amount", "usd", "id0"}
)
_OTHER_WORDS = frozenset({"pay", "payment", "payments", "month", "mon", "m", "ph", "t", "loan", "end", "eom"})
_WORDS = _STATUS_WORDS | _RECEIPT_WORDS | _OTHER_WORDS
_NEWEST_FIRST = {"m": "status", "ph_month": "status", "ph_payment": "receipts", "id0": "receipts", "t": None}
"""Series that are known to count months back from the newest, which is 0; and what they hold."""


@dataclass(frozen=True)
class MonthHeading:
    """A heading that names a month.

    Parameters
    ----------
    series
        What is left without the month; columns of one series belong together.  Empty: nothing but the month.
    holds
        ``status`` or ``receipts`` where a word says it; None where only the cells can.
    number
        Of a counted month (``M3``, ``Pay1``); None for a calendar month.
    year, month
        Of a calendar month.
    day_first
        The calendar month where the day comes first (``1/2/2024`` is February then), or None where the heading leaves no
        such doubt.
    """

    series: str
    holds: str | None
    number: int | None = None
    year: int = 0
    month: int = 0
    day_first: int | None = None

    @property
    def is_calendar(self) -> bool:
        """Whether it names a month of the calendar."""
        return self.number is None


def month_heading(heading: str) -> MonthHeading | None:
    """Read the month that a heading names; None where it names none or names something else beside it.

    Examples
    --------
    >>> month_heading("Status Jan-24")
    MonthHeading(series='status', holds='status', number=None, year=2024, month=1, day_first=None)
    >>> month_heading("phPayment3").number, month_heading("UPB Jan-24"), month_heading("31-60")
    (3, None, None)
    """
    name = normalised(heading)
    words = [written_out(one) for one in name.split("_")]
    found = _counted(name) if re.search("[a-z]", name) else None
    if found is not None:
        return found
    start, end = 0, len(words)
    while start < end and words[start] in _WORDS:
        start += 1
    while end > start and words[end - 1] in _WORDS:
        end -= 1
    around = words[:start] + words[end:]
    return _of_the_calendar("_".join(words[start:end]), around)


def names_a_month(heading: str) -> bool:
    """Tell a monthly heading that nothing else can be: a counted month (``M3``), or one with a word (``Status Jan-24``)."""
    found = month_heading(heading)
    return found is not None and bool(found.series)


def month_runs(headings: Sequence[str]) -> frozenset[int]:
    """Give the positions of three or more cells side by side that are months of the calendar, one after another.

    So only headings stand: a row of notes has no such row of dates.

    Examples
    --------
    >>> sorted(month_runs(["Loan", "Jan-24", "2024-02-29", "202403", "UPB"])), sorted(month_runs(["2024-01-31", "Jan-24"]))
    ([1, 2, 3], [])
    """
    months = []
    for heading in headings:
        found = month_heading(heading) if heading[:1].isalnum() else None
        months.append(12 * found.year + found.month if found is not None and found.is_calendar else None)
    runs: set[int] = set()
    for i in range(1, len(months) - 1):
        before, here, after = months[i - 1 : i + 2]
        if before is not None and here is not None and after is not None and abs(here - before) == 1:
            runs |= {i - 1, i, i + 1} if after - here == here - before else set()
    return frozenset(runs)


def series_months(found: Sequence[MonthHeading]) -> tuple[str, ...] | None:
    """Put the months of one series into the form of :attr:`tapes.headings.registry.Target.month`.

    Returns
    -------
    None where the headings are no such series: one alone, or numbers with wide gaps (``Pay String 12``, ``Pay String 24``).
    """
    if found[0].is_calendar:
        return _calendar_months(found)
    numbers = {one.number for one in found if one.number is not None}
    known = found[0].series in _NEWEST_FIRST
    if not known and (len(found) < 2 or max(numbers) - min(numbers) > 1.5 * len(numbers)):
        return None
    sign = "-" if known and 0 in numbers else "#"
    return tuple(f"{sign}{one.number}" for one in found)


def _calendar_months(found: Sequence[MonthHeading]) -> tuple[str, ...] | None:
    if not found[0].series and len(found) < 2:
        return None
    months = [one.month for one in found]
    doubtful = [one for one in found if one.day_first is not None]
    if doubtful:
        others = {one.day_first for one in doubtful}
        can_be_month = [{*months} <= _TWELVE, others <= _TWELVE]
        if all(can_be_month):  # the day is what does not change: the first of each month
            can_be_month = [others == {1}, {*months} == {1}]
        if can_be_month == [False, True]:
            months = [one.day_first or one.month for one in found]
        elif can_be_month != [True, False]:
            return None
    if not {*months} <= _TWELVE:
        return None
    return tuple(f"{one.year}-{month:02}" for one, month in zip(found, months, strict=True))


_TWELVE = frozenset(range(1, 13))


def _counted(name: str) -> MonthHeading | None:
    found = _RELATIVE.fullmatch(name)
    if found is None:
        return None
    words = [*found["stem"].split("_"), *found["tail"].split("_")]
    words = [written_out(one) for one in words if one]
    if any(one not in _WORDS for one in words) or words[0] in _MONTHS:
        return None
    series = found["stem"] if found["stem"] in _NEWEST_FIRST else "_".join(words)
    return MonthHeading(series, _NEWEST_FIRST.get(series) or _holds(words), int(found["n"]))


def _of_the_calendar(text: str, around: list[str]) -> MonthHeading | None:
    for pattern in _CALENDAR:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        year = int(parts["year"])
        year += 0 if year > 99 else 2000 if year < 80 else 1900
        month = int(parts["month"]) if parts.get("month") else _MONTHS.index(parts["name"][:3]) + 1
        other = int(parts["other"]) if parts.get("other") else None
        if not 1990 <= year < 2080 or not (1 <= month <= 12 or (other is not None and 1 <= month <= 31)):
            return None
        if other is not None and not 1 <= other <= 31:
            return None
        return MonthHeading("_".join(around), _holds(around), None, year, month, other)
    return None


def _holds(words: Sequence[str]) -> str | None:
    if any(one in _STATUS_WORDS for one in words):
        return "status"
    return "receipts" if any(one in _RECEIPT_WORDS for one in words) else None
