"""Folds that keep a loan together and every class spread out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.labels import Codes


def effort_folds(n_rows: int, most: int) -> tuple[int, int]:
    """Choose how many parts the rows are cut into and how many of them are held out in turn.

    More rows need less cross-validation: up to 20,000 all of ``most`` parts, then four, above 100,000 one part of four.

    Examples
    --------
    >>> effort_folds(4_000, 5), effort_folds(40_000, 5), effort_folds(1_000_000, 5)
    ((5, 5), (4, 4), (4, 1))
    """
    if n_rows <= 20_000:
        return most, most
    if n_rows <= 100_000:
        return min(most, 4), min(most, 4)
    return 4, 1


def grouped_folds(
    codes: Codes, groups: ArrayLike | None, n_parts: int, seed: int, weights: ArrayLike | None = None
) -> NDArray[np.intp]:
    """Deal the groups (loans) into parts.

    Parameters
    ----------
    codes
        Class of each row.
    groups
        Loan of each row; None makes each row its own.
    weights
        Of the rows; None: alike.

    Returns
    -------
    intp, shape (n_rows,): the part of each row, 0 to n_parts - 1.  All rows of a loan are in one part.  Loans are dealt
    like cards within their :func:`main_class`, the rarest first, so that a rare class is spread as far as it goes.
    """
    first_row, group = _groups(codes, groups)
    group_class = main_class(codes, groups, weights)[first_row]
    rarity_rank = np.argsort(np.argsort(np.bincount(group_class, minlength=int(codes.max()) + 1), kind="stable"))
    shuffled = np.random.default_rng(seed).permutation(len(first_row))
    dealt = shuffled[np.argsort(rarity_rank[group_class[shuffled]], kind="stable")]
    part = np.empty(len(first_row), dtype=np.intp)
    part[dealt] = np.arange(len(dealt)) % n_parts
    return part[group]


def main_class(codes: Codes, groups: ArrayLike | None, weights: ArrayLike | None = None) -> Codes:
    """Give each row the class that most of its group's weight is of; of several alike the rarest among the rows.

    Parameters
    ----------
    codes, groups, weights
        As for :func:`grouped_folds`.

    Examples
    --------
    >>> main_class(np.array([0, 1, 1]), ["a", "a", "b"], [0.9, 0.1, 1.0]).tolist()
    [0, 0, 1]
    """
    first_row, group = _groups(codes, groups)
    n_classes = int(codes.max()) + 1
    rarest_first = np.argsort(np.bincount(codes, minlength=n_classes), kind="stable")
    place = np.empty(n_classes, dtype=np.intp)
    place[rarest_first] = np.arange(n_classes)
    mass = np.bincount(group * n_classes + place[codes], weights, len(first_row) * n_classes)
    main: Codes = rarest_first[mass.reshape(-1, n_classes).argmax(axis=1)][group]
    return main


def _groups(codes: Codes, groups: ArrayLike | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the groups: the first row of each, and the group of each row."""
    names = np.arange(len(codes)) if groups is None else np.asarray(groups)
    _, first_row, group = np.unique(names, return_index=True, return_inverse=True)
    return first_row, group
