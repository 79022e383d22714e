"""What became of a desk's own notes, beside the assumptions: branch weights and recoveries, shrunk by their number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome, OutcomeRecoveries, OutcomeTimelines, Tape
from pricing.assumptions import Assumptions
from pricing.legs import Legs
from pricing.outcomes import POINT_PREFIXES, build_legs
from pricing.own_terms import OwnTerms, brought_and_claimed, table_recoveries

Floats = NDArray[np.float64]

PRIOR_NOTES = 50
"""Resolutions that an assumption counts as."""
FORMAT = 1
BRANCHES = ("payoff", "modification", "deed", "short_sale", "discounted_payoff", "third_party")
"""Details whose share of their outcome may replace an assumption; what is left of the outcome is its other branch."""
RECOVERED = ("deed", "short_sale", "discounted_payoff", "third_party", "reo")
"""Details with proceeds."""


def shrunk(n: float, own: float, assumed: float) -> float:
    """Weigh an own figure against an assumed one: ``(n own + 50 assumed) / (n + 50)``.

    Examples
    --------
    >>> shrunk(150, 0.4, 0.2)
    0.35
    """
    return (n * own + PRIOR_NOTES * assumed) / (n + PRIOR_NOTES)


@dataclass(frozen=True)
class BranchShare:
    """A detail's share of its outcome.

    Parameters
    ----------
    n
        Resolved loans of the outcome whose detail is known.
    own, assumed
        Fractions; ``assumed`` by the assumptions at training, for ``third_party`` their mean over the same notes.
    """

    n: float
    own: float
    assumed: float

    @property
    def blended(self) -> float:
        """The share after shrinking."""
        return shrunk(self.n, self.own, self.assumed)


@dataclass(frozen=True)
class Recovery:
    """What a detail brings, net of what is paid then, as a share of the claim.

    Parameters
    ----------
    n
        Resolved loans whose net proceeds are known.
    own, assumed
        Dollars over dollars, of the same notes.
    assumed_gross
        The assumed share before what is paid then.
    """

    n: float
    own: float
    assumed: float
    assumed_gross: float

    @property
    def blended(self) -> float:
        """The share after shrinking."""
        return shrunk(self.n, self.own, self.assumed)

    @property
    def factor(self) -> float:
        """What assumed proceeds are to be multiplied by, so that net of the assumed costs they are the blended share."""
        if not self.assumed_gross > 0:
            return 1.0
        return max((self.blended + self.assumed_gross - self.assumed) / self.assumed_gross, 0.0)


@dataclass(frozen=True)
class OwnResolutions:
    """Branch weights and recoveries of a desk's own resolutions; a detail that never came is absent.

    Raises
    ------
    ValueError
        An unknown detail, or a number that is not finite.
    """

    branches: Mapping[str, BranchShare]
    recoveries: Mapping[str, Recovery]

    def __post_init__(self) -> None:
        for table, known in ((self.branches, BRANCHES), (self.recoveries, RECOVERED)):
            for name, one in table.items():
                if name not in known:
                    raise ValueError(f"{name!r} is not one of {', '.join(known)}")
                if not all(np.isfinite(value) for value in vars(one).values()) or not one.n > 0:
                    raise ValueError(f"{name}: finite numbers and n above 0 are needed, found {one}")

    def assumptions(self, assumptions: Assumptions) -> Assumptions:
        """Give the assumptions with own branch weights blended in; see docs/pricing.md, section 6."""
        help_, deed, sale = assumptions.loss_mitigation, assumptions.deed_in_lieu, assumptions.foreclosure
        payoff = self._share("payoff", assumptions.reperform.payoff_share)
        agreed = np.array(
            [
                self._share("deed", deed.deed_share),
                self._share("short_sale", deed.short_sale_share),
                self._share("discounted_payoff", deed.discounted_payoff_share),
            ]
        )
        agreed = agreed / agreed.sum()
        third = self.branches.get("third_party")
        par = sale.third_party_share_at_par + (0.0 if third is None else third.blended - third.assumed)
        return replace(
            assumptions,
            reperform=replace(assumptions.reperform, payoff_share=payoff),
            loss_mitigation=replace(help_, modification_share=self._share("modification", help_.modification_share)),
            deed_in_lieu=replace(
                deed,
                deed_share=float(agreed[0]),
                short_sale_share=float(agreed[1]),
                discounted_payoff_share=float(agreed[2]),
            ),
            foreclosure=replace(sale, third_party_share_at_par=min(max(par, 0.0), 1.0)),
        )

    def terms(self, tape: Tape, assumptions: Assumptions, timelines: OutcomeTimelines | None = None) -> OwnTerms:
        """Give what :func:`pricing.build_legs` takes, with the recoveries of each note.

        Parameters
        ----------
        assumptions
            The ones that will be priced with, say those of :meth:`assumptions`.
        timelines
            Own months, used in the legs that the recoveries are told of, and handed on.
        """
        legs = build_legs(tape, assumptions, OwnTerms(timelines=timelines))
        return OwnTerms(timelines, self.note_recoveries(legs))

    def note_recoveries(self, legs: Legs) -> OutcomeRecoveries:
        """Give each note's share of the claim: the table's, branch by branch times the own factor; shape (n_notes, 4)."""
        table = table_recoveries(legs)
        share, source = table.share.copy(), table.source.copy()
        for outcome in (Outcome.DEED_IN_LIEU, Outcome.FORECLOSURE):
            k, one = OUTCOMES.index(outcome), legs[outcome]
            _, claimed = brought_and_claimed(one)
            own, known = np.zeros(len(legs)), False
            for proceeds in one.proceeds:
                found = self.recoveries.get(detail_of(proceeds.branch))
                known = known or found is not None
                leg = one.legs[proceeds.leg]
                own = own + (1.0 if found is None else found.factor) * leg.weight * leg.dollars_at_first
            if known:
                share[:, k] = np.where(claimed > 0, own / np.where(claimed > 0, claimed, 1.0), 0.0)
                source[:, k] = "blended"
        return OutcomeRecoveries(share, source)

    def to_json(self) -> str:
        """Write as JSON text; the same figures give the same text."""
        content = {
            "format": FORMAT,
            "branches": {name: vars(one) for name, one in self.branches.items()},
            "recoveries": {name: vars(one) for name, one in self.recoveries.items()},
        }
        return json.dumps(content, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> OwnResolutions:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            The text is no such JSON or of a newer format.
        """
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']!r} is not {FORMAT}: this model is newer than the program")
            return cls(
                {name: BranchShare(**one) for name, one in content["branches"].items()},
                {name: Recovery(**one) for name, one in content["recoveries"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"these are no own resolutions: {error!r}") from error

    def _share(self, detail: str, assumed: float) -> float:
        """Blend with the assumption of today, which need not be that of training."""
        found = self.branches.get(detail)
        return assumed if found is None else shrunk(found.n, found.own, assumed)


def detail_of(branch: str) -> str:
    """Give a branch's detail: its name without the point in time."""
    for prefix in POINT_PREFIXES:
        branch = branch.removeprefix(prefix)
    return branch
