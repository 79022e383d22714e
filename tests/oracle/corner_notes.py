"""Corners of docs/pricing.md that a random note seldom meets: each function moves a random note into one of them."""

from __future__ import annotations

import random
from datetime import date, timedelta

from oracle_terms import annuity
from random_notes import random_case


def corner_case(rng: random.Random, corner: str, loan_id: str) -> tuple:
    """A random note, its history and its probabilities, moved into a corner by name."""
    note, history, probabilities = random_case(rng, loan_id)
    CORNERS[corner](rng, note)
    if note["note_rate"] is None and not note["p_and_i"]:
        note["note_rate"] = 0.05
    if note["next_due_date"] is None and note["paid_to_date"] is None and history[0][-1] is None:
        history[0][-1] = 3
    return note, history, probabilities


def interest_to_the_cent(rng: random.Random, note: dict) -> None:
    note["note_rate"] = rng.choice((0.06, 0.05, 0.072, 0.0725, 0.084, 0.09, 0.12))
    note["upb"] = rng.choice((120_000.0, 100_000.0, 250_000.0, 37_500.0, 48_000.0, 64_000.0))
    note["p_and_i"] = round(note["upb"] * note["note_rate"] / 12, 2)
    if rng.random() < 0.5:
        note["maturity_date"] = note["balloon_date"] = None


def rate_near_zero(rng: random.Random, note: dict) -> None:
    note["note_rate"] = rng.choice((1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4))
    note["p_and_i"] = rng.choice((None, note["p_and_i"]))


def implied_rate_near_zero(rng: random.Random, note: dict) -> None:
    note["note_rate"] = None
    note["maturity_date"] = note["as_of_date"] + timedelta(rng.randint(400, 12_000))
    months = (note["maturity_date"] - note["as_of_date"]).days * 12 / 365.25
    note["p_and_i"] = note["upb"] / months * (1 + rng.choice((-1e-9, 0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-4)))


def implied_rate_near_the_most(rng: random.Random, note: dict) -> None:
    note["note_rate"] = note["maturity_date"] = None
    note["p_and_i"] = annuity(note["upb"], 0.05, 240) * (1 + rng.choice((-1e-4, -1e-9, 0.0, 1e-9, 1e-4, 3.0)))


def implied_rate_over_a_year(rng: random.Random, note: dict) -> None:
    note["note_rate"] = None
    note["maturity_date"] = note["as_of_date"] + timedelta(rng.randint(355, 375))
    note["p_and_i"] = note["upb"] * rng.uniform(0.004, 0.09)


def paid_off_at_once(rng: random.Random, note: dict) -> None:
    note["note_rate"] = note["note_rate"] or 0.0
    most = note["upb"] * (1 + note["note_rate"] / 12)
    note["p_and_i"] = most * rng.choice((0.5, 0.999999, 1 - 1e-12, 1.0, 1 + 1e-12, 2.0))


def worthless_or_priceless(rng: random.Random, note: dict) -> None:
    note["as_is_value"] = rng.choice((0.0, 1e-9, 0.01, 1.0, 1e9))


def principal_of_any_size(rng: random.Random, note: dict) -> None:
    note["upb"] = rng.choice((0.01, 1.0, 100.0, 5e8, 1e9))


def instalment_of_any_size(rng: random.Random, note: dict) -> None:
    note["p_and_i"] = rng.choice((1e-9, 0.01, 1e9))


def dates_far_away(rng: random.Random, note: dict) -> None:
    far = (date(1900, 1, 31), date(1970, 1, 1), date(2000, 2, 29), date(2060, 1, 1), date(2099, 12, 31))
    for column in [column for column in note if column.endswith("_date") and column != "as_of_date"]:
        if rng.random() < 0.3:
            note[column] = rng.choice(far)


def senior_of_any_size(rng: random.Random, note: dict) -> None:
    note["lien_position"] = 2.0
    note["senior_lien_balance"] = rng.choice((0.0, 0.01, note["as_is_value"], 1e9))
    note["delinquent_taxes"] = rng.choice((None, 0.0, 0.01))


def suspense_above_the_debt(rng: random.Random, note: dict) -> None:
    note["suspense_balance"] = note["upb"] * rng.choice((1.0, 1.05, 1.2, 5.0))
    note["legal_balance"] = rng.choice((None, 0.0, 1.0, note["upb"]))


def last_months_of_the_term(rng: random.Random, note: dict) -> None:
    note["maturity_date"] = note["as_of_date"] + timedelta(rng.randint(10, 140))
    note["p_and_i"] = rng.choice((None, note["p_and_i"]))


def due_at_a_month_end(rng: random.Random, note: dict) -> None:
    note["as_of_date"] = date(2024, 1, 1) + timedelta(rng.randint(0, 500))
    note["next_due_date"] = note["paid_to_date"] = None
    days = (-2, -1, 0, 28, 59, 89, 181, 242, 334, 365, 394, 395, 396)
    for column in rng.choice((("next_due_date",), ("paid_to_date",), ("next_due_date", "paid_to_date"))):
        note[column] = date(2023, 1, 31) + timedelta(rng.choice(days))


def on_the_day_of_a_limit(rng: random.Random, note: dict) -> None:
    note["last_payment_date"] = note["as_of_date"] - timedelta(rng.choice((364, 365, 366, 2191, 2192)))
    note["occupancy"] = None


CORNERS = {
    corner.__name__: corner
    for corner in (
        interest_to_the_cent,
        rate_near_zero,
        implied_rate_near_zero,
        implied_rate_near_the_most,
        implied_rate_over_a_year,
        paid_off_at_once,
        worthless_or_priceless,
        principal_of_any_size,
        instalment_of_any_size,
        dates_far_away,
        senior_of_any_size,
        suspense_above_the_debt,
        last_months_of_the_term,
        due_at_a_month_end,
        on_the_day_of_a_limit,
    )
}
