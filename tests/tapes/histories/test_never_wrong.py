"""Random histories written in any alphabet from either end are read back as they were, or asked about; never wrong."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notes import TapeError
from notes.history import UNKNOWN

_WRITERS = {
    "months_behind": lambda one: str(min(one, 9)),
    "thirties": lambda one: "0369"[min(one, 3)],
    "dv01": lambda one: "C" if one == 0 else str(min(one, 6) + 1),
    "fannie": "{:02d}".format,
    "credit_bureau": lambda one: str(min(one, 6)),
}
_FLOORS = {"months_behind": 9, "thirties": 3, "dv01": 6, "fannie": 99, "credit_bureau": 6}


@st.composite
def histories(draw):
    """Notes that fall back by at most one a month and catch up by any number, each as long as it likes."""
    notes = []
    for _ in range(draw(st.integers(2, 25))):
        behind, months = draw(st.integers(0, 4)), []
        for _ in range(draw(st.integers(4, 14))):
            months.append(behind)
            behind = draw(st.sampled_from([behind + 1, behind + 1, behind, max(behind - 1, 0), 0]))
        notes.append(months)
    return notes


@given(
    notes=histories(),
    alphabet=st.sampled_from(list(_WRITERS)),
    left=st.booleans(),
    dated=st.booleans(),
    method=st.sampled_from([None, "mba"]),
    separator=st.sampled_from(["", "", "|"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_is_true_and_what_is_not_is_asked(strings, notes, alphabet, left, dated, method, separator):
    cells = [separator.join(map(_WRITERS[alphabet], one[::-1] if left else one)) for one in notes]
    try:
        found = strings(cells, [one[-1] for one in notes] if dated else None, method=method)
    except TapeError as refused:
        assert "E_PAYSTRING_NUMERIC" in str(refused)  # noqa: PT017
        return
    if found.questions:
        assert all(one.answers and one.evidence for one in found.questions)
        return
    excepted = {row - 2 for row, code in found.codes if code == "E_PAYSTRING_NUMERIC"}
    floor = _FLOORS[alphabet]
    for i, months in enumerate(notes):
        if i in excepted:
            continue
        read = found.reading.history.months_delinquent[i]
        truth = np.full(60, UNKNOWN)
        truth[60 - len(months) :] = months
        at_least = (read == floor) & (truth >= floor)
        assert ((read == UNKNOWN) | (read == truth) | at_least).all()
        # What is known and below the floor is not lost but where nobody was ever behind.
        if max(map(max, notes)) > 0:
            assert (read[(truth >= 0) & (truth < floor)] != UNKNOWN).all()


@pytest.mark.parametrize("alphabet", ["months_behind", "dv01", "fannie"])
@pytest.mark.parametrize("left", [True, False])
def test_the_true_reading_is_always_among_the_answers(strings, alphabet, left):
    rng = np.random.default_rng(3)
    for _ in range(60):
        notes = [np.cumsum(rng.integers(0, 2, 6)).clip(0, 6).tolist() for _ in range(3)]
        cells = ["".join(map(_WRITERS[alphabet], one[::-1] if left else one)) for one in notes]
        for asked in strings(cells).questions:
            newest = {one.value for one in asked.answers if one.key == "newest"}
            assert newest in (set(), {"left", "right"})
