r"""What notes still open will end in: competing risks beyond the end of follow-up.

Of outcome :math:`k` a share :math:`1 - A_k(t)` comes later than month :math:`t`.  For foreclosures :math:`A` is the
state's timeline, a prior; for the others it is their own observed months, whose upper half is taken to decay at a steady
rate.  A note open at :math:`t` then ends in :math:`k` with a chance proportional to :math:`p_k (1 - A_k(t))`, and the
shares :math:`p` are those that agree with what was seen: the EM algorithm for a mixture with known timing (Larson and
Dinse, Applied Statistics 34, 1985).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES, Outcome
from training.weights import Floats, Labels

Ints = NDArray[np.int64]
FORECLOSURE = OUTCOMES.index(Outcome.FORECLOSURE)
SLOWEST_DECAY, FASTEST_DECAY = 1 / 24, 1.0
"""A month: between these a decay is looked for."""
USUAL_DECAY = 1 / 9
"""A month.  Half of the cures and workouts come early; the rest are taken to follow after nine months on average (the
desk's payoff_months) until a band's own say otherwise: a short history alone cannot tell a slow decay from none."""
USUAL_COUNT = 50.0
"""How many resolutions the usual decay counts as."""
MIN_TIMED = 10
"""Resolutions in the upper half of the months from which a decay is estimated."""
UNTIMED = (0.0, 1.0, USUAL_DECAY)
"""Middle, later and decay of an outcome that was hardly seen anywhere."""
SMALLEST_SHARE = 1e-3
"""Of an open note's fractional outcomes; smaller ones are left out."""
_STEPS, _CLOSE = 500, 1e-7


@dataclass(frozen=True)
class Timing:
    """Share of each outcome but foreclosure that comes later than a month, a band of months behind.

    Parameters
    ----------
    middle, later, decay
        float64, shape (n_bands, 4): the month in which half of those seen had come, the share that comes later than it,
        and its decay a month from there.
    early
        float64, shape (n_bands, 4, n_months): of those that come by the middle, the share come by each month from 0.
    """

    middle: Floats
    later: Floats
    decay: Floats
    early: Floats

    def beyond(self, months: Floats, band: Ints) -> Floats:
        """Give the share of each outcome that comes later than ``months``, shape (n, 4); foreclosure's is not used."""
        since = np.maximum(months[:, None] - self.middle[band], 0.0)
        month = np.minimum(months.astype(np.int64), self.early.shape[2] - 1)
        still = (1 - self.later[band]) * (1 - self.early[band, :, month])
        share: Floats = self.later[band] * np.exp(-self.decay[band] * since) + still
        return share


def fit_timing(labels: Labels, weight: Floats, band: Ints, end: Floats) -> Timing:
    r"""Time the outcomes but foreclosure.

    Parameters
    ----------
    weight
        float64, shape (n,), censoring weights of the resolved notes.
    band
        int64, shape (n,).
    end
        float64, shape (n,): the month to which a note's stratum was followed.  A band is timed to the one of these that
        leaves most resolutions up to it in strata followed so long, and by those: a stratum only just begun has seen nothing
        of what comes later, and must not shorten what the others saw.

    Notes
    -----
    Up to the middle :math:`c` of what was seen the months are those seen.  Beyond it they decay at :math:`\rho`, seen only
    to the end :math:`c + L`: the mean excess is :math:`1/\rho - L/(e^{\rho L} - 1)`, solved for :math:`\rho`; the mean is
    shrunk to that at the usual decay.
    """
    n_bands = int(band.max(initial=0)) + 1
    middle, later, decay = (np.zeros((n_bands, len(OUTCOMES))) for _ in range(3))
    early = np.ones((n_bands, len(OUTCOMES), int(labels.months.max(initial=0)) + 1))
    for k in range(len(OUTCOMES)):
        those = labels.outcome == k
        everywhere = _timed(labels, weight, those, end)
        for b in range(n_bands):
            own = _timed(labels, weight, (band == b) & those, end)
            (middle[b, k], later[b, k], decay[b, k]), rows = own or everywhere or (UNTIMED, those)
            early[b, k] = _come_by_month(labels, weight, rows, middle[b, k], early.shape[2])
    return Timing(middle, later, decay, early)


def _timed(
    labels: Labels, weight: Floats, rows: NDArray[np.bool_], end: Floats
) -> tuple[tuple[float, float, float], NDArray[np.bool_]] | None:
    """Time some resolutions: middle, later and decay, and the rows that they are told by; None where these are too few."""
    rows = rows & (labels.months <= end) & (weight > 0)
    ends = np.unique(end[rows])[::-1]
    if len(ends) == 0:
        return None
    last = max(ends, key=lambda one: int((rows & (end >= one) & (labels.months <= one)).sum()))
    rows = rows & (end >= last) & (labels.months <= last)
    found = _decay_of(labels.months[rows], weight[rows], float(last))
    return None if found is None else (found, rows)


def _come_by_month(labels: Labels, weight: Floats, rows: NDArray[np.bool_], middle: float, n_months: int) -> Floats:
    """Give, of the resolutions up to the middle, the share that has come by each month; 1 everywhere without any."""
    rows = rows & (labels.months <= middle)
    come: Floats = np.cumsum(np.bincount(labels.months[rows].astype(np.int64), weight[rows], n_months))
    return come / come[-1] if come[-1] > 0 else np.ones(n_months)


def _decay_of(months: Floats, mass: Floats, end: float) -> tuple[float, float, float] | None:
    if len(months) < 2 * MIN_TIMED:
        return None
    order = np.argsort(months, kind="stable")
    half = np.searchsorted(np.cumsum(mass[order]), mass.sum() / 2)
    middle = float(months[order][half])
    upper = months > middle
    if upper.sum() < MIN_TIMED:
        return None
    # A resolution of month t came somewhere within it.
    excess = float(np.average(months[upper] - 0.5 - middle, weights=mass[upper]))
    length, n_timed = end - middle, int(upper.sum())
    usual = _truncated_mean(USUAL_DECAY, length)
    excess = (n_timed * excess + USUAL_COUNT * usual) / (n_timed + USUAL_COUNT)
    rate = _truncated_rate(excess, length)
    seen = -np.expm1(-rate * length)
    above = float(mass[upper].sum()) / seen
    return middle, above / (above + float(mass[~upper].sum())), rate


def _truncated_mean(rate: float, length: float) -> float:
    return float(1 / rate - length / np.expm1(rate * length))


def _truncated_rate(mean: float, length: float) -> float:
    low, high = SLOWEST_DECAY, FASTEST_DECAY
    for _ in range(60):
        rate = (low + high) / 2
        low, high = (rate, high) if _truncated_mean(rate, length) > mean else (low, rate)
    return float((low + high) / 2)


def sold_later(months: Floats, sale_months: Floats, log_sd: float) -> Floats:
    r"""Give the share of forced sales that come later than ``months``: log-normal around the state's timeline.

    Parameters
    ----------
    months, sale_months
        float64, shape (n,): the month, and the mean months to a sale.
    log_sd
        Standard deviation of the log of months to a sale.

    Examples
    --------
    The mean of a log-normal lies above its middle, so fewer than half come later than it:

    >>> sold_later(np.array([0.0, 30.0]), np.array([30.0, 30.0]), 0.4).round(3)
    array([1.   , 0.421])
    """
    from scipy.special import ndtr

    middle = np.log(sale_months) - log_sd**2 / 2
    share: Floats = ndtr(-(np.log(np.maximum(months, 1e-9)) - middle) / log_sd)
    return share


def outcome_shares(outcome: Ints, weight: Floats, beyond: Floats, stratum: Ints, prior_notes: float) -> Floats:
    """Find the shares of the four outcomes in each stratum that agree with what was seen and what is still open.

    Parameters
    ----------
    outcome
        int64, shape (n,), -1 open.
    weight
        float64, shape (n,), >= 0, in notes.
    beyond
        float64, shape (n, 4): share of each outcome that comes later than the note was followed.
    stratum
        int64, shape (n,), from 0.
    prior_notes
        The shares of all strata together count as this many notes in each.

    Returns
    -------
    float64, shape (n_strata, 4), rows sum to 1.
    """
    together = _expectation(outcome, weight, beyond, np.zeros(len(outcome), dtype=np.int64), None, 0.0)
    return _expectation(outcome, weight, beyond, stratum, together[0], prior_notes)


def _expectation(
    outcome: Ints, weight: Floats, beyond: Floats, stratum: Ints, prior: Floats | None, prior_notes: float
) -> Floats:
    is_open, n_strata = outcome < 0, int(stratum.max(initial=0)) + 1
    settled = np.zeros((n_strata, len(OUTCOMES)))
    np.add.at(settled, (stratum[~is_open], outcome[~is_open]), weight[~is_open])
    added = np.zeros(len(OUTCOMES)) if prior is None else prior_notes * prior
    shares = np.full((n_strata, len(OUTCOMES)), 1 / len(OUTCOMES))
    for _ in range(_STEPS):
        ends = open_ends(shares[stratum[is_open]], beyond[is_open]) * weight[is_open, None]
        counts = settled + added
        np.add.at(counts, stratum[is_open], ends)
        total = counts.sum(axis=1, keepdims=True)
        updated = np.where(total > 0, counts / np.where(total > 0, total, 1.0), shares)
        moved, shares = float(np.abs(updated - shares).max()), updated
        if moved < _CLOSE:
            break
    return shares


def open_ends(shares: Floats, beyond: Floats) -> Floats:
    """Give the chance of each end of notes still open, shape (n, 4): ``p_k (1 - A_k)``, scaled to sum to 1."""
    likely = shares * beyond
    total = likely.sum(axis=1, keepdims=True)
    ends: Floats = np.where(total > 0, likely / np.where(total > 0, total, 1.0), shares)
    return ends
