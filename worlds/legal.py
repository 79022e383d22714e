"""Foreclosure, bankruptcy and workouts of made notes, dated so that they agree with the months behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.history import FORECLOSURE_FLOOR
from notes.months import Days, add_months
from notes.states import fact
from worlds.payments import PROCESSES, Ints, Ledger

Floats = NDArray[np.float64]
Codes = NDArray[np.object_]
_NO_DATE = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Legal:
    """Legal and workout columns, each of shape (n_notes,)."""

    foreclosure_status: Codes
    foreclosure_referral_date: Days
    foreclosure_sale_date: Days
    acceleration_date: Days
    bankruptcy_chapter: Codes
    bankruptcy_filed_date: Days
    loss_mitigation_status: Codes
    referred_ago: Floats


def process_months(property_state: Codes) -> Floats:
    """Give the months from referral to sale that the state's allowance implies, at least 4.

    ``(last-paid-to-sale days - 150) / 30.4``; the table is an allowance for routine cases.
    """
    months: Floats = np.maximum((fact("last_paid_to_sale_days", property_state) - 150) / 30.4, 4.0)
    return months


def draw_legal(
    process: Ints, ledger: Ledger, property_state: Codes, as_of_date: Days, rng: np.random.Generator
) -> Legal:
    """Draw what lawyers and workout desks have done.

    No note is referred before it is four months behind (12 CFR 1024.41(f): not until more than 120 days), and the referral
    is dated after that day.
    """
    n = len(process)
    behind = np.maximum(ledger.behind, 0)
    chapter = _draw_bankruptcy(behind, rng)
    filed_ago = rng.integers(0, np.maximum(behind, 3), n)
    room = behind - FORECLOSURE_FLOOR
    likely = np.clip(0.25 + 0.025 * room, 0.0, 0.75) * np.where(process == PROCESSES.index("resumed"), 0.5, 1.0)
    referred = (room > 0) & (chapter == "") & (rng.random(n) < likely)
    ago = np.where(referred, np.minimum((rng.random(n) * np.maximum(room, 1)).astype(np.int64), 48), -1)
    stage = _draw_stage(ago, property_state, rng)
    referral = _dated(as_of_date, ago, rng.integers(1, 29, n), referred)
    sale_in = rng.integers(10, 75, n).astype("timedelta64[D]")
    workout = _draw_workout(behind, (chapter == "") & ~np.isin(stage, ["judgment", "sale_scheduled"]), rng)
    return Legal(
        foreclosure_status=stage,
        foreclosure_referral_date=referral,
        foreclosure_sale_date=np.where(stage == "sale_scheduled", as_of_date + sale_in, _NO_DATE),
        acceleration_date=np.where(referred, np.minimum(referral + np.timedelta64(20, "D"), as_of_date), _NO_DATE),
        bankruptcy_chapter=chapter,
        bankruptcy_filed_date=_dated(as_of_date, filed_ago, rng.integers(1, 29, n), chapter != ""),
        loss_mitigation_status=workout,
        referred_ago=np.where(referred, ago, np.nan).astype(np.float64),
    )


def _draw_bankruptcy(behind: Ints, rng: np.random.Generator) -> Codes:
    n = len(behind)
    active = rng.random(n) < np.where(behind >= 2, 0.07, 0.012)
    chapter = np.array(["13", "7", "11"], dtype=object)[rng.choice(3, n, p=[0.68, 0.30, 0.02])]
    filed: Codes = np.where(active, chapter, "").astype(object)
    return filed


def _draw_stage(referred_ago: Ints, property_state: Codes, rng: np.random.Generator) -> Codes:
    """Say how far a foreclosure has gone: by the share of the state's months that has run, for some at half the pace."""
    n = len(referred_ago)
    share = referred_ago / process_months(property_state) * rng.uniform(0.5, 1.1, n)
    judgment = (fact("judicial", property_state) == 1) & (share >= 0.55)
    stage: Codes = np.select(
        [referred_ago < 0, share >= 0.9, judgment, share >= 0.12],
        ["none", "sale_scheduled", "judgment", "filed"],
        "referred",
    ).astype(object)
    return stage


def _draw_workout(behind: Ints, possible: NDArray[np.bool_], rng: np.random.Generator) -> Codes:
    n = len(behind)
    under_way = possible & (behind >= 2) & (rng.random(n) < 0.16)
    names = np.array(["review", "trial", "repayment_plan", "forbearance"], dtype=object)
    status: Codes = np.where(under_way, names[rng.choice(4, n, p=[0.5, 0.15, 0.15, 0.2])], "none").astype(object)
    return status


def _dated(as_of_date: Days, months_ago: Ints, day: Ints, known: NDArray[np.bool_]) -> Days:
    month = add_months(as_of_date, -np.maximum(months_ago, 0)).astype("datetime64[M]").astype("datetime64[D]")
    dates: Days = np.where(known, month + (day - 1).astype("timedelta64[D]"), _NO_DATE).astype("datetime64[D]")
    return dates
