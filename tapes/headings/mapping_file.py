"""Writing a mapping file, or adding to one that a person has written in: what stands there stays as it is."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from notes import UsageError
from notes.text import one_line
from tapes.asking import Question, toml_text
from tapes.headings.columns import AssignedColumn, Suggestion
from tapes.headings.mapping import FORMAT, read_mapping
from tapes.headings.mapping import Mapping as SavedMapping
from tapes.headings.normalise import normalised
from tapes.headings.registry import AFTER_THE_FACT, IGNORED, PERSONAL

_HEAD = """\
# What each column of {seller}'s tapes is. notebid map wrote this; it is yours to change, and your lines stay.
# In mappings/ a tape with these headings, in whatever order, finds it; elsewhere it is given with --mapping. A line
# says what a heading is: a field (docs/data_dictionary.md), "ignored" (not read), "personal" (dropped on reading),
# "after_the_fact" (told once a note has ended, never read).
"""
_COLUMNS_TABLE = re.compile(r"^[ \t]*\[[ \t]*columns[ \t]*\][^\n]*\n?", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True)
class Proposal:
    """What is to be in a mapping file.

    Parameters
    ----------
    key
        Of the set of headings.
    columns
        Every column of the file, unmapped ones with their suggestions.
    questions
        Open ones; each of their answers is offered.
    dropped
        Headings of columns about persons.
    lacking
        Fields without which no note can be priced, and which no heading is like.
    units, pay_string, outcomes
        What a person has said under ``[units]``, ``[pay_string]`` and ``[outcomes]`` in the file that the tape was read by.
    """

    seller: str
    key: str
    columns: Sequence[AssignedColumn]
    questions: Sequence[Question] = ()
    dropped: Sequence[str] = ()
    lacking: Sequence[str] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    pay_string: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)


def write_mapping(path: Path, proposal: Proposal) -> SavedMapping:
    """Write a mapping file, or add to it what it does not speak of yet; it appears whole or not at all.

    A line that the file has, in use or begun with ``#``, is neither changed nor said again.

    Raises
    ------
    UsageError
        The file is there and cannot be read, or not be added to.
    """
    if path.exists():
        before = read_mapping(path)
        text = _added(path.read_text(encoding="utf-8-sig"), before, proposal)
    else:
        text = _new(proposal)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: nothing can be added to it as it stands ({error})") from None
    _write(path, text)
    return read_mapping(path)


def _new(proposal: Proposal) -> str:
    lines = _lines(proposal)
    groups = [
        ("Read as:", [one for one in lines if one.word not in (IGNORED, AFTER_THE_FACT, PERSONAL, "")]),
        ("Known and not read:", [one for one in lines if one.word in (IGNORED, AFTER_THE_FACT)]),
        ("About persons, dropped on reading:", [one for one in lines if one.word == PERSONAL]),
    ]
    text = _HEAD.format(seller=one_line(proposal.seller))
    text += f"format = {FORMAT}\nseller = {toml_text(proposal.seller)}\nheadings_sha256 = {toml_text(proposal.key)}\n"
    for title, some in groups:
        body = "".join(f"columns.{toml_text(one.key)} = {toml_text(one.word)}\n" for one in some)
        text += f"\n# {title}\n{body}" if some else ""
    said = _settings(proposal)
    body = "".join(f"{table}.{toml_text(key)} = {toml_text(word)}\n" for table, key, word in said)
    text += f"\n# As you have said:\n{body}" if said else ""
    comments = _comments(proposal, lines, "")
    return text + (f"\n{comments}" if comments else "")


def _settings(proposal: Proposal) -> list[tuple[str, str, str]]:
    """Give the units, pay string settings and words for outcomes that a person has said: table, key and word."""
    tables = (("units", proposal.units), ("pay_string", proposal.pay_string), ("outcomes", proposal.outcomes))
    return [(table, key, word) for table, said in tables for key, word in said.items()]


def _added(text: str, before: SavedMapping, proposal: Proposal) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    if proposal.key not in before.keys:
        keys = [*before.keys, proposal.key]
        document["headings_sha256"] = keys[0] if len(keys) == 1 else keys
    lines = [one for one in _lines(proposal) if not _is_spoken_of(one, before, text)]
    in_table = _COLUMNS_TABLE.search(text) is not None
    for one in lines:
        if not one.word:
            continue
        if in_table:
            document["columns"][one.key] = one.word
        else:
            document.add(tomlkit.key(["columns", one.key]), tomlkit.string(one.word))
    there: dict[str, Mapping[str, str]] = {
        "units": before.units,
        "pay_string": before.pay_string,
        "outcomes": before.outcomes,
    }
    for table, key, word in _settings(proposal):
        if normalised(key) in {normalised(one) for one in there[table]}:
            continue
        if there[table]:
            document[table][key] = word
        else:
            document.add(tomlkit.key([table, key]), tomlkit.string(word))
    text = tomlkit.dumps(document)
    comments = _comments(proposal, lines, text)
    return _put_in(text, comments, in_table) if comments else text


def _put_in(text: str, comments: str, in_table: bool) -> str:
    """Put lines where they hold once their ``#`` is taken away: under ``[columns]``, or above the first table."""
    table = _COLUMNS_TABLE.search(text)
    if in_table and table is not None:
        return f"{text[: table.end()]}{comments.replace('# columns.', '# ')}{text[table.end() :]}"
    first = _TABLE.search(text)
    at = len(text) if first is None else first.start()
    gap = "" if text[:at].endswith("\n\n") else "\n" if text[:at].endswith("\n") else "\n\n"
    return f"{text[:at]}{gap}{comments}" + (f"\n{text[at:]}" if first is not None else "")


@dataclass(frozen=True)
class _Line:
    key: str
    word: str
    suggestions: Sequence[Suggestion] = ()


def _lines(proposal: Proposal) -> list[_Line]:
    """Give a line for each column, but for those of which a question asks what they are: an answer is their line."""
    asked = {answer.key for one in proposal.questions for answer in one.answers if answer.table == "columns"}
    times = Counter(one.heading for one in proposal.columns)
    lines = []
    for one in proposal.columns:
        if one.heading:
            key = one.heading if times[one.heading] == 1 else f"{one.heading} [{one.letter}]"
            if key not in asked:
                # A column that fills another's blanks is of the other's field, as a person has said.
                target = one.target if one.fills is None else proposal.columns[one.fills].target
                lines.append(_Line(key, target or "", one.suggestions))
    return lines + [_Line(one, PERSONAL) for one in dict.fromkeys(proposal.dropped) if one]


def _is_spoken_of(line: _Line, before: SavedMapping, text: str) -> bool:
    """Tell whether a file has a line for a column, in use or begun with ``#``."""
    if line.word and normalised(line.key) in {normalised(one) for one in before.columns}:
        return True
    name, table = re.escape(toml_text(line.key)), _COLUMNS_TABLE.search(text)
    dotted = re.search(rf"^[ \t#]*columns[ \t]*\.[ \t]*{name}[ \t]*=", text, re.MULTILINE)
    if dotted is not None or table is None:
        return dotted is not None
    end = _TABLE.search(text, table.end())
    inside = text[table.end() : len(text) if end is None else end.start()]
    return re.search(rf"^[ \t#]*{name}[ \t]*=", inside, re.MULTILINE) is not None


def _comments(proposal: Proposal, lines: Sequence[_Line], text: str) -> str:
    """Give what is not settled as lines that a person can put in use by taking their ``#`` away."""
    open_lines = [one for one in lines if not one.word]
    said = "".join(
        f'# Missing: {name}. Write "{name}" on the line of the column that it is.\n'
        for name in proposal.lacking
        if f"# Missing: {name}." not in text
    )
    if open_lines:
        said += "# Not known. Take the # away to accept what is suggested, or write another field.\n"
    for one in open_lines:
        if one.suggestions:
            best = one.suggestions[0]
            why = f"suggestion, {best.score:.0f} of 100: take the # away to accept"
            said += f"# columns.{toml_text(one.key)} = {toml_text(best.target)}   # {why}\n"
        else:
            said += f"# columns.{toml_text(one.key)} = {toml_text(IGNORED)}   # no suggestion; it is not read\n"
    for question in proposal.questions:
        answers = [one for one in question.answers if one.line not in text]
        if answers and len(answers) == len(question.answers):
            said += f"\n# Question about {one_line(question.column)}: {one_line(question.asks)}\n"
            said += f"# {one_line(question.evidence)}\n"
            if any(one.table == "columns" and f"\ncolumns.{toml_text(one.key)} =" in text for one in answers):
                said += "# A heading has one line: an answer stands in place of the line that is there.\n"
            said += "".join(f"# {one.line}   # {one_line(one.meaning)}\n" for one in answers)
    return said


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
