"""Yes and no as sellers write them."""

from __future__ import annotations

from typing import Any

from notes.schema import Field
from tapes.forms.formed import Context, Formed


def form_flags(text: Any, one: Field, context: Context) -> Formed:  # noqa: ARG001
    """Put a column of flags into Y and N."""
    return Formed(text)
