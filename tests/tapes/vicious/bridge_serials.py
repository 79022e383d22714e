"""A workbook with bare serial numbers for dates, a subtotal above the heading, a hidden row, zip codes without their 0."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.tapes.vicious.made import (
    AS_OF,
    FORECLOSURE_WORDS,
    OCCUPANCY_WORDS,
    PROPERTY_WORDS,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    repeat,
    row_of,
    serial,
    spoil,
    total,
)

_HIDDEN = 22


def _notes() -> list[Note]:
    notes = made_notes(1, 26, lambda i: f"{4410 + i * 37:010d}")
    for note in notes:
        note["late"] = (AS_OF - note["next_due_date"]).days
    spoil(notes[2], "E_DOMAIN", {"Property Type": "Multi-Family", "# of\nUnits": 26})
    spoil(notes[5], "E_DOMAIN", {"Property Type": "Land", "# of\nUnits": ""})
    spoil(notes[8], "E_DOMAIN", {"Property Type": "Mixed Use", "# of\nUnits": 6})
    spoil(notes[10], "E_RESOLVED", {"FC Status": "Deed Received"})
    ahead = {"paid_to_date": date(2026, 10, 17), "behind": 0, "foreclosure_status": "none"}
    spoil(notes[0], "", {"Days Past Due": -17, "FC Status": None}, **ahead)
    spoil(notes[12], "", origination_date=date(1989, 5, 14), first_payment_date=date(1989, 7, 1))
    spoil(notes[12], "", maturity_date=date(2019, 6, 1))
    spoil(notes[14], "E_DUE", {"Paid to Date": "N/A", "Days Past Due": "#N/A"})
    spoil(notes[16], "E_VALUE", {"As is Value - Current": "-"})  # the value after repairs beside it is no way out
    spoil(notes[17], "", {"Original FICO": 9999}, credit_score=None)
    spoil(notes[18], "", {"Original FICO": 0}, credit_score=None)
    spoil(notes[20], "", {"Lien Position": "First"})
    spoil(notes[21], "", {"Paid to Date": notes[21]["paid_to_date"].strftime("%m/%d/%Y")})
    spoil(notes[_HIDDEN], "W_ROW_HIDDEN")
    return notes


def _columns(rng: random.Random) -> Columns:
    return [
        (" ", lambda note: None),
        ("Loan #", lambda note: note["loan_id"]),
        ("Borrower Name", lambda note: note["borrower"]),
        ("Lien Position", lambda note: "1"),
        ("Street", lambda note: note["street"]),
        ("ST", lambda note: note["property_state"]),
        ("Zip Code", lambda note: int(note["property_zip"])),
        ("Real Estate Status", lambda note: rng.choice(["Listed", "Not Listed"])),
        ("Property Type", lambda note: PROPERTY_WORDS[note["property_type"]]),
        ("# of\nUnits", lambda note: note["units"]),
        ("Current UPB", lambda note: note["upb"]),
        ("Second UPB", lambda note: rng.choice([None, "-", 18250.55])),
        ("Loan Amount", lambda note: note["original_balance"]),
        ("Note Date", lambda note: serial(note["origination_date"])),
        ("First Pmt Date", lambda note: serial(note["first_payment_date"])),
        ("Maturity Date", lambda note: serial(note["maturity_date"])),
        ("Statement Date", lambda note: serial(date(2026, 11, 1))),
        ("Current Interest Rate", lambda note: note["points"]),
        ("Default Interest Rate", lambda note: rng.choice([0.18, 0.24])),
        ("Sold Rate", lambda note: note["points"] - 0.5),
        ("Current PI", lambda note: note["p_and_i"]),
        ("Paid to Date", lambda note: serial(note["paid_to_date"])),
        ("Last Full Payment Dt", lambda note: serial(note["last_payment_date"])),
        ("Days Past Due", lambda note: note["late"]),
        ("REC CORP Advance Balance", lambda note: note["corporate_advance"] or "-"),
        ("As is Value - Current", lambda note: note["as_is_value"]),
        ("Appraised After Renovated Value - Current", lambda note: note["arv"]),
        ("Appraisal Date - Current", lambda note: serial(note["valuation_date"])),
        ("FC Status", lambda note: FORECLOSURE_WORDS[note["foreclosure_status"]] or None),
        ("BK Status", lambda note: "Active Ch 13" if note["bankruptcy_chapter"] else "No"),
        ("DQ Reason", lambda note: rng.choice(["0", "Liquidity", "Fraud"])),
        ("Occupancy Status", lambda note: OCCUPANCY_WORDS[note["occupancy"]]),
        ("Original FICO", lambda note: note["credit_score"]),
    ]


def _write(path: Path) -> list[Note]:
    notes, columns = _notes(), _columns(random.Random(11))
    balance, loan = headings(columns).index("Current UPB"), headings(columns).index("Loan #")

    def summed(label: str, some: list[Note]) -> list[Any]:
        cells: list[Any] = [None] * len(columns)
        cells[loan], cells[balance] = label, total(some)
        return cells

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tape"
    sheet.append([None, "TESTCASE CAPITAL - MADE NPL / BRIDGE POOL (ALL DATA MADE UP)"])
    sheet.append([None, "Balances as of close of business October 31, 2026"])
    sheet.append([None, "Bids due:", "12/04/2026"])
    sheet.append([None, "SUBTOTAL", *[None] * 8, f"=SUBTOTAL(9,K7:K{len(notes) + 12})"])
    sheet.append([])
    lines: list[Any] = [headings(columns), *notes[:12], summed("Subtotal - Performing/Bridge", notes[:12]), []]
    listed = [*notes, *(one for one in ())]
    for line in [*lines, headings(columns), *notes[12:]]:
        sheet.append(row_of(columns, line) if isinstance(line, dict) else line)
        if line is notes[_HIDDEN]:
            sheet.row_dimensions[sheet.max_row].hidden = True
    listed.append(repeat(notes[6]))
    sheet.append(row_of(columns, listed[-1]))
    sheet.append(summed("Grand Total (27 loans)", listed))
    sheet.append([])
    sheet.append([None, "* Values are drive-by BPO; ARV per sponsor."])
    sheet.append([None, "(1) Negative days past due = paid ahead"])
    book.save(path)
    return listed


BRIDGE_SERIALS = Vicious(
    "01_bridge_serials.xlsx",
    _write,
    (
        *("property_state", "property_zip", "upb", "original_balance", "origination_date", "first_payment_date"),
        *("maturity_date", "note_rate", "p_and_i", "paid_to_date", "last_payment_date", "corporate_advance"),
        *("as_is_value", "valuation_date", "bankruptcy_chapter", "occupancy", "credit_score"),
    ),
)
