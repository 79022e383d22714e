"""Which character separates the cells of a text file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tapes.files.heading import find_heading
from tapes.files.table import HEADING_WITHIN, Knows

SAMPLE = 1 << 16
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class _Trial:
    """How a file looks with one delimiter."""

    n_known: int
    share_alike: float
    n_cells: int


def find_delimiter(data: bytes, knows: Knows) -> str:
    """Find the delimiter by the first 64 kB: the one that gives known headings, else lines of equally many cells.

    A first line ``sep=;``, as some spreadsheets write it, is believed.
    """
    text = sample_of(data)
    first = text[:6].lower().rstrip("\r\n")
    if len(first) == 5 and first.startswith("sep=") and first[4] in NAMES:
        return first[4]
    trials = {one: _trial(text, one, knows) for one in NAMES if one in text}
    if not trials:
        return ","
    return max(trials, key=lambda one: (*_rank(trials[one]), one == ","))


def sample_of(data: bytes) -> str:
    """Give a file's beginning as text, up to the end of a line where it is cut."""
    sample = data[:SAMPLE]
    if len(data) > SAMPLE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n") + 1]
    return sample.decode(errors="ignore")


def _rank(trial: _Trial) -> tuple[int, float, int]:
    known = trial.n_known if trial.n_known >= 2 else 0
    return known, trial.share_alike if trial.n_cells > 1 else 0.0, trial.n_cells


def _trial(text: str, delimiter: str, knows: Knows) -> _Trial:
    records = list(_some_records(text, delimiter))
    filled = [cells for cells in records if any(cell.strip() for cell in cells)]
    if not filled:
        return _Trial(0, 0.0, 0)
    n_cells, n_alike = Counter(map(len, filled)).most_common(1)[0]
    numbered: Sequence[tuple[int, Sequence[str]]] = list(enumerate(records[:HEADING_WITHIN]))
    heading = find_heading(numbered, knows, {})
    return _Trial(heading.n_known if heading else 0, n_alike / len(filled), n_cells)


def _some_records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        return
