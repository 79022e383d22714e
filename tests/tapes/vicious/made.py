"""Made notes of which everything is known, for tapes that are hard to read.  No loan here is anybody's."""

from __future__ import annotations

import calendar
import copy
import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Note = dict[str, Any]
Columns = Sequence[tuple[str, Callable[[Note], Any]]]

AS_OF = date(2026, 10, 31)
STATES = (
    *(("FL", "Florida", "33012"), ("OH", "Ohio", "44105"), ("NY", "New York", "10467"), ("NJ", "New Jersey", "07104")),
    *(("TX", "Texas", "77028"), ("MA", "Massachusetts", "01852"), ("GA", "Georgia", "30310")),
    *(("CA", "California", "90044"), ("PA", "Pennsylvania", "19140"), ("IL", "Illinois", "60628")),
    *(("WV", "West Virginia", "25301"), ("WA", "Washington", "98118"), ("ME", "Maine", "04240")),
    *(("NC", "North Carolina", "28208"), ("DC", "District of Columbia", "20019"), ("IN", "Indiana", "46201")),
)
PROPERTY_WORDS = {
    "single_family": "Single Family",
    "condo": "Condo",
    "townhouse": "Townhouse",
    "pud": "PUD",
    "2-4_unit": "2-4 Family",
}
PROPERTY_CODES = {"single_family": "SF", "condo": "CO", "townhouse": "TH", "pud": "PU", "2-4_unit": "2-4"}
OCCUPANCY_WORDS = {"owner": "Owner Occupied", "tenant": "Tenant Occ", "vacant": "VACANT", "unknown": "Unk"}
FORECLOSURE_WORDS = {
    "none": "",
    "referred": "Referred to Atty",
    "filed": "Complaint Filed",
    "judgment": "Judgement Filed",
    "sale_scheduled": "Sale Scheduled",
}
_KINDS = ("clean", "npl", "deep", "roll", "cured", "late", "npl", "recent", "npl")
_RATES = (3.5, 3.875, 4.25, 4.625, 5.125, 5.75, 6.375, 6.99, 7.25, 7.875, 8.5, 9.75, 10.5, 11.25)
_MONTHS = 25


@dataclass(frozen=True)
class Vicious:
    """A tape, what an analyst says about it, and what must come of it.

    Parameters
    ----------
    write
        Writes the file into a folder under the name and gives its notes in file order, each with what is ``told`` of it: an
        ``E_`` code that keeps it out, a ``W_`` code that it carries, or nothing.
    fields
        What is compared with the notes.
    answers
        Lines of a mapping, each offered by a question of its own, in the order of the questions.
    options
        What else is said.
    others
        Codes of rows that are no notes and stay among the exceptions.
    """

    name: str
    write: Callable[[Path], list[Note]]
    fields: tuple[str, ...]
    answers: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    others: tuple[str, ...] = ()


def month_number(day: date) -> int:
    """Count months from year 0."""
    return day.year * 12 + day.month - 1


def month_start(number: int, day: int = 1) -> date:
    """Give a day of a month, its last where it has no such day."""
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


LAST_MONTH = month_number(AS_OF)


def serial(day: date, zero: date = date(1899, 12, 30)) -> int:
    """Give a spreadsheet's number of a day."""
    return (day - zero).days


def made_notes(seed: int, n: int, loan_id: Callable[[int], str]) -> list[Note]:
    """Make notes whose payments, balances and due dates fit each other: 30 years, level instalments, due on the first."""
    rng = random.Random(seed)
    return [_note(rng, i, seed, loan_id(i)) for i in range(1, n + 1)]


def _note(rng: random.Random, i: int, seed: int, loan_id: str) -> Note:
    behind = _history(rng, _KINDS[i % len(_KINDS)])
    due = LAST_MONTH + 1 - behind[-1]
    closed = rng.randint(2004 * 12, 2020 * 12)
    closed = due - 30 if due - closed < 8 else closed
    first = closed + 2
    points, original = rng.choice(_RATES), rng.randint(450, 6800) * 100
    monthly, paid = points / 1200, due - first
    instalment = round(original * monthly / (1 - (1 + monthly) ** -360), 2)
    grown = (1 + monthly) ** paid
    upb = round(original * grown - instalment * (grown - 1) / monthly, 2)
    state, state_name, zip_code = STATES[(i * 7 + seed) % len(STATES)]
    value = round(upb * rng.uniform(0.7, 2.1) / 500) * 500
    received = [round(instalment * (before + 1 - now), 2) for before, now in itertools.pairwise(behind)]
    last = max((t for t, amount in enumerate(received) if amount > 0), default=None)
    last_paid = (LAST_MONTH - 23 + last) if last is not None else due - 1
    kind = rng.choice(["single_family", "condo", "townhouse", "2-4_unit", "pud"])
    stages = ["none", "referred", "filed", "judgment", "sale_scheduled"]
    return {
        "i": i,
        "loan_id": loan_id,
        "as_of_date": AS_OF,
        "borrower": f"Testcase Person {i}",
        "street": f"{100 + i} Example St",
        "city": f"Madeupville {i % 5 + 1}",
        "lien_position": 1,
        "original_balance": float(original),
        "origination_date": month_start(closed, rng.randint(3, 27)),
        "first_payment_date": month_start(first),
        "maturity_date": month_start(first + 359),
        "points": points,
        "note_rate": round(points / 100, 6),
        "p_and_i": instalment,
        "upb": upb,
        "property_state": state,
        "state_name": state_name,
        "property_zip": zip_code,
        "property_type": kind,
        "units": rng.choice([2, 3, 4]) if kind == "2-4_unit" else 1,
        "occupancy": rng.choice(["owner", "owner", "tenant", "vacant", "unknown"]),
        "as_is_value": float(value),
        "arv": float(round(value * 1.34 / 1000) * 1000),
        "valuation_date": month_start(LAST_MONTH - rng.randint(1, 11), rng.randint(1, 28)),
        "next_due_date": month_start(due),
        "paid_to_date": month_start(due - 1),
        "last_payment_date": month_start(last_paid, rng.randint(2, 27)),
        "behind": behind[-1],
        "months": behind[1:],
        "received": received,
        "foreclosure_status": rng.choice(stages) if behind[-1] >= 5 else "none",
        "bankruptcy_chapter": "13" if i % 11 == 5 and behind[-1] > 1 else "",
        "credit_score": rng.randint(480, 780),
        "corporate_advance": round(rng.uniform(1, 9000), 2) if behind[-1] > 3 else None,
        "cells": {},
        "told": "",
    }


def _history(rng: random.Random, kind: str) -> list[int]:
    """Give months behind at 25 month ends, oldest first; nobody falls back by two in a month."""
    match kind:
        case "clean":
            months = [0] * _MONTHS
        case "roll":
            months = [0] * rng.randint(2, 9) + [1] * rng.randint(3, 6) + [2] * _MONTHS
        case "npl":
            months = [0] * rng.randint(3, 20) + list(range(1, 40))
        case "deep":
            deepest = rng.choice([6, 9, 15, 27, 41])
            months = list(range(deepest, deepest + _MONTHS))
        case "cured":
            months = [0] * rng.randint(2, 6) + [1, 2, 3, 4] + [0] * rng.randint(2, 5) + [1] + [0] * _MONTHS
        case "late":
            months = [0] * rng.randint(6, 12) + [1, 2, 2, 3, 3, 3, 2] + [3] * _MONTHS
        case _:
            months = [0] * (_MONTHS - rng.randint(1, 4)) + list(range(1, 9))
    return months[:_MONTHS]


def spoil(note: Note, told: str, cells: dict[str, Any] | None = None, **known: Any) -> None:
    """Change cells of a note's row, what must be told of it, and what is then known of it; None: nothing."""
    note["told"] = told
    note["cells"].update(cells or {})
    note.update(known)


def repeat(note: Note, told: str = "E_DUP_SAME") -> Note:
    """Give a note whose row is the same cell for cell; the note has to be written before."""
    return {**copy.deepcopy(note), "told": told}


def row_of(columns: Columns, note: Note) -> list[Any]:
    """Give a note's cells, and keep them for a repeated row."""
    if "row" not in note:
        changed = note["cells"]
        note["row"] = [changed[name] if name in changed else cell(note) for name, cell in columns]
    return list(note["row"])


def headings(columns: Columns) -> list[str]:
    """Give the headings."""
    return [heading for heading, _ in columns]


def total(notes: Iterable[Note], name: str = "upb") -> float:
    """Add dollars up."""
    return round(sum(note[name] for note in notes), 2)
