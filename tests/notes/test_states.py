"""The state table says only what a source said."""

import csv

import numpy as np
import pytest

from notes.schema import STATES
from notes.states import FACTS, fact, state_facts


def test_the_newest_allowance_is_the_one_given():
    # Fannie Mae's exhibit: New York 1,740 days from 2019; Illinois is not in the 2019 copy, so 600 from 2015.
    assert fact("last_paid_to_sale_days", np.array(["NY", "IL"], dtype=object)).tolist() == [1740.0, 600.0]
    assert state_facts()["last_paid_to_sale_days"]["IL"].source_date == "2015"


def test_method_and_timeline_are_known_for_every_state():
    states = np.array(STATES, dtype=object)
    assert set(fact("judicial", states)) == {0.0, 1.0}
    days = fact("last_paid_to_sale_days", states)
    assert days.min() == 300
    assert days.max() == 1740


def test_a_cell_without_a_source_is_missing_and_not_a_guess():
    # No source read gives Michigan's redemption period; an unknown state has no facts at all.
    assert np.isnan(fact("redemption_months", np.array(["MI", ""], dtype=object))).all()


def test_every_cell_names_its_source_and_a_range_is_sane():
    bounds = {
        "judicial": (0, 1),
        "last_paid_to_sale_days": (200, 2500),
        "first_legal_to_sale_months": (1, 36),
        "attorney_fee": (500, 10_000),
        "property_tax_rate": (0.001, 0.04),
        "insurance_per_year": (400, 4000),
        "redemption_months": (0, 12),
    }
    assert set(bounds) == set(FACTS)
    for name, cells in state_facts().items():
        low, high = bounds[name]
        assert all(low <= cell.value <= high and cell.source and cell.source_date for cell in cells.values())
        assert set(cells) <= set(STATES)


def test_no_cell_is_given_twice():
    from notes import states as module

    with module._PATH.open(encoding="utf-8", newline="") as lines:
        keys = [(row["state"], row["fact"]) for row in csv.DictReader(lines)]
    assert len(keys) == len(set(keys))


def test_an_unknown_fact_is_an_error():
    with pytest.raises(KeyError):
        fact("sales_tax", np.array(["NY"], dtype=object))
