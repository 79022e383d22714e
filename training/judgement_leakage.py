"""Signs that a model could have seen the future: what ranks too well, what is dated too late, what sounds like an end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from notes import OUTCOMES, Notes
from training.evaluate import Floats, Ints, ranking_aucs

EVENT_DATES = (
    "origination_date",
    "last_payment_date",
    "valuation_date",
    "foreclosure_referral_date",
    "bankruptcy_filed_date",
    "modification_date",
)
"""Dates of things that happen once: after ``as_of_date`` they were not known, and features take them as missing."""

_AFTER_THE_FACT = re.compile(
    r"resolution|outcome|liquidat|zero.?bal|zb.?(code|dte|date)|disposition|disp.?(dt|date)|proceed|procs"
    r"|(?<![a-z])reo(?![a-z])|deed.?(rec|received|recorded)|(dil|fc|ss|foreclosure|short.?sale).?compl"
    r"|actual.?(fc)?.?sale|sale.?(amount|result|price)|bid.?amount|(?<![a-z])pif|paid.?in.?full|payoff.?date"
    r"|inactive.?date|prim.?stat|charge.?off",
    re.IGNORECASE,
)
"""Headings under which servicers write what became of a loan."""
_LABELS = frozenset(
    {
        "outcome",
        "outcome_detail",
        "resolution_date",
        "observed_through",
        "net_proceeds",
        "gross_proceeds",
        "resolution_costs",
    }
)


@dataclass(frozen=True)
class FeatureAuc:
    """How well one feature alone tells an outcome from the rest: 0.5 not at all, 1 always."""

    name: str
    outcome: str
    auc: float


@dataclass(frozen=True)
class OutcomeLikeColumn:
    """A column of the file whose heading sounds like what became of the loan, and what it was read as (or that not)."""

    heading: str
    read_as: str


@dataclass(frozen=True)
class LeakageReport:
    """What was looked at.

    Parameters
    ----------
    aucs
        The best outcome of each feature, the highest first.
    later_dates
        Event dates after their note's ``as_of_date``, field to count: features took them as missing.
    payments_after_as_of
        Payment rows after their note's as-of month, cut on reading; None where no file was read.
    columns
        None where no file was read.
    """

    aucs: tuple[FeatureAuc, ...]
    later_dates: Mapping[str, int]
    payments_after_as_of: int | None
    columns: tuple[OutcomeLikeColumn, ...] | None


def feature_aucs(features: pd.DataFrame, outcome: Ints, weight: Floats) -> tuple[FeatureAuc, ...]:
    """Rank features by how well each alone tells its best outcome from the others."""
    found = []
    for name in map(str, features.columns):
        aucs = ranking_aucs(features[name].to_numpy(dtype=np.float64), outcome, weight)
        best = int(np.argmax(aucs))
        found.append(FeatureAuc(name, str(OUTCOMES[best]), float(aucs[best])))
    return tuple(sorted(found, key=lambda one: (-one.auc, one.name)))


def later_dates(notes: Notes) -> dict[str, int]:
    """Count the event dates after ``as_of_date``, field to count; fields without any are left out."""
    as_of = notes.days("as_of_date")
    counts = {name: int((notes.days(name) > as_of).sum()) for name in EVENT_DATES}
    return {name: count for name, count in counts.items() if count}


def outcome_like_columns(columns: Mapping[str, str]) -> tuple[OutcomeLikeColumn, ...]:
    """Find headings that sound like what became of a loan; those read as the outcome itself are meant and left out.

    Parameters
    ----------
    columns
        Heading to what it was read as: a canonical column, or a word for not being used.

    Examples
    --------
    >>> outcome_like_columns({"REO Flag": "not used", "Area": "not used", "Outcome": "outcome"})
    (OutcomeLikeColumn(heading='REO Flag', read_as='not used'),)
    """
    return tuple(
        OutcomeLikeColumn(heading, read_as)
        for heading, read_as in columns.items()
        if _AFTER_THE_FACT.search(heading) and read_as not in _LABELS
    )
