"""What a model loses when it no longer knows something: permutation importance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.evaluate import Floats, Judged, row_log_loss


@dataclass(frozen=True)
class Importance:
    """How much the log loss rises when these columns are shuffled among the notes.

    Parameters
    ----------
    rise
        Nats; near 0 or below: the model does not need it, or others tell the same.
    standard_error
        Over the notes.
    """

    name: str
    rise: float
    standard_error: float


def permutation_importance(
    predict: Callable[[pd.DataFrame], Floats],
    features: pd.DataFrame,
    judged: Judged,
    groups: Mapping[str, Sequence[str]],
    seed: int,
) -> tuple[Importance, ...]:
    """Measure each group of columns, the most important first.

    Parameters
    ----------
    groups
        Name to the columns that are shuffled together: a note gets all of them from one other note.

    Notes
    -----
    Breiman, Machine Learning 45 (2001).  Two features that tell the same cover for each other, so the sum over features is
    less than their group's figure.
    """
    before = row_log_loss(judged, predict(features))
    found = []
    for position, (name, columns) in enumerate(groups.items()):
        kept = [column for column in columns if len(np.unique(features[column].to_numpy(dtype=np.float64))) > 1]
        rise = np.zeros(len(judged))
        if kept:
            order = np.random.default_rng((seed, position)).permutation(len(features))
            shuffled = features.assign(**{column: features[column].to_numpy()[order] for column in kept})
            rise = row_log_loss(judged, predict(shuffled)) - before
        mean = judged.mean(rise)
        error = np.sqrt((judged.weight**2 * (rise - mean) ** 2).sum()) / judged.weight.sum()
        found.append(Importance(name, mean, float(error)))
    return tuple(sorted(found, key=lambda one: (-one.rise, one.name)))
