r"""Notes still open, stratum by stratum: weights as far as follow-up reaches, and a prior for what lies beyond it.

Up to a month :math:`\tau` that enough notes were followed to, a note whose fate by :math:`\tau` is known stands for those
lost to sight before: weight :math:`1/G_s(T-)`.  "Still open at :math:`\tau`" is such a fate too.  Where a stratum was
followed for less than nine tenths of its foreclosures usually take, its notes open at :math:`\tau` are given their likely
ends (:mod:`training.tail`); where a share hangs on the timelines by a point or more, the stratum is flagged.  Elsewhere they
weigh nothing, as in :mod:`training.weights`.  The formulas and what they reach are in docs/open_notes.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from notes import OUTCOMES
from training.follow_up import REST, FollowUp, FollowUpCurves, follow_up_curves
from training.stratum_report import StratumReport
from training.tail import FORECLOSURE, SMALLEST_SHARE, fit_timing, open_ends, outcome_shares, sold_later
from training.weights import CensoringWeights, Floats, Labels, effective_sample_size
from training.wilson import wilson_limits

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
SHORT_HISTORY = "SHORT_HISTORY"
"""Flag of a stratum, and of a note scored in one."""
SEEN_SHARE = 0.90
"""Of forced sales: a stratum followed for less than these take has a short history."""
SMALLEST_TAIL = 0.02
"""Open share under which what is left can move no class by two points."""
TIMELINE_DOUBT = (0.75, 1.33)
"""Multiples of the state's timeline between which the interval of a short stratum is drawn."""
DECAY_DOUBT = (0.67, 1.5)
"""The same of the pace at which the other outcomes run out."""


@dataclass(frozen=True)
class OpenSettings:
    """How open notes are made up for.

    Parameters
    ----------
    max_weight
        Cap on 1 / G: follow-up is used to the month where it is met.
    prior_notes
        A stratum of fewer notes is put with others, and a larger one is shrunk to all as if they were so many.
    timeline_log_sd
        Standard deviation of the log of months to a forced sale around the state's timeline.
    """

    max_weight: float
    prior_notes: float
    timeline_log_sd: float


@dataclass(frozen=True)
class OpenNotesWeights:
    """Rows to fit on, with the weights that make up for open notes.

    Parameters
    ----------
    rows
        Shape (m,), positions of snapshots, ascending; an open note of a short stratum stands once an outcome.
    outcome
        int64, shape (m,), position in ``OUTCOMES``.
    weight
        float64, shape (m,), > 0; a stratum's sum to its base weight.
    strata
        The strata that hold notes.
    largest, effective_sample_size, n_capped, open_share, n_resolved, n_estimated
        As in :class:`training.weights.CensoringWeights`; the sample size counts notes, not rows.
    """

    rows: NDArray[np.intp]
    outcome: Ints
    weight: Floats
    strata: tuple[StratumReport, ...]
    largest: float
    effective_sample_size: float
    n_capped: int
    open_share: float
    n_resolved: int
    n_estimated: int

    @property
    def flagged_strata(self) -> tuple[str, ...]:
        """Names of the strata flagged ``SHORT_HISTORY``."""
        return self.censoring(0).flagged_strata

    def censoring(self, n_snapshots: int) -> CensoringWeights:
        """Give the same as one weight a snapshot, 0 for those that stand for nothing."""
        weight = np.bincount(self.rows, self.weight, minlength=n_snapshots).astype(np.float64)
        counts = (self.open_share, self.n_resolved, self.n_estimated)
        return CensoringWeights(weight, self.largest, self.n_capped, self.effective_sample_size, *counts, self.strata)

    @property
    def shares(self) -> Floats:
        """Weighted share of each outcome, shape (4,)."""
        shares: Floats = np.bincount(self.outcome, self.weight, minlength=len(OUTCOMES)) / self.weight.sum()
        return shares


def weigh_open_notes(
    labels: Labels, base_weight: Floats, follow_up: FollowUp, settings: OpenSettings, *, tail: bool = True
) -> OpenNotesWeights:
    """Weigh snapshots for those still open, and give open notes of short strata their likely ends.

    Parameters
    ----------
    labels
        Outcomes and whole months, from :func:`training.weights.label`.
    base_weight
        float64, shape (n,), >= 0: a loan's snapshots share a weight of 1.
    tail
        False: weights alone.  What is judged on outcomes seen must not hold ends that were only estimated.

    Raises
    ------
    ValueError
        Nothing is resolved.
    """
    if not labels.resolved.any():
        raise ValueError("no note is resolved: there is nothing to weigh")
    merged = follow_up.without_small(base_weight, settings.prior_notes)
    curves = follow_up_curves(
        labels, base_weight, merged, max_weight=settings.max_weight, prior_notes=settings.prior_notes
    )
    case = _Case(labels, base_weight, merged, curves, settings)
    short = case.short if tail else np.zeros(len(merged.names), dtype=bool)
    weight = case.weight(short)
    paces = [(1.0, 1.0)]
    if short.any():
        paces += [*((pace, 1.0) for pace in TIMELINE_DOUBT), *((1.0, pace) for pace in DECAY_DOUBT)]
    ends = [case.ends(weight, short, pace) for pace in paces]
    position, outcome = np.nonzero((ends[0] > 0) & (weight > 0)[:, None])
    raw, in_short = case.raw(short), short[merged.stratum]
    capped = labels.resolved & ~in_short & (case.inverse(short) >= settings.max_weight * (1 - 1e-12))
    return OpenNotesWeights(
        rows=position,
        outcome=outcome.astype(np.int64),
        weight=weight[position] * ends[0][position, outcome],
        strata=tuple(_report(case, s, _Weighed(short, weight, ends), follow_up) for s in np.unique(merged.stratum)),
        largest=float(case.inverse(short)[raw > 0].max(initial=0.0)),
        effective_sample_size=effective_sample_size(raw),
        n_capped=int(capped.sum()),
        open_share=float(base_weight[~labels.resolved].sum() / base_weight.sum()),
        n_resolved=int(labels.resolved.sum()),
        n_estimated=int((~labels.resolved & (weight > 0)).sum()),
    )


@dataclass(frozen=True)
class _Case:
    """The snapshots with their curves."""

    labels: Labels
    base: Floats
    follow_up: FollowUp
    curves: FollowUpCurves
    settings: OpenSettings

    @property
    def stratum(self) -> Ints:
        return self.follow_up.stratum

    def inverse(self, short: Mask) -> Floats:
        return self.curves.inverse(self.labels.months, self.stratum, short)

    @property
    def seen(self) -> Mask:
        """Whether the fate by the stratum's last month is known: an outcome, or still open then."""
        seen: Mask = self.labels.resolved | (self.labels.months >= self.curves.last[self.stratum])
        return seen

    def raw(self, short: Mask) -> Floats:
        """Weights before each stratum is scaled to its size."""
        counts = self.labels.resolved | (self.seen & short[self.stratum])
        raw: Floats = np.where(counts, self.base * self.inverse(short), 0.0)
        return raw

    def weight(self, short: Mask) -> Floats:
        raw, n = self.raw(short), len(self.follow_up.names)
        size, there = np.bincount(self.stratum, self.base, n), np.bincount(self.stratum, raw, n)
        scale = np.where(there > 0, size / np.where(there > 0, there, 1.0), 0.0)
        weight: Floats = raw * scale[self.stratum]
        return weight

    @property
    def tail(self) -> Floats:
        """Share of each stratum still open at its last month, shape (n_strata,)."""
        n, later = len(self.follow_up.names), self.labels.months > self.curves.last[self.stratum]
        raw = np.where(self.seen, self.base * self.inverse(np.ones(n, dtype=bool)), 0.0)
        is_open = np.bincount(self.stratum, raw * (~self.labels.resolved | later), n)
        there = np.bincount(self.stratum, raw, n)
        share: Floats = np.where(there > 0, is_open / np.where(there > 0, there, 1.0), 0.0)
        return share

    @property
    def sale_months(self) -> Floats:
        """The state's timeline, that of the middle note where no source gives it; NaN if none has one."""
        months = self.follow_up.sale_months
        known = months[~np.isnan(months)]
        filled: Floats = np.where(np.isnan(months), np.median(known) if len(known) else np.nan, months)
        return filled

    @property
    def short(self) -> Mask:
        """Which strata were followed for less than their foreclosures take and have notes open, shape (n_strata,)."""
        last = self.curves.last[self.stratum].astype(np.float64)
        later = self.base * sold_later(last, self.sale_months, self.settings.timeline_log_sd)
        n = len(self.follow_up.names)
        late, size = np.bincount(self.stratum, later, n), np.bincount(self.stratum, self.base, n)
        short: Mask = (late > (1 - SEEN_SHARE) * size) & (self.tail > SMALLEST_TAIL)
        return short

    def ends(self, weight: Floats, short: Mask, pace: tuple[float, float]) -> Floats:
        """Give each note's ends, shape (n, 4): its outcome, or for an open note of a short stratum the likely ones.

        ``pace`` multiplies the months to a sale and the decay of the other outcomes.
        """
        labels, rows = self.labels, short[self.stratum] & (weight > 0)
        ends = np.eye(len(OUTCOMES))[np.maximum(labels.outcome, 0)] * labels.resolved[:, None]
        if not rows.any():
            return ends
        end = self.curves.last[self.stratum].astype(np.float64)
        resolved = np.where(labels.resolved, self.base * self.inverse(short), 0.0)
        timing = fit_timing(labels, resolved, self.follow_up.band, end)
        timing = replace(timing, decay=timing.decay * pace[1])
        beyond = timing.beyond(labels.months[rows], self.follow_up.band[rows])
        sale_months = self.sale_months[rows] * pace[0]
        beyond[:, FORECLOSURE] = sold_later(labels.months[rows], sale_months, self.settings.timeline_log_sd)
        stratum, outcome = self.stratum[rows], labels.outcome[rows]
        shares = outcome_shares(outcome, weight[rows], beyond, stratum, self.settings.prior_notes)
        likely = open_ends(shares[stratum], beyond)
        likely = np.where(likely >= SMALLEST_SHARE, likely, 0.0)
        likely = likely / likely.sum(axis=1, keepdims=True)
        ends[rows] = np.where((outcome < 0)[:, None], likely, ends[rows])
        return ends


@dataclass(frozen=True)
class _Weighed:
    """Which strata are short, the weight of each snapshot, and its ends at each pace of the timeline."""

    short: Mask
    weight: Floats
    ends: list[Floats]


def _report(case: _Case, s: int, weighed: _Weighed, given: FollowUp) -> StratumReport:
    rows = case.stratum == s
    short, weight, ends = weighed.short, weighed.weight, weighed.ends
    raw = case.raw(short)
    sampled = effective_sample_size(raw[rows])
    by_pace = np.array([(weight[rows, None] * one[rows]).sum(axis=0) / max(weight[rows].sum(), 1e-12) for one in ends])
    # The resolved ones alone carry the interval.
    told = effective_sample_size(raw[rows & case.labels.resolved])
    low, high = wilson_limits(by_pace, told, 0.90)
    names = case.follow_up.names
    members = np.unique(given.stratum[rows]) if names[s] == REST else [s]
    return StratumReport(
        name=names[s],
        members=tuple(given.names[one] for one in members),
        n_notes=int(rows.sum()),
        open_share=float(case.base[rows & ~case.labels.resolved].sum() / case.base[rows].sum()),
        followed_months=int(case.curves.last[s]),
        foreclosure_months=_nine_tenths(case.sale_months[rows], case.base[rows], case.settings.timeline_log_sd),
        largest_weight=float(case.inverse(short)[rows & (raw > 0)].max(initial=0.0)),
        effective_sample_size=sampled,
        told=told,
        short=bool(short[s]),
        tail_share=float(case.tail[s]),
        shares=tuple(float(one) for one in by_pace[0]),
        low=tuple(float(one) for one in low.min(axis=0)),
        high=tuple(float(one) for one in high.max(axis=0)),
        timeline_low=tuple(float(one) for one in by_pace.min(axis=0)),
        timeline_high=tuple(float(one) for one in by_pace.max(axis=0)),
        n_estimated=int((rows & ~case.labels.resolved & (weight > 0)).sum()),
    )


def _nine_tenths(sale_months: Floats, weight: Floats, log_sd: float) -> float:
    """Find the month by which nine tenths of forced sales have come; NaN where no timeline is known."""
    if np.isnan(sale_months).any():
        return float("nan")
    low, high = 0.0, float(sale_months.max()) * 10
    for _ in range(50):
        month = (low + high) / 2
        late = np.average(sold_later(np.full(len(weight), month), sale_months, log_sd), weights=weight)
        low, high = (month, high) if late > 1 - SEEN_SHARE else (low, month)
    return high
