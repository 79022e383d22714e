"""Legal stage: the state's law, foreclosure, bankruptcy and workouts under way."""

from __future__ import annotations

import numpy as np

from features.known import Column, Known
from notes.months import whole_months_between
from notes.schema import field
from notes.states import fact

DAYS_PER_MONTH = 365.25 / 12


def judicial(known: Known) -> Column:
    """1 where the state's usual foreclosure goes through a court, 0 where it does not; NaN: state unknown."""
    return fact("judicial", known.code("property_state"))


def state_timeline_months(known: Known) -> Column:
    """Months from the last paid instalment to the foreclosure sale that is usual in the state; NaN: no sourced figure."""
    return fact("last_paid_to_sale_days", known.code("property_state")) / DAYS_PER_MONTH


def foreclosure_stage(known: Known) -> Column:
    """How far a foreclosure has gone: 0 none, 1 referred, 2 filed, 3 judgment, 4 sale scheduled.

    A foreclosure with a referral dated after the as-of date was not known then.  Without a status, a referral known on the
    as-of date counts as 1; NaN: neither is known.
    """
    codes = field("foreclosure_status").codes
    status = known.code("foreclosure_status")
    status = np.where(known.is_later("foreclosure_referral_date") & (status != "none"), "", status)
    stage = np.where(~np.isnat(known.event("foreclosure_referral_date")), 1.0, np.nan)
    for number, code in enumerate(codes):
        stage = np.where(status == code, float(number), stage)
    return stage


def months_since_referral(known: Known) -> Column:
    """Whole months since the file went to the attorney or trustee; NaN: no foreclosure under way, or no date."""
    months = whole_months_between(known.event("foreclosure_referral_date"), known.as_of)
    return np.where(foreclosure_stage(known) > 0, months, np.nan)


def bankruptcy(known: Known) -> Column:
    """1 when the borrower is in bankruptcy, else 0: an empty chapter means none unless a filing date is known."""
    return np.where((_chapter(known) != "") | ~np.isnat(known.event("bankruptcy_filed_date")), 1.0, 0.0)


def bankruptcy_chapter_13(known: Known) -> Column:
    """1 in Chapter 13, where arrears are paid by a plan, else 0; NaN: in bankruptcy, chapter unknown."""
    chapter = _chapter(known)
    return np.where(chapter == "13", 1.0, np.where((chapter == "") & (bankruptcy(known) == 1), np.nan, 0.0))


def workout_under_way(known: Known) -> Column:
    """1 when a review, trial, plan, forbearance, deferral or modification is under way, 0 when none; NaN: unknown.

    A status of modification with a ``modification_date`` after the as-of date was not known then.
    """
    status = known.code("loss_mitigation_status")
    not_yet = known.is_later("modification_date") & (status == "modification")
    under_way = np.where(status == "none", 0.0, 1.0)
    return np.where((status == "") | not_yet, np.nan, under_way)


def _chapter(known: Known) -> np.ndarray:
    return np.where(known.is_later("bankruptcy_filed_date"), "", known.code("bankruptcy_chapter"))
