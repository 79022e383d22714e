"""Made notes in the contract's own values: what every disguise must be read back to.

Nothing here comes from a real loan.  Money and rates are exact decimals, so that a disguise can be written without losing
a cent; each note's payment history agrees with its due date.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

AS_OF = date(2025, 6, 30)
"""A month end in the past, so that no test depends on the day on which it runs."""
TODAY = date(2025, 9, 1)
MONTHS = 36
"""Months of history that a note with a history has."""

STATES = ("FL", "TX", "OH", "NY", "NJ", "CA", "GA", "IL", "PA", "MI", "NC", "AZ", "IN", "MO", "TN", "WA", "ME", "VT")
_ZIPS = {
    "FL": "33101",
    "TX": "75001",
    "OH": "44101",
    "NY": "10801",
    "NJ": "07030",
    "CA": "93301",
    "GA": "30301",
    "IL": "60601",
    "PA": "19103",
    "MI": "48201",
    "NC": "28201",
    "AZ": "85001",
    "IN": "46201",
    "MO": "63101",
    "TN": "37201",
    "WA": "98101",
    "ME": "04101",
    "VT": "05401",
}


@dataclass(frozen=True)
class Note:
    """One made note.

    Parameters
    ----------
    values
        Canonical field to value: text and codes str, dates ``date``, money, rates, shares and numbers ``Decimal``, flags
        bool; a missing value is not in it.
    behind
        Months behind at each of the last ``MONTHS`` month ends, oldest first; empty: no history is known.
    received
        Dollars received in the same months; empty likewise.
    """

    values: dict[str, object]
    behind: tuple[int, ...] = ()
    received: tuple[Decimal, ...] = ()

    @property
    def loan_id(self) -> str:
        return str(self.values["loan_id"])

    def but(self, **changes: object) -> Note:
        """Give the note with other values; None takes one out."""
        values = {name: value for name, value in (self.values | changes).items() if value is not None}
        return replace(self, values=values)

    def without_history(self) -> Note:
        return replace(self, behind=(), received=())


def months_on(day: date, months: int) -> date:
    """Give the same day of the month some months later; only days up to the 28th are used."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)


@lru_cache
def plain_notes(n_notes: int = 200, first_of_month: bool = False) -> tuple[Note, ...]:
    """Draw notes: seven in ten with a history of 0 to 5 months behind, the rest further behind with a due date alone.

    Five months is what every pay string's alphabet can tell, so each of them can carry these histories whole.

    Parameters
    ----------
    first_of_month
        Every instalment is due on the first; else one in six on the 15th.
    """
    draw = random.Random(20250630 + first_of_month)
    return tuple(_note(i, draw, 1 if first_of_month or i % 6 else 15) for i in range(n_notes))


def _note(i: int, draw: random.Random, due_day: int) -> Note:
    has_history = i % 10 < 7
    behind, payments = _history(draw) if has_history else ((), ())
    deep = draw.randint(6, 90)
    n_behind = behind[-1] if has_history else deep
    values = _terms(i, draw, due_day, n_behind)
    p_and_i, rate, upb = (Decimal(str(values[name])) for name in ("p_and_i", "note_rate", "upb"))
    received = tuple(p_and_i * n for n in payments)
    last = _last_payment(draw, values["paid_to_date"], payments)
    values |= {
        "accrued_interest": _cents(upb * rate / 12 * (n_behind + 1)),
        "last_payment_date": last,
        "last_payment_amount": p_and_i * next((n for n in reversed(payments) if n), 1),
    }
    values |= _status(draw, n_behind) | _collateral(draw, upb) | _borrower(draw)
    if i % 12 == 5:
        values |= {"lien_position": Decimal(2), "senior_lien_balance": Decimal(draw.randrange(60_000, 220_000, 100))}
    return Note({name: value for name, value in values.items() if value is not None}, behind, received)


def _history(draw: random.Random) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Walk month by month: an instalment falls due, none to four are paid, never more than five are unpaid."""
    behind, payments = [draw.randint(0, 4)], [1]
    trend = draw.choice((0.55, 0.75, 0.9, 0.97))
    for _ in range(MONTHS - 1):
        paid = 1 if draw.random() < trend else 0
        if behind[-1] + 1 - paid > 5 or (behind[-1] >= 3 and draw.random() < 0.25):
            paid = draw.randint(2, behind[-1] + 1)  # a cure falls by more than one month
        paid = min(paid, behind[-1] + 1)
        payments.append(paid)
        behind.append(behind[-1] + 1 - paid)
    return tuple(behind), tuple(payments)


def _terms(i: int, draw: random.Random, due_day: int, n_behind: int) -> dict[str, object]:
    # The oldest unpaid instalment: behind 0 means that the next one is due after the as-of date.
    due_now = date(2025, 7, 1) if due_day == 1 else date(2025, 6, 15)
    if n_behind == 0 and due_day == 15:
        due_now = date(2025, 7, 15)
        next_due = due_now
    else:
        next_due = months_on(due_now, -n_behind)
    term = draw.choice((360, 360, 360, 180, 240))
    before_due = draw.randint(38, 150)  # instalments paid, more than the months of history shown
    first = months_on(next_due, -before_due)
    origination = months_on(first.replace(day=1), -2) + timedelta(days=draw.randint(0, 27))
    percent = Decimal(draw.randrange(28, 96)) / 8
    if i == 17:
        percent = Decimal("0.75")  # a teaser: below one, and yet in percent
    rate = percent / 100
    original = Decimal(draw.randrange(60_000, 600_000, 100))
    monthly = float(rate) / 12
    payment = float(original) * monthly / (1 - (1 + monthly) ** -term)
    paid = min(before_due, term - 12)
    upb = float(original) * (1 + monthly) ** paid - payment * ((1 + monthly) ** paid - 1) / monthly
    return {
        "loan_id": f"{'000' if i % 11 == 3 else '451'}{2_000_000 + 37 * i:07d}",
        "as_of_date": AS_OF,
        "lien_position": Decimal(1),
        "original_balance": original,
        "origination_date": origination,
        "first_payment_date": first,
        "maturity_date": months_on(first, term - 1),
        "note_rate": rate,
        "p_and_i": _cents(Decimal(str(round(payment, 6)))),
        "rate_type": "fixed" if i % 9 else "arm",
        "upb": _cents(Decimal(str(round(upb, 6)))),
        "next_due_date": next_due,
        "paid_to_date": months_on(next_due, -1),
    }


def _last_payment(draw: random.Random, paid_to: object, payments: tuple[int, ...]) -> date:
    assert isinstance(paid_to, date)
    if not payments:
        return paid_to + timedelta(days=draw.randint(0, 14))
    back = next((n for n, paid in enumerate(reversed(payments)) if paid), MONTHS)
    return months_on(date(2025, 6, draw.randint(2, 28)), -back)


def _status(draw: random.Random, n_behind: int) -> dict[str, object]:
    values: dict[str, object] = {
        "deferred_balance": draw.choice((None, None, Decimal(0), Decimal(draw.randrange(2_000, 30_000)))),
        "escrow_advance": draw.choice((Decimal(0), Decimal(draw.randrange(10_000, 900_000)) / 100)),
        "corporate_advance": draw.choice((Decimal(0), Decimal(draw.randrange(10_000, 600_000)) / 100)),
        "late_charges": draw.choice((None, Decimal(0), Decimal(draw.randrange(2_500, 90_000)) / 100)),
        "suspense_balance": draw.choice((None, Decimal(0), Decimal(draw.randrange(1_000, 60_000)) / 100)),
        "delinquent_taxes": draw.choice((None, Decimal(0), Decimal(0), Decimal(draw.randrange(50_000, 900_000)) / 100)),
        "foreclosure_status": "none",
        "modification_date": None,
        "note_doc_status": draw.choice((None, "original", "original", "copy", "lost_note_affidavit")),
        "assignment_chain_complete": draw.choice((None, True, True, False)),
        "escrowed": draw.choice((True, False, None)),
    }
    if n_behind >= 4 and draw.random() < 0.6:
        stage = draw.choice(("referred", "filed", "judgment", "sale_scheduled"))
        values |= {
            "foreclosure_status": stage,
            "foreclosure_referral_date": AS_OF - timedelta(days=draw.randint(20, 300)),
        }
        if stage == "sale_scheduled":
            values["foreclosure_sale_date"] = AS_OF + timedelta(days=draw.randint(10, 120))
    elif n_behind >= 1 and draw.random() < 0.12:
        filed = AS_OF - timedelta(days=draw.randint(15, 200))
        values |= {"bankruptcy_chapter": draw.choice(("7", "13")), "bankruptcy_filed_date": filed}
    if draw.random() < 0.15:
        values["modification_date"] = months_on(date(2025, 1, 1), -draw.randint(1, 60))
    return values


def _collateral(draw: random.Random, upb: Decimal) -> dict[str, object]:
    state = draw.choice(STATES)
    kind = draw.choice(
        ("single_family", "single_family", "single_family", "condo", "townhouse", "pud", "2-4_unit", "manufactured")
    )
    value = Decimal(max(20_000, round(float(upb) * draw.uniform(0.6, 2.4) / 500) * 500))
    return {
        "property_state": state,
        "property_zip": _ZIPS[state],
        "property_type": kind,
        "units": Decimal(draw.randint(2, 4) if kind == "2-4_unit" else 1),
        "occupancy": draw.choice(("owner", "owner", "owner", "tenant", "vacant", "unknown")),
        "as_is_value": value,
        "valuation_date": AS_OF - timedelta(days=draw.randint(20, 340)),
        "valuation_type": draw.choice(("appraisal", "bpo_exterior", "bpo_interior", "avm")),
        "original_value": value + draw.randrange(-10, 30) * 1_000 + 20_000,
    }


def _borrower(draw: random.Random) -> dict[str, object]:
    return {
        "credit_score": draw.choice((None, Decimal(draw.randint(480, 800)), Decimal(draw.randint(560, 700)))),
        "dti": draw.choice((None, Decimal(draw.randint(180, 550)) / 1000)),
        "original_ltv": draw.choice((None, Decimal(draw.randint(550, 970)) / 1000)),
    }


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


FIELDS = (
    "loan_id",
    "as_of_date",
    "lien_position",
    "original_balance",
    "origination_date",
    "first_payment_date",
    "maturity_date",
    "note_rate",
    "p_and_i",
    "rate_type",
    "upb",
    "deferred_balance",
    "accrued_interest",
    "escrow_advance",
    "corporate_advance",
    "late_charges",
    "suspense_balance",
    "senior_lien_balance",
    "delinquent_taxes",
    "escrowed",
    "property_state",
    "property_zip",
    "property_type",
    "units",
    "occupancy",
    "as_is_value",
    "valuation_date",
    "valuation_type",
    "original_value",
    "next_due_date",
    "paid_to_date",
    "last_payment_date",
    "last_payment_amount",
    "foreclosure_status",
    "foreclosure_referral_date",
    "foreclosure_sale_date",
    "bankruptcy_chapter",
    "bankruptcy_filed_date",
    "modification_date",
    "note_doc_status",
    "assignment_chain_complete",
    "credit_score",
    "dti",
    "original_ltv",
)
"""The fields that the made notes have, in the order in which a plain tape lists them."""
