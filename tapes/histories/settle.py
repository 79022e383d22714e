"""Which way of reading a column is the right one: the file's own evidence, a person's word, or a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import UsageError
from notes.history import UNKNOWN
from tapes.asking import Answer, Question
from tapes.headings import Mapping
from tapes.histories.alphabets import ALPHABETS, CREDIT_BUREAU, FLOOR, MONTHS_BEHIND, Alphabet
from tapes.histories.evidence import MBA, OTS, ByDueDate, Evidence, apart_from_due, count_rises, top_is_a_floor
from tapes.histories.method import settle_method, to_mba
from tapes.histories.months import Codes, MonthCells, fitting
from tapes.histories.statuses import Statuses, settle_months

_FITS = 0.9
"""Share of the months that an alphabet must be able to read."""
_SIDES = ("right", "left")
_OPEN_ENDED = (MONTHS_BEHIND.name, CREDIT_BUREAU.name)
_PAIRED = 10
"""Delinquent months, all on the second place of their pairs, from which characters are taken for pairs."""


@dataclass(frozen=True)
class Said:
    """What a person has said about a column's reading.

    Parameters
    ----------
    alphabet, newest
        As in a mapping file; None where not said.
    ots
        float64, shape (n_notes,): 1 counted by OTS, 0 by MBA, NaN not said.
    """

    alphabet: str | None
    newest: str | None
    ots: NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """A column read.

    Parameters
    ----------
    statuses
        By MBA.
    told
        How it was read and why, for a person.
    doubtful
        bool, shape (n_notes,): notes whose way of counting is not known, or whose zeros may stand for a month.
    evidence
        For this reading.
    remarks
        Sentences for the user.
    """

    statuses: Statuses
    told: str
    doubtful: NDArray[np.bool_]
    evidence: Evidence
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of month cells and what is known beside it.

    Parameters
    ----------
    heading
        As written.
    what
        What it is called in a message: ``pay strings``, ``monthly columns``.
    cells
        A token a month.
    by_due
        Of the same notes.
    alphabets
        Those that may be meant.
    sides
        Where the newest month may stand.
    """

    heading: str
    what: str
    cells: MonthCells
    by_due: ByDueDate
    said: Said
    alphabets: tuple[Alphabet, ...]
    sides: tuple[str, ...] = _SIDES

    def codes(self, one: Evidence) -> Codes:
        """Read the column by a reading's alphabet."""
        return _cells(self.cells, one.alphabet).read(one.alphabet.codes, one.newest)


def said_in(mapping: Mapping, ots: NDArray[np.float64]) -> Said:
    """Take what the mapping file says about pay strings.

    Raises
    ------
    UsageError
        It says something that is not known.
    """
    known = {"alphabet": tuple(ALPHABETS), "newest": ("left", "right"), "method": (MBA, OTS)}
    for key, values in known.items():
        value = mapping.pay_string.get(key)
        if value is not None and value not in values:
            raise UsageError(f"{mapping.path}: pay_string.{key} = {value!r}; it is one of {', '.join(values)}.")
    return Said(mapping.pay_string.get("alphabet"), mapping.pay_string.get("newest"), ots)


def weigh(column: Column) -> list[Evidence]:
    """Give the evidence for each reading that can read nine tenths of the column, the preferred first."""
    return [
        _evidence(column, alphabet, newest)
        for alphabet in _readable(column)
        for newest in ([column.said.newest] if column.said.newest else column.sides)
    ]


def settle(column: Column, readings: list[Evidence]) -> Reading | Question:
    """Choose among readings.

    A reading against which another speaks clearly is out, and so is one that cannot stand by itself.  Readings that give
    every note the same history count as one.  Where only zeros are left, the months in which all agree are taken.  What a
    person has said whole is taken whatever speaks against it.
    """
    if column.said.alphabet is not None and len(readings) == 1:
        left = readings
    else:
        left = [one for one in readings if one.believable and not any(other.excludes(one) for other in readings)]
    least = min((one.foreign for one in left), default=0)
    left = [one for one in left if one.foreign == least]
    if not left:
        return ask(column, readings, "No reading fits")
    first, chosen = left[0], read_by(column, left[0])
    ways, same = [(first, chosen.statuses)], [first]
    for one in left[1:]:
        found = read_by(column, one).statuses
        twin = next((way for way, statuses in ways if _equal(found, statuses)), None)
        if twin is None:
            ways.append((one, found))
        elif twin is first:
            same.append(one)
    if len(ways) == 1:
        return replace(chosen, told=_told(chosen, first, readings, same))
    if all(_only_zeros(statuses) for _, statuses in ways):
        return _agreed(column, chosen, ways)
    return ask(column, [one for one, _ in ways], "It can be read in several ways")


def _agreed(column: Column, chosen: Reading, ways: list[tuple[Evidence, Statuses]]) -> Reading:
    """Take the months in which all readings agree: where nobody was ever behind, they differ in how far they reach."""
    months = ways[0][1].months
    for _, statuses in ways[1:]:
        months = np.where(months == statuses.months, months, np.int16(UNKNOWN))
    names = " or ".join(one.name for one, _ in ways)
    remark = (
        f"{column.heading!r}: nobody was ever behind in it, so that it can be read in several ways ({names}); only the "
        "months in which all agree are taken."
    )
    statuses = replace(chosen.statuses, months=months, stated=months)
    return replace(chosen, statuses=statuses, told=f"all current; {names}", remarks=(*chosen.remarks, remark))


def read_by(column: Column, one: Evidence) -> Reading:
    """Read a column in one way."""
    codes = column.codes(one)
    method = settle_method(codes, column.by_due, column.said.ots)
    moved, hidden = to_mba(codes, method.ots, column.by_due)
    statuses = settle_months(moved, column.by_due.mba)
    behind = (statuses.months > 0).any(axis=1) | (np.isnan(column.by_due.mba) & (statuses.months >= 0).any(axis=1))
    unknown = ~method.known & behind
    remarks: tuple[str, ...] = ()
    if unknown.any():
        remarks = (
            f"{column.heading!r}: neither the file nor the due dates say whether months behind are counted by MBA or OTS; "
            "MBA is assumed.  Give --dq-method mba or ots.",
        )
    told = one.name + (f"; {one.told()}" if one.rises or one.compared.any() else "")
    return Reading(statuses, told + (f"; {method.told}" if method.told else ""), unknown | hidden, one, remarks)


def ask(column: Column, readings: Iterable[Evidence], why: str) -> Question:
    """Ask which reading is meant, with the evidence for each."""
    listed = list(readings)
    evidence = f"{why} ({column.what}): " + "; ".join(f"[{one.name}: {one.told()}]" for one in listed[:8])
    answers = []
    alphabets = list(dict.fromkeys(one.alphabet.name for one in listed)) or [one.name for one in column.alphabets]
    if len(alphabets) > 1 or not listed:
        answers += [Answer(ALPHABETS[name].says, "pay_string", "alphabet", name) for name in alphabets]
    sides = list(dict.fromkeys(one.newest for one in listed)) or list(column.sides)
    if len(sides) > 1:
        answers += [Answer(f"the newest month stands on the {side}", "pay_string", "newest", side) for side in sides]
    if not answers:
        one = listed[0]
        answers = [
            Answer(f"it is {one.alphabet.says} all the same", "pay_string", "alphabet", one.alphabet.name),
            Answer(f"its newest month stands on the {one.newest}", "pay_string", "newest", one.newest),
        ]
    wanted = " and ".join(
        words
        for words, asked in (
            ("which alphabet is it", len(alphabets) > 1 or not listed),
            ("at which end is the newest month", len(sides) > 1),
        )
        if asked
    )
    asks = f"{wanted[0].upper()}{wanted[1:]}?" if wanted else "Is it right all the same?"
    return Question(column.heading, evidence, asks, tuple(answers))


def _readable(column: Column) -> list[Alphabet]:
    if column.said.alphabet is not None:
        return [_by_name(column, column.said.alphabet)]
    fits = [one for one in column.alphabets if fitting(_cells(column.cells, one), one) >= _FITS]
    wide = next((one for one in fits if one.width == 2), None)
    if wide is None:
        return fits
    if (column.cells.ends % 2 == 0).sum() > (1 - _FITS) * (column.cells.ends >= 0).sum():
        return [one for one in fits if one.width == 1]
    return [wide] if _paired(column.cells) else fits


def _by_name(column: Column, name: str) -> Alphabet:
    return next((one for one in column.alphabets if one.name == name), ALPHABETS[name])


def _paired(cells: MonthCells) -> bool:
    """Tell characters of which the first of each pair is never but 0 (or X), and the second often is something else."""
    table = np.zeros(256, dtype=np.int8)
    table[[ord(one) for one in "123456789"]] = 1
    told = table[cells.ids].sum(axis=0, dtype=np.int64)
    return bool(told[::2].sum() == 0 and told[1::2].sum() >= _PAIRED)


def _evidence(column: Column, alphabet: Alphabet, newest: str) -> Evidence:
    cells = _cells(column.cells, alphabet)
    codes = cells.read(alphabet.codes, newest)
    if alphabet.name in _OPEN_ENDED and (top := top_is_a_floor(codes, column.by_due)) is not None:
        capped = {text: FLOOR + top if code == top else code for text, code in alphabet.codes.items()}
        alphabet = replace(alphabet, says=f"{alphabet.says}, {top} or more", codes=capped)
        codes = cells.read(alphabet.codes, newest)
    apart = apart_from_due(codes, column.by_due, column.said.ots)
    return Evidence(alphabet, newest, cells.foreign(alphabet.codes), cells.written(), *count_rises(codes), apart)


def _cells(cells: MonthCells, alphabet: Alphabet) -> MonthCells:
    return cells.paired if alphabet.width == 2 else cells


def _equal(one: Statuses, other: Statuses) -> bool:
    return bool(
        np.array_equal(one.months, other.months)
        and np.array_equal(one.stated, other.stated)
        and np.array_equal(one.ended, other.ended)
    )


def _only_zeros(statuses: Statuses) -> bool:
    return not (statuses.months > 0).any() and not statuses.ended.any()


def _told(chosen: Reading, first: Evidence, readings: list[Evidence], same: list[Evidence]) -> str:
    """Add what speaks against the nearest other reading: the same alphabet from the other end."""
    other = next((one for one in readings if one.alphabet == first.alphabet and one.newest != first.newest), None)
    if other is None or not other.skips or any(one.newest == other.newest for one in same):
        return chosen.told
    way = f"{first.skips:,} of {first.rises:,} rises skip a month"
    return chosen.told.replace(way, f"{way}, {other.skips:,} the other way")
