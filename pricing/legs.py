"""The legs of a tape, grouped by outcome and branch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from notes import Outcome
from pricing.facts import NoteFacts
from pricing.leg import Leg

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Branch:
    """One way in which an outcome goes.

    Parameters
    ----------
    name
        As in docs/pricing.md, section 6.
    weight
        float64, shape (n_notes,), probability of the branch given the outcome; an outcome's branches sum to 1.
    legs
        Positions of the branch's legs among its outcome's.
    """

    name: str
    weight: Floats
    legs: tuple[int, ...]


@dataclass(frozen=True)
class LaterSale:
    """A forced sale after a redefault, which the holder need not go through with.

    Parameters
    ----------
    legs
        Positions of the sale's legs among its outcome's.
    walk_away
        Position of the leg that stands in their place when the lien is given up; without a flow until then.
    """

    legs: tuple[int, ...]
    walk_away: int


@dataclass(frozen=True)
class Proceeds:
    """What a branch brings when the outcome is decided, beside the claim then.

    Parameters
    ----------
    branch
        Its name.
    leg
        Position of the leg among its outcome's.
    claim
        float64, shape (n_notes,), US dollars.
    """

    branch: str
    leg: int
    claim: Floats


@dataclass(frozen=True)
class OutcomeLegs:
    """The legs of one outcome; a leg shared by several branches stands once, with their joint weight."""

    outcome: Outcome
    legs: tuple[Leg, ...]
    branches: tuple[Branch, ...]
    later_sales: tuple[LaterSale, ...] = ()
    proceeds: tuple[Proceeds, ...] = ()

    def take(self, rows: slice) -> OutcomeLegs:
        """Pick notes by position."""
        branches = tuple(Branch(one.name, one.weight[rows], one.legs) for one in self.branches)
        legs = tuple(leg.take(rows) for leg in self.legs)
        proceeds = tuple(Proceeds(one.branch, one.leg, one.claim[rows]) for one in self.proceeds)
        return OutcomeLegs(self.outcome, legs, branches, self.later_sales, proceeds)


@dataclass(frozen=True)
class Legs:
    """What :func:`pricing.build_legs` found for a tape.

    Parameters
    ----------
    outcomes
        The legs of the four outcomes, in the order of :class:`notes.Outcome`.
    facts
        What is known of each note: its legal balance, months behind, fills and flags.
    """

    outcomes: tuple[OutcomeLegs, ...]
    facts: NoteFacts

    def __len__(self) -> int:
        return len(self.facts)

    def __getitem__(self, outcome: Outcome) -> OutcomeLegs:
        return next(one for one in self.outcomes if one.outcome is outcome)

    @property
    def review_reasons(self) -> dict[str, NDArray[np.bool_]]:
        """The flags that send a note to review, code to bool array, shape (n_notes,)."""
        return {code: marked for code, marked in self.facts.flags.items() if code in REVIEW_CODES}


REVIEW_CODES = frozenset(
    {
        "ACCRUED_CONFLICT",
        "BALLOON",
        "BANKRUPTCY",
        "DOCUMENT_DEFECT",
        "FAR_FROM_TRAINING",
        "INTEREST_ONLY",
        "JUNIOR_LIENS",
        "LEGAL_BALANCE_CONFLICT",
        "LIEN_3_PLUS",
        "LIMITATIONS",
        "LOSS_LIKELY",
        "MATURED",
        "NEGATIVE_AMORTISATION",
        "PAYMENTS_UNKNOWN",
        "RATE_NOT_FIXED",
        "SENIOR_DISTRESSED",
        "W_AS_OF_APART",
        "W_BANKRUPTCY_CHAPTER",
        "W_CHARGED_OFF",
        "W_COMMENT",
        "W_DOMAIN",
        "W_DUE_CONFLICT",
        "W_DUE_DAYS",
        "W_DUE_HISTORY",
        "W_FORECLOSURE_CONFLICT",
        "W_FORECLOSURE_HOLD",
        "W_ID_SPELLING",
        "W_LIEN_SENIOR",
        "W_LOAN_TYPE",
        "W_PAID_AHEAD",
        "W_P_AND_I",
        "W_P_AND_I_TERMS",
        "W_RATE_TYPE",
        "W_RATE_HIGH",
        "W_RATE_ZERO",
        "W_ROW_HIDDEN",
        "W_SALE_DATE_PAST",
        "W_STATUS_FLOOR",
        "W_STATUS_UNKNOWN",
        "W_UPB_IS_VALUE",
        "W_UPB_ORIGINAL",
        "W_VALUE_RANGE",
    }
)


@dataclass
class LegBook:
    """Collects an outcome's legs while they are written down.

    A branch is opened with its weight; legs are then entered into one branch or several.
    """

    outcome: Outcome
    legs: list[Leg] = field(default_factory=list)
    branches: dict[str, tuple[Floats, list[int]]] = field(default_factory=dict)
    later_sales: list[LaterSale] = field(default_factory=list)
    proceeds: list[Proceeds] = field(default_factory=list)

    def open(self, name: str, weight: Floats) -> str:
        """Open a branch and give its name back."""
        self.branches[name] = (weight, [])
        return name

    def enter(self, leg: Leg, *branches: str) -> None:
        """Enter a leg into branches."""
        self.legs.append(leg)
        for name in branches:
            self.branches[name][1].append(len(self.legs) - 1)

    def enter_proceeds(self, leg: Leg, claim: Floats, branch: str) -> None:
        """Enter what a branch brings when its outcome is decided, and remember the claim that it is set against."""
        self.enter(leg, branch)
        self.proceeds.append(Proceeds(branch, len(self.legs) - 1, claim))

    def enter_if_any(self, leg: Leg, *branches: str) -> None:
        """Enter a leg unless no note has a dollar of it; only for legs that never outlast their branch's others."""
        if leg.dollars_at_first.any():
            self.enter(leg, *branches)

    def close(self) -> OutcomeLegs:
        """Give the finished outcome."""
        branches = tuple(Branch(name, weight, tuple(legs)) for name, (weight, legs) in self.branches.items())
        return OutcomeLegs(self.outcome, tuple(self.legs), branches, tuple(self.later_sales), tuple(self.proceeds))
