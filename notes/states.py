"""What each state's law and prices do to a note: one table, source and date beside every cell."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FACTS: dict[str, str] = {
    "judicial": "1 where a court forecloses by the preferred method, 0 where a trustee or the like does",
    "last_paid_to_sale_days": "days from the due date of the last paid instalment to the sale, as allowed for routine cases",
    "first_legal_to_sale_months": "months from the first legal action to the sale, 1990; a floor only",
    "attorney_fee": "US dollars, attorney's fee for a foreclosure, without filing, title, service or publication",
    "property_tax_rate": "fraction of value a year",
    "insurance_per_year": "US dollars, an owner-occupier's policy",
    "redemption_months": "months after the sale in which the owner may redeem; the longest where the source gives a range",
}
"""Every fact that the table may hold, with its unit and meaning."""

_PATH = Path(__file__).with_name("state_facts.csv")


@dataclass(frozen=True)
class StateFact:
    """One cell of the table: the value, who published it and when (``undated`` where the publication says nothing)."""

    value: float
    source: str
    source_date: str


def fact(name: str, states: NDArray[np.object_]) -> NDArray[np.float64]:
    """Look a fact up for each note's state.

    Parameters
    ----------
    name
        One of :data:`FACTS`.
    states
        Postal codes, object array of str, shape (n_notes,); the empty string where missing.

    Returns
    -------
    float64, shape (n_notes,), in the fact's unit.  NaN where no source gave the cell or the state is unknown: never a
    guess.

    Raises
    ------
    KeyError
        There is no such fact.

    Examples
    --------
    >>> fact("judicial", np.array(["NY", "TX", ""], dtype=object))
    array([ 1.,  0., nan])
    """
    cells = state_facts()[name]
    return np.array([cells[state].value if state in cells else np.nan for state in states], dtype=np.float64)


@lru_cache(maxsize=1)
def state_facts() -> dict[str, dict[str, StateFact]]:
    """Read the whole table once: fact name to state to cell.

    Returns
    -------
    Every name of :data:`FACTS` is a key; a state without a sourced cell is absent from its mapping.
    """
    table: dict[str, dict[str, StateFact]] = {name: {} for name in FACTS}
    with _PATH.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            table[row["fact"]][row["state"]] = StateFact(float(row["value"]), row["source"], row["source_date"])
    return table
