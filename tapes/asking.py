"""A question that the file itself does not settle, with the evidence and the lines that answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from notes import TapeError
from tapes.refusal import Place, refusal

_LONE = re.compile(r"[\ud800-\udfff]")


def toml_text(text: str) -> str:
    r"""Write text as a TOML string on one line; what a terminal might obey, or would not show, is written out.

    Half of a surrogate pair, which a file's name may hold and TOML may not, becomes U+FFFD.

    Examples
    --------
    >>> toml_text("Loan No.")
    '"Loan No."'
    >>> print(toml_text("a\u202eb\x7f"))
    "a\u202eb\u007f"
    """
    return "".join(
        mark if mark.isprintable() else f"\\u{ord(mark):04x}" if ord(mark) < 0x10000 else f"\\U{ord(mark):08x}"
        for mark in json.dumps(_LONE.sub("\ufffd", text), ensure_ascii=False)
    )


@dataclass(frozen=True)
class Answer:
    """One answer: what it means, and the line of a mapping file that gives it.

    Parameters
    ----------
    meaning
        In words, with an example from the file where there is one (personal data masked).
    table
        The table of the mapping file: ``columns``, ``units``, ``pay_string`` or ``outcomes``.
    key, value
        The line's two sides: a heading or setting, and what is said of it.
    """

    meaning: str
    table: str
    key: str
    value: str

    @property
    def line(self) -> str:
        """The line as TOML, a dotted key so that it can be pasted anywhere above the first table."""
        return f"{self.table}.{toml_text(self.key)} = {toml_text(self.value)}"


@dataclass(frozen=True)
class Question:
    """What has to be known before a column can be read.

    Parameters
    ----------
    column
        The heading as written.
    evidence
        What the file says for and against each answer, with counts.
    asks
        The question, one sentence with its question mark.
    answers
        At least two where the possible answers are few; none where only the seller can say.
    """

    column: str
    evidence: str
    asks: str
    answers: tuple[Answer, ...] = ()

    def error(self, place: Place) -> QuestionError:
        """Build the refusal: where, the evidence, the question, and for each answer its line."""
        lines = "".join(f"\n    {one.line}   # {one.meaning}" for one in self.answers)
        fix = f"Answer with one line in the tape's mapping (notebid map writes it):{lines}" if lines else ""
        told = refusal(Place(place.path, place.sheet, None, self.column), self.evidence.rstrip("."), self.asks, fix)
        return QuestionError(str(told), (self,))


class QuestionError(TapeError):
    """A tape that is refused until questions are answered."""

    def __init__(self, message: str, questions: Sequence[Question]) -> None:
        super().__init__(message)
        self.questions = tuple(questions)


def raise_open(questions: Sequence[Question], place: Place) -> None:
    """Refuse the file while anything is open, with every question at once; pass when nothing is.

    Raises
    ------
    QuestionError
        At least one question is open.
    """
    if not questions:
        return
    errors = [one.error(place) for one in questions]
    if len(errors) == 1:
        raise errors[0]
    told = "".join(f"\n{number}. {text}" for number, text in enumerate(errors, 1))
    raise QuestionError(f"{place}: {len(errors)} questions have to be answered first.{told}", questions)
