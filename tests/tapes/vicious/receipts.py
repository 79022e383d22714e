"""A workbook with dollars received a month, no due date for every other note, and a ledger beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.tapes.vicious.made import (
    LAST_MONTH,
    PROPERTY_WORDS,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    month_start,
    row_of,
    spoil,
    total,
)

_COLUMNS: Columns = [
    ("Acct", lambda note: note["loan_id"]),
    ("Name", lambda note: note["borrower"]),
    ("Lien Pos", lambda note: "1"),
    ("ST", lambda note: note["property_state"]),
    ("Zip", lambda note: note["property_zip"]),
    ("Prop", lambda note: PROPERTY_WORDS[note["property_type"]]),
    ("Prin Bal", lambda note: note["upb"]),
    ("Original Principal", lambda note: note["original_balance"]),
    ("Rate", lambda note: note["points"]),
    ("Regular Payment (P&I)", lambda note: note["p_and_i"]),
    ("Loan Closing Date", lambda note: note["origination_date"]),
    ("Maturity", lambda note: note["maturity_date"]),
    ("Paid Through Date", lambda note: note["paid_to_date"] if note["i"] % 2 else None),
    ("LPD", lambda note: note["last_payment_date"]),
    ("Statement Date", lambda note: date(2026, 11, 1)),
    ("CMV", lambda note: note["as_is_value"]),
    *((f"Pay{k}", lambda note, k=k: note["received"][-k] or "-") for k in range(1, 13)),
]


def _notes() -> list[Note]:
    notes = made_notes(9, 20, lambda i: f"{i:05d}")
    for note in notes:
        note["paid"] = note["received"][-12:]
        if note["i"] % 2 == 0:
            note["told"] = "E_DUE"  # who pays each month may have been behind for years
    spoil(notes[2], "", {"Pay3": -notes[2]["p_and_i"]}, paid=[*notes[2]["paid"][:9], -notes[2]["p_and_i"], None, None])
    half = round(notes[6]["p_and_i"] * 0.5, 2)
    spoil(notes[6], "", {"Pay1": half}, paid=[*notes[6]["paid"][:11], half])
    spoil(notes[10], "", {"Paid Through Date": date(2027, 4, 1)}, paid_to_date=date(2027, 4, 1), behind=0)
    spoil(notes[12], "E_VALUE", {"CMV": "see BPO"})
    return notes


def _write(path: Path) -> list[Note]:
    notes = _notes()
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Loans"
    sheet.append(["Report run 11/12/2026 8:14 AM", None, None, None, "made data"])
    sheet.append([])
    sheet.append([*[None] * 6, "Loan", *[None] * 9, "Monthly receipts (1 = latest)"])
    sheet.merge_cells(start_row=3, end_row=3, start_column=17, end_column=28)
    for cells in (headings(_COLUMNS), *(row_of(_COLUMNS, note) for note in notes)):
        sheet.append(cells)
    sheet.append(["Totals (20)", *[None] * 5, total(notes)])
    _ledger(book.create_sheet("Pmt Ledger"), notes)
    book.save(path)
    return notes


def _ledger(sheet: Any, notes: list[Note]) -> None:
    sheet.append(["Acct", "Post Date", "Eff Date", "Type", "Amount", "Prin", "Int", "Running Bal"])
    for note in notes:
        number = int(note["loan_id"])
        for back, amount in enumerate(reversed(note["received"][-12:])):
            day = month_start(LAST_MONTH - back, 5)
            if amount:
                sheet.append([number, day, day, "PMT", amount])
        if note["i"] in (4, 7, 15):  # after the day of the tape
            sheet.append([number, date(2026, 11, 6), date(2026, 11, 6), "PMT", note["p_and_i"]])
        sheet.append([f"{note['loan_id']} Total"])


RECEIPTS = Vicious(
    "09_receipts_cutoff_2026-10-31.xlsx",
    _write,
    (
        *("as_of_date", "property_state", "property_zip", "upb", "original_balance", "note_rate", "p_and_i"),
        *("origination_date", "maturity_date", "paid_to_date", "last_payment_date", "as_is_value", "paid"),
    ),
    options=(("sheet", "Loans"),),
)
