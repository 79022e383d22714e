"""An old workbook that counts days from 1904, with cents, basis points, 0-3-6-9, and states in lines above their loans."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import xlwt

from tests.tapes.vicious.made import (
    AS_OF,
    PROPERTY_WORDS,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    row_of,
    serial,
    spoil,
    total,
)

_HISTORY = "12 Mo Pay History"
_COLUMNS: Columns = [
    ("Asset ID", lambda note: int(note["loan_id"])),
    ("Borrower", lambda note: note["borrower"]),
    ("Zip", lambda note: float(note["property_zip"])),
    ("Prop Type", lambda note: PROPERTY_WORDS[note["property_type"]]),
    ("ORIG_DTE", lambda note: note["origination_date"]),
    ("FRST_DTE", lambda note: note["first_payment_date"]),
    ("MATURITY", lambda note: note["maturity_date"]),
    ("ORIG_AMT", lambda note: note["original_balance"]),
    ("Prin Bal", lambda note: note["upb"]),
    ("Interest Rate (bps)", lambda note: round(note["points"] * 100, 1)),
    ("P_IPayment", lambda note: round(note["p_and_i"] * 100)),
    ("Due For", lambda note: serial(note["next_due_date"], date(1904, 1, 1))),
    ("Last Paid", lambda note: note["last_payment_date"]),
    (_HISTORY, lambda note: note["written"]),
    ("Drive-by", lambda note: note["as_is_value"]),
    ("Quick Sale Value", lambda note: note["as_is_value"] * 0.8),
    ("BK Chap", lambda note: f"Ch {note['bankruptcy_chapter']}" if note["bankruptcy_chapter"] else ""),
    ("Lien", lambda note: "1"),
]


def _notes() -> list[Note]:
    notes = sorted(made_notes(6, 24, lambda i: f"{52000 + i}"), key=lambda note: note["property_state"])
    for note in notes:
        note["history"] = "".join(str(min(one, 3)) for one in note["months"][-12:])
        stays = note["foreclosure_status"] == "none"
        note["foreclosure_status"] = None
        if not stays:
            note["history"] = note["history"][:-2] + "FF"
        note["written"] = note["history"].translate(str.maketrans("0123F", "0369F"))[::-1]
    spoil(notes[3], "E_RESOLVED", {_HISTORY: "RR" + notes[3]["written"][2:]})
    spoil(notes[6], "", {_HISTORY: "BBB" + notes[6]["written"][3:]}, history=notes[6]["history"][:-3] + "XXX")
    spoil(notes[6], "", bankruptcy_chapter="7")
    spoil(notes[8], "E_PAYSTRING_NUMERIC", {_HISTORY: 369630000000.0})
    spoil(notes[9], "", {"MATURITY": "12/31/9999"}, maturity_date=None)
    spoil(notes[11], "W_STATUS_FLOOR", {"Due For": "1/1/1900", _HISTORY: "999996300000"}, next_due_date=None)
    notes[11]["history"] = "000001233333"
    spoil(notes[13], "", maturity_date=date(2023, 5, 1), origination_date=date(1993, 3, 3))
    spoil(notes[13], "", first_payment_date=date(1993, 5, 1))
    return notes


def _write(path: Path) -> list[Note]:
    notes = _notes()
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Sheet1")
    style = xlwt.easyxf(num_format_str="MM/DD/YYYY")

    def put(row: int, cells: list[Any]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write(row, column, cell, style)
            elif cell is not None:
                sheet.write(row, column, cell)

    balance = headings(_COLUMNS).index("Prin Bal")
    lines: list[list[Any]] = [["MADE DATA - Testcase Thrift loan list"], ["As Of", AS_OF]]
    lines += [["payments in cents; pay history reads most recent month first"], [], headings(_COLUMNS)]
    for state, grouped in groupby(notes, key=lambda note: str(note["property_state"])):
        some = list(grouped)
        lines += [[], headings(_COLUMNS)] if state in ("MA", "PA") else []
        lines += [[some[0]["state_name"].upper()], *(row_of(_COLUMNS, note) for note in some)]
        lines.append([f"{state} Total", *[None] * (balance - 1), total(some)])
    lines += [["Grand Total", *[None] * (balance - 1), total(notes)], [], ["Unaudited. Not an offer."]]
    for row, cells in enumerate(lines):
        put(row, cells)
    book.save(str(path))
    return notes


THRIFT_1904 = Vicious(
    "06_thrift_1904.xls",
    _write,
    (
        *("property_state", "property_zip", "property_type", "original_balance", "origination_date"),
        *("first_payment_date", "maturity_date", "note_rate", "p_and_i", "upb", "as_is_value", "next_due_date"),
        *("last_payment_date", "lien_position", "bankruptcy_chapter", "history"),
    ),
    ('units."P_IPayment" = "cents"',),
)
