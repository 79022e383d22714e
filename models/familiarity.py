"""What notes a model learned from, kept as ranges: a note outside them is predicted by stretching what was learned.

Five simple rules, each of which a person can check against the resolutions: a value beyond the range by a margin, a feature
missing that never was, no payment history where nearly all had one, two values that never came together though each is
common, and a state that was never seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

MARGIN = 0.10
"""Share of a feature's range by which a value must lie outside it."""
LEAST_NOTES = 100
"""A feature known for fewer notes shows no range, and fewer notes than this do not show that it is never missing."""
MOST_VALUES = 6
"""A feature of at most so many different values, missing being one, is looked at together with others like it."""
LEAST_EXPECTED = 20.0
"""Notes in which two values would have come together by chance, under which it says nothing that they never did."""
MOST_REASONS = 3
"""Reasons given for a note; more would not be read."""
STATE = "property_state"
HISTORY = "history_months"
NEARLY_ALL = 0.98
"""Share of the notes with a payment history from which one without is strange."""


@dataclass(frozen=True)
class Range:
    """The least and the largest value of a feature; ``always_known``: it was never missing."""

    low: float
    high: float
    always_known: bool


@dataclass(frozen=True)
class NeverTogether:
    """Two values of two features, each common, that no note had both; NaN stands for missing."""

    first: str
    first_value: float
    second: str
    second_value: float


@dataclass(frozen=True)
class Familiar:
    """What a model has seen.

    Parameters
    ----------
    ranges
        Of each feature that was known for enough notes.
    apart
        Pairs of values that never came together.
    states
        Postal codes of the states that were seen; empty: not known, and no state is strange.
    with_history
        Whether :data:`NEARLY_ALL` of the notes had a payment history.
    """

    ranges: Mapping[str, Range]
    apart: tuple[NeverTogether, ...]
    states: tuple[str, ...]
    with_history: bool = False

    def far(self, features: pd.DataFrame, states: NDArray[np.object_]) -> tuple[str, ...]:
        """Say of each note what of it lies outside, at most three reasons joined by "; ", empty where nothing does.

        Parameters
        ----------
        features
            A row a note, NaN missing; a column that is absent is missing for every note.
        states
            Postal code of each note.
        """
        reasons: list[list[str]] = [[] for _ in range(len(features))]
        for mask, sentence in self._strange(features, states):
            for row in np.flatnonzero(mask):
                if len(reasons[row]) < MOST_REASONS:
                    reasons[row].append(sentence(int(row)))
        return tuple("; ".join(one) for one in reasons)

    def _strange(self, features: pd.DataFrame, states: NDArray[np.object_]) -> Iterator[tuple[Mask, Any]]:
        """Give each rule's notes, with what to say of one."""
        absent = np.full(len(features), np.nan)
        columns = {
            name: features[name].to_numpy(np.float64) if name in features else absent
            for name in {*self.ranges, *(one.first for one in self.apart), *(one.second for one in self.apart)}
        }
        for name, one in self.ranges.items():
            values, margin = columns[name], MARGIN * (one.high - one.low)
            yield values > one.high + margin, _beyond(name, values, f"at most {one.high:.6g}")
            yield values < one.low - margin, _beyond(name, values, f"at least {one.low:.6g}")
            if one.always_known:
                yield np.isnan(values), lambda _, name=name: f"{name} missing, never so in training"
        if self.with_history and HISTORY in features:
            without = features[HISTORY].to_numpy(np.float64) == 0
            yield without, lambda _: "no payment history, hardly ever so in training"
        for pair in self.apart:
            both = _equal(columns[pair.first], pair.first_value) & _equal(columns[pair.second], pair.second_value)
            yield both, lambda _, pair=pair: _together(pair)
        if self.states:
            yield ~np.isin(states, self.states), lambda row: f"{STATE} {states[row]}, not in training"

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; a missing value is None."""
        return {
            "ranges": {name: asdict(one) for name, one in self.ranges.items()},
            "apart": [[one.first, _plain(one.first_value), one.second, _plain(one.second_value)] for one in self.apart],
            "states": list(self.states),
            "with_history": self.with_history,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Familiar:
        """Read what :meth:`to_dict` wrote."""
        apart = tuple(NeverTogether(a, _number(u), b, _number(v)) for a, u, b, v in content["apart"])
        ranges = {
            name: Range(float(one["low"]), float(one["high"]), bool(one["always_known"]))
            for name, one in content["ranges"].items()
        }
        return cls(ranges, apart, tuple(map(str, content["states"])), bool(content.get("with_history", False)))


def learn_familiar(features: pd.DataFrame, states: NDArray[np.object_]) -> Familiar:
    """Note down what the notes of a training were like, open ones included.

    Parameters
    ----------
    features
        float64, a row a note, NaN missing.
    states
        Postal code of each note.
    """
    ranges: dict[str, Range] = {}
    for name in features.columns:
        values = features[name].to_numpy(np.float64)
        known = values[~np.isnan(values)]
        if len(known) >= LEAST_NOTES:
            ranges[str(name)] = Range(float(known.min()), float(known.max()), len(known) == len(values))
    has = features[HISTORY].to_numpy(np.float64) > 0 if HISTORY in features else np.zeros(len(features), dtype=bool)
    with_history = len(features) >= LEAST_NOTES and float(has.mean()) >= NEARLY_ALL
    return Familiar(ranges, tuple(_never_together(features)), tuple(sorted({str(one) for one in states})), with_history)


def _never_together(features: pd.DataFrame) -> Iterator[NeverTogether]:
    codes, values = {}, {}
    for name in features.columns:
        code, distinct = pd.factorize(features[name].to_numpy(np.float64), use_na_sentinel=False, sort=True)
        if 1 < len(distinct) <= MOST_VALUES:
            codes[str(name)], values[str(name)] = code, distinct
    for first, second in combinations(codes, 2):
        table = np.zeros((len(values[first]), len(values[second])))
        np.add.at(table, (codes[first], codes[second]), 1.0)
        expected = table.sum(axis=1)[:, None] * table.sum(axis=0) / max(table.sum(), 1.0)
        for i, j in zip(*np.nonzero((table == 0) & (expected >= LEAST_EXPECTED)), strict=True):
            yield NeverTogether(first, float(values[first][i]), second, float(values[second][j]))


def _equal(values: NDArray[np.float64], wanted: float) -> Mask:
    return np.isnan(values) if np.isnan(wanted) else values == wanted


def _beyond(name: str, values: NDArray[np.float64], known: str) -> Any:
    return lambda row: f"{name} {values[row]:.6g}, in training {known}"


def _together(pair: NeverTogether) -> str:
    return f"{_said(pair.first, pair.first_value)} with {_said(pair.second, pair.second_value)}, never together in training"


def _said(name: str, value: float) -> str:
    return f"{name} missing" if np.isnan(value) else f"{name} {value:g}"


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
