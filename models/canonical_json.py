"""JSON that is the same bytes for the same content."""

from __future__ import annotations

import json
from typing import Any

import numpy as np


def canonical_json(content: Any, indent: int | None = None) -> str:
    r"""Write JSON with sorted keys, floats in shortest round-trip form and a final newline.

    Raises
    ------
    ValueError
        A NaN or an infinite number anywhere: an absent value is null, or is left out.

    Examples
    --------
    >>> canonical_json({"b": 0.1, "a": [1, None]})
    '{"a":[1,null],"b":0.1}\n'
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(
        content,
        sort_keys=True,
        allow_nan=False,
        ensure_ascii=False,
        indent=indent,
        separators=separators,
        default=_plain,
    )
    return text + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} does not belong in JSON: {value!r}")
