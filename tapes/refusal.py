"""How a refusal reads, and how what it quotes is kept free of personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from notes import TapeError

_SHOWN = 60
_SOCIAL_SECURITY = re.compile(r"\b\d{3}-?\d{2}-?(\d{4})\b")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+")
_PHONE = re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")
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


class Shown(str):
    """Text in which personal data is masked already."""

    __slots__ = ()


def shown_id(loan_id: str) -> str:
    """Give a loan number so that it can be found again: whole, but for control characters and what is over 100 long."""
    return "".join(character if character.isprintable() else " " for character in loan_id[:100])


def masked(value: str) -> str:
    """Give a cell in a form that may be shown: cut short, without control characters, personal data masked.

    Social security numbers keep their last four digits, e-mail addresses and telephone numbers nothing, and where two
    or more words stand together each keeps its first letter, since a column that has slipped may hold a name.

    Examples
    --------
    >>> masked("123-45-6789"), masked("Jane Q Doe"), masked("$1,234.50"), masked("call 305-555-0100")
    ('***-**-6789', 'J*** Q D**', '$1,234.50', 'call ***')
    """
    if isinstance(value, Shown):
        return value
    text = "".join(character if character.isprintable() else " " for character in value[: 4 * _SHOWN])
    text = _SOCIAL_SECURITY.sub(r"***-**-\1", _PHONE.sub("***", _EMAIL.sub("***@***", text)))
    if len(_WORD.findall(text)) > 1:
        text = _WORD.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
