"""What is known of a column before it is put into contract form, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tapes.asking import Question

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Context:
    """What is known of a column beside its cells.

    Parameters
    ----------
    heading
        As written.
    unit_hint
        A unit that the heading itself names (``percent``, ``thousands``, ``years``, ...), or None.
    stated
        What the mapping file says of the column under ``[units]``, or None.
    numeric
        bool, shape (n_rows,): cells that the file holds as numbers; None where it holds text only.
    date_1904
        The workbook counts days from 1904.
    file_order
        ``month_first``, ``day_first`` or ``year_first``, as the file's other date columns show it, or None.
    """

    heading: str
    unit_hint: str | None = None
    stated: str | None = None
    numeric: Mask | None = None
    date_1904: bool = False
    file_order: str | None = None


@dataclass(frozen=True)
class Formed:
    """A column in contract form.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray, shape (n_rows,): plain numbers, ISO dates, codes; null where empty, where a cell
        stands for nothing (``N/A``, ``-``, a sentinel) and where it is refused.  A cell that cannot be read and has no
        code of its own here stays as it was written: converting it finds it bad.
    unit
        How the column was read, in a few words for a person: ``percent points``, ``dates M/D/YYYY``, ``dollars``.
    refused
        Code (``E_``) and mask, bool of shape (n_rows,): cells read well enough to be told wrong.
    flagged
        Code (``W_``) and mask: cells taken with a doubt.
    remarks
        Sentences for the user about the column as a whole.
    question
        What has to be answered before the column can be read; ``text`` is then all null.
    day_order
        Of a column of dates: the order of day and month that it shows by itself, and whether for sure.
    """

    text: Any
    unit: str = "as written"
    refused: tuple[tuple[str, Mask], ...] = ()
    flagged: tuple[tuple[str, Mask], ...] = ()
    remarks: tuple[str, ...] = field(default=())
    question: Question | None = None
    day_order: tuple[str, bool] | None = None
