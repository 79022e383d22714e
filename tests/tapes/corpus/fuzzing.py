"""Random tapes and random bytes: what may come of reading them, and what may not.

A random tape has permuted columns, headings of the vocabulary in any spelling and some with a typing error, a random way
of writing each column, missing cells and a random layout and kind of file.  It must be read to the truth, or be refused
with a reason; a wrong value is a failure, whatever else went right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

from notes import TapeError, UsageError
from notes.schema import Kind
from tapes import ReadOptions, TapeReading, read_tape
from tests.tapes.corpus import cells, grid, kinds, pay
from tests.tapes.corpus.cells import KINDS, PHX_WORDS, SHORT_WORDS, Style, wording
from tests.tapes.corpus.compare import same_value
from tests.tapes.corpus.made import AS_OF_OPTION, MadeFile, Tape
from tests.tapes.corpus.truth import AS_OF, FIELDS, TODAY, Note, plain_notes
from tests.tapes.corpus.vocabulary import FALSE_FRIENDS, NOT_NEEDED, PERSONAL, PLAIN, VOCABULARY

_ALWAYS = (
    "loan_id",
    "upb",
    "as_is_value",
    "property_state",
    "note_rate",
    "p_and_i",
    "lien_position",
    "senior_lien_balance",
    "next_due_date",
)
_NEVER_BLANK = frozenset(_ALWAYS) | {"as_of_date", "paid_to_date"}
_BALANCES = ("upb", "original_balance", "as_is_value", "accrued_interest", "late_charges", "corporate_advance")
_SHARE_OF_TYPOS = 0.06
_LONGEST_SHORT = 5
"""Headings shorter than this are left without typing errors: one letter makes another word of them."""


@dataclass(frozen=True)
class Scenario:
    """A random tape.

    Parameters
    ----------
    notes
        As the tape tells them: a cell that was left out is missing.
    fields
        Fields under a heading without a typing error; each must be read.
    mistyped
        Fields under a heading with one; each may be read or not.
    """

    file: MadeFile
    notes: tuple[Note, ...]
    fields: tuple[str, ...]
    mistyped: frozenset[str]
    headings: dict[str, str]


def random_tape(draw: random.Random) -> Scenario:
    """Draw a tape."""
    chosen = _fields(draw)
    headings, mistyped = _headings(draw, chosen)
    notes = tuple(_blanked(draw, note, chosen) for note in draw.sample(plain_notes(), draw.randint(15, 40)))
    book = draw.random() < 0.4
    styles = {name: _style(draw, name, book) for name in chosen}
    if "percent" in headings["note_rate"].lower():  # a heading that names the unit is not lied to
        styles["note_rate"] = cells.percent_points
    for name in chosen:
        if name in _BALANCES and name not in mistyped and draw.random() < 0.08:
            suffix, style = draw.choice(
                ((" ($000s)", cells.thousands), (" (cents)", cells.cents), (" ($)", cells.dollars))
            )
            headings[name] = headings[name].strip() + suffix
            styles[name] = style
    order = list(chosen)
    draw.shuffle(order)
    tape = Tape(
        "fuzz",
        notes,
        {name: headings[name] for name in order},
        styles,
        _missing(draw, chosen),
        _extra(draw, headings),
        _history(draw),
        _layout(draw, headings),
        _kind(draw, book),
        draw.choice(("tape.csv", "tape.xlsx", "seller file")),
        in_order=tuple(order),
    )
    told = tuple(name for name in chosen if name not in mistyped)
    return Scenario(tape.file(options=AS_OF_OPTION, password="made"), notes, told, frozenset(mistyped), headings)


def _fields(draw: random.Random) -> list[str]:
    optional = [name for name in FIELDS if name not in _ALWAYS]
    return [*_ALWAYS, *draw.sample(optional, draw.randint(0, len(optional)))]


def _headings(draw: random.Random, chosen: list[str]) -> tuple[dict[str, str], set[str]]:
    headings: dict[str, str] = {}
    mistyped = set()
    used: set[str] = set()
    for name in chosen:
        word = draw.choice((*VOCABULARY.get(name, ()), PLAIN[name]))
        if len(word) >= _LONGEST_SHORT and draw.random() < _SHARE_OF_TYPOS:
            wrong = _typo(draw, word)
            if _key(wrong) not in _ALL_KEYS:
                word = wrong
                mistyped.add(name)
        if _key(word) in used:
            word = PLAIN[name]
            mistyped.discard(name)
        used.add(_key(word))
        headings[name] = _spelling(draw, word)
    return headings, mistyped


def _key(word: str) -> str:
    return re.sub(r"[^a-z0-9&]", "", word.lower())


_ALL_KEYS = frozenset(
    _key(word)
    for words in (*VOCABULARY.values(), *FALSE_FRIENDS.values(), PERSONAL, NOT_NEEDED, PLAIN.values(), FIELDS)
    for word in words
)


def _typo(draw: random.Random, word: str) -> str:
    at = draw.randrange(1, len(word))
    how = draw.randrange(4)
    if how == 0:
        return word[:at] + word[at + 1 :]
    if how == 1:
        return word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at:]
    if how == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


def _spelling(draw: random.Random, word: str) -> str:
    """Write a heading in another way that means the same: case, spaces, line breaks, underscores."""
    changes: tuple[Callable[[str], str], ...] = (
        lambda one: one,
        lambda one: one,
        lambda one: one.upper() if " " in one or "_" in one else one,
        lambda one: one.lower() if " " in one or "_" in one else one,
        lambda one: f" {one}  ",
        lambda one: one.replace(" ", "\u00a0"),
        lambda one: one.replace(" ", "\n"),
        lambda one: one.replace(" ", "_"),
        lambda one: one.replace("_", " "),
    )
    return draw.choice(changes)(word)


def _blanked(draw: random.Random, note: Note, chosen: list[str]) -> Note:
    """Leave out what the tape does not tell of a note."""
    lost = [name for name in note.values if name not in _NEVER_BLANK and draw.random() < 0.08]
    return note.but(**dict.fromkeys(lost))


_MONEY: tuple[Style, ...] = (cells.text_number, cells.dollars, cells.accounting, cells.usd)
_RATES: tuple[Style, ...] = (
    cells.text_number,
    cells.percent_points,
    cells.percent_sign,
    cells.basis_points_text,
    cells.basis_points,
)
_DATES: tuple[Style, ...] = (
    cells.iso,
    cells.iso_time,
    cells.month_day_year,
    cells.padded_month_day_year,
    cells.short_year,
    cells.digits,
    cells.named_month,
    cells.long_month,
    cells.serial,
)
_FLAGS = (("Y", "N"), ("Yes", "No"), ("T", "F"), ("1", "0"), ("TRUE", "FALSE"))


def _style(draw: random.Random, name: str, book: bool) -> Style:
    kind = KINDS[name]
    if kind is Kind.DATE:
        return draw.choice((*_DATES[:-1], cells.date_cell) if book else _DATES)
    if kind is Kind.MONEY:
        return draw.choice((*_MONEY, cells.number))
    if kind is Kind.RATE:
        return draw.choice(_RATES)
    if kind is Kind.SHARE:
        return draw.choice(_RATES[:3])
    if kind is Kind.FLAG:
        return cells.flag(*draw.choice(_FLAGS))
    if name == "lien_position":
        return draw.choice((cells.text_number, cells.number, cells.lien_words, cells.lien_names))
    if name == "property_state":
        return draw.choice((cells.as_text, wording(cells.STATE_NAMES), lambda one: str(one).lower()))
    if name in PHX_WORDS:
        return draw.choice((cells.as_text, wording(PHX_WORDS[name]), wording((PHX_WORDS | SHORT_WORDS)[name])))
    return draw.choice((cells.text_number, cells.number)) if kind is Kind.NUMBER else cells.as_text


def _missing(draw: random.Random, chosen: list[str]) -> dict[str, object]:
    words: dict[str, object] = {}
    for name in chosen:
        if name in _NEVER_BLANK or draw.random() < 0.6 or KINDS[name] in (Kind.TEXT, Kind.CODE):
            continue
        words[name] = draw.choice((("N/A", ""), "null", ("NA", "TBD"), ""))
        if KINDS[name] is Kind.DATE:
            words[name] = draw.choice(("00/00/0000", "12/31/9999", ("N/A", ""), "NULL"))
        if name == "credit_score":
            words[name] = draw.choice(("9999", "0", "N/A"))
    return words


def _extra(draw: random.Random, headings: dict[str, str]) -> list[tuple[str, Callable[[int, Note], object]]]:
    friends = [word for words in FALSE_FRIENDS.values() for word in words]
    extra: list[tuple[str, Callable[[int, Note], object]]] = []
    for word in draw.sample((*friends, *NOT_NEEDED, *PERSONAL), draw.randint(0, 6)):
        cell = draw.choice(("1/2/2003", "17", "made", "0.18", "Y"))
        extra.append((word, lambda i, note, cell=cell: cell))  # type: ignore[misc]
    return extra


def _history(draw: random.Random) -> pay.Pay:
    ways = (
        lambda: pay.NOTHING,
        pay.newest_right,
        pay.newest_left,
        pay.fannie,
        pay.dv01,
        lambda: pay.numbered([f"M{i}" for i in range(13)], 13),
        lambda: pay.numbered(pay.short_months(12), 12, newest_first=False),
    )
    return draw.choice(ways)()


def _layout(draw: random.Random, headings: dict[str, str]) -> list[grid.Layout]:
    pairs = {word: _halves(word) for word in headings.values() if " " in word.strip() and "\n" not in word}
    two_rows = pairs and draw.random() < 0.25
    choices: tuple[grid.Layout, ...] = (
        grid.blank_below(3),
        grid.footnotes("* Made notes, as the servicer says."),
        grid.spacers(draw.randint(0, 6)),
        grid.two_rows(pairs) if two_rows else grid.heading_again(7),
        grid.titles("Made Fund", "", "Loan tape"),
    )
    return [one for i, one in enumerate(choices) if draw.random() < 0.25 or (i == 3 and two_rows)]


def _halves(word: str) -> tuple[str, str]:
    first, _, second = word.strip().partition(" ")
    return first, second


def _kind(draw: random.Random, book: bool) -> kinds.Write:
    if book:
        books = (kinds.workbook(), kinds.workbook(), kinds.workbook(date_1904=True), kinds.old_workbook)
        return draw.choice((*books, *books, *books, kinds.macro_workbook, kinds.locked("made")))
    return draw.choice(
        (
            kinds.delimited(),
            kinds.delimited(),
            kinds.delimited("\t"),
            kinds.delimited(";"),
            kinds.delimited("|"),
            kinds.delimited(encoding="utf-16"),
            kinds.delimited(encoding="utf-8-sig"),
            kinds.html_table,
        )
    )


_BY_ITS_DATES = ("referred", "sale_scheduled")
"""Where nothing is told of a foreclosure but the day of its referral or sale, so far it has gone at least."""


def wrongs(scenario: Scenario, reading: TapeReading) -> list[str]:
    """Say what a reading of a random tape got wrong; an empty list where nothing."""
    frame, found = reading.tape.notes.frame, []
    truth = {note.loan_id: note for note in scenario.notes}
    told = {one.loan_id for one in reading.exceptions}
    ids = [str(one) for one in frame["loan_id"]]
    lost = set(truth) - set(ids) - told
    if lost or set(ids) - set(truth):
        return [f"notes lost {sorted(lost)[:5]} or unheard of {sorted(set(ids) - set(truth))[:5]}"]
    if not scenario.mistyped:
        found += [f"excepted {one.field} {one.code} {one.value!r}" for one in reading.exceptions[:3]]
    for name in FIELDS:
        for loan_id, cell in zip(ids, frame[name], strict=True):
            value = truth[loan_id].values.get(name)
            missing = pd.isna(cell)
            if missing and (value is None or name not in scenario.fields):
                continue
            if (
                name == "foreclosure_status"
                and cell in _BY_ITS_DATES
                and (value is None or name not in scenario.fields)
            ):
                continue
            if missing or value is None or not same_value(cell, value):
                found.append(f"{name} of {loan_id}: read {'nothing' if missing else repr(cell)}, truth {value!r}")
                break
    return found + _wrong_history(scenario, reading, truth)


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Parameters
    ----------
    kind
        ``read``, ``refused`` or ``failed``.
    reason
        Of a refusal: its first words without what is of this file alone.
    problems
        Of a failure.
    """

    kind: str
    reason: str = ""
    problems: tuple[str, ...] = ()


def tape_outcome(scenario: Scenario, folder: Path) -> Outcome:
    """Read a random tape from a folder and judge what came of it; an error of another kind is let through."""
    path = scenario.file.write(folder)
    try:
        reading = read_tape(path, ReadOptions(**scenario.file.read_options(folder)))  # type: ignore[arg-type]
    except (TapeError, UsageError) as refused:
        problems = unmet(scenario, str(refused))
        problems += [] if path.name in str(refused) else [f"the refusal does not name the file: {refused}"]
        return Outcome("failed" if problems else "refused", reason_of(refused), tuple(problems))
    problems = wrongs(scenario, reading)
    if reading.counts.rows != len(scenario.notes):
        problems.append(f"{reading.counts.rows} rows of {len(scenario.notes)} notes")
    return Outcome("failed" if problems else "read", "", tuple(problems))


def bytes_outcome(data: bytes, folder: Path) -> Outcome:
    """Read random bytes and judge what came of it; an error of another kind is let through."""
    path = folder / "tape.csv"
    path.write_bytes(data)
    try:
        counts = read_tape(path, ReadOptions(today=TODAY, as_of=AS_OF)).counts
    except (TapeError, UsageError) as refused:
        return Outcome("refused", reason_of(refused))
    whole = counts.lines == counts.not_notes + counts.rows and counts.rows == counts.priced + counts.excepted
    return Outcome("read") if whole else Outcome("failed", "", (f"counts do not add up: {counts}",))


def reason_of(refused: Exception) -> str:
    """Give a refusal without names, numbers and values, so that like refusals count together."""
    text = re.sub(r"^[^:]*: ", "", str(refused).splitlines()[0])
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "..", text)
    return re.sub(r"\d[\d,.]*", "n", text)[:70]


def unmet(scenario: Scenario, refusal: str) -> list[str]:
    """Say of which fields a refusal finds no column though their headings are written as they should be."""
    missing = set(re.findall(r"no column (\w+)(?: \(|;|\.)", refusal))
    return [f"no column found for {name} under {scenario.headings[name]!r}" for name in missing & set(scenario.fields)]


def _wrong_history(scenario: Scenario, reading: TapeReading, truth: dict[str, Note]) -> list[str]:
    months = scenario.file.expected.months
    for i, loan_id in enumerate(reading.tape.notes.text("loan_id")):
        seen = [int(one) for one in reading.tape.history.months_delinquent[i, -max(months, 1) :]]
        behind = list(truth[str(loan_id)].behind[-months:]) if months else []
        if seen != (behind or [-1] * len(seen)):
            return [f"history of {loan_id}: read {seen}, truth {behind}"]
    return []


def small_tape(draw: random.Random) -> tuple[str, bytes]:
    """Give a small tape in a random kind of file, to be damaged."""
    notes = plain_notes()[:8]
    writes: dict[str, kinds.Write] = {
        "csv": kinds.delimited(),
        "utf-16": kinds.delimited("\t", "utf-16"),
        "xlsx": kinds.workbook(),
        "xls": kinds.old_workbook,
        "parquet": kinds.parquet_typed,
        "html": kinds.html_table,
    }
    name = draw.choice(list(writes))
    if name not in _SMALL:
        styles = {one: cells.number for one in FIELDS if isinstance(notes[0].values.get(one), Decimal)}
        tape = Tape("small", notes, PLAIN, styles, pay=pay.newest_right(), write=writes[name])
        _SMALL[name] = tape.file().data()
    return name, _SMALL[name]


_SMALL: dict[str, bytes] = {}
_MAGIC = (
    b"",
    b"PK\x03\x04",
    b"PAR1",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"<html><table>",
    b"%PDF",
    b"\x1f\x8b",
)


def random_bytes(draw: random.Random) -> tuple[str, bytes]:
    """Draw bytes that are no tape: noise behind a known beginning, or a small tape damaged in a few places."""
    if draw.random() < 0.15:
        return "noise", draw.choice(_MAGIC) + draw.randbytes(draw.randrange(0, 600))
    name, whole = small_tape(draw)
    data = bytearray(whole)
    for _ in range(draw.choice((1, 1, 2, 5, 30))):
        at, how = draw.randrange(len(data)), draw.randrange(6)
        if how == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif how == 1:
            data[at] = draw.randrange(256)
        elif how == 2:
            del data[at : at + draw.randrange(1, 60)]
        elif how == 3:
            data[at:at] = draw.randbytes(draw.randrange(1, 40))
        elif how == 4:
            piece = data[at : at + draw.randrange(1, 400)]
            data[at:at] = piece * draw.randrange(1, 4)
        else:
            data[at] = draw.choice(b'",;\t\n\r\x00=<>&\xff')
        if len(data) < 2:
            break
    if draw.random() < 0.1:
        del data[draw.randrange(len(data)) :]
    return name, bytes(data)
