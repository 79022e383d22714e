"""Seeded random notes, histories and probabilities that reach every corner of docs/pricing.md."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from pathlib import Path

from oracle_terms import add_months, annuity, read_state_facts

STATE_FACTS = read_state_facts(Path(__file__).parents[2] / "notes" / "state_facts.csv")
STATES = sorted(STATE_FACTS)
HOUSES = ("single_family", "condo", "townhouse", "pud", "2-4_unit", "manufactured", "coop")
OTHERS = ("land", "mixed_use", "commercial", "other")
VALUATION_TYPES = ("appraisal", "bpo_interior", "bpo_exterior", "avm", "tax", "seller", "original", "unknown")
AS_OF = (
    date(2026, 1, 31),
    date(2026, 2, 27),
    date(2026, 2, 28),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2026, 3, 1),
    date(2026, 4, 30),
    date(2026, 6, 15),
    date(2026, 10, 31),
    date(2025, 12, 31),
    date(2026, 11, 1),
)
NEEDED = {"loan_id", "as_of_date", "lien_position", "upb", "as_is_value", "property_state", "senior_lien_balance"}


def random_case(rng: random.Random, loan_id: str) -> tuple:
    """One note that can be priced, its history and four probabilities.

    Returns
    -------
    tuple
        (note, (months behind, amounts received), probabilities); the note holds every column that pricing reads.
    """
    note = {"loan_id": loan_id, "as_of_date": rng.choice((*AS_OF, date(2026, 1, 1) + timedelta(rng.randrange(365))))}
    _money_and_terms(rng, note)
    _property(rng, note)
    _claims(rng, note)
    behind = _payment_status(rng, note)
    _legal(rng, note)
    history = random_history(rng, behind)
    _lose_columns(rng, note, history)
    return note, history, random_probabilities(rng)


def _money_and_terms(rng: random.Random, note: dict) -> None:
    as_of = note["as_of_date"]
    note["upb"] = round(math.exp(rng.uniform(math.log(2_000), math.log(1_500_000))), 2)
    note["note_rate"] = rng.choice((0.0, 0.6, 0.001, 0.24, *(round(rng.uniform(0.02, 0.13), 5) for _ in range(12))))
    months = rng.choice((rng.randint(-120, 3), rng.randint(1, 70), rng.randint(20, 480), rng.randint(100, 360)))
    note["maturity_date"] = add_months(as_of, months) + timedelta(rng.randint(-3, 3))
    if rng.random() < 0.12:
        note["balloon_date"] = add_months(as_of, rng.randint(-10, 90))
    if rng.random() < 0.1:
        note["io_end_date"] = as_of + timedelta(rng.randint(-300, 900))
    i, n = note["note_rate"] / 12, max(months, 1)
    level = annuity(note["upb"], i, n)
    note["p_and_i"] = round(
        rng.choice(
            (
                level,
                level,
                level * rng.uniform(0.4, 1.6),
                annuity(note["upb"], i, 360),
                note["upb"] * i * 1.0001 + 0.01,
                note["upb"] * i * rng.uniform(0.3, 0.99),
                note["upb"] * rng.uniform(0.2, 1.5),
                0.0,
            )
        ),
        2,
    )
    note["rate_type"] = rng.choice(("fixed", "fixed", "fixed", "fixed", "arm", "step"))


def _property(rng: random.Random, note: dict) -> None:
    as_of = note["as_of_date"]
    ltv = rng.choice((math.exp(rng.uniform(math.log(0.05), math.log(4))), rng.uniform(0.5, 1.2)))
    note["as_is_value"] = 0.0 if rng.random() < 0.01 else round(note["upb"] / ltv, 2)
    note["property_state"] = rng.choice(STATES)
    note["property_type"] = rng.choice(OTHERS if rng.random() < 0.2 else HOUSES)
    note["units"] = float(rng.choice((1, 1, 1, 1, 1, 1, 2, 4, 5, 40)))
    note["occupancy"] = rng.choice(("owner", "owner", "tenant", "vacant", "unknown"))
    note["valuation_date"] = as_of - timedelta(rng.choice((0, -20, 30, 200, 900, 4000)))
    note["valuation_type"] = rng.choice(VALUATION_TYPES)
    note["annual_property_tax"] = rng.choice((0.0, round(note["as_is_value"] * rng.uniform(0.002, 0.03), 2)))
    note["annual_insurance"] = rng.choice((0.0, round(rng.uniform(300, 6000), 2)))
    note["escrowed"] = rng.random() < 0.5
    note["delinquent_taxes"] = rng.choice((0.0, round(rng.uniform(0, 0.15) * note["upb"], 2)))


def _claims(rng: random.Random, note: dict) -> None:
    def part(most: float, share: float = 0.4) -> float:
        return round(note["upb"] * rng.uniform(0, most), 2) if rng.random() < share else 0.0

    note["lien_position"] = float(rng.choice((1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4)))
    note["deferred_balance"] = part(0.4, 0.25)
    note["accrued_interest"] = part(0.3, 0.8)
    note["escrow_advance"] = part(0.08)
    note["corporate_advance"] = part(0.08)
    note["late_charges"] = part(0.02)
    note["suspense_balance"] = part(2.0, 0.03) or part(0.02)
    if rng.random() < 0.4:
        rest = note["deferred_balance"] + note["accrued_interest"] + note["escrow_advance"] + note["corporate_advance"]
        note["legal_balance"] = round((note["upb"] + rest) * rng.choice((1.0, 0.5, 1.3, rng.uniform(0.92, 1.08))), 2)
    note["senior_lien_balance"] = rng.choice((0.0, round(note["as_is_value"] * rng.uniform(0.05, 1.3), 2)))
    note["senior_payment"] = round(note["senior_lien_balance"] * rng.uniform(0.003, 0.01), 2)
    note["senior_lien_status"] = rng.choice(("none", "current", "current", "delinquent", "foreclosure", "unknown"))
    note["junior_liens_balance"] = part(0.4, 0.15)


def _payment_status(rng: random.Random, note: dict) -> int:
    """Set the dates of payment; give the months behind that they roughly mean."""
    as_of = note["as_of_date"]
    behind = rng.choice((0, 0, 0, 1, 2, 3, 4, 6, 12, rng.randint(0, 30), rng.randint(20, 110)))
    due = add_months(as_of.replace(day=1), 1 - behind)
    due += timedelta(rng.choice((0, 0, 14, 27, 28, 29, 30)))
    note["next_due_date"] = due
    note["paid_to_date"] = add_months(due, -1) + timedelta(rng.choice((0, 0, 0, 1, -31, -400, 400)))
    note["last_payment_date"] = as_of - timedelta(rng.choice((-5, 10, 30 * behind, 30 * behind + 100, 2300)))
    return behind


def _legal(rng: random.Random, note: dict) -> None:
    as_of = note["as_of_date"]
    stages = ("referred", "filed", "judgment", "sale_scheduled")
    note["foreclosure_status"] = rng.choice(stages) if rng.random() < 0.3 else "none"
    note["foreclosure_referral_date"] = as_of - timedelta(rng.choice((-10, 0, 45, 400, 1500, 3000)))
    if rng.random() < 0.1:
        note["acceleration_date"] = as_of - timedelta(rng.choice((100, 2190, 2191, 2192, 4000)))
    if rng.random() < 0.2:
        note["bankruptcy_chapter"] = rng.choice(("7", "11", "12", "13"))
    note["note_doc_status"] = rng.choice(("original", "original", "original", "copy", "lost_note_affidavit", "missing"))
    note["assignment_chain_complete"] = rng.random() < 0.9


def random_history(rng: random.Random, behind: int) -> tuple:
    """60 months behind and 60 amounts received that end at ``behind``, whole, in part or not known at all."""
    kind = rng.choice(("none", "whole", "statuses", "amounts", "tail", "nines", "holes"))
    if kind == "none":
        return [None] * 60, [None] * 60
    statuses, now = [], behind
    for _ in range(60):
        statuses.append(now)
        now = max(now + rng.choice((-1, -1, -1, 0, 0, 1)), 0)
    statuses.reverse()
    amounts: list = [float(rng.choice((0, 0, 900, 1200))) for _ in range(60)]
    if kind == "nines":
        statuses = [min(one, 9) for one in statuses]
        if rng.random() < 0.5:
            statuses[-24:] = [9] * 24
    if kind in ("statuses", "nines"):
        amounts = [None] * 60
    if kind == "amounts":
        statuses = [None] * 60
        if rng.random() < 0.3:
            amounts = [1000.0] + [0.0] * 59
    if kind == "tail":
        known = rng.randint(1, 59)
        statuses, amounts = [None] * known + statuses[known:], [None] * known + amounts[known:]
    if kind == "holes":
        statuses = [None if rng.random() < 0.3 else one for one in statuses]
        amounts = [None if rng.random() < 0.6 else one for one in amounts]
    return statuses, amounts


def _lose_columns(rng: random.Random, note: dict, history: tuple) -> None:
    """Take columns away, down to what a note must have to be priced."""
    lost = rng.choice((0.0, 0.1, 0.1, 0.3, 0.6, 1.0))
    for column in sorted(set(note) - NEEDED):
        if rng.random() < lost:
            note[column] = None
    if note["lien_position"] == 1 and rng.random() < 0.8:
        note["senior_lien_balance"] = None
    if note["note_rate"] is None and not note["p_and_i"]:
        if rng.random() < 0.5:
            note["note_rate"] = 0.07
        else:
            note["p_and_i"] = round(note["upb"] * rng.uniform(0.003, 0.06), 2)
    if note["next_due_date"] is None and note["paid_to_date"] is None and history[0][-1] is None:
        history[0][-1] = rng.randint(0, 12)


def random_probabilities(rng: random.Random) -> list:
    """Four probabilities above 0 that sum to 1: level, lopsided or next to certain."""
    kind = rng.random()
    if kind < 0.2:
        odds = [1e-6] * 4
        odds[rng.randrange(4)] = 1 - 3e-6
    else:
        odds = [rng.gammavariate(0.3 if kind < 0.6 else 1.5, 1.0) + 1e-6 for _ in range(4)]
    return [one / math.fsum(odds) for one in odds]
