"""What is written is read back exactly, and every line is accounted for whatever the file holds."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notes import FIELDS, HISTORY_MONTHS, NotebidError, Notes, PaymentHistory, Resolutions, Tape
from notes.history import UNKNOWN
from notes.schema import Kind
from tapes import ReadOptions, read_resolutions, read_tape, write_payments, write_resolutions, write_tape

TODAY = date(2024, 9, 1)
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
TEXT = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ,\"';="), min_size=1, max_size=12)
CLEAN = TEXT.map(str.strip).filter(lambda text: text and not text.lower().startswith(("total", "sum", "sub", "grand")))
FREE = {"dti", "original_ltv", "mi_coverage", "arm_margin", "accrued_interest", "credit_score", "ask_price", "p_and_i"}
FREE |= {"arm_index", "occupancy", "rate_type", "escrowed", "recourse", "balloon_date", "next_rate_reset_date"}


def amounts(low, high):
    """Leave out 1.625 and its like: a column of nothing else is asked about, its dot may part thousands."""
    return st.floats(low, high, allow_subnormal=False).filter(
        lambda one: not re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", repr(one))
    )


def values_of(one):
    if one.kind is Kind.DATE:
        return DAYS.map(np.datetime64)
    if one.kind is Kind.CODE:
        return st.sampled_from(one.codes)
    if one.kind is Kind.FLAG:
        return st.booleans()
    if one.kind is Kind.TEXT:
        return CLEAN
    return amounts(one.low, one.high)


@st.composite
def tapes(draw, several=False):
    n = draw(st.integers(1, 5))
    ids = draw(st.lists(CLEAN, min_size=n, max_size=n, unique=True))
    placeholders = {"0", "n/a", "#n/a", "na", "none", "null", "nan", "-", "."}
    ids = [one if one.lower() not in placeholders and not one[0].isdigit() else f"L{one}" for one in ids]
    ids = [f"{i}L{one}" for i, one in enumerate(ids)]
    as_of = np.datetime64("2024-06-30")
    columns = {
        "loan_id": ids,
        "as_of_date": [draw(st.sampled_from([as_of, as_of - 30])) if several else as_of for _ in ids],
        "lien_position": [1.0] * n,
        "upb": [draw(amounts(0.01, 1e9)) for _ in ids],
        "as_is_value": [draw(amounts(1, 1e9)) for _ in ids],
        "property_state": [draw(st.sampled_from(["FL", "NY"])) for _ in ids],
        "note_rate": [draw(st.floats(0, 0.6, allow_subnormal=False)) for _ in ids],
        "next_due_date": [draw(DAYS.map(np.datetime64)) for _ in ids],
    }
    for one in FIELDS:
        if one.name in FREE and draw(st.booleans()):
            columns[one.name] = [draw(st.none() | values_of(one)) for _ in ids]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    status = rng.integers(-1, draw(st.integers(1, 600)), (n, HISTORY_MONTHS), dtype=np.int16)
    amount = rng.normal(500, 700, status.shape).astype(np.float32)
    amount[rng.random(status.shape) < 0.3] = np.nan
    return Tape(Notes(pd.DataFrame(columns)), PaymentHistory(status, amount))


def assert_same(tape, other):
    pd.testing.assert_frame_equal(tape.notes.frame, other.notes.frame, check_exact=True)
    np.testing.assert_array_equal(tape.history.months_delinquent, other.history.months_delinquent)
    np.testing.assert_array_equal(tape.history.amount_received, other.history.amount_received)


QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(tape=tapes(), with_as_of=st.booleans())
def test_a_tape_and_its_payments_are_read_back_exactly(tmp_path_factory, tape, with_as_of):
    folder = tmp_path_factory.mktemp("trip")
    write_tape(folder / "tape.csv", tape)
    write_payments(folder / "payments.csv", tape, with_as_of)
    reading = read_tape(folder / "tape.csv", ReadOptions(payments=folder / "payments.csv", today=TODAY))
    assert reading.exceptions == ()
    assert_same(tape, reading.tape)
    assert reading.payments_after_as_of == 0


@QUICK
@given(tape=tapes(several=True), data=st.data())
def test_resolutions_are_read_back_exactly(tmp_path_factory, tape, data):
    n = len(tape)
    labels = st.sampled_from([("", ""), ("foreclosure", ""), ("reperform", "payoff"), ("deed_in_lieu", "short_sale")])
    chosen = [data.draw(labels) for _ in range(n)]
    is_open = np.array([outcome == "" for outcome, _ in chosen])
    resolved = np.where(is_open, np.datetime64("NaT", "D"), np.datetime64("2024-07-31"))
    proceeds = np.array([data.draw(st.just(np.nan) | amounts(-1e9, 1e9)) for _ in range(n)])
    given_ = Resolutions(
        tape,
        np.array([outcome for outcome, _ in chosen], dtype=object),
        np.array([detail for _, detail in chosen], dtype=object),
        resolved,
        np.full(n, np.datetime64("2024-08-31")),
        proceeds,
    )
    folder = tmp_path_factory.mktemp("trip")
    write_resolutions(folder / "resolutions.csv", given_)
    write_payments(folder / "payments.csv", tape, with_as_of=True)
    reading = read_resolutions(folder / "resolutions.csv", folder / "payments.csv", ReadOptions(today=TODAY))
    assert reading.exceptions == ()
    found = reading.resolutions
    assert_same(tape, found.tape)
    for name in ("outcome", "outcome_detail", "resolution_date", "observed_through", "net_proceeds"):
        np.testing.assert_array_equal(getattr(given_, name), getattr(found, name))


def test_a_history_of_which_nothing_is_known_writes_no_rows(tmp_path):
    frame = pd.DataFrame({"loan_id": ["1"], "as_of_date": [pd.Timestamp("2024-06-30")]})
    write_payments(tmp_path / "p.csv", Tape(Notes(frame), PaymentHistory.unknown(1)), with_as_of=False)
    assert (tmp_path / "p.csv").read_text() == "loan_id,month,months_delinquent\n"


def test_files_are_plain_to_read(tmp_path):
    frame = pd.DataFrame(
        {
            "loan_id": ["001", "2,b"],
            "as_of_date": [pd.Timestamp("2024-06-30")] * 2,
            "upb": [100000.0, 0.1],
            "escrowed": [True, None],
            "as_is_value": [1e16 / 1e8, np.nan],
        }
    )
    status = np.full((2, HISTORY_MONTHS), UNKNOWN, np.int16)
    status[0, -2:] = [0, 3]
    amount = np.full(status.shape, np.nan, np.float32)
    amount[0, -1] = 1234.56
    tape = Tape(Notes(frame), PaymentHistory(status, amount))
    write_tape(tmp_path / "t.csv", tape)
    assert (tmp_path / "t.csv").read_text() == (
        "loan_id,as_of_date,lien_position,upb,escrowed,property_state,as_is_value\n"
        '"001",2024-06-30,,100000,"Y",,100000000\n'
        '"2,b",2024-06-30,,0.1,,,\n'
    )
    write_payments(tmp_path / "p.csv", tape, with_as_of=True)
    assert (tmp_path / "p.csv").read_text() == (
        "loan_id,month,months_delinquent,amount_received,as_of_date\n"
        "001,2024-05,0,,2024-06-30\n"
        "001,2024-06,3,1234.56,2024-06-30\n"
    )


# Whatever a file holds, it ends in a reading whose counts add up or in an error that a user can act on.

CELL = st.sampled_from(
    ["", "1", "0", "-1", "1e400", "nan", "x", "2024-06-30", "2024-02-30", "FL", "0.07", "F", " ", "é"]
)
HEADINGS = ["loan_id", "as_of_date", "upb", "as_is_value", "property_state", "note_rate", "lien_position", "pay_string"]


@QUICK
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=9), max_size=12),
    total=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_of_anything_are_priced_or_excepted_and_the_counts_add_up(tmp_path_factory, rows, total, ending):
    path = tmp_path_factory.mktemp("rows") / "tape.csv"
    lines = [",".join(HEADINGS), *map(",".join, rows), *(["Total,,0,,,,,"] if total else [])]
    path.write_text(ending.join(lines), encoding="utf-8", newline="")
    try:
        reading = read_tape(path, ReadOptions(today=TODAY))
    except NotebidError:
        return
    counts = reading.counts
    n_lines = len(ending.join(lines).splitlines()) - 1
    assert counts.lines == n_lines
    assert counts.lines == counts.not_notes + counts.priced + counts.excepted
    assert counts.excepted == len({one.row for one in reading.exceptions})
    assert not {one.row for one in reading.exceptions} & set(reading.rows.tolist())
    assert len(reading.tape) == counts.priced == len(reading.flags)


def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    frame = pd.DataFrame(
        {
            "loan_id": ["1", "2"],
            "as_of_date": ["2024-06-30"] * 2,
            "upb": [1.5, 2],
            "as_is_value": [3.0, 4],
            "property_state": ["FL", "NY"],
            "note_rate": [0.07, 0.08],
            "lien_position": [1, 1],
            "pay_string": ["012", "F"],
        }
    )
    frame.to_csv(folder / "a.csv", index=False)
    frame.to_excel(folder / "a.xlsx", index=False)
    frame.to_parquet(folder / "a.parquet")
    return [path.read_bytes() for path in sorted(folder.iterdir())]


@pytest.fixture(scope="session")
def seed_files(tmp_path_factory):
    return seeds(tmp_path_factory)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_mutated_and_random_bytes_never_give_anything_but_a_reading_or_an_error(tmp_path_factory, seed_files, data):
    seed = data.draw(st.sampled_from([*seed_files, b"", b"PK\x03\x04", b"PAR1", b"loan_id,upb\n"]))
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    path = tmp_path_factory.getbasetemp() / "fuzz.bin"
    path.write_bytes(bytes(content))
    try:
        reading = read_tape(path, ReadOptions(today=TODAY))
    except NotebidError as error:
        said = str(error)
    else:
        said = f"{len(reading.tape)} notes"
        assert len(reading.tape) == reading.counts.priced
    # The lines of a mapping that would settle it stand below, indented; what the file holds never breaks a line.
    assert all(line.startswith("    ") for line in said.split("\n")[1:])
