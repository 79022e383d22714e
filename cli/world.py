"""``notebid world``: make notes, histories and resolutions whose true probabilities are known."""

from __future__ import annotations

import argparse

from cli.console import Console
from cli.paths import user_path
from notes import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--kind", choices=("smooth", "steps"), default="smooth", help="the form of the truth")
    parser.add_argument(
        "--resolutions", type=int, default=5_000, metavar="N", help="notes to learn from (default 5000)"
    )
    parser.add_argument(
        "--tape", type=int, default=1_000, metavar="N", help="notes on the separate tape (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world (default 1)")
    parser.add_argument(
        "--history-months", type=int, default=36, metavar="N", help="months of history (default 36, to 60)"
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where the five files go")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Make the world and write its files."""
    from worlds import WorldSettings, make_world, write_world

    folder = user_path(arguments.out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder; name a new one with --out")
    try:
        settings = WorldSettings(
            arguments.kind, arguments.resolutions, arguments.tape, arguments.seed, arguments.history_months
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    world = make_world(settings)
    write_world(world, folder)
    open_share = float(world.resolutions.is_open.mean()) if len(world.resolutions) else 0.0
    lines = [
        f"a made world ({settings.kind}, seed {settings.seed}) in {folder}",
        f"  resolutions.csv, payments.csv         {len(world.resolutions):,} made notes, {open_share:.1%} still open",
        f"  tape.csv, tape_payments.csv           {len(world.tape):,} made notes",
        "  truth.csv                             the true probabilities of the tape's notes",
    ]
    counts = {"resolutions": len(world.resolutions), "tape": len(world.tape), "open_share": open_share}
    console.result(lines, {"folder": str(folder), **counts})
    return 0
