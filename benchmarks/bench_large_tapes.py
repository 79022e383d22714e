"""Large tapes as sellers write them: ``python benchmarks/bench_large_tapes.py``.

A workbook of 200,000 rows is read beside python-calamine's own reading of the sheet, a CSV of 1,000,000 rows beside
pyarrow's, each in a process of its own in the same run; printed are both times, their ratio and each one's peak memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AS_OF = "2025-06-30"


def rows(n_rows: int, book: bool) -> Iterator[list[object]]:
    """Give the heading and rows of made notes in a seller's words: the corpus's two hundred, again and again."""
    from tests.tapes.corpus import cells, pay
    from tests.tapes.corpus.cells import PHX_WORDS, wording
    from tests.tapes.corpus.disguises import DATES, MONEY
    from tests.tapes.corpus.made import Tape
    from tests.tapes.corpus.truth import plain_notes
    from tests.tapes.corpus.vocabulary import PLAIN

    styles = {name: wording(words) for name, words in PHX_WORDS.items()}
    styles |= {"note_rate": cells.percent_points}
    styles |= dict.fromkeys(DATES, cells.serial if book else cells.month_day_year)
    styles |= dict.fromkeys(MONEY, cells.number if book else cells.dollars)
    tape = Tape("large", plain_notes(), PLAIN, styles, pay=pay.newest_right())
    heading, *some = tape.grid().rows
    yield list(heading)
    for i in range(n_rows):
        row = list(some[i % len(some)])
        row[0] = f"{i:010d}"
        yield row


def write_book(path: Path, n_rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Tape")
    for i, row in enumerate(rows(n_rows, book=True)):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, j, cell)
            elif cell is not None:
                sheet.write_number(i, j, float(cell))
    book.close()


def write_text(path: Path, n_rows: int) -> None:
    import csv

    from tests.tapes.corpus.kinds import text_of

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for row in rows(n_rows, book=False):
            writer.writerow([text_of(cell) for cell in row])


def child(what: str, path: Path) -> None:
    """Read the file in one way; print seconds, peak MB and rows."""
    if what == "notebid":
        from tapes import ReadOptions, read_tape

        begun = time.perf_counter()
        reading = read_tape(path, ReadOptions(as_of=date.fromisoformat(AS_OF)))
        n_rows = reading.counts.rows
        assert reading.counts.excepted == 0, reading.exceptions[:3]
    elif what == "calamine":
        from python_calamine import CalamineWorkbook

        begun = time.perf_counter()
        n_rows = len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1
    else:
        import pyarrow.csv as pa_csv

        begun = time.perf_counter()
        n_rows = pa_csv.read_csv(path).num_rows
    seconds = time.perf_counter() - begun
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, n_rows)


def measured(what: str, path: Path) -> tuple[float, float, int]:
    words = [sys.executable, __file__, "--child", what, str(path)]
    told = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(told.stderr[-2000:])
    seconds, megabytes, n_rows = told.stdout.split()
    return float(seconds), float(megabytes), int(n_rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xlsx-rows", type=int, default=200_000)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child[0], Path(arguments.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for path, write, n_rows, other in (
            (Path(folder) / "tape.xlsx", write_book, arguments.xlsx_rows, "calamine"),
            (Path(folder) / "tape.csv", write_text, arguments.csv_rows, "pyarrow"),
        ):
            write(path, n_rows)
            print(f"{path.suffix[1:].upper()}, {n_rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
            plain, mine = measured(other, path), measured("notebid", path)
            assert plain[2] == mine[2] == n_rows
            for name, (seconds, megabytes, _) in ((other, plain), ("notebid", mine)):
                print(f"    {name:<9} {seconds:8.1f} s   peak {megabytes:8,.0f} MB")
            print(f"    ratio     {mine[0] / plain[0]:8.1f}")
            path.unlink()


if __name__ == "__main__":
    main()
