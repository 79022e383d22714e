import csv
from datetime import date

import pytest

TODAY = date(2024, 9, 1)

GOOD = {
    "loan_id": "0001",
    "as_of_date": "2024-06-30",
    "upb": "100000",
    "as_is_value": "200000",
    "property_state": "FL",
    "note_rate": "0.075",
    "lien_position": "1",
    "next_due_date": "2024-03-01",
}


@pytest.fixture
def good():
    """A row that can be priced, as text, with changes; None takes a cell's text out."""

    def row(**changes):
        return GOOD | {name: "" if text is None else text for name, text in changes.items()}

    return row


@pytest.fixture
def tape_file(tmp_path):
    """Write rows (dicts of text) as a CSV, the union of their columns for heading."""

    def write(*rows, name="tape.csv"):
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, headings, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def read(tape_file, tmp_path):
    """Read rows (dicts of text) as a tape."""
    from tapes import ReadOptions, read_tape

    def reading(*rows, payments=None, name="tape.csv", **options):
        if payments is not None:
            path = tmp_path / "payments.csv"
            path.write_text(payments, encoding="utf-8")
            options["payments"] = path
        return read_tape(tape_file(*rows, name=name), ReadOptions(**{"today": TODAY} | options))

    return reading


@pytest.fixture
def read_outcomes(tape_file, good, tmp_path):
    def read(*changes, payments=None, mapping=None):
        rows = [
            good(loan_id=str(i + 1))
            | {"as_of_date": "2020-06-30", "next_due_date": "2020-03-01"}
            | {"outcome": "", "resolution_date": "", "observed_through": "2024-06-30"}
            | change
            for i, change in enumerate(changes)
        ]
        path = None
        if payments is not None:
            path = tmp_path / "payments.csv"
            path.write_text(payments)
        from tapes import ReadOptions, read_resolutions

        return read_resolutions(tape_file(*rows), path, ReadOptions(today=TODAY, mapping=mapping))

    return read
