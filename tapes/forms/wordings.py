"""Wordings to codes: what sellers and servicers write for a state, an occupant, a stage of foreclosure, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct, is_cell_error
from tapes.forms.formed import Context, Formed, Mask
from tapes.forms.missing import missing_remark, shown_heading, stands_for_nothing
from tapes.forms.status_words import read_status
from tapes.forms.wording_table import DATED, Wording, wording_key, wordings
from tapes.refusal import masked

_LONGEST = 100
_POSTAL = 2
"""Letters of a state's code; ``N/D`` and ``C/O`` are none."""
_SHOWN = 6
_SHIFT_SHARE = 0.05
_STRANGE_SHARE, _STRANGE_CELLS = 0.8, 20
"""Where more than this share of a column's cells, and at least so many, are words that nobody is known to use, the column
is not what its heading says."""

_OTHERWISE: dict[str, tuple[str | None, str]] = {
    "property_type": ("other", "W_PROPERTY_TYPE"),
    "bankruptcy_chapter": (None, "W_BANKRUPTCY_CHAPTER"),
    "loan_status": (None, "W_STATUS_UNKNOWN"),
}
"""What an unknown wording counts as, and its flag, where that is not missing with ``W_CODE_UNKNOWN``."""
_KEPT = frozenset({"property_state", "foreclosure_status", "outcome", "outcome_detail"})
"""Fields in which an unknown wording excepts its row: a price hangs on the state, and a status may hide an end."""
_WORDED_TEXT = frozenset({"loan_status", "loan_type", "bankruptcy_status"})
_SAYS_ARM = re.compile(r"arm|adjustable", re.IGNORECASE)
_YES, _NO = frozenset({"y", "yes", "true", "1"}), frozenset({"n", "no", "false", "0"})


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
    if one.name == "property_zip":
        return _form_zips(text)
    if one.name not in _WORDED_TEXT:
        return Formed(text)
    return _Reading(Distinct(text), one, context).formed()


def _form_zips(text: Any) -> Formed:
    """Give ZIP codes their five digits: without what stands behind them, and with the leading 0 that a number lost."""
    if pc.all(pc.match_substring_regex(text, r"^\d{5}$")).as_py() is not False:
        return Formed(text)
    plain = pc.replace_substring_regex(text, r"\.0*$", "")
    # Of nine digits or ZIP+4 the first five; four digits, or eight, have lost a leading 0.
    whole = pc.replace_substring_regex(plain, r"^(\d{5})-?(\d{4})$", r"\1")
    return Formed(pc.replace_substring_regex(whole, r"^(\d{4})(-?\d{4})?$", r"0\1"))


@lru_cache
def _codes_by_key(codes: tuple[str, ...]) -> dict[str, str]:
    return {wording_key(code): code for code in codes}


def _doubted(wording: Wording, text: str) -> Wording:
    """Flag what a seller has put a question mark to, and a sale of a day that may be past."""
    doubtful = "?" in text or ((wording.code or "").endswith("sale_scheduled") and DATED.search(text) is not None)
    return replace(wording, tells="W_CODE_UNSURE") if doubtful and not wording.tells else wording


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
        if self.one.name == "loan_status":
            status = read_status(text)
            return None if status is None else _doubted(status.wording, text)
        key = wording_key(text)
        if self.one.name == "property_state" and "/" in text and len(key) == _POSTAL:
            return None
        if key in _codes_by_key(self.one.codes):
            return _doubted(Wording(_codes_by_key(self.one.codes)[key]), text)
        if self.one.name == "rate_type" and _SAYS_ARM.search(self.context.heading) and key in _YES | _NO:
            return Wording("arm" if key in _YES else "fixed")
        known = wordings(self.one.name)
        found = known.get(key) or known.get(wording_key(DATED.sub("", text)))
        return None if found is None else _doubted(found, text)

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
