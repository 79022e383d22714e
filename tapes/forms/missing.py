"""What stands in a cell for nothing: words, and the numbers that a field uses for "not known"."""

from __future__ import annotations

from collections.abc import Iterable

from tapes.forms.exact import LONGEST, PLAIN

# fmt: off
_WORDS = frozenset(
    (
    "-", "--", "---", ".", "..", "...", "?", "??", "???", "*", "**", "xx", "xxx", "n/a", "n\\a", "n.a.",
    "n.a", "na", "n.d.", "nd", "<na>", "nan", "none", "null", "(null)", "<null>", "[null]", "nil", "tbd",
    "t.b.d.", "tba", "unknown", "unk", "unkn", "undetermined", "unavailable", "missing", "blank", "(blank)",
    "empty", "pending",
    "not available",
    "not applicable",
    "not provided",
    "not reported",
    "not known",
    "no data",
    "no value",
    "to be determined",
    "n / a",
    "$",
    )
)
# fmt: on
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"})

_SENTINELS: dict[str, frozenset[float]] = {
    "credit_score": frozenset({0, 999, 9999}),
    "dti": frozenset({999, 9.99}),
    "original_ltv": frozenset({999, 9.99}),
    "mi_coverage": frozenset({999}),
    "dscr": frozenset({999, 9999}),
    "units": frozenset({0}),
}
"""Numbers that agencies and servicers write where nothing is known; none of them can be a value of its field."""
NINES = r"^\$? ?(9{7,12}|9{1,3}(,999){2,3})(\.0{1,2}|\.99)?$"
"""Amounts of nothing but nines, seven or more, fill a field of which nothing is known; no home loan has one."""


def stands_for_nothing(cell: str) -> bool:
    """Tell a cell that says that there is nothing: a lone dash or dot, ``N/A``, ``TBD``, ``unknown``, ``null``.

    A spreadsheet's error value (``#N/A``) is no such cell: it is flagged on reading.

    Examples
    --------
    >>> [stands_for_nothing(one) for one in ("N/A", "tbd", "--", "0", "#N/A", "0.00")]
    [True, True, True, False, False, False]
    """
    return len(cell) <= LONGEST and plain_dashes(" ".join(cell.split())).casefold() in _WORDS


def is_sentinel(cell: str, name: str) -> bool:
    """Tell a number that a field uses for "not known".

    Examples
    --------
    >>> is_sentinel("9999", "credit_score"), is_sentinel("9999", "upb"), is_sentinel("999.0", "dti")
    (True, False, True)
    """
    if name not in _SENTINELS or len(cell) > LONGEST:
        return False
    number = cell.removesuffix("%").rstrip()
    return PLAIN.fullmatch(number) is not None and float(number) in _SENTINELS[name]


def sentinels(name: str) -> frozenset[float]:
    """Give the numbers that a field uses for "not known"."""
    return _SENTINELS.get(name, frozenset())


def plain_dashes(cell: str) -> str:
    """Write every kind of dash and minus as ``-``."""
    return cell.translate(_DASHES)


def missing_remark(heading: str, n_cells: int, words: Iterable[str]) -> tuple[str, ...]:
    """Say how many cells of a column were taken for empty, and what they held; nothing where none was."""
    if not n_cells:
        return ()
    shown = ", ".join(sorted(set(words))[:5])
    cells = "1 cell that stands for nothing is" if n_cells == 1 else f"{n_cells:,} cells that stand for nothing are"
    return (f"Column {shown_heading(heading)}: {cells} taken for empty ({shown}).",)


def shown_heading(heading: str) -> str:
    """Give a heading in quotes, cut short, for a sentence."""
    return repr(heading if len(heading) <= LONGEST else heading[: LONGEST - 3] + "...")
