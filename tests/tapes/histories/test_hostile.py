"""Whatever stands in the cells: a history, a question or a refusal, never a crash."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notes import TapeError

_ODD = st.sampled_from(
    (
        *("", "0", "C", "R", "RRRR", "FFFF", "XXXX", "0X0X", "00XX", "1.00011E+23", "-1", "1e999", "ß0", "０１２"),
        *("0\u200b1", "9" * 70, "0" * 401, "Current", "30-59", "120+", ">90", "BK13", "REO", "x|y|z", "0,30,60"),
        *("0|1|2|3", "..", "--", "$1,000", "(5)", "NaN", "inf", "=1+1", "3.0", "00", "0-1-2-3", "C 3 6 9", "99"),
        *("600", "1001", "?*?"),
    )
)
_CELL = st.one_of(
    _ODD, st.text("0123456789CFRBXcfz-|, ?", max_size=30).map(str.strip), st.text(max_size=12).map(str.strip)
)
_TARGET = st.sampled_from(["pay_string", "status_month", "receipts_month", "months_delinquent"])
_LABEL = st.sampled_from(["-0", "-1", "-5", "#1", "#2", "#40", "2024-05", "2024-06", "2024-07", "1950-01", "2099-12"])


@st.composite
def tapes(draw):
    n = draw(st.integers(1, 8))
    targets = draw(st.lists(_TARGET, min_size=1, max_size=5))
    targets = [one for i, one in enumerate(targets) if one.endswith("_month") or one not in targets[:i]]
    columns = [
        (
            f"{one} {i}",
            one,
            draw(_LABEL) if one.endswith("_month") else None,
            draw(st.lists(_CELL, min_size=n, max_size=n)),
        )
        for i, one in enumerate(targets)
    ]
    behind = draw(st.lists(st.one_of(st.none(), st.integers(0, 90)), min_size=n, max_size=n))
    return columns, behind


@given(
    tape=tapes(), method=st.sampled_from([None, "mba", "ots"]), day=st.sampled_from(["2024-06-30", "2024-06-15", "NaT"])
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_cells_never_crash(told, tape, method, day):
    columns, behind = tape
    due = None if day == "NaT" else behind
    try:
        found = told(*columns, behind=due, as_of=day, method=method)
    except TapeError as refused:
        assert str(refused)  # noqa: PT017
        return
    for asked in found.questions:
        assert asked.asks.endswith("?")
    found.findings.exceptions()
    assert found.reading.history.months_delinquent.shape == (len(behind), 60)


@given(rows=st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL), min_size=1, max_size=8), wide=st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_payments_never_crash(read, good, rows, wide):
    import csv
    import io

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        ["Loan Number", "2024-05", "2024-06", "Jan-24"] if wide else ["Loan Number", "Date", "Amount", "Tran Type"]
    )
    writer.writerows(["0001", *one[1:]] for one in rows)
    try:
        reading = read(good(), payments=file.getvalue())
    except TapeError as refused:
        assert str(refused)  # noqa: PT017
        return
    assert reading.counts.rows == 1
