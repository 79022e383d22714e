"""A note scores the same alone as in a tape of a million, bit for bit, in any row order."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import features.frame
from features import feature_frame
from notes import FIELDS, HISTORY_MONTHS, Kind, Notes, PaymentHistory, Tape


def random_tape(seed: int, n_notes: int) -> Tape:
    """Notes whose every field is drawn over its whole domain or missing; histories with and without money."""
    rng = np.random.default_rng(seed)
    columns: dict[str, object] = {
        "loan_id": [str(i) for i in range(n_notes)],
        "as_of_date": _dates(rng, n_notes, missing=0.0),
    }
    for one in FIELDS:
        missing = rng.random(n_notes) < rng.choice([0.0, 0.3, 1.0], p=[0.4, 0.5, 0.1])
        if one.name in columns or one.kind is Kind.TEXT:
            continue
        if one.kind is Kind.CODE:
            columns[one.name] = np.where(missing, None, rng.choice(np.array(one.codes, dtype=object), n_notes))
        elif one.kind is Kind.DATE:
            columns[one.name] = _dates(rng, n_notes, missing=0.3)
        elif one.kind is Kind.FLAG:
            columns[one.name] = pd.array(np.where(missing, None, rng.random(n_notes) < 0.5), dtype="boolean")
        else:
            low, high = one.low or 0.0, one.high if one.high is not None else 1.0
            values = low + (high - low) * rng.random(n_notes) ** rng.choice([1, 4, 12])
            columns[one.name] = np.where(missing, np.nan, np.where(rng.random(n_notes) < 0.1, low, values))
    if rng.random() < 0.5:  # instalments of the size of the payments below
        columns["p_and_i"] = rng.choice([900.0, 1000.0, 1031.17, np.nan], n_notes)
    return Tape(Notes(pd.DataFrame(columns)), _history(rng, n_notes))


def _dates(rng, n_notes, *, missing):
    days = np.datetime64("2004-01-01") + rng.integers(0, 7700, n_notes).astype("timedelta64[D]")
    return np.where(rng.random(n_notes) < missing, np.datetime64("NaT"), days)


def _history(rng, n_notes):
    shape = (n_notes, HISTORY_MONTHS)
    status = np.maximum(np.cumsum(rng.integers(-1, 2, shape), axis=1), 0)
    status = np.minimum(status, np.where(rng.random((n_notes, 1)) < 0.3, 9, 200))
    status[rng.random(shape) < rng.choice([0.0, 0.1, 1.0], (n_notes, 1))] = -1
    amount = rng.choice([0.0, 1000.0, 970.01, 433.33, -1000.0, 3e38], shape, p=[0.3, 0.4, 0.1, 0.1, 0.09, 0.01])
    amount[rng.random(shape) < rng.choice([0.0, 0.2, 1.0], (n_notes, 1))] = np.nan
    return PaymentHistory(status.astype(np.int16), amount.astype(np.float32))


def bits(frame: pd.DataFrame) -> bytes:
    return np.ascontiguousarray(frame.to_numpy()).tobytes()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_notes=st.sampled_from([1, 2, 7, 33]))
def test_a_note_has_the_same_features_alone_as_among_others(seed, n_notes):
    tape = random_tape(seed, n_notes)
    alone = [feature_frame(tape.take(np.array([row]))) for row in range(n_notes)]
    assert bits(pd.concat(alone)) == bits(feature_frame(tape))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_notes=st.sampled_from([1, 2, 7, 1000]))
def test_row_order_and_repetition_change_nothing(seed, n_notes):
    tape = random_tape(seed, n_notes)
    order = np.random.default_rng(seed).permutation(n_notes)
    assert bits(feature_frame(tape.take(order))) == bits(feature_frame(tape).iloc[order])


def test_the_working_memory_does_not_grow_with_the_tape(monkeypatch):
    monkeypatch.setattr(features.frame, "CHUNK_ROWS", 500)

    def working_bytes(n_notes):
        tape = random_tape(3, n_notes)
        tracemalloc.start()
        frame = feature_frame(tape)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(frame) == n_notes
        return peak - held

    working_bytes(500)  # what is read once (the state facts) stays out of the comparison
    assert working_bytes(4_000) < 1.2 * working_bytes(1_000)


def test_chunks_change_nothing(monkeypatch):
    tape = random_tape(5, 1000)
    whole = feature_frame(tape)
    monkeypatch.setattr(features.frame, "CHUNK_ROWS", 333)
    assert bits(feature_frame(tape)) == bits(whole)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_value_is_finite_or_missing_and_in_its_range(seed):
    frame = feature_frame(random_tape(seed, 200))
    assert (frame.dtypes == np.float64).all()
    assert not np.isinf(frame.to_numpy()).any()
    for window in (3, 6, 12, 24, 36):
        assert frame[f"full_payments_{window}m"].dropna().between(0, window).all()
    assert (frame["full_payments_12m"] + frame["partial_payments_12m"]).dropna().le(12).all()
    assert (frame["full_payments_24m"] - frame["full_payments_12m"]).dropna().ge(0).all()
    assert frame["history_months"].between(0, 60).all()
    flags = [name for name in frame if name.startswith(("performing_", "occupancy_", "property_"))]
    values = frame[[*flags, "matured", "modified", "bankruptcy"]].to_numpy()
    assert (np.isnan(values) | np.isin(values, [0.0, 1.0])).all()


@pytest.mark.parametrize("n_notes", [0, 1])
def test_an_empty_tape_gives_an_empty_frame_with_every_column(n_notes):
    frame = feature_frame(random_tape(1, n_notes))
    assert frame.shape == (n_notes, len(features.FEATURES))
