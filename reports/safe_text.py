"""Text from a tape made safe to write: it can be stored, it stays text, and no spreadsheet runs it."""

from __future__ import annotations

import re

EXCEL_MAX_CELL = 32_767
_CUT = "… [cut]"
_FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠﹦﹢﹣﹫"
_UNSEEN = re.compile("[\\s\u200b\u2060\ufeff]*")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?")
# Neither XML nor a terminal takes these: controls but for tab and line ends, lone surrogates, the two non-characters.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = r"\s\x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}\x00-\x1f"
NEEDS_CARE = (
    rf"^[{_SPACES}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{{9f}}\x{{fffe}}\x{{ffff}}]"
)
"""An RE2 pattern that every text matches which :func:`neutral_text` may change for another reason than its length."""


def storable(text: str) -> str:
    r"""Leave out what no file format holds: control characters but for tab and line ends, halves of a surrogate pair.

    What is longer than a spreadsheet's cell, 32,767 characters, is cut and says so.

    Examples
    --------
    >>> storable("a\x00b\ud800c")
    'abc'
    """
    text = without_controls(text)
    if len(text) <= EXCEL_MAX_CELL // 2 or _length(text) <= EXCEL_MAX_CELL:
        return text
    kept = text[: EXCEL_MAX_CELL - len(_CUT)]
    while _length(kept) > EXCEL_MAX_CELL - len(_CUT):
        kept = kept[: len(kept) - (_length(kept) - EXCEL_MAX_CELL + len(_CUT) + 1) // 2]
    return kept + _CUT


def without_controls(text: str) -> str:
    r"""Leave out control characters but for tab and line ends, and halves of a surrogate pair.

    Examples
    --------
    >>> without_controls("a\x00b\ud800c")
    'abc'
    """
    return _UNSTORABLE.sub("", text)


def is_formula_like(text: str) -> bool:
    """Say whether a spreadsheet might run a text: it starts like a formula, spaces aside, and is no negative number."""
    starts = text[:1], _UNSEEN.sub("", text, count=1)[:1]
    return any(one and one in _FORMULA_STARTS for one in starts) and not _NEGATIVE.fullmatch(text)


def neutral_text(text: str) -> str:
    r"""Keep a spreadsheet from running a text cell: one that starts like a formula gets an apostrophe in front.

    Notes
    -----
    OWASP ASVS 5.0, 1.2.10.  A negative number is no formula and stays as it is.

    Examples
    --------
    >>> neutral_text("=HYPERLINK(1)"), neutral_text("\x00=1")
    ("'=HYPERLINK(1)", "'=1")
    >>> neutral_text("0012"), neutral_text("-0.05")
    ('0012', '-0.05')
    """
    kept = storable(text)
    return storable("'" + kept) if is_formula_like(text) or is_formula_like(kept) else kept


def _length(text: str) -> int:
    """Count as Excel does: a character beyond the first 65,536 is two."""
    return len(text) + sum(mark > "\uffff" for mark in text)
