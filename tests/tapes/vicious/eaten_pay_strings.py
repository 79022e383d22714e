"""A workbook that ate digits: loan numbers and pay strings that became numbers, rates of which every other is per cent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from tests.tapes.vicious.made import (
    PROPERTY_CODES,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    month_number,
    month_start,
    repeat,
    row_of,
    spoil,
)

_CAPPED, _EXACT = "Pay History Summary (MBA)", "PMT_HISTORY"
_COLUMNS: Columns = [
    ("ACCOUNT", lambda note: note["loan_id"]),
    ("Seller Ref", lambda note: f"{note['i']:06d}"),
    ("BORROWER_1", lambda note: note["borrower"]),
    ("lien_pos", lambda note: 1),
    ("prop_st", lambda note: note["property_state"]),
    ("prop_zip", lambda note: note["property_zip"]),
    ("prop_type_cd", lambda note: PROPERTY_CODES[note["property_type"]]),
    ("Number of Units", lambda note: note["units"]),
    ("current_upb", lambda note: note["upb"]),
    ("original_loan_amount", lambda note: note["original_balance"]),
    ("origination_date", lambda note: note["origination_date"].strftime("%Y%m%d")),
    ("First Payment Date", lambda note: note["first_payment_date"].strftime("%m%Y")),
    ("current_maturity_date", lambda note: note["maturity_date"].isoformat()),
    ("current_interest_rate", lambda note: note["points"] if note["i"] % 2 else note["points"] / 100),
    ("Current PI", lambda note: note["p_and_i"]),
    ("due_date", lambda note: int(note["next_due_date"].strftime("%Y%m%d"))),
    ("Report Date", lambda note: "2026-10"),
    ("bpoAsIsValue", lambda note: note["as_is_value"]),
    ("bpoDate", lambda note: note["valuation_date"].isoformat()),
    ("Pay History Scope", lambda note: 24),
    (_CAPPED, lambda note: note["capped"]),
    (_EXACT, lambda note: note["exact"]),
    ("FC flag", lambda note: "N" if note["foreclosure_status"] == "none" else "Y"),
    ("FICO", lambda note: note["credit_score"]),
]


def _notes() -> list[Note]:
    notes = made_notes(5, 34, lambda i: f"1001700000{i * 7919:07d}")
    for note in notes:
        note["capped"] = "".join(str(min(one, 6)) for one in note["months"])[::-1]
        note["exact"] = "".join(f"{one:02d}" for one in note["months"])
        note["history"] = "".join(str(min(one, 9)) for one in note["months"])
    # Fifteen digits are left of seventeen, and two loans meet.
    for i in (6, 7):
        spoil(notes[i], "E_ID_DAMAGED", {"ACCOUNT": float(notes[6]["loan_id"][:15] + "00")})
    for i in (2, 5):
        spoil(notes[i], "", {_CAPPED: float(notes[i]["capped"])})
    lost = {_CAPPED: float(notes[11]["capped"]), _EXACT: float(notes[11]["exact"])}
    spoil(notes[11], "E_PAYSTRING_NUMERIC", lost)
    unknown = {_EXACT: "XX" * 6 + notes[13]["exact"][12:], _CAPPED: notes[13]["capped"][:18] + "------"}
    spoil(notes[13], "", unknown, history="XXXXXX" + notes[13]["history"][6:])
    spoil(notes[17], "E_DATE", {"due_date": 20261301})
    due = month_start(month_number(notes[19]["next_due_date"]) - 3)
    spoil(notes[19], "W_DUE_HISTORY", next_due_date=due)
    spoil(notes[23], "E_RESOLVED", {_EXACT: notes[23]["exact"][:-2] + "RA", _CAPPED: "R" + notes[23]["capped"][1:]})
    spoil(notes[25], "", {_CAPPED: notes[25]["capped"][:-3]})
    spoil(notes[27], "W_RATE_ZERO", {"current_interest_rate": 0}, note_rate=0.0)
    spoil(notes[29], "E_RESOLVED", {"current_upb": 0})
    return notes


def _write(path: Path) -> list[Note]:
    notes = _notes()
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "LoanData"
    sheet.append(headings(_COLUMNS))
    rate = headings(_COLUMNS).index("current_interest_rate") + 1
    for note in notes:
        row_of(_COLUMNS, note)
    other = {"current_upb": round(notes[12]["upb"] * 0.91, 2), "bpoAsIsValue": notes[12]["as_is_value"] + 15000}
    spoil(notes[12], "E_DUP")
    twin = {name: value for name, value in notes[12].items() if name != "row"} | {"cells": other}
    listed = [*notes, repeat(notes[1]), twin]
    for note in listed:
        sheet.append(row_of(_COLUMNS, note))
        if note["i"] % 2 == 0:
            sheet.cell(sheet.max_row, rate).number_format = "0.000%"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)
    return listed


EATEN_PAY_STRINGS = Vicious(
    "05_eaten_pay_strings.xlsx",
    _write,
    (
        *("property_state", "property_zip", "property_type", "units", "upb", "original_balance", "origination_date"),
        *("first_payment_date", "maturity_date", "note_rate", "p_and_i", "next_due_date", "as_is_value"),
        *("valuation_date", "credit_score", "history"),
    ),
    (f'columns."{_CAPPED}" = "ignored"', 'units."current_interest_rate" = "mixed"'),
)
