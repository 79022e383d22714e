"""The folder of the sellers' mapping files: the one for a set of headings, and the ones that nearly are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from notes import UsageError
from tapes.fields import PAYMENT_NAMES, TAPE_NAMES
from tapes.files.table import TextTable
from tapes.headings.columns import shown_heading
from tapes.headings.mapping import LARGEST, Mapping, headings_key, keyed, read_mapping
from tapes.headings.registry import registry

_LINE = re.compile(r"^[ \t]*(?:#[ \t]*)?(?:columns\.)?(\"(?:[^\"\\]|\\.)*\")[ \t]*=", re.MULTILINE)
_SHARE = 0.8
_NAMED = 5
_FEWEST = 10
"""Headings of which a share says something: short tapes of any two sellers are alike."""


def find_mapping(folder: Path, headings: Iterable[str]) -> Mapping | None:
    """Find the mapping that was saved for just this set of headings.

    A file that does not hold the set's hash cannot be the one, whatever else is wrong with it, and is not read.

    Raises
    ------
    UsageError
        Two files are keyed by it, or the one that is has a mistake in it; or a file cannot be opened.
    """
    key = headings_key(headings)
    found = [path for path, text in _texts(folder) if key in text]
    mappings = [one for path in found if key in (one := read_mapping(path)).keys]
    if len(mappings) > 1:
        names = " and ".join(str(one.path) for one in mappings)
        raise UsageError(f"{names} are both made for these headings; say which with --mapping, or take one away")
    return mappings[0] if mappings else None


def near_mappings(folder: Path, headings: Sequence[str]) -> tuple[str, ...]:
    """Say which saved mappings were made for nearly these headings (four fifths or more of either set, ten at least)."""
    here = {keyed(one) for one in headings if one.strip()}
    said = []
    for path, text in _texts(folder):
        there = {keyed(one) for one in _headings_in(text)}
        both = len(here & there)
        if len(here) >= _FEWEST and both >= _SHARE * max(len(here), len(there)):
            said.append(
                f"mappings/{path.name} was made for {both} of these {len(here)} headings; if this is the same seller, "
                f"use it with --mapping."
            )
    return tuple(said)


def mapping_remarks(mapping: Mapping, folder: Path | None, table: TextTable, known: frozenset[str]) -> tuple[str, ...]:
    """Say of which headings a mapping speaks that its file has not, or, where none is used, which are made for nearly these.

    Parameters
    ----------
    folder
        Where mappings are looked for; None: nowhere.
    known
        Canonical names that the file may hold.
    """
    if mapping.path is not None:
        # What it says of a payments file's columns is not of this file.
        beside = PAYMENT_NAMES - TAPE_NAMES
        unknown = [one for one in mapping.unknown(table) if mapping.columns.get(one) not in beside]
        named = ", ".join(shown_heading(one) for one in unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
        return (f"{mapping.path.name} speaks of headings that this file has not: {named}{more}.",) if unknown else ()
    # What is known without it needs no other seller's word.
    if folder is None or all(
        one.lower() in known or registry().target(one) is not None for one in table.headings if one.strip()
    ):
        return ()
    return near_mappings(folder, table.headings)


def _texts(folder: Path) -> Iterable[tuple[Path, str]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.toml")):
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                yield path, file.read(LARGEST).decode("utf-8", errors="replace")
        except OSError as error:
            raise UsageError(f"{path}: not a readable mapping ({error.strerror})") from None


def _headings_in(text: str) -> Iterable[str]:
    """Give the headings of a mapping file, those in lines that begin with ``#`` too."""
    for quoted in _LINE.findall(text):
        try:
            yield json.loads(quoted)
        except ValueError:
            continue
