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


def grouped_folds(codes: Codes, groups: ArrayLike | None, n_parts: int, seed: int) -> NDArray[np.intp]:
    """Deal the groups (loans) into parts.

    Parameters
    ----------
    codes
        Class of each row.
    groups
        Loan of each row; None makes each row its own.

    Returns
    -------
    intp, shape (n_rows,): the part of each row, 0 to n_parts - 1.  All rows of a loan are in one part.  Loans are dealt
    like cards within their class (the rarest that the loan shows), so that a rare class is spread as far as it goes.
    """
    names = np.arange(len(codes)) if groups is None else np.asarray(groups)
    _, first_row, group = np.unique(names, return_index=True, return_inverse=True)
    rarity_rank = np.argsort(np.argsort(np.bincount(codes), kind="stable"))
    group_class = np.full(len(first_row), len(rarity_rank))
    np.minimum.at(group_class, group, rarity_rank[codes])
    shuffled = np.random.default_rng(seed).permutation(len(first_row))
    dealt = shuffled[np.argsort(group_class[shuffled], kind="stable")]
    part = np.empty(len(first_row), dtype=np.intp)
    part[dealt] = np.arange(len(dealt)) % n_parts
    return part[group]
