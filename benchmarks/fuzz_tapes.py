"""Random tapes and random bytes by the ten thousand: ``python benchmarks/fuzz_tapes.py --cases 20000``.

Half of the cases are random tapes (permuted columns, headings of the vocabulary with typing errors, random formats,
missing cells), half random bytes (noise, and damaged tapes of each kind).  They are read in child processes of limited
memory; a wrong value, an error of another kind than the two that a user can act on, a crash and a hang are failures,
printed with the seed that repeats them: ``--only tapes --first SEED --cases 1``.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SECONDS = 60
CHUNK = 250
MEMORY = 6 << 30
"""Bytes of address space of a child: a tape of kilobytes that wants more is a failure."""


def child(kind: str, first: int, n_cases: int) -> None:
    """Run cases of one kind and print a line of JSON for each."""
    from tests.tapes.corpus.fuzzing import Outcome, bytes_outcome, random_bytes, random_tape, tape_outcome

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    signal.signal(signal.SIGALRM, _stop)
    for seed in range(first, first + n_cases):
        with tempfile.TemporaryDirectory() as folder:
            signal.alarm(SECONDS)
            try:
                draw = random.Random(seed)
                if kind == "tapes":
                    outcome = tape_outcome(random_tape(draw), Path(folder))
                else:
                    outcome = bytes_outcome(random_bytes(draw)[1], Path(folder))
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(last.filename).name}:{last.lineno}"
                outcome = Outcome("failed", "", (f"{type(error).__name__} at {where}: {str(error)[:160]}",))
            signal.alarm(0)
        print(json.dumps([seed, outcome.kind, outcome.reason, outcome.problems[:2]]), flush=True)


def _stop(*_: object) -> None:
    raise TimeoutError(f"over {SECONDS} s")


def chunk(job: tuple[str, int, int]) -> list[tuple[str, int, str, str, list[str]]]:
    """Run a chunk in child processes: where one dies, the case that killed it is a failure and the rest go on."""
    kind, first, n_cases = job
    done: list[tuple[str, int, str, str, list[str]]] = []
    end = first + n_cases
    while first < end:
        words = [sys.executable, __file__, "--child", kind, "--first", str(first), "--cases", str(end - first)]
        try:
            told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * 20, check=False)
            code, out = told.returncode, told.stdout
        except subprocess.TimeoutExpired as hang:
            code, out = -1, (hang.stdout or b"").decode()
        done += [(kind, *json.loads(line)) for line in out.splitlines()]
        first = done[-1][1] + 1 if done and done[-1][1] >= first else first
        if first < end:
            done.append((kind, first, "failed", "", [f"the process died with {code}"]))
            first += 1
    return done


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--only", choices=("tapes", "bytes"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--child", choices=("tapes", "bytes"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.first, arguments.cases)
        return 0
    wanted = (arguments.only,) if arguments.only else ("tapes", "bytes")
    each = arguments.cases // len(wanted)
    starts = range(0, each, CHUNK)
    jobs = [(kind, arguments.first + start, min(CHUNK, each - start)) for start in starts for kind in wanted]
    begun = time.monotonic()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        cases = [case for some in pool.map(chunk, jobs) for case in some]
    seconds = time.monotonic() - begun
    for kind in wanted:
        mine = [case for case in cases if case[0] == kind]
        counts = collections.Counter(case[2] for case in mine)
        print(f"{kind}: {len(mine):,} cases, " + ", ".join(f"{count:,} {name}" for name, count in counts.most_common()))
        for reason, count in collections.Counter(case[3] for case in mine if case[2] == "refused").most_common(20):
            print(f"    {count:7,}  {reason}")
    failed = [case for case in cases if case[2] == "failed"]
    print(f"{len(cases):,} cases in {seconds:,.0f} s with {arguments.jobs} processes; {len(failed):,} failures")
    for kind, seed, _, _, problems in failed[:60]:
        print(f"{kind} {seed}: " + "; ".join(problems))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
