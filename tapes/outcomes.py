"""The columns of a resolutions file that say what became of a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from notes import OUTCOME_DETAILS
from notes.months import Days
from notes.schema import Kind
from tapes.columns import Columns
from tapes.convert import convert
from tapes.fields import RESOLUTION_FIELDS
from tapes.findings import Findings
from tapes.forms.wording_table import wording_key, wordings
from tapes.loan_ends import check_loan_ends

_DETAIL_BY_KEY = {wording_key(name): name for names in OUTCOME_DETAILS.values() for name in names}
_OUTCOME_KEYS = frozenset(wording_key(name) for name in OUTCOME_DETAILS)
_CODES = {"outcome": "E_OUTCOME", "outcome_detail": "E_OUTCOME", "observed_through": "E_OBSERVED"}


@dataclass(frozen=True)
class Outcomes:
    """Columns of :class:`notes.Resolutions`, row i for row i of the file, excepted rows among them."""

    outcome: NDArray[np.object_]
    outcome_detail: NDArray[np.object_]
    resolution_date: Days
    observed_through: Days
    net_proceeds: NDArray[np.float64]


def read_outcomes(columns: Columns, as_of: Days, findings: Findings, today: date | None) -> Outcomes:
    """Convert the columns and except rows that contradict themselves.

    ``net_proceeds`` is gross proceeds less costs where only those are given.
    """
    values: dict[str, Any] = {}
    details = _details(columns)
    for one in RESOLUTION_FIELDS:
        text = details if one.name == "outcome_detail" else columns.cells(one.name)
        values[one.name], bad = convert(text, one)
        code = _CODES.get(one.name, "E_DATE" if one.kind is Kind.DATE else "E_MONEY")
        findings.refuse_cells(bad, code, one.name, text)
    outcome, detail = (_text(values[name]) for name in ("outcome", "outcome_detail"))
    resolved, observed = values["resolution_date"], values["observed_through"]
    net = values["net_proceeds"]
    net = np.where(np.isnan(net), values["gross_proceeds"] - values["resolution_costs"], net)
    found = Outcomes(outcome, detail, resolved, observed, net)
    _check(columns, found, as_of, findings)
    now = np.datetime64(today or date.today(), "D")
    for name in ("resolution_date", "observed_through"):
        findings.refuse_rows(values[name] > now, "E_FUTURE", name, columns.cells(name))
    check_loan_ends(columns, (outcome, detail), (as_of, resolved, observed), findings)
    return found


def _details(columns: Columns) -> Any:
    """Give the details, those that stand as the outcome itself too; a detail that says no more than its outcome is none.

    ``Short Sale`` is an outcome as desks write it, and tells the detail; ``Foreclosure Sale`` beside ``FCL`` tells none.
    """
    outcomes, written = columns.cells("outcome").to_pylist(), columns.written("outcome").to_pylist()
    found = []
    for outcome, cell, detail in zip(outcomes, written, columns.cells("outcome_detail").to_pylist(), strict=True):
        names = OUTCOME_DETAILS.get(outcome, ())
        if detail is None:
            told = _detail_of(cell)
            found.append(told if told in names else None)
        elif detail not in names and (known := wordings("outcome").get(wording_key(detail))) and known.code == outcome:
            found.append(None)
        else:
            found.append(detail)
    return pa.chunked_array([pa.array(found, pa.string())])


def _detail_of(text: str | None) -> str | None:
    key = wording_key(text or "")
    if key in _OUTCOME_KEYS:
        return None
    known = wordings("outcome_detail").get(key)
    return known.code if known is not None else _DETAIL_BY_KEY.get(key)


def _check(columns: Columns, found: Outcomes, as_of: Days, findings: Findings) -> None:
    is_open = ~columns.filled("outcome")
    undated = ~columns.filled("resolution_date")
    findings.refuse_rows(is_open & ~undated, "E_OUTCOME", "resolution_date", columns.cells("resolution_date"))
    findings.refuse_rows(~is_open & undated, "E_OUTCOME", "outcome", columns.cells("outcome"))
    details = {str(outcome): ("", *names) for outcome, names in OUTCOME_DETAILS.items()}
    pairs = zip(found.outcome, found.outcome_detail, strict=True)
    belongs = np.fromiter((detail in details.get(outcome, ("",)) for outcome, detail in pairs), bool, len(is_open))
    findings.refuse_rows(~belongs, "E_OUTCOME", "outcome_detail", columns.cells("outcome_detail"))
    findings.refuse_rows(~columns.filled("observed_through"), "E_OBSERVED", "observed_through")
    cells = columns.cells("resolution_date")
    findings.refuse_rows(found.resolution_date <= as_of, "E_ORDER", "resolution_date", cells)
    findings.refuse_rows(found.resolution_date > found.observed_through, "E_ORDER", "resolution_date", cells)
    findings.refuse_rows(
        found.observed_through < as_of, "E_ORDER", "observed_through", columns.cells("observed_through")
    )


def _text(values: Any) -> NDArray[np.object_]:
    text: NDArray[np.object_] = values.fill_null("").to_numpy().astype(object)
    return text
