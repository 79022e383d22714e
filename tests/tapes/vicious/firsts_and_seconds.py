"""A workbook with a pivot, first liens under a heading of two rows, seconds under another, and an old tape hidden away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from tests.tapes.vicious.made import (
    FORECLOSURE_WORDS,
    PROPERTY_CODES,
    PROPERTY_WORDS,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    month_number,
    month_start,
    row_of,
    spoil,
    total,
)

_GROUPS = ("Loan", 2), ("Property", 4), ("Loan Terms", 5), ("Balances", 3), ("Status", 3), ("Values", 3)
_HIDDEN = (7, 13)
_SAME_HOUSE = ("property_state", "property_zip", "property_type", "as_is_value", "street")


def _firsts() -> list[Note]:
    notes = made_notes(4, 18, lambda i: f"A{300 + i}")
    for note in notes:
        note["foreclosure"] = FORECLOSURE_WORDS[note["foreclosure_status"]]
        note["foreclosure_status"] = note["foreclosure_status"] if note["foreclosure"] else None
    spoil(notes[2], "", maturity_date=date(2024, 3, 1))
    spoil(notes[7], "W_COMMENT", {"Comments": "WITHDRAWN 11/3"})
    spoil(notes[10], "E_RESOLVED", {"Comments": "REO - evicted 8/26"})
    spoil(notes[13], "W_ROW_HIDDEN")
    return notes


def _seconds(first: Note, rng: random.Random) -> list[Note]:
    notes = made_notes(44, 12, lambda i: f"A{400 + i}")
    for note in notes:
        note |= {name: round(note[name] * 0.2, 2) for name in ("original_balance", "upb", "p_and_i")}
        note["lien_position"] = 2
        note["senior_lien_balance"] = round(note["as_is_value"] * rng.uniform(0.3, 0.8), 2)
        note["senior_payment"] = round(note["senior_lien_balance"] * 0.006, 2)
    # A second lien of the seller's on a house on which he holds the first: one number, two notes.
    notes[0] |= {name: first[name] for name in (*_SAME_HOUSE, "loan_id")}
    notes[0]["senior_lien_balance"] = first["upb"]
    spoil(notes[3], "E_SENIOR", {"Sr.Loan Amount": "see notes"})
    spoil(notes[5], "E_DOMAIN", {"Loan Type": "HELOC"})
    spoil(notes[7], "", {"Pos": "3rd"}, lien_position=3)
    spoil(notes[9], "E_UPB", {"2nd UPB": "(1,250.00)"})
    return notes


def _first_columns(rng: random.Random) -> Columns:
    return [
        ("No.", lambda note: note["loan_id"]),
        ("Borrower", lambda note: note["borrower"]),
        ("Address", lambda note: note["street"]),
        ("State", lambda note: note["property_state"]),
        ("Zip", lambda note: note["property_zip"]),
        ("Type", lambda note: PROPERTY_WORDS[note["property_type"]]),
        ("Orig Amt", lambda note: note["original_balance"]),
        ("Orig Date", lambda note: note["origination_date"]),
        ("Mat Date", lambda note: note["maturity_date"]),
        ("Rate", lambda note: note["points"] / 100),
        ("P&I", lambda note: note["p_and_i"]),
        ("UPB", lambda note: note["upb"]),
        ("Escrow", lambda note: rng.choice([-812.5, 0, 240.1])),
        ("Corp Adv", lambda note: note["corporate_advance"]),
        ("Due", lambda note: note["next_due_date"]),
        ("Last Paid", lambda note: note["last_payment_date"]),
        ("FC", lambda note: note["foreclosure"] or None),
        ("As Is", lambda note: note["as_is_value"]),
        ("ARV", lambda note: note["arv"]),
        ("Date", lambda note: note["valuation_date"]),
        ("Comments", lambda note: None),
    ]


def _second_columns(rng: random.Random) -> Columns:
    return [
        ("Pos", lambda note: "2nd"),
        ("Customer Loan ID", lambda note: note["loan_id"]),
        ("Loan Type", lambda note: "Closed-end 2nd"),
        ("2nd UPB", lambda note: note["upb"]),
        ("Sr.Loan Amount", lambda note: note["senior_lien_balance"]),
        ("Senior Pmt", lambda note: note["senior_payment"]),
        ("Senior Status", lambda note: rng.choice(["Current", "30 DPD", "Unknown"])),
        ("BPO", lambda note: note["as_is_value"]),
        ("BPO DATE", lambda note: note["valuation_date"]),
        ("PROP_STATE", lambda note: note["property_state"]),
        ("PROP_ZIP", lambda note: note["property_zip"]),
        ("PROP_TYP", lambda note: PROPERTY_CODES[note["property_type"]]),
        ("Int Rt", lambda note: note["points"]),
        ("ORIG PMT", lambda note: note["p_and_i"]),
        ("ORIG BAL", lambda note: note["original_balance"]),
        ("ORIG DATE", lambda note: note["origination_date"]),
        ("MATURITY", lambda note: note["maturity_date"]),
        ("NEXT DUE", lambda note: note["next_due_date"]),
        ("LPD", lambda note: note["last_payment_date"]),
        ("Name", lambda note: note["borrower"]),
    ]


def _book() -> tuple[Any, list[Note], list[Note]]:
    rng = random.Random(44)
    firsts = _firsts()
    seconds = _seconds(firsts[4], rng)
    book = openpyxl.Workbook()
    _pivot(book.active, [*firsts, *seconds])
    _first_sheet(book.create_sheet("1st Liens"), firsts, _first_columns(rng))
    sheet, columns = book.create_sheet("2nds"), _second_columns(rng)
    sheet.append(headings(columns))
    for note in seconds:
        sheet.append(row_of(columns, note))
    comments = book.create_sheet("Loan Notes")
    comments.append(["Loan No.", "Comment", "UPB"])
    for note in firsts[:6]:
        comments.append([note["loan_id"], "Called borrower (made).", None])
    old = book.create_sheet("Aug tape")
    old.append(["Loan No.", "UPB", "Due", "State", "As Is", "Rate"])
    for note in firsts:
        due = month_start(month_number(note["next_due_date"]) - 2)
        old.append(
            [note["loan_id"], note["upb"] + 900, due, note["property_state"], note["as_is_value"], note["points"]]
        )
    old.sheet_state = "veryHidden"
    return book, firsts, seconds


def _pivot(sheet: Any, notes: list[Note]) -> None:
    sheet.title = "Summary"
    for cells in (["Testcase Fund II - made pool"], ["Cut-off", datetime(2026, 10, 31)], [], ["State", "Count"]):
        sheet.append(cells)
    for pair in sorted(Counter(note["property_state"] for note in notes).items()):
        sheet.append(pair)
    sheet.append(["Grand Total", len(notes)])


def _first_sheet(sheet: Any, notes: list[Note], columns: Columns) -> None:
    groups: list[str | None] = []
    for name, wide in _GROUPS:
        groups += [name, *[None] * (wide - 1)]
    names = headings(columns)
    sheet.append(["FIRST LIENS"])
    sheet.append([*groups, names[-1]])
    sheet.append([*names[:-1], None])
    start = 1
    for _, wide in _GROUPS:
        sheet.merge_cells(start_row=2, end_row=2, start_column=start, end_column=start + wide - 1)
        start += wide
    balance = names.index("UPB")
    for i, note in enumerate(notes):
        sheet.append(row_of(columns, note))
        sheet.cell(sheet.max_row, names.index("Rate") + 1).number_format = "0.000%"
        sheet.row_dimensions[sheet.max_row].hidden = i in _HIDDEN
        if i == 8:
            sheet.append(["Subtotal", *[None] * (balance - 1), total(notes[:9])])
    sheet.append(["TOTAL FIRSTS", *[None] * (balance - 1), total(notes)])


def _writes(which: int) -> Callable[[Path], list[Note]]:
    def write(path: Path) -> list[Note]:
        book, *notes = _book()
        book.save(path)
        chosen: list[Note] = notes[which]
        return chosen

    return write


_BOTH = (
    *("property_state", "property_zip", "property_type", "original_balance", "origination_date", "maturity_date"),
    *("note_rate", "p_and_i", "upb", "as_is_value", "next_due_date", "last_payment_date", "lien_position"),
)
_SAID = (("as_of", date(2026, 10, 31)),)  # the day stands on the pivot's sheet only
FIRSTS = Vicious(
    "04_firsts.xlsx",
    _writes(0),
    (*_BOTH, "corporate_advance", "foreclosure_status"),
    options=(("sheet", "1st Liens"), ("assume_first_lien", True), *_SAID),
)
SECONDS = Vicious(
    "04_seconds.xlsx",
    _writes(1),
    (*_BOTH, "valuation_date", "senior_lien_balance", "senior_payment"),
    ('columns."2nd UPB" = "upb"',),
    (("sheet", "2nds"), *_SAID),
)
