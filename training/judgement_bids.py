"""What the odds come to in money: a note priced at the predicted odds beside the same note priced at what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OutcomeProbabilities, Tape
from pricing import Assumptions, build_legs, price_bids
from pricing.facts import priceable
from training.evaluate import Floats, Ints, Judged

WON_SHARE = 0.20
"""Of the notes, those with the highest bid relative to UPB: who bids a flat share of UPB beside us wins the others."""
HISTOGRAM_EDGES = tuple(float(edge) for edge in range(-40, 45, 5))
"""Dollars per $100 of UPB; what lies beyond counts in the outermost bin."""


@dataclass(frozen=True)
class BidErrors:
    """How far bids are from those at the realised odds, dollars per $100 of UPB.

    Parameters
    ----------
    mean, high
        Weighted mean and 90th percentile of the absolute difference.
    bias
        Weighted mean of bid less the bid at the realised odds: above 0 is paid too much on the whole.
    overbid
        Weighted share of the notes that were bid more than at the realised odds.
    """

    n_notes: int
    mean: float
    high: float
    bias: float
    overbid: float


@dataclass(frozen=True)
class BidJudgement:
    """The decision metric, a model a key.

    Parameters
    ----------
    n_left_out
        Test notes of the draw that could not be priced.
    all_notes, won
        Model to its errors on all priced notes, and on the fifth that it would win.
    histogram
        Weighted share of the notes by bid less the bid at the realised odds, the new model's, a value a bin of
        :data:`HISTOGRAM_EDGES`.
    """

    n_left_out: int
    all_notes: Mapping[str, BidErrors]
    won: Mapping[str, BidErrors]
    histogram: tuple[float, ...]


def judge_bids(
    tape: Tape,
    judged: Judged,
    probabilities: Mapping[str, Floats],
    assumptions: Assumptions,
    realised_floor: float,
) -> BidJudgement | None:
    """Price notes at each model's odds and at what became of them; None where not one can be priced.

    Parameters
    ----------
    tape, judged
        Resolved test notes, row i of one with row i of the other.
    probabilities
        Model to probabilities, shape (n, 4); the first is the new model.
    realised_floor
        Probability left to each outcome that did not happen.
    """
    good = priceable(tape)
    if not (judged.weight[good] > 0).any():
        return None
    priced, kept = tape.take(np.flatnonzero(good)), judged.take(good)
    legs = build_legs(priced, assumptions)

    def bids(probability: Floats) -> Floats:
        sheet = price_bids(priced, legs, OutcomeProbabilities(probability), assumptions)
        bid: Floats = sheet.frame["bid"].to_numpy(dtype=np.float64)
        return bid

    upb, hindsight = (
        priced.notes.number("upb"),
        bids(realised_odds(kept.outcome, judged.one_hot.shape[1], realised_floor)),
    )
    everything, won, errors = {}, {}, {}
    for name, probability in probabilities.items():
        bid = bids(probability[good])
        errors[name] = 100 * (bid - hindsight) / upb
        wins = highest_share(bid / upb, kept.weight, WON_SHARE)
        everything[name] = bid_errors(errors[name], kept.weight)
        won[name] = bid_errors(errors[name][wins], kept.weight[wins])
    mine = np.clip(errors[next(iter(errors))], HISTOGRAM_EDGES[0], HISTOGRAM_EDGES[-1])
    histogram = np.histogram(mine, HISTOGRAM_EDGES, weights=kept.weight / kept.weight.sum())[0]
    return BidJudgement(int((~good).sum()), everything, won, tuple(histogram.tolist()))


def realised_odds(outcome: Ints, n_outcomes: int, floor: float) -> Floats:
    """Give what happened as probabilities: ``floor`` for each outcome that did not, the rest for the one that did.

    Examples
    --------
    >>> realised_odds(np.array([1]), 4, 0.01)
    array([[0.01, 0.97, 0.01, 0.01]])
    """
    odds: Floats = floor + (1 - n_outcomes * floor) * np.eye(n_outcomes)[outcome]
    return odds


def bid_errors(error: Floats, weight: Floats) -> BidErrors:
    """Sum up differences of bids, dollars per $100 of UPB, positive where too much was bid.

    The 90th percentile is the least absolute difference that 90 % of the weight does not exceed.
    """
    size = np.abs(error)
    order = np.argsort(size, kind="stable")
    mass = np.cumsum(weight[order])
    high = size[order][min(np.searchsorted(mass, 0.9 * mass[-1] * (1 - 1e-12)), len(size) - 1)]
    return BidErrors(
        n_notes=len(error),
        mean=float(np.average(size, weights=weight)),
        high=float(high),
        bias=float(np.average(error, weights=weight)),
        overbid=float(np.average(error > 0, weights=weight)),
    )


def highest_share(values: Floats, weight: Floats, share: float) -> NDArray[np.bool_]:
    """Pick the notes with the highest values until they hold ``share`` of the weight; at least one."""
    order = np.argsort(-values, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    chosen = np.zeros(len(values), dtype=bool)
    chosen[order[before < share * weight.sum() * (1 - 1e-12)]] = True
    return chosen
