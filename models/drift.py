"""Whether new notes are like those a model was fitted on: their features, what it predicts for them, what became of them.

Two different questions.  Before any outcome is known only the features and the predictions that follow from them can be
compared: :func:`drift_report`.  A change of the odds themselves (a new law, falling prices) leaves the features as they
were and shows only once notes are resolved: ``training.class_means``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.drift_tests import chi_square_p, homogeneity_p, stability_index
from models.predictor import Floats

N_BINS = 10
_SHARES_OFF = 1e-6


@dataclass(frozen=True)
class NoteSample:
    """Notes with what a model predicts for them.

    Parameters
    ----------
    features
        float64 frame, a row a note, NaN missing.
    probability
        float64, shape (n_notes, n_classes), rows sum to 1.
    weight
        float64, shape (n_notes,), >= 0; a loan's snapshots share a weight of 1.
    loan
        Shape (n_notes,): snapshots of one loan count as one draw.
    """

    features: pd.DataFrame
    probability: Floats
    weight: Floats
    loan: NDArray[np.int64]

    @classmethod
    def of_tape(cls, features: pd.DataFrame, probability: Floats) -> NoteSample:
        """Take every note once."""
        return cls(features, probability, np.ones(len(features)), np.arange(len(features), dtype=np.int64))

    @property
    def size(self) -> float:
        """Effective number of loans, (sum w)² / sum w² over loans."""
        _, position = np.unique(self.loan, return_inverse=True)
        mass = np.bincount(position, self.weight)
        return float(mass.sum() ** 2 / (mass**2).sum())


@dataclass(frozen=True)
class DriftSettings:
    """When a difference counts.

    Parameters
    ----------
    false_alarm
        Chance that a tape of the same kind is reported, at most.  Half is spent on the predicted mix, half on the features.
    min_psi
        A feature's stability index below which a difference, however sure, is of no matter (0.10 by the trade's custom).
    min_mix
        Share of the notes that the predicted mix must have moved between outcomes to matter.
    """

    false_alarm: float
    min_psi: float
    min_mix: float


@dataclass(frozen=True)
class DriftReference:
    """What is kept of the notes that a model was fitted on, to compare others with.

    Parameters
    ----------
    size
        Effective number of loans.
    edges, shares
        Feature to the upper edges of its bins, and to the share in each bin; the last share is that of missing values.
    mean, covariance
        Of the probabilities, shapes (n_classes,) and (n_classes, n_classes).
    """

    size: float
    edges: Mapping[str, tuple[float, ...]]
    shares: Mapping[str, tuple[float, ...]]
    mean: Floats
    covariance: Floats

    def to_dict(self) -> dict[str, Any]:
        """Give plain numbers, for JSON."""
        return {
            "size": self.size,
            "edges": {name: list(values) for name, values in self.edges.items()},
            "shares": {name: list(values) for name, values in self.shares.items()},
            "mean": self.mean.tolist(),
            "covariance": self.covariance.tolist(),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> DriftReference:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            A part is absent or of another kind or shape: features without their shares, shares for other bins, a mean
            without its covariance, a number that is not finite, a mean that is none of probabilities.
        """
        try:
            read = cls(
                size=float(content["size"]),
                edges={name: tuple(map(float, values)) for name, values in content["edges"].items()},
                shares={name: tuple(map(float, values)) for name, values in content["shares"].items()},
                mean=np.asarray(content["mean"], dtype=np.float64),
                covariance=np.asarray(content["covariance"], dtype=np.float64),
            )
        except (ArithmeticError, AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"drift reference: a part is absent or of another kind ({error!r})") from error
        fault = read._fault()
        if fault:
            raise ValueError(f"drift reference: {fault}")
        return read

    def _fault(self) -> str:
        """Say what does not fit together; empty: all does."""
        if not 0 < self.size < np.inf:
            return f"size must be a number of loans above 0, found {self.size}"
        if self.edges.keys() != self.shares.keys():
            return f"edges and shares are of other features: {sorted(self.edges.keys() ^ self.shares.keys())}"
        for name, edges in self.edges.items():
            shares = np.array(self.shares[name])
            if len(shares) != len(edges) + 2:  # one bin more than edges, and the missing ones
                return f"{name}: {len(edges)} edges need {len(edges) + 2} shares, found {len(shares)}"
            if not ((shares >= 0).all() and abs(shares.sum() - 1) <= _SHARES_OFF):
                return f"{name}: shares must be 0 or more and sum to 1"
            if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
                return f"{name}: edges must be finite and rise"
        classes = self.mean.shape
        if len(classes) != 1 or self.covariance.shape != classes * 2:
            return (
                f"mean and covariance must be of the same classes, found shapes {classes} and {self.covariance.shape}"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.covariance).all()):
            return "mean and covariance must be finite"
        if not ((self.mean >= 0).all() and abs(self.mean.sum() - 1) <= _SHARES_OFF):
            return f"the mean of probabilities must be 0 or more and sum to 1, found {self.mean.tolist()}"
        return ""


@dataclass(frozen=True)
class FeatureDrift:
    """One feature beside the reference.

    Parameters
    ----------
    psi
        Population stability index.
    by_chance
        What it would be on average were nothing different, for samples of these sizes.
    p_value
        Of the chi-square test that both samples are of one kind.
    drifts
        Sure (after allowing for the number of features) and large enough to matter.
    """

    name: str
    psi: float
    by_chance: float
    p_value: float
    drifts: bool


@dataclass(frozen=True)
class DriftReport:
    """New notes beside the reference; ``features`` have the largest stability index first.

    Parameters
    ----------
    reference_mix, mix
        Mean probability of each class.
    moved
        Share of the notes that the mix moved between classes: half the sum of the absolute differences.
    mix_p_value
        Of the test that both means are alike.
    """

    size: float
    reference_mix: tuple[float, ...]
    mix: tuple[float, ...]
    moved: float
    mix_p_value: float
    mix_drifts: bool
    features: tuple[FeatureDrift, ...]

    @property
    def drifts(self) -> bool:
        """Whether the mix or any feature does."""
        return self.mix_drifts or any(one.drifts for one in self.features)


def drift_reference(sample: NoteSample) -> DriftReference:
    """Keep of a sample what later ones are compared with: bins by its own tenths, and its mean prediction."""
    edges, shares = {}, {}
    for name in map(str, sample.features.columns):
        values = sample.features[name].to_numpy(dtype=np.float64)
        edges[name] = _edges(values, sample.weight)
        shares[name] = tuple(_shares(values, edges[name], sample.weight).tolist())
    mean = np.average(sample.probability, axis=0, weights=sample.weight)
    return DriftReference(sample.size, edges, shares, mean, _covariance(sample, mean))


def drift_report(reference: DriftReference, new: NoteSample, settings: DriftSettings) -> DriftReport:
    r"""Say whether new notes differ from the reference in their features or in the mix predicted for them.

    Notes
    -----
    The mix: :math:`d^T C^{-1} d` is chi-square with one degree of freedom less than there are classes, where d is the
    difference of the mean probabilities and :math:`C = S (1/n + 1/m)` for samples of n and m loans (Hotelling 1931).

    Features: the chi-square test of homogeneity over the bins, each at the false-alarm rate divided by their number
    (Bonferroni).  Were nothing different, the stability index would be near :math:`(B - 1)(1/n + 1/m)` over B bins
    (Yurdakul and Naranjo, J. Risk Model Validation 2020), so the fixed 0.10 and 0.25 of the trade alone cry wolf on a tape
    of a hundred notes.

    Raises
    ------
    ValueError
        A feature of the reference is absent.
    """
    absent = [name for name in reference.edges if name not in new.features.columns]
    if absent:
        raise ValueError(f"the new notes lack the features {', '.join(absent)}")
    each = settings.false_alarm / 2 / max(len(reference.edges), 1)
    found = [_feature_drift(reference, name, new, each, settings.min_psi) for name in reference.edges]
    mean = np.average(new.probability, axis=0, weights=new.weight)
    difference, pooled = mean - reference.mean, reference.size + new.size
    spread = (reference.size * reference.covariance + new.size * _covariance(new, mean)) / pooled
    p_value = chi_square_p(difference, spread * (1 / reference.size + 1 / new.size))
    moved = float(np.abs(difference).sum() / 2)
    return DriftReport(
        size=new.size,
        reference_mix=tuple(reference.mean.tolist()),
        mix=tuple(mean.tolist()),
        moved=moved,
        mix_p_value=p_value,
        mix_drifts=p_value < settings.false_alarm / 2 and moved >= settings.min_mix,
        features=tuple(sorted(found, key=lambda one: (-one.psi, one.name))),
    )


def _feature_drift(
    reference: DriftReference, name: str, new: NoteSample, false_alarm: float, min_psi: float
) -> FeatureDrift:
    before = np.array(reference.shares[name])
    now = _shares(new.features[name].to_numpy(dtype=np.float64), reference.edges[name], new.weight)
    n, m = reference.size, new.size
    there = (before > 0) | (now > 0)
    before, now = before[there], now[there]
    half = 0.5 * np.ones(len(before))  # half a note in each bin keeps the logarithm finite
    smooth = [(size * share + half) / (size + half.sum()) for size, share in ((n, before), (m, now))]
    psi, by_chance = stability_index(*smooth), (len(before) - 1) * (1 / n + 1 / m)
    p_value = homogeneity_p(n * before, m * now)
    return FeatureDrift(name, psi, by_chance, p_value, p_value < false_alarm and psi >= min_psi)


def _covariance(sample: NoteSample, mean: Floats) -> Floats:
    centred = sample.probability - mean
    # Not a matrix product: its last bits would depend on the machine's threads, and the bundle's hash on them.
    covariance: Floats = np.einsum("nk,nl->kl", centred * sample.weight[:, None], centred) / sample.weight.sum()
    return covariance


def _edges(values: Floats, weight: Floats) -> tuple[float, ...]:
    """Give the distinct tenths of the known values; a value equal to an edge lies below it."""
    known = ~np.isnan(values)
    if not (weight[known] > 0).any():
        return ()
    order = np.argsort(values[known], kind="stable")
    ordered, mass = values[known][order], np.cumsum(weight[known][order])
    position = np.searchsorted(mass, np.arange(1, N_BINS) / N_BINS * mass[-1] * (1 - 1e-12))
    return tuple(np.unique(ordered[np.minimum(position, len(ordered) - 1)]).tolist())


def _shares(values: Floats, edges: tuple[float, ...], weight: Floats) -> Floats:
    missing = len(edges) + 1
    bins = np.where(np.isnan(values), missing, np.searchsorted(edges, values, side="left"))
    shares: Floats = np.bincount(bins, weight, minlength=missing + 1) / weight.sum()
    return shares
