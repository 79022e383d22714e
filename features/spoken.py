"""Features and their values as a note buyer says them; by rule from the names, so that a new feature is spoken too."""

from __future__ import annotations

import math
import re

from features.catalogue import Feature

UNKNOWN, NO_MONTHS = "not known", "none known"
"""A missing number of months often says that there was no such event: no modification, no referral."""

_WORDS = {
    "bankruptcy": "borrower in bankruptcy",
    "bankruptcy_chapter_13": "bankruptcy in Chapter 13",
    "cures_24m": "times back to current, last 24 months",
    "equity_share": "equity left to the owner, of value",
    "foreclosure_stage": "foreclosure stage (0 none, 4 sale set)",
    "full_documentation": "income fully documented",
    "judicial": "judicial state",
    "kept_pace_3m": "months not falling further behind, last 3",
    "kept_pace_12m": "months not falling further behind, last 12",
    "layered_risk_count": "risks of underwriting on top of each other",
    "legal_balance": "legal balance",
    "lien_position": "lien position",
    "ltv": "legal balance and senior debt to value",
    "matured": "past its maturity",
    "months_behind_change_6m": "months behind gained in the last 6",
    "months_behind_slope_12m": "months behind gained a month, last 12",
    "months_to_reset": "months to the next change of the instalment",
    "occupancy_owner": "owner lives there",
    "occupancy_tenant": "tenant lives there",
    "occupancy_vacant": "property vacant",
    "payment_shock": "rise of the instalment at its next change",
    "payments_while_behind_12m": "full payments while behind, last 12 months",
    "performing_clean_12m": "current, none missed in the last 12 months",
    "performing_current_now": "current now",
    "performing_never_delinquent": "never behind in the known history",
    "performing_paid_last_3m": "paid each of the last 3 months",
    "principal_ltv": "principal and senior debt to value",
    "property_2_4_unit": "two to four units",
    "property_manufactured": "manufactured home",
    "property_single_family": "house of one family",
    "rolls_24m": "months fallen further behind, last 24",
    "senior_debt_share": "senior debt to value",
    "state_timeline_months": "state's months from last payment to sale",
    "workout_under_way": "workout under way",
}
_LAST, _AGO = re.compile(r" (\d+)m$"), re.compile(r" (\d+) ago$")
_WHOLE = ("count", "points", "ordinal")
_SHARES = ("share", "annual fraction")


def spoken_name(feature: Feature) -> str:
    """Give a feature's name in a buyer's words.

    Examples
    --------
    >>> from features import FEATURES
    >>> [spoken_name(one) for one in FEATURES if one.name in ("full_payments_12m", "months_behind_6_ago", "ltv")]
    ['months behind, 6 months ago', 'full payments, last 12 months', 'legal balance and senior debt to value']
    """
    if feature.name in _WORDS:
        return _WORDS[feature.name]
    words = feature.name.replace("_", " ").replace("ltv", "loan-to-value").replace("max ", "most ")
    return _AGO.sub(r", \1 months ago", _LAST.sub(r", last \1 months", words))


def spoken_value(feature: Feature, value: float) -> str:
    """Give a value with its unit as a buyer writes it.

    Parameters
    ----------
    value
        In the feature's unit; NaN where it is missing.

    Examples
    --------
    >>> from features import FEATURES
    >>> feature = {one.name: one for one in FEATURES}
    >>> spoken_value(feature["ltv"], 0.68), spoken_value(feature["occupancy_owner"], 1)
    ('68%', 'yes')
    >>> spoken_value(feature["ltv"], math.nan)
    'not known'
    >>> spoken_value(feature["legal_balance"], 166500.4), spoken_value(feature["note_rate"], 0.0625)
    ('$166,500', '6.25%')
    """
    if math.isnan(value):
        return NO_MONTHS if feature.unit == "months" else UNKNOWN
    if feature.unit == "flag":
        return {1.0: "yes", 0.0: "no"}.get(value, f"{value:.0%} yes")
    if feature.unit in _SHARES:
        return f"{value:.2%}" if feature.unit == "annual fraction" else f"{value:.0%}"
    if feature.unit == "US dollars":
        return f"-${-value:,.0f}" if value < 0 else f"${value:,.0f}"
    if feature.unit in _WHOLE or (feature.unit == "months" and value == round(value)):
        return f"{value:,.6g}"
    return f"{value:,.1f}" if feature.unit == "months" else f"{value:,.2f}"


def spoken_meaning(feature: Feature) -> str:
    """Give what a feature means as a sentence: the first line of its definition without the rule for missing values."""
    meaning = feature.meaning.replace("``", "")
    return re.split(r"; NaN: ", meaning)[0].rstrip(".") + "."
