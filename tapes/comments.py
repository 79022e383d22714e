"""Comments: free text that is no data, looked through for words that end a loan or take it off the tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from tapes.findings import Findings, Mask
from tapes.headings.normalise import spelled_out
from tapes.headings.registry import IGNORED
from tapes.mapped import MappedTable

_COLUMN = frozenset({"comment", "comments", "notes", "remark", "remarks", "memo", "narrative"})
_ENDED = (
    r"pif|paid in full|paid off|payoff received|reo|real estate owned|bank[- ]owned|lender[- ]owned|"
    r"foreclosed|foreclosure (?:sale )?(?:complete|completed|held)|fc sale (?:complete|completed|held)|"
    r"(?:dil|deed[- ]in[- ]lieu) (?:complete|completed|recorded|accepted)|"
    r"short sale (?:complete|completed|closed)|sold at (?:auction|foreclosure|sale)|sold to third party"
)
_DAY = r"\d{1,2}[/.-]\d{1,4}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}"
_SAYS_ENDED = rf"(?i)^\W*(?:{_ENDED})(?:\s*(?:on\s+)?(?:{_DAY}))?\s*(?:$|[-.,;:(!])"
"""The comment begins with the end and says nothing more in that breath: ``REO - evicted 8/26``, not ``REO risk``."""
_SPEAKS_OF = (
    rf"(?i)\b(?:{_ENDED}|withdrawn|withdrew|do not bid|not for sale|pulled|kicked out|removed from (?:pool|sale|tape)|"
    r"cfd|land contract|contract for deed|heloc|reverse mortgage|charged? off|lien released|satisfied)\b"
)


def check_comments(mapped: MappedTable, findings: Findings) -> None:
    """Except rows whose comment begins with an end, and flag those that speak of one or of a loan that is not offered."""
    for one in mapped.assignment.columns:
        if one.target not in (None, IGNORED) or not _COLUMN & set(spelled_out(one.heading)):
            continue
        text = mapped.table.columns[one.position]
        findings.flag(_hits(text, _SPEAKS_OF), "W_COMMENT")
        findings.refuse_rows(_hits(text, _SAYS_ENDED), "E_RESOLVED", "loan_status", text)


def _hits(text: Any, pattern: str) -> Mask:
    hits: Mask = np.asarray(pc.fill_null(pc.match_substring_regex(text, pattern), False))
    return hits
