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
THRESHOLDS = 17
"""Quantiles of a feature, evenly from the 4 % to the 96 % one, at which a flag may stand."""


def build_terms(
    values: Floats, names: Sequence[str], *, thresholds: int = 0, clip_share: float = CLIP_SHARE
) -> list[Term]:
    """Choose the terms of every feature.

    Parameters
    ----------
    values
        float64, shape (n_rows, n_features), NaN missing.
    thresholds
        At how many quantiles of the features to add ``at_least`` flags; 0: none.
    clip_share
        Share of notes beyond each clip.

    Returns
    -------
    Without coefficients.  A feature gives ``identity`` and ``missing``, if they vary; a feature that is never negative
    and takes more than two values also ``log1p``.  Features that are constant or wholly missing give nothing.
    """
    terms: list[Term] = []
    for j, name in enumerate(names):
        column = np.ascontiguousarray(values[:, j])
        terms += [term for term in _candidates(column, name, thresholds, clip_share) if term is not None]
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


def _candidates(column: Floats, name: str, thresholds: int, clip_share: float) -> list[Term | None]:
    absent = np.isnan(column)
    present = column[~absent]
    candidates: list[Term | None] = []
    if LEAST_ROWS <= absent.sum() <= len(column) - LEAST_ROWS:
        candidates.append(_scaled(Term(name, "missing", 0.0, 0.0, 0.0, 0.0, 1.0), column))
    if len(present) == 0:
        return candidates
    low, high = _clip_range(present, clip_share)
    candidates.append(_scaled(Term(name, "identity", 0.0, low, high, 0.0, 1.0), column))
    several = len(np.unique(present)) > 2
    if several and low >= 0 and present.min() >= 0:
        candidates.append(_scaled(Term(name, "log1p", 0.0, low, high, 0.0, 1.0), column))
    if several and thresholds > 0:
        cuts = _thresholds(present, thresholds).tolist()
        flags = (Term(name, "at_least", threshold, low, high, 0.0, 1.0) for threshold in cuts)
        candidates.extend(_scaled(flag, column) for flag in flags)
    return candidates


def _clip_range(present: Floats, clip_share: float) -> tuple[float, float]:
    low, high = np.quantile(present, [clip_share, 1 - clip_share], method="inverted_cdf")
    if low == high:  # a flag that nearly every note shares must keep its rare value
        low, high = present.min(), present.max()
    return float(low), float(high)


def _thresholds(present: Floats, most: int) -> NDArray[np.float64]:
    cuts = np.unique(np.quantile(present, np.linspace(0.04, 0.96, most).tolist(), method="inverted_cdf"))
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
