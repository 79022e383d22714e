"""How a refusal reads, and how what it quotes is kept free of personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from notes import TapeError
from tapes.words import is_trade_text

_SHOWN = 60
_SOCIAL_SECURITY = re.compile(r"(?<![\d.])\d{3}[- ]?\d{2}[- ]?(\d{4})(?![\d.])")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+")
_PHONE = re.compile(r"(?<![\d.])(\+?1[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]?\d{4}(?!\d)")
_BARE_PHONE = re.compile(r"([2-9]\d\d)[2-9]\d{6}")
_ADDRESS = re.compile(
    r"(?<!\d)\d{1,6}[A-Za-z]?\s(?:[^\s,]+\s){1,4}?"
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|circle|cir|boulevard|blvd|way|place|pl|terrace|ter|"
    r"parkway|pkwy|highway|hwy|trail|trl|square|sq|loop)\b.*|\bp\.?\s?o\.?\s?box\s.*",
    re.IGNORECASE,
)
_ONE_DIGIT = re.compile(r"(\d)\1*")  # a filler, and no number of a person
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Place:
    """Where in a file something was found; what is not known is left out of the message."""

    path: Path
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.path.name]
        parts += [f"sheet {self.sheet!r}"] if self.sheet is not None else []
        parts += [f"row {self.row:,}"] if self.row is not None else []
        parts += [f"column {self.column}"] if self.column is not None else []
        return ", ".join(parts)


def refusal(place: Place, found: str, rule: str, fix: str) -> TapeError:
    """Build the error that refuses a file: where, what was found, the rule, the fix."""
    return TapeError(f"{place}: {found}. {rule} {fix}".strip())


def reason_of(error: BaseException) -> str:
    """Give what a parser says of its failure on one line."""
    lines = str(error).splitlines()
    return lines[0][:120] if lines else type(error).__name__


class Shown(str):
    """Text in which personal data is masked already."""

    __slots__ = ()


def shown_id(loan_id: str, may_have_slipped: bool = False) -> str:
    """Give a loan number so that it can be found again: whole, but for control characters and what is over 100 long.

    Parameters
    ----------
    may_have_slipped
        The row is out of line: what reads as words or holds an address is masked like any cell.

    Examples
    --------
    >>> shown_id("MADE-EX-1", True), shown_id("Prepared for J Doe", True), shown_id("Doe Bros 7")
    ('MADE-EX-1', 'P******* f** J D**', 'Doe Bros 7')
    """
    if may_have_slipped and (len(loan_id.split()) > 1 or "@" in loan_id):
        return masked(loan_id)
    return "".join(character if character.isprintable() else " " for character in loan_id[:100])


def masked(value: str) -> str:
    """Give a cell in a form that may be shown: cut short, without control characters, personal data masked.

    Social security numbers keep their last four digits, ten digits that may be a telephone number their area code, other
    telephone numbers, e-mail and street addresses nothing.  Where two or more words stand together each keeps its first
    letter, since a column that has slipped may hold a name, unless every one of them is a word of the trade.

    Examples
    --------
    >>> masked("123-45-6789"), masked("Jane Q Doe"), masked("$1,234.50"), masked("call 305-555-0100")
    ('***-**-6789', 'J*** Q D**', '$1,234.50', 'call ***')
    >>> masked("Single Family"), masked("120 days past due"), masked("12 Elm St, Ocala"), masked("Deed Received from J Doe")
    ('Single Family', '120 days past due', '***', 'D*** R******* f*** J D**')
    """
    if isinstance(value, Shown):
        return value
    text = "".join(character if character.isprintable() else " " for character in value[: 4 * _SHOWN])
    whole = text
    if _ONE_DIGIT.fullmatch(text):
        return text[:_SHOWN]
    text = _ADDRESS.sub("***", _PHONE.sub("***", _EMAIL.sub("***@***", text)))
    text = _BARE_PHONE.sub(r"\1*******", text) if _BARE_PHONE.fullmatch(text.strip()) else text
    text = _SOCIAL_SECURITY.sub(r"***-**-\1", text)
    # Beside a number that tells of a person one word alone may be a name too.
    if len(_WORD.findall(text)) > (text == whole) and not is_trade_text(text):
        text = _WORD.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
