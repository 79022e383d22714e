"""Which columns of the user's file a feature is made of, and which features a column is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.sources import HISTORY, source_fields
from tapes.derive import FILLS
from tapes.headings.columns import shown_heading
from tapes.headings.registry import RECEIPTS_MONTH, STATUS_MONTH

AS_KNOWN = (
    "give each column as it stood on as_of_date; where that is not known, blank the cells of the loans of every outcome "
    "alike (blanks of one outcome alone would tell it too) or take the column away"
)
"""What to do about a feature that knows the future."""
AS_OF = "as_of_date"
"""Every feature is counted from it."""
_OF_HISTORY = (STATUS_MONTH, RECEIPTS_MONTH, "months_delinquent")
_SHOWN = 6


def fields_of(target: str) -> tuple[str, ...]:
    """Give the fields that a column goes into: what it was read as, what is filled from it, the payment history."""
    history = (HISTORY,) if target in _OF_HISTORY else ()
    return (target, *FILLS.get(target, ()), *history)


def features_of(target: str) -> tuple[str, ...]:
    """Name the features that read a column, by what the column was read as; none for one that is not used.

    Examples
    --------
    >>> features_of("dti"), features_of("not used")
    (('debt_to_income', 'layered_risk_count'), ())
    """
    fields = set(fields_of(target))
    return tuple(name for name, sources in source_fields().items() if target == AS_OF or fields & set(sources))


def made_of(feature: str, file_columns: Mapping[str, str] | None) -> str:
    """Say what a feature is made of: columns as the user's file heads them, else fields.

    Parameters
    ----------
    file_columns
        Heading to what it was read as; None where no file was read.  Payments may lie in a file of their own.

    Examples
    --------
    >>> made_of("foreclosure_stage", {"FC Stage": "foreclosure_status", "upb": "upb"})
    "column 'FC Stage' (read as foreclosure_status)"
    """
    sources = source_fields().get(feature, ())
    if file_columns is None:
        return f"field{'' if len(sources) == 1 else 's'} {several(sources)}"
    told = {heading: target for heading, target in file_columns.items() if set(fields_of(target)) & set(sources)}
    by_field = sorted(told, key=lambda heading: _place(told[heading], sources))
    named = [shown_heading(one) + ("" if one == told[one] else f" (read as {told[one]})") for one in by_field]
    payments = HISTORY in sources and not any(HISTORY in fields_of(one) for one in told.values())
    parts = [f"column{'' if len(named) == 1 else 's'} {several(named)}"] if named else []
    return " and ".join([*parts, *(["the payments"] if payments else [])]) or "no column of the file"


def several(names: Sequence[str]) -> str:
    """Name the first few, and say how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _place(target: str, sources: tuple[str, ...]) -> tuple[bool, int]:
    """Put what is read first before what only fills it."""
    return target not in sources, min(sources.index(one) for one in fields_of(target) if one in sources)
