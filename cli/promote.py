"""``notebid promote``: make a registered version the champion."""

from __future__ import annotations

import argparse
import re

from cli.console import Console
from notes import UsageError

_VERSION = re.compile(r"(?:models:/note-outcomes/)?([1-9][0-9]{0,8})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "candidate",
        nargs="?",
        metavar="VERSION",
        help="a version such as 3; none: the last one trained and not promoted",
    )
    parser.add_argument(
        "--force", action="store_true", help="whatever its gate said; made never replaces real all the same"
    )
    parser.add_argument("--why", metavar="TEXT", help="the reason for --force, kept with the version")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Promote by the version's own verdict, or by force."""
    from registry.home import Home
    from registry.promote import promote_by_force, promote_by_verdict
    from serving.model import ServedModel

    version = _version(arguments.candidate)
    if arguments.why is not None and not arguments.force:
        raise UsageError("--why is the reason for --force; without --force the gate's verdict is the reason")
    home, try_bundle = Home.from_environment(), ServedModel.from_folder
    if arguments.force:
        done = promote_by_force(home, version, arguments.why or "", arguments.wait, try_bundle)
    else:
        done = promote_by_verdict(home, version, arguments.wait, try_bundle)
    if done.same_as is not None:
        line = (
            f"note-outcomes version {done.same_as} is the champion, version {done.version}, to the last byte: nothing to "
            "promote"
        )
    elif done.previous == done.version:
        line = f"note-outcomes version {done.version} is the champion already; nothing was changed"
    else:
        before = "no champion" if done.previous is None else f"version {done.previous}"
        line = f"note-outcomes version {done.version} is the champion now; before: {before}"
        line += "" if done.previous is None else ". Back: notebid rollback"
    console.result([line], {"version": done.version, "previous": done.previous, "forced": arguments.force})
    return 0


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"VERSION={text!r} is no registered version. It takes a number such as 3; make ui shows them")
    return int(found[1])
