"""How a note stands, in the words of whichever column says it: ``Current``, ``30-59 DPD``, ``FC - Sale Set``, ``BK13``.

One vocabulary for a column of statuses and for one of buckets, so that a word says the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from notes.history import UNKNOWN
from tapes.forms.wording_table import DATED, Wording, wording_key, wordings
from tapes.histories.alphabets import FLOOR, FORECLOSURE, OWNED, PAID_OFF

_DAYS = 30
_LONGEST = 100

_WORDS = {
    **dict.fromkeys(("CURRENT", "CURR", "CUR", "OK", "PAID AS AGREED", "<30", "UNDER 30"), 0),
    **dict.fromkeys(("LESS THAN 30", "NOT DELINQUENT", "PAID AHEAD", "PAID CURRENT", "PREPAID", "C"), 0),
    **dict.fromkeys(("F", "FC", "FCL", "FCLS", "FORECLOSURE", "IN FORECLOSURE", "ACTIVE FORECLOSURE"), FORECLOSURE),
    **dict.fromkeys(("B", "BK", "BKY", "BANKRUPTCY", "IN BANKRUPTCY", "ACTIVE BANKRUPTCY"), UNKNOWN),
    **dict.fromkeys(("R", "REO", "RA", "REO ACQUISITION", "REAL ESTATE OWNED"), OWNED),
    **dict.fromkeys(("PIF", "PAID OFF", "PAIDOFF", "PAYOFF", "PAID IN FULL"), PAID_OFF),
    **dict.fromkeys(("X", "XX", "N/A", "NA", "#N/A", "NONE", "NULL", "UNKNOWN", "NO DATA", "UNK"), UNKNOWN),
}
_UNIT = r"(?:\s*(?:DAYS?|DPD|D)\b)?"
_LATE = r"PAST DUE|DELINQUENT|DELQ?|DLQ|LATE|DOWN|BEHIND"
_TAIL = rf"(?:\s*(?:{_LATE}))?"
_HEAD = re.compile(rf"(?:{_LATE})[\s:-]+(?=[\d<>])")
_RANGE = re.compile(rf"(\d{{1,3}})\s*(?:-|–|TO)\s*(\d{{1,3}}){_UNIT}{_TAIL}")
_MORE = re.compile(rf"(?:(\d{{1,3}}){_UNIT}\s*(?:\+|PLUS|OR MORE|AND OVER)|(?:>|OVER)\s*(\d{{1,3}})){_UNIT}{_TAIL}")
_LESS = re.compile(rf"(?:<|UNDER|LESS THAN)\s*30{_UNIT}{_TAIL}")
_IN_DAYS = re.compile(rf"(?:(\d{{1,4}})\s*(?:DAYS?|DPD|D){_TAIL}|(?:D|DQ|DLQ|DELQ|DPD)\s*(\d{{1,4}}))")
_IN_MONTHS = re.compile(rf"(\d{{1,3}})\s*(?:MONTHS?|MOS?|PMTS?|PAYMENTS?){_TAIL}")
_CHAPTER = re.compile(r"(?:BK|BANKRUPTCY|CH|CHAPTER)[\s.-]*(?:CH[\s.]*)?(7|11|12|13)")

_PARTS = re.compile(r"\s+[-–]\s+|\s*[/,;:()&|]\s*")
_GAP = r"[\s:–-]*"
_OF_FORECLOSURE = re.compile(rf"(?:in\s+|active\s+)?(?:fcls?|fc|foreclosure){_GAP}(?P<state>.+)", re.IGNORECASE)
_OF_BANKRUPTCY = re.compile(
    rf"(?:(?:in|active|open)\s+)?(?:bankruptcy|bky?|ch(?:ap(?:ter)?)?\b)[\s.]*(?:ch(?:ap(?:ter)?)?[\s.]*)?"
    rf"(?P<chapter>7|11|12|13)?(?!\d)\s*(?:bk|bankruptcy)?{_GAP}(?P<state>.*)",
    re.IGNORECASE,
)
_OF_DEED = re.compile(rf"(?:deed[\s-]+in[\s-]+lieu|dil|short[\s-]+sale|ss){_GAP}(?P<state>.+)", re.IGNORECASE)
_DEEDED = re.compile(
    r"(?:completed?|closed|done|recorded|executed|received|accepted and recorded|final)", re.IGNORECASE
)
_TO_COME = re.compile(r"(?:approved|accepted|offered|listed|marketing|signed|requested)", re.IGNORECASE)
_OF_MODIFICATION = re.compile(rf"(?:loan\s+)?(?:modification|mod|loss[\s-]+mit(?:igation)?){_GAP}(?P<state>.+)", re.I)
_PLANS = frozenset({"trial", "repayment_plan", "forbearance", "deferral", "review"})
_BARE_STAGES = frozenset({"judgment", "sale_scheduled"})
"""Stages of which the word alone, under a status of the note, can be of nothing but a foreclosure."""


@dataclass(frozen=True)
class Status:
    """What a status says.

    Parameters
    ----------
    codes
        All that it says of the note: ``current``, ``delinquent``, ``foreclosure``, ``foreclosure_judgment``,
        ``bankruptcy_13``, ``bankruptcy_over``, ``forbearance``, ...
    tells
        An ``E_`` code where it says that the note has ended, a ``W_`` code where it is taken with a doubt, or empty.
    months
        Months behind, or a code of :mod:`tapes.histories.alphabets`; unknown where it does not say.
    """

    codes: tuple[str, ...]
    tells: str
    months: int

    @property
    def wording(self) -> Wording:
        """The same as one wording, its codes joined by ``+``."""
        return Wording("+".join(self.codes) or None, self.tells)


@lru_cache(maxsize=65_536)
def read_status(text: str) -> Status | None:
    """Read a status; None where nobody is known to use its words.

    Of several parts (``Current - BK13``) each must be known, and all of them count.

    Examples
    --------
    >>> read_status("30-59 DPD").codes, read_status("30-59 DPD").months, read_status("Purple")
    (('delinquent',), 1, None)
    >>> read_status("Current - BK13").codes, read_status("FC Hold").tells
    (('current', 'bankruptcy_13'), 'W_FORECLOSURE_HOLD')
    """
    text = text.strip()
    if not 0 < len(text) <= _LONGEST:
        return None
    whole = _one(text) or _one(DATED.sub("", text))
    if whole is not None:
        return whole
    parts = [one for one in _PARTS.split(text) if one]
    found = [_one(one) for one in parts]
    return _joined(one for one in found if one is not None) if len(parts) > 1 and None not in found else None


def bucket(text: str) -> int | None:
    """Give the months behind, or the code, of a bucket or a word that can mean one thing only; None for any other text.

    Examples
    --------
    >>> bucket("30-59"), bucket("60 DAYS"), bucket("120+") - FLOOR, bucket("2 PMTS"), bucket("CURRENT"), bucket("3")
    (1, 2, 4, 2, 0, None)
    """
    text = " ".join(text.upper().split()).rstrip(".")
    if text in _WORDS:
        return _WORDS[text]
    text = _HEAD.sub("", text)
    if _LESS.fullmatch(text) is not None:
        return 0
    if (found := _RANGE.fullmatch(text)) is not None:
        low, high = int(found[1]), int(found[2])
        return low // _DAYS if high - low >= _DAYS - 2 else None
    if (found := _MORE.fullmatch(text)) is not None:
        n = int(found[1] or found[2])
        return FLOOR + (n // _DAYS if n >= _DAYS else n)
    if (found := _IN_DAYS.fullmatch(text)) is not None:
        return int(found[1] or found[2]) // _DAYS
    if (found := _IN_MONTHS.fullmatch(text)) is not None:
        return int(found[1])
    return UNKNOWN if _CHAPTER.fullmatch(text) else None


def _one(text: str) -> Status | None:
    """Read a status of one part: a wording, a bucket, or something that is under way and how far."""
    known = wordings("loan_status").get(wording_key(text))
    behind = bucket(text)
    if known is not None:
        return _of_wording(known, text, behind)
    if behind is not None and (behind >= 0):
        return Status(("delinquent" if behind else "current",), "", behind)
    found = next((one for one in _under_way(text) if one is not None), None)
    if found is not None:
        return found
    stage = wordings("foreclosure_status").get(wording_key(text))
    if stage is not None and stage.code in _BARE_STAGES:
        return Status((f"foreclosure_{stage.code}",), "W_CODE_UNSURE", FORECLOSURE)
    return None


def _of_wording(known: Wording, text: str, behind: int | None) -> Status:
    codes = () if known.code is None else (known.code,)
    if behind is not None and behind >= 0 and known.code in ("current", "delinquent"):
        codes = ("delinquent" if behind else "current",)  # "< 30 days" and "30 days" are one wording
    if behind is None and text.isascii() and text.isdigit():
        behind = int(text) // _DAYS  # 30, 60, 90: under a status of the note these are days
    if behind is None or behind == UNKNOWN:
        behind = _months_of(known)
    return Status(codes, known.tells, behind)


def _months_of(known: Wording) -> int:
    if known.tells == "E_RESOLVED":
        return PAID_OFF
    # "Performing" may be two months behind: of how far nothing is said.
    return FORECLOSURE if (known.code or "").startswith("foreclosure") else UNKNOWN


def _under_way(text: str) -> Iterator[Status | None]:
    """Read a foreclosure, a bankruptcy, a deed or short sale, or a workout, with the words of its own column behind it."""
    if (found := _OF_FORECLOSURE.fullmatch(text)) is not None:
        yield _foreclosure(wordings("foreclosure_status").get(wording_key(found["state"])))
        yield _foreclosed_for(bucket(found["state"]))
    if (found := _OF_BANKRUPTCY.fullmatch(text)) is not None:
        yield _bankruptcy(found["chapter"], found["state"])
    if (found := _OF_DEED.fullmatch(text)) is not None:
        state = wordings("loss_mitigation_status").get(wording_key(found["state"]))
        if _DEEDED.fullmatch(found["state"]):
            yield Status((), "E_RESOLVED", PAID_OFF)
        elif _TO_COME.fullmatch(found["state"]) or (state is not None and state.code == "review"):
            yield Status(("review",), "", UNKNOWN)
    if (found := _OF_MODIFICATION.fullmatch(text)) is not None:
        state = wordings("loss_mitigation_status").get(wording_key(found["state"]))
        if state is not None:
            yield Status((state.code or "",) if state.code in _PLANS else ("loss_mitigation",), "", UNKNOWN)


def _foreclosure(state: Wording | None) -> Status | None:
    if state is None:
        return None
    if state.tells == "E_RESOLVED":
        return Status((), "E_RESOLVED", PAID_OFF)
    if state.code == "none":
        return Status(("foreclosure_over",), "", UNKNOWN)
    tells = state.tells if state.tells == "W_FORECLOSURE_HOLD" else ""
    bare = state.code is None or state.tells == "W_CODE_UNSURE"
    return Status(("foreclosure" if bare else f"foreclosure_{state.code}",), tells, FORECLOSURE)


def _foreclosed_for(months: int | None) -> Status | None:
    return Status(("foreclosure",), "", months) if months is not None and months > 0 else None


def _bankruptcy(chapter: str | None, state: str) -> Status | None:
    named = "bankruptcy" if chapter is None else f"bankruptcy_{chapter}"
    if not state:
        return Status((named,), "", UNKNOWN)
    known = wordings("bankruptcy_status").get(wording_key(state))
    if known is None or known.code == "none":
        return None
    if known.code == "over":
        return Status(("bankruptcy_over",), "", UNKNOWN)
    return Status((named,), "", UNKNOWN)


def _joined(parts: Iterable[Status]) -> Status:
    found = list(parts)
    codes = tuple(dict.fromkeys(code for one in found for code in one.codes))
    tells = sorted((one.tells for one in found if one.tells), key=lambda one: not one.startswith("E_"))
    months = [one.months for one in found]
    # Of what is said of the months behind the worst counts: an end, a number, a foreclosure, nothing behind.
    ended = next((one for one in months if one in (OWNED, PAID_OFF)), None)
    if ended is not None:
        behind = ended
    elif max(months) > 0:
        behind = max(months, key=lambda one: one % FLOOR if one > 0 else one)
    else:
        behind = FORECLOSURE if FORECLOSURE in months else max(months)
    return Status(codes, tells[0] if tells else "", behind)
