"""One line under a heading, and what its words say that it is: a total, a count, an average, the name of a group."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tapes.forms.wording_table import wording_key, wordings

TOTAL = re.compile(r"^(grand|sub)?[ -]?totals?\b|^sum\b|^.{1,40}\s(sub)?-?totals?:?$", re.IGNORECASE)
_COUNT = re.compile(
    r"^(?:(?:grand |sub)?total|count|number)?(?: of)?(?: (?:loans|notes))?\s*[:=]?\s*(\d[\d,]*)\s*"
    r"(?:loans?|notes?|records?|assets?|rows?|items?)?(?: (?:in )?total)?$",
    re.IGNORECASE,
)
COUNTED_LABEL = re.compile(
    r"^(?:(?:loan |note )?(?:count|number)\s*[:=]\s*\d[\d,]*|\d[\d,]* (?:loans?|notes?|records?|assets?))$",
    re.IGNORECASE,
)
"""A line's own name that is a count of the notes: ``60 loans``, ``Count: 60``."""
SUMMARY = re.compile(
    r"^(?:(?:simple|weighted|wtd\.?|wa|w\.a\.)\s+)?(?:avg\.?|average|mean|median|min(?:imum)?|max(?:imum)?)s?[:.]?$"
    r"|^(?:weighted|wtd\.?|wa|w\.a\.|avg\.?|average|total|max|min)\s+"
    r"(?:avg\.?\s+|average\s+)?(?:rate|coupon|ltv|cltv|fico|upb|value|balance|age|term|note rate|interest rate)[:.]?$"
    r"|^std\.?\s*dev(?:iation)?\.?$",
    re.IGNORECASE,
)
"""A line's own name that says that it is the notes' average, least or most."""
COUNT_LABEL = re.compile(
    r"^(?:(?:loan|note|record|row) )?count(?: of (?:loans|notes|records|rows))?\s*[:=]?$"
    r"|^(?:total )?(?:number|no\.|#) of (?:loans|notes|records|rows)\s*[:=]?$",
    re.IGNORECASE,
)
NAMES = "|".join(one.pattern for one in (TOTAL, COUNT_LABEL, COUNTED_LABEL, SUMMARY))
_COUNTED = re.compile(r"loan|note|record|asset|row|item|count|total|number", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line that may be no note."""

    position: int
    cells: tuple[str, ...]
    loan_id: str
    upb: str
    state: str

    @property
    def filled(self) -> list[str]:
        """What stands in the line, in its order."""
        return [cell for cell in self.cells if cell]


def counted(line: Line) -> int | None:
    """Give the number in a line that only counts the loans."""
    text = " ".join(line.filled)
    found = _COUNT.match(text)
    return int(found[1].replace(",", "")) if found and _COUNTED.search(text) and len(found[1]) < 10 else None


def labelled_count(line: Line) -> int:
    """Give the number in a line that holds a label for the number of the notes, and one number; 0 for any other."""
    if len(line.filled) != 2 or not COUNT_LABEL.match(line.filled[0]):
        return 0
    count = line.filled[1].replace(",", "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 10 else 0


def is_nowhere(line: Line) -> bool:
    """Tell a line that lies in no state: it has none, or a count or a word for a sum in its place."""
    return not line.state or bool(TOTAL.match(line.state)) or line.state.isdigit()


def is_summary(line: Line) -> bool:
    """Tell an average, a least or a most of the notes: it says so first, and lies nowhere."""
    named = bool(line.filled) and bool(SUMMARY.match(line.filled[0]))
    return named and line.loan_id in ("", line.filled[0]) and is_nowhere(line)


def heads_its_state(line: Line, below: str) -> bool:
    """Tell the heading of a group of notes: a state and nothing else in the line, and the note below it lies there."""
    return len(line.filled) == 1 and bool(below) and _state(line.filled[0]) == _state(below) is not None


def _state(text: str) -> str | None:
    known = wordings("property_state").get(wording_key(text))
    return None if known is None else known.code
