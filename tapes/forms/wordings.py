"""Wordings to codes: what sellers and servicers write for a state, an occupant, a stage of foreclosure, as data."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct, is_cell_error
from tapes.forms.formed import Context, Formed, Mask
from tapes.forms.missing import missing_remark, shown_heading, stands_for_nothing
from tapes.refusal import masked

_FILE = Path(__file__).with_name("wordings.csv")
_LONGEST = 100
_SHOWN = 6
_SHIFT_SHARE = 0.05
_STRANGE_SHARE, _STRANGE_CELLS = 0.8, 20
"""Where more than this share of a column's cells, and at least so many, are words that nobody is known to use, the column
is not what its heading says."""

_OTHERWISE: dict[str, tuple[str | None, str]] = {
    "property_type": ("other", "W_PROPERTY_TYPE"),
    "bankruptcy_chapter": (None, "W_BANKRUPTCY_CHAPTER"),
}
"""What an unknown wording counts as, and its flag, where that is not missing with ``W_CODE_UNKNOWN``."""
_KEPT = frozenset({"property_state", "foreclosure_status", "outcome", "outcome_detail"})
"""Fields in which an unknown wording excepts its row: a price hangs on the state, and a status may hide an end."""
_WORDED_TEXT = frozenset({"loan_status", "loan_type", "bankruptcy_status"})
_SAYS_ARM = re.compile(r"arm|adjustable", re.IGNORECASE)
_YES, _NO = frozenset({"y", "yes", "true", "1"}), frozenset({"n", "no", "false", "0"})


@dataclass(frozen=True)
class Wording:
    """What a wording stands for.

    Parameters
    ----------
    code
        The field's code; None where the wording gives none.
    tells
        An ``E_`` code that keeps the row out, a ``W_`` code that flags it, or empty.
    """

    code: str | None
    tells: str = ""


@lru_cache
def wordings(name: str) -> dict[str, Wording]:
    """Give a field's wordings, keyed by :func:`wording_key`; ``wordings.csv`` has a source for each."""
    return _all_wordings().get(name, {})


def wording_key(text: str) -> str:
    """Give a wording in the form in which wordings are compared: letters and digits only, case folded.

    Two numbers that stand apart stay apart: ``2-4 units`` is not ``24 units``.

    Examples
    --------
    >>> wording_key("Owner-Occupied"), wording_key("2-4 Units"), wording_key("24 units"), wording_key("N. Mex.")
    ('owneroccupied', '2 4units', '24units', 'nmex')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("+", " plus ")
    words = "".join(one if one.isalnum() else " " for one in folded).split()
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words)) or folded.strip()


def form_codes(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of wordings into the field's codes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from notes.schema import field
    >>> formed = form_codes(pa.chunked_array([["SFR", "Condo", "Houseboat"]]), field("property_type"), Context("Type"))
    >>> formed.text.to_pylist(), [code for code, _ in formed.flagged]
    (['single_family', 'condo', 'other'], ['W_PROPERTY_TYPE'])
    """
    distinct = Distinct(text)
    upper = bool(one.codes) and one.codes[0].isupper()
    if {each.upper() if upper else each.lower() for each in distinct.texts} <= set(one.codes):
        return Formed(text, "codes")
    return _Reading(distinct, one, context).formed()


def form_text(text: Any, one: Field, context: Context) -> Formed:
    """Keep text as it is written, but for a note's status, its program and a bankruptcy's state: they become codes."""
    if one.name not in _WORDED_TEXT:
        return Formed(text)
    return _Reading(Distinct(text), one, context).formed()


@lru_cache
def _codes_by_key(codes: tuple[str, ...]) -> dict[str, str]:
    return {wording_key(code): code for code in codes}


@lru_cache
def _all_wordings() -> dict[str, dict[str, Wording]]:
    found: dict[str, dict[str, Wording]] = {}
    with _FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for text in row["wordings"].split("|"):
                key, wording = wording_key(text), Wording(row["code"] or None, row["tells"])
                known = found.setdefault(row["field"], {}).setdefault(key, wording)
                assert known == wording, f"{text!r} stands for two things in {row['field']}"
    states = found["property_state"]
    for key, wording in [(key, wording) for key, wording in states.items() if wording.code]:
        code = str(wording.code).lower()
        for each in (code, f"us{code}", f"{code}{key}", f"{key}{code}", f"stateof{key}"):
            states.setdefault(each, wording)
    return found


@dataclass
class _Reading:
    """A column on its way from wordings to codes."""

    distinct: Distinct
    one: Field
    context: Context
    codes: list[str | None] = field(default_factory=list)
    told: dict[str, list[int]] = field(default_factory=dict)
    nothing: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)

    def formed(self) -> Formed:
        for i, text in enumerate(self.distinct.texts):
            self.codes.append(self._code(i, text))
        n_unknown, n_cells = self._count(self.unknown), int(self.distinct.counts.sum())
        if n_unknown >= _STRANGE_CELLS and n_unknown > _STRANGE_SHARE * n_cells and self.one.name not in _KEPT:
            none = self.distinct.spread([None] * len(self.codes))
            return Formed(none, "not known", question=self._question(n_unknown, n_cells))
        told = [(code, self.distinct.mask(self._hits(at))) for code, at in self.told.items()]
        return Formed(
            self.distinct.spread(self.codes),
            self._unit(),
            refused=tuple(one for one in told if one[0].startswith("E_")),
            flagged=tuple(one for one in told if one[0].startswith("W_")),
            remarks=self._remarks(n_unknown, n_cells),
        )

    def _code(self, i: int, text: str) -> str | None:
        if is_cell_error(text):
            return text
        wording = self._wording(text)
        if wording is not None:
            if wording.tells:
                self.told.setdefault(wording.tells, []).append(i)
            if wording.tells == "W_CODE_UNKNOWN":
                self.unknown.append(i)
            return wording.code
        if stands_for_nothing(text):
            self.nothing.append(i)
            return None
        self.unknown.append(i)
        if self.one.name in _KEPT:
            return text
        code, flag = _OTHERWISE.get(self.one.name, (None, "W_CODE_UNKNOWN"))
        self.told.setdefault(flag, []).append(i)
        return text if self.one.name in _WORDED_TEXT else code

    def _wording(self, text: str) -> Wording | None:
        if len(text) > _LONGEST:
            return None
        key = wording_key(text)
        if key in _codes_by_key(self.one.codes):
            return Wording(_codes_by_key(self.one.codes)[key])
        if self.one.name == "rate_type" and _SAYS_ARM.search(self.context.heading) and key in _YES | _NO:
            return Wording("arm" if key in _YES else "fixed")
        return wordings(self.one.name).get(key)

    def _count(self, at: Sequence[int]) -> int:
        return self.distinct.count(self._hits(at))

    def _hits(self, at: Sequence[int]) -> Mask:
        hits = np.zeros(len(self.distinct.texts), dtype=bool)
        hits[list(at)] = True
        return hits

    def _often(self, at: Sequence[int]) -> str:
        """Name the commonest of some texts with their counts, personal data masked."""
        ranked = sorted(at, key=lambda i: -int(self.distinct.counts[i]))[:_SHOWN]
        return ", ".join(f"{masked(self.distinct.texts[i])!r} {self.distinct.counts[i]:,}" for i in ranked)

    def _unit(self) -> str:
        pairs = [
            f"{text} = {code}"
            for text, code in zip(self.distinct.texts, self.codes, strict=True)
            if code is not None and text.lower() != code.lower() and text != code and self._wording(text) is not None
        ]
        more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
        return f"wordings: {', '.join(pairs[:_SHOWN])}{more}" if pairs else "codes"

    def _remarks(self, n_unknown: int, n_cells: int) -> tuple[str, ...]:
        heading, counted = shown_heading(self.context.heading), missing_remark
        remarks = counted(
            self.context.heading, self._count(self.nothing), [self.distinct.texts[i] for i in self.nothing]
        )
        if n_unknown <= _SHIFT_SHARE * n_cells or self.one.name in _KEPT:
            return remarks
        read_as = _OTHERWISE.get(self.one.name, (None, ""))[0] or "not known"
        return (
            *remarks,
            f"Column {heading}: {n_unknown:,} of {n_cells:,} cells hold a wording that nobody is known to use and are read "
            f"as {read_as} ({self._often(self.unknown)}): this tape is unlike others.",
        )

    def _question(self, n_unknown: int, n_cells: int) -> Question:
        return Question(
            self.context.heading,
            f"{n_unknown:,} of {n_cells:,} cells hold no known wording of {self.one.name} ({self._often(self.unknown)})",
            "What does this column hold?",
            (Answer("it is left out", "columns", self.context.heading, "ignored"),),
        )
