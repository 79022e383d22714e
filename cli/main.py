"""``notebid``: find the command, run it, turn what went wrong into a line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol

from cli.console import Console
from notes import NotebidError

INTERRUPTED = 130

COMMANDS: dict[str, tuple[str, str]] = {
    "score": ("cli.score", "bid a tape; without one, the example tape"),
    "train": ("cli.train", "train on your resolutions; without them, on the made example data"),
    "import": ("cli.import_", "turn agency files into a tape, payments and resolutions"),
    "features": ("cli.features", "write the model's inputs for a tape"),
    "world": ("cli.world", "make notes, histories and resolutions whose true probabilities are known"),
    "ui": ("cli.ui", "open the MLflow page on the project's own store"),
    "docs": ("cli.docs", "write the generated pages of docs/ anew"),
}


class Command(Protocol):
    """What each command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, arguments: argparse.Namespace, console: Console) -> int:
        """Do the work and return the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    The exit code: 0 done, 1 a bug, 2 wrong use, 3 input refused, 4 rows excepted under ``--strict``, 5 a gate failed,
    6 model refused, 7 busy, 130 interrupted.
    """
    _quieten_threads()
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        return _no_command(words)
    module: Command = importlib.import_module(COMMANDS[words[0]][0])
    parser = _parser(words[0])
    module.add_arguments(parser)
    try:
        arguments = parser.parse_args(words[1:])
    except SystemExit as stop:
        return int(stop.code or 0)
    _fill_from_environment(arguments)
    console = Console(quiet=arguments.quiet, json=arguments.json, debug=arguments.debug)
    return _run(module, arguments, console)


def _run(module: Command, arguments: argparse.Namespace, console: Console) -> int:
    try:
        return module.run(arguments, console)
    except NotebidError as error:
        if arguments.debug:
            raise
        console.error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        console.error("interrupted; nothing half-done was kept")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if arguments.debug:
            raise
        console.error(
            f"unexpected {type(error).__name__}; this is a bug in notebid: run again with --debug to see where"
        )
        return 1


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"notebid {command}", description=_sentence(COMMANDS[command][1]), allow_abbrev=False
    )
    manners = parser.add_argument_group("manners")
    manners.add_argument("--quiet", action="store_true", help="say nothing but errors")
    manners.add_argument("--json", action="store_true", help="print the result as one JSON object")
    manners.add_argument("--debug", action="store_true", help="show where an error came from")
    manners.add_argument(
        "--wait", type=float, default=60.0, metavar="SECONDS", help="how long to wait for another run (default 60)"
    )
    return parser


def _fill_from_environment(arguments: argparse.Namespace) -> None:
    """Take what no flag gave from ``NOTEBID_<NAME>``; an empty variable counts as not set."""
    for name, value in vars(arguments).items():
        if value is None:
            setattr(arguments, name, os.environ.get(f"NOTEBID_{name.upper()}") or None)


def _quieten_threads() -> None:
    """Keep OpenMP's idle threads from spinning: beside one busy neighbour that made LightGBM 7 to 30 times slower."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _no_command(words: Sequence[str]) -> int:
    wants_help = not words or words[0] in ("-h", "--help", "help")
    out = sys.stdout if wants_help and words else sys.stderr
    if not wants_help:
        print(f"notebid: there is no command {words[0]!r}\n", file=out)
    print("notebid COMMAND [--help]\n", file=out)
    for name, (_, meaning) in COMMANDS.items():
        print(f"  {name:<10} {meaning}", file=out)
    return 0 if wants_help and words else 2


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
