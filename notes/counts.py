"""Counts as a person says them."""

from __future__ import annotations


def count_of(number: float, noun: str) -> str:
    """Say how many there are: ``1 trial``, ``2 trials``, ``1,200 notes``, ``0.5 minutes``.

    Parameters
    ----------
    noun
        In the singular; its plural takes an s.
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:,g}"
    return f"{shown} {noun}" if number == 1 else f"{shown} {noun}s"
