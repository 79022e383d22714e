"""What became of a note: one rule, from the months after its as-of month to an outcome or to censoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome
from notes.history import UNKNOWN
from notes.months import Days, add_months, month_end


class TermChange(IntEnum):
    """A change of a note's terms, in the month in which it takes effect."""

    NONE = 0
    MODIFICATION = 1
    DEFERRAL = 2
    REPAYMENT_PLAN = 3
    """A forbearance or a repayment plan."""


class Terminal(IntEnum):
    """How a note leaves the records, in the month in which it does.  From ``REPURCHASE`` on it is no outcome."""

    NONE = 0
    PAYOFF = 1
    DEED = 2
    SHORT_SALE = 3
    DISCOUNTED_PAYOFF = 4
    THIRD_PARTY = 5
    REO = 6
    REPURCHASE = 7
    NOTE_SALE = 8
    OTHER_REMOVAL = 9


_CHANGE_DETAILS = {
    TermChange.MODIFICATION: "modification",
    TermChange.DEFERRAL: "deferral",
    TermChange.REPAYMENT_PLAN: "repayment_plan",
}
_TERMINAL_LABELS = {
    Terminal.PAYOFF: (Outcome.REPERFORM, "payoff"),
    Terminal.DEED: (Outcome.DEED_IN_LIEU, "deed"),
    Terminal.SHORT_SALE: (Outcome.DEED_IN_LIEU, "short_sale"),
    Terminal.DISCOUNTED_PAYOFF: (Outcome.DEED_IN_LIEU, "discounted_payoff"),
    Terminal.THIRD_PARTY: (Outcome.FORECLOSURE, "third_party"),
    Terminal.REO: (Outcome.FORECLOSURE, "reo"),
}


@dataclass(frozen=True)
class LabelSettings:
    """When an outcome is decided.

    Parameters
    ----------
    horizon_months
        An outcome later than this many months after the as-of month does not count: the note is censored there.
    streak_months
        Month-ends in a row at 0 months behind that make a note perform again.
    """

    horizon_months: int = 60
    streak_months: int = 6

    def __post_init__(self) -> None:
        if not 1 <= self.streak_months <= self.horizon_months:
            raise ValueError(f"1 <= streak_months <= horizon_months is needed, found {self}")


@dataclass(frozen=True)
class MonthsAfter:
    """What each note did after its as-of month; column j is the month j + 1 months after it.

    Parameters
    ----------
    months_delinquent
        int16, shape (n_notes, n_months): months behind at month end, -1 unknown.
    term_change
        int8, the same shape: a :class:`TermChange`, only in the month in which it takes effect.
    terminal
        int8, the same shape: a :class:`Terminal`.
    months_observed
        int, shape (n_notes,): months after the as-of month in which an outcome could have been seen; what the arrays
        hold after them is not looked at.
    months_behind
        float, shape (n_notes,): months behind on the as-of date, NaN unknown.
    """

    months_delinquent: NDArray[np.int16]
    term_change: NDArray[np.int8]
    terminal: NDArray[np.int8]
    months_observed: NDArray[np.int64]
    months_behind: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = self.months_delinquent.shape
        fits = (
            len(shape) == 2
            and self.term_change.shape == shape
            and self.terminal.shape == shape
            and self.months_observed.shape == shape[:1]
            and self.months_behind.shape == shape[:1]
        )
        if not fits:
            raise ValueError("three arrays of shape (n_notes, n_months) and two of shape (n_notes,) are needed")
        if not ((self.months_observed >= 0) & (self.months_observed <= shape[1])).all():
            raise ValueError(f"months_observed must lie between 0 and {shape[1]}")


@dataclass(frozen=True)
class Labels:
    """What became of each note.

    Parameters
    ----------
    outcome, outcome_detail
        object arrays of str, shape (n_notes,); empty strings where censored.
    months
        int64, shape (n_notes,): months from the as-of month to the deciding event; where censored, the months for which
        the note was followed without one.
    """

    outcome: NDArray[np.object_]
    outcome_detail: NDArray[np.object_]
    months: NDArray[np.int64]

    @property
    def is_censored(self) -> NDArray[np.bool_]:
        """Whether no outcome was decided, bool, shape (n_notes,)."""
        censored: NDArray[np.bool_] = self.outcome == ""
        return censored

    def resolution_date(self, as_of: Days) -> Days:
        """Give the month end of each deciding event, NaT where censored."""
        return np.where(self.is_censored, np.datetime64("NaT", "D"), self.last_seen(as_of))

    def last_seen(self, as_of: Days) -> Days:
        """Give the month end of the deciding event, or up to which a censored note was followed."""
        return month_end(add_months(as_of, self.months))


def label_histories(after: MonthsAfter, settings: LabelSettings | None = None) -> Labels:
    """Decide each note's outcome by the first deciding event after its as-of month.

    The events, within ``horizon_months``:

    - paid in full: ``reperform``, or ``loss_mitigation`` where the terms were changed after the as-of month before it;
    - ``streak_months`` month-ends in a row at 0 months behind, all after the as-of month: ``reperform``, or
      ``loss_mitigation`` where the terms were changed after the as-of month.  A change of terms starts the count anew
      with the end of its own month;
    - a deed, short sale or discounted payoff: ``deed_in_lieu``; a foreclosure sale: ``foreclosure``.

    A month of unknown status breaks a streak.  In one month a terminal event goes before a streak.  What comes after the
    deciding event is redefault and never changes the label.  A note sale, repurchase or other removal, the end of the
    records and the horizon censor.  ``outcome_detail`` of a streak is ``kept_paying`` for a note 0 or 1 month behind on
    its as-of date, else ``reinstated``; after a change of terms it is the latest change.

    Parameters
    ----------
    after
        The months after the as-of month.
    settings
        Horizon and streak; None: 60 and 6.

    Returns
    -------
    Labels, row i for note i.
    """
    settings = settings or LabelSettings()
    n_months = min(after.months_delinquent.shape[1], settings.horizon_months)
    observed = np.minimum(after.months_observed, n_months)
    change = after.term_change[:, :n_months]
    streak = _first(_streaks(after.months_delinquent[:, :n_months], change) >= settings.streak_months, observed)
    terminal = _first(after.terminal[:, :n_months] != Terminal.NONE, observed)
    month = np.minimum(streak, terminal)
    decided_by_terminal = (terminal <= streak) & (terminal < _NEVER)
    rows, at = np.arange(len(month)), np.minimum(month, max(n_months - 1, 0))
    code = np.where(decided_by_terminal, _pick(after.terminal, rows, at), Terminal.NONE)
    latest = np.where(month < _NEVER, _pick(_latest(change), rows, at), TermChange.NONE)
    outcome = np.full(len(month), "", dtype=object)
    detail = np.full(len(month), "", dtype=object)
    on_time = after.months_behind <= 1
    by_streak = (month < _NEVER) & ~decided_by_terminal
    _set(outcome, detail, by_streak & on_time, (Outcome.REPERFORM, "kept_paying"))
    _set(outcome, detail, by_streak & ~on_time, (Outcome.REPERFORM, "reinstated"))
    for event, label in _TERMINAL_LABELS.items():
        _set(outcome, detail, code == event, label)
    performs = by_streak | (code == Terminal.PAYOFF)
    for kind, name in _CHANGE_DETAILS.items():
        _set(outcome, detail, performs & (latest == kind), (Outcome.LOSS_MITIGATION, name))
    return Labels(outcome, detail, np.where(month < _NEVER, month + 1, observed))


def count_by_streak(
    after: MonthsAfter, settings: LabelSettings | None = None, streaks: Sequence[int] = (3, 6, 12)
) -> dict[int, dict[str, int]]:
    """Count outcomes at several streaks, to show how much hangs on the choice.

    Returns
    -------
    For each streak within the horizon, the count of each outcome and of ``censored``.
    """
    settings = settings or LabelSettings()
    counts = {}
    for streak in (one for one in streaks if one <= settings.horizon_months):
        labels = label_histories(after, replace(settings, streak_months=streak))
        counts[streak] = {str(name): int((labels.outcome == name).sum()) for name in OUTCOMES}
        counts[streak]["censored"] = int(labels.is_censored.sum())
    return counts


_NEVER = np.iinfo(np.int64).max


def _streaks(status: NDArray[np.int16], change: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count, at each month end, the month-ends in a row at 0 behind that end with it; a change of terms starts anew."""
    assert UNKNOWN != 0
    month = np.arange(status.shape[1], dtype=np.int64)[None, :]
    broken = np.where(status == 0, -1, month)
    restarted = np.where(change != TermChange.NONE, month - 1, -1)
    since: NDArray[np.int64] = np.maximum.accumulate(np.maximum(broken, restarted), axis=1)
    return np.where(status == 0, month - since, 0)


def _latest(change: NDArray[np.int8]) -> NDArray[np.int8]:
    """Carry the latest change of terms forward from the month in which it takes effect."""
    month = np.arange(change.shape[1])[None, :]
    last = np.maximum.accumulate(np.where(change != TermChange.NONE, month, -1), axis=1)
    carried = np.take_along_axis(change, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, carried, TermChange.NONE).astype(np.int8)


def _first(hits: NDArray[np.bool_], observed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the first month of a hit among the observed ones; _NEVER without one."""
    seen = hits & (np.arange(hits.shape[1])[None, :] < observed[:, None])
    if not seen.shape[1]:
        return np.full(len(seen), _NEVER)
    return np.where(seen.any(axis=1), seen.argmax(axis=1), _NEVER)


def _pick(values: NDArray[np.int8], rows: NDArray[np.intp], at: NDArray[np.int64]) -> NDArray[np.int8]:
    return values[rows, at] if values.shape[1] else np.zeros(len(rows), dtype=np.int8)


def _set(
    outcome: NDArray[np.object_], detail: NDArray[np.object_], where: NDArray[np.bool_], label: tuple[str, str]
) -> None:
    outcome[where], detail[where] = str(label[0]), label[1]
