"""How fast tapes and payments are read, against pyarrow's own reading of the same bytes.

``python benchmarks/bench_tapes.py``.  Each step runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

AS_OF = date(2024, 6, 30)


def write_files(folder: Path, n_notes: int, n_loans: int, n_months: int) -> None:
    """Write a tape of 20 columns and a payments file, made at random."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    rng = np.random.default_rng(0)

    def days(low: str, spread: int) -> np.ndarray:
        return np.datetime64(low) + rng.integers(0, spread, n_notes)

    frame = pd.DataFrame(
        {
            "loan_id": [f"{i:010d}" for i in range(n_notes)],
            "as_of_date": np.datetime64(AS_OF),
            "lien_position": 1,
            "original_balance": rng.integers(50_000, 900_000, n_notes),
            "origination_date": days("2005-01-01", 3000),
            "first_payment_date": days("2014-01-01", 300),
            "maturity_date": days("2035-01-01", 3000),
            "note_rate": np.round(rng.uniform(0.03, 0.12, n_notes), 5),
            "p_and_i": np.round(rng.uniform(300, 6000, n_notes), 2),
            "rate_type": "fixed",
            "upb": np.round(rng.uniform(20_000, 800_000, n_notes), 2),
            "escrow_advance": np.round(rng.uniform(0, 9_000, n_notes), 2),
            "property_state": rng.choice(["FL", "NY", "TX", "OH"], n_notes),
            "property_type": rng.choice(["single_family", "condo", "pud"], n_notes),
            "occupancy": rng.choice(["owner", "tenant", "vacant"], n_notes),
            "as_is_value": rng.integers(50_000, 900_000, n_notes),
            "valuation_date": days("2024-01-01", 150),
            "next_due_date": days("2022-01-01", 700),
            "foreclosure_status": rng.choice(["none", "referred", "filed"], n_notes),
            "credit_score": rng.integers(450, 820, n_notes),
        }
    )
    dates = [name for name in frame if frame[name].dtype.kind == "M"]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name in dates:
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(pa.date32(), safe=False))
    pa_csv.write_csv(table, folder / "tape.csv")
    pa_csv.write_csv(table.slice(0, n_loans), folder / "small.csv")
    months = np.datetime_as_string(np.datetime64("2024-06") - np.arange(n_months))
    payments = pa.table(
        {
            "loan_id": np.repeat(frame["loan_id"].to_numpy(dtype=object)[:n_loans], n_months),
            "month": np.tile(months.astype(object), n_loans),
            "months_delinquent": rng.integers(0, 9, n_loans * n_months),
            "amount_received": np.round(rng.uniform(0, 3000, n_loans * n_months), 2),
        }
    )
    pa_csv.write_csv(payments, folder / "payments.csv")


def run(step: str, folder: Path) -> None:
    """Run one step and print its seconds and the memory above what its imports took."""
    if step == "pyarrow":
        import pyarrow.csv as pa_csv

        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        pa_csv.read_csv(folder / "tape.csv")
    else:
        from tapes import ReadOptions, read_tape, write_payments

        options = ReadOptions(payments=folder / "payments.csv" if step != "tape" else None)
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        reading = read_tape(folder / ("tape.csv" if step == "tape" else "small.csv"), options)
        if step == "write":
            start = time.perf_counter()
            write_payments(folder / "again.csv", reading.tape, with_as_of=True)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(seconds, peak / 1024)


def main() -> None:
    """Write the files, run each step, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1_000_000)
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--step")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.step == "files":
        write_files(given.folder, given.notes, given.loans, given.months)
        return
    if given.step:
        run(given.step, given.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--step", "files", "--folder", name], check=True)
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        titles = {
            "pyarrow": f"pyarrow reads {given.notes:,} rows of 20 columns",
            "tape": "read_tape reads the same",
            "payments": f"read_tape reads {given.loans:,} notes with {given.months} months of payments",
            "write": "write_payments writes them",
        }
        first: tuple[float, float] | None = None
        for step, title in titles.items():
            command = [sys.executable, __file__, "--step", step, "--folder", name]
            seconds, megabytes = map(float, subprocess.run(command, check=True, capture_output=True).stdout.split())
            first = first or (seconds, megabytes)
            print(
                f"{title:<66} {seconds:6.1f} s {megabytes:8.0f} MB"
                + (f"  {seconds / first[0]:.1f} x time, {megabytes / first[1]:.1f} x memory" if step == "tape" else "")
            )


if __name__ == "__main__":
    main()
