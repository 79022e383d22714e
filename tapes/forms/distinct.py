"""A column by its distinct texts, so that each is read once however often it stands in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


class Distinct:
    """The distinct texts of a column, and where each stands.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray, shape (n_rows,); null is an empty cell.

    Attributes
    ----------
    texts
        The distinct texts, in the order in which they first appear; no null among them.
    counts
        int64, shape (n_texts,): cells that hold each.
    """

    def __init__(self, text: Any) -> None:
        whole = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.string())
        encoded = pc.dictionary_encode(whole)
        self.texts: list[str] = encoded.dictionary.to_pylist()
        self._where = encoded.indices
        self._at: NDArray[np.int64] = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
        self.counts: NDArray[np.int64] = np.bincount(self._at[self._at >= 0], minlength=len(self.texts))

    def spread(self, values: Sequence[str | None]) -> Any:
        """Put a value in place of each text: string ChunkedArray, shape (n_rows,), null where empty or None."""
        return pa.chunked_array([pa.array(values, pa.string()).take(self._where)])

    def mask(self, hits: Sequence[bool] | NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say which rows hold one of the texts marked in ``hits``, bool, shape (n_rows,)."""
        marked: NDArray[np.bool_] = np.append(np.asarray(hits, dtype=bool), False)[self._at]
        return marked

    def count(self, hits: Sequence[bool] | NDArray[np.bool_]) -> int:
        """Count the cells that hold one of the texts marked in ``hits``."""
        return int(self.counts[np.asarray(hits, dtype=bool)].sum())

    def counts_in(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count in how many of some rows each text stands, int64, shape (n_texts,)."""
        at = self._at[rows]
        return np.bincount(at[at >= 0], minlength=len(self.texts))


def is_cell_error(text: str) -> bool:
    """Tell a spreadsheet's error value, which is flagged or refused when the column is converted.

    Examples
    --------
    >>> is_cell_error("#N/A"), is_cell_error("#######"), is_cell_error("NA")
    (True, False, False)
    """
    return text.startswith("#") and any(one.isalpha() for one in text)
