"""The twin of a real tape: 49 made notes that do at once what one seller's tape did.

93 headings of which about 25 are needed; every date a bare serial; the note rate in points beside a default rate in
fractions; days past due below zero; matured notes; ``Y/N`` in one column, ``Yes/No`` in the next and ``IO 10YR`` among
those; the lien as the text "1"; "Deed Received" among the foreclosure states; 26 units and mixed use among homes; rental
and renovation loans; and no as-of date anywhere.  Every name and street in it is made.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from tests.tapes.corpus import cells, kinds
from tests.tapes.corpus.cells import PHX_WORDS, Style, wording
from tests.tapes.corpus.grid import grid_of
from tests.tapes.corpus.made import AS_OF_OPTION, Expected, MadeFile
from tests.tapes.corpus.truth import AS_OF, Note, months_on

Cell = Callable[[int, Note], object]

N_NOTES = 49
DEED_RECEIVED, UNITS_26, MIXED_USE = (6, 31), (12,), (20, 44)
PAID_AHEAD, MATURED, INTEREST_ONLY = (0, 9, 25), (3, 14, 27, 40), (5, 22, 36)
_FIRST = ("Ada", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus")
_LAST = ("Madeup", "Fictive", "Sample", "Invented", "Nobody")
_FC = ("Default", "NOI Expired", "Complaint Filed", "Service Complete", "Judgement Filed")
_FC_CODES = {"Complaint Filed": "filed", "Service Complete": "filed", "Judgement Filed": "judgment"}


def twin_notes() -> list[Note]:
    """Draw the 49 notes, the resolved and the out of domain among them."""
    draw = random.Random(49)
    return [_note(i, draw) for i in range(N_NOTES)]


def _note(i: int, draw: random.Random) -> Note:
    behind = 0 if i in PAID_AHEAD else draw.randint(2, 48)
    due = date(2025, 7, 17) if i in PAID_AHEAD else months_on(date(2025, 6, 1), -behind + 1)
    original = Decimal(draw.randrange(75_000, 1_500_000, 500))
    rate = Decimal(draw.choice(("8.5", "9.25", "10.5", "11", "12.125", "15.875"))) / 100
    origination = months_on(due.replace(day=1), -draw.randint(8, 30)) + timedelta(days=draw.randint(0, 27))
    first = months_on(origination.replace(day=1), 2)
    maturity = months_on(first, 359)
    if i in MATURED:
        maturity = months_on(due.replace(day=1), -2)
        first = min(first, maturity)
        origination = min(origination, months_on(first, -1))
    upb = (original * Decimal("0.993")).quantize(Decimal("0.01"))
    interest_only = i in INTEREST_ONLY or i in MATURED
    monthly = float(rate) / 12
    payment = float(upb) * monthly if interest_only else float(original) * monthly / (1 - (1 + monthly) ** -360)
    stage = _FC[draw.randrange(len(_FC))] if behind > 4 else ""
    return Note(
        {
            "loan_id": str(10_000_431 + 913 * i),
            "as_of_date": AS_OF,
            "lien_position": Decimal(1),
            "upb": upb,
            "original_balance": original,
            "note_rate": rate,
            "p_and_i": Decimal(str(round(payment, 2))),
            "corporate_advance": Decimal(draw.choice((0, 1250, 4890))),
            "origination_date": origination,
            "first_payment_date": first,
            "maturity_date": maturity,
            "paid_to_date": months_on(due, -1),
            "next_due_date": due,
            "property_state": draw.choice(("FL", "TX", "OH", "IL", "GA", "CA", "NY")),
            "property_zip": str(draw.randint(30_000, 95_000)),
            "property_type": "mixed_use" if i in MIXED_USE else draw.choice(("single_family", "condo", "2-4_unit")),
            "units": Decimal(26 if i in UNITS_26 else 1),
            "as_is_value": Decimal(round(float(upb) * draw.uniform(1.05, 1.7) / 1000) * 1000),
            "valuation_date": AS_OF - timedelta(days=draw.randint(30, 300)),
            "valuation_type": draw.choice(("appraisal", "bpo_exterior", "avm")),
            "original_value": Decimal(round(float(original) * 1.4 / 1000) * 1000),
            "foreclosure_status": _FC_CODES.get(stage, "none"),
            "recourse": i % 2 == 0,
            "_stage": "Deed Received" if i in DEED_RECEIVED else stage,
            "foreclosure_referral_date": AS_OF - timedelta(days=90) if stage in _FC_CODES else None,
        }
    )


def _days_past_due(i: int, note: Note) -> int:
    due = note.values["next_due_date"]
    assert isinstance(due, date)
    return (AS_OF - due).days


_NEEDED: dict[str, tuple[str, Style]] = {
    "loan_id": ("Loan Number", cells.id_number),
    "upb": ("UPB", cells.number),
    "original_balance": ("Loan Amount", cells.number),
    "note_rate": ("Current Interest Rate", cells.percent_points),
    "p_and_i": ("Principal and Interest", cells.number),
    "corporate_advance": ("Corporate Advances", cells.number),
    "origination_date": ("Note Date", cells.serial),
    "first_payment_date": ("First Pmt Date", cells.serial),
    "paid_to_date": ("Paid to Date", cells.serial),
    "maturity_date": ("Maturity Date", cells.serial),
    "lien_position": ("Lien Position", str),
    "property_state": ("State", cells.as_text),
    "property_zip": ("Zip", cells.as_text),
    "property_type": ("Property Type", wording(PHX_WORDS["property_type"])),
    "units": ("# of Units", cells.number),
    "as_is_value": ("As is Value - Current", cells.number),
    "valuation_date": ("Appraisal Date - Current", cells.serial),
    "valuation_type": ("Appraisal Method - Current", wording(PHX_WORDS["valuation_type"])),
    "original_value": ("As is Value - Orig", cells.number),
}
"""Fields that the tape tells in so many words, under the seller's headings."""


def _serial_or_none(day: object) -> object:
    return None if day is None else cells.serial(day)


def _day(days: int, every: int = 1) -> Cell:
    return lambda i, note: cells.serial(AS_OF - timedelta(days=days + i)) if i % every == 0 else None


def _one_of(*words: object) -> Cell:
    return lambda i, note: words[i % len(words)]


_OTHERS: tuple[tuple[str, Cell], ...] = (
    ("Days Past Due", _days_past_due),
    ("FC Status", lambda i, note: note.values.get("_stage") or None),
    (
        "FC Referred to Atty Date",
        lambda i, note: _serial_or_none(note.values["foreclosure_referral_date"]),
    ),
    ("Occupancy Code", _one_of("Investment")),
    ("Bankruptcy Flag", _one_of("N")),
    ("Mod Flag (Except Term)", _one_of("No")),
    ("Borrower Name", lambda i, note: f"{_FIRST[i % 7]} {_LAST[i % 5]}"),
    ("Borrower Entity Corp Type", _one_of("LLC", "Individual")),
    ("Guarantor Name", lambda i, note: f"{_FIRST[(i + 3) % 7]} {_LAST[(i + 1) % 5]}"),
    ("Citizenship Status", _one_of("Made A", "Made B")),
    ("Street", lambda i, note: f"{100 + i} Made Street"),
    ("City", _one_of("Madeville", "Fictiveton")),
    ("County", _one_of("Made County")),
    ("Default Interest Rate", _one_of(Decimal("0.24"), Decimal("0.18"))),
    ("ARM Rate Original", _one_of(None)),
    ("Monthly PITIA or ITIA", lambda i, note: note.values["p_and_i"] + 310),  # type: ignore[operator]
    ("Interest Only Flag", lambda i, note: "IO 10YR" if i in INTEREST_ONLY else ("Yes", "No")[i % 2]),
    ("Balloon Flag", _one_of("N", "N", "Y")),
    ("Original Term", _one_of(360)),
    ("Loan Program", _one_of("RTL", "DSCR", "DSCR")),
    ("Loan Sub Program", _one_of("Fix and Flip", "Rental", "Bridge")),
    ("Judicial State Flag", _one_of("JUD", "NON-JUD")),
    ("DQ Reason", _one_of("Fraud", "Liquidity", "0")),
    ("FC NOI Date", _day(200, 3)),
    ("FC Complaint File Date", _day(150, 4)),
    ("FC Suspended Dt", _one_of(None)),
    ("FC Removal Dt", _one_of(None)),
    ("Recourse Type", _one_of("Full", "Non-Recourse")),
    ("Guarantor Count", _one_of(0, 1, 2)),
    ("Cross Collateralized Flag", _one_of("N")),
    ("Force-Placed Insurance Flag", _one_of("N", "Y")),
    ("Flood Zone", _one_of("X", "AE")),
    ("Loan To Cost", _one_of(Decimal("0.85"), Decimal("0.8"))),
    ("Loan To After Renovated Value", _one_of(Decimal("0.65"))),
    ("Appraised After Renovated Value - Current", lambda i, note: note.values["as_is_value"] * 2),  # type: ignore[operator]
    ("Appraised After Renovated Value - Orig", lambda i, note: note.values["original_value"] * 2),  # type: ignore[operator]
    ("Appraisal Date - Orig", _day(900)),
    ("Appraisal Method - Orig", _one_of("Appraisal")),
    ("Cost Basis", lambda i, note: note.values["original_balance"]),
    ("REO Flag", _one_of("N")),
    ("Latest Inspection Report Date", _day(60, 2)),
    ("Investor", _one_of("Made Trust I")),
    ("Custodian", _one_of("Made Bank")),
    ("Servicer Name", _one_of("Made Servicing")),
    ("Third Party Vendor", _one_of(None)),
    ("Originator", _one_of("Made Lending")),
    ("Origination Channel", _one_of("Broker", "Retail")),
    ("Purpose", _one_of("Purchase", "Cash Out")),
    ("Year Built", _one_of(1955, 1987, 2004)),
    ("Square Feet", _one_of(1200, 1850)),
    ("Bedrooms", _one_of(2, 3, 4)),
    ("Bathrooms", _one_of(1, 2)),
    ("Rehab Budget", _one_of(0, 45_000)),
    ("Rehab Completed %", _one_of(Decimal("0.4"), Decimal("1"))),
    ("Draws Outstanding", _one_of(0, 12_500)),
    ("Interest Reserve", _one_of(0)),
    ("Exit Strategy", _one_of("Sale", "Refinance")),
    ("Prepay Type", _one_of("None", "3-2-1")),
    ("Prepay Months", _one_of(0, 36)),
    ("Market Rent", _one_of(1850, 2400)),
    ("Lease Flag", _one_of("Y", "N")),
    ("Extension Flag", _one_of("N")),
    ("Extension Count", _one_of(0)),
    ("Asset Manager", _one_of("AM-1", "AM-2")),
    ("Comments", _one_of(None, "See file; made note")),
    ("Internal Grade", _one_of("A", "B", "C")),
    ("Title Company", _one_of("Made Title")),
    ("Closing Agent", _one_of("Made Escrow")),
    ("Warehouse Line", _one_of("W1")),
    ("Repurchase Request", _one_of("N")),
    ("Data Tape Version", _one_of("v7")),
    ("Portfolio", _one_of("Made NPL 7")),
    ("MSA", _one_of("Made-Ville")),
    ("Watchlist", _one_of("Y", "N")),
)


def _seller_values(note: Note) -> Note:
    return Note({name: value for name, value in note.values.items() if not name.startswith("_") and value is not None})


def twin(with_date: bool = True) -> MadeFile:
    """Make the twin.

    Parameters
    ----------
    with_date
        It is read with the as-of date given; without, it must be refused for want of one.
    """
    notes = twin_notes()
    headings = [heading for heading, _ in _NEEDED.values()] + [heading for heading, _ in _OTHERS]
    rows = []
    for i, note in enumerate(notes):
        told: list[object] = [style(note.values[name]) for name, (_, style) in _NEEDED.items()]
        rows.append(told + [cell(i, note) for _, cell in _OTHERS])
    grid = grid_of(headings, rows, "Loan Tape")
    excepted = {(notes[i].loan_id, i + 2, "foreclosure_status", "E_RESOLVED") for i in DEED_RECEIVED}
    excepted |= {(notes[i].loan_id, i + 2, "units", "E_DOMAIN") for i in UNITS_26}
    excepted |= {(notes[i].loan_id, i + 2, "property_type", "E_DOMAIN") for i in MIXED_USE}
    out = {one[0] for one in excepted}
    expected = Expected(
        notes=tuple(_seller_values(note) for note in notes if note.loan_id not in out),
        fields=(*_NEEDED, "as_of_date", "foreclosure_status", "foreclosure_referral_date", "recourse"),
        excepted=frozenset(excepted),
        lines={"title": 0, "blank": 0, "total": 0, "rows": N_NOTES},
        unsure=("occupancy", "foreclosure_status"),
    )
    if not with_date:
        expected = Expected(refusal=("as-of",))
    return MadeFile(
        "twin" if with_date else "twin-without-date",
        "Loan Tape.xlsx",
        lambda: kinds.workbook()(grid),
        expected,
        options=AS_OF_OPTION if with_date else {},
    )


N_HEADINGS = len(_NEEDED) + len(_OTHERS)
assert N_HEADINGS == 93, N_HEADINGS
