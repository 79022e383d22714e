"""Labels to class codes: outcomes in their own order, anything else in sorted order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from notes import OUTCOMES

Codes = NDArray[np.intp]


def encode_labels(y: ArrayLike) -> tuple[NDArray[Any], Codes]:
    """Find the classes and the position of each label among them.

    Returns
    -------
    classes
        If every label is an :class:`~notes.Outcome`: all four in its order, also those that do not occur, so that the
        columns of a model never depend on its data.  (scikit-learn's alphabetical order would put deed in lieu first.)
        Otherwise the distinct labels, sorted.
    codes
        intp, shape (n_rows,).

    Raises
    ------
    ValueError
        Fewer than two classes occur.

    Examples
    --------
    >>> classes, codes = encode_labels(["foreclosure", "reperform"])
    >>> classes.tolist(), codes.tolist()
    (['reperform', 'loss_mitigation', 'deed_in_lieu', 'foreclosure'], [3, 0])
    """
    labels = np.asarray(y)
    found = np.unique(labels)
    if len(found) < 2:
        raise ValueError(f"at least two classes are needed to fit, found one class only: {found.tolist()}")
    if set(found.tolist()) <= set(OUTCOMES):
        classes: NDArray[Any] = np.array([outcome.value for outcome in OUTCOMES])
    else:
        classes = found
    order = {label: code for code, label in enumerate(classes.tolist())}
    return classes, np.array([order[label] for label in labels.tolist()], dtype=np.intp)


def row_weights(sample_weight: ArrayLike | None, n_rows: int) -> NDArray[np.float64]:
    """Give weights with mean 1 over the rows that have any, float64, shape (n_rows,); None weighs every row alike.

    Raises
    ------
    ValueError
        A wrong shape, a negative or non-finite weight, or no weight above 0.
    """
    if sample_weight is None:
        return np.ones(n_rows)
    weights = np.asarray(sample_weight, dtype=np.float64)
    good = weights.shape == (n_rows,) and bool(((weights >= 0) & np.isfinite(weights)).all()) and weights.sum() > 0
    if not good:
        raise ValueError(
            f"sample_weight needs {n_rows} finite weights at or above 0, not all of them zero; found the shape "
            f"{weights.shape} and the sum {weights.sum()}"
        )
    scaled: NDArray[np.float64] = weights / weights[weights > 0].mean()
    return scaled
