"""Wordings to codes."""

from __future__ import annotations

from typing import Any

from notes.schema import Field
from tapes.forms.formed import Context, Formed


def form_codes(text: Any, one: Field, context: Context) -> Formed:  # noqa: ARG001
    """Put a column of wordings into the field's codes."""
    return Formed(text)


def form_text(text: Any, one: Field, context: Context) -> Formed:  # noqa: ARG001
    """Keep text as it is written."""
    return Formed(text)
