"""A multinomial logit that shrinks every term and drops none, for a few hundred notes.

So few cannot say which terms matter: to keep a little of each is nearer the truth there than to keep a few whole
(docs/model.md).
"""

from __future__ import annotations

import numpy as np

from models.logit import Logit, LogitData, fit_path
from models.sparse_logit import LogitPath, Mask, SparseLogit, until_over

RIDGE_STRENGTHS = tuple(np.geomspace(1.0, 0.001, 10).tolist())
"""Strengths of the penalty on terms of standard deviation 1, from the strongest on."""


def ridge_path(data: LogitData, held: Mask) -> LogitPath:
    """Fit the path on the rows not held, until the loss of the held rows stops getting better."""
    logits, scores = until_over(fit_path(data.take(~held), "l2", RIDGE_STRENGTHS), data.take(held))
    return LogitPath([_without_products(one) for one in logits], scores)


def fit_ridge(data: LogitData, place: int) -> SparseLogit:
    """Fit every row, at the place on the path that was chosen on held-out rows."""
    [*_, logit] = fit_path(data, "l2", RIDGE_STRENGTHS[: place + 1], tolerance=1e-7)
    return _without_products(logit)


def _without_products(logit: Logit) -> SparseLogit:
    return SparseLogit(logit.intercepts, logit.coefficients, (), np.empty((0, logit.coefficients.shape[1])))
