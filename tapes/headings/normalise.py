"""One spelling for a heading, however it was typed."""

from __future__ import annotations


def normalised(heading: str) -> str:
    """Give a heading in the form in which headings are compared."""
    return "_".join(heading.lower().split())
