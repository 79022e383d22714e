"""A workbook with two columns for everything, formulas without values, and the as-of date in a heading."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.tapes.vicious.made import (
    OCCUPANCY_WORDS,
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

_WHOLE, _PART = "UPB @ 10/31/26", "Interest Bearing Balance"


def _month(day: date) -> str:
    return day.strftime("%b-%y")


def _notes(rng: random.Random) -> list[Note]:
    notes = made_notes(7, 22, lambda i: f"SER-{i:02d}-A")
    for note in notes:
        note["deferred_balance"] = round(rng.uniform(2000, 30000), 2) if note["i"] % 4 == 1 else 0.0
        note["whole"] = round(note["upb"] + note["deferred_balance"], 2)
        note["legal_balance"] = round(note["whole"] + note["p_and_i"] * note["behind"] * 0.8, 2)
    spoil(notes[3], "", {"Seller BPO": "180k"})
    # A program wrote these formulas that does not calculate.
    for i in (5, 13):
        spoil(notes[i], "E_UPB", {_PART: ("=ROUND(1.5*2,2)", ""), _WHOLE: ("=1+1", "")})
    spoil(notes[8], "E_UPB", {_PART: ("=VLOOKUP(A1,#REF!,2,0)", "#REF!"), _WHOLE: ("=#REF!", "#REF!")})
    due = month_start(month_number(notes[10]["next_due_date"]) - 5)
    spoil(notes[10], "W_DUE_CONFLICT", next_due_date=due)
    spoil(notes[11], "W_CELL_ERROR", {"Next Due": "#N/A"}, next_due_date=None)
    spoil(notes[17], "E_RESOLVED", {"Notes": "PIF 10/22/26 - do not bid"})
    spoil(notes[19], "W_COMMENT", {"Notes": "CFD / land contract"})
    return notes


def _columns(rng: random.Random) -> Columns:
    return [
        ("Loan ID", lambda note: note["loan_id"]),
        ("Prior Servicer Loan #", lambda note: f"00{note['i']:05d}"),
        ("Borrower (made)", lambda note: note["borrower"]),
        ("Position", lambda note: "1st"),
        ("Property State", lambda note: note["property_state"]),
        ("Mailing State", lambda note: rng.choice(["AZ", "NV", "FL"])),
        ("Zip", lambda note: note["property_zip"]),
        ("Collateral", lambda note: PROPERTY_WORDS[note["property_type"]]),
        ("Occupancy at Orig", lambda note: rng.choice(["P", "P", "I"])),
        ("Occupancy", lambda note: OCCUPANCY_WORDS[note["occupancy"]]),
        (_WHOLE, lambda note: ("=1+1", note["whole"])),
        (_PART, lambda note: note["upb"]),
        ("Deferred Principal Balance", lambda note: note["deferred_balance"]),
        ("Total Debt Owed", lambda note: note["legal_balance"]),
        ("Orig Bal", lambda note: note["original_balance"]),
        ("Note Date", lambda note: note["origination_date"].strftime("%d-%b-%Y")),
        ("Mat Date", lambda note: note["maturity_date"].strftime("%m/%Y")),
        ("Orig Rate", lambda note: (note["points"] + 1.5) / 100),
        ("Current IR", lambda note: note["points"] / 100),
        ("Mod IR", lambda note: note["points"] / 100 if note["i"] % 4 == 1 else "N/A"),
        ("Sold Rate", lambda note: (note["points"] - 0.375) / 100),
        ("Monthly P&I", lambda note: note["p_and_i"]),
        ("PITI", lambda note: round(note["p_and_i"] * 1.27, 2)),
        ("Next Due", lambda note: _month(note["next_due_date"])),
        ("Paid Thru", lambda note: _month(note["paid_to_date"])),
        ("Last Paid", lambda note: note["last_payment_date"].strftime("%m/%d/%y")),
        ("BPO", lambda note: note["as_is_value"]),
        ("BPO Dt", lambda note: note["valuation_date"].strftime("%b %d, %Y")),
        ("Seller BPO", lambda note: note["as_is_value"] * rng.choice([1.0, 1.02, 1.18, 0.84])),
        ("Seller BPO Dt", lambda note: "Oct-26"),
        ("AVM", lambda note: note["as_is_value"] * 0.97),
        ("ARV", lambda note: note["arv"]),
        ("Price %", lambda note: 0.62),
        ("Notes", lambda note: ""),
    ]


def _write(path: Path) -> list[Note]:
    rng = random.Random(77)
    notes, columns = _notes(rng), _columns(rng)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Bid Tape")
    as_percent = book.add_format({"num_format": "0.00%"})

    def put(row: int, column: int, cell: Any) -> None:
        if isinstance(cell, tuple):
            sheet.write_formula(row, column, cell[0], None, cell[1])
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, as_percent if 0 < cell < 1 else None)
        else:
            sheet.write_string(row, column, cell)

    sheet.write(0, 0, "Trade 26-114 (made data). Settlement 12/15/2026")
    lines: list[list[Any]] = [headings(columns), *(row_of(columns, note) for note in notes)]
    for row, cells in enumerate(lines, 2):
        for column, cell in enumerate(cells):
            put(row, column, cell)
    last = len(lines) + 2
    sheet.write(last, 0, "Total")
    put(last, headings(columns).index("Orig Bal"), ("=SUBTOTAL(9,O4:O25)", total(notes, "original_balance")))
    put(last, headings(columns).index(_WHOLE), ("=SUBTOTAL(9,K4:K25)", 1))  # a value that is no longer true
    sheet.write(last + 1, 0, "Weighted Avg")
    put(last + 1, headings(columns).index("Current IR"), 0.0687)
    sheet.write(last + 3, 0, "UPB includes deferred. P&I at current rate.")
    book.close()
    return notes


TWO_OF_EVERYTHING = Vicious(
    "07_two_of_everything.xlsx",
    _write,
    (
        *("property_state", "property_zip", "occupancy", "upb", "deferred_balance", "legal_balance", "note_rate"),
        *("original_balance", "origination_date", "maturity_date", "p_and_i", "next_due_date", "paid_to_date"),
        *("last_payment_date", "as_is_value", "valuation_date", "lien_position"),
    ),
    ('columns."BPO" = "as_is_value"',),
)
