"""Which date and which kind of valuation belong to the value that is read, as the headings show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tapes.headings.columns import AssignedColumn, shown_heading
from tapes.headings.normalise import spelled_out
from tapes.headings.registry import IGNORED

_STEMS = (
    ("avm", "avm"),
    ("automated", "avm"),
    ("zestimate", "avm"),
    ("apprais", "appraisal"),
    ("appr", "appraisal"),
    ("bpo", "bpo"),
    ("broker", "bpo"),
    ("drive", "bpo"),
    ("exterior", "bpo"),
    ("interior", "bpo"),
)
"""Beginnings of words and the kind of valuation that they name."""
_ORIGINAL = ("orig",)
_CODES = {"avm": "avm", "appraisal": "appraisal"}
_INSIDE, _OUTSIDE = ("interior",), ("exterior", "drive")


def valuation_code(heading: str) -> str | None:
    """Give the code of ``valuation_type`` that a value's heading names; None where it names none.

    A bare BPO may be of the inside or the outside.

    Examples
    --------
    >>> [valuation_code(one) for one in ("AVM Value", "Appraised Value", "Exterior BPO", "BPO Value", "As Is Value")]
    ['avm', 'appraisal', 'bpo_exterior', None, None]
    """
    words, kinds = spelled_out(heading), _kinds(heading)
    if any(one.startswith(_ORIGINAL) for one in words):
        return "original"
    if kinds == {"bpo"}:
        inside = any(one.startswith(_INSIDE) for one in words)
        outside = any(one.startswith(_OUTSIDE) for one in words)
        return None if inside == outside else "bpo_interior" if inside else "bpo_exterior"
    return _CODES.get(next(iter(kinds))) if len(kinds) == 1 else None


def with_its_date(
    found: Sequence[AssignedColumn], settled: Sequence[AssignedColumn]
) -> tuple[list[AssignedColumn], tuple[str, ...]]:
    """Leave, of several dates of valuation, the one of the kind of valuation that the value is of, as the headings name it.

    What a person has said of a date stays.

    Parameters
    ----------
    found
        Every column as its own heading or a person has it.
    settled
        The same after one column was left to each field: of them the value is taken.

    Returns
    -------
    columns
        As found, but for the dates and the kind of another valuation, which are ``ignored``.
    remarks
        What is of another valuation than the value, and whether it is read all the same.
    """
    columns, remarks = list(found), []
    value = next((one for one in settled if one.target == "as_is_value"), None)
    kinds = set() if value is None else _kinds(value.heading)
    if value is None or not kinds:
        return columns, ()
    for one in found:
        of_bpo = _kinds(one.heading) == {"bpo"} and "bpo" not in kinds
        if one.target == "valuation_type" and one.how != "mapping" and of_bpo:
            columns[one.position] = replace(one, target=IGNORED)
            remarks.append(_another("valuation_type is not read from", one, value))
    dates = [one for one in found if one.target == "valuation_date"]
    if any(one.how == "mapping" for one in dates):
        return columns, tuple(remarks)
    own = [one for one in dates if _kinds(one.heading) & kinds]
    for one in dates:
        if own and one not in own:
            columns[one.position] = replace(one, target=IGNORED)
    read = next((one for one in settled if one.target == "valuation_date"), None)
    if read is not None and not own and _kinds(read.heading):
        remarks.append(_another("valuation_date is read from", read, value))
    elif read is not None and own and read not in own:
        said = f"valuation_date is read from {shown_heading(own[0].heading)}, not {shown_heading(read.heading)}"
        remarks.append(f"{said}: as_is_value is from {shown_heading(value.heading)}.")
    return columns, tuple(remarks)


def _another(read: str, other: AssignedColumn, value: AssignedColumn) -> str:
    return (
        f"{read} {shown_heading(other.heading)}, and as_is_value from {shown_heading(value.heading)}: the two are of "
        "different valuations by their headings."
    )


def _kinds(heading: str) -> set[str]:
    return {kind for word in spelled_out(heading) for stem, kind in _STEMS if word.startswith(stem)}
