"""Signs that a model could have seen the future: what ranks too well, what is dated too late, what sounds like an end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import FEATURES, Group
from notes import OUTCOMES, Notes
from tapes.headings.normalise import spelled_out
from tapes.headings.registry import AFTER_THE_FACT
from training.config import DataSettings
from training.evaluate import Floats, Ints, ranking_aucs
from training.feature_columns import AS_KNOWN, features_of, made_of
from training.gate import Check

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
    r"outcome|resolution|resolved|dispos|\bdisp date|liquidat|\bliqd\b|zero bal|\bzb (?:code|date)|\breo\b"
    r"|\bproceeds?\b|\bproc\b|\bfinal\b(?! (?:maturity|due|payment|balloon|title))|final ?stat|\bresults?\b"
    r"|\bclosed\b(?! end)|\bsold\b(?! rate)|settle|terminat|payoff date|paid off|paid in full|\bpif\b|inactive|prim stat"
    r"|charged? off|\bexit\b|\bremoval\b|repurchase|\b(?:dil|deed in lieu|ss|short sale)\b|deed rec|foreclosed"
    r"|(?<!to )\bforeclosure (?:date|comp(?!laint))|\bfcc\b|third party sale|actual (?:foreclosure )?sale"
    r"|sale (?:amount|price|held)|bid amount|redemption|recover(?:y|ies?|ed)\b|severity|(?:actual|net|realized) loss"
    r"|\bend(?:ing)? (?:status|state|type|reason)|\blabel\b|\btarget\b"
)
"""Headings under which sellers and servicers write what became of a loan, their words spelled out."""
_OF_PAYMENTS = frozenset(one.name for one in FEATURES if one.group is Group.PAYMENT)
_MOST_NAMED = 4
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
    """How well one feature alone tells an outcome from the rest: 0.5 not at all, 1 always.

    Parameters
    ----------
    at_least
        ``auc`` less two standard errors: a class of ten loans is told well by something, by chance alone.
    suspect_above
        The limit of the settings for such a feature, a payment feature's or another's.
    """

    name: str
    outcome: str
    auc: float
    at_least: float
    suspect_above: float

    @property
    def suspect(self) -> bool:
        """Whether it tells the outcome better than a feature of its kind should."""
        return self.at_least > self.suspect_above


@dataclass(frozen=True)
class OutcomeLikeColumn:
    """A column of the file whose heading sounds like what became of the loan.

    Parameters
    ----------
    read_as
        A canonical column, or a word for not being used.
    features
        Those that are made of it: the model knows what it says.  Empty: nothing of it is in the model.
    """

    heading: str
    read_as: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class LeakageReport:
    """What was looked at.

    Parameters
    ----------
    aucs
        The best outcome of each feature, the highest first; where it tells another one suspiciously well, that one.
    later_dates
        Event dates after their note's ``as_of_date``, field to count: features took them as missing.  Reading a file
        leaves none of them.
    payments_after_as_of
        Payment rows after their note's as-of month, cut on reading; None where no file was read.
    columns
        Those headed like an outcome; None where no file was read.
    n_columns
        How many headings were looked at.
    excepted_as_later
        Rows that reading left out because of a date after their ``as_of_date``, by field; None where no file was read.
    """

    aucs: tuple[FeatureAuc, ...]
    later_dates: Mapping[str, int]
    payments_after_as_of: int | None
    columns: tuple[OutcomeLikeColumn, ...] | None
    n_columns: int = 0
    excepted_as_later: Mapping[str, int] | None = None


def feature_aucs(
    features: pd.DataFrame, outcome: Ints, weight: Floats, settings: DataSettings
) -> tuple[FeatureAuc, ...]:
    """Rank features by how well each alone tells its best outcome from the others.

    Parameters
    ----------
    outcome
        int64, shape (n,): positions in ``OUTCOMES``, open notes left out.
    weight
        float64, shape (n,): a loan's rows sum to at most 1, so that sums are loans.
    """
    loans = np.bincount(outcome, weight, minlength=len(OUTCOMES))
    found = []
    for name in map(str, features.columns):
        aucs = ranking_aucs(features[name].to_numpy(dtype=np.float64), outcome, weight)
        limit = settings.suspect_payment_auc if name in _OF_PAYMENTS else settings.suspect_other_auc
        each = [
            FeatureAuc(name, str(one), float(auc), auc_at_least(auc, mine, loans.sum() - mine), limit)
            for one, auc, mine in zip(OUTCOMES, aucs, loans, strict=True)
        ]
        found.append(max(each, key=lambda one: (one.suspect, one.auc)))
    return tuple(sorted(found, key=lambda one: (-one.auc, one.name)))


def auc_at_least(auc: float, n_of: float, n_others: float) -> float:
    r"""Give an AUC less two standard errors; 0.5 for an outcome of less than one loan.

    Parameters
    ----------
    n_of, n_others
        Loans of the outcome and of the others.

    Examples
    --------
    >>> round(auc_at_least(0.9, 100, 400), 3), round(auc_at_least(0.9, 10, 400), 3)
    (0.858, 0.769)

    Notes
    -----
    :math:`SE^2 = \frac{A(1-A) + (n_1-1)(Q_1-A^2) + (n_2-1)(Q_2-A^2)}{n_1 n_2}`, :math:`Q_1 = A/(2-A)`,
    :math:`Q_2 = 2A^2/(1+A)` (Hanley and McNeil, Radiology 143, 1982).
    """
    if not (n_of >= 1 and n_others >= 1):
        return 0.5
    q1, q2, square = auc / (2 - auc), 2 * auc**2 / (1 + auc), auc**2
    variance = (auc - square + (n_of - 1) * (q1 - square) + (n_others - 1) * (q2 - square)) / (n_of * n_others)
    return float(auc - 2 * np.sqrt(max(variance, 0.0)))


def leak_check(leakage: LeakageReport, file_columns: Mapping[str, str] | None) -> Check | None:
    """Refuse a model with a feature that tells an outcome better than it should; None where there is none.

    A feature that was written after the event makes the model better on the test too, where it knows the outcome as it did
    in the fit, and no comparison of losses can refuse it.

    Parameters
    ----------
    file_columns
        Heading to what it was read as; None where no file was read.
    """
    suspects = [one for one in leakage.aucs if one.suspect]
    named = [
        f"{one.name} tells {one.outcome} from the rest with an AUC of {one.auc:.3f} ({made_of(one.name, file_columns)})"
        for one in suspects[:_MOST_NAMED]
    ]
    if not suspects:
        return None
    more = [f"{len(suspects) - _MOST_NAMED} more"] if len(suspects) > _MOST_NAMED else []
    figures = (
        f"suspiciously good: {'; '.join([*named, *more])}. If it was written or corrected after as_of_date, the figures "
        f"are too good and the bids will be wrong: {AS_KNOWN}. Where all was known then, raise data.suspect_payment_auc or "
        "data.suspect_other_auc in a copy of configs/training.toml (--config, CONFIG=)"
    )
    return Check("no feature knows too much", False, True, figures)


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
    >>> for one in outcome_like_columns({"final_status": "not used", "Area": "not used", "Outcome": "outcome"}):
    ...     one.heading, one.read_as, one.features
    ('final_status', 'not used', ())
    """
    return tuple(
        OutcomeLikeColumn(heading, read_as, features_of(read_as))
        for heading, read_as in columns.items()
        if read_as not in _LABELS and (read_as == AFTER_THE_FACT or _sounds_like_an_end(heading))
    )


def _sounds_like_an_end(heading: str) -> bool:
    return _AFTER_THE_FACT.search(" ".join(spelled_out(heading))) is not None
