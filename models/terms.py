"""The anchor's terms: which transforms of which feature, and their scales, read off the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.predictor import Anchor, Floats, Product, Term

CLIP_SHARE = 0.005
"""Share of notes beyond each clip."""
LEAST_ROWS = 5
"""A flag that fewer rows show, or lack, is left out."""
THRESHOLD_SHARES = tuple(np.linspace(0.04, 0.96, 17).tolist())


def build_terms(values: Floats, names: Sequence[str], *, thresholds: bool = False) -> list[Term]:
    """Choose the terms of every feature.

    Parameters
    ----------
    values
        float64, shape (n_rows, n_features), NaN missing.
    thresholds
        Whether to add ``at_least`` flags at quantiles of the features.

    Returns
    -------
    Without coefficients.  A feature gives ``identity`` and ``missing``, if they vary; a feature that is never negative
    and takes more than two values also ``log1p``.  Features that are constant or wholly missing give nothing.
    """
    terms: list[Term] = []
    for j, name in enumerate(names):
        column = np.ascontiguousarray(values[:, j])
        terms += [term for term in _candidates(column, name, thresholds) if term is not None]
    return terms


def term_matrix(terms: Sequence[Term], values: Floats, names: Sequence[str]) -> Floats:
    """Evaluate terms, float64, shape (n_rows, n_terms)."""
    position = {name: j for j, name in enumerate(names)}
    matrix = np.empty((len(values), len(terms)))
    for t, term in enumerate(terms):
        matrix[:, t] = term.values(np.ascontiguousarray(values[:, position[term.feature]]))
    return matrix


def build_anchor(
    terms: Sequence[Term],
    intercepts: Floats,
    coefficients: Floats,
    products: Sequence[tuple[Product, Floats]] = (),
) -> Anchor:
    """Join terms, products and fitted coefficients, leaving out those whose coefficients are all 0."""
    kept = [
        replace(term, coefficients=tuple(map(float, row)))
        for term, row in zip(terms, coefficients, strict=True)
        if row.any()
    ]
    together = [replace(product, coefficients=tuple(map(float, row))) for product, row in products if row.any()]
    return Anchor(tuple(map(float, intercepts)), tuple(kept), tuple(together))


def _candidates(column: Floats, name: str, thresholds: bool) -> list[Term | None]:
    absent = np.isnan(column)
    present = column[~absent]
    candidates: list[Term | None] = []
    if LEAST_ROWS <= absent.sum() <= len(column) - LEAST_ROWS:
        candidates.append(_scaled(Term(name, "missing", 0.0, 0.0, 0.0, 0.0, 1.0), column))
    if len(present) == 0:
        return candidates
    low, high = _clip_range(present)
    candidates.append(_scaled(Term(name, "identity", 0.0, low, high, 0.0, 1.0), column))
    several = len(np.unique(present)) > 2
    if several and low >= 0 and present.min() >= 0:
        candidates.append(_scaled(Term(name, "log1p", 0.0, low, high, 0.0, 1.0), column))
    if several and thresholds:
        flags = (Term(name, "at_least", threshold, low, high, 0.0, 1.0) for threshold in _thresholds(present).tolist())
        candidates.extend(_scaled(flag, column) for flag in flags)
    return candidates


def _clip_range(present: Floats) -> tuple[float, float]:
    low, high = np.quantile(present, [CLIP_SHARE, 1 - CLIP_SHARE], method="inverted_cdf")
    if low == high:  # a flag that nearly every note shares must keep its rare value
        low, high = present.min(), present.max()
    return float(low), float(high)


def _thresholds(present: Floats) -> NDArray[np.float64]:
    cuts = np.unique(np.quantile(present, THRESHOLD_SHARES, method="inverted_cdf"))
    reached = (present[:, None] >= cuts).sum(axis=0)
    kept: NDArray[np.float64] = cuts[(reached >= LEAST_ROWS) & (reached <= len(present) - LEAST_ROWS)]
    return kept


def _scaled(term: Term, column: Floats) -> Term | None:
    raw = term.values(column)
    if term.transform != "missing":
        raw = raw[~np.isnan(column)]
    with np.errstate(over="ignore", invalid="ignore"):
        center, scale = float(raw.mean()), float(raw.std())
    usable = np.isfinite(center) and np.isfinite(scale) and scale > 1e-12 * max(1.0, abs(center))
    return replace(term, center=center, scale=scale) if usable else None
