"""Tapes whose columns are assigned by hand, so that only what reads histories is tested."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tapes.fields import FIELD_BY_NAME
from tapes.files.table import TextTable
from tapes.findings import Findings
from tapes.forms import Formed
from tapes.headings import AssignedColumn, Assignment, Mapping
from tapes.histories.sources import read_histories
from tapes.mapped import MappedTable
from tapes.reading import ReadOptions

AS_OF = "2024-06-30"


@dataclass
class Told:
    """What was read: its history as lists, and what was found."""

    reading: object
    findings: Findings

    def months(self, note=0, n=6):
        return self.reading.history.months_delinquent[note, -n:].tolist()

    def received(self, note=0, n=6):
        return [None if np.isnan(one) else float(one) for one in self.reading.history.amount_received[note, -n:]]

    @property
    def units(self):
        return self.reading.units

    @property
    def questions(self):
        return self.reading.questions

    @property
    def codes(self):
        return [(one.row, one.code) for one in self.findings.exceptions()]

    @property
    def flags(self):
        return self.findings.flags(np.arange(len(self.findings.table)))


@pytest.fixture
def told():
    """Read histories from columns (heading, target, month, cells); months behind by due date make the due dates."""

    def read(*columns, behind=None, as_of=AS_OF, mapping=None, method=None, due=None):
        n = len(columns[0][3])
        texts = [pa.chunked_array([pa.array([one or None for one in cells], pa.string())]) for *_, cells in columns]
        table = TextTable(
            Path("tape.csv"),
            None,
            "",
            tuple(heading for heading, *_ in columns),
            tuple(texts),
            np.arange(2, n + 2),
            np.zeros(n, dtype=bool),
        )
        assigned = [
            AssignedColumn(i, heading, target, "alias", month) for i, (heading, target, month, _) in enumerate(columns)
        ]
        formed = {one.target: Formed(texts[one.position]) for one in assigned if one.target in FIELD_BY_NAME}
        mapped = MappedTable(table, Assignment(tuple(assigned)), Mapping(pay_string=mapping or {}), (), formed)
        ids = pa.chunked_array([pa.array([str(i + 1) for i in range(n)])])
        findings = Findings(table, ids)
        days = np.full(n, np.datetime64(as_of))
        if due is None:
            due = [_due(as_of, one) for one in (behind if behind is not None else [None] * n)]
        options = ReadOptions(delinquency_method=method)
        return Told(read_histories(mapped, np.array(due, dtype="datetime64[D]"), days, options, findings), findings)

    return read


@pytest.fixture
def strings(told):
    """Read one column of pay strings."""

    def read(cells, behind=None, heading="Pay String", **more):
        return told((heading, "pay_string", None, list(cells)), behind=behind, **more)

    return read


def _due(as_of, behind):
    """Give the first of the month from which so many instalments are unpaid at a month's end."""
    if behind is None:
        return np.datetime64("NaT")
    month = np.datetime64(as_of, "M") + 1 - behind
    return month.astype("datetime64[D]")
