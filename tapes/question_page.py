"""``seller_questions.md``: the questions of a tape as one letter, ready to send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from notes.text import one_line
from tapes.question_texts import Part
from tapes.questions import LoanList, SellerQuestion, seller_questions
from tapes.reading import TapeReading

_MOST_NAMED = 50
"""Loans that are just those with a blank cell in a column are named up to this many."""
_WIDTH = 110
_WORD = re.compile(r"(?:(`+)(?!`).*?(?<!`)\1(?!`)|[^\s`])+")
"""What is not broken at a line's end: a word, with what is quoted in it."""
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TITLES = {
    Part.TAPE: "For the tape as a whole",
    Part.MISSING: "Missing on particular loans",
    Part.CONFIRM: "To confirm or correct on particular loans",
}


def questions_page(reading: TapeReading, tape_name: str) -> str:
    """Write the letter, in Markdown that reads as plain text too.

    Parameters
    ----------
    tape_name
        The file's name, without its folder.
    """
    questions = seller_questions(reading)
    lines = ["# Questions on the loan tape", "", *_opening(questions, reading, tape_name)]
    number = 0
    for part, title in _TITLES.items():
        of_part = [one for one in questions if one.part is part]
        lines += ["", f"## {title}"] if of_part else []
        for one in of_part:
            number += 1
            lines += ["", *_question(number, one)]
    lines += ["", "Thank you for your help.", ""]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Set text that somebody else wrote so that Markdown leaves it alone.

    Examples
    --------
    >>> quoted("007"), quoted("a`b|c")
    ('`007`', '``a`b|c``')
    """
    text = one_line(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _opening(questions: Sequence[SellerQuestion], reading: TapeReading, tape_name: str) -> list[str]:
    rows = reading.counts.rows
    about = _count(rows, "loan") + (f", as of {_dates(reading)}" if len(reading.tape) else "")
    thanks = f"Thank you for the tape {quoted(tape_name)} ({about})."
    if not questions:
        return [f"{thanks} It answers all that we need at this point; we have no questions."]
    loans = {asked for one in questions for each in one.lists for asked in each.loans}
    names = f", which name {_count(len(loans), 'loan')}" if loans else ""
    text = (
        f"{thanks} To complete our review, we would be grateful for your answers to the "
        f"{_count(len(questions), 'question')} below{names}. A corrected tape answers as well as a list. If something is "
        "not available, please tell us so."
    )
    return _wrapped(text, "")


def _question(number: int, one: SellerQuestion) -> list[str]:
    column = f" (column {quoted(one.heading)})" if one.heading else ""
    indent = " " * len(f"{number}. ")
    lines = _wrapped(f"{number}. **{one.topic}**{column}. {one.text}", indent)
    for each in one.lists:
        lines += ["", *_loans(each, indent)] if each is one.lists[0] else _loans(each, indent)
    return lines


def _loans(one: LoanList, indent: str) -> list[str]:
    column = f" (column {quoted(one.heading)})" if one.heading else ""
    if one.everyone and len(one.loans) > _MOST_NAMED:
        return [f"{indent}- all loans"]
    if one.all_blanks and len(one.loans) > _MOST_NAMED:
        whom = f"the {len(one.loans):,} loans on which this column is blank"
        return _wrapped(f"- {one.words}{column}: {whom}" if one.words else f"- {whom}", f"{indent}  ", indent)
    shown = f"{one.words}{column}: " if one.words else f"shown as {quoted(one.value)}: " if one.value else ""
    rows: dict[str, list[int]] = {}
    for asked in one.loans:
        rows.setdefault(asked.loan_id if asked.loan_id.strip() else f"\0{asked.row}", []).append(asked.row)
    return _listed(shown, [_loan(loan_id, found) for loan_id, found in rows.items()], indent)


def _loan(loan_id: str, rows: Sequence[int]) -> str:
    """Name a loan, with the rows on which it stands where they are to be shown."""
    numbers = [f"{row:,}" for row in rows if row]
    where = f"row{'s' * (len(numbers) > 1)} {_and(numbers)}" if numbers else ""
    if loan_id.startswith("\0"):
        return where
    return f"{quoted(loan_id)} ({where})" if where else quoted(loan_id)


def _listed(shown: str, names: Iterable[str], indent: str) -> list[str]:
    """Give one list item, broken between names only."""
    lines, line = [], f"{indent}- {shown}"
    for name in names:
        if len(line) + len(name) > _WIDTH and line.strip(" -"):
            lines.append(line.rstrip())
            line = f"{indent}  "
        line += f"{name}, "
    return [*lines, line.rstrip(", ")]


def _wrapped(text: str, indent: str, first: str = "") -> list[str]:
    """Break text at spaces outside of quoted parts."""
    lines: list[str] = []
    line = ""
    for match in _WORD.finditer(text):
        if line and len(line) + 1 + len(match[0]) > _WIDTH:
            lines.append(line)
            line = indent + match[0]
        else:
            line = f"{line} {match[0]}" if line else first + match[0]
    return [*lines, line]


def _dates(reading: TapeReading) -> str:
    days = np.unique(reading.tape.notes.days("as_of_date"))
    first, last = _date(days[0].item()), _date(days[-1].item())
    return first if first == last else f"dates from {first} to {last}"


def _date(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + "s" * (number != 1)
