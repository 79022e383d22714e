"""Building tapes of one note from what a person would write down."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from features import feature_frame
from notes import HISTORY_MONTHS, Notes, PaymentHistory, Tape

AS_OF = "2024-06-30"
X = -1  # an unknown month end


def build_tape(
    status: Sequence[int] = (), amounts: Sequence[float | None] = (), pay_string: str = "", **fields: object
) -> Tape:
    """One note: ``status`` and ``amounts`` oldest first, the last for the as-of month; or a pay string."""
    history = PaymentHistory.from_pay_strings([pay_string])
    months = history.months_delinquent.copy()
    received = history.amount_received.copy()
    assert len(status) <= HISTORY_MONTHS
    if len(status):
        months[0, -len(status) :] = status
    if len(amounts):
        received[0, -len(amounts) :] = [np.nan if amount is None else amount for amount in amounts]
    row = {"loan_id": "1", "as_of_date": AS_OF, **fields}
    return Tape(Notes(pd.DataFrame({name: [value] for name, value in row.items()})), PaymentHistory(months, received))


@pytest.fixture(scope="session")
def tape_of() -> Callable[..., Tape]:
    return build_tape


@pytest.fixture(scope="session")
def features_of() -> Callable[..., dict[str, float]]:
    """Every feature of one note, by name; a missing one is None, so that a test can say ``is None``."""

    def compute(*args: object, **fields: object) -> dict[str, float]:
        row = feature_frame(build_tape(*args, **fields)).iloc[0]
        return {name: None if np.isnan(value) else float(value) for name, value in row.items()}

    return compute
