"""Text in cp1252 with semicolons, decimal commas, days before months, statuses and receipts a month, newest first."""

from __future__ import annotations

import csv
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

_BUCKETS = ("0", "30", "60", "90", "120", "150", "180+")
_OCCUPANCY = {"owner": "P", "tenant": "I", "vacant": "V", "unknown": "U"}
_STAGES = {
    "none": "None",
    "referred": "Referred",
    "filed": "Complaint Filed",
    "judgment": "Judgement",
    "sale_scheduled": "Sale Scheduled",
}


def _money(amount: float, places: int = 2) -> str:
    text = f"{abs(amount):,.{places}f}".translate(str.maketrans(",.", ".,"))
    return f"({text})" if amount < 0 else text


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _notes(rng: random.Random) -> list[Note]:
    notes = made_notes(2, 30, lambda i: f"00{7000000 + i * 913}")
    for note in notes:
        note["escrow"] = round(rng.uniform(-4000, 1500), 2)
        note["suspense_balance"] = rng.choice([None, None, round(rng.uniform(10, 600), 2)])
        note["as_is_value"] = float(round(note["as_is_value"] / 1000) * 1000)
        note["history"] = "".join(str(min(one, 6)) for one in note["months"][-13:])
    notes[4]["borrower"] = "Testcase Pérson “Nº 5” Müller"
    spoil(notes[7], "E_DOMAIN", {"Prop.Type": "Land"})
    spoil(notes[9], "", {"BK Code": "BK13"}, bankruptcy_chapter="13")
    spoil(notes[11], "E_RESOLVED", {"M0": "REO"})
    gap = {name: "" for k in range(4, 8) for name in (f"M{k}", f"ID0 {k} - $")}
    spoil(notes[13], "", gap, history=notes[13]["history"][:5] + "XXXX" + notes[13]["history"][9:])
    spoil(notes[15], "", {"Next Due Date": "00/00/0000"}, next_due_date=None)
    spoil(notes[17], "E_VALUE", {"AS ISBPO": "N/D"})
    spoil(notes[19], "E_SENIOR", {"Lien": "2nd"})
    spoil(notes[21], "E_STATE", {"ST": "NA"})
    return notes


def _columns() -> Columns:
    statuses = [(f"M{k}", lambda note, k=k: _BUCKETS[min(note["months"][-1 - k], 6)]) for k in range(13)]
    receipts = [(f"ID0 {k} - $", lambda note, k=k: _received(note["received"][-1 - k])) for k in range(13)]
    return [
        ("Loan Nº", lambda note: note["loan_id"]),
        ("Investor Loan Number", lambda note: f"98{note['i']:05d}"),
        ("Borrower\xa0Name", lambda note: note["borrower"]),
        ("Lien", lambda note: "1st"),
        ("Prop.Address", lambda note: note["street"]),
        ("ST", lambda note: note["property_state"]),
        ("Zip", lambda note: note["property_zip"]),
        ("Prop.Type", lambda note: PROPERTY_CODES[note["property_type"]]),
        ("# of Units", lambda note: note["units"]),
        ("OCC_STAT", lambda note: _OCCUPANCY[note["occupancy"]]),
        ("Curr\xa0UPB\xa0($)", lambda note: _money(note["upb"])),
        ("Deferred Principal Balance", lambda note: "-"),
        ("Orig UPB", lambda note: _money(note["original_balance"], 0)),
        ("Orig Dt", lambda note: _day(note["origination_date"])),
        ("FP Date", lambda note: _day(note["first_payment_date"])),
        ("Mt Date", lambda note: _day(note["maturity_date"])),
        ("Curr Int Rate (%)", lambda note: _money(note["points"], 3)),
        ("Current PI", lambda note: _money(note["p_and_i"])),
        ("Current TI", lambda note: _money(note["p_and_i"] * 0.31)),
        ("Current PITI", lambda note: _money(note["p_and_i"] * 1.31)),
        ("escrowBalance", lambda note: _money(note["escrow"])),
        ("unappliedBalance", lambda note: _money(note["suspense_balance"]) if note["suspense_balance"] else "-"),
        ("Next Due Date", lambda note: _day(note["next_due_date"])),
        ("Last Full Payment Dt", lambda note: _day(note["last_payment_date"])),
        ("Statement Date", lambda note: "15/11/2026"),
        ("AS ISBPO", lambda note: _money(note["as_is_value"], 0)),
        ("bpoRepairedValue", lambda note: _money(note["arv"], 0)),
        ("BPODate", lambda note: _day(note["valuation_date"])),
        ("FCStatus", lambda note: _STAGES[note["foreclosure_status"]]),
        ("BK Code", lambda note: "Ch 13" if note["bankruptcy_chapter"] else ""),
        ("Brwr Fico", lambda note: note["credit_score"]),
        *statuses,
        *receipts,
    ]


def _received(amount: float) -> str:
    return _money(amount) if amount else "-"


def _write(path: Path) -> list[Note]:
    notes, columns = _notes(random.Random(22)), _columns()
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["“Pay history report” – Testcase Servicing – Stichtag 31/10/2026"])
        writer.writerow([])
        writer.writerow(headings(columns))
        writer.writerows(row_of(columns, note) for note in notes)
        writer.writerow(headings(columns))
        listed = [*notes, repeat(notes[3])]
        writer.writerow(row_of(columns, listed[-1]))
        writer.writerow(["Total", "", "31 loans", *[""] * 7, _money(total(listed))])
        writer.writerow(["€ / $: all amounts in US dollars; made data"])
    return listed


DECIMAL_COMMA = Vicious(
    "02_decimal_comma.csv",
    _write,
    (
        *("property_state", "property_zip", "property_type", "units", "occupancy", "original_balance"),
        *("origination_date", "first_payment_date", "maturity_date", "note_rate", "p_and_i", "upb", "suspense_balance"),
        *("as_is_value", "valuation_date", "next_due_date", "last_payment_date", "bankruptcy_chapter", "credit_score"),
        "history",
    ),
    ('units."Orig UPB" = "european"',),
)
