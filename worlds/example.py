"""The example tape that ships with notebid: made notes, three of the buyer's own kinds, and five that cannot be priced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from notes import Notes, PaymentHistory, Tape
from tapes import write_payments, write_tape
from worlds.book import draw_book
from worlds.golden import AS_OF, golden_tape

SELLER = "Example Seller (made)"
N_DRAWN = 192
HISTORY_MONTHS_SHOWN = 36
_SEED = 20250630

KINDS_OF_NOTE = {
    "four-behind-many-payments": "MADE-EX-FOUR-BEHIND-MANY-PAYMENTS",
    "dead-eight-years": "MADE-EX-NO-PAYMENT-IN-EIGHT-YEARS",
    "paid-three-twelve-behind": "MADE-EX-PAID-THREE-TWELVE-BEHIND",
}
"""Golden notes and what they are called on the example tape: the kinds that one word, non-performing, lumps together."""

UNPRICEABLE: dict[str, dict[str, object]] = {
    "MADE-EX-NO-UPB": {"upb": None},
    "MADE-EX-NO-VALUE": {"as_is_value": None, "valuation_date": None, "valuation_type": None},
    "MADE-EX-NO-DUE-DATE": {"next_due_date": None, "paid_to_date": None, "last_payment_date": None},
    "MADE-EX-SECOND-NO-SENIOR": {"lien_position": 2, "upb": 41_000.0, "original_balance": 50_000.0, "p_and_i": 415.0},
    "MADE-EX-LAND": {"property_type": "land", "units": None, "occupancy": None},
}
"""Rows that end in ``exceptions.csv``, one for each reason, and what is wrong with each."""


def example_tape() -> Tape:
    """Give the example tape: the three kinds of note first, then drawn notes, then the five that cannot be priced."""
    loan_id = np.array([f"MADE-EX-{i:04d}" for i in range(1, N_DRAWN + 1)], dtype=object)
    stream = np.random.Generator(np.random.PCG64(_SEED))
    drawn = draw_book(loan_id, np.full(N_DRAWN, AS_OF), HISTORY_MONTHS_SHOWN, stream).tape
    golden = golden_tape()
    names = [str(name).removeprefix("MADE-") for name in golden.notes.text("loan_id")]
    kinds = golden.take(np.array([names.index(name) for name in KINDS_OF_NOTE]))
    broken = golden.take(np.arange(len(UNPRICEABLE)))
    rows = [
        kinds.notes.frame.assign(loan_id=list(KINDS_OF_NOTE.values())),
        drawn.notes.frame,
        _broken_rows(broken.notes.frame),
    ]
    histories = [kinds.history, drawn.history, PaymentHistory.unknown(len(UNPRICEABLE))]
    frame = pd.concat([part.dropna(axis="columns", how="all") for part in rows], ignore_index=True)
    return Tape(
        Notes(frame.assign(seller=SELLER)),
        PaymentHistory(
            np.concatenate([history.months_delinquent for history in histories]),
            np.concatenate([history.amount_received for history in histories]),
        ),
    )


def _broken_rows(frame: pd.DataFrame) -> pd.DataFrame:
    broken = frame.assign(loan_id=list(UNPRICEABLE))
    for row, wrong in enumerate(UNPRICEABLE.values()):
        for name, value in wrong.items():
            broken.loc[row, name] = value
    return broken


def write_example(folder: Path) -> None:
    """Write ``tape.csv`` and ``payments.csv``; the files in ``examples/`` are these."""
    tape = example_tape()
    write_tape(folder / "tape.csv", tape)
    write_payments(folder / "payments.csv", tape, with_as_of=False)
