"""How long training and scoring take at a size, and where scoring spends it: prints docs/performance.md.

    python benchmarks/scale.py --out docs/performance.md

Whole commands in processes of their own, timed once, with the machine's load beside them: an impression, not a test.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGES = {
    "reading the tape and its payments": "read_tape",
    "features": "transform",
    "probabilities": "predict",
    "cash-flow legs": "build_legs",
    "prices, bids and returns": "price_bids",
    "bids.csv": "write_csv",
    "bids.xlsx": "write_workbook",
}


@dataclass(frozen=True)
class Timed:
    """One command: what it did, seconds on the clock and of processors, peak memory of its largest process in MB."""

    what: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    load: float


def timed(what: str, home: str, *words: str) -> Timed:
    load = os.getloadavg()[0]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *words, "--quiet"], cwd=ROOT, env={**os.environ, "NOTEBID_HOME": home}
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"{what}: exit {os.waitstatus_to_exitcode(status)}")
    return Timed(what, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, load)


def stages(home: str, words: list[str]) -> list[tuple[str, float]]:
    """Profile one score in this process; a profiler slows Python down, so only the shares count."""
    os.environ["NOTEBID_HOME"] = home
    from cli.main import main as notebid

    profile = cProfile.Profile()
    profile.enable()
    notebid([*words, "--quiet"])
    profile.disable()
    total = pstats.Stats(profile)
    seconds = dict.fromkeys(STAGES.values(), 0.0)
    for (file, _, function), row in total.stats.items():  # type: ignore[attr-defined]
        if function in seconds and str(ROOT) in file and ".venv" not in file:
            seconds[function] = max(seconds[function], row[3])
    return [(what, seconds[name] / total.total_tt) for what, name in STAGES.items()]  # type: ignore[attr-defined]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolutions", type=int, default=40_000)
    parser.add_argument("--tape", type=int, default=100_000)
    parser.add_argument("--out", type=Path, help="file to write; none: the terminal")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        world = f"{home}/world"
        sizes = [f"--resolutions={arguments.resolutions}", f"--tape={arguments.tape}"]
        rows = [
            timed(
                f"making {arguments.resolutions:,} resolutions and a tape of {arguments.tape:,}",
                home,
                "world",
                *sizes,
                f"--out={world}",
            )
        ]
        learn = ["train", f"{world}/resolutions.csv", f"--payments={world}/payments.csv"]
        rows.append(timed(f"training on {arguments.resolutions:,} resolutions", home, *learn))
        bid = ["score", f"{world}/tape.csv", f"--payments={world}/tape_payments.csv"]
        rows.append(timed(f"scoring {arguments.tape:,} notes", home, *bid))
        rows.append(timed("scoring the example's 200 rows", home, "score"))
        shares = stages(home, bid)
    text = page(rows, shares, " ".join(["python benchmarks/scale.py", *sys.argv[1:]]))
    if arguments.out is None:
        print(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")
    return 0


def page(rows: list[Timed], shares: list[tuple[str, float]], command: str) -> str:
    memory = resource.getpagesize() * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        "# Time and memory",
        "",
        f"Whole commands on made data with 36 months of payments, run once each on {os.cpu_count()} cores ({platform.machine()}, "
        f"{memory:.0f} GB), Python {platform.python_version()}; the load is the machine's one-minute average when the command began. Reprint with",
        "",
        f"    {command}",
        "",
        "| command | seconds | processor seconds | peak memory, MB | load before |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {one.what} | {one.seconds:.0f} | {one.cpu_seconds:.0f} | {one.peak_mb:,.0f} | {one.load:.1f} |"
            for one in rows
        ),
        "",
        "Training's processor seconds and memory leave out the processes that fit side by side.",
        "",
        "Where scoring the large tape spends its time (shares under a profiler, which makes Python loops look slower than they are):",
        "",
        "| step | share |",
        "|---|--:|",
        *(f"| {what} | {share:.0%} |" for what, share in shares),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
