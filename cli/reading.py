"""The arguments by which every command that reads a tape is told how."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from typing import TYPE_CHECKING

from cli.paths import user_path
from notes import UsageError

if TYPE_CHECKING:
    from registry.home import Home
    from tapes import ReadOptions

_FILES = ("tape", "payments", "resolutions", "old", "new")
_FIRST_DAY = dt.date(1950, 1, 1)  # the first day that a date on a tape may be


def add_reading_arguments(parser: argparse.ArgumentParser, payments: bool = True) -> None:
    """Declare them, with or without ``--payments``."""
    if payments:
        parser.add_argument(
            "--payments", metavar="FILE", help="payment history: loan_id, month, months_delinquent, amount_received"
        )
    parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="the day on which the tape was known")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook that holds the tape")
    parser.add_argument(
        "--mapping",
        metavar="TOML",
        help="a mapping file, for the payments file too; by default the one in mappings/ for this set of headings",
    )
    parser.add_argument("--dq-method", choices=("mba", "ots"), help="how the seller counts months behind")
    parser.add_argument(
        "--assume-first-lien", action="store_true", help="take a missing lien position for a first lien"
    )


def add_observed_through(parser: argparse.ArgumentParser) -> None:
    """Declare ``--observed-through``, for a file of resolutions."""
    parser.add_argument(
        "--observed-through",
        metavar="YYYY-MM-DD",
        help="the last day on which outcomes could be seen, for notes of the resolutions that say none of their own",
    )


def read_options(arguments: argparse.Namespace, home: Home) -> ReadOptions:
    """Gather what was said.

    Raises
    ------
    UsageError
        ``--as-of`` or ``--observed-through`` is no date.
    """
    from tapes import ReadOptions

    payments = getattr(arguments, "payments", None)
    return ReadOptions(
        payments=None if payments is None else user_path(payments),
        as_of=as_of_argument(arguments.as_of),
        observed_through=day_argument("--observed-through", getattr(arguments, "observed_through", None)),
        assume_first_lien=arguments.assume_first_lien,
        sheet=arguments.sheet,
        mapping=None if arguments.mapping is None else user_path(arguments.mapping),
        mappings=home.mappings,
        delinquency_method=arguments.dq_method,
        password=tape_password(arguments),
    )


def tape_password(arguments: argparse.Namespace) -> str | None:
    """Take the password of an encrypted workbook from the environment, else ask for it where somebody sits at a terminal.

    It is no argument: other users see the arguments of a process, and a shell remembers them.
    """
    from tapes.files.locked import VARIABLE, is_encrypted

    said = os.environ.get(VARIABLE)
    if said or sys.stdin is None or not sys.stdin.isatty():
        return said or None
    for name in _FILES:
        given = getattr(arguments, name, None)
        if isinstance(given, str) and is_encrypted(path := user_path(given)):
            return _asked(path.name)
    return None


def _asked(name: str) -> str | None:
    import getpass

    try:
        return getpass.getpass(f"Password of {name}: ") or None
    except EOFError:
        return None


def as_of_argument(text: str | None) -> dt.date | None:
    """Read ``--as-of``, a day from 1950 on."""
    return day_argument("--as-of", text)


def day_argument(name: str, text: str | None) -> dt.date | None:
    """Read an argument that is a day from 1950 on.

    Raises
    ------
    UsageError
        It is none.
    """
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name} {text!r} is not a date; write it as YYYY-MM-DD, such as 2026-06-30") from None
    if day < _FIRST_DAY:
        raise UsageError(f"{name} {text!r} is before {_FIRST_DAY}; it must be a day from {_FIRST_DAY} on")
    return day
