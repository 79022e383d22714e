"""Where a command speaks: results on stdout, the log on stderr, progress only when a person watches."""

from __future__ import annotations

import datetime as dt
import json as json_module
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def plain(text: str) -> str:
    r"""Write out what a terminal would obey or not show, as a file's name may hold; line ends, tabs and spaces stay.

    Examples
    --------
    >>> print(plain("seller\x1b[31m.csv\n  90 rows"))
    seller\x1b[31m.csv
      90 rows
    """
    if text.isprintable():
        return text
    kept = "\n\t"
    return "".join(
        mark if mark.isprintable() or mark in kept or unicodedata.category(mark) == "Zs" else _written_out(mark)
        for mark in text
    )


def _written_out(mark: str) -> str:
    code = ord(mark)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Console:
    """What a command prints and remembers for ``run.log``.

    Parameters
    ----------
    quiet
        Nothing but errors.
    json
        The result as one JSON object on stdout and no tables.
    debug
        Details in the log.
    """

    def __init__(self, *, quiet: bool = False, json: bool = False, debug: bool = False) -> None:
        self.quiet, self.json, self.debug = quiet, json, debug
        self.log_lines: list[str] = []
        self.kept = ""

    def keep(self, words: str) -> None:
        """Note what an interrupt from now on leaves behind, to be said then."""
        self.kept = words

    @property
    def is_watched(self) -> bool:
        """Whether a person sees the progress."""
        return sys.stderr.isatty() and not self.quiet

    def log(self, message: str) -> None:
        """Note a step, on stderr and for ``run.log``."""
        message = plain(message)
        self.log_lines.append(f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ} {message}")
        if not self.quiet:
            print(message, file=sys.stderr, flush=True)

    def warn(self, message: str) -> None:
        """Note a warning."""
        self.log(f"warning: {message}")

    def error(self, message: str) -> None:
        """Say what went wrong, on stderr."""
        message = plain(message)
        self.log_lines.append(f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ} error: {message}")
        print(f"notebid: {message}", file=sys.stderr, flush=True)

    def result(self, lines: Iterable[str], values: Mapping[str, Any]) -> None:
        """Print the result: the lines for a person, or the values as JSON."""
        if self.json:
            text = json_module.dumps(values, allow_nan=False, ensure_ascii=False, indent=2)
            print(text if plain(text) == text else json_module.dumps(values, allow_nan=False, indent=2))
        elif not self.quiet:
            print(plain("\n".join(lines)), flush=True)

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
        """Lay a table out in plain text, the first column to the left and the others to the right."""
        grid = [list(headings), *[list(row) for row in rows]]
        widths = [max(len(row[i]) for row in grid) for i in range(len(headings))]
        lines = [title] if title else []
        for number, row in enumerate(grid):
            cells = [
                row[0].ljust(widths[0]),
                *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)],
            ]
            lines.append("  " + "  ".join(cells).rstrip())
            if number == 0:
                lines.append("  " + "  ".join("─" * width for width in widths))
        return lines


class Progress:
    """A bar on stderr while a person watches, and a line in the log for each step that has words.

    Parameters
    ----------
    words
        Step to what is logged when it begins; a step without any is only shown by the bar.
    """

    def __init__(self, console: Console, title: str, words: Mapping[str, str] | None = None) -> None:
        self._console, self._words = console, words or {}
        self._bar: Any = None
        if console.is_watched:
            from rich.console import Console as RichConsole
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(console=RichConsole(stderr=True), transient=True)
            self._task = self._bar.add_task(title, total=None)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *details: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps are over and ``step`` begins."""
        if self._bar is not None:
            self._bar.update(self._task, description=step, completed=done, total=total)
        if step in self._words:
            self._console.log(self._words[step])
