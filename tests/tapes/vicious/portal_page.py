"""A web page called .xls, days before months with no day over 12, a dv01 pay string, groups above a repeated heading."""

from __future__ import annotations

import html
import random
from datetime import date
from pathlib import Path

from tests.tapes.vicious.made import (
    AS_OF,
    FORECLOSURE_WORDS,
    PROPERTY_WORDS,
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
    total,
)

_GROUPS = (("Account", 2), ("Collateral", 4), ("Loan", 6), ("Dates", 5), ("Valuation", 3), ("Status", 3))
_PAGE = 12
_HEAD = '<html><head><meta charset="utf-8"><style>td{mso-number-format:"\\@"}</style></head><body><table border=1>\n'


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _notes(rng: random.Random) -> list[Note]:
    notes = made_notes(10, 24, lambda i: f"FCI{i:04d}")
    for note in notes:
        day = rng.randint(2, 12)
        for name in ("next_due_date", "paid_to_date", "maturity_date"):
            note[name] = month_start(month_number(note[name]), day)
        for name in ("last_payment_date", "valuation_date"):
            note[name] = note[name].replace(day=rng.randint(1, 12))
        note["late"] = (AS_OF - note["next_due_date"]).days
        months = note["months"][-12:]
        note["written"] = "".join("C" if one == 0 else str(min(one + 1, 7)) for one in months)
        note["history"] = "".join(str(min(one, 6)) for one in months)
    spoil(notes[1], "W_RATE_LOW", {"Interest Rate": "0.75"}, note_rate=0.0075)
    spoil(notes[4], "E_RESOLVED", {"FC Sts": "Deed Received"})
    spoil(notes[6], "E_DOMAIN", {"Prop.Type": "Land"})
    spoil(notes[8], "E_RESOLVED", {"Principal Balance": "$ -"})
    spoil(notes[10], "E_SENIOR", {"Lien Position": "Second"})
    spoil(notes[12], "W_DUE_DERIVED", {"Next Due": "00/00/0000", "Paid To": ""}, paid_to_date=None)
    spoil(notes[14], "", {"Account": '=1+1","'}, loan_id='=1+1","')
    spoil(notes[18], "", {"Maturity": "01/01/1900"}, maturity_date=None)
    spoil(notes[20], "E_RESOLVED", {"Loan Payment History": notes[20]["written"][:-1] + "P"})
    return notes


def _columns(rng: random.Random) -> Columns:
    return [
        ("Account", lambda note: note["loan_id"]),
        ("Borrower", lambda note: note["borrower"]),
        ("Lien Position", lambda note: "First"),
        ("Property State", lambda note: note["property_state"]),
        ("Zip", lambda note: note["property_zip"]),
        ("Prop.Type", lambda note: PROPERTY_WORDS[note["property_type"]]),
        ("Principal Balance", lambda note: f"${note['upb']:,.2f}"),
        ("Unpaid Late Charges", lambda note: rng.choice(["", "$45.10", "($12.00)"])),
        ("Suspense Pmt.", lambda note: "$ -"),
        ("Original Balance", lambda note: f"${note['original_balance']:,.2f}"),
        ("Interest Rate", lambda note: f"{note['points']}"),
        ("SoldRate", lambda note: f"{note['points'] - 1}"),
        ("Next Due", lambda note: _day(note["next_due_date"])),
        ("Paid To", lambda note: _day(note["paid_to_date"])),
        ("Last Rec'd", lambda note: _day(note["last_payment_date"])),
        ("Maturity", lambda note: _day(note["maturity_date"])),
        ("Days Late", lambda note: str(note["late"])),
        ("Appr.Value", lambda note: f"${note['as_is_value']:,.0f}"),
        ("Appr.Date", lambda note: _day(note["valuation_date"])),
        ("Appr.Source", lambda note: "BPO"),
        ("Loan Payment History", lambda note: note["written"]),
        ("BK", lambda note: "Y" if note["bankruptcy_chapter"] else "N"),
        ("FC Sts", lambda note: FORECLOSURE_WORDS[note["foreclosure_status"]]),
    ]


def _line(cells: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell) or '&nbsp;'}</{tag}>" for cell in cells) + "</tr>\n"


def _write(path: Path) -> list[Note]:
    rng = random.Random(1010)
    notes, columns = _notes(rng), _columns(rng)
    groups = "<tr>" + "".join(f"<th colspan={wide}>{name}</th>" for name, wide in _GROUPS) + "</tr>\n"
    heading = groups + _line(headings(columns), "th")
    page = _HEAD + "<tr><td colspan=23><b>Lender Portal &ndash; Portfolio Detail (made data)</b></td></tr>\n"
    page += "<tr><td colspan=23>Balances through Saturday, October 31st, 2026</td></tr>\n" + heading
    for note in notes:
        page += _line(row_of(columns, note))
        if note["i"] == _PAGE:
            page += f"<tr><td>Page Total</td><td colspan=5></td><td>${total(notes[:_PAGE]):,.2f}</td></tr>\n" + heading
    listed = [*notes, repeat(notes[2])]
    page += _line(row_of(columns, listed[-1]))
    page += f"<tr><td colspan=6>Portfolio Total</td><td>${total(notes):,.2f}</td></tr></table>\n"
    page += "<table><tr><td>Disclaimer</td><td>made data</td></tr></table></body></html>"
    path.write_text(page, encoding="utf-8")
    return listed


PORTAL_PAGE = Vicious(
    "10_portal_page.xls",
    _write,
    (
        *("property_state", "property_zip", "property_type", "original_balance", "maturity_date", "note_rate", "upb"),
        *("as_is_value", "valuation_date", "paid_to_date", "last_payment_date", "history"),
    ),
    ('units."Next Due" = "day_first"',),
    others=("E_TOTAL", "E_TOTAL"),
)
