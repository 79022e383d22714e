"""The questions that a tape leaves open, for its seller: what is missing or unclear, and nothing of what we make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from notes import Notes
from tapes.codes import CODES
from tapes.field_words import FIELD_WORDS
from tapes.findings import Mask
from tapes.question_texts import ASKS, CELL, MISSING_TEXTS, Ask, Part
from tapes.question_wants import HISTORY_TEXT, HISTORY_TOPIC, WANTED
from tapes.reading import ExceptedField, FlaggedCells, TapeReading

_WHOLE_ROW = frozenset({"E_RESOLVED", "E_DOMAIN", "E_DUP", "E_DUP_SAME", "E_RAGGED"})
"""Of a row that is asked about as a whole nothing else is asked."""
_ALONE = frozenset({"upb", "as_is_value", "property_state", "lien_position"})
"""What every loan needs, so that those that lack it are just those on which its column is blank."""
_HISTORY_MONTHS = 12
_SHOWN = 30
_ORDER = {name: i for i, name in enumerate(FIELD_WORDS)}


@dataclass(frozen=True)
class Asked:
    """One loan, or one row of the seller's file, in a question.

    Parameters
    ----------
    loan_id
        As written; empty where there is none.
    row
        In the seller's file; 0 where it is not shown.
    """

    loan_id: str
    row: int = 0


@dataclass(frozen=True)
class LoanList:
    """Loans of a question of which the same is said.

    Parameters
    ----------
    words
        The field that is blank on them, in the trade's words; empty where the question says it.
    value
        What the tape shows for them; empty where that is nothing, or nothing to be repeated.
    heading
        The seller's heading of a column; empty for none.
    all_blanks
        The loans are just those on which the column of that heading is blank: a long list need not be written out.
    everyone
        The loans are all that could be read: they need not be written out either.
    """

    loans: tuple[Asked, ...]
    words: str = ""
    value: str = ""
    heading: str = ""
    all_blanks: bool = False
    everyone: bool = False


@dataclass(frozen=True)
class SellerQuestion:
    """One question.

    Parameters
    ----------
    heading
        The seller's heading of the column that it is about; empty for none.
    lists
        Whom it is about; none where it is about the whole tape.
    """

    part: Part
    topic: str
    text: str
    heading: str = ""
    lists: tuple[LoanList, ...] = field(default=())


def seller_questions(reading: TapeReading) -> tuple[SellerQuestion, ...]:
    """List what a seller should be asked about a tape: the whole tape first, then loan by loan, what matters most first."""
    found = [*_of_the_tape(reading), *_of_excepted_rows(reading), *_of_blanks(reading), *_of_flags(reading)]
    return tuple(sorted(found, key=lambda one: one.part))


def _of_the_tape(reading: TapeReading) -> Iterator[SellerQuestion]:
    if any("W_TAPE_OLD" in flags for flags in reading.flags):
        old = ASKS["W_TAPE_OLD"]
        assert old is not None
        yield SellerQuestion(Part.TAPE, old.topic, old.text)
    short = _short_history(reading)
    if short.all():
        yield SellerQuestion(Part.TAPE, HISTORY_TOPIC, HISTORY_TEXT.format(whose=" for each loan"))
    for wanted in WANTED:
        whom = KINDS_OF_LOANS[wanted.only](reading.tape.notes)
        absent = [name for name in wanted.fields if whom.any() and _blank(reading, name)[whom].all()]
        # A blank is an answer where others have said something; a column of blanks is none.
        if absent and (wanted.where_blank or not any(name in reading.mapping for name in absent)):
            text = (
                f"Please send the {_and([FIELD_WORDS[name] for name in absent])} of {_WHOM[wanted.only]}. {wanted.hint}"
            )
            told = wanted.text if wanted.text and len(absent) == len(wanted.fields) else text.strip()
            yield SellerQuestion(Part.TAPE, wanted.topic, told)


def _of_excepted_rows(reading: TapeReading) -> Iterator[SellerQuestion]:
    whole = _asked_as_a_whole(reading)
    groups: dict[tuple[int, int, str, str, bool], list[ExceptedField]] = {}
    codes = list(ASKS)
    for one in reading.exceptions:
        if one.row in whole and one.code not in _WHOLE_ROW:
            continue
        ask = ASKS.get(one.code, CELL)
        if ask is CELL:
            blank = one.value == ""
            key = (0 if blank else 2, _ORDER.get(one.field, len(_ORDER)), "", one.field, blank)
        elif ask is None:
            continue
        else:
            by_field = one.field if "{field}" in ask.text else ""
            key = (1, codes.index(one.code), one.code, by_field, False)
        groups.setdefault(key, []).append(one)
    for (_, _, code, name, blank), rows in sorted(groups.items(), key=lambda pair: pair[0]):
        yield _of_code(code, name, rows, reading) if code else _of_cells(name, blank, rows, reading)


def _asked_as_a_whole(reading: TapeReading) -> set[int]:
    return {one.row for one in reading.exceptions if one.code in _WHOLE_ROW}


def _of_cells(name: str, blank: bool, rows: list[ExceptedField], reading: TapeReading) -> SellerQuestion:
    words, heading = FIELD_WORDS.get(name, name.replace("_", " ")), reading.mapping.get(name, "")
    topic = words[:1].upper() + words[1:]
    if blank:
        text = MISSING_TEXTS.get(name, "This is blank on the tape. Please send it.")
        just_blank = bool(heading) and name in _ALONE
        lists = tuple(replace(one, all_blanks=just_blank) for one in _lists(rows))
        return SellerQuestion(Part.MISSING, topic, text, heading, lists)
    text = "We could not read this entry as it is shown. Please confirm or correct it."
    return SellerQuestion(Part.CONFIRM, topic, text, heading, _lists(rows))


def _of_code(code: str, name: str, rows: list[ExceptedField], reading: TapeReading) -> SellerQuestion:
    ask = ASKS[code]
    assert ask is not None
    text = ask.text.replace("{field}", FIELD_WORDS.get(name, name.replace("_", " ")))
    heading = reading.mapping.get(name, "") if name else ""
    return SellerQuestion(Part.CONFIRM, ask.topic, text, heading, _lists(rows, ask.shows_rows))


def _lists(rows: list[ExceptedField], with_rows: bool = False) -> tuple[LoanList, ...]:
    """List loans by what the tape shows for them; with their rows, where it is the rows that are in question."""
    by_value: dict[str, dict[Asked, None]] = {}
    for one in rows:
        row = one.row if with_rows or not one.loan_id.strip() else 0
        value = "" if with_rows else _repeated(one.value)
        by_value.setdefault(value, {})[Asked(one.loan_id, row)] = None
    return tuple(LoanList(tuple(loans), value=value) for value, loans in by_value.items())


def _of_blanks(reading: TapeReading) -> Iterator[SellerQuestion]:
    short = _short_history(reading)
    if short.any() and not short.all():
        text = HISTORY_TEXT.format(whose=" for the following loans")
        yield SellerQuestion(Part.MISSING, HISTORY_TOPIC, text, "", (LoanList(_loans(reading, short)),))
    for wanted in WANTED:
        whom = KINDS_OF_LOANS[wanted.only](reading.tape.notes)
        lists = []
        for name in wanted.fields if wanted.where_blank else ():
            blank = _blank(reading, name) & whom
            if blank.any() and not blank[whom].all():
                heading = reading.mapping.get(name, "")
                loans = _loans(reading, blank)
                lists.append(LoanList(loans, FIELD_WORDS[name], "", heading, bool(heading) and wanted.only == "all"))
        if lists:
            what = f"Please send the {lists[0].words}" if len(lists) == 1 else "Please send the following"
            text = f"{what} where it is blank on the tape. {wanted.hint}".strip()
            yield SellerQuestion(Part.MISSING, wanted.topic, text, "", tuple(lists))


def _of_flags(reading: TapeReading) -> Iterator[SellerQuestion]:
    for code, ask in ASKS.items():
        if not code.startswith("W_") or code == "W_TAPE_OLD" or ask is None or code not in CODES:
            continue
        flagged = np.array([code in flags for flags in reading.flags], dtype=bool)
        for cells in reading.doubtful:
            if cells.code == code:
                asked = _of_doubtful(ask, cells, reading)
                yield from (asked,) if asked.lists else ()
                flagged[cells.notes] = False
        if flagged.any():
            part = Part.MISSING if code == "W_LIEN_ASSUMED" else Part.CONFIRM
            loans = LoanList(_loans(reading, flagged, ask.shows_rows), everyone=bool(flagged.all()))
            yield SellerQuestion(part, ask.topic, ask.text, "", (loans,))


def _of_doubtful(ask: Ask, cells: FlaggedCells, reading: TapeReading) -> SellerQuestion:
    """Ask about cells of one column, by what stands in them."""
    ids = reading.tape.notes.text("loan_id")
    by_value: dict[str, list[Asked]] = {}
    for at, value in zip(cells.notes, cells.values, strict=True):
        by_value.setdefault(_repeated(value), []).append(Asked(str(ids[at])))
    whole = _asked_as_a_whole(reading) if cells.excepted else set()
    for row, loan_id, value in cells.excepted:
        if row not in whole:
            by_value.setdefault(_repeated(value), []).append(Asked(loan_id, 0 if loan_id.strip() else row))
    words = FIELD_WORDS.get(cells.field, cells.field.replace("_", " "))
    lists = tuple(LoanList(tuple(loans), value=value) for value, loans in by_value.items())
    text = ask.text.replace("{field}", words)
    return SellerQuestion(Part.CONFIRM, ask.topic, text, reading.mapping.get(cells.field, ""), lists)


def _repeated(value: str) -> str:
    """Give what the tape shows, unless it is long or has something masked."""
    return "" if len(value) > _SHOWN or "*" in value else value


def _loans(reading: TapeReading, picked: Mask, with_rows: bool = False) -> tuple[Asked, ...]:
    ids = reading.tape.notes.text("loan_id")
    return tuple(Asked(str(ids[i]), int(reading.rows[i]) if with_rows else 0) for i in np.flatnonzero(picked))


def _blank(reading: TapeReading, name: str) -> Mask:
    blank: Mask = reading.tape.notes.frame[name].isna().to_numpy()
    return blank


def _short_history(reading: TapeReading) -> Mask:
    """Say of which loans fewer than twelve months are known, or than the loan is old."""
    history, notes = reading.tape.history, reading.tape.notes
    known = (history.months_delinquent >= 0).sum(axis=1)
    received = (~np.isnan(history.amount_received)).sum(axis=1)
    age = notes.month("as_of_date") - notes.month("origination_date")
    wanted = np.clip(np.nan_to_num(age, nan=_HISTORY_MONTHS), 1, _HISTORY_MONTHS)
    short: Mask = np.maximum(known, received) < wanted
    return short


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _one_of(name: str, *codes: str) -> Callable[[Notes], Mask]:
    def which(notes: Notes) -> Mask:
        return np.isin(notes.text(name).astype(str), codes)

    return which


KINDS_OF_LOANS: dict[str, Callable[[Notes], Mask]] = {
    "all": lambda notes: np.ones(len(notes), dtype=bool),
    "junior": lambda notes: notes.number("lien_position") > 1,
    "in_foreclosure": _one_of("foreclosure_status", "referred", "filed", "judgment", "sale_scheduled"),
    "sale_scheduled": _one_of("foreclosure_status", "sale_scheduled"),
    "bankrupt": _one_of("bankruptcy_chapter", "7", "11", "12", "13"),
    "adjustable": _one_of("rate_type", "arm"),
}
_WHOM = {
    "all": "each loan",
    "junior": "each junior lien loan",
    "in_foreclosure": "each loan in foreclosure",
    "sale_scheduled": "each loan with a scheduled foreclosure sale",
    "bankrupt": "each loan in bankruptcy",
    "adjustable": "each adjustable-rate loan",
}
assert {one.only for one in WANTED} <= KINDS_OF_LOANS.keys()
