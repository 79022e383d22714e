"""What can go wrong, each with the exit code that the command line gives for it."""

from __future__ import annotations


class NotebidError(Exception):
    """An error that a user can act on.

    The message answers: which place (file, sheet, row, column), what was found, the rule, and the fix.
    """

    exit_code = 1


class UsageError(NotebidError, ValueError):
    """The command, or an assumption or setting given to it, is wrong: exit 2."""

    exit_code = 2


class TapeError(NotebidError, ValueError):
    """An input file is refused as a whole: exit 3.  The message names the column, the rows, the value and the fix."""

    exit_code = 3


class RowsExceptedError(NotebidError):
    """The work is done but rows were excepted and ``--strict`` was given: exit 4."""

    exit_code = 4


class GateError(NotebidError):
    """A gate failed, so a model is not promoted: exit 5.  The message lists each failed check with its figures."""

    exit_code = 5


class ModelError(NotebidError):
    """A model bundle is refused (hash, format or golden notes): exit 6."""

    exit_code = 6


class BusyError(NotebidError):
    """Another run holds the lock: exit 7."""

    exit_code = 7
