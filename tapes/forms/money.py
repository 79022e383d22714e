"""Money as sellers write it."""

from __future__ import annotations

from typing import Any

from notes.schema import Field
from tapes.forms.formed import Context, Formed


def form_money(text: Any, one: Field, context: Context) -> Formed:  # noqa: ARG001
    """Put a column of money into plain dollars."""
    return Formed(text)
