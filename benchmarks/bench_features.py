"""Time the features of made notes, as a ratio to one read of their history arrays.

    python benchmarks/bench_features.py
    python benchmarks/bench_features.py 1000000

One read is a sum over both arrays.  The ratio is steadier than seconds across machines and neighbours.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from features import FEATURES, feature_frame
from notes import HISTORY_MONTHS, Notes, PaymentHistory, Tape


def made_tape(n_notes: int, seed: int = 0) -> Tape:
    """Notes whose history wanders between current and thirty behind, seven months in ten paid."""
    rng = np.random.default_rng(seed)
    shape = (n_notes, HISTORY_MONTHS)
    status = np.clip(np.cumsum(rng.integers(-1, 2, shape, dtype=np.int8), axis=1), 0, 30)
    amount = np.where(rng.random(shape) < 0.7, np.float32(1_000), np.float32(0))
    frame = pd.DataFrame(
        {
            "loan_id": np.arange(n_notes).astype(str),
            "as_of_date": "2024-06-30",
            "next_due_date": "2024-03-01",
            "lien_position": 1.0,
            "upb": rng.uniform(2e4, 4e5, n_notes),
            "as_is_value": rng.uniform(4e4, 6e5, n_notes),
            "note_rate": rng.uniform(0.03, 0.12, n_notes),
            "p_and_i": 1_000.0,
            "property_state": rng.choice(["NY", "TX", "OH", "CA"], n_notes),
            "property_type": "single_family",
            "occupancy": rng.choice(["owner", "tenant", "vacant"], n_notes),
            "foreclosure_status": "none",
            "maturity_date": "2044-06-01",
            "origination_date": "2014-06-01",
        }
    )
    return Tape(Notes(frame), PaymentHistory(status.astype(np.int16), amount))


def best_of(times: int, work: Callable[[], object]) -> float:
    """Give the shortest of several wall times, in seconds."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", nargs="?", type=int, default=100_000)
    n_notes = parser.parse_args().notes
    tape = made_tape(n_notes)
    history = tape.history
    read = best_of(5, lambda: (history.months_delinquent.sum(), history.amount_received.sum()))
    features = best_of(2, lambda: feature_frame(tape))
    print(f"{n_notes:,} made notes, {len(FEATURES)} features")
    print(f"one read of the arrays {read * 1e3:.1f} ms; features {features:.2f} s = {features / read:.0f} reads")


if __name__ == "__main__":
    main()
