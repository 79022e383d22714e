"""Why a note has its odds: what is said of it, and how each piece of it is worded; knows no model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notes import OUTCOMES, Outcome
from notes.text import one_line

Effects = tuple[float, ...]
"""Log odds of each of the four outcomes against the average of the others, before calibration; they sum to 0."""

SHORT = {
    Outcome.REPERFORM: "reperform",
    Outcome.LOSS_MITIGATION: "loss mit.",
    Outcome.DEED_IN_LIEU: "deed",
    Outcome.FORECLOSURE: "foreclosure",
}
LEAST_SHOWN = 0.05
"""Log odds: less moves odds of one in two by about a point, and is left out where a person reads."""
IN_A_GROUP, IN_A_LIST = 3, 3
HOW_TO_READ = (
    "Log odds of each outcome against the average of the other three, before calibration: +0.7 doubles the odds, -0.7",
    "halves them. Compared with the average resolved note: its row and the subjects' rows add up to this note.",
    "Usual: the middle one of the resolved notes.",
)
_WITHOUT_RESOLVED = (
    HOW_TO_READ[0],
    "halves them. Compared with the average row of the fit: its row and the subjects' rows add up to this note.",
)


@dataclass(frozen=True)
class Reason:
    """What one feature of the note does.

    Parameters
    ----------
    feature, unit, meaning
        The column's name, its unit, and what it says in a sentence.
    words, shown
        Name and value as a buyer says them.
    value
        NaN: missing.
    usual, usual_shown
        The median of the resolved notes; NaN and empty where it is not known.
    effects
        What it adds beside the average note.
    """

    feature: str
    unit: str
    meaning: str
    words: str
    shown: str
    value: float
    usual: float
    usual_shown: str
    effects: Effects

    @property
    def size(self) -> float:
        """The largest effect on any outcome, whatever its sign."""
        return max(abs(one) for one in self.effects)


@dataclass(frozen=True)
class ReasonGroup:
    """The features of one of the buyer's subjects, the largest effect first, and what they add together."""

    name: str
    effects: Effects
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class SimilarNote:
    """A resolved note for which the model saw nearly the same reasons.

    Parameters
    ----------
    outcome_detail
        Empty where it is not known.
    months
        From its ``as_of_date`` to the resolution.
    distance
        Log odds; see :attr:`Similar.middle_distance` for what is far.
    facts
        As :attr:`Similar.headings` name them.
    """

    loan_id: str
    as_of_date: str
    outcome: str
    outcome_detail: str
    months: float
    distance: float
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """The resolved notes most like the note.

    Parameters
    ----------
    headings, own_facts
        What is shown of each, and what it is for the note itself.
    notes
        The most like first.
    counts
        Outcome to number among the ``n_near`` most like.
    n_all, middle_distance
        How many resolved notes there are, and how far the middle one of them is.
    """

    headings: tuple[str, ...]
    own_facts: tuple[str, ...]
    notes: tuple[SimilarNote, ...]
    counts: Mapping[str, int]
    n_near: int
    n_all: int
    middle_distance: float


@dataclass(frozen=True)
class NoteExplanation:
    """Everything that is said of one note.

    Parameters
    ----------
    banner
        What must be read before anything else; empty: none.
    facts
        What the note is, in a few words each.
    odds
        Outcome to probability, calibrated.
    bid
        Columns of the bid sheet to their values: ``bid``, ``bid_status``, ``bid_pct_upb``, ``binding_outcome``, ...
    average, total
        Effects of the average note, and of this one: average plus groups.
    similar
        None: there are no resolved notes kept with this model.
    remarks
        Sentences on what was not done or needs care.
    """

    banner: str
    loan_id: str
    seller: str
    as_of_date: str
    facts: tuple[str, ...]
    odds: Mapping[str, float]
    bid: Mapping[str, Any]
    average: Effects
    groups: tuple[ReasonGroup, ...]
    total: Effects
    similar: Similar | None
    model: str
    training_data: str
    remarks: tuple[str, ...] = ()


def cut_line(text: str, longest: int = 60) -> str:
    r"""Make any text fit to be printed within a line: what a terminal might obey, or would not show, is a space.

    Examples
    --------
    >>> cut_line("A\x1b[31m\n17\u202e")
    'A [31m 17'
    """
    shown = one_line(text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def effect(value: float) -> str:
    """Write a log odds with its sign.

    Examples
    --------
    >>> effect(0.834), effect(-0.834), effect(-0.001)
    ('+0.83', '-0.83', '0.00')
    """
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text


def for_and_against(explanation: NoteExplanation, outcome: Outcome) -> tuple[list[Reason], list[Reason]]:
    """Give the reasons that speak most for an outcome and most against it, the strongest first."""
    k = OUTCOMES.index(outcome)
    reasons = [reason for group in explanation.groups for reason in group.reasons]
    shown = sorted((one for one in reasons if abs(one.effects[k]) >= LEAST_SHOWN), key=lambda one: -abs(one.effects[k]))
    speaking_for = [one for one in shown if one.effects[k] > 0]
    return speaking_for[:IN_A_LIST], [one for one in shown if one.effects[k] < 0][:IN_A_LIST]


def bid_words(bid: Mapping[str, Any]) -> str:
    """Say the bid in a line."""
    if bid["bid_status"] == "NO_BID":
        return f"no bid: {bid['no_bid_reason']}"
    shares = f"{bid['bid_pct_upb']:.1%} of UPB, {bid['bid_pct_value']:.1%} of value"
    status = "" if bid["bid_status"] == "BID" else f", {bid['bid_status']}: look at its flags"
    return (
        f"bid ${bid['bid']:,.0f}{_bid_range(bid)}, {shares}{status}; "
        f"held down most by {bid['binding_outcome'].replace('_', ' ')}"
    )


def flag_words(bid: Mapping[str, Any]) -> str:
    """List the codes of the bid's flags; empty where it has none."""
    return ", ".join(one for one in str(bid.get("flags", "")).split(";") if one)


def _bid_range(bid: Mapping[str, Any]) -> str:
    low, high = bid.get("bid_low", math.nan), bid.get("bid_high", math.nan)
    return "" if math.isnan(low) else f" (${low:,.0f} to ${high:,.0f})"


def odds_range(explanation: NoteExplanation, outcome: Outcome) -> str:
    """Say between which odds the model is sure, in brackets; nothing for a model that does not say."""
    low, high = (explanation.bid.get(f"p_{outcome}_{end}", math.nan) for end in ("low", "high"))
    return "" if math.isnan(low) else f" ({low:.1%} to {high:.1%})"


def reason_headings() -> list[str]:
    """Name the columns of the table of reasons."""
    return ["", "this note", "usual", *SHORT.values()]


def reason_row(reason: Reason) -> list[str]:
    """Give a reason as a row of the table of reasons."""
    return [reason.words, reason.shown, reason.usual_shown, *map(effect, reason.effects)]


def top_reasons(group: ReasonGroup) -> list[Reason]:
    """Give the reasons of a group that are worth a line."""
    return [one for one in group.reasons if one.size >= LEAST_SHOWN][:IN_A_GROUP]


def how_to_read(explanation: NoteExplanation) -> tuple[str, ...]:
    """Say what the figures are and with what the note is compared: without resolved notes, with the rows of the fit."""
    return _WITHOUT_RESOLVED if explanation.similar is None else HOW_TO_READ


def similar_rows(similar: Similar) -> list[list[str]]:
    """Give the similar notes as rows, as :func:`similar_headings` names their columns; the note itself comes first."""
    own = ["this note", "", *similar.own_facts, "", "", ""]
    return [own, *(_similar_row(one) for one in similar.notes)]


def similar_headings(similar: Similar) -> list[str]:
    """Name the columns of the similar notes."""
    return ["loan", "as of", *similar.headings, "became", "months", "apart"]


def similar_words(similar: Similar) -> str:
    """Say what became of the wider neighbourhood, and what is far."""
    counts = ", ".join(f"{SHORT[one]} {similar.counts.get(one, 0)}" for one in OUTCOMES)
    return (
        f"Of the {similar.n_near:,} most similar: {counts}. The middle one of all {similar.n_all:,} resolved notes is "
        f"{similar.middle_distance:.2f} apart."
    )


def _similar_row(note: SimilarNote) -> list[str]:
    became = note.outcome.replace("_", " ")
    detail = f" ({note.outcome_detail.replace('_', ' ')})" if note.outcome_detail else ""
    return [
        cut_line(note.loan_id, 40),
        note.as_of_date,
        *note.facts,
        f"{became}{detail}",
        f"{note.months:.0f}",
        f"{note.distance:.2f}",
    ]
