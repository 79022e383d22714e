"""``notebid rollback``: back to the champion before."""

from __future__ import annotations

import argparse

from cli.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--why", metavar="TEXT", help="a reason, kept with the version left behind")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Go one step back."""
    from registry.history import champions_before, version_tags
    from registry.home import Home
    from registry.rollback import further_back, rollback
    from serving.model import ServedModel

    home = Home.from_environment()
    done = rollback(home, arguments.why or "", arguments.wait, ServedModel.from_folder)
    before = champions_before(version_tags(home, done.version))
    console.result(
        [
            f"note-outcomes version {done.version} is the champion again; version {done.previous} is not any more.",
            f"A further rollback goes {further_back(home, done.version)}.",
        ],
        {"version": done.version, "left": done.previous, "before": before},
    )
    return 0
