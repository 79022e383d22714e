"""An agency's text with bars, record lines, quoted cells with bars and line breaks, months as YYYYMM, and a Ctrl-Z."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from pathlib import Path

from tests.tapes.vicious.made import (
    PROPERTY_CODES,
    Columns,
    Note,
    Vicious,
    headings,
    made_notes,
    repeat,
    row_of,
    spoil,
    total,
)


def _month(day: date) -> str:
    return day.strftime("%Y%m")


def _notes() -> list[Note]:
    notes = made_notes(8, 32, lambda i: f"{i * 1234567891:017d}")
    for note in notes:
        note["origination_date"] = note["origination_date"].replace(day=1)  # only its month is written
        note["occupancy"], note["foreclosure_status"], note["deferred_balance"] = None, None, 0.0
    spoil(notes[2], "E_RESOLVED", {"ln_dq_status_cd": "RA", "Zero.Bal.Code": "09"})
    spoil(notes[5], "E_RESOLVED", {"Zero.Bal.Code": "03", "LAST_UPB": "0.00"})
    spoil(notes[7], "E_RESOLVED", {"Zero.Bal.Code": "01", "LAST_UPB": "0.00"})
    spoil(notes[9], "", {"ln_dq_status_cd": "XX"})
    spoil(notes[11], "E_DOMAIN", {"LOAN_TYPE": "HELOC"})
    spoil(notes[12], "W_RATE_LOW", {"LAST_RT": "0.00750"}, note_rate=0.0075)
    spoil(notes[14], "E_RATE_UNIT", {"LAST_RT": f"{notes[14]['points']}"})
    spoil(notes[15], "", {"CSCORE_B": "9999"}, credit_score=None)
    spoil(notes[17], "E_STATE", {"PROP_STATE": "NA"})
    spoil(notes[18], "W_AS_OF_APART", {"Monthly.Rpt.Prd": "202608"}, as_of_date=date(2026, 8, 31))
    spoil(notes[20], "", {"NUM_UNIT": "0"}, units=None)
    spoil(notes[22], "E_VALUE", {"BPO": "999999999"})
    spoil(notes[24], "", {"NON_INT_UPB": "12500.00"}, deferred_balance=12500.0)
    return notes


def _columns(rng: random.Random) -> Columns:
    return [
        ("LOANID", lambda note: note["loan_id"]),
        ("FHA_CASE", lambda note: f"091-{note['i']:07d}-703"),
        ("BORROWER_1", lambda note: note["borrower"]),
        ("LIEN", lambda note: "1"),
        ("PROP_STATE", lambda note: note["property_state"]),
        ("ZIP_3", lambda note: note["property_zip"][:3]),
        ("PROP_ZIP", lambda note: str(int(note["property_zip"]))),
        ("PROP_TYP", lambda note: PROPERTY_CODES[note["property_type"]]),
        ("NUM_UNIT", lambda note: note["units"]),
        ("ORIG_AMT", lambda note: f"{note['original_balance']:.0f}"),
        ("LAST_UPB", lambda note: f"{note['upb']:.2f} DR"),
        ("NON_INT_UPB", lambda note: "0.00"),
        ("ORIG_RT", lambda note: f"{note['note_rate'] + 0.01:.5f}"),
        ("LAST_RT", lambda note: f"{note['note_rate']:.5f}"),
        ("CURR PMT", lambda note: f"{note['p_and_i']:.2f}"),
        ("ORIG_DTE", lambda note: _month(note["origination_date"])),
        ("FRST_DTE", lambda note: _month(note["first_payment_date"])),
        ("MAT DATE", lambda note: _month(note["maturity_date"])),
        ("LPI_DTE", lambda note: _month(note["paid_to_date"])),
        ("ln_dq_status_cd", lambda note: f"{note['behind']:02d}"),
        ("Monthly.Rpt.Prd", lambda note: "202610"),
        ("Zero.Bal.Code", lambda note: ""),
        ("BPO", lambda note: f"{note['as_is_value']:.0f}"),
        ("BPO DATE", lambda note: note["valuation_date"].strftime("%Y%m%d")),
        ("CSCORE_B", lambda note: note["credit_score"]),
        ("LOAN_TYPE", lambda note: rng.choice(["Conv", "FHA", "VA"])),
        ("COMMENT", lambda note: rng.choice(["", "ok", 'said "will pay"; x', "two\nlines", "a|b"])),
    ]


def _write(path: Path) -> list[Note]:
    notes, columns = _notes(), _columns(random.Random(88))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="|", lineterminator="\r\n")
    text.write("HDR  TESTCASE FEDERAL  BLOCK 0007   RUN 20261112 (made data)\r\n\r\n")
    writer.writerow([name + "  " * (i % 3 == 0) for i, name in enumerate(headings(columns))])
    for note in notes:
        row_of(columns, note)
    spoil(notes[6], "E_DUP")
    twin = {name: value for name, value in notes[6].items() if name != "row"}
    twin["cells"] = {"LAST_UPB": f"{notes[6]['upb'] - 5000:.2f} DR"}
    listed = [*notes, repeat(notes[3]), twin]
    for i, note in enumerate(listed):
        if i == 16:
            writer.writerow(headings(columns))
        writer.writerow([f" {cell} " if j in (4, 10) else cell for j, cell in enumerate(row_of(columns, note))])
    text.write(f"TRL|{len(listed)}|{total(listed):.2f}\r\n\x1a")
    path.write_bytes(text.getvalue().encode())
    return listed


AGENCY_PIPE = Vicious(
    "08_agency_pipe.txt",
    _write,
    (
        *("as_of_date", "property_state", "property_zip", "property_type", "units", "original_balance", "upb"),
        *("deferred_balance", "note_rate", "p_and_i", "origination_date", "first_payment_date", "maturity_date"),
        *("paid_to_date", "as_is_value", "valuation_date", "credit_score"),
    ),
)
