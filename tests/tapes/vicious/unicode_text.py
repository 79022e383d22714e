"""Text in UTF-16 with tabs, loan numbers that are formulas and scripts, months newest first of which one is missing."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from pathlib import Path

from tests.tapes.vicious.made import (
    LAST_MONTH,
    OCCUPANCY_WORDS,
    PROPERTY_WORDS,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    month_start,
    repeat,
    row_of,
    spoil,
    total,
)

_MISSING = 7
_BUCKETS = ("C", "30", "60", "90", "120+")
_ODD_NUMBERS = {
    1: '=HYPERLINK("http://example.invalid","TC2")',
    3: "+1+cmd|' /C calc'!A0",
    5: "@SUM(1+1)*cmd",
    7: "TC'; DROP TABLE notes;--",
    9: "<script>alert(1)</script>",
    11: "../../etc/passwd",
    13: "-2+3",
    15: "ＴＣ－１６",
    17: "TC\u200b018",
    19: "TC\u202e910",
    21: "1E10",
    23: "001E5",
}


def _label(back: int) -> str:
    return month_start(LAST_MONTH - back).strftime("%b-%y")


def _day(day: date | None) -> str:
    return f"{day.month}/{day.day}/{day:%y}" if day else ""


def _masked(day: date) -> str:
    return f"{day.month}/XX/{day.year}"


def _notes() -> list[Note]:
    notes = made_notes(3, 28, lambda i: f"TX-{i:03d}")
    for i, number in _ODD_NUMBERS.items():
        notes[i]["loan_id"] = number
    for note in notes:
        codes = [str(min(one, 4)) for one in note["months"][-13:]]
        codes[-1 - _MISSING] = "X"
        note["history"] = "".join(codes)
    for i in (2, 6):
        last = notes[i]["last_payment_date"]
        spoil(notes[i], "W_DATE_MASKED", {"Last Pmt Recvd": _masked(last)}, last_payment_date=None)
    for i in (8, 12):
        due = notes[i]["next_due_date"]
        spoil(notes[i], "W_DATE_MASKED", {"Next Pmt\nDue": _masked(due)}, next_due_date=None)
    spoil(notes[4], "", {_label(0): "FC"}, history=notes[4]["history"][:-1] + "F")
    spoil(notes[10], "", {_label(0): "BK", _label(1): "BK"}, history=notes[10]["history"][:-2] + "XX")
    spoil(notes[14], "E_UPB", {"UPB": "TBD"})
    spoil(notes[16], "E_STATE", {"State": "Guam?"})
    spoil(notes[18], "E_RESOLVED", {"Status": "DIL complete 9/30/26"})
    spoil(notes[20], "E_UPB", {"UPB": f"${notes[20]['upb']:,.2f} CR"})
    return notes


def _columns(rng: random.Random) -> Columns:
    months = [back for back in range(13) if back != _MISSING]
    statuses = [(_label(back), lambda note, back=back: _BUCKETS[min(note["months"][-1 - back], 4)]) for back in months]
    return [
        ("Acct\n#", lambda note: note["loan_id"]),
        ('"><img src=x onerror=alert(1)> Borrower', lambda note: note["borrower"]),
        ("Lien Pos.", lambda note: "1st Mtg"),
        ("Property\u00a0Address", lambda note: note["street"]),
        ("State", lambda note: note["state_name"]),
        ("ZIP", lambda note: note["property_zip"] + "-0000"),
        ("Prop Type", lambda note: PROPERTY_WORDS[note["property_type"]]),
        ("Occ.", lambda note: OCCUPANCY_WORDS[note["occupancy"]]),
        ("Status", lambda note: "Active"),
        ("UPB", lambda note: f"${note['upb']:,.2f}"),
        ("Orig Bal", lambda note: f"$ {note['original_balance']:,.0f}"),
        ("Late Chgs", lambda note: rng.choice(["$ -", "(12.50)", "118.20"])),
        ("Note Dt", lambda note: _day(note["origination_date"])),
        ("1st Pmt", lambda note: _day(note["first_payment_date"])),
        ("Mat Dt", lambda note: _day(note["maturity_date"])),
        ("Rate", lambda note: f"{note['points']}%"),
        ("P&I", lambda note: f"${note['p_and_i']:,.2f}"),
        ("Next Pmt\nDue", lambda note: _day(note["next_due_date"])),
        ("Last Pmt Recvd", lambda note: _day(note["last_payment_date"])),
        ("FMV", lambda note: f"${note['as_is_value']:,.0f}"),
        ("FMV Dt", lambda note: _day(note["valuation_date"])),
        ("=cmd|'/C calc'!A1", lambda note: ""),
        *statuses,
    ]


def _write(path: Path) -> list[Note]:
    notes, columns = _notes(), _columns(random.Random(33))
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\r\n")
    writer.writerow(["Testcase Loans LLC — “Re-Performing” pool №3 (made data)"])
    writer.writerow(["Cut-off Date:", "31-Oct-26", "", "Printed:", "11/12/26"])
    writer.writerow(headings(columns))
    writer.writerows(row_of(columns, note) for note in notes)
    listed = [*notes, repeat(notes[0])]
    writer.writerow(row_of(columns, listed[-1]))
    # Two balances of the column cannot be read, so that no total can be the sum.
    writer.writerow(["TOTAL/AVG", *[""] * 8, f"${total(notes):,.2f}"])
    writer.writerow(["C = current, 30/60/90/120+ days MBA, FC, BK"])
    path.write_bytes(b"\xff\xfe" + text.getvalue().encode("utf-16-le"))
    return listed


UNICODE_TEXT = Vicious(
    "03_unicode_text.csv",
    _write,
    (
        *("property_state", "property_zip", "property_type", "occupancy", "original_balance", "origination_date"),
        *("maturity_date", "note_rate", "p_and_i", "upb", "as_is_value", "valuation_date", "next_due_date"),
        *("last_payment_date", "history"),
    ),
    others=("E_TOTAL",),
)
