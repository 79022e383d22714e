"""Cells that say one thing a month, before it is known what: a pay string's characters, or columns side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.history import UNKNOWN
from tapes.histories.alphabets import FOREIGN, MARKS, Alphabet

Codes = NDArray[np.int16]
"""int16, shape (n_notes, n_months): months behind or a code of :mod:`tapes.histories.alphabets`, newest month last."""

Ids = NDArray[np.uint8] | NDArray[np.uint16]

_MOST_TEXTS = 65_535


@dataclass(frozen=True)
class MonthCells:
    """What stands in each month's place, left to right as written.

    Parameters
    ----------
    ids
        uint8 or uint16, shape (n_notes, n_months): which of ``tokens`` stands there; 0 nothing.
    tokens
        Id to text.
    ends
        int64, shape (n_notes,): position of a note's last month where the newest is on the right, -1 without one.
    whole
        Each text is a month, so that no two of them can be one.
    """

    ids: Ids
    tokens: Mapping[int, str]
    ends: NDArray[np.int64]
    whole: bool = False

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each text stands in a month's place."""
        found = np.bincount(self.ids.reshape(-1))
        return {self.tokens[int(one)]: int(found[one]) for one in np.flatnonzero(found) if one}

    def written(self) -> int:
        """Count the months in which something stands."""
        return sum(self.counts.values())

    def foreign(self, codes: Mapping[str, int]) -> int:
        """Count the months in which something stands that is neither of an alphabet nor a mark for the unknown."""
        return sum(n for text, n in self.counts.items() if text not in codes and not is_mark(text))

    def read(self, codes: Mapping[str, int], newest: str) -> Codes:
        """Read every month by an alphabet, the newest last.

        What is not of the alphabet is :data:`FOREIGN`; a mark and an absent month are unknown.
        """
        table = np.full(max(self.tokens, default=0) + 1, FOREIGN, dtype=np.int16)
        table[0] = UNKNOWN
        for one, text in self.tokens.items():
            table[one] = codes.get(text, UNKNOWN if is_mark(text) else FOREIGN)
        if newest == "left":
            return np.ascontiguousarray(table[self.ids[:, ::-1]])
        return table[self._from_right]

    @cached_property
    def paired(self) -> MonthCells:
        """The same cells with two characters for a month; a last one alone counts for nothing."""
        if self.whole:
            return self
        width = self.ids.shape[1] // 2 * 2
        high, low = self.ids[:, :width:2].astype(np.uint16), self.ids[:, 1:width:2].astype(np.uint16)
        ids = np.where((high > 0) & (low > 0), high * 256 + low, 0).astype(np.uint16)
        tokens = {int(one): chr(one >> 8) + chr(one & 255) for one in np.flatnonzero(np.bincount(ids.reshape(-1)))}
        return MonthCells(ids, tokens | {0: ""}, (self.ends + 1) // 2 - 1)

    def upper(self) -> MonthCells:
        """Give characters in upper case; a small letter that stands beside its capital stays, as a code of its own."""
        table = np.arange(256, dtype=np.uint8)
        for one in "abcdefghijklmnopqrstuvwxyz":
            if ord(one) in self.tokens and ord(one.upper()) not in self.tokens:
                table[ord(one)] = ord(one.upper())
        if (table == np.arange(256)).all():
            return self
        tokens = {int(table[one]): chr(table[one]) for one in self.tokens if one}
        return MonthCells(table[self.ids], tokens | {0: ""}, self.ends)

    @cached_property
    def _from_right(self) -> Ids:
        lined: Ids = line_up(self.ids, self.ends)
        return lined


def line_up(values: Any, ends: NDArray[np.int64], absent: float = 0) -> Any:
    """Put the value at each row's end into the last column, and those before it to its left.

    Parameters
    ----------
    values
        Shape (n, width).
    ends
        int64, shape (n,): a position in the row, or outside it; what lies after it is left out.
    absent
        What stands where a row has nothing.
    """
    width = values.shape[1]
    last = int(ends.max(initial=0))
    if width and (ends == width - 1).all():
        return values
    wide = max(last + 1, 1)
    position = ends[:, None] - np.arange(wide - 1, -1, -1)
    inside = (position >= 0) & (position < width)
    if not width:
        return np.full((len(values), wide), absent, dtype=values.dtype)
    picked = np.take_along_axis(values, np.where(inside, position, 0), axis=1)
    return np.where(inside, picked, np.asarray(absent, dtype=values.dtype))


def is_mark(text: str) -> bool:
    """Tell text that stands for an unknown month in any alphabet."""
    return not text.strip(MARKS)


def of_strings(text: Any) -> MonthCells:
    """Take each character of a column for a month.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray without nulls; an empty cell holds no month.  Characters outside ASCII count as ``?``.
    """
    plain = pc.replace_substring_regex(text, r"[^\x01-\x7f]", "?") if _has_others(text) else text
    bodies = [_body(chunk) for chunk in plain.chunks]
    lengths = np.concatenate([one for one, _ in bodies]) if bodies else np.zeros(0, dtype=np.int64)
    width = int(lengths.max(initial=0))
    ids = np.zeros((len(lengths), width), dtype=np.uint8)
    start = 0
    for size, written in bodies:
        rows = ids[start : start + len(size)]
        if (size == width).all():
            rows[:] = written.reshape(rows.shape)
        else:
            rows[np.arange(width) < size[:, None]] = written
        start += len(size)
    found = np.bincount(ids.reshape(-1), minlength=1)
    tokens = {int(one): chr(one) for one in np.flatnonzero(found)}
    return MonthCells(ids, tokens | {0: ""}, lengths - 1)


def _body(chunk: Any) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Give the length in bytes of each string of an Arrow array without nulls, and all their bytes."""
    wide = pa.types.is_large_string(chunk.type)
    _, offsets, values = chunk.buffers()
    if not len(chunk):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    bounds = np.frombuffer(offsets, dtype=np.int64 if wide else np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    data = np.frombuffer(values, dtype=np.uint8) if values is not None else np.zeros(0, dtype=np.uint8)
    return np.diff(bounds).astype(np.int64), data[int(bounds[0]) : int(bounds[-1])]


def of_lists(text: Any, separator: str) -> MonthCells:
    """Take what stands between two separators for a month, in upper case.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray without nulls; an empty cell holds no month.
    """
    lists = pc.split_pattern(text, separator).combine_chunks()
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    encoded = pc.dictionary_encode(pc.utf8_upper(pc.utf8_trim_whitespace(pc.list_flatten(lists))))
    texts = encoded.dictionary.to_pylist()
    number = np.array([0 if not one else min(i + 1, _MOST_TEXTS) for i, one in enumerate(texts)], dtype=np.uint16)
    ids = np.zeros((len(lengths), int(lengths.max(initial=0))), dtype=np.uint16)
    ids[np.arange(ids.shape[1]) < lengths[:, None]] = number[encoded.indices.to_numpy(zero_copy_only=False)]
    ends = np.where(pc.equal(text, "").to_numpy(), -1, lengths - 1)
    return MonthCells(ids, _named(texts), ends, whole=True)


def of_columns(columns: list[Any], ends: NDArray[np.int64]) -> MonthCells:
    """Take each column for a month; texts are compared in upper case.

    Parameters
    ----------
    columns
        pyarrow string ChunkedArrays, null where nothing is known; None for a month without a column.
    """
    ids = np.zeros((len(ends), len(columns)), dtype=np.uint16)
    known: dict[str, int] = {}
    for i, column in enumerate(columns):
        if column is None:
            continue
        encoded = pc.dictionary_encode(pc.utf8_upper(column)).unify_dictionaries().combine_chunks()
        texts = encoded.dictionary.to_pylist()
        here = [min(known.setdefault(one, len(known) + 1), _MOST_TEXTS) for one in texts]
        at = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False)
        ids[:, i] = np.array([*here, 0], dtype=np.uint16)[at]
    return MonthCells(ids, _named(list(known)), ends, whole=True)


def _named(texts: list[str]) -> dict[int, str]:
    """Number texts from 1; statuses are few, and what lies beyond the numbers at hand can only be something else."""
    names = {i + 1: one for i, one in enumerate(texts[: _MOST_TEXTS - 1])}
    return names | {0: ""} | ({_MOST_TEXTS: "\ufffd"} if len(texts) >= _MOST_TEXTS else {})


def fitting(cells: MonthCells, alphabet: Alphabet) -> float:
    """Give the share of months that an alphabet can read."""
    written = cells.written()
    return 1.0 - cells.foreign(alphabet.codes) / written if written else 1.0


def _has_others(text: Any) -> bool:
    return bool(pc.any(pc.match_substring_regex(text, r"[^\x01-\x7f]")).as_py())
