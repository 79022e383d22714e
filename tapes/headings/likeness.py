"""What an unknown heading looks like: scored suggestions, which a person accepts or leaves; none is ever taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tapes.headings.columns import AssignedColumn, Suggestion
from tapes.headings.normalise import spelled_out
from tapes.headings.registry import NO_FIELDS, registry

_LEAST, _LEAST_NEAR = 82.0, 65.0
_MOST = 99.0  # only an exact alias is certain
_HINT = 95.0
_SHOWN = 3
_SORTED = 0.7
"""Weight of the likeness of all words; the rest is that of the words that both have, which alone would take
``Statement Date`` for any date."""


def with_suggestions(columns: Iterable[AssignedColumn]) -> tuple[AssignedColumn, ...]:
    """Give unmapped columns the fields that their headings look like and no other column has, the likeliest first."""
    columns = tuple(columns)
    taken = {one.target for one in columns} - NO_FIELDS
    found = []
    for one in columns:
        if one.target is None and not one.suggestions:
            free = tuple(each for each in suggestions(one.heading) if each.target not in taken)
            one = replace(one, suggestions=free)
        found.append(one)
    return tuple(found)


def suggestions(heading: str) -> tuple[Suggestion, ...]:
    """Give the targets that a heading looks like, at most three, each 82 of 100 or more.

    Words count whole or nearly whole, in any order, abbreviations written out; a heading that is most like one that is
    known and not needed (``Statement Date``) is suggested as ``ignored``, whatever else it resembles.
    """
    if not spelled_out(heading):
        return ()
    best: dict[str, float] = {}
    for alias, score in zip(registry().aliases, _scores([heading])[0].tolist(), strict=True):
        capped = min(score, _HINT if alias.is_hint else _MOST)
        best[alias.target.name] = max(best.get(alias.target.name, 0.0), capped)
    ranked = sorted((-score, name) for name, score in best.items() if score >= _LEAST)
    found = [Suggestion(name, round(-score, 1)) for score, name in ranked[:_SHOWN]]
    fields = tuple(one for one in found if one.target not in NO_FIELDS)
    return (found[0],) if found and found[0].target in NO_FIELDS else fields


def nearest(headings: Sequence[str], fields: Iterable[str], least: float = _LEAST_NEAR) -> list[tuple[str, str, float]]:
    """Give the headings that look most like any of some fields: heading, field and score, the likeliest first."""
    wanted = frozenset(fields)
    known = [i for i, one in enumerate(registry().aliases) if one.target.name in wanted]
    named = [one for one in headings if spelled_out(one)]
    if not named or not known:
        return []
    found = []
    for heading, scores in zip(named, _scores(named)[:, known], strict=True):
        at = int(scores.argmax())
        target = registry().aliases[known[at]].target.name
        found.append((heading, target, float(min(scores[at], _MOST))))
    return sorted((one for one in found if one[2] >= least), key=lambda one: -one[2])


def _scores(headings: Sequence[str]) -> NDArray[np.float64]:
    """Score headings against every alias, 0 to 100, shape (n_headings, n_aliases)."""
    from rapidfuzz import fuzz, process

    texts = [" ".join(spelled_out(one)) for one in headings]
    known = [" ".join(one.words) for one in registry().aliases]
    in_order = process.cdist(texts, known, scorer=fuzz.token_sort_ratio, dtype=np.float64)
    of_either = process.cdist(texts, known, scorer=fuzz.token_set_ratio, dtype=np.float64)
    scores: NDArray[np.float64] = _SORTED * in_order + (1 - _SORTED) * of_either
    return scores
