import csv
from pathlib import Path

import pytest

from tapes.files.read import read_text_table
from tapes.headings import matched

NEVER = frozenset()


@pytest.fixture
def table(tmp_path):
    """Lay columns out as a table: heading to cells, or headings alone with one cell each."""

    def lay(columns, name="tape.csv"):
        columns = columns if isinstance(columns, list) else list(columns.items())
        columns = [one if isinstance(one, tuple) else (one, ["x"]) for one in columns]
        path = Path(tmp_path) / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([heading for heading, _ in columns])
            writer.writerows(zip(*(cells for _, cells in columns), strict=True))
        return read_text_table(path, {" ".join(heading.split()) for heading, _ in columns}.__contains__)

    return lay


@pytest.fixture
def targets(table):
    """Give heading to target as matched without a mapping."""

    def of(*headings):
        return {one.heading: one.target for one in matched(table(list(headings)), NEVER).columns}

    return of
