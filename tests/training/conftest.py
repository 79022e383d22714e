import numpy as np
import pandas as pd
import pytest

from notes import Notes, PaymentHistory, Resolutions, Tape
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS


def build_resolutions(**columns):
    """Hand-made resolutions: canonical columns as lists, the rest filled with a plain note."""
    n = len(columns["as_of_date"])
    labels = {}
    for name in ("outcome", "outcome_detail"):
        labels[name] = np.array(columns.pop(name, [""] * n), dtype=object)
    for name in ("resolution_date", "observed_through"):
        labels[name] = np.array(columns.pop(name), dtype="datetime64[D]")
    pay_strings = columns.pop("pay_strings", ["0" * 12] * n)
    plain = {
        "loan_id": [f"L{i}" for i in range(n)],
        "lien_position": [1.0] * n,
        "upb": [100_000.0] * n,
        "as_is_value": [150_000.0] * n,
        "property_state": ["TX"] * n,
        "note_rate": [0.06] * n,
        "p_and_i": [700.0] * n,
    }
    frame = pd.DataFrame({**plain, **columns})
    frame["as_of_date"] = pd.to_datetime(frame["as_of_date"])
    tape = Tape(Notes(frame), PaymentHistory.from_pay_strings(pay_strings))
    return Resolutions(tape=tape, net_proceeds=np.full(n, np.nan), **labels)


@pytest.fixture
def resolutions_of():
    return build_resolutions


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("NOTEBID_THREADS", "1")


@pytest.fixture(scope="session")
def assumptions():
    return Assumptions.from_toml(SHIPPED_ASSUMPTIONS)
