"""How a seller writes one value: pure functions from a canonical value to a cell.

A cell is text, a number (``int`` or ``Decimal``), a ``date`` (a real date cell of a workbook), one of the special cells
below, or None for an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from notes import FIELDS
from notes.schema import Kind

Style = Callable[[object], object]
"""From a value, never missing, to a cell."""


@dataclass(frozen=True)
class CellError:
    """A spreadsheet's error value."""

    text: str = "#N/A"


@dataclass(frozen=True)
class Formula:
    """A formula, with the value that the spreadsheet stored for it; None: none was stored."""

    text: str
    value: object = None


KINDS = {one.name: one.kind for one in FIELDS}


# Numbers


def number(value: object) -> object:
    """A number as the file's own number."""
    assert isinstance(value, Decimal)
    return value


def text_number(value: object) -> str:
    """A number as plain text."""
    assert isinstance(value, Decimal)
    return f"{value:f}"


def dollars(value: object) -> str:
    return f"${value:,.2f}"


def accounting(value: object) -> str:
    """As Excel's accounting format shows it: a dash for zero."""
    return " $ -   " if value == 0 else f" $ {value:,.2f} "


def usd(value: object) -> str:
    return f"USD {value:,.2f}"


def plus_cr(value: object) -> str:
    """A credit, which is money that the borrower has with the servicer."""
    return f"{value:,.2f} CR"


def cents(value: object) -> object:
    assert isinstance(value, Decimal)
    return Decimal(int(value * 100))


def thousands(value: object) -> object:
    assert isinstance(value, Decimal)
    return value / 1000


def european(value: object) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def percent_points(value: object) -> object:
    assert isinstance(value, Decimal)
    return (value * 100).normalize()


def percent_sign(value: object) -> str:
    assert isinstance(value, Decimal)
    return f"{(value * 100).normalize():f}%"


def basis_points(value: object) -> object:
    assert isinstance(value, Decimal)
    return (value * 10_000).normalize()


def basis_points_text(value: object) -> str:
    return f"{basis_points(value):f} bps"


# Dates


def iso(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def date_cell(value: object) -> object:
    assert isinstance(value, date)
    return value


def iso_time(value: object) -> str:
    return f"{iso(value)} 00:00:00"


def month_day_year(value: object) -> str:
    assert isinstance(value, date)
    return f"{value.month}/{value.day}/{value.year}"


def padded_month_day_year(value: object) -> str:
    assert isinstance(value, date)
    return f"{value:%m/%d/%Y}"


def short_year(value: object) -> str:
    assert isinstance(value, date)
    return f"{value.month}/{value.day}/{value:%y}"


def day_month_year(value: object) -> str:
    assert isinstance(value, date)
    return f"{value:%d/%m/%Y}"


def dotted(value: object) -> str:
    assert isinstance(value, date)
    return f"{value:%d.%m.%Y}"


def digits(value: object) -> str:
    assert isinstance(value, date)
    return f"{value:%Y%m%d}"


def named_month(value: object) -> str:
    assert isinstance(value, date)
    return f"{value.day}-{_MONTHS[value.month - 1]}-{value.year}"


def long_month(value: object) -> str:
    assert isinstance(value, date)
    return f"{_LONG[value.month - 1]} {value.day}, {value.year}"


def month_only(value: object) -> str:
    """``Mar-24``, as a spreadsheet shows the first of a month."""
    assert isinstance(value, date)
    assert value.day == 1
    return f"{_MONTHS[value.month - 1]}-{value:%y}"


def serial(value: object) -> int:
    """Excel's day number in a cell of General format."""
    assert isinstance(value, date)
    return (value - date(1899, 12, 30)).days


def serial_1904(value: object) -> int:
    return serial(value) - 1462


def serial_text(value: object) -> str:
    return str(serial(value))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# Flags, text and codes


def flag(yes: str, no: str) -> Style:
    return lambda value: yes if value else no


def as_text(value: object) -> str:
    return str(value)


def id_number(value: object) -> object:
    """A loan number as a number, where no leading zero is lost by it."""
    text = str(value)
    return text if text.startswith("0") else int(text)


def wording(words: Mapping[str, str]) -> Style:
    """A code in a seller's words."""
    return lambda value: words[str(value)]


def lien_words(value: object) -> str:
    assert isinstance(value, Decimal)
    return {1: "1st", 2: "2nd", 3: "3rd"}[int(value)]


def lien_names(value: object) -> str:
    assert isinstance(value, Decimal)
    return {1: "First", 2: "Second", 3: "Third"}[int(value)]


STATE_NAMES = {
    "FL": "Florida",
    "TX": "Texas",
    "OH": "Ohio",
    "NY": "New York",
    "NJ": "New Jersey",
    "CA": "California",
    "GA": "Georgia",
    "IL": "Illinois",
    "PA": "Pennsylvania",
    "MI": "Michigan",
    "NC": "North Carolina",
    "AZ": "Arizona",
    "IN": "Indiana",
    "MO": "Missouri",
    "TN": "Tennessee",
    "WA": "Washington",
    "ME": "Maine",
    "VT": "Vermont",
}

PHX_WORDS: dict[str, dict[str, str]] = {
    "property_type": {
        "single_family": "Single Family",
        "condo": "Condo",
        "townhouse": "Townhouse",
        "pud": "PUD",
        "2-4_unit": "2-4 Family",
        "manufactured": "Manufactured",
        "mixed_use": "Mixed Use",
        "commercial": "Commercial",
        "land": "Land",
    },
    "occupancy": {
        "owner": "Owner Occupied",
        "tenant": "Tenant Occupied",
        "vacant": "Vacant",
        "unknown": "Unknown",
    },
    "foreclosure_status": {
        "none": "None",
        "referred": "Referred to Attorney",
        "filed": "Complaint Filed",
        "judgment": "Judgement Filed",
        "sale_scheduled": "Sale Scheduled",
    },
    "valuation_type": {
        "appraisal": "Appraisal",
        "bpo_exterior": "Exterior BPO",
        "bpo_interior": "Interior BPO",
        "avm": "AVM",
    },
    "rate_type": {"fixed": "Fixed", "arm": "ARM", "step": "Step"},
    "bankruptcy_chapter": {"7": "Ch 7", "11": "Ch 11", "12": "Ch 12", "13": "Ch 13"},
    "note_doc_status": {
        "original": "Original",
        "copy": "Copy",
        "lost_note_affidavit": "Lost Note Affidavit",
        "missing": "Missing",
    },
}

SHORT_WORDS: dict[str, dict[str, str]] = {
    "property_type": {
        "single_family": "SFR",
        "condo": "CONDO",
        "townhouse": "TH",
        "pud": "PUD",
        "2-4_unit": "2-4 Units",
        "manufactured": "Manufactured Home",
    },
    "occupancy": {"owner": "OWNER", "tenant": "TENANT", "vacant": "VACANT", "unknown": "UNKNOWN"},
    "foreclosure_status": {
        "none": "NONE",
        "referred": "REFERRED",
        "filed": "FILED",
        "judgment": "JUDGMENT",
        "sale_scheduled": "SALE_SCHED",
    },
    "valuation_type": {
        "appraisal": "APPRAISAL",
        "bpo_exterior": "Drive-by BPO",
        "bpo_interior": "BPO - Interior",
        "avm": "AVM",
    },
    "rate_type": {"fixed": "FIX", "arm": "ARM", "step": "STEP"},
    "bankruptcy_chapter": {"7": "BK7", "11": "BK11", "12": "BK12", "13": "BK13"},
    "note_doc_status": {
        "original": "ORIGINAL",
        "copy": "COPY",
        "lost_note_affidavit": "LNA",
        "missing": "MISSING",
    },
}

AGENCY_WORDS: dict[str, dict[str, str]] = {
    "rate_type": {"fixed": "FRM", "arm": "ARM", "step": "STEP"},
    "bankruptcy_chapter": {"7": "Chapter 7", "11": "Chapter 11", "12": "Chapter 12", "13": "Chapter 13"},
    "occupancy": {
        "owner": "primary_borrower",
        "tenant": "Non-Owner Occupied",
        "vacant": "Vacant",
        "unknown": "unknown",
    },
}


def plain_style(field_name: str) -> Style:
    """Give the contract's own spelling of a field."""
    kind = KINDS[field_name]
    if kind is Kind.DATE:
        return iso
    if kind in (Kind.TEXT, Kind.CODE):
        return as_text
    return flag("Y", "N") if kind is Kind.FLAG else text_number


def of_kind(kind: Kind, style: Style, names: tuple[str, ...]) -> dict[str, Style]:
    """Give every field of a kind one style."""
    return {name: style for name in names if KINDS[name] is kind}
