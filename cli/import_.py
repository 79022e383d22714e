"""``notebid import``: agency files into a tape, payments and resolutions in contract form."""

from __future__ import annotations

import argparse

from cli.console import Console, Progress
from cli.paths import user_path
from notes import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("source", choices=("fannie",), help="fannie: Fannie Mae's files of before October 2020")
    parser.add_argument("--acquisition", required=True, metavar="FILE", help="the acquisition file of a quarter")
    parser.add_argument(
        "--performance", required=True, nargs="+", metavar="FILE", help="its performance file, or the parts of one"
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where the four files go; empty or new")
    parser.add_argument(
        "--month", nargs="+", default=[], metavar="YYYY-MM", help="snapshots of every loan in these months"
    )
    parser.add_argument("--every", type=int, metavar="N", help="snapshots of every loan every N months")
    parser.add_argument(
        "--tape-month", metavar="YYYY-MM", help="the tape holds the notes that were behind in this month"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the draw of snapshots (default 1)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read the files, write the contract's and print the mapping and the counts."""
    from tapes.fannie import FannieOptions, read_fannie, write_fannie

    folder = user_path(arguments.out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder; name a new one with --out")
    options = FannieOptions(
        months=tuple(arguments.month), every=arguments.every, seed=arguments.seed, tape_month=arguments.tape_month
    )
    with Progress(console, "reading the agency's files"):
        performance = [user_path(one) for one in arguments.performance]
        imported = read_fannie(user_path(arguments.acquisition), performance, options)
        written = write_fannie(imported, folder)
    values = {
        "folder": str(folder),
        "files": [one.name for one in written],
        "resolutions": len(imported.resolutions),
        "delinquent": len(imported.delinquent),
    }
    console.result([*imported.report, "", f"written to {folder}: {', '.join(one.name for one in written)}"], values)
    return 0
