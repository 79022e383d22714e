"""The terms of made notes: what was lent, at which rate, and what is left of it after the instalments paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.months import Days, add_months, month_index
from worlds.marginals import ARM_SHARE, BALLOON_SHARE, FIRST_RATE_YEAR, MEAN_UPB, PMMS_PERCENT, SECOND_LIEN_SHARE
from worlds.payments import Ledger

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """The columns that follow from the contract and from the instalments paid; each array of shape (n_notes,).

    Parameters
    ----------
    due_day
        Day of the month on which instalments fall due.
    p_and_i_before
        Instalment before a modification, US dollars; ``p_and_i`` where there was none.
    """

    lien_position: Floats
    due_day: Ints
    original_balance: Floats
    note_rate: Floats
    p_and_i: Floats
    p_and_i_before: Floats
    upb: Floats
    deferred_balance: Floats
    is_arm: NDArray[np.bool_]
    origination_date: Days
    first_payment_date: Days
    maturity_date: Days
    balloon_date: Days
    next_due_date: Days
    modification_date: Days


def level_payment(principal: Floats, annual_rate: Floats, months: Ints) -> Floats:
    r"""Give the level instalment, :math:`P r / (1 - (1 + r)^{-n})` with r the monthly rate, US dollars.

    Examples
    --------
    >>> level_payment(np.array([100_000.0]), np.array([0.06]), np.array([360])).round(2)
    array([599.55])
    """
    rate = annual_rate / 12
    payment: Floats = principal * rate / -np.expm1(-months * np.log1p(rate))
    return payment


def level_balance(principal: Floats, annual_rate: Floats, months: Ints, paid: Ints) -> Floats:
    r"""Give what is left after ``paid`` instalments, :math:`P ((1+r)^n - (1+r)^k) / ((1+r)^n - 1)`, US dollars.

    Examples
    --------
    >>> level_balance(np.array([100_000.0]), np.array([0.06]), np.array([360]), np.array([60])).round(2)
    array([93054.36])
    """
    growth = np.log1p(annual_rate / 12)
    left: Floats = principal * np.expm1((paid - months) * growth) / np.expm1(-months * growth)
    return left


@dataclass(frozen=True)
class _Schedule:
    """Level-payment loans; each array of shape (n_notes,)."""

    principal: Floats
    rate: Floats
    months: Ints

    def instalment(self) -> Floats:
        payment: Floats = np.round(level_payment(self.principal, self.rate, self.months), 2)
        return payment

    def balance(self, paid: Ints) -> Floats:
        return level_balance(self.principal, self.rate, self.months, paid)


def draw_terms(ledger: Ledger, instalments_due: Ints, as_of_date: Days, rng: np.random.Generator) -> Terms:
    """Draw terms that fit the ledger: the balance is what the instalments paid have left of it."""
    n = len(instalments_due)
    lien = np.where(rng.random(n) < SECOND_LIEN_SHARE, 2.0, 1.0)
    due_day = np.where(rng.random(n) < 0.88, 1, rng.integers(2, 29, n))
    late = (due_day > 1).astype(np.int64)  # an instalment due later in the month counts as behind a month later
    first = _on_day(add_months(as_of_date, -late - instalments_due + 1), due_day)
    next_due = _on_day(add_months(as_of_date, 1 - late - ledger.behind), due_day)
    original = _draw_original(instalments_due, first, lien, rng)
    modified = ledger.modified_ago >= 0
    now, deferred = _draw_modification(original, ledger, instalments_due, rng)
    paid = np.where(modified, ledger.modified_ago, instalments_due) - ledger.behind
    modification_month = _on_day(add_months(as_of_date, -ledger.modified_ago), 1)
    start = np.where(modified, _on_day(add_months(as_of_date, 1 - late - ledger.modified_ago), due_day), first)
    maturity = add_months(start, now.months - 1)
    balloon = _balloon_date(next_due, ledger.behind, maturity, rng)
    return Terms(
        lien_position=lien,
        due_day=due_day,
        original_balance=original.principal,
        note_rate=now.rate,
        p_and_i=now.instalment(),
        p_and_i_before=original.instalment(),
        upb=np.round(now.balance(paid), 2),
        deferred_balance=deferred,
        is_arm=(rng.random(n) < ARM_SHARE) & ~modified & (lien == 1) & (instalments_due < 84),
        origination_date=_on_day(add_months(first, -rng.integers(1, 3, n)), rng.integers(1, 28, n)),
        first_payment_date=first,
        maturity_date=np.where(np.isnat(balloon), maturity, balloon),
        balloon_date=balloon,
        next_due_date=next_due,
        modification_date=np.where(modified, modification_month, np.datetime64("NaT")).astype("datetime64[D]"),
    )


def _draw_original(instalments_due: Ints, first_payment: Days, lien: Floats, rng: np.random.Generator) -> _Schedule:
    n = len(lien)
    term = np.where(instalments_due < 170, rng.choice([360, 240, 180], n, p=[0.82, 0.08, 0.10]), 360)
    rate = _rate(first_payment, lien, rng)
    # 1.17: what makes the mean UPB of first liens a year behind the published one.
    drawn = np.where(lien == 2, 0.28, 1.0) * MEAN_UPB * 1.17 * rng.lognormal(-0.18, 0.6, n)
    return _Schedule(np.maximum(np.round(drawn / 100) * 100, 9_000.0), rate, term)


def _draw_modification(
    original: _Schedule, ledger: Ledger, instalments_due: Ints, rng: np.random.Generator
) -> tuple[_Schedule, Floats]:
    """Give the loan as it stands, and what is deferred: arrears capitalised, a lower rate, 30 or 40 years from then."""
    n, modified = len(instalments_due), ledger.modified_ago >= 0
    paid = instalments_due - np.maximum(ledger.modified_ago, 0) - ledger.behind_when_modified
    owed = original.balance(np.clip(paid, 0, original.months - 1))
    owed = owed * (1 + original.rate / 12 * (ledger.behind_when_modified + 1))
    deferred = np.where(modified & (rng.random(n) < 0.25), np.round(owed * rng.uniform(0.05, 0.25, n), 2), 0.0)
    rate = np.maximum(np.round((original.rate - rng.uniform(0.0, 0.025, n)) * 800) / 800, 0.02)
    now = _Schedule(
        np.where(modified, np.round(owed - deferred, 2), original.principal),
        np.where(modified, rate, original.rate),
        np.where(modified, np.where(rng.random(n) < 0.6, 480, 360), original.months),
    )
    return now, deferred


def _on_day(days: Days, day: Ints | int) -> Days:
    moved: Days = days.astype("datetime64[M]").astype("datetime64[D]") + (np.asarray(day) - 1).astype("timedelta64[D]")
    return moved


def _rate(first_payment: Days, lien: Floats, rng: np.random.Generator) -> Floats:
    """Draw rates around the market's in the year of origination, in eighths of a per cent."""
    n = len(lien)
    year = np.clip((month_index(first_payment) // 12).astype(np.int64) - FIRST_RATE_YEAR, 0, len(PMMS_PERCENT) - 1)
    spread = np.maximum(rng.normal(0.7, 0.7, n), -0.4) + np.where(lien == 2, rng.uniform(1.5, 5.0, n), 0.0)
    rate: Floats = np.round((PMMS_PERCENT[year] + spread) * 8) / 800
    return rate


def _balloon_date(next_due: Days, behind: Ints, maturity: Days, rng: np.random.Generator) -> Days:
    """Give some notes a balloon: ahead of those who pay, already past (a matured note) for some long unpaid ones."""
    n = len(behind)
    draw, share = rng.random(n), rng.random(n)
    past = add_months(next_due, (share * np.maximum(behind, 1)).astype(np.int64))
    ahead = add_months(next_due, np.maximum(behind, 0) + 2 + (share * 96).astype(np.int64))
    matured = (behind >= 6) & (draw < 2 * BALLOON_SHARE)
    balloon = np.where(matured, past, np.where(draw > 1 - BALLOON_SHARE, ahead, np.datetime64("NaT")))
    dates: Days = np.where(balloon < maturity, balloon, np.datetime64("NaT")).astype("datetime64[D]")
    return dates
