"""``notebid``: find the command, run it, turn what went wrong into a line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cli.console import Console


INTERRUPTED = 130
WAIT_SECONDS = 60.0
_SWITCHES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

COMMANDS: dict[str, tuple[str, str]] = {
    "score": ("cli.score", "bid a tape; without one, the example tape"),
    "train": ("cli.train", "train on your resolutions; without them, on the made example data"),
    "promote": ("cli.promote", "make a registered version the champion, on its gate's verdict or by --force"),
    "rollback": ("cli.rollback", "go back to the champion before"),
    "sync": ("cli.sync", "log what the store could not take when it was trained"),
    "import": ("cli.import_", "turn agency files into a tape, payments and resolutions"),
    "map": ("cli.map", "show what each column of a tape is taken for, and write it down for you to review"),
    "diff": ("cli.diff", "compare a tape that was sent again with the last one: loans, fields, months behind, bids"),
    "explain": ("cli.explain", "why a note has its odds: what pushes it toward each outcome, and notes like it"),
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
    try:
        with _stopped_like_an_interrupt():
            return _main(argv)
    except KeyboardInterrupt:  # while the libraries are still being loaded, or the words read
        return interrupted()


@contextmanager
def _stopped_like_an_interrupt() -> Iterator[None]:
    """Let a request to end (SIGTERM) end a command as a person's interrupt does, so that nothing half-done stays.

    A second request does not break off what the first one has begun to tidy up.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.SIGTERM)  # told apart by what only pauses on a person's interrupt


def interrupted(kept: str = "") -> int:
    """Say that a person stopped the command and what it leaves behind, and give the exit code."""
    print(f"notebid: interrupted; {kept or 'nothing half-done was kept'}", file=sys.stderr)
    return INTERRUPTED


def _main(argv: Sequence[str] | None) -> int:
    from cli.console import Console

    _quieten_threads()
    _print_whatever_comes()
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        return _no_command(words)
    module: Command = importlib.import_module(COMMANDS[words[0]][0])
    parser = _parser(words[0])
    module.add_arguments(parser)
    try:
        arguments = parser.parse_args(words[1:])
        _fill_from_environment(parser, arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    arguments.wait = WAIT_SECONDS if arguments.wait is None else arguments.wait
    console = Console(quiet=arguments.quiet, json=arguments.json, debug=arguments.debug)
    return _run(module, arguments, console)


def _run(module: Command, arguments: argparse.Namespace, console: Console) -> int:
    try:
        return module.run(arguments, console)
    except KeyboardInterrupt:
        return interrupted(console.kept)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if arguments.debug:
            traceback.print_exc()
        message, code = _told(error)
        console.error(message)
        return code


def _told(error: Exception) -> tuple[str, int]:
    """Say what went wrong, and its exit code."""
    from notes import NotebidError

    if isinstance(error, NotebidError):
        return str(error), error.exit_code
    if isinstance(error, OSError) and error.strerror:  # a full disk or a folder of somebody else's is no bug
        place = "" if error.filename is None else f"{error.filename}: "
        return f"{place}{error.strerror}. Mend that, or name another place with --out or NOTEBID_HOME.", 2
    kind = type(error).__name__
    return f"unexpected {kind}; this is a bug in notebid: run again with --debug to see where", 1


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"notebid {command}", description=_sentence(COMMANDS[command][1]), allow_abbrev=False
    )
    manners = parser.add_argument_group("manners")
    manners.add_argument("--quiet", action="store_true", help="say nothing but errors")
    manners.add_argument("--json", action="store_true", help="print the result as one JSON object")
    manners.add_argument("--debug", action="store_true", help="show where an error came from")
    manners.add_argument(
        "--wait", type=_seconds, metavar="SECONDS", help="how long to wait for another run (default 60)"
    )
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds >= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 0 or more")
    return seconds


def _fill_from_environment(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Take what no flag gave, switches too, from ``NOTEBID_<NAME>``; an empty variable counts as not set."""
    for action in parser._actions:
        given = getattr(arguments, action.dest, action.default)
        text = os.environ.get(f"NOTEBID_{action.dest.upper()}")
        if text and (given is None or given is False):
            setattr(arguments, action.dest, _from_environment(parser, action, text))


def _from_environment(parser: argparse.ArgumentParser, action: argparse.Action, text: str) -> object:
    name = f"NOTEBID_{action.dest.upper()}"
    if action.nargs == 0:
        if text.lower() not in _SWITCHES:
            parser.error(f"{name}={text!r}: a switch takes 1 or 0")
        return _SWITCHES[text.lower()]
    try:
        value: object = action.type(text) if callable(action.type) else text
    except (ValueError, argparse.ArgumentTypeError):
        parser.error(f"{name}={text!r} is not what {'/'.join(action.option_strings) or action.dest} takes")
    if action.choices is not None and value not in action.choices:
        parser.error(f"{name}={text!r}: choose from {', '.join(map(str, action.choices))}")
    return value


def _quieten_threads() -> None:
    """Keep OpenMP's idle threads from spinning: beside one busy neighbour that made LightGBM 7 to 30 times slower."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _print_whatever_comes() -> None:
    """Let no terminal's or file's encoding end a run: a character that it lacks is printed as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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
