"""Text that came from outside, made fit to be shown on a line."""

from __future__ import annotations


def one_line(text: str) -> str:
    r"""Give text on one line: a mark that is not shown becomes a space, and spaces that stand together one.

    Examples
    --------
    >>> one_line(" Unpaid\n principal\x1b[31m\u202ebalance ")
    'Unpaid principal [31m balance'
    """
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
