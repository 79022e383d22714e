"""How much of each member: non-negative weights of a log-linear pool."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from models.labels import Codes
from models.losses import effective_rows
from models.predictor import Floats

PRIOR_NOTES = 20.0
"""How many notes' worth of say equal weights have: a few hundred notes cannot tell the members apart."""


def fit_pool(members: Sequence[Floats], codes: Codes, weights: Floats, prior_notes: float = PRIOR_NOTES) -> Floats:
    r"""Choose the pool weights that minimise the weighted log loss of held-out scores.

    Parameters
    ----------
    members
        Scores of each member for the same rows, each float64 of the shape (n_rows, n_classes), which must not have been
        fitted on those rows.
    codes, weights
        Class and weight of each row.
    prior_notes
        How many notes' worth of say equal weights have.

    Returns
    -------
    float64, shape (n_members,), each >= 0.  They need not sum to 1: their sum sharpens or softens the pool.

    Notes
    -----
    Minimises :math:`-\sum_i w_i \log \mathrm{softmax}(\sum_m a_m s_{m i})_{y_i} + (c / n) \sum_m (a_m - 1 / M)^2`, convex in
    a: w sums to 1, n is the effective number of rows, M that of members and c is ``prior_notes``.
    """
    # A row's scores count only up to a constant; centring keeps the weights of members on one scale.
    stacked = np.stack([scores - scores.mean(axis=1, keepdims=True) for scores in members])
    shares = weights / weights.sum()
    rows = np.arange(len(codes))
    start = np.full(len(members), 1.0 / len(members))
    pull = prior_notes / effective_rows(weights)

    def objective(pool: Floats) -> tuple[float, Floats]:
        scores = np.tensordot(pool, stacked, axes=1)
        scores -= scores.max(axis=1, keepdims=True)
        raised = np.exp(scores)
        totals = raised.sum(axis=1)
        log_loss = float(shares @ (np.log(totals) - scores[rows, codes]))
        residual = raised * (shares / totals)[:, None]
        residual[rows, codes] -= shares
        away = pool - start
        return log_loss + pull * float(away @ away), np.tensordot(stacked, residual, axes=2) + 2 * pull * away

    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 5.0)] * len(members))
    best: Floats = found.x
    return best
