"""The three tests behind a drift report."""

from __future__ import annotations

import numpy as np

from models.predictor import Floats

LEAST_EXPECTED = 5.0
"""Notes expected in a bin below which the chi-square distribution no longer holds: such bins are put together."""


def stability_index(reference: Floats, new: Floats) -> float:
    r"""Give the population stability index of two sets of shares over the same bins, all above 0.

    Notes
    -----
    :math:`\sum_b (q_b - p_b) \ln(q_b / p_b)`: the Kullback-Leibler divergence, both ways added.

    Examples
    --------
    >>> round(stability_index(np.array([0.5, 0.5]), np.array([0.25, 0.75])), 6)
    0.274653
    """
    return float(((new - reference) * np.log(new / reference)).sum())


def homogeneity_p(before: Floats, now: Floats) -> float:
    """Give the chi-square p-value that two rows of counts are of one kind.

    Bins too thin for the test are put together; 1 where fewer than two are left.
    """
    from scipy.stats import chi2

    share = (before + now) / (before.sum() + now.sum())
    thin = share * min(before.sum(), now.sum()) < LEAST_EXPECTED
    counts = np.stack([np.append(one[~thin], one[thin].sum()) for one in (before, now)])
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] > 1 and counts[:, -1].sum() * min(before.sum(), now.sum()) < LEAST_EXPECTED * counts.sum():
        counts = np.column_stack([counts[:, :-2], counts[:, -2:].sum(axis=1)])
    if counts.shape[1] < 2:
        return 1.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), counts.shape[1] - 1))


def chi_square_p(difference: Floats, variance: Floats) -> float:
    """Give the p-value of d' V⁺ d, d the difference of shares that sum to 1 and V its variance; 1 where V is nothing."""
    from scipy.stats import chi2

    statistic, rank = quadratic(difference, variance)
    return float(chi2.sf(statistic, rank)) if rank else 1.0


def quadratic(difference: Floats, variance: Floats) -> tuple[float, int]:
    """Give d' V⁺ d and the rank of V; the last class follows from the others and is left out."""
    difference, variance = difference[:-1], variance[:-1, :-1]
    scale = np.sqrt(np.maximum(np.diag(variance), 0.0))
    kept = scale > 1e-12
    if not kept.any():
        return 0.0, 0
    correlation = variance[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
    standard = difference[kept] / scale[kept]
    inverse = np.linalg.pinv(correlation, rcond=1e-10, hermitian=True)
    return float(standard @ inverse @ standard), int(np.linalg.matrix_rank(correlation, tol=1e-10, hermitian=True))
