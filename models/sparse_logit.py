"""A sparse multinomial logit in two stages, for few notes and many terms.

The first stage is an ordinary L1 fit.  In the second each term is scaled by how much the first made of it, so that what
matters is hardly shrunk and the rest dies sooner (the adaptive lasso: Zou, JASA 2006).  The second stage of the logit with
flags may use products of the terms that the first made most of: what counts only together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from models.logit import Logit, LogitData, fit_path, largest_penalty
from models.losses import log_loss
from models.predictor import Floats, Product, Term
from models.terms import CLIP_SHARE, THRESHOLDS

L1_SHARES = tuple(np.geomspace(0.2, 0.0008, 14).tolist())
"""Strengths of the L1 penalty as shares of the one at which nothing is left."""
PATH_PATIENCE = 2
"""A path ends after this many strengths without a better held-out loss."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class StageSettings:
    """How the second stage is built on the first.

    Parameters
    ----------
    power
        A term is scaled by the size of its first coefficients to this power: 0 trusts the first stage with nothing but
        which terms there are, 1 lets it decide nearly alone.
    multiplied
        Terms of the first stage that are multiplied with each other, at most, the largest first; 0 makes no products.
    """

    power: float = 0.5
    multiplied: int = 20


@dataclass(frozen=True)
class LogitSettings:
    """What the logits are made of.

    Parameters
    ----------
    thresholds
        Flags a feature in the logit that has them, at most.
    clip_share
        Share of notes beyond each clip of a feature.
    second
        Its second stage; the products are of the logit with flags alone.
    ridge_below
        With fewer loans, open ones that take part included, a logit that shrinks all terms and drops none takes part
        (:mod:`models.ridge_logit`).
    """

    thresholds: int = THRESHOLDS
    clip_share: float = CLIP_SHARE
    second: StageSettings = field(default_factory=StageSettings)
    ridge_below: int = 1_000


@dataclass(frozen=True)
class FirstStage:
    """A path of ordinary L1 fits: a logit a strength, and for each the scores of the held-out rows."""

    logits: list[Logit]
    scores: list[Floats]


@dataclass(frozen=True)
class SparseLogit:
    """Coefficients of terms and of products, shape (n_terms, n_classes) and (n_products, n_classes)."""

    intercepts: Floats
    coefficients: Floats
    products: tuple[Product, ...]
    product_coefficients: Floats


def first_stage(data: LogitData, held: Mask, strengths: Sequence[float] = L1_SHARES) -> FirstStage:
    """Fit the path on the rows not held, until the loss of the held rows stops getting better.

    ``strengths`` are shares of the largest penalty.  Without a held row the whole path is fitted.
    """
    train = data.take(~held)
    top = largest_penalty(train)
    path = fit_path(train, "l1", [share * top for share in strengths])
    return FirstStage(*until_over(path, data.take(held)))


@dataclass(frozen=True)
class LogitPath:
    """A path of finished fits: a logit a strength, and for each the scores of the held-out rows."""

    logits: list[SparseLogit]
    scores: list[Floats]


def second_stage(
    data: LogitData, held: Mask, terms: Sequence[Term], first: Logit, settings: StageSettings
) -> LogitPath:
    """Fit the second stage's path on the rows not held, until the loss of the held rows stops getting better."""
    train, test = data.take(~held), data.take(held)
    basis = _Basis.of(train, terms, first, settings)
    scaled, seen = (replace(one, terms=basis.matrix(one.terms)) for one in (train, test))
    top = largest_penalty(scaled)
    logits, scores = until_over(fit_path(scaled, "l1", [share * top for share in L1_SHARES]), seen)
    return LogitPath([basis.unscaled(one, len(terms)) for one in logits], scores)


def fit_sparse(data: LogitData, terms: Sequence[Term], places: tuple[int, int], settings: StageSettings) -> SparseLogit:
    """Fit both stages on every row, at the places on the paths that were chosen on held-out rows."""
    first, second = places
    none = np.zeros(len(data.codes), dtype=bool)
    relevant = first_stage(data, none, L1_SHARES[: first + 1]).logits[-1]
    basis = _Basis.of(data, terms, relevant, settings)
    scaled = replace(data, terms=basis.matrix(data.terms))
    top = largest_penalty(scaled)
    [*_, logit] = fit_path(scaled, "l1", [share * top for share in L1_SHARES[: second + 1]], tolerance=1e-7)
    return basis.unscaled(logit, len(terms))


def mean_logit(logits: Sequence[SparseLogit]) -> SparseLogit:
    """Average logits on the same terms that were fitted on different rows: the mean of their scores is one logit's.

    A product has the centre and the scale of the rows of its fit.  With C the mean of coefficient / scale and c, s the mean
    centre and scale, the mean of ``coefficient (ab - centre) / scale`` is ``C s (ab - c) / s`` plus a constant, which goes
    into the intercept.
    """
    share = 1.0 / len(logits)
    intercepts: Floats = share * np.sum([one.intercepts for one in logits], axis=0)
    coefficients: Floats = share * np.sum([one.coefficients for one in logits], axis=0)
    pairs: dict[tuple[Term, Term], list[tuple[Product, Floats]]] = {}
    for one in logits:
        for product, row in zip(one.products, one.product_coefficients, strict=True):
            if row.any():
                pairs.setdefault((product.first, product.second), []).append((product, row))
    products, rows = [], []
    for (first, second), found in pairs.items():
        center = float(np.mean([product.center for product, _ in found]))
        scale = float(np.mean([product.scale for product, _ in found]))
        for product, row in found:
            intercepts += share * row * (center - product.center) / product.scale
        products.append(Product(first, second, center, scale))
        rows.append(share * scale * np.sum([row / product.scale for product, row in found], axis=0))
    return SparseLogit(intercepts, coefficients, tuple(products), np.array(rows).reshape(len(rows), len(intercepts)))


@dataclass(frozen=True)
class _Basis:
    """What the second stage is fitted on.

    ``chosen`` are positions of terms; ``pairs`` of terms multiplied; ``scale`` is one number a column of the matrix.
    """

    chosen: NDArray[np.intp]
    pairs: list[tuple[int, int]]
    products: tuple[Product, ...]
    scale: Floats

    @classmethod
    def of(cls, data: LogitData, terms: Sequence[Term], first: Logit, settings: StageSettings) -> _Basis:
        size = np.linalg.norm(first.coefficients, axis=1)
        chosen = np.flatnonzero(size > 0)
        pairs, products = _products(data, terms, size, settings.multiplied)
        usual = float(_raised(np.median(size[chosen]), settings.power)) if len(chosen) else 1.0
        scale = np.concatenate([_raised(size[chosen], settings.power), np.full(len(pairs), usual)])
        return cls(chosen, pairs, products, scale)

    def matrix(self, terms: Floats) -> Floats:
        """Give the scaled columns, shape (n_rows, n_chosen + n_products)."""
        columns = np.empty((len(terms), len(self.scale)), order="F")
        columns[:, : len(self.chosen)] = terms[:, self.chosen]
        for column, ((i, j), product) in enumerate(zip(self.pairs, self.products, strict=True), len(self.chosen)):
            columns[:, column] = (terms[:, i] * terms[:, j] - product.center) / product.scale
        return columns * self.scale

    def unscaled(self, logit: Logit, n_terms: int) -> SparseLogit:
        """Give the coefficients of a logit on the scaled columns as those of the terms and products."""
        scaled, n_chosen = logit.coefficients * self.scale[:, None], len(self.chosen)
        coefficients = np.zeros((n_terms, scaled.shape[1]))
        coefficients[self.chosen] = scaled[:n_chosen]
        return SparseLogit(logit.intercepts, coefficients, self.products, scaled[n_chosen:])


def _raised(size: Floats, power: float) -> Floats:
    """Raise to a power; the root as a root, whose last bit a power may miss."""
    raised: Floats = np.sqrt(size) if power == 0.5 else np.power(size, power)
    return raised


def _products(
    data: LogitData, terms: Sequence[Term], size: Floats, most: int
) -> tuple[list[tuple[int, int]], tuple[Product, ...]]:
    """Multiply the largest terms of different features; a product that does not vary is left out."""
    largest = [int(one) for one in np.argsort(-size, kind="stable")[:most] if size[one] > 0]
    pairs, products = [], []
    for i, j in combinations(sorted(largest), 2):
        if terms[i].feature == terms[j].feature:
            continue
        values = data.terms[:, i] * data.terms[:, j]
        spread = float(values.std())
        if spread > 1e-6:
            pairs.append((i, j))
            products.append(Product(terms[i], terms[j], float(values.mean()), spread))
    return pairs, tuple(products)


def until_over(path: Iterable[Logit], test: LogitData) -> tuple[list[Logit], list[Floats]]:
    """Go along a path until the loss of the held-out rows has had its best; give the logits and those rows' scores.

    Without a held-out row the whole path is gone.
    """
    logits, scores, losses = [], [], []
    for logit in path:
        logits.append(logit)
        scores.append(logit.scores(test.terms))
        if len(test.codes):
            losses.append(log_loss(scores[-1], test.codes, test.weights))
            if len(losses) - 1 - int(np.argmin(losses)) >= PATH_PATIENCE:
                break
    return logits, scores
